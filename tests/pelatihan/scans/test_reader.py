"""Signed pages are read: what each cell says, and what is said of the whole page."""

import numpy as np
import pytest

from pelatihan.scans.reader import Reader, Unread
from pelatihan.scans.shapes import Fault, Reading, Reason, Verdict, Warn
from tests.pelatihan.scans.signed import CODE, DOTS, OTHER_CODE, Sheet, a_sheet, as_jpeg, as_pdf, as_png


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


def read(reader: Reader, sheet: Sheet, picture: bytes | None = None) -> Reading:
    reader.open(picture or as_jpeg(sheet.pixels))
    assert reader.find(1).fault is None
    return reader.read(sheet.leaf, sheet.pdf)[0]


def verdicts(reading: Reading, column: int = 0) -> dict[int, tuple[Verdict, Reason | None]]:
    return {cell.row: (cell.verdict, cell.reason) for cell in reading.cells if cell.column == column}


def said(reading: Reading, row: int, column: int = 0) -> tuple[Verdict, Reason | None]:
    return verdicts(reading, column)[row]


SIGNED, EMPTY, UNSURE = (Verdict.SIGNED, None), (Verdict.EMPTY, None), Verdict.UNSURE


class TestPage:
    def test_first_look_names_sheet_and_page(self, reader):
        sheet = a_sheet(page=2)
        reader.open(as_jpeg(sheet.pixels))
        found = reader.find(1)
        assert (found.code, found.marks, found.fault) == ((CODE, 2), 4, None)
        assert (found.height, found.width) == sheet.pixels.shape

    def test_each_place_is_judged_in_the_order_of_the_sheet(self, reader):
        sheet = a_sheet()
        for row in (1, 2, 5, 8):
            sheet.sign(row)
        reading = read(reader, sheet)
        assert [cell.row for cell in reading.cells] == [number for number, _, _ in sheet.told["rows"]]
        signed = [row for row, verdict in verdicts(reading).items() if verdict == SIGNED]
        assert signed == [1, 2, 5, 8]
        assert set(verdicts(reading).values()) == {SIGNED, EMPTY}
        assert (reading.warnings, reading.notes) == ((), ())
        assert reading.fit > 0.9

    def test_table_of_a_day_is_judged_column_by_column(self, reader):
        sheet = a_sheet("daily")
        sheet.sign(1, 0)
        sheet.sign(1, 2)
        sheet.sign(4, 1)
        reading = read(reader, sheet)
        signed = [(cell.row, cell.column) for cell in reading.cells if cell.verdict == Verdict.SIGNED]
        assert signed == [(1, 0), (1, 2), (4, 1)]
        assert len(reading.cells) == 3 * len(sheet.told["rows"])

    def test_blank_rows_are_read_as_well(self, reader):
        sheet = a_sheet(page=2)
        spare = sheet.told["rows"][-1][0]
        sheet.sign(spare)
        assert said(read(reader, sheet), spare) == SIGNED

    def test_back_of_a_sheet_printed_on_both_sides(self, reader):
        sheet = a_sheet("two sided", page=2)
        sheet.sign(24)
        assert sheet.told["back"]
        assert said(read(reader, sheet), 24) == SIGNED

    def test_list_without_names(self, reader):
        sheet = a_sheet("blank")
        sheet.sign(2)
        assert said(read(reader, sheet), 2) == SIGNED

    @pytest.mark.parametrize("quarters", [1, 2, 3])
    def test_page_that_lies_on_its_side_or_head_is_read_and_said_to(self, reader, quarters):
        sheet = a_sheet()
        sheet.sign(3)
        reading = read(reader, sheet, as_jpeg(np.rot90(sheet.pixels, quarters)))
        assert said(reading, 3) == SIGNED
        assert said(reading, 4) == EMPTY
        assert reading.warnings == (Warn.TURNED,)

    def test_page_that_lies_askew_on_a_table(self, reader):
        sheet = a_sheet()
        sheet.sign(3)
        reading = read(reader, sheet, as_jpeg(sheet.turned(7)))
        assert (said(reading, 3), said(reading, 5)) == (SIGNED, EMPTY)

    def test_two_marks_of_four_are_enough(self, reader):
        sheet = a_sheet()
        sheet.sign(3)
        for x, y in ((5, 5), (201, 316)):
            sheet.pixels[round(y * DOTS) : round((y + 9) * DOTS), round(x * DOTS) : round((x + 9) * DOTS)] = 235
        reading = read(reader, sheet)
        assert (said(reading, 3), said(reading, 4)) == (SIGNED, EMPTY)
        assert reading.warnings == (Warn.FEW_MARKS,)

    def test_straight_page_has_eight_px_a_mm_and_its_colour(self, reader):
        sheet = a_sheet()
        coloured = np.stack([sheet.pixels, sheet.pixels, np.maximum(sheet.pixels, 200)], axis=2)
        reader.open(as_jpeg(coloured))
        reader.find(1)
        reading, straight = reader.read(sheet.leaf, sheet.pdf)
        assert (reading.width, reading.height) == (215 * 8, 330 * 8)
        assert straight.startswith(b"\xff\xd8\xff")
        assert b"Exif" not in straight
        assert len(straight) < 700_000

    def test_pages_of_a_pdf_are_read_one_by_one(self, reader):
        first, second = a_sheet(page=2), a_sheet(page=1)
        assert reader.open(as_pdf(first.pixels, second.pixels)) == 2
        assert [reader.find(number).code for number in (1, 2)] == [(CODE, 2), (CODE, 1)]
        assert reader.read(second.leaf, second.pdf)[0].fit > 0.9

    def test_black_and_white_scan_is_never_surely_empty(self, reader):
        sheet = a_sheet()
        sheet.sign(1)
        reading = read(reader, sheet, as_png((sheet.pixels > 140).astype(np.uint8) * 255))
        assert said(reading, 1) == SIGNED
        assert said(reading, 2) == (UNSURE, Reason.BILEVEL)
        assert Warn.BILEVEL in reading.warnings


@pytest.fixture(scope="module")
def reading(reader) -> Reading:
    """Of a sheet with a case a row."""
    sheet = a_sheet()
    places = {row: sheet.box(row) for row in range(1, 23)}
    left = {row: x for row, (x, _, _, _) in places.items()}
    middle = {row: y + tall / 2 for row, (_, y, _, tall) in places.items()}
    sheet.sign(1)
    sheet.draw((left[3] + 12, middle[3]), (left[3] + 12.2, middle[3]), wide=0.6)
    sheet.draw((left[5] + 9, middle[5]), (left[5] + 15, middle[5] + 0.3))
    sheet.draw((left[7] + 0.8, middle[7] + 0.8), (left[7] + places[7][2] - 0.8, middle[7] - 0.6))
    for at in (12, 13.6):
        sheet.draw((left[9] + at, middle[9] - 1.3), (left[9] + at, middle[9] + 1.2))
    sheet.sign(11, free=True)
    note, _, width, _ = sheet.page.notes[13]
    for at in (note + 0.25 * width, note + 0.5 * width, note + 0.7 * width):
        sheet.draw((at, middle[13] - 1), (at + 0.8, middle[13] + 1.2), (at + 1.4, middle[13]))
    sheet.sign(15, grey=215)  # as pale as this: hardly more than a trace
    sheet.sign(17, down=3.2)
    x, y, _, tall = places[22]
    dots = [round(side * DOTS) for side in (y - 1, y + tall + 1, x - 1)]
    sheet.pixels[dots[0] : dots[1], dots[2] :] = 90  # a finger
    return read(reader, sheet)


