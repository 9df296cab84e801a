"""Amounts as people type them, tax, orang-jam, and the duty stamp."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pelatihan.models import payment
from pelatihan.payments import money
from pelatihan.payments.money import Amount


@pytest.mark.parametrize("typed", ["150.000", "150000", "Rp150.000", "rp 150.000", "Rp. 150.000,00", " 150.000,- "])
def test_amount_is_read_as_people_type_it(typed):
    assert money.read_rupiah(typed) == 150_000


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("-150.000", "tidak boleh kurang dari nol"),
        ("−5", "tidak boleh kurang dari nol"),
        ("150.000,50", "tanpa sen"),
        ("150,5", "tanpa sen"),
        ("150.00", "tidak terbaca"),
        ("1.50.000", "tidak terbaca"),
        ("150,000", "tidak terbaca"),
        ("seratus ribu", "tidak terbaca"),
        ("1e6", "tidak terbaca"),
        ("²", "tidak terbaca"),
        ("١٥٠", "tidak terbaca"),
        ("", "tidak terbaca"),
        ("0", "nol"),
        ("000", "nol"),
        ("1000000000000", "terlalu besar"),
        ("1.000.000.000", "terlalu besar"),
        ("9" * 5_000, "terlalu besar"),
    ],
)
def test_other_amounts_are_refused_in_a_sentence(typed, says):
    with pytest.raises(money.Unreadable, match=says):
        money.read_rupiah(typed)


@given(st.integers(1, money.MOST))
def test_what_is_printed_is_read_back(amount):
    assert money.read_rupiah(money.rupiah(amount)) == amount


def test_form_and_database_have_the_same_limits():
    assert money.MOST == payment.MOST_RUPIAH
    assert money.MOST_PERCENT == payment.MOST_PERCENT
    assert money.MOST_HOURS == payment.MOST_HOURS


@pytest.mark.parametrize(("typed", "value"), [("5", "5"), ("2,5", "2.5"), ("2.5 %", "2.5"), ("0", "0"), ("50", "50")])
def test_percent_is_read(typed, value):
    assert money.read_percent(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["-1", "50,01", "2,555", "lima", "", "1e1", "999999"])
def test_other_percents_are_refused(typed):
    with pytest.raises(money.Unreadable, match="persen"):
        money.read_percent(typed)


@pytest.mark.parametrize("typed", ["0", "-1", "24,5", "1:30", "1,555"])
def test_other_hours_are_refused(typed):
    with pytest.raises(money.Unreadable, match="orang-jam"):
        money.read_hours(typed)


@pytest.mark.parametrize(
    ("gross", "percent", "tax"), [(150_000, "5", 7_500), (150_000, "0", 0), (99_999, "2.5", 2_499), (19, "5", 0)]
)
def test_tax_is_rounded_down_to_whole_rupiah(gross, percent, tax):
    assert money.taxed(gross, Decimal(percent)) == Amount(gross, tax)


@given(st.integers(1, money.MOST), st.decimals(0, 50, places=2), st.integers(0, 5_000))
def test_sum_of_a_list_is_the_sum_of_its_rows(gross, percent, people):
    each = money.taxed(gross, percent)
    total = each.times(people)

    assert 0 <= each.tax <= each.gross * percent / 100
    assert (total.gross, total.tax, total.net) == (each.gross * people, each.tax * people, each.net * people)


@pytest.mark.parametrize(("minutes", "hours"), [(90, "1.5"), (45, "0.75"), (60, "1"), (50, "0.83"), (40, "0.67")])
def test_orang_jam_has_sixty_minutes(minutes, hours):
    assert money.hours_of(timedelta(minutes=minutes)) == Decimal(hours)


def test_fee_is_what_the_printed_numbers_multiply_to():
    assert money.fee(Decimal("0.83"), 900_001, Decimal(5)) == Amount(747_000, 37_350)


@pytest.mark.parametrize(
    ("gross", "on", "duty"),
    [
        (1_000_000, date(2019, 3, 12), 0),
        (1_000_001, date(2019, 3, 12), 6_000),
        (5_000_000, date(2020, 12, 31), 6_000),
        (5_000_000, date(2021, 1, 1), 0),
        (5_000_001, date(2021, 1, 1), 10_000),
        (5_000_001, date(1999, 1, 1), 0),
    ],
)
def test_duty_stamp_by_day_and_sum(gross, on, duty):
    assert money.duty(gross, on) == duty
