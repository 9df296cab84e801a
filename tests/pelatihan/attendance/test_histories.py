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
from pelatihan.attendance import deciding, marking, rules, sessions, writer
from pelatihan.attendance.locked import Scan
from pelatihan.attendance.marking import Mark
from pelatihan.attendance.rules import CAME, COUNT, DECISIONS, ENTERED, INSIDE, Kind
from pelatihan.models import Attendance, AttendanceEvent, AttendanceState, Registration, Session
from tests.factories import SessionFactory, a_registration
from tests.pelatihan.door import at

CLOSING = AttendanceEvent.Means.CLOSING
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


def a_history(dice: random.Random) -> list[AttendanceEvent]:
    """What one person's events may look like, with clocks that jump, undos of anything and decisions about it."""
    events: list[AttendanceEvent] = []
    for number in range(1, dice.randint(0, 10) + 1):
        kind = dice.choice([Kind.CHECK_IN, Kind.MARK, *Kind])
        about_coming = [event for event in events if event.kind in {Kind.CHECK_IN, Kind.REFUSAL}]  # by the database
        if kind in DECISIONS and not about_coming:
            kind = Kind.REFUSAL
        possible = events if kind == Kind.UNDO else about_coming if kind in DECISIONS else []
        target = dice.choice(possible) if possible else None
        undoes, about = (target, None) if kind == Kind.UNDO else (None, target)
        happened = at("08.00") + dice.randint(-90, 240) * MINUTE
        states = sorted(AttendanceState) if kind == Kind.MARK else sorted(INSIDE)
        event = AttendanceEvent(
            pk=uuid.UUID(int=number), number=number, kind=kind, undoes=undoes, about=about,
            happened_at=happened, arrived_at=happened + dice.choice([0, 0, 1, 5, 6, 90]) * MINUTE,
            state=dice.choice(states) if kind in COUNT - {Kind.CLEAR} else "",
            clock_error=dice.choice([0, 0, -3600]),
        )  # fmt: skip
        if kind == Kind.MARK and dice.random() < 0.3:
            event.state, event.means = AttendanceState.ABSENT, CLOSING
        if event.state == AttendanceState.LEFT:
            event.left_at = happened
        events.append(event)
    return events


histories = st.builds(a_history, st.randoms(use_true_random=False))


# The rules told once more, slowly and otherwise than the program does: what each event takes away, and then cell after
# cell from the last change by hand back to the first.


def _taken_away(events: list[AttendanceEvent]) -> set[int]:
    """Numbers of those that an undo, a strike or a later decision took away."""
    gone: set[int] = set()
    for one in events:
        before = [e for e in events if e.number < one.number and e.number not in gone and e.kind in COUNT]
        if one.kind in DECISIONS:
            gone |= {e.number for e in before if one.about and one.about.pk in (e.pk, e.about_id)}
        if one.kind == Kind.UNDO and one.undoes in before:
            target = one.undoes
            if target.kind in (Kind.MARK, Kind.CLEAR):
                gone.add(target.number)
                continue
            hands = [e.number for e in before if e.kind in (Kind.MARK, Kind.CLEAR) and e.means != CLOSING]
            floor = max([number for number in hands if number < target.number], default=0)
            gone |= {e.number for e in before if e.kind in (Kind.CHECK_IN, Kind.KEEP) and e.number > floor}
    return gone


def _is_after(check_in: AttendanceEvent, hand: AttendanceEvent) -> bool:
    """Whether somebody came in after a change by hand."""
    if check_in.kind == Kind.KEEP and hand.kind == Kind.CLEAR:
        return check_in.number > hand.number
    came = check_in.about if check_in.kind == Kind.KEEP and check_in.about else check_in
    if came.number < hand.number:
        return False
    was_late = came.arrived_at - rules.counted_at(check_in) > timedelta(minutes=5)
    return not was_late or rules.counted_at(check_in) >= rules.counted_at(hand)


def by_pencil(events: list[AttendanceEvent]) -> tuple[Any, ...] | None:
    """(state, since, number of the event that decides): what counts by the rules told once more."""
    events = sorted(events, key=lambda e: e.number)
    gone = _taken_away(events)
    left = [e for e in events if e.kind in COUNT and e.number not in gone]
    hands = [e for e in left if e.kind in (Kind.MARK, Kind.CLEAR) and e.means != CLOSING]
    comings = [e for e in left if e.kind in (Kind.CHECK_IN, Kind.KEEP)]

    def cell(changes: int) -> tuple[Any, ...]:
        """(state, since, event, came as) after so many changes by hand and whoever came between."""
        if changes == 0:
            state, since, decides, came_as = "", None, None, ""
        else:
            hand, (state, since, decides, came_as) = hands[changes - 1], cell(changes - 1)
            if hand.kind == Kind.CLEAR:
                state, since, decides, came_as = "", None, hand, ""
            else:
                came_as = (state if state in ("present", "late") else came_as) if hand.state == "left" else ""
                if not (state in CAME and hand.state in CAME):
                    since = rules.counted_at(hand)
                state, decides = hand.state, hand
        here = [e for e in comings if [hand for hand in hands if _is_after(e, hand)][-1:] == hands[:changes][-1:]]
        first = min(here, key=lambda e: (rules.counted_at(e), (e.about or e).number), default=None)
        if first is not None and state not in ("present", "late"):
            state, since = (came_as, since) if came_as else (first.state, rules.counted_at(first))
            decides, came_as = first, ""
        return state, since, decides, came_as

    state, since, decides, _came_as = cell(len(hands))
    if state:
        return state, since, decides.number
    emptied = decides.number if decides else 0
    closings = [e for e in left if e.means == CLOSING and e.number > emptied]
    return (closings[-1].state, rules.counted_at(closings[-1]), closings[-1].number) if closings else None


