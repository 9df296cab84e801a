"""Dates, clocks and numbers as the office writes them."""

from datetime import UTC, date, datetime

import pytest

from pelatihan import dates

MORNING = datetime(2019, 3, 11, 1, 0, tzinfo=UTC)  # 08.00 WIB


def test_weekday_is_computed() -> None:
    assert dates.long_date(date(2019, 3, 11)) == "Senin, 11 Maret 2019"


def test_moment_is_told_in_office_time() -> None:
    assert dates.long_moment(datetime(2019, 3, 10, 17, 5, tzinfo=UTC)) == "Senin, 11 Maret 2019 pukul 00.05 WIB"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2019, 3, 11), date(2019, 3, 13), "11–13 Maret 2019"),
        (date(2019, 3, 11), date(2019, 3, 11), "11 Maret 2019"),
        (date(2019, 10, 30), date(2019, 11, 1), "30 Oktober–1 November 2019"),
        (date(2018, 12, 31), date(2019, 1, 2), "31 Desember 2018–2 Januari 2019"),
    ],
)
def test_range_repeats_only_what_differs(first: date, last: date, text: str) -> None:
    assert dates.date_range(first, last) == text


def test_short_date_has_no_year() -> None:
    assert [dates.short_date(date(2019, month, 9)) for month in (3, 5, 8)] == ["9 Mar", "9 Mei", "9 Agu"]


def test_day_range_names_both_days() -> None:
    assert dates.day_range(date(2019, 3, 11), date(2019, 3, 13)) == "Senin–Rabu, 11–13 Maret 2019"


def test_clock_has_two_digits_and_a_dot() -> None:
    assert dates.clock_range(MORNING, datetime(2019, 3, 11, 2, 30, tzinfo=UTC)) == "08.00–09.30"


def test_thousands_are_parted_by_dots() -> None:
    assert [dates.thousands(number) for number in (0, 999, 1250, 1000000)] == ["0", "999", "1.250", "1.000.000"]


def test_roman_numbers_of_batches() -> None:
    assert [dates.roman(number) for number in (1, 2, 4, 9, 14, 40, 99)] == ["I", "II", "IV", "IX", "XIV", "XL", "XCIX"]


def test_roman_numbers_start_at_one() -> None:
    with pytest.raises(ValueError, match="start at 1"):
        dates.roman(0)
