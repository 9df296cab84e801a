"""Files as an office has them, made for tests."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook

HEAD = ["Nama", "L/P", "Ormas", "Jabatan", "Nomor HP", "Status", "Alasan"]


def workbook(*rows: Sequence[Any], sheet: str = "Peserta", merge: Sequence[str] = ()) -> bytes:
    """An .xlsx with these rows from the first line on."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for span in merge:
        page.merge_cells(span)
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def cells_of(content: bytes, sheet: int = 0) -> list[list[Any]]:
    """What a workbook holds."""
    book = load_workbook(BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[sheet].iter_rows()]
