"""What a person sees of a page that was read, without any database: where each cell lies, and in which order."""

from typing import Any

import pytest

from pelatihan.models import PrintedSheet, Registration, Session
from pelatihan.scans.filled import form_of
from pelatihan.scans.judged import Cut, judged
from pelatihan.scans.leaves import Leaf, Row
from pelatihan.scans.shapes import CellReading, Reading, Reason, Verdict

ONE = {"note": [138.0, 11.0], "odd": [149.0, 25.5], "even": [174.5, 25.5]}
DAY = {"session-1": [218.0, 27.0], "session-2": [245.0, 27.0], "note": [272.0, 16.0]}
SIGNED, EMPTY, UNSURE = Verdict.SIGNED, Verdict.EMPTY, Verdict.UNSURE


def a_leaf(people: int = 3, blanks: int = 1, *, daily: bool = False, gone: bool = False) -> Leaf:
    """Rows of 9 mm from 100 mm on; a table of two sessions, the first of them ``gone``."""
    columns: dict[str, Any] = DAY if daily else ONE
    rows = [[number, 91.0 + 9 * number, 9.0] for number in range(1, people + blanks + 1)]
    size = [330, 215] if daily else [215, 330]
    kind = PrintedSheet.Kind.DAY if daily else PrintedSheet.Kind.SESSION
    sheet = PrintedSheet(kind=kind, ends=[people], layout={"size": size})
    known = [Row(number, *[Registration(pk=number, name=f"Orang {number}")] * 2) for number in range(1, people + 1)]
    known += [Row(number, None, None) for number in range(people + 1, people + blanks + 1)]
    sessions: list[Session | None] = [None if gone else Session(pk=71), *([Session(pk=72)] if daily else [])]
    return Leaf(sheet, 1, tuple(known), tuple(sessions), {"rows": rows, "columns": columns})


def reading(*cells: tuple[int, int, Verdict, float], notes: tuple[int, ...] = (), why: Reason | None = None) -> Reading:
    return Reading(tuple(CellReading(*cell, why if cell[2] == UNSURE else None) for cell in cells), notes)


def all_signed(leaf: Leaf) -> list[tuple[int, int, Verdict, float]]:
    return [(row.number, column, SIGNED, 0.0) for row in leaf.people for column in range(len(leaf.sessions))]


def test_most_doubtful_cell_comes_first_then_the_order_of_the_sheet():
    page = judged(a_leaf(), reading((1, 0, UNSURE, 0.3), (2, 0, UNSURE, 0.9), (3, 0, UNSURE, 0.3)))

    assert [cell.row.number for cell in page.doubts] == [2, 1, 3]


def test_each_verdict_has_its_list_and_proposal():
    page = judged(a_leaf(), reading((1, 0, SIGNED, 0), (2, 0, EMPTY, 0), (3, 0, UNSURE, 1)))

    assert [[cell.row.number for cell in part] for part in (page.signed, page.empty, page.doubts)] == [[1], [2], [3]]
    assert page.proposals == {"b1.71": "hadir", "b2.71": "kosong", "b3.71": ""}


def test_cell_of_which_the_reading_is_silent_is_in_doubt():
    (cell,) = judged(a_leaf(people=1), reading()).doubts

    assert (cell.reading.doubt, cell.why) == (1.0, "Tidak jelas")


def test_reason_is_said_of_doubts_alone():
    page = judged(a_leaf(), reading((1, 0, SIGNED, 0), (2, 0, UNSURE, 1), why=Reason.STRUCK))

    assert [cell.why for cell in page.cells] == ["", "Tercoret", "Tidak jelas"]


def test_column_without_a_session_is_not_asked():
    leaf = a_leaf(daily=True, gone=True)
    page = judged(leaf, reading(*all_signed(leaf)))

    assert {cell.session.pk for cell in page.cells} == {72}
    assert {cell.reading.column for cell in page.cells} == {1}


def test_sure_cells_of_a_table_stand_session_by_session():
    leaf = a_leaf(people=2, daily=True)
    page = judged(leaf, reading(*all_signed(leaf)))

    assert page.columns == 2
    assert [cell.anchor for cell in page.signed] == ["b1-71", "b2-71", "b1-72", "b2-72"]


def test_cut_out_of_a_list_holds_ket_and_both_halves():
    cell = judged(a_leaf(), reading((1, 0, SIGNED, 0))).cells[0]

    assert [cut for _, cut in cell.cuts] == [Cut(137.25, 99.25, 63.5, 10.5)]
    assert cell.box == Cut(149.0, 100.0, 25.5, 9.0)
    assert cell.small == Cut(148.25, 99.25, 27.0, 10.5)


