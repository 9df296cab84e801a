"""What a delegate reads who checks in by the room's code: that it is done, or why it is not yet, and what to do."""

from dataclasses import dataclass, replace
from datetime import datetime

from pelatihan import dates
from pelatihan.attendance import rules
from pelatihan.desk import answers
from pelatihan.lifecycle import Status
from pelatihan.models import Attendance, AttendanceState, Outcome, Registration, Session
from pelatihan.models.attendance import MOST_A_PHONE

TO_DESK = "Datanglah ke meja presensi di pintu ruangan."
TO_ORGANISER = "Bila Anda ikut sesi ini, temui panitia sebelum meninggalkan ruangan. Panitia dapat mencatat Anda."
AGAIN = "Arahkan kamera sekali lagi ke layar di ruangan, atau ketik enam angka yang tampil di sana."
WHERE_YOU_SIT = "Pindai kode di layar ruangan tempat Anda duduk sekarang."
PAPER = "Tetap tanda tangani lembar kertas yang beredar."


@dataclass(frozen=True)
class Notice:
    """One panel: colour, icon and word, why, and what to do next. Who is not ``recorded`` reads that in bold."""

    colour: str
    icon: str
    word: str
    why: str
    todo: str
    recorded: bool = False
    person: Registration | None = None
    takes_digits: bool = False

    def of(self, person: Registration) -> "Notice":
        """The same, said of somebody by name."""
        return replace(self, person=person)


# ---- The code and the door -----------------------------------------------------------------------

UNKNOWN = Notice(
    "rejected", "x-octagon-fill", "Kode tidak dikenal", "Alamat ini bukan kode ruangan.", AGAIN, takes_digits=True
)


def stale(session: Session, shown_at: datetime | None, *, instead: Session | None, at: datetime) -> Notice:
    """The code was on the screen once, and is not any more.

    :param shown_at: when it was, as far as that can be told
    :param instead: the session that goes on now, if it is another one
    """
    if session.is_over(at) and instead is not None:
        why = f"Kode itu milik sesi {_when(session.starts_at, at)} yang sudah selesai."
        return Notice("rejected", "x-octagon-fill", "Ini kode sesi lain", why, WHERE_YOU_SIT, takes_digits=True)
    if session.is_over(at):
        why = f"Sesi ini selesai {_when(session.ends_at, at)} {dates.zone_label()}."
        return Notice("cancelled", "lock-fill", "Sesi sudah selesai", why, TO_ORGANISER)
    since = f" Yang Anda buka dari {_when(shown_at, at)} dan tidak berlaku lagi." if shown_at else ""
    why = f"Kode di layar berganti setiap 30 detik.{since or ' Yang Anda buka tidak berlaku lagi.'}"
    return Notice("submitted", "clock-fill", "Kode sudah berganti", why, AGAIN, takes_digits=True)


def door(session: Session, at: datetime) -> Notice | None:
    """Why nobody can check in by the room's code; None while one can."""
    outcome = rules.at_the_door(session, at)
    if outcome in rules.ENTERS:
        return None if session.self_check_in else OFF
    return {Outcome.CLOSED: _closed, Outcome.NOT_OPEN: _not_open}.get(outcome, _no_list)(session, at)


OFF = Notice(
    "cancelled", "lock-fill", "Kode ruangan dimatikan", "Sesi ini sekarang tidak dicatat lewat kode ruangan.", TO_DESK
)


def _closed(session: Session, at: datetime) -> Notice:
    batch = session.angkatan
    if batch.cancelled_at:
        why = f"{batch.name} dibatalkan, jadi tidak ada presensi."
        return Notice("cancelled", "lock-fill", "Angkatan dibatalkan", why, "Bila ini keliru, hubungi panitia.")
    closed_at = session.closed_at or batch.closed_at or at
    what = "Presensi sesi ini" if session.closed_at else batch.name
    why = f"{what} ditutup {_when(closed_at, at)} {dates.zone_label()}."
    return Notice("cancelled", "lock-fill", "Sesi sudah ditutup", why, TO_ORGANISER)


