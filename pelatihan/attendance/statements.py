"""What every check-in asks and writes, as SQL: Django's queries take five to six times the CPU to read the same.

Writing costs them nearly twice as much (`make bench ARGS=statements`). Columns and values come from the models
(:mod:`pelatihan.models.raw`), so a new field needs nothing here.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from ormas.models import Ormas
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, Registration, Session
from pelatihan.models.raw import Row, columns, insert, insertion, made, rows, selection, table, width, written
from pelatihan.models.registration import RegistrationQuerySet

# What the door asks of a batch and of an organisation: every column has its price, in PostgreSQL and here.
OF_BATCH = (
    "id", "slug", "number", "year", "starts_on", "ends_on", "open_minutes", "late_minutes", "closed_at", "cancelled_at",
)  # fmt: skip
OF_ORMAS = ("id", "name")
LARGEST = 2**63 - 1  # number of a row; an address may hold any


class Wanted(NamedTuple):
    """Whom a desk means: by code, by reference or by id of the registration."""

    codes: Sequence[str] = ()
    refs: Sequence[UUID] = ()
    ids: Sequence[int] = ()


def session_at(slug: str, session_id: int) -> Session | None:
    """A session with its batch; None for a session of another batch."""
    text = f"SELECT {columns(Session)}, {columns(Angkatan, OF_BATCH)} FROM {table(Session)} JOIN {table(Angkatan)}"
    text += " ON pelatihan_angkatan.id = angkatan_id WHERE pelatihan_session.id = %s AND slug = %s"
    found = rows(text, [session_id, slug]) if session_id <= LARGEST else []
    return next((_session(row) for row in found), None)


def hold_session(session: Session, *, to_change: bool = False) -> Session | None:
    """The session and its batch as they are now; until the end of the transaction nobody deletes it.

    :param to_change: and nobody else changes it
    """
    text = f"SELECT {columns(Session)}, {columns(Angkatan, OF_BATCH)} FROM {table(Session)} JOIN {table(Angkatan)}"
    text += " ON pelatihan_angkatan.id = angkatan_id WHERE pelatihan_session.id = %s"
    text += f" FOR {'NO KEY UPDATE' if to_change else 'KEY SHARE'} OF pelatihan_session"
    return next((_session(row) for row in rows(text, [session.pk])), None)


def hold_batches(session: Session, wanted: Wanted) -> None:
    """Keep the batches of these people, and the session's, as they are: registrations change only behind this lock."""
    asked, values = _asked(wanted)
    theirs = f"SELECT angkatan_id FROM {table(Registration)} WHERE {asked}" if values else "SELECT NULL::bigint"
    text = f"SELECT id FROM {table(Angkatan)} WHERE id = %s OR id IN ({theirs}) ORDER BY id FOR SHARE"
    rows(text, [session.angkatan_id, *values])


# Those asked for, whom they count for since a merge, and who else counts for these: three looks into an index.
_TOGETHER = f"""
    WITH asked AS MATERIALIZED (
        SELECT id, coalesce(counts_for_id, id) AS stands_for FROM {table(Registration)} WHERE {{asked}}
    )
    SELECT id FROM asked UNION SELECT stands_for FROM asked
    UNION SELECT id FROM {table(Registration)} WHERE counts_for_id IN (SELECT stands_for FROM asked)
"""


def lock_people(codes: Sequence[str], refs: Sequence[UUID], ids: Sequence[int]) -> list[Registration]:
    """Those with one of the codes, references or ids, with their organisation, locked in the order of their ids; and
    with each all registrations that count for the same one.
    """
    asked, values = _asked(Wanted(codes, refs, ids))
    if not values:
        return []
    text = f"SELECT {columns(Registration)}, {columns(Ormas, OF_ORMAS)}"
    text += f" FROM {table(Registration)} LEFT JOIN {table(Ormas)}"
    text += " ON ormas_ormas.id = pelatihan_registration.ormas_id"
    text += f" WHERE pelatihan_registration.id = ANY(ARRAY({_TOGETHER.format(asked=asked)}))"
    text += " ORDER BY pelatihan_registration.id FOR NO KEY UPDATE OF pelatihan_registration"
    return [_person(row) for row in rows(text, values)]


def events_of(session: Session, people: Sequence[Registration], ids: Sequence[UUID]) -> list[AttendanceEvent]:
    """What happened to these people in the session, and whatever has one of the ids."""
    text = f"SELECT {columns(AttendanceEvent)} FROM {table(AttendanceEvent)}"
    text += " WHERE id = ANY(%s::uuid[]) OR session_id = %s AND registration_id = ANY(%s::bigint[])"
    values = [list(ids), session.pk, [person.pk for person in people]]
    return [made(AttendanceEvent, row) for row in rows(text, values)]