class TestCell:
    """Each place says what lies in it."""

    @pytest.mark.parametrize(
        ("row", "verdict", "reason"),
        [
            (1, Verdict.SIGNED, None),
            (2, Verdict.EMPTY, None),
            (3, Verdict.EMPTY, None),
            (5, Verdict.UNSURE, Reason.LINE),
            (7, Verdict.EMPTY, Reason.STRUCK),
            (9, Verdict.UNSURE, Reason.DITTO),
            (11, Verdict.UNSURE, Reason.WRONG_HALF),
            (13, Verdict.UNSURE, Reason.NOTE),
            (17, Verdict.SIGNED, None),
            (18, Verdict.EMPTY, None),
            (20, Verdict.EMPTY, None),
            (22, Verdict.UNSURE, Reason.HIDDEN),
        ],
    )
    def test_place_says_what_lies_in_it(self, reading, row, verdict, reason):
        assert said(reading, row) == (verdict, reason)

    def test_pale_strokes_are_never_taken_for_nothing(self, reading):
        assert said(reading, 15) != EMPTY

    def test_rows_with_ink_beside_them_are_told(self, reading):
        assert reading.notes == (13,)

    def test_hidden_part_is_said(self, reading):
        assert Warn.PARTLY_HIDDEN in reading.warnings

    def test_doubt_orders_unsure_before_sure(self, reading):
        doubt = {cell.row: cell.doubt for cell in reading.cells}
        assert doubt[1] < 0.5 < doubt[5]
        assert all(0 <= one <= 1 for one in doubt.values())


class TestNotThisPage:
    def test_half_of_a_page_is_never_empty(self, reader):
        sheet = a_sheet()
        half = sheet.pixels[: round(sheet.pixels.shape[0] * 0.62)]
        reading = read(reader, sheet, as_jpeg(half))
        seen = verdicts(reading)
        assert seen[2] == EMPTY
        assert seen[22] == (UNSURE, Reason.HIDDEN)
        assert Warn.PARTLY_HIDDEN in reading.warnings

    def test_two_sheets_side_by_side(self, reader):
        both = np.hstack([a_sheet().pixels, a_sheet(code=OTHER_CODE).pixels])
        reader.open(as_jpeg(both))
        assert reader.find(1).fault == Fault.TWO_SHEETS

    def test_code_copied_onto_another_page(self, reader):
        sheet, other = a_sheet(page=2), a_sheet(page=1)
        for x, y in sheet.told["codes"]:
            at = (
                slice(round(y * DOTS) - 4, round((y + 12.5) * DOTS) + 4),
                slice(round(x * DOTS) - 4, round((x + 12.5) * DOTS) + 4),
            )
            sheet.pixels[at] = other.pixels[at]
        reader.open(as_jpeg(sheet.pixels))
        found = reader.find(1)
        assert (found.code, found.fault) == ((CODE, 1), Fault.WRONG_PAGE)

    def test_list_of_other_people_under_this_code(self, reader):
        sheet, others = a_sheet(), a_sheet("others")
        reader.open(as_jpeg(others.pixels))
        reader.find(1)
        with pytest.raises(Unread) as refusal:
            reader.read(sheet.leaf, sheet.pdf)
        assert refusal.value.fault == Fault.NOT_THE_LIST

    def test_page_whose_codes_are_lost_is_read_once_somebody_types_it(self, reader):
        sheet = a_sheet()
        sheet.sign(4)
        for x, y in sheet.told["codes"]:
            sheet.pixels[round(y * DOTS) - 4 : round((y + 13) * DOTS), round(x * DOTS) - 4 : round((x + 13) * DOTS)] = (
                235
            )
        reader.open(as_jpeg(sheet.pixels))
        found = reader.find(1)
        assert (found.code, found.marks, found.fault) == (None, 4, Fault.NO_CODE)
        assert said(reader.read(sheet.leaf, sheet.pdf)[0], 4) == SIGNED

    def test_page_without_marks_of_its_own(self, reader):
        reader.open(as_jpeg(np.full((2000, 1500), 200, np.uint8)))
        reader.find(1)
        sheet = a_sheet()
        with pytest.raises(Unread) as refusal:
            reader.read(sheet.leaf, sheet.pdf)
        assert refusal.value.fault == Fault.NO_MARKS
