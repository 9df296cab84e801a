"""How much a request may bring: little by default, more where a view says so, and told before anything is read."""

import json
from io import BytesIO

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.http import require_POST

from pelatihan.urls import handler400, handler403, handler404, handler500
from pelatihan.urls import urlpatterns as site
from pelatihan.web.bodies import body_limit
from tests.factories import SessionFactory, UserFactory

MEGABYTE = 1024 * 1024
HERE = pytest.mark.urls("tests.pelatihan.web.test_bodies")


@login_not_required
@require_POST
@body_limit(3 * MEGABYTE, "Kirim paling banyak 3 MB.")
def large(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.FILES["file"])))


urlpatterns = [path("besar/", large), *site]
__all__ = ["handler400", "handler403", "handler404", "handler500"]


def announced(client: Client, address: str, length: object, kind: str = "multipart/form-data; boundary=x"):
    """So much is announced; that nothing is read shows in that nothing need be there."""
    return client.generic("POST", address, CONTENT_TYPE=kind, CONTENT_LENGTH=str(length))


@pytest.mark.parametrize("address", ["/masuk/", "/k/", "/keluar/"])
@pytest.mark.parametrize("length", [settings.BODY_LIMIT + 1, 50 * MEGABYTE, 10**30, "-1", "x"])
def test_default_is_a_megabyte(client, db, address, length):
    assert announced(client, address, length).status_code == 413


def test_just_as_much_as_allowed_comes_in(client, db):
    body = "username=" + "a" * (settings.BODY_LIMIT - len("username="))

    assert client.post("/masuk/", body, "application/x-www-form-urlencoded").status_code == 200


@HERE
def test_view_takes_what_it_says(client, db):
    assert announced(client, "/besar/", 3 * MEGABYTE + 1).status_code == 413
    assert client.post("/besar/", {"file": BytesIO(b"x" * (3 * MEGABYTE - 300))}).content == b"3145428"
    assert "Kirim paling banyak 3 MB." in announced(client, "/besar/", 4 * MEGABYTE).content.decode()


@HERE
def test_programs_read_the_sentence_too(client, db):
    answer = announced(client, "/besar/", 4 * MEGABYTE, "application/json")

    assert answer.json() == {"error": "too_large", "message": "Kirim paling banyak 3 MB."}


@HERE
def test_other_views_keep_the_default(client, db):
    answer = announced(client, "/masuk/", 2 * MEGABYTE)

    assert answer.status_code == 413
    assert "bagi menjadi beberapa kiriman" in answer.content.decode()


def test_address_that_is_not_there_reads_nothing(client, db):
    assert announced(client, "/tidak/ada/", 50 * MEGABYTE).status_code == 404


def test_fullest_post_of_the_desk_fits(client, db):
    """500 scans, the most that one post may hold."""
    session = SessionFactory()
    client.force_login(UserFactory(role="petugas"))
    scan = {"id": "0190a3c4-1111-7222-8333-444455556666", "code": "ABCD-EFGH", "at": "2019-03-11T08:00:00.000+07:00"}
    body = json.dumps({"device": "Meja 1" * 10, "scans": [scan | {"kind": "check_in", "means": "scan"}] * 500})

    assert len(body) < settings.BODY_LIMIT / 5
    answer = client.post(f"/panitia/{session.angkatan.slug}/presensi/{session.pk}/rekam/", body, "application/json")
    assert answer.status_code != 413
