"""What every check-in asks and writes, as SQL: Django's queries take five to six times the CPU to read the same.

Writing costs them nearly twice as much (`make bench ARGS=statements`). Columns and values come from the models
(:mod:`pelatihan.models.raw`), so a new field needs nothing here.
"""

from collections.abc import Sequence
from uuid import UUID

from ormas.models import Ormas
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, Registration, Session
from pelatihan.models.raw import Row, columns, insert, made, rows, table, width, written


def session_at(slug: str, session_id: int) -> Session | None:
    """A session with its batch; None for a session of another batch."""
    text = f"SELECT {columns(Session)}, {columns(Angkatan)} FROM {table(Session)} JOIN {table(Angkatan)}"
    text += " ON pelatihan_angkatan.id = angkatan_id WHERE pelatihan_session.id = %s AND slug = %s"
    for row in rows(text, [session_id, slug]):
        session = made(Session, row)
        session.angkatan = made(Angkatan, row[width(Session) :])
        return session
    return None


def lock_people(codes: Sequence[str], refs: Sequence[UUID], ids: Sequence[int]) -> list[Registration]:
    """Those with one of the codes, references or ids, with their organisation, locked in the order of their ids."""
    given = {"code": list(codes), "ref": list(refs), "id": list(ids)}
    wanted = {column: values for column, values in given.items() if values}
    if not wanted:
        return []
    text = f"SELECT {columns(Registration)}, {columns(Ormas)} FROM {table(Registration)} LEFT JOIN {table(Ormas)}"
    text += " ON ormas_ormas.id = pelatihan_registration.ormas_id WHERE "
    text += " OR ".join(f"pelatihan_registration.{column} = ANY(%s{CASTS[column]})" for column in wanted)
    text += " ORDER BY pelatihan_registration.id FOR NO KEY UPDATE OF pelatihan_registration"
    return [_person(row) for row in rows(text, list(wanted.values()))]


def events_of(session: Session, people: Sequence[Registration], ids: Sequence[UUID]) -> list[AttendanceEvent]:
    """What happened to these people in the session, and whatever has one of the ids."""
    text = f"SELECT {columns(AttendanceEvent)} FROM {table(AttendanceEvent)}"
    text += " WHERE id = ANY(%s::uuid[]) OR session_id = %s AND registration_id = ANY(%s::bigint[])"
    values = [list(ids), session.pk, [person.pk for person in people]]
    return [made(AttendanceEvent, row) for row in rows(text, values)]


def append(events: Sequence[AttendanceEvent]) -> None:
    """Add events; one whose id is there already is left as it is."""
    insert(AttendanceEvent, events, "ON CONFLICT DO NOTHING")


def store(sums: Sequence[Attendance]) -> None:
    """Write what counts, over what counted before."""
    others = [field.column for field in written(Attendance) if field.name not in KEY]
    changed = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in others)
    insert(Attendance, sums, f"ON CONFLICT (session_id, registration_id) DO UPDATE SET {changed}")


CASTS = {"code": "::text[]", "ref": "::uuid[]", "id": "::bigint[]"}
KEY = {"session", "registration"}  # of a sum: one row a person and session


def _person(row: Row) -> Registration:
    person = made(Registration, row)
    person.ormas = made(Ormas, row[width(Registration) :]) if person.ormas_id else None
    return person
