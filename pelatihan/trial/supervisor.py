"""Owns the processes of a trial: who dies is started again, and whichever way it is ended, they end too, in order."""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from pelatihan.web.children import die_with_parent

STOP_SECONDS = 15
MAKES = ("make", "gmake")
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RESTARTS, RESTART_SECONDS = 5, 600.0  # as many in any ten minutes; more is no accident


class Stopped(BaseException):
    """Somebody asked the supervisor to end."""


class KeepsDying(Exception):
    """A process ended more often than it is started again; the message names it."""


@dataclass
class Service:
    """A process that must live: how it is started, and the signal by which it ends in order."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    farewell: signal.Signals
    process: subprocess.Popen[bytes] | None = None

    def end(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(self.farewell)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Supervisor:
    """Used as a context: signals raise ``Stopped`` inside it, and every service has ended after it."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._services: list[Service] = []
        self._restarts: deque[float] = deque()
        self._make_catches = _signals_that_make_catches()

    def __enter__(self) -> "Supervisor":
        for ending in ENDINGS:
            if ending is not signal.SIGHUP or signal.getsignal(ending) is not signal.SIG_IGN:  # nohup asks so
                signal.signal(ending, _stop)
        if "MAKELEVEL" in os.environ and (ask_kernel := die_with_parent(signal.SIGTERM)):
            ask_kernel()  # make was killed outright
        return self

    def keep(self, name: str, start: Callable[[], subprocess.Popen[bytes]], farewell: signal.Signals) -> None:
        """Start it, and have ``check`` start it again whenever it has ended."""
        service = Service(name, start, farewell)
        self._services.append(service)
        service.process = start()

    def check(self) -> None:
        """Start again who has ended; raise ``KeepsDying`` when that happens too often, and ``Stopped`` when make
        alone was told to end and waits for us."""
        if _signals_that_make_catches() != self._make_catches:
            raise Stopped
        for service in self._services:
            if service.process and service.process.poll() is not None:
                self._start_again(service, service.process.returncode)

    def _start_again(self, service: Service, code: int) -> None:
        now = time.monotonic()
        while self._restarts and now - self._restarts[0] > RESTART_SECONDS:
            self._restarts.popleft()
        if len(self._restarts) == RESTARTS:
            raise KeepsDying(
                f"{service.name} berhenti lagi (kode {code}), padahal dalam sepuluh menit terakhir"
                f" sudah {RESTARTS} kali ada yang dijalankan ulang."
            )
        self._tell(f"{service.name} berhenti sendiri (kode {code}); dijalankan lagi.")
        time.sleep(len(self._restarts) / 2)  # the first at once
        self._restarts.append(now)
        service.process = service.start()

    def __exit__(self, *reason: object) -> None:
        """The newest first, so that the database outlives those who write to it."""
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        for service in reversed(self._services):
            service.end()


def _signals_that_make_catches() -> str:
    """Make passes only SIGTERM on to its recipe; told anything else, it gives up its handler and waits. A parent that
    only has make above it changes its handlers as it likes.
    """
    status = Path(f"/proc/{os.getppid()}/status")
    if "MAKELEVEL" not in os.environ or not status.exists():
        return ""
    told = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return told.get("SigCgt", "") if told.get("Name", "").strip() in MAKES else ""


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped
