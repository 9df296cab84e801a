"""Reads a paper as whoever holds it does: its size in mm, words and lines with their places, codes and marks.

``faults_of`` says what one would stumble over. It knows no template: what counts for every paper is held for those that
come later, too.
"""

import ctypes
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw
import zxingcpp

from pelatihan import dates
from pelatihan.papers.parts import Document, PrintedPerson

MILLIMETRE = 72 / 25.4  # in points
DPI = 200  # of an office's scanner
SIZES = {"f4": (215, 330), "a4": (210, 297), "a6": (105, 148)}
WORDS_FROM_EDGE = 6  # mm: a badge's words from its cut; sheets keep more, and say so in tests of their own
INK_FROM_EDGE = 3  # mm that no printer reaches
TOUCH = 0.4  # mm by which two words may meet: kerning, the foot of a j
LEAST_CONTRAST = 115  # of 255 greys: what a scanner leaves of 4.5 to 1 in thin strokes
LEAST_CODE = 8  # mm: below that a phone reads none
EDGE = 7.0  # mm from the paper's edge to a mark
CODE = re.compile(r"DH\d-[2-9A-HJ-NP-Z]{8}-(\d{3})")
UNSEEN = "\u200b\u2060\ufeff\xad\x02"
type Point = tuple[float, float]
BLANK_BACK = "sengaja dikosongkan"


@dataclass(frozen=True)
class Box:
    """A place on the page, in mm from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def wide(self) -> float:
        return self.right - self.left

    @property
    def tall(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True)
class Word(Box):
    text: str


@dataclass(frozen=True)
class Row:
    """One row of a numbered list: ``number`` is what stands in its first cell."""

    top: float
    number: str
    words: str


@dataclass(frozen=True)
class Page:
    """One side. ``words`` are those that stand upright, in the order of reading; ``unmapped`` signs mean nothing."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    lines: tuple[Box, ...]
    unmapped: int
    source: pdfium.PdfPage

    @cached_property
    def picture(self) -> np.ndarray[Any, Any]:
        """As an office's scanner sees it, without colour."""
        drawn = self.source.render(scale=DPI / 72, grayscale=True).to_numpy()
        return np.ascontiguousarray(drawn.squeeze())

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def is_blank_back(self) -> bool:
        return BLANK_BACK in self.text

    @cached_property
    def codes(self) -> list[zxingcpp.Barcode]:
        """All QR codes that a scanner finds, those that it cannot read included."""
        kind = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        found = zxingcpp.read_barcodes(self.picture, formats=kind, return_errors=True)
        return [one for one in found if not one.error or _is_square(one.position)]

    @cached_property
    def marks(self) -> dict[int, Box]:
        """The corner marks by their ids."""
        found, ids, _ = _detector().detectMarkers(self.picture)
        if ids is None:
            return {}
        corners = [one[0] / DPI * 25.4 for one in found]
        boxes = [Box(*(float(side) for side in (*one.min(axis=0), *one.max(axis=0)))) for one in corners]
        return dict(zip((int(one) for one in ids.ravel()), boxes, strict=True))

    def seen(self, box: Box) -> np.ndarray[Any, Any]:
        """What the scanner sees there."""
        left, top, right, bottom = (round(side / 25.4 * DPI) for side in (box.left, box.top, box.right, box.bottom))
        return self.picture[max(0, top - 1) : bottom + 2, max(0, left - 1) : right + 2]

    @cached_property
    def lists(self) -> list[list[Row]]:
        """The rows of each table that begins with "No"."""
        return [list(self._rows(head, *column)) for head in self.words if (column := self._column(head))]

    def _column(self, head: Word) -> tuple[Box, Box] | None:
        """The lines at the left and right of the numbers, when that is what this word is head of."""
        if head.text not in {"No", "No."}:
            return None
        beside = [line for line in self.lines if line.wide < 1 < line.tall and line.top <= head.y <= line.bottom]
        left = max((line for line in beside if line.x < head.x), key=lambda line: line.x, default=None)
        right = min((line for line in beside if line.x > head.x), key=lambda line: line.x, default=None)
        return (left, right) if left and right else None

    def _rows(self, head: Word, left: Box, right: Box) -> Iterator[Row]:
        middle = (left.x + right.x) / 2
        end = max((bottom for top, bottom in self._spans(left.x) if top < head.y < bottom), default=head.y)
        across = sorted(
            line.y
            for line in self.lines
            if line.tall < 1 < line.wide and line.left < middle < line.right and head.y < line.y < end + TOUCH
        )
        walls = self._spans(right.x)
        for top, bottom in pairwise(across):
            is_wall = any(start - TOUCH < top and bottom < stop + TOUCH for start, stop in walls)
            if bottom - top < 1 or not is_wall:  # a line drawn twice; a row of sums, or a heading between the rows
                continue
            inside = [word for word in self.words if top < word.y < bottom and word.x > left.x]
            first = [word.text for word in inside if word.x < right.x]
            yield Row(top, " ".join(first), " ".join(word.text for word in inside if word.x > right.x))

    def _spans(self, x: float) -> list[tuple[float, float]]:
        """From where to where upright lines stand there, one on the other."""
        found = list[tuple[float, float]]()
        upright = [line for line in self.lines if line.wide < 1 < line.tall and abs(line.x - x) < TOUCH]
        for line in sorted(upright, key=lambda line: line.top):
            if found and line.top < found[-1][1] + TOUCH:
                found[-1] = (found[-1][0], max(found[-1][1], line.bottom))
            else:
                found.append((line.top, line.bottom))
        return found


