"""Is this server fit to serve? ``/sehat/`` for monitors and load balancers.

The database is asked by a thread and a connection of their own, for a fixed time: whatever holds the site up, the
answer comes within a second. All who ask meanwhile get one answer.
"""

import threading
from concurrent.futures import Future
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from pelatihan.web.outage import code_of

ANSWER_SECONDS = 0.8
QUERY_MILLISECONDS = 300  # each of the questions

MESSAGES = {
    ("ok", "ok"): "Baik.",
    ("ok", "pending"): "Ada migrasi tertunda: jalankan manage.py migrate, lalu mulai ulang situs.",
    ("ok", "unknown"): "Daftar migrasi tidak terbaca; mungkin tabelnya sedang dikunci.",
    ("read-only", "unknown"): "Basis data tidak dapat menulis: penuh, hanya-baca, atau cadangan.",
    ("silent", "unknown"): "Basis data tidak menjawab dalam satu detik.",
    ("unreachable", "unknown"): "Basis data tidak terjangkau.",
}
DATABASE = {"53100": "read-only", "58030": "read-only", "55P03": "silent", "57014": "silent"}  # by SQLSTATE
type Finding = tuple[str, str]


@login_not_required
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 ``{"database": "ok", "migrations": "ok", …}``; 503 when the database is away, cannot write, is silent or
    is behind the code. ``message`` says it in words."""
    finding = _finding()
    database, migrations = finding
    report = {"database": database, "migrations": migrations, "message": MESSAGES[finding]}
    return JsonResponse(report, status=200 if finding == ("ok", "ok") else 503)


health.shows_times = False  # type: ignore[attr-defined]  # needs no office (pelatihan.web.middleware)

_turn = threading.Lock()
_asking: Future[Finding] | None = None


def _finding() -> Finding:
    global _asking
    known_migrations()  # takes longer than anybody may wait, once
    with _turn:
        if _asking is None or _asking.done():
            _asking = Future()
            threading.Thread(target=_ask, args=[_asking], daemon=True).start()
        asked = _asking
    try:
        return asked.result(ANSWER_SECONDS)
    except TimeoutError:
        return "silent", "unknown"


def _ask(answer: Future[Finding]) -> None:
    try:
        answer.set_result(_found())
    except BaseException as problem:  # else everybody would wait for it
        answer.set_exception(problem)
    finally:
        connection.close()


def _found() -> Finding:
    """What a connection made for this once finds, so that one that cannot be had is noticed."""
    try:
        with transaction.atomic():
            return ("ok", _migrations()) if _can_write() else ("read-only", "unknown")
    except DatabaseError as problem:
        return named(problem), "unknown"


def named(problem: DatabaseError) -> str:
    """The state of the database that such an error tells of."""
    return DATABASE.get(code_of(problem), "unreachable")


def _can_write() -> bool:
    """Whether the server takes writes and its disk has room: rows beyond ``work_mem`` go to a file, and no lock,
    table or dead row is left of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {QUERY_MILLISECONDS}")
        cursor.execute(f"SET LOCAL statement_timeout = {QUERY_MILLISECONDS}")
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute("SELECT current_setting('transaction_read_only'), count(*) FROM generate_series(1, 20000)")
        return bool(cursor.fetchone()[0] == "off")


def _migrations() -> str:
    try:
        pending = known_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    except DatabaseError:
        return "unknown"
    return "pending" if pending else "ok"


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)
