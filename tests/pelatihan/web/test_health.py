"""``/sehat/`` tells a monitor the truth. What it says of a broken database: test_outage.py."""

from concurrent.futures import Future

import pytest
from django.db import OperationalError
from django.test import Client

from pelatihan.web import health

pytestmark = pytest.mark.django_db


def test_health_is_good_when_migrated(client: Client) -> None:
    answer = client.get("/sehat/")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "migrations": "ok", "message": "Baik."})


def test_health_keeps_no_connection(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):  # of the thread that serves
        client.get("/sehat/")


def test_who_asks_meanwhile_gets_the_same_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Future[tuple[str, str]] = Future()
    monkeypatch.setattr(health, "_asking", asked)
    waited = client.get("/sehat/").json()["database"]
    asked.set_result(("ok", "pending"))
    monkeypatch.setattr(asked, "done", lambda: False)  # answered between the question and the look at it
    assert (waited, client.get("/sehat/").json()["migrations"]) == ("silent", "pending")


@pytest.mark.parametrize("finding", health.MESSAGES)
def test_only_one_finding_is_good(client: Client, monkeypatch: pytest.MonkeyPatch, finding: tuple[str, str]) -> None:
    monkeypatch.setattr(health, "_finding", lambda: finding)
    answer = client.get("/sehat/")
    assert answer.status_code == (200 if finding == ("ok", "ok") else 503)
    assert answer["Cache-Control"].startswith("max-age=0")


def test_full_disk_cannot_write() -> None:
    class DiskFull(Exception):
        pgcode = "53100"

    problem = OperationalError("could not extend file")
    problem.__cause__ = DiskFull()
    assert health.named(problem) == "read-only"