class Reading:
    """A whole file beside what was meant to stand in it."""

    def __init__(self, pdf: bytes, paper: Document, lies: bool) -> None:
        self.pdf, self.paper, self.lies = pdf, paper, lies
        self.pages = read(pdf)

    @cached_property
    def text(self) -> str:
        return " ".join(page.text for page in self.pages)

    @cached_property
    def looked_at(self) -> list[Page]:
        """Of a long file its beginning, its end and some between: drawing a page takes longest."""
        last = len(self.pages) - 1
        places = {*range(4), *range(last - 3, last + 1), *(last * part // 5 for part in range(1, 5))}
        return [page for place, page in enumerate(self.pages) if place in places]

    @cached_property
    def signers(self) -> list[str]:
        return [one.name for one in getattr(self.paper, "signers", ()) if one.name]

    @cached_property
    def names(self) -> set[str]:
        """The words of the people on it that tell somebody."""
        found = (word for name in _named(self.paper) for word in re.findall(r"\w{4,}", name.casefold()))
        return set(found)


def read(pdf: bytes) -> list[Page]:
    document = pdfium.PdfDocument(pdf)
    return [_page(document[place], place + 1) for place in range(len(document))]


def _page(page: pdfium.PdfPage, number: int) -> Page:
    width, height = page.get_size()
    words, unmapped = _words(page, height)
    paths = page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=8)
    lines = [line for path in paths for line in _lines(path, height)]
    return Page(number, width / MILLIMETRE, height / MILLIMETRE, tuple(words), tuple(lines), unmapped, page)


def _lines(path: pdfium.PdfObject, height: float) -> Iterator[Box]:
    """The straight strokes of a path, each for itself: a table may be drawn in one go. A thin bar is one as well."""
    fill, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroked)
    if not stroked.value:
        left, bottom, right, top = path.get_bounds()
        if min(right - left, top - bottom) < MILLIMETRE < max(right - left, top - bottom):
            yield _box((left, height - top), (right, height - bottom))
        return
    matrix, at, x, y = path.get_matrix(), (0.0, 0.0), ctypes.c_float(), ctypes.c_float()
    begun = at
    for place in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, place)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        across, up = matrix.on_point(x.value, y.value)
        before, at = at, (across, height - up)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begun = at
        elif kind == raw.FPDF_SEGMENT_LINETO and _is_straight(before, at):
            yield _box(before, at)
        if raw.FPDFPathSegment_GetClose(segment) and _is_straight(at, begun):
            yield _box(at, begun)


def _is_straight(one: Point, other: Point) -> bool:
    """Upright or level, and longer than a millimetre."""
    wide, tall = abs(one[0] - other[0]), abs(one[1] - other[1])
    return min(wide, tall) < 0.5 < MILLIMETRE < max(wide, tall)


def _box(one: Point, other: Point) -> Box:
    (left, right), (top, bottom) = (sorted(sides) for sides in zip(one, other, strict=True))
    return Box(left / MILLIMETRE, top / MILLIMETRE, right / MILLIMETRE, bottom / MILLIMETRE)


def _words(page: pdfium.PdfPage, height: float) -> tuple[list[Word], int]:
    text, found, letters, unmapped = page.get_textpage(), list[Word](), list[tuple[str, Box]](), 0
    sides = [ctypes.c_double() for _ in range(4)]

    def end() -> None:
        if letters:
            signs, boxes = zip(*letters, strict=True)
            edges = [(box.left, box.top, box.right, box.bottom) for box in boxes]
            low, high = (
                [pick(side) for side in zip(*edges, strict=True)] for pick in (min, max)
            )  # fmt: skip
            found.append(Word(low[0], low[1], high[2], high[3], "".join(signs)))
            letters.clear()

    for place in range(text.count_chars()):
        sign = chr(raw.FPDFText_GetUnicode(text, place))
        turned = raw.FPDFText_GetCharAngle(text, place) % 3.14159 > 0.01
        if raw.FPDFText_HasUnicodeMapError(text, place) == 1 or sign in "\0\ufffd\u25a1":
            unmapped += 1
        if sign.isspace() or turned:
            end()
            continue
        if sign in UNSEEN:
            continue
        raw.FPDFText_GetCharBox(text, place, *sides)
        left, right, bottom, top = (side.value / MILLIMETRE for side in sides)
        box = Box(left, height / MILLIMETRE - top, right, height / MILLIMETRE - bottom)
        if letters and not _follows(letters[-1][1], box):
            end()
        letters.append((sign, box))
    end()
    return found, unmapped


def _follows(before: Box, box: Box) -> bool:
    """Whether a letter belongs to the word of the one before it."""
    return -1 < box.left - before.right < 2.5 and box.top < before.bottom + 2 and before.top < box.bottom + 2


def _is_square(place: zxingcpp.Position) -> bool:
    """Whether it is a code at all: in the lines of a form a scanner now and then sees one that is none."""
    corners = [place.top_left, place.top_right, place.bottom_right, place.bottom_left]
    sides = [np.hypot(one.x - other.x, one.y - other.y) / DPI * 25.4 for one, other in pairwise([*corners, corners[0]])]
    return min(sides) > LEAST_CODE and max(sides) < 1.2 * min(sides)


def _detector() -> cv2.aruco.ArucoDetector:
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000))


def _named(data: object) -> Iterator[str]:
    """What stands in fields called ``name``, ``nickname``."""
    if isinstance(data, tuple):
        for one in data:
            yield from _named(one)
    elif is_dataclass(data):
        for field in fields(data):
            value = getattr(data, field.name)
            if isinstance(value, str) and field.name in {"name", "nickname", "full_name"}:
                yield value
            else:
                yield from _named(value)


# ---- What one would stumble over -----------------------------------------------------------------


def faults_of(pdf: bytes, paper: Document, *, lies: bool = False) -> list[str]:
    """Every fault of a paper in words; none of a sound one.

    :param lies: whether its pages are wider than high
    """
    reading = Reading(pdf, paper, lies)
    return [fault for check in CHECKS for fault in check(reading)]


def sizes(reading: Reading) -> Iterator[str]:
    """As the paper in the printer, standing or lying, and nothing cut away."""
    wanted = sorted(SIZES[reading.paper.paper], reverse=reading.lies)
    with pikepdf.open(io.BytesIO(reading.pdf)) as file:
        for number, page in enumerate(file.pages, start=1):
            box = [float(side) / MILLIMETRE for side in page.mediabox]
            found = (box[2] - box[0], box[3] - box[1])
            if any(abs(one - other) > 0.1 for one, other in zip(found, wanted, strict=True)):
                yield f"page {number}: {found[0]:.1f} × {found[1]:.1f} mm"
            if "/Rotate" in page or [float(side) for side in page.cropbox] != [float(side) for side in page.mediabox]:
                yield f"page {number}: turned or cut"


def archive(reading: Reading) -> Iterator[str]:
    """What PDF/A-2b asks for, as far as a reader of the file's parts sees it."""
    if not re.search(rb"<pdfaid:part>2</pdfaid:part>\s*<pdfaid:conformance>[BA]<", reading.pdf):
        yield "does not say that it is PDF/A-2"
    with pikepdf.open(io.BytesIO(reading.pdf)) as file:
        root = file.Root
        if [one.get("/S") for one in root.get("/OutputIntents", [])] != ["/GTS_PDFA1"]:
            yield "no output intent"
        if "/ID" not in file.trailer or file.is_encrypted:
            yield "no id, or encrypted"
        for key in ("/OpenAction", "/AA", "/AcroForm"):
            if key in root:
                yield f"holds {key}"
        for one in file.objects:
            yield from _parts_of(one)


def _parts_of(one: pikepdf.Object) -> Iterator[str]:
    """Fonts whole, with what their letters mean; nothing that acts."""
    if not isinstance(one, pikepdf.Dictionary):
        return
    if one.get("/Type") == "/Font" and one.get("/Subtype") != "/Type0" and "/DescendantFonts" not in one:
        described = one.get("/FontDescriptor", pikepdf.Dictionary())
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.keys()):
            yield f"font not embedded: {one.get('/BaseFont')}"
    if one.get("/Type") == "/Font" and one.get("/Subtype") == "/Type0" and "/ToUnicode" not in one:
        yield f"font without Unicode: {one.get('/BaseFont')}"
    if one.get("/S") in {"/JavaScript", "/Launch", "/SubmitForm"}:
        yield f"acts: {one.get('/S')}"


def letters(reading: Reading) -> Iterator[str]:
    for page in reading.pages:
        if page.unmapped:
            yield f"page {page.number}: {page.unmapped} signs without meaning"


def margins(reading: Reading) -> Iterator[str]:
    """Words away from the edge, ink where a printer reaches."""
    edge = round(INK_FROM_EDGE / 25.4 * DPI)
    for page in reading.looked_at:
        for word in page.words:
            least = min(word.left, word.top, page.width - word.right, page.height - word.bottom)
            if least < WORDS_FROM_EDGE:
                yield f"page {page.number}: “{word.text}” {least:.1f} mm from the edge"
        inside = page.picture[edge:-edge, edge:-edge]
        if (page.picture < 128).sum() != (inside < 128).sum():
            yield f"page {page.number}: ink at the very edge"


def contrast(reading: Reading) -> Iterator[str]:
    """Colours that a printer without colour still tells apart."""
    for page in reading.looked_at:
        for word in page.words:
            left, top, right, bottom = (
                round(side / 25.4 * DPI) for side in (word.left, word.top, word.right, word.bottom)
            )
            seen = page.picture[top - 1 : bottom + 2, left - 1 : right + 2]
            if word.tall > 1 and seen.size and int(seen.max()) - int(seen.min()) < LEAST_CONTRAST:
                yield f"page {page.number}: “{word.text}” hardly to be seen without colour"


def apart(reading: Reading) -> Iterator[str]:
    """No word over another, none on a line."""
    for page in reading.looked_at:
        words = page.words
        if not words:
            continue
        box = np.array([(one.left, one.top, one.right, one.bottom) for one in words])
        wide = np.minimum(box[:, None, 2], box[None, :, 2]) - np.maximum(box[:, None, 0], box[None, :, 0])
        tall = np.minimum(box[:, None, 3], box[None, :, 3]) - np.maximum(box[:, None, 1], box[None, :, 1])
        for one, other in np.argwhere(np.triu((wide > TOUCH) & (tall > TOUCH), k=1)):
            yield f"page {page.number}: “{words[one].text}” over “{words[other].text}”"
        for line in page.lines:
            yield from (f"page {page.number}: “{word.text}” on a line" for word in _on(line, words, box))


def _on(line: Box, words: tuple[Word, ...], box: np.ndarray[Any, Any]) -> Iterator[Word]:
    """The words that a line goes through; one below their feet underlines them."""
    left, top, right, bottom = box.T
    middle, quarter = (top + bottom) / 2, (bottom - top) / 4
    if line.wide < line.tall:
        hit = (left + TOUCH < line.x) & (line.x < right - TOUCH) & (line.top < middle) & (middle < line.bottom)
    else:
        shared = np.minimum(right, line.right) - np.maximum(left, line.left)
        hit = (top + quarter < line.y) & (line.y < bottom - quarter) & (shared > (right - left) / 3) & (quarter > 0.3)
    yield from (words[place] for place in np.flatnonzero(hit))


def numbering(reading: Reading) -> Iterator[str]:
    """Each list counts from one without a gap, over all its pages, and no row goes on behind a page's end. Where people
    bring the numbers of another list, they stand in the order of people."""
    before, brought = 0, [one.number for one in vars(reading.paper).get("people", ()) if hasattr(one, "number")]
    for page in reading.pages:
        for row in (row for rows in page.lists for row in rows):
            if not row.number.isdigit():
                yield f"page {page.number}: a row without its number: “{row.words[:60]}”"
                continue
            meant = brought[:1] if brought else [before + 1, 1]
            brought = brought[1:]
            if int(row.number) not in meant:
                yield f"page {page.number}: row {row.number} after {before}"
            before = int(row.number)


def people(reading: Reading) -> Iterator[str]:
    """Everybody who was meant to stand on it does, in a numbered row if rows are numbered."""
    meant: tuple[PrintedPerson, ...] = vars(reading.paper).get("people", ())
    if not meant or vars(reading.paper).get("pages"):
        return
    squeezed = re.sub(r"\s", "", reading.text)
    for name in {one.name for one in meant}:
        if re.sub(r"\s", "", name) not in squeezed:
            yield f"“{name}” is not on it"
    rows = [int(row.number) for page in reading.pages for rows in page.lists for row in rows if row.number.isdigit()]
    if rows and max(rows) < len(meant):
        yield f"a list of {max(rows)} rows for {len(meant)} people"


def signatures(reading: Reading) -> Iterator[str]:
    """Whoever signs, signs below people, or below words, never on a page of their own."""
    for page in reading.pages:
        squeezed = re.sub(r"\s", "", page.text)
        if not any(re.sub(r"\s", "", name) in squeezed for name in reading.signers):
            continue
        first = reading.signers[0].split()[0] if reading.signers else ""
        top = max((word.top for word in page.words if word.text.startswith(first)), default=page.height)
        rows = [row for rows in page.lists for row in rows if row.number.isdigit() and row.top < top]
        above = [word for word in page.words if 22 < word.top < top - 30]
        if not rows and (any(one.lists for one in reading.pages) or len(above) < 8):
            yield f"page {page.number}: the signers stand alone"


