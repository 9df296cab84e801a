"""What was written on a page, told from what was printed there: darkness beside the print, in pieces that hang
together.

All is reckoned in a window around the places to sign; px there are eighths of a mm.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pelatihan.scans.reading.opening import Pixels
from pelatihan.scans.reading.page import Box, Page
from pelatihan.scans.reading.straightening import Floats, Straight, darkness
from pelatihan.scans.shapes import SCALE

type Mask = NDArray[Any]  # bytes: 0 or 1

MM2 = SCALE * SCALE  # px
BLURS = (0.0, 1.2, 2.0, 3.0)  # px by which the print is softened until it is as soft as the picture
PRINTED = 0.035  # darkness of the print from which it hides what is written over it
AROUND = 2  # px, 0.25 mm: the print may be off by so much
FAINT, DEEP = (0.055, 4.2), (0.09, 6.5)  # darkness of ink, and of its darkest part; or so many times the noise
LEAST, LEAST_DEEP = 0.12, 0.03  # mm²: smaller is dust
BRIDGE = 15  # px: a stroke goes on behind so much print
TRACE, TRACE_NOISE = 0.018, 2.2  # darkness of a stroke so faint that it only makes one doubt
MARGIN = 8.0  # mm around the places to sign
FOLD_LONG, FOLD_HIGH = 45, 4  # mm: longer and lower than any signature
SOFT_LONG = 12  # mm: shorter edges cannot be told from pen strokes
SOFT = (
    0.14,
    0.125,
    0.11,
    0.095,
)  # by blur: steepest edge a px over darkness; pens lie above, stains below
RING = (13, 24)  # mm: radius of an office's stamp
RING_LIKELY, RING_SEEN = 0.62, 0.57  # of the circle is inked: at a glance, and looked at closely
RING_AGAIN = 0.47
MOST_TRIES = 8


@dataclass(frozen=True)
class Blank:
    """The print as a picture would show it: grey, and its darkness at 8 px a mm."""

    grey: Pixels
    dark: Floats

    @classmethod
    def of(cls, grey: Pixels) -> "Blank":
        return cls(grey, darkness(grey))


@dataclass(frozen=True)
class Piece:
    """Ink that hangs together. ``box``: x, y, width, height in px of the window; ``area`` in mm²."""

    label: int
    box: tuple[int, int, int, int]
    area: float


@dataclass
class Ink:
    """All of it in the window. ``labels``: of each px the piece, 0 for none; ``soft``: px of stains and shadows;
    ``stamped``: px within a stamp's ring; ``trace``: px of faint strokes."""

    left: int
    top: int
    labels: NDArray[Any]
    pieces: list[Piece]
    printed: Mask
    soft: Mask
    stamped: Mask
    trace: Mask
    dark: Floats
    print_dark: Floats
    noise: float
    blur: int

    def cut(self, box: Box, inset: float = 0.0) -> tuple[slice, slice]:
        """Rows and columns of the window, of a place in mm."""
        x, y, wide, tall = box
        top, foot = ((round(side * SCALE) - self.top) for side in (y + inset, y + tall - inset))
        left, right = ((round(side * SCALE) - self.left) for side in (x + inset, x + wide - inset))
        return slice(max(0, top), max(0, foot)), slice(max(0, left), max(0, right))


def window(page: Page) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in px of the straight page."""
    x, y, wide, tall = page.signing
    left, top = max(0, x - MARGIN), max(0, y - MARGIN)
    right, foot = min(page.size[0], x + wide + MARGIN), min(page.size[1], y + tall + MARGIN)
    return round(left * SCALE), round(top * SCALE), round(right * SCALE), round(foot * SCALE)


def found(page: Page, straight: Straight, blank: Blank, blur: int) -> Ink:
    """What is written in the window.

    :param blur: which of :data:`BLURS` makes the print as soft as the picture
    """
    left, top, right, foot = window(page)
    dark = straight.dark[top:foot, left:right]
    print_dark = softened(blank, blur, (left, top, right, foot))
    printed = cv2.dilate((print_dark > PRINTED).astype(np.uint8), np.ones((2 * AROUND + 1,) * 2, np.uint8))
    off_print = printed == 0
    noise = _noise(dark[off_print])
    smooth = cv2.GaussianBlur(dark, (0, 0), 1.0)
    inked = ((smooth > max(FAINT[0], FAINT[1] * noise)) & off_print).astype(np.uint8)
    deep = (smooth > max(DEEP[0], DEEP[1] * noise)) & off_print
    labels, pieces = _pieces(inked, deep, printed)
    soft = np.zeros_like(inked)
    pieces = [piece for piece in pieces if not _is_fold(piece)]
    kept = []
    for piece in pieces:
        if _is_soft(piece, labels, dark, blur):
            _paint(soft, labels, piece)
        else:
            kept.append(piece)
    stamped = _stamped(inked, kept)
    trace = _trace(dark, off_print, noise) & (1 - _around(labels, kept))
    return Ink(left, top, labels, kept, printed, soft, stamped, trace, dark, print_dark, noise, blur)


def softened(blank: Blank, blur: int, at: tuple[int, int, int, int]) -> Floats:
    """Darkness of a window of the print, so soft."""
    left, top, right, foot = at
    if not BLURS[blur]:
        return blank.dark[top:foot, left:right]
    far = 40  # px beyond which nothing reaches into the window
    y, x = max(0, top - far), max(0, left - far)
    grey = cv2.GaussianBlur(blank.grey[y : foot + far, x : right + far], (0, 0), BLURS[blur])
    return darkness(grey)[top - y : foot - y, left - x : right - x]


def _noise(dark: Floats) -> float:
    """Deviation of the bare paper's darkness."""
    some = dark[::7]
    return 1.48 * float(np.median(np.abs(some - np.median(some)))) if some.size else 0.0


def _pieces(inked: Mask, deep: NDArray[np.bool_], printed: Mask) -> tuple[NDArray[Any], list[Piece]]:
    """What hangs together, also behind printed lines: gaps elsewhere stay, or neighbours would grow into one."""
    round_ = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (BRIDGE, BRIDGE))
    joined = cv2.max(inked, cv2.morphologyEx(inked, cv2.MORPH_CLOSE, round_) & printed)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    whose: NDArray[Any] = np.where(inked > 0, labels, 0)
    area = np.bincount(whose.ravel(), minlength=count) / MM2
    depth = np.bincount(whose[deep], minlength=count) / MM2
    real = [label for label in range(1, count) if area[label] >= LEAST and depth[label] >= LEAST_DEEP]
    places = stats[:, :4].tolist()
    return whose, [Piece(label, (*places[label],), float(area[label])) for label in real]


def _is_fold(piece: Piece) -> bool:
    wide, tall = (side / SCALE for side in piece.box[2:])
    return max(wide, tall) > FOLD_LONG and min(wide, tall) < FOLD_HIGH


def _is_soft(piece: Piece, labels: NDArray[Any], dark: Floats, blur: int) -> bool:
    """A coffee's rim or a shadow's edge: long, and nowhere as steep as a pen is."""
    x, y, wide, tall = piece.box
    if max(wide, tall) < SOFT_LONG * SCALE:
        return False
    at = slice(y, y + tall), slice(x, x + wide)
    own = labels[at] == piece.label
    part = dark[at]
    steep = cv2.magnitude(
        cv2.Sobel(part, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(part, cv2.CV_32F, 0, 1, scale=1 / 8)
    )
    return bool(np.percentile(steep[own], 90) < SOFT[blur] * np.percentile(part[own], 95))


def _paint(mask: Mask, labels: NDArray[Any], piece: Piece) -> None:
    x, y, wide, tall = piece.box
    at = slice(y, y + tall), slice(x, x + wide)
    mask[at][labels[at] == piece.label] = 1


def _around(labels: NDArray[Any], pieces: list[Piece]) -> Mask:
    """Ink and a mm around it, where a blurred stroke fades."""
    real = np.zeros(int(labels.max(initial=0)) + 1, np.uint8)
    real[[piece.label for piece in pieces]] = 1
    return cv2.dilate(real[labels], np.ones((2 * SCALE + 1,) * 2, np.uint8))


def _trace(dark: Floats, off_print: NDArray[np.bool_], noise: float) -> Mask:
    """Strokes so faint that they are no ink yet: what is darker than its surroundings, a mm wide."""
    fine = cv2.GaussianBlur(dark, (0, 0), 2.2) - cv2.GaussianBlur(dark, (0, 0), 9)
    return ((fine > max(TRACE, TRACE_NOISE * noise)) & off_print).astype(np.uint8)


def _stamped(inked: Mask, pieces: list[Piece]) -> Mask:
    """Within the rings of stamps, if there are any. Circles are looked for at 1 px a mm, where pieces of ink are large
    enough, and each is then looked at closely: handwriting seldom follows one."""
    stamped = np.zeros_like(inked)
    if not any(max(piece.box[2:]) > RING[0] * SCALE for piece in pieces):
        return stamped
    tall, wide = (max(1, side // SCALE) for side in inked.shape)
    small = (cv2.resize(inked * 255, (wide, tall), interpolation=cv2.INTER_AREA) > 16).astype(np.float32)
    edge = RING[1] + 2
    around = cv2.copyMakeBorder(cv2.dilate(small, np.ones((2, 2), np.uint8)), *(edge,) * 4, cv2.BORDER_CONSTANT)
    hits = [(radius, _on_ring(around, radius)) for radius in range(RING[0], RING[1] + 1)]
    known = set[int]()  # radii of stamps: the same is mostly used again
    for _ in range(MOST_TRIES):
        seen, x, y, radius = max((*_highest(hit), radius) for radius, hit in hits)
        if seen < RING_LIKELY:
            break
        for _, hit in hits:
            cv2.circle(hit, (x, y), 3, 0, -1)
        enough = RING_AGAIN if radius in known else RING_SEEN
        if found := _ring(inked, (x - edge + 0.5, y - edge + 0.5, radius), enough):
            known |= {round(found[2]) + step for step in (-1, 0, 1)}
            middle = round(found[0] * SCALE), round(found[1] * SCALE)
            cv2.circle(stamped, middle, round((found[2] + 1) * SCALE), 1, -1)
    return stamped


def _highest(hit: Floats) -> tuple[float, int, int]:
    _, value, _, (x, y) = cv2.minMaxLoc(hit)
    return value, x, y


def _ring(inked: Mask, near: tuple[float, float, float], enough: float) -> tuple[float, float, float] | None:
    """The circle near this one that is inked most, if it is one: x, y, radius in mm."""
    turn = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    steps = np.arange(-1.5, 1.6, 0.5)
    dx, dy, dr, angle = np.meshgrid(steps, steps, np.arange(-1.5, 1.6, 0.25), turn, indexing="ij")
    radius = near[2] + dr
    xs = np.round((near[0] + dx + radius * np.cos(angle)) * SCALE).astype(int)
    ys = np.round((near[1] + dy + radius * np.sin(angle)) * SCALE).astype(int)
    lies = (xs >= 0) & (ys >= 0) & (xs < inked.shape[1]) & (ys < inked.shape[0])
    on = np.where(lies, inked[np.where(lies, ys, 0), np.where(lies, xs, 0)], 0).mean(axis=3)
    best = np.unravel_index(int(np.argmax(on)), on.shape)
    if on[best] < enough:
        return None
    return near[0] + float(steps[best[0]]), near[1] + float(steps[best[1]]), float(radius[(*best, 0)])


def _on_ring(inked: Floats, radius: int) -> Floats:
    """How much of a circle around each px is inked."""
    ring = np.zeros((2 * radius + 3,) * 2, np.uint8)
    cv2.circle(ring, (radius + 1, radius + 1), radius, 1, 1)
    return cv2.filter2D(inked, cv2.CV_32F, ring.astype(np.float32) / ring.sum(), borderType=cv2.BORDER_CONSTANT)
