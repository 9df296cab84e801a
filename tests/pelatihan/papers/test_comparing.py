"""What became of a list since it was printed, row by row and page by page. No database."""

import pytest

from pelatihan.papers.comparing import Difference, difference, pages_of, rows_on, struck

OLD = [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (OLD, Difference()),
        ([(1, "a"), (2, "x"), (3, "c"), (4, "d")], Difference(changed=((2, 2),), shifted=(2,))),
        ([(1, "a"), (3, "c"), (4, "d")], Difference(gone=((2, 2),), shifted=(2, 3, 4))),
        ([(1, "a"), (2, "b"), (3, "c")], Difference(gone=((4, 4),), shifted=(4,))),
        ([(1, "a"), (9, "n"), (3, "c"), (4, "d")], Difference(gone=((2, 2),), new=(9,), shifted=(2,))),
        ([*OLD, (9, "n")], Difference(new=(9,), shifted=(5,))),
        ([(1, "a"), (9, "n"), *OLD[1:]], Difference(new=(9,), shifted=(2, 3, 4, 5))),
        ([(2, "b"), (1, "a"), (3, "c"), (4, "d")], Difference(is_moved=True, shifted=(1, 2))),
        (
            [(2, "b"), (3, "c"), (1, "x"), (4, "d")],
            Difference(changed=((1, 1),), is_moved=True, shifted=(1, 2, 3)),
        ),
        ([], Difference(gone=((1, 1), (2, 2), (3, 3), (4, 4)), shifted=(1, 2, 3, 4))),
    ],
)
def test_difference_is_told_by_the_numbers_on_the_sheet(now, found):
    assert difference(OLD, now) == found


def test_another_head_is_a_difference_of_its_own():
    found = difference(OLD, OLD, is_headed_otherwise=True)

    assert found == Difference(is_headed_otherwise=True)
    assert not found.is_none
    assert not found.is_struck_by_hand


@pytest.mark.parametrize(
    ("now", "enough"),
    [
        (OLD, False),
        (OLD[1:], True),
        ([*OLD[1:3], (4, "x")], False),
        ([*OLD[1:], (9, "n")], False),
        ([(3, "c"), (2, "b"), (4, "d")], False),
    ],
)
def test_who_is_merely_gone_is_struck_out_by_hand(now, enough):
    assert difference(OLD, now).is_struck_by_hand == enough


def test_head_that_changed_is_not_mended_by_striking_out():
    assert not difference(OLD, OLD[1:], is_headed_otherwise=True).is_struck_by_hand


def test_who_is_struck_out_is_missed_no_more_until_they_come_back():
    there = struck(OLD, difference(OLD, OLD[1:]))

    assert there == [(1, ""), *OLD[1:]]
    assert difference(there, OLD[1:]).is_none
    assert difference(there, OLD).back == ((1, 1),)
    assert difference(there, OLD).numbers == [1]


def test_numbers_are_those_of_all_whom_it_concerns():
    found = difference([*OLD, (5, "")], [(5, "e"), (1, "x"), (2, "b"), (4, "d"), (9, "n")])

    assert found.numbers == [1, 3, 5]


@pytest.mark.parametrize(
    ("numbers", "pages"),
    [([1], (1,)), ([22], (1,)), ([23], (2,)), ([51, 52], (2, 3)), ([97], (4,)), ([98, 140], (4,)), ([], ())],
)
def test_rows_stand_on_pages(numbers, pages):
    assert pages_of(numbers, [22, 51, 81, 97, 97]) == pages


@pytest.mark.parametrize(("numbers", "pages"), [([1], (1, 2)), ([52], (3,)), ([23, 60], (1, 2, 3))])
def test_leaf_is_printed_on_both_sides_again(numbers, pages):
    assert pages_of(numbers, [22, 51, 81], two_sided=True) == pages


@pytest.mark.parametrize("ends", [[], [0], [0, 0]])
def test_list_that_was_empty_has_one_page(ends):
    assert pages_of([1, 2], ends) == (1,)


def test_page_knows_its_first_and_last_row():
    assert [rows_on(page, [22, 51, 81]) for page in (1, 2, 3)] == [(1, 22), (23, 51), (52, 81)]
