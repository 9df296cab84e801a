"""How many are in a session, whom the desk let in last, closing it, who waits for a decision."""

import uuid

import pytest

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import sessions, writer
from pelatihan.attendance.sessions import Crowd, with_crowd
from pelatihan.lifecycle import Status
from pelatihan.models import Attendance, AttendanceEvent, AttendanceState, Session
from tests.factories import AngkatanFactory, SessionFactory, a_registration
from tests.pelatihan.door import at

pytestmark = pytest.mark.django_db
SICK, LATE = AttendanceState.SICK, AttendanceState.LATE


def mark(session, person, state, clock="12.00") -> AttendanceEvent:
    total = writer.mark(session, person, state, event_id=uuid.uuid4(), actor=SYSTEM, at=at(clock))
    assert total
    return total.event


# ---- How many are in -----------------------------------------------------------------------------


def test_crowd_is_who_is_in_of_who_should_be(door, django_assert_num_queries):
    batch = door.session.angkatan
    people = [a_registration(batch) for _ in range(5)]
    a_registration(batch, Status.WAITLISTED)
    door.scan(people[0], "08.00")
    door.scan(people[1], "08.30")
    mark(door.session, people[2], SICK)
    mark(SessionFactory(angkatan=batch, hour=6), people[3], LATE)
    a_registration(AngkatanFactory())

    with django_assert_num_queries(1):
        found = with_crowd(batch.slug, door.session.pk)
        assert found
        assert (found[0], found[0].angkatan, found[1]) == (door.session, batch, Crowd(inside=2, expected=5))


def test_session_of_another_batch_has_no_crowd(door):
    assert with_crowd(AngkatanFactory().slug, door.session.pk) is None


def test_whom_the_desk_let_in_last_stands_first(door, django_assert_num_queries):
    people = [a_registration(door.session.angkatan) for _ in range(4)]
    for person, clock in zip(people, ("08.30", "08.00", "08.10", "08.20"), strict=True):
        door.scan(person, clock)
    mark(door.session, people[3], LATE)
    other = SessionFactory(angkatan=door.session.angkatan, hour=10)
    mark(other, people[0], LATE)

    with django_assert_num_queries(1):
        last = sessions.last_in(door.session, 2)
        assert [(row.registration, row.registration.ormas.pk, row.event.kind) for row in last] == [
            (person, person.ormas_id, "check_in") for person in (people[2], people[1])
        ]
    assert len(sessions.last_in(door.session, 9)) == 3


def test_who_was_undone_is_not_among_the_last(door, person):
    door.undo(door.scan(person, "08.00"), "08.01")

    assert sessions.last_in(door.session, 9) == []


# ---- How a session stands ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "closed", "place", "standing"),
    [
        ("06.59", None, "Sesi berikutnya", "Belum dimulai"),
        ("07.00", None, "Sesi sekarang", "Presensi dibuka"),
        ("08.00", None, "Sesi sekarang", "Sedang berlangsung"),
        ("09.29", None, "Sesi sekarang", "Sedang berlangsung"),
        ("09.30", None, "Sesi terakhir hari ini", "Selesai, belum ditutup"),
        ("08.30", "08.20", "Sesi terakhir hari ini", "Sudah ditutup"),
    ],
)
def test_session_stands_to_the_clock_in_a_word(clock, closed, place, standing):
    session = SessionFactory.build(angkatan=AngkatanFactory.build(), closed_at=at(closed) if closed else None)

    assert (sessions.place(session, at(clock)), sessions.standing(session, at(clock))) == (place, standing)


def test_each_batch_has_its_present_session(django_assert_num_queries):
    here, there, without = (AngkatanFactory(number=number) for number in (1, 2, 3))
    meant = [SessionFactory(angkatan=batch, hour=10) for batch in (here, there)]
    SessionFactory(angkatan=here, hour=14)
    meant[0] = SessionFactory(angkatan=here, hour=8)
    SessionFactory(angkatan=here, hour=9, takes_attendance=False)
    SessionFactory(angkatan=without, day=1)
    SessionFactory(angkatan=AngkatanFactory(number=4), hour=10)

    with django_assert_num_queries(1):
        found = sessions.present_of([here, there, without], at("09.00"))
        assert [session.angkatan for session in found.values()] == [here, there]
    assert found == dict(zip((here.pk, there.pk), meant, strict=True))


