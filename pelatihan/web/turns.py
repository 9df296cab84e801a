"""Whose turn it is to have something heavy done (a paper set, a picture drawn): a short queue for the whole machine, in
the order of arrival.

Each place is a file that is locked by whoever stands there. The kernel frees a lock with its process, however that
ends, so no place is ever lost; and workers share the queue without talking to each other.
"""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

AT_ONCE = 1 if (os.cpu_count() or 1) < 4 else 2  # children at work: the other cores are for the desk
WAITING = 4  # web threads that may wait; there are sixteen, and check-ins need the rest
PLACES = AT_ONCE + WAITING
GLANCE = 0.05  # seconds between looks at the place in front


class NoPlace(Exception):
    """The queue is full, or took too long; ``ahead`` are those before."""

    def __init__(self, ahead: int) -> None:
        super().__init__(ahead)
        self.ahead = ahead


class Turn:
    """A place in the queue of that folder, given back at the end. ``with Turn(folder) as turn: turn.wait(20)``.

    :raises NoPlace: on entering, when all are taken
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "door").open("ab") as door:
            fcntl.flock(door, fcntl.LOCK_EX)  # two who come together enter one after the other
            self._enter()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self._lock.close()

    def wait(self, seconds: float) -> None:
        """Move up until it is one's turn.

        :raises NoPlace: when it takes longer
        """
        deadline = time.monotonic() + seconds
        while self.number >= AT_ONCE:
            if self._move_up():
                continue
            if time.monotonic() > deadline:
                raise NoPlace(self.number)
            time.sleep(GLANCE)

    def _enter(self) -> None:
        """Behind everybody: the first place after the last that is taken."""
        mine = None
        for number in reversed(range(PLACES)):
            lock = self._lock_of(number)
            if lock is None:
                break
            if mine:
                mine[1].close()
            mine = (number, lock)
        if mine is None:
            raise NoPlace(PLACES)
        self.number, self._lock = mine

    def _move_up(self) -> bool:
        """Take the place in front, or any that is at work; the old one is given back after, so nobody overtakes."""
        for number in range(AT_ONCE) if self.number == AT_ONCE else [self.number - 1]:
            if lock := self._lock_of(number):
                self._lock.close()
                self.number, self._lock = number, lock
                return True
        return False

    def _lock_of(self, number: int) -> IO[bytes] | None:
        """The place's lock, held; None while somebody else holds it."""
        lock = (self.folder / f"place-{number}").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        return lock
