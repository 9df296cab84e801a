"""A picture laid onto the printed page: 8 px a mm, so that every cell lies where it was printed.

Marks and codes give a first, flat fit. Paper curls and is fed unevenly, so pieces of the print are then looked for near
where they should be, and what they are off by becomes a surface of the third degree by which the page is bent back.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pelatihan.scans.reading.finding import Look
from pelatihan.scans.reading.opening import Pixels
from pelatihan.scans.reading.page import Page, Points
from pelatihan.scans.shapes import SCALE, Fault

type Floats = NDArray[Any]  # of 32 bits

FINER = 1.5  # times as fine as the straight page: a picture that is finer is made smaller first
TOLERANCE = 0.0025  # of the picture: by how much a corner may be off the flat fit
PAPER = 17  # px, 2.2 mm: no stroke of a pen is wider, so what is brighter around it is paper
MATCHED, COARSE = 4, 2  # px a mm at which pieces are compared; and where they may be far off
SURE_MARKS = 3  # fewer leave the far side of the page to chance
STEP = 16  # px of the straight page between points at which the bending is reckoned
MOST_TRUE = 0.985  # of the pieces agree within NEAR: the surface fits
NEAR, FAR = 0.6, 0.8  # mm
ALIKE = 0.25  # the least correlation of a piece with the print
LEAST_PIECES = 14
RANK = 10  # terms of a surface of the third degree


class Unfit(Exception):
    """Why it cannot be laid there."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Flat:
    """The first fit: mm of the paper to px of the picture; how many marks it stands on."""

    to_picture: Points
    marks: int

    @property
    def is_turned(self) -> bool:
        """Whether the top of the paper is not at the top of the picture."""
        top, foot = cv2.perspectiveTransform(np.array([[(100.0, 0.0), (100.0, 200.0)]]), self.to_picture)[0]
        across, down = foot - top
        return bool(down < abs(across))


@dataclass(frozen=True)
class Straight:
    """``pixels``: the page at 8 px a mm; ``seen``: which of them lie in the picture; ``dark``: their darkness;
    ``agreeing``: how much of the print lies where it should, up to 1."""

    pixels: Pixels
    grey: Pixels
    seen: Pixels
    dark: Floats
    agreeing: float


def flat(found: Look, page: Page) -> Flat:
    """From all marks of the page; with fewer than three also from its codes.

    :raises Unfit: there are too few, or they contradict each other
    """
    marks = {number: points for number, points in found.marks.items() if number in page.marks}
    paper, picture = [page.marks[number] for number in marks], list(marks.values())
    if len(marks) < 3:
        for place, points in _own_codes(found, page, marks):
            paper.append(place)
            picture.append(points)
    if len(paper) < 2:
        raise Unfit(Fault.NO_MARKS)
    seen = np.vstack(picture)
    off = max(1.5, float(np.ptp(seen, axis=0).max()) * TOLERANCE)
    to_picture, _ = cv2.findHomography(np.vstack(paper), seen, cv2.RANSAC, off)
    if to_picture is None or not _is_convex(to_picture, page):
        raise Unfit(Fault.NO_MARKS)
    return Flat(to_picture, len(marks))


def _own_codes(found: Look, page: Page, marks: dict[int, Points]) -> list[tuple[Points, Points]]:
    """Each code that was read with its place on the paper: the two look alike, so the mark beside it tells which it is,
    or, without one, which of them is the upper one as the paper lies."""
    own = [points for text, points in found.codes if text.replace("-", "") == page.text.replace("-", "")]
    if len(own) == 2:
        return list(zip(page.codes, _in_order(own), strict=True))
    if not own or not marks:
        return []
    code = own[0]
    fits = []
    for place in page.codes:
        paper = np.vstack([place, *(page.marks[number] for number in marks)])
        seen = np.vstack([code, *marks.values()])
        to_picture, _ = cv2.findHomography(paper, seen)
        if to_picture is not None:
            off = np.linalg.norm(cv2.perspectiveTransform(paper[None], to_picture)[0] - seen, axis=1).max()
            fits.append((float(off), place))
    return [(min(fits, key=lambda fit: fit[0])[1], code)] if fits else []


def _in_order(codes: list[Points]) -> list[Points]:
    """The upper one first, as their own top says."""
    first, second = codes
    down = first[3] - first[0]
    return codes if float((second.mean(axis=0) - first.mean(axis=0)) @ down) > 0 else [second, first]


def _is_convex(to_picture: Points, page: Page) -> bool:
    wide, tall = page.size
    edge = np.array([[(0, 0), (wide, 0), (wide, tall), (0, tall)]], float)
    seen = cv2.perspectiveTransform(edge, to_picture)[0]
    return (
        bool(cv2.isContourConvex(seen.astype(np.float32).reshape(-1, 1, 2)))
        and cv2.contourArea(seen.astype(np.float32)) > 100 * 100
    )


# ---- Onto the page -------------------------------------------------------------------------------


