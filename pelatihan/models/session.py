"""One row of the rundown; some take attendance."""

from datetime import date, datetime, timedelta
from typing import Self

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.timezone import localdate

from ormas import names
from pelatihan import dates
from pelatihan.models.angkatan import Angkatan

MINUTES_A_JP = 45
OUTSIDE = "outside"  # the days of its batch


class _Span(Func):
    """The half-open span of time that a session fills."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class SessionQuerySet(models.QuerySet["Session"]):
    """What one asks about many sessions."""

    def taking_attendance(self) -> Self:
        return self.filter(takes_attendance=True)

    def in_time_order(self) -> Self:
        return self.order_by("starts_at", "pk")

    def with_attendance(self) -> Self:
        """Those in which somebody's attendance counts or once counted: what is recorded of them is never deleted."""
        happened = apps.get_model("pelatihan", "AttendanceEvent").objects  # its module stands on this one
        return self.filter(Exists(happened.filter(session=OuterRef("pk"))))


class Session(models.Model):
    """A span of time with a title. It opens for check-in by the clock, and closes only when somebody closes it."""

    class Kind(models.TextChoices):
        MATERIAL = "materi", "Materi"
        DISCUSSION = "diskusi", "Diskusi"
        CEREMONY = "seremoni", "Seremoni"
        LOGISTICS = "logistik", "Logistik"

    angkatan = models.ForeignKey(Angkatan, on_delete=models.CASCADE, related_name="sessions", verbose_name="angkatan")
    title = models.CharField("judul", max_length=250, validators=[names.check_text])
    kind = models.CharField("jenis", max_length=10, choices=Kind, default=Kind.MATERIAL)
    starts_at = models.DateTimeField("mulai")
    ends_at = models.DateTimeField("selesai")
    takes_attendance = models.BooleanField("pakai daftar hadir", default=True)
    speaker = models.CharField(
        "narasumber/penanggung jawab",
        max_length=250,
        blank=True,
        help_text="Lembaga atau jabatan, bukan nama orang.",
        validators=[names.check_text],
    )
    room = models.CharField("ruang", max_length=80, blank=True, validators=[names.check_text])
    own_jp = models.PositiveSmallIntegerField(
        "JP", null=True, blank=True, help_text="Kosong: dihitung, 1 JP = 45 menit."
    )
    self_check_in = models.BooleanField(
        "hadir lewat kode ruangan",
        default=False,
        db_default=False,
        help_text="Peserta memindai kode di layar ruangan dan mencatat kehadirannya sendiri.",
    )
    closed_at = models.DateTimeField("sesi ditutup", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name="ditutup oleh",
    )  # fmt: skip

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "sesi"
        verbose_name_plural = "sesi"
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="Sesi harus selesai setelah mulai.",
            ),
            models.CheckConstraint(
                name="session_kind_is_known", condition=Q(kind__in=["materi", "diskusi", "seremoni", "logistik"])
            ),
            models.CheckConstraint(
                name="room_code_needs_attendance",
                condition=Q(self_check_in=False) | Q(takes_attendance=True),
                violation_error_message="Kode ruangan hanya untuk sesi yang memakai daftar hadir.",
            ),
            models.CheckConstraint(
                name="only_a_closed_session_was_closed_by_somebody",
                condition=Q(closed_by=None) | Q(closed_at__isnull=False),
            ),
            ExclusionConstraint(
                name="one_session_a_room_at_a_time",
                expressions=[
                    (F("angkatan"), RangeOperators.EQUAL),
                    (F("room"), RangeOperators.EQUAL),
                    (_Span("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=~Q(room=""),
                deferrable=models.Deferrable.IMMEDIATE,  # two sessions that swap their times overlap in between
                violation_error_message="Ruang ini sudah dipakai sesi lain pada waktu yang sama.",
            ),
        ]
        indexes = [models.Index(fields=["angkatan", "starts_at"], name="session_in_time_order")]

    def __str__(self) -> str:
        return f"{dates.plain_date(self.starts_at)} {self.times}: {self.title}"

    def clean(self) -> None:
        batch = self._state.fields_cache.get("angkatan") or (self.angkatan if self.angkatan_id else None)
        if not (self.starts_at and batch and batch.starts_on and batch.ends_on) or batch.ends_on < batch.starts_on:
            return  # without days there is nothing to compare with, and days in the wrong order are said of the batch
        if not batch.starts_on <= localdate(self.starts_at) <= batch.ends_on:
            raise ValidationError({"starts_at": ValidationError(f"Sesi harus pada {batch.date_range}.", code=OUTSIDE)})

    @property
    def day(self) -> date:
        return localdate(self.starts_at)

    @property
    def last_day(self) -> date:
        """The day after for a session that goes on past midnight."""
        return localdate(self.ends_at - timedelta(microseconds=1))

    @property
    def times(self) -> str:
        """``08.00–09.30``."""
        return dates.clock_range(self.starts_at, self.ends_at)

    @property
    def jp(self) -> int:
        """Teaching hours of 45 minutes; only teaching sessions have any unless staff say otherwise."""
        if self.own_jp is not None:
            return self.own_jp
        if self.kind not in {self.Kind.MATERIAL, self.Kind.DISCUSSION}:
            return 0
        return int((self.ends_at - self.starts_at).total_seconds()) // (MINUTES_A_JP * 60)

    @property
    def opens_at(self) -> datetime:
        return self.starts_at - timedelta(minutes=self.angkatan.open_minutes)

    @property
    def late_from(self) -> datetime:
        """From this moment on who comes in is late."""
        return self.starts_at + timedelta(minutes=self.angkatan.late_minutes)

    def is_running(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at

    def is_over(self, at: datetime) -> bool:
        """Ended by the clock or closed by somebody. Until it is closed, whoever still comes counts as late."""
        return self.closed_at is not None or at >= self.ends_at

    def is_open(self, at: datetime) -> bool:
        """Whether its doors stand open: from some time before the start until it is over."""
        return self.opens_at <= at and not self.is_over(at)
