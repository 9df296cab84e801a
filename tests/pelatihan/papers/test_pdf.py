"""What lies on the table when the printer stops: read from the real PDF."""

import io
import re
from dataclasses import replace
from itertools import chain, pairwise, product
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import Destination

from ormas import names
from pelatihan.papers.attendance_sheet import AttendanceList, DayColumn, DaySheet, SessionSheet
from pelatihan.papers.choices import COLUMNS_A_DAY, Size
from pelatihan.papers.engine import FOLDER, LetterMissing, Patience, Print, Template, render_pdf
from pelatihan.papers.parts import NOBODY_YET, PrintedLetterhead, PrintedPerson, PrintedSigner
from pelatihan.papers.recap_sheet import RecapColumn, RecapList, RecapPerson, tables
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
    stretches,
    text_of,
)

LONGEST = PrintedPerson(
    "Prof. Dr. K.H. Raden Mas",
    ("Muhammad Abdurrahman Wiryosaputro Kusumadiningrat " * 3)[:150],
    "S.Ag., S.Pd.I., M.Pd., M.Si., M.H., Ph.D.",
    "Penanggungjawab Kesekretariatan dan Hubungan Antar-lembaga",
    "Perkumpulan Persaudaraan Putra-Putri Keluarga Besar Angkatan Darat/Laut/Udara",
)
UNBROKEN = PrintedPerson("", "X" * 150, "", "W" * 80, "Y" * 200, sex="L", phone="0812-3456-78901")
SLACK = 0.5  # mm by which kerning makes a line shorter than its letters are
WIDE = "W" * 300
ENDLESS: dict[str, Any] = {
    "theme": WIDE,
    "letterhead": PrintedLetterhead(WIDE[:120], WIDE[:120], WIDE[:250], WIDE[:60], "WWWWW"),
    "signers": (
        PrintedSigner(WIDE[:60], WIDE[:205], WIDE[:150], "1" * 18),
        PrintedSigner("", WIDE[:205], WIDE[:150], "1" * 18),
    ),
}
ENDLESS_SESSION = SessionSheet("", "Rabu", "Pagi", WIDE[:282], "Materi", WIDE[:250], WIDE[:250], WIDE[:60] + ", Rabu")
ENDLESS_DAY = DaySheet(
    "",
    "Rabu",
    "Bagian 1 dari 2",
    WIDE[:200],
    (DayColumn("22.00–01.30 (12 Mar)", WIDE[:250]),) * 8,
    WIDE[:60] + ", Rabu",
)


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


# ---- Who signs, signs below people -----------------------------------------------------------------

COUNTS = (0, 1, 2, 21, 22, 23, 96, 97, 98, 300)
THREE = (*SIGNERS, PrintedSigner("Menyetujui,", "Bendahara,", "Siti Rahayu", "2"))
# Every count on both papers in both forms; the number of signers, the names and the sides take turns.
MATRIX = [
    (paper, sheet, count, turn % 3 + 1, LONGEST if turn % 4 == 3 else None, turn % 2 == 1)
    for turn, (count, paper, sheet) in enumerate(product(COUNTS, ("f4", "a4"), (SESSION, DAY)))
]


@pytest.mark.parametrize(("paper", "sheet", "count", "signers", "long", "two_sided"), MATRIX)
def test_every_list_is_whole_and_signed_below_people(paper, sheet, count, signers, long, two_sided):
    crowd = (*people(count - 1), long) if long and count else people(count)
    pages = printed(a_list(people=crowd, paper=paper, sheets=(sheet,), signers=THREE[:signers], two_sided=two_sided))
    words = [text_of(page) for page in pages]
    sheets = [page for page, said in zip(pages, words, strict=True) if "sengaja dikosongkan" not in said]
    signed = [page for page, said in zip(pages, words, strict=True) if "Dra. Wulandari, M.Si." in said]

    numbers = re.findall(r"Halaman \d+ dari \d+", " ".join(words))
    assert numbers == [f"Halaman {number} dari {len(sheets)}" for number in range(1, len(sheets) + 1)]
    assert list(chain(*map(rows_on, sheets))) == list(range(1, count + 6))
    assert len(signed) == 1
    assert min(rows_on(signed[0])) <= (count or 5)
    assert not two_sided or len(pages) % 2 == 0
    for number, page in enumerate(sheets, start=1):
        left, right = (15, 20) if two_sided and number % 2 == 0 else (20, 15)
        lines = stretches(page)
        assert min(start for _, start, _ in lines) > left - 0.1
        assert max(stop for _, _, stop in lines) < box(page)[0] - right + SLACK


