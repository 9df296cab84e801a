"""Whom a device, without a signal, has let in by itself: judged by what was true at that moment."""

import uuid
from datetime import datetime

import pytest

from pelatihan.attendance import sessions, writer
from pelatihan.attendance.locked import Scan
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Attendance, AttendanceEvent, AttendanceState, Registration, Session
from pelatihan.registration.writer import move
from tests.factories import SessionFactory, a_registration, clerk
from tests.pelatihan.door import at


def let_in(door, person, clock: str, arrived: datetime | None = None):
    return door.take(Scan(uuid.uuid4(), at(clock), code=person.code, let_in=True), arrived)


def waiting() -> list[AttendanceEvent]:
    return list(AttendanceEvent.objects.waiting_for_decision())


@pytest.fixture
def cancelled(door, person) -> Registration:
    """Accepted until 08.30, then cancelled by staff."""
    move(person, Action.CANCEL, actor=clerk(), at=at("08.30"), reason="Berhalangan")
    return person


@pytest.mark.parametrize(("clock", "state"), [("08.00", "present"), ("08.29", "late")])
def test_who_was_accepted_then_is_counted(door, cancelled, clock, state):
    answer = let_in(door, cancelled, clock, arrived=at("10.00"))
    assert (answer.outcome, answer.event.outcome, door.state(cancelled)) == (state, "not_accepted", state)
    assert list(Registration.objects.expected()) == [cancelled]
    assert waiting() == []


def test_who_was_not_accepted_any_more_waits_for_a_decision(door, cancelled):
    answer = let_in(door, cancelled, "08.30", arrived=at("10.00"))
    assert (answer.outcome, answer.event.kind, answer.event.state) == ("not_accepted", "refusal", "")
    assert waiting() == [answer.event]
    assert not Registration.objects.expected().exists()


@pytest.mark.parametrize(
    "status", [Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED, Status.REJECTED, Status.CANCELLED]
)
def test_who_was_never_accepted_waits_for_a_decision(door, status):
    person = a_registration(door.session.angkatan, status)
    assert let_in(door, person, "08.00").outcome == "not_accepted"
    assert [event.registration for event in waiting()] == [person]
    assert not Attendance.objects.exists()


def test_time_out_of_thin_air_lets_nobody_in(door, person):
    rejected = a_registration(door.session.angkatan, Status.REJECTED)
    for one in (person, rejected):
        scan = Scan(uuid.uuid4(), at("08.00").replace(year=2001), code=one.code, let_in=True)
        door.take(scan, arrived=at("08.00", day=9))
    assert not Attendance.objects.exists()
    assert len(waiting()) == 2


@pytest.mark.parametrize(("clock", "outcome", "state"), [("06.54", "not_open", None), ("06.55", "present", "present")])
def test_device_may_be_five_minutes_early(door, person, clock, outcome, state):
    assert let_in(door, person, clock).outcome == outcome
    assert (door.state(person), len(waiting())) == (state, 0 if state else 1)


@pytest.mark.parametrize(("clock", "outcome", "state"), [("09.04", "late", "late"), ("09.05", "closed", "absent")])
def test_device_may_be_five_minutes_late(door, person, clock, outcome, state):
    sessions.close(door.session, at=at("09.00"))
    assert let_in(door, person, clock).outcome == outcome
    assert (door.state(person), len(waiting())) == (state, 0 if state == "late" else 1)


def test_accepted_since_and_outside_the_doors_waits_too(door):
    person = a_registration(door.session.angkatan, Status.SUBMITTED)
    move(person, Action.ACCEPT, actor=clerk(), at=at("09.03"))
    sessions.close(door.session, at=at("09.00"))
    assert let_in(door, person, "09.02").outcome == "closed"
    assert len(waiting()) == 1


def test_plain_scan_of_somebody_refused_waits_for_nothing(door):
    door.scan(a_registration(door.session.angkatan, Status.REJECTED), "08.00")
    assert waiting() == []


def test_histories_of_others_do_not_help(door, person):
    rejected = a_registration(door.session.angkatan, Status.REJECTED)
    scans = [Scan(uuid.uuid4(), at("08.00"), code=one.code, let_in=True) for one in (rejected, person)]
    assert [answer.outcome for answer in door.take_all(scans, at("08.00"))] == ["not_accepted", "present"]


def test_what_was_written_last_holds_where_the_clock_was_set_back(door):
    person = a_registration(door.session.angkatan, Status.SUBMITTED)
    move(person, Action.ACCEPT, actor=clerk(), at=at("08.20"))
    move(person, Action.CANCEL, actor=clerk(), at=at("08.10"), reason="Berhalangan")

    assert let_in(door, person, "08.25").outcome == "not_accepted"


def test_device_cannot_let_in_a_stranger(door):
    stranger = a_registration(SessionFactory().angkatan)
    answer = let_in(door, stranger, "08.00")
    assert answer.outcome == "other_angkatan"
    assert not Attendance.objects.exists()
    assert waiting() == [answer.event]


def test_who_is_inside_already_waits_for_nothing(door, person):
    door.scan(person, "08.00")
    sessions.close(door.session, at=at("09.00"))
    assert let_in(door, person, "09.30").outcome == "already"
    assert waiting() == []


def test_who_comes_in_after_all_waits_no_more(door, person):
    let_in(door, person, "06.30")
    assert len(waiting()) == 1
    door.scan(person, "08.00")
    assert waiting() == []


def test_mark_is_a_decision(door, cancelled):
    def mark(clock):
        writer.mark(door.session, cancelled, AttendanceState.ABSENT, event_id=uuid.uuid4(), actor=clerk(), at=at(clock))

    mark("08.00")
    let_in(door, cancelled, "08.40", arrived=at("10.00"))
    assert len(waiting()) == 1
    mark("10.30")
    assert waiting() == []


def test_decisions_of_others_and_elsewhere_leave_it_waiting(door, person):
    let_in(door, person, "06.30")
    other = SessionFactory(angkatan=door.session.angkatan, hour=10)
    neighbour = a_registration(door.session.angkatan)
    for session, one in ((other, person), (door.session, neighbour)):
        writer.mark(session, one, AttendanceState.PRESENT, event_id=uuid.uuid4(), actor=clerk(), at=at("09.00"))
    assert len(waiting()) == 1


def test_session_without_a_list_says_so_even_of_who_was_written_in(door, person):
    door.scan(person, "08.00")
    Session.objects.update(takes_attendance=False)

    assert door.scan(person, "08.10").outcome == "invalid"


def test_who_is_in_already_waits_for_no_decision(door, person):
    door.scan(person, "08.00")
    move(person, Action.CANCEL, actor=clerk(), at=at("08.05"), reason="Berhalangan")

    answer = let_in(door, person, "08.10")
    assert (answer.outcome, answer.event.kind, door.state(person)) == ("already", "refusal", "present")
    assert not answer.event.needs_review


def test_device_says_by_these_words_that_it_let_somebody_in():
    assert {"present", "late"} == writer.LET_IN


def test_each_of_several_is_judged_by_their_own_history(door, cancelled):
    other = a_registration(door.session.angkatan, Status.WAITLISTED)  # moved after the first was accepted
    scans = [Scan(uuid.uuid4(), at("08.00"), code=one.code, let_in=True) for one in (cancelled, other)]

    assert [answer.outcome for answer in door.take_all(scans, at("10.00"))] == ["present", "not_accepted"]
    assert [event.registration for event in waiting()] == [other]
