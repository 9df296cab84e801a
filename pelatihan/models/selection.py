"""Registrations that staff chose in a list to decide together, kept here: no page carries five thousand of them."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from pelatihan.lifecycle import Action

MOST_CHOSEN = 5_000


class Selection(models.Model):
    """Who was chosen, and how each stood when it was. Decision and job that come of it carry its number, so pressing
    twice is once. It is of use for a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="petugas"
    )
    action = models.CharField("tindakan", max_length=12, choices=Action)
    ids = ArrayField(models.BigIntegerField(), verbose_name="pendaftaran")
    seen = ArrayField(models.CharField(max_length=10), verbose_name="status yang dilihat")  # one for each of the ids
    question = models.CharField("saringan daftar", max_length=1000, blank=True)  # where one came from
    at = models.DateTimeField("waktu")

    class Meta:
        verbose_name = "pilihan"
        verbose_name_plural = "pilihan"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="selection_has_an_end", condition=Q(ids__len__lte=MOST_CHOSEN)),
            models.CheckConstraint(name="selection_says_how_each_stood", condition=Q(seen__len=F("ids__len"))),
        ]
        indexes = [models.Index(fields=["at"], name="selection_oldest")]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {len(self.ids)}"
