"""What a device carries to the door: code, name as printed, organisation, status, and what counts in each session.

Nothing else: no number, no position, no address. One snapshot holds all that the door may meet, those who are not
accepted too. It is made by a few queries, however many people there are.
"""

import hashlib
import json
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models.functions import Coalesce
from django.utils import timezone

from ormas import names
from ormas.models import Ormas
from pelatihan import dates
from pelatihan.accounts import access, devices
from pelatihan.attendance import rules
from pelatihan.models import (
    Angkatan,
    Attendance,
    AttendanceEvent,
    AttendanceState,
    Correction,
    Invitation,
    Registration,
    Session,
    StatusChange,
)
from pelatihan.models.raw import rows, table

VERSION = 1
_PEOPLE = f"""
    SELECT code, ref, front_title, name, back_title, ormas_id, ormas_text, status, source, states.of_sessions
    FROM {table(Registration)} LEFT JOIN (
        SELECT registration_id, json_object_agg(session_id, state) AS of_sessions FROM {table(Attendance)}
        WHERE session_id IN (SELECT id FROM {table(Session)} WHERE angkatan_id = %s) GROUP BY registration_id
    ) states ON states.registration_id = pelatihan_registration.id
    WHERE angkatan_id = %s AND counts_for_id IS NULL ORDER BY id
"""
# Whom a merge made another's: the code in their hands leads to the one that counts.
_CODES = f"""
    SELECT own.code, one.ref FROM {table(Registration)} own JOIN {table(Registration)} one ON one.id = own.counts_for_id
    WHERE own.angkatan_id = %s ORDER BY own.id
"""
_ORMAS = f"""
    SELECT id, name, abbreviation FROM {table(Ormas)} JOIN (
        SELECT ormas_id, true AS is_invited FROM {table(Invitation)} WHERE angkatan_id = %s
        UNION SELECT ormas_id, false FROM {table(Registration)} WHERE angkatan_id = %s
    ) named ON named.ormas_id = id GROUP BY id ORDER BY bool_or(is_invited) DESC, lower(name), id
"""
_CHANGED = f"""
    SELECT count(*) FROM {table(Registration)} one WHERE angkatan_id = %s AND (
        EXISTS (SELECT FROM {table(StatusChange)} WHERE registration_id = one.id AND at > %s)
        OR EXISTS (SELECT FROM {table(Correction)} WHERE registration_id = one.id AND at > %s)
    )
"""


def of(angkatan: Angkatan, holder: User, at: datetime) -> dict[str, Any]:
    """The snapshot as ``siapkan/salinan/`` sends it."""
    sessions = list(angkatan.sessions.in_time_order())
    ormas = rows(_ORMAS, [angkatan.pk] * 2)
    places = {number: place for place, (number, *_) in enumerate(ormas)}
    people = rows(_PEOPLE, [angkatan.pk] * 2)
    again = _again(angkatan)
    return {
        "v": VERSION,
        "slug": angkatan.slug,
        "angkatan": angkatan.name,
        "made_at": at.isoformat(),
        "ends_at": ends_at(angkatan, sessions).isoformat(),
        "holder": holder.get_full_name() or holder.get_username(),
        "may_let_in": access.has(holder, access.LET_IN),
        "ormas": [name for _, name, _ in ormas],
        "ormas_ids": [number for number, *_ in ormas],
        "ormas_short": [short for *_, short in ormas],
        "sessions": [_session(one, angkatan) for one in sessions],
        "people": [_person(row, places, again.get(row[1])) for row in people],
        "codes": {code: str(ref) for code, ref in rows(_CODES, [angkatan.pk])},
    }


def _again(angkatan: Angkatan) -> dict[UUID, dict[str, str]]:
    """By reference what each is again in a session who left it early, should they come back; where it is known."""
    gone = Attendance.objects.filter(session__angkatan=angkatan, state=AttendanceState.LEFT)
    left = {(row[0], row[1]): row[2] for row in gone.values_list("registration", "session", "registration__ref")}
    if not left:
        return {}
    whose = Coalesce("registration__counts_for", "registration")
    events = AttendanceEvent.objects.annotate(whose=whose).filter(
        session__in={session for _person, session in left}, whose__in={person for person, _session in left}
    )
    theirs: dict[tuple[int, int], list[AttendanceEvent]] = {}
    for event in events:
        theirs.setdefault((vars(event)["whose"], event.session_id), []).append(event)
    told: dict[UUID, dict[str, str]] = {}
    for (person, session), ref in left.items():
        if came_as := rules.comes_back_as(rules.sum_of(theirs.get((person, session), []))):
            told.setdefault(ref, {})[str(session)] = came_as
    return told


def ends_at(angkatan: Angkatan, sessions: list[Session]) -> datetime:
    """A day after the last session, whichever it is; of a batch without sessions after its last day."""
    last = max((one.ends_at for one in sessions), default=None)
    if last is None:
        last = timezone.make_aware(datetime.combine(angkatan.ends_on + timedelta(days=1), time.min))
    return last + devices.KEPT


def written(snapshot: dict[str, Any]) -> tuple[str, str]:
    """The snapshot as JSON, and a digest that stays the same while nothing changes but the moment it was made in."""
    made_at = json.dumps(snapshot["made_at"])
    held = json.dumps({key: value for key, value in snapshot.items() if key != "made_at"}, separators=(",", ":"))
    return f'{{"made_at":{made_at},{held[1:]}', hashlib.sha256(held.encode()).hexdigest()[:32]


def changed_since(angkatan: Angkatan, since: datetime) -> int:
    """How many people were registered, decided on or put right since then."""
    return int(rows(_CHANGED, [angkatan.pk, since, since])[0][0])


def _session(one: Session, angkatan: Angkatan) -> dict[str, Any]:
    one.angkatan = angkatan  # its doors stand on the batch; no query for each
    shut = [moment for moment in (one.closed_at, angkatan.closed_at, angkatan.cancelled_at) if moment]
    return {
        "id": one.pk,
        "title": one.title,
        "day": dates.long_date(one.starts_at),
        "times": one.times,
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "opens_at": one.opens_at.isoformat(),
        "late_from": one.late_from.isoformat(),
        "closed_at": min(shut).isoformat() if shut else None,
        "takes_attendance": one.takes_attendance,
    }


def _person(row: tuple[Any, ...], places: dict[int, int], again: dict[str, str] | None = None) -> dict[str, Any]:
    code, ref, front, name, back, ormas, written, status, source, states = row
    told = {
        "c": code,
        "r": str(ref),
        "n": names.with_titles(front, name, back),
        "o": places.get(ormas, -1),
        "t": written,
        "s": status,
        "a": states or {},
    }
    if again:
        told["b"] = again
    if source == Registration.Source.WALK_IN and Registration(source=source, status=status).is_unverified:
        told["w"] = True  # made at the door, and nobody has decided: may enter the next session, too
    return told
