"""Where neighbours, lines and the wrong half run into each other, a person is asked."""

import numpy as np
import pytest

from pelatihan.scans.reader import Reader, Unread
from pelatihan.scans.reading import crossing, judging, reading
from pelatihan.scans.reading.ink import Piece
from pelatihan.scans.shapes import Fault, Reading, Reason, Verdict
from tests.pelatihan.scans.signed import Sheet, a_sheet, as_jpeg

SIGNED, EMPTY = (Verdict.SIGNED, None), (Verdict.EMPTY, None)


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


def read(reader: Reader, sheet: Sheet) -> Reading:
    reader.open(as_jpeg(sheet.pixels))
    assert reader.find(1).fault is None
    return reader.read(sheet.leaf, sheet.pdf)[0]


def said(reading: Reading, row: int, column: int = 0) -> tuple[Verdict, Reason | None]:
    return next((one.verdict, one.reason) for one in reading.cells if (one.row, one.column) == (row, column))


def strike(sheet: Sheet, row: int, column: int = 0, *, left: float = 0, right: float = 0) -> None:
    """A line from side to side, its ends so many mm below the middle of the place."""
    x, y, wide, tall = sheet.box(row, column)
    sheet.draw((x + 0.8, y + tall / 2 + left), (x + wide - 0.8, y + tall / 2 + right))


@pytest.fixture(scope="module")
def session(reader) -> Reading:
    sheet = a_sheet()
    strike(sheet, 1, left=-2, right=1.5)
    strike(sheet, 1, left=1.5, right=-1)
    strike(sheet, 5, left=-1.2, right=0.6)
    strike(sheet, 5, left=0.4, right=1)
    strike(sheet, 9)
    x, y, wide, tall = sheet.box(9)
    for at in (0.45,):  # a loop of a neighbour's, down to the line
        top = y - 6
        sheet.draw((x + at * wide, top), (x + at * wide + 0.6, y + 0.5 * tall), (x + at * wide + 2, top))
    sheet.sign(13)
    strike(sheet, 13, left=2.6, right=2.6)  # one's own flourish
    sheet.sign(16)
    sheet.sign(17, free=True)
    x, y, wide, tall = sheet.box(16)
    sheet.draw((x + 8, y + tall / 2), (x + 9, y + 1.4 * tall))  # grown together
    return read(reader, sheet)


class TestLines:
    @pytest.mark.parametrize("row", [1, 5, 9])
    def test_struck_place_is_never_said_to_be_signed(self, session, row):
        assert said(session, row) == (Verdict.UNSURE, Reason.STRUCK)

    def test_signature_with_a_line_below_stays_one(self, session):
        assert said(session, 13) == SIGNED

    def test_line_that_ends_halfway_goes_through_no_place(self):
        ink = np.zeros((120, 248), np.uint8)
        ink[58:62, 24:120] = 1
        place = slice(24, 96), slice(24, 224)
        assert not crossing.is_crossed(ink, np.zeros_like(ink), place)
        ink[58:62, 24:224] = 1
        assert crossing.is_crossed(ink, np.zeros_like(ink), place)

    def test_what_a_line_leaves_counts_only_where_it_is_not_a_neighbours(self):
        place = slice(24, 96), slice(24, 224)
        ink = np.zeros((120, 248), np.uint8)
        ink[40:80, 100:106] = 1  # within
        assert crossing.left_in_middle(ink, place) == pytest.approx(36 * 6 / 64)
        ink[:40, 100:106] = 1  # and as far above: not its own any more
        ink[80:, 100:106] = 1
        ink[:24, 90:120] = 1
        assert crossing.left_in_middle(ink, place) == 0


class TestWrongHalf:
    def test_signature_grown_into_the_neighbours_leaves_a_doubt(self, session):
        assert said(session, 16) == SIGNED
        assert said(session, 17) == (Verdict.UNSURE, Reason.WRONG_HALF)

    def test_end_of_a_neighbours_stroke_in_the_free_half_leaves_none(self, reader):
        sheet = a_sheet()
        sheet.sign(16)
        x, y, _, tall = sheet.box(16)
        sheet.draw((x + 8, y + tall / 2), (x + 9, y + 1.5 * tall))
        assert said(read(reader, sheet), 17) == EMPTY


class TestNeighbour:
    @pytest.mark.parametrize(("whole", "verdict"), [(20, Verdict.UNSURE), (6, Verdict.SIGNED)])
    def test_end_of_ink_that_mostly_lies_elsewhere_is_not_surely_a_signature(self, whole, verdict):
        piece = Piece(1, (0, 0, 40, 40), whole)
        told = judging.Evidence(own=5, core=2.5, wide=5, high=5, pieces=[piece])
        assert judging._verdict(told, False)[0] == verdict

    def test_sweep_along_the_edge_of_a_place_leaves_no_doubt(self, reader):
        sheet = a_sheet("daily")
        sheet.sign(3, 1)
        x, y, _, _ = sheet.box(4, 1)
        sheet.draw((x + 6, y - 4), (x + 4, y + 1.1), (x + 13, y + 1.2))
        assert said(read(reader, sheet), 4, 1) == EMPTY


class TestSmallSignature:
    @pytest.mark.parametrize(("ink", "verdict"), [(8, Verdict.UNSURE), (12, Verdict.SIGNED)])
    def test_is_told_from_a_short_line_by_how_full_it_is(self, ink, verdict):
        told = judging.Evidence(own=ink, core=ink, wide=8, high=2.8, bar=0.3)
        assert judging._verdict(told, False)[0] == verdict


class TestSpareRows:
    def test_lines_between_columns_are_no_words(self):
        row = np.zeros((60, 480), np.float32)
        row[:, 100:106] = row[:, 300:306] = 0.9
        assert not reading._has_words(row)
        row[20:40, 10:60] = 0.9
        assert reading._has_words(row)

    def test_names_written_by_hand_do_not_make_it_another_list(self, reader):
        sheet = a_sheet(page=2)
        words = sheet.page.words
        named = [number for number, _, _ in sheet.told["rows"]][-len(words) :]
        for (x, y, _, tall), row in zip(words, named, strict=True):
            if row > 24:
                for at in range(14, 44, 4):
                    sheet.draw((x + at, y + tall - 3), (x + at + 1, y + 3), (x + at + 2.4, y + tall - 3))
        sheet.sign(named[0])
        told = read(reader, sheet)
        assert said(told, named[0]) == SIGNED
        assert told.fit > 0.9

    def test_other_people_on_a_short_page(self, reader):
        sheet, others = a_sheet(page=2), a_sheet("others", page=2)
        reader.open(as_jpeg(others.pixels))
        reader.find(1)
        with pytest.raises(Unread) as refusal:
            reader.read(sheet.leaf, sheet.pdf)
        assert refusal.value.fault == Fault.NOT_THE_LIST
