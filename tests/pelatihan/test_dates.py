"""Dates, clocks and numbers as the office writes them."""

from datetime import UTC, date, datetime, time

import pytest
from django.utils import timezone

from pelatihan import dates

MORNING = datetime(2019, 3, 11, 1, 0, tzinfo=UTC)  # 08.00 WIB


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("8", 8, 0), ("08", 8, 0), ("0", 0, 0), ("23.59", 23, 59), ("9.30", 9, 30), ("9:30", 9, 30), ("0800", 8, 0),
        ("930", 9, 30), ("8,30", 8, 30), ("8 30", 8, 30), (" pukul 8.30 WIB ", 8, 30), ("08.00 wib", 8, 0),
    ],
)  # fmt: skip
def test_time_is_read_as_people_write_it(typed: str, hour: int, minute: int) -> None:
    assert dates.read_clock(typed) == time(hour, minute)


@pytest.mark.parametrize(
    "typed",
    ["", "pagi", "24", "24.00", "9.3", "9.60", "8.00.60", "99999", "8.00 WITA", "8-30", "-8", "٨", "8.00.", "wib"],
)
def test_what_is_no_time_is_not_guessed(typed: str) -> None:
    assert dates.read_clock(typed) is None


def test_weekday_is_computed() -> None:
    assert dates.long_date(date(2019, 3, 11)) == "Senin, 11 Maret 2019"


def test_every_weekday_has_its_name() -> None:
    week = [date(2019, 3, 11 + day) for day in range(7)]

    assert [dates.day_name(day) for day in week] == ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]


def test_every_month_has_its_name() -> None:
    assert [dates.plain_date(date(2019, month, 1)) for month in range(1, 13)] == [
        "1 Januari 2019", "1 Februari 2019", "1 Maret 2019", "1 April 2019", "1 Mei 2019", "1 Juni 2019",
        "1 Juli 2019", "1 Agustus 2019", "1 September 2019", "1 Oktober 2019", "1 November 2019", "1 Desember 2019",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Asia/Jakarta", "Senin, 11 Maret 2019 pukul 23.30 WIB"),
        ("Asia/Makassar", "Selasa, 12 Maret 2019 pukul 00.30 WITA"),
        ("Asia/Jayapura", "Selasa, 12 Maret 2019 pukul 01.30 WIT"),
        ("UTC", "Senin, 11 Maret 2019 pukul 16.30"),
    ],
)
def test_every_zone_of_the_country_has_its_label(zone: str, text: str) -> None:
    with timezone.override(zone):
        assert dates.long_moment(datetime(2019, 3, 11, 16, 30, tzinfo=UTC)) == text
        assert dates.zone_label() == (text.split()[-1] if zone != "UTC" else "")


def test_moment_without_a_zone_is_told_as_it_is() -> None:
    typed = datetime(2019, 3, 11, 23, 30)  # noqa: DTZ001

    assert dates.clock(typed) == "23.30"
    assert dates.local_date(typed) == date(2019, 3, 11)
    assert type(dates.local_date(typed)) is date


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


def test_day_range_names_one_day_once() -> None:
    assert dates.day_range(date(2019, 3, 11), date(2019, 3, 11)) == "Senin, 11 Maret 2019"


def test_day_range_names_both_days() -> None:
    assert dates.day_range(date(2019, 3, 11), date(2019, 3, 13)) == "Senin–Rabu, 11–13 Maret 2019"


def test_clock_has_two_digits_and_a_dot() -> None:
    assert dates.clock_range(MORNING, datetime(2019, 3, 11, 2, 30, tzinfo=UTC)) == "08.00–09.30"


def test_thousands_are_parted_by_dots() -> None:
    assert [dates.thousands(number) for number in (0, 999, 1250, 1000000)] == ["0", "999", "1.250", "1.000.000"]


def test_roman_numbers_of_batches() -> None:
    assert [dates.roman(number) for number in (1, 2, 4, 9, 14, 40, 99)] == ["I", "II", "IV", "IX", "XIV", "XL", "XCIX"]


def test_roman_numbers_of_years() -> None:
    years = {
        1949: "MCMXLIX",
        1999: "MCMXCIX",
        444: "CDXLIV",
        555: "DLV",
        666: "DCLXVI",
        3000: "MMM",
        8: "VIII",
        60: "LX",
    }

    assert {number: dates.roman(number) for number in years} == years


def test_roman_numbers_start_at_one() -> None:
    with pytest.raises(ValueError, match="start at 1"):
        dates.roman(0)


def test_day_and_month_are_never_parted() -> None:
    assert dates.unparted("17 Agustus 1945, 3 Mei") == "17\N{NO-BREAK SPACE}Agustus 1945, 3\N{NO-BREAK SPACE}Mei"
    assert dates.unparted("5 Meja dan 2 orang") == "5 Meja dan 2 orang"
