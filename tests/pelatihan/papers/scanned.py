"""Papers as a scanner sees them: each page of the PDF as a picture of 200 dots an inch, beside what is told of it."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pypdfium2
import zxingcpp
from numpy.typing import NDArray

from pelatihan.papers.attendance_sheet import AttendanceList
from pelatihan.papers.engine import Print, Typeset

DPI = 200
DOTS = DPI / 25.4  # a millimetre
DARK, LIGHT = 100, 250


@dataclass(frozen=True)
class Page:
    """One page: its picture in grey, and what the typesetter tells of it (nothing of a blank back page)."""

    grey: NDArray[np.uint8]
    told: dict[str, Any] | None

    def cut(self, x: float, y: float, width: float, height: float) -> NDArray[np.uint8]:
        """A piece, in mm."""
        return self.grey[round(y * DOTS) : round((y + height) * DOTS), round(x * DOTS) : round((x + width) * DOTS)]

    def is_white(self, x: float, y: float, width: float, height: float) -> bool:
        return bool((self.cut(x, y, width, height) > LIGHT).all())

    def has_line(self, x: float, y: float, width: float, height: float) -> bool:
        """Whether a thin line runs there from end to end; one of the two sides is 0."""
        slack = 0.2
        piece = self.cut(x - slack * (not width), y - slack * (not height), width or 2 * slack, height or 2 * slack)
        return bool((piece.min(axis=1 if not width else 0) < DARK).mean() > 0.98)

    def codes(self) -> list[tuple[str, float, float]]:
        """Each QR code with its upper left corner, from top to bottom."""
        found = zxingcpp.read_barcodes(self.grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        corners = [(one.text, one.position.top_left.x / DOTS, one.position.top_left.y / DOTS) for one in found]
        return sorted(corners, key=lambda one: one[2])

    def marks(self) -> list[tuple[int, float, float]]:
        """Each ArUco mark with its upper left corner, by number."""
        known = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000)
        corners, numbers, _ = cv2.aruco.ArucoDetector(known).detectMarkers(self.grey)
        found = [] if numbers is None else [int(number) for number in numbers.ravel()]
        return sorted(
            (number, *(float(side) / DOTS for side in where[0].min(axis=0)))  # type: ignore[misc]
            for number, where in zip(found, corners, strict=True)
        )


def scanned(made: Typeset) -> list[Page]:
    """All its pages."""
    told = {page["at"]: page for one in made.places for page in one["pages"]}
    pictures = pypdfium2.PdfDocument(made.pdf)
    return [
        Page(np.array(page.render(scale=DPI / 72).to_pil().convert("L")), told.get(at))
        for at, page in enumerate(pictures, start=1)
    ]


def typeset(paper: AttendanceList) -> Typeset:
    with Print() as place:
        return place.typeset(paper.template, paper)
