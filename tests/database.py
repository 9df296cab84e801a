"""The tests' database: migrated once, copied for every worker and run, and emptied without taking it apart.

All migrations take ten seconds of a processor, for each of three workers; a copy takes a tenth of one. It is made anew
when something changes that migrations read. Between tests Django empties a database by TRUNCATE, which makes the files
of every table and index anew, and writes all permissions again; to delete the few rows that there are is ten times
faster.
"""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import django
import psycopg2
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase
from psycopg2 import sql

OURS = "pelatihan.trial.localpg"  # on any other server we touch nothing but the tests' own database
COPIED = "pola_"
TRIES = 5
READ_BY_MIGRATIONS = ("ormas/**/*.py", "pelatihan/*.py", "pelatihan/m*/**/*.py", "requirements.lock")
MADE_BY_MIGRATE = ("auth_group", "auth_group_permissions", "auth_permission", "django_content_type")


# ---- Made once -----------------------------------------------------------------------------------


def make_copied() -> str:
    """The name of a migrated database that nobody works in, made now if there is none."""
    name, half = COPIED + _fingerprint(), "setengah_jadi"
    folder = Path(settings.LOCAL_PG_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "pola.lock").open("ab") as lock, _server() as run:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other workers wait for the first
        there = {row[0] for row in run("SELECT datname FROM pg_database WHERE starts_with(datname, 'pola_')")}
        if name not in there:
            for old in (*there, half):
                run("DROP DATABASE IF EXISTS {} WITH (FORCE)", old)
            run("CREATE DATABASE {}", half)
            _migrate(half)
            run("ALTER DATABASE {} RENAME TO {}", half, name)
    return name


def _fingerprint() -> str:
    found = hashlib.sha256(django.__version__.encode())
    for pattern in READ_BY_MIGRATIONS:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            found.update(path.read_bytes())
    return found.hexdigest()[:24]


@contextmanager
def _server() -> Iterator[Callable[..., list[tuple[str, ...]]]]:
    connection = psycopg2.connect(**connections["default"].get_connection_params() | {"dbname": "postgres"})
    connection.autocommit = True

    def run(statement: str, *names: str) -> list[tuple[str, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
            return cursor.fetchall() if cursor.description else []

    try:
        run("SET client_min_messages = error")
        yield run
    finally:
        connection.close()


def _migrate(name: str) -> None:
    connection = connections["default"]
    known = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = known


# ---- Emptied between tests -----------------------------------------------------------------------


class Emptying:
    """Leaves behind a test that committed what Django's own way leaves: groups and permissions, no row else."""

    def __init__(self, own: Callable[[TransactionTestCase], None]) -> None:
        self.own, self.made = own, ""
        tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
        deletes = [f'DELETE FROM "{table}"' for table in sorted(tables - set(MADE_BY_MIGRATE))]
        # As a replica, which runs no triggers: some rows must never be deleted, and any order will do.
        self.delete = "; ".join(["SET LOCAL session_replication_role = replica", *deletes])
        sums = [f"(SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t)" for table in MADE_BY_MIGRATE]
        self.sum = f"SELECT concat({', '.join(sums)})"

    def __call__(self, case: TransactionTestCase) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(self.sum)
            if self.made == cursor.fetchone()[0]:
                self._empty(cursor)
                return
        self.own(case)  # the first time, and when a test has changed what a role may
        with connections["default"].cursor() as cursor:
            cursor.execute(self.sum)
            self.made = cursor.fetchone()[0]

    def _empty(self, cursor: CursorWrapper) -> None:
        """A page that a browser still asks for may hold what we delete, and want what we hold: one of us gives way."""
        for _ in range(TRIES):
            with suppress(OperationalError), transaction.atomic():
                return cursor.execute(self.delete)
        raise AssertionError("Somebody still works in the tests' database.")
