"""What the board shows of one day of a batch, and until when the clock alone changes nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.paginator import Page, Paginator
from django.utils.timezone import get_current_timezone

from pelatihan import dates
from pelatihan.attendance import figures, flow, sessions
from pelatihan.attendance.figures import Missing, SessionFigures
from pelatihan.attendance.flow import Flow
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
    present: Session | None
    flow: Flow | None
    until: datetime

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
    def lines(self) -> list[tuple[SessionFigures, str]]:
        """Each session with how it stands to the clock."""
        return [(row, sessions.standing(row.session, self.at)) for row in self.rows]

    @property
    def upcoming(self) -> Session | None:
        """What comes after the session in large on the same day."""
        if self.focus is None:
            return None
        after = [row.session for row in self.rows if row.session.starts_at > self.focus.session.starts_at]
        return next((one for one in after if not one.is_over(self.at)), None)

    @property
    def elsewhere(self) -> Session | None:
        """The session that is meant now, when another one is in large."""
        if self.present is None or self.present.is_over(self.at):
            return None
        return None if self.focus and self.focus.session == self.present else self.present

    @property
    def elsewhere_word(self) -> str:
        return sessions.place(self.elsewhere, self.at) if self.elsewhere else ""

    @property
    def focus_word(self) -> str:
        """How the session in large stands to the clock."""
        if self.focus is None:
            return ""
        return sessions.standing(self.focus.session, self.at)


def of(angkatan: Angkatan, at: datetime, *, day: str, session: str, contacts: bool, page: str = "") -> Board:
    """The board of a day, in six queries, however many are missing or came.

    :param day: ``YYYY-MM-DD``; anything else means today, or the nearest day of the batch
    :param session: the id of the session in large; anything else means the one that is meant now, or is nearest
    :param contacts: whether the reader may see phone numbers
    :param page: of those who are missing; anything but a number means the first
    """
    everything = list(angkatan.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    present = sessions.present_session(everything, at)
    days = angkatan.days()
    today = present.day if present else dates.local_date(at)  # a session that runs past midnight is still yesterday's
    chosen = _chosen(days, everything, day, today)
    shown_sessions = [one for one in everything if one.day == chosen]
    rows = figures.of_sessions(angkatan, shown_sessions)
    nearest = sessions.nearest_session(shown_sessions, at)
    focus = _row(rows, session) or _row(rows, str(nearest.pk) if nearest else "")
    number = focus.figures.missing if focus and at >= focus.session.opens_at else 0
    shown = Paginator(range(number), MOST_MISSING).get_page(page)
    missing = _missing(focus.session, shown, contacts=contacts) if focus and number else []
    came = flow.of(focus.session) if focus and focus.figures.came else None
    until = next_change(everything, at)
    return Board(at, chosen, days, rows, focus, missing, shown, contacts, present, came, until)


def next_change(everything: Sequence[Session], at: datetime) -> datetime:
    """When the clock alone changes what a board says: a session opens, begins or ends, or the day does."""
    turns = [turn for one in everything for turn in (one.opens_at, one.starts_at, one.ends_at)]
    return min([_midnight(at), *(turn for turn in turns if turn > at)])


def _midnight(at: datetime) -> datetime:
    """The next one on the office's clock."""
    tomorrow = dates.local_date(at) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), get_current_timezone())


def _row(rows: list[SessionFigures], session: str) -> SessionFigures | None:
    return next((row for row in rows if str(row.session.pk) == session), None)


def _missing(session: Session, page: Page[int], *, contacts: bool) -> list[Missing]:
    return figures.missing(session, contacts=contacts, first=page.start_index() - 1, most=MOST_MISSING)


def _chosen(days: list[date], sessions: list[Session], wish: str, today: date) -> date:
    """The day asked for; else today; else the first or last day with a session, whichever is nearer."""
    by_name = {one.isoformat(): one for one in days}
    busy = [session.day for session in sessions] or days
    return by_name.get(wish) or (today if today in days else min(max(today, busy[0]), busy[-1]))
