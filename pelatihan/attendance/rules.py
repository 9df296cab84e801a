"""What counts: pure rules over what happened about one person in one session. No database, no clock of its own.

A correction, an undo or a late arriving scan never changes an event; the sum over all events changes. The order in
which things were recorded is their ``number``, which the database gives; clocks say only when somebody came.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from pelatihan import dates
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, AttendanceEvent, AttendanceState, Outcome, Registration, Session, StatusChange
from pelatihan.models.attendance import MOST_A_PHONE
from pelatihan.phases import shut_sentence

Kind = AttendanceEvent.Kind
Means = AttendanceEvent.Means
TOLERANCE = timedelta(minutes=5)  # phones' clocks differ; a clock further ahead is wrong, not early
COUNT = frozenset({Kind.CHECK_IN, Kind.MARK, Kind.CLEAR, Kind.KEEP})  # the rest only takes away
ENTERED = frozenset({Kind.MARK, Kind.CLEAR})  # into a cell; each is undone by itself
DECISIONS = frozenset({Kind.KEEP, Kind.STRIKE})  # about what arrived late
BY_HAND = frozenset({*ENTERED, *DECISIONS})  # written by organisers, not by desks
INSIDE = frozenset({AttendanceState.PRESENT, AttendanceState.LATE})  # who is in the room
CAME = INSIDE | {AttendanceState.LEFT}  # who has been there, whether or not until the end
ENTERS = frozenset({Outcome.PRESENT, Outcome.LATE})
# What a device without a signal could not know. Whether it was right to let somebody in is asked of that moment.
UNKNOWABLE = frozenset({Outcome.NOT_ACCEPTED, Outcome.NOT_OPEN, Outcome.CLOSED})
UNDECIDED = frozenset({"", Status.SUBMITTED, Status.NEEDS_FIX})  # "": not yet registered
TOLD_NO = frozenset({*UNKNOWABLE, Outcome.OTHER_ANGKATAN, Outcome.UNKNOWN_CODE, Outcome.INVALID})  # by a device
SAVED = "saved"  # what a device says of a code that its copy does not know
CLOCK_DOUBTED = timedelta(hours=12)  # of error: which day it was is a guess
TIME_OWED = "Isi jam pulangnya, misalnya 10.30."
NOBODYS = frozenset({Outcome.UNKNOWN_CODE, Outcome.OTHER_ANGKATAN, Outcome.INVALID})


@dataclass(frozen=True)
class Sum:
    """What counts for one person in one session, since when, and the event that decided it. ``came_as`` is the state
    by which somebody came who has left early; empty where no coming is known.
    """

    state: str
    first_at: datetime
    event: AttendanceEvent
    came_as: str = ""

    @property
    def is_inside(self) -> bool:
        return self.state in INSIDE

    @property
    def has_come(self) -> bool:
        return self.state in CAME

    @property
    def left_at(self) -> datetime | None:
        """When somebody went who left early."""
        return self.event.left_at

    @property
    def is_by_closing(self) -> bool:
        return is_by_closing(self.event)

    @property
    def word(self) -> str:
        return str(AttendanceState(self.state).label)


# ---- Time ----------------------------------------------------------------------------------------


def clock_error(sent_at: datetime | None, arrived_at: datetime) -> int:
    """By how many seconds a device's clock was ahead of ours when it sent; 0 when it did not say."""
    return round((sent_at - arrived_at).total_seconds()) if sent_at else 0


def true_time(happened_at: datetime, error: int) -> datetime:
    """A device's time with the error of its clock taken away."""
    return happened_at - timedelta(seconds=error)


def is_clock_ahead(at: datetime, arrived_at: datetime) -> bool:
    """Whether a time is so far ahead that it cannot be true."""
    return at > arrived_at + TOLERANCE


def time_that_counts(happened_at: datetime, error: int, arrived_at: datetime) -> datetime:
    """A device's time, put right; or that of arrival when even so it lies ahead."""
    at = true_time(happened_at, error)
    return arrived_at if is_clock_ahead(at, arrived_at) else at


def counted_at(event: AttendanceEvent) -> datetime:
    """The time that counts: the device's, put right; or that of arrival when even so it lies ahead."""
    return event.arrived_at if event.is_clock_ahead else true_time(event.happened_at, event.clock_error)


def state_by_clock(session: Session, at: datetime) -> AttendanceState:
    """Present until the grace is over, late from then on."""
    return AttendanceState.PRESENT if at < session.late_from else AttendanceState.LATE


