"""The one writer of attendance: appends events and keeps each person's sum. Nothing else writes these two tables.

Locks are taken in the order that :mod:`pelatihan.attendance.locked` describes.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pelatihan import codes
from pelatihan.accounts import access
from pelatihan.accounts.actor import SYSTEM, Actor
from pelatihan.attendance import rules, statements
from pelatihan.attendance.locked import Answer, LockedPeople, Means, Scan, lock
from pelatihan.attendance.rules import Kind, Sum
from pelatihan.attendance.statements import Wanted
from pelatihan.models import (
    Angkatan,
    Attendance,
    AttendanceEvent,
    AttendanceState,
    Outcome,
    Registration,
    Session,
    StatusChange,
)
from pelatihan.models.attendance import MOST_A_PHONE
from pelatihan.phases import shut_sentence

LET_IN = frozenset({"present", "late"})  # what a device may have shown to somebody whom it sent in
BY_SHEET = "Menurut lembar yang ditandatangani."
UNDONE = "undone"  # what an undo is answered with
ID_TAKEN = "id_taken"  # the id belongs to something else that happened; nothing is recorded


class IdTaken(Exception):
    """The id belongs to something else that happened; nothing was written."""

    def __init__(self) -> None:
        super().__init__("Catatan ini memakai nomor milik catatan lain, jadi tidak disimpan. Catat sekali lagi.")


# ---- What happens --------------------------------------------------------------------------------


def record(
    session: Session, scans: Sequence[Scan], *, actor: Actor, at: datetime, sent_at: datetime | None = None
) -> list[Answer]:
    """Record what a desk saw, in the order given, and answer each.

    :param session: with its ``angkatan`` loaded
    :param at: when it arrived here
    :param sent_at: what the device's clock showed when it sent this; None when it does not say
    """
    error = rules.clock_error(sent_at, at)

    def once() -> list[Answer]:
        locked = lock(session, scans, actor, by_then=any(_is_of_earlier(scan, at, error) for scan in scans))
        answers = [_take(locked, scan, at, error) for scan in scans]
        _write(locked)
        return answers

    return until_ids_are_known(once, tries=len(scans) + 1 + MOST_A_PHONE)  # each place of a phone may be lost once


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
    left_at: datetime | None = None,
) -> Sum | None:
    """Enter what the signed sheet or a letter says; the later correction wins. Quiet when repeated. Where it overrides
    something, the sheet is the reason, unless one is given.

    :returns: what counts afterwards
    :raises NotChanged: the batch is closed
    :raises IdTaken: something else happened under this id
    """
    scan = Scan(event_id, at, ref=person.ref)

    def once() -> Sum | None:
        locked = lock(session, [scan], actor)
        known = locked.known(event_id)
        whose = locked.wanted(scan)
        if known and (known.kind, known.session_id, locked.whose(known)) != (Kind.MARK, session.pk, whose):
            raise IdTaken
        if known is None:
            _check_open(session)
            before = locked.sum(whose)
            overridden = before.event if before and not before.is_by_closing else None
            locked.add(
                locked.draft(scan, at), Kind.MARK, means=means, state=state, left_at=left_at, overrides=overridden,
                reason=reason or (BY_SHEET if overridden else ""),
            )  # fmt: skip
        _write(locked)
        return locked.sum(whose)

    return until_ids_are_known(once, tries=2)


class NotChanged(Exception):
    """Nothing was written; the text is a sentence that says what to do next."""


def _check_open(session: Session) -> None:
    """:raises NotChanged: the batch is closed; read anew, for the page may be older"""
    batch = Angkatan.objects.only("number", "year", "closed_at").get(pk=session.angkatan_id)
    if sentence := shut_sentence(batch.closed_at, batch.name, "kehadirannya"):
        raise NotChanged(sentence)


def recall(session: Session, event_id: UUID) -> Answer | None:
    """The answer that was given then, for a page that shows it once more; None for another session's event, and for
    what no desk was answered.
    """
    event = AttendanceEvent.objects.filter(pk=event_id, session=session).first()
    if event is None or event.kind in rules.BY_HAND:
        return None
    people = list(Registration.objects.filter(pk__in=[event.registration_id]).select_related("ormas"))
    past = AttendanceEvent.objects.filter(session=session, registration__in=people, number__lt=event.number)
    return _again(LockedPeople(session, SYSTEM, people, [event, *past]), event)


def rebuild(session: Session) -> int:
    """Make the session's attendance anew from its events.

    :returns: how many people's rows were wrong
    """
    with transaction.atomic():
        traces = (session.events, session.attendances)
        concerned = {person for trace in traces for person in trace.values_list("registration", flat=True) if person}
        wanted = Wanted(ids=sorted(concerned))
        statements.hold_batches(session, wanted)
        everyone = statements.lock_people(*wanted)
        locked = LockedPeople(session, SYSTEM, everyone, list(AttendanceEvent.objects.filter(session=session)))
        return _mend(locked)


def recount(people: Sequence[Registration]) -> None:
    """Store anew what counts for these people, and for whom they count, in every session of which anything is known:
    after a merge or its undo. In the caller's transaction, with their batches and rows locked.
    """
    everyone = statements.lock_people(*Wanted(ids=sorted(person.pk for person in people)))
    known = AttendanceEvent.objects.filter(registration__in=everyone).order_by().values("session")
    for session in Session.objects.filter(pk__in=known).select_related("angkatan").order_by("pk"):
        _mend(LockedPeople(session, SYSTEM, everyone, statements.events_of(session, everyone, [])))


def _mend(locked: LockedPeople) -> int:
    """Store what is not as the events have it; how many people's rows were wrong."""
    stored = Attendance.objects.filter(session=locked.session, registration__in=locked.people)
    rows = {row.registration_id: row for row in stored}
    wrong = [person for person in locked.people if not _agrees(rows.get(person.pk), locked.sum(person))]
    _store(locked, wrong)
    return len(wrong)


