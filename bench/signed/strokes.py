"""Strokes like signatures: polylines in mm around the middle of where somebody signs, y downwards.

None of it is anybody's hand; the kinds are those that sheets are full of. ``KINDS`` says how often each is seen.
"""

from collections.abc import Callable

import numpy as np

from bench.signed.curves import Chance, Drawn, Stroke, fitted, smooth, turned
from bench.signed.lettering import CAPITALS, written

# ---- Kinds ---------------------------------------------------------------------------------------


def cursive(chance: Chance, width: float, height: float) -> Drawn:
    """Letters joined in one go, some high, some low, the first one large."""
    points, x = [], 0.0
    letters = int(chance.integers(4, 10))
    for place in range(letters):
        tall = 1.0 if place == 0 else chance.choice([0.3, 0.45, 0.5, 1.0], p=[0.3, 0.3, 0.2, 0.2])
        wide = chance.uniform(0.6, 1.4)
        low = chance.uniform(0.3, 0.7) if chance.random() < 0.2 else 0.0
        points += [(x, 0), (x + 0.55 * wide, -tall), (x + chance.uniform(0.1, 0.5) * wide, -0.9 * tall)]
        points += [(x + 0.6 * wide, low), (x + 0.85 * wide, -0.1)]
        x += wide
    points.append((x + chance.uniform(0, 3), chance.uniform(-0.6, 0.4)))
    whole = smooth(np.array(points) + chance.normal(0, 0.06, (len(points), 2)))
    return fitted(_lifted(whole, chance), width, height)


def scribble(chance: Chance, width: float, height: float) -> Drawn:
    """To and fro, up and down, hardly a letter in it."""
    count = int(chance.integers(7, 22))
    along = np.linspace(0, 1, count) + chance.normal(0, 0.12, count)
    up = np.where(np.arange(count) % 2, 1, -1) * chance.uniform(0.3, 1, count) * (1 - 0.5 * np.linspace(0, 1, count))
    curve = smooth(np.column_stack([along, up]), sharp=chance.random() < 0.25)
    return fitted(_lifted(curve, chance), width, height)


def initials(chance: Chance, width: float, height: float) -> Drawn:
    """Two or three large letters, perhaps a line below or a point behind."""
    letters = "".join(chance.choice(list(CAPITALS), int(chance.integers(2, 4))))
    strokes = [smooth(stroke, 6) for stroke in written(letters, 6, chance)]
    wide = max(stroke[:, 0].max() for stroke in strokes)
    if chance.random() < 0.3:
        strokes.append(smooth(np.array([(0, 1.2), (wide / 2, 0.9), (wide, chance.uniform(0.4, 1.4))])))
    if chance.random() < 0.2:
        strokes.append(np.array([(wide + 0.8, 0), (wide + 1, 0.1)]))
    return fitted(strokes, min(width, 1.6 * height), height)


def loops(chance: Chance, width: float, height: float) -> Drawn:
    """Round and round along a line."""
    turns = chance.uniform(2, 7)
    t = np.linspace(0, 2 * np.pi * turns, int(24 * turns))
    size = 1 - chance.uniform(0, 0.8) * t / t[-1]
    wide = chance.uniform(0.7, 2.5)
    x, y = t / (2 * np.pi) + wide * size * np.cos(t + chance.uniform(0, 6)), size * np.sin(t) * chance.uniform(0.8, 1.6)
    return fitted([np.column_stack([x, y])], width, height)


def flourish(chance: Chance, width: float, height: float) -> Drawn:
    """A name, and a sweep below it that goes farther than the name."""
    name = cursive(chance, 0.75 * width, 0.6 * height)
    end = name[-1][-1]
    back = [end, (0.62 * width, -0.2 * height), (0.5 * width, 0.45 * height), (-0.62 * width, 0.5 * height)]
    back += [(-0.5 * width, 0.2 * height), (chance.uniform(0.2, 0.8) * width, chance.uniform(0.1, 0.5) * height)]
    return [*name, smooth(np.array(back) + chance.normal(0, 0.03 * width, (6, 2)), 16)]