def test_a_thousand_random_histories_come_to_what_the_rules_say_in_every_order():
    dice = random.Random(10)
    seen = set()
    for _ in range(1000 * TIMES):
        events = a_history(dice)
        told = by_pencil(events)
        seen.add(told[0] if told else "")
        for _ in range(3):
            dice.shuffle(events)
            total = rules.sum_of(events)
            assert (total and (total.state, total.first_at, total.event.number)) == told
    assert seen == {"", *AttendanceState.values}


def test_closing_counts_for_whom_nothing_else_does_whatever_came_first():
    dice = random.Random(11)
    for _ in range(200 * TIMES):
        events = a_history(dice)
        without = rules.sum_of([event for event in events if event.means != CLOSING])
        if without is not None:
            assert rules.sum_of(events) == without


def test_order_of_arrival_changes_nothing_among_check_ins():
    dice = random.Random(12)
    for _ in range(200 * TIMES):
        events = [event for event in a_history(dice) if event.kind == Kind.CHECK_IN]
        first = rules.sum_of(events)
        numbers = [event.number for event in events]
        dice.shuffle(numbers)
        for event, number in zip(events, numbers, strict=True):
            event.number = number
        again = rules.sum_of(events)
        assert (first and first.first_at) == (again and again.first_at)


@tries(300)
@given(histories)
def test_sum_is_one_of_the_events_that_stand(events: list[AttendanceEvent]):
    """Or the cell was emptied by one of them."""
    total, left, decides = rules.sum_of(events), rules.standing(events), rules.deciding(events)
    assert (decides is None) == (not left)
    assert decides is None or decides in left
    assert (total.event if total else rules.emptied_by(events)) == decides
    assert total is None or total.state == total.event.state or (total.event.kind != Kind.MARK and total.is_inside)


@tries(300)
@given(histories, st.integers(0, 9), st.sampled_from(sorted(DECISIONS)))
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
@given(histories)
def test_undo_takes_out_whoever_no_mark_keeps_in(events: list[AttendanceEvent]):
    """One more undo of the check-in that counts; and once more changes nothing. What stood before the last change by
    hand, that change holds."""
    total = rules.sum_of(events)
    if total is None or total.event.kind != Kind.CHECK_IN:
        return
    undos = [
        AttendanceEvent(pk=uuid.UUID(int=number), number=number, kind=Kind.UNDO, undoes=total.event)
        for number in (98, 99)
    ]
    marks = [event for event in events if event.kind in ENTERED]
    after = rules.sum_of([*events, undos[0]])
    assert after is None or after.event in marks
    assert rules.sum_of([*events, *undos]) == after


@tries(300)
@given(histories, minutes)
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
cells = st.tuples(people_at, ids, st.sampled_from(["", *AttendanceState.values]), st.booleans())
marks = st.tuples(st.just("mark"), st.lists(cells, min_size=1, max_size=4), minutes)
undos = st.tuples(st.just("undo"), st.lists(ids, min_size=1, max_size=3), minutes)
closings = st.tuples(st.sampled_from(["close", "close", "reopen"]), minutes)
decisions = st.tuples(st.just("decide"), st.lists(st.tuples(ids, st.sampled_from(sorted(DECISIONS)))), minutes)
acts = st.lists(st.one_of(posts, posts, posts, marks, marks, undos, closings, decisions), min_size=1, max_size=7)


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


def seen_of(session: Session, person: Registration, is_fresh: bool) -> uuid.UUID | None:
    """What the page shows that was opened a moment ago, or before anything happened."""
    row = session.attendances.filter(registration=person).first()
    return row.event_id if row and is_fresh else None


def play(place: int, session: Session, people: list[Registration], act: tuple[Any, ...]) -> None:
    """Do what the act says at this session; what is refused is refused."""
    clock = at("08.00")
    moment = clock + act[-1] * MINUTE
    if act[0] == "close":
        sessions.close(session, at=moment)
    elif act[0] == "reopen":
        sessions.reopen(session, at=moment)
    elif act[0] == "mark":
        wishes = [
            Mark(
                name(place, number + 500),
                people[who].ref,
                state,
                seen_of(session, people[who], is_fresh),
                "Lembar",
                clock,
            )
            for who, number, state, is_fresh in act[1]
        ]
        assert len(marking.mark_many(session, wishes, actor=SYSTEM, at=moment)) == len(wishes)
    elif act[0] == "undo":
        marking.undo(session, [name(place, number + 500) for number in act[1]], actor=SYSTEM, at=moment)
    elif act[0] == "decide":
        words = [deciding.Wish(name(place, number), kind, "Salah") for number, kind in act[1]]
        deciding.decide(Session.objects.select_related("angkatan").get(pk=session.pk), words, actor=SYSTEM, at=moment)
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
        was_entered = row.event.kind == Kind.MARK or row.registration.events.filter(kind=Kind.MARK).exists()
        assert was_entered or row.first_at == rules.counted_at(row.event)
        assert was_entered or row.event.kind == Kind.KEEP or row.first_at >= session.opens_at - rules.TOLERANCE
    for person in session.events.values_list("registration", flat=True).distinct():
        events = list(session.events.filter(registration=person).select_related("undoes"))
        dice.shuffle(events)
        total, kept = rules.sum_of(events), session.attendances.filter(registration=person).first()
        assert (kept and kept.event_id) == (total and total.event.pk)
        theirs = kept and (kept.state, kept.first_at, kept.left_at)
        assert theirs == (total and (total.state, total.first_at, total.left_at))
        told = by_pencil(events)
        assert (total and (total.state, total.first_at, total.event.number)) == told
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
