"""A small slice of the measure: signed pages made out of printed ones, read by the real reader beside their truth.

``python -m bench sheets`` reads hundreds. These seeds are of the tried ones, and of nobody else.
"""

import re
from dataclasses import replace

import pytest

from bench import sheets
from bench.signed import kinds_of, page
from bench.signed.filling import Cell
from bench.signed.kinds import APART, UNSEEN
from bench.signed.prints import leaves_of
from bench.signed.tally import aims, of_cells, report, right, unsure, wilson
from bench.signed.trial import Judged, Outcome, tried
from pelatihan.scans.reader import Reader
from pelatihan.scans.shapes import Verdict

pytestmark = pytest.mark.xdist_group("measured")  # or each worker reads them all
SEEDS = range(90_000, 90_039, 3)  # thirteen kinds
WRONG_AT_MOST = 1  # of some four hundred sure cells
UNSURE_AT_MOST = 0.10  # few pages, each of a kind made to be hard


@pytest.fixture(scope="module")
def outcomes():
    return sheets.read_some(SEEDS)


@pytest.fixture(scope="module")
def reader():
    with Reader() as one:
        yield one


# ---- Read beside the truth -------------------------------------------------------------------------


def test_pages_are_read_and_none_is_taken_for_another(outcomes):
    assert [(one.seed, one.kind, one.fault) for one in outcomes if not one.is_read] == []
    assert not any(one.taken_for_another for one in outcomes)


def test_hardly_a_sure_cell_is_wrong_and_few_are_unsure(outcomes):
    cells = of_cells(outcomes)
    wrong = [(one.cell, one.verdict) for one in cells if one.is_wrong]

    assert len(cells) > 200
    assert len(wrong) <= WRONG_AT_MOST, wrong
    assert unsure(cells) <= UNSURE_AT_MOST


def test_reader_keeps_to_its_share(outcomes):
    assert max(one.memory for one in outcomes) <= 400 * 1024**2


@pytest.mark.parametrize("seed", [90_101, 90_103])
def test_page_with_the_code_of_another_list_is_refused(reader, seed):
    outcome = tried(reader, page(seed, "strange code"))

    assert outcome.fault in {"not_the_list", "wrong_page"}


# ---- What is read ----------------------------------------------------------------------------------


def test_page_of_a_seed_is_always_the_same():
    one, again = page(90_200), page(90_200)

    assert one.picture == again.picture
    assert one.truth == again.truth
    assert page(90_239).picture != one.picture  # of the same kind


def test_truth_has_every_cell_in_the_order_of_the_sheet():
    for one in (page(90_201), page(90_201, daily=True)):
        cells = [(cell.row, cell.column) for cell in one.truth]
        assert cells == [(row.number, column) for row in one.leaf.rows for column in range(len(one.leaf.sessions))]


def test_tuning_and_trying_have_no_list_in_common():
    tuning = {one.leaf.code for number in (0, 2, 4) for one in leaves_of(number)}
    trying = {one.leaf.code for number in (1, 3, 5) for one in leaves_of(number)}

    assert not tuning & trying
    assert page(90_202).leaf.code not in {page(seed).leaf.code for seed in (9_998, 9_999)}


@pytest.mark.parametrize("kind", UNSEEN)
def test_some_damage_is_kept_from_tuning(kind):
    with pytest.raises(ValueError, match="kept from seeds to tune on"):
        page(9_999, kind)


@pytest.mark.parametrize(
    "words",
    ["--tune --seed 9990 --pages 11", "--tried --seed 9999", "--tune --seed 10000", "--seed 9999 --pages 2",
     "--tune --only glare", "--only nothing", "--pages 0"],
)  # fmt: skip
def test_command_never_mixes_seeds(words, capsys):
    with pytest.raises(SystemExit) as ended:
        sheets.main(words.split())

    assert ended.value.code == 2
    assert re.search("not mixed|no kind|one page at least", capsys.readouterr().err)


# ---- Counting --------------------------------------------------------------------------------------


def a_cell(verdict, content="cursive", *, signed=True):
    return Judged(Cell(1, 0, signed, content), Verdict(verdict), "")


def of(*cells, kind="scan", **about):
    return Outcome(1, kind, 300, False, cells=cells, cpu=0.5, memory=1, **about)


def test_only_sure_cells_are_right_or_wrong():
    cells = [a_cell("signed"), a_cell("empty"), a_cell("unsure"), a_cell("empty", "nothing", signed=False)]

    assert [one.is_wrong for one in cells] == [False, True, False, False]
    assert right(cells) == pytest.approx(2 / 3)
    assert unsure(cells) == 0.25


def test_words_and_cells_beside_a_note_are_counted_apart():
    outcome = of(
        a_cell("signed"), a_cell("signed", "word", signed=False), a_cell("empty", "nothing, note", signed=False)
    )

    assert [one.cell.content for one in of_cells([outcome])] == ["cursive"]
    assert "| word | 1 | 1 | 0 | 0 |" in report([outcome])


def test_aims_are_missed_when_they_are():
    good = [of(*[a_cell("signed")] * 400)] * 100
    assert [one.name for one in aims(good) if not one.is_met] == []

    refused = replace(good[0], fault="no_code", cells=())
    wrong, doubted = of(*[a_cell("empty")] * 130), of(*[a_cell("unsure")] * 1700)
    stained = replace(doubted, kind="stamp")

    def missed(*more):
        return [one.name for one in aims([*good, *more]) if not one.is_met]

    assert missed(refused) == []
    assert missed(refused, refused) == ["pages read"]
    assert missed(of(taken_for_another=True)) == ["pages taken for another"]
    assert missed(wrong) == ["sure cells that are right"]
    assert missed(doubted) == ["cells unsure", "cells unsure without 1-bit, stamp, coffee"]
    assert missed(stained) == ["cells unsure"]
    assert len(missed(*[replace(good[0], cpu=2, memory=2**30)] * 101)) == 2


def test_range_of_a_share_is_wide_for_few():
    assert wilson(0, 0) == (0, 1)
    assert wilson(10, 10)[0] < 0.75 < 0.99 < wilson(1000, 1000)[0]


def test_kinds_apart_are_no_part_of_the_mix():
    assert not set(APART) & {page(seed).kind for seed in (90_300, 90_301)}
    assert not set(APART) & set(kinds_of(tried=True))
