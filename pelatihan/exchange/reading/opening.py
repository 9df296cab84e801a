"""A file that somebody uploads, told by what is in it: an .xlsx is read by a child process (``child.py``), a text here.

What comes out is the same for both: sheets with their rows, each cell a text, a number, a day, or what cannot be used.
"""

import csv
import importlib.util
import io
import json
import logging
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pelatihan import dates

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 10_000  # that hold somebody or something
ABOVE = 20  # rows that may stand above the head of the columns
SECONDS = 90
PROGRAM = Path(__file__).with_name("child.py")

SAVE = "Di Excel pilih Simpan Sebagai, lalu “Buku Kerja Excel (.xlsx)”, dan unggah lagi."
EMPTY = "Berkas ini kosong. Pilih berkas yang berisi daftarnya, lalu unggah lagi."
TOO_LARGE = (
    f"Berkas ini terlalu besar: paling besar {MOST_BYTES // 1024**2} MB, dan isinya paling banyak"
    f" {dates.thousands(MOST_ROWS)} baris. Salin daftarnya saja, tanpa gambar, ke berkas baru, atau bagi menjadi"
    " beberapa berkas."
)
UNREADABLE = f"Berkas Excel ini rusak, jadi tidak terbaca. Buka dengan Excel. {SAVE}"
MACROS = f"Berkas ini memuat makro, jadi tidak dibuka. {SAVE} Makronya tidak ikut tersimpan."
ENCRYPTED = (
    "Berkas ini berkata sandi. Buka di Excel, hapus kata sandinya (Info, Proteksi Buku Kerja), lalu unggah lagi."
)
OLD = f"Berkas ini berbentuk .xls yang lama. {SAVE}"
OPEN_DOCUMENT = "Berkas ini berbentuk LibreOffice (.ods). Simpan Sebagai “Excel 2007–365 (.xlsx)”, lalu unggah lagi."
PDF = "Berkas ini sebenarnya PDF, walaupun namanya lain. Unggah daftar Excel atau CSV yang menjadi asalnya."
PICTURE = "Berkas ini sebenarnya gambar. Unggah daftar Excel atau CSV, bukan fotonya."
WEB = f"Berkas ini sebenarnya halaman web yang diberi nama Excel. Buka dengan Excel. {SAVE}"
OTHER = "Berkas ini bukan Excel (.xlsx) dan bukan CSV. Simpan daftarnya dalam salah satu bentuk itu, lalu unggah lagi."
ODD_LETTERS = "Huruf dalam berkas ini tidak terbaca. Simpan sebagai “CSV UTF-8” atau .xlsx, lalu unggah lagi."
OPEN_QUOTE = (
    "Baris {} dalam berkas CSV ini memuat tanda kutip yang tidak ditutup. Betulkan, atau simpan sebagai .xlsx, lalu"
    " unggah lagi."
)
TOO_MANY = (
    f"Berkas ini berisi lebih dari {dates.thousands(MOST_ROWS)} baris. Bagi menjadi beberapa berkas, masing-masing"
    f" paling banyak {dates.thousands(MOST_ROWS)} baris, lalu unggah satu demi satu."
)
WHY = {  # by the status with which the program ends
    1: UNREADABLE, 2: TOO_LARGE, 3: TOO_LARGE, 4: MACROS, 5: OTHER, 6: f"Berkas ini berbentuk .xlsb. {SAVE}",
    7: OPEN_DOCUMENT,
}  # fmt: skip

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM")

logger = logging.getLogger(__name__)

type Cell = Any  # a text, None, or a pair of kind and value (child.py)


class FileRefused(Exception):
    """Nothing is read of the file; the text is a sentence that says what to do."""


@dataclass
class Sheet:
    """One sheet: its rows that hold something, each with its number in the file."""

    name: str
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    has_more: bool = False


@dataclass
class Book:
    """All visible sheets, and the names of the hidden ones."""

    sheets: list[Sheet]
    hidden: list[str] = field(default_factory=list)


def check_kind(content: bytes) -> None:
    """What its first bytes tell already, while whoever uploads it waits.

    :raises FileRefused: with what to do instead
    """
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise FileRefused(EMPTY)
    if len(content) > MOST_BYTES:
        raise FileRefused(TOO_LARGE)
    head = content[:2048].lstrip()
    if head.startswith(b"%PDF"):
        raise FileRefused(PDF)
    if content.startswith(OLE):
        raise FileRefused(ENCRYPTED if "EncryptedPackage".encode("utf-16-le") in content else OLD)
    if content.startswith(PICTURES) or (content.startswith(b"RIFF") and content[8:12] == b"WEBP"):
        raise FileRefused(PICTURE)
    if head[:200].lower().startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta", b"\xef\xbb\xbf<")):
        raise FileRefused(WEB)
    if not content.startswith(ZIP) and b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(OTHER)


