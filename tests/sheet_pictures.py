"""A printed page as the camera of a phone sees it, drawn without typesetter: marks, codes, a table, ink."""

import json
import random
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pypdfium2

from pelatihan.papers import engine, marking

SCALE = 8  # px a mm of the page
PAPER = (215, 330)  # mm: F4
DESK = 92  # the grey of the table under it
MARKS = Path(engine.__file__).parent / "typst" / "marks" / "marks.json"
EDGE, SIDE, CODE = 7, 5, 12.5  # mm: from the paper's edge, of a mark, of a code

type Grey = np.ndarray


@lru_cache(maxsize=1)
def known_marks() -> list[list[int]]:
    known: list[list[int]] = json.loads(MARKS.read_text())
    return known


@lru_cache(maxsize=8)
def page(code: str, number: int, marked: int | None = None) -> Grey:
    """A signed page, straight, at :data:`SCALE`. ``marked``: of another page are its marks."""
    width, height = PAPER
    sheet = np.full((height * SCALE, width * SCALE), 245, np.uint8)
    far, low = width - EDGE - SIDE, height - EDGE - SIDE
    places = ((EDGE, EDGE), (far, EDGE), (far, low), (EDGE, low))
    for mark, place in zip(marking.marks_of(marked or number), places, strict=True):
        _stamp(sheet, known_marks()[mark], 7, place, SIDE)
    text = marking.modules(marking.page_code(code, number))
    _stamp(sheet, list(text), 25, (20, EDGE), CODE)
    _stamp(sheet, list(text), 25, (width - 20 - CODE, height - EDGE - CODE), CODE)
    _table(sheet)
    return sheet


def _stamp(sheet: Grey, rows: list[int], count: int, place: tuple[float, float], side: float) -> None:
    bits = np.array([[255 - 255 * (row >> (count - 1 - x) & 1) for x in range(count)] for row in rows], np.uint8)
    px = round(side * SCALE)
    x, y = (round(one * SCALE) for one in place)
    sheet[y : y + px, x : x + px] = cv2.resize(bits, (px, px), interpolation=cv2.INTER_NEAREST)


def _table(sheet: Grey) -> None:
    """Thirty rows with names that are read by nobody, and strokes of a pen."""
    chance = random.Random(4)
    for row in range(31):
        y = (40 + 9 * row) * SCALE
        cv2.line(sheet, (20 * SCALE, y), (200 * SCALE, y), 20, 2)
        if row == 30:
            break
        cv2.putText(sheet, f"{row + 1}  Nama Peserta {chance.randrange(999)}", (24 * SCALE, y + 50), 0, 1, 30, 2)
        at = np.array([[150 + 4 * step, 44.5 + 9 * row + chance.uniform(-3, 3)] for step in range(9)])
        cv2.polylines(sheet, [(at * SCALE).astype(np.int32)], False, 60, 3, cv2.LINE_AA)
    for x in (20, 32, 110, 145, 200):
        cv2.line(sheet, (x * SCALE, 40 * SCALE), (x * SCALE, 310 * SCALE), 20, 2)


def photo(
    sheet: Grey,
    *,
    size: tuple[int, int] = (1080, 1440),
    fill: float = 0.92,
    turn: float = 0,
    tilt: float = 0,
    shift: tuple[float, float] = (0, 0),
    light: float = 1,
    noise: float = 0,
    blur: float = 0,
    shine: bool = False,
) -> Grey:
    """The page lying on a table: ``fill`` is the share of the picture's height that it takes, ``shift`` of the picture
    by which it is moved, ``tilt`` by how much its far edge is shorter (0 to 0.5), ``turn`` degrees."""
    width, height = size
    tall = fill * height
    wide = tall * PAPER[0] / PAPER[1]
    corners = np.array([[-wide, -tall], [wide, -tall], [wide, tall], [-wide, tall]]) / 2
    corners[:2, 0] *= 1 - tilt
    corners[:2, 1] *= 1 - tilt / 3
    angle = np.radians(turn)
    turned = corners @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    seen = turned + np.array([width * (0.5 + shift[0]), height * (0.5 + shift[1])])
    whole = np.array([[0, 0], [sheet.shape[1], 0], [sheet.shape[1], sheet.shape[0]], [0, sheet.shape[0]]])
    matrix = cv2.getPerspectiveTransform(whole.astype(np.float32), seen.astype(np.float32))
    shrunk, factor = _shrunk(sheet, tall)
    matrix = matrix @ np.diag([factor, factor, 1])
    made = cv2.warpPerspective(shrunk, matrix, size, flags=cv2.INTER_LINEAR, borderValue=DESK)
    return _seen(made, light, noise, blur, shine)


def side_by_side(one: Grey, other: Grey) -> Grey:
    """Two pages in one picture, 1440 px wide."""
    size = (720, 1080)
    return np.hstack([photo(one, size=size), photo(other, size=size)])


def _shrunk(sheet: Grey, tall: float) -> tuple[Grey, float]:
    factor = max(1.0, sheet.shape[0] / tall)
    return cv2.resize(sheet, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA), factor


def _seen(made: Grey, light: float, noise: float, blur: float, shine: bool) -> Grey:
    seen: Grey = made.astype(np.float32)
    if blur:
        seen = cv2.GaussianBlur(seen, (0, 0), blur)
    seen *= light
    if shine:  # a lamp mirrored in the toner of the upper left corner
        y, x = np.mgrid[: seen.shape[0], : seen.shape[1]]
        spot = np.exp(-(((x - 0.16 * seen.shape[1]) / 90) ** 2 + ((y - 0.09 * seen.shape[0]) / 90) ** 2))
        seen += 400 * spot
    if noise:
        seen += np.random.default_rng(7).normal(0, noise, seen.shape)
    return np.clip(seen, 0, 255).astype(np.uint8)


def printed(pdf: bytes, number: int = 1) -> Grey:
    """A page of a file that was really printed, straight, at :data:`SCALE`; ``number`` counts from 1."""
    with pypdfium2.PdfDocument(pdf) as document:
        drawn = document[number - 1].render(scale=SCALE * 25.4 / 72, grayscale=True).to_numpy()
    return np.ascontiguousarray(drawn.reshape(drawn.shape[:2]))


def write_film(path: Path, frames: Sequence[Grey], *, each: int = 2, rate: int = 2) -> Path:
    """A file for ``--use-file-for-fake-video-capture``: all of one size, shown round and round."""
    height, width = frames[0].shape
    colourless = bytes([128]) * (width * height // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        for frame in frames:
            file.write((b"FRAME\n" + frame.tobytes() + colourless) * each)
    return path
