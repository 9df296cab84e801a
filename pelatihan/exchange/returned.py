"""The rows of a file that were not written, as a file again: as they came, with a column that says why."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pelatihan.exchange.kinds import FIELDS, REASONS
from pelatihan.exchange.reading import cells
from pelatihan.exchange.sheets import HEAD_FILL, HEAD_FONT, TEXT, clean, is_risky
from pelatihan.models import Import, ImportRow, Verdict

NOT_CHOSEN = "Mirip {}: {} Belum dipilih, orang yang sama atau yang lain."
LAID_ASIDE = "Dikesampingkan: mirip {}."


def reason(row: ImportRow) -> str:
    """Why the row was not written, in one text."""
    if row.verdict == Verdict.ERROR:
        return " ".join(f"{cell}: {sentence}" for cell, sentence in row.shown["problems"])
    near = row.shown["alike"]
    names = ", ".join(one["name"] for one in near)
    return LAID_ASIDE.format(names) if row.choice else NOT_CHOSEN.format(names, near[0]["why"] if near else "")


def made(current: Import) -> bytes:
    """The workbook; a file that came from the clerk goes back with what the clerk wrote, safe to open."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # a new workbook has one
    sheet.title, sheet.freeze_panes = "Dikembalikan", "A2"
    old = next((place for place, head in enumerate(current.heads) if head.strip() == REASONS), None)
    heads = [head for place, head in enumerate(current.heads) if place != old] + [REASONS]
    widths = {
        place: field.width for field in FIELDS[current.kind] if (place := current.columns.get(field.key)) is not None
    }
    for place, head in enumerate(heads, start=1):
        _put(sheet, 1, place, head)
        cell = sheet.cell(1, place)
        cell.font, cell.fill = HEAD_FONT, HEAD_FILL
        sheet.column_dimensions[get_column_letter(place)].width = (
            70 if place == len(heads) else widths.get(place - 1, 16)
        )
    for number, row in enumerate(current.rows.set_aside().order_by("number"), start=2):
        written = [cells.shown(cell) for cell in row.cells] + [""] * (len(current.heads) - len(row.cells))
        kept = [text for place, text in enumerate(written[: len(current.heads)]) if place != old]
        for place, text in enumerate([*kept, reason(row)], start=1):
            _put(sheet, number, place, text)
        sheet.cell(number, len(heads)).alignment = Alignment(wrap_text=True, vertical="top")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _put(sheet: Worksheet, row: int, place: int, text: str) -> None:
    """A text, whatever it begins with."""
    if not text:
        return
    cell = sheet.cell(row, place, clean(text))
    cell.data_type, cell.number_format = "s", TEXT
    if is_risky(text):
        cell.quotePrefix = True
