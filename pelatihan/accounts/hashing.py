"""Passwords are kept by Argon2 at OWASP's figures, few at once: guessing takes neither memory nor threads.

OWASP Password Storage Cheat Sheet: 19 MiB, two rounds, one lane. Django's own 100 MiB times 16 threads took 1 GB.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

from pelatihan.web.limits import TooMany

AT_ONCE = 2  # in each process: its cores
WAITING = 4  # half of a worker's threads stay free for the desk
PATIENCE = 5.0  # seconds
SENTENCE = "Sedang banyak orang masuk pada saat yang sama. Mohon tunggu beberapa detik, lalu coba lagi."


class Gate:
    """Lets ``at_once`` work and ``waiting`` wait; whoever comes beyond, or waits too long, is sent away.

    :raises TooMany: with a sentence
    """

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        self._work, self._queue = BoundedSemaphore(at_once), BoundedSemaphore(at_once + waiting)
        self._patience = patience

    @contextmanager
    def __call__(self) -> Iterator[None]:
        if not self._queue.acquire(blocking=False):
            raise TooMany(self._patience, SENTENCE)
        try:
            if not self._work.acquire(timeout=self._patience):
                raise TooMany(self._patience, SENTENCE)
            try:
                yield
            finally:
                self._work.release()
        finally:
            self._queue.release()


gate = Gate(AT_ONCE, WAITING, PATIENCE)


class OfficeArgon2Hasher(Argon2PasswordHasher):
    """Passwords kept at other figures are kept anew at the next log-in (Django's ``must_update``)."""

    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with gate():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with gate():
            return super().verify(password, encoded)
