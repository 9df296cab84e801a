"""Workbooks as they go out: typed cells, a head that stays in view, and no text that a spreadsheet takes for a formula.

A text that begins with ``= + - @`` is kept letter for letter: it is written as text, and marked as one that a
spreadsheet must not read as anything else (quotePrefix), also after somebody has edited it. In CSV, which knows no
types, an apostrophe stands before it, which reading takes away again (reading/opening.py).
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

RISKY = ("=", "+", "-", "@", "\t", "\r")
_NEVER_WRITTEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MOST_LETTERS = 32_000  # of a cell: Excel takes 32,767
DAY, MOMENT, TEXT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "@"
HEAD_FONT, HEAD_FILL = Font(bold=True), PatternFill("solid", fgColor="FFE7F0F6")

type Kind = Literal["words", "text", "number", "day", "moment"]


@dataclass(frozen=True)
class Column:
    """One column: ``text`` are words that look like numbers and stay text (phone, code)."""

    head: str
    kind: Kind = "words"
    width: int = 18


def is_risky(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula."""
    return text.startswith(RISKY)


def clean(text: str) -> str:
    """Without what no workbook holds."""
    return _NEVER_WRITTEN.sub("", text)[:MOST_LETTERS]


class Writer:
    """One sheet, row by row, in memory that does not grow with their number."""

    def __init__(self, title: str, columns: Sequence[Column]) -> None:
        self.book = Workbook(write_only=True)
        self.sheet: Any = self.book.create_sheet(title)
        self.columns = columns
        self.count = 0
        self.sheet.freeze_panes = "A2"
        for place, column in enumerate(columns, start=1):
            self.sheet.column_dimensions[get_column_letter(place)].width = column.width
        self.sheet.append([self._head(column.head) for column in columns])
        formats = {"text": TEXT, "day": DAY, "moment": MOMENT, "number": "0"}
        self._cells = [self._styled(formats.get(column.kind)) for column in columns]
        self._quoted = self._styled(TEXT, quoted=True)
        self._plain = self._styled(None)

    def _styled(self, number_format: str | None, *, quoted: bool = False) -> Any:
        """A cell that is written again and again: each row goes out before the next comes."""
        cell = WriteOnlyCell(self.sheet)
        if number_format:
            cell.number_format = number_format
        if quoted:
            cell.quotePrefix = True
        return cell

    def _head(self, text: str) -> Any:
        cell = WriteOnlyCell(self.sheet, text)
        cell.font, cell.fill, cell.alignment = HEAD_FONT, HEAD_FILL, Alignment(vertical="center", wrap_text=True)
        return cell

    def add(self, values: Sequence[Any]) -> None:
        self.count += 1
        self.sheet.append(self._row(values))

    def add_total(self, values: Sequence[Any]) -> None:
        """A row below all others, which no filter hides and no sorting moves."""
        self.sheet.append(self._row(values))

    def _row(self, values: Sequence[Any]) -> list[Any]:
        return [self._cell(place, value) for place, value in enumerate(values)]

    def _cell(self, place: int, value: Any) -> Any:
        if value is None or value == "":
            return None
        kind = self.columns[place].kind
        if isinstance(value, str):
            text = clean(value)
            if is_risky(text):
                return self._text(WriteOnlyCell(self.sheet), text, self._quoted)
            return self._text(self._cells[place], text) if kind == "text" else text
        if kind in {"words", "text"}:
            return value
        cell = self._cells[place]
        cell.value = value
        return cell

    @staticmethod
    def _text(cell: Any, text: str, like: Any = None) -> Any:
        """A text whatever it begins with: openpyxl would take ``=`` for a formula."""
        if like is not None:
            cell._style = like._style
        cell.value = text
        cell.data_type = "s"
        return cell

    def save(self, place: Path, facts: Sequence[tuple[str, str]], *, author: str, title: str) -> None:
        """The whole workbook, with a second sheet that says who made it, when, of what."""
        last = get_column_letter(len(self.columns))
        self.sheet.auto_filter.ref = f"A1:{last}{self.count + 1}"
        about = self.book.create_sheet("Keterangan")
        about.column_dimensions["A"].width, about.column_dimensions["B"].width = 18, 80
        for name, told in facts:
            about.append([name, self._text(WriteOnlyCell(about), clean(told)) if is_risky(told) else clean(told)])
        properties = self.book.properties
        properties.creator, properties.title = clean(author), clean(title)
        properties.description = clean("; ".join(f"{name}: {told}" for name, told in facts))
        self.book.save(place)


def write_csv(place: Path, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """UTF-8 with its mark and semicolons, as Excel in Indonesia opens it by a double click."""
    with place.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([column.head for column in columns])
        for values in rows:
            writer.writerow([_written(value) for value in values])


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str):
        text = clean(value)
        return f"'{text}" if is_risky(text) else text
    return str(value)


def local(moment: datetime | None) -> datetime | None:
    """As the clock on the office's wall showed it: workbooks know no zones."""
    return None if moment is None else timezone.localtime(moment).replace(tzinfo=None, microsecond=0)
