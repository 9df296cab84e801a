"""A signed sheet that is scanned: what it is, which way it lies, where each cell is. Read from the rendered page."""

import io
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from pypdf import PdfReader

from pelatihan.papers import marking
from pelatihan.papers.attendance_sheet import DayColumn
from pelatihan.papers.engine import TooLong, Typeset, render_pdf
from pelatihan.papers.parts import PrintedPerson
from tests.pelatihan.papers.lists import DAY, SESSION, a_list, printed, text_of
from tests.pelatihan.papers.scanned import DOTS, Page, scanned, typeset

CODE, OTHER = "7KQ3M9XA", "ZYXWVTSR"
LONG = PrintedPerson(
    "Prof. Dr. K.H. Raden Mas",
    "Muhammad Abdurrahman Wiryosaputro Kusumadiningrat",
    "S.Ag., S.Pd.I., M.Pd., Ph.D.",
    "Penanggungjawab Kesekretariatan dan Hubungan Antar-lembaga",
    "X" * 150,
    sex="P",
    phone="0812-0000-0101",
)
EIGHT = replace(DAY, sessions=(DayColumn("08.00–09.30", "Wawasan kebangsaan"),) * 8)
PAPERS = {
    "F4, 97 people": a_list(97, codes=(CODE,)),
    "F4, two sides, two sessions": a_list(23, codes=(CODE, OTHER), sheets=(SESSION, SESSION), two_sided=True),
    "A4, one person": a_list(1, codes=(CODE,), paper="a4", spare_rows=0),
    "A4, more columns, long words": a_list(
        people=(LONG,) * 12, codes=(CODE,), paper="a4", columns=("sex", "phone"), theme="W" * 150, stamp=True
    ),
    "F4, blank": a_list(0, codes=(CODE,), spare_rows=30),
    "F4, a day, two sides": a_list(22, codes=(CODE,), sheets=(DAY,), two_sided=True),
    "A4, eight sessions, called off": a_list(
        97, codes=(CODE,), sheets=(EIGHT,), paper="a4", columns=("sex",), cancelled="DIBATALKAN pada 3 Maret 2019"
    ),
}
EACH = pytest.mark.parametrize("name", PAPERS)


@cache
def made_of(name: str) -> Typeset:
    return typeset(PAPERS[name])


@cache
def pages_of(name: str) -> list[Page]:
    return [page for page in scanned(made_of(name)) if page.told]


@EACH
def test_each_page_says_twice_which_one_it_is(name):
    for page in pages_of(name):
        told = page.told
        assert [text for text, _x, _y in page.codes()] == [told["text"]] * 2
        assert marking.read(told["text"])[1] == told["number"]
        for (_text, x, y), place in zip(page.codes(), told["codes"], strict=True):
            assert (x, y) == pytest.approx(place, abs=0.4)


@EACH
def test_four_marks_tell_the_corners(name):
    for page in pages_of(name):
        width, height = (side / 200 * 25.4 for side in reversed(page.grey.shape))
        number = page.told["number"]
        corners = [(7, 7), (width - 12, 7), (width - 12, height - 12), (7, height - 12)]

        assert [mark for mark, _x, _y in page.marks()] == list(marking.marks_of(number))
        for (_mark, *found), told, corner in zip(page.marks(), page.told["marks"], corners, strict=True):
            assert found == pytest.approx(told[1:], abs=0.2)
            assert found == pytest.approx(corner, abs=0.2)
        assert [mark for mark, _x, _y in page.told["marks"]] == list(marking.marks_of(number))


@EACH
def test_marks_and_codes_have_white_around(name):
    for page in pages_of(name):
        squares = [(x, y, 5.0, 1.2) for _mark, x, y in page.told["marks"]] + [
            (x, y, 12.5, 2.0) for x, y in page.told["codes"]
        ]
        for x, y, side, white in squares:
            around = page.cut(x - white, y - white, side + 2 * white, side + 2 * white).copy()
            edge, end = round((white - 0.2) * DOTS), round((white + side + 0.2) * DOTS)
            around[edge:end, edge:end] = 255
            assert (around > 250).all(), (page.told["number"], x, y)


