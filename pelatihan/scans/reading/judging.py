"""What each place to sign says: signed, empty, or unsure and why. Areas in mm², lengths in mm.

Every piece of ink is given to whoever's place it goes through the middle of; what lies on the edge is mostly a
neighbour's. What then lies in a place as their own, as somebody
else's, as too faint or as beside the place decides; between clearly signed and clearly empty all is unsure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pelatihan.scans.reading import crossing, strokes
from pelatihan.scans.reading.ink import MM2, Ink, Piece
from pelatihan.scans.reading.page import Box, Cell, Page
from pelatihan.scans.reading.straightening import Straight
from pelatihan.scans.shapes import SCALE, CellReading, Reason, Verdict

SIGNED_AREA, SIGNED_HIGH, SIGNED_WIDE = 1.6, 1.5, 3.4
EMPTY_OWN, EMPTY_TRACE = 0.3, 1.0
STRAY, EMPTY_LOOSE = 2.5, 4.0  # in a free half's middle: less is a neighbour's; more may be in the wrong half
EMPTY_SHARED, EMPTY_SHARED_CORE = 18.0, 0.6
SMALL_HIGH, SMALL_FULL = 2.5, 1.3  # a bar as high, with so many mm² a mm of its length, is a small signature
SIDE, ABOVE = 0.2, 0.25  # of a place's width and height: outside of its middle; whoever signs there goes through that
TOUCHED, THROUGH = 0.15, 0.8  # ink in the middle: enough to say whose a piece is; as every signature has
REACHING, HALF = 3.0, 0.5  # so little in the middle of ink that mostly lies elsewhere: a neighbour's loop, a stain
TOGETHER, SOME = 0.3, 0.1  # of what lies in the owner's middle: two signatures grown into one; perhaps so
STRAY_AREA, STRAY_NEAR = 2.0, 0.8  # a piece in nobody's middle that still belongs to the signature beside it
BEYOND = 3.0  # a signature's shape is looked at so far around its place
SURELY_STRUCK = 0.8  # of the place's width
DITTO_WIDE, DITTO_HIGH = 3.2, (1.2, 4.2)
DOT, DOT_AREA = 1.7, 2.2
STAINED = 1.0
STAMPED, STAMPED_CLEAR = 0.03, 0.1  # of the place; where there is ink beside the stamp
CLEAR = 3.0  # so much ink beside the stamp, in the middle of the place, is a signature
FRAME_SEEN = 0.35  # of how dark the frames of the page are
HIDDEN = 0.03  # of the place lies outside the picture
NOTED = 0.6
INSET = 0.35  # the printed line around a place


@dataclass(eq=False)
class Evidence:
    """What lies in one place to sign."""

    own: float = 0.0
    core: float = 0.0  # of that, in the middle of the place
    edge: float = 0.0  # on its edge only, and nobody's
    shared: float = 0.0  # somebody else's
    shared_core: float = 0.0
    doubtful: float = 0.0  # of a piece that may be two people's
    loose: float = 0.0  # in the middle of the free half, whoever's it is
    trace: float = 0.0
    soft: float = 0.0
    stamped: float = 0.0
    clear: float = 0.0  # in the middle of the place, outside of any stamp
    frame: float = 1.0
    outside: float = 0.0
    pieces: list[Piece] = field(default_factory=list)
    edges: list[Piece] = field(default_factory=list)
    wide: float = 0.0
    high: float = 0.0
    bar: float = 0.0  # how much of the place's width a straight bar crosses; 0: it is none
    is_crossed: bool = False  # a line or two from side to side, and little beside them
    is_ditto: bool = False
    is_noted: bool = False

    def take(self, spread: "Spread", zone: int) -> None:
        self.own += float(spread.area[zone])
        self.core += float(spread.core[zone])
        self.pieces.append(spread.piece)

    def overflow(self, spread: "Spread", zone: int) -> None:
        self.shared += float(spread.area[zone])
        self.shared_core += float(spread.core[zone])

    def at_edge(self, spread: "Spread", zone: int) -> None:
        self.edge += float(spread.area[zone])
        self.edges.append(spread.piece)

    def is_beside(self, piece: Piece) -> bool:
        """Whether a piece is near what this person wrote, or small and not far from it."""
        if not self.core or not self.pieces:
            return False
        gap = min(_gap(piece.box, other.box) for other in self.pieces) / SCALE
        return gap <= STRAY_NEAR or (piece.area < STRAY_AREA and gap <= 2 * STRAY_NEAR)


@dataclass(frozen=True)
class Judged:
    """All places of a page, and the rows with ink in Ket."""

    cells: tuple[CellReading, ...]
    notes: tuple[int, ...]


def judged(page: Page, straight: Straight, ink: Ink, *, is_bilevel: bool) -> Judged:
    """What the page says."""
    evidence, notes = gathered(page, straight, ink)
    pairs = zip(page.cells, evidence, strict=True)
    return Judged(tuple(_judgement(cell, one, is_bilevel) for cell, one in pairs), notes)


def gathered(page: Page, straight: Straight, ink: Ink) -> tuple[list[Evidence], tuple[int, ...]]:
    """What lies in each place to sign, and the rows with ink in Ket."""
    cells = page.cells
    zones = Zones(page, ink)
    evidence = [_background(cell, ink, straight) for cell in cells]
    zones.give(evidence)
    _frames(cells, evidence, ink)
    notes = tuple(number for number, area in zones.noted.items() if area >= NOTED)
    for cell, one in zip(cells, evidence, strict=True):
        one.is_noted = cell.row in notes
        one.is_crossed = one.own > SIGNED_AREA and _is_crossed(cell, ink)
        _shape(cell, one, ink)
    return evidence, notes


# ---- Whose ink it is -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Spread:
    """One piece of ink over the zones: how much of it lies in each, and in the middle of each."""

    piece: Piece
    area: NDArray[Any]
    core: NDArray[Any]

    @property
    def main(self) -> int:
        """The zone through whose middle most of it goes; 0: it goes through none."""
        place = int(np.argmax(self.core))
        return place if self.core[place] >= TOUCHED else 0


class Zones:
    """Each px of the window by the place it lies in, and each piece of ink given to one of them.

    Zones are counted from 1: places to sign in their order, then the free halves, then the notes.
    """

    def __init__(self, page: Page, ink: Ink) -> None:
        self._cells, self._ink = page.cells, ink
        count = len(self._cells)
        self._free = {count + 1 + place: place for place, cell in enumerate(self._cells) if cell.free}
        self._notes = {2 * count + 1 + place: number for place, number in enumerate(page.notes)}
        boxes: dict[int, Box] = {place + 1: cell.box for place, cell in enumerate(self._cells)}
        boxes |= {zone: free for zone, place in self._free.items() if (free := self._cells[place].free)}
        boxes |= {zone: page.notes[number] for zone, number in self._notes.items()}
        self._zone = np.zeros(ink.labels.shape, np.int32)
        self._core = np.zeros(ink.labels.shape, np.int32)
        for zone, (x, y, wide, tall) in boxes.items():
            self._zone[ink.cut((x, y, wide, tall))] = zone
            aside, above = SIDE * wide, ABOVE * tall
            self._core[ink.cut((x + aside, y + above, wide - 2 * aside, tall - 2 * above))] = zone
        self._count = 2 * count + 1 + len(self._notes)
        self.noted = dict.fromkeys(page.notes, 0.0)

    def give(self, evidence: list[Evidence]) -> None:
        """Every piece to its owner; what is left in other places is somebody else's there."""
        spreads = self._spreads()
        for spread in spreads:
            if spread.main and spread.main not in self._free:
                self._to_owner(spread, evidence)
        for spread in spreads:
            if spread.main in self._free:
                self._loose(spread, evidence)
        for spread in spreads:
            if not spread.main:
                self._at_edge(spread, evidence)
        for zone, place in self._free.items():
            evidence[place].loose = float(sum(spread.core[zone] for spread in spreads))

    def _spreads(self) -> list[Spread]:
        per, core = (self._per(where) for where in (self._zone, self._core))
        return [Spread(piece, per[piece.label], core[piece.label]) for piece in self._ink.pieces]

    def _per(self, where: NDArray[Any]) -> NDArray[Any]:
        """Of each piece, how much of it lies in each zone: mm²; what lies in none is left out."""
        on = self._ink.labels > 0
        count = int(self._ink.labels.max(initial=0)) + 1
        flat = np.bincount(self._ink.labels[on] * self._count + where[on], minlength=count * self._count)
        per: NDArray[Any] = flat.reshape(count, self._count) / MM2
        per[:, 0] = 0
        return per

    def _to_owner(self, spread: Spread, evidence: list[Evidence]) -> None:
        main = spread.main
        if main in self._notes:
            self.noted[self._notes[main]] += float(spread.area[main])
        for zone in self._places(spread):
            one, share = evidence[zone - 1], spread.core[zone] / spread.core[main]
            if zone == main or (spread.core[zone] >= THROUGH and share >= TOGETHER):
                one.take(spread, zone)
            elif spread.core[zone] >= THROUGH and share >= SOME:
                one.doubtful += float(spread.area[zone])
            else:
                one.overflow(spread, zone)

    def _places(self, spread: Spread) -> list[int]:
        """The places to sign that it touches."""
        return [zone for zone in (np.flatnonzero(spread.area)).tolist() if zone <= len(self._cells)]

    def _loose(self, spread: Spread, evidence: list[Evidence]) -> None:
        """A piece in a free half: of the signature above or below it, or in the wrong half."""
        zone = spread.main
        place = self._free[zone]
        half = max(THROUGH, spread.core[zone] / 2)
        own = [near for near in self._places(spread) if spread.core[near] >= half]
        for near in own:
            evidence[near - 1].take(spread, near)
        if own:
            return
        is_small = spread.core[zone] < STRAY
        for near in (place - 1, place + 1) if is_small else ():
            if 0 <= near < len(evidence) and evidence[near].is_beside(spread.piece):
                evidence[near].take(spread, near + 1)
                return
        for near in self._places(spread):
            evidence[near - 1].overflow(spread, near)

    def _at_edge(self, spread: Spread, evidence: list[Evidence]) -> None:
        """A piece through nobody's middle: of the signature that it lies beside, or on the edge of the place that holds
        most of it."""
        places = self._places(spread)
        if not places:
            self._note_at_edge(spread)
            return
        beside = [one for one in evidence if one.is_beside(spread.piece)]
        most = max(places, key=lambda zone: float(spread.area[zone]))
        for zone in places:
            one = evidence[zone - 1]
            if one in beside:
                one.take(spread, zone)
            elif beside:
                one.overflow(spread, zone)
            elif zone == most:
                one.at_edge(spread, zone)
            else:
                one.overflow(spread, zone)

    def _note_at_edge(self, spread: Spread) -> None:
        for zone in np.flatnonzero(spread.area).tolist():
            if zone in self._notes and spread.area[zone] > 0.8 * spread.piece.area:
                self.noted[self._notes[zone]] += float(spread.area[zone])


