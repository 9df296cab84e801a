"""Which session the desk means now, how many have come, and closing it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from pelatihan import dates
from pelatihan.accounts.actor import SYSTEM, Actor
from pelatihan.attendance import rules, statements
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, AttendanceState, Registration, Session
from pelatihan.models.counting import number_of
from pelatihan.models.registration import RegistrationQuerySet
from pelatihan.phases import shut_sentence

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Crowd:
    """How many have come, of how many who should."""

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
    inside = Attendance.objects.filter(session=OuterRef("pk")).came()
    expected = Registration.objects.filter(angkatan=OuterRef("angkatan")).expected()
    counted = Session.objects.select_related("angkatan").annotate(
        inside=number_of(inside, "session"), expected=number_of(expected, "angkatan")
    )
    session = counted.filter(pk=session_id, angkatan__slug=slug).first()
    if session is None:
        return None
    numbers = vars(session)  # annotations
    return session, Crowd(numbers["inside"], numbers["expected"])


def last_in(session: Session, number: int, *, by_desk: bool = False) -> list[Attendance]:
    """Who came in last, newest first, each with the event that can be undone.

    :param by_desk: without those who came in by the room's code: two hundred at once would hide an officer's slip
    """
    came = session.attendances.inside().filter(event__kind=AttendanceEvent.Kind.CHECK_IN)
    if by_desk:
        came = came.exclude(event__means=AttendanceEvent.Means.SELF)
    return list(came.select_related("registration__ormas", "event").order_by("-event__number")[:number])


def recorded(session: Session) -> int:
    """Of how many people something counts in this session."""
    return session.attendances.count()


class BatchClosed(Exception):
    """The batch is closed, so its sessions stay as they are; the text is a sentence that says what to do."""


@dataclass(frozen=True)
class Rest:
    """Those of whom nothing counts yet, and how much waits for a decision; or those whom closing wrote down."""

    people: int
    waiting: int = 0


def rest(session: Session) -> Rest:
    """Whom closing the session would write down as absent; of a closed one those whom it did, and still counts."""
    if session.closed_at:
        return Rest(session.attendances.filter(event__means=AttendanceEvent.Means.CLOSING).count())
    waiting = AttendanceEvent.objects.filter(session=session).waiting_for_decision()
    return Rest(_not_yet(session).count(), waiting.count())


def closed_by(session: Session) -> str:
    """Who closed it; empty where nobody is known."""
    user = User.objects.filter(pk=session.closed_by_id).first() if session.closed_by_id else None
    return (user.get_full_name() or user.get_username()) if user else ""


def close(session: Session, *, at: datetime, actor: Actor = SYSTEM) -> None:
    """Take no more check-ins, and write down as absent whoever has not come: all of it or nothing, and once only.

    A scan made before this moment still counts when it arrives later, and so does what waits for a decision. Before its
    doors open nobody can have come, so nobody is written down.

    :raises BatchClosed: nothing written
    """
    with transaction.atomic():
        held = _hold(session)
        if held is None or held.closed_at:
            return
        Session.objects.filter(pk=held.pk).update(closed_at=at, closed_by=actor.user)
        if rules.mark_sentence_of_session(held, at):
            return
        statements.hold_people(Registration.objects.filter(angkatan=held.angkatan_id).expected())  # who is in may go
        absent = _authored(held, actor, at, kind=AttendanceEvent.Kind.MARK, means=AttendanceEvent.Means.CLOSING)
        absent.state = AttendanceState.ABSENT
        statements.append_for_each(_not_yet(held), absent)  # asked anew: who came meanwhile has come


def reopen(session: Session, *, at: datetime, actor: Actor = SYSTEM) -> None:
    """Take check-ins again, and take back what closing wrote.

    :raises BatchClosed: nothing written
    """
    with transaction.atomic():
        held = _hold(session)
        if held is None or not held.closed_at:
            return
        Session.objects.filter(pk=held.pk).update(closed_at=None, closed_by=None)
        written = held.events.by_closing()
        own = Registration.objects.filter(pk__in=written.values("registration"))
        statements.hold_people(Registration.objects.filter(Q(pk__in=own) | Q(pk__in=own.values("counts_for"))))
        undo = _authored(held, actor, at, kind=AttendanceEvent.Kind.UNDO, means=AttendanceEvent.Means.CORRECTION)
        statements.append_undos(written, undo)


def _not_yet(session: Session) -> RegistrationQuerySet:
    """Of whom nothing counts, though they are expected."""
    counted = Attendance.objects.filter(session=session, registration=OuterRef("pk"))
    return Registration.objects.filter(~Exists(counted), angkatan=session.angkatan_id).expected()


def _hold(session: Session) -> Session | None:
    """The session as it is now, ours until the end of the transaction; None when it has gone meanwhile.

    :raises BatchClosed: its batch is closed
    """
    statements.hold_batches(session, statements.Wanted())
    held = statements.hold_session(session, to_change=True)
    if held and (sentence := shut_sentence(held.angkatan.closed_at, held.angkatan.name, "sesinya")):
        raise BatchClosed(sentence)
    return held


def _authored(session: Session, actor: Actor, at: datetime, **fields: str) -> AttendanceEvent:
    return AttendanceEvent(
        number=0, session=session, author=actor.user, device=actor.device, tool=actor.tool, happened_at=at,
        arrived_at=at, **fields,
    )  # fmt: skip
