"""What delegates and contact persons ask for when they can no longer do it by themselves: staff decide."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast, Length
from django.db.models.lookups import LessThanOrEqual

from ormas.models import Ormas
from pelatihan.lifecycle import Role
from pelatihan.models.registration import Registration

MOST_LETTERS = 4000  # of the JSON columns as text


class ChangeRequest(models.Model):
    """One wish about one registration: put right what is printed, send somebody else, let go. Nothing of the
    registration changes until staff grant it.

    ``changes`` holds ``{field: [old, new]}`` of what is to be put right (``Correction.Field``; of an organisation the
    names, and ``ormas`` is the new one); ``person`` the fields of ``Person`` of who comes instead, blanked once it
    waits no more.
    """

    class Kind(models.TextChoices):
        CORRECT = "correct", "Pembetulan"
        REPLACE = "replace", "Ganti utusan"
        CANCEL = "cancel", "Pembatalan"

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu keputusan"
        GRANTED = "granted", "Disetujui"
        REFUSED = "refused", "Tidak disetujui"
        WITHDRAWN = "withdrawn", "Ditarik kembali"
        LAPSED = "lapsed", "Tidak berlaku lagi"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # of the page: pressed twice is once
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="requests", verbose_name="pendaftaran"
    )
    kind = models.CharField("permintaan", max_length=8, choices=Kind)
    state = models.CharField("keadaan", max_length=10, choices=State, default=State.WAITING)
    role = models.CharField("oleh", max_length=10, choices=Role)
    reason = models.CharField("alasan", max_length=300, blank=True)
    asked_at = models.DateTimeField("waktu")
    changes = models.JSONField("pembetulan", default=dict, blank=True)
    ormas = models.ForeignKey(
        Ormas, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ormas baru"
    )
    person = models.JSONField("pengganti", default=dict, blank=True)
    reserve = models.ForeignKey(
        Registration, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="cadangan yang maju",
    )  # fmt: skip
    granted = ArrayField(models.CharField(max_length=20), verbose_name="yang disetujui", default=list, blank=True)
    note = models.CharField("jawaban", max_length=500, blank=True)
    decided_at = models.DateTimeField("diputuskan", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="petugas",
    )  # fmt: skip

    class Meta:
        verbose_name = "permintaan"
        verbose_name_plural = "permintaan"
        ordering = ["asked_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "kind"], condition=Q(state="waiting"), name="one_waiting_request_a_kind"
            ),
            models.CheckConstraint(
                name="request_is_decided_when_it_waits_no_more",
                condition=Q(state="waiting", decided_at=None) | ~Q(state="waiting") & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="answer_to_a_request_names_its_clerk",
                condition=~Q(state__in=["granted", "refused"]) | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(name="refused_request_gives_a_reason", condition=~Q(state="refused") | ~Q(note="")),
            models.CheckConstraint(
                name="waiting_request_says_what_is_wanted",
                condition=~Q(state="waiting")
                | Q(kind="cancel", changes={}, person={}, reserve=None)
                | Q(kind="correct", person={}, reserve=None) & ~Q(changes={})
                | Q(kind="replace", changes={}, reserve=None) & ~Q(person={})
                | Q(kind="replace", changes={}, reserve__isnull=False, person={}),
            ),
            models.CheckConstraint(
                name="request_has_a_length",
                condition=LessThanOrEqual(Length(Cast("changes", TextField())), MOST_LETTERS)
                & LessThanOrEqual(Length(Cast("person", TextField())), MOST_LETTERS),
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="request_waiting"),
            models.Index(fields=["registration", "-asked_at"], name="request_newest"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