def _gap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    across = max(one[0] - other[0] - other[2], other[0] - one[0] - one[2], 0)
    down = max(one[1] - other[1] - other[3], other[1] - one[1] - one[3], 0)
    return float(np.hypot(across, down))


# ---- What else is to be known of a place ---------------------------------------------------------


def _background(cell: Cell, ink: Ink, straight: Straight) -> Evidence:
    inside = ink.cut(cell.box, INSET)
    rows, columns = inside
    seen = straight.seen[rows.start + ink.top : rows.stop + ink.top, columns.start + ink.left : columns.stop + ink.left]
    size = max(1, ink.trace[inside].size)
    return Evidence(
        trace=_longest_trace(ink.trace[inside]),
        clear=_clear(cell, ink),
        soft=float(ink.soft[inside].sum()) / MM2,
        stamped=float(ink.stamped[inside].sum()) / size,
        outside=1 - float(np.count_nonzero(seen)) / size,
    )


def _clear(cell: Cell, ink: Ink) -> float:
    x, y, wide, tall = cell.box
    aside, above = SIDE * wide, ABOVE * tall
    core = ink.cut((x + aside, y + above, wide - 2 * aside, tall - 2 * above))
    return float(np.count_nonzero((ink.labels[core] > 0) & (ink.stamped[core] == 0))) / MM2


