"""One decision on very many, part by part by a worker: killed, stopped, overtaken, taken back."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import IntegrityError

from pelatihan.jobs import running
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Decision, Job, Message, Registration, Selection
from pelatihan.registration import deciding_many, decisions, writer
from tests.factories import NOON, AngkatanFactory, UserFactory, a_registration, clerk

pytestmark = pytest.mark.django_db


AS_SHIPPED = (deciding_many.MOST_AT_ONCE, deciding_many.PART, deciding_many.MOST_CHOSEN)


def test_two_hundred_at_once_hundred_a_part_five_thousand_at_most():
    assert AS_SHIPPED == (200, 100, 5_000)


@pytest.fixture(autouse=True)
def parts_of_two(monkeypatch):
    monkeypatch.setattr(deciding_many, "PART", 2)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=True) as clock:
        yield clock


@pytest.fixture
def rina() -> User:
    return UserFactory(username="rina", first_name="Rina", last_name="Kartika")


def five(batch: Angkatan, status: Status = Status.SUBMITTED) -> list[Registration]:
    return [a_registration(batch, status, name=f"Orang {n}", at=NOON + timedelta(minutes=n)) for n in range(5)]


def chosen(rina, people, action=Action.ACCEPT) -> Selection:
    everyone = Registration.objects.filter(pk__in=[one.pk for one in people])
    return deciding_many.choose(everyone, action, author=rina, at=NOON)


def started(rina, people, action=Action.ACCEPT, reason="") -> Job:
    return deciding_many.start(chosen(rina, people, action), author=rina, at=NOON, reason=reason, shown_at="/")


def standing(batch: Angkatan) -> list[str]:
    return list(batch.registrations.order_by("submitted_at").values_list("status", flat=True))


def parts(job: Job, number: int) -> None:
    """A worker that is told to end after so many parts."""
    left = iter([False] * (number - 1) + [True])
    running.carry_out(job.pk, lambda: next(left))


# ---- Choosing ------------------------------------------------------------------------------------


def test_who_was_chosen_is_kept_in_turn_with_how_each_stood(rina):
    batch = AngkatanFactory()
    people = five(batch)
    writer.move(people[3], Action.ACCEPT, actor=clerk(), at=NOON)

    selection = chosen(rina, reversed(people))

    assert selection.ids == [one.pk for one in people]
    assert selection.seen == ["submitted", "submitted", "submitted", "accepted", "submitted"]


def test_more_than_the_most_are_refused_in_words_and_not_kept(rina, monkeypatch):
    monkeypatch.setattr(deciding_many, "MOST_CHOSEN", 4)

    with pytest.raises(deciding_many.TooMany, match=r"lebih dari 4 pendaftaran.*Persempit saringannya"):
        chosen(rina, five(AngkatanFactory()))

    assert not Selection.objects.exists()


def test_as_many_as_the_most_are_taken(rina, monkeypatch):
    monkeypatch.setattr(deciding_many, "MOST_CHOSEN", 5)

    assert len(chosen(rina, five(AngkatanFactory())).ids) == 5


def test_database_keeps_no_more_than_five_thousand(rina):
    ids = list(range(5_001))

    with pytest.raises(IntegrityError, match="selection_has_an_end"):
        Selection.objects.create(author=rina, action="accept", ids=ids, seen=["submitted"] * 5_001, at=NOON)


def test_database_wants_to_know_how_each_stood(rina):
    with pytest.raises(IntegrityError, match="selection_says_how_each_stood"):
        Selection.objects.create(author=rina, action="accept", ids=[1, 2], seen=["submitted"], at=NOON)


def test_choices_of_the_day_before_are_forgotten_but_for_work_that_is_not_done(rina, clock):
    batch = AngkatanFactory()
    people = five(batch)
    forgotten, waiting = chosen(rina, people), started(rina, people)

    tomorrow = NOON + timedelta(days=1, seconds=1)
    deciding_many.choose(batch.registrations.all(), Action.ACCEPT, author=rina, at=tomorrow)

    assert not Selection.objects.filter(pk=forgotten.pk).exists()
    assert Selection.objects.filter(pk=waiting.pk).exists()


def test_choice_of_an_hour_ago_is_kept(rina):
    selection = chosen(rina, five(AngkatanFactory()))

    assert deciding_many.forget_old(NOON + timedelta(hours=23)) == 0
    assert Selection.objects.filter(pk=selection.pk).exists()


# ---- Deciding ------------------------------------------------------------------------------------


def test_all_are_decided_by_one_decision_in_the_words_given(rina, clock):
    batch = AngkatanFactory()
    job = started(rina, five(batch), Action.REJECT, "Bukan pengurus")

    running.carry_out(job.pk)

    job.refresh_from_db()
    assert standing(batch) == ["rejected"] * 5
    assert (job.state, job.done, job.outcome) == ("done", 5, {"done": 5, "already": 0, "gone": 0})
    decision = Decision.objects.get()
    assert decision.pk == job.pk
    assert set(decision.changes.values_list("reason", "actor__username")) == {("Bukan pengurus", "rina")}


def test_starting_twice_is_one_job_and_one_decision(rina, clock):
    selection = chosen(rina, five(AngkatanFactory()))
    first, second = (deciding_many.start(selection, author=rina, at=NOON, shown_at="/") for _ in "ab")

    assert first == second
    assert (Job.objects.count(), Decision.objects.count()) == (1, 1)


def test_worker_killed_within_a_part_leaves_whole_parts_and_the_next_goes_on_behind(rina, clock, monkeypatch):
    batch = AngkatanFactory()
    job = started(rina, five(batch))
    move, calls = writer.move_together, iter([False, True])

    def killed(*args, **kwargs):
        answer = move(*args, **kwargs)
        if next(calls):
            raise SystemExit
        return answer

    monkeypatch.setattr(writer, "move_together", killed)
    with pytest.raises(SystemExit):
        running.carry_out(job.pk)
    assert standing(batch) == ["accepted"] * 2 + ["submitted"] * 3
    monkeypatch.setattr(writer, "move_together", move)

    clock.shift(running.LEASE + timedelta(seconds=1))
    running.carry_out(job.pk)

    assert standing(batch) == ["accepted"] * 5
    assert Decision.objects.get().changes.count() == 5
    assert Job.objects.get().outcome["done"] == 5


def test_rows_that_another_clerk_decides_meanwhile_are_named_each(rina, clock):
    batch = AngkatanFactory()
    people = five(batch)
    job = started(rina, people)
    parts(job, 1)
    for one in (people[1], people[3]):
        writer.move(one, Action.CANCEL, actor=clerk(), at=NOON, reason="Sakit")

    running.carry_out(job.pk)

    ((pk, why),) = Decision.objects.get().refused
    assert pk == people[3].pk
    assert "sudah berubah menjadi Dibatalkan oleh" in why
    assert standing(batch) == ["accepted", "cancelled", "accepted", "cancelled", "accepted"]


def test_who_stands_there_already_and_who_is_gone_are_counted(rina, clock):
    batch = AngkatanFactory()
    people = five(batch)
    writer.move(people[0], Action.ACCEPT, actor=clerk(), at=NOON)
    selection = chosen(rina, people)
    selection.ids[4] = 10**12
    selection.save()
    job = deciding_many.start(selection, author=rina, at=NOON, shown_at="/")

    running.carry_out(job.pk)

    assert Job.objects.get().outcome == {"done": 3, "already": 1, "gone": 1}


def test_batch_closed_in_the_middle_refuses_the_rest_by_name(rina, clock):
    batch = AngkatanFactory()
    job = started(rina, five(batch))
    parts(job, 1)
    Angkatan.objects.update(closed_at=NOON)

    running.carry_out(job.pk)

    assert standing(batch) == ["accepted"] * 2 + ["submitted"] * 3
    assert [f"{batch.name} sudah ditutup" in why for _, why in Decision.objects.get().refused] == [True] * 3


def test_part_may_belong_to_two_batches(rina, clock):
    batches = [AngkatanFactory(), AngkatanFactory()]
    people = [a_registration(batch, Status.SUBMITTED, name="Adi") for batch in batches]
    people += [a_registration(batches[1], Status.SUBMITTED, name="Budi")]
    job = started(rina, people)

    running.carry_out(job.pk)

    assert [standing(batch) for batch in batches] == [["accepted"], ["accepted"] * 2]


def test_queue_moves_up_after_each_part_but_for_those_of_a_later_one(rina, clock):
    batch = AngkatanFactory(capacity=3)
    inside = [a_registration(batch, name=f"Dalam {n}", at=NOON + timedelta(minutes=n)) for n in range(3)]
    queue = [
        a_registration(batch, Status.SUBMITTED, name=f"Antre {n}", at=NOON + timedelta(minutes=10 + n))
        for n in range(4)
    ]
    job = started(rina, [*inside, queue[0]], Action.CANCEL, "Ganda")

    parts(job, 1)
    assert standing(batch)[3:] == ["waitlisted", "submitted", "submitted", "waitlisted"]
    running.carry_out(job.pk)

    assert standing(batch) == ["cancelled"] * 4 + ["submitted"] * 3


def test_messages_wait_until_ten_minutes_after_the_last_part(rina, clock):
    batch = AngkatanFactory()
    people = five(batch)
    job = started(rina, people)
    parts(job, 1)
    decision = Decision.objects.get()
    told = Message.objects.exclude(state=Message.State.DROPPED).filter(decision=decision)
    assert {each.due_at for each in told} == {decision.undo_until}
    clock.shift(timedelta(minutes=30))
    assert not told.by_hand(NOON + timedelta(minutes=30)).exists()

    running.carry_out(job.pk)

    decision.refresh_from_db()
    assert decision.undo_until >= NOON + timedelta(minutes=40)
    assert {each.due_at for each in told.all()} == {decision.undo_until}
    assert not told.by_hand(decision.undo_until - timedelta(seconds=1)).exists()
    assert told.by_hand(decision.undo_until).count() == len(people)


# ---- Stopping, taking back -----------------------------------------------------------------------


def undone(rina, decision: Decision) -> Job:
    at = decision.at + timedelta(minutes=5)
    return deciding_many.start_undo(decision.pk, author=rina, at=at, shown_at="/")


def test_what_was_done_before_it_stopped_stays_and_can_be_taken_back(rina, clock):
    batch = AngkatanFactory()
    job = started(rina, five(batch))
    parts(job, 1)
    running.stop(job, author=rina, at=NOON)
    assert standing(batch) == ["accepted"] * 2 + ["submitted"] * 3

    running.carry_out(undone(rina, Decision.objects.get()).pk)

    assert standing(batch) == ["submitted"] * 5


def test_decision_that_is_being_carried_out_is_not_taken_back(rina, clock):
    job = started(rina, five(AngkatanFactory()))
    parts(job, 1)

    with pytest.raises(decisions.UndoGone, match=r"masih dikerjakan\. Hentikan dulu"):
        undone(rina, Decision.objects.get())
    with pytest.raises(decisions.UndoGone, match="masih dikerjakan"):
        decisions.take_back(job.pk, actor=clerk(), at=NOON)


def test_work_that_was_taken_back_decides_nobody_more_when_it_is_taken_up(rina, clock):
    batch = AngkatanFactory()
    job = started(rina, five(batch))
    parts(job, 1)
    running.stop(job, author=rina, at=NOON)
    running.carry_out(undone(rina, Decision.objects.get()).pk)

    running.resume(job)
    running.carry_out(job.pk)

    assert standing(batch) == ["submitted"] * 5


def test_taking_back_gives_each_the_place_back_and_the_queue_too(rina, clock):
    batch = AngkatanFactory(capacity=3)
    inside = [a_registration(batch, name=f"Dalam {n}", at=NOON + timedelta(minutes=n)) for n in range(3)]
    queue = [
        a_registration(batch, Status.SUBMITTED, name=f"Antre {n}", at=NOON + timedelta(minutes=10 + n))
        for n in range(3)
    ]
    before = [one.queue_number for one in queue]
    job = started(rina, inside, Action.CANCEL, "Ganda")
    running.carry_out(job.pk)
    assert standing(batch) == ["cancelled"] * 3 + ["submitted"] * 3

    running.carry_out(undone(rina, Decision.objects.get()).pk)

    assert standing(batch) == ["accepted"] * 3 + ["waitlisted"] * 3
    assert [Registration.objects.get(pk=one.pk).queue_number for one in queue] == before


def test_worker_killed_while_taking_back_goes_on_behind(rina, clock):
    batch = AngkatanFactory()
    running.carry_out(started(rina, five(batch)).pk)
    job = undone(rina, Decision.objects.get())
    parts(job, 2)
    assert standing(batch) == ["accepted"] * 2 + ["submitted"] * 3

    running.carry_out(job.pk)

    assert standing(batch) == ["submitted"] * 5
    assert Job.objects.get(pk=job.pk).outcome == {"undone": 5}


def test_who_was_decided_since_is_named_and_stays(rina, clock):
    batch = AngkatanFactory()
    people = five(batch)
    running.carry_out(started(rina, people).pk)
    writer.move(people[2], Action.CANCEL, actor=clerk(), at=NOON, reason="Sakit")

    running.carry_out(undone(rina, Decision.objects.get()).pk)

    assert standing(batch) == ["submitted", "submitted", "cancelled", "submitted", "submitted"]
    ((pk, why),) = Decision.objects.get().not_undone
    assert (pk, "sudah berubah menjadi Dibatalkan" in why) == (people[2].pk, True)


def test_batch_closed_since_stays_as_it_is(rina, clock):
    batch = AngkatanFactory()
    running.carry_out(started(rina, five(batch)).pk)
    Angkatan.objects.update(closed_at=NOON)

    running.carry_out(undone(rina, Decision.objects.get()).pk)

    assert standing(batch) == ["accepted"] * 5
    assert len(Decision.objects.get().not_undone) == 5


def test_taking_back_is_asked_once_and_in_time(rina, clock):
    running.carry_out(started(rina, five(AngkatanFactory())).pk)
    decision = Decision.objects.get()

    assert undone(rina, decision) == undone(rina, decision)
    with pytest.raises(decisions.UndoGone, match="Sudah diurungkan oleh Rina Kartika"):
        decisions.take_back(decision.pk, actor=clerk(), at=decision.at)


def test_after_ten_minutes_nothing_is_taken_back(rina, clock):
    running.carry_out(started(rina, five(AngkatanFactory())).pk)
    decision = Decision.objects.get()

    with pytest.raises(decisions.UndoGone, match="hanya dapat diurungkan sampai"):
        deciding_many.start_undo(decision.pk, author=rina, at=decision.undo_until, shown_at="/")


def test_more_than_two_hundred_are_long_work(rina, monkeypatch, clock):
    running.carry_out(started(rina, five(AngkatanFactory())).pk)
    decision = Decision.objects.get()

    assert not deciding_many.is_long(decision)
    monkeypatch.setattr(deciding_many, "MOST_AT_ONCE", 4)
    assert deciding_many.is_long(decision)


def test_number_of_the_undo_is_its_own():
    key = uuid.uuid4()

    assert deciding_many.undo_key(key) == deciding_many.undo_key(key) != key