@pytest.mark.parametrize(("count", "paper", "sheet"), [*product((1, 2, 3, 97), ("f4", "a4"), (SESSION, DAY))])
def test_spare_rows_without_room_follow_the_signers(count, paper, sheet):
    pages = printed(a_list(count, paper=paper, sheets=(sheet,), spare_rows=50))
    (signed,) = (page for page in pages if "Dra. Wulandari" in text_of(page))

    assert min(rows_on(signed)) <= count
    assert list(chain(*map(rows_on, pages))) == list(range(1, count + 51))


def test_breaks_are_those_of_the_pages():
    paper = a_list(97, sheets=(SESSION, replace(SESSION, subject="Kata " * 40)))
    with Print() as place:
        breaks = place.breaks(paper.template, paper, Patience())
    pages = printed(paper)

    last = [min(97, max(rows_on(page))) for page in pages]
    assert breaks == [last[:4], last[4:]]
    assert breaks[0] != breaks[1]


def test_odd_rows_sign_left_and_even_ones_right():
    boxes = box_numbers(printed(a_list(6))[0])

    assert {number for number, x, _y in boxes if x < 175} == {1, 3, 5, 7, 9, 11}
    assert {number for number, x, _y in boxes if x > 175} == {2, 4, 6, 8, 10}


@pytest.mark.parametrize("sheet", [SESSION, DAY], ids=["session", "day"])
def test_rows_are_at_least_nine_millimetres_high(sheet):
    tops = sorted({round(y, 1) for _number, _x, y in box_numbers(printed(a_list(20, sheets=(sheet,)))[0])})

    assert len(tops) > 9
    assert min(lower - upper for upper, lower in pairwise(tops)) > 8.95


@pytest.mark.parametrize("paper", ["f4", "a4"])
@pytest.mark.parametrize("columns", [(), ("sex", "phone")], ids=["usual", "all columns"])
@pytest.mark.parametrize("form", ["session", "day"])
def test_words_without_spaces_stay_between_the_margins(paper, columns, form):
    heading = {"session": ENDLESS_SESSION, "day": ENDLESS_DAY}[form]
    endless = a_list(people=(UNBROKEN, LONGEST, *people(3)), paper=paper, columns=columns, sheets=(heading,), **ENDLESS)

    for page in printed(endless):
        assert min(start for _, start, _ in stretches(page)) > 20 - 0.1
        assert max(stop for _, _, stop in stretches(page)) < box(page)[0] - 15 + SLACK


def test_head_of_a_day_column_stays_in_it():
    columns = tuple(DayColumn("08.00–09.30", f"{letter}" * 250) for letter in "WMQ")
    page = printed(a_list(sheets=(replace(DAY, sessions=columns),)))[0]
    spans = {
        letter: [(start, stop) for words, start, stop in stretches(page) if letter * 2 in words.replace("\u200b", "")]
        for letter in "WMQ"
    }

    assert all(spans.values())
    for before, after in pairwise("WMQ"):
        assert max(stop for _, stop in spans[before]) < min(start for start, _ in spans[after])


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


@pytest.mark.parametrize("paper", ["f4", "a4"])
@pytest.mark.parametrize("columns", [(), ("sex", "phone")])
def test_narrowest_columns_of_a_day_take_initials_and_their_times(paper, columns):
    crowd = (PrintedPerson("", "Togar", "", "Ketua", "Forum", sex="L", phone="0812-0000-0101"),)
    sheet = replace(DAY, sessions=(DayColumn("08.00–09.30", "Wawasan"),) * COLUMNS_A_DAY)
    page = printed(a_list(people=crowd, sheets=(sheet,), paper=paper, columns=columns))[0]
    places = sorted({x for number, x, _y in box_numbers(page) if number == 1})

    assert [words for words, *_ in stretches(page)].count("08.00–09.30") == COLUMNS_A_DAY
    assert len(places) == COLUMNS_A_DAY
    assert min(right - left for left, right in pairwise(places)) >= 16.9


@pytest.mark.parametrize("paper", ["f4", "a4"])
@pytest.mark.parametrize("sheet", [SESSION, DAY], ids=["session", "day"])
def test_advice_below_the_table_stays_on_one_line(paper, sheet):
    lines = printed(a_list(paper=paper, sheets=(sheet,)))[0].extract_text().splitlines()

    assert any(line.strip().endswith(("bukan di kotak itu.", "ditulis di kolom Ket.")) for line in lines)


def test_signature_columns_are_wide_enough():
    for paper in ("f4", "a4"):
        (odd, even), *_ = (sorted({x for number, x, _y in box_numbers(printed(a_list(6, paper=paper))[0])}),)

        assert even - odd > 24.99
        assert box(printed(a_list(6, paper=paper))[0])[0] - 15 - (even - 1) >= 24.9


