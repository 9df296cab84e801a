"""Two words about one leaf, cell by cell: of a picture that was read, and of what is stored or of another picture."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pelatihan.models import Session, SheetEntry, SheetScan
from pelatihan.scans.judged import Cell, Cut, judged
from pelatihan.scans.leaves import Leaf, Row
from pelatihan.scans.shapes import Entered, Mark, Reading, Verdict

VERDICTS = {Verdict.SIGNED: "Bertanda tangan", Verdict.EMPTY: "Kosong", Verdict.UNSURE: "Ragu"}
MARKS = {Mark.PRESENT: "Hadir", Mark.EMPTY: "Kosong", Mark.EXCUSED: "Izin", Mark.SICK: "Sakit"}


@dataclass(frozen=True)
class Pair:
    """One cell of which the two say something else. ``is_sure``: neither of them doubts."""

    row: Row
    session: Session
    cut: Cut | None
    here: str
    there: str
    is_sure: bool


@dataclass(frozen=True)
class Compared:
    """What differs, contradictions first; ``same`` cells do not."""

    pairs: list[Pair]
    same: int


def with_entry(leaf: Leaf, scan: SheetScan, entry: SheetEntry) -> Compared:
    """A picture beside what is stored."""
    cells = {(one.row, one.session): Mark(one.mark) for one in map(Entered.of, entry.cells) if not one.is_written_in}
    return _compared(leaf, scan, {cell: (MARKS[mark], mark == Mark.PRESENT) for cell, mark in cells.items()})


def with_scan(leaf: Leaf, scan: SheetScan, other: SheetScan) -> Compared:
    """A picture beside another one."""
    told = {}
    for cell in _cells(leaf, other):
        verdict = cell.reading.verdict
        told[cell.row.number, cell.session.pk] = VERDICTS[verdict], _is_signed(cell)
    return _compared(leaf, scan, told)


def _cells(leaf: Leaf, scan: SheetScan) -> tuple[Cell, ...]:
    return judged(leaf, Reading.of(scan.reading)).cells if scan.reading else ()


def _is_signed(cell: Cell) -> bool | None:
    """None: unsure."""
    return {Verdict.SIGNED: True, Verdict.EMPTY: False}.get(cell.reading.verdict)


def _compared(leaf: Leaf, scan: SheetScan, told: Mapping[tuple[int, int], tuple[str, bool | None]]) -> Compared:
    cells = [cell for cell in _cells(leaf, scan) if (cell.row.number, cell.session.pk) in told]
    pairs = sorted(_pairs(cells, told), key=lambda pair: not pair.is_sure)
    return Compared(pairs, len(cells) - len(pairs))


def _pairs(cells: list[Cell], told: Mapping[tuple[int, int], tuple[str, bool | None]]) -> Iterator[Pair]:
    for cell in cells:
        word, is_signed = told[cell.row.number, cell.session.pk]
        mine = _is_signed(cell)
        if mine is None or is_signed != mine:
            here = VERDICTS[cell.reading.verdict]
            cut = cell.cuts[0][1] if cell.cuts else None
            yield Pair(cell.row, cell.session, cut, here, word, mine is not None and is_signed is not None)
