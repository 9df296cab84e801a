"""What the desk reads and hears for each outcome: one look, one word, one sentence on what to do next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pelatihan import codes, dates
from pelatihan.accounts import access
from pelatihan.attendance import rules
from pelatihan.attendance.locked import Answer
from pelatihan.attendance.rules import Sum
from pelatihan.attendance.writer import ID_TAKEN, UNDONE, IdTaken
from pelatihan.desk import clocks, fit
from pelatihan.lifecycle import Status
from pelatihan.models import Outcome, Registration, Session
from pelatihan.models.attendance import MOST_A_PHONE


@dataclass(frozen=True)
class Look:
    """The panel of one outcome: its colour (a class), its icon and its word."""

    key: str
    colour: str
    icon: str
    word: str


REFUSED = "Tidak dicatat"
LOOKS = {
    look.key: look
    for look in (
        Look(Outcome.PRESENT, "present", "check-lg", "Hadir"),
        Look(Outcome.LATE, "late", "clock-fill", "Terlambat"),
        Look(Outcome.ALREADY, "already", "info-square-fill", "Sudah tercatat"),
        Look(Outcome.NOT_OPEN, "not-open", "lock-fill", "Sesi belum dibuka"),
        Look(Outcome.CLOSED, "not-open", "lock-fill", "Sesi sudah ditutup"),
        Look(Outcome.NOT_ACCEPTED, "refused", "x-octagon-fill", REFUSED),
        Look(Outcome.OTHER_ANGKATAN, "refused", "x-octagon-fill", REFUSED),
        Look(Outcome.UNKNOWN_CODE, "refused", "x-octagon-fill", REFUSED),
        Look(Outcome.DOUBTED, "not-open", "clock-fill", "Jam diragukan"),
        Look(Outcome.EMPTIED, "not-open", "dash-circle", "Dikosongkan panitia"),
        Look(Outcome.TOO_MANY, "refused", "x-octagon-fill", REFUSED),
        Look(Outcome.STRUCK, "refused", "x-octagon-fill", REFUSED),
        Look(Outcome.INVALID, "refused", "x-octagon-fill", REFUSED),
        Look(ID_TAKEN, "refused", "x-octagon-fill", REFUSED),
        Look(UNDONE, "undone", "arrow-counterclockwise", "Diurungkan"),
        Look(Outcome.ALREADY_UNDONE, "already", "info-square-fill", "Sudah diurungkan"),
        Look("unsent", "saved", "wifi-off", "Belum terkirim"),
    )
}
UNVERIFIED = "Belum diverifikasi"  # a walk-in: present, but holding no seat yet
TO_VERIFIER = "Mohon hubungi petugas verifikasi."  # nobody else opens registrations
LET_IN_ANYWAY = "Belum dihitung hadir: menunggu keputusan panitia di Kiriman susulan."
NOT_ACCEPTED = {
    Status.SUBMITTED: "Pendaftarannya masih menunggu verifikasi.",
    Status.NEEDS_FIX: "Pendaftarannya masih perlu perbaikan.",
    Status.WAITLISTED: "Masih peserta cadangan.",
    Status.REJECTED: "Pendaftarannya ditolak.",
    Status.CANCELLED: "Pendaftarannya dibatalkan.",
    Status.REPLACED: "Sudah digantikan orang lain.",
}
CANCELLED = "Angkatan ini dibatalkan."
NO_ATTENDANCE = "Sesi ini tidak memakai daftar hadir. Pilih sesi lain."


@dataclass(frozen=True)
class Words:
    """One answer as it is shown. ``name`` is the code read when nobody has it."""

    look: Look
    name: str
    ormas: str
    note: str
    is_code: bool = False
    ref: str = ""  # of who is not accepted: somebody may answer for them
    is_unverified: bool = False  # a walk-in who was taken

    @property
    def size(self) -> str:
        """Long names are set smaller, so that the whole answer stays in sight on a small phone."""
        return fit.size_of(self.name, self.ormas, self.note)


def words(answer: Answer, session: Session) -> Words:
    """The answer in words."""
    person = answer.person
    code = answer.event.code
    shown_code = codes.display(code) if len(code) == codes.LENGTH else code
    return Words(
        LOOKS[answer.outcome],
        person.full_name if person else shown_code or answer.event.reason,
        person.ormas_name if person else "",
        _note(answer, session),
        is_code=person is None and bool(shown_code),
        ref=str(person.ref) if person and answer.outcome == Outcome.NOT_ACCEPTED else "",
        is_unverified=_is_unverified(answer),
    )


def _note(answer: Answer, session: Session) -> str:
    """What to do next, who is to decide, and what is wrong with the device's clock."""
    waiting = LET_IN_ANYWAY if answer.event.needs_review else ""
    unverified = UNVERIFIED if _is_unverified(answer) else ""
    sentences = [NOTES[answer.outcome](answer, session), unverified, waiting, clocks.note(answer.event)]
    *before, last = filter(None, sentences)
    return "".join(f"{sentence.rstrip('.')}. " for sentence in before) + last