def kept_at(session: Session, event: AttendanceEvent) -> datetime:
    """When somebody came whose event is kept: at its time; on arrival when no clock could have shown that time."""
    at = counted_at(event)
    return event.arrived_at if is_before_batch(session, at) else at


def is_before_batch(session: Session, at: datetime) -> bool:
    """Whether a time lies before the first day of the training: the clock that showed it was wrong."""
    return dates.local_date(at) < session.angkatan.starts_on


# ---- What the events come to ---------------------------------------------------------------------


def sum_of(events: Iterable[AttendanceEvent]) -> Sum | None:
    """What the events of one person in one session come to, in whatever order they are read; None is "Belum".

    The first check-in that stands counts, the change by hand recorded last wins over whatever came before it, and
    somebody marked as missing who comes in after all is in. Who comes back after leaving early is as they came. What
    closing the session wrote counts where nothing else does.
    """
    return _reckoned(events)[0]


def emptied_by(events: Iterable[AttendanceEvent]) -> AttendanceEvent | None:
    """The clearing by which a cell is empty, but for what closing the session wrote; None where no clearing decides."""
    return _reckoned(events)[1]


def deciding(events: Iterable[AttendanceEvent]) -> AttendanceEvent | None:
    """The event by which a cell is as it is, an empty one too; None where nothing has happened that counts."""
    total, emptied = _reckoned(events)
    return total.event if total else emptied


def is_by_closing(event: AttendanceEvent) -> bool:
    """Whether "Tutup sesi" wrote this for somebody who had not come: the weakest of all that counts."""
    return event.means == AttendanceEvent.Means.CLOSING


def _reckoned(events: Iterable[AttendanceEvent]) -> tuple[Sum | None, AttendanceEvent | None]:
    """What counts, and the clearing by which nothing else does."""
    known = {event.pk: event for event in events}
    left = standing(known.values())
    current: Sum | None = None
    emptied: AttendanceEvent | None = None
    for event in _in_turn([one for one in left if not is_by_closing(one)], known):
        if event.kind == Kind.CLEAR:
            current, emptied = None, event
        elif event.kind == Kind.MARK or current is None or not current.is_inside:
            current, emptied = _after(current, event), None
    closing = max(filter(is_by_closing, left), key=lambda one: one.number, default=None)
    if current is None and closing and (emptied is None or emptied.number < closing.number):
        current = Sum(closing.state, counted_at(closing), closing)
    return current, emptied


def _after(current: Sum | None, event: AttendanceEvent) -> Sum:
    """What counts after a mark, or after a check-in of somebody who is not in."""
    if current is None or not current.has_come:
        return Sum(event.state, counted_at(event), event)
    came_as = current.came_as or (current.state if current.is_inside else "")
    if event.kind == Kind.MARK:
        keeps_time = event.state in CAME
        first_at = current.first_at if keeps_time else counted_at(event)
        return Sum(event.state, first_at, event, came_as if event.state == AttendanceState.LEFT else "")
    return Sum(came_as, current.first_at, event) if came_as else Sum(event.state, counted_at(event), event)


def standing(events: Iterable[AttendanceEvent]) -> list[AttendanceEvent]:
    """Check-ins, marks and clearings that no undo has removed and nobody struck, and what somebody has kept.

    Undoing a check-in removes the second scans too, or the person would stay in by one of them; back to the last
    change by hand before it, under which what had been stays as it was. Only what was recorded by then goes: a scan
    after the undo lets the person in again. The first undo counts, and a second one of the same event finds nothing
    left to undo. Striking removes one event alone, and keeping puts its own word in that event's place: of several
    decisions about one the last counts.
    """
    left: list[AttendanceEvent] = []
    for event in sorted(events, key=lambda event: event.number):
        if event.kind == Kind.UNDO:
            left = _without(left, event.undoes_id)
        elif event.kind in DECISIONS:
            left = [one for one in left if event.about_id not in {one.pk, one.about_id}]
        if event.kind in COUNT:
            left.append(event)
    return left


def decision_on(event: AttendanceEvent, events: Iterable[AttendanceEvent]) -> AttendanceEvent | None:
    """What was decided last about an event that arrived late."""
    about = [one for one in events if one.kind in DECISIONS and one.about_id == event.pk]
    return max(about, key=lambda one: one.number, default=None)


