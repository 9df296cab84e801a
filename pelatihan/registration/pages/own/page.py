"""What stands on a delegate's own page: where the registration stands, what happens next, the schedule."""

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import groupby

import segno
from django.db.models import OuterRef, Subquery
from django.utils.timezone import localdate

from ormas import mails, phones
from pelatihan import dates
from pelatihan.lifecycle import ACTIVE, Role, Status
from pelatihan.models import (
    CertificateRevocation,
    CertificateVersion,
    Invitation,
    PlanChange,
    Registration,
    Session,
    StatusChange,
)
from pelatihan.models.compiled import Compiled
from pelatihan.phases import Phase, closed_sentence
from pelatihan.registration import nik
from pelatihan.registration.application import AGREEMENTS
from pelatihan.registration.eligibility import (
    correct_sentence,
    over_for_all_sentence,
    still_asked,
    undo_withdrawal_until,
    withdraw_sentence,
    withdraws_by_asking,
)
from pelatihan.registration.pages.own import words as own_words
from pelatihan.registration.pages.own.asked import Asked, asked
from pelatihan.registration.plan_changes import Question, question, shown


@dataclass(frozen=True)
class OwnSession:
    """One session; ``state`` is what was recorded, shown once there is something to tell. ``left_at`` is when somebody
    went who left early.
    """

    session: Session
    state: str
    left_at: datetime | None
    is_told: bool
    is_now: bool


@dataclass(frozen=True)
class OwnDay:
    """One day of the rundown; today's, or the first one to come, is unfolded."""

    date: date
    rows: list[OwnSession]
    note: str
    is_open: bool


@dataclass(frozen=True)
class OwnCertificate:
    """What was given out to this person; of one that was revoked only that it was."""

    title: str
    name: str
    number: str
    code: str
    jp: int
    dated: date
    revoked_at: datetime | None


@dataclass(frozen=True)
class OwnPage:
    """Everything that templates/registration/delegate.html shows."""

    registration: Registration
    next_step: str
    expected: str
    reason: str
    cancelled: str
    plan: PlanChange | None
    question: Question | None
    has_qr: bool
    has_card: bool
    has_calendar: bool
    bring: list[str]
    asked: list[Asked]
    fix: list[str]
    undo_until: datetime | None
    owes_notice: bool
    more: str
    letter_due_on: date | None
    days: list[OwnDay]
    data: list[tuple[str, str]]
    can_correct: bool
    can_withdraw: bool
    asks_to_withdraw: bool
    certificate: OwnCertificate | None


def read(registration: Registration, *, at: datetime) -> OwnPage:
    """The page at one moment. At most eleven queries, whatever the length of the rundown."""
    angkatan = registration.angkatan
    phase, last = angkatan.phase(at), own_words.last_change(registration)
    is_active = carries_qr(registration, at)
    is_ahead = is_active and phase != Phase.FINISHED
    can_correct = is_ahead and not correct_sentence(registration, at)
    return OwnPage(
        registration,
        next_step=own_words.next_step(registration, phase, at),
        expected=own_words.expected(registration, last, at) if is_ahead else "",
        reason=own_words.note_in(last),
        cancelled=closed_sentence(angkatan, at) if phase == Phase.CANCELLED else "",
        plan=shown(angkatan, at),
        question=question(registration, at),
        has_qr=carries_qr(registration, at),
        has_card=has_card(registration, at),
        has_calendar=is_ahead or phase == Phase.CANCELLED,
        asked=asked(registration, at, role=Role.DELEGATE),
        fix=_fix(registration, last) if can_correct else [],
        undo_until=_undo_until(registration, last, at),
        owes_notice=is_ahead and not registration.delegate.privacy_version,
        more=_more(registration, at) if is_active and angkatan.published and phase == Phase.OPEN else "",
        bring=angkatan.things_to_bring() if is_ahead else [],
        letter_due_on=angkatan.letter_due_on if is_ahead else None,
        days=_days(registration, at) if is_active else [],
        data=_data(registration),
        can_correct=can_correct,
        can_withdraw=is_ahead and not withdraw_sentence(registration, at),
        asks_to_withdraw=withdraws_by_asking(registration, at),
        certificate=_certificate(registration) if phase in {Phase.RUNNING, Phase.FINISHED} else None,
    )


def _certificate(registration: Registration) -> OwnCertificate | None:
    last = CertificateVersion.objects.filter(certificate__registration=registration).order_by("-copy")
    gone = CertificateRevocation.objects.filter(certificate=OuterRef("certificate"), restored_at=None)
    given = last.select_related("certificate__issue").annotate(gone_at=Subquery(gone.values("at"))).first()
    if given is None:
        return None
    certificate, words = given.certificate, given.certificate.issue.wording
    return OwnCertificate(
        title=words["title"], name=given.full_name, number=certificate.number, code=certificate.shown_code,
        jp=words["jp"], dated=date.fromisoformat(words["dated_on"]), revoked_at=given.gone_at,
    )  # fmt: skip


def asked_in(last: StatusChange | None) -> list[str]:
    """What is to be mended, if that was what was said last."""
    return list(last.fields) if last and last.to_status == Status.NEEDS_FIX else []


def _fix(registration: Registration, last: StatusChange | None) -> list[str]:
    is_owed = registration.status == Status.NEEDS_FIX
    return sorted(still_asked(registration.angkatan, asked_in(last))) if is_owed else []


