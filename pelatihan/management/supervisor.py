"""Owns the processes of a trial: whichever way it is ended, they end too, and in order."""

import os
import signal
import subprocess
from dataclasses import dataclass
from types import FrameType

from pelatihan.localpg.children import die_with_parent

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


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped
