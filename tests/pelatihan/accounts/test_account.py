"""One's own account: changing the password, where one is logged in, ending what is not one's own."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from pelatihan.accounts import sessions
from pelatihan.models import LoginSession
from tests.pelatihan.accounts.people import PASSWORD, a_user, attempt

MORNING = datetime(2019, 3, 11, 1, 0, tzinfo=UTC)  # 08.00 WIB
PHONE = "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"


@pytest.fixture
def petugas(db) -> User:
    return a_user("petugas")


# ---- Changing the password -----------------------------------------------------------------------


def change(client: Client, old: str, new: str, again: str = ""):
    fields = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post("/sandi/", fields, follow=True)


def test_password_change_holds_and_keeps_one_in(client, petugas):
    client.force_login(petugas)
    response = change(client, PASSWORD, "sate padang 2019")

    assert response.redirect_chain == [("/panitia/", 302)]
    assert client.get("/sandi/").status_code == 200
    assert attempt(Client(), password="sate padang 2019").status_code == 302


def test_password_change_ends_other_sessions(client, petugas):
    other = Client()
    client.force_login(petugas)
    other.force_login(petugas)
    change(client, PASSWORD, "sate padang 2019")

    assert other.get("/sandi/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("salah", "sate padang 2019", "", "Kata sandi yang sekarang tidak cocok."),
        (PASSWORD, "sate padang 2019", "sate padang 2018", "Kedua kata sandi baru tidak sama."),
        (PASSWORD, "pendek", "", "12 karakter"),
        (PASSWORD, "904715938264", "", "angka"),
        (PASSWORD, "1qaz2wsx3edc", "", "umum"),
        (PASSWORD, "rina-kartika", "", "mirip"),
    ],
)
def test_password_refusals_are_in_indonesian(client, petugas, old, new, again, sentence):
    client.force_login(petugas)
    html = change(client, old, new, again).content.decode()

    assert "perlu diperbaiki" in html
    assert sentence in html
    assert " password" not in html


def test_guessing_the_old_password_is_limited(client, petugas):
    client.force_login(petugas)
    answers = [change(client, "salah", "sate padang 2019").status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]
    assert change(client, PASSWORD, "sate padang 2019").status_code == 429
    petugas.refresh_from_db()
    assert petugas.check_password(PASSWORD)


def test_right_old_password_forgets_the_slips(client, petugas):
    client.force_login(petugas)
    for new in ("sate padang 2018", "sate padang 2019"):
        for _ in range(4):
            assert change(client, "salah", new).status_code == 200
        change(client, PASSWORD, "pendek")

    assert change(client, PASSWORD, "sate padang 2019").redirect_chain


# ---- Where one is logged in ----------------------------------------------------------------------


def a_browser(line: str = PHONE, name: str = "rina") -> Client:
    client = Client(HTTP_USER_AGENT=line)
    attempt(client, name, PASSWORD)
    return client


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def is_in(client: Client) -> bool:
    return client.get("/sandi/").status_code == 200


@time_machine.travel(MORNING, tick=False)
def test_page_lists_ones_own_devices(petugas):
    a_user("panitia", "joko")
    a_browser(name="joko")
    mine = a_browser()
    a_browser("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/120.0")
    page = words(mine.get("/akun/"))

    assert "Chrome di Android (perangkat ini) Masuk Senin, 11 Maret 2019 pukul 08.00 WIB" in page
    assert "Firefox di Windows" in page
    assert page.count("Terakhir dipakai") == 2


def test_page_holds_no_key_that_lets_in(petugas):
    mine = a_browser()
    a_browser()
    page = mine.get("/akun/").content.decode()

    assert not [key for key in LoginSession.objects.values_list("pk", flat=True) if key in page]


def test_one_device_is_put_out(petugas):
    mine, other, third = a_browser(), a_browser(), a_browser()
    name = sessions.name_of(LoginSession.objects.get(pk=other.session.session_key))

    assert "1 perangkat dikeluarkan." in words(mine.post("/akun/", {"sesi": name}, follow=True))
    assert [is_in(client) for client in (mine, other, third)] == [True, False, True]


def test_all_others_are_put_out(petugas):
    mine, other, third = a_browser(), a_browser(), a_browser()
    mine.post("/akun/")

    assert [is_in(client) for client in (mine, other, third)] == [True, False, False]


def test_nobody_puts_out_somebody_else(petugas):
    a_user("panitia", "joko")
    theirs, mine = a_browser(name="joko"), a_browser()
    name = sessions.name_of(LoginSession.objects.get(pk=theirs.session.session_key))
    mine.post("/akun/", {"sesi": name})
    mine.post("/akun/")

    assert is_in(theirs)


def test_password_change_leaves_one_session(petugas):
    mine = a_browser()
    a_browser()
    change(mine, PASSWORD, "sate padang 2019")

    assert [row.pk for row in LoginSession.objects.all()] == [mine.session.session_key]


# ---- How long a session lives --------------------------------------------------------------------


def still_in_after(client: Client, *, times: int, step: timedelta) -> list[bool]:
    with time_machine.travel(MORNING, tick=False) as clock:
        attempt(client, password=PASSWORD)
        answers = []
        for _ in range(times):
            clock.shift(step)
            answers.append(is_in(client))
    return answers


@pytest.mark.parametrize(
    ("role", "rest", "stays"),
    [
        ("verifikator", timedelta(minutes=59), True),
        ("verifikator", timedelta(minutes=61), False),
        ("panitia", timedelta(minutes=61), False),
        ("petugas", timedelta(hours=11), True),
        ("petugas", timedelta(hours=13), False),
        (None, timedelta(minutes=61), False),
    ],
)
def test_session_ends_after_a_rest(client, db, role, rest, stays):
    a_user(role)

    assert still_in_after(client, times=1, step=rest) == [stays]


def test_session_in_use_goes_on_until_its_longest(client, db):
    a_user("verifikator")
    answers = still_in_after(client, times=16, step=timedelta(minutes=50))

    assert answers == [True] * 14 + [False] * 2  # 12 hours are 14.4 steps


def test_desk_works_a_day(client, db):
    a_user("petugas")
    answers = still_in_after(client, times=4, step=timedelta(hours=8))

    assert answers == [True, True, False, False]


def test_new_role_shortens_the_rest(client, petugas):
    with time_machine.travel(MORNING, tick=False) as clock:
        attempt(client, password=PASSWORD)
        petugas.groups.set(a_user("panitia", "joko").groups.all())
        assert is_in(client)
        clock.shift(timedelta(minutes=61))
        assert not is_in(client)


def test_use_is_noted_every_five_minutes_only(client, petugas, django_assert_num_queries):
    with time_machine.travel(MORNING, tick=False) as clock:
        attempt(client, password=PASSWORD)
        client.get("/sandi/")
        clock.shift(timedelta(minutes=4))
        with django_assert_num_queries(2):  # the session, the person with all that they may do
            client.get("/sandi/")
        clock.shift(timedelta(minutes=2))
        with django_assert_num_queries(3):
            client.get("/sandi/")
        assert LoginSession.objects.get().used_at == MORNING + timedelta(minutes=6)
        with django_assert_num_queries(2):
            client.get("/sandi/")


@pytest.mark.parametrize(
    ("line", "device"),
    [
        (PHONE, "Chrome di Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari di iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge di Windows"),
        ("curl/8", "Peramban"),
        ("", "Peramban"),
    ],
)
def test_device_is_told_in_words(rf, line, device):
    assert sessions.device_of(rf.get("/", HTTP_USER_AGENT=line)) == device
