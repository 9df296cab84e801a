"""Walk-ins on their way to the attendance: each is registered first, so that there is somebody to be present.

Two transactions, each harmless when repeated: who was registered, and whose check-in was lost behind it, is found again
by the same id.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from ormas.models import Ormas
from pelatihan.accounts.actor import Actor
from pelatihan.attendance import rules, writer
from pelatihan.attendance.locked import Answer, Scan
from pelatihan.models import AttendanceEvent, Outcome, Session
from pelatihan.registration import walk_ins
from pelatihan.registration.refusals import BatchOver
from pelatihan.registration.walk_ins import WalkIn

LONGEST = AttendanceEvent._meta.get_field("reason").max_length or 0


def record(
    session: Session, scans: Sequence[Scan], *, actor: Actor, at: datetime, sent_at: datetime | None = None
) -> list[Answer]:
    """Take what a desk saw, walk-ins among it, as :func:`pelatihan.attendance.writer.record` does."""
    if any(scan.walk_in for scan in scans):
        scans = _registered(session, scans, actor=actor, at=at, error=rules.clock_error(sent_at, at))
    return writer.record(session, scans, actor=actor, at=at, sent_at=sent_at)


def _registered(session: Session, scans: Sequence[Scan], *, actor: Actor, at: datetime, error: int) -> list[Scan]:
    """The same scans; of those who came without a registration each with the one that was made, or known."""
    ormas = walk_ins.organisations(scan.walk_in for scan in scans if scan.walk_in)
    ids = [scan.id for scan in scans if scan.walk_in]
    events = AttendanceEvent.objects.filter(pk__in=ids)
    known: dict[UUID, UUID | None] = dict(events.values_list("pk", "registration__ref"))
    made: list[Scan] = []
    for scan in scans:
        if scan.walk_in is None:
            made.append(scan)
            continue
        theirs = ormas.get(scan.walk_in.ormas or 0)
        if scan.id not in known:
            known[scan.id] = _register(session, scan, theirs, actor=actor, at=at, error=error)
        made.append(replace(scan, ref=known[scan.id], reason=_written(scan.walk_in, theirs)))
    return made


def _register(
    session: Session, scan: Scan, ormas: Ormas | None, *, actor: Actor, at: datetime, error: int
) -> UUID | None:
    """The reference of who was registered; None for nobody: the door is shut, and nobody was let in; or the batch is
    over.
    """
    assert scan.walk_in is not None  # asked by whoever calls
    answer = rules.at_the_door(session, rules.time_that_counts(scan.at, error, at))
    if answer == Outcome.INVALID or not (scan.let_in or answer in rules.ENTERS):
        return None
    try:
        wish = walk_ins.application(scan.walk_in, ormas, scan.id)
        return walk_ins.register(session.angkatan, wish, actor=actor, at=at).ref
    except BatchOver:
        return None


def _written(walk_in: WalkIn, ormas: Ormas | None) -> str:
    """What was written at the door, kept with the event whatever becomes of the registration."""
    return f"{walk_in.name}, {ormas.name if ormas else walk_in.ormas_text}"[:LONGEST]
