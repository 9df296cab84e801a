"""What a worker does with the queue: answers it, hands over, forgets; whoever is killed. (Parts: test_running.py.)"""

import os
import signal
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from pelatihan.jobs import running, tasks
from pelatihan.lifecycle import Status
from pelatihan.messaging import working
from pelatihan.models import Guest, Job
from tests.factories import NOON, AngkatanFactory, UserFactory, a_registration
from tests.pelatihan.messaging.server import database_url

ROOT = Path(__file__).resolve().parents[3]
HERE = "tests.pelatihan.jobs.test_tasks."
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOON, tick=False):
        yield


# ---- Works ---------------------------------------------------------------------------------------


def tens(job: Job) -> int:
    """Writes ten rows a time, and where it is."""
    count = min(10, job.total - job.outcome.get("written", 0))
    batch = job.plan["batch"]
    Guest.objects.bulk_create(
        [Guest(angkatan_id=batch, name=f"Tamu {number}", category="invited") for number in range(count)]
    )
    job.outcome["written"] = job.outcome.get("written", 0) + count
    return count


def breaks_at_thirty(job: Job) -> int:
    """Writes, and then breaks."""
    count = tens(job)
    if job.outcome["written"] > 30:
        raise ValueError("Siti Rahmawati, 0812")
    return count


def breaks_once(job: Job) -> int:
    if job.tries == 0 and job.done == 10:
        tens(job)
        raise ValueError
    return tens(job)


def dies_at_twenty(job: Job) -> int:
    """Its process is killed when the second part is written, but not yet kept."""
    count = tens(job)
    if job.outcome["written"] == 20:
        os.kill(os.getpid(), signal.SIGKILL)
    return count


def started(work: str = "tens", total: int = 50, **fields) -> Job:
    given: dict[str, Any] = {"plan": {"batch": AngkatanFactory().pk}, "title": "Uji", "author": UserFactory()} | fields
    return running.start(HERE + work, key=given.pop("key", uuid.uuid4()), total=total, **given)


def stand(job: Job) -> tuple[str, int, int]:
    """Its state, how far it says it is, and how many rows were written."""
    job.refresh_from_db()
    return job.state, job.done, Guest.objects.count()


# ---- From the queue to the end -------------------------------------------------------------------


def test_job_is_carried_out_part_by_part_and_its_bell_is_gone():
    job = started()

    assert tasks.carry_out_ready() == 1

    assert stand(job) == ("done", 50, 50)
    assert (job.started_at, job.ended_at, job.lease_until) == (NOON, NOON, None)
    assert not DBTaskResult.objects.exists()


def test_same_key_is_one_job_and_asking_twice_carries_it_out_once():
    key = uuid.uuid4()
    first, second = started(key=key), started(key=key, title="Lain")
    running.enqueue(first)

    tasks.carry_out_ready()

    assert (first, second.title) == (second, "Uji")
    assert stand(first) == ("done", 50, 50)


def test_job_of_a_transaction_that_failed_never_was():
    with transaction.atomic():
        started()
        transaction.set_rollback(True)

    assert (Job.objects.count(), tasks.carry_out_ready()) == (0, 0)


def test_lost_bell_is_not_missed():
    job = started()
    DBTaskResult.objects.all().delete()

    tasks.carry_out_ready()

    assert stand(job) == ("done", 50, 50)


def test_oldest_comes_first_and_all_are_carried_out():
    jobs = [started() for _ in range(3)]

    assert tasks.carry_out_ready() == 3
    assert {stand(job)[0] for job in jobs} == {"done"}


def test_task_that_is_none_of_ours_any_more_stops_nobody(caplog):
    job = started()
    DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}}, task_path="pelatihan.gone", backend_name="default", run_after=NOON
    )

    tasks.carry_out_ready()

    assert stand(job)[0] == "done"
    assert not DBTaskResult.objects.exists()
    assert "A task failed" in caplog.text


def test_rows_of_killed_workers_are_forgotten_after_a_day():
    started()
    DBTaskResult.objects.update(status="RUNNING", started_at=NOON - timedelta(days=1, seconds=1))
    started()

    assert tasks.forget_old(NOON) == 1
    assert DBTaskResult.objects.count() == 1


# ---- What breaks ---------------------------------------------------------------------------------


def test_part_that_breaks_leaves_nothing_and_is_tried_three_times():
    job = started("breaks_at_thirty")

    tasks.carry_out_ready()

    assert stand(job) == ("failed", 30, 30)
    assert job.why == running.FAILED


def test_part_that_breaks_once_is_done_the_second_time():
    job = started("breaks_once")

    tasks.carry_out_ready()

    assert stand(job) == ("done", 50, 50)


