"""Looks whether a mail is due or a long act waits, and only then starts a process that sees to it.

This process stays as long as the site does, so it stays small: it knows no Django (``manage.py work`` does, takes
60 MB and ends). A database that is away is waited for.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg2

from pelatihan.web.children import die_with_parent

# seconds until the next look: usually, without a database, after a worker that failed
LOOK, AWAY, FAILED = 3.0, 5.0, 30.0
DUE = """
    SELECT EXISTS (
        SELECT FROM pelatihan_coderequest
        WHERE way = 'email' AND sent_at IS NULL AND told_at IS NULL
            AND due_at <= now() AND (sending_until IS NULL OR sending_until <= now())
    ) OR EXISTS (
        SELECT FROM pelatihan_message WHERE state = 'waiting' AND channel = 'email' AND due_at <= now()
    ) OR EXISTS (
        SELECT FROM pelatihan_message WHERE state = 'sending' AND sending_until <= now()
    ) OR EXISTS (
        SELECT FROM pelatihan_job
        WHERE state IN ('waiting', 'running') AND (state = 'waiting' OR lease_until <= now())
    ) OR EXISTS (
        SELECT FROM django_tasks_database_dbtaskresult
        WHERE status = 'READY' AND (run_after <= now() OR run_after >= '9999-01-01')
    )
"""
LIMITS = "-c lock_timeout=5s -c statement_timeout=10s"
BASE_DIR = Path(__file__).resolve().parents[2]


class Ending:
    """Notices SIGTERM and SIGINT while it waits; nothing is cut off by them."""

    def __init__(self) -> None:
        self._reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer)
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, _noticed)

    def within(self, seconds: float) -> bool:
        """Whether it is to end, after at most so long."""
        return bool(select.select([self._reader], [], [], seconds)[0])


def _noticed(number: int, frame: FrameType | None) -> None:
    """The byte in the pipe says it."""


def watch(url: str, ending: Ending, tell: Callable[[str], None]) -> None:
    """Until told to end. A worker is let finish the mail or the part it has in hand."""
    connection: Any = None
    is_away, pause = False, 0.0
    while not ending.within(pause):
        try:
            connection = connection or _connected(url)
            is_due, is_away, pause = _is_due(connection), False, LOOK
        except psycopg2.Error as problem:
            if not is_away:
                tell(f"The database cannot be asked for work ({type(problem).__name__}); trying on.")
            _close(connection)
            connection, is_due, is_away, pause = None, False, True, AWAY
        if is_due and _work(ending):
            tell("The worker failed; see above.")
            pause = FAILED
    _close(connection)


def _connected(url: str) -> Any:
    connection = psycopg2.connect(
        url, connect_timeout=3, tcp_user_timeout=10_000, options=LIMITS, application_name="pelatihan worker"
    )
    connection.autocommit = True
    return connection


def _close(connection: Any) -> None:
    if connection is not None:
        connection.close()


def _is_due(connection: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        return bool(cursor.fetchone()[0])


def _work(ending: Ending) -> int:
    """The exit code of a process that sees to all that is due."""
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "work"],
        cwd=BASE_DIR,
        env=os.environ | {"PELATIHAN_WORKER": "1"},  # so that it gives up a database that falls silent
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    while worker.poll() is None:
        if ending.within(0.2):
            worker.terminate()
            worker.wait()
    return worker.returncode


def tell(sentence: str) -> None:
    sys.stderr.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} WARNING pelatihan.jobs {sentence}\n")
    sys.stderr.flush()
