"""What a desk wants, and what is known of the people concerned while their rows are locked.

A person's row is locked first, and what happened is read after that: of two desks that scan the same person at
once, the second one reads what the first one wrote, and what it adds gets a higher number.

The order of locks is one for both writers: batches by id, then registrations. The writer of registrations takes its
batch alone; this one takes batches only when it locks several people (shared, so that desks do not wait for each
other), and then people by id. A single person needs no batch: who holds one row and waits for none blocks nobody.
Who was registered twice in a batch and merged has two rows: both are locked, by id as well, and what happened to the
one that gave way counts for the other.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from pelatihan import codes
from pelatihan.accounts.actor import Actor
from pelatihan.attendance import rules, statements
from pelatihan.attendance.rules import Kind, Sum
from pelatihan.attendance.statements import Wanted
from pelatihan.models import AttendanceEvent, Registration, Session, StatusChange
from pelatihan.registration.walk_ins import WalkIn

Means = AttendanceEvent.Means


@dataclass(frozen=True)
class Scan:
    """One wish of a desk: exactly one of ``code`` (normalised), ``ref`` (picked by name) or ``undoes``.

    ``id`` is made by the device; the same id again is the same answer. ``at`` is the device's clock. ``let_in`` says
    that the device, without a signal, has sent the person in already; ``shown`` what it told them, and ``seq`` is its
    own count. An ``is_override`` lets in on responsibility, with the ``reason``. A ``walk_in`` came without a
    registration: ``ref`` is the one that was made, none when nobody was registered; ``reason`` is what was written.
    A ``phone`` (a hash of its name) is the delegate's own: somebody checks in by the room's code.
    """

    id: UUID
    at: datetime
    code: str = ""
    ref: UUID | None = None
    undoes: UUID | None = None
    let_in: bool = False
    shown: str = ""
    seq: int | None = None
    is_override: bool = False
    walk_in: WalkIn | None = None
    reason: str = ""
    phone: str = ""

    @property
    def means(self) -> AttendanceEvent.Means:
        if self.undoes:
            return Means.CORRECTION
        if self.walk_in:
            return Means.WALK_IN
        if self.is_override:
            return Means.OVERRIDE
        if self.phone:
            return Means.SELF
        return Means.NAME if self.ref else Means.SCAN


@dataclass(frozen=True)
class Answer:
    """What the desk says: an outcome (or ``undone``, ``id_taken``), about whom, what counted until then, its event."""

    outcome: str
    person: Registration | None
    before: Sum | None
    event: AttendanceEvent


class LockedPeople:
    """What is known of the people concerned while their rows are locked, and what is to be written."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        people: list[Registration],
        past: Sequence[AttendanceEvent],
        changes: Sequence[StatusChange] = (),
        places: Collection[int] = (),
    ) -> None:
        self.session, self.actor, self.people, self.places = session, actor, people, places
        self.new: list[AttendanceEvent] = []
        self._by_code = {person.code: person for person in people}
        self._by_ref = {person.ref: person for person in people}
        self._by_pk = {person.pk: person for person in people}
        self._events = {event.pk: event for event in past}
        self._next = max((event.number for event in past), default=0) + 1
        self._theirs: dict[int | None, list[AttendanceEvent]] = {}
        self._changes: dict[int, list[StatusChange]] = {}
        for change in changes:
            self._changes.setdefault(change.registration_id, []).append(change)
        for event in past:
            self._file(event)

    def wanted(self, scan: Scan) -> Registration | None:
        """Whom a code, a reference or an undo means."""
        if scan.undoes:
            return self.whose(self.known(scan.undoes))
        found = self._by_ref.get(scan.ref) if scan.ref else self._by_code.get(scan.code)
        return self._standing(found)

    def by_ref(self, ref: UUID) -> Registration | None:
        """Who has a reference, or for whom that one counts; None for somebody of another batch."""
        found = self._standing(self._by_ref.get(ref))
        return found if found and found.angkatan_id == self.session.angkatan_id else None

    def whose(self, event: AttendanceEvent | None) -> Registration | None:
        """For whom an event counts."""
        return self._standing(self._by_pk.get(event.registration_id)) if event and event.registration_id else None

    def _standing(self, person: Registration | None) -> Registration | None:
        """The registration itself, or the one that it counts for since its person was merged."""
        return self._by_pk.get(person.counts_for_id, person) if person and person.counts_for_id else person

    def known(self, event_id: UUID | None) -> AttendanceEvent | None:
        return self._events.get(event_id) if event_id else None

    def theirs(self, person: Registration | None) -> list[AttendanceEvent]:
        """What happened to a person in this session."""
        return self._theirs.get(person.pk, []) if person else []

    def about(self, event: AttendanceEvent) -> list[AttendanceEvent]:
        """What happened to an event's person; where it has none, what was decided about it."""
        person = self.whose(event)
        return self.theirs(person) if person else [one for one in self._events.values() if one.about_id == event.pk]

    def history(self, person: Registration | None) -> list[StatusChange]:
        """How a registration moved, in the order in which it was written."""
        return self._changes.get(person.pk, []) if person else []

    def sum(self, person: Registration | None, *, before: AttendanceEvent | None = None) -> Sum | None:
        """What counts for a person; or what counted before an event was recorded."""
        theirs = self.theirs(person)
        return rules.sum_of(event for event in theirs if before is None or event.number < before.number)

    def draft(self, scan: Scan, arrived_at: datetime, clock_error: int = 0) -> AttendanceEvent:
        """What has happened by a scan, still without a verdict.

        Its number holds among the events known here; the database gives the one that stays.
        """
        at = rules.true_time(scan.at, clock_error)
        target = self.known(scan.undoes)  # an undo stands where its event does, and parts with it
        noted_on = self._by_pk.get(target.registration_id or 0) if target else self.wanted(scan)
        drafted = AttendanceEvent(
            pk=scan.id, number=self._next, session=self.session, registration=noted_on, means=scan.means,
            author=self.actor.user, device=self.actor.device, tool=self.actor.tool, code=_legible(scan.code),
            happened_at=scan.at, arrived_at=arrived_at, clock_error=clock_error,
            is_clock_ahead=rules.is_clock_ahead(at, arrived_at), shown=scan.shown, seq=scan.seq, reason=scan.reason,
            phone=scan.phone,
        )  # fmt: skip
        drafted.came_late = rules.is_late(drafted)
        return drafted

    def add(self, event: AttendanceEvent, kind: Kind, **verdict: object) -> None:
        """Note what happened; the writer stores it."""
        event.kind = kind
        for field, value in verdict.items():
            setattr(event, field, value)
        self.new.append(event)
        self._next += 1
        self._events[event.pk] = event
        self._file(event)

    def decide(self, about: AttendanceEvent, kind: Kind, at: datetime, **verdict: object) -> AttendanceEvent:
        """Note a decision about something that happened; it stands with the same registration."""
        return self._by_hand(uuid4(), kind, at, registration_id=about.registration_id, about=about, **verdict)

    def enter(
        self, person: Registration, event_id: UUID, kind: Kind, at: datetime, **verdict: object
    ) -> AttendanceEvent:
        """Note what somebody enters into a person's cell."""
        return self._by_hand(event_id, kind, at, registration=person, **verdict)

    def undo(self, target: AttendanceEvent, at: datetime) -> AttendanceEvent:
        """Note that something entered is taken back; it stands with the same registration."""
        return self._by_hand(uuid4(), Kind.UNDO, at, registration_id=target.registration_id, undoes=target)

    def _by_hand(self, event_id: UUID, kind: Kind, at: datetime, **verdict: object) -> AttendanceEvent:
        event = AttendanceEvent(
            pk=event_id, number=self._next, session=self.session, means=Means.CORRECTION, author=self.actor.user,
            device=self.actor.device, tool=self.actor.tool, happened_at=at, arrived_at=at,
        )  # fmt: skip
        self.add(event, kind, **verdict)
        return event

    def _file(self, event: AttendanceEvent) -> None:
        if event.registration_id and event.session_id == self.session.pk:
            whose = self.whose(event)
            self._theirs.setdefault(whose.pk if whose else event.registration_id, []).append(event)