def _longest_trace(trace: NDArray[Any]) -> float:
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
    """How wide and high the own ink is, and whether it is a bar or two short strokes. Of ink that goes far beyond the
    place only what is near it counts."""
    pieces = one.pieces or one.edges
    if not pieces:
        return
    x, y, wide, tall = cell.box
    at = ink.cut((x - BEYOND, y - BEYOND, wide + 2 * BEYOND, tall + 2 * BEYOND))
    drawn = [ink.labels[at] == piece.label for piece in pieces]
    whole = np.logical_or.reduce(drawn)
    ys, xs = np.nonzero(whole)
    if not len(xs):
        return
    one.wide, one.high = float(np.ptp(xs) + 1) / SCALE, float(np.ptp(ys) + 1) / SCALE
    bars = [strokes.bar(stroke) for stroke in drawn if np.count_nonzero(stroke) > MM2 / 2]
    one.bar = max(bars, default=0.0) / wide if bars and all(bars) else 0.0
    one.is_ditto = one.wide <= DITTO_WIDE and DITTO_HIGH[0] < one.high <= DITTO_HIGH[1] and strokes.has_two(whole)


def _is_crossed(cell: Cell, ink: Ink) -> bool:
    """Whether lines go through the place, with little beside them but what is a neighbour's."""
    (rows, columns), around = ink.cut(cell.box), ink.cut(cell.box, -BEYOND)
    top, left = (side.start for side in around)
    at = slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left)
    return crossing.is_crossed((ink.labels[around] > 0).astype(np.uint8), ink.printed[around], at)