# ---- Under the lock ------------------------------------------------------------------------------


class _Overtaken(Exception):
    """Somebody has used one of our ids, or our place of a phone, since we looked."""


def until_ids_are_known[Result](once: Callable[[], Result], *, tries: int) -> Result:
    """Do it in a transaction; once more, knowing more, when somebody else used one of the ids meanwhile."""
    for _ in range(tries):
        with suppress(_Overtaken), transaction.atomic():
            return once()
    raise IdTaken


def _take(locked: LockedPeople, scan: Scan, arrived_at: datetime, clock_error: int) -> Answer:
    event = locked.draft(scan, arrived_at, clock_error)
    known = locked.known(scan.id)
    if known:
        return _again(locked, known) if _is_repeat(known, event, scan) else _id_taken(event)
    if scan.phone:
        return _check_in_by_phone(locked, scan, event)
    return _undo(locked, scan, event) if scan.undoes else _check_in(locked, scan, event)


def _is_repeat(known: AttendanceEvent, event: AttendanceEvent, scan: Scan) -> bool:
    """Whether what has this id already is the same wish: one sent twice, and not two with one id."""
    if (known.session_id, known.means) != (event.session_id, event.means) or known.kind in rules.BY_HAND:
        return False
    if known.kind == Kind.UNDO:
        return known.undoes_id == scan.undoes
    if event.means == Means.SCAN:
        return known.code == event.code
    if scan.walk_in:  # registration and organisation may have been put right since
        return known.reason == event.reason or known.reason.startswith(f"{scan.walk_in.name}, ")
    if (known.code, known.reason) != (event.code, event.reason):
        return False
    return known.registration_id in {None, event.registration_id}  # nobody had it when it came first


def _id_taken(event: AttendanceEvent) -> Answer:
    return Answer(ID_TAKEN, event.registration, None, event)


def _again(locked: LockedPeople, event: AttendanceEvent) -> Answer:
    """The same answer as the first time, read from what was stored then."""
    outcome = UNDONE if event.kind == Kind.UNDO else shown(event)
    person = locked.whose(event)
    return Answer(outcome, person, locked.sum(person, before=event), event)


