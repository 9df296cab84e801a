"""What a desk wants, and what is known of the people concerned while their rows are locked.

A person's row is locked first, and what happened is read after that: of two desks that scan the same person at
once, the second one reads what the first one wrote.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pelatihan import codes
from pelatihan.accounts.actor import Actor
from pelatihan.attendance import rules, statements
from pelatihan.attendance.rules import Sum
from pelatihan.models import AttendanceEvent, Registration, Session


@dataclass(frozen=True)
class Scan:
    """One wish of a desk: exactly one of ``code`` (normalised), ``ref`` (picked by name) or ``undoes``.

    ``id`` is made by the device; the same id again is the same answer. ``let_in`` says that the device, without a
    signal, has sent the person in already.
    """

    id: UUID
    at: datetime
    code: str = ""
    ref: UUID | None = None
    undoes: UUID | None = None
    let_in: bool = False


@dataclass(frozen=True)
class Answer:
    """What the desk says: an outcome (or ``undone``), about whom, what counted until then, and its event."""

    outcome: str
    person: Registration | None
    before: Sum | None
    event: AttendanceEvent


class LockedPeople:
    """What is known of the people concerned while their rows are locked, and what is to be written."""

    def __init__(
        self, session: Session, actor: Actor, people: list[Registration], past: Sequence[AttendanceEvent]
    ) -> None:
        self.session, self.actor, self.people = session, actor, people
        self.new: list[AttendanceEvent] = []
        self._by_code = {person.code: person for person in people}
        self._by_ref = {person.ref: person for person in people}
        self._by_pk = {person.pk: person for person in people}
        self._events = {event.pk: event for event in past}
        self._theirs: dict[int | None, list[AttendanceEvent]] = {}
        for event in past:
            self._file(event)

    def wanted(self, scan: Scan) -> Registration | None:
        """Whom a code or a reference means."""
        return self._by_ref.get(scan.ref) if scan.ref else self._by_code.get(scan.code)

    def whose(self, event: AttendanceEvent | None) -> Registration | None:
        return self._by_pk.get(event.registration_id) if event and event.registration_id else None

    def known(self, event_id: UUID | None) -> AttendanceEvent | None:
        return self._events.get(event_id) if event_id else None

    def sum(self, person: Registration | None, *, before: Sequence[AttendanceEvent] = ()) -> Sum | None:
        """What counts for a person; or what counted before these events."""
        gone = {event.pk for event in before}
        theirs = self._theirs.get(person.pk, []) if person else []
        return rules.sum_of(event for event in theirs if event.pk not in gone)

    def add(self, scan: Scan, arrived_at: datetime, **what: object) -> AttendanceEvent:
        """Note what happened; the writer stores it."""
        ahead = rules.is_clock_ahead(scan.at, arrived_at)
        event = AttendanceEvent(
            pk=scan.id, session=self.session, author=self.actor.user, happened_at=scan.at, arrived_at=arrived_at,
            is_clock_ahead=ahead, device=self.actor.device, code=_legible(scan.code), **what,
        )  # fmt: skip
        self.new.append(event)
        self._events[event.pk] = event
        self._file(event)
        return event

    def _file(self, event: AttendanceEvent) -> None:
        if event.registration_id and event.session_id == self.session.pk:
            self._theirs.setdefault(event.registration_id, []).append(event)


def lock(session: Session, scans: Sequence[Scan], actor: Actor) -> LockedPeople:
    """Lock the people whom the scans mean, always in the same order, then read what happened so far."""
    undone = [scan.undoes for scan in scans if scan.undoes]
    people = statements.lock_people(
        codes=[scan.code for scan in scans if codes.is_valid(scan.code)],
        refs=[scan.ref for scan in scans if scan.ref],
        ids=_whose(undone) if undone else [],
    )
    return LockedPeople(session, actor, people, statements.events_of(session, people, [scan.id for scan in scans]))


def _whose(events: list[UUID]) -> list[int]:
    found = AttendanceEvent.objects.filter(pk__in=events).values_list("registration", flat=True)
    return [person for person in found if person]


def _legible(code: str) -> str:
    """What was read, as far as the column takes it; wrong codes may hold anything."""
    return "".join(sign for sign in code if sign.isalnum())[: codes.LENGTH]
