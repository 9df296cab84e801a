"""Change what counts for one person in one session, with a reason; undo it; and what has happened so far."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import rules, told, writer
from pelatihan.attendance.rules import Kind, Sum
from pelatihan.board.recap import sheet_form
from pelatihan.models import Angkatan, AttendanceEvent, AttendanceState, Registration, Session
from pelatihan.registration.fields import TOO_LONG, UNREADABLE
from pelatihan.web.seen import NOTHING_CHANGED

MOST_LETTERS = AttendanceEvent._meta.get_field("reason").max_length


class MarkForm(forms.Form):
    """What is to count, and by what one knows it."""

    state = forms.ChoiceField(
        label="Kehadiran",
        choices=AttendanceState.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih salah satu.", "invalid_choice": "Pilih salah satu."},
    )
    reason = forms.CharField(
        label="Alasan",
        help_text="Misalnya: menurut lembar yang ditandatangani, atau surat dokter. Tampil di riwayat.",
        max_length=MOST_LETTERS,
        error_messages={
            "required": "Tulis alasannya.",
            "max_length": TOO_LONG,
            "null_characters_not_allowed": UNREADABLE,
        },
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # of every form
        self.fields["reason"].widget.attrs.pop("maxlength", None)  # nothing is cut silently


@dataclass(frozen=True)
class Line:
    """One thing that happened to the person in the session."""

    what: str
    who: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Known:
    """What is known of a person in a session, and why nothing can be changed (empty: it can)."""

    total: Sum | None
    lines: list[Line]
    refusal: str

    @property
    def seen(self) -> str:
        """Names what counts now; it comes back with what is sent."""
        return str(self.total.event.pk) if self.total else ""

    @property
    def can_undo(self) -> bool:
        return not self.refusal and self.total is not None and self.total.event.kind == Kind.MARK


@require_http_methods(["GET", "POST"])
@of_batch(access.MARK)
def change(request: HttpRequest, angkatan: Angkatan, session: int, ref: uuid.UUID) -> HttpResponse:
    """The page "Ubah kehadiran". ``?lembar=`` and the choices of Cetak lead back to the sheet one came from."""
    here = get_object_or_404(angkatan.sessions.select_related("angkatan"), pk=session)
    person = get_object_or_404(angkatan.registrations.select_related("ormas"), ref=ref)
    known = _known(here, person)
    form = MarkForm(request.POST if request.method == "POST" and "undo" not in request.POST else None)
    if request.method == "POST" and ("undo" in request.POST or form.is_valid()):
        try:
            return _write(request, here, person, form)
        except (writer.NotChanged, writer.IdTaken) as refusal:
            if "undo" in request.POST:
                messages.error(request, str(refusal))
                return redirect(request.get_full_path())
            known = _known(here, person)  # what was sent stays on the page, beside what counts now
            form.add_error(None, str(refusal))
    context = {
        "angkatan": angkatan,
        "tab": "recap",
        "session": here,
        "person": person,
        "known": known,
        "form": form,
        "event_id": _sent_id(request, "event") or uuid.uuid4(),
        "undo_id": uuid.uuid4(),
        "back": _back(request, here),
    }
    return render(request, "board/mark.html", context)


def _write(request: HttpRequest, session: Session, person: Registration, form: MarkForm) -> HttpResponse:
    """:raises NotChanged, IdTaken: nothing written"""
    actor, at = staff(request.user), timezone.now()
    event, seen = _sent_id(request, "event") or uuid.uuid4(), _sent_id(request, "seen")
    if "undo" in request.POST:
        total = writer.undo_change(session, person, seen, event_id=event, actor=actor, at=at)
        messages.success(request, f"Diurungkan. Kehadiran {person.full_name} sekarang: {_word(total)}.")
        return redirect(request.get_full_path())
    state = AttendanceState(form.cleaned_data["state"])
    reason = form.cleaned_data["reason"]
    if writer.change(session, person, state, event_id=event, actor=actor, at=at, reason=reason, seen=seen):
        messages.success(request, f"Disimpan. Kehadiran {person.full_name}: {state.label}.")
    else:
        messages.info(request, NOTHING_CHANGED)
    return redirect(request.get_full_path())


def _known(session: Session, person: Registration) -> Known:
    events = list(
        AttendanceEvent.objects.filter(session=session, registration=person)
        .select_related("author", "undoes", "about")
        .order_by("number")
    )
    is_expected = writer.is_expected(person, events)
    refusal = rules.mark_sentence(session, person, timezone.now(), is_expected=is_expected)
    lines = [
        Line(told.happened(event), _who(event), event.reason, rules.counted_at(event)) for event in reversed(events)
    ]
    return Known(rules.sum_of(events), lines, refusal)


def _who(event: AttendanceEvent) -> str:
    author = event.author
    return (author.get_full_name() or author.get_username()) if author else event.device or "Sistem"


def _word(total: Sum | None) -> str:
    return total.word if total else "Belum"


def _sent_id(request: HttpRequest, name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get(name, ""))
    except ValueError:
        return None


def _back(request: HttpRequest, session: Session) -> str:
    """The recap at the sheet from which one came, with this session in words."""
    sheet = {"lembar": request.GET["lembar"]} if request.GET.get("lembar") else {}
    asked = urlencode(sheet | {"sesi": str(session.pk)})
    choices = sheet_form(request).query()
    return f"{reverse('recap', args=[session.angkatan.slug])}?{asked}" + (f"&{choices}" if choices else "")
