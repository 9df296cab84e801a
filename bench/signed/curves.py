"""Lines in mm, and what is done to them: bent, stretched, turned."""

import numpy as np
from numpy.typing import NDArray

type Stroke = NDArray[np.float64]  # n points, x and y in mm, y downwards
type Chance = np.random.Generator
type Drawn = list[Stroke]


def smooth(points: NDArray[np.float64], per: int = 8, *, sharp: bool = False) -> Stroke:
    """A curve through the points (Catmull-Rom), or the straight lines between them."""
    if sharp or len(points) < 3:
        return points
    p = np.vstack([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, per, endpoint=False)[:, None, None]
    a, b, c, d = p[:-3], p[1:-2], p[2:-1], p[3:]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.vstack([curve.transpose(1, 0, 2).reshape(-1, 2), points[-1:]])


def fitted(strokes: Drawn, width: float, height: float) -> Drawn:
    """Stretched to this size in mm around the origin."""
    everything = np.vstack(strokes)
    low, span = everything.min(0), np.maximum(np.ptp(everything, 0), 1e-6)
    flat = np.where(span < 0.02 * span.max(), 1.0, np.array([width, height]) / span)
    return [(stroke - low - span / 2) * flat for stroke in strokes]


def turned(strokes: Drawn, degrees: float, lean: float = 0.0) -> Drawn:
    """Baseline turned by so many degrees, letters leaning to the right."""
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ [[1, -lean], [0, 1]]
    return [stroke @ matrix.T for stroke in strokes]
