"""What comes back when something is wrong with a request, over the site's own addresses."""

import json
import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from pelatihan.models import Angkatan, Session
from pelatihan.urls import handler400, handler403, handler404, handler500
from pelatihan.urls import urlpatterns as site
from pelatihan.web import errors
from tests.factories import AngkatanFactory, SessionFactory, UserFactory

JSON = {"content_type": "application/json"}
RECORD = "/panitia/{}/presensi/{}/rekam/"


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("rahasia dapur")


crash.login_required = False  # type: ignore[attr-defined]
urlpatterns = [path("rusak/", crash), *site]
__all__ = ["handler400", "handler403", "handler404", "handler500"]


@pytest.fixture
def desk(client, db) -> tuple[Client, str]:
    """A desk officer, and the address that takes scans."""
    session = SessionFactory()
    client.force_login(UserFactory(role="petugas"))
    return client, RECORD.format(session.angkatan.slug, session.pk)


def words(response: HttpResponse) -> str:
    html = re.sub(r"<head>.*?</head>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.split())


def token_of(client: Client, page: str = "/masuk/") -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(page).content.decode())[1]


# ---- Addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/tidak/ada/",
        "/angkatan/2019-xcix/",
        "/angkatan/%27%20or%201=1/",
        "/k/ABCDEFGH/ubah/lagi/",
        "/%ff%fe/",
        "/k/" + "A" * 3000 + "/x/",
    ],
)
def test_unknown_address_says_what_to_do(client, db, address):
    response = client.get(address)

    assert response.status_code == 404
    assert "Halaman ini tidak ada" in words(response)


@pytest.mark.parametrize("number", ["99999999999999999999", "0", "9" * 5000])
def test_impossible_session_number_is_not_found(desk, number):
    client, record = desk
    page = record.replace("rekam/", "").rsplit("/", 2)[0]

    assert client.get(f"{page}/{number}/").status_code == 404


@pytest.mark.parametrize("address", ["/?q=%00", "/k/%00/", "/masuk/?next=%00", "/angkatan/x%00/daftar/"])
def test_nul_in_the_address_is_unreadable(client, db, address):
    response = client.get(address)

    assert response.status_code == 400
    assert "tidak terbaca" in words(response)


def test_nul_in_a_cookie_is_unreadable(client, db):
    assert client.get("/masuk/", HTTP_COOKIE=r'sessionid="\000aaaaaaaaaaaaaaaaaaaaaaaa"').status_code == 400


@pytest.mark.parametrize("query", ["?halaman=%ff%fe", "?halaman=%ed%a0%80", "?%f0%9f=1", "?" + "a=1&" * 3000])
def test_broken_query_breaks_nothing(client, db, query):
    assert client.get("/" + query).status_code in (200, 413)


@pytest.mark.parametrize("host", ["contoh.example", "a b", "-", "[::", "x" * 300])
def test_foreign_host_is_refused(client, db, host):
    response = client.get("/", HTTP_HOST=host)

    assert response.status_code == 400
    assert "tidak terbaca" in words(response)


@pytest.mark.parametrize("accept", ["", "*", "text/html;q=x", "/", ";;;", "application/json;q=2", "é"])
def test_odd_accept_header_breaks_nothing(client, db, accept):
    assert client.get("/tidak/ada/", HTTP_ACCEPT=accept).status_code == 404


def test_wrong_method_says_where_to_go(desk):
    client, record = desk
    response = client.get(record)

    assert response.status_code == 405
    assert "gunakan tombolnya" in words(response)
    assert response["Allow"]


# ---- Refusals ------------------------------------------------------------------------------------


def test_refusal_shows_its_reason(client, db):
    client.force_login(UserFactory(role="petugas"))
    response = client.get(f"/panitia/{AngkatanFactory().slug}/cetak/")

    assert response.status_code == 403
    assert "Lembar cetak hanya untuk panitia." in words(response)
    assert "Keluar" in words(response)


def test_refusal_for_programs_is_json(client, db):
    session = SessionFactory()
    client.force_login(UserFactory(role="pemantau"))
    response = client.post(RECORD.format(session.angkatan.slug, session.pk), "{}", **JSON)

    assert response.status_code == 403
    assert response.json()["error"] == "forbidden"
    assert response.json()["message"].startswith("Meja presensi hanya untuk")


