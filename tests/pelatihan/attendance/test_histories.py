"""Random histories: one sum, in whatever order they are read, and nothing that a rebuild would change.

``LONG_HISTORIES=1`` tries fifty times as many.
"""

import os
import random
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import rules, sessions, writer
from pelatihan.attendance.locked import Scan
from pelatihan.attendance.rules import COUNT, DECISIONS, INSIDE, Kind
from pelatihan.models import Attendance, AttendanceEvent, AttendanceState, Registration, Session
from tests.factories import SessionFactory, a_registration
from tests.pelatihan.door import at

TIMES = 50 if os.environ.get("LONG_HISTORIES") else 1
MINUTE = timedelta(minutes=1)
minutes = st.integers(-90, 240)  # of the start, 08.00
ids = st.integers(0, 9)


def tries(examples: int) -> Callable[..., object]:
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )


# ---- Without a database: any events at all, sensible or not --------------------------------------


@st.composite
def histories(draw: st.DrawFn) -> list[AttendanceEvent]:
    """What one person's events may look like, with clocks that jump, undos of anything and decisions about it."""
    events: list[AttendanceEvent] = []
    for number in range(draw(st.integers(0, 10))):
        kind = draw(st.sampled_from([Kind.CHECK_IN, *Kind]))
        target = draw(st.sampled_from(events)) if events and kind in {Kind.UNDO, *DECISIONS} else None
        undoes, about = (target, None) if kind == Kind.UNDO else (None, target)
        happened = at("08.00") + draw(minutes) * MINUTE
        states = list(AttendanceState) if kind == Kind.MARK else list(INSIDE)
        events.append(
            AttendanceEvent(
                pk=uuid.UUID(int=number + 1), number=number + 1, kind=kind, undoes=undoes, about=about,
                happened_at=happened, arrived_at=happened + draw(st.sampled_from([0, 0, 1, 5, 6, 90])) * MINUTE,
                state=draw(st.sampled_from(sorted(states))) if kind in COUNT else "",
                clock_error=draw(st.sampled_from([0, 0, -3600])),
            )
        )  # fmt: skip
    return events


@tries(300)
@given(histories(), st.randoms(use_true_random=False))
def test_one_sum_in_every_order_of_reading(events: list[AttendanceEvent], dice: random.Random):
    total = rules.sum_of(events)
    dice.shuffle(events)
    assert rules.sum_of(events) == total


@tries(300)
@given(histories())
def test_sum_is_one_of_the_events_that_stand(events: list[AttendanceEvent]):
    total, left = rules.sum_of(events), rules.standing(events)
    assert (total is None) == (not left)
    assert total is None or (total.event in left and total.state == total.event.state)


@tries(300)
@given(histories(), st.integers(0, 9), st.sampled_from(sorted(DECISIONS)))
def test_the_last_decision_about_an_event_holds(events: list[AttendanceEvent], place: int, kind: Kind):
    """And it holds for that event alone: whatever else stands, stands."""
    came = [event for event in events if event.kind in {Kind.CHECK_IN, Kind.REFUSAL}]
    if not came:
        return
    about = came[place % len(came)]
    word = AttendanceEvent(pk=uuid.UUID(int=99), number=99, kind=kind, about=about, state="present")
    word.happened_at = word.arrived_at = about.happened_at
    others = [event for event in rules.standing(events) if about.pk not in {event.pk, event.about_id}]
    assert rules.standing([*events, word]) == [*others, *([word] if kind == Kind.KEEP else [])]


@tries(300)
@given(histories())
def test_undo_takes_out_whoever_no_mark_keeps_in(events: list[AttendanceEvent]):
    """One more undo of the check-in that counts; and once more changes nothing."""
    total = rules.sum_of(events)
    if total is None or total.event.kind != Kind.CHECK_IN:
        return
    undos = [
        AttendanceEvent(pk=uuid.UUID(int=number), number=number, kind=Kind.UNDO, undoes=total.event)
        for number in (98, 99)
    ]
    marks = [event for event in events if event.kind == Kind.MARK]
    after = rules.sum_of([*events, undos[0]])
    assert after is None or after.event in marks
    assert rules.sum_of([*events, *undos]) == after


@tries(300)
@given(histories(), minutes)
def test_mark_wins_over_all_before_it(events: list[AttendanceEvent], minute: int):
    mark = AttendanceEvent(
        pk=uuid.UUID(int=99), number=99, kind=Kind.MARK, state="absent", happened_at=at("08.00") + minute * MINUTE
    )
    mark.arrived_at = mark.happened_at
    assert rules.sum_of([*events, mark]).event == mark


