"""The private PostgreSQL: made on first use, kept while used, gone with its last user."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from pelatihan.trial.localpg import files
from pelatihan.trial.localpg.server import PORT, USER, LocalServer

ROOT = Path(__file__).resolve().parents[4]
USE = """
import sys
from pelatihan.trial.localpg.server import server_in
server_in(sys.argv[1], durable=False).use()
print("up", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place that the server's user can reach, with a space in its name."""
    parent = files.ROOT_HOME if files.is_root() else tmp_path_factory.mktemp("pg")
    place = parent / f"uji coba {time.time_ns()}"
    yield place
    LocalServer(place).stop()
    subprocess.run(["rm", "-rf", str(place)], check=True)


def user_of(folder: Path) -> subprocess.Popen[str]:
    """Another process that uses the server until its standard input ends."""
    command = [sys.executable, "-c", USE, str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "up\n"
    return process


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)


def ask(folder: Path, query: str) -> object:
    host = str(files.socket_folder(folder))
    connection = psycopg2.connect(host=host, port=PORT, user=USER, dbname="postgres")
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone()
            return row and row[0]
    finally:
        connection.close()


def test_server_stays_until_last_user_leaves(folder: Path) -> None:
    first, second = user_of(folder), user_of(folder)
    leave(first)
    running_for_second = LocalServer(folder).is_running()
    leave(second)
    assert (running_for_second, LocalServer(folder).is_running()) == (True, False)


def test_next_user_recovers_from_killed_server(folder: Path) -> None:
    first = user_of(folder)
    pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    subprocess.run(["kill", "-KILL", str(pid)], check=True)
    second = user_of(folder)
    answer = ask(folder, "SELECT 1")
    leave(first)
    leave(second)
    assert answer == 1


def test_stale_pid_of_other_process_is_no_server(folder: Path) -> None:
    leave(user_of(folder))
    (folder / "data" / "postmaster.pid").write_text(f"1\n{folder}/data\n1795510000\n5432\n\n\n 1 1\nready\n")
    assert not LocalServer(folder).is_running()
    process = user_of(folder)
    assert ask(folder, "SELECT 1") == 1
    leave(process)


def test_names_fold_case_beyond_ascii(folder: Path) -> None:
    process = user_of(folder)
    answer = ask(folder, "SELECT upper('élise')")
    leave(process)
    assert answer == "ÉLISE"


def test_data_is_closed_to_others(folder: Path) -> None:
    leave(user_of(folder))
    assert folder.stat().st_mode & 0o077 == 0


def test_long_path_keeps_socket_short(tmp_path: Path) -> None:
    deep = tmp_path / ("sangat panjang " * 8)
    assert len(str(files.socket_folder(deep))) < files.LONGEST_SOCKET_FOLDER


def test_two_checkouts_have_two_folders(tmp_path: Path) -> None:
    assert files.default_folder(tmp_path / "a" / ".data") != files.default_folder(tmp_path / "b" / ".data")
