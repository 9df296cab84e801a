"""What the board shows of one day of a batch."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator

from pelatihan import dates
from pelatihan.attendance import figures
from pelatihan.attendance.figures import Missing, SessionFigures
from pelatihan.models import Angkatan, Session

MOST_MISSING = 120  # named on one page: all of a batch of the usual size


@dataclass(frozen=True)
class Board:
    """One day: its sessions in numbers, the one in large, and who is missing there."""

    at: datetime
    day: date
    days: list[date]
    rows: list[SessionFigures]
    focus: SessionFigures | None
    missing: list[Missing]
    page: Page[int]
    contacts: bool

    @property
    def is_today(self) -> bool:
        return self.day == dates.local_date(self.at)

    @property
    def missing_people(self) -> int:
        """How many are missing on all pages of the list."""
        return self.page.paginator.count

    @property
    def missing_after(self) -> int:
        """How many are missing beyond this page."""
        return self.missing_people - self.page.end_index()

    @property
    def is_begun(self) -> bool:
        """Whether the doors of the session in large are open, or were."""
        return self.focus is not None and self.at >= self.focus.session.opens_at

    @property
    def reminder(self) -> str:
        """The ready text to somebody who has not come."""
        if self.focus is None:
            return ""
        session = self.focus.session
        when = f"{dates.long_date(session.starts_at)} pukul {dates.clock(session.starts_at)}"
        return (
            f"Selamat datang di {session.angkatan.name}. Sesi “{session.title}”, {when}, di {session.angkatan.venue}: "
            "kami belum mencatat kehadiran Anda. Mohon kabari kami bila Anda berhalangan. Terima kasih."
        )

    @property
    def focus_word(self) -> str:
        """How the session in large stands to the clock."""
        if self.focus is None:
            return ""
        return standing(self.focus.session, self.at)


def standing(session: Session, at: datetime) -> str:
    """How a session stands to the clock, in a word."""
    if session.closed_at:
        return "Sudah ditutup"
    if session.is_running(at):
        return "Sedang berlangsung"
    if at >= session.ends_at:
        return "Selesai, belum ditutup"
    return "Presensi dibuka" if at >= session.opens_at else "Belum dimulai"


def of(angkatan: Angkatan, at: datetime, *, day: str, session: str, contacts: bool, page: str = "") -> Board:
    """The board of a day, in five queries, however many are missing.

    :param day: ``YYYY-MM-DD``; anything else means today, or the nearest day of the batch
    :param session: the id of the session in large; anything else means the present or latest one
    :param contacts: whether the reader may see phone numbers
    :param page: of those who are missing; anything but a number means the first
    """
    sessions = list(angkatan.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    days = angkatan.days()
    chosen = _chosen(days, sessions, day, dates.local_date(at))
    rows = figures.of_sessions(angkatan, [one for one in sessions if one.day == chosen])
    focus = next((row for row in rows if str(row.session.pk) == session), None) or _latest(rows, at)
    number = focus.figures.rest if focus and at >= focus.session.opens_at else 0
    shown = Paginator(range(number), MOST_MISSING).get_page(page)
    missing = _missing(focus.session, shown, contacts=contacts) if focus and number else []
    return Board(at, chosen, days, rows, focus, missing, shown, contacts)


def _missing(session: Session, page: Page[int], *, contacts: bool) -> list[Missing]:
    return figures.missing(session, contacts=contacts, first=page.start_index() - 1, most=MOST_MISSING)


def _chosen(days: list[date], sessions: list[Session], wish: str, today: date) -> date:
    """The day asked for; else today; else the first or last day with a session, whichever is nearer."""
    by_name = {one.isoformat(): one for one in days}
    busy = [session.day for session in sessions] or days
    return by_name.get(wish) or (today if today in days else min(max(today, busy[0]), busy[-1]))


def _latest(rows: list[SessionFigures], at: datetime) -> SessionFigures | None:
    """The session that runs; else the latest that has begun; else the first of the day."""
    begun = [row for row in rows if at >= row.session.starts_at]
    running = [row for row in begun if row.session.is_running(at)]
    return next(iter([*reversed(running), *reversed(begun), *rows]), None)
