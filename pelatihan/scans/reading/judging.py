"""What each place to sign says: signed, empty, or unsure and why. Areas in mm², lengths in mm.

Every piece of ink is given to whoever's place holds most of it. What then lies in a place as their own, as somebody
else's, as too faint or as beside the place decides; between clearly signed and clearly empty all is unsure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from pelatihan.scans.reading.ink import MM2, Ink, Piece
from pelatihan.scans.reading.page import Box, Cell, Page
from pelatihan.scans.reading.straightening import Straight
from pelatihan.scans.shapes import SCALE, CellReading, Reason, Verdict

SIGNED_AREA, SIGNED_HIGH, SIGNED_WIDE = 1.6, 1.5, 1.2
EMPTY_OWN, EMPTY_TRACE, EMPTY_SHARED, EMPTY_LOOSE = 0.3, 1.0, 3.0, 2.5
OWNED, OWNED_OF_SIGNED = 0.25, 0.6  # of a piece; of what of it lies in any place to sign
SECOND, SECOND_AREA = 0.45, 1.2
STRAY_AREA, STRAY_NEAR = 2.0, 0.8  # a piece in a free half that still belongs to the signature above or below
BAR_WITHIN, BAR_SLACK = 0.98, 0.3  # of a stroke's ink lies so near a parabola: a straight bar
STRUCK = 0.72  # of the place's width
DITTO_HIGH, DITTO_WIDE = 5.0, 1.6
STAINED = 1.0
STAMPED = 0.25  # of the place
FRAME_SEEN = 0.35  # of how dark the frames of the page are
HIDDEN = 0.03  # of the place lies outside the picture
NOTED = 0.6
INSET = 0.35  # the printed line around a place


@dataclass
class Evidence:
    """What lies in one place to sign."""

    own: float = 0.0
    shared: float = 0.0
    loose: float = 0.0
    trace: float = 0.0
    soft: float = 0.0
    stamped: float = 0.0
    frame: float = 1.0
    outside: float = 0.0
    second: bool = False
    pieces: list[Piece] = field(default_factory=list)
    wide: float = 0.0
    high: float = 0.0
    bar: float = 0.0  # how much of the place's width a straight bar crosses; 0: it is none
    is_ditto: bool = False
    is_noted: bool = False


@dataclass(frozen=True)
class Judged:
    """All places of a page, and the rows with ink in Ket."""

    cells: tuple[CellReading, ...]
    notes: tuple[int, ...]


def judged(page: Page, straight: Straight, ink: Ink, *, is_bilevel: bool) -> Judged:
    """What the page says."""
    cells = page.cells
    zones = Zones(page, ink)
    evidence = [_gathered(cell, ink, straight) for cell in cells]
    zones.give(evidence)
    _frames(cells, evidence, ink)
    notes = tuple(number for number, area in zones.noted.items() if area >= NOTED)
    for cell, one in zip(cells, evidence, strict=True):
        one.is_noted = cell.row in notes
        _shape(cell, one, ink)
    return Judged(tuple(_judgement(cell, one, is_bilevel) for cell, one in zip(cells, evidence, strict=True)), notes)


# ---- Whose ink it is -----------------------------------------------------------------------------


class Zones:
    """Each px of the window by the place it lies in, and each piece of ink given to one of them.

    Zones are counted from 1: places to sign in their order, then the free halves, then the notes.
    """

    def __init__(self, page: Page, ink: Ink) -> None:
        self._cells, self._ink = page.cells, ink
        count = len(self._cells)
        self._free = {count + 1 + place: place for place, cell in enumerate(self._cells) if cell.free}
        self._notes = {2 * count + 1 + place: number for place, number in enumerate(page.notes)}
        self._zone = np.zeros(ink.labels.shape, np.int32)
        boxes: dict[int, Box] = {place + 1: cell.box for place, cell in enumerate(self._cells)}
        boxes |= {zone: free for zone, place in self._free.items() if (free := self._cells[place].free)}
        boxes |= {zone: page.notes[number] for zone, number in self._notes.items()}
        for zone, box in boxes.items():
            self._zone[ink.cut(box)] = zone
        self._boxes, self._count = boxes, 2 * count + 1 + len(self._notes)
        self.noted = dict.fromkeys(page.notes, 0.0)

    def give(self, evidence: list[Evidence]) -> None:
        """Every piece to its owner; what is left in other places is shared."""
        loose: list[tuple[Piece, NDArray[np.float64], int]] = []
        for piece, area in self._areas():
            owners = self._owners(piece, area)
            if owners and owners[0] in self._free:
                loose.append((piece, area, owners[0]))
                continue
            self._to(owners, piece, area, evidence)
        for piece, area, zone in loose:
            self._loose(piece, area, zone, evidence)

    def _areas(self) -> list[tuple[Piece, NDArray[np.float64]]]:
        """Of each piece, how much of it lies in each zone."""
        ink = self._ink
        on = ink.labels > 0
        count = int(ink.labels.max(initial=0)) + 1
        flat = np.bincount(ink.labels[on] * self._count + self._zone[on], minlength=count * self._count)
        per = flat.reshape(count, self._count) / MM2
        return [(piece, per[piece.label]) for piece in ink.pieces]

    def _owners(self, piece: Piece, area: NDArray[np.float64]) -> list[int]:
        """The zone that holds most of it, if that is enough; and a second one that holds nearly as much."""
        within = area.copy()
        within[0] = 0
        signed = within.sum()
        if not signed:
            return []
        order = np.argsort(within)[::-1]
        first, second = int(order[0]), int(order[1])
        if within[first] < OWNED * piece.area and within[first] < OWNED_OF_SIGNED * signed:
            return []
        both = within[second] >= SECOND * within[first] and within[second] > SECOND_AREA and not self._is_aside(second)
        return [first, second] if both else [first]

    def _is_aside(self, zone: int) -> bool:
        return zone in self._free or zone in self._notes

    def _to(self, owners: list[int], piece: Piece, area: NDArray[np.float64], evidence: list[Evidence]) -> None:
        for zone in (np.flatnonzero(area[1:]) + 1).tolist():
            if zone in self._notes:
                if owners and zone == owners[0]:
                    self.noted[self._notes[zone]] += float(area[zone])
            elif zone in self._free:
                continue
            elif zone in owners:
                one = evidence[zone - 1]
                one.own += float(area[zone])
                one.pieces.append(piece)
                one.second = one.second or zone != owners[0]
            else:
                evidence[zone - 1].shared += float(area[zone])

    def _loose(self, piece: Piece, area: NDArray[np.float64], zone: int, evidence: list[Evidence]) -> None:
        """A piece in a free half: of the signature above or below it, or in the wrong half."""
        place = self._free[zone]
        for near in (place - 1, place + 1):
            if 0 <= near < len(evidence) and self._is_beside(piece, evidence[near]):
                self._to([near + 1], piece, area, evidence)
                if area[near + 1] == 0:
                    evidence[near].pieces.append(piece)
                return
        self._to([], piece, area, evidence)
        evidence[place].loose += float(area[zone])

    def _is_beside(self, piece: Piece, one: Evidence) -> bool:
        """Whether it is small, or near what that person wrote."""
        if not one.pieces:
            return False
        gap = min(_gap(piece.box, other.box) for other in one.pieces) / SCALE
        return gap <= STRAY_NEAR or (piece.area < STRAY_AREA and gap <= 4 * STRAY_NEAR)


def _gap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    across = max(one[0] - other[0] - other[2], other[0] - one[0] - one[2], 0)
    down = max(one[1] - other[1] - other[3], other[1] - one[1] - one[3], 0)
    return float(np.hypot(across, down))


# ---- What else is to be known of a place ---------------------------------------------------------


def _gathered(cell: Cell, ink: Ink, straight: Straight) -> Evidence:
    inside = ink.cut(cell.box, INSET)
    rows, columns = inside
    seen = straight.seen[rows.start + ink.top : rows.stop + ink.top, columns.start + ink.left : columns.stop + ink.left]
    size = max(1, ink.trace[inside].size)
    return Evidence(
        trace=_longest_trace(ink.trace[inside]),
        soft=float(ink.soft[inside].sum()) / MM2,
        stamped=float(ink.stamped[inside].sum()) / size,
        outside=1 - float(np.count_nonzero(seen)) / size,
    )


def _longest_trace(trace: NDArray[np.uint8]) -> float:
    """The area of what of it hangs together enough to be a stroke."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(trace))
    areas = stats[1:count, cv2.CC_STAT_AREA] / MM2
    return float(areas[areas > LEAST_TRACE].sum())