@pytest.mark.parametrize("headers", [{"HTTP_ACCEPT": "application/json"}, {"CONTENT_TYPE": "application/json"}])
def test_programs_get_json_for_unknown_address(client, db, headers):
    response = client.get("/tidak/ada/", **headers)

    assert response.status_code == 404
    assert response.json() == {"error": "not_found", "message": "Alamat ini tidak ada."}


def test_people_get_pages_for_everything(db):
    request = RequestFactory().get("/", HTTP_ACCEPT="text/html,application/xhtml+xml,*/*;q=0.8")

    assert not errors.wants_json(request)
    assert "Akun Anda tidak berhak" in words(errors.permission_denied(request, PermissionDenied()))


def test_limit_tells_how_long(db):
    response = errors.too_many(RequestFactory().get("/"), seconds=61.2)

    assert response.status_code == 429
    assert response["Retry-After"] == "62"
    assert "Mohon tunggu 2 menit, lalu coba lagi." in words(response)


@pytest.mark.urls("tests.pelatihan.web.test_errors")
def test_crash_says_sorry_and_nothing_else(client, db):
    client.raise_request_exception = False
    response = client.get("/rusak/")

    assert response.status_code == 500
    assert "Ada gangguan pada sistem" in words(response)
    assert "rahasia" not in words(response)
    assert client.get("/rusak/", HTTP_ACCEPT="application/json").json()["error"] == "server_error"


# ---- Bodies --------------------------------------------------------------------------------------


def huge(client: Client, address: str, content_type: str):
    """50 MB are announced; that not one of them is read shows in that none need be there."""
    return client.generic("POST", address, CONTENT_TYPE=content_type, CONTENT_LENGTH=str(50 * 1024 * 1024))


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_huge_form_is_refused_unread(client, db, kind):
    response = huge(client, "/masuk/", kind)

    assert response.status_code == 413
    assert "Kiriman ini terlalu besar" in words(response)


def test_huge_json_is_refused_in_json(desk):
    client, record = desk
    response = huge(client, record, "application/json")

    assert response.status_code == 413
    assert response.json()["error"] == "too_large"


def test_body_of_unknown_length_is_unreadable(desk):
    client, record = desk

    assert client.post(record, "{}", HTTP_TRANSFER_ENCODING="chunked", **JSON).json()["error"] == "bad_request"


def test_form_of_two_megabytes_is_too_large(client, db):
    response = client.post("/masuk/", "username=" + "a" * 2 * 1024 * 1024, "application/x-www-form-urlencoded")

    assert response.status_code == 413


def test_form_of_too_many_fields_is_too_large(client, db):
    response = client.post("/masuk/", "a=1&" * 6000, "application/x-www-form-urlencoded")

    assert response.status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data\r\n\r\n"),
        ("application/x-www-form-urlencoded; charset=utf-16", "a=b"),
        ("application/x-www-form-urlencoded; charset=tidak-ada", "a=b"),
        ("multipart/form-data; boundary=\u00e9", "x"),
    ],
)
def test_broken_form_breaks_nothing(client, db, kind, body):
    assert client.generic("POST", "/masuk/", body, content_type=kind).status_code in (200, 400)


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "1e999", '"\\ud800"', '{"scans": 5}', '{"scans": [{"id": "\\u0000", "code": "\\ud800"}]}'],
)
def test_json_that_is_none_of_ours_is_refused_in_json(desk, body):
    client, record = desk
    response = client.generic("POST", record, body, CONTENT_TYPE="application/json")

    assert response.status_code in (200, 400)
    assert response["Content-Type"] == "application/json"


# ---- Forms without a token -----------------------------------------------------------------------


@pytest.fixture
def strict(db) -> Client:
    return Client(enforce_csrf_checks=True)


HOME = "http://testserver"


def test_form_without_token_keeps_what_was_typed(strict):
    response = strict.post("/k/?a=b", {"code": "ABCD-EFGH", "phone": "<b>0812"}, HTTP_ORIGIN=HOME)
    html = response.content.decode()

    assert response.status_code == 403
    assert 'action="/k/?a=b"' in html
    assert '<input type="hidden" name="phone" value="&lt;b&gt;0812">' in html
    assert "no-store" in response["Cache-Control"]


