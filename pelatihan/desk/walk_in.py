"""Somebody who is not registered and stands at the door: three fields, and present at once."""

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from ormas import names
from ormas.models import Ormas
from ormas.search import plain
from pelatihan import numbers
from pelatihan.accounts import access
from pelatihan.accounts.access import needs
from pelatihan.accounts.actor import staff
from pelatihan.attendance import rules
from pelatihan.attendance.locked import Scan
from pelatihan.batches.inviting import known_as, offered
from pelatihan.desk import answers, door, search, walk_ins
from pelatihan.models import Session
from pelatihan.registration.fields import (
    TOO_LONG,
    UNREADABLE,
    CarriedField,
    KeyField,
    LetterField,
    PhoneField,
    text_input,
)
from pelatihan.registration.walk_ins import LONGEST_ORMAS, WalkIn

AS_TEXT = "teks"  # picked: the organisation is not in the list
CHOOSE = "Pilih ormasnya di bawah, atau pakai yang Anda tulis."


class WalkInForm(forms.Form):
    """Who came. ``pick``: which organisation was chosen for what was written, ``asked`` (its number, or as text);
    ``seen``: people with a name like this one who were shown already.
    """

    name = LetterField(
        names.check_name,
        label="Nama seperti di KTP",
        widget=text_input(autocapitalize="words", autocomplete="off", spellcheck="false", enterkeyhint="next"),
        error_messages={"required": "Tulis namanya seperti di KTP."},
    )
    ormas = LetterField(
        names.check_text,
        label="Ormas",
        max_length=LONGEST_ORMAS,
        widget=text_input(autocomplete="off", spellcheck="false", enterkeyhint="next"),
        error_messages={"required": "Tulis nama atau singkatan ormasnya.", "max_length": TOO_LONG},
    )
    phone = PhoneField(
        label="Nomor HP",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "width-phone"}),
        error_messages={"null_characters_not_allowed": UNREADABLE},
    )
    id = KeyField()
    pick = CarriedField()
    asked = CarriedField(max_length=LONGEST_ORMAS + 50)
    seen = CarriedField(max_length=1_000)

    def __init__(self, session: Session, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        self.offered: list[Ormas] = []  # organisations to choose from
        self.alike: list[search.Match] = []  # people of the batch with such a name
        self.chosen: Ormas | None = None
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # nothing is cut silently
        if not self.is_bound:
            self.fields["name"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "ormas" in data:
            self._choose(data["ormas"])
        if "name" in data:
            self.alike = search.alike(self.session, data["name"])
        return data

    @property
    def shows_somebody_new(self) -> bool:
        """Whether somebody has such a name whom nobody has looked at yet."""
        return any(str(match.person.ref) not in self.data.get("seen", "") for match in self.alike)

    def _choose(self, text: str) -> None:
        """The organisation that was picked for these words or is called so; else what there is to pick from."""
        pick = self.data.get("pick", "") if plain(self.data.get("asked", "")) == plain(text) else ""
        number = numbers.read(pick)
        self.chosen = Ormas.objects.filter(pk=number).first() if number else known_as(text) if not pick else None
        if self.chosen is None and pick != AS_TEXT:
            self.offered = offered(self.session.angkatan, text)
            if self.offered:
                self.add_error("ormas", CHOOSE)

    @property
    def walk_in(self) -> WalkIn:
        """Call after ``is_valid()``."""
        data = self.cleaned_data
        return WalkIn(data["name"], self.chosen.pk if self.chosen else None, data["ormas"], data["phone"])

    @property
    def event_id(self) -> uuid.UUID:
        """The same form sent twice is one act; sent again for somebody else (back, another name) it is another."""
        shown: uuid.UUID = self.cleaned_data["id"]
        return uuid.uuid5(shown, f"{self.session.pk} {self.walk_in}")


@require_http_methods(["GET", "POST"])
@needs(access.DESK)
def walk_in(request: HttpRequest, slug: str, session: int) -> HttpResponse:
    """``?bagian=ormas&cari=`` and ``?bagian=mirip&cari=`` are those parts alone, for the page's script."""
    here = door.at_door(slug, session)
    part, text = request.GET.get("bagian"), request.GET.get("cari", "").strip()
    if part == "ormas":
        return render(
            request, "desk/includes/walk_in_ormas.html", {"offered": offered(here.angkatan, text), "typed": text}
        )
    if part == "mirip":
        return render(request, "desk/includes/walk_in_alike.html", _alike(here, search.alike(here, text)))
    form = WalkInForm(here, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and not form.shows_somebody_new:
        return _take(request, here, form)
    context = _alike(here, form.alike) | {
        "tab": "desk",
        "form": form,
        "as_text": AS_TEXT,
        "idle": answers.idle(here, timezone.now()),
        "is_shut": rules.at_the_door(here, timezone.now()) not in rules.ENTERS,
        "is_closed": not here.takes_attendance or rules.is_closed(here, timezone.now()),
        "looks": answers.LOOKS.values(),
    }
    return render(request, "desk/walk_in.html", context)


def _alike(session: Session, alike: list[search.Match]) -> dict[str, Any]:
    return {"angkatan": session.angkatan, "session": session, "alike": alike, "event_id": uuid.uuid4()}


def _take(request: HttpRequest, session: Session, form: WalkInForm) -> HttpResponse:
    at = timezone.now()
    scan = Scan(form.event_id, at, walk_in=form.walk_in)
    [answer] = walk_ins.record(session, [scan], actor=staff(request.user), at=at)
    desk = reverse("desk_session", args=[session.angkatan.slug, session.pk])
    return redirect(f"{desk}?{urlencode({'jawaban': str(answer.event.pk)})}")
