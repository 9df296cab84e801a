"""What happens to a page of paper: the printer, stamps, coffee, folds, holes, a hand. Lengths in mm."""

import cv2
import numpy as np

from bench.signed.curves import Chance
from bench.signed.ink import Mask, blend, field, noise, wavering
from bench.signed.prints import SCALE, Grey


def faded(page: Grey, chance: Chance) -> Grey:
    """Toner that ends: some bands print half as dark."""
    high, wide = page.shape[:2]
    across = np.interp(np.arange(wide) / wide, np.linspace(0, 1, 6), chance.uniform(0.3, 1.0, 6)).astype(np.float32)
    down = np.interp(np.arange(high) / high, np.linspace(0, 1, 4), chance.uniform(0.7, 1.0, 4)).astype(np.float32)
    made: Grey = (255 - (255 - page.astype(np.float32)) * across * down[:, None]).astype(np.uint8)
    return made


def shrunk(page: Grey, share: float, chance: Chance) -> Grey:
    """As "fit to page" prints it: smaller, not quite in the middle, with white around."""
    high, wide = page.shape[:2]
    dx, dy = (
        wide * (1 - share) / 2 + chance.normal(0, 1.5) * SCALE,
        high * (1 - share) / 2 + chance.normal(0, 2) * SCALE,
    )
    small = cv2.GaussianBlur(page, (0, 0), 0.5)
    moved = np.array([[share, 0, dx], [0, share * (1 + chance.normal(0, 0.001)), dy]])
    return cv2.warpAffine(small, moved, (wide, high), borderValue=(255, 255, 255))


# ---- On the paper ----------------------------------------------------------------------------------


def _disc(radius: float) -> tuple[Mask, Mask]:
    """Distance from the middle in mm, and the angle, over a square a little larger."""
    half = int((radius + 3) * SCALE)
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float32) / SCALE
    return np.hypot(x, y), np.arctan2(y, x)


def stamped(canvas: Grey, at: tuple[float, float], chance: Chance) -> None:
    """A round stamp of an office: two rings, letters between them, something in the middle; badly inked."""
    radius, strength = chance.uniform(14, 21), chance.uniform(0.4, 0.85)
    distance, angle = _disc(radius)
    ring = np.clip(1.2 - np.abs(distance - radius) / chance.uniform(0.35, 0.7), 0, 1)
    inner = np.clip(1.2 - np.abs(distance - 0.68 * radius) / 0.3, 0, 1)
    letters = (np.abs(distance - 0.84 * radius) < 0.09 * radius) & (
        np.sin(angle * 30) * np.sin(angle * 47 + distance * 3) > 0.15
    )
    core = (distance < 0.45 * radius) & (np.sin(distance * 3) * np.cos(angle * chance.integers(3, 9)) > 0.4)
    made = np.maximum(np.maximum(ring, inner), (letters | core).astype(np.float32))
    made *= strength * np.clip(0.75 + 0.5 * field(distance.shape, (5, 5), chance), 0, 1)
    made *= np.clip(0.8 + 0.3 * noise(distance.shape, chance, soft=1.2), 0, 1)
    made = cv2.GaussianBlur(made.astype(np.float32), (0, 0), 0.8)
    half = distance.shape[0] // 2
    colour = [(150, 50, 60), (140, 40, 110), (60, 45, 160), (60, 55, 50)][int(chance.integers(4))]
    blend(canvas, made, colour, int(at[0] * SCALE) - half, int(at[1] * SCALE) - half)


def spilt(canvas: Grey, at: tuple[float, float], chance: Chance) -> None:
    """Coffee: the ring of a cup, or a drop with a darker rim."""
    radius = chance.uniform(22, 40) if chance.random() < 0.5 else chance.uniform(6, 20)
    distance, angle = _disc(radius + 4)
    waver = sum(chance.normal(0, 0.6 / turn) * np.sin(turn * angle + chance.uniform(0, 6)) for turn in range(1, 5))
    edge = distance - radius - waver
    rim = np.exp(-((edge / chance.uniform(0.5, 1.6)) ** 2)) * np.clip(
        0.6 + 0.5 * np.sin(angle + chance.uniform(0, 6)), 0, 1
    )
    flat = (edge < 0) * (chance.uniform(0.1, 0.35) if radius < 21 else chance.uniform(0, 0.06))
    made = chance.uniform(0.25, 0.55) * np.maximum(rim, flat) * (1 + 0.1 * noise(distance.shape, chance, soft=4))
    half = distance.shape[0] // 2
    made = cv2.GaussianBlur(np.clip(made, 0, 1).astype(np.float32), (0, 0), chance.uniform(0.15, 0.5) * SCALE)
    blend(canvas, made, (60, 100, 140), int(at[0] * SCALE) - half, int(at[1] * SCALE) - half)


def folded(canvas: Grey, chance: Chance, count: int) -> None:
    """Creases through the whole page: a worn line, light on one side, shade on the other."""
    high, wide = canvas.shape[:2]
    for _ in range(count):
        lies = chance.random() < 0.6
        along, across = (wide, high) if lies else (high, wide)
        middle = (
            across * chance.uniform(0.15, 0.85)
            + np.arange(along) * chance.normal(0, 0.01)
            + 3 * wavering(along, 400, chance)
        )
        reach = int(9 * SCALE)
        offset = np.arange(-reach, reach)
        shade = np.exp(-np.abs(offset) / (2.5 * SCALE)) * chance.uniform(0.03, 0.12) * np.sign(offset)
        line = np.exp(-((offset / (chance.uniform(0.08, 0.3) * SCALE)) ** 2)) * chance.uniform(0.1, 0.4)
        broken = np.clip(0.6 + 0.5 * wavering(along, 60, chance), 0, 1).astype(np.float32)
        dark = chance.random() < 0.7
        profile = (np.clip(shade, 0, 1)[None, :] + (line if dark else 0) * broken[:, None]).astype(np.float32)
        spots = np.clip(middle.astype(int)[:, None] + offset[None, :], 0, across - 1)
        _darken(canvas, spots, profile, lies=lies)


