"""What stands in one cell, and what Excel has made of it."""

import pytest

from pelatihan.exchange.kinds import OF_REGISTRATIONS
from pelatihan.exchange.reading import cells
from pelatihan.exchange.reading.cells import CellRefused

READERS = {field.key: field.read for field in OF_REGISTRATIONS}


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (["d", "2019-03-11T00:00:00"], "2019-03-11"),
        (["n", 43535], "2019-03-11"),
        ("11 Maret 2019", "2019-03-11"),
        ("Senin, 11 Maret 2019", "2019-03-11"),
        ("11-mar-2019", "2019-03-11"),
        ("1 Nopember 2019", "2019-11-01"),
        ("11/3/2019", "2019-03-11"),
        ("11.03.2019", "2019-03-11"),
        ("2019-03-11", "2019-03-11"),
        (["f", "=TODAY()", ["d", "2019-03-11"]], "2019-03-11"),
        (None, ""),
        ("-", ""),
    ],
)
def test_day_is_read_in_every_usual_spelling(cell, day):
    assert cells.day(cell) == day


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("pebruari", 2),
        ("feb", 2),
        ("May", 5),
        ("agt", 8),
        ("ags", 8),
        ("Agst.", 8),
        ("aug", 8),
        ("oct", 10),
        ("dec", 12),
    ],
)
def test_months_are_read_as_people_shorten_them(name, month):
    assert cells.day(f"17 {name} 2019") == f"2019-{month:02}-17"


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("31/02/2019", "Tanggal “31/02/2019” tidak ada."),
        ("11/3/19", "bukan tanggal"),
        ("kemarin", "bukan tanggal"),
        ("11/03/0219", "tidak masuk akal"),
        (["n", 9_000_000], "bukan tanggal"),
        (["f", "=A1", None], "hasilnya tidak tersimpan"),
        (["e", "#N/A"], "galat Excel"),
    ],
)
def test_day_that_is_none_says_why(cell, why):
    with pytest.raises(CellRefused, match=why):
        cells.day(cell)


@pytest.mark.parametrize(
    "cell", ["0812-0000-0001", "+62 812 0000 0001", ["n", 81200000001], ["n", 6281200000001], ["n", 81200000001.0]]
)
def test_phone_that_lost_its_zero_gets_it_back(cell):
    assert cells.phone()(cell) == "+6281200000001"


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("6,28123E+12", "Ubah format kolomnya menjadi Teks"),
        ("81234", "“81234”: Angkanya kurang"),
        ("dua", "hanya boleh"),
    ],
)
def test_phone_that_is_none_says_why(cell, why):
    with pytest.raises(CellRefused, match=why):
        cells.phone()(cell)


def test_landline_is_taken_where_an_office_answers():
    assert cells.phone(landlines=True)("021-555000") == "021-555000"
    with pytest.raises(CellRefused):
        cells.phone()("021-555000")


def test_lost_zero_is_told():
    assert cells.lost_zero(["n", 812])
    assert not cells.lost_zero("0812")
    assert not cells.lost_zero(["n", 6281])


@pytest.mark.parametrize("cell", [["n", 3.171012345678901e15], "3,17101E+15", ["n", 3171012345678901]])
def test_nik_that_lost_its_digits_is_refused_with_the_way_out(cell):
    with pytest.raises(CellRefused, match=r"menjadi Teks, lalu ketik lagi, atau hapus kolom NIK"):
        READERS["nik"](cell)


def test_nik_is_not_kept():
    assert READERS["nik"]("3171012345678901") == ""


@pytest.mark.parametrize("cell", [["f", "=A1", "Siti"], "=HYPERLINK(1)", " =1"])
def test_formula_is_no_name(cell):
    with pytest.raises(CellRefused, match=r"Berisi rumus"):
        READERS["name"](cell)


def test_formula_elsewhere_gives_its_value():
    assert READERS["position"](["f", "=A1", "Ketua"]) == "Ketua"


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("A" * 151, "Terlalu panjang: 151 huruf"),
        ("Siti\x01", "tidak terbaca"),
        ("Сити", "tidak dapat dipakai"),
        ("<b>Siti</b>", "tidak dapat"),
    ],
)
def test_name_that_no_paper_can_print_says_why(cell, why):
    with pytest.raises(CellRefused, match=why):
        READERS["name"](cell)


@pytest.mark.parametrize("cell", ["P", "p", "Perempuan", "wanita", "PR"])
def test_gender_is_read_as_people_write_it(cell):
    assert READERS["gender"](cell) == "P"


def test_unknown_word_names_those_that_are_known():
    with pytest.raises(CellRefused, match=r"“X” tidak dikenal. Pilih L atau P."):
        READERS["gender"]("X")
    with pytest.raises(CellRefused, match=r"Ditolak, atau Dibatalkan."):
        READERS["status"]("OK")


@pytest.mark.parametrize("cell", ["Diterima", "diterima", " DITERIMA ", "Terima"])
def test_status_is_read_whatever_its_case(cell):
    assert READERS["status"](cell) == "accepted"


def test_seats_are_a_number():
    read = cells.whole(500)
    assert [read(cell) for cell in (["n", 3], "3", ["n", 3.0], None)] == ["3", "3", "3", ""]
    for cell in ("tiga", ["n", 501], ["n", -1], ["n", 2.5]):
        with pytest.raises(CellRefused, match=r"angka 0 sampai 500"):
            read(cell)


def test_mail_is_checked():
    assert READERS["email"]("siti@contoh.id") == "siti@contoh.id"
    with pytest.raises(CellRefused, match=r"bukan alamat surel"):
        READERS["email"]("siti")


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ")])
def test_columns_are_called_as_a_spreadsheet_does(place, name):
    assert cells.letters(place) == name
