"""What counts can always be made anew from what happened."""

import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Scan
from pelatihan.codes import new_code
from pelatihan.models import Attendance, AttendanceState
from tests.factories import SessionFactory, a_registration
from tests.pelatihan.door import at


def rebuilt(*slugs: str) -> str:
    out = StringIO()
    call_command("rebuild_attendance", *slugs, stdout=out)
    return out.getvalue()


def rows() -> set[tuple[object, ...]]:
    return set(Attendance.objects.values_list("registration", "session", "state", "first_at", "event"))


@pytest.fixture
def history(door):
    """People who came, came and were undone, came late and were corrected."""
    people = [a_registration(door.session.angkatan) for _ in range(4)]
    door.scan(people[0], "08.00")
    door.undo(door.scan(people[1], "08.01"), "08.02")
    door.scan(people[2], "08.30")
    writer.mark(door.session, people[2], AttendanceState.PRESENT, event_id=uuid.uuid4(), actor=SYSTEM, at=at("12.00"))
    door.scan(a_registration(door.session.angkatan, "submitted"), "08.00")
    return people


def test_rebuild_of_true_rows_changes_nothing(door, history):
    before = rows()
    assert "0 kehadiran diperbaiki" in rebuilt()
    assert rows() == before


def test_rebuild_mends_lost_and_wrong_rows(door, history):
    before = rows()
    Attendance.objects.filter(registration=history[0]).delete()
    Attendance.objects.filter(registration=history[2]).update(state="sick")
    first = history[0].events.get()
    Attendance.objects.create(
        session=door.session, registration=history[1], state="present", first_at=at("08.00"), event=first
    )
    assert "3 kehadiran diperbaiki" in rebuilt(door.session.angkatan.slug)
    assert rows() == before


@pytest.mark.parametrize("wrong", ["state", "first_at", "event"])
def test_one_wrong_column_is_a_wrong_row(door, person, wrong):
    door.scan(person, "08.00")
    other = door.scan(person, "08.10").event
    true = rows()
    Attendance.objects.update(**{wrong: {"state": "late", "first_at": at("08.10"), "event": other}[wrong]})

    assert (writer.rebuild(door.session), rows()) == (1, true)


def test_rebuild_mends_one_session_and_leaves_the_others(door, person):
    other = SessionFactory(angkatan=door.session.angkatan, hour=10)
    for session in (door.session, other):
        writer.mark(session, person, AttendanceState.SICK, event_id=uuid.uuid4(), actor=SYSTEM, at=at("12.00"))
    Attendance.objects.update(state="late")

    assert writer.rebuild(door.session) == 1
    assert [door.state(person), other.attendances.get().state] == ["sick", "late"]


def test_rebuild_takes_away_a_row_of_whom_nothing_happened_to(door, person):
    first = door.scan(person, "08.00").event
    door.take(Scan(uuid.uuid4(), at("08.01"), code=new_code()))  # of nobody at all
    stranger = a_registration(door.session.angkatan)
    Attendance.objects.create(
        session=door.session, registration=stranger, state="present", first_at=at("08.00"), event=first
    )

    assert writer.rebuild(door.session) == 1
    assert [row.registration for row in Attendance.objects.all()] == [person]


def test_rebuild_of_an_unknown_batch_says_so(db):
    with pytest.raises(CommandError, match="Angkatan 2019-x tidak ada"):
        rebuilt("2019-x")