def _is_unverified(answer: Answer) -> bool:
    is_in = answer.outcome in rules.ENTERS or answer.outcome == Outcome.ALREADY
    return is_in and answer.person is not None and answer.person.is_unverified


@dataclass(frozen=True)
class Idle:
    """What the panel says before the first answer."""

    icon: str
    lines: tuple[str, ...]
    is_ready: bool = False


def idle(session: Session, at: datetime) -> Idle:
    """Ready, or why nobody can be checked in now."""
    if rules.is_closed(session, at):
        first = CANCELLED if session.angkatan.cancelled_at else "Sesi ini sudah ditutup."
        return Idle("lock-fill", (first, "Presensi tidak dicatat lagi."))
    if at < session.opens_at:
        return Idle("lock-fill", ("Sesi belum dibuka.", f"Presensi dibuka {opening(session, at)}."))
    return Idle("qr-code-scan", ("Siap. Ketik kode atau nama peserta,", "atau pakai alat pemindai."), is_ready=True)


def as_json(answer: Answer, session: Session) -> dict[str, str | None]:
    """The answer as ``rekam/`` sends it: ``{"id", "outcome", "name", "ormas", "first_at", "note"}``; of who is not
    accepted with the ``ref`` by which somebody may let them in.
    """
    said = words(answer, session)
    since = first_at(answer)
    return {
        "id": str(answer.event.pk),
        "outcome": answer.outcome,
        "name": said.name if answer.person else "",
        "ormas": said.ormas,
        "first_at": since.isoformat() if since else None,
        "note": said.note,
    } | ({"ref": said.ref} if said.ref else {})


def first_at(answer: Answer) -> datetime | None:
    """Since when the person is in; None when they are not."""
    if answer.outcome == Outcome.ALREADY:
        return answer.before.first_at if answer.before else None
    return rules.counted_at(answer.event) if answer.outcome in rules.ENTERS else None


def _back(before: Sum, at: datetime) -> str:
    """Of who had left early."""
    since = f", hadir sejak {dates.clock(before.first_at)}" if before.came_as else ""
    return f"Kembali pukul {dates.clock(at)}{since}"


def _late(answer: Answer, session: Session) -> str:
    at = rules.counted_at(answer.event)
    if answer.before and answer.before.left_at:
        return _back(answer.before, at)
    minutes = int((at - session.starts_at).total_seconds()) // 60
    return f"Pukul {dates.clock(at)}, {dates.thousands(minutes)} menit setelah mulai{_responsibly(answer)}"


def _already(answer: Answer, session: Session) -> str:
    before = answer.before
    if before is None:
        return "Sudah tercatat"
    if not before.is_inside:
        return f"Sudah ditandai {before.word}. Panitia dapat mengubahnya di rekap."
    late = " (terlambat)" if before.word == LOOKS[Outcome.LATE].word else ""
    return f"Sudah tercatat pukul {dates.clock(before.first_at)}{late}"


