"""A long act is done part by part, each part once, whoever is killed, stops it or takes it up."""

import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import cycle
from linecache import getline
from types import FrameType

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from ormas.models import Ormas
from pelatihan.accounts import access
from pelatihan.jobs import running
from pelatihan.models import Job
from pelatihan.web.logs import PrivateFormatter
from tests.factories import NOON, OrmasFactory, UserFactory
from tests.pelatihan.attendance.threads import at_once

pytestmark = pytest.mark.django_db
HERE = "tests.pelatihan.jobs.test_running."


class Killed(BaseException):
    """What a worker does not live to catch."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()
    Trouble.comes = lambda part: None
    running.ending.clear()
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller
    running.ending.clear()


class Trouble:
    """What befalls whoever has just written a part; it is told which."""

    comes: Callable[[int], None]


def write_names(job: Job) -> int:
    """The work of these tests: two rows a part, noted in the outcome as well."""
    left = min(2, job.total - job.done)
    for number in range(job.done, job.done + left):
        OrmasFactory(name=f"Bagian {number}")
    job.outcome = {"names": [*job.outcome.get("names", []), *range(job.done, job.done + left)]}
    Trouble.comes(job.done // 2)
    return left


def a_job(total: int = 6, *, key: uuid.UUID | None = None, author: User | None = None) -> Job:
    with transaction.atomic():
        return running.start(
            HERE + "write_names", key=key or uuid.uuid4(), author=author or UserFactory(), title="Menulis nama",
            total=total, plan={}, shown_at="/hasil/",
        )  # fmt: skip


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def stand(job: Job) -> tuple[str, int]:
    return fresh(job).state, fresh(job).done


def written() -> list[str]:
    return sorted(Ormas.objects.filter(name__startswith="Bagian").values_list("name", flat=True))


def names(count: int) -> list[str]:
    return sorted(f"Bagian {number}" for number in range(count))


def ready() -> int:
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY).count()


def work_off(is_ending: Callable[[], bool] = lambda: False) -> None:
    """A worker: it takes what is queued; a task that it had in hand when it was killed is lost."""
    while task := DBTaskResult.objects.filter(status=TaskResultStatus.READY).first():
        DBTaskResult.objects.filter(pk=task.pk).update(status=TaskResultStatus.RUNNING)
        running.carry_out(task.args_kwargs["args"][0], is_ending)


def at_part(number: int, befalls: Callable[[], None]) -> None:
    def comes(part: int) -> None:
        if part == number:
            befalls()

    Trouble.comes = comes


def fails() -> None:
    raise ValueError("Siti Aminah, 0812-3456-7890")


def kill() -> None:
    raise Killed


def passes() -> None:
    pass


# ---- To its end -----------------------------------------------------------------------------------


def test_all_parts_are_done_and_the_end_is_told():
    job = a_job(total=5)
    work_off()
    job = fresh(job)
    assert (job.title, job.shown_at) == ("Menulis nama", "/hasil/")
    assert (job.state, job.done, job.percent, job.started_at, job.ended_at) == ("done", 5, 100, NOON, NOON)
    assert (job.outcome, written()) == ({"names": [0, 1, 2, 3, 4]}, names(5))


def test_started_twice_is_one_job():
    key, author = uuid.uuid4(), UserFactory()
    assert a_job(key=key, author=author) == a_job(key=key, author=author)
    assert (Job.objects.count(), ready()) == (1, 1)


def test_asked_twice_the_second_finds_nothing_to_do():
    job = a_job()
    running.enqueue(job)
    work_off()
    assert written() == names(6)


def test_task_carries_the_job_out():
    job = a_job()
    running.carry_out_job.call(str(job.pk))
    assert stand(job) == ("done", 6)


def test_work_that_does_more_than_planned_stays_within():
    job = a_job(total=6)
    Job.objects.update(work=HERE + "boast")
    work_off()
    assert stand(job) == ("done", 6)


def boast(job: Job) -> int:
    return 0 if job.done else 1000


def test_work_may_find_that_there_is_less_to_do():
    job = a_job(total=6)
    Job.objects.update(work=HERE + "find_less")
    work_off()
    assert (stand(job), fresh(job).total, fresh(job).plan) == (("done", 2), 2, {"left": 0})


def find_less(job: Job) -> int:
    job.total, job.plan = 2, {"left": 0}
    return 0 if job.done else 2


def test_job_without_rows_is_at_hundred_only_when_done():
    job = a_job(total=0)
    assert job.percent == 0
    work_off()
    assert fresh(job).percent == 100


# ---- Parts that fail ------------------------------------------------------------------------------


def test_part_that_fails_thrice_gives_the_job_up_and_keeps_what_was_done():
    job = a_job()
    at_part(1, fails)
    work_off()
    assert (*stand(job), fresh(job).why, fresh(job).tries) == ("failed", 2, running.FAILED, 3)
    assert written() == names(2)


def test_part_that_fails_twice_is_done_once():
    job, times = a_job(), iter([fails, fails, passes])
    at_part(1, lambda: next(times)())
    work_off()
    assert (*stand(job), fresh(job).tries) == ("done", 6, 0)
    assert written() == names(6)


def test_failures_of_several_parts_do_not_add_up():
    job, times = a_job(total=8), cycle([fails, passes])
    Trouble.comes = lambda part: next(times)()
    work_off()
    assert stand(job) == ("done", 8)


def test_failed_job_goes_on_behind_what_was_done():
    job = a_job()
    at_part(1, fails)
    work_off()
    Trouble.comes = lambda part: None
    assert running.resume(job)
    assert (fresh(job).state, fresh(job).why, fresh(job).tries, fresh(job).ended_at) == ("waiting", "", 0, None)
    work_off()
    assert stand(job) == ("done", 6)
    assert written() == names(6)


def test_log_of_a_failure_names_nobody(caplog):
    a_job()
    at_part(0, fails)
    work_off()
    lines = "".join(PrivateFormatter("{message}", style="{").format(record) for record in caplog.records)
    assert ["ValueError" in lines, "Siti" in lines, "0812" in lines] == [True, False, False]


def test_work_that_is_not_there_fails_in_words():
    job = a_job()
    Job.objects.update(work=HERE + "gone")
    work_off()
    assert (fresh(job).state, fresh(job).why) == ("failed", running.FAILED)


@pytest.mark.django_db(transaction=True)
def test_mishap_behind_the_part_does_not_do_it_again():
    """A message on commit that cannot go leaves the part done."""
    job = a_job()
    at_part(1, lambda: transaction.on_commit(fails))
    work_off()
    assert (stand(job), written()) == (("done", 6), names(6))


# ---- Stopping -------------------------------------------------------------------------------------


def test_job_that_has_not_begun_stops_at_once():
    job = a_job()
    running.stop(job, author=job.author, at=NOON)
    assert (fresh(job).state, fresh(job).ended_at) == ("stopped", NOON)
    work_off()
    assert (stand(job), written()) == (("stopped", 0), [])


def test_job_in_hand_stops_behind_its_part():
    job = a_job()
    at_part(1, lambda: running.stop(job, author=job.author, at=NOON))
    work_off()
    assert (*stand(job), fresh(job).lease_until) == ("stopped", 4, None)
    assert written() == names(4)


def test_stopped_job_goes_on_behind_what_was_done():
    job = a_job()
    at_part(1, lambda: running.stop(job, author=job.author, at=NOON))
    work_off()
    Trouble.comes = lambda part: None
    assert running.resume(job)
    work_off()
    assert (*stand(job), fresh(job).stop_asked_at) == ("done", 6, None)
    assert written() == names(6)


def test_who_asks_to_stop_second_changes_nothing():
    job, other = a_job(), UserFactory()

    def both_stop() -> None:
        running.stop(job, author=job.author, at=NOON)
        running.stop(job, author=other, at=NOON)

    at_part(0, both_stop)
    work_off()
    assert fresh(job).stop_asked_by == job.author


def test_stop_after_the_end_changes_nothing():
    job = a_job()
    work_off()
    running.stop(job, author=job.author, at=NOON)
    assert (fresh(job).state, fresh(job).stop_asked_at) == ("done", None)


def test_stop_asked_of_a_killed_worker_is_heard_by_the_next(clock):
    job = a_job()
    at_part(1, kill)
    with pytest.raises(Killed):
        work_off()
    running.stop(job, author=job.author, at=NOON)
    clock.shift(running.LEASE)
    running.take_up_abandoned(timezone.now())
    work_off()
    assert (stand(job), written()) == (("stopped", 2), names(2))


@pytest.mark.parametrize("state", ["waiting", "running", "done"])
def test_what_was_not_ended_early_is_not_taken_up(state):
    job = a_job()
    if state != "waiting":
        at_part(1, lambda: asked.append(running.resume(job)) if state == "running" else None)
        asked: list[bool] = []
        work_off()
        assert asked == ([False] if state == "running" else [])
    assert not running.resume(job)
    assert ready() == (1 if state == "waiting" else 0)


# ---- Workers that end -----------------------------------------------------------------------------


def test_worker_that_is_told_to_end_hands_over_behind_a_part():
    job = a_job()
    running.carry_out(job.pk, lambda: True)
    assert (*stand(job), fresh(job).lease_until, ready()) == ("waiting", 2, None, 2)
    work_off()
    assert written() == names(6)


def test_task_hears_that_its_worker_is_told_to_end():
    job = a_job()
    at_part(1, running.ending.set)
    running.carry_out_job.call(str(job.pk))
    assert stand(job) == ("waiting", 4)


def test_killed_part_leaves_nothing_and_is_done_by_the_next(clock):
    job = a_job()
    at_part(1, kill)
    with pytest.raises(Killed):
        work_off()
    assert (*stand(job), written()) == ("running", 2, names(2))
    Trouble.comes = lambda part: None
    clock.shift(running.LEASE)
    assert running.take_up_abandoned(timezone.now()) == 1
    work_off()
    assert (stand(job), written(), fresh(job).started_at) == (("done", 6), names(6), NOON)


def test_lease_is_two_minutes_from_the_last_part(clock):
    job = a_job()
    at_part(1, lambda: clock.shift(60))
    running.carry_out(job.pk, lambda: fresh(job).done == 4)
    Job.objects.filter(pk=job.pk).update(state="running", lease_until=timezone.now())
    at_part(2, kill)
    with pytest.raises(Killed):
        running.carry_out(job.pk)
    assert fresh(job).lease_until == timezone.now() + timedelta(minutes=2)


def test_job_of_a_worker_that_was_just_heard_of_is_left_to_it(clock):
    job = a_job()
    at_part(1, kill)
    with pytest.raises(Killed):
        work_off()
    clock.shift(running.LEASE - timedelta(seconds=1))
    assert running.take_up_abandoned(timezone.now()) == 0
    running.carry_out(job.pk)
    assert stand(job) == ("running", 2)


def test_part_that_kills_its_worker_is_given_up(clock):
    job = a_job()
    at_part(1, kill)
    for _ in range(running.MOST_TRIES):
        with pytest.raises(Killed):
            work_off()
        clock.shift(running.LEASE)
        running.take_up_abandoned(timezone.now())
    work_off()
    assert (*stand(job), fresh(job).why) == ("failed", 2, running.KILLED)
    assert running.take_up_abandoned(timezone.now()) == 0


def test_kills_at_several_parts_do_not_add_up(clock):
    job, seen = a_job(total=10), set[int]()

    def once(part: int) -> None:
        if part not in seen:
            seen.add(part)
            raise Killed

    Trouble.comes = once
    for _ in range(6):
        with pytest.raises(Killed):
            work_off()
        clock.shift(running.LEASE)
        running.take_up_abandoned(timezone.now())
    work_off()
    assert (stand(job), written()) == (("done", 10), names(10))


def test_lost_task_is_asked_for_again_once():
    a_job()
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)  # a worker took it and was killed before anything
    assert [running.take_up_abandoned(NOON), running.take_up_abandoned(NOON), ready()] == [1, 0, 1]


def test_abandoned_job_is_asked_for_once_while_workers_are_busy(clock):
    job = a_job()
    at_part(1, kill)
    with pytest.raises(Killed):
        work_off()
    clock.shift(running.LEASE)
    assert [running.take_up_abandoned(timezone.now()) for _ in range(3)] == [1, 0, 0]
    assert fresh(job).tries == 0


@contextmanager
def killed_at_line(number: int) -> Iterator[list[int]]:
    """Whoever comes to that many lines of running.py is killed there; how many were come to is handed back.

    A line ``with`` is left out: its end is traced as well, and a kill there would skip what a rollback does.
    """
    reached = [0]

    def trace(frame: FrameType, event: str, argument: object):
        if frame.f_code.co_filename != running.__file__:
            return None
        if event == "line" and not getline(running.__file__, frame.f_lineno).lstrip().startswith("with "):
            reached[0] += 1
            if reached[0] == number:
                raise Killed
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield reached
    finally:
        sys.settrace(before)


def test_killed_in_any_line_each_part_is_done_once(clock):
    number, lines = 0, 1
    while number < lines:
        number += 1
        job, told_to_end = a_job(), cycle([False, True]).__next__  # behind each second part
        with killed_at_line(number) as reached, suppress(Killed):
            work_off(told_to_end)
        clock.shift(running.LEASE)
        running.take_up_abandoned(timezone.now())
        work_off()
        assert (stand(job), written(), fresh(job).outcome["names"]) == (("done", 6), names(6), [*range(6)]), number
        Ormas.objects.all().delete()
        lines = reached[0] + 1 if reached[0] == number else 0
    assert number > 50


# ---- Two at once ----------------------------------------------------------------------------------


class Gate:
    """A part that waits in the middle until it is let through."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self.open.wait(10)


@pytest.mark.django_db(transaction=True)
def test_of_two_takers_one_does_the_work():
    job = a_job(total=12)
    at_once([lambda: running.carry_out(job.pk)] * 4)
    assert (stand(job), written()) == (("done", 12), names(12))


@pytest.mark.django_db(transaction=True)
def test_clerk_who_stops_a_long_part_does_not_wait_for_it():
    job, gate = a_job(), Gate()
    at_part(1, gate)

    def stops() -> tuple[str, bool]:
        assert gate.reached.wait(10)
        running.stop(job, author=job.author, at=NOON)
        try:
            return fresh(job).state, fresh(job).stop_asked_at == NOON
        finally:
            gate.open.set()

    assert at_once([lambda: running.carry_out(job.pk), stops])[1] == ("running", True)
    assert (stand(job), written()) == (("stopped", 4), names(4))


@pytest.mark.django_db(transaction=True)
def test_stop_asked_during_the_last_part_finds_the_job_done_or_stopped():
    job, gate = a_job(total=2), Gate()
    at_part(0, gate)

    def stops() -> None:
        assert gate.reached.wait(10)
        running.stop(job, author=job.author, at=NOON)
        gate.open.set()

    at_once([lambda: running.carry_out(job.pk), stops])
    assert (stand(job), written()) == (("stopped", 2), names(2))