def _without(left: list[AttendanceEvent], undone: UUID | None) -> list[AttendanceEvent]:
    target = next((event for event in left if event.pk == undone), None)
    if target is None:
        return left
    if target.kind in ENTERED:
        return [event for event in left if event is not target]
    entered = [event.number for event in left if event.kind in ENTERED and not is_by_closing(event)]
    since = max((number for number in entered if number < target.number), default=0)
    return [event for event in left if event.kind in ENTERED or event.number < since]


def comes_after(check_in: AttendanceEvent, mark: AttendanceEvent, came: AttendanceEvent | None = None) -> bool:
    """Whether somebody came in after a mark was entered, and did not merely come to light after it.

    A check-in that arrived as it was made stands where it was recorded; one that arrived late, at its time. What an
    organiser keeps fills a cell that was empty by then.

    :param came: the event that was kept, when ``check_in`` is the word that keeps it: that one was recorded then
    """
    if mark.kind == Kind.CLEAR and check_in.kind == Kind.KEEP:
        return check_in.number > mark.number
    came = came or check_in
    return came.number > mark.number and (not is_late(came, check_in) or counted_at(check_in) >= counted_at(mark))


def is_late(event: AttendanceEvent, timed_by: AttendanceEvent | None = None) -> bool:
    """Whether an event arrived so long after its time that it was not known here meanwhile."""
    return event.arrived_at - counted_at(timed_by or event) > TOLERANCE


def _in_turn(events: Sequence[AttendanceEvent], known: Mapping[UUID, AttendanceEvent]) -> list[AttendanceEvent]:
    """Changes by hand as they were recorded, and behind each of them the check-ins after it, by their times."""
    marks = sorted((event for event in events if event.kind in ENTERED), key=lambda mark: mark.number)

    def turn(event: AttendanceEvent) -> tuple[int, bool, datetime, int]:
        if event.kind in ENTERED:
            return marks.index(event) + 1, False, event.arrived_at, event.number
        came = known.get(event.about_id, event) if event.about_id else event
        before = [place for place, mark in enumerate(marks, start=1) if comes_after(event, mark, came)]
        return max(before, default=0), True, counted_at(event), came.number

    return sorted(events, key=turn)


# ---- The desk's answer ---------------------------------------------------------------------------


def judge(session: Session, person: Registration | None, at: datetime, *, whoever: bool = False) -> Outcome:
    """The answer to a check-in at that moment, whatever counted before.

    :param person: whose code it is; None when no registration has it
    :param at: the time that counts, see :func:`counted_at`
    :param whoever: whatever became of the registration: somebody answers for it
    """
    if person is None:
        return Outcome.UNKNOWN_CODE
    if person.angkatan_id != session.angkatan_id:
        return Outcome.OTHER_ANGKATAN
    if session.takes_attendance and not whoever and not may_enter(person):
        return Outcome.NOT_ACCEPTED
    return at_the_door(session, at)


def judge_own_phone(
    session: Session,
    person: Registration | None,
    at: datetime,
    events: Sequence[AttendanceEvent],
    places: Collection[int],
) -> Outcome:
    """The answer to somebody who checks in by the room's code.

    Who is in stays so by what let them in. Whom an organiser struck comes in at the desk alone: another photograph of
    the code would undo the strike.

    :param events: the person's in this session
    :param places: of the phone that are taken in this session
    """
    alone, total = judge(session, person, at), sum_of(events)
    if alone not in NOBODYS and total is not None and total.is_inside:
        return Outcome.ALREADY
    if alone not in ENTERS:
        return alone
    if is_struck(events):
        return Outcome.STRUCK
    return alone if len(places) < MOST_A_PHONE else Outcome.TOO_MANY


def is_struck(events: Sequence[AttendanceEvent]) -> bool:
    """Whether an organiser took back that this person checked in by the room's code, and has not kept it since."""
    decided = [decision_on(event, events) for event in events if event.means == Means.SELF]
    return any(last is not None and last.kind == Kind.STRIKE for last in decided)


def free_place(places: Collection[int]) -> int:
    """The first place of a phone that nobody has taken."""
    return next(place for place in range(1, MOST_A_PHONE + 1) if place not in places)


def may_enter(person: Registration) -> bool:
    """Accepted; or a walk-in who was let in and about whom no verifier has decided: nobody stands outside for that."""
    return person.status == Status.ACCEPTED or person.is_unverified


def at_the_door(session: Session, at: datetime) -> Outcome:
    """The answer to anybody who may enter."""
    if not session.takes_attendance:
        return Outcome.INVALID
    if is_closed(session, at):
        return Outcome.CLOSED
    if at < session.opens_at:
        return Outcome.NOT_OPEN
    return Outcome(state_by_clock(session, at))


def is_already_told(before: Sum | None, check_in: AttendanceEvent) -> bool:
    """Whether something counted before: the person is in, or was marked after this check-in was made."""
    if before is None or before.is_by_closing:
        return False
    return before.is_inside or not comes_after(check_in, before.event)


def is_emptied(events: Iterable[AttendanceEvent], check_in: AttendanceEvent) -> bool:
    """Whether the cell was emptied after this check-in was made: whoever did so did not know of it, and is asked."""
    emptied = emptied_by(events)
    return emptied is not None and not comes_after(check_in, emptied)


def comes_back_as(before: Sum | None) -> str:
    """The state that a check-in brings back to who had left early; empty where it is judged by the clock."""
    return before.came_as if before else ""


def was_right(session: Session, history: Sequence[StatusChange], at: datetime, *, is_walk_in: bool = False) -> bool:
    """Whether a device that let somebody in by itself did what the desk would have done then.

    :param history: of the person's registration, in the order in which it was written
    :param is_walk_in: whether it was made at the door: no verifier had to have decided
    """
    stood_open = session.opens_at - TOLERANCE <= at and not is_closed(session, at - TOLERANCE)
    return stood_open and might_enter(history, at, is_walk_in=is_walk_in)


def might_enter(history: Sequence[StatusChange], at: datetime, *, is_walk_in: bool = False) -> bool:
    """Whether somebody might come in at that moment, as :func:`was_right` asks."""
    stood = status_at(history, at)
    return stood == Status.ACCEPTED or (is_walk_in and stood in UNDECIDED)


def status_at(history: Sequence[StatusChange], at: datetime) -> str:
    """How a registration stood at a moment; "" before it was made."""
    return next((change.to_status for change in reversed(history) if change.at <= at), "")


def may_be_inside(event: AttendanceEvent) -> bool:
    """Whether somebody may have come in by an event that nobody here had answered.

    Their device let them in, or kept the code for later; or it came late, and nobody knows of a word that it refused.
    """
    return event.shown in {*ENTERS, SAVED} or (event.came_late and event.shown not in TOLD_NO)


def is_clock_doubted(session: Session, event: AttendanceEvent) -> bool:
    """Whether nobody can tell when something happened that a device did by itself.

    Its clock was half a day off or more; or its time lies ahead even when that is put right, or before the training.
    """
    is_far_off = event.came_late and abs(event.clock_error) >= CLOCK_DOUBTED.total_seconds()
    return is_far_off or event.is_clock_ahead or is_before_batch(session, counted_at(event))


def mark_sentence(session: Session, person: Registration, at: datetime, *, is_expected: bool) -> str:
    """Why what counts for a person in a session cannot be changed by hand, and what to do; empty while it can.

    :param is_expected: accepted or let in; or waiting in this session for somebody to decide about
    """
    if sentence := mark_sentence_of_session(session, at):
        return sentence
    if not is_expected:
        status = Status(person.status).label
        return f"{person.name} bukan peserta angkatan ini: pendaftarannya berstatus {status}. Terima dulu, lalu ulangi."
    return ""


def mark_sentence_of_session(session: Session, at: datetime) -> str:
    """Why nobody's attendance in the session can be changed by hand, and what to do; empty while it can.

    A closed session can: what the signed sheet says is entered afterwards.
    """
    batch = session.angkatan
    if not session.takes_attendance:
        return "Sesi ini tidak memakai daftar hadir, jadi tidak ada kehadiran yang diubah."
    if batch.closed_at:
        return shut_sentence(batch.closed_at, batch.name, "kehadirannya")
    if batch.cancelled_at:
        return f"{batch.name} sudah dibatalkan, jadi kehadirannya tidak berubah lagi."
    if at < session.opens_at:
        opening = dates.long_moment(session.opens_at)
        return f"Presensi sesi ini baru dibuka {opening}. Kehadirannya dapat diubah sejak saat itu."
    return ""


def is_somebody_here(events: Iterable[AttendanceEvent]) -> bool:
    """Whether somebody was let in, or waits for a decision, who need not be expected at the training.

    :param events: the person's in the session
    """
    return any(event.needs_review or event.kind in {Kind.CHECK_IN, Kind.KEEP} for event in events)


def has_signed(person: Registration, means: AttendanceEvent.Means) -> bool:
    """Whether a signed sheet speaks for somebody whom the door would have let in (:func:`may_enter`)."""
    return means == Means.PAPER and may_enter(person)


def moment_of(session: Session, clock: time) -> datetime:
    """The moment at which a clock showed a time during the session: on its day, or past midnight on the next."""
    moment = timezone.make_aware(datetime.combine(session.day, clock))
    is_next_day = moment < session.starts_at and session.last_day > session.day
    return moment + timedelta(days=1) if is_next_day else moment


def leaving_sentence(session: Session, left_at: datetime | None, at: datetime) -> str:
    """Why somebody cannot have left early then, and what to do; empty when it can be."""
    if at < session.starts_at:
        return f"Sesi ini baru mulai pukul {dates.clock(session.starts_at)}, jadi belum ada yang pulang awal."
    if left_at is None:
        return TIME_OWED
    if not session.starts_at <= left_at <= at:
        until = f"sampai sekarang, pukul {dates.clock(at)}"
        if dates.local_date(at) != session.day:
            until = "pada hari sesi itu"
        return f"Jam pulang harus sejak sesi mulai pukul {dates.clock(session.starts_at)} {until}. Periksa jamnya."
    return ""


def undo_sentence(target: AttendanceEvent | None, events: Iterable[AttendanceEvent]) -> str:
    """Why a change by hand cannot be undone, and what to do; empty when it can.

    :param events: the person's in this session
    """
    if target is not None and target.kind == Kind.UNDO:
        return "Yang sudah diurungkan diisi lagi seperti biasa: pilih keadaannya, lalu simpan."
    if target is None or target.kind not in ENTERED:
        return "Tidak ada perubahan yang dapat diurungkan. Presensi di meja diurungkan di halaman presensi."
    if is_by_closing(target):
        return "Ini ditulis saat sesi ditutup. Ubah kehadirannya, atau buka lagi sesinya di halaman presensi."
    events = [*events]
    if deciding(events) == target:
        return ""
    word = (total := sum_of(events)) and total.word
    return f"Sesudah perubahan itu, kehadirannya menjadi {word or 'Belum'}. Tidak ada yang diurungkan: periksa dahulu."


def keep_sentence(session: Session, person: Registration | None) -> str:
    """Why something that arrived late cannot count, and what to do with it; empty when it can."""
    if person is None:
        return "Tidak ada pendaftaran untuk catatan ini, jadi tidak ada yang dihitung hadir. Catat sebagai dilihat."
    if person.angkatan_id != session.angkatan_id:
        return (
            f"{person.name} terdaftar di angkatan lain, jadi tidak dihitung hadir di sini. Catat sebagai dilihat; bila"
            " pendaftarannya keliru, hubungi petugas verifikasi."
        )
    if not session.takes_attendance:
        return "Sesi ini tidak memakai daftar hadir, jadi tidak ada yang dihitung. Catat sebagai dilihat."
    if session.angkatan.cancelled_at:
        return f"{session.angkatan.name} sudah dibatalkan, jadi kehadirannya tidak berubah lagi. Catat sebagai dilihat."
    return ""


def is_closed(session: Session, at: datetime) -> bool:
    """Whether somebody had closed the session by then; a scan from before still counts."""
    return any(closed is not None and closed <= at for closed in (session.closed_at, *_ends(session.angkatan)))


def _ends(angkatan: Angkatan) -> tuple[datetime | None, datetime | None]:
    return angkatan.closed_at, angkatan.cancelled_at


def judge_undo(
    session: Session, target: AttendanceEvent | None, events: Iterable[AttendanceEvent], at: datetime
) -> Outcome | None:
    """Why a check-in cannot be undone, or None when it can; so can one that waits, and nobody has to decide any more.
    What an organiser has decided on, the organisers alone decide anew.

    :param events: the person's in this session
    :param at: when the undo was made
    """
    events = list(events)
    decided = target and decision_on(target, events)
    waits = target is not None and target.needs_review and target.registration_id is not None and not decided
    if target is None or target.session_id != session.pk or not (target.kind == Kind.CHECK_IN or waits):
        return Outcome.INVALID
    is_undone = any(event.undoes_id == target.pk for event in events)
    if decided and decided in standing(events):
        return Outcome.INVALID
    if is_undone or not (waits or target in standing(events)):
        return Outcome.ALREADY_UNDONE
    return Outcome.CLOSED if is_closed(session, at) else None
