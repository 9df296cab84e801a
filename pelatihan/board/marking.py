"""Change what counts for one person in one session, with a reason; undo it; and what has happened so far."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import marking, rules, told
from pelatihan.attendance.marking import Mark, Marked
from pelatihan.attendance.rules import Sum
from pelatihan.board.cells import WAYS
from pelatihan.board.recap import sheet_form
from pelatihan.models import Angkatan, AttendanceEvent, AttendanceState, Registration, Session
from pelatihan.papers import marking as page_codes
from pelatihan.registration.fields import TOO_LONG, UNREADABLE
from pelatihan.web.seen import NOTHING_CHANGED

EMPTIED = "belum"  # in the form, where an empty value is one that nobody chose
CHOICES = [*AttendanceState.choices, (EMPTIED, "Belum (kosongkan)")]
ENTERED_BY_HAND = frozenset({*rules.BY_HAND, AttendanceEvent.Kind.UNDO})  # by what means, goes without saying
NOTHING = uuid.UUID(int=0)  # no event has this id


class MarkForm(forms.Form):
    """What is to count, and by what one knows it: owed where something is overridden that somebody recorded."""

    state = forms.ChoiceField(
        label="Kehadiran",
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih salah satu.", "invalid_choice": "Pilih salah satu."},
    )
    left_at = forms.CharField(
        label="Jam pulang",
        help_text="Hanya untuk “Pulang awal”, misalnya 10.30.",
        error_messages={"required": rules.TIME_OWED, "null_characters_not_allowed": UNREADABLE},
    )
    reason = forms.CharField(
        label="Alasan",
        help_text="Misalnya: menurut lembar yang ditandatangani, atau surat dokter. Tampil di riwayat.",
        max_length=marking.MOST_LETTERS,
        error_messages={
            "required": "Tulis alasannya.",
            "max_length": TOO_LONG,
            "null_characters_not_allowed": UNREADABLE,
        },
    )

    def __init__(self, data: object, known: "Known", session: Session, at: datetime) -> None:
        left_at = known.total and known.total.left_at
        super().__init__(data, initial={"left_at": dates.clock(left_at) if left_at else ""})  # type: ignore[arg-type]
        self.session, self.at = session, at
        self.fields["reason"].required = known.owes_reason
        self.fields["left_at"].required = not self.is_bound or self.data.get("state") == AttendanceState.LEFT
        self.fields["reason"].widget.attrs.pop("maxlength", None)  # nothing is cut silently

    def clean_left_at(self) -> datetime | None:
        """Of who left early alone; whatever stands there otherwise is nobody's."""
        if self.cleaned_data.get("state") != AttendanceState.LEFT:
            return None
        clock = dates.read_clock(self.cleaned_data["left_at"])
        if clock is None:
            raise forms.ValidationError("Jam ini tidak terbaca. Tulis seperti 10.30.")
        left_at = rules.moment_of(self.session, clock)
        if sentence := rules.leaving_sentence(self.session, left_at, self.at):
            raise forms.ValidationError(sentence)
        return left_at

    def mark(self, event: uuid.UUID, person: Registration, seen: uuid.UUID | None) -> Mark:
        """What was chosen."""
        sent = self.cleaned_data
        state = "" if sent["state"] == EMPTIED else sent["state"]
        return Mark(event, person.ref, state, seen, sent["reason"], sent["left_at"])


@dataclass(frozen=True)
class Line:
    """One thing that happened to the person in the session. ``page``: the code of the signed page that says so."""

    what: str
    who: str
    reason: str
    at: datetime
    how: str
    page: str = ""