@pytest.mark.parametrize("sheet", [SESSION, DAY], ids=["session", "day"])
def test_columns_of_choice_are_printed_when_chosen(sheet):
    crowd = (PrintedPerson("", "Togar", "", "Ketua", "Forum", sex="L", phone="0812-0000-0101"),)
    usual = text_of(printed(a_list(people=crowd, sheets=(sheet,)))[0])
    more = text_of(printed(a_list(people=crowd, sheets=(sheet,), columns=("sex", "phone")))[0])

    assert "L/P" not in usual
    assert "0812-0000-0101" not in usual
    assert "No Nama L/P Nomor HP" in more
    assert "1 Togar L 0812-0000-0101" in more


@pytest.mark.parametrize("stamp", [True, False])
def test_place_for_the_stamp_is_a_choice(stamp):
    assert ("cap dinas" in text_of(printed(a_list(stamp=stamp))[-1])) is stamp


def test_lists_on_both_sides_start_on_a_sheet_of_their_own():
    pages = printed(a_list(100, sheets=(SESSION, replace(SESSION, subject="Kedua")), two_sided=True, paper="a4"))
    starts = [number for number, page in enumerate(pages) if "Halaman 1 dari" in text_of(page)]

    assert starts == [0, 6]
    assert len(pages) == 12
    assert text_of(pages[5]) == "Sisi ini sengaja dikosongkan."


def test_cancelled_batch_is_marked_on_every_page():
    pages = printed(a_list(40, cancelled="DIBATALKAN pada 3 Maret 2019"))

    assert "DIBATALKAN pada 3 Maret 2019" in text_of(pages[0])
    assert all("DIBATALKAN" in page.extract_text() for page in pages)
    assert "DIBATALKAN" not in "".join(page.extract_text() for page in printed(a_list(40)))


def test_every_page_says_batch_paper_and_as_of_when():
    for page in printed(a_list(40, paper="a4")):
        assert "Angkatan II · A4 · Daftar per tadi pagi" in text_of(page)


def test_day_and_month_are_never_parted():
    words = printed(a_list(theme="Upacara 31 Desember", signers=SIGNERS))[0].extract_text()

    assert "31\N{NO-BREAK SPACE}DESEMBER" in words


def test_city_is_a_word_to_who_searches():
    assert "JAKARTA" in text_of(printed(a_list())[0])


def outline(paper: AttendanceList) -> list[tuple[str, int]]:
    reader = PdfReader(io.BytesIO(render_pdf(paper.template, paper)))
    found = [one for one in reader.outline if isinstance(one, Destination)]
    return [(str(one.title), reader.get_destination_page_number(one) or 0) for one in found]


def test_long_files_have_an_outline():
    assert outline(a_list(40, sheets=(SESSION, replace(SESSION, name="Rabu pagi")))) == [
        ("Selasa pagi", 0),
        ("Rabu pagi", 2),
    ]
    assert outline(a_list(40)) == []


# ---- Recap -----------------------------------------------------------------------------------------


def a_recap(count: int, sessions: int = 10, paper: Size = Size.F4) -> RecapList:
    usual = vars(a_list(0)).copy()
    for other in ("columns", "people", "spare_rows", "sheets"):
        usual.pop(other)
    return RecapList(
        **usual | {"paper": paper.value, "heading": "Rekap Kehadiran Peserta"},
        dates="11–13 Maret 2019",
        place="Hotel Contoh",
        town_and_date="Bogor, hari ini",
        legend="H Hadir",
        begun="9",
        columns=tuple(RecapColumn("Sen 11", f"{number:02}.45", "77") for number in range(sessions)),
        people=tuple(RecapPerson(**vars(one), marks=("H",) * sessions, came="9") for one in people(count)),
        sheets=tables(sessions, paper),
    )


@pytest.mark.parametrize(("count", "paper"), [*product((0, 1, 12, 20, 97, 98), Size)])
def test_recap_totals_stand_below_people(count, paper):
    pages = printed(a_recap(count, paper=paper))

    assert page_numbers(pages) == [f"Halaman {number} dari {len(pages)}" for number in range(1, len(pages) + 1)]
    assert "PELATIHAN PERAN ORMAS" in text_of(pages[0])
    assert "Dra. Wulandari, M.Si." in text_of(pages[-1])
    assert text_of(pages[-1]).count("77") == 10
    assert text_of(pages[-1]).count("Rahmawati") >= min(1, count)
    assert sum(text_of(page).count("Rahmawati") for page in pages) == count


