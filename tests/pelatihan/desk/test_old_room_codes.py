"""Codes of a room that are not on its screen any more: which session they name, and since when they were shown."""

from datetime import UTC, datetime, timedelta

import pytest

from pelatihan.desk import room_code
from pelatihan.desk.room_code import WINDOW

AT = datetime(2019, 3, 11, 1, 0, tzinfo=UTC)  # a half minute begins


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("12-abcdefghjkmn", 12),
        (" 12-ABCDEFGHJKMN ", 12),
        ("12-ab-cd", 12),
        ("9" * 18 + "-a", int("9" * 18)),
        ("9" * 19 + "-a", None),
        ("12", None),
        ("-abc", None),
        ("a12-abc", None),
        ("٣-abc", None),
        ("12-é", None),
        ("", None),
    ],
)
def test_token_names_its_session_whether_or_not_it_was_ever_shown(text, named):
    assert room_code.named(text) == named


@pytest.mark.parametrize("half_minutes", [0, 1, 2, 119])
def test_old_token_tells_since_when_it_was_shown(half_minutes):
    token = room_code.token(12, AT)
    later = AT + half_minutes * WINDOW + timedelta(seconds=7)
    assert room_code.shown_at(f" {token.upper()} ", later) == AT


def test_token_of_an_hour_ago_of_another_session_or_of_nobody_tells_nothing():
    token = room_code.token(12, AT)
    assert room_code.shown_at(token, AT + 120 * WINDOW) is None
    assert room_code.shown_at(token, AT - WINDOW) is None
    assert room_code.shown_at(token.replace("12-", "13-"), AT) is None
    assert room_code.shown_at("x", AT) is None
    assert room_code.session_of("x", AT) is None


@pytest.mark.parametrize(("half_minutes", "were"), [(1, False), (2, True), (11, True), (12, False)])
def test_digits_of_some_minutes_ago_are_known(half_minutes, were):
    digits = room_code.digits(12, AT)
    later = AT + half_minutes * WINDOW
    assert room_code.were_digits_of(12, f"{digits[:3]} {digits[3:]}", later) is were
    assert room_code.were_digits_of(13, digits, later) is False
