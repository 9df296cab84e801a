"""``make run`` in earnest: a supervisor with its database and workers, killed in part and ended in every way."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest

from pelatihan.trial.localpg.files import default_folder
from pelatihan.trial.localpg.server import PORT, USER, LocalServer
from pelatihan.trial.supervisor import RESTARTS

ROOT = Path(__file__).resolve().parents[3]
WAIT = 180.0  # the first start collects all static files, perhaps on a busy machine

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
    pytest.mark.xdist_group("serve"),  # one worker, so one first start
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One data folder for all runs of this module: each start after the first is a second start."""
    folder = tmp_path_factory.mktemp("uji coba") / ".data"
    yield folder
    LocalServer(default_folder(folder)).stop()
    subprocess.run(["rm", "-rf", str(default_folder(folder))], check=True)


@pytest.fixture
def port() -> int:
    """A free one, below those that the kernel hands out to whoever asks for any."""
    while True:
        number = random.SystemRandom().randrange(10_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", number)):
            return number


@pytest.fixture
def start(data: Path, port: int) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def run() -> subprocess.Popen[bytes]:
        ours = {"PELATIHAN_DEMO": "1", "PELATIHAN_DATA": str(data), "PORT": str(port), "HOST": "127.0.0.1"}
        rest = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "DATABASE_URL", "MAKELEVEL"}}
        command = [sys.executable, "-m", "pelatihan.trial"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=rest | ours, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def wait_for(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WAIT
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
    return happened()


def is_serving(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sehat/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:  # it ended meanwhile
        return []


def family(pid: int) -> set[int]:
    """The process and all that came from it."""
    return {pid}.union(*(family(child) for child in children(pid)))


def lives(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def child(supervisor: subprocess.Popen[bytes], word: str) -> int:
    """The supervisor's child with that word in its command; 0 when there is none."""
    found = [pid for pid in children(supervisor.pid) if word in Path(f"/proc/{pid}/cmdline").read_text()]
    return found[0] if found else 0


def ask(data: Path, query: str) -> None:
    connection = psycopg2.connect(host=LocalServer(default_folder(data)).sockets, port=PORT, user=USER)
    with connection, connection.cursor() as cursor:
        cursor.execute(query)
    connection.close()


def read_until(supervisor: subprocess.Popen[bytes], word: bytes) -> bytes:
    """What it says, up to that word or to its end."""
    said = b""
    while word not in said and (line := supervisor.stdout.readline()):
        said += line
    return said


# ---- One run from its start to its end ------------------------------------------------------------


def test_run_welcomes_refuses_a_second_one_mends_itself_and_leaves_nothing(start, data: Path, port: int) -> None:
    """In one run, for a start is dear."""
    supervisor = start()
    assert f"http://127.0.0.1:{port}/admin/".encode() in read_until(supervisor, b"/admin/")
    assert wait_for(lambda: is_serving(port))

    assert b"sudah berjalan" in start().communicate(timeout=WAIT)[0]
    key = data / "secret-key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text()) > 50

    for victim in ("gunicorn", "postgres", "pelatihan.jobs"):
        is_started_again_when_killed(victim, supervisor, data, port)

    processes = family(supervisor.pid)
    supervisor.terminate()
    told = supervisor.communicate(timeout=WAIT)[0].decode()
    again = set(re.findall(r"^(\w+) berhenti sendiri \(kode -9\); dijalankan lagi", told, re.MULTILINE))
    assert again == {"gunicorn", "PostgreSQL", "Pekerja"}
    assert not any(lives(pid) for pid in processes)


def is_started_again_when_killed(victim: str, supervisor: subprocess.Popen[bytes], data: Path, port: int) -> None:
    first, workers = child(supervisor, victim), family(child(supervisor, "gunicorn"))
    table = f"acknowledged_{victim.rpartition('.')[2]}"
    ask(data, f"CREATE TABLE {table} (id int)")
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: child(supervisor, victim) not in (0, first))
    assert wait_for(lambda: is_serving(port))
    ask(data, f"DROP TABLE {table}")
    assert victim != "gunicorn" or not any(lives(pid) for pid in workers)


def test_supervisor_loads_no_django() -> None:
    look = "import sys, pelatihan.trial.__main__; print([name for name in sys.modules if 'django' in name])"
    assert subprocess.check_output([sys.executable, "-c", look], cwd=ROOT) == b"[]\n"


# ---- Ended as a whole ----------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGKILL])
def test_ended_run_leaves_no_process(ending: signal.Signals, start, port: int) -> None:
    """SIGTERM ends the run above, SIGINT the one below."""
    supervisor = start()
    assert wait_for(lambda: is_serving(port)), supervisor.stdout.read1()
    ends_as_a_whole(supervisor, ending)


def ends_as_a_whole(supervisor: subprocess.Popen[bytes], ending: signal.Signals) -> None:
    processes = family(supervisor.pid)
    supervisor.send_signal(ending)
    assert wait_for(lambda: not any(lives(pid) for pid in processes))
    assert len(processes) > 5  # gunicorn, its workers, PostgreSQL and its own


# ---- Killed in part ------------------------------------------------------------------------------


def test_orphaned_workers_do_not_serve(start, port: int) -> None:
    supervisor = start()
    assert wait_for(lambda: is_serving(port))
    master = child(supervisor, "gunicorn")
    workers = children(master)
    supervisor.send_signal(signal.SIGSTOP)  # so that nobody takes the port over
    os.kill(master, signal.SIGKILL)
    assert wait_for(lambda: not any(lives(pid) for pid in workers))
    assert not is_serving(port)
    supervisor.send_signal(signal.SIGCONT)
    assert wait_for(lambda: is_serving(port))
    ends_as_a_whole(supervisor, signal.SIGINT)


def test_database_that_keeps_dying_ends_the_run(start, data: Path, port: int) -> None:
    supervisor = start()
    assert wait_for(lambda: is_serving(port))
    processes = family(supervisor.pid)
    last = 0
    for _ in range(RESTARTS + 1):
        assert wait_for(lambda: child(supervisor, "postgres") not in (0, last))  # noqa: B023
        last = child(supervisor, "postgres")
        assert wait_for(lambda: is_serving(port))
        os.kill(last, signal.SIGKILL)
    assert b"Semuanya dihentikan" in supervisor.communicate(timeout=WAIT)[0]
    assert not any(lives(pid) for pid in processes)