def test_columns_of_the_recap_are_alike():
    (page,) = printed(a_recap(1))
    heads = sorted(start for words, start, _ in stretches(page) if re.fullmatch(r"\d\d\.45", words))
    steps = {round(after - before, 1) for before, after in pairwise(heads)}

    assert len(heads) == 10
    assert max(steps) - min(steps) < 0.2


@pytest.mark.parametrize(("sessions", "paper", "count"), [(18, Size.F4, 1), (19, Size.F4, 2), (31, Size.A4, 3)])
def test_many_sessions_share_several_tables(sessions, paper, count):
    pages = printed(a_recap(3, sessions, paper))

    assert len(pages) == count
    assert sum(text_of(page).count(".45") for page in pages) == sessions
    assert max(stop for page in pages for _, _, stop in stretches(page)) < box(pages[0])[0] - 15 + SLACK


# ---- Letters ---------------------------------------------------------------------------------------


def printed_letters() -> list[str]:
    return [chr(point) for point in range(0x110000) if names.is_printed(chr(point))]


@pytest.mark.parametrize("weight", ["Regular", "Bold", "Italic"])
def test_font_has_every_letter_that_forms_take(weight):
    known = set(map(chr, TTFont(FOLDER / "font" / f"LiberationSans-{weight}.ttf").getBestCmap()))
    taken = {sign for letter in printed_letters() for sign in (letter, *letter.upper())}

    assert len(taken) > 700
    assert taken - known == set()


def test_every_letter_that_forms_take_is_printed():
    letters = printed_letters()
    lines = ["".join(letters[start : start + 100]) for start in range(0, len(letters), 100)]
    crowd = tuple(PrintedPerson("", line, "", "Ketua", line) for line in lines)

    assert printed(a_list(people=crowd, theme="".join(letters)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"theme": "Pelatihan 🎉"}, "Tanda “🎉” dalam “Pelatihan 🎉”"),
        ({"signers": (PrintedSigner("", "Ketua", "Budi 中"),)}, "Tanda “中” dalam “Budi 中”"),
        ({"people": (PrintedPerson("", "ا", "", "", ""),)}, "Tanda “ا” dalam “ا”"),
    ],
)
def test_letter_that_no_font_has_is_told_instead_of_a_box(change, told, caplog):
    paper = a_list(**change)

    with pytest.raises(LetterMissing, match=re.escape(told)):
        render_pdf(paper.template, paper)
    assert not re.search("Pelatihan|Budi", caplog.text)


# ---- The engine ----------------------------------------------------------------------------------


def test_same_data_give_the_same_bytes():
    paper = a_list(30)

    assert render_pdf(paper.template, paper) == render_pdf(paper.template, paper)
    assert b"/CreationDate(D:20190311074500" in render_pdf(paper.template, paper)


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


@pytest.mark.parametrize(("sheet", "ratio"), [(SESSION, 330 / 215), (DAY, 215 / 330)], ids=["session", "day"])
def test_picture_shows_page_one_as_it_is(sheet, ratio):
    paper = a_list(97, sheets=(sheet, sheet)).first_page()
    with Print() as place:
        picture = Image.open(io.BytesIO(place.picture(paper.template, paper, 320)))

    assert picture.format == "PNG"
    assert abs(picture.width - 320) <= 1
    assert abs(picture.height - 320 * ratio) <= 2
    assert page_numbers(printed(paper)) == [page_numbers(printed(replace(paper, pages=())))[0]]


def heights(*crowd: PrintedPerson) -> list[float]:
    """How high the rows of these people are, in mm."""
    with Print() as place:
        ((page,),) = [one["pages"] for one in place.typeset(Template.ATTENDANCE_SESSION, a_list(people=crowd)).places]
    return [height for _number, _y, height in page["rows"][: len(crowd)]]


def test_third_line_is_saved_by_smaller_letters():
    two, nearly, three = (
        PrintedPerson("", "Yosef", "", "Ketua", f"Perkumpulan {words}")
        for words in (
            "Nelayan Jakarta",
            "Keluarga Besar Jakarta Timur",
            "Pemberdayaan Perempuan Betawi Pesisir Utara Raya",
        )
    )

    assert heights(two, nearly, three) == [9.0, 9.0, pytest.approx(11.5, abs=0.7)]


def test_word_that_is_too_wide_is_parted_evenly_and_at_its_hyphen():
    crowd = (PrintedPerson("", "Yosef", "", "Hubungan-Kesekretariatan", "W" * 30),)
    lines = printed(a_list(people=crowd, columns=("sex", "phone"), paper="a4"))[0].extract_text().splitlines()

    assert "Hubungan-" in map(str.strip, lines)
    assert len({len(line.strip()) for line in lines if set(line.strip()) == {"W"}}) == 1
