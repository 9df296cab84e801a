"""Reasons of decisions that the office keeps ready, in the words that the person reads."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from pelatihan.lifecycle import Action

# The decisions that people are told the reason of, in the order of the form.
WITH_READY_REASONS = (Action.ASK_FIX, Action.REJECT, Action.CANCEL, Action.WAITLIST, Action.REOPEN, Action.ACCEPT_OVER)


class ReadyReasonQuerySet(models.QuerySet["ReadyReason"]):
    """What one asks about many reasons."""

    def offered(self) -> Self:
        """In use, in the order of the office."""
        return self.filter(in_use=True)

    def fitting(self, action: Action | str) -> Self:
        return self.offered().filter(actions__contains=[str(action)])


class ReadyReason(models.Model):
    """One reason, for one decision or several. Its words are copied when it is chosen, so what was told stays told
    whatever becomes of the list. ``fields``: what it asks to be mended, where a fix is asked for.
    """

    text = models.CharField("kata-kata untuk peserta", max_length=200)
    actions = ArrayField(models.CharField(max_length=12), verbose_name="dipakai untuk")
    fields = ArrayField(
        models.CharField(max_length=20), verbose_name="bagian yang diminta diperbaiki", default=list, blank=True
    )
    place = models.PositiveSmallIntegerField("urutan", default=100, help_text="Angka kecil tampil lebih dulu.")
    in_use = models.BooleanField(
        "masih dipakai", default=True, help_text="Tanpa tanda, alasan ini tidak ditawarkan lagi; riwayatnya tetap."
    )

    objects = ReadyReasonQuerySet.as_manager()

    class Meta:
        verbose_name = "alasan siap pakai"
        verbose_name_plural = "alasan siap pakai"
        ordering = ["place", "text", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["text"], name="one_ready_reason_of_these_words",
                violation_error_message="Alasan dengan kata-kata ini sudah ada. Ubah yang itu saja.",
            ),
            models.CheckConstraint(name="ready_reason_is_written", condition=~Q(text="")),
            models.CheckConstraint(
                name="ready_reason_is_for_some_decision",
                condition=Q(actions__len__gte=1) & Q(actions__contained_by=[str(each) for each in WITH_READY_REASONS]),
            ),
            models.CheckConstraint(
                name="only_a_fix_opens_fields", condition=Q(fields=[]) | Q(actions__contains=[str(Action.ASK_FIX)])
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text