def test_form_is_sent_again_with_a_fresh_token(strict):
    page = strict.post("/masuk/", {"username": "rina"}, HTTP_ORIGIN=HOME).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    assert strict.post("/masuk/", {"csrfmiddlewaretoken": token, "username": "rina"}).status_code == 200


@pytest.mark.parametrize("origin", ["https://contoh.example", "null", "http://testserver.contoh.example"])
def test_form_from_elsewhere_is_never_offered_again(strict, origin):
    response = strict.post("/k/", {"code": "ABCD-EFGH"}, HTTP_ORIGIN=origin)

    assert response.status_code == 403
    assert "ABCD-EFGH" not in response.content.decode()
    assert "Muat ulang halaman tadi lalu kirim lagi" in words(response)


def test_form_without_origin_is_never_offered_again(strict):
    assert "ABCD-EFGH" not in strict.post("/k/", {"code": "ABCD-EFGH"}).content.decode()


def test_password_is_never_written_into_a_page(strict):
    html = strict.post("/masuk/", {"username": "rina", "password": "rahasia"}, HTTP_ORIGIN=HOME).content.decode()

    assert "rahasia" not in html
    assert "rina" not in html


def test_program_without_token_gets_json(strict):
    session = SessionFactory()
    strict.force_login(UserFactory(role="petugas"))
    response = strict.post(RECORD.format(session.angkatan.slug, session.pk), "{}", **JSON)

    assert response.status_code == 403
    assert response.json()["error"] == "csrf"


# ---- Anything at all -----------------------------------------------------------------------------


@pytest.fixture
def open_angkatan(db) -> Angkatan:
    now = timezone.now()
    return AngkatanFactory(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1))


@pytest.fixture
def session(db) -> Session:
    made = SessionFactory()
    vars(made)["organiser"] = UserFactory(role="panitia")
    return made


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PUBLIC_FORMS = {
    "/masuk/": ("username", "password", "next"),
    "/keluar/": ("next",),
    "/k/": ("code", "phone"),
    "/k/ABCDEFGH/": ("phone",),
    "/k/ABCDEFGH/ubah/": ("name", "phone", "note"),
    "/k/ABCDEFGH/batal/": ("reason",),
    "/angkatan/{slug}/daftar/": (
        *("ormas", "front_title", "name", "back_title", "nickname", "gender", "position", "phone", "email"),
        *("special_needs", "privacy", "token"),
    ),
}


@pytest.mark.parametrize("address", PUBLIC_FORMS)
@tries(max_examples=15, deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_public_form_survives_anything(client, open_angkatan, address, data):
    fields = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(PUBLIC_FORMS[address], text)))

    assert client.post(address.format(slug=open_angkatan.slug), fields).status_code < 500


@tries(max_examples=40, deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["scans", "device", "sent_at", "id", "code", "at", "kind"]), inner)
        ),
        max_leaves=12,
    )
)
def test_desk_survives_any_json(desk, body):
    client, record = desk
    response = client.post(record, json.dumps(body), **JSON)

    assert response.status_code < 500
    assert connection.is_usable()


@tries(max_examples=30, deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.fixed_dictionaries({}, optional=dict.fromkeys(("code", "ref", "undoes", "id", "shown"), text)))
def test_desk_survives_any_form(desk, fields):
    client, record = desk

    assert client.post(record, fields).status_code == 302


ASKED = ("hari", "sesi", "cari", "jawaban", "bagian", "pilih", "lembar", "bentuk", "kertas", "urut", "kosong", "q")


@pytest.mark.parametrize("page", ["", "presensi/", "presensi/{}/", "rekap/", "cetak/", "cetak/daftar-hadir.pdf"])
@tries(max_examples=12, deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.fixed_dictionaries({}, optional=dict.fromkeys(ASKED, text)))
def test_organisers_page_survives_any_question(client, session, page, asked):
    client.force_login(session.organiser)
    address = f"/panitia/{session.angkatan.slug}/{page.format(session.pk)}"

    assert client.get(address, asked).status_code < 500
