"""What is shown of a leaf to whoever looks into it: what was printed, what the paper said, what the desk had written,
what counts now and by whose word.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ormas import names
from pelatihan.models import PrintedSheet, Registration, Session, SheetEntry, SheetScan
from pelatihan.papers.returning import OF_SCAN, Status
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Entered, Mark
from pelatihan.scans.standing import NOTHING, PAPER, PersonAt, Stands, standing_among


@dataclass(frozen=True)
class Line:
    """One row in one session. ``printed``: the name on the paper; ``person``: who stands for it now. ``cell`` is none
    while nothing is entered."""

    number: int
    printed: str
    person: Registration | None
    cell: Entered | None
    now: Stands

    @property
    def name(self) -> str:
        return self.printed or (self.person.full_name if self.person else "")

    @property
    def name_now(self) -> str:
        """Where it is another one than was printed."""
        name = self.person.full_name if self.person else ""
        return name if name != self.name else ""

    @property
    def is_written_in(self) -> bool:
        return self.cell is not None and self.cell.is_written_in

    @property
    def verdict(self) -> str:
        """How it came to what counts by this leaf."""
        if self.cell is None:
            return ""
        if self.cell.wins:
            return "Kertas berlaku" if self.cell.wins == PAPER else "Meja berlaku"
        return "Sama"

    @property
    def is_changed_since(self) -> bool:
        """Whether what this leaf wrote does not count any more."""
        return self.cell is not None and self.cell.event is not None and self.cell.event != self.now.event


@dataclass(frozen=True)
class Column:
    """One session of the leaf. ``counted``: signatures that were counted on paper; ``unused_rows``: blank rows that
    stayed blank."""

    session: Session
    counted: int | None
    lines: tuple[Line, ...]
    unused_rows: int


@dataclass(frozen=True)
class Past:
    """An entry that was undone."""

    entry: SheetEntry
    told: str


@dataclass(frozen=True)
class ShownLeaf:
    """All of it. ``entry`` is what stands; ``past`` what was undone, the newest first."""

    leaf: Leaf
    entry: SheetEntry | None
    past: tuple[Past, ...]
    scans: tuple[SheetScan, ...]
    columns: tuple[Column, ...]

    @cached_property
    def status(self) -> str:
        """As the list of all sheets calls it; empty while neither an entry nor a picture is there."""
        if self.entry:
            return Status.UNUSED if self.entry.kind == SheetEntry.Kind.UNUSED else Status.DONE
        states = {scan.state for scan in self.scans}
        return next((told for state, told in reversed(OF_SCAN.items()) if state in states), "")

    @property
    def to_review(self) -> SheetScan | None:
        return next((scan for scan in self.scans if scan.state == SheetScan.State.READ), None)


def shown(leaf: Leaf) -> ShownLeaf:
    """Six queries at most, however many rows and pictures it has."""
    whose = SheetEntry.objects.select_related("by", "undone_by", "scan")
    entries = list(whose.filter(sheet=leaf.sheet, page=leaf.page).order_by("-at"))
    entry = next((one for one in entries if one.undone_at is None), None)
    past = tuple(Past(one, _sum(one)) for one in entries if one.undone_at)
    scans = SheetScan.objects.filter(sheet=leaf.sheet, page=leaf.page).select_related("upload__by", "settled_by")
    cells = [Entered.of(cell) for cell in entry.cells] if entry else []
    return ShownLeaf(leaf, entry, past, tuple(scans.order_by("-upload__at", "number")), _columns(leaf, entry, cells))


def _columns(leaf: Leaf, entry: SheetEntry | None, cells: Sequence[Entered]) -> tuple[Column, ...]:
    people = {row.number: row.person for row in leaf.people if row.person} | _written_in(cells)
    sessions = [one for one in leaf.sessions if one]
    standing = standing_among(sessions, people.values())
    printed = _printed(leaf.sheet, [row.number for row in leaf.people])
    by_cell = {(cell.row, cell.session): cell for cell in cells}
    return tuple(
        _column(leaf, session, entry, people, printed, by_cell, standing) for session in sessions
    )  # fmt: skip


def _column(
    leaf: Leaf,
    session: Session,
    entry: SheetEntry | None,
    people: Mapping[int, Registration],
    printed: Mapping[int, str],
    cells: Mapping[tuple[int, int], Entered],
    standing: Mapping[PersonAt, Stands],
) -> Column:
    def line(number: int) -> Line:
        person = people.get(number)
        now = standing.get((person.pk, session.pk), NOTHING) if person else NOTHING
        return Line(number, printed.get(number, ""), person, cells.get((number, session.pk)), now)

    filled = [row.number for row in leaf.rows if row.number in people or not row.is_blank]
    counted = entry.counts.get(str(session.pk)) if entry else None
    return Column(session, counted, tuple(map(line, filled)), len(leaf.rows) - len(filled))


def _written_in(cells: Sequence[Entered]) -> dict[int, Registration]:
    rows = {cell.row: cell.registration for cell in cells if cell.is_written_in and cell.registration}
    people = Registration.objects.select_related("ormas", "counts_for__ormas").in_bulk(rows.values()) if rows else {}
    return {row: people[one].counts_for or people[one] for row, one in rows.items() if one in people}


def _printed(sheet: PrintedSheet, numbers: Sequence[int]) -> dict[int, str]:
    """The names as they stand on the paper, by number of the row; only these are read of all that was printed."""
    paths = [f"printing__words__people__{number - 1}" for number in numbers]
    found: tuple[Any, ...] = PrintedSheet.objects.filter(pk=sheet.pk).values_list(*paths).first() or () if paths else ()
    people = zip(numbers, found, strict=False)
    return {
        number: names.with_titles(one.get("front", ""), one.get("name", ""), one.get("back", ""))
        for number, one in people
        if isinstance(one, dict)
    }


def _sum(entry: SheetEntry) -> str:
    """``20 hadir, 2 kosong``: what an entry came to."""
    if entry.kind == SheetEntry.Kind.UNUSED:
        return f"tidak dipakai: {entry.reason}"
    marks = Counter(cell["mark"] for cell in entry.cells if cell["registration"])
    return ", ".join(f"{marks[mark]} {mark}" for mark in Mark if marks[mark]) or "tanpa nama"