@pytest.mark.django_db(transaction=True)
def test_part_that_outlasts_its_lease_is_not_done_by_a_second():
    """Slow is not dead: the second worker leaves at once, and the first's tries are not counted."""
    job, gate = a_job(), Gate()
    at_part(1, gate)

    def second() -> list[tuple[str, int]]:
        assert gate.reached.wait(10)
        Job.objects.filter(pk=job.pk).update(lease_until=NOON)
        try:
            for _ in range(5):
                running.take_up_abandoned(NOON)
                running.carry_out(job.pk)
            return [(fresh(job).state, fresh(job).tries)]
        finally:
            gate.open.set()

    assert at_once([lambda: running.carry_out(job.pk), second])[1] == [("running", 0)]
    assert (stand(job), written()) == (("done", 6), names(6))


@pytest.mark.django_db(transaction=True)
def test_worker_that_was_away_between_two_parts_leaves_the_job_to_the_other():
    """Its lease is over and another has the job: whatever the first does then, no part is done twice."""
    job = a_job(total=12)
    running.carry_out(job.pk, lambda: True)
    Job.objects.update(state="running", lease_until=NOON)

    def first() -> None:
        while running._go_on(job.pk):
            pass

    at_once([first, lambda: running.carry_out(job.pk), lambda: running.carry_out(job.pk)])
    assert written()[: fresh(job).done] == names(12)[: fresh(job).done]
    Job.objects.filter(state="running").update(lease_until=NOON)
    running.carry_out(job.pk)
    assert (stand(job), written()) == (("done", 12), names(12))


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_is_one_job():
    key, author = uuid.uuid4(), UserFactory()
    assert at_once([lambda: a_job(key=key, author=author).pk] * 3) == [key] * 3
    assert (Job.objects.count(), ready()) == (1, 1)
