"""Letting somebody in who is not accepted, on one's own responsibility: seen, reasoned, and nothing else changed."""

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import access
from pelatihan.accounts.access import needs
from pelatihan.accounts.actor import staff
from pelatihan.attendance import rules, writer
from pelatihan.attendance.locked import Scan
from pelatihan.desk import answers, door
from pelatihan.models import Attendance, Registration, Session, StatusChange
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, KeyField, text_input

LEAST_LETTERS, MOST_LETTERS = 10, 200
ELSE = "lain"
WHY = {
    "surat": "Membawa surat tugas asli",
    "pejabat": "Disetujui pejabat",
    ELSE: "Lainnya",
}
EXAMPLE = "misalnya nomor surat atau nama pejabat"
LABELS = [("surat", WHY["surat"]), ("pejabat", "Disetujui pejabat (tulis namanya)"), (ELSE, WHY[ELSE])]
CHOOSE = "Pilih salah satu alasan."


class LetInForm(forms.Form):
    """By what right, in one tap and a few words."""

    why = forms.ChoiceField(
        label="Alasan",
        choices=LABELS,
        initial="surat",
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    words = forms.CharField(
        label="Keterangan",
        help_text=f"Sedikitnya {LEAST_LETTERS} huruf, {EXAMPLE}.",
        min_length=LEAST_LETTERS,
        max_length=MOST_LETTERS,
        widget=text_input(autocomplete="off"),
        error_messages={
            "required": "Tulis keterangannya, misalnya nomor surat tugas.",
            "min_length": f"Terlalu pendek. Tulis sedikitnya {LEAST_LETTERS} huruf, {EXAMPLE}.",
            "max_length": TOO_LONG,
            "null_characters_not_allowed": UNREADABLE,
        },
    )
    id = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("minlength", "maxlength"):  # nothing is cut silently
            self.fields["words"].widget.attrs.pop(name, None)

    @property
    def reason(self) -> str:
        """As it is kept. Call after ``is_valid()``."""
        why, words = self.cleaned_data["why"], " ".join(self.cleaned_data["words"].split())
        return words if why == ELSE else f"{WHY[why]}: {words}"


@require_http_methods(["GET", "POST"])
@needs(access.DESK)
@needs(access.LET_IN)
def let_in(request: HttpRequest, slug: str, session: int, ref: uuid.UUID) -> HttpResponse:
    """Who stands there, why not, and the reason to let them in all the same."""
    here, crowd = door.with_crowd(slug, session)
    person = _standing(here, ref)
    form = LetInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _take(request, here, person, form)
    now = timezone.now()
    door_says = rules.at_the_door(here, now)
    context = {
        "angkatan": here.angkatan,
        "tab": "desk",
        "session": here,
        "crowd": crowd,
        "person": person,
        "look": answers.LOOKS["not_accepted"],
        "standing": answers.standing(person),
        "last": _last_change(person),
        "counted": Attendance.objects.filter(session=here, registration=person).first(),
        "may_enter": rules.may_enter(person),
        "shut": "" if door_says in rules.ENTERS else " ".join(answers.idle(here, now).lines),
        "form": form,
        "now": now,
        "event_id": uuid.uuid4(),
    }
    return render(request, "desk/let_in.html", context)


def _standing(session: Session, ref: uuid.UUID) -> Registration:
    """Whom the reference means: since a merge the registration that theirs counts for.

    :raises Http404: of another batch, or nobody's
    """
    people = session.angkatan.registrations.select_related("ormas", "counts_for__ormas")
    person = get_object_or_404(people, ref=ref)
    return person.counts_for or person


def _last_change(person: Registration) -> StatusChange | None:
    return person.history.select_related("actor").order_by("at", "pk").last()


def _take(request: HttpRequest, session: Session, person: Registration, form: LetInForm) -> HttpResponse:
    at = timezone.now()
    key = uuid.uuid5(form.cleaned_data["id"], f"{session.pk} {person.ref} {form.reason}")
    scan = Scan(key, at, ref=person.ref, is_override=True, reason=form.reason)
    [answer] = writer.record(session, [scan], actor=staff(request.user), at=at)
    desk = reverse("desk_session", args=[session.angkatan.slug, session.pk])
    return redirect(f"{desk}?{urlencode({'jawaban': str(answer.event.pk)})}")