def shown(event: AttendanceEvent) -> str:
    """What the desk was told of a check-in: the state of who was let in against the rules, else the outcome."""
    return event.outcome if event.outcome == Outcome.ALREADY or not event.state else event.state


def _check_in(locked: LockedPeople, scan: Scan, event: AttendanceEvent) -> Answer:
    person, session, at = event.registration, locked.session, rules.counted_at(event)
    before = locked.sum(person)
    alone, is_vouched = _judged(locked, scan, person, at)
    is_told = alone not in rules.NOBODYS and rules.is_already_told(before, event)
    went_in = scan.let_in or rules.may_be_inside(event)
    doubt = _doubt(locked, event, alone, acted=scan.let_in or event.shown == rules.SAVED)
    excused = scan.let_in and alone in rules.UNKNOWABLE and _was_right(locked, person, at)
    counts = doubt is None and (alone in rules.ENTERS or is_vouched or excused)
    if counts and rules.is_emptied(locked.theirs(person), event):
        doubt, counts = Outcome.EMPTIED, False
    waits = doubt is not None or went_in or _waits_for_it(locked, scan, alone)
    alone = doubt or alone
    back = rules.comes_back_as(before)
    if back and alone in rules.ENTERS:
        alone = Outcome(back)
    locked.add(
        event,
        Kind.CHECK_IN if counts else Kind.REFUSAL,
        outcome=Outcome.ALREADY if is_told else alone,
        state=(back or rules.state_by_clock(session, at)) if counts else "",
        needs_review=waits and not counts and not is_told and (alone != Outcome.INVALID or _is_somebody(scan, person)),
    )
    return Answer(shown(event), person, before, event)


def _check_in_by_phone(locked: LockedPeople, scan: Scan, event: AttendanceEvent) -> Answer:
    """Somebody checks in by the room's code. The same refusal by the same phone is written once, however often it is
    tried.
    """
    person, session, at = event.registration, locked.session, rules.counted_at(event)
    before, theirs = locked.sum(person), locked.theirs(person)
    outcome = rules.judge_own_phone(session, person, at, theirs, locked.places)
    if outcome in rules.ENTERS and (back := rules.comes_back_as(before)):
        outcome = Outcome(back)
    for known in theirs:
        if (known.kind, known.outcome, known.phone) == (Kind.REFUSAL, outcome, scan.phone):
            return _again(locked, known)
    counts = outcome in rules.ENTERS
    locked.add(
        event,
        Kind.CHECK_IN if counts else Kind.REFUSAL,
        outcome=outcome,
        state=outcome if counts else "",
        phone_place=rules.free_place(locked.places) if counts else None,
    )
    return Answer(outcome, person, before, event)


def _is_of_earlier(scan: Scan, at: datetime, error: int) -> bool:
    """Whether a scan is judged by how things stood when it was made."""
    return scan.let_in or bool(scan.shown) or at - rules.true_time(scan.at, error) > rules.TOLERANCE


def _doubt(locked: LockedPeople, event: AttendanceEvent, alone: Outcome, *, acted: bool) -> Outcome | None:
    """Why something does not count before an organiser has looked at it, though by the clock of now it might.

    :param acted: whether the device acted by itself
    """
    person = event.registration
    if alone in rules.NOBODYS or person is None:
        return None
    if acted and rules.is_clock_doubted(locked.session, event):
        return Outcome.DOUBTED
    history, at = locked.history(person), rules.counted_at(event)
    if not event.came_late or alone not in rules.ENTERS:
        return None
    if history and not _might_enter(person, history, at):
        return Outcome.NOT_ACCEPTED
    if event.shown in rules.TOLD_NO:  # turned away at the door, and counted here?
        return Outcome(event.shown) if event.shown in rules.UNKNOWABLE else Outcome.NOT_ACCEPTED
    return None


def _might_enter(person: Registration, history: Sequence[StatusChange], at: datetime) -> bool:
    return rules.might_enter(history, at, is_walk_in=person.source == Registration.Source.WALK_IN)


