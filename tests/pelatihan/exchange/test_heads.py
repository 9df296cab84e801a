"""Where the list begins, and which column is which."""

import pytest

from pelatihan.exchange import heads
from pelatihan.exchange.reading.opening import MOST_ROWS, Book, FileRefused, Sheet


def book(*rows, name="Peserta", **more) -> Book:
    return Book([Sheet(name, list(enumerate(map(list, rows), start=1)), **more)])


def test_head_is_found_below_a_title():
    found = heads.found(
        book(["DAFTAR PESERTA"], ["No", "NAMA LENGKAP", "Asal Ormas", "No. HP"], ["1", "Siti", "A", "0"]),
        "registrations",
    )

    assert found.columns == {"name": 1, "ormas": 2, "phone": 3}
    assert [number for number, _ in found.rows] == [3]
    assert found.notices == ["Kepala kolom ada di baris 2; 1 baris di atasnya dilewati."]


def test_missing_column_is_named_with_what_is_near():
    with pytest.raises(FileRefused, match=r"Kolom “Ormas” tidak ada. Kolom “Ormazz” \(B\) mirip dengan “Ormas”."):
        heads.found(book(["Nama", "Ormazz", "L/P"], ["a", "b", "L"]), "registrations")


def test_column_there_twice_is_named_with_both():
    with pytest.raises(FileRefused, match=r"Kolom Nama ada dua kali: A dan C."):
        heads.found(book(["Nama", "Ormas", "Nama lengkap"], ["a", "b", "c"]), "registrations")


def test_own_word_goes_before_what_else_a_column_is_called():
    found = heads.found(book(["Nama", "Nama Ormas", "Gelar"], ["a", "b", "c"]), "registrations")

    assert found.columns == {"name": 0, "ormas": 1, "back_title": 2}


def test_unknown_columns_are_told_and_kept_aside():
    found = heads.found(book(["Nama", "Ormas", "Warna"], ["a", "b", "c"]), "registrations")

    assert found.notices == ["Kolom yang tidak dikenal dan tidak dibaca: Warna (C)."]


def test_nik_is_told_not_to_be_kept():
    found = heads.found(book(["Nama", "Ormas", "NIK"], ["a", "b", "c"]), "registrations")

    assert "NIK tidak disimpan" in found.notices[0]


def test_no_head_at_all_names_what_is_needed():
    with pytest.raises(FileRefused, match=r"sedikitnya “Nama” dan “Ormas”"):
        heads.found(book(["x"], ["y", "z"]), "registrations")


def test_head_without_rows_is_told():
    with pytest.raises(FileRefused, match=r"belum ada baris yang terisi"):
        heads.found(book(["Nama", "Ormas"]), "registrations")


@pytest.mark.parametrize(("rows", "is_taken"), [(MOST_ROWS, True), (MOST_ROWS + 1, False)])
def test_limit_of_rows(rows, is_taken):
    many = book(["Nama", "Ormas"], *([["a", "b"]] * rows))

    if is_taken:
        assert len(heads.found(many, "registrations").rows) == rows
    else:
        with pytest.raises(FileRefused, match=r"lebih dari 10.000 baris"):
            heads.found(many, "registrations")


def test_sheet_with_the_list_is_found_among_others():
    several = Book(
        [
            Sheet("Petunjuk", [(1, ["Kolom", "Isinya"])]),
            Sheet("Rekap", [(1, ["Jumlah"])]),
            *book(["Nama", "Ormas"], ["a", "b"]).sheets,
        ],
        ["Lama"],
    )

    found = heads.found(several, "registrations")

    assert found.sheet.name == "Peserta"
    assert found.notices == [
        "Lembar tersembunyi tidak dibaca: Lama.",
        "Lembar lain tidak dibaca: Rekap. Unggah sendiri bila perlu.",
    ]


def test_column_of_reasons_is_not_read():
    assert heads.found(book(["Nama", "Ormas", "Sebab"], ["a", "b", "c"]), "registrations").notices == []


@pytest.mark.parametrize("counted", ["No", "No.", "Nomor", "No. Urut", "Nomor urut", "Baris"])
def test_column_that_only_counts_is_not_told(counted):
    assert heads.found(book(["Nama", "Ormas", counted], ["a", "b", "1"]), "registrations").notices == []


@pytest.mark.parametrize("sheets", [[], [Sheet("Kosong")], book(["Nama"], ["Siti"]).sheets])
def test_title_alone_is_no_head(sheets):
    with pytest.raises(FileRefused, match="Baris kepala kolom tidak ditemukan"):
        heads.found(Book(sheets), "registrations")


def test_first_of_several_that_fit_as_well_is_taken():
    first, second = (book(["Nama", "Ormas"], ["Nama", "Ormas"], [name, "b"]).sheets[0] for name in ("a", "c"))

    found = heads.found(Book([first, second]), "registrations")

    assert [number for number, _ in found.rows] == [2, 3]
    assert found.sheet is first


def test_fuller_head_goes_before_one_above_it():
    found = heads.found(book(["Nama", "Rekap"], ["Nama", "Ormas", "Jabatan"], ["a", "b", "c"]), "registrations")

    assert set(found.columns) == {"name", "ormas", "position"}
