"""What the desk of a session that is over says, and which session it leads to."""

from dataclasses import dataclass
from datetime import datetime

from pelatihan import dates
from pelatihan.attendance import rules, sessions
from pelatihan.desk import answers
from pelatihan.models import Session


@dataclass(frozen=True)
class Over:
    """Since when the session is over, what is open instead, and the session to go to, if there is one."""

    words: str
    then: str
    leads_to: Session | None = None


def over(session: Session, at: datetime) -> Over | None:
    """None while the session lasts or is still to come; one query once it is over."""
    if not session.takes_attendance or not session.is_over(at):
        return None
    rows = list(session.angkatan.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    meant = sessions.present_session(rows, at)
    if meant is None or meant == session or meant.is_over(at):
        return Over(_since(session, at), _alone(session, at))
    return Over(_since(session, at), _instead(meant, at), meant)


def _since(session: Session, at: datetime) -> str:
    if rules.is_closed(session, at):
        return "Sesi ini sudah ditutup."
    same_day = dates.local_date(session.ends_at) == dates.local_date(at)
    day = "" if same_day else f"{dates.long_date(session.ends_at)} "
    return f"Sesi ini sudah selesai {day}pukul {dates.clock(session.ends_at)}."


def _alone(session: Session, at: datetime) -> str:
    return "" if rules.is_closed(session, at) else "Yang masih datang tercatat terlambat di sesi ini."


def _instead(meant: Session, at: datetime) -> str:
    which = f"{meant.times} {meant.title}"
    if meant.is_open(at):
        return f"Presensi sudah dibuka untuk sesi {which}."
    return f"Sesi berikutnya {which}: presensi dibuka {answers.opening(meant, at)}."
