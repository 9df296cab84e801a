"""Logging in and out; what the log says of it."""

import logging

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pelatihan.models.office import office
from pelatihan.web.logs import ACCOUNT
from tests.pelatihan.accounts.people import PASSWORD, a_user, attempt


@pytest.fixture
def petugas(db) -> User:
    return a_user("petugas")


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
    assert "Ada tanda yang tidak terbaca" in response.content.decode()


def test_inactive_person_cannot_log_in(client, petugas):
    petugas.is_active = False
    petugas.save()

    assert attempt(client, password=PASSWORD).status_code == 200


def test_switched_off_person_is_out_at_once(client, petugas):
    client.force_login(petugas)
    User.objects.update(is_active=False)

    assert client.get("/panitia/").url == "/masuk/?next=/panitia/"


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
    assert cookie["path"] == "/"


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


def test_program_without_log_in_is_told_so_before_anything_else(db):
    """Not that its token is missing: it has none, and a new one would not help."""
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/panitia/2019-ii/presensi/1/rekam/", "{}", content_type="application/json")

    assert (answer.status_code, answer.json()["error"]) == (401, "login_required")


def test_log_in_itself_takes_a_token(petugas):
    assert attempt(Client(enforce_csrf_checks=True), password=PASSWORD).status_code == 403


# ---- What the log says ---------------------------------------------------------------------------


def told(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "pelatihan.accounts"]


def test_log_tells_who_came_and_went(client, petugas, caplog):
    caplog.set_level(logging.INFO)
    attempt(client)
    attempt(client, password=PASSWORD)
    client.post("/keluar/")

    assert told(caplog) == ["Log-in failed: account=rina", "Logged in: account=rina", "Logged out: account=rina"]


def test_access_log_is_told_the_account(client, petugas):
    assert ACCOUNT not in client.get("/").wsgi_request.META
    client.force_login(petugas)
    assert client.get("/sandi/").wsgi_request.META[ACCOUNT] == "rina"
    assert client.get("/admin/").wsgi_request.META[ACCOUNT] == "rina"  # refused, too
    assert ACCOUNT not in Client().get("/sandi/").wsgi_request.META


def test_log_tells_whom_the_limit_met(client, petugas, caplog):
    for _ in range(6):
        attempt(client)

    assert told(caplog)[-1] == "Log-in refused: too many tries, account=rina"


def test_log_keeps_no_password_and_no_name_that_is_none(client, petugas, caplog):
    caplog.set_level(logging.DEBUG)
    attempt(client, "sandi-saya-17", "rahasia sekali")

    assert "Log-in failed: account=unknown" in told(caplog)
    assert "sandi-saya-17" not in caplog.text
    assert "rahasia" not in caplog.text
