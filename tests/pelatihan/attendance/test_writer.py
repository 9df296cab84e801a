"""The one writer: what the desk is answered, and what is kept."""

import uuid

import pytest

from pelatihan.accounts.actor import SYSTEM, staff
from pelatihan.attendance import sessions, writer
from pelatihan.attendance.locked import Scan
from pelatihan.codes import new_code
from pelatihan.lifecycle import Status
from pelatihan.models import Attendance, AttendanceEvent, AttendanceState, Registration
from tests.factories import SessionFactory, a_registration
from tests.pelatihan.door import at


def mark(door, person, state, clock="12.00"):
    return writer.mark(door.session, person, state, event_id=uuid.uuid4(), actor=staff(door.officer), at=at(clock))


def test_on_time_is_present(door, person):
    assert door.scan(person, "08.14").outcome == "present"
    assert door.state(person) == "present"


def test_after_the_grace_is_late(door, person):
    assert door.scan(person, "08.15").outcome == "late"


def test_second_scan_is_already_in(door, person):
    door.scan(person, "08.12")
    again = door.scan(person, "08.20")
    assert (again.outcome, again.before.first_at) == ("already", at("08.12"))
    assert AttendanceEvent.objects.count() == 2


def test_too_early_is_not_open(door, person):
    assert door.scan(person, "06.59").outcome == "not_open"
    assert door.state(person) is None


def test_doors_open_an_hour_before(door, person):
    assert door.scan(person, "07.00").outcome == "present"


def test_closed_session_takes_nobody(door, person):
    sessions.close(door.session, at=at("09.00"))
    assert door.scan(person, "09.01").outcome == "closed"


def test_scan_from_before_the_closing_counts(door, person):
    sessions.close(door.session, at=at("09.00"))
    scan = Scan(uuid.uuid4(), at("08.10"), code=person.code)
    assert door.take(scan, arrived=at("10.00")).outcome == "present"


def test_reopened_session_takes_people_again(door, person):
    sessions.close(door.session, at=at("09.00"))
    sessions.reopen(door.session)
    assert door.scan(person, "09.05").outcome == "late"


def test_session_never_closes_by_itself(door, person):
    assert door.scan(person, "23.00").outcome == "late"


def test_cancelled_batch_takes_nobody(door, person):
    door.session.angkatan.cancelled_at, door.session.angkatan.cancel_reason = at("06.00"), "Banjir"
    door.session.angkatan.save()
    assert door.scan(person, "08.00").outcome == "closed"


@pytest.mark.parametrize("status", [status for status in Status if status != Status.ACCEPTED])
def test_only_accepted_people_are_let_in(door, status):
    person = a_registration(door.session.angkatan, status)
    assert door.scan(person, "08.00").outcome == "not_accepted"
    assert not Attendance.objects.exists()


def test_person_of_another_batch_is_refused(door):
    stranger = a_registration(SessionFactory().angkatan)
    answer = door.scan(stranger, "08.00")
    assert (answer.outcome, answer.person) == ("other_angkatan", stranger)


def test_well_formed_code_of_nobody_is_unknown(door):
    answer = door.take(Scan(uuid.uuid4(), at("08.00"), code=new_code()))
    assert answer.outcome == "unknown_code"


@pytest.mark.parametrize("code", ["AB12CD34", "ABC", "", "<b>\0</b>😀", "A" * 5000])
def test_code_with_a_wrong_shape_is_invalid(door, code):
    assert door.take(Scan(uuid.uuid4(), at("08.00"), code=code)).outcome == "invalid"


def test_refusals_are_kept_as_events(door):
    door.take(Scan(uuid.uuid4(), at("08.00"), code="AB12CD34"))
    event = AttendanceEvent.objects.get()
    assert (event.kind, event.outcome, event.code, event.author) == ("refusal", "invalid", "AB12CD34", door.officer)


def test_session_without_attendance_takes_nobody(door, person):
    door.session.takes_attendance = False
    door.session.save()
    assert door.scan(person, "08.00").outcome == "invalid"


def test_person_picked_by_name_is_let_in(door, person):
    answer = door.take(Scan(uuid.uuid4(), at("08.00"), ref=person.ref))
    assert (answer.outcome, answer.event.means) == ("present", "name")


def test_same_id_is_the_same_answer(door, person):
    scan = Scan(uuid.uuid4(), at("08.00"), code=person.code)
    assert [door.take(scan).outcome for _ in range(3)] == ["present"] * 3
    assert AttendanceEvent.objects.count() == 1


def test_same_id_twice_in_one_post(door, person):
    scan = Scan(uuid.uuid4(), at("08.00"), code=person.code)
    first, second = door.take_all([scan, scan], at("08.00"))
    assert (first.outcome, second.outcome, AttendanceEvent.objects.count()) == ("present", "present", 1)


