"""The code of a sheet and its page, and the marks beside it, before they are drawn."""

import json

import cv2
import numpy as np
import pytest

from pelatihan.papers import marking
from pelatihan.papers.engine import FOLDER
from tools import marks

CODE = "7KQ3M9XA"


def test_codes_are_drawn_anew_and_hold_nothing_that_is_misread():
    codes = {marking.new_code() for _ in range(1000)}

    assert len(codes) == 1000
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) == set("23456789ABCDEFGHJKMNPQRSTVWXYZ")


@pytest.mark.parametrize("text", ["DH1-7KQ3M9XA-017", " dh1 7kq3 m9xa 017", "DH17KQ3M9X\u200bA017"])
def test_code_is_read_however_it_is_typed(text):
    assert marking.read(text) == ("7KQ3M9XA", 17)


@pytest.mark.parametrize(
    "text",
    ["", "DH1-7KQ3M9XA", "DH1-7KQ3M9XA-17", "DH1-7KQ3M9XA-000", "DH1-7KQ3M9XA-0170", "DH1-7KQ3M9XA-٠١٧",
     "DH2-7KQ3M9XA-017", "DH1-7KQ3M9XO-017", "x" * 10_000, "\x00", "\ud800"],
)  # fmt: skip
def test_what_is_no_code_is_not_read(text):
    assert marking.read(text) is None


def test_marks_of_a_page_begin_anew_after_the_thousandth():
    assert marking.marks_of(1) == (0, 1, 2, 3)
    assert marking.marks_of(250) == (996, 997, 998, 999)
    assert marking.marks_of(251) == marking.marks_of(1)


def test_code_says_which_page_of_which_sheet():
    assert marking.page_code(CODE, 7) == "DH1-7KQ3M9XA-007"


def test_code_of_no_sheet_is_never_drawn(monkeypatch):
    signs = iter(marking.NO_CODE + CODE)
    monkeypatch.setattr("pelatihan.papers.marking.secrets.choice", lambda _signs: next(signs))

    assert marking.new_code() == CODE


def test_square_of_a_page_is_that_of_page_nought_and_its_parts():
    hundreds, rest = marking.hundreds(), marking.rest()
    for page in (1, 10, 99, 100, 345, 999):
        made = marking.added((marking.square(CODE), hundreds[page // 100], rest[page % 100]))
        assert made == marking.modules(marking.page_code(CODE, page))


def test_marks_are_those_of_the_dictionary():
    known = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000)
    kept = json.loads((FOLDER / "marks" / "marks.json").read_text())

    assert len(kept) == 1000
    for number, rows in enumerate(kept):
        bits = np.array([[row >> (6 - x) & 1 for x in range(7)] for row in rows])
        assert (cv2.aruco.generateImageMarker(known, number, 7) == 255 * (1 - bits)).all()
    assert [tuple(rows) for rows in kept] == marks.marks()


def test_what_typst_adds_is_what_the_codes_are():
    assert (FOLDER / "codes.json").read_text() == marks.codes()