# ---- The judgement -------------------------------------------------------------------------------


def _judgement(cell: Cell, one: Evidence, is_bilevel: bool) -> CellReading:
    verdict, reason = _verdict(one, is_bilevel)
    return CellReading(cell.row, cell.column, verdict, _doubt(verdict, one), reason)


def _verdict(one: Evidence, is_bilevel: bool) -> tuple[Verdict, Reason | None]:
    if reason := _spoilt(one):
        return Verdict.UNSURE, reason
    if one.own + one.edge > EMPTY_OWN and not _is_dot(one):
        if one.bar >= SURELY_STRUCK:
            return Verdict.EMPTY, Reason.STRUCK
        reason = _not_quite_signed(one)
        return (Verdict.UNSURE, reason) if reason else (Verdict.SIGNED, None)
    reason = _not_quite_empty(one, is_bilevel)
    return (Verdict.UNSURE, reason) if reason else (Verdict.EMPTY, None)


def _spoilt(one: Evidence) -> Reason | None:
    """Why nothing in this place can be told."""
    if one.outside > HIDDEN or one.frame < FRAME_SEEN:
        return Reason.HIDDEN
    if one.stamped > (STAMPED if one.clear < CLEAR else STAMPED_CLEAR):
        return Reason.STAMP
    return None


def _is_dot(one: Evidence) -> bool:
    """Where a pen rested, or dirt."""
    return one.own + one.edge < DOT_AREA and max(one.wide, one.high) < DOT


def _not_quite_signed(one: Evidence) -> Reason | None:
    if one.is_crossed or one.bar >= strokes.STRUCK:
        return Reason.STRUCK
    if one.is_ditto:
        return Reason.DITTO
    if one.bar and not (one.high >= SMALL_HIGH and one.own >= SMALL_FULL * one.wide):
        return Reason.LINE
    if one.core < THROUGH:
        return Reason.NEIGHBOUR if one.doubtful or one.edge > SIGNED_AREA else Reason.THIN
    if one.core < REACHING and one.own < HALF * sum(piece.area for piece in one.pieces):
        return Reason.NEIGHBOUR
    if one.own < SIGNED_AREA or one.high <= SIGNED_HIGH or one.wide <= SIGNED_WIDE:
        return Reason.THIN
    return None


def _not_quite_empty(one: Evidence, is_bilevel: bool) -> Reason | None:
    reasons: Mapping[Reason, bool] = {
        Reason.NEIGHBOUR: one.doubtful > 0 or one.shared > EMPTY_SHARED or one.shared_core > EMPTY_SHARED_CORE,
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
    near = max(one.own / DOT_AREA, one.trace / EMPTY_TRACE, one.shared / EMPTY_SHARED, one.loose / EMPTY_LOOSE)
    if verdict == Verdict.EMPTY:
        return round(0.5 * min(1.0, near), 3)
    return round(0.5 + 0.5 * min(1.0, 1 / (1 + abs(one.own - SIGNED_AREA))), 3)
