"""Which session the desk means now, how many are in, and closing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef

from pelatihan import dates
from pelatihan.models import Attendance, AttendanceEvent, Registration, Session
from pelatihan.models.counting import number_of


@dataclass(frozen=True)
class Crowd:
    """How many are in the room, of how many who should be."""

    inside: int
    expected: int


def present_session(sessions: Sequence[Session], at: datetime) -> Session | None:
    """The one that runs; else the next of the day; else the last of the day. None on a day without sessions.

    :param sessions: those that take attendance, in time order
    """
    today = [session for session in sessions if session.day == dates.local_date(at)]
    running = [session for session in today if session.is_running(at)]
    coming = [session for session in today if session.starts_at > at]
    candidates = [*reversed(running), *coming, *reversed(today)]
    return candidates[0] if candidates else None


def with_crowd(slug: str, session_id: int) -> tuple[Session, Crowd] | None:
    """A session with its batch, and how many are in, in one query; None for a session of another batch."""
    inside = Attendance.objects.filter(session=OuterRef("pk")).inside()
    expected = Registration.objects.filter(angkatan=OuterRef("angkatan")).expected()
    counted = Session.objects.select_related("angkatan").annotate(
        inside=number_of(inside, "session"), expected=number_of(expected, "angkatan")
    )
    session = counted.filter(pk=session_id, angkatan__slug=slug).first()
    if session is None:
        return None
    numbers = vars(session)  # annotations
    return session, Crowd(numbers["inside"], numbers["expected"])


def last_in(session: Session, number: int) -> list[Attendance]:
    """Whom the desk let in last, newest first, each with the event that can be undone."""
    by_desk = session.attendances.inside().filter(event__kind=AttendanceEvent.Kind.CHECK_IN)
    return list(by_desk.select_related("registration__ormas", "event").order_by("-event__number")[:number])


def recorded(session: Session) -> int:
    """Of how many people something counts in this session."""
    return session.attendances.count()


def close(session: Session, *, at: datetime) -> None:
    """Take no more check-ins; a scan made before this moment still counts when it arrives later."""
    Session.objects.filter(pk=session.pk, closed_at=None).update(closed_at=at)


def reopen(session: Session) -> None:
    """Take check-ins again."""
    Session.objects.filter(pk=session.pk).update(closed_at=None)
