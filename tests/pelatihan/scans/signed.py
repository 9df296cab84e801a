"""Pages to read that need no database: set by the program's typesetter, signed by a few strokes, and scanned."""

import io
from dataclasses import dataclass, replace
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from pelatihan.papers.attendance_sheet import DayColumn
from pelatihan.papers.engine import Print
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.reading.page import Box, Page
from tests.pelatihan.papers.lists import DAY, a_list

DPI = 200
DOTS = DPI / 25.4  # a mm
CODE, OTHER_CODE = "7KQ3M9XA", "2345678B"
DAILY = replace(DAY, sessions=tuple(DayColumn(f"{hour:02}.00", f"Materi {hour}") for hour in (8, 10, 13)))

type Pixels = NDArray[Any]


@dataclass
class Sheet:
    """One printed page: the PDF that it is in, what is told of it, and its picture, to be written on."""

    pdf: bytes
    layout: dict[str, Any]
    told: dict[str, Any]
    pixels: Pixels

    @property
    def leaf(self) -> Leaf:
        return cast(Leaf, SimpleNamespace(told=self.told, sheet=SimpleNamespace(layout=self.layout)))

    @property
    def page(self) -> Page:
        return Page.of(self.layout, self.told)

    def box(self, row: int, column: int = 0, *, free: bool = False) -> Box:
        cell = next(cell for cell in self.page.cells if (cell.row, cell.column) == (row, column))
        found = cell.free if free else cell.box
        assert found
        return found

    def draw(self, *points: tuple[float, float], wide: float = 0.5, grey: int = 50) -> None:
        """One stroke, through points in mm."""
        line = np.round(np.array(points) * DOTS * 8).astype(np.int32)
        cv2.polylines(self.pixels, [line], False, grey, round(wide * DOTS), cv2.LINE_AA, 3)

    def sign(self, row: int, column: int = 0, *, free: bool = False, grey: int = 50, down: float = 0) -> None:
        """To and fro, as somebody in a hurry.

        :param down: mm below the middle of the place
        """
        x, y, wide, tall = self.box(row, column, free=free)
        middle = y + tall / 2 + down
        turns = range(11)
        self.draw(*((x + 5 + turn * (wide - 10) / 10, middle + (2.4 if turn % 2 else -2)) for turn in turns), grey=grey)

    def turned(self, degrees: float) -> Pixels:
        """The paper in the middle of a larger, darker table."""
        tall, wide = self.pixels.shape
        turn = cv2.getRotationMatrix2D((wide / 2, tall / 2), degrees, 1)
        turn[:, 2] += wide * 0.15, tall * 0.15
        size = round(1.3 * wide), round(1.3 * tall)
        return cv2.warpAffine(self.pixels, turn, size, flags=cv2.INTER_AREA, borderValue=(120,) * 4)


@cache
def _set(kind: str, code: str) -> tuple[bytes, dict[str, Any]]:
    kinds: dict[str, dict[str, Any]] = {"daily": {"sheets": (DAILY,)}, "two sided": {"two_sided": True}}
    count = {"blank": 0, "others": 26}.get(kind, 24)
    paper = a_list(count, codes=(code,), versions=(1,), **kinds.get(kind, {}))
    if kind == "others":
        others = tuple(replace(one, name="Bambang Kusumawardhana", ormas="Paguyuban Lain") for one in paper.people)
        paper = replace(paper, people=others)
    with Print() as place:
        made = place.typeset(paper.template, paper)
    return made.pdf, made.places[0]


def a_sheet(kind: str = "session", page: int = 1, code: str = CODE) -> Sheet:
    """A list of 24 people, as a scanner sees it before anybody signed.

    :param kind: ``session``, ``daily``, ``two sided``, ``blank`` (no names), ``others`` (other people)
    """
    pdf, layout = _set(kind, code)
    told = layout["pages"][page - 1]
    drawn = pypdfium2.PdfDocument(pdf)[told["at"] - 1].render(scale=DPI / 72, grayscale=True).to_numpy()
    grain = np.random.default_rng(12).normal(0, 3, drawn.shape[:2])
    pixels = np.clip(drawn.reshape(drawn.shape[:2]) * 0.85 + 20 + grain, 0, 255).astype(np.uint8)
    return Sheet(pdf, layout, told, pixels)


def as_jpeg(pixels: Pixels, **how: Any) -> bytes:
    return _saved(pixels, "JPEG", **({"quality": 85} | how))


def as_png(pixels: Pixels) -> bytes:
    return _saved(pixels, "PNG")


def as_pdf(*pictures: Pixels) -> bytes:
    """As a scanner makes one: a picture a page."""
    first, *rest = (Image.fromarray(pixels) for pixels in pictures)
    made = io.BytesIO()
    first.save(made, "PDF", resolution=DPI, save_all=True, append_images=rest)
    return made.getvalue()


def _saved(pixels: Pixels, kind: str, **how: Any) -> bytes:
    made = io.BytesIO()
    Image.fromarray(pixels).save(made, kind, **how)
    return made.getvalue()
