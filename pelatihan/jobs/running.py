"""Long acts: put in the queue once, carried out part by part, stopped between two parts, taken up again after a kill.

A *work* is a function ``(job) -> int`` named by its dotted path. It does the next part of what ``job.plan`` says and
returns of how many rows; 0 means that nothing is left. It runs inside a transaction with the job's own row locked, and
may change ``job.outcome`` and ``job.plan``: what it wrote and how far it got are kept together or not at all. So a
worker that is killed leaves a whole part done or not done, and whoever takes the job up again goes on behind it.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.tasks import task
from django.utils import timezone
from django.utils.module_loading import import_string

from pelatihan.models import Job

type Work = Callable[[Job], int]

LEASE = timedelta(minutes=2)  # longer than any part takes
MOST_TRIES = 3  # of one part
FAILED = (
    "Pekerjaan ini berhenti karena galat pada program. Bagian yang sudah selesai tetap tersimpan."
    " Coba lanjutkan; bila gagal lagi, hubungi pengelola situs."
)
KILLED = (
    "Pekerjaan ini beberapa kali terhenti di tengah jalan, mungkin karena memorinya kurang. Bagian yang sudah selesai"
    " tetap tersimpan. Coba lanjutkan; bila gagal lagi, hubungi pengelola situs."
)

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
    carry_out(key)


def carry_out(key: uuid.UUID | str, is_ending: Callable[[], bool] = lambda: False) -> None:
    """Do what is left of a job, part by part, unless somebody else has it in hand."""
    if not _take(key, timezone.now()):
        return
    while _go_on(key):
        if is_ending():
            _let_go(key)
            return


def _take(key: uuid.UUID | str, at: datetime) -> bool:
    """Whether the job is one's own now. At whose part one worker after the other dies is given up."""
    waiting, abandoned = Job.objects.filter(pk=key, state=Job.State.WAITING), Job.objects.abandoned(at).filter(pk=key)
    held = {"state": Job.State.RUNNING, "lease_until": at + LEASE}
    if abandoned.filter(tries__gte=MOST_TRIES - 1).update(
        state=Job.State.FAILED, lease_until=None, ended_at=at, why=KILLED
    ):
        return False
    if not (waiting.update(**held) or abandoned.update(**held, tries=F("tries") + 1)):
        return False
    Job.objects.filter(pk=key, started_at=None).update(started_at=at)
    return True


def _let_go(key: uuid.UUID | str) -> None:
    """A worker that is told to end hands the rest to the next one."""
    if Job.objects.filter(pk=key, state=Job.State.RUNNING).update(state=Job.State.WAITING, lease_until=None):
        enqueue(Job.objects.get(pk=key))


def _go_on(key: uuid.UUID | str) -> bool:
    """One part; whether there is more to do."""
    try:
        with transaction.atomic():
            job = Job.objects.select_for_update().get(pk=key)
            if job.state != Job.State.RUNNING:
                return False
            if job.stop_asked_at:
                _end(job, Job.State.STOPPED)
                return False
            work: Work = import_string(job.work)
            count = work(job)
            job.done = min(job.done + count, job.total)
            job.lease_until, job.tries = timezone.now() + LEASE, 0
            if count == 0:
                job.done = job.total
                _end(job, Job.State.DONE)
                return False
            job.save()
            return True
    except Exception as problem:
        logger.warning("Part of a job failed: %s", type(problem).__name__)  # its words may hold personal data
        return _failed(key)


def _end(job: Job, state: Job.State, why: str = "") -> None:
    job.state, job.ended_at, job.lease_until, job.why = state, timezone.now(), None, why
    job.save()


def _failed(key: uuid.UUID | str) -> bool:
    """A part that failed is tried again; after some times the job is given up, what was done stays."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=key)
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
        current = Job.objects.select_for_update().get(pk=job.pk)
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
    """Jobs whose worker was killed get another one; how many."""
    abandoned = list(Job.objects.abandoned(at))
    for job in abandoned:
        enqueue(job)
    return len(abandoned)