def _not_open(answer: Answer, session: Session) -> str:
    return f"Presensi dibuka {opening(session, rules.counted_at(answer.event))}."


def _closed(answer: Answer, session: Session) -> str:
    if session.angkatan.cancelled_at:
        return CANCELLED
    return "Panitia dapat membukanya lagi di halaman ini." if session.closed_at else "Angkatan ini sudah ditutup."


def _not_accepted(answer: Answer, session: Session) -> str:
    if answer.person is None:
        return TO_VERIFIER
    if answer.event.means == answer.event.Means.OVERRIDE:  # by somebody who may not
        return f"{standing(answer.person)} {access.REFUSALS[access.LET_IN]}"
    return f"{standing(answer.person)} {TO_VERIFIER}"


def standing(person: Registration) -> str:
    """Why somebody is not let in; empty for who is accepted."""
    return NOT_ACCEPTED.get(Status(person.status), "")


def _present(answer: Answer, session: Session) -> str:
    if answer.before and answer.before.left_at:
        return _back(answer.before, rules.counted_at(answer.event))
    return f"Tercatat pukul {dates.clock(rules.counted_at(answer.event))}{_responsibly(answer)}"


def _responsibly(answer: Answer) -> str:
    """That somebody answers for it, and that nothing else has changed."""
    event = answer.event
    if answer.person is None or event.means != event.Means.OVERRIDE or event.outcome != Outcome.NOT_ACCEPTED:
        return ""
    return f", atas tanggung jawab. Statusnya tetap {answer.person.get_status_display()}"


def _other(answer: Answer, session: Session) -> str:
    where = answer.person.angkatan.name if answer.person else "angkatan lain"
    return f"Terdaftar di {where}, bukan angkatan ini. {TO_VERIFIER}"


def _invalid(answer: Answer, session: Session) -> str:
    if not session.takes_attendance:
        return NO_ATTENDANCE
    if answer.event.means == answer.event.Means.CORRECTION:
        return "Presensi ini sudah tidak dapat diurungkan."
    return "Kode tidak terbaca. Periksa lagi huruf dan angkanya, atau cari namanya."


def opening(session: Session, at: datetime) -> str:
    """When the doors open: ``pukul 07.00``, with the day when it is another one."""
    clock = f"pukul {dates.clock(session.opens_at)}"
    same_day = dates.local_date(session.opens_at) == dates.local_date(at)
    return clock if same_day else f"{dates.long_date(session.opens_at)} {clock}"


NOTES: dict[str, Callable[[Answer, Session], str]] = {
    Outcome.PRESENT: _present,
    Outcome.LATE: _late,
    Outcome.ALREADY: _already,
    Outcome.NOT_OPEN: _not_open,
    Outcome.CLOSED: _closed,
    Outcome.NOT_ACCEPTED: _not_accepted,
    Outcome.OTHER_ANGKATAN: _other,
    Outcome.UNKNOWN_CODE: lambda answer, session: "Kode tidak dikenal. Cari namanya, atau hubungi petugas verifikasi.",
    Outcome.DOUBTED: lambda answer, session: "Jam perangkat diragukan, jadi tidak jelas kapan ini dipindai.",
    Outcome.EMPTIED: lambda answer, session: "Kehadirannya dikosongkan panitia sesudah ini dipindai.",
    Outcome.TOO_MANY: lambda answer, session: f"Ponselnya sudah mencatat {MOST_A_PHONE} orang. Catat di meja ini.",
    Outcome.STRUCK: lambda answer, session: "Presensinya lewat kode ruangan dicoret panitia. Catat di meja ini.",
    Outcome.INVALID: _invalid,
    ID_TAKEN: lambda answer, session: str(IdTaken()),
    UNDONE: lambda answer, session: "Presensinya di sesi ini dihapus.",
    Outcome.ALREADY_UNDONE: lambda answer, session: "Presensi itu sudah diurungkan. Yang tercatat sesudahnya tetap.",
}