def test_failed_job_goes_on_where_it_was():
    job = started("breaks_at_thirty")
    tasks.carry_out_ready()
    Job.objects.update(work=HERE + "tens")

    assert [running.resume(job), running.resume(job)] == [True, False]
    tasks.carry_out_ready()

    assert stand(job) == ("done", 50, 50)


# ---- Stopped, told to end ------------------------------------------------------------------------


def test_stopping_waits_for_the_part_in_hand():
    job, clerk = started(), UserFactory()
    running._take(job.pk, NOON)
    running._go_on(job.pk)

    running.stop(job, author=clerk, at=NOON)
    running.stop(job, author=UserFactory(), at=NOON + timedelta(minutes=1))

    assert running._go_on(job.pk) is False
    assert stand(job) == ("stopped", 10, 10)
    assert job.stop_asked_by == clerk


def test_what_has_ended_is_not_stopped_any_more():
    job = started()
    tasks.carry_out_ready()

    running.stop(job, author=UserFactory(), at=NOON)

    assert stand(job)[0] == "done"
    assert job.stop_asked_at is None


def test_worker_told_to_end_hands_over_between_two_parts():
    job = started()

    ends = iter([False])
    assert tasks.carry_out_ready(lambda: next(ends, True)) == 1
    assert stand(job) == ("waiting", 10, 10)
    assert DBTaskResult.objects.count() == 1

    tasks.carry_out_ready()
    assert stand(job) == ("done", 50, 50)


def test_long_act_holds_up_no_letter_and_goes_on(monkeypatch):
    """A turn is over at once: the letter that came due meanwhile goes before the next part."""
    monkeypatch.setattr(working, "TURN_SECONDS", 0.0)
    monkeypatch.setattr(working.outbox, "send_due", lambda is_ending, real=working.outbox.send_due: real())
    job = started()
    a_registration(AngkatanFactory(), Status.SUBMITTED, email="siti@contoh.id")

    turns = iter([False, False, False, True])
    working.work(lambda: next(turns, True))

    assert len(mail.outbox) == 1
    assert stand(job)[0] in {"waiting", "done"}


# ---- Two at once, and killed ---------------------------------------------------------------------


def test_job_in_hand_is_nobody_elses_until_its_time_is_over():
    job = started()
    assert running._take(job.pk, NOON)
    assert tasks.carry_out_ready() == 0  # the bell rings in vain
    assert stand(job) == ("running", 0, 0)

    with time_machine.travel(NOON + running.LEASE - timedelta(seconds=1), tick=False) as clock:
        assert tasks.carry_out_ready() == 0
        clock.shift(1)
        assert tasks.carry_out_ready() == 1

    assert stand(job) == ("done", 50, 50)


def test_job_at_which_three_workers_died_is_given_up():
    job = started()
    with time_machine.travel(NOON, tick=False) as clock:
        taken = []
        for _ in range(3):
            taken.append(running._take(job.pk, timezone.now()))
            clock.shift(running.LEASE)
        tasks.carry_out_ready()

    assert taken == [True, True, True]
    assert stand(job) == ("failed", 0, 0)
    assert job.why == running.KILLED


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_no_part_twice():
    jobs = [started() for _ in range(4)]

    def work(_: int) -> None:
        try:
            working.work()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    working.work()

    assert {job.state for job in Job.objects.all()} == {"done"}
    assert stand(jobs[0])[2] == 200


DIES = """
import django, sys
sys.path.insert(0, ".")
django.setup()
from pelatihan.jobs import tasks
tasks.carry_out_ready()
"""


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_a_part_loses_that_part_alone_and_the_next_worker_goes_on():
    job = started("dies_at_twenty")
    DBTaskResult.objects.update(run_after=NOON)
    ours = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "pelatihan.settings"}
    killed = subprocess.run([sys.executable, "-c", DIES], cwd=ROOT, env=os.environ | ours, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert stand(job) == ("running", 10, 10)
    Job.objects.update(work=HERE + "tens")
    with time_machine.travel(job.lease_until, tick=False):
        assert working.work() == 1
    assert stand(job) == ("done", 50, 50)


def test_job_that_another_worker_has_in_hand_for_long_is_left_to_it_without_haste(monkeypatch):
    """Its lease is over, but it is at its part: whoever is woken ends, and does not ask on and on."""
    job = started()
    running._take(job.pk, NOON)
    Job.objects.filter(pk=job.pk).update(lease_until=NOON - timedelta(seconds=1))
    monkeypatch.setattr(running, "_alone", lambda *_args, **_options: False)

    assert working.work() == 0
    assert stand(job)[0] == "running"
