"""The one writer of attendance: appends events and keeps each person's sum. Nothing else writes these two tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from pelatihan import codes
from pelatihan.accounts.actor import SYSTEM, Actor
from pelatihan.attendance import rules, statements
from pelatihan.attendance.locked import Answer, LockedPeople, Scan, lock
from pelatihan.attendance.rules import Kind, Sum
from pelatihan.models import Attendance, AttendanceEvent, AttendanceState, Outcome, Registration, Session

Means = AttendanceEvent.Means
LET_IN = frozenset({"present", "late"})  # what a device may have shown to somebody whom it sent in
UNDONE = "undone"  # what an undo is answered with; not an outcome of a check-in


# ---- What happens --------------------------------------------------------------------------------


def record(session: Session, scans: Sequence[Scan], *, actor: Actor, at: datetime) -> list[Answer]:
    """Record what a desk saw, in the order given, and answer each.

    :param session: with its ``angkatan`` loaded
    :param at: when it arrived here
    """
    with transaction.atomic():
        locked = lock(session, scans, actor)
        # the list's order is the order of arrival: an undo removes only what came before it
        answers = [_take(locked, scan, at + timedelta(microseconds=place)) for place, scan in enumerate(scans)]
        _write(locked)
    return answers


def mark(
    session: Session,
    person: Registration,
    state: AttendanceState,
    *,
    event_id: UUID,
    actor: Actor,
    at: datetime,
    means: AttendanceEvent.Means = Means.CORRECTION,
    reason: str = "",
) -> Sum | None:
    """Enter what the signed sheet or a letter says; the later correction wins. Quiet when repeated.

    :returns: what counts afterwards
    """
    scan = Scan(event_id, at, ref=person.ref)
    with transaction.atomic():
        locked = lock(session, [scan], actor)
        if locked.known(event_id) is None:
            locked.add(scan, at, kind=Kind.MARK, registration=person, means=means, state=state, reason=reason)
        _write(locked)
        return locked.sum(person)


def recall(session: Session, event_id: UUID) -> Answer | None:
    """The answer that was given then, for a page that shows it once more; None for another session's event."""
    event = AttendanceEvent.objects.filter(pk=event_id, session=session).first()
    if event is None:
        return None
    people = list(Registration.objects.filter(pk__in=[event.registration_id]).select_related("ormas"))
    past = AttendanceEvent.objects.filter(session=session, registration__in=people, arrived_at__lte=event.arrived_at)
    return _again(LockedPeople(session, SYSTEM, people, [event, *past.exclude(pk=event_id)]), event)


def rebuild(session: Session) -> int:
    """Make the session's attendance anew from its events.

    :returns: how many people's rows were wrong
    """
    with transaction.atomic():
        traces = (session.events, session.attendances)
        concerned = {person for trace in traces for person in trace.values_list("registration", flat=True) if person}
        people = Registration.objects.filter(pk__in=concerned).order_by("pk")
        everyone = list(people.select_for_update(no_key=True))
        locked = LockedPeople(session, SYSTEM, everyone, list(AttendanceEvent.objects.filter(session=session)))
        rows = {row.registration_id: row for row in session.attendances.all()}
        wrong = [person for person in everyone if not _agrees(rows.get(person.pk), locked.sum(person))]
        _store(locked, wrong)
    return len(wrong)


# ---- Under the lock ------------------------------------------------------------------------------


def _take(locked: LockedPeople, scan: Scan, arrived_at: datetime) -> Answer:
    repeated = locked.known(scan.id)
    if repeated:
        return _again(locked, repeated)
    return _undo(locked, scan, arrived_at) if scan.undoes else _check_in(locked, scan, arrived_at)


def _again(locked: LockedPeople, event: AttendanceEvent) -> Answer:
    """The same answer as the first time, read from what was stored then."""
    person = locked.whose(event)
    outcome = UNDONE if event.kind == Kind.UNDO else event.outcome
    return Answer(shown(event) or outcome, person, locked.sum(person, before=[event]), event)


def shown(event: AttendanceEvent) -> str:
    """What the desk was told: the state of who was let in against the rules, else the outcome; "" for an undo."""
    return event.outcome if event.outcome == Outcome.ALREADY or not event.state else event.state


def _check_in(locked: LockedPeople, scan: Scan, arrived_at: datetime) -> Answer:
    person, session = locked.wanted(scan), locked.session
    at = arrived_at if rules.is_clock_ahead(scan.at, arrived_at) else scan.at
    before = locked.sum(person)
    readable = scan.ref or codes.is_valid(scan.code)
    outcome = rules.judge(session, person, before, at) if readable else Outcome.INVALID
    counts = outcome in rules.COUNTED or (scan.let_in and outcome in rules.FORGIVEN)
    event = locked.add(
        scan,
        arrived_at,
        kind=Kind.CHECK_IN if counts else Kind.REFUSAL,
        registration=person,
        means=Means.NAME if scan.ref else Means.SCAN,
        outcome=outcome,
        state=rules.state_by_clock(session, at) if counts else "",
    )
    return Answer(shown(event), person, before, event)


def _undo(locked: LockedPeople, scan: Scan, arrived_at: datetime) -> Answer:
    target = locked.known(scan.undoes)
    person = locked.whose(target)
    before = locked.sum(person)
    refusal = rules.judge_undo(locked.session, target, arrived_at)
    if refusal:
        event = locked.add(
            scan, arrived_at, kind=Kind.REFUSAL, registration=person, means=Means.CORRECTION, outcome=refusal
        )
        return Answer(refusal, person, before, event)
    event = locked.add(scan, arrived_at, kind=Kind.UNDO, registration=person, means=Means.CORRECTION, undoes=target)
    return Answer(UNDONE, person, before, event)


def _write(locked: LockedPeople) -> None:
    """Append the new events and store the sums that they change."""
    if not locked.new:
        return
    statements.append(locked.new)
    _store(locked, [person for person in locked.people if locked.sum(person) != locked.sum(person, before=locked.new)])


def _store(locked: LockedPeople, people: Sequence[Registration]) -> None:
    """Write what counts for these people; who has nothing left loses the row."""
    rows, gone = [], []
    for person in people:
        total = locked.sum(person)
        if total is None:
            gone.append(person)
        else:
            rows.append(_row(locked.session, person, total))
    if rows:
        statements.store(rows)
    if gone:
        Attendance.objects.filter(session=locked.session, registration__in=gone).delete()


def _row(session: Session, person: Registration, total: Sum) -> Attendance:
    return Attendance(
        session=session, registration=person, state=total.state, first_at=total.first_at, event=total.event
    )


def _agrees(row: Attendance | None, total: Sum | None) -> bool:
    if row is None or total is None:
        return row is None and total is None
    return (row.state, row.first_at, row.event_id) == (total.state, total.first_at, total.event.pk)