def lock(session: Session, scans: Sequence[Scan], actor: Actor, *, by_then: bool = False) -> LockedPeople:
    """Lock the people whom the scans mean, always in the same order, then read what happened so far.

    :param by_then: whether it matters how their registrations stood earlier
    """
    wanted = _wanted(scans)
    if len(scans) > 1:
        statements.hold_batches(session, wanted)
    people = statements.lock_people(*wanted)
    past = statements.events_of(session, people, [scan.id for scan in scans])
    places = next((statements.places_of(session, scan.phone) for scan in scans if scan.phone), [])
    return LockedPeople(session, actor, people, past, _changes(people) if by_then else [], places)


def lock_by_hand(
    session: Session, actor: Actor, ids: Sequence[UUID], *, refs: Sequence[UUID] | None = None
) -> LockedPeople | None:
    """Lock those whom an organiser changes: named by reference, else by what happened to them. Batch and session are
    read anew behind their locks, for the page may be older; None when the session has gone meanwhile.

    :param ids: of events, which are read with what happened to the people
    """
    wanted = Wanted(ids=_people_of(ids)) if refs is None else Wanted(refs=refs)
    statements.hold_batches(session, wanted)
    held = statements.hold_session(session)
    if held is None:
        return None
    people = statements.lock_people(*wanted)
    return LockedPeople(held, actor, people, statements.events_of(held, people, ids))


def _people_of(events: Sequence[UUID]) -> list[int]:
    found = AttendanceEvent.objects.filter(pk__in=events).values_list("registration", flat=True) if events else []
    return sorted({person for person in found if person})


def _wanted(scans: Sequence[Scan]) -> Wanted:
    return Wanted(
        codes=[scan.code for scan in scans if codes.is_valid(scan.code)],
        refs=[scan.ref for scan in scans if scan.ref],
        ids=_people_of([scan.undoes for scan in scans if scan.undoes]),
    )


def _changes(people: Sequence[Registration]) -> list[StatusChange]:
    return list(StatusChange.objects.filter(registration__in=people).order_by("pk"))


def _legible(code: str) -> str:
    """What was read, as far as the column takes it; wrong codes may hold anything."""
    return "".join(sign for sign in code if sign.isalnum())[: codes.LENGTH]
