"""What is a number in an address, and what only looks like one."""

import pytest

from pelatihan import numbers

TOO_LARGE = str(numbers.MOST + 1)
ODD = ["", "x", "-1", "+1", " 1", "1 ", "1\n", "1.0", "1_000", "²", "٣", "１", "9" * 5_000, TOO_LARGE, None]


@pytest.mark.parametrize("text", ["0", "12", "007", str(numbers.MOST), 3])
def test_number_is_read(text):
    assert numbers.read(text) == int(text)


@pytest.mark.parametrize("text", ODD)
def test_anything_else_is_none(text):
    assert numbers.read(text) is None


def test_list_holds_each_number_once_in_order():
    assert numbers.read_all(["3", "x", "1", "3", "²"]) == [3, 1]
