"""What people and monitors get while the database is locked, away, full of connections or read-only."""

import json
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg2
import pytest
from django.db import Error, InterfaceError, InternalError, OperationalError, ProgrammingError

from bench.clients import Answer, Client
from pelatihan.models import LoginSession, Office
from pelatihan.web.outage import is_outage
from tests.pelatihan.web.outage_site import THREADS, BreakableSite, breakable_site, words

pytestmark = pytest.mark.xdist_group("serve")
OFFICES, SESSIONS = Office._meta.db_table, LoginSession._meta.db_table
LOCK_SECONDS = 5  # settings.WEB_CONNECTION
MUCH = 10.0  # a busy machine's delay on top


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BreakableSite]:
    with breakable_site(tmp_path_factory) as opened:
        yield opened


def timed(client: Client, path: str) -> tuple[Answer, float]:
    before = time.monotonic()
    answer = client.send("GET", path)
    return answer, time.monotonic() - before


def finding(answer: Answer) -> tuple[int, str, str]:
    report = json.loads(answer.body)
    return answer.status, report["database"], report["migrations"]


def is_apology(answer: Answer) -> bool:
    return (
        answer.status == 503
        and int(answer.headers["retry-after"]) > 0
        and answer.headers["cache-control"] == "no-store"
        and "Basis data sedang tidak dapat dipakai" in words(answer.body)
    )


def check_in(desk: Client, path: str, scan: dict[str, str]) -> Answer:
    body = {"device": "uji", "sent_at": scan["at"], "scans": [scan]}
    token = desk.cookies["csrftoken"]
    return desk.send("POST", path, json.dumps(body).encode(), Content_Type="application/json", X_CSRFToken=token)


def someone_at_the_door(site: BreakableSite) -> tuple[str, dict[str, str]]:
    """An open session's address, and the scan of somebody who is expected there."""
    connection = site.connect()
    with connection, connection.cursor() as cursor:
        cursor.execute("""
            SELECT a.slug, s.id, r.code FROM pelatihan_session s
            JOIN pelatihan_angkatan a ON a.id = s.angkatan_id JOIN pelatihan_registration r ON r.angkatan_id = a.id
            WHERE r.status = 'accepted' AND s.takes_attendance AND s.closed_at IS NULL
            AND s.starts_at < now() AND NOT EXISTS (SELECT FROM pelatihan_attendanceevent e WHERE e.session_id = s.id
            AND e.registration_id = r.id) LIMIT 1""")
        slug, session, code = cursor.fetchone()
    connection.close()
    scan = {"id": str(uuid.uuid4()), "code": code, "at": datetime.now(UTC).isoformat()}
    return f"/panitia/{slug}/presensi/{session}/rekam/", scan


# ---- A table that somebody else holds -------------------------------------------------------------


def test_locked_table_ends_in_an_apology(site: BreakableSite) -> None:
    with site.locked("pelatihan_angkatan"):
        answer, seconds = timed(site.client(), "/")
    assert is_apology(answer)
    assert seconds < LOCK_SECONDS + MUCH
    assert site.client().send("GET", "/").status == 200


def test_locked_check_in_is_taken_at_the_next_try(site: BreakableSite) -> None:
    desk = site.client("petugas")
    path, scan = someone_at_the_door(site)
    with site.locked("pelatihan_attendanceevent"):
        refused = check_in(desk, path, scan)
    taken = check_in(desk, path, scan)
    assert (refused.status, json.loads(refused.body)["error"]) == (503, "unavailable")
    assert json.loads(taken.body)["results"][0]["outcome"] in {"present", "late"}


def test_monitor_is_answered_while_every_thread_waits(site: BreakableSite) -> None:
    visitors = [site.client() for _ in range(THREADS * 2)]
    with site.locked("pelatihan_angkatan"), ThreadPoolExecutor(len(visitors)) as crowd:
        answers = [crowd.submit(visitor.send, "GET", "/") for visitor in visitors]
        time.sleep(0.5)
        assert not any(answer.done() for answer in answers)
        health, seconds = timed(site.client(), "/sehat/")
    assert (health.status, seconds < 1) == (200, True)
    assert all(is_apology(answer.result()) for answer in answers)


@pytest.mark.parametrize("table", [OFFICES, SESSIONS, "django_migrations"])
def test_monitor_is_answered_whatever_is_locked(site: BreakableSite, table: str) -> None:
    site.client().send("GET", "/sehat/")
    with site.locked(table):
        answer, seconds = timed(site.client(), "/sehat/")
    assert seconds < 1
    assert finding(answer) == ((503, "ok", "unknown") if table == "django_migrations" else (200, "ok", "ok"))


def test_locked_session_table_ends_in_an_apology(site: BreakableSite) -> None:
    desk = site.client("petugas")
    with site.locked(SESSIONS):
        answer = desk.send("GET", "/panitia/")
    assert is_apology(answer)


def test_slow_question_is_given_up(site: BreakableSite) -> None:
    """Shortened for the test; the site's own limit is ten seconds."""
    connection = site.connect()
    with connection, connection.cursor() as cursor:
        cursor.execute("""
            ALTER TABLE pelatihan_angkatan RENAME TO put_aside;
            CREATE VIEW pelatihan_angkatan AS SELECT put_aside.* FROM put_aside, pg_sleep(60);
            ALTER VIEW pelatihan_angkatan OWNER TO web""")
    try:
        answer, seconds = timed(site.client(), "/")
    finally:
        with connection, connection.cursor() as cursor:
            cursor.execute("DROP VIEW pelatihan_angkatan; ALTER TABLE put_aside RENAME TO pelatihan_angkatan")
        connection.close()
    assert is_apology(answer)
    assert seconds < 10 + MUCH


# ---- A database that cannot be written, reached or entered ----------------------------------------


@pytest.fixture
def read_only(site: BreakableSite) -> Iterator[None]:
    change = "ALTER DATABASE site SET default_transaction_read_only"
    with site.altered(f"{change} = on", f"{change} = off"):
        yield


def test_read_only_database_shows_pages_and_apologises_for_forms(site: BreakableSite, read_only: None) -> None:
    visitor = site.client()
    assert visitor.send("GET", "/").status == 200
    assert is_apology(visitor.post("/masuk/", {"username": "petugas", "password": "pelatihan-demo"}))


def test_monitor_says_that_nothing_can_be_written(site: BreakableSite, read_only: None) -> None:
    answer, seconds = timed(site.client(), "/sehat/")
    assert finding(answer) == (503, "read-only", "unknown")
    assert b"tidak dapat menulis" in answer.body
    assert seconds < 1


def test_check_in_into_read_only_database_is_refused_in_json(site: BreakableSite) -> None:
    desk = site.client("petugas")
    path, scan = someone_at_the_door(site)
    change = "ALTER DATABASE site SET default_transaction_read_only"
    with site.altered(f"{change} = on", f"{change} = off"):
        answer = check_in(desk, path, scan)
    assert (answer.status, json.loads(answer.body)["error"]) == (503, "unavailable")
    assert answer.headers["retry-after"]


def test_exhausted_connections_end_in_an_apology(site: BreakableSite) -> None:
    with site.altered("ALTER ROLE web CONNECTION LIMIT 0", "ALTER ROLE web CONNECTION LIMIT -1"):
        answer = site.client().send("GET", "/")
        health, seconds = timed(site.client(), "/sehat/")
    assert is_apology(answer)
    assert finding(health) == (503, "unreachable", "unknown")
    assert seconds < 1


def test_pending_migration_is_named(site: BreakableSite) -> None:
    connection = site.connect()
    with connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'pelatihan' AND name = '0001_initial'")
    answer = site.client().send("GET", "/sehat/")
    with connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('pelatihan', '0001_initial', now())")
    connection.close()
    assert finding(answer) == (503, "ok", "pending")
    assert b"migrasi tertunda" in answer.body


def test_stopped_database_ends_in_an_apology_until_it_is_back(site: BreakableSite) -> None:
    visitor = site.client()
    assert visitor.send("GET", "/").status == 200
    site.database.stop()
    try:
        pages = [visitor.send("GET", path) for path in ("/", "/tidak/ada/", "/privasi/", "/masuk/")]
        program = visitor.send("GET", "/", Accept="application/json")
        health, seconds = timed(visitor, "/sehat/")
    finally:
        site.database.own()
    assert is_apology(pages[0])
    assert {page.status for page in pages} <= {200, 404, 503}
    assert (program.status, json.loads(program.body)["error"]) == (503, "unavailable")
    assert (finding(health), seconds < 1) == ((503, "unreachable", "unknown"), True)
    assert visitor.send("GET", "/").status == 200


def test_silent_database_leaves_the_monitor_an_answer(site: BreakableSite) -> None:
    """Stopped as by a debugger or a dead disk: it takes connections and says nothing."""
    with site.frozen():
        answer, seconds = timed(site.client(), "/sehat/")
    assert finding(answer) == (503, "silent", "unknown")
    assert seconds < 1
    assert site.becomes_healthy()


# ---- Which errors are meant ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        (OperationalError, None, True),
        (InterfaceError, None, True),
        (OperationalError, "53100", True),
        (OperationalError, "53300", True),
        (InternalError, "25006", True),
        (OperationalError, "55P03", True),
        (OperationalError, "57014", True),
        (OperationalError, "57P01", True),
        (OperationalError, "08006", True),
        (ProgrammingError, "42P01", False),
        (InternalError, "25P02", False),
        (ProgrammingError, None, False),
    ],
)
def test_outages_are_told_from_defects(kind: type[Error], code: str | None, expected: bool) -> None:
    assert is_outage(_raised(kind, code)) is expected


def test_outage_behind_another_error_is_found() -> None:
    hidden = ValueError("session")
    hidden.__context__ = _raised(OperationalError, "55P03")
    assert is_outage(hidden)
    assert not is_outage(ValueError("session"))


def _raised(kind: type[Error], code: str | None) -> Error:
    class Told(psycopg2.Error):
        pgcode = code

    error = kind("…")
    error.__cause__ = Told("…")
    return error
