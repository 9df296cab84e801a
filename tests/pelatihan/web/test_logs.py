"""Logs tell what happened, not to whom."""

import json
import logging
import re
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils.functional import SimpleLazyObject

from ormas.models import Ormas
from pelatihan.web import errors
from pelatihan.web.logs import PrivateFormatter, without_secrets
from tests.factories import UserFactory

TOKEN = "1j4q7wx9m2k5r8t0v3y6z1b4c"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("GET /k/ABCD2345/ 200", "GET /k/***/ 200"),
        ("GET /k/ABCD-2345/ubah/", "GET /k/***/ubah/"),
        ("GET /undangan/q7Wx-_9/", "GET /undangan/***/"),
        (f"GET /undangan/{TOKEN}/ 200 5120 byte", "GET /undangan/***/ 200 5120 byte"),
        (f"GET /undangan/{TOKEN}/utusan/7/ubah/", "GET /undangan/***/utusan/7/ubah/"),
        (f"Not Found: /Undangan//{TOKEN.upper()}", "Not Found: /Undangan/***"),
        (f"GET /undangan%2F{TOKEN}/", "GET /undangan%2F***/"),
        (f"Not Found: /undangan/{TOKEN[:9]} {TOKEN[9:]}/ account=rina", "Not Found: /undangan/***/ account=rina"),
        (f"Not Found: /undangan/{TOKEN} account=rina2", "Not Found: /undangan/*** account=rina2"),
        (f"Not Found: /undagan/{TOKEN}/", "Not Found: /undagan/***/"),
        (f"Not Found: /{TOKEN.upper()}", "Not Found: /***"),
        (f"https://pelatihan.example/undangan/{TOKEN}/", "https://pelatihan.example/undangan/***/"),
        ("account=verifikator2026kesbangpoldki", "account=verifikator2026kesbangpoldki"),
        ("GET /hadir/q7Wx9/", "GET /hadir/***/"),
        ("GET /hadir/12-abcdefghjkmn/?jawaban=3f2c HTTP/1.1", "GET /hadir/***/ HTTP/1.1"),
        ("GET /sertifikat/9F3KQ7TMX2ABC/", "GET /sertifikat/***/"),
        ("GET //K//ABCD2345", "GET //K/***"),
        ("Not Found: /k/ABCD2345", "Not Found: /k/***"),
        ("/masuk/?next=/k/ABCD2345/", "/masuk/"),
        ("/panitia/2019-ii/presensi/7/?q=Siti%20Aminah", "/panitia/2019-ii/presensi/7/"),
        ("Invalid request from ip=192.0.2.7: oops", "Invalid request from ip=***: oops"),
        ("DETAIL:  Key (phone)=(+6281234567890) already exists.", "DETAIL: ***"),
        ("/angkatan/2019-ii/daftar/ 200", "/angkatan/2019-ii/daftar/ 200"),
        ("/k/ 200", "/k/ 200"),
    ],
)
def test_log_line_keeps_no_secret(line: str, kept: str) -> None:
    assert without_secrets(line) == kept


def traceback_of(error: Exception, **more: object) -> str:
    try:
        raise error
    except Exception as raised:
        record = logging.LogRecord("django", logging.ERROR, "", 0, "Error: %s", ("/k/ABCD2345/",), None)
        record.exc_info = (type(raised), raised, raised.__traceback__)
    vars(record).update(more)
    return PrivateFormatter().format(record)


def test_traceback_tells_class_and_place_and_no_value() -> None:
    text = traceback_of(ValueError("got 'Budi Rahasia 081234567890'"), exc_text="ValueError: Budi")

    assert "builtins.ValueError" in text
    assert re.search(r"tests/pelatihan/web/test_logs.py:\d+ in traceback_of", text)
    for secret in ("Budi", "0812", "ABCD2345"):
        assert secret not in text


def test_causes_are_told_without_values_too() -> None:
    error = TypeError("Budi")
    error.__cause__ = KeyError("0812")
    text = traceback_of(error)

    assert text.index("builtins.KeyError") < text.index("which led to") < text.index("builtins.TypeError")
    assert "Budi" not in text + traceback_of(ExceptionGroup("Budi", [error]))
    assert "0812" not in text


def test_groups_are_told() -> None:
    assert "builtins.KeyError" in traceback_of(ExceptionGroup("x", [KeyError("y")]))


@pytest.mark.parametrize("error", [ImproperlyConfigured("Set SECRET_KEY"), ImportError("No module named x")])
def test_what_speaks_of_the_program_is_told_in_full(error: Exception) -> None:
    assert str(error) in traceback_of(error)


@pytest.mark.django_db
def test_database_tells_the_rule_and_not_the_row() -> None:
    Ormas.objects.create(name="Perkumpulan Contoh")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Ormas.objects.create(name="R")
    text = traceback_of(refused.value)

    assert "(23514 ormas_ormas ormas_name_is_written)" in text
    assert "violates" not in text


# ---- Who, and which request ----------------------------------------------------------------------


def test_refusal_is_logged_with_the_account(client, db) -> None:
    client.force_login(UserFactory(username="rina", role="petugas"))
    handler = logging.StreamHandler(out := StringIO())
    handler.setFormatter(PrivateFormatter())
    log = logging.getLogger("django.request")
    log.addHandler(handler)
    try:
        client.get("/admin/")
        client.get("/panitia/2019-xx/")
    finally:
        log.removeHandler(handler)

    assert "Forbidden (Permission denied): /admin/ account=rina" in out.getvalue()
    assert "Not Found: /panitia/2019-xx/ account=rina" in out.getvalue()


def test_log_asks_the_database_for_nobody(rf, django_assert_num_queries, db) -> None:
    request = rf.get("/")
    request.user = SimpleLazyObject(lambda: UserFactory())
    record = logging.LogRecord("django", logging.ERROR, "", 0, "Oops", (), None)
    record.request = request

    with django_assert_num_queries(0):
        assert PrivateFormatter().format(record) == "Oops"


def test_crash_has_a_number_on_the_page_and_in_the_log(rf) -> None:
    request = rf.get("/")
    page = errors.server_error(request).content.decode()
    number = re.search(r"nomor gangguan <span class=\"nowrap\">(\w{8})</span>", page)[1]

    assert f"ref={number}" in traceback_of(ValueError(), request=request)
    program = rf.get("/", HTTP_ACCEPT="application/json")
    assert json.loads(errors.server_error(program).content)["reference"] in traceback_of(ValueError(), request=program)
