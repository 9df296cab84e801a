"""The code of a room: for how long it is taken, for which session, and what is none."""

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pelatihan.desk import room_code
from tests.pelatihan.door import at

MOMENT = at("08.00")  # a half minute begins
AGE = [(0, True), (29.9, True), (30, True), (59.9, True), (60, False), (-0.1, False), (86_400, False)]


def later(seconds: float) -> datetime:
    return MOMENT + timedelta(seconds=seconds)


@pytest.mark.parametrize(("seconds", "is_taken"), AGE)
def test_code_is_taken_in_its_half_minute_and_the_next(seconds, is_taken):
    token, digits = room_code.token(7, MOMENT), room_code.digits(7, MOMENT)

    assert room_code.session_of(token, later(seconds)) == (7 if is_taken else None)
    assert room_code.are_digits_of(7, digits, later(seconds)) is is_taken


def test_code_of_the_end_of_a_half_minute_lives_half_as_long():
    token = room_code.token(7, later(29.9))

    assert room_code.session_of(token, later(59.9)) == 7
    assert room_code.session_of(token, later(60)) is None


def test_each_session_has_its_own():
    assert not room_code.are_digits_of(8, room_code.digits(7, MOMENT), MOMENT)
    mark = room_code.token(7, MOMENT).partition("-")[2]
    assert room_code.session_of(f"8-{mark}", MOMENT) is None


def test_each_half_minute_has_its_own():
    moments = [later(30 * number) for number in range(200)]

    assert len({room_code.token(7, moment) for moment in moments}) == 200
    assert len({room_code.digits(7, moment) for moment in moments}) > 195


def test_code_is_of_few_signs_that_are_read_easily():
    tokens = [room_code.token(7, later(30 * number)) for number in range(200)]

    assert all(re.fullmatch(r"7-[0-9a-hjkmnp-tv-z]{12}", token) for token in tokens)
    assert all(len({token[place] for token in tokens}) > 20 for place in range(2, 14))
    assert all(re.fullmatch(r"[0-9]{6}", room_code.digits(7, later(30 * number))) for number in range(200))


@pytest.mark.parametrize(
    "typed", ["{} ", " {0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", "{0[0]} {0[1]}\t{0[2]}{0[3]}{0[4]}{0[5]}"]
)
def test_digits_are_taken_with_spaces_as_people_type_them(typed):
    assert room_code.are_digits_of(7, typed.format(room_code.digits(7, MOMENT)), MOMENT)


def test_token_is_taken_in_capitals_too():
    assert room_code.session_of(f" {room_code.token(7, MOMENT).upper()} ", MOMENT) == 7


@pytest.mark.parametrize(
    "text", ["", "-", "7", "7-", "-abc", "٧-abc", "7-é", "0x7-abc", f"{'9' * 5000}-abc", "7-0123456789ab", "7_", "+7-a"]
)
def test_what_is_no_token_names_no_session(text):
    assert room_code.session_of(text, MOMENT) is None


def test_number_of_a_session_is_written_in_plain_figures_and_fits_a_row():
    token, longest = room_code.token(7, MOMENT), 10**18 - 1

    assert room_code.session_of(token.replace("7-", "٧-", 1), MOMENT) is None
    assert room_code.session_of(room_code.token(longest, MOMENT), MOMENT) == longest
    assert room_code.session_of(room_code.token(longest + 1, MOMENT), MOMENT) is None


@pytest.mark.parametrize("text", ["", "12345", "1234567", "é", "٠٠٠٠٠٠", "0" * 5000])
def test_what_are_no_digits_open_no_door(text):
    assert not room_code.are_digits_of(7, text, MOMENT)


@pytest.mark.parametrize("key", ["another", "keys"])
def test_code_hangs_on_the_secret_of_the_installation(settings, key):
    known = room_code.token(7, MOMENT), room_code.digits(7, MOMENT)
    settings.SECRET_KEY = key

    assert known != (room_code.token(7, MOMENT), room_code.digits(7, MOMENT))
    assert room_code.token(7, MOMENT)[2:14] != known[0][2:14]


@given(st.integers(-(10**9), 10**9).map(lambda ms: MOMENT + timedelta(milliseconds=ms)))
def test_half_minute_ends_within_thirty_seconds(moment):
    ends = room_code.ends_at(moment)

    assert timedelta(0) < ends - moment <= room_code.WINDOW
    assert ends.second in {0, 30}
    assert room_code.token(7, moment) == room_code.token(7, ends - timedelta(microseconds=1))
    assert room_code.token(7, moment) != room_code.token(7, ends)
