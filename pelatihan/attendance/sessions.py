"""Which session the desk means now, how many are in, and closing it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef

from pelatihan import dates
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, Registration, Session
from pelatihan.models.counting import number_of
from pelatihan.phases import shut_sentence

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Crowd:
    """How many are in the room, of how many who should be."""

    inside: int
    expected: int


def present_session(sessions: Sequence[Session], at: datetime) -> Session | None:
    """The session that is meant now: the latest begun of those that run, else the next of the day, else its last.

    The one that runs is meant until it ends or is closed, though the doors of the next may be open before. The moment
    it ends the next is: whoever comes to the door then comes for that one. None on a day without sessions.

    :param sessions: those that take attendance, in time order
    """
    today = [one for one in sessions if one.day == dates.local_date(at) or one.is_running(at)]
    left = [one for one in today if not one.is_over(at)]
    running = [one for one in left if one.is_running(at)]
    if running:
        return max(running, key=lambda one: one.starts_at)  # of those that began together the first
    return next(iter([*left, *reversed(today)]), None)


def nearest_session(sessions: Sequence[Session], at: datetime) -> Session | None:
    """The present one; on a day without sessions the latest that has begun, else the first."""
    begun = [one for one in sessions if at >= one.starts_at]
    return present_session(sessions, at) or next(iter([*reversed(begun), *sessions]), None)


def next_session(sessions: Sequence[Session], at: datetime) -> Session | None:
    """The present one while it lasts, else the next to come on whatever day; None once all are over."""
    present = present_session(sessions, at)
    if present is not None and not present.is_over(at):
        return present
    return next((one for one in sessions if not one.is_over(at)), None)


def present_of(batches: Iterable[Angkatan], at: datetime) -> dict[int, Session]:
    """The session that is meant now in each batch that has one today, in one query."""
    wanted = Session.objects.filter(angkatan__in=batches, starts_at__lt=at + A_DAY, ends_at__gt=at - A_DAY)
    rows: dict[int, list[Session]] = {}
    for session in wanted.taking_attendance().in_time_order().select_related("angkatan"):
        rows.setdefault(session.angkatan_id, []).append(session)
    present = {batch: present_session(some, at) for batch, some in rows.items()}
    return {batch: session for batch, session in present.items() if session}


def place(session: Session, at: datetime) -> str:
    """What the present session is to people: the one of now, the next, or the last that there was."""
    if session.is_over(at):
        return "Sesi terakhir hari ini"
    return "Sesi sekarang" if at >= session.opens_at else "Sesi berikutnya"


def standing(session: Session, at: datetime) -> str:
    """How a session stands to the clock, in a word."""
    if session.closed_at:
        return "Sudah ditutup"
    if session.is_running(at):
        return "Sedang berlangsung"
    if session.is_over(at):
        return "Selesai, belum ditutup"
    return "Presensi dibuka" if session.is_open(at) else "Belum dimulai"


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


class BatchClosed(Exception):
    """The batch is closed, so its sessions stay as they are; the text is a sentence that says what to do."""


def close(session: Session, *, at: datetime) -> None:
    """Take no more check-ins; a scan made before this moment still counts when it arrives later.

    :raises BatchClosed: nothing written
    """
    _check_open(session)
    Session.objects.filter(pk=session.pk, closed_at=None).update(closed_at=at)


def reopen(session: Session) -> None:
    """Take check-ins again.

    :raises BatchClosed: nothing written
    """
    _check_open(session)
    Session.objects.filter(pk=session.pk).update(closed_at=None)


def _check_open(session: Session) -> None:
    batch = Angkatan.objects.get(pk=session.angkatan_id)
    if sentence := shut_sentence(batch.closed_at, batch.name, "sesinya"):
        raise BatchClosed(sentence)