def printed(chance: Chance, width: float, height: float) -> Drawn:
    """The name in capitals."""
    letters = "".join(chance.choice(list(CAPITALS), int(chance.integers(4, 9))))
    return fitted(written(letters, 6, chance), width, min(height, 3.6))


def small(chance: Chance, width: float, height: float) -> Drawn:
    """As if ink were dear."""
    return cursive(chance, min(width, chance.uniform(4.5, 8)), min(height, chance.uniform(2.2, 3.6)))


def tick(chance: Chance, width: float, height: float) -> Drawn:
    wide, tall = min(width, chance.uniform(3.5, 8)), min(height, chance.uniform(3, 7))
    low = chance.uniform(-0.35, -0.1)
    points = np.array([(-0.5, chance.uniform(-0.1, 0.2)), (low, 0.5), (0.5, -0.5)]) * (wide, tall)
    return [smooth(points, sharp=chance.random() < 0.5)]


def knot(chance: Chance, width: float, height: float) -> Drawn:
    """One closed, tangled line. Of tried pages only."""
    t, curve = np.linspace(0, 2 * np.pi, 90), np.zeros((90, 2))
    for turn in range(1, 6):
        for axis in range(2):
            curve[:, axis] += chance.normal(0, 1 / turn) * np.sin(turn * t + chance.uniform(0, 6.3))
    return fitted([curve], width, height)


def sweep(chance: Chance, width: float, height: float) -> Drawn:
    """A bow and a stroke through it. Of tried pages only."""
    t = np.linspace(chance.uniform(-2.6, -2), chance.uniform(1.8, 2.8), 40)
    bow = np.column_stack([np.cos(t) * (1 + 0.3 * np.sin(t)), np.sin(t)])
    through = np.array(
        [(-1.3, chance.uniform(-0.3, 0.3)), (0.2, chance.uniform(-0.4, 0.4)), (1.6, chance.uniform(-0.6, 0.2))]
    )
    return fitted([bow, smooth(through)], width, height)


def _lifted(curve: Stroke, chance: Chance) -> Drawn:
    """The pen leaves the paper now and then."""
    if chance.random() < 0.5 or len(curve) < 20:
        return [curve]
    cut = int(chance.integers(6, len(curve) - 6))
    return [curve[:cut], curve[cut + int(chance.integers(1, 4)) :]]


KINDS: dict[Callable[[Chance, float, float], Drawn], float] = {
    cursive: 0.22, scribble: 0.26, initials: 0.14, loops: 0.12, flourish: 0.08, printed: 0.05, small: 0.08, tick: 0.05,
}  # fmt: skip
UNSEEN = {knot: 0.04, sweep: 0.04}  # beside these on tried pages


# ---- What is no signature ------------------------------------------------------------------------


def short_line(chance: Chance) -> Drawn:
    length = chance.uniform(4, 11)
    return turned(
        [smooth(np.array([(-length / 2, 0), (0, chance.normal(0, 0.25)), (length / 2, 0)]))], chance.normal(0, 8)
    )


def ditto(chance: Chance) -> Drawn:
    tall, gap = chance.uniform(1.8, 3), chance.uniform(1, 1.8)
    return [np.array([(at + chance.normal(0, 0.15), -tall / 2), (at, tall / 2)]) for at in (-gap / 2, gap / 2)]


def strike(chance: Chance, width: float, height: float) -> Drawn:
    """A line through the whole cell, now and then two of them."""
    lines = []
    for at in (0.0, 1.2)[: 2 if chance.random() < 0.15 else 1]:
        long, slope, bow = chance.uniform(0.8, 1.02) * width, chance.uniform(-0.3, 0.3) * height, chance.normal(0, 0.5)
        along = np.linspace(-0.5, 0.5, 6)
        points = np.column_stack([long * along, at + slope * 2 * along + bow * (4 * along**2 - 0.5)])
        lines.append(smooth(points + chance.normal(0, 0.1, points.shape) + (chance.normal(0, 0.5), 0)))
    return lines