def test_repeat_of_already_stays_already(door, person):
    door.scan(person, "08.00")
    scan = Scan(uuid.uuid4(), at("08.05"), code=person.code)
    answers = [door.take(scan), door.take(scan)]
    assert [(answer.outcome, answer.before.first_at) for answer in answers] == [("already", at("08.00"))] * 2


def test_clock_ahead_counts_as_arrival_and_is_flagged(door, person):
    answer = door.take(Scan(uuid.uuid4(), at("08.00", day=12), code=person.code), arrived=at("08.05"))
    event = AttendanceEvent.objects.get()
    assert (answer.outcome, event.is_clock_ahead, event.happened_at) == ("present", True, at("08.00", day=12))
    assert Attendance.objects.get().first_at == at("08.05")


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.WAITLISTED])
def test_whom_a_device_let_in_stays_in(door, status):
    person = a_registration(door.session.angkatan, status)
    answer = door.scan(person, "08.00", let_in=True)
    assert (answer.outcome, answer.event.outcome) == ("present", "not_accepted")
    assert list(Registration.objects.expected()) == [person]


def test_device_cannot_let_in_a_stranger(door):
    stranger = a_registration(SessionFactory().angkatan)
    assert door.scan(stranger, "08.00", let_in=True).outcome == "other_angkatan"
    assert not Attendance.objects.exists()


def test_undo_takes_the_person_out(door, person):
    undo = door.undo(door.scan(person, "08.00"), "08.01")
    assert (undo.outcome, door.state(person)) == ("undone", None)
    assert AttendanceEvent.objects.count() == 2


def test_undone_person_comes_in_again(door, person):
    door.undo(door.scan(person, "08.00"), "08.01")
    assert door.scan(person, "08.20").outcome == "late"
    assert door.state(person) == "late"


def test_scan_undo_and_scan_in_one_post(door, person):
    first, last = (Scan(uuid.uuid4(), at("08.00"), code=person.code) for _ in range(2))
    undo = Scan(uuid.uuid4(), at("08.00"), undoes=first.id)
    answers = door.take_all([first, undo, last], at("08.00"))
    assert [answer.outcome for answer in answers] == ["present", "undone", "present"]
    assert door.state(person) == "present"


def test_undo_of_nothing_is_invalid(door):
    assert door.take(Scan(uuid.uuid4(), at("08.00"), undoes=uuid.uuid4())).outcome == "invalid"


def test_undo_from_another_session_is_invalid(door, person):
    other = SessionFactory(angkatan=door.session.angkatan, hour=10)
    event = writer.record(other, [Scan(uuid.uuid4(), at("10.00"), code=person.code)], actor=SYSTEM, at=at("10.00"))[0]
    assert door.undo(event, "10.01").outcome == "invalid"
    assert other.attendances.count() == 1


def test_undo_after_the_closing_is_refused(door, person):
    answer = door.scan(person, "08.00")
    sessions.close(door.session, at=at("09.00"))
    assert door.undo(answer, "09.01").outcome == "closed"
    assert door.state(person) == "present"


@pytest.mark.parametrize("state", list(AttendanceState))
def test_mark_from_paper_counts(door, person, state):
    mark(door, person, state)
    assert door.state(person) == state


def test_later_mark_wins_over_a_scan(door, person):
    door.scan(person, "08.00")
    mark(door, person, AttendanceState.SICK)
    assert door.state(person) == "sick"


def test_scan_from_before_a_mark_is_told_so(door, person):
    mark(door, person, AttendanceState.SICK)
    answer = door.take(Scan(uuid.uuid4(), at("08.00"), code=person.code), arrived=at("13.00"))
    assert (answer.outcome, door.state(person)) == ("already", "sick")


def test_repeated_mark_is_one_event(door, person):
    event_id = uuid.uuid4()
    for state in (AttendanceState.SICK, AttendanceState.EXCUSED):
        writer.mark(door.session, person, state, event_id=event_id, actor=SYSTEM, at=at("12.00"))
    assert (door.state(person), AttendanceEvent.objects.count()) == ("sick", 1)


@pytest.mark.parametrize("scans", [1, 50])
def test_queries_do_not_grow_with_scans(door, django_assert_num_queries, scans):
    door.session.angkatan.capacity = 60
    door.session.angkatan.save()
    people = [a_registration(door.session.angkatan) for _ in range(scans)]
    with django_assert_num_queries(7):  # the session, savepoint and release, and four of the writer
        door.take_all([Scan(uuid.uuid4(), at("08.00"), code=person.code) for person in people], at("08.00"))
    assert Attendance.objects.count() == scans