def places_of(session: Session, phone: str) -> list[int]:
    """Which places of a delegate's phone are taken in the session."""
    text = f"SELECT phone_place FROM {table(AttendanceEvent)} WHERE session_id = %s AND phone = %s"
    return [place for (place,) in rows(f"{text} AND phone_place IS NOT NULL", [session.pk, phone])]


def append(events: Sequence[AttendanceEvent], sums: Sequence[Attendance] = ()) -> bool:
    """Add events, and by the same statement what counts since then; each learns the number that the database gave it.

    :returns: False when somebody else has used one of the ids, or the place of a phone, meanwhile: then the caller
        takes everything back
    """
    text, values = insertion(AttendanceEvent, events, "ON CONFLICT DO NOTHING RETURNING id, number")
    text = f"WITH appended AS ({text})"
    if sums:
        stored, theirs = insertion(Attendance, sums, _OVER_EARLIER)
        text, values = f"{text}, stored AS ({stored})", values + theirs
    numbers: dict[UUID, int] = dict(rows(f"{text} SELECT id, number FROM appended", values, once=len(events) > 1))
    for event in events:
        event.number = numbers.get(event.pk, event.number)
    return len(numbers) == len(events)


def hold_people(people: RegistrationQuerySet) -> None:
    """Lock a crowd in the order of ids, and read nobody."""
    chosen, values = people.order_by().values("pk").query.sql_with_params()
    text = f"SELECT id FROM {table(Registration)} WHERE id IN ({chosen}) ORDER BY id FOR NO KEY UPDATE"
    rows(f"SELECT count(*) FROM ({text}) held", values, once=True)


def append_for_each(people: RegistrationQuerySet, event: AttendanceEvent) -> None:
    """Add an event like this one for each of a crowd of whom nothing counts, and store that it counts."""
    chosen, theirs = people.order_by("pk").values("pk").query.sql_with_params()
    given = {"id": "gen_random_uuid()", "registration_id": "chosen.id"}
    text, values = selection(AttendanceEvent, event, given, f"({chosen}) chosen (id) RETURNING id, registration_id")
    total = Attendance(session_id=event.session_id, state=event.state, first_at=event.arrived_at)
    counted = {"event_id": "appended.id", "registration_id": "appended.registration_id"}
    stored, whose = selection(Attendance, total, counted, "appended")
    rows(f"WITH appended AS ({text}), stored AS ({stored}) SELECT 1", [*values, *theirs, *whose], once=True)


def append_undos(events: QuerySet[AttendanceEvent], undo: AttendanceEvent) -> None:
    """Take back each of these events by one like this, and delete what counts by them alone."""
    chosen, theirs = events.order_by("number").values("pk", "registration").query.sql_with_params()
    given = {"id": "gen_random_uuid()", "registration_id": "chosen.person", "undoes_id": "chosen.id"}
    text, values = selection(AttendanceEvent, undo, given, f"({chosen}) chosen (id, person) RETURNING undoes_id")
    # Of the session nothing is asked: that index would be read to its end for each of them.
    text = f"WITH undone AS ({text}) DELETE FROM {table(Attendance)} WHERE event_id IN (SELECT undoes_id FROM undone)"
    rows(f"{text} RETURNING id", [*values, *theirs], once=True)


def store(sums: Sequence[Attendance]) -> None:
    """Write what counts, over what counted before."""
    insert(Attendance, sums, _OVER_EARLIER)


_CHANGED = ", ".join(f'"{field.column}" = EXCLUDED."{field.column}"' for field in written(Attendance))
_OVER_EARLIER = f"ON CONFLICT (session_id, registration_id) DO UPDATE SET {_CHANGED}"
CASTS = {"code": "::text[]", "ref": "::uuid[]", "id": "::bigint[]"}


def _asked(wanted: Wanted) -> tuple[str, list[Any]]:
    """The condition that finds these people, and its values; without values nobody is wanted."""
    given = {column: list(values) for column, values in zip(CASTS, wanted, strict=True) if values}
    asked = " OR ".join(f"pelatihan_registration.{column} = ANY(%s{CASTS[column]})" for column in given)
    return asked, list(given.values())


def _session(row: Row) -> Session:
    session = made(Session, row)
    session.angkatan = made(Angkatan, row[width(Session) :], OF_BATCH)
    return session


def _person(row: Row) -> Registration:
    person = made(Registration, row)
    person.ormas = made(Ormas, row[width(Registration) :], OF_ORMAS) if person.ormas_id else None
    return person
