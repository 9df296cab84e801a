"""The workbook that one fills in: heads, drop-down lists, two examples, and a sheet that explains each column."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pelatihan import dates
from pelatihan.exchange.kinds import EXAMPLE, NAMED_BY, Field, in_template
from pelatihan.exchange.reading.opening import MOST_ROWS
from pelatihan.exchange.sheets import HEAD_FILL, HEAD_FONT, TEXT
from pelatihan.models import ListKind

PREPARED = 1_000  # rows whose cells are text already
NAMES = {ListKind.ORMAS: "Ormas", ListKind.INVITATIONS: "Undangan", ListKind.REGISTRATIONS: "Peserta"}
RULES = (
    "Isi satu baris untuk satu {one}. Jangan gabungkan sel dan jangan pakai rumus.",
    "Dua baris abu-abu yang diawali “Contoh:” dilewati; boleh dihapus.",
    "Sel kosong tidak mengubah apa pun pada yang sudah tercatat.",
    "Kolom bertanda * wajib ada dan wajib diisi. Kolom lain boleh dihapus.",
    f"Paling banyak {dates.thousands(MOST_ROWS)} baris untuk satu berkas.",
    "Setelah diunggah, setiap baris diperiksa dulu. Tidak ada yang ditulis sebelum Anda memilih “Terapkan”.",
)


def made(kind: str) -> bytes:
    """The template of a list, as a file."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # a new workbook has one
    sheet.title = NAMES[ListKind(kind)]
    fields = in_template(kind)
    sheet.freeze_panes = "A2"
    for place, field in enumerate(fields, start=1):
        _column(sheet, place, field, is_name=field.key == NAMED_BY[kind])
    _explain(book.create_sheet("Petunjuk"), kind, fields)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _column(sheet: Worksheet, place: int, field: Field, *, is_name: bool) -> None:
    letter = get_column_letter(place)
    sheet.column_dimensions[letter].width = field.width
    head = sheet.cell(1, place, field.head)
    head.font, head.fill, head.alignment = HEAD_FONT, HEAD_FILL, Alignment(vertical="center", wrap_text=True)
    if field.hint:
        head.comment = Comment(field.hint, "Pelatihan Ormas", width=260, height=90)
    for row, example in enumerate(field.examples, start=2):
        shown = f"{EXAMPLE.capitalize()} {example}" if is_name else example
        cell = sheet.cell(row, place, shown or None)
        cell.font = Font(italic=True, color="FF55616E")
    for row in range(2, PREPARED + 2):
        sheet.cell(row, place).number_format = TEXT
    if field.choices:
        words = ",".join(field.choices.values())
        choice = DataValidation("list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
        choice.error, choice.errorTitle = f"Pilih salah satu: {words.replace(',', ', ')}.", field.head
        sheet.add_data_validation(choice)
        choice.add(f"{letter}2:{letter}{MOST_ROWS + 1}")


def _explain(sheet: Worksheet, kind: str, fields: list[Field]) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
    one = {ListKind.ORMAS: "ormas", ListKind.INVITATIONS: "ormas yang diundang"}.get(ListKind(kind), "orang")
    sheet.append(["Petunjuk"])
    sheet["A1"].font = Font(bold=True, size=14)
    for rule in RULES:
        sheet.append([None, rule.format(one=one)])
    sheet.append([])
    sheet.append(["Kolom", "Isinya"])
    for cell in sheet[sheet.max_row]:
        cell.font = HEAD_FONT
    for field in fields:
        choices = f" Pilihan: {', '.join(field.choices.values())}." if field.choices else ""
        sheet.append([f"{field.head}{' *' if field.is_required else ''}", f"{field.hint}{choices}"])
    for row in sheet.iter_rows(min_col=2, max_col=2):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
