"""Which of the pages that participants sign are back, and which are still owed.

A *place* is a page of a list that lies in the office: the third page of Monday's first session. It is owed once the
session is over, until the leaf that lies there was entered, or is known to be needless: everybody on it was entered
from another print of the same list, or all its sessions were entered from the other kind of paper (the list of a
session and the table of its day: one of them suffices), or somebody said that it was not used. Nobody is expected on a
sheet without names, so it is never owed; what comes back on it is entered like any other.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from pelatihan.models import Angkatan, PrintedSheet, Session, SheetEntry, SheetScan

type Leaf = tuple[int, int]  # number of a printed sheet, page of that one

Kind = PrintedSheet.Kind
SIGNED = (Kind.SESSION, Kind.DAY)


class Status(StrEnum):
    """How one leaf stands. Words and icons of each: ``scans/includes/leaf_status.html``."""

    DONE = "done"
    REVIEW = "review"  # read; a person has to confirm
    READING = "reading"
    AGAIN = "again"  # the picture cannot be used
    OWED = "owed"
    NOT_YET = "not_yet"  # its session is not over
    NEEDLESS = "needless"  # what it would say was entered from other paper
    SPARE = "spare"  # nobody's name is on it: comes back if somebody used it
    UNUSED = "unused"  # somebody said so


MISSING = frozenset({Status.OWED, Status.AGAIN})
SETTLED = frozenset({Status.DONE, Status.UNUSED, Status.NEEDLESS})
OPEN = frozenset({Status.OWED, Status.NOT_YET})
OF_SCAN = {  # the last one tells most
    SheetScan.State.PROBLEM: Status.AGAIN,
    SheetScan.State.WAITING: Status.READING,
    SheetScan.State.READ: Status.REVIEW,
}


@dataclass(frozen=True)
class LeafStanding:
    """One leaf. ``number`` is that of its place in the list; ``version`` is given where another print lies there now.

    ``sheet`` is none for a page that was replaced by a print that nobody made here. ``scan``: the picture that waits
    for a person. ``entry``: what was entered, or that it was not used.
    """

    number: int
    sheet: int | None
    page: int
    status: Status
    scan: uuid.UUID | None
    entry: uuid.UUID | None
    version: int = 0

    @property
    def is_missing(self) -> bool:
        return self.status in MISSING


@dataclass(frozen=True)
class ListStanding:
    """All leaves of one list. ``key`` tells it from the others of its batch. ``sessions``: of its columns, those that
    still take attendance. ``also``: the same sessions stand on the other kind of paper."""

    key: str
    kind: PrintedSheet.Kind
    day: date | None
    sessions: tuple[Session, ...]
    leaves: tuple[LeafStanding, ...]
    part: int
    is_blank: bool
    also: bool

    @property
    def missing(self) -> tuple[LeafStanding, ...]:
        return tuple(leaf for leaf in self.leaves if leaf.is_missing)

    @property
    def is_settled(self) -> bool:
        """Whether all of it was entered; what was only said to be unused enters nothing."""
        known = {leaf.status for leaf in self.leaves}
        return Status.DONE in known and known <= SETTLED


@dataclass(frozen=True)
class Lists:
    """All lists of a batch that are signed, in the order of time; ``unprinted``: sessions without one."""

    lists: tuple[ListStanding, ...]
    unprinted: tuple[Session, ...]
    sessions: tuple[Session, ...]

    @cached_property
    def counts(self) -> Counter[Status]:
        return Counter(leaf.status for one in self.lists for leaf in one.leaves)

    @property
    def missing(self) -> int:
        return sum(self.counts[status] for status in MISSING)


def number_owed(angkatan: Angkatan, at: datetime) -> int:
    """How many leaves have not come back though their sessions are over, or have to be photographed again; as many
    queries as :func:`lists_of`."""
    return lists_of(angkatan, at).missing


def lists_of(angkatan: Angkatan, at: datetime) -> Lists:
    """How each leaf of a batch stands: five queries however many there are, a sixth where prints are mixed; two where
    nothing was printed. Layouts are not read, rows only of lists of which several prints came back.
    """
    sessions = tuple(angkatan.sessions.taking_attendance().in_time_order())
    sheets = _sheets(angkatan)
    if not sheets:
        return Lists((), sessions, sessions)
    kept = _kept(angkatan, sheets)
    known = {one.pk: one for one in sessions}
    stack = [one for place in _places(kept) if (one := _standing(place, kept, known, angkatan, at))]
    lists = sorted(_one_suffices(stack), key=_turn)
    on_paper = {session.pk for one in lists if not one.is_blank for session in one.sessions}
    return Lists(tuple(lists), tuple(one for one in sessions if one.pk not in on_paper), sessions)


def _turn(one: ListStanding) -> tuple[object, ...]:
    first = one.sessions[0].starts_at.timestamp() if one.sessions else 0
    return one.day or date.max, one.kind == Kind.DAY, first, one.part, one.is_blank, one.key


# ---- What the database knows ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Sheet:
    """A printed sheet without what stands on it."""

    pk: int
    slot: str
    version: int
    kind: str
    day: date | None
    part: int
    is_blank: bool
    columns: list[int]
    ends: list[int]
    only: list[int]

    @property
    def pages(self) -> list[int]:
        return [page for page in self.only if page <= len(self.ends)] or list(range(1, max(1, len(self.ends)) + 1))


@dataclass(frozen=True)
class _Kept:
    """``lying``: by slot, at each page the leaf that lies there. ``rows``: whose the rows of a sheet are, where that is
    asked."""

    sheets: dict[int, _Sheet]
    lying: dict[str, dict[int, Leaf | None]]
    entries: dict[Leaf, tuple[str, uuid.UUID]]
    scans: dict[Leaf, tuple[Status, uuid.UUID]]
    rows: dict[int, list[int]] = field(default_factory=dict)

    def is_entered(self, leaf: Leaf | None) -> bool:
        return leaf in self.entries and self.entries[leaf][0] != SheetEntry.Kind.UNUSED

    def came_back(self, leaf: Leaf) -> bool:
        return leaf in self.scans or self.is_entered(leaf)

    def people(self, leaf: Leaf) -> set[int]:
        sheet, page = self.sheets[leaf[0]], leaf[1]
        first = sheet.ends[page - 2] if page > 1 else 0
        return set(self.rows.get(sheet.pk, ())[first : sheet.ends[page - 1]])


def _sheets(angkatan: Angkatan) -> dict[int, _Sheet]:
    """All that participants sign, of every version; sheets without names only where they are of a session."""
    found = PrintedSheet.objects.filter(angkatan=angkatan, kind__in=SIGNED, of=PrintedSheet.Of.REGISTRATION)
    names = ("pk", "slot", "version", "kind", "day", "part", "is_blank", "columns", "ends", "only")
    sheets = (_Sheet(*one) for one in found.order_by("version", "pk").values_list(*names))
    return {one.pk: one for one in sheets if one.columns}


def _kept(angkatan: Angkatan, sheets: dict[int, _Sheet]) -> _Kept:
    entries = {
        (sheet, page): (kind, key)
        for sheet, page, kind, key in SheetEntry.objects.standing()
        .filter(angkatan=angkatan)
        .order_by()
        .values_list("sheet_id", "page", "kind", "pk")
    }
    kept = _Kept(sheets, _lying(angkatan, sheets), entries, _scans(angkatan))
    mixed = {leaf[0] for place in _places(kept) if place.is_mixed(kept) for leaf in place.all}
    if mixed:
        rows = PrintedSheet.objects.filter(pk__in=mixed).order_by().values_list("pk", "rows")
        kept.rows.update({pk: [registration for registration, _digest in some] for pk, some in rows})
    return kept


def _lying(angkatan: Angkatan, sheets: dict[int, _Sheet]) -> dict[str, dict[int, Leaf | None]]:
    """Of a list of which only chosen pages were ever printed: the last print of each."""
    found: dict[str, dict[int, Leaf | None]] = {}
    for pk, leaves in angkatan.printed.filter(kind__in=SIGNED).order_by().values_list("sheet_id", "settled__leaves"):
        if sheet := sheets.get(pk):
            there = [(pk, page) for page in range(1, len(sheet.ends) + 1)] if leaves is None else leaves
            found[sheet.slot] = {page: (leaf[0], leaf[1]) if leaf else None for page, leaf in enumerate(there, start=1)}
    chosen: dict[str, dict[int, Leaf | None]] = {}
    for sheet in sheets.values():
        if not sheet.is_blank and sheet.slot not in found:
            chosen.setdefault(sheet.slot, {}).update({page: (sheet.pk, page) for page in sheet.pages})
    return found | {slot: dict(sorted(pages.items())) for slot, pages in chosen.items()}


def _scans(angkatan: Angkatan) -> dict[Leaf, tuple[Status, uuid.UUID]]:
    found: dict[Leaf, tuple[Status, uuid.UUID]] = {}
    turn = [state.value for state in OF_SCAN]
    most: dict[Leaf, str] = {}
    seen = SheetScan.objects.filter(angkatan=angkatan, state__in=turn, sheet__isnull=False).order_by("upload__at", "pk")
    for sheet, page, state, key in seen.values_list("sheet_id", "page", "state", "pk"):
        status = OF_SCAN[SheetScan.State(state)]
        if page and turn.index(state) >= turn.index(most.get((sheet, page), state)):
            found[sheet, page], most[sheet, page] = (status, key), state
    return found


# ---- Its places, and how each stands -------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """A list: the leaf that lies at each of its pages, and those of other prints that came back."""

    key: str
    sheet: _Sheet
    lying: Mapping[int, Leaf | None]
    others: Sequence[Leaf] = ()

    @property
    def all(self) -> list[Leaf]:
        return [*filter(None, self.lying.values()), *self.others]

    def is_mixed(self, kept: _Kept) -> bool:
        """Whether another print of it was entered, and something that lies there was not."""
        has_other = any(kept.is_entered(leaf) for leaf in self.others)
        return has_other and not all(kept.is_entered(leaf) for leaf in self.lying.values())


def _places(kept: _Kept) -> Iterator[_Place]:
    """Of sheets without names each print stands for itself."""
    newest = {sheet.slot: sheet for sheet in kept.sheets.values()}
    came: dict[str, list[Leaf]] = {}
    for leaf in sorted({*kept.entries, *kept.scans}):
        if leaf[0] in kept.sheets and kept.came_back(leaf):
            came.setdefault(kept.sheets[leaf[0]].slot, []).append(leaf)
    for slot, lying in kept.lying.items():
        there = set(lying.values())
        yield _Place(slot, newest[slot], lying, [leaf for leaf in came.get(slot, ()) if leaf not in there])
    for sheet in kept.sheets.values():
        if sheet.is_blank:
            yield _Place(f"{sheet.slot}:{sheet.version}", sheet, {page: (sheet.pk, page) for page in sheet.pages})


def _standing(
    place: _Place, kept: _Kept, known: dict[int, Session], angkatan: Angkatan, at: datetime
) -> ListStanding | None:
    """None for a list that nobody needs any more and of which nothing came back."""
    sheet = place.sheet
    sessions = tuple(known[pk] for pk in sheet.columns if pk in known)
    usual = _usual(sheet, sessions, angkatan, at)
    entered = {leaf for leaf in place.all if kept.is_entered(leaf)} if place.is_mixed(kept) else set()
    leaves = [
        _leaf(number, leaf, kept, Status.NEEDLESS if _is_covered(leaf, entered, kept) else usual)
        for number, leaf in place.lying.items()
    ]
    leaves += [
        replace(_leaf(leaf[1], leaf, kept, usual), version=kept.sheets[leaf[0]].version) for leaf in place.others
    ]
    if not sessions and all(leaf.status == usual for leaf in leaves):
        return None
    day = sessions[0].day if sessions else sheet.day
    ordered = tuple(sorted(leaves, key=lambda leaf: (leaf.number, leaf.version)))
    return ListStanding(place.key, Kind(sheet.kind), day, sessions, ordered, sheet.part, sheet.is_blank, also=False)


def _usual(sheet: _Sheet, sessions: Sequence[Session], angkatan: Angkatan, at: datetime) -> Status:
    """How a leaf stands of which nothing came back."""
    if sheet.is_blank:
        return Status.SPARE
    fell = angkatan.cancelled_at
    if not sessions or (fell and any(one.starts_at >= fell for one in sessions)):
        return Status.NEEDLESS
    return Status.OWED if all(one.is_over(at) for one in sessions) else Status.NOT_YET


def _leaf(number: int, leaf: Leaf | None, kept: _Kept, usual: Status) -> LeafStanding:
    if leaf is None:
        return LeafStanding(number, None, number, usual, None, None)
    if leaf in kept.entries:
        kind, entry = kept.entries[leaf]
        status = Status.UNUSED if kind == SheetEntry.Kind.UNUSED else Status.DONE
        return LeafStanding(number, leaf[0], leaf[1], status, None, entry)
    status, scan = kept.scans.get(leaf, (usual, None))
    return LeafStanding(number, leaf[0], leaf[1], status, scan, None)


def _is_covered(leaf: Leaf | None, entered: set[Leaf], kept: _Kept) -> bool:
    """Whether everybody on it was entered from other prints; of a page without people, whether that page was."""
    others = entered - {leaf}
    if leaf is None or leaf in entered or not others:
        return False
    people = kept.people(leaf)
    if not people:
        return leaf[1] in {page for _sheet, page in others}
    return people <= set().union(*(kept.people(one) for one in others))


def _one_suffices(lists: Sequence[ListStanding]) -> Iterator[ListStanding]:
    """The list of a session and the table of its day say the same: what one has entered, the other need not."""
    named = [one for one in lists if not one.is_blank]
    on_paper = {kind: _sessions_of(one for one in named if one.kind == kind) for kind in SIGNED}
    settled = {kind: _sessions_of(one for one in named if one.kind == kind and one.is_settled) for kind in SIGNED}
    for one in lists:
        other = Kind.SESSION if one.kind == Kind.DAY else Kind.DAY
        mine = {session.pk for session in one.sessions}
        if one.is_blank or not mine & on_paper[other]:
            yield one
            continue
        leaves = one.leaves
        if mine <= settled[other]:
            leaves = tuple(replace(leaf, status=Status.NEEDLESS) if leaf.status in OPEN else leaf for leaf in leaves)
        yield replace(one, leaves=leaves, also=True)


def _sessions_of(lists: Iterable[ListStanding]) -> set[int]:
    return {session.pk for one in lists for session in one.sessions}
