"""Amounts of money: as staff type them, as papers print them, what tax takes of them. Whole rupiah everywhere."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from pelatihan import dates

MOST = 999_999_999  # a person; whatever is more was a slip of the finger
MOST_PERCENT = Decimal(50)
MOST_HOURS = Decimal(24)  # orang-jam of one session
HUNDREDTH = Decimal("0.01")
_RUPIAH = re.compile(r"(?:rp\.?\s*)?([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,(?:00|-))?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,2})?")

# From when on, above which sum, how much: PP 24/2000, then UU 10/2020. Before the first of them nothing is said.
DUTIES = (
    (date(2021, 1, 1), 5_000_000, 10_000),
    (date(2000, 5, 1), 1_000_000, 6_000),
)


class Unreadable(Exception):
    """What was typed is no amount; the text is a sentence that says what to type."""


@dataclass(frozen=True)
class Amount:
    """What one person gets before tax, what tax takes, what is left."""

    gross: int
    tax: int

    @property
    def net(self) -> int:
        return self.gross - self.tax

    def times(self, people: int) -> "Amount":
        return Amount(self.gross * people, self.tax * people)


def read_rupiah(typed: str) -> int:
    """``150.000``, ``150000``, ``Rp150.000``, ``Rp 150.000,00``.

    :raises Unreadable: for everything else, and for what nobody is paid
    """
    text = typed.strip()
    if text.startswith(("-", "–", "\N{MINUS SIGN}", "(")):
        raise Unreadable("Jumlah uang tidak boleh kurang dari nol. Tulis seperti 150.000.")
    if re.fullmatch(r".*[0-9],[0-9]{1,2}", text) and not text.endswith(",00"):
        raise Unreadable("Tulis rupiah bulat tanpa sen, seperti 150.000.")
    found = _RUPIAH.fullmatch(text)
    if found is None:
        raise Unreadable("Jumlah ini tidak terbaca. Tulis angka dengan titik tiap ribuan, seperti 150.000.")
    digits = found[1].replace(".", "")
    if len(digits) > 19 or int(digits) > MOST:
        raise Unreadable(f"Jumlah ini terlalu besar: paling banyak {rupiah(MOST)} tiap orang. Periksa angkanya.")
    if int(digits) == 0:
        raise Unreadable("Jumlah ini nol. Tulis jumlah yang dibayarkan, seperti 150.000.")
    return int(digits)


def read_percent(typed: str) -> Decimal:
    """``5``, ``2,5``, ``2,5%``.

    :raises Unreadable: for everything else
    """
    value = _number(typed.strip().removesuffix("%").strip())
    if value is None or value > MOST_PERCENT:
        raise Unreadable(f"Tulis persen dari 0 sampai {MOST_PERCENT}, seperti 5 atau 2,5.")
    return value


def read_hours(typed: str) -> Decimal:
    """``2``, ``1,5``.

    :raises Unreadable: for everything else
    """
    value = _number(typed.strip())
    if value is None or not 0 < value <= MOST_HOURS:
        raise Unreadable(f"Tulis orang-jam dari 0,01 sampai {MOST_HOURS}, seperti 1,5.")
    return value


def _number(text: str) -> Decimal | None:
    return Decimal(text.replace(",", ".")).normalize() if _NUMBER.fullmatch(text) else None


def rupiah(amount: int) -> str:
    """``Rp150.000``."""
    return f"Rp{dates.thousands(amount)}"


def decimal(value: Decimal) -> str:
    """``1,5``; ``2``."""
    return f"{value.normalize():f}".replace(".", ",")


# ---- Reckoning -----------------------------------------------------------------------------------


def taxed(gross: int, percent: Decimal) -> Amount:
    """An amount with its tax of each person, rounded down to whole rupiah; sums are sums of these."""
    return Amount(gross, int(gross * percent / 100))


def hours_of(length: timedelta) -> Decimal:
    """Orang-jam of 60 minutes, to the hundredth, as they are printed and multiplied."""
    hours = Decimal(int(length.total_seconds())) / 3600
    return max(HUNDREDTH, hours.quantize(HUNDREDTH, ROUND_HALF_UP))


def fee(hours: Decimal, rate: int, percent: Decimal) -> Amount:
    """What so many orang-jam come to, down to whole rupiah, so that the paper's own numbers multiply to its sum."""
    return taxed(int(hours * rate), percent)


def duty(gross: int, on: date) -> int:
    """The duty stamp (bea meterai) that a receipt for this sum carries on that day; 0 where none is owed."""
    for since, above, amount in DUTIES:
        if on >= since:
            return amount if gross > above else 0
    return 0