def straightened(pixels: Pixels, first: Flat, page: Page, blank: Floats) -> Straight:
    """The page bent back onto its print.

    :param blank: darkness of the print, 8 px a mm
    """
    pixels, to_picture = _no_finer(pixels, first.to_picture, page)
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if first.marks < SURE_MARKS:
        to_picture = _settled(grey, to_picture, page, blank)
    bend = Bend(page)
    warped = _warped(grey, to_picture, bend, page, cv2.INTER_LINEAR)
    pieces = _pieces(blank, darkness(warped), 30, 4.0)
    if len(pieces) < LEAST_PIECES:
        agreeing = 0.0
    else:
        agreeing = bend.learn(pieces)
        if agreeing < MOST_TRUE or bend.largest > FAR:
            again = _pieces(blank, darkness(_warped(grey, to_picture, bend, page, cv2.INTER_LINEAR)), 20, 1.6)
            if len(again) >= LEAST_PIECES:
                agreeing = bend.learn(again)
    straight = _warped(pixels, to_picture, bend, page, cv2.INTER_LINEAR)
    lies = np.full(grey.shape, 255, np.uint8)
    seen = _warped(lies, to_picture, bend, page, cv2.INTER_NEAREST, outside=0)
    flat_grey = straight if straight.ndim == 2 else cv2.cvtColor(straight, cv2.COLOR_RGB2GRAY)
    return Straight(straight, flat_grey, seen, darkness(flat_grey), agreeing)


def darkness(grey: Pixels, side: int = PAPER) -> Floats:
    """How much darker than the paper around it, from 0 to 1: light, shadow, tint and contrast fall out."""
    soft = cv2.GaussianBlur(grey, (0, 0), 1)
    paper = cv2.blur(cv2.morphologyEx(soft, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)), (8, 8))
    return 1 - soft.astype(np.float32) / np.maximum(paper, 8)


def _no_finer(pixels: Pixels, to_picture: Points, page: Page) -> tuple[Pixels, Points]:
    wide, tall = page.size
    around = np.array([[(wide / 2, tall / 2), (wide / 2 + 1, tall / 2), (wide / 2, tall / 2 + 1)]])
    middle, right, below = cv2.perspectiveTransform(around, to_picture)[0]
    fine = float(np.sqrt(np.linalg.norm(right - middle) * np.linalg.norm(below - middle)))
    if fine <= FINER * SCALE:
        return pixels, to_picture
    shrink = SCALE / fine
    size = round(pixels.shape[1] * shrink), round(pixels.shape[0] * shrink)
    aside = (shrink - 1) / 2  # a px is named by its middle
    smaller = np.array([[shrink, 0, aside], [0, shrink, aside], [0, 0, 1]])
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), smaller @ to_picture


def _warped(pixels: Pixels, to_picture: Points, bend: "Bend", page: Page, how: int, outside: int = 255) -> Pixels:
    """The page at 8 px a mm; pixel (x, y) is the middle of that eighth of a mm."""
    size = round(page.size[0] * SCALE), round(page.size[1] * SCALE)
    border = (outside,) * 4
    if not bend.is_bent:
        middle = np.array([[1 / SCALE, 0, 0.5 / SCALE], [0, 1 / SCALE, 0.5 / SCALE], [0, 0, 1]])
        return cv2.warpPerspective(
            pixels, to_picture @ middle, size, flags=how | cv2.WARP_INVERSE_MAP, borderValue=border
        )
    points, (across, down) = bend.grid
    moved = cv2.perspectiveTransform((points + bend.at(points))[None], to_picture)[0].astype(np.float32)
    coarse = moved.reshape(down, across, 2)
    fine = cv2.resize(coarse, (across * STEP, down * STEP), interpolation=cv2.INTER_LINEAR)[: size[1], : size[0]]
    return cv2.remap(pixels, fine[..., 0], fine[..., 1], how, borderValue=border)


# ---- By few marks --------------------------------------------------------------------------------


