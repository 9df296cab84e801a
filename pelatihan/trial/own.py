"""A trial's own things: its database, its key, and the right to be the only one running."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import CommandError


def is_private() -> bool:
    """Whether the database is the trial's own, started and stopped here."""
    return bool(settings.DATABASES["default"]["ENGINE"] == "pelatihan.trial.localpg")


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the checkout for this run; refuse when another holds it. The lock ends with the process."""
    with (settings.DATA_DIR / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(
                f"Situs ini sudah berjalan (proses {lock.read().strip()}). Hentikan dahulu dengan Ctrl-C."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def keep_secret_key() -> None:
    """Write the key that this process made, so that every later one finds it; nobody else may read it."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(settings.DATA_DIR / "secret-key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(file, "w") as kept:
        kept.write(settings.SECRET_KEY)
