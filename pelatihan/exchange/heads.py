"""Where the list begins in a file: the row that names its columns, below a title or a letterhead."""

from dataclasses import dataclass
from difflib import get_close_matches

from ormas.search import plain
from pelatihan import dates
from pelatihan.exchange.kinds import FIELDS, NOT_KEPT, REASONS, Field
from pelatihan.exchange.reading import cells
from pelatihan.exchange.reading.opening import ABOVE, MOST_ROWS, TOO_MANY, Book, FileRefused, Sheet

NO_HEAD = (
    "Baris kepala kolom tidak ditemukan di {above} baris pertama. Tulis nama kolom di satu baris, sedikitnya {wanted},"
    " atau pakai templat dari halaman ini."
)
MISSING = "Kolom {missing} tidak ada.{near} Tambahkan kolomnya, atau betulkan kepalanya, lalu unggah lagi."
NEAR = " Kolom “{written}” ({letter}) mirip dengan “{head}”."
TWICE = "Kolom {head} ada dua kali: {first} dan {second}. Hapus atau ganti nama salah satunya, lalu unggah lagi."
NO_ROWS = "Di bawah kepala kolom belum ada baris yang terisi. Isi daftarnya, lalu unggah lagi."
ASIDE = "Kolom yang tidak dikenal dan tidak dibaca: {}."
HIDDEN = "Lembar tersembunyi tidak dibaca: {}."
OTHERS = "Lembar lain tidak dibaca: {}. Unggah sendiri bila perlu."
TITLE = "Kepala kolom ada di baris {}; {} baris di atasnya dilewati."
NOT_STORED = "Kolom NIK tidak disimpan: halaman ini tidak mencatat NIK. Hapus kolomnya sebelum berkas dibagikan."

NUMBERS = frozenset({"no", "nomor", "no urut", "nomor urut", "baris"})  # that only count the rows


@dataclass(frozen=True)
class Listing:
    """The list in the file: which column is which field, and its rows."""

    sheet: Sheet
    head: list[str]
    columns: dict[str, int]  # field: place, from 0
    rows: list[tuple[int, list[cells.Cell]]]
    notices: list[str]


def found(book: Book, kind: str) -> Listing:
    """The list of this kind: on the first visible sheet whose head fits best.

    :raises FileRefused: there is none, a column is missing or there twice, or too many rows
    """
    fields = FIELDS[kind]
    best = max(
        ((_score(fields, cells_of), -place, sheet, index)
         for place, sheet in enumerate(book.sheets)
         for index, (_, cells_of) in enumerate(sheet.rows[:ABOVE])),
        key=lambda each: (each[0], each[1], -each[3]), default=None,
    )  # fmt: skip
    required = [each for each in fields if each.is_required]
    if best is None or not best[0] or _filled(best) < len(required):
        raise FileRefused(NO_HEAD.format(above=ABOVE, wanted=_listed([each.head for each in required])))
    _, _, sheet, index = best
    row_number, head_cells = sheet.rows[index]
    head = [cells.shown(cell) for cell in head_cells]
    columns, unknown = _columns(fields, head)
    missing = [each for each in required if each.key not in columns]
    if missing:
        near = "".join(_near(each, unknown) for each in missing)
        raise FileRefused(MISSING.format(missing=_listed([each.head for each in missing]), near=near))
    rows = sheet.rows[index + 1 :]
    if len(rows) > MOST_ROWS or sheet.has_more:
        raise FileRefused(TOO_MANY)
    if not rows:
        raise FileRefused(NO_ROWS)
    notices = [TITLE.format(row_number, dates.thousands(index))] if index else []
    if unknown:
        told = [f"{written[:40]} ({cells.letters(place)})" for place, written in unknown.items()]
        notices.append(ASIDE.format(_few(told)))
    if NOT_KEPT & set(columns):
        notices.append(NOT_STORED)
    if book.hidden:
        notices.append(HIDDEN.format(_few(book.hidden)))
    if others := [each.name for each in book.sheets if each is not sheet and each.rows and each.name != "Petunjuk"]:
        notices.append(OTHERS.format(_few(others)))
    return Listing(sheet, head, columns, rows, notices)


def _filled(best: tuple[int, int, Sheet, int]) -> int:
    """How many cells of that row hold something: a title is one."""
    _, _, sheet, index = best
    return sum(1 for cell in sheet.rows[index][1] if cell is not None)


def _few(told: list[str]) -> str:
    return ", ".join(told[:8]) + (f", dan {len(told) - 8} lagi" if len(told) > 8 else "")


def _score(fields: tuple[Field, ...], row: list[cells.Cell]) -> int:
    written = {plain(cells.shown(cell)) for cell in row if cell is not None}
    return sum(1 for each in fields if each.heads & written)


def _columns(fields: tuple[Field, ...], head: list[str]) -> tuple[dict[str, int], dict[int, str]]:
    """Which place is which field, and what stands at the others. A head's own word goes before what else it is called.

    :raises FileRefused: two columns for one field
    """
    columns: dict[str, int] = {}
    unknown: dict[int, str] = {}
    for place, written in enumerate(head):
        name = plain(written)
        if not name or name in NUMBERS or name == plain(REASONS):
            continue
        field = next((each for each in fields if plain(each.head) == name), None)
        field = field or next((each for each in fields if name in each.heads), None)
        if field is None:
            unknown[place] = written
        elif field.key in columns:
            first, second = cells.letters(columns[field.key]), cells.letters(place)
            raise FileRefused(TWICE.format(head=field.head, first=first, second=second))
        else:
            columns[field.key] = place
    return columns, unknown


def _near(field: Field, unknown: dict[int, str]) -> str:
    """A head that may be meant for the missing one."""
    by_name = {plain(written): place for place, written in unknown.items()}
    for wanted in sorted(field.heads):
        if close := get_close_matches(wanted, list(by_name), n=1, cutoff=0.6):
            place = by_name[close[0]]
            return NEAR.format(written=unknown[place][:40], letter=cells.letters(place), head=field.head)
    return ""


def _listed(heads: list[str]) -> str:
    return " dan ".join(f"“{head}”" for head in heads)
