"""Whether a place is struck through, whatever else crosses it: lines from side to side, and what is left beside them.

A stroke alone is judged by its shape (:mod:`strokes`); where a neighbour's signature runs into the line, or two lines
hang together, only looking for the line itself helps. Lengths in mm, pictures at 8 px a mm.
"""

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pelatihan.scans.shapes import SCALE

FROM_SIDE = (0.12, 0.2)  # of the width: so far inside may the first line begin and end, and the second
STEP, SLOPE = 3, 0.62  # px between the ends that are tried; of the height, between both ends
BOWS = (-0.6, -0.3, 0.0, 0.3, 0.6)  # how far its middle lies off the straight
OFF, BAND = 3, 7  # px: how far a hand is off the line; how far beside it the pen's own ink lies
THICK = 1.3  # of ink in the band of one column: more is no pen's line
THERE, INKED = 0.96, 0.6  # of the columns are on the line or behind print; are inked
LITTLE = 0.02  # less than one column
BESIDE_ONE, BESIDE_TWO = 3.0, 0.28  # mm² in the middle; of the ink there: struck ones leave less, signed ones more
SIDE, ABOVE = 0.2, 0.25  # of a place's width and height, outside of its middle

type Mask = NDArray[Any]  # bytes: 0 or 1
type Place = tuple[slice, slice]


def is_crossed(around: Mask, printed: Mask, at: Place) -> bool:
    """Whether one or two lines go through a place from side to side, with little beside them.

    :param around: all ink in the place and near it
    :param printed: of the same px, where print may hide ink
    :param at: the place in it
    """
    for is_exact in (False, True):
        rest = around.copy()
        count = _without_lines(rest[at], printed[at], is_exact=is_exact)
        left = left_in_middle(rest, at) if count else 0.0
        if count and (left < BESIDE_ONE or (count > 1 and left < BESIDE_TWO * left_in_middle(around, at))):
            return True
        if count < len(FROM_SIDE):
            break
    return False


def _without_lines(rest: Mask, printed: Mask, *, is_exact: bool) -> int:
    """How many lines, two at most, were taken out of the ink of a place."""
    hidden = printed.copy()
    for count, aside in enumerate(FROM_SIDE):
        line = _line(rest, hidden, aside, is_exact=is_exact)
        if line is None:
            return count
        hidden |= _take_away(rest, line)  # what the first one took may be the second one's, too
    return len(FROM_SIDE)


def left_in_middle(around: Mask, at: Place) -> float:
    """How much ink lies in a place's middle, in mm²: without pieces that mostly lie outside of the place, which are a
    neighbour's."""
    (top, foot), (left, right) = ((side.start, side.stop) for side in at)
    above, aside = round(ABOVE * (foot - top)), round(SIDE * (right - left))
    middle = slice(top + above, foot - above), slice(left + aside, right - aside)
    count, found = cv2.connectedComponents(around)
    labels: NDArray[Any] = found
    whole, inside, core = (np.bincount(labels[part].ravel(), minlength=count) for part in (..., at, middle))
    own = inside > 0.5 * whole
    own[0] = False
    return float(core[own].sum()) / SCALE**2


def _line(rest: Mask, hidden: Mask, aside: float, *, is_exact: bool) -> NDArray[Any] | None:
    """The line that most of the columns lie on, as the height in each column; none if they do not.

    :param is_exact: of lines as good the one with most ink right on it: else it may lie between two thick ones
    """
    tall, wide = rest.shape
    columns, heights = _tries(tall, wide, aside)
    near = cv2.dilate(rest, np.ones((2 * OFF + 1, 1), np.uint8))
    on = near[heights, columns]
    inked = on.mean(axis=1)
    there = (on | hidden[heights, columns]).mean(axis=1)
    there[inked < INKED] = 0
    if there.max() < THERE:
        return None
    likely = rest[heights, columns].mean(axis=1) if is_exact else inked
    best = int(np.argmax(there + LITTLE * likely))
    line: NDArray[Any] = np.interp(np.arange(wide), columns, heights[best])
    return line


@lru_cache(maxsize=8)
def _tries(tall: int, wide: int, aside: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """The columns looked at, and for each line that is tried its height in them."""
    columns = np.arange(round(aside * wide), round((1 - aside) * wide), SCALE // 2)
    along = np.linspace(0, 1, len(columns))
    ends = np.arange(0, tall, STEP)
    left, right, bow = (one.ravel()[:, None] for one in np.meshgrid(ends, ends, np.array(BOWS) * SCALE))
    shallow = (np.abs(left - right) <= SLOPE * tall).ravel()
    heights = left + (right - left) * along + bow * 4 * along * (1 - along)
    return columns, np.clip(np.round(heights[shallow]), 0, tall - 1).astype(np.int32)


def _take_away(rest: Mask, line: NDArray[Any]) -> Mask:
    """The line's own ink, column by column, where it is no thicker than a pen."""
    off = np.abs(np.arange(rest.shape[0])[:, None] - line)
    reach = ((rest > 0) & (off <= BAND)).astype(np.uint8)
    own: Mask = reach & (off <= OFF)
    for _ in range(BAND - OFF):  # what hangs together with it, up and down: a second line close by does not
        own = cv2.dilate(own, np.ones((3, 1), np.uint8)) & reach
    own[:, own.sum(axis=0) > THICK * SCALE] = 0
    rest[own > 0] = 0
    return own
