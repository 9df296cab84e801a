"""The private PostgreSQL server's life: first use makes and starts it, the last user stops it.

Who uses a server holds a shared lock on one file of it. Locks end with their process, however it ends, so
whoever leaves and can have the file for himself was the last, and stops the server. ``make run`` owns its
server instead: it is a child that the kernel stops should the supervisor be killed.
"""

import atexit
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from pelatihan.trial.localpg import files
from pelatihan.web.children import die_with_parent

PORT = 5432  # only part of the socket's name: the server listens on no network
USER = "postgres"
START_SECONDS = 30.0

# Errors are logged without the statement and its values, which are people's names and numbers.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "40",  # 2 workers with 9 threads each, and whoever looks in
    "shared_buffers": "32MB",
    "io_method": "sync",  # no processes that wait to read ahead
    "max_logical_replication_workers": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# The builtin provider sorts and folds case alike on every machine.
LOCALE = [
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
]
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "200",  # some tests run a whole door of people at once
}


class LocalServer:
    """One server and the folder it lives in. ``durable=False`` trades safety for speed (tests only)."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable
        self.data = folder / "data"
        self.log = folder / "log"
        self.sockets = files.socket_folder(folder)
        self._turn = threading.Lock()
        self._used: IO[bytes] | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def is_running(self) -> bool:
        return self._pid() is not None

    def use(self) -> None:
        """Have the server running, and keep it until this process ends."""
        with self._turn:
            if self._used and self.is_running():
                return
            files.prepare(self.folder)
            with files.locked(self.folder / "start.lock"):
                self._hold()
                if not self.is_running():
                    self._start(owned=False)

    def own(self) -> subprocess.Popen[bytes]:
        """Start the server as this process's child, in place of one that runs already, and return it."""
        files.prepare(self.folder)
        with files.locked(self.folder / "start.lock"):
            self._hold()
            self.stop()
            return self._start(owned=True)

    def stop(self) -> None:
        """End the server whoever started it: clients are cut off, what was acknowledged stays."""
        pid = self._pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + START_SECONDS
        while self._pid() == pid and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.is_running():
            raise RuntimeError(f"PostgreSQL (process {pid}) does not stop. {self._log_end()}")
        if self._child:
            self._child.wait()

    def _hold(self) -> None:
        if self._used is None:
            self._used = (self.folder / "users.lock").open("ab")
            atexit.register(self._leave)
        fcntl.flock(self._used, fcntl.LOCK_SH)

    def _leave(self) -> None:
        assert self._used is not None
        with self._used as used:
            if not self.folder.exists():
                return
            with files.locked(self.folder / "start.lock"):
                try:
                    fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:  # others stay
                    if self._child:
                        self._child.returncode = 0  # not ours to wait for any more
                    return
                self.stop()

    def _pid(self) -> int | None:
        """The running server's process, if the file that names it tells the truth."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
            return pid if _works_in(self.data, pid) else None
        except (FileNotFoundError, ProcessLookupError, PermissionError, IndexError):
            return None

    def _start(self, *, owned: bool) -> subprocess.Popen[bytes]:
        programs = files.programs()
        if not self.data.exists():
            self._make_data(programs)
        files.make_socket_folder(self.folder)
        self._disown()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self._child = self._spawn(programs, owned=owned)
            if self._is_ready(self._child, deadline):
                return self._child
            time.sleep(0.2)  # a killed server's last children may still hold its memory
        raise RuntimeError(f"PostgreSQL did not start. {self._log_end()}")

    def _disown(self) -> None:
        """Free what a killed server left. It names a process, and PostgreSQL would believe any of that number.

        The data's own lock stays, with this process for the dead one (a server ignores its parent there): it
        also names the memory by which PostgreSQL sees that children of the dead server are still at work.
        """
        lock = self.data / "postmaster.pid"
        _, _, memory = lock.read_text().partition("\n") if lock.exists() else ("", "", "")
        if memory:
            lock.write_text(f"{os.getpid()}\n{memory}")
        else:
            lock.unlink(missing_ok=True)
        for stale in self.sockets.iterdir():
            stale.unlink()

    def _make_data(self, programs: Path) -> None:
        fresh = self.folder / "data.new"
        if fresh.exists():  # an earlier start was cut short
            subprocess.run(["rm", "-rf", str(fresh)], check=True)
        command = [str(programs / "initdb"), "-D", str(fresh), "-U", USER, "--auth=trust", *LOCALE]
        with self.log.open("ab") as log:
            self._run_as_owner([*command, *([] if self.durable else ["--no-sync"])], log).wait()
        if not (fresh / "global" / "pg_control").exists():
            raise RuntimeError(f"PostgreSQL could not make its data. {self._log_end()}")
        fresh.rename(self.data)

    def _spawn(self, programs: Path, *, owned: bool) -> subprocess.Popen[bytes]:
        options = SETTINGS | {"unix_socket_directories": f'"{self.sockets}"'} | ({} if self.durable else THROWAWAY)
        command = [str(programs / "postgres"), "-D", str(self.data), "-p", str(PORT)]
        with self.log.open("ab") as log:
            return self._run_as_owner(
                [*command, *(f"--{name}={value}" for name, value in options.items())], log, owned=owned
            )

    def _run_as_owner(self, command: list[str], log: IO[bytes], *, owned: bool = False) -> subprocess.Popen[bytes]:
        user = files.owner()
        return subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the supervisor, which ends things in order
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            preexec_fn=die_with_parent(signal.SIGINT) if owned else None,
        )

    def _log_end(self) -> str:
        last = self.log.read_text(errors="replace").splitlines()[-10:]
        return "\n".join([f"Its log, {self.log}, ends:", *last])

    def _is_ready(self, server: subprocess.Popen[bytes], deadline: float) -> bool:
        while server.poll() is None and time.monotonic() < deadline:
            try:
                lines = (self.data / "postmaster.pid").read_text().splitlines()
            except FileNotFoundError:
                lines = []
            if lines and lines[0] == str(server.pid) and lines[-1].strip() == "ready":
                return True
            time.sleep(0.02)
        return False


def _works_in(data: Path, pid: int) -> bool:
    """Whether the process is a server of this data, not a later one that was given the same number."""
    return sys.platform != "linux" or Path(f"/proc/{pid}/cwd").readlink() == data.resolve()


_servers: dict[Path, LocalServer] = {}
_servers_turn = threading.Lock()


def server_in(folder: str | Path, *, durable: bool = True) -> LocalServer:
    """This process's one handle on the server of that folder."""
    place = Path(folder).absolute()
    with _servers_turn:
        return _servers.setdefault(place, LocalServer(place, durable=durable))