def test_session_of_the_night_is_present_of_its_batch():
    night = SessionFactory(starts_at=at("23.00"), ends_at=at("02.00", day=12))

    assert sessions.present_of([night.angkatan], at("01.00", day=12)) == {night.angkatan_id: night}


def test_recorded_are_all_of_whom_something_counts_here(door, person):
    mark(door.session, person, SICK)
    door.scan(a_registration(door.session.angkatan), "08.00")
    mark(SessionFactory(angkatan=door.session.angkatan, hour=10), person, SICK)

    assert sessions.recorded(door.session) == 2


# ---- Closing -------------------------------------------------------------------------------------


def test_session_is_closed_once_and_alone(door):
    other = SessionFactory(angkatan=door.session.angkatan, hour=10)
    sessions.close(door.session, at=at("09.00"))
    sessions.close(door.session, at=at("09.30"))

    assert dict(Session.objects.values_list("pk", "closed_at")) == {door.session.pk: at("09.00"), other.pk: None}
    sessions.close(other, at=at("11.00"))
    sessions.reopen(door.session, at=at("11.30"))
    assert dict(Session.objects.values_list("pk", "closed_at")) == {door.session.pk: None, other.pk: at("11.00")}


# ---- What one asks of events and rows ------------------------------------------------------------


def an_event(door, person, kind="refusal", **fields) -> AttendanceEvent:
    known = {"session": door.session, "happened_at": at("08.00"), "arrived_at": at("08.00"), "means": "scan"}
    return AttendanceEvent.objects.create(**known | {"id": uuid.uuid4(), "kind": kind, "registration": person} | fields)


def waiting() -> list[AttendanceEvent]:
    return list(AttendanceEvent.objects.waiting_for_decision())


def test_waiting_ends_with_a_word_about_this_person_in_this_session(door, person):
    other, elsewhere = a_registration(door.session.angkatan), SessionFactory(angkatan=door.session.angkatan, hour=10)
    mark(door.session, person, SICK, "07.00")  # said before
    event = an_event(door, person, needs_review=True)
    an_event(door, other)
    mark(door.session, other, LATE)
    mark(elsewhere, person, LATE)
    assert waiting() == [event]

    mark(door.session, person, SICK)
    assert waiting() == []


def test_waiting_ends_when_the_person_is_in(door, person):
    event = an_event(door, person, needs_review=True)
    assert waiting() == [event]

    door.scan(person, "08.10")
    assert waiting() == []


def test_waiting_goes_on_after_a_scan_that_was_refused(door):
    person = a_registration(door.session.angkatan, Status.REJECTED)
    event = an_event(door, person, needs_review=True)
    door.scan(person, "08.10")

    assert waiting() == [event]


@pytest.mark.parametrize(
    ("fields", "is_wrong", "is_off"),
    [
        ({"clock_error": 120}, False, False),
        ({"clock_error": 121}, True, True),
        ({"clock_error": -120}, False, False),
        ({"clock_error": -121}, True, True),
        ({"is_clock_ahead": True}, True, False),
    ],
)
def test_two_minutes_of_error_are_borne(door, person, fields, is_wrong, is_off):
    event = an_event(door, person, **fields)

    assert list(AttendanceEvent.objects.with_wrong_clock()) == ([event] if is_wrong else [])
    assert event.is_clock_off is is_off


def test_event_and_row_say_what_they_are(door, person):
    event = mark(door.session, person, SICK)

    assert str(event) == f"{event.get_kind_display()}, 11 Maret 2019 12.00"
    assert str(Attendance.objects.get()) == "Sakit"


def test_inside_are_those_present_or_late_and_who_left_early_came(door):
    for state in AttendanceState:
        person, left_at = a_registration(door.session.angkatan), at("09.00") if state == AttendanceState.LEFT else None
        writer.mark(door.session, person, state, event_id=uuid.uuid4(), actor=SYSTEM, at=at("12.00"), left_at=left_at)

    assert set(Attendance.objects.inside().values_list("state", flat=True)) == {"present", "late"}
    assert set(Attendance.objects.came().values_list("state", flat=True)) == {"present", "late", "left"}
