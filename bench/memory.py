"""What the whole site takes of the machine's memory after a busy day, started as ``make run`` starts it.

Everything below the supervisor counts: gunicorn, its workers and their children, every process of PostgreSQL. Memory
that processes share is shared out among them (PSS), so the sum is what would be free without them.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import django
import psutil

from bench.clients import Client, run
from bench.tables import table
from pelatihan.trial.localpg.files import default_folder, socket_folder

CHECK_INS, LOG_INS, SHEETS, WHOLE = 2000, 100, 90, 10
CLIENTS = 16
AIM_MIB = 250
READY_SECONDS = 60
LOG_END = 6000  # characters
ROLES = ("admin", "verifikator", "panitia", "petugas", "pemantau")


def measure() -> str:
    """The table, made by a process and in a folder of their own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        database = default_folder(Path(folder).resolve())
        ours = {"PELATIHAN_DATA": folder, "LOCAL_PG_DIR": str(database), "HOST": "127.0.0.1", "PORT": _free_port()}
        try:
            command = [sys.executable, "-m", "bench.memory"]
            return subprocess.run(command, env=os.environ | ours, stdout=subprocess.PIPE, text=True, check=True).stdout
        finally:
            subprocess.run(["rm", "-rf", str(database), str(socket_folder(database))], check=True)


def main() -> None:
    port = int(os.environ["PORT"])
    with tempfile.TemporaryFile() as log:
        supervisor = subprocess.Popen([sys.executable, "-m", "pelatihan.trial"], stdout=log, stderr=log)
        try:
            _wait(port)
            used = [_used(supervisor.pid)]
            used += [_used(supervisor.pid) for _ in _busy_day(port)]
            sys.stdout.write(_table(used))
        except Exception:
            log.seek(0)
            sys.stderr.write(log.read().decode()[-LOG_END:])
            raise
        finally:
            supervisor.send_signal(signal.SIGTERM)
            supervisor.wait(60)


# ---- The day -------------------------------------------------------------------------------------


def _busy_day(port: int) -> Iterator[None]:
    """Stops to be looked at when the door has closed, and at the end."""
    django.setup()
    from bench.checkins import check_in
    from bench.world import PEOPLE, desk_world
    from pelatihan.models import Angkatan

    desk = Client(port)
    desk.log_in("petugas")
    scans = desk_world(sessions=CHECK_INS // PEOPLE + 1)[:CHECK_INS]
    run([desk.twin() for _ in range(CLIENTS)], scans, check_in)
    run([Client(port) for _ in range(4)], [ROLES[turn % 5] for turn in range(LOG_INS)], _log_in)
    yield
    organiser = Client(port)
    organiser.log_in("panitia")
    batch = Angkatan.objects.get(slug="2019-ii")
    sheets = f"/panitia/{batch.slug}/cetak/daftar-hadir.pdf"
    session = batch.sessions.taking_attendance()[0].pk
    wanted = [f"{sheets}?sesi={session}"] * SHEETS + [sheets] * WHOLE
    run([organiser.twin() for _ in range(4)], wanted, _print)
    yield


def _log_in(client: Client, name: str) -> None:
    client.cookies.clear()
    client.log_in(name)


def _print(client: Client, path: str) -> None:
    while (answer := client.send("GET", path)).status == 503:  # waits for its turn
        time.sleep(1)
    if answer.status != 200 or not answer.body.startswith(b"%PDF"):
        raise RuntimeError(f"{answer.status} {answer.body[:200]!r}")


# ---- Memory --------------------------------------------------------------------------------------


def _used(pid: int) -> dict[str, float]:
    """MiB of each part below the supervisor, PSS."""
    parts: dict[str, float] = {}
    supervisor = psutil.Process(pid)
    for process in [supervisor, *supervisor.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess, FileNotFoundError):  # it has just ended
            name = "supervisor" if process.pid == pid else _part(process)
            parts[name] = parts.get(name, 0) + _pss(process.pid)
    return parts


def _part(process: Any) -> str:
    if "postgres" in process.name():
        return "PostgreSQL"
    if "pelatihan.jobs" in process.cmdline():
        return "worker"
    return "gunicorn, its workers and children"


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _table(used: list[dict[str, float]]) -> str:
    rows = [[part, *(f"{parts.get(part, 0):.0f} MiB" for parts in used), ""] for part in used[-1]]
    rows.append(["all", *(f"{sum(parts.values()):.0f} MiB" for parts in used), f"≤ {AIM_MIB} MiB"])
    head = ["part", "started", f"+ {CHECK_INS} check-ins, {LOG_INS} log-ins", f"+ {SHEETS + WHOLE} prints", "aim"]
    return table("Memory (PSS) of everything that make run starts", head, rows)


def _wait(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            if Client(port).send("GET", "/sehat/").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("make run did not get ready")


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


if __name__ == "__main__":
    main()
