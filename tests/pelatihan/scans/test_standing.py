"""What a leaf says beside the desk's record: where the two agree, and what is proposed where they differ."""

import pytest

from pelatihan.scans.shapes import Mark
from pelatihan.scans.standing import Stands, differences
from tests.pelatihan.scans.world import a_batch, a_leaf, a_printed_list

AGREE = {
    Mark.PRESENT: {"present", "late", "left"},
    Mark.EXCUSED: {"excused"},
    Mark.SICK: {"sick"},
    Mark.EMPTY: {"", "absent", "excused", "sick"},
}
STATES = ("", "present", "late", "left", "excused", "sick", "absent")


@pytest.fixture
def leaf(db):
    return a_leaf(a_printed_list(a_batch(people=1)))


def found(leaf, mark: Mark, stands: Stands):
    cell = (1, leaf.sessions[0].pk)
    return differences(leaf, {cell: mark}, {cell: stands})


@pytest.mark.parametrize("mark", Mark)
def test_paper_agrees_with_these_states_and_no_others(leaf, mark):
    assert {state for state in STATES if not found(leaf, mark, Stands(state))} == AGREE[mark]


@pytest.mark.parametrize(
    ("mark", "state", "proposed"),
    [("hadir", "", "paper"), ("hadir", "sick", "paper"), ("izin", "absent", "paper"), ("sakit", "excused", "paper"),
     ("kosong", "present", ""), ("izin", "late", ""), ("sakit", "left", "")],
)  # fmt: skip
def test_paper_is_proposed_unless_it_takes_away_that_somebody_came(leaf, mark, state, proposed):
    [one] = found(leaf, Mark(mark), Stands(state))

    assert one.proposed == proposed


@pytest.mark.parametrize(
    ("stands", "is_owed"),
    [(Stands(), False), (Stands("absent", "x", is_by_closing=True), False), (Stands("absent", "x"), True),
     (Stands("sick", "x"), True)],
)  # fmt: skip
def test_person_must_choose_over_what_somebody_recorded(leaf, stands, is_owed):
    [one] = found(leaf, Mark.PRESENT, stands)

    assert one.is_owed == is_owed


def test_cell_that_is_not_marked_yet_says_nothing(leaf):
    assert differences(leaf, {}, {}) == []
