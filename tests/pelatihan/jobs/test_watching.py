"""The small process that looks for mails: sends them by itself, outlives the database's absence, ends when told."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection

from pelatihan.accounts import access
from pelatihan.messaging import outbox
from pelatihan.models import CodeRequest, Message
from tests.factories import AngkatanFactory, a_registration
from tests.pelatihan.messaging.server import database_url

ROOT = Path(__file__).resolve().parents[3]
AGO = datetime(2020, 1, 1, tzinfo=UTC)
WAIT = 60.0  # a busy machine
pytestmark = pytest.mark.django_db(transaction=True)

type Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the watcher; letters go into ``surel`` of a folder of its own."""
    started: list[subprocess.Popen[str]] = []

    def run(url: str) -> subprocess.Popen[str]:
        ours = {"DATABASE_URL": url, "PELATIHAN_DATA": str(tmp_path), "PELATIHAN_DEMO": "1"}
        command = [sys.executable, "-m", "pelatihan.jobs"]
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | ours, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def becomes(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WAIT
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.1)
    return happened()


def waiting() -> CodeRequest:
    if not Group.objects.exists():
        access.make_groups()
    registration = a_registration(AngkatanFactory(), email="siti@contoh.id")
    Message.objects.all().delete()
    return CodeRequest.objects.create(registration=registration, asked_at=AGO, due_at=AGO, way="email")


def is_sent(request: CodeRequest) -> bool:
    return CodeRequest.objects.get(pk=request.pk).sent_at is not None


def its_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pelatihan worker'")
        return int(cursor.fetchone()[0])


def test_mail_is_sent_by_itself_and_by_nobody_twice(start: Start, tmp_path: Path) -> None:
    first = waiting()
    watchers = [start(database_url()) for _ in range(2)]
    assert becomes(lambda: is_sent(first))
    second = waiting()
    assert becomes(lambda: is_sent(second))

    assert all(watcher.poll() is None for watcher in watchers)
    assert len(list((tmp_path / "surel").iterdir())) == 2


def test_lost_connection_is_made_anew(start: Start) -> None:
    watcher = start(database_url())
    assert becomes(lambda: its_connections() == 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pelatihan worker'"
        )
    request = waiting()

    assert becomes(lambda: is_sent(request))
    watcher.terminate()
    said = watcher.communicate(timeout=WAIT)[1]
    assert (watcher.returncode, said.count("trying on")) == (0, 1)


def test_database_that_is_not_there_is_waited_for_until_told_to_end(start: Start) -> None:
    watcher = start("postgres://nobody@%2Fnowhere/none")
    assert "The database cannot be asked for work (OperationalError)" in watcher.stderr.readline()
    assert watcher.poll() is None
    watcher.send_signal(signal.SIGTERM)

    assert watcher.wait(5) == 0


def test_without_an_address_it_says_what_is_missing(start: Start) -> None:
    assert "Set DATABASE_URL" in start("").communicate(timeout=WAIT)[1]


def test_watcher_loads_no_django() -> None:
    look = "import sys, pelatihan.jobs.watching; print([name for name in sys.modules if 'django' in name])"
    assert subprocess.check_output([sys.executable, "-c", look], cwd=ROOT) == b"[]\n"


def test_watcher_and_sender_agree_on_what_is_due() -> None:
    """What the one sees the other takes: else it would be started every three seconds."""
    from pelatihan.jobs.watching import DUE  # noqa: PLC0415

    def is_due() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(DUE)
            return bool(cursor.fetchone()[0])

    seen = [is_due()]
    waiting()
    seen.append(is_due())
    outbox.take(datetime.now(UTC))
    seen.append(is_due())
    CodeRequest.objects.update(sending_until=AGO)
    seen.append(is_due())
    outbox.send_due()
    seen.append(is_due())

    assert seen == [False, True, False, True, False]


def test_command_that_fails_names_nobody(settings, capsys, caplog) -> None:
    request = waiting()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE pelatihan_coderequest RENAME TO gone")
    try:
        with pytest.raises(SystemExit) as ended:
            call_command("work")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE gone RENAME TO pelatihan_coderequest")

    assert ended.value.code == 1
    assert "The worker could not go on" in caplog.text
    assert not is_sent(request)
