"""Who gets a certificate: the rule over what counts of one person in the teaching sessions."""

import pytest

from pelatihan.certificates import rule as rules
from pelatihan.models import AttendanceState, CertificateRule, Session
from tests.factories import SessionFactory

State, Kind, Measure = AttendanceState, Session.Kind, CertificateRule.Measure


def sessions(*hours: int) -> list[Session]:
    """Teaching sessions with so many JP each."""
    return [Session(pk=number, own_jp=jp, takes_attendance=True) for number, jp in enumerate(hours, start=1)]


@pytest.mark.parametrize(
    ("fields", "teaches"),
    [
        ({"kind": Kind.MATERIAL}, True),
        ({"kind": Kind.DISCUSSION}, True),
        ({"kind": Kind.CEREMONY}, False),
        ({"kind": Kind.LOGISTICS}, False),
        ({"kind": Kind.CEREMONY, "own_jp": 1}, True),  # the office says so
        ({"kind": Kind.MATERIAL, "own_jp": 0}, False),
        ({"kind": Kind.MATERIAL, "takes_attendance": False}, False),
    ],
)
def test_teaching_is_what_takes_attendance_and_teaches(fields, teaches):
    assert rules.teaches(Session(**fields)) is teaches


def test_hours_are_those_of_45_minutes_unless_the_office_says_otherwise(db):
    two, three = SessionFactory.build(angkatan=None), SessionFactory.build(angkatan=None, own_jp=3)

    found = rules.reached(CertificateRule(), [two, three], {})

    assert found.total == 2 + 3


@pytest.mark.parametrize(
    ("percent", "hours", "enough"),
    [(80, 13, False), (80, 14, True), (100, 16, False), (100, 17, True), (1, 0, False), (1, 1, True)],
)
def test_so_many_percent_of_seventeen_hours(percent, hours, enough):
    teaching = sessions(*[1] * 17)
    states = {session.pk: State.PRESENT.value for session in teaching[:hours]}

    assert rules.reached(CertificateRule(least_percent=percent), teaching, states).is_enough is enough


@pytest.mark.parametrize(
    ("state", "rule", "counts"),
    [
        (State.PRESENT, {}, True),
        (State.LATE, {}, True),
        (State.LEFT, {}, True),
        (State.ABSENT, {"excused_counts": True, "sick_counts": True}, False),
        (State.EXCUSED, {"sick_counts": True}, False),
        (State.EXCUSED, {"excused_counts": True}, True),
        (State.SICK, {"excused_counts": True}, False),
        (State.SICK, {"sick_counts": True}, True),
    ],
)
@pytest.mark.parametrize("measure", Measure)
def test_which_states_count_as_having_been_there(state, rule, counts, measure):
    found = rules.reached(CertificateRule(measure=measure, **rule), sessions(2), {1: state.value})

    assert found.is_enough is counts


def test_all_sessions_means_each_of_them_whatever_its_hours():
    teaching = sessions(8, 1)

    found = rules.reached(CertificateRule(measure=Measure.ALL, least_percent=50), teaching, {1: "present"})

    assert not found.is_enough
    assert found.sentence == "1 dari 2 sesi materi; perlu semua."


def test_nobody_is_entitled_while_nothing_is_taught():
    found = rules.reached(CertificateRule(), [], {})

    assert not found.is_enough
    assert found.sentence.startswith("Belum ada sesi materi")


def test_sentence_tells_what_was_reached_and_what_it_takes():
    found = rules.reached(CertificateRule(), sessions(9, 8), {1: "late"})

    assert found.sentence == "9 dari 17 JP; perlu paling sedikit 14."
