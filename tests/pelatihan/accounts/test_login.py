"""Logging in and out, the limit on guessing, changing one's password."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory

from pelatihan.models.office import office
from pelatihan.web.proxy import client_network
from tests.factories import UserFactory

PASSWORD = "kuda lumping 17"
MORNING = datetime(2019, 3, 11, 1, 0, tzinfo=UTC)  # 08.00 WIB


@pytest.fixture
def petugas(db) -> User:
    return a_user("petugas")


def a_user(role: str | None = None, name: str = "rina") -> User:
    user = UserFactory(username=name, role=role)
    user.set_password(PASSWORD)
    user.save()
    return user


def attempt(client: Client, name: str = "rina", password: str = "salah", **extra: Any):
    return client.post("/masuk/", {"username": name, "password": password, "next": extra.pop("next", "")}, **extra)


def fail(client: Client, times: int, name: str = "rina", **extra: str) -> list[int]:
    return [attempt(client, name, **extra).status_code for _ in range(times)]


# ---- In and out ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("petugas", "/panitia/"),
        ("panitia", "/panitia/"),
        ("pemantau", "/panitia/"),
        ("verifikator", "/admin/"),
        ("admin", "/admin/"),
        (None, "/panitia/"),
    ],
)
def test_log_in_opens_where_the_work_is(client, db, role, address):
    a_user(role)

    assert attempt(client, password=PASSWORD).url == address


def test_log_in_goes_on_to_the_page_asked_for(client, petugas):
    assert client.get("/panitia/2019-ii/").url == "/masuk/?next=/panitia/2019-ii/"
    assert attempt(client, password=PASSWORD, next="/panitia/2019-ii/").url == "/panitia/2019-ii/"


@pytest.mark.parametrize("foreign", ["https://contoh.example/", "//contoh.example/", "javascript:alert(1)"])
def test_log_in_leads_to_no_other_site(client, petugas, foreign):
    assert attempt(client, password=PASSWORD, next=foreign).url == "/panitia/"


def test_log_in_page_sends_who_is_in_to_work(client, petugas):
    client.force_login(petugas)

    assert client.get("/masuk/").url == "/panitia/"


def test_log_in_page_stands_under_the_letterhead(client, db):
    html = client.get("/masuk/").content.decode()

    assert office().short_name in html
    assert office().name in html


def test_wrong_password_is_told_once_for_both(client, petugas):
    wrong, unknown = attempt(client), attempt(client, "tidak-ada")
    sentence = "Nama pengguna atau kata sandi tidak cocok."

    assert sentence in wrong.content.decode()
    assert sentence in unknown.content.decode()
    assert wrong.status_code == unknown.status_code == 200


def test_nul_in_the_name_is_a_fault_of_the_form(client, petugas):
    response = attempt(client, "ri\0na")

    assert response.status_code == 200
    assert "Karakter null tidak diizinkan" in response.content.decode()


def test_inactive_person_cannot_log_in(client, petugas):
    petugas.is_active = False
    petugas.save()

    assert attempt(client, password=PASSWORD).status_code == 200


def test_admin_has_no_second_log_in_page(client, db):
    verifikator = a_user("verifikator")
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain == [("/masuk/?next=/admin/", 302)]

    client.force_login(verifikator)
    assert client.get("/admin/login/", follow=True).redirect_chain[-1][0] == "/admin/"


def test_log_out_takes_a_button(client, petugas):
    client.force_login(petugas)
    assert client.get("/keluar/").url == "/panitia/"
    assert client.get("/sandi/").status_code == 200

    response = client.post("/keluar/", follow=True)
    assert "Anda sudah keluar." in response.content.decode()
    assert client.get("/sandi/").status_code == 302


def test_log_out_twice_is_quiet(client, db):
    assert client.post("/keluar/").url == "/"
    assert client.get("/keluar/").url == "/"


def test_session_cookie_is_kept_from_scripts_and_other_sites(client, petugas):
    cookie = attempt(client, password=PASSWORD).cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 60 * 60


def test_no_browser_keeps_a_private_page(client, petugas):
    client.force_login(petugas)

    assert "no-store" in client.get("/sandi/")["Cache-Control"]


# ---- The session has ended meanwhile -------------------------------------------------------------


def test_form_sent_after_expiry_says_it_is_not_saved(client, db):
    response = client.post("/sandi/", {"old_password": "x"}, HTTP_REFERER="http://testserver/sandi/?a=b")

    assert response.url == "/masuk/?next=/sandi/%3Fa%3Db"
    assert "isian terakhir belum tersimpan" in client.get(response.url).content.decode()


def test_form_sent_after_expiry_follows_no_foreign_page(client, db):
    response = client.post("/sandi/", {}, HTTP_REFERER="https://contoh.example/")

    assert response.url == "/masuk/?next="


def test_program_without_log_in_gets_json(client, db):
    response = client.post("/panitia/2019-ii/presensi/1/rekam/", "{}", content_type="application/json")

    assert response.status_code == 401
    assert response.json()["error"] == "login_required"


# ---- Guessing ------------------------------------------------------------------------------------


def test_fifth_failure_closes_the_door(client, petugas):
    assert fail(client, 6) == [200, 200, 200, 200, 429, 429]


def test_right_password_is_refused_while_closed(client, petugas):
    fail(client, 5)

    assert attempt(client, password=PASSWORD).status_code == 429


@time_machine.travel(MORNING, tick=False)
def test_closed_door_says_until_when(client, petugas):
    fail(client, 5)
    response = attempt(client)

    assert "sampai pukul 08.15 WIB (15 menit lagi)" in response.content.decode()
    assert response["Retry-After"] == "900"


def test_closed_door_opens_when_it_said(client, petugas):
    with time_machine.travel(MORNING, tick=False) as clock:
        fail(client, 5)
        clock.shift(timedelta(minutes=14))
        assert fail(client, 3) == [429, 429, 429]
        clock.shift(timedelta(minutes=1, seconds=1))
        assert attempt(client, password=PASSWORD).status_code == 302


def test_other_name_and_other_address_stay_open(client, petugas):
    a_user(name="joko")
    fail(client, 5)

    assert attempt(client, "joko", PASSWORD).status_code == 302
    assert attempt(Client(REMOTE_ADDR="198.51.100.7"), password=PASSWORD).status_code == 302


def test_success_forgets_the_failures(client, petugas):
    fail(client, 4)
    attempt(client, password=PASSWORD)
    client.post("/keluar/")

    assert fail(client, 4) == [200, 200, 200, 200]


def test_another_browser_name_gives_no_more_tries(client, petugas):
    answers = [attempt(client, HTTP_USER_AGENT=f"Peramban {n}").status_code for n in range(6)]

    assert answers == [200, 200, 200, 200, 429, 429]


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


@pytest.mark.django_db(transaction=True)
def test_guessing_in_parallel_gives_no_more_tries():
    a_user()

    def guess(number: int) -> int:
        try:
            return attempt(Client(), password=f"tebakan {number}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(guess, range(20)))

    assert answers == [200] * 4 + [429] * 16
    assert AccessAttempt.objects.get().failures_since_start == 5


def test_failed_log_in_writes_no_name_or_password(client, petugas, caplog):
    caplog.set_level(logging.DEBUG)
    attempt(client, password="rahasia sekali")
    kept = AccessAttempt.objects.get()

    assert "rina" not in caplog.text
    assert "rahasia" not in caplog.text + kept.post_data
    assert "rina" not in kept.post_data


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


def test_password_is_kept_by_argon2(petugas):
    assert petugas.password.startswith("argon2")