@dataclass(frozen=True)
class Known:
    """What is known of a person in a session, and why nothing can be changed (empty: it can)."""

    total: Sum | None
    events: list[AttendanceEvent]
    refusal: str

    @property
    def deciding(self) -> AttendanceEvent | None:
        return rules.deciding(self.events)

    @property
    def seen(self) -> str:
        """Names what decides now; it comes back with what is sent."""
        return str(self.deciding.pk) if self.deciding else ""

    @property
    def can_undo(self) -> bool:
        return not self.refusal and not rules.undo_sentence(self.deciding, self.events)

    @property
    def lines(self) -> list[Line]:
        """What happened, the newest first."""
        return [
            Line(told.happened(event), told.by(event), event.reason, rules.counted_at(event), _how(event), _page(event))
            for event in reversed(self.events)
        ]

    @property
    def owes_reason(self) -> bool:
        """Whether a change would override what somebody recorded."""
        return self.total is not None and not self.total.is_by_closing


@require_http_methods(["GET", "POST"])
@of_batch(access.MARK)
def change(request: HttpRequest, angkatan: Angkatan, session: int, ref: uuid.UUID) -> HttpResponse:
    """The page "Ubah kehadiran". ``?lembar=`` and the choices of Cetak lead back to the sheet one came from."""
    here = get_object_or_404(angkatan.sessions.select_related("angkatan"), pk=session)
    person = get_object_or_404(angkatan.registrations.select_related("ormas"), ref=ref)
    at = timezone.now()
    known = _known(here, person, at)
    if request.method == "POST" and "undo" in request.POST:
        return _undo(request, here, known, at)
    form = MarkForm(request.POST if request.method == "POST" else None, known, here, at)
    if form.is_valid():
        event, seen = _sent_id(request, "event") or uuid.uuid4(), _sent_id(request, "seen")
        mark = form.mark(event, person, seen)
        [done] = marking.mark_many(here, [mark], actor=staff(request.user), at=at)
        if not done.refusal:
            return _told(request, done)
        known = _known(here, person, at)  # what was sent stays on the page, beside what counts now
        form.add_error(None, done.refusal)
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


def _undo(request: HttpRequest, session: Session, known: Known, at: datetime) -> HttpResponse:
    seen = _sent_id(request, "seen")
    wanted = [event.pk for event in known.events if event.pk == seen] or [NOTHING]
    [done] = marking.undo(session, wanted, actor=staff(request.user), at=at)
    if done.refusal or done.person is None:
        messages.error(request, done.refusal)
    elif done.was_so:
        messages.info(request, "Perubahan itu sudah diurungkan.")
    else:
        word = marking.word(done.total)
        messages.success(request, f"Diurungkan. Kehadiran {done.person.full_name} sekarang: {word}.")
    return redirect(request.get_full_path())


def _told(request: HttpRequest, done: Marked) -> HttpResponse:
    if done.was_so:
        messages.info(request, NOTHING_CHANGED)
    elif done.person:
        messages.success(request, f"Disimpan. Kehadiran {done.person.full_name}: {marking.word(done.total)}.")
    return redirect(request.get_full_path())


def _known(session: Session, person: Registration, at: datetime) -> Known:
    events = list(
        AttendanceEvent.objects.filter(Q(registration=person) | Q(registration__counts_for=person), session=session)
        .select_related("author", "undoes", "about")
        .order_by("number")
    )
    is_expected = bool(marking.expected_among([person])) or rules.is_somebody_here(events)
    refusal = rules.mark_sentence(session, person, at, is_expected=is_expected)
    return Known(rules.sum_of(events), events, refusal)


def _how(event: AttendanceEvent) -> str:
    """``dipindai di Ponsel meja 1``; of what was entered only where."""
    way = WAYS[AttendanceEvent.Means(event.means)] if event.kind not in ENTERED_BY_HAND else ""
    return f"{way} di {event.device}".strip() if event.device and event.author_id else way


def _page(event: AttendanceEvent) -> str:
    """Of what a signed page says, its code as the reason has it: ``Lembar DH1-7KQ3M9XA-002, baris 12``."""
    words = event.reason.partition(",")[0].split() if event.means == AttendanceEvent.Means.PAPER else []
    return words[-1] if words and page_codes.read(words[-1]) else ""


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
