"""How rooms are typed, many at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pelatihan.lodging.typed import NewRoom, Unreadable, in_order, rooms


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("101", [("101", 2)]),
        ("101–103", [("101", 2), ("102", 2), ("103", 2)]),
        ("101-102, 3 tempat tidur\n201, 1 bed", [("101", 3), ("102", 3), ("201", 1)]),
        ("A1–A3; Melati 5", [("A1", 2), ("A2", 2), ("A3", 2), ("Melati 5", 2)]),
        ("A 09 s.d. 10", [("A 09", 2), ("A 10", 2)]),
        ("Kamar 1 sampai 2", [("Kamar 1", 2), ("Kamar 2", 2)]),
        (" 101 ,, 102,\n\n", [("101", 2), ("102", 2)]),
        ("101-A", [("101-A", 2)]),
        ("A1–B3", [("A1–B3", 2)]),
        ("4 orang, Villa", [("Villa", 4)]),
    ],
)
def test_rooms_are_read_as_people_write_them(text, wanted):
    assert rooms(text, 2) == [NewRoom(*one) for one in wanted]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Tulis nomor atau nama kamarnya"),
        (" ,\n ", "Tulis nomor atau nama kamarnya"),
        ("101, 1 01", "Kamar 1 01 tertulis dua kali"),
        ("melati, MELATI", "Kamar MELATI tertulis dua kali"),
        ("101, 11 tempat tidur", "Satu kamar memuat 1 sampai 10"),
        ("101, 0 bed", "Satu kamar memuat 1 sampai 10"),
        ("2 tempat tidur", "tempat tidur tanpa kamar"),
        ("101, 2 bed, 3 bed", "dua kali"),
        ("110–101", "berjalan mundur"),
        ("1–999999", "paling banyak 300 kamar"),
        ("1–200, 301–500", "Paling banyak 300 kamar"),
        ("W" * 150, "paling panjang 20 huruf"),
    ],
)
def test_what_cannot_be_read_says_what_to_write(text, sentence):
    with pytest.raises(Unreadable, match=sentence):
        rooms(text, 2)


@given(st.text("AB 019–-,;\nbed", max_size=30), st.integers(-1, 12))
def test_whatever_is_typed_makes_rooms_or_a_sentence(text, beds):
    try:
        made = rooms(text, beds)
    except Unreadable:
        return
    assert all(1 <= room.beds <= 10 and 0 < len(room.name) <= 20 for room in made)


def test_rooms_stand_as_people_count():
    names = ["10", "9", "A10", "a2", "Melati 3", "101", "100"]
    assert sorted(names, key=in_order) == ["9", "10", "100", "101", "a2", "A10", "Melati 3"]
