"""What became of a batch's plan: other days, called off, taken up again; and what each delegate says to it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pelatihan import dates
from pelatihan.models.angkatan import Angkatan
from pelatihan.models.registration import Registration

MOST_LETTERS = 300  # of a reason: as many as of the one for calling off


class PlanChange(models.Model):
    """One change that people have to be told of, with the reason that they read. Appended only, as history is.

    Written under the batch's lock by whatever changes the plan (``registration.plan_changes.note``). Who was active
    then is told by the history up to its line ``history_until``: clocks of two requests may disagree, rows do not.
    """

    class Kind(models.TextChoices):
        POSTPONED = "postponed", "Tanggal baru"
        CANCELLED = "cancelled", "Dibatalkan"
        REVIVED = "revived", "Jadi dilaksanakan"

    angkatan = models.ForeignKey(
        Angkatan, on_delete=models.PROTECT, related_name="plan_changes", verbose_name="angkatan"
    )
    number = models.PositiveIntegerField("nomor")  # of the batch's changes: calendars go by it
    kind = models.CharField("jenis", max_length=9, choices=Kind)
    old_starts_on = models.DateField("hari pertama semula")
    old_ends_on = models.DateField("hari terakhir semula")
    new_starts_on = models.DateField("hari pertama yang baru", null=True, blank=True)
    new_ends_on = models.DateField("hari terakhir yang baru", null=True, blank=True)
    reason = models.CharField("alasan", max_length=MOST_LETTERS)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="petugas",
    )  # fmt: skip
    at = models.DateTimeField("waktu")
    history_until = models.BigIntegerField("riwayat terakhir", default=0)

    class Meta:
        verbose_name = "perubahan rencana"
        verbose_name_plural = "perubahan rencana"
        ordering = ["angkatan", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["angkatan", "number"], name="one_plan_change_a_number"),
            models.CheckConstraint(
                name="plan_change_is_known", condition=Q(kind__in=["postponed", "cancelled", "revived"])
            ),
            models.CheckConstraint(name="plan_change_gives_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="postponed_plan_has_other_days",
                condition=Q(
                    kind="postponed",
                    new_starts_on__isnull=False,
                    new_ends_on__isnull=False,
                    new_ends_on__gte=F("new_starts_on"),
                )
                & ~Q(new_starts_on=F("old_starts_on"))
                | ~Q(kind="postponed") & Q(new_starts_on=None, new_ends_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.old_range}"

    @property
    def old_range(self) -> str:
        return dates.date_range(self.old_starts_on, self.old_ends_on)

    @property
    def first_day(self) -> date:
        """The first day that holds since; that of before where it stayed."""
        return self.new_starts_on or self.old_starts_on

    @property
    def last_day(self) -> date:
        return self.new_ends_on or self.old_ends_on

    @property
    def new_range(self) -> str:
        return dates.date_range(self.first_day, self.last_day)

    @property
    def news(self) -> str:
        """What is so now, in one sentence without the reason."""
        match self.kind:
            case self.Kind.CANCELLED:
                return f"Dibatalkan: pelatihan {self.old_range} tidak dilaksanakan."
            case self.Kind.REVIVED:
                return f"Jadi dilaksanakan: pembatalan dicabut, tanggalnya {self.old_range}."
        way = "Diundur" if self.first_day > self.old_starts_on else "Dimajukan"
        return f"{way}: semula {self.old_range}, menjadi {self.new_range}."

    @property
    def sentence(self) -> str:
        """What everybody reads about it, in one place and one sentence."""
        reason = self.reason.rstrip()
        return f"{self.news} Alasan: {reason}{'' if reason.endswith(('.', '!', '?')) else '.'}"

    def fits(self, angkatan: Angkatan) -> bool:
        """Whether the batch still begins on the day that the sentence names."""
        return self.first_day == angkatan.starts_on


class PlanAnswer(models.Model):
    """What a delegate says to one change: one answer, which may be another one tomorrow."""

    class Answer(models.TextChoices):
        COMING = "coming", "Tetap datang"
        CANNOT = "cannot", "Tidak bisa"

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="plan_answers", verbose_name="pendaftaran"
    )
    plan_change = models.ForeignKey(
        PlanChange, on_delete=models.PROTECT, related_name="answers", verbose_name="perubahan rencana"
    )
    answer = models.CharField("jawaban", max_length=6, choices=Answer)
    at = models.DateTimeField("waktu")

    class Meta:
        verbose_name = "jawaban"
        verbose_name_plural = "jawaban"
        ordering = ["at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["registration", "plan_change"], name="one_answer_a_plan_change"),
            models.CheckConstraint(name="plan_answer_is_known", condition=Q(answer__in=["coming", "cannot"])),
        ]

    def __str__(self) -> str:
        return str(self.get_answer_display())