@EACH
def test_cells_lie_where_it_is_told(name):
    for page in pages_of(name):
        rows, columns = page.told["rows"], page.told["columns"]
        left, right = min(x for x, _ in columns.values()), max(x + wide for x, wide in columns.values())
        for _number, y, height in rows:
            assert height >= 9
            assert page.has_line(left, y, right - left, 0)
            assert page.has_line(left, y + height, right - left, 0)
            for x, wide in columns.values():
                assert page.has_line(x, y, 0, height)
                assert page.has_line(x + wide, y, 0, height)
            if not PAPERS[name].cancelled:
                for x, wide in columns.values():  # beside and below the number in it
                    assert page.is_white(x + 0.5, y + 4, wide - 1, height - 4.5)
                    assert page.is_white(x + 7, y + 0.5, wide - 7.5, height - 1)


@EACH
def test_numbers_of_the_rows_run_on_and_signers_stand_below_people(name):
    paper = PAPERS[name]
    for one in made_of(name).places:
        rows = [row for page in one["pages"] for row in page["rows"]]
        (signed,) = [page for page in one["pages"] if page["signers"]]
        y, height = signed["signers"]

        assert [number for number, _y, _height in rows] == list(range(1, one["rows"] + 1))
        assert one["rows"] == len(paper.people) + paper.spare_rows
        assert len([row for row in signed["rows"] if row[0] <= (one["people"] or 99)]) >= min(2, one["people"] or 99)
        assert max(top + tall for _number, top, tall in signed["rows"]) <= y + 0.05
        assert y + height <= one["size"][1] - 22
        assert [page["of"] for page in one["pages"]] == [len(one["pages"])] * len(one["pages"])
        for page in one["pages"]:
            for (_, upper, tall), (_, lower, _) in pairwise(page["rows"]):
                assert upper + tall == pytest.approx(lower, abs=0.02)


@EACH
def test_foot_says_the_code_for_whoever_types_it(name):
    pages = [
        words
        for page in PdfReader(io.BytesIO(made_of(name).pdf)).pages
        if "dikosongkan" not in (words := text_of(page))
    ]

    told = [page["text"] for one in made_of(name).places for page in one["pages"]]
    assert [re.search(r"DH1-\w{8}-\d{3}", words)[0] for words in pages] == told


def test_blank_back_page_carries_neither_mark_nor_code():
    paper = a_list(3, codes=(CODE, OTHER), sheets=(SESSION, SESSION), two_sided=True)
    sides = scanned(typeset(paper))

    assert [page.told is None for page in sides] == [False, True, False, True]
    assert [(len(page.codes()), len(page.marks())) for page in sides] == [(2, 4), (0, 0), (2, 4), (0, 0)]


def test_pages_beyond_the_thousandth_mark_keep_codes_of_their_own():
    chosen = (99, 100, 199, 200, 250, 251, 300)
    pages = scanned(typeset(a_list(9000, codes=(CODE,), pages=chosen)))

    assert [page.codes()[0][0] for page in pages] == [f"DH1-{CODE}-{number:03}" for number in chosen]
    assert [page.marks()[0][0] for page in pages] == [392, 396, 792, 796, 996, 0, 196]


def test_more_pages_than_codes_are_refused():
    endless = PrintedPerson("", "X" * 150, "", "W" * 120, "Y" * 200)
    paper = a_list(people=(endless,) * 9900, codes=(CODE,), sheets=(EIGHT,), paper="a4", columns=("phone",))

    with pytest.raises(TooLong, match="lebih dari 999 halaman"):
        render_pdf(paper.template, paper)


def test_paper_without_code_is_not_marked():
    (page,) = scanned(typeset(a_list(1)))

    assert [*page.codes(), *page.marks()] == []
    assert page.told["text"] == ""
    assert page.told["marks"] == page.told["codes"] == []


def test_version_stands_in_the_foot_of_its_own_sheet():
    pages = printed(a_list(1, sheets=(SESSION, SESSION), versions=(3, 0)))

    assert ["versi 3" in text_of(page) for page in pages] == [True, False]
    assert "versi" not in text_of(pages[1])


def test_chosen_pages_keep_their_numbers():
    one, two = typeset(a_list(97, codes=(CODE, OTHER), sheets=(SESSION, SESSION), pages=(2, 4))).places

    assert [(page["number"], page["of"], page["at"]) for page in one["pages"]] == [(2, 4, 1), (4, 4, 2)]
    assert [(page["text"], page["at"]) for page in two["pages"]] == [(f"DH1-{OTHER}-002", 3), (f"DH1-{OTHER}-004", 4)]
