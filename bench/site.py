"""The site as production serves it, for as long as it is measured: own PostgreSQL, gunicorn 2 × 8 threads."""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import quote

import django
import psutil
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from pelatihan.trial.localpg.files import programs
from pelatihan.trial.localpg.server import PORT, USER, server_in
from pelatihan.web.children import die_with_parent

READY_SECONDS = 30


class Site:
    """Starts database and server, stops them by their process ids. ``with Site() as site:``"""

    def __enter__(self) -> Self:
        self.database = server_in(settings.LOCAL_PG_DIR)
        self._postgres = self.database.own()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_reference", verbosity=0, stdout=io.StringIO())
        call_command("collectstatic", interactive=False, verbosity=0)
        self.port = _free_port()
        self._log = (settings.DATA_DIR / "gunicorn.log").open("wb")
        self.start_web()
        self._wait()
        return self

    def __exit__(self, *problem: object) -> None:
        self._gunicorn.terminate()
        self._gunicorn.wait(timeout=30)
        connections.close_all()
        self.database.stop()
        self._log.close()

    def start_web(self) -> None:
        """It reaches the database by its address, as in production: nobody but us starts that one anew."""
        address = f"postgres://{USER}@{quote(str(self.database.sockets), safe='')}:{PORT}/postgres"
        self._gunicorn = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "python:pelatihan.web.serving", "pelatihan.wsgi"],
            env=os.environ | {"HOST": "127.0.0.1", "PORT": str(self.port), "DATABASE_URL": address},
            stdout=self._log,
            stderr=self._log,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    # ---- Killing (bench.crash) -------------------------------------------------------------------

    def kill_web(self) -> None:
        """Master and workers, all at once; then a new one."""
        workers = psutil.Process(self._gunicorn.pid).children()
        self._gunicorn.kill()
        for worker in workers:
            worker.kill()
        self._gunicorn.wait()
        psutil.wait_procs(workers, timeout=READY_SECONDS)
        self.start_web()

    def kill_worker(self) -> None:
        """The one that started first; the master starts another."""
        min(psutil.Process(self._gunicorn.pid).children(), key=lambda worker: worker.pid).kill()

    def kill_database(self) -> None:
        """The server's first process: the others end when they notice. Then a new one, which recovers."""
        self._postgres.kill()
        self._postgres.wait()
        self._postgres = self.database.own()

    def kill_backend(self) -> None:
        """The process of one connection: the server then ends all others, and recovers by itself."""
        backends = [one for one in psutil.Process(self._postgres.pid).children() if _is_backend(one)]
        if backends:
            backends[len(backends) // 2].kill()

    def about(self) -> str:
        """What the figures depend on."""
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
        return f"{os.cpu_count()} cores · Django {django.__version__} · PostgreSQL {version} · gunicorn 2 × 8"

    def cpu(self) -> float:
        """Seconds of CPU that server and database have used, workers and connections that ended included."""
        return sum(_cpu_of(one) for one in (self._gunicorn.pid, self._postgres.pid))

    def workers_memory(self) -> list[int]:
        """Bytes of each worker, what is shared counted by its share (PSS)."""
        return [worker.memory_full_info().pss for worker in psutil.Process(self._gunicorn.pid).children()]

    @contextmanager
    def watching_typesetters(self) -> Iterator[list[int]]:
        """Collects the most memory (bytes, resident) of each child of a worker that was seen meanwhile."""
        peaks, over = {0: 0}, threading.Event()

        def watch() -> None:
            while not over.wait(0.02):
                for worker in psutil.Process(self._gunicorn.pid).children():
                    peaks.update((child, peak) for child in _children(worker.pid) if (peak := _most_memory(child)))

        watcher = threading.Thread(target=watch)
        watcher.start()
        seen: list[int] = []
        try:
            yield seen
        finally:
            over.set()
            watcher.join()
            seen += peaks.values()

    def pgbench(self) -> list[str]:
        """The command that reaches this database: the wheel's own pgbench, or the system's."""
        own = programs() / "pgbench"
        program = str(own) if own.exists() else shutil.which("pgbench")
        if program is None:
            raise FileNotFoundError("pgbench: install Debian's postgresql-contrib")
        return [program, "-h", str(self.database.sockets), "-p", str(PORT), "-U", USER, "postgres"]

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(Path(self._log.name).read_text())


def _is_backend(process: psutil.Process) -> bool:
    """Whether it serves a connection: ``postgres: postgres postgres [local] idle``."""
    try:
        return process.cmdline()[:1] != [] and "[local]" in process.cmdline()[0]
    except psutil.NoSuchProcess:
        return False


def _cpu_of(pid: int) -> float:
    root = psutil.Process(pid)
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _children(pid: int) -> list[int]:
    return [
        int(child)
        for tasks in Path(f"/proc/{pid}/task").iterdir()
        for child in (tasks / "children").read_text().split()
    ]


def _most_memory(pid: int) -> int:
    """The kernel's own high-water mark; 0 for a process that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
