"""``make run`` in earnest: a supervisor with its database and workers, ended in every way."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pelatihan.trial.localpg.files import default_folder
from pelatihan.trial.localpg.server import LocalServer

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
        command = [sys.executable, "manage.py", "serve"]
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


def family(pid: int) -> set[int]:
    """The process and all that came from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {pid}.union(*(family(int(child)) for child in children))


def lives(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_ended_run_leaves_no_process(ending: signal.Signals, start, port: int) -> None:
    supervisor = start()
    assert wait_for(lambda: is_serving(port)), supervisor.stdout.read1()
    processes = family(supervisor.pid)
    supervisor.send_signal(ending)
    assert wait_for(lambda: not any(lives(pid) for pid in processes))
    assert len(processes) > 5  # gunicorn, its workers, PostgreSQL and its own


def test_dead_database_ends_the_run(start, data: Path, port: int) -> None:
    supervisor = start()
    assert wait_for(lambda: is_serving(port))
    processes = family(supervisor.pid)
    LocalServer(default_folder(data)).stop()
    assert b"PostgreSQL berhenti sendiri" in supervisor.communicate(timeout=WAIT)[0]
    assert not any(lives(pid) for pid in processes)


def test_second_run_of_checkout_is_refused(start, port: int) -> None:
    start()
    assert wait_for(lambda: is_serving(port))
    assert b"sudah berjalan" in start().communicate(timeout=WAIT)[0]


def test_trial_key_is_kept_and_private(start, data: Path, port: int) -> None:
    start()
    assert wait_for(lambda: is_serving(port))
    key = data / "secret-key"
    assert (key.stat().st_mode & 0o777, len(key.read_text())) == (0o600, 50)
