"""What counts: pure rules over what happened about one person in one session. No database, no clock of its own.

A correction, an undo or a late arriving scan never changes an event; the sum over all events changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, AttendanceEvent, AttendanceState, Outcome, Registration, Session

Kind = AttendanceEvent.Kind
TOLERANCE = timedelta(minutes=5)  # phones' clocks differ; a clock further ahead is wrong, not early
INSIDE = frozenset({AttendanceState.PRESENT, AttendanceState.LATE})
COUNTED = frozenset({Outcome.PRESENT, Outcome.LATE, Outcome.ALREADY})
# What a device without a signal could not know: whom it has sent in stays in, and the event shows why to look.
FORGIVEN = frozenset({Outcome.NOT_ACCEPTED, Outcome.NOT_OPEN, Outcome.CLOSED})


@dataclass(frozen=True)
class Sum:
    """What counts for one person in one session, since when, and the event that decided it."""

    state: str
    first_at: datetime
    event: AttendanceEvent

    @property
    def is_inside(self) -> bool:
        return self.state in INSIDE

    @property
    def word(self) -> str:
        return str(AttendanceState(self.state).label)


def is_clock_ahead(happened_at: datetime, arrived_at: datetime) -> bool:
    """Whether a device's clock is so far ahead that its time cannot be true."""
    return happened_at > arrived_at + TOLERANCE


def counted_at(event: AttendanceEvent) -> datetime:
    """The time that counts: the device's, or the time of arrival when its clock is wrong."""
    return event.arrived_at if event.is_clock_ahead else event.happened_at


def state_by_clock(session: Session, at: datetime) -> AttendanceState:
    """Present until the grace is over, late from then on."""
    return AttendanceState.PRESENT if at < session.late_from else AttendanceState.LATE


def sum_of(events: Iterable[AttendanceEvent]) -> Sum | None:
    """What the events of one person in one session come to; None is "Belum".

    The first check-in that stands counts, the latest correction wins over whatever came before it, and somebody
    marked as missing who comes in after all is in.
    """
    current: Sum | None = None
    for event in sorted(_standing(list(events)), key=lambda event: (counted_at(event), event.arrived_at)):
        if event.kind == Kind.MARK or current is None or not current.is_inside:
            keeps_time = current is not None and current.is_inside and event.state in INSIDE
            first_at = current.first_at if current and keeps_time else counted_at(event)
            current = Sum(event.state, first_at, event)
    return current


def _standing(events: Sequence[AttendanceEvent]) -> list[AttendanceEvent]:
    """Check-ins and marks that no undo has removed.

    Undoing a check-in removes the second scans before it too, or the person would stay in by one of them. Only
    what had arrived by then goes: a scan after the undo lets the person in again.
    """
    undone = {event.undoes_id: event.arrived_at for event in events if event.kind == Kind.UNDO}
    until = [undone[event.id] for event in events if event.kind == Kind.CHECK_IN and event.id in undone]
    return [
        event
        for event in events
        if event.id not in undone
        and (event.kind == Kind.MARK or (event.kind == Kind.CHECK_IN and all(event.arrived_at > at for at in until)))
    ]


def judge(session: Session, person: Registration | None, before: Sum | None, at: datetime) -> Outcome:
    """The desk's answer to a check-in at that moment.

    :param person: whose code it is; None when no registration has it
    :param before: what counted for the person until now
    :param at: the time that counts, see :func:`counted_at`
    """
    if person is None:
        return Outcome.UNKNOWN_CODE
    if person.angkatan_id != session.angkatan_id:
        return Outcome.OTHER_ANGKATAN
    if not session.takes_attendance:
        return Outcome.INVALID
    if before and (before.is_inside or counted_at(before.event) > at):
        return Outcome.ALREADY
    if person.status != Status.ACCEPTED:
        return Outcome.NOT_ACCEPTED
    if is_closed(session, at):
        return Outcome.CLOSED
    if at < session.opens_at:
        return Outcome.NOT_OPEN
    return Outcome(state_by_clock(session, at))


def is_closed(session: Session, at: datetime) -> bool:
    """Whether somebody had closed the session by then; a scan from before still counts."""
    return any(closed is not None and closed <= at for closed in (session.closed_at, *_ends(session.angkatan)))


def _ends(angkatan: Angkatan) -> tuple[datetime | None, datetime | None]:
    return angkatan.closed_at, angkatan.cancelled_at


def judge_undo(session: Session, target: AttendanceEvent | None, at: datetime) -> Outcome | None:
    """Why a check-in cannot be undone, or None when it can."""
    if target is None or target.session_id != session.pk or target.kind != Kind.CHECK_IN:
        return Outcome.INVALID
    return Outcome.CLOSED if is_closed(session, at) else None
