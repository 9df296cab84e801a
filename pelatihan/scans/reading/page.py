"""Where on the printed page everything lies, as the typesetter told it: all lengths in mm from its top left."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pelatihan.papers import marking

type Box = tuple[float, float, float, float]  # x, y, width, height
type Points = NDArray[Any]  # floats, one a row: x, y

NUMBER = 9  # wide: the column of row numbers, the first of the table
PUNCHED, OTHER = 20, 15  # from the paper's edge to the table


def corners(x: float, y: float, side: float) -> Points:
    """Of a square, clockwise from the top left."""
    return np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side)], float)


@dataclass(frozen=True)
class Cell:
    """A place where somebody signs: the number of the row, which signed column (from 0), where it lies; in a zigzag
    list also the free half beside it."""

    row: int
    column: int
    box: Box
    free: Box | None = None


@dataclass(frozen=True)
class Page:
    """One page of a printed list."""

    size: tuple[float, float]
    told: Mapping[str, Any]
    mark: float
    square: float

    @classmethod
    def of(cls, layout: Mapping[str, Any], told: Mapping[str, Any]) -> "Page":
        """From what a sheet's layout holds, and of it what is told of this page."""
        wide, tall = layout["size"]
        return cls((wide, tall), told, layout["mark"], layout["square"])

    @cached_property
    def marks(self) -> dict[int, Points]:
        return {number: corners(x, y, self.mark) for number, x, y in self.told["marks"]}

    @cached_property
    def codes(self) -> list[Points]:
        return [corners(x, y, self.square) for x, y in self.told["codes"]]

    @property
    def text(self) -> str:
        code: str = self.told["text"]
        return code

    @property
    def number(self) -> int:
        number: int = self.told["number"]
        return number

    @property
    def columns(self) -> Mapping[str, tuple[float, float]]:
        found: Mapping[str, tuple[float, float]] = self.told["columns"]
        return found

    @property
    def is_zigzag(self) -> bool:
        return "odd" in self.columns

    @cached_property
    def cells(self) -> list[Cell]:
        """Row by row, from left to right."""
        return [cell for number, y, tall in self.told["rows"] for cell in self._cells_of(number, y, tall)]

    def _cells_of(self, number: int, y: float, tall: float) -> list[Cell]:
        if self.is_zigzag:
            odd, even = ((self.columns[name][0], y, self.columns[name][1], tall) for name in ("odd", "even"))
            own, free = (odd, even) if number % 2 else (even, odd)
            return [Cell(number, 0, own, free)]
        signed = sorted(name for name in self.columns if name != "note")
        across = [self.columns[f"session-{place}"] for place in range(1, len(signed) + 1)]
        return [Cell(number, column, (x, y, wide, tall)) for column, (x, wide) in enumerate(across)]

    @cached_property
    def notes(self) -> dict[int, Box]:
        """Of each row its place in Ket."""
        x, wide = self.columns["note"]
        return {number: (x, y, wide, tall) for number, y, tall in self.told["rows"]}

    @cached_property
    def signing(self) -> Box:
        """All places to sign and the notes beside them, together."""
        boxes = np.array(
            [cell.box for cell in self.cells]
            + [cell.free for cell in self.cells if cell.free]
            + list(self.notes.values())
        )
        x, y = boxes[:, 0].min(), boxes[:, 1].min()
        return (
            float(x),
            float(y),
            float((boxes[:, 0] + boxes[:, 2]).max() - x),
            float((boxes[:, 1] + boxes[:, 3]).max() - y),
        )

    @cached_property
    def words(self) -> list[Box]:
        """Of each row its place with printed words: number, name and what follows, up to where somebody writes."""
        left = OTHER if self.told["back"] else PUNCHED
        right = self.signing[0]
        return [(left, y, right - left, tall) for _, y, tall in self.told["rows"]]


def marks_of(page: int) -> tuple[int, ...]:
    """The numbers of its marks, clockwise from the top left."""
    return marking.marks_of(page)
