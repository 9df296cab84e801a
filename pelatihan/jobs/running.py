"""Long acts: put in the queue once, carried out part by part, stopped between two parts, taken up again after a kill.

A *work* is a function ``(job) -> int`` named by its dotted path. It does the next part of what ``job.plan`` says and
returns of how many rows; 0 means that nothing is left. It runs inside a transaction, and nobody else does a part of the
same job meanwhile. It may change ``job.outcome``, ``job.plan`` and ``job.total``: what it wrote and how far it got are
kept together or not at all. So a worker that is killed leaves a whole part done or not done, and whoever takes the job
up again goes on behind it.

What keeps two workers apart is an advisory lock and not the job's row: whoever asks it to stop writes to that row and
must not wait until a long part is over. The row is written last, behind all that the work locks; so whoever stops a job
and writes something of its work as well, in one transaction, stops it last.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from pelatihan.models import Job

type Work = Callable[[Job], int]

LEASE = timedelta(minutes=2)  # between two parts; whoever is at a part has it however long that takes
MOST_TRIES = 3  # of one part
FAILED = (
    "Pekerjaan ini berhenti karena galat pada program. Bagian yang sudah selesai tetap tersimpan."
    " Coba lanjutkan; bila gagal lagi, hubungi pengelola situs."
)
KILLED = (
    "Pekerjaan ini beberapa kali terputus di bagian yang sama. Bagian yang sudah selesai tetap tersimpan."
    " Coba lanjutkan; bila terputus lagi, hubungi pengelola situs."
)

ending = threading.Event()  # set by a worker that is told to end
logger = logging.getLogger(__name__)


def start(
    work: str, *, key: uuid.UUID, author: User, title: str, total: int, plan: dict[str, Any], shown_at: str = ""
) -> Job:
    """Queue a long act, in the caller's transaction. The same key again is the same job.

    :param work: dotted path of the function that does the next part
    :param title: what the clerk reads; it names nobody
    :param shown_at: address of the page with the result
    """
    job, is_new = Job.objects.get_or_create(
        pk=key,
        defaults={
            "work": work, "author": author, "title": title, "total": total, "plan": plan, "shown_at": shown_at,
            "created_at": timezone.now(),
        },
    )  # fmt: skip
    if is_new:
        enqueue(job)
    return job


def enqueue(job: Job) -> None:
    """Ask for a worker. Asked twice, the second finds nothing to do."""
    carry_out_job.enqueue(str(job.pk))


@task()
def carry_out_job(key: str) -> None:
    """What a worker is asked to do."""
    carry_out(key, ending.is_set)


def carry_out(key: uuid.UUID | str, is_ending: Callable[[], bool] = lambda: False) -> bool:
    """Do what is left of a job, part by part, unless somebody else has it in hand; whether it was one's own."""
    if not _take(key, timezone.now()):
        return False
    while _go_on(key):
        if is_ending():
            _let_go(key)
            break
    return True


def _alone(key: uuid.UUID | str, *, waiting: bool = True) -> bool:
    """Nobody else is at a part of this job until our transaction ends; without ``waiting``: whether nobody is."""
    lock = "pg_advisory_xact_lock" if waiting else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtextextended(%s, 0))", [f"job {key}"])
        return waiting or bool(cursor.fetchone()[0])


def _take(key: uuid.UUID | str, at: datetime) -> bool:
    """Whether the job is one's own now. One that was killed at the same part too often is given up."""
    with transaction.atomic():
        job = Job.objects.without_worker(at).filter(pk=key).select_for_update(no_key=True).first()
        if job is None or not _alone(key, waiting=False):
            return False
        job.tries += job.state == Job.State.RUNNING
        if job.tries >= MOST_TRIES:
            _end(job, Job.State.FAILED, KILLED)
            return False
        job.state, job.lease_until, job.started_at = Job.State.RUNNING, at + LEASE, job.started_at or at
        job.save(update_fields=["state", "lease_until", "started_at", "tries"])
        return True


def _let_go(key: uuid.UUID | str) -> None:
    """A worker that is told to end hands the rest to the next one."""
    with transaction.atomic():
        if Job.objects.filter(pk=key, state=Job.State.RUNNING).update(state=Job.State.WAITING, lease_until=None):
            enqueue(Job.objects.get(pk=key))


def _go_on(key: uuid.UUID | str) -> bool:
    """One part; whether there is more to do."""
    try:
        with transaction.atomic():
            return _alone(key) and _do_part(Job.objects.get(pk=key))
    except Exception:
        logger.exception("Part of a job failed")  # the formatter leaves out words that may hold personal data
        return _failed(key)


def _do_part(job: Job) -> bool:
    if job.state != Job.State.RUNNING:
        return False
    if job.stop_asked_at:
        _end(job, Job.State.STOPPED)
        return False
    work: Work = import_string(job.work)
    count = work(job)
    job.done, job.tries = (min(job.done + count, job.total) if count else job.total), 0
    job.save(update_fields=["plan", "outcome", "total", "done", "tries"])
    if count == 0:
        _end(job, Job.State.DONE)
        return False
    return bool(Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(lease_until=timezone.now() + LEASE))


def _end(job: Job, state: Job.State, why: str = "") -> None:
    """Only what an end changes: somebody may ask it to stop at this very moment."""
    job.state, job.ended_at, job.lease_until, job.why = state, timezone.now(), None, why
    job.save(update_fields=["state", "ended_at", "lease_until", "why", "tries"])


def _failed(key: uuid.UUID | str) -> bool:
    """A part that failed is tried again; after some times the job is given up, what was done stays."""
    with transaction.atomic():
        job = Job.objects.select_for_update(no_key=True).get(pk=key)
        if job.state != Job.State.RUNNING:
            return False
        job.tries += 1
        if job.tries < MOST_TRIES:
            job.save(update_fields=["tries"])
            return True
        _end(job, Job.State.FAILED, FAILED)
        return False


def stop(job: Job, *, author: User, at: datetime) -> None:
    """Ask it to stop behind the part in hand; one that has not begun stops at once."""
    with transaction.atomic():
        current = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
        if not current.is_open or current.stop_asked_at:
            return
        current.stop_asked_at, current.stop_asked_by = at, author
        current.save(update_fields=["stop_asked_at", "stop_asked_by"])
        if current.state == Job.State.WAITING:
            _end(current, Job.State.STOPPED)


def resume(job: Job) -> bool:
    """Take up again what was stopped or failed; whether there was anything to take up."""
    ended = Job.objects.filter(pk=job.pk, state__in=[Job.State.STOPPED, Job.State.FAILED])
    with transaction.atomic():
        if not ended.update(
            state=Job.State.WAITING, ended_at=None, stop_asked_at=None, stop_asked_by=None, tries=0, why=""
        ):
            return False
        enqueue(Job.objects.get(pk=job.pk))
    return True


def take_up_abandoned(at: datetime) -> int:
    """Jobs whose worker was killed, or whose task got lost with one, are put in the queue again; how many."""
    tasks = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=carry_out_job.module_path)
    queued = {arguments["args"][0] for arguments in tasks.values_list("args_kwargs", flat=True)}
    lost = [job for job in Job.objects.without_worker(at) if str(job.pk) not in queued]
    for job in lost:
        enqueue(job)
    return len(lost)
