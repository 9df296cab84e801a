"""Guessing passwords: by a name from one place, by many names from one place, by a name from everywhere."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory

from pelatihan.accounts import guessing, known
from pelatihan.models import Tries
from pelatihan.web.limits import TooMany
from pelatihan.web.proxy import client_network
from tests.pelatihan.accounts.people import PASSWORD, a_user, attempt, fail

MORNING = datetime(2019, 3, 11, 1, 0, tzinfo=UTC)  # 08.00 WIB


@pytest.fixture
def petugas(db) -> User:
    return a_user("petugas")


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as moves:
        yield moves


def stranger(number: int) -> Client:
    """A browser at an address of its own."""
    return Client(REMOTE_ADDR=f"198.51.{number // 250}.{number % 250 + 1}")


# ---- One name from one place ---------------------------------------------------------------------


def test_sixth_try_finds_the_door_closed(client, petugas):
    assert fail(client, 7) == [200] * 5 + [429] * 2


def test_right_password_is_refused_while_closed(client, petugas):
    fail(client, 5)

    assert attempt(client, password=PASSWORD).status_code == 429


def test_closed_door_says_until_when(client, petugas, clock):
    fail(client, 5)
    clock.shift(timedelta(seconds=30))
    response = attempt(client)

    assert "sampai pukul 08.15 WIB (15 menit lagi)" in response.content.decode()
    assert response["Retry-After"] == "870"


def test_closed_door_opens_when_it_said(client, petugas, clock):
    fail(client, 5)
    clock.shift(timedelta(minutes=14))
    assert fail(client, 3) == [429, 429, 429]
    clock.shift(timedelta(minutes=1))
    assert attempt(client, password=PASSWORD).status_code == 302


def test_other_name_and_other_address_stay_open(client, petugas):
    a_user(name="joko")
    fail(client, 5)

    assert attempt(client, "joko", PASSWORD).status_code == 302
    assert attempt(stranger(7), password=PASSWORD).status_code == 302


def test_success_forgets_the_failures(client, petugas):
    fail(client, 4)
    attempt(client, password=PASSWORD)
    client.post("/keluar/")

    assert fail(Client(), 5) == [200] * 5


def test_unknown_name_is_limited_alike(client, petugas):
    assert fail(client, 6, "tidak-ada") == [200] * 5 + [429]


def test_name_of_any_length_gets_an_answer(client, petugas):
    assert fail(client, 1, "r" * 256) == [200]
    assert fail(client, 1, "r" * 100_000) == [200]


@pytest.mark.django_db(transaction=True)
def test_guessing_in_parallel_gives_no_more_tries():
    a_user()

    def guess(number: int) -> int:
        try:
            return attempt(Client(), password=f"tebakan {number}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(guess, range(20)))

    assert answers.count(200) <= 5  # some are sent away before, as too many hash at once
    assert answers.count(200) + answers.count(429) == 20


# ---- Many names from one place -------------------------------------------------------------------


def test_forty_names_from_one_place_come_to_an_end(client, petugas):
    answers = [code for number in range(20) for code in fail(client, 3, f"nama{number}")]

    assert answers == [200] * 50 + [429] * 10


def test_hundred_people_behind_one_address_log_in(db):
    people = [a_user("petugas", f"orang{number}") for number in range(3)]
    for number in range(60):
        assert attempt(Client(), people[number % 3].username, PASSWORD).status_code == 302


def test_noisy_neighbour_locks_no_known_browser_out(petugas):
    mine, neighbour = Client(), Client()
    attempt(mine, password=PASSWORD)
    mine.post("/keluar/")
    fail(neighbour, 6)
    for number in range(60):
        fail(neighbour, 1, f"nama{number}")

    assert attempt(neighbour, password=PASSWORD).status_code == 429
    assert attempt(mine, password=PASSWORD).status_code == 302


# ---- One name from everywhere --------------------------------------------------------------------


def test_name_tried_from_everywhere_lets_strangers_in_one_by_one(petugas, clock):
    for number in range(10):
        assert fail(stranger(number), 1) == [200]
    assert fail(stranger(10), 1) == [200]
    assert fail(stranger(11), 1) == [429]
    clock.shift(timedelta(seconds=2))
    assert fail(stranger(12), 1) == [200]
    clock.shift(timedelta(seconds=2))
    assert fail(stranger(13), 1) == [429]


def test_strangers_make_few_guesses_a_day(rf, petugas, clock):
    looked_at = 0
    for number in range(24 * 60):
        with suppress(TooMany):
            guessing.begin(rf.get("/", REMOTE_ADDR=f"198.51.{number // 250}.{number % 250}"), "rina", petugas)
            looked_at += 1
        clock.shift(timedelta(minutes=1))

    assert looked_at < 120


def test_owner_comes_in_by_a_network_and_by_a_browser_of_before(petugas):
    office, browser = stranger(5000), stranger(5001)
    for client in (office, browser):
        attempt(client, password=PASSWORD)
    for number in range(30):
        fail(stranger(number), 1)

    assert attempt(stranger(77), password=PASSWORD).status_code == 429
    assert attempt(Client(REMOTE_ADDR=office.defaults["REMOTE_ADDR"]), password=PASSWORD).status_code == 302
    browser.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert attempt(browser, password=PASSWORD).status_code == 302


def test_right_log_ins_do_not_count_as_tries(petugas):
    for number in range(25):
        assert attempt(stranger(number), password=PASSWORD).status_code == 302


# ---- Browsers that are known ---------------------------------------------------------------------


def test_known_browser_has_few_tries_too(client, petugas):
    attempt(client, password=PASSWORD)
    client.post("/keluar/")

    assert fail(client, 6) == [200] * 5 + [429]


def test_known_browser_is_no_pass_for_another_account(client, petugas):
    a_user(name="joko")
    attempt(client, password=PASSWORD)
    client.post("/keluar/")
    fail(Client(), 5, "joko")

    assert attempt(client, "joko", PASSWORD).status_code == 429


def test_new_password_makes_a_browser_unknown(client, petugas):
    attempt(client, password=PASSWORD)
    request = RequestFactory().get("/")
    request.COOKIES = {name: cookie.value for name, cookie in client.cookies.items()}
    assert known.browser_of(request, petugas)

    petugas.set_password("sate padang 2019")
    assert not known.browser_of(request, petugas)


def test_cookie_is_signed_and_hidden_from_scripts(client, petugas):
    attempt(client, password=PASSWORD)
    cookie = client.cookies[known.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")

    request = RequestFactory().get("/")
    request.COOKIES = {known.COOKIE: f"{cookie.value[:-1]}{'a' if cookie.value[-1] != 'a' else 'b'}"}
    assert not known.browser_of(request, petugas)


# ---- What is kept --------------------------------------------------------------------------------


def test_table_holds_no_name_and_no_address(client, petugas):
    fail(client, 2)
    kept = "".join(Tries.objects.values_list("key", flat=True))

    assert "rina" not in kept
    assert "127.0.0.1" not in kept


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", None),
        ("bukan alamat", None),
    ],
)
def test_network_of_an_address_is_counted(address, network):
    assert client_network(RequestFactory().get("/", REMOTE_ADDR=address)) == network


# ---- What counts by what, and what is told -------------------------------------------------------


def the_try(rf, user=None, address="192.0.2.1", name="rina") -> guessing.Attempt:
    return guessing.begin(rf.get("/", REMOTE_ADDR=address), name, user)


def test_limits_are_what_the_decision_says():
    """docs/decisions.md, 8."""
    limits = (guessing.PAIR, guessing.BROWSER, guessing.NETWORK, guessing.NAME, guessing.HOME, guessing.PASSWORD)

    assert [(limit.scope, limit.most, limit.period // 60) for limit in limits] == [
        ("login", 5, 15), ("login-browser", 5, 15), ("login-network", 50, 15), ("login-name", 10, 24 * 60),
        ("login-home", 1, 180 * 24 * 60), ("password", 5, 15),
    ]  # fmt: skip


def test_try_counts_by_pair_network_and_name(rf, db):
    the_try(rf)

    assert [guessing.PAIR.count("192.0.2.1 rina"), guessing.NETWORK.count("192.0.2.1")] == [1, 1]
    assert guessing.NAME.count("rina") == 1
    assert guessing.BROWSER.count("") == 0


def test_try_that_is_refused_counts_by_nothing_else(rf, db):
    for _ in range(5):
        the_try(rf)
    with pytest.raises(TooMany):
        the_try(rf)

    assert guessing.NETWORK.count("192.0.2.1") == guessing.NAME.count("rina") == 5


def test_refusal_by_the_network_gives_the_other_counts_back(rf, db):
    for _ in range(50):
        guessing.NETWORK.take("192.0.2.1")
    with pytest.raises(TooMany, match="Dari jaringan ini"):
        the_try(rf)

    assert (guessing.PAIR.count("192.0.2.1 rina"), guessing.NAME.count("rina")) == (0, 0)


def test_right_try_leaves_no_trace_but_its_home(rf, db):
    for _ in range(2):
        the_try(rf)
    the_try(rf).was_right()

    assert guessing.PAIR.count("192.0.2.1 rina") == 0
    assert (guessing.NETWORK.count("192.0.2.1"), guessing.NAME.count("rina")) == (2, 2)
    assert (guessing.HOME.count("192.0.2.1 rina"), guessing.HOME.count("192.0.2.2 rina")) == (1, 0)


def test_right_try_in_a_known_browser_forgets_its_slips(rf, db, monkeypatch):
    monkeypatch.setattr(known, "browser_of", lambda request, user: "a browser")
    for _ in range(4):
        the_try(rf, user=User())
    assert (guessing.BROWSER.count("a browser"), guessing.PAIR.count("192.0.2.1 rina")) == (4, 0)

    the_try(rf, user=User()).was_right()
    assert guessing.BROWSER.count("a browser") == 0


def test_name_is_not_counted_at_home(rf, db):
    the_try(rf).was_right()
    the_try(rf)

    assert guessing.NAME.count("rina") == 0


def test_strangers_wait_twice_as_long_each_time_and_a_quarter_of_an_hour_at_most(rf, db, clock):
    waits = []
    for number in range(24):
        while True:
            try:
                the_try(rf, address=f"198.51.100.{number}")
                break
            except TooMany as refusal:
                waits.append(round(refusal.seconds))
                clock.shift(timedelta(seconds=refusal.seconds))

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, *[900] * 4]


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (guessing.PAIR, "masuk dengan nama itu dari jaringan Anda ditutup"),
        (guessing.BROWSER, "masuk dengan nama itu di perangkat ini ditutup"),
        (guessing.NETWORK, "perangkat lain menunggu"),
        (guessing.NAME, "yang lain menunggu"),
        (guessing.PASSWORD, "penggantian kata sandi ditutup"),
    ],
)
def test_refusal_says_why_and_until_when(limit, words, clock):
    refusal = guessing.refusal(limit, MORNING + timedelta(minutes=2))

    assert refusal.reason.endswith(f"{words} sampai pukul 08.02 WIB (2 menit lagi).")
    assert refusal.advice == ("Sesudah itu silakan coba lagi. Lupa kata sandi? Mintalah kata sandi baru kepada admin.")
    assert refusal.seconds == 120


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1, "08.01 WIB (1 menit lagi)"),
        (0.2, "08.01 WIB (1 menit lagi)"),
        (60, "08.01 WIB (1 menit lagi)"),
        (60.2, "08.02 WIB (1 menit lagi)"),
        (61, "08.02 WIB (2 menit lagi)"),
    ],
)
def test_clock_that_is_told_is_never_too_early(seconds, told, clock):
    assert told in guessing.refusal(guessing.PAIR, MORNING + timedelta(seconds=seconds)).reason
