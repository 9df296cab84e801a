"""Dumps of the database, and the proof that one can be restored: into a scratch database, sums compared.

Beside each dump lies what it must hold: rows and a checksum of every table, read in the very moment of the dump.
"""

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2 import sql

from pelatihan.trial.localpg.files import programs

type Sums = dict[str, tuple[int, str]]  # table → rows, checksum


class NotPossible(Exception):
    """What is missing for a dump or a restore, in words for whoever runs it."""


@dataclass(frozen=True)
class Difference:
    """A table that did not come back as it was; None where it is missing."""

    table: str
    expected: tuple[int, str] | None
    found: tuple[int, str] | None


def dump(file: Path) -> Sums:
    """Write the dump and, beside it, its sums; a file of that name is replaced only when all went well."""
    fresh = file.with_name(f"{file.name}.new")
    try:
        sums = _write(fresh)
        sums_of(file).touch(mode=0o600)
        sums_of(file).write_text(json.dumps(sums, indent=1))
        fresh.rename(file)
    finally:
        fresh.unlink(missing_ok=True)  # half a dump helps nobody
    return sums


def _write(file: Path) -> Sums:
    with _connected(_database()) as here, here.cursor() as cursor:
        here.set_session(isolation_level="REPEATABLE READ", readonly=True)
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _run("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={file}")
        return _sums(cursor)


def sums_of(file: Path) -> Path:
    """Where the sums of a dump lie."""
    return file.with_name(f"{file.name}.sums")


def kept_sums(file: Path) -> Sums:
    try:
        kept: dict[str, list[Any]] = json.loads(sums_of(file).read_text())
    except FileNotFoundError:
        raise NotPossible(f"{sums_of(file)} tidak ada; buatlah cadangan dengan manage.py dump.") from None
    return {table: (rows, checksum) for table, (rows, checksum) in kept.items()}


def restored_sums(file: Path) -> Sums:
    """What the dump holds once it is restored; the scratch database is gone afterwards, whatever happened."""
    with _scratch() as name:
        _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={name}", str(file))
        with _connected(name) as there, there.cursor() as cursor:
            return _sums(cursor)


def differences(expected: Sums, found: Sums) -> list[Difference]:
    return [
        Difference(table, expected.get(table), found.get(table))
        for table in sorted(expected.keys() | found.keys())
        if expected.get(table) != found.get(table)
    ]


# ---- Sums ----------------------------------------------------------------------------------------


def _sums(cursor: Any) -> Sums:
    """The order of rows plays no part: the database adds up one number for each of them."""
    cursor.execute("SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL extra_float_digits = 3")
    cursor.execute("""
        SELECT relname FROM pg_class
        WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace ORDER BY relname""")
    return {table: _sum(cursor, table) for (table,) in cursor.fetchall()}


def _sum(cursor: Any, table: str) -> tuple[int, str]:
    query = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t"
    cursor.execute(sql.SQL(query).format(sql.Identifier(table)))
    rows, checksum = cursor.fetchone()
    return rows, checksum


# ---- Programs and connections --------------------------------------------------------------------


def _database() -> str:
    return str(connection.get_connection_params()["dbname"])


def _address() -> dict[str, str]:
    """How libpq reaches the server, by its own variables: the password is no argument that anybody may read."""
    given = connection.get_connection_params()
    names = ("host", "port", "user", "password", "sslmode", "sslrootcert")
    return {f"PG{name.upper()}": str(given[name]) for name in names if given.get(name)}


def _run(name: str, *arguments: str) -> None:
    command = [_program(name), *arguments]
    if name == "pg_dump":
        command.append(_database())
    done = subprocess.run(
        command, env=os.environ | _address(), capture_output=True, text=True, check=False, umask=0o077
    )
    if done.returncode:
        raise NotPossible(f"{name} gagal: {done.stderr.strip()}")


def _program(name: str) -> str:
    own = settings.DATABASES["default"]["ENGINE"] == "pelatihan.trial.localpg"
    found = programs() / name if own else shutil.which(name)
    if not found or not Path(found).exists():
        raise NotPossible(f"Program {name} tidak ada. Di Debian: apt install postgresql-client.")
    return str(found)


@contextmanager
def _connected(name: str) -> Iterator[Any]:
    address: dict[str, Any] = {variable.removeprefix("PG").lower(): value for variable, value in _address().items()}
    there = psycopg2.connect(dbname=name, **address)
    try:
        yield there
    finally:
        there.close()


@contextmanager
def _scratch() -> Iterator[str]:
    name = f"pelatihan_drill_{secrets.token_hex(4)}"
    quoted = sql.Identifier(name)
    with _connected(_database()) as here:
        here.autocommit = True
        with here.cursor() as cursor:
            try:
                cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(quoted))
            except psycopg2.errors.InsufficientPrivilege:
                raise NotPossible(
                    "Akun basis data ini tidak boleh membuat basis data percobaan. Sebagai postgres:"
                    " ALTER ROLE … CREATEDB; setelah latihan: NOCREATEDB."
                ) from None
            try:
                yield name
            finally:
                cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))