def page_numbers(reading: Reading) -> Iterator[str]:
    """ "Halaman x dari y" counts what there is. A letter of one page need not say so."""
    expected, of = 1, 0  # the next page of the list that has begun
    for page in reading.pages:
        told = [(int(one), int(of)) for one, of in re.findall(r"Halaman (\d+) dari (\d+)", page.text)]
        if page.is_blank_back or (not told and expected == 1):
            continue
        if len(told) != 1:
            yield f"page {page.number}: told {len(told)} times which page it is"
            continue
        if told[0][0] == 1 and expected > 1:
            yield f"page {page.number}: the list before has {of} pages, of which {expected - 1} are there"
        elif told[0] != (expected, of or told[0][1]):
            yield f"page {page.number}: says {told[0][0]} of {told[0][1]}"
        one, of = told[0]
        expected, of = (one + 1, of) if one < of else (1, 0)
    if expected > 1:
        yield f"the last list has {of} pages, of which {expected - 1} are there"


DAYS = "|".join(dates.DAYS)
MONTHS = "|".join(dates.MONTHS)


def weekdays(reading: Reading) -> Iterator[str]:
    """Every weekday beside a full date is that date's."""
    pattern = rf"({DAYS})(?:–({DAYS}))?,? (?:(\d+)–)?(\d+) ({MONTHS}) (\d{{4}})"
    for first, last, start, end, month, year in re.findall(pattern, reading.text, re.IGNORECASE):
        told = {start or end: first, end: last or first}
        for day, name in told.items():
            meant = date(int(year), [one.lower() for one in dates.MONTHS].index(month.lower()) + 1, int(day))
            if dates.day_name(meant).lower() != name.lower():
                yield f"{name}, {day} {month} {year} is a {dates.day_name(meant)}"


def codes(reading: Reading) -> Iterator[str]:
    """Every code can be read, and none of them says who somebody is."""
    for page in reading.looked_at:
        for code in page.codes:
            told = code.text.casefold()
            if code.error:
                yield f"page {page.number}: a code that cannot be read"
            elif re.search(r"\d{8}|@", told) or reading.names & set(re.findall(r"\w{4,}", told)):
                yield f"page {page.number}: a code tells about somebody: {code.text}"
        sheets = {match.string: int(match[1]) for code in page.codes if (match := CODE.fullmatch(code.text))}
        number = re.search(r"Halaman (\d+) dari", page.text)
        if sheets and (list(sheets.values()) != [int(number[1])] if number else True):
            yield f"page {page.number}: its code is that of page {list(sheets.values())}"
        if any(sheet not in page.text for sheet in sheets):
            yield f"page {page.number}: its code cannot be typed"
        if len(sheets) != len(set(CODE.findall(page.text))):
            yield f"page {page.number}: its code is not drawn"


def marks(reading: Reading) -> Iterator[str]:
    """A page that a machine reads back has four marks of its own, so far from the edges."""
    if not any(CODE.search(page.text) for page in reading.pages):
        return
    for page in reading.looked_at:
        if page.is_blank_back:
            continue
        found = re.search(r"Halaman (\d+) dari", page.text)
        first = 4 * (int(found[1]) - 1) if found else 0
        if sorted(page.marks) != list(range(first, first + 4)):
            yield f"page {page.number}: marks {sorted(page.marks)}"
            continue
        for corner in range(4):
            mark = page.marks[first + corner]
            beside = mark.left if corner in {0, 3} else page.width - mark.right
            above = mark.top if corner in {0, 1} else page.height - mark.bottom
            if max(abs(beside - EDGE), abs(above - EDGE)) > 0.3:
                yield f"page {page.number}: mark {corner} at {beside:.1f}, {above:.1f} mm"


CHECKS: tuple[Callable[[Reading], Iterator[str]], ...] = (
    sizes, archive, letters, margins, contrast, apart, numbering, people, signatures, page_numbers, weekdays, codes,
    marks,
)  # fmt: skip
