"""What stands on a delegate's own page: where the registration stands, what happens next, the schedule."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate

from ormas import phones
from pelatihan import dates
from pelatihan.lifecycle import ACTIVE, Role, Status
from pelatihan.models import Registration, Session
from pelatihan.models.compiled import Compiled
from pelatihan.phases import Phase, closed_sentence
from pelatihan.registration.eligibility import correct_sentence, withdraw_sentence


@dataclass(frozen=True)
class OwnSession:
    """One session; ``state`` is what was recorded, shown once there is something to tell."""

    session: Session
    state: str
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
class OwnPage:
    """Everything that templates/registration/delegate.html shows."""

    registration: Registration
    next_step: str
    reason: str
    cancelled: str
    qr: SafeString
    save_link: str
    days: list[OwnDay]
    can_correct: bool
    can_withdraw: bool


def read(registration: Registration, *, at: datetime, address: str) -> OwnPage:
    """The page at one moment. At most four queries, whatever the length of the rundown."""
    angkatan = registration.angkatan
    phase = angkatan.phase(at)
    is_active = registration.status in ACTIVE and phase != Phase.CANCELLED
    return OwnPage(
        registration,
        next_step=_next_step(registration, phase, at),
        reason=_reason(registration),
        cancelled=closed_sentence(angkatan, at) if phase == Phase.CANCELLED else "",
        qr=qr(registration.code) if is_active else SafeString(""),
        save_link=phones.wa_link(registration.delegate.phone, _save_text(registration, address)),
        days=_days(registration, at) if is_active else [],
        can_correct=is_active and not correct_sentence(registration, at),
        can_withdraw=is_active and not withdraw_sentence(angkatan, at),
    )


def qr(code: str) -> SafeString:
    """The bare code as inline SVG, 250 px; the white around it is the page's.

    Version 2, level M, never Micro: tilted cameras fail on version 1 (docs/decisions.md, 6).
    """
    picture = segno.make(code, version=2, error="m", micro=False, boost_error=False)
    return mark_safe(picture.svg_inline(scale=10, border=0, svgclass="pass-qr", lineclass=None))


def _save_text(registration: Registration, address: str) -> str:
    return (
        f"Pelatihan Ormas {registration.angkatan.name}. Kode saya: {registration.shown_code}. Halaman saya: {address}"
    )


def _next_step(registration: Registration, phase: Phase, at: datetime) -> str:
    """What the status means, and what happens next."""
    angkatan = registration.angkatan
    end = dates.plain_date(angkatan.ends_on)
    match registration.status:
        case Status.ACCEPTED if phase == Phase.FINISHED:
            return f"Anda peserta {angkatan.name}, yang selesai pada {end}. Terima kasih."
        case Status.SUBMITTED | Status.NEEDS_FIX | Status.WAITLISTED if phase == Phase.FINISHED:
            return f"{angkatan.name} sudah selesai pada {end}, jadi pendaftaran ini tidak diputuskan lagi."
        case Status.NEEDS_FIX if sentence := correct_sentence(registration, at):
            return sentence
        case Status.ACCEPTED:
            return f"Anda peserta {angkatan.name}. Tunjukkan kode di bawah kepada petugas presensi di setiap sesi."
        case Status.SUBMITTED:
            return _submitted_words(registration)
        case Status.NEEDS_FIX:
            return "Perbaiki data Anda, lalu kirim lagi. Selama itu kursi Anda tetap tersimpan."
        case Status.WAITLISTED:
            return _queue_words(registration)
        case Status.REJECTED:
            return "Pendaftaran Anda tidak dapat kami terima. Hubungi panitia bila menurut Anda ada yang keliru."
        case Status.CANCELLED:
            return "Pendaftaran ini dibatalkan dan kursinya sudah dilepas. Hubungi panitia bila Anda tetap ingin ikut."
    return "Utusan lain dari ormas Anda datang menggantikan Anda. Kode ini tidak berlaku lagi untuk presensi."


def _submitted_words(registration: Registration) -> str:
    state = "sedang diperiksa petugas"
    if registration.is_held_back:
        state = "menunggu pemeriksaan petugas; kursi ditetapkan sesudahnya"
    return (
        f"Pendaftaran Anda sudah kami terima dan {state}. Keputusannya tampil di halaman ini;"
        " simpan kode di bawah untuk membukanya lagi."
    )


def _queue_words(registration: Registration) -> str:
    if registration.queue_number is None:
        return "Anda di daftar cadangan. Panitia mengabari Anda bila ada kursi untuk Anda."
    ahead = registration.angkatan.registrations.in_queue().filter(queue_number__lt=registration.queue_number).count()
    before_you = f", {dates.thousands(ahead)} orang di depan Anda" if ahead else ", Anda yang pertama"
    return (
        f"Kursi sudah terisi. Nomor antrean Anda {dates.thousands(registration.queue_number)}{before_you}."
        " Bila ada kursi kosong, Anda naik menurut urutan; keputusannya tampil di halaman ini."
    )


def _reason(registration: Registration) -> str:
    """What staff wrote for the delegate when they decided; why somebody was accepted is the office's own note."""
    if registration.status in {Status.ACCEPTED, Status.REPLACED}:
        return ""
    last = registration.history.last()
    return last.reason if last and last.role == Role.STAFF and last.action != "register" else ""


_rundown = Compiled(lambda angkatan: Session.objects.filter(angkatan=angkatan).in_time_order(), int)


def _days(registration: Registration, at: datetime) -> list[OwnDay]:
    states: dict[int, str] = dict(registration.attendances.values_list("session_id", "state"))
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


def _row(session: Session, states: dict[int, str], registration: Registration, at: datetime) -> OwnSession:
    state = states.get(session.pk, "")
    is_owed = session.takes_attendance and registration.status == Status.ACCEPTED and session.starts_at <= at
    return OwnSession(session, state, is_told=bool(state) or is_owed, is_now=session.is_running(at))
