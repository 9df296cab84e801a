"""A page that was read, as a person judges it: what is in doubt, what is signed, what is empty, and where on the
straight page each of them is seen. Lengths are mm on paper.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Self

from pelatihan.models import PrintedSheet, Session
from pelatihan.scans import fields, filled
from pelatihan.scans.filled import FilledForm
from pelatihan.scans.leaves import Leaf, Row
from pelatihan.scans.shapes import CellReading, Mark, Reading, Reason, Verdict
from pelatihan.scans.words import REASONS

AROUND = 0.75  # mm of paper that a cut-out shows around its cell
SIGN = 5.0  # mm from the right edge of a cell to where its sign is drawn
MARGIN = 10.0  # mm of paper left and right of a row
LOOKS: dict[str, str] = {Mark.PRESENT: "signed", Mark.EMPTY: "empty", Mark.EXCUSED: "told", Mark.SICK: "told"}
LETTERS: dict[str, str] = {Mark.PRESENT: "", Mark.EMPTY: "", Mark.EXCUSED: "I", Mark.SICK: "S"}
PROPOSED: dict[Verdict, str] = {Verdict.SIGNED: Mark.PRESENT, Verdict.EMPTY: Mark.EMPTY}


@dataclass(frozen=True)
class Cut:
    """A rectangle of the page."""

    x: float
    y: float
    width: float
    height: float

    @property
    def view(self) -> str:
        """As the ``viewBox`` of a picture has it."""
        return f"{self.x:.2f} {self.y:.2f} {self.width:.2f} {self.height:.2f}"

    @property
    def attributes(self) -> dict[str, str]:
        """As a ``rect`` has them."""
        return {"x": f"{self.x:.2f}", "y": f"{self.y:.2f}", "w": f"{self.width:.2f}", "h": f"{self.height:.2f}"}

    @property
    def sign(self) -> str:
        """``transform`` of the sign in its lower right corner."""
        return f"translate({self.x + self.width - SIGN:.2f} {self.y + self.height - SIGN:.2f})"

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height in px of the screen, before any style: 4 a mm."""
        return round(self.width * 4), round(self.height * 4)

    def with_paper(self) -> Self:
        wide, tall = self.width + 2 * AROUND, self.height + 2 * AROUND
        return replace(self, x=self.x - AROUND, y=self.y - AROUND, width=wide, height=tall)

    def and_all(self, others: Sequence[Self]) -> Self:
        """The smallest that holds it and the others."""
        every = [self, *others]
        x, y = min(one.x for one in every), min(one.y for one in every)
        right = max(one.x + one.width for one in every)
        below = max(one.y + one.height for one in every)
        return replace(self, x=x, y=y, width=right - x, height=below - y)


@dataclass(frozen=True)
class Cell:
    """One signed cell. ``field`` is what stands in the form: the reading's proposal, or what a person chose since."""

    row: Row
    session: Session
    reading: CellReading
    box: Cut | None
    cuts: tuple[tuple[str, Cut], ...]
    field: filled.Cell | None = None

    @property
    def name(self) -> str:
        """Of its field."""
        return fields.mark(self.row.number, self.session.pk)

    @property
    def anchor(self) -> str:
        """Its ``id`` on the page."""
        return f"b{self.row.number}-{self.session.pk}"

    @property
    def mark(self) -> str:
        return self.field.value if self.field else self.proposed

    @property
    def look(self) -> str:
        """How the page shows it by now."""
        return LOOKS.get(self.mark, "unsure")

    @property
    def letter(self) -> str:
        return LETTERS.get(self.mark, "?")

    @property
    def why(self) -> str:
        return REASONS[self.reading.reason or Reason.OTHER] if self.reading.verdict == Verdict.UNSURE else ""

    @property
    def small(self) -> Cut | None:
        return self.box.with_paper() if self.box else None

    @property
    def proposed(self) -> str:
        return PROPOSED.get(self.reading.verdict, "")