LEAST_TRACE = 0.25  # less is grain of the paper


def _frames(cells: list[Cell], evidence: list[Evidence], ink: Ink) -> None:
    """How well the printed frame of each place is seen, beside those of the others."""
    seen = []
    for cell in cells:
        x, y, wide, tall = cell.box
        sides = (
            (x, y - 0.5, wide, 1.0),
            (x, y + tall - 0.5, wide, 1.0),
            (x - 0.5, y, 1.0, tall),
            (x + wide - 0.5, y, 1.0, tall),
        )
        seen.append([_line_seen(ink, side) for side in sides])
    every = np.array(seen, float).reshape(len(cells), 4)
    typical = np.median(every, axis=0)
    for one, own in zip(evidence, every, strict=True):
        shown = own / np.maximum(typical, 1e-3)
        one.frame = float(np.sort(shown)[1]) if len(shown) else 1.0


def _line_seen(ink: Ink, side: Box) -> float:
    """How dark the printed line is there."""
    at = ink.cut(side)
    line = ink.print_dark[at] > 0.15
    return float(np.clip(ink.dark[at][line], 0, 1).mean()) if line.any() else 0.0


def _shape(cell: Cell, one: Evidence, ink: Ink) -> None:
    """How wide and high the own ink is, and whether it is a bar or two short strokes."""
    if not one.pieces:
        return
    labels = [piece.label for piece in one.pieces]
    x0 = min(piece.box[0] for piece in one.pieces)
    y0 = min(piece.box[1] for piece in one.pieces)
    x1 = max(piece.box[0] + piece.box[2] for piece in one.pieces)
    y1 = max(piece.box[1] + piece.box[3] for piece in one.pieces)
    own = np.isin(ink.labels[y0:y1, x0:x1], labels)
    ys, xs = np.nonzero(own)
    if not len(xs):
        return
    one.wide, one.high = float(np.ptp(xs) + 1) / SCALE, float(np.ptp(ys) + 1) / SCALE
    one.bar = _bar(xs / SCALE, ys / SCALE) / cell.box[2]
    one.is_ditto = _is_ditto(one)


