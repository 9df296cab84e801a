"""How a NIK is read, doubted and shown. All numbers are of district 99, which is nobody's."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from ormas import nik

WOMAN, MAN = "3171994511850001", "3174991203790002"
DAY = date(2019, 3, 11)


@pytest.mark.parametrize(
    "typed",
    [
        WOMAN,
        "3171 9945 1185 0001",
        "31.71.99.451185.0001",
        "3171-99-451185-0001",
        " 3171994511850001\t",
        "3171–9945–11850001",
    ],
)
def test_spaces_dots_and_dashes_do_not_matter(typed):
    assert nik.normalise(typed) == WOMAN


@pytest.mark.parametrize(
    ("typed", "code", "sentence"),
    [
        ("317199451185000", "length", "NIK terdiri atas 16 angka; yang tertulis 15. Periksa lagi di KTP."),
        ("31719945118500010", "length", "NIK terdiri atas 16 angka; yang tertulis 17. Periksa lagi di KTP."),
        ("3171994511850001.0", "length", "NIK terdiri atas 16 angka; yang tertulis 17. Periksa lagi di KTP."),
        ("9" * 100, "length", "NIK terdiri atas 16 angka; yang tertulis jauh lebih banyak. Periksa lagi di KTP."),
        ("", "length", "NIK terdiri atas 16 angka; yang tertulis 0. Periksa lagi di KTP."),
        ("317199451185000l", "letters", "NIK hanya berisi angka. Contoh: 3171 9945 1185 0001."),
        ("３１７１９９４５１１８５０００１", "letters", "NIK hanya berisi angka. Contoh: 3171 9945 1185 0001."),
        ("٣١٧١٩٩٤٥١١٨٥٠٠٠١", "letters", "NIK hanya berisi angka. Contoh: 3171 9945 1185 0001."),
        ("317199451185000\0", "letters", "NIK hanya berisi angka. Contoh: 3171 9945 1185 0001."),
        ("x" * 150, "letters", "NIK hanya berisi angka. Contoh: 3171 9945 1185 0001."),
        ("1111111111111111", "repeated", "Ini bukan NIK. Salin 16 angka dari KTP."),
        ("3,17199E+15", "excel", nik.BY_EXCEL),
        ("3.17199E+15", "excel", nik.BY_EXCEL),
        (" 3.e15 ", "excel", nik.BY_EXCEL),
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_a_sentence(typed, code, sentence):
    with pytest.raises(ValidationError) as refusal:
        nik.normalise(typed)
    assert (refusal.value.code, refusal.value.messages) == (code, [sentence])


def test_provinces_are_those_of_the_ministry():
    known = [code for code in range(100) if not nik.doubts(f"{code:02}71994511850001", on=DAY)]
    assert known == [
        11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51, 52, 53, 61, 62, 63, 64, 65, 71, 72, 73, 74,
        75, 76, 81, 82, 91, 92, 93, 94, 95, 96,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "number", ["3171991103020001", WOMAN, MAN, "9199990101020001", "1199993112010001", "3171997112480001"]
)
def test_ordinary_numbers_raise_no_doubt(number):
    assert nik.doubts(number, on=DAY) == []


@pytest.mark.parametrize(
    ("number", "doubt"),
    [
        ("0171994511850001", "dua angka pertamanya bukan kode provinsi"),
        ("2071994511850001", "dua angka pertamanya bukan kode provinsi"),
        ("9771994511850001", "dua angka pertamanya bukan kode provinsi"),
        ("3171990011850001", "angka ke-7 sampai ke-12 bukan tanggal lahir"),
        ("3171993111850001", "angka ke-7 sampai ke-12 bukan tanggal lahir"),  # 31 November
        ("3171997211850001", "angka ke-7 sampai ke-12 bukan tanggal lahir"),  # 32
        ("3171994013850001", "angka ke-7 sampai ke-12 bukan tanggal lahir"),
        ("3171992902010001", "angka ke-7 sampai ke-12 bukan tanggal lahir"),  # no leap year in either century
        ("3171991203020001", "menurut angka ke-7 sampai ke-12 umurnya di bawah 17 tahun"),  # 17 tomorrow
        ("3171994511850000", "empat angka terakhirnya 0000"),
    ],
)
def test_what_looks_wrong_is_a_doubt(number, doubt):
    assert nik.doubts(number, on=DAY) == [doubt]


def test_several_doubts_are_all_told():
    assert len(nik.doubts("9971999999990000", on=DAY)) == 3


@pytest.mark.parametrize(
    ("number", "born"),
    [
        (WOMAN, date(1985, 11, 5)),
        (MAN, date(1979, 3, 12)),
        ("3171991103020001", date(2002, 3, 11)),  # 17 today
        ("3171991203020001", date(2002, 3, 12)),  # 16, and 117 in the other century
        ("3171991103190001", date(2019, 3, 11)),  # 0 or 100: the one who is grown up
        ("3171991103180001", date(2018, 3, 11)),  # 1 or 101
        ("3171990101200001", date(1920, 1, 1)),
        ("3171992902000001", date(2000, 2, 29)),
        ("3171999999990001", None),
    ],
)
def test_century_is_the_one_of_somebody_grown_up(number, born):
    if number == "3171991103190001":
        born = date(1919, 3, 11)
    assert nik.born_on(number, on=DAY) == born


def test_shown_masked_or_to_be_compared():
    assert nik.masked(WOMAN) == "3171••••••••0001"
    assert nik.spaced(WOMAN) == "3171 9945 1185 0001"
