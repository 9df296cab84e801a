"""The signed sheets of a batch as their page shows them: day by day, each list with its leaves and how they stand."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from pelatihan import dates
from pelatihan.models import Angkatan, PrintedSheet
from pelatihan.papers import returning
from pelatihan.papers.returning import MISSING, Kind, LeafStanding, Lists, ListStanding, Status

MOST_SHOWN = 400  # leaves on one page; of more, one day at a time
MOST_IN_LIST = 60  # of a longer list those that are not done
LOOKS = {  # word, icon
    Status.DONE: ("Selesai", "check-circle-fill"),
    Status.REVIEW: ("Tinjau", "eye"),
    Status.READING: ("Dibaca", "hourglass-split"),
    Status.AGAIN: ("Foto ulang", "camera"),
    Status.OWED: ("Belum kembali", "exclamation-circle-fill"),
    Status.NOT_YET: ("Belum waktunya", "dash-circle"),
    Status.NEEDLESS: ("Tidak perlu", "check2-all"),
    Status.SPARE: ("Bila terpakai", "dash-circle"),
    Status.UNUSED: ("Tidak dipakai", "slash-circle"),
}
BACK = (Status.DONE, Status.REVIEW, Status.READING)
CAN_BE_UNUSED = frozenset({Status.OWED, Status.NOT_YET, Status.SPARE})


@dataclass(frozen=True)
class Card:
    """One leaf with its words. ``href`` is empty for a page that nobody printed here."""

    leaf: LeafStanding
    href: str

    @property
    def word(self) -> str:
        return LOOKS[self.leaf.status][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.leaf.status][1]


@dataclass(frozen=True)
class Line:
    """One list: its leaves, those of a long list that are done only as a number."""

    standing: ListStanding
    cards: tuple[Card, ...]
    done_beside: int = 0
    more: int = 0

    @property
    def when(self) -> str:
        """``08.00``; of a table ``08.00–17.30``; of a list whose sessions are gone nothing."""
        sessions = self.standing.sessions
        if not sessions:
            return ""
        first = sessions[0].starts_at
        return (
            dates.clock(first) if self.standing.kind == Kind.SESSION else dates.clock_range(first, sessions[-1].ends_at)
        )

    @property
    def what(self) -> str:
        """The session, or which table of the day."""
        one = self.standing
        if one.kind == Kind.DAY:
            part = f" bagian {one.part}" if one.part > 1 else ""
            return f"Tabel harian{part}, {len(one.sessions)} sesi"
        return one.sessions[0].title if one.sessions else "Sesi yang tidak memakai daftar hadir lagi"

    @property
    def other_paper(self) -> str:
        """On which other paper the same sessions stand."""
        if not self.standing.also:
            return ""
        return "daftar hadir tiap sesi" if self.standing.kind == Kind.DAY else "tabel harian"

    @property
    def can_be_unused(self) -> bool:
        """Whether nothing of it came back, and somebody may say that nothing will."""
        known = {leaf.status for leaf in self.standing.leaves}
        return (
            bool(unusable(self.standing)) and known <= CAN_BE_UNUSED | {Status.NEEDLESS} and Status.NOT_YET not in known
        )


@dataclass(frozen=True)
class Day:
    """A day with its lists; ``is_folded``: only its figures are shown."""

    day: date | None
    lines: tuple[Line, ...]
    done: int
    missing: int
    leaves: int
    is_folded: bool = False


@dataclass(frozen=True)
class SheetsBoard:
    """All signed sheets of a batch."""

    lists: Lists
    days: tuple[Day, ...]

    @property
    def done(self) -> int:
        return self.lists.counts[Status.DONE]

    @property
    def review(self) -> int:
        return self.lists.counts[Status.REVIEW]

    @property
    def reading(self) -> int:
        return self.lists.counts[Status.READING]

    @property
    def missing(self) -> int:
        return self.lists.missing

    @property
    def due(self) -> int:
        """Of how many leaves one speaks: those that are back, and those that should be."""
        return self.missing + sum(self.lists.counts[status] for status in BACK)

    @property
    def is_complete(self) -> bool:
        return bool(self.done) and self.done == self.due and not self.lists.counts[Status.NOT_YET]

    def place_of(self, sheet: PrintedSheet, page: int) -> str:
        """``Sel 13.30, lembar 4``; of a table ``Sel, tabel harian, lembar 2``. Asks nothing of the database."""
        first = next((one for one in self.lists.sessions if one.pk in sheet.columns), None)
        if first is None:
            return f"{sheet.get_kind_display()}, lembar {page}"
        when = dates.day_name(first.starts_at)[:3]
        which = ", tabel harian" if sheet.kind == Kind.DAY else f" {dates.clock(first.starts_at)}"
        return f"{when}{which}, lembar {page}"

    @property
    def to_review(self) -> uuid.UUID | None:
        """The picture that a person looks at first."""
        leaves = (leaf for one in self.lists.lists for leaf in one.leaves)
        return next((leaf.scan for leaf in leaves if leaf.status == Status.REVIEW), None)


def sheets_of(
    angkatan: Angkatan,
    at: datetime,
    *,
    here: str = "",
    reviews: bool = True,
    day: str = "",
    only_missing: bool = False,
    typing: bool = False,
) -> SheetsBoard:
    """The board of a batch; as many queries as :func:`returning.lists_of`.

    :param here: the address of the page, before that of each leaf
    :param reviews: whether the reader reviews what was read; otherwise they see the leaf
    :param typing: whether a leaf leads to where it is typed in
    :param day: ``2019-03-12``: which day is shown, where all are too many
    """
    lists = returning.lists_of(angkatan, at)
    by_day = [(key, list(some)) for key, some in groupby(lists.lists, key=lambda one: one.day)]
    number = sum(len(one.leaves) for one in lists.lists)
    chosen = _chosen(by_day, day) if number > MOST_SHOWN and not only_missing else None
    ways = _Ways(here, reviews, typing)
    days = tuple(
        _day(key, some, ways, is_folded=chosen is not None and key != chosen, only_missing=only_missing)
        for key, some in by_day
    )
    return SheetsBoard(lists, tuple(one for one in days if one.missing or not only_missing))


@dataclass(frozen=True)
class _Ways:
    """Where a leaf leads to."""

    here: str
    reviews: bool
    typing: bool

    def to(self, leaf: LeafStanding) -> str:
        if leaf.status == Status.REVIEW and self.reviews:
            return f"{self.here}gambar/{leaf.scan}/tinjau/"
        return f"{self.here}{leaf.sheet}/{leaf.page}/{'ketik/' if self.typing else ''}" if leaf.sheet else ""


def unusable(one: ListStanding) -> list[tuple[int, int]]:
    """Those leaves of a list of which somebody may say that nobody used them: sheet and page."""
    return [(leaf.sheet, leaf.page) for leaf in one.leaves if leaf.sheet and leaf.status in CAN_BE_UNUSED]


def _chosen(by_day: Sequence[tuple[date | None, list[ListStanding]]], wish: str) -> date | None:
    """The day asked for, else the first with something to do, else the first."""
    days = [day for day, _ in by_day]
    if named := next((day for day in days if day and day.isoformat() == wish), None):
        return named
    waits = {*MISSING, Status.REVIEW}
    return next(
        (day for day, some in by_day if any(leaf.status in waits for one in some for leaf in one.leaves)), days[0]
    )


def _day(day: date | None, some: Sequence[ListStanding], ways: _Ways, *, is_folded: bool, only_missing: bool) -> Day:
    leaves = [leaf for one in some for leaf in one.leaves]
    shown = () if is_folded else (_line(one, ways, only_missing=only_missing) for one in some)
    return Day(
        day,
        tuple(line for line in shown if line.cards or not only_missing),
        sum(leaf.status == Status.DONE for leaf in leaves),
        sum(leaf.is_missing for leaf in leaves),
        len(leaves),
        is_folded,
    )


def _line(one: ListStanding, ways: _Ways, *, only_missing: bool) -> Line:
    leaves: Iterable[LeafStanding] = one.missing if only_missing else one.leaves
    wanted, done = list(leaves), 0
    if len(wanted) > MOST_IN_LIST:
        wanted = [leaf for leaf in wanted if leaf.status != Status.DONE]
        done = len(one.leaves) - len(wanted) if not only_missing else 0
    cards = tuple(Card(leaf, ways.to(leaf)) for leaf in wanted[:MOST_IN_LIST])
    return Line(one, cards, done, max(0, len(wanted) - MOST_IN_LIST))