@dataclass(frozen=True)
class Judged:
    """All of a page. ``spare``: blank rows with ink in them, and where they are seen."""

    leaf: Leaf
    cells: tuple[Cell, ...]
    spare: tuple[tuple[Row, tuple[Cut, ...]], ...]
    notes: tuple[Cut, ...]

    @cached_property
    def doubts(self) -> list[Cell]:
        """Most doubtful first; equal ones as they stand on the sheet."""
        unsure = (cell for cell in self.cells if cell.reading.verdict == Verdict.UNSURE)
        return sorted(unsure, key=lambda cell: -cell.reading.doubt)

    @cached_property
    def signed(self) -> list[Cell]:
        return self._of(Verdict.SIGNED)

    @cached_property
    def empty(self) -> list[Cell]:
        return self._of(Verdict.EMPTY)

    @property
    def columns(self) -> int:
        return len(self.leaf.sessions)

    @property
    def proposals(self) -> dict[str, str]:
        """What the reading alone would fill in, by name of field; empty where it is unsure."""
        return {cell.name: cell.proposed for cell in self.cells}

    @property
    def view(self) -> str:
        """``viewBox`` of the whole page."""
        wide, tall = self.leaf.size()
        return f"0 0 {wide:.2f} {tall:.2f}"

    def with_form(self, form: FilledForm) -> Self:
        """The same, with what stands in the form."""
        known = {one.name: one for line in form.lines for one in line.cells}
        return replace(self, cells=tuple(replace(cell, field=known.get(cell.name)) for cell in self.cells))

    def _of(self, verdict: Verdict) -> list[Cell]:
        """Session by session, as the columns stand."""
        found = (cell for cell in self.cells if cell.reading.verdict == verdict)
        return sorted(found, key=lambda cell: cell.reading.column)


def judged(leaf: Leaf, reading: Reading) -> Judged:
    """The page as it was read. A cell that the reading does not tell of is in doubt."""
    told = {(one.row, one.column): one for one in reading.cells}
    cells = tuple(_cells(leaf, told, frozenset(reading.notes)))
    inked = {one.row for one in reading.cells if one.verdict != Verdict.EMPTY} | set(reading.notes)
    spare = tuple((row, _across(leaf, row.number)) for row in leaf.blanks if row.number in inked)
    notes = (leaf.box(number, "note") for number in reading.notes)
    return Judged(leaf, cells, spare, tuple(Cut(*box) for box in notes if box))


def _cells(leaf: Leaf, told: Mapping[tuple[int, int], CellReading], notes: frozenset[int]) -> Iterator[Cell]:
    for row in leaf.people:
        for column, session in enumerate(leaf.sessions):
            if session is None:
                continue
            reading = told.get((row.number, column)) or CellReading(row.number, column, Verdict.UNSURE, 1.0)
            box = leaf.sign_box(row.number, column)
            cuts = tuple(_cuts(leaf, reading, has_note=row.number in notes))
            yield Cell(row, session, reading, Cut(*box) if box else None, cuts)


def _cuts(leaf: Leaf, cell: CellReading, *, has_note: bool) -> Iterator[tuple[str, Cut]]:
    """What one has to see to decide: in a session's list Ket. and both halves; in a table the cell, and Ket. where
    there is ink in it."""
    if leaf.sheet.kind != PrintedSheet.Kind.DAY:
        found = [Cut(*box) for name in ("note", "odd", "even") if (box := leaf.box(cell.row, name))]
        if found:
            yield "Ket. dan kedua kotak tanda tangan", found[0].and_all(found[1:]).with_paper()
        return
    if box := leaf.sign_box(cell.row, cell.column):
        yield "kotak paraf", Cut(*box).with_paper()
    if has_note and (note := leaf.box(cell.row, "note")):
        yield "Ket.", Cut(*note).with_paper()


def _across(leaf: Leaf, number: int) -> tuple[Cut, ...]:
    """A whole row in two parts: what somebody wrote as their name, and where they signed."""
    parts = [box for name in ("note", "odd", "session-1") if (box := leaf.box(number, name))]
    if not parts:
        return ()
    middle, (_, y, _, tall) = min(box[0] for box in parts), parts[0]
    ends = (MARGIN, middle, leaf.size()[0] - MARGIN)
    return tuple(Cut(one, y, other - one, tall).with_paper() for one, other in pairwise(ends))
