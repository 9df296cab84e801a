"""A sheet of paper, and pens that write on it. A canvas is grey or BGR, eight bits, :data:`SCALE` px a mm."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.signed.curves import Chance, Drawn
from bench.signed.prints import SCALE, Grey

FINE = 3  # times finer strokes are drawn, then softened
TILE = 1024  # px of a piece of noise

INKS = {  # blue, green, red; 0 is black
    "blue": (150, 60, 30), "dark blue": (110, 45, 25), "black": (40, 38, 35), "royal": (190, 70, 45),
    "violet": (130, 40, 90), "red": (50, 40, 190), "green": (60, 110, 30),
}  # fmt: skip
OFTEN = (0.27, 0.17, 0.37, 0.1, 0.03, 0.04, 0.02)
LUMINANCE = np.array([0.114, 0.587, 0.299])

type Mask = NDArray[Any]  # 0 nothing, 1 all


@dataclass(frozen=True)
class Pen:
    """Width in mm; how much of its colour it leaves; how that varies along a stroke; how often it fails."""

    width: float
    strength: float
    colour: tuple[int, int, int]
    pressure: float = 0.2  # relative, of width and strength
    gaps: float = 0.0  # share of the stroke without ink
    grain: float = 0.0  # of pencil on paper

    def shaken(self, chance: Chance) -> "Pen":
        """The same pen in another hand."""
        return replace(self, strength=float(np.clip(self.strength * chance.uniform(0.88, 1.08), 0.1, 1)))


def a_pen(chance: Chance) -> Pen:
    """What lies on the desk."""
    colour = INKS[str(chance.choice(list(INKS), p=np.array(OFTEN) / sum(OFTEN)))]
    kind = chance.choice(["ball", "gel", "felt", "fountain"], p=[0.6, 0.25, 0.08, 0.07])
    width = {"ball": (0.2, 0.42), "gel": (0.3, 0.55), "felt": (0.55, 0.9), "fountain": (0.3, 0.7)}[str(kind)]
    strength = chance.uniform(0.62, 0.9) if kind == "ball" else chance.uniform(0.8, 0.98)
    pressure = chance.uniform(0.05, 0.5 if kind == "fountain" else 0.3)
    return Pen(chance.uniform(*width), strength, colour, pressure)


def a_pencil(chance: Chance) -> Pen:
    grey = int(chance.integers(70, 110))
    return Pen(chance.uniform(0.3, 0.6), chance.uniform(0.28, 0.6), (grey, grey, grey), 0.35, grain=0.6)


def a_dying_pen(chance: Chance) -> Pen:
    return replace(a_pen(chance), strength=chance.uniform(0.35, 0.7), gaps=chance.uniform(0.1, 0.45), pressure=0.4)


def blend(canvas: Grey, alpha: Mask, colour: tuple[float, float, float], left: int = 0, top: int = 0) -> None:
    """Lay ink over a piece of the canvas: what shines through is multiplied, as paper and ink are."""
    high, wide = canvas.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + alpha.shape[1], wide), min(top + alpha.shape[0], high)
    if x0 >= x1 or y0 >= y1:
        return
    part = alpha[y0 - top : y1 - top, x0 - left : x1 - left]
    under = canvas[y0:y1, x0:x1].astype(np.float32)
    tone = np.array(colour, np.float32) / 255
    if canvas.ndim == 3:
        under *= 1 - part[..., None] * (1 - tone)
    else:
        under *= 1 - part * float(1 - tone @ LUMINANCE)
    canvas[y0:y1, x0:x1] = under.astype(np.uint8)


def write(canvas: Grey, strokes: Drawn, pen: Pen, chance: Chance) -> None:
    """Strokes at their places in mm."""
    everything = np.vstack(strokes)
    low = np.floor((everything.min(0) - 2) * SCALE).astype(int)
    span = np.ceil((np.ptp(everything, 0) + 4) * SCALE).astype(int)
    fine = np.zeros((span[1] * FINE, span[0] * FINE), np.uint8)
    for stroke in strokes:
        _trace(fine, stroke - low / SCALE, pen, chance)
    alpha = cv2.resize(fine, (int(span[0]), int(span[1])), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    if pen.grain:
        alpha *= np.clip(1 - pen.grain * 0.5 + pen.grain * 0.35 * noise(alpha.shape[:2], chance, soft=1.2), 0, 1)
    blend(canvas, alpha, pen.colour, int(low[0]), int(low[1]))


def _trace(fine: Grey, stroke: NDArray[np.float64], pen: Pen, chance: Chance) -> None:
    points = evenly(stroke, 0.22)
    count = len(points)
    force = 1 + pen.pressure * wavering(count, 18, chance)
    width = np.clip(np.rint(pen.width * force * SCALE * FINE), 1, None).astype(int)
    strength = np.clip(255 * pen.strength * (1 + 0.6 * (force - 1)), 12, 255).astype(int)
    dry = wavering(count, 7, chance) < np.quantile(wavering(400, 7, chance), pen.gaps) if pen.gaps else [False] * count
    spots = np.rint(points * SCALE * FINE * 8).astype(int)
    for at in range(count - 1):
        if not dry[at]:
            start, end = spots[at].tolist(), spots[at + 1].tolist()
            cv2.line(fine, start, end, int(strength[at]), int(width[at]), cv2.LINE_8, 3)


def evenly(stroke: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """The same line with a point every ``step`` mm."""
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    along = np.linspace(0, lengths[-1], max(2, int(lengths[-1] / step)))
    return np.column_stack([np.interp(along, lengths, stroke[:, axis]) for axis in range(2)])


def wavering(count: int, every: int, chance: Chance) -> NDArray[np.float64]:
    """A slow random line about 0."""
    knots = chance.normal(0, 1, count // every + 3)
    return np.interp(np.arange(count) / every, np.arange(len(knots)), knots)


# ---- Noise -----------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _tile(soft: float) -> Mask:
    made: Mask = np.random.default_rng(1).standard_normal((TILE, TILE)).astype(np.float32)
    if soft:
        made = cv2.GaussianBlur(made, (0, 0), soft, borderType=cv2.BORDER_REFLECT)
        made = made / made.std()
    return made


def noise(shape: tuple[int, ...], chance: Chance, soft: float = 0.0) -> Mask:
    """Normal noise of deviation 1, from pieces of one tile that are laid and turned anew each time."""
    high, wide = shape[:2]
    tile = np.roll(_tile(soft), chance.integers(0, TILE, 2).tolist(), axis=(0, 1))[:: chance.choice([-1, 1])]
    return np.tile(tile, (-(-high // TILE), -(-wide // TILE)))[:high, :wide]


def field(shape: tuple[int, ...], knots: tuple[int, int], chance: Chance) -> Mask:
    """A smooth random surface of deviation about 1."""
    rough = chance.normal(0, 1, knots).astype(np.float32)
    return cv2.resize(rough, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
