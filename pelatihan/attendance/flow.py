"""By which desk, and when, those came who came to a session."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, Max
from django.db.models.functions import TruncMinute

from pelatihan.models import AttendanceEvent, Session

MOST_SPANS = 40  # columns of a picture that is narrow on a phone
WIDTHS = (1, 2, 5, 10, 15, 30, 60, 1440)  # minutes of one column
MOST_DESKS = 12  # named one by one
AUTHOR = ("event__author__first_name", "event__author__last_name", "event__author__username")


class Arrived(NamedTuple):
    """How many came in one minute by one desk and one means."""

    minute: datetime
    desk: str
    means: str
    number: int
    last_at: datetime


@dataclass(frozen=True)
class Desk:
    """A device, or a person who checks in without one: how many came there, how, and when the last."""

    name: str
    number: int
    means: list[tuple[str, int]]
    last_at: datetime


@dataclass(frozen=True)
class Span:
    """Some minutes, and how many came in them."""

    at: datetime
    number: int
    height: int  # of its column, from 0 to 100

    @property
    def gap(self) -> int:
        """What is left free above the column."""
        return 100 - self.height


@dataclass(frozen=True)
class Flow:
    """How those came who came: by desk, the busiest first; by spans of so many minutes, the first first."""

    desks: list[Desk]
    spans: list[Span]
    minutes: int

    @property
    def named(self) -> list[Desk]:
        return self.desks[:MOST_DESKS]

    @property
    def others(self) -> int:
        """How many came by the desks that are not named."""
        return sum(desk.number for desk in self.desks[MOST_DESKS:])

    @property
    def busiest(self) -> Span:
        """The first of those in which most came."""
        return max(self.spans, key=lambda span: span.number)

    @property
    def ends_at(self) -> datetime:
        return self.spans[-1].at + timedelta(minutes=self.minutes)


def of(session: Session) -> Flow:
    """In one query, however many came."""
    came = session.attendances.came().filter(event__session=session)  # said twice: both are read along an index
    minute = TruncMinute("first_at", tzinfo=UTC)
    rows = came.order_by().values_list(minute, "event__means", "event__tool", "event__device", *AUTHOR)
    return summed([_arrived(*row) for row in rows.annotate(number=Count("pk"), last=Max("first_at"))])


def _arrived(
    minute: datetime, means: str, tool: int | None, device: str, *author_and_numbers: "str | int | datetime | None"
) -> Arrived:
    """A prepared device is called as the office calls it; any other desk by who is logged in there."""
    first, last, username, number, last_at = author_and_numbers
    word = str(AttendanceEvent.Means(means).label)
    author = " ".join(str(part) for part in (first, last) if part) or username
    assert isinstance(number, int)
    assert isinstance(last_at, datetime)
    return Arrived(minute, (device if tool else str(author or "")) or word, word, number, last_at)


# ---- Sums: no database ------------------------------------------------------------------------------


def summed(arrived: Sequence[Arrived]) -> Flow:
    """What many counts of a minute, a desk and a means come to."""
    minutes = Counter[datetime]()
    for one in arrived:
        minutes[one.minute] += one.number
    spans, width = _spans(minutes)
    by_desk = sorted(arrived, key=lambda one: one.desk)
    desks = [_desk(name, list(some)) for name, some in groupby(by_desk, key=lambda one: one.desk)]
    return Flow(sorted(desks, key=lambda desk: (-desk.number, desk.name)), spans, width)


def _desk(name: str, arrived: Sequence[Arrived]) -> Desk:
    means = Counter[str]()
    for one in arrived:
        means[one.means] += one.number
    return Desk(name, means.total(), means.most_common(), max(one.last_at for one in arrived))


def _spans(minutes: Counter[datetime]) -> tuple[list[Span], int]:
    """As narrow as fit beside each other, from the first who came to the last; those in which nobody came, too."""
    if not minutes:
        return [], WIDTHS[0]
    first, last = min(minutes), max(minutes)
    width = next((one for one in WIDTHS if _places(first, last, one) <= MOST_SPANS), WIDTHS[-1])
    numbers = Counter[datetime]()
    for minute, number in minutes.items():
        numbers[_start(minute, width)] += number
    most, start = max(numbers.values()), _start(first, width)
    places = min(_places(first, last, width), MOST_SPANS)
    starts = [start + timedelta(minutes=width) * place for place in range(places)]
    return [Span(at, numbers[at], -(-numbers[at] * 100 // most)) for at in starts], width


def _places(first: datetime, last: datetime, width: int) -> int:
    return (_start(last, width) - _start(first, width)) // timedelta(minutes=width) + 1


def _start(minute: datetime, width: int) -> datetime:
    """Of its span; spans begin at the full hour."""
    return datetime.fromtimestamp(minute.timestamp() // (width * 60) * width * 60, UTC)
