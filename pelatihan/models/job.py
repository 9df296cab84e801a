"""A long act that a worker carries out part by part: how far it is, and how it ended."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

_OPEN = ["waiting", "running"]


class JobQuerySet(models.QuerySet["Job"]):
    """What one asks about many jobs."""

    def open(self) -> Self:
        """Waiting for a worker, or in its hands."""
        return self.filter(state__in=_OPEN)

    def abandoned(self, at: datetime) -> Self:
        """Whose worker has not been heard of for as long as it promised."""
        return self.filter(state=Job.State.RUNNING, lease_until__lte=at)

    def without_worker(self, at: datetime) -> Self:
        """Waiting for a worker, or left by one."""
        return self.filter(Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, lease_until__lte=at))


class Job(models.Model):
    """Each part is done in one transaction with its figures here, so a worker that is killed has done it or not.

    ``work`` names the function that does the next part (``jobs.running``); ``plan`` is what it has to do, ``outcome``
    what it notes on the way. Neither holds names or numbers of people: ids only.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu giliran"
        RUNNING = "running", "Berjalan"
        DONE = "done", "Selesai"
        STOPPED = "stopped", "Dihentikan"
        FAILED = "failed", "Gagal"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # of the page: pressed twice is once
    title = models.CharField("pekerjaan", max_length=200)
    work = models.CharField("bagian program", max_length=120)
    plan = models.JSONField("rencana", default=dict)
    outcome = models.JSONField("hasil", default=dict)
    shown_at = models.CharField("halaman hasil", max_length=200, blank=True)  # address of this site
    state = models.CharField("keadaan", max_length=8, choices=State, default=State.WAITING, db_default="waiting")
    total = models.PositiveIntegerField("jumlah", default=0)
    done = models.PositiveIntegerField("sudah", default=0, db_default=0)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="petugas"
    )
    created_at = models.DateTimeField("dibuat")
    started_at = models.DateTimeField("mulai", null=True, blank=True)
    ended_at = models.DateTimeField("selesai pada", null=True, blank=True)
    lease_until = models.DateTimeField("dipegang sampai", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("gagal berturut-turut", default=0, db_default=0)
    why = models.CharField("sebab", max_length=300, blank=True, default="", db_default="")
    stop_asked_at = models.DateTimeField("diminta berhenti", null=True, blank=True)
    stop_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="dihentikan oleh",
    )  # fmt: skip

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "pekerjaan panjang"
        verbose_name_plural = "pekerjaan panjang"
        ordering = ["-created_at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="job_state_is_known", condition=Q(state__in=["waiting", "running", "done", "stopped", "failed"])
            ),
            models.CheckConstraint(
                name="running_job_is_held", condition=Q(state="running", lease_until__isnull=False)
                | ~Q(state="running") & Q(lease_until=None),
            ),
            models.CheckConstraint(
                name="ended_job_tells_when", condition=Q(state__in=_OPEN, ended_at=None)
                | ~Q(state__in=_OPEN) & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(name="job_does_no_more_than_planned", condition=Q(done__lte=F("total"))),
            models.CheckConstraint(
                name="stopping_names_its_clerk",
                condition=Q(stop_asked_at=None, stop_asked_by=None)
                | Q(stop_asked_at__isnull=False, stop_asked_by__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["created_at"], name="job_open", condition=Q(state__in=_OPEN)),
            models.Index(fields=["author", "-created_at"], name="job_newest_of_clerk"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in _OPEN

    @property
    def percent(self) -> int:
        """Of what was planned, in whole hundredths, never 100 before it is."""
        return self.done * 100 // self.total if self.total else 100 * (self.state == Job.State.DONE)
