"""That somebody asked for a lost code, and how it reached them: by e-mail, or through staff."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from pelatihan.models.registration import Registration

_WAITS = Q(sent_at=None, told_at=None)


class CodeRequestQuerySet(models.QuerySet["CodeRequest"]):
    """What one asks about many requests."""

    def waiting(self) -> Self:
        """Neither sent nor dealt with."""
        return self.filter(_WAITS)

    def by_mail(self) -> Self:
        """Waiting to be sent, or being sent."""
        return self.waiting().filter(way=CodeRequest.Way.EMAIL)

    def due(self, at: datetime) -> Self:
        """Mails whose turn has come, and which nobody is sending."""
        return self.by_mail().filter(due_at__lte=at, sending_until=None)

    def for_staff(self, overdue: datetime) -> Self:
        """Those that wait for a person: no mail can be sent, or it has waited since before ``overdue``."""
        return self.waiting().filter(Q(way=CodeRequest.Way.STAFF) | Q(asked_at__lt=overdue))


class CodeRequest(models.Model):
    """One registration's code, asked for by phone number. Of numbers that nobody has nothing is kept.

    A mail is taken by who sends it for a short time (``sending_until``). When that runs out nobody knows whether it
    went: it is not sent again, but left to a person (``maybe_sent``).
    """

    class Way(models.TextChoices):
        EMAIL = "email", "Surel"
        STAFF = "staff", "Petugas"

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="code_requests", verbose_name="pendaftaran"
    )
    asked_at = models.DateTimeField("diminta")
    way = models.CharField("dijawab lewat", max_length=5, choices=Way)
    due_at = models.DateTimeField("dikirim paling cepat")
    tries = models.PositiveSmallIntegerField("gagal dikirim", default=0, db_default=0)
    sending_until = models.DateTimeField("sedang dikirim sampai", null=True, blank=True)
    maybe_sent = models.BooleanField("mungkin terkirim", default=False, db_default=False)
    sent_at = models.DateTimeField("surel terkirim", null=True, blank=True)
    told_at = models.DateTimeField("diselesaikan", null=True, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="petugas",
    )  # fmt: skip
    by_whatsapp = models.BooleanField("dikirim lewat WhatsApp", default=False, db_default=False)

    objects = CodeRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "permintaan kode"
        verbose_name_plural = "permintaan kode"
        ordering = ["asked_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["registration"], condition=_WAITS, name="one_waiting_code_request"),
            models.CheckConstraint(name="code_request_way_is_known", condition=Q(way__in=["email", "staff"])),
            models.CheckConstraint(
                name="answered_code_request_names_its_clerk",
                condition=Q(told_at=None, told_by=None, by_whatsapp=False)
                | Q(told_at__isnull=False, told_by__isnull=False),
            ),
            models.CheckConstraint(name="code_is_sent_or_told", condition=Q(sent_at=None) | Q(told_at=None)),
            models.CheckConstraint(
                name="only_mails_are_being_sent",
                condition=Q(sending_until=None) | Q(way="email", sent_at=None, told_at=None),
            ),
            models.CheckConstraint(name="sent_code_went_by_mail", condition=Q(sent_at=None) | Q(way="email")),
            models.CheckConstraint(name="doubtful_mail_is_of_staff", condition=Q(maybe_sent=False) | Q(way="staff")),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["due_at"], name="code_request_mails", condition=_WAITS & Q(way="email")),
            models.Index(fields=["asked_at"], name="code_request_waiting", condition=_WAITS),
        ]

    def __str__(self) -> str:
        return f"Permintaan kode: {self.get_way_display()}"  # no name: who may not see people may see this