def _undo_until(registration: Registration, last: StatusChange | None, at: datetime) -> datetime | None:
    """Until when a withdrawal can still be taken back, while it can."""
    until = undo_withdrawal_until(registration, last, Role.DELEGATE)
    return until if until and at < until and not over_for_all_sentence(registration.angkatan, at) else None


def _more(registration: Registration, at: datetime) -> str:
    """What becomes of somebody else whom this organisation sends; empty where nobody else can register for it."""
    ormas = registration.ormas
    invitation = registration.invitation
    if ormas is None or invitation is None or ormas.is_disputed:
        return ""
    invitation = Invitation.objects.with_seats_held().select_related("angkatan").get(pk=invitation.pk)
    left = invitation.seats - invitation.held
    if left > 0:
        return f"Ormas Anda masih punya {dates.thousands(left)} dari {dates.thousands(invitation.seats)} kursi."
    return f"Semua {dates.thousands(invitation.seats)} kursi ormas Anda terisi: utusan berikutnya menjadi cadangan."


def carries_qr(registration: Registration, at: datetime) -> bool:
    return registration.status in ACTIVE and registration.angkatan.phase(at) != Phase.CANCELLED


def has_card(registration: Registration, at: datetime) -> bool:
    """Only who is accepted wears one."""
    return registration.status == Status.ACCEPTED and carries_qr(registration, at)


def qr(code: str) -> bytes:
    """The bare code as a picture (PNG) of 290 px, two of the four white modules around with it; the rest is the page's.

    Version 2, level M, never Micro: tilted cameras fail on version 1 (docs/decisions.md, 6). A picture, because
    browsers that darken pages turn drawings over, and leave pictures alone.
    """
    made, file = segno.make(code, version=2, error="m", micro=False, boost_error=False), BytesIO()
    made.save(file, kind="png", scale=10, border=2)
    return file.getvalue()


def save_link(registration: Registration, address: str) -> str:
    """Opens WhatsApp with a message to oneself."""
    return phones.wa_link(registration.delegate.phone, _save_text(registration, address))


def _save_text(registration: Registration, address: str) -> str:
    """What is still there without signal: the code, when and where."""
    batch = registration.angkatan
    return (
        f"Pelatihan Ormas {batch.name}. Kode saya: {registration.shown_code}. {batch.day_range}, {batch.venue}."
        f" Halaman saya: {address}"
    )


def mending_link(registration: Registration) -> str:
    """Where one writes what the office should put right; empty when nobody is named."""
    batch = registration.angkatan
    text = f"Yth. panitia, mohon pembetulan pendaftaran saya di {batch.name}, kode {registration.shown_code}: "
    return phones.wa_link(batch.help_phone, text) if batch.help_phone else ""


def _data(registration: Registration) -> list[tuple[str, str]]:
    """What is kept of the person, as they may check it; what anybody could misuse is masked."""
    person = registration.delegate
    rows = [
        ("Nama dan gelar", registration.full_name),
        ("Nama panggilan", registration.nickname),
        ("Ormas", str(registration.ormas or registration.ormas_text)),
        ("Jabatan di ormas", registration.position),
        ("Jenis kelamin", person.get_gender_display()),
        ("NIK", nik.masked(registration) or ("belum diisi" if registration.angkatan.asks_nik else "")),
        ("Nomor HP (WhatsApp)", phones.masked(person.phone)),
        ("Surel (email)", mails.masked(person.email)),
        ("Kebutuhan khusus", registration.special_needs),
        (
            "Terdaftar",
            f"{dates.long_moment(registration.submitted_at)}, {_SOURCES[Registration.Source(registration.source)]}",
        ),
    ]
    return [(label, value) for label, value in rows if value]


_SOURCES = {
    Registration.Source.WEB: "oleh Anda sendiri",
    Registration.Source.GROUP: "oleh ormas Anda",
    Registration.Source.STAFF: "dicatat petugas",
    Registration.Source.IMPORT: "dicatat petugas",
    Registration.Source.WALK_IN: "di tempat pelatihan",
}


def agreed(registration: Registration) -> int:
    """To how many of what may be refused the person agrees."""
    return sum(getattr(registration.delegate, name) for name in AGREEMENTS)


_rundown = Compiled(lambda angkatan: Session.objects.filter(angkatan=angkatan).in_time_order(), int)


def _days(registration: Registration, at: datetime) -> list[OwnDay]:
    recorded = registration.attendances.values_list("session_id", "state", "left_at")
    states: dict[int, tuple[str, datetime | None]] = {session: (state, left) for session, state, left in recorded}
    sessions = _rundown(registration.angkatan_id)
    days = [
        (day, [_row(session, states, registration, at) for session in rows])
        for day, rows in groupby(sessions, key=lambda session: session.day)
    ]
    today = localdate(at)
    unfolded = next((day for day, _ in days if day >= today), None)
    return [
        OwnDay(day, rows, "Hari ini" if day == today else f"{len(rows)} acara", is_open=day == unfolded)
        for day, rows in days
    ]


def _row(
    session: Session, states: dict[int, tuple[str, datetime | None]], registration: Registration, at: datetime
) -> OwnSession:
    state, left_at = states.get(session.pk, ("", None))
    is_owed = session.takes_attendance and registration.status == Status.ACCEPTED and session.starts_at <= at
    return OwnSession(session, state, left_at, is_told=bool(state) or is_owed, is_now=session.is_running(at))