def _settled(grey: Pixels, to_picture: Points, page: Page, blank: Floats) -> Points:
    """A fit that stands on few corners is off far from them: large pieces of the print are looked for far around, at
    2 px a mm, and the flat fit is made anew from all of them, thrice ever closer."""
    coarse = cv2.resize(blank, None, fx=COARSE / SCALE, fy=COARSE / SCALE, interpolation=cv2.INTER_AREA)
    half = np.array([[1 / COARSE, 0, 0.5 / COARSE], [0, 1 / COARSE, 0.5 / COARSE], [0, 0, 1]])
    for side, reach in ((60, 25), (50, 12), (40, 6)):
        seen = cv2.warpPerspective(
            grey, to_picture @ half, coarse.shape[::-1], flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP, borderValue=255
        )
        pieces = _pieces_at(coarse, darkness(seen, PAPER // 3), side, reach, COARSE)
        if len(pieces) < LEAST_PIECES:
            break
        found = cv2.perspectiveTransform((pieces[:, :2] + pieces[:, 2:4])[None], to_picture)[0]
        better, _ = cv2.findHomography(pieces[:, :2], found, cv2.RANSAC, 2.0 * SCALE)
        if better is None or not _is_convex(better, page):
            break
        to_picture = better
    return to_picture


# ---- Bending -------------------------------------------------------------------------------------


class Bend:
    """By how many mm each point of the page lies off: two surfaces of the third degree."""

    def __init__(self, page: Page) -> None:
        self._size = np.array(page.size)
        self._terms = np.zeros((RANK, 2))
        across, down = (int(np.ceil(side * SCALE / STEP)) for side in page.size)
        ys, xs = np.mgrid[0:down, 0:across]
        # the middle of a square of STEP × STEP px, as cv2.resize has it
        self.grid = ((np.stack([xs.ravel(), ys.ravel()], 1) + 0.5) * STEP / SCALE, (across, down))
        self.largest = 0.0

    @property
    def is_bent(self) -> bool:
        return bool(self._terms.any())

    def at(self, points: Points) -> Points:
        """Of these points, in mm."""
        return self._basis(points) @ self._terms

    def learn(self, pieces: Points) -> float:
        """Add what these pieces are off by: rows of x, y, off by x, off by y (mm), weight. How many of them agree."""
        points, off, weight = pieces[:, :2], pieces[:, 2:4], pieces[:, 4]
        basis = self._basis(points)
        few = basis[:, :3]
        kept = np.ones(len(pieces), bool)
        terms = np.zeros((RANK, 2))
        for degree, near in ((3, 3.0), (3, 1.5), (6, 1.0), (RANK, NEAR), (RANK, NEAR), (RANK, NEAR)):
            if kept.sum() < max(LEAST_PIECES // 2, degree + 2):
                break
            used = basis[kept, :degree] if degree > 3 else few[kept]
            scaled = np.sqrt(weight[kept])[:, None]
            ridge = 0.02 * np.eye(degree) * (np.arange(degree) > 2)[:, None]
            solved = np.linalg.lstsq(
                np.vstack([used * scaled, ridge]), np.vstack([off[kept] * scaled, np.zeros((degree, 2))]), rcond=None
            )[0]
            terms = np.zeros((RANK, 2))
            terms[:degree] = solved
            miss = np.linalg.norm(basis @ terms - off, axis=1)
            kept = miss < max(near, 2.5 * float(np.median(miss)) if degree == 3 else near)
        self._terms = self._terms + terms
        shift = basis @ terms
        self.largest = float(np.linalg.norm(shift, axis=1).max())
        return float((np.linalg.norm(shift - off, axis=1) < NEAR).mean())

    def _basis(self, points: Points) -> Points:
        x, y = ((points / self._size) * 2 - 1).T
        return np.stack([np.ones_like(x), x, y, x * y, x * x, y * y, x**3, x * x * y, x * y * y, y**3], 1)


def _pieces(blank: Floats, seen: Floats, side: float, reach: float) -> Points:
    """Pieces of the print, found again near where they should be: rows of x, y, off by x, off by y (mm), weight."""
    half = SCALE // MATCHED
    size = blank.shape[1] // half, blank.shape[0] // half
    print_, there = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (blank, seen))
    return _pieces_at(print_, there, side, reach, MATCHED)


def _pieces_at(blank: Floats, seen: Floats, side: float, reach: float, scale: int) -> Points:
    """The same, of pictures with so many px a mm."""
    there = cv2.copyMakeBorder(_bytes(seen), *(round(reach * scale),) * 4, cv2.BORDER_CONSTANT, value=0)
    print_ = _bytes(blank)
    wide, far = round(side * scale), round(reach * scale)
    found = []
    for y in _starts(blank.shape[0], wide, 20 * scale):
        for x in _starts(blank.shape[1], wide, max(1, (blank.shape[1] - wide) // 6)):
            piece = print_[y : y + wide, x : x + wide]
            if piece.std() < 4:
                continue
            match = cv2.matchTemplate(
                there[y : y + wide + 2 * far, x : x + wide + 2 * far], piece, cv2.TM_CCOEFF_NORMED
            )
            _, best, _, (px, py) = cv2.minMaxLoc(match)
            if best > ALIKE:
                dx, dy = (px + _peak(match[py], px) - far) / scale, (py + _peak(match[:, px], py) - far) / scale
                found.append(((x + wide / 2) / scale, (y + wide / 2) / scale, dx, dy, best))
    return np.array(found, float).reshape(-1, 5)


def _starts(length: int, wide: int, step: int) -> range:
    return range(0, max(1, length - wide + 1), step)


def _bytes(dark: Floats) -> Pixels:
    return (np.clip(dark, 0, 1) * 255).astype(np.uint8)


def _peak(row: Floats, at: int) -> float:
    """How far beside the best value the top of the parabola through it and its neighbours lies, in px."""
    if not 0 < at < len(row) - 1:
        return 0.0
    before, top, after = (float(value) for value in row[at - 1 : at + 2])
    bent = before - 2 * top + after
    return 0.5 * (before - after) / bent if bent < 0 else 0.0
