"""Browsers in which an account has logged in before: whom they know, how long, how many."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpResponse

from pelatihan.accounts import known

MORNING = datetime(2019, 3, 11, 1, 0, tzinfo=UTC)


def account(number: int) -> User:
    return User(pk=number, username=f"orang{number}", password=f"sandi{number}")


@pytest.fixture
def browser(rf):
    """One with a jar of cookies: ``log_in(user)`` remembers somebody, ``knows(user)`` is its name with them."""

    class Browser:
        cookies: dict[str, str] = {}

        def asks(self):
            request = rf.get("/")
            request.COOKIES = dict(self.cookies)
            return request

        def log_in(self, user: User):
            response = HttpResponse()
            known.remember(self.asks(), response, user)
            [(name, cookie)] = response.cookies.items()
            self.cookies = {name: cookie.value}
            return cookie

        def knows(self, user: User) -> str:
            return known.browser_of(self.asks(), user)

    return Browser()


def test_browser_knows_who_logged_in_and_nobody_else(browser):
    assert browser.knows(account(1)) == ""
    browser.log_in(account(1))

    name = browser.knows(account(1))
    assert name.endswith(" 1")
    assert len(name) == len("abcdefghijkl 1")
    assert browser.knows(account(2)) == ""


def test_browser_keeps_its_name_whoever_comes(browser):
    browser.log_in(account(1))
    first = browser.knows(account(1))
    browser.log_in(account(2))

    assert browser.knows(account(1)) == first
    assert browser.knows(account(2)).split()[0] == first.split()[0]


def test_five_accounts_are_known_the_oldest_is_forgotten(browser):
    for number in (1, 2, 3, 4, 5, 1, 6):
        browser.log_in(account(number))

    assert [bool(browser.knows(account(number))) for number in range(1, 7)] == [True, False, True, True, True, True]


def test_one_who_comes_often_crowds_nobody_out(browser):
    for number in (2, 1, 1, 1, 1, 1):
        browser.log_in(account(number))

    assert browser.knows(account(2))


def test_new_password_makes_it_a_stranger(browser):
    user = account(1)
    browser.log_in(user)
    user.password = "lain"

    assert browser.knows(user) == ""


def test_mark_of_one_account_serves_no_other(browser):
    one, other = account(1), account(2)
    other.password = one.password
    browser.log_in(one)

    kept = known._read(browser.asks())
    assert list(map(tuple, kept["accounts"])) == [(1, known._mark(kept["id"], one))]
    assert known._mark(kept["id"], one) != known._mark(kept["id"], other)
    assert known._mark("another", one) != known._mark(kept["id"], one)
    assert len(known._mark(kept["id"], one)) == 32


def test_half_a_year_is_remembered(browser):
    with time_machine.travel(MORNING, tick=False) as clock:
        cookie = browser.log_in(account(1))
        clock.shift(timedelta(days=180))
        assert browser.knows(account(1))
        clock.shift(timedelta(seconds=1))
        assert browser.knows(account(1)) == ""
    assert cookie["max-age"] == 180 * 24 * 60 * 60


@pytest.mark.parametrize("secure", [True, False])
def test_cookie_is_for_our_own_pages_only(browser, settings, secure):
    settings.SESSION_COOKIE_SECURE = secure
    settings.COOKIE_PREFIX = "__Host-" if secure else ""
    cookie = browser.log_in(account(1))

    assert (cookie.key, bool(cookie["secure"])) == ("__Host-perangkat" if secure else "perangkat", secure)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_cookie_of_another_purpose_or_made_up_is_no_cookie(browser):
    kept = {"id": "abcdefghijkl", "accounts": [(1, known._mark("abcdefghijkl", account(1)))]}
    for value in (signing.dumps(kept, salt="another"), "made up", ""):
        browser.cookies = {known.cookie_name(): value}
        assert browser.knows(account(1)) == ""
    browser.cookies = {known.cookie_name(): signing.dumps(kept, salt="pelatihan.accounts.known")}
    assert browser.knows(account(1)) == "abcdefghijkl 1"
