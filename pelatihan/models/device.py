"""Phones and laptops at the door, made ready to check people in without a signal."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from pelatihan.models.angkatan import Angkatan

TOKEN_HASH = "^[0-9a-f]{64}$"
MOST_UNSENT = 1_000_000


class Device(models.Model):
    """One browser prepared for one batch. Its token is stored hashed; ``user`` is in whose name it speaks, as long as
    nobody has logged out on it. The label is only a name: it opens nothing.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    angkatan = models.ForeignKey(Angkatan, on_delete=models.PROTECT, related_name="devices", verbose_name="angkatan")
    label = models.CharField("nama perangkat", max_length=60)
    token_hash = models.CharField("sidik token", max_length=64, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="devices",
        verbose_name="dipakai oleh",
    )  # fmt: skip
    user_mark = models.CharField("sidik sandi", max_length=64, blank=True, default="", editable=False)
    signed_in_at = models.DateTimeField("masuk", null=True, blank=True)
    made_at = models.DateTimeField("disiapkan")
    seen_at = models.DateTimeField("terakhir terlihat", null=True, blank=True)
    unsent = models.PositiveIntegerField("belum terkirim", default=0)
    copied_at = models.DateTimeField("salinan dari", null=True, blank=True)
    revoked_at = models.DateTimeField("dicabut", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="dicabut oleh",
    )  # fmt: skip
    wiped_at = models.DateTimeField("salinan dihapus", null=True, blank=True)

    class Meta:
        verbose_name = "perangkat"
        verbose_name_plural = "perangkat"
        ordering = ["made_at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="device_token_is_hashed", condition=Q(token_hash__regex=TOKEN_HASH)),
            models.CheckConstraint(
                name="revoked_device_names_who_did_it",
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="device_speaks_for_who_has_logged_in",
                condition=Q(user=None, signed_in_at=None, user_mark="")
                | Q(user__isnull=False, signed_in_at__isnull=False) & ~Q(user_mark=""),
            ),
            models.CheckConstraint(
                name="device_unsent_is_possible", condition=Q(unsent__gte=0, unsent__lte=MOST_UNSENT)
            ),
        ]

    def __str__(self) -> str:
        return self.label
