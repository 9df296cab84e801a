"""What waits to be read, and the one long act of a batch that reads it: joined by whoever sends more meanwhile.

Whoever adds something, or finds that nothing is left, stands in the batch's *door* while they look. So nothing comes in
between that look and the end of the act, and no picture waits for a reader that has just gone. In the door one may take
the rows of scans, never the other way round.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F, QuerySet
from django.urls import reverse

from pelatihan.jobs import running
from pelatihan.models import Angkatan, Job, SheetScan, SheetUpload
from pelatihan.models.job import JobQuerySet

WORK = "pelatihan.scans.reading_job.part"
TITLE = "Membaca lembar bertanda tangan"


@dataclass(frozen=True)
class Progress:
    """How far the reading of a batch is, in pages; a file that nobody has looked into counts as one."""

    total: int
    done: int
    is_open: bool
    is_stopping: bool
    can_resume: bool  # it stopped or failed, and something waits
    why: str


def stand_in_door(angkatan: Angkatan) -> None:
    """One after the other, until the transaction ends."""
    _lock(f"sheets in {angkatan.pk}")


def read_alone(angkatan: Angkatan) -> None:
    """Nobody else reads of this batch until the transaction ends."""
    _lock(f"sheets read {angkatan.pk}")


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def uncut(angkatan: Angkatan) -> QuerySet[SheetUpload]:
    """Files into which nobody has looked yet, in the order they came."""
    return angkatan.uploads.filter(pages=0, fault="").order_by("at", "pk")


def unread(angkatan: Angkatan) -> QuerySet[SheetScan]:
    """Pages that are to be read, in the order they came."""
    return angkatan.scans.waiting().order_by("upload__at", "upload", "number")


def left(angkatan: Angkatan) -> int:
    """How many pages wait."""
    return uncut(angkatan).count() + unread(angkatan).count()


def join(angkatan: Angkatan, *, more: int, by: User) -> Job:
    """The act that will read what was just added: the one at work, or a new one. In the door.

    :param more: pages that were added
    """
    job = _open(angkatan)
    if job is None:
        return running.start(
            WORK, key=uuid.uuid4(), author=by, title=TITLE, total=max(1, left(angkatan)),
            plan={"angkatan": angkatan.pk}, shown_at=reverse("sheets", args=[angkatan.slug]),
        )  # fmt: skip
    Job.objects.filter(pk=job.pk).update(total=F("total") + more)
    return job


def _of(angkatan: Angkatan) -> JobQuerySet:
    return Job.objects.filter(work=WORK, plan__angkatan=angkatan.pk)


def _open(angkatan: Angkatan) -> Job | None:
    """At work, or waiting for a worker; not one that somebody asked to stop."""
    return _of(angkatan).open().filter(stop_asked_at=None).first()


# ---- For whoever looks on --------------------------------------------------------------------------


def progress(angkatan: Angkatan) -> Progress | None:
    """None when nothing is read and nothing waits. Three queries."""
    job, still = _of(angkatan).first(), left(angkatan)
    if job is None or not (job.is_open or still):
        return None
    return Progress(
        total=job.done + still if job.is_open else still, done=job.done if job.is_open else 0, is_open=job.is_open,
        is_stopping=job.is_open and job.stop_asked_at is not None, can_resume=not job.is_open, why=job.why,
    )  # fmt: skip


def stop(angkatan: Angkatan, *, by: User, at: datetime) -> None:
    """Behind the pages that are in hand; the others wait."""
    for job in _of(angkatan).open():
        running.stop(job, author=by, at=at)


def resume(angkatan: Angkatan, *, by: User) -> bool:
    """Read on what was left; whether anything was. In a transaction."""
    stand_in_door(angkatan)
    if not left(angkatan):
        return False
    join(angkatan, more=0, by=by)
    return True
