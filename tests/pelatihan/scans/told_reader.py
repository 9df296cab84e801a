"""A reader that finds in a picture what the test wrote into it: for the ways of a picture, not for how it is read."""

import json
from typing import Any, Self

from django.core.files.uploadedfile import SimpleUploadedFile

from pelatihan.models import PrintedSheet
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.reader import Unread
from pelatihan.scans.shapes import CellReading, Fault, Found, Reading, Verdict

STRAIGHT = b"\xff\xd8\xffstraight"


def a_photo(sheet: PrintedSheet | None = None, page: int = 1, **told: Any) -> bytes:
    """A picture of that page. ``fault``: found in it; ``unread``: it cannot be looked at; ``unlike``: not read as that
    page; ``code`` another than the sheet's; ``more`` makes it another file."""
    return b"\xff\xd8\xff" + json.dumps(_page(sheet, page, **told)).encode()


def a_scan(*pages: tuple[PrintedSheet | None, int] | dict[str, Any], locked: bool = False) -> bytes:
    """A PDF with so many pages."""
    told = [one if isinstance(one, dict) else _page(*one) for one in pages]
    body = json.dumps({"pages": told, "locked": locked}).encode()
    return b"%PDF-1.7\n" + body + b"\nstartxref\n0\n%%EOF"


def _page(sheet: PrintedSheet | None, page: int = 1, **told: Any) -> dict[str, Any]:
    return {"code": [sheet.code, page] if sheet else None, **told}


def sent(content: bytes, name: str = "IMG_2041.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


class ToldReader:
    """In the place of ``reader.Reader``. ``befalls`` is called before each page is read, and may raise."""

    looked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def open(self, content: bytes) -> int:
        told = json.loads(content[content.index(b"{") : content.rindex(b"}") + 1])
        if told.get("locked"):
            raise Unread(Fault.LOCKED)
        if told.get("heavy"):
            raise Unread(Fault.TOO_HEAVY)
        self.pages: list[dict[str, Any]] = told.get("pages", [told])
        return len(self.pages)

    def find(self, number: int) -> Found:
        self.told = self.pages[number - 1]
        ToldReader.looked += 1
        self.befalls(number)
        if fault := self.told.get("unread"):
            raise Unread(Fault(fault))
        code = self.told["code"]
        fault = Fault(self.told["fault"]) if self.told.get("fault") else None if code else Fault.NO_CODE
        return Found(2480, 3508, (code[0], code[1]) if code else None, 4, fault)

    def picture(self) -> bytes:
        return b"\xff\xd8\xff" + json.dumps(self.told).encode()

    def read(self, leaf: Leaf, blank: bytes) -> tuple[Reading, bytes]:
        assert blank.startswith(b"%PDF")
        if fault := self.told.get("unlike"):
            raise Unread(Fault(fault))
        cells = tuple(
            CellReading(row.number, column, Verdict.SIGNED, 0.0)
            for column in range(len(leaf.sessions))
            for row in leaf.people
        )
        return Reading(cells, width=1680, height=2376), STRAIGHT

    def befalls(self, number: int) -> None:
        pass
