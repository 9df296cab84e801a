"""What a stroke looks like: one straight bar, or two short ones beside each other. Lengths in mm; a stroke is a picture
of true and false at 8 px a mm.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pelatihan.scans.shapes import SCALE

STRUCK = 0.72  # of the place's width
LEAST_BAR, BAR_THICK, BAR_HIGH = 2.0, 1.6, 0.4  # long, thick; how high for its length
BAR_SINGLE, BAR_WITHIN, EDGE_WITHIN, BAR_SLACK = 0.9, 0.96, 0.85, 0.4


@dataclass(frozen=True)
class Columns:
    """A stroke column by column, along its longer side: where it begins and ends, how much is inked, in how many runs.
    All in px."""

    low: NDArray[Any]
    high: NDArray[Any]
    inked: NDArray[Any]
    runs: NDArray[Any]

    @classmethod
    def of(cls, stroke: NDArray[Any]) -> "Columns":
        ys, xs = np.nonzero(stroke)
        if np.ptp(ys) > np.ptp(xs):
            return cls.of(stroke.T)
        part = stroke[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
        part = part[:, part.any(axis=0)]
        edges = np.diff(part.astype(np.int8), axis=0, prepend=0)
        low = part.argmax(axis=0)
        high = part.shape[0] - 1 - part[::-1].argmax(axis=0)
        return cls(low, high, part.sum(axis=0), (edges == 1).sum(axis=0))

    @property
    def long(self) -> float:
        """In mm, as all that follows."""
        return len(self.low) / SCALE

    @property
    def tall(self) -> float:
        return float(self.high.max() - self.low.min() + 1) / SCALE

    @property
    def thick(self) -> float:
        return float(np.median(self.inked)) / SCALE

    def bent(self, line: NDArray[Any]) -> NDArray[Any]:
        """How far a line is off the curve of the third degree that fits it best."""
        along = np.linspace(-0.5, 0.5, len(line))
        off: NDArray[Any] = np.abs(np.polyval(np.polyfit(along, line, 3), along) - line) / SCALE
        return off


def bar(stroke: NDArray[Any]) -> float:
    """The length of a bar, one straight stroke, perhaps a little bent; 0 when it is none: from one end to the other
    there is one line only, no thicker than a pen."""
    columns = Columns.of(stroke)
    if columns.long < LEAST_BAR or columns.tall > BAR_HIGH * columns.long or columns.thick > BAR_THICK:
        return 0.0
    if (columns.runs == 1).mean() < BAR_SINGLE:
        return 0.0
    lines = (((columns.low + columns.high) / 2, BAR_WITHIN), (columns.low, EDGE_WITHIN), (columns.high, EDGE_WITHIN))
    is_straight = all((columns.bent(line) <= BAR_SLACK).mean() >= within for line, within in lines)
    return columns.long if is_straight else 0.0


def has_two(stroke: NDArray[Any]) -> bool:
    """Whether the ink stands in two columns with white between them."""
    column = stroke.sum(axis=0)
    inked = np.flatnonzero(column > 0.35 * column.max())
    return int((np.diff(inked) > 2).sum()) == 1
