"""Owns the processes of a trial: whichever way it is ended, they end too, and in order."""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from pelatihan.trial.localpg.children import die_with_parent

STOP_SECONDS = 15
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the supervisor to end."""


class ChildDied(Exception):
    """A process ended that should have lived on; the message names it."""


@dataclass(frozen=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    farewell: signal.Signals


class Supervisor:
    """Used as a context: signals raise ``Stopped`` inside it, and every child has ended after it."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._make_catches = _signals_that_make_catches()

    def __enter__(self) -> "Supervisor":
        for ending in ENDINGS:
            if ending is not signal.SIGHUP or signal.getsignal(ending) is not signal.SIG_IGN:  # nohup asks so
                signal.signal(ending, _stop)
        if "MAKELEVEL" in os.environ and (ask_kernel := die_with_parent(signal.SIGTERM)):
            ask_kernel()  # make was killed outright
        return self

    def add(self, name: str, process: subprocess.Popen[bytes], farewell: signal.Signals) -> None:
        self._children.append(Child(name, process, farewell))

    def check(self) -> None:
        """Raise ``ChildDied`` when one has ended, ``Stopped`` when make alone was told to end and waits for us."""
        if _signals_that_make_catches() != self._make_catches:
            raise Stopped
        for child in self._children:
            if child.process.poll() is not None:
                raise ChildDied(f"{child.name} berhenti sendiri (kode {child.process.returncode}).")

    def __exit__(self, *reason: object) -> None:
        """The newest first, so that the database outlives those who write to it."""
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        for child in reversed(self._children):
            child.process.send_signal(child.farewell)
            try:
                child.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()


def _signals_that_make_catches() -> str:
    """Make passes only SIGTERM on to its recipe; told anything else, it gives up its handler and waits."""
    status = Path(f"/proc/{os.getppid()}/status")
    if "MAKELEVEL" not in os.environ or not status.exists():
        return ""
    return next((line for line in status.read_text().splitlines() if line.startswith("SigCgt")), "")


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped
