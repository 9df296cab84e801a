"""What lies on the table when the printer stops: read from the real PDF."""

import re
from dataclasses import replace
from itertools import chain, pairwise

import pytest

from pelatihan.papers.engine import FOLDER, render_pdf
from pelatihan.papers.parts import NOBODY_YET, PrintedPerson, PrintedSigner
from tests.pelatihan.papers.lists import (
    DAY,
    MILLIMETRE,
    SESSION,
    SIGNERS,
    a_list,
    box_numbers,
    page_numbers,
    people,
    printed,
    rows_on,
    text_of,
)

LONGEST = PrintedPerson(
    "Prof. Dr. K.H. Raden Mas",
    ("Muhammad Abdurrahman Wiryosaputro Kusumadiningrat " * 3)[:150],
    "S.Ag., S.Pd.I., M.Pd., M.Si., M.H., Ph.D.",
    "Penanggungjawab Kesekretariatan dan Hubungan Antar-lembaga",
    "Perkumpulan Persaudaraan Putra-Putri Keluarga Besar Angkatan Darat/Laut/Udara",
)
UNBROKEN = PrintedPerson("", "X" * 150, "", "W" * 80, "Y" * 200)


def box(page):
    return tuple(round(float(side) / MILLIMETRE, 1) for side in page.mediabox[2:])


@pytest.mark.parametrize(("paper", "size"), [("f4", (215, 330)), ("a4", (210, 297))])
def test_session_sheet_has_the_papers_size(paper, size):
    assert {box(page) for page in printed(a_list(40, paper=paper))} == {size}


@pytest.mark.parametrize(("paper", "size"), [("f4", (330, 215)), ("a4", (297, 210))])
def test_day_sheet_lies_on_its_side(paper, size):
    assert {box(page) for page in printed(a_list(40, paper=paper, sheets=(DAY,)))} == {size}


def test_page_numbers_start_anew_with_each_sheet():
    pages = printed(a_list(40, sheets=(SESSION, replace(SESSION, subject="Diskusi"))))

    assert page_numbers(pages) == ["Halaman 1 dari 2", "Halaman 2 dari 2"] * 2


def test_running_head_names_the_pages_own_sheet():
    pages = printed(a_list(40, sheets=(SESSION, replace(SESSION, subject="Tata kelola"))))

    assert ["Tata kelola" in text_of(page) for page in pages] == [False, False, True, True]


def test_head_tells_all_that_is_known():
    words = text_of(printed(a_list())[0])

    for value in ("BADAN CONTOH", "Kode Pos 10110", "PELATIHAN PERAN ORMAS", "ANGKATAN II", "Selasa", "Pagi"):
        assert value in words
    assert "Materi : Wawasan kebangsaan Narasumber : Akademisi" in words


def test_f4_pages_hold_the_rows_of_the_standard():
    assert [len(rows_on(page)) for page in printed(a_list(97))] == [22, 30, 30, 20]


def test_numbering_runs_on_over_pages_and_spare_rows():
    pages = printed(a_list(97))

    assert list(chain(*map(rows_on, pages))) == list(range(1, 103))


def test_heading_row_stands_on_every_page():
    assert all("No Nama Jabatan Ormas Ket. Tanda Tangan" in text_of(page) for page in printed(a_list(97)))


def test_every_person_is_on_the_sheet():
    words = " ".join(map(text_of, printed(a_list(97))))

    assert words.count("Rahmawati, M.Si.") == 97
    assert all(one.name.split()[0] in words for one in people(97))


@pytest.mark.parametrize(
    ("sheet", "paper", "spare", "counts"),
    [
        (SESSION, "f4", 0, range(98)),
        (SESSION, "a4", 5, range(0, 98, 5)),
        (DAY, "f4", 5, range(0, 98, 5)),
        (DAY, "a4", 0, range(0, 98, 3)),
    ],
)
def test_signers_are_never_alone_on_a_page(sheet, paper, spare, counts):
    for count in counts:
        last = printed(a_list(count, paper=paper, spare_rows=spare, sheets=(sheet,)))[-1]

        assert "Dra. Wulandari, M.Si." in text_of(last)
        assert len(rows_on(last)) >= min(2, count + spare)


def test_odd_rows_sign_left_and_even_ones_right():
    boxes = box_numbers(printed(a_list(6))[0])

    assert {number for number, x, _y in boxes if x < 175} == {1, 3, 5, 7, 9, 11}
    assert {number for number, x, _y in boxes if x > 175} == {2, 4, 6, 8, 10}


@pytest.mark.parametrize("sheet", [SESSION, DAY], ids=["session", "day"])
def test_rows_are_at_least_nine_millimetres_high(sheet):
    tops = sorted({round(y, 1) for _number, _x, y in box_numbers(printed(a_list(20, sheets=(sheet,)))[0])})

    assert len(tops) > 9
    assert min(lower - upper for upper, lower in pairwise(tops)) > 8.95


@pytest.mark.parametrize("person", [LONGEST, UNBROKEN], ids=["longest", "unbroken"])
@pytest.mark.parametrize("sheet", [SESSION, DAY], ids=["session", "day"])
def test_longest_names_stay_whole_and_in_their_column(person, sheet):
    words = text_of(printed(a_list(people=(person, *people(1)), sheets=(sheet,)))[0])

    squeezed = re.sub(r"[\s\u200b]", "", words)
    assert re.sub(r"\s", "", person.name) in squeezed
    assert re.sub(r"\s", "", person.ormas) in squeezed


def test_names_are_never_read_as_markup():
    nasty = PrintedPerson("", '#read("/etc/passwd") $x$ <b>a</b> *_~ @preview', "", "= Ketua", "'Aisyiyah // Betawi")
    words = re.sub(r"\s", "", text_of(printed(a_list(people=(nasty,)))[0]))

    assert '#read("/etc/passwd")$x$<b>a</b>*_~@preview' in words
    assert "=Ketua'Aisyiyah//Betawi" in words


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("sheet", [SESSION, DAY], ids=["session", "day"])
def test_one_to_four_sign(count, sheet):
    four = (*SIGNERS, PrintedSigner("Menyetujui,", "Bendahara,", "Siti", "2"), PrintedSigner("", "Saksi,", "Budi"))
    words = text_of(printed(a_list(signers=four[:count], sheets=(sheet,)))[-1])

    assert [name in words for name in ("Wulandari", "Agus", "Siti", "Budi")] == [place < count for place in range(4)]


def test_places_to_sign_are_blank_without_signers():
    words = text_of(printed(a_list(signers=NOBODY_YET))[-1])

    assert "Mengetahui," in words
    assert words.count("(....") == 2
    assert words.count("NIP") == 2


def test_blank_sheet_leaves_lines_to_write_on():
    words = text_of(printed(a_list(0, sheets=(replace(SESSION, day="", subject=""),)))[0])

    assert re.search(r"Hari/Tanggal : \.{20,}", words)
    assert re.search(r"Materi : \.{20,}", words)
    assert "orang." in words


def test_eight_sessions_fit_one_day_table():
    column = DAY.sessions[0]
    pages = printed(a_list(sheets=(replace(DAY, sessions=(column,) * 8),), paper="a4"))

    assert text_of(pages[0]).count("Pagi Wawasan") == 8


# ---- The engine ----------------------------------------------------------------------------------


def test_same_data_give_the_same_bytes():
    paper = a_list(30)

    assert render_pdf(paper.template, paper) == render_pdf(paper.template, paper)
    assert b"CreationDate" not in render_pdf(paper.template, paper)


def test_only_the_vendored_font_is_used_and_embedded():
    used = [font.get_object() for page in printed(a_list()) for font in page["/Resources"]["/Font"].values()]
    described = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in used]

    assert {font["/BaseFont"].split("+")[1] for font in used} == {"LiberationSans", "LiberationSans-Bold"}
    assert all("/FontFile2" in descriptor for descriptor in described)


def test_templates_ask_nothing_of_the_network():
    sources = sorted(FOLDER.glob("*.typ"))

    assert sources
    assert not [source.name for source in sources if "@preview" in source.read_text()]


def test_font_states_its_licence():
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "font/LICENSE.txt").read_text()
