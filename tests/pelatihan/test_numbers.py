"""What is a number in an address, and what only looks like one."""

import pytest

from pelatihan import numbers


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("12", 12), ("007", 7), (str(numbers.MOST), numbers.MOST), (3, 3)]
)
def test_number_is_read(text, number):
    assert numbers.read(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "x", "-1", "+1", " 1", "1 ", "1\n", "1.0", "1_000", "²", "٣", "１", str(numbers.MOST + 1), "9" * 5_000, None],
)
def test_anything_else_is_none(text):
    assert numbers.read(text) is None


def test_list_holds_each_number_once_in_order():
    assert numbers.read_all(["3", "x", "1", "3", "²"]) == [3, 1]