@tries(300)
@given(st.lists(st.tuples(minutes, st.integers(0, 300)), min_size=1, max_size=8))
def test_first_of_many_check_ins_counts(scans: list[tuple[int, int]]):
    events = [
        AttendanceEvent(
            pk=uuid.UUID(int=number), number=number, kind=Kind.CHECK_IN, state="present",
            happened_at=at("08.00") + minute * MINUTE, arrived_at=at("08.00") + (minute + lag) * MINUTE,
        )
        for number, (minute, lag) in enumerate(scans, start=1)
    ]  # fmt: skip
    assert rules.sum_of(events).first_at == at("08.00") + min(minute for minute, _lag in scans) * MINUTE


# ---- Through the writer, on PostgreSQL -----------------------------------------------------------

people_at = st.integers(0, 1)
scans_at = st.builds(
    lambda who, name, minute, undoes, let_in: (who, name, minute, undoes, let_in),
    people_at, ids, minutes, st.none() | st.none() | ids, st.booleans(),
)  # fmt: skip
posts = st.tuples(st.just("post"), st.lists(scans_at, min_size=1, max_size=5), minutes, st.sampled_from([0, -3600]))
marks = st.tuples(st.just("mark"), people_at, ids, st.sampled_from(list(AttendanceState)), minutes)
closings = st.tuples(st.just("close"), minutes)
acts = st.lists(st.one_of(posts, posts, posts, marks, closings), min_size=1, max_size=5)


@pytest.fixture
def doors(db):
    """Two sessions of one batch that overlap, and two people: one of them cancelled at 08.30."""
    session = SessionFactory()
    other = SessionFactory(angkatan=session.angkatan, hour=9)
    return [session, other], [a_registration(session.angkatan), a_registration(session.angkatan, "submitted")]


def rows() -> list[tuple[object, ...]]:
    return list(Attendance.objects.order_by("pk").values_list())


def name(session: int, number: int) -> uuid.UUID:
    """Names are few, so that they meet; those of undos are others."""
    return uuid.UUID(int=session * 1000 + number + 1)


def play(place: int, session: Session, people: list[Registration], act: tuple[Any, ...]) -> None:
    """Do what the act says at this session; what is refused is refused."""
    clock = at("08.00")
    if act[0] == "close":
        sessions.close(session, at=clock + act[1] * MINUTE)
    elif act[0] == "mark":
        _kind, who, number, state, minute = act
        event_id = name(place, number + 500)
        try:
            writer.mark(session, people[who], state, event_id=event_id, actor=SYSTEM, at=clock + minute * MINUTE)
        except writer.IdTaken:
            return
    else:
        _kind, wishes, minute, error = act
        arrived, off = clock + minute * MINUTE, timedelta(seconds=error)
        scans = [
            Scan(name(place, number + 100 * (undoes is not None)), clock + made * MINUTE + off, let_in=let_in,
                 **({"code": people[who].code} if undoes is None else {"undoes": name(place, undoes)}))
            for who, number, made, undoes, let_in in wishes
        ]  # fmt: skip
        session = Session.objects.select_related("angkatan").get(pk=session.pk)
        answers = writer.record(session, scans, actor=SYSTEM, at=arrived, sent_at=arrived + off)
        assert len(answers) == len(scans)


def check(session: Session, dice: random.Random) -> None:
    """Each sum is what the events come to in any order, none lies outside the doors, and rebuild agrees."""
    for row in Attendance.objects.filter(session=session).select_related("event"):
        assert row.first_at == rules.counted_at(row.event) or row.event.kind == Kind.MARK
        assert row.event.kind == Kind.MARK or row.first_at >= session.opens_at - rules.TOLERANCE
    for person in session.events.values_list("registration", flat=True).distinct():
        events = list(session.events.filter(registration=person).select_related("undoes"))
        dice.shuffle(events)
        total, kept = rules.sum_of(events), session.attendances.filter(registration=person).first()
        assert (kept and kept.event_id) == (total and total.event.pk)
        assert (kept and (kept.state, kept.first_at)) == (total and (total.state, total.first_at))
    before = rows()
    assert writer.rebuild(session) == 0
    assert rows() == before


@tries(100)
@given(st.lists(st.tuples(st.integers(0, 1), acts), min_size=1, max_size=2), st.randoms(use_true_random=False))
def test_rebuild_never_changes_anything(doors, history: list[Any], dice: random.Random):
    with transaction.atomic():
        here, people = doors
        for place, acts_here in history:
            for act in acts_here:
                play(place, here[place], people, act)
        for session in here:
            check(session, dice)
        connection.set_rollback(True)
