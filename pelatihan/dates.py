"""How dates, times and numbers are written in Indonesian: the one place that knows.

Weekdays are always computed, never typed. Shapes follow the office's letters: "Senin, 11 Maret 2019",
"11–13 Maret 2019", "08.00–09.30", "1.250". Times are given in the active time zone.
"""

import re
from datetime import date, datetime, time

from django.utils.timezone import get_current_timezone_name, is_aware, localtime

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
         (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


ZONE_LABELS = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def zone_label() -> str:
    """``WIB``, ``WITA`` or ``WIT``: what the clock on the office's wall is called."""
    return ZONE_LABELS.get(get_current_timezone_name(), "")


def local_date(moment: date | datetime) -> date:
    """The calendar day of a moment where the office is."""
    if isinstance(moment, datetime):
        return (localtime(moment) if is_aware(moment) else moment).date()
    return moment


def day_name(moment: date | datetime) -> str:
    """``Senin``."""
    return DAYS[local_date(moment).weekday()]


def plain_date(moment: date | datetime) -> str:
    """``11 Maret 2019``."""
    day = local_date(moment)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def long_date(moment: date | datetime) -> str:
    """``Senin, 11 Maret 2019``."""
    return f"{day_name(moment)}, {plain_date(moment)}"


def short_date(moment: date | datetime) -> str:
    """``11 Mar``, where there is no room for more and the year is plain."""
    day = local_date(moment)
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def date_range(first: date, last: date) -> str:
    """``11–13 Maret 2019``; months and years are repeated only where they differ."""
    if first == last:
        return plain_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{plain_date(last)}"
    if first.year == last.year:
        return f"{first.day} {MONTHS[first.month - 1]}–{plain_date(last)}"
    return f"{plain_date(first)}–{plain_date(last)}"


def day_range(first: date, last: date) -> str:
    """``Senin–Rabu, 11–13 Maret 2019``."""
    if first == last:
        return long_date(first)
    return f"{day_name(first)}–{day_name(last)}, {date_range(first, last)}"


def clock(moment: datetime) -> str:
    """``08.00``, 24 hours, in the office's zone."""
    return f"{localtime(moment) if is_aware(moment) else moment:%H.%M}"


_CLOCK = re.compile(r"([0-9]{1,2})(?:[.:, ]?([0-9]{2})(?:[.:]([0-9]{2}))?)?")


def read_clock(typed: str) -> time | None:
    """``8``, ``8.30``, ``08:30``, ``0830``, ``pukul 8.30 WIB``; None for what is no time of a day.

    The label of another zone is not understood: nobody can tell which hour was meant.
    """
    bare = typed.strip().casefold().removeprefix("pukul").removesuffix(zone_label().casefold()).strip()
    if not (found := _CLOCK.fullmatch(bare)):
        return None
    hour, minute, second = (int(part or 0) for part in found.groups())
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def clock_range(start: datetime, end: datetime) -> str:
    """``08.00–09.30``, without the zone's label."""
    return f"{clock(start)}–{clock(end)}"


def long_moment(moment: datetime) -> str:
    """``Senin, 11 Maret 2019 pukul 08.00 WIB``."""
    return f"{long_date(moment)} pukul {clock(moment)} {zone_label()}".rstrip()


_DAY_AND_MONTH = re.compile(rf"([0-9]{{1,2}}) (?=(?:{'|'.join(MONTHS)})\b)")


def unparted(text: str) -> str:
    """With a space between day and month at which no line ends."""
    return _DAY_AND_MONTH.sub("\\1\N{NO-BREAK SPACE}", text)


def thousands(number: int) -> str:
    """``1.250``."""
    return f"{number:,}".replace(",", ".")


def roman(number: int) -> str:
    """``II`` for 2; for whole numbers from 1 on."""
    if number < 1:
        raise ValueError("Roman numbers start at 1.")
    text = ""
    for value, sign in ROMAN:
        count, number = divmod(number, value)
        text += sign * count
    return text