def _is_somebody(scan: Scan, person: Registration | None) -> bool:
    """Whether behind something unreadable there is a person: a session that takes no attendance any more."""
    return person is not None or scan.walk_in is not None


def _judged(locked: LockedPeople, scan: Scan, person: Registration | None, at: datetime) -> tuple[Outcome, bool]:
    """The answer by the rules, and whether somebody who may do so lets in against it."""
    session = locked.session
    if scan.walk_in and person is None:  # nobody was registered: the door is shut, or the batch is over
        at_door = rules.at_the_door(session, at)
        return (Outcome.CLOSED if at_door in rules.ENTERS else at_door), False
    if not (scan.ref or codes.is_valid(scan.code)):
        return Outcome.INVALID, False
    alone = rules.judge(session, person, at)
    if alone != Outcome.NOT_ACCEPTED or not (scan.is_override and may_let_in(locked.actor)):
        return alone, False
    vouched = rules.judge(session, person, at, whoever=True)
    return (alone, True) if vouched in rules.ENTERS else (vouched, False)


def may_let_in(actor: Actor) -> bool:
    """Whether this person's word lets somebody in who is not accepted."""
    return actor.user is not None and access.has(actor.user, access.LET_IN)


def _waits_for_it(locked: LockedPeople, scan: Scan, alone: Outcome) -> bool:
    """Letting in on responsibility is not forgotten because the session was closed: the organiser decides."""
    return scan.is_override and alone == Outcome.CLOSED and may_let_in(locked.actor)


def _was_right(locked: LockedPeople, person: Registration | None, at: datetime) -> bool:
    is_walk_in = person is not None and person.source == Registration.Source.WALK_IN
    return rules.was_right(locked.session, locked.history(person), at, is_walk_in=is_walk_in)


def _undo(locked: LockedPeople, scan: Scan, event: AttendanceEvent) -> Answer:
    target, person = locked.known(scan.undoes), locked.wanted(scan)
    before = locked.sum(person)
    refusal = rules.judge_undo(locked.session, target, locked.theirs(person), rules.counted_at(event))
    if refusal:
        locked.add(event, Kind.REFUSAL, outcome=refusal)
    else:
        locked.add(event, Kind.UNDO, undoes=target)
    return Answer(refusal or UNDONE, person, before, event)


def save(locked: LockedPeople) -> None:
    """Write what another act of this room has noted under its lock."""
    _write(locked)


def _write(locked: LockedPeople) -> None:
    """Append the new events and store the sums that they change."""
    if not locked.new:
        return
    first = locked.new[0]
    before = {person.pk: locked.sum(person, before=first) for person in locked.people}
    kept, gone = _sums(locked, [person for person in locked.people if locked.sum(person) != before[person.pk]])
    if not statements.append(locked.new, kept):
        raise _Overtaken
    _forget(locked, gone)


def _store(locked: LockedPeople, people: Sequence[Registration]) -> None:
    """Write what counts for these people; who has nothing left loses the row."""
    kept, gone = _sums(locked, people)
    if kept:
        statements.store(kept)
    _forget(locked, gone)


def _sums(locked: LockedPeople, people: Sequence[Registration]) -> tuple[list[Attendance], list[Registration]]:
    """What counts for each, and those for whom nothing does."""
    sums = [(person, locked.sum(person)) for person in people]
    kept = [_row(locked.session, person, total) for person, total in sums if total]
    return kept, [person for person, total in sums if total is None]


def _forget(locked: LockedPeople, people: Sequence[Registration]) -> None:
    if people:
        Attendance.objects.filter(session=locked.session, registration__in=people).delete()


def _row(session: Session, person: Registration, total: Sum) -> Attendance:
    return Attendance(
        session=session, registration=person, state=total.state, first_at=total.first_at, left_at=total.left_at,
        event=total.event,
    )  # fmt: skip


def _agrees(row: Attendance | None, total: Sum | None) -> bool:
    if row is None or total is None:
        return row is None and total is None
    stored = (row.state, row.first_at, row.left_at, row.event_id)
    return stored == (total.state, total.first_at, total.left_at, total.event.pk)