def _darken(canvas: Grey, spots: np.ndarray, profile: Mask, *, lies: bool) -> None:
    """Along a crease; ``spots``: for each place along it, where across the page."""
    along = np.arange(len(spots))[:, None]
    where = (spots, along) if lies else (along, spots)
    part = canvas[where].astype(np.float32)
    part *= (1 - np.clip(profile, 0, 1))[..., None] if canvas.ndim == 3 else 1 - np.clip(profile, 0, 1)
    canvas[where] = part.astype(np.uint8)


def holed(canvas: Grey, chance: Chance, *, backs: bool) -> None:
    """Two punched holes in the margin, one more where somebody missed, and a staple in a corner."""
    high, wide = canvas.shape[:2]
    x = chance.uniform(9, 13) * SCALE
    tone = int(chance.choice([5, 30, 200, 250]))
    for dy in (-40, 40, *((chance.uniform(-46, -30),) if chance.random() < 0.3 else ())):
        spot = (int(wide - x if backs else x), int(high / 2 + dy * SCALE))
        cv2.circle(canvas, spot, int(2.9 * SCALE), (tone,) * 3, -1, cv2.LINE_AA)
    if chance.random() < 0.7:
        corner = np.array([chance.uniform(5, 22), chance.uniform(5, 20)]) * SCALE
        lean = np.array([np.cos(a := chance.uniform(0, 3)), np.sin(a)]) * 5.5 * SCALE
        for shift, colour in ((2, 90), (0, int(chance.choice([60, 225])))):
            ends = [tuple(int(one) for one in corner + turn * lean + shift) for turn in (-1, 1)]
            cv2.line(canvas, ends[0], ends[1], (colour,) * 3, int(0.5 * SCALE), cv2.LINE_AA)


def torn(canvas: Grey, corner: int, chance: Chance, beyond: int) -> None:
    """A corner that is gone: torn off, or folded over. ``corner`` clockwise from the top left."""
    high, wide = canvas.shape[:2]
    spot = np.array([(0, 0), (wide, 0), (wide, high), (0, high)][corner], float)
    inward = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)][corner], float)
    along, down = chance.uniform(18, 45) * SCALE, chance.uniform(18, 45) * SCALE
    edge = np.linspace(0, 1, 12)[:, None] * [[-along, down]] + [[along, 0]]
    edge[1:-1] += chance.normal(0, 0.6 * SCALE, (10, 2))
    shape = np.vstack([[spot], spot + edge * inward]).astype(np.int32)
    cv2.fillPoly(canvas, [shape], (beyond,) * 3)


# ---- Of tried pages only ----------------------------------------------------------------------------


def shining_through(canvas: Grey, signed: Grey, chance: Chance) -> None:
    """What was written on the other side."""
    back = cv2.GaussianBlur(cv2.flip(signed, 1), (0, 0), 2.5).astype(np.float32)
    share = chance.uniform(0.05, 0.14)
    shadow = 1 - share * (1 - back / 255)
    canvas[:] = (canvas * (shadow if canvas.ndim == shadow.ndim else shadow[..., None])).astype(np.uint8)


def crumpled(canvas: Grey, chance: Chance) -> Grey:
    """Once a ball, smoothed by hand: displaced by up to half a millimetre, with straight creases, each lit from one
    side."""
    shape = canvas.shape[:2]
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    moved = [field(shape, (14, 10), chance) * 0.22 * SCALE for _ in range(2)]
    bent: Grey = cv2.remap(canvas, x + moved[0], y + moved[1], cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    shade = 1 - 0.04 * field(shape, (14, 10), chance) - _creases(shape, chance)
    shaded = bent.astype(np.float32) * (shade if bent.ndim == 2 else shade[..., None])
    return np.clip(shaded, 0, 255).astype(np.uint8)


def _creases(shape: tuple[int, ...], chance: Chance) -> Mask:
    """How much darker (or lighter) thirty of them make a page."""
    coarse = 8
    y, x = np.mgrid[0 : shape[0] // coarse, 0 : shape[1] // coarse].astype(np.float32) * coarse / SCALE
    facets, lines = np.zeros(x.shape, np.float32), np.zeros(shape, np.float32)
    for _ in range(30):
        middle = chance.uniform(0, 1, 2) * (shape[1], shape[0]) / SCALE
        angle, half = chance.uniform(0, np.pi), chance.uniform(15, 70)
        along = (x - middle[0]) * np.cos(angle) + (y - middle[1]) * np.sin(angle)
        aside = (y - middle[1]) * np.cos(angle) - (x - middle[0]) * np.sin(angle)
        fading = np.clip(half - np.abs(along), 0, 6) / 6 * np.exp(-np.abs(aside) / chance.uniform(2, 6))
        facets += chance.uniform(0.02, 0.08) * np.sign(aside) * fading
        ends = [(middle + turn * half * np.array([np.cos(angle), np.sin(angle)])) * SCALE * 16 for turn in (-1, 1)]
        spots = [np.rint(end).astype(int).tolist() for end in ends]
        cv2.line(lines, spots[0], spots[1], chance.uniform(-0.04, 0.12), int(chance.integers(1, 3)), cv2.LINE_AA, 4)
    whole: Mask = cv2.resize(facets, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR) + lines
    return whole
