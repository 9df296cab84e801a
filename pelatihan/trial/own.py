"""A trial's own things: where its data lie, its key, and the right to be the only one running.

Like all that ``make run`` keeps in memory, this knows no Django.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pelatihan.trial.localpg.files import default_folder

BASE_DIR = Path(__file__).resolve().parents[2]


class Refused(Exception):
    """Why a trial cannot start, in words for whoever starts it."""


def is_on(name: str) -> bool:
    """Whether the environment switches this on."""
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def data_dir() -> Path:
    return BASE_DIR / os.environ.get("PELATIHAN_DATA", ".data")


def database_folder() -> Path:
    return Path(os.environ.get("LOCAL_PG_DIR") or default_folder(data_dir()))


def is_private() -> bool:
    """Whether the database is the trial's own, started and stopped here."""
    return not os.environ.get("DATABASE_URL")


def check_wanted() -> None:
    """Raise ``Refused`` unless a trial was asked for: it makes accounts whose password is public."""
    if not (is_on("PELATIHAN_DEMO") or is_on("DEBUG")):
        raise Refused("This is for a trial (PELATIHAN_DEMO=1). For production see docs/operations.md.")


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the checkout for this run; refuse when another holds it. The lock ends with the process."""
    data_dir().mkdir(parents=True, exist_ok=True)
    with (data_dir() / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Refused(
                f"Situs ini sudah berjalan (proses {lock.read().strip()}). Hentikan dahulu dengan Ctrl-C."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def make_mail_folder() -> None:
    """Where letters of this trial lie instead of being sent; nobody else may read them."""
    (data_dir() / "surel").mkdir(mode=0o700, exist_ok=True)


def keep_secret_key() -> None:
    """Make the key that every process of this trial reads; nobody else may read it."""
    try:
        file = os.open(data_dir() / "secret-key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(file, "w") as kept:
        kept.write(secrets.token_urlsafe(50))
