"""A first look at a picture: which page it is, by its codes, and where its corners are, by its marks.

A mark carries its number, so any two or three of four tell how the page lies, and a code that was copied onto another
page is noticed. Points are px of the picture; those on paper mm.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import cv2
import numpy as np
import zxingcpp

from pelatihan.papers import marking
from pelatihan.scans.reading.opening import Pixels
from pelatihan.scans.reading.page import OTHER, PUNCHED, Points, corners
from pelatihan.scans.shapes import Fault, Found

SIDES = (2000, 3600, 1300)  # px of the long side at which marks are looked for, one after the other
CODE_SIDES = (2400, 4000)
SIZES = ((215, 330), (210, 297), (330, 215), (297, 210))  # of the papers there are
EDGE, MARK, SQUARE = 7, 5, 12.5  # mm: from a mark to the paper's edge; how long the sides of marks and codes are
WHITE = 3  # mm around a code
MOVED = (6, 8, 10, 12, 14, 17)  # px of a code looked at closely
CLOSE = 12  # px a mm at which the place of a code is looked at closely
WHOLE = marking.CORNERS
FRAME = 24  # px of white around the picture, for marks that lie at its edge
SURE = 3  # marks of one page: chance does not put them there
LEAST_SIDE = 1000  # px: less than 100 dots an inch, if the page fills the picture
DARK = 70  # of 255 greys: the paper of a picture that is too dark
FLAT = 25  # of 255 greys between the darkest and the brightest: there is nothing to see
SHARP = 0.09  # of the contrast: the steepest edges a px of a picture 2000 px long; words out of focus have 0.05

_AGAINST_LIGHT = cv2.createCLAHE(2.0, (8, 8))


@dataclass(frozen=True)
class Look:
    """What was found: codes by their text, each with its corners clockwise from the top left; marks by number."""

    width: int
    height: int
    codes: tuple[tuple[str, Points], ...] = ()
    marks: dict[int, Points] = field(default_factory=dict)

    @property
    def known(self) -> set[tuple[str, int]]:
        """The pages that the codes name."""
        return {page for text, _ in self.codes if (page := marking.read(text))}

    def groups(self) -> Counter[int]:
        """How many marks of each page there are; pages are counted from 0 and begin anew after 250."""
        return Counter(number // WHOLE for number in self.marks)

    def marks_of(self, page: int) -> dict[int, Points]:
        """Those that belong to it."""
        return {number: self.marks[number] for number in marking.marks_of(page) if number in self.marks}


def look(grey: Pixels) -> Look:
    """Codes and marks of a picture."""
    tall, wide = grey.shape
    marks = _marks(grey)
    found = Look(wide, tall, tuple(_codes(grey)), marks)
    if not found.known and (group := _biggest(found)) is not None:
        found = Look(wide, tall, tuple(_codes_beside(grey, marks, group)), marks)
    return found


def told(found: Look, grey: Pixels) -> Found:
    """What is said of it; with the likeliest cause where no page is known."""
    known = found.known
    page = next(iter(known)) if len(known) == 1 else None
    own = len(found.marks_of(page[1])) if page else max(found.groups().values(), default=0)
    return Found(found.width, found.height, page, min(own, WHOLE), _fault(found, grey))


def _fault(found: Look, grey: Pixels) -> Fault | None:
    known, groups = found.known, found.groups()
    sure = {group for group, count in groups.items() if count >= SURE}
    texts = Counter(text for text, _ in found.codes if marking.read(text))
    if len(known) > 1 or len(sure) > 1 or max(texts.values(), default=0) > 2:
        return Fault.TWO_SHEETS
    if not known:
        return Fault.NO_CODE if sure else _likeliest(grey)
    (_, page) = next(iter(known))
    own = (page - 1) % marking.MARKED_PAGES
    others = max((count for group, count in groups.items() if group != own), default=0)
    if groups[own] < 2 and others >= 2 and others > groups[own]:
        return Fault.WRONG_PAGE
    return None


def _likeliest(grey: Pixels) -> Fault:
    """Why nothing was found."""
    if max(grey.shape) < LEAST_SIDE:
        return Fault.TOO_SMALL
    small = _shrunk(grey, 2000)[0]
    low, high = (float(np.percentile(small[::4, ::4], part)) for part in (1, 95))
    if high < DARK:
        return Fault.DARK
    if high - low < FLAT:
        return Fault.NO_CODE
    soft = cv2.GaussianBlur(small, (0, 0), 0.8).astype(np.float32)
    steep = cv2.magnitude(
        cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=1 / 8)
    )
    sharp = float(np.percentile(steep, 99.5)) / (high - low)
    return Fault.BLURRED if sharp < SHARP else Fault.NO_CODE


# ---- Marks ---------------------------------------------------------------------------------------


def _detector() -> cv2.aruco.ArucoDetector:
    how = cv2.aruco.DetectorParameters()
    how.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    how.adaptiveThreshWinSizeMin, how.adaptiveThreshWinSizeMax, how.adaptiveThreshWinSizeStep = 7, 47, 20
    how.minMarkerPerimeterRate = 0.018  # a page that fills a third of the picture
    how.maxMarkerPerimeterRate = 0.4
    how.errorCorrectionRate = 0.5
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000), how)


_DETECTOR = _detector()


def _marks(grey: Pixels) -> dict[int, Points]:
    """All that any look finds, until a page has its four."""
    found: dict[int, Points] = {}
    tries = [(side, False) for side in SIDES] + [(SIDES[0], True)]
    tried = set[int]()
    for side, lit in tries:
        small, scale = _shrunk(grey, side)
        if not lit and small.shape[0] in tried:
            continue
        tried.add(small.shape[0])
        framed = cv2.copyMakeBorder(small, *(FRAME,) * 4, cv2.BORDER_CONSTANT, value=255)
        boxes, numbers, _ = _DETECTOR.detectMarkers(_AGAINST_LIGHT.apply(framed) if lit else framed)
        for number, box in zip([] if numbers is None else numbers.ravel().tolist(), boxes, strict=True):
            found.setdefault(int(number), _full(box[0] - FRAME, scale))
        if any(count == WHOLE for count in Counter(number // WHOLE for number in found).values()):
            break
    return found


def _shrunk(grey: Pixels, side: int) -> tuple[Pixels, float]:
    """No longer than that, and how many px of the picture one of it is."""
    scale = max(grey.shape) / side
    if scale <= 1:
        return grey, 1.0
    size = max(1, round(grey.shape[1] / scale)), max(1, round(grey.shape[0] / scale))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA), scale


def _full(points: Points, scale: float) -> Points:
    """Points of a smaller picture in the whole one; a px is named by its middle."""
    return (points.astype(float) + 0.5) * scale - 0.5


def _biggest(found: Look) -> int | None:
    """The page of which there are most marks, if they are more than one."""
    groups = found.groups().most_common(1)
    return groups[0][0] if groups and groups[0][1] > 1 else None


# ---- Codes ---------------------------------------------------------------------------------------


def _codes(grey: Pixels) -> list[tuple[str, Points]]:
    """Of our kind, at the first size at which there is one."""
    for side in CODE_SIDES:
        small, scale = _shrunk(grey, side)
        if found := _read(small):
            return [(text, _full(points, scale)) for text, points in found]
        if scale == 1.0:
            break
    return []


def _read(grey: Pixels) -> list[tuple[str, Points]]:
    found = []
    for one in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
        if marking.read(one.text):
            at = one.position
            points = [(point.x, point.y) for point in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
            found.append((one.text, np.array(points, float)))
    return found


def _codes_beside(grey: Pixels, marks: dict[int, Points], group: int) -> list[tuple[str, Points]]:
    """A second, closer look where codes must be, by two marks or more: the page made straight there, and as sharp and
    as even as can be; at last as if the camera had moved."""
    own = {number % WHOLE: box for number, box in marks.items() if number // WHOLE == group}
    laid = sorted((_laid(size, own) for size in SIZES), key=lambda one: one[2])
    places = [cut for paper in laid[: 1 if len(own) >= SURE else None] for cut in _places_of_codes(grey, paper)]
    for better in (_made_clear, _made_still):
        for piece, to_piece in places:
            if found := next(filter(None, map(_read, better(piece))), None):
                back = np.linalg.inv(to_piece)
                return [(text, cv2.perspectiveTransform(points[None], back)[0]) for text, points in found]
    return []


def _places_of_codes(grey: Pixels, laid: tuple[tuple[int, int], Points, float]) -> Iterator[tuple[Pixels, Points]]:
    """Where codes of such a paper are, each cut out."""
    (wide, tall), to_picture, _ = laid
    for left, first in product((PUNCHED, OTHER), (True, False)):
        right = OTHER if left == PUNCHED else PUNCHED
        x, y = (left, EDGE) if first else (wide - right - SQUARE, tall - EDGE - SQUARE)
        yield _cut(grey, to_picture, (x - WHITE, y - WHITE, SQUARE + 2 * WHITE, SQUARE + 2 * WHITE))


def _made_clear(piece: Pixels) -> Iterator[Pixels]:
    yield piece
    yield _AGAINST_LIGHT.apply(piece)
    yield cv2.addWeighted(piece, 2.2, cv2.GaussianBlur(piece, (0, 0), 4), -1.2, 0)


def _made_still(piece: Pixels) -> Iterator[Pixels]:
    """As it would be had the camera not moved (Wiener), for ways of so many px where edges are least steep."""
    across, down = (cv2.Sobel(piece, cv2.CV_32F, *axis) for axis in ((1, 0), (0, 1)))
    turn = 0.5 * np.arctan2(2 * float((across * down).sum()), float((across**2).sum() - (down**2).sum())) + np.pi / 2
    seen = np.fft.rfft2(piece.astype(np.float32))
    for aside, length in product((0.0, -0.2, 0.2), MOVED):
        way = np.zeros(piece.shape, np.float32)
        middle = np.array(piece.shape[::-1]) // 2
        half = np.array([np.cos(turn + aside), np.sin(turn + aside)]) * length / 2
        cv2.line(way, np.round(middle - half).astype(int).tolist(), np.round(middle + half).astype(int).tolist(), 1, 1)
        moved = np.fft.rfft2(np.fft.ifftshift(way / way.sum()))
        still = np.fft.irfft2(seen * np.conj(moved) / (np.abs(moved) ** 2 + 0.02), piece.shape)
        yield np.clip(still, 0, 255).astype(np.uint8)


def _laid(size: tuple[int, int], own: dict[int, Points]) -> tuple[tuple[int, int], Points, float]:
    """A paper of this size laid onto these marks: mm to px, and how far they are off (px)."""
    wide, tall = size
    far, low = wide - EDGE - MARK, tall - EDGE - MARK
    places = {0: (EDGE, EDGE), 1: (far, EDGE), 2: (far, low), 3: (EDGE, low)}
    paper = np.vstack([corners(*places[corner], MARK) for corner in own])
    seen = np.vstack(list(own.values()))
    to_picture, _ = cv2.findHomography(paper, seen)
    if to_picture is None:
        return size, np.eye(3), np.inf
    off = np.linalg.norm(cv2.perspectiveTransform(paper[None], to_picture)[0] - seen, axis=1)
    return size, to_picture, float(np.sqrt((off**2).mean()))


def _cut(grey: Pixels, to_picture: Points, box: tuple[float, float, float, float]) -> tuple[Pixels, Points]:
    """A piece of the paper at 12 px a mm, and how px of the picture become px of it."""
    x, y, wide, tall = box
    to_mm = np.array([[1 / CLOSE, 0, x], [0, 1 / CLOSE, y], [0, 0, 1]])
    from_piece = to_picture @ to_mm
    size = round(wide * CLOSE), round(tall * CLOSE)
    piece = cv2.warpPerspective(grey, from_piece, size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderValue=255)
    return piece, np.linalg.inv(from_piece)
