"""From a file to pictures: each upright, no longer than is of use, as pixels alone.

How many pixels there are is asked before any is decoded. A JPEG is then decoded at a half or a quarter at once; a page
of a PDF is drawn at the resolution of the one picture in it, if it is one.
"""

import io
import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin, PngImagePlugin
from pypdfium2 import raw

from pelatihan.scans.shapes import Fault

type Pixels = NDArray[Any]  # bytes: rows, columns; and of colour red, green, blue

LONG_SIDE = 4000  # px: F4 at 300 dpi has 3,898; what is finer says nothing more of a signature
MOST_PIXELS = 50_000_000  # F4 at 600 dpi has 40 million, the largest usual camera 50
MOST_PAGES = 100
DPI, LEAST_DPI = 300, 100
FILLED = 0.7  # of a page: its picture is the page
INCH = 72  # points
ORIENTATION = 0x0112  # Exif
TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
PURE = 0.985  # of the pixels of a scan in black and white only are quite black or quite white
READ = [plugin.format for plugin in (JpegImagePlugin.JpegImageFile, PngImagePlugin.PngImageFile)]


class Unreadable(Exception):
    """Why there is no picture."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Picture:
    """``pixels`` grey or RGB; ``is_bilevel``: it knows black and white only."""

    pixels: Pixels
    is_bilevel: bool

    @property
    def grey(self) -> Pixels:
        return self.pixels if self.pixels.ndim == 2 else cv2.cvtColor(self.pixels, cv2.COLOR_RGB2GRAY)


class Opened:
    """A file, by what is in it."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._pdf = _pdf(content) if b"%PDF-" in content[:1024] else None
        self.count = len(self._pdf) if self._pdf else _checked(content)

    def picture(self, number: int) -> Picture:
        """That one, from 1.

        :raises Unreadable: it is broken, or too much
        """
        try:
            return _drawn(self._pdf, number - 1) if self._pdf else _decoded(self._content)
        except (Unreadable, MemoryError):
            raise
        except Exception:  # a decoder's faults are of many kinds
            raise Unreadable(Fault.BROKEN) from None


def is_bilevel(grey: Pixels) -> bool:
    """Whether hardly any pixel is other than black or white. Seen at full size: made smaller it is grey."""
    pure = int(np.count_nonzero(grey < 8)) + int(np.count_nonzero(grey > 247))
    ends = int(np.count_nonzero(grey == 0)) + int(np.count_nonzero(grey == 255))
    return pure > PURE * grey.size and ends > grey.size / 2


# ---- Pictures ------------------------------------------------------------------------------------


def _checked(content: bytes) -> int:
    _open(content)
    return 1


def _open(content: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # asked here, with an answer of its own
    try:
        picture = Image.open(io.BytesIO(content), formats=READ)
    except Exception:
        raise Unreadable(Fault.BROKEN) from None
    if picture.width * picture.height > MOST_PIXELS:
        raise Unreadable(Fault.TOO_MANY_PIXELS)
    return picture


def _decoded(content: bytes) -> Picture:
    picture = _open(content)
    turn = _orientation(picture)
    picture.draft(None, (LONG_SIDE, LONG_SIDE))
    bare = picture.mode == "1"
    plain = _with_plain_colours(picture)
    bilevel = bare or (plain.mode == "L" and is_bilevel(np.asarray(plain)))
    longest = max(plain.size)
    if longest > LONG_SIDE:
        plain = plain.resize([max(1, round(side * LONG_SIDE / longest)) for side in plain.size], Image.Resampling.BOX)
    if turn in TURNED:
        plain = plain.transpose(TURNED[turn])
    return Picture(np.array(plain), bilevel)


def _with_plain_colours(picture: Image.Image) -> Image.Image:
    """Grey or RGB; what shows through shows white."""
    if picture.mode.startswith("I"):  # a scanner's 16 bits of grey
        return picture.point(lambda grey: grey / 256).convert("L")
    if picture.mode in {"L", "RGB"} and "transparency" not in picture.info:
        picture.load()
        return picture
    if picture.mode in {"LA", "PA", "La", "RGBA", "RGBa"} or "transparency" in picture.info:
        through = picture.convert("RGBA")
        white = Image.new("RGB", through.size, "white")
        white.paste(through, mask=through.getchannel("A"))
        return white
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _orientation(picture: Image.Image) -> int:
    """How the camera was held, as far as that can be read."""
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # what a camera writes there need not be sound
        return 1


# ---- PDF -----------------------------------------------------------------------------------------


def _pdf(content: bytes) -> pypdfium2.PdfDocument:
    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as fault:
        raise Unreadable(_why(fault, content)) from None
    if not len(pdf):
        raise Unreadable(Fault.NO_PAGES)
    if len(pdf) > MOST_PAGES:
        raise Unreadable(Fault.TOO_MANY_PAGES)
    return pdf


def _why(fault: pypdfium2.PdfiumError, content: bytes) -> Fault:
    """pdfium says nothing of a PDF without pages, and then what it said last still stands."""
    if fault.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY} and b"/Encrypt" in content:
        return Fault.LOCKED
    return Fault.BROKEN if fault.err_code in {raw.FPDF_ERR_FORMAT, raw.FPDF_ERR_FILE} else Fault.NO_PAGES


def _drawn(pdf: pypdfium2.PdfDocument, index: int) -> Picture:
    page = pdf[index]
    wide, tall = page.get_size()
    if wide <= 0 or tall <= 0:
        raise Unreadable(Fault.BROKEN)
    scale, bits = _resolution(page, wide * tall)
    drawn = page.render(scale=min(scale, LONG_SIDE / max(wide, tall)), rev_byteorder=True, draw_annots=True)
    pixels = drawn.to_numpy()
    pixels = np.ascontiguousarray(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels[..., :3])
    page.close()
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return Picture(pixels, bits == 1 or is_bilevel(grey))


def _resolution(page: pypdfium2.PdfPage, area: float) -> tuple[float, int]:
    """Pixels a point, and bits a pixel: of the one picture that fills the page, or as a printer would draw it."""
    images = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    if any(math.prod(image.get_px_size()) > MOST_PIXELS for image in images):
        raise Unreadable(Fault.TOO_MANY_PIXELS)
    if len(images) == 1:
        left, foot, right, top = images[0].get_bounds()
        covered = (right - left) * (top - foot)
        if covered > FILLED * area:
            fine = math.sqrt(math.prod(images[0].get_px_size()) / covered)
            return max(fine, LEAST_DPI / INCH), images[0].get_metadata().bits_per_pixel
    return DPI / INCH, 0


def blank_page(pdf: pypdfium2.PdfDocument, index: int, size: tuple[int, int]) -> Pixels:
    """A printed page in grey, drawn at one and a half times this size and made smaller: as soft as a good scan.

    :param size: in px, width first
    """
    page = pdf[index]
    wide, _ = page.get_size()
    drawn = page.render(scale=1.5 * size[0] / wide, grayscale=True).to_numpy()
    page.close()
    grey = drawn[..., 0] if drawn.ndim == 3 else drawn
    small: Pixels = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return small