def _not_open(session: Session, at: datetime) -> Notice:
    why = f"Presensi sesi ini dibuka {answers.opening(session, at)} {dates.zone_label()}."
    return Notice("cancelled", "lock-fill", "Presensi belum dibuka", why, "Pindai lagi kode di layar sesudah dibuka.")


def _no_list(session: Session, at: datetime) -> Notice:
    why = "Sesi ini tidak memakai daftar hadir."
    return Notice("cancelled", "lock-fill", "Tidak ada presensi", why, "Tidak ada yang perlu Anda lakukan.")


def _when(moment: datetime, near: datetime) -> str:
    """``pukul 08.00``, with the day when that is another one."""
    same_day = dates.local_date(moment) == dates.local_date(near)
    return f"{'' if same_day else f'{dates.long_date(moment)} '}pukul {dates.clock(moment)}"


# ---- The person ----------------------------------------------------------------------------------

STOOD = {
    Status.SUBMITTED: "Pendaftaran Anda masih menunggu verifikasi.",
    Status.NEEDS_FIX: "Pendaftaran Anda masih perlu perbaikan.",
    Status.WAITLISTED: "Anda masih peserta cadangan.",
    Status.REJECTED: "Pendaftaran Anda ditolak.",
    Status.CANCELLED: "Pendaftaran Anda dibatalkan.",
    Status.REPLACED: "Anda sudah digantikan orang lain.",
}
TO_VERIFIER = "Datanglah ke meja panitia. Petugas verifikasi dapat membantu Anda."


def recorded(session: Session, person: Registration, row: Attendance, *, again: bool) -> Notice:
    """The person is in. ``again``: was so before."""
    is_late = row.state == AttendanceState.LATE
    late = f", {_minutes(session, row.first_at)} menit setelah mulai" if is_late else ""
    since = f"Tercatat pukul {dates.clock(row.first_at)} {dates.zone_label()}{late}."
    word = "Anda sudah tercatat" if again else "Anda hadir, terlambat" if is_late else "Anda hadir"
    colour, icon = ("submitted", "clock-fill") if is_late else ("accepted", "check-circle-fill")
    return Notice(colour, icon, word, since, PAPER, recorded=True, person=person)


def _minutes(session: Session, at: datetime) -> str:
    return dates.thousands(int((at - session.starts_at).total_seconds()) // 60)


def not_accepted(person: Registration) -> Notice:
    why = STOOD.get(Status(person.status), "Pendaftaran Anda belum diterima.")
    return Notice("rejected", "x-octagon-fill", "Belum dapat dicatat", why, TO_VERIFIER, person=person)


def other_batch(person: Registration) -> Notice:
    why = f"Kode peserta ini milik {person.angkatan.name}, bukan angkatan sesi ini."
    return Notice("rejected", "x-octagon-fill", "Angkatan lain", why, TO_VERIFIER, person=person)


TOO_MANY = Notice(
    "rejected",
    "x-octagon-fill",
    "Ponsel ini sudah penuh",
    f"Satu ponsel mencatat paling banyak {MOST_A_PHONE} orang di satu sesi.",
    TO_DESK,
)
STRUCK = Notice(
    "rejected",
    "x-octagon-fill",
    "Dicoret panitia",
    "Presensi Anda lewat kode ruangan di sesi ini dicoret panitia.",
    TO_DESK,
)
UNDONE = Notice(
    "submitted", "exclamation-triangle-fill", "Presensi diurungkan", "Presensi Anda diurungkan petugas.", TO_DESK
)


def marked(row: Attendance) -> Notice:
    """The organisers have entered something else since."""
    why = f"Panitia mencatat Anda: {row.get_state_display()}."
    return Notice(
        "submitted", "info-circle-fill", "Diubah panitia", why, "Bila ini keliru, temui panitia.", recorded=True
    )


def refused(outcome: str, person: Registration, session: Session, at: datetime) -> Notice:
    """Why a check-in was not recorded."""
    match outcome:
        case Outcome.TOO_MANY:
            return TOO_MANY.of(person)
        case Outcome.STRUCK:
            return STRUCK.of(person)
        case Outcome.OTHER_ANGKATAN:
            return other_batch(person)
        case Outcome.NOT_ACCEPTED:
            return not_accepted(person)
    shut = door(session, at) or UNDONE  # closed then, open again since
    return shut.of(person)