SMALL, SMALL_UNPACKED = 100 * 1024, 4 * 1024**2  # bytes: read in a second, while whoever sends it waits


def is_small(content: bytes) -> bool:
    """Whether it is read at once; else a worker reads it."""
    if len(content) > SMALL:
        return False
    if not content.startswith(ZIP):
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return sum(part.file_size for part in packed.infolist()) <= SMALL_UNPACKED
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return True  # the child says what is wrong


def opened(content: bytes) -> Book:
    """What is in the file.

    :raises FileRefused: with what to do instead
    """
    check_kind(content)
    return _book(content) if content.startswith(ZIP) else _text(content)


# ---- Excel ---------------------------------------------------------------------------------------


def _book(content: bytes) -> Book:
    command = [sys.executable, "-S", "-P", str(PROGRAM), str(os.getpid()), str(MOST_ROWS + ABOVE + 1)]
    with subprocess.Popen(
        command, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        try:
            answer, _ = child.communicate(content, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            logger.warning("Reading a workbook took more than %s seconds", SECONDS)
            raise FileRefused(TOO_LARGE) from None
        finally:
            child.kill()  # does nothing to one that has ended
    if child.returncode == 0:
        return _gathered(answer)
    logger.info("Reading a workbook ended with %s", child.returncode)
    raise FileRefused(WHY.get(child.returncode, TOO_LARGE))  # killed at the end of its time or memory


def _gathered(answer: bytes) -> Book:
    """The lines of the child, put together again."""
    book = Book([])
    places: dict[int, list[Cell]] = {}
    for text in answer.splitlines():
        line = json.loads(text)
        if isinstance(line, list):
            number, cells = line
            places[number] = cells
            book.sheets[-1].rows.append((number, cells))
        elif "sheet" in line:
            places = {}
            book.sheets.append(Sheet(line["sheet"], merged=line["merged"]))
        elif "value" in line:
            number, place, value = line["value"]
            places[number][place][2] = value
        elif "more" in line:
            book.sheets[-1].has_more = True
        else:
            book.hidden = line["hidden"]
    return book


def _environment() -> dict[str, str]:
    """Nothing of the site's own."""
    spec = importlib.util.find_spec("openpyxl")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("openpyxl is not installed: see requirements.lock")
    return {
        "PYTHONPATH": str(Path(spec.origin).parent.parent), "PYTHONIOENCODING": "utf-8", "MALLOC_ARENA_MAX": "1",
        "OPENPYXL_LXML": "False",
    }  # fmt: skip


# ---- Text ----------------------------------------------------------------------------------------

SIGNS = ";,\t|"


def _text(content: bytes) -> Book:
    text = _decoded(content)
    if "\0" in text:
        raise FileRefused(OTHER)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        sign, text = first.strip()[4], rest
    else:
        sign = _sign(text)
    sheet = Sheet("")
    for number, cells in _records(text, sign):
        kept: list[Cell] = [_unquoted(cell) or None for cell in cells[:60]]
        while kept and kept[-1] is None:
            kept.pop()
        if not kept:
            continue
        if len(sheet.rows) > MOST_ROWS + ABOVE:
            sheet.has_more = True
            break
        sheet.rows.append((number, kept))
    return Book([sheet])


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with its mark, else what Windows writes in Indonesia.

    :raises FileRefused: none of them
    """
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused(ODD_LETTERS)


def _sign(text: str) -> str:
    """What parts the columns: whatever parts most of the first lines that hold something."""
    lines = [line for line in text.splitlines()[: 3 * ABOVE] if line.strip()][:ABOVE]
    counts = {sign: max((_outside_quotes(line, sign) for line in lines), default=0) for sign in SIGNS}
    return max(SIGNS, key=lambda sign: counts[sign])


def _outside_quotes(line: str, sign: str) -> int:
    return sum(part.count(sign) for part in line.split('"')[::2])


def _records(text: str, sign: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number that a spreadsheet gives it.

    :raises FileRefused: a quotation mark opens and never closes
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            yield number, cells
    except csv.Error:
        raise FileRefused(OPEN_QUOTE.format(number + 1)) from None


def _unquoted(cell: str) -> str:
    """Without the sign that keeps a spreadsheet from taking a text for a formula (exchange/safe.py writes it)."""
    cell = cell.strip()
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@\t\r" else cell
