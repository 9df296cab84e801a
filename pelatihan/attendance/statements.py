"""What every check-in asks and writes, as SQL: to build it anew each time costs ten times what the answer does.

bench/README.md has the figures. The columns are read from the models, so a new field needs nothing here.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from ormas.models import Ormas
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, Registration, Session

type Row = tuple[Any, ...]


def session_at(slug: str, session_id: int) -> Session | None:
    """A session with its batch; None for a session of another batch."""
    text = f"SELECT {_columns(Session)}, {_columns(Angkatan)} FROM {_table(Session)} JOIN {_table(Angkatan)}"
    text += " ON pelatihan_angkatan.id = angkatan_id WHERE pelatihan_session.id = %s AND slug = %s"
    for row in _rows(text, [session_id, slug]):
        session = _made(Session, row)
        session.angkatan = _made(Angkatan, row[len(_names(Session)) :])
        return session
    return None


def lock_people(codes: Sequence[str], refs: Sequence[UUID], ids: Sequence[int]) -> list[Registration]:
    """Those with one of the codes, references or ids, with their organisation, locked in the order of their ids."""
    given = {"code": list(codes), "ref": list(refs), "id": list(ids)}
    wanted = {column: values for column, values in given.items() if values}
    if not wanted:
        return []
    text = f"SELECT {_columns(Registration)}, {_columns(Ormas)} FROM {_table(Registration)} LEFT JOIN {_table(Ormas)}"
    text += " ON ormas_ormas.id = pelatihan_registration.ormas_id WHERE "
    text += " OR ".join(f"pelatihan_registration.{column} = ANY(%s{CASTS[column]})" for column in wanted)
    text += " ORDER BY pelatihan_registration.id FOR NO KEY UPDATE OF pelatihan_registration"
    return [_person(row) for row in _rows(text, list(wanted.values()))]


def events_of(session: Session, people: Sequence[Registration], ids: Sequence[UUID]) -> list[AttendanceEvent]:
    """What happened to these people in the session, and whatever has one of the ids."""
    text = f"SELECT {_columns(AttendanceEvent)} FROM {_table(AttendanceEvent)}"
    text += " WHERE id = ANY(%s::uuid[]) OR session_id = %s AND registration_id = ANY(%s::bigint[])"
    rows = _rows(text, [list(ids), session.pk, [person.pk for person in people]])
    return [_made(AttendanceEvent, row) for row in rows]


def append(events: Sequence[AttendanceEvent]) -> None:
    """Add events; one whose id is there already is left as it is."""
    _insert(AttendanceEvent, events, "ON CONFLICT DO NOTHING")


def store(rows: Sequence[Attendance]) -> None:
    """Write what counts, over what counted before."""
    changed = ", ".join(f"{column} = EXCLUDED.{column}" for column in ("state", "first_at", "event_id"))
    _insert(Attendance, rows, f"ON CONFLICT (session_id, registration_id) DO UPDATE SET {changed}")


def _insert(model: type[Model], rows: Sequence[Model], on_conflict: str) -> None:
    names = [name for name in _names(model) if name != "id" or model is AttendanceEvent]  # others number themselves
    places = "(" + ", ".join(["%s"] * len(names)) + ")"
    text = f"INSERT INTO {_table(model)} ({', '.join(names)}) VALUES {', '.join([places] * len(rows))} {on_conflict}"
    with connection.cursor() as cursor:
        cursor.execute(text, [getattr(row, name) for row in rows for name in names])


CASTS = {"code": "::text[]", "ref": "::uuid[]", "id": "::bigint[]"}


def _person(row: Row) -> Registration:
    person = _made(Registration, row)
    person.ormas = _made(Ormas, row[len(_names(Registration)) :]) if person.ormas_id else None
    return person


def _rows(text: str, values: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        rows: list[Row] = cursor.fetchall()
        return rows


def _made[M: Model](model: type[M], row: Row) -> M:
    names = _names(model)
    return model.from_db(connection.alias, names, row[: len(names)])


@cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _columns(model: type[Model]) -> str:
    return ", ".join(f'"{model._meta.db_table}"."{field.column}"' for field in model._meta.concrete_fields)


def _table(model: type[Model]) -> str:
    return f'"{model._meta.db_table}"'