@pytest.mark.parametrize("name", ["note", "odd", "even"])
def test_cut_out_of_a_list_holds_each_of_the_three_wherever_it_stands(name):
    known = a_leaf()
    told = known.told | {"columns": ONE | {name: [20.0, 5.0]}}
    cell = judged(Leaf(known.sheet, 1, known.rows, known.sessions, told), reading((1, 0, SIGNED, 0))).cells[0]

    assert cell.cuts[0][1].x == 19.25


def test_cut_out_of_a_table_holds_ket_only_where_there_is_ink():
    page = judged(a_leaf(daily=True), reading((1, 0, SIGNED, 0), (2, 0, SIGNED, 0), notes=(2,)))
    cells = {cell.anchor: [cut.view for _, cut in cell.cuts] for cell in page.cells}

    assert cells["b1-71"] == ["217.25 99.25 28.50 10.50"]
    assert cells["b2-72"] == ["244.25 108.25 28.50 10.50", "271.25 108.25 17.50 10.50"]
    assert page.notes == (Cut(272.0, 109.0, 16.0, 9.0),)


@pytest.mark.parametrize(
    ("cells", "notes", "spare"),
    [
        ([(4, 0, EMPTY, 0.0)], (), []),
        ([(4, 0, SIGNED, 0.0)], (), [4]),
        ([(4, 0, UNSURE, 1.0)], (), [4]),
        ([(4, 0, EMPTY, 0.0)], (4,), [4]),
    ],
)
def test_blank_row_with_any_ink_is_shown(cells, notes, spare):
    page = judged(a_leaf(), reading(*cells, notes=notes))

    assert [row.number for row, _ in page.spare] == spare
    assert not [cell for cell in page.cells if cell.row.number == 4]


def test_blank_row_is_seen_in_two_parts():
    ((_, cuts),) = judged(a_leaf(), reading((4, 0, SIGNED, 0))).spare

    assert cuts == (Cut(9.25, 126.25, 129.5, 10.5), Cut(137.25, 126.25, 68.5, 10.5))


def test_print_that_told_nothing_is_judged_without_pictures():
    known = a_leaf()
    leaf = Leaf(known.sheet, 1, known.rows, known.sessions, {})
    page = judged(leaf, reading((1, 0, SIGNED, 0), (4, 0, SIGNED, 0), notes=(1,)))

    assert page.notes == ()
    assert (page.cells[0].box, page.cells[0].small, page.cells[0].cuts) == (None, None, ())
    assert page.spare == ((leaf.rows[3], ()),)


def test_page_shows_what_stands_in_the_form():
    leaf = a_leaf()
    page = judged(leaf, reading((1, 0, SIGNED, 0), (2, 0, EMPTY, 0), (3, 0, UNSURE, 1)))
    chosen = page.with_form(form_of(leaf, {"b1.71": "kosong", "b2.71": "sakit"}))

    assert [(cell.mark, cell.look, cell.letter) for cell in chosen.cells] == [
        ("kosong", "empty", ""),
        ("sakit", "told", "S"),
        ("", "unsure", "?"),
    ]
    assert [cell.field for cell in page.cells] == [None, None, None]
    assert [(cell.mark, cell.look) for cell in page.cells] == [("hadir", "signed"), ("kosong", "empty"), ("", "unsure")]


@pytest.mark.parametrize(
    ("mark", "look", "letter"),
    [
        ("hadir", "signed", ""),
        ("kosong", "empty", ""),
        ("izin", "told", "I"),
        ("sakit", "told", "S"),
        ("", "unsure", "?"),
    ],
)
def test_each_mark_has_its_look_and_letter(mark, look, letter):
    leaf = a_leaf(people=1)
    (cell,) = judged(leaf, reading((1, 0, UNSURE, 1))).with_form(form_of(leaf, {"b1.71": mark})).cells

    assert (cell.look, cell.letter) == (look, letter)


def test_rectangle_around_others_holds_them_all():
    assert Cut(5.0, 5.0, 2.0, 2.0).and_all([Cut(1.0, 2.0, 1.0, 9.0)]) == Cut(1.0, 2.0, 6.0, 9.0)


def test_lengths_are_written_as_pictures_read_them():
    cut = Cut(10.0, 20.5, 30.125, 9.0)

    assert cut.view == "10.00 20.50 30.12 9.00"
    assert cut.attributes == {"x": "10.00", "y": "20.50", "w": "30.12", "h": "9.00"}
    assert cut.sign == "translate(35.12 24.50)"
    assert cut.pixels == (120, 36)
    assert judged(a_leaf(), reading()).view == "0 0 215.00 330.00"
