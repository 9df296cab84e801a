"""The sum over what happened, without a database."""

import uuid
from datetime import timedelta

import pytest

from pelatihan.attendance import rules
from pelatihan.attendance.rules import Kind, sum_of
from pelatihan.models import Angkatan, AttendanceEvent, AttendanceState, Session
from tests.pelatihan.door import at


def event(kind: Kind, clock: str, state: str = "", arrived: str = "", undoes: AttendanceEvent | None = None):
    return AttendanceEvent(
        pk=uuid.uuid4(), kind=kind, state=state, happened_at=at(clock), arrived_at=at(arrived or clock), undoes=undoes
    )


def came(clock: str, state: str = "present", arrived: str = "") -> AttendanceEvent:
    return event(Kind.CHECK_IN, clock, state, arrived)


def marked(clock: str, state: str) -> AttendanceEvent:
    return event(Kind.MARK, clock, state)


def undone(clock: str, target: AttendanceEvent) -> AttendanceEvent:
    return event(Kind.UNDO, clock, undoes=target)


def refused(clock: str) -> AttendanceEvent:
    return event(Kind.REFUSAL, clock)


def state(*events: AttendanceEvent) -> str | None:
    total = sum_of(events)
    return total.state if total else None


def test_nothing_happened_is_not_yet():
    assert sum_of([]) is None


def test_refusals_alone_are_not_yet():
    assert sum_of([refused("08.00")]) is None


def test_first_check_in_counts():
    assert sum_of([came("08.30", "late"), came("08.05")]).first_at == at("08.05")


def test_check_in_that_arrives_late_still_counts_first():
    assert state(came("08.30", "late"), came("08.05", "present", arrived="10.00")) == "present"


def test_undo_removes_the_check_in():
    first = came("08.00")
    assert sum_of([first, undone("08.01", first)]) is None


def test_undo_removes_second_scans_before_it():
    first = came("08.00")
    assert sum_of([first, came("08.01"), undone("08.02", first)]) is None


def test_scan_after_an_undo_lets_in_again():
    first = came("08.00")
    assert sum_of([first, undone("08.01", first), came("08.05")]).first_at == at("08.05")


def test_undo_of_a_check_in_leaves_corrections():
    first = came("08.00")
    assert state(first, marked("09.00", "sick"), undone("09.30", first)) == "sick"


def test_undo_of_a_mark_brings_the_check_in_back():
    wrong = marked("09.00", "absent")
    assert state(came("08.00"), wrong, undone("09.10", wrong)) == "present"


@pytest.mark.parametrize("mark", ["excused", "sick", "absent", "late"])
def test_later_correction_wins_over_a_scan(mark):
    assert state(came("08.00"), marked("12.00", mark)) == mark


def test_later_of_two_corrections_wins():
    assert state(marked("13.00", "sick"), marked("12.00", "absent")) == "sick"


def test_who_comes_after_being_excused_is_in():
    assert state(marked("07.00", "excused"), came("08.40", "late")) == "late"


def test_scan_from_before_a_correction_changes_nothing():
    assert state(marked("12.00", "sick"), came("08.00", arrived="15.00")) == "sick"


def test_correction_of_lateness_keeps_the_time():
    assert sum_of([came("08.20", "late"), marked("12.00", "present")]).first_at == at("08.20")


def test_order_of_events_does_not_matter():
    first, second = came("08.00"), came("08.01")
    events = [first, second, undone("08.02", first), came("08.10"), marked("12.00", "excused")]
    assert sum_of(events) == sum_of(reversed(events))


def test_clock_far_ahead_counts_as_arrival():
    ahead = AttendanceEvent(happened_at=at("09.00"), arrived_at=at("08.00"), is_clock_ahead=True)
    assert rules.counted_at(ahead) == at("08.00")


@pytest.mark.parametrize(("minutes", "ahead"), [(5, False), (6, True), (-600, False)])
def test_five_minutes_ahead_are_tolerated(minutes, ahead):
    assert rules.is_clock_ahead(at("08.00") + timedelta(minutes=minutes), at("08.00")) is ahead


@pytest.mark.parametrize(("clock", "expected"), [("07.00", "present"), ("08.14", "present"), ("08.15", "late")])
def test_grace_decides_who_is_late(clock, expected):
    session = Session(angkatan=Angkatan(late_minutes=15), starts_at=at("08.00"), ends_at=at("09.30"))
    assert rules.state_by_clock(session, at(clock)) == AttendanceState(expected)


def test_undo_of_another_sessions_check_in_is_refused():
    here = Session(pk=1, angkatan=Angkatan())
    elsewhere = AttendanceEvent(kind=Kind.CHECK_IN, session_id=2)
    assert rules.judge_undo(here, elsewhere, at("08.00")) == "invalid"
