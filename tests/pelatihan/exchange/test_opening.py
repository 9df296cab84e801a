"""What an office uploads, told by what is in it; what cannot be read says what to do."""

import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from pelatihan.exchange.reading import opening
from pelatihan.exchange.reading.opening import MOST_ROWS, FileRefused, is_small, opened
from tests.pelatihan.exchange.files import saved, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ROW = ["Nama", "Ormas"]


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The workbook with one more part, or another one in its place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return out.getvalue()


REFUSED = {
    "empty": (b"", "kosong"),
    "only blanks": (b" \r\n\t\n", "kosong"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "sebenarnya PDF"),
    "a photograph": (b"\xff\xd8\xff\xe0 JFIF", "sebenarnya gambar"),
    "old Excel": (OLE + b"Workbook", r"\.xls yang lama"),
    "encrypted": (OLE + "EncryptedPackage".encode("utf-16-le"), "kata sandi"),
    "a web page": (b"<html><table><tr><td>Nama</td></tr></table>", "halaman web"),
    "bytes": (b"MZ\x90\0\3\0\0\0", r"bukan Excel \(\.xlsx\) dan bukan CSV"),
    "Word": (packed(word__document_DOT_xml=b"<w/>"), r"bukan Excel \(\.xlsx\) dan bukan CSV"),
    "LibreOffice": (packed(content_DOT_xml=b"<x/>", mimetype=b"application/vnd.oasis"), r"\.ods"),
    "binary Excel": (packed(xl__workbook_DOT_bin=b"x"), r"\.xlsb"),
    "a cut file": (workbook(ROW)[:400], "rusak"),
    "too large": (b"a;b\n" * 3_000_000, "terlalu besar"),
    "an open quotation mark": (b'Nama;Ormas\nA;B\n"C;D\n', "Baris 3 .* tanda kutip"),
    "letters of nowhere": (b"Nama;Ormas\nA\x81\xffb\x9d;C\n", "Huruf dalam berkas"),
}


@pytest.mark.parametrize("kind", list(REFUSED))
def test_file_that_cannot_be_read_says_what_to_do(kind):
    content, why = REFUSED[kind]

    with pytest.raises(FileRefused, match=why):
        opened(content)


def test_macros_are_not_opened():
    content = with_part(workbook(ROW), "xl/vbaProject.bin", b"Attribute VB_Name")

    with pytest.raises(FileRefused, match=r"makro"):
        opened(content)


def test_macros_are_known_by_what_the_file_says_of_itself():
    kinds = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'

    with pytest.raises(FileRefused, match=r"makro"):
        opened(with_part(workbook(ROW), "[Content_Types].xml", kinds))


def test_200_megabytes_in_a_small_file_are_not_unpacked():
    content = with_part(workbook(ROW), "xl/media/bomb.bin", b"\0" * 200_000_000)
    assert len(content) < 400_000

    with pytest.raises(FileRefused, match=r"terlalu besar"):
        opened(content)


def test_part_that_expands_itself_is_not_read():
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'

    with pytest.raises(FileRefused, match=r"rusak"):
        opened(with_part(workbook(ROW), "xl/workbook.xml", laughs))


def test_more_rows_than_are_taken_are_refused_with_the_limit():
    content = b"Nama;Ormas\n" + b"A;B\n" * 100_001

    book = opened(content)

    assert book.sheets[0].has_more
    assert len(book.sheets[0].rows) <= MOST_ROWS + opening.ABOVE + 1


def test_reader_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(opening, "SECONDS", 0.01)

    with pytest.raises(FileRefused, match=r"terlalu besar"):
        opened(workbook(ROW))


# ---- Excel ---------------------------------------------------------------------------------------


def test_rows_keep_their_numbers_and_kinds():
    rows: list[list[Any]] = [["Nama", None, "Tanggal"], [], ["Siti", 8123456789, None], ["=1+1", True, None]]

    sheet = opened(workbook(*rows)).sheets[0]

    assert sheet.rows == [
        (1, ["Nama", None, "Tanggal"]),
        (3, ["Siti", ["n", 8123456789]]),
        (4, [["f", "=1+1", None], ["b", True]]),
    ]


def test_numbers_that_nobody_can_keep_are_texts():
    content = workbook(["Nama", 1.5], ["A", 7])
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        sheet = old.read("xl/worksheets/sheet1.xml").decode()

    huge = with_part(content, "xl/worksheets/sheet1.xml", sheet.replace("<v>7</v>", "<v>1E999</v>").encode())
    long = with_part(content, "xl/worksheets/sheet1.xml", sheet.replace("<v>7</v>", f"<v>{'9' * 400}</v>").encode())

    assert opened(huge).sheets[0].rows[1] == (2, ["A", "inf"])
    assert opened(long).sheets[0].rows[1] == (2, ["A", "9" * 400])


def test_text_that_looks_like_a_formula_is_text():
    book = Workbook()
    cell = book.active["A1"]
    cell.value, cell.data_type = "=Nama", "s"

    assert opened(saved(book)).sheets[0].rows == [(1, ["=Nama"])]


def test_merged_cells_are_named():
    assert opened(workbook(ROW, ["A", "B"], merge=["A2:A3"])).sheets[0].merged == ["A2:A3"]


def test_hidden_sheets_are_named_and_not_read():
    book = Workbook()
    book.active.title = "Peserta"
    book.active.append(ROW)
    book.create_sheet("Rahasia").sheet_state = "hidden"

    found = opened(saved(book))

    assert ([sheet.name for sheet in found.sheets], found.hidden) == (["Peserta"], ["Rahasia"])


# ---- Text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_is_read_whatever_parts_and_encodes_it(sign, encoding):
    content = f'Nama{sign}Ormas\r\n"Désirée{sign} S.E."{sign}"Kata ""dalam"" kutip"\r\n'.encode(encoding)

    assert opened(content).sheets[0].rows == [
        (1, ["Nama", "Ormas"]),
        (2, [f"Désirée{sign} S.E.".strip(), 'Kata "dalam" kutip']),
    ]


def test_line_that_names_the_sign_is_obeyed_and_not_counted():
    assert opened(b"sep=;\r\nNama;Ormas\r\nA, B;C\r\n").sheets[0].rows == [(1, ["Nama", "Ormas"]), (2, ["A, B", "C"])]


def test_what_keeps_a_text_from_being_a_formula_is_taken_away():
    assert opened(b"Nama;Ormas\n'=Nama;'Adl\n").sheets[0].rows[1] == (2, ["=Nama", "'Adl"])


def test_small_files_are_read_at_once_and_those_that_unpack_large_are_not():
    assert is_small(workbook(ROW))
    assert is_small(b"Nama;Ormas\nA;B\n")
    assert not is_small(with_part(workbook(ROW), "xl/x.bin", b"\0" * 20_000_000))
    assert not is_small(b"a;b\n" * 50_000)