def _bar(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> float:
    """The length of a straight bar; 0 when it is none. A parabola through it, from its wider side."""
    if np.ptp(ys) > np.ptp(xs):
        xs, ys = ys, xs
    long = float(np.ptp(xs)) + 1 / SCALE
    if long < 3 * (np.ptp(ys) + 1 / SCALE) and len(xs) / MM2 > 0.35 * long * (np.ptp(ys) + 1 / SCALE):
        return 0.0
    if len(xs) < 12 or long < 2:
        return 0.0
    off = np.abs(np.polyval(np.polyfit(xs, ys, 2), xs) - ys)
    half = len(xs) / MM2 / long / 2
    return long if (off <= half + BAR_SLACK).mean() >= BAR_WITHIN else 0.0


def _is_ditto(one: Evidence) -> bool:
    """Two short strokes beside each other."""
    boxes = [piece.box for piece in one.pieces]
    upright = [box for box in boxes if box[2] <= DITTO_WIDE * SCALE and 0.8 * SCALE < box[3] <= DITTO_HIGH * SCALE]
    return len(boxes) == 2 == len(upright) and _gap(*upright) < 4 * SCALE


# ---- The judgement -------------------------------------------------------------------------------


def _judgement(cell: Cell, one: Evidence, is_bilevel: bool) -> CellReading:
    verdict, reason = _verdict(one, is_bilevel)
    return CellReading(cell.row, cell.column, verdict, _doubt(verdict, one), reason)


def _verdict(one: Evidence, is_bilevel: bool) -> tuple[Verdict, Reason | None]:
    if reason := _spoilt(one):
        return Verdict.UNSURE, reason
    if one.own > EMPTY_OWN:
        reason = _not_quite_signed(one)
        return (Verdict.UNSURE, reason) if reason else (Verdict.SIGNED, None)
    reason = _not_quite_empty(one, is_bilevel)
    return (Verdict.UNSURE, reason) if reason else (Verdict.EMPTY, None)


def _spoilt(one: Evidence) -> Reason | None:
    """Why nothing in this place can be told."""
    if one.outside > HIDDEN or one.frame < FRAME_SEEN:
        return Reason.HIDDEN
    if one.stamped > STAMPED:
        return Reason.STAMP
    return None


def _not_quite_signed(one: Evidence) -> Reason | None:
    if one.bar:
        return Reason.STRUCK if one.bar >= STRUCK else Reason.LINE
    if one.is_ditto:
        return Reason.DITTO
    if one.second:
        return Reason.NEIGHBOUR
    if one.own < SIGNED_AREA or one.high <= SIGNED_HIGH or one.wide <= SIGNED_WIDE:
        return Reason.THIN
    return None


def _not_quite_empty(one: Evidence, is_bilevel: bool) -> Reason | None:
    reasons: Mapping[Reason, bool] = {
        Reason.NEIGHBOUR: one.shared > EMPTY_SHARED,
        Reason.WRONG_HALF: one.loose > EMPTY_LOOSE,
        Reason.STAIN: one.soft > STAINED,
        Reason.THIN: one.trace > EMPTY_TRACE,
        Reason.NOTE: one.is_noted,
        Reason.BILEVEL: is_bilevel,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _doubt(verdict: Verdict, one: Evidence) -> float:
    """From 0 to 1: what is unsure lies above one half, and the others nearer to it the nearer they are to a limit."""
    if verdict == Verdict.SIGNED:
        return round(0.5 * min(1.0, SIGNED_AREA / max(one.own, 0.01)), 3)
    near = max(one.own / EMPTY_OWN, one.trace / EMPTY_TRACE, one.shared / EMPTY_SHARED, one.loose / EMPTY_LOOSE)
    if verdict == Verdict.EMPTY:
        return round(0.5 * min(1.0, near), 3)
    return round(0.5 + 0.5 * min(1.0, 1 / (1 + abs(one.own - SIGNED_AREA))), 3)
