"""What organisers enter by hand: one cell or many, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from pelatihan.accounts.actor import Actor
from pelatihan.attendance import writer
from pelatihan.attendance.rules import Sum, sum_of
from pelatihan.models import AttendanceEvent, AttendanceState, Registration, Session

MOST = 500  # marks at once


@dataclass(frozen=True)
class Mark:
    """What is to count for one person: ``state``, "" for "Belum". ``seen``: what decided when it was shown."""

    id: UUID
    ref: UUID
    state: str
    seen: UUID | None
    reason: str = ""
    left_at: datetime | None = None


@dataclass(frozen=True)
class Marked:
    """What became of a mark: what counts now; why nothing was written, or that it was so already."""

    mark: Mark
    person: Registration | None
    total: Sum | None
    refusal: str = ""
    was_so: bool = False


def mark_many(session: Session, marks: Sequence[Mark], *, actor: Actor, at: datetime) -> list[Marked]:
    """Enter what a clerk has marked, and say of each what became of it. Quiet when repeated.

    :param session: with its ``angkatan`` loaded
    """
    return [_mark(session, mark, actor, at) for mark in marks]


def undo(session: Session, events: Sequence[UUID], *, actor: Actor, at: datetime) -> list[Marked]:
    """Take back what was entered by these events. Quiet when repeated."""
    done = []
    for event in AttendanceEvent.objects.filter(pk__in=events, session=session).select_related("registration"):
        person, refusal = event.registration, ""
        assert person is not None
        try:
            writer.undo_change(session, person, event.pk, event_id=uuid4(), actor=actor, at=at)
        except writer.NotChanged as why:
            refusal = str(why)
        mark = Mark(event.pk, person.ref, "", event.pk)
        done.append(Marked(mark, person, _total(session, person), refusal))
    return done


def _mark(session: Session, mark: Mark, actor: Actor, at: datetime) -> Marked:
    person = session.angkatan.registrations.select_related("ormas").filter(ref=mark.ref).first()
    if person is None:
        return Marked(mark, None, None, "Peserta ini tidak ada di angkatan ini.")
    try:
        changed = writer.change(
            session, person, AttendanceState(mark.state), event_id=mark.id, actor=actor, at=at, reason=mark.reason,
            seen=mark.seen,
        )  # fmt: skip
    except (writer.NotChanged, writer.IdTaken) as why:
        return Marked(mark, person, _total(session, person), str(why))
    return Marked(mark, person, _total(session, person), was_so=not changed)


def _total(session: Session, person: Registration) -> Sum | None:
    return sum_of(AttendanceEvent.objects.filter(session=session, registration=person))
