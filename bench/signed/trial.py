"""One signed page, read as the program reads it, beside its truth."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.signed.filling import Cell
from bench.signed.making import SignedPage
from pelatihan.papers import marking
from pelatihan.scans.reader import Reader, Unread
from pelatihan.scans.shapes import CellReading, Reading, Verdict

APART = ("word", "nothing, note")  # contents that are counted apart
OPEN = ("short line", "wrong half", "ditto", "struck")  # contents that a person has to think about, too


@dataclass(frozen=True)
class Judged:
    """One cell: what it is, what the reading says."""

    cell: Cell
    verdict: Verdict
    reason: str

    @property
    def is_sure(self) -> bool:
        return self.verdict != Verdict.UNSURE

    @property
    def is_wrong(self) -> bool:
        return self.is_sure and (self.verdict == Verdict.SIGNED) != self.cell.signed

    @property
    def is_apart(self) -> bool:
        return self.cell.content in APART


@dataclass(frozen=True)
class Outcome:
    """One page. ``fault``: why it was not read. The child's ``cpu`` in seconds, its peak of ``memory`` in bytes."""

    seed: int
    kind: str
    dpi: int  # 0: a photo
    daily: bool
    fault: str = ""
    taken_for_another: bool = False
    cells: tuple[Judged, ...] = ()
    boxes: tuple[tuple[float, float, float, float], ...] = ()  # of the cells, in mm
    notes: tuple[int, int, int] = (0, 0, 0)  # rows with a note; of these seen; others that were said to have one
    cpu: float = 0.0
    memory: int = 0
    straight: bytes = b""  # the straightened page, where it is wanted

    @property
    def is_read(self) -> bool:
        return not self.fault

    @property
    def counted(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.cells if not one.is_apart)


def tried(reader: Reader, page: SignedPage, *, keep: bool = False) -> Outcome:
    """Read one page.

    :param keep: the straightened picture as well
    """
    about = (
        page.seed,
        page.kind,
        page.plan.taking.dpi if page.plan.taking.by == "scan" else 0,
        len(page.leaf.sessions) > 1,
    )
    _forget_peaks()
    before = _cpu()
    try:
        reading, straight = read(reader, page)
    except Unread as refusal:
        return Outcome(*about, fault=refusal.fault.value, cpu=_cpu() - before, memory=_peak())
    except TakenForAnother:
        return Outcome(*about, fault="taken for another", taken_for_another=True, cpu=_cpu() - before, memory=_peak())
    cost = (_cpu() - before, _peak())
    cells = tuple(_judged(page.truth, reading))
    kept = straight if keep else b""
    # A page whose code is not its own must be refused: to read it is to take it for another.
    strange = page.plan.wear.strange_code
    boxes = tuple(page.leaf.sign_box(one.row, one.column) or (0, 0, 0, 0) for one in page.truth)
    return Outcome(*about, "", strange, cells, boxes, _notes(page, reading), *cost, straight=kept)


class TakenForAnother(Exception):
    """Another code was found than the page carries."""


def read(reader: Reader, page: SignedPage) -> tuple[Reading, bytes]:
    """As the program does it: open, look, look up, read.

    :raises Unread, TakenForAnother:
    """
    reader.open(page.picture)
    found = reader.find(1)
    if found.fault:
        raise Unread(found.fault)
    if found.code is None or marking.page_code(*found.code) != page.leaf.code:
        raise TakenForAnother
    return reader.read(page.leaf, page.blank)


def _judged(truth: tuple[Cell, ...], reading: Reading) -> Iterator[Judged]:
    said: dict[tuple[int, int], CellReading] = {(one.row, one.column): one for one in reading.cells}
    for cell in truth:
        one = said[cell.row, cell.column]
        yield Judged(cell, one.verdict, one.reason.value if one.reason else "")


def _notes(page: SignedPage, reading: Reading) -> tuple[int, int, int]:
    there, seen = set(page.notes), set(reading.notes)
    return len(there), len(there & seen), len(seen - there)


# ---- What it costs ----------------------------------------------------------------------------------


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _cpu() -> float:
    """Seconds that the children alive have used by now, and those that ended."""
    own = psutil.Process().cpu_times()
    total = float(own.children_user + own.children_system)
    for child in _children():
        with contextlib.suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            total += times.user + times.system
    return total


def _forget_peaks() -> None:
    """The kernel's high-water mark of each child begins anew."""
    for child in _children():
        with contextlib.suppress(OSError):
            Path(f"/proc/{child.pid}/clear_refs").write_text("5")


def _peak() -> int:
    """Bytes: the largest child's high-water mark."""
    marks = [0]
    for child in _children():
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{child.pid}/status").read_text().splitlines()
            marks.append(1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1]))
    return max(marks)
