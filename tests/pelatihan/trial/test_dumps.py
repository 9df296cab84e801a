"""A dump is proved by restoring it, and one that was tampered with is found out."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ormas.models import Ormas
from pelatihan.trial import dumps
from tests.factories import OrmasFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("dumps")]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    OrmasFactory.create_batch(3)
    call_command("dump", tmp_path, stdout=StringIO())
    (file,) = tmp_path.glob("*.dump")
    return file


def drill(*arguments: Path) -> str:
    said = StringIO()
    call_command("restore_drill", *arguments, stdout=said)
    return said.getvalue()


def scratch_databases() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'pelatihan_drill_%'")
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def no_scratch_left() -> Iterator[None]:
    yield
    assert scratch_databases() == []


def test_drill_says_rows_of_every_table() -> None:
    OrmasFactory.create_batch(3)
    said = drill()
    (line,) = [line for line in said.splitlines() if line.startswith("ormas_ormas ")]
    assert "3 baris" in line
    assert f" utuh: {len(connection.introspection.table_names())} tabel" in said


def test_kept_dump_is_held_against_its_own_sums(written: Path) -> None:
    Ormas.objects.all().delete()  # what happens later changes nothing
    assert "utuh" in drill(written)


def test_dump_of_other_rows_is_found_out(written: Path, tmp_path: Path) -> None:
    sums = dumps.sums_of(written).read_text()
    one = Ormas.objects.first()
    one.name += " Baru"  # as many rows, another content
    one.save()
    call_command("dump", tmp_path / "other", stdout=StringIO())
    (other,) = (tmp_path / "other").glob("*.dump")
    dumps.sums_of(other).write_text(sums)
    with pytest.raises(CommandError, match="1 tabel berbeda"):
        drill(other)


def test_broken_file_is_found_out(written: Path) -> None:
    content = bytearray(written.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    written.write_bytes(content)
    with pytest.raises(CommandError, match=r"pg_restore gagal|berbeda"):
        drill(written)


def test_dump_without_sums_proves_nothing(written: Path) -> None:
    dumps.sums_of(written).unlink()
    with pytest.raises(CommandError, match=r"manage\.py dump"):
        drill(written)


def test_dump_is_closed_to_others(written: Path) -> None:
    assert written.stat().st_mode & 0o077 == 0
    assert dumps.sums_of(written).stat().st_mode & 0o077 == 0


def test_dump_that_failed_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pg_dump"
    half = 'for each in "$@"; do case $each in --file=*) echo half > "${each#--file=}";; esac; done'
    program.write_text(f"#!/bin/sh\n{half}\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setattr(dumps, "programs", lambda: tmp_path)
    with pytest.raises(CommandError, match="pg_dump gagal"):
        call_command("dump", tmp_path / "kept", stdout=StringIO())
    assert list((tmp_path / "kept").iterdir()) == []


def test_password_and_certificate_reach_the_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"host": "db.example", "password": "rahasia", "sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    with monkeypatch.context() as patched:
        patched.setattr(connection, "get_connection_params", lambda: given)
        told = dumps._address()
    assert told == {f"PG{name.upper()}": value for name, value in given.items()}


def test_missing_program_is_named(monkeypatch: pytest.MonkeyPatch, settings, tmp_path: Path) -> None:
    settings.DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
    monkeypatch.setenv("PATH", str(tmp_path))
    try:
        with pytest.raises(CommandError, match="apt install postgresql-client"):
            drill()
    finally:
        settings.DATABASES["default"]["ENGINE"] = "pelatihan.trial.localpg"


def test_role_that_may_make_no_database_is_told(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS tamu_latihan")
        cursor.execute("CREATE ROLE tamu_latihan LOGIN")
    monkeypatch.setitem(connection.settings_dict, "USER", "")
    monkeypatch.setattr(dumps, "_address", lambda: _as("tamu_latihan"))
    with pytest.raises(CommandError, match="CREATEDB"):
        drill(written)


def _as(user: str) -> dict[str, str]:
    given = connection.get_connection_params()
    return {"PGHOST": given["host"], "PGPORT": str(given["port"]), "PGUSER": user}


def test_difference_names_missing_and_new_tables() -> None:
    found = dumps.differences({"a": (1, "x"), "b": (1, "y")}, {"b": (1, "y"), "c": (0, "0")})
    assert [(one.table, one.expected, one.found) for one in found] == [("a", (1, "x"), None), ("c", None, (0, "0"))]
