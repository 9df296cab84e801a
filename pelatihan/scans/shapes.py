"""What is read in a picture, and what a person says of a page: the shapes that go between child process, database and
screens. Plain values; each goes to JSON and back by :func:`as_json` and the ``of`` of its class.

Lengths on paper are mm from the top left of the page, as ``PrintedSheet.layout`` has them. A straight page has
:data:`SCALE` pixels a mm, so a cell lies at its place in mm times that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

SCALE = 8  # px a mm of a straight page


def as_json(one: Any) -> dict[str, Any]:
    """A shape as JSON holds it."""
    return asdict(one)


# ---- What is read in a picture -------------------------------------------------------------------


class Verdict(StrEnum):
    """What the reading says of one cell. Never more than a proposal."""

    SIGNED = "signed"
    EMPTY = "empty"
    UNSURE = "unsure"


class Reason(StrEnum):
    """Why a cell is unsure; a sentence for each stands in ``scans.words``."""

    THIN = "thin"  # ink, but very little or very faint
    LINE = "line"  # a short stroke, no signature
    STRUCK = "struck"
    DITTO = "ditto"
    NEIGHBOUR = "neighbour"  # ink that may be the one's above or below
    WRONG_HALF = "wrong_half"  # in the free half beside the own cell
    NOTE = "note"  # nothing in the cell, but ink in Ket.
    STAMP = "stamp"
    STAIN = "stain"
    HIDDEN = "hidden"  # finger, fold, tear: the printed frame is not seen
    BILEVEL = "bilevel"  # black and white only: thin ink may be lost
    OTHER = "other"


class Warn(StrEnum):
    """What is to be said of a whole page that was read."""

    BILEVEL = "bilevel"
    TURNED = "turned"  # it lay upside down; read all the same
    FEW_MARKS = "few_marks"  # two or three of four
    BLURRED = "blurred"
    PARTLY_HIDDEN = "partly_hidden"  # something covers a part, or it is cut off
    POOR_FIT = "poor_fit"  # the print does not lie quite where it should


class Fault(StrEnum):
    """Why a file, or one picture in it, cannot be read at all; a sentence for each stands in ``scans.words``."""

    NOT_A_PICTURE = "not_a_picture"
    BROKEN = "broken"
    LOCKED = "locked"  # a password lies on the PDF
    NO_PAGES = "no_pages"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_HEAVY = "too_heavy"  # its share of memory or time ended
    NO_CODE = "no_code"
    TWO_SHEETS = "two_sheets"
    WRONG_PAGE = "wrong_page"  # the marks are those of another page than the code's
    NO_MARKS = "no_marks"  # too few to make it straight
    TOO_SMALL = "too_small"
    BLURRED = "blurred"
    DARK = "dark"
    NOT_THE_LIST = "not_the_list"  # what is printed there is not what that page shows


@dataclass(frozen=True)
class Found:
    """What a first look finds. ``code`` as ``marking.read`` gives it; ``fault`` where there is none, or two."""

    width: int
    height: int
    code: tuple[str, int] | None = None
    marks: int = 0
    fault: Fault | None = None


@dataclass(frozen=True)
class CellReading:
    """One cell: ``row`` is its number on the sheet, ``column`` counts signed columns from 0; ``doubt`` from 0 to 1."""

    row: int
    column: int
    verdict: Verdict
    doubt: float
    reason: Reason | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        reason = Reason(told["reason"]) if told["reason"] else None
        return cls(told["row"], told["column"], Verdict(told["verdict"]), told["doubt"], reason)


@dataclass(frozen=True)
class Reading:
    """A page: its cells in the order of the sheet, the rows with ink in Ket., and what is to be said of all of it.

    ``fit``: how well the print agrees with what was printed, up to 1. ``width``, ``height``: px of the straight page.
    """

    cells: tuple[CellReading, ...]
    notes: tuple[int, ...] = ()
    warnings: tuple[Warn, ...] = ()
    fit: float = 1.0
    width: int = 0
    height: int = 0
    seconds: float = 0.0  # of CPU

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        cells = tuple(CellReading.of(cell) for cell in told["cells"])
        rest = {name: told[name] for name in ("fit", "width", "height", "seconds")}
        return cls(cells, tuple(told["notes"]), tuple(Warn(one) for one in told["warnings"]), **rest)


# ---- What a person says of a page ----------------------------------------------------------------


class Mark(StrEnum):
    """What one cell of paper says, with its key on the keyboard. The values are those of the forms."""

    PRESENT = "hadir"
    EXCUSED = "izin"
    SICK = "sakit"
    EMPTY = "kosong"


@dataclass(frozen=True)
class WrittenIn:
    """A blank row that somebody filled in: ``row`` is its number on the sheet, ``sessions`` are those signed for."""

    row: int
    name: str
    ormas: int | None = None
    ormas_text: str = ""
    phone: str = ""
    sessions: tuple[int, ...] = ()


@dataclass(frozen=True)
class Entered:
    """One row and session of a ``SheetEntry``: what the paper says, what counted before, which of them won.

    ``registration`` is none for a blank row that stayed blank; ``event`` the attendance event that was written, none
    where nothing changed. ``was`` is a state of attendance, "" for none. ``wins`` is "paper" or "desk" where they
    differed. ``is_written_in``: a person from a blank row.
    """

    row: int
    session: int
    mark: str
    registration: int | None = None
    was: str = ""
    wins: str = ""
    event: str | None = None
    is_written_in: bool = False

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        return cls(**told)


@dataclass(frozen=True)
class Claim:
    """All that a person says of a leaf when they save it.

    ``marks``: by (row, session). ``counts``: signatures counted on paper, by session. ``wins``: by (row, session)
    "paper" or "desk", for what differs. ``seen``: by (row, session) the event that decided when the page was shown
    (None: none).
    """

    marks: Mapping[tuple[int, int], Mark]
    counts: Mapping[int, int]
    wins: Mapping[tuple[int, int], str] = field(default_factory=dict)
    seen: Mapping[tuple[int, int], str | None] = field(default_factory=dict)
    written_in: Iterable[WrittenIn] = ()
