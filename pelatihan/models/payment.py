"""What is paid to people of a training: allowances to delegates, fees to speakers, and the officials who sign for it.

Amounts are gross, in whole rupiah; tax and sums are reckoned (payments/money.py) and never stored.
"""

from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from ormas import names
from pelatihan.models.angkatan import Angkatan
from pelatihan.models.paper import Guest, Signatory
from pelatihan.models.session import Session

MOST_RUPIAH = 999_999_999
MOST_PERCENT = Decimal(50)
MOST_HOURS = Decimal(24)
MOST_SESSIONS = 200

_PAID = Q(rate__range=(1, MOST_RUPIAH))
_TAXED = Q(tax_percent__range=(0, MOST_PERCENT))


class PaymentList(models.Model):
    """One list on which delegates sign for money ("tanda terima"): how much each gets, and who has a right to it."""

    class Rule(models.TextChoices):
        ALL = "all", "Semua peserta di daftar hadir"
        SESSIONS = "sessions", "Yang hadir di sedikitnya sekian sesi"
        DAYS = "days", "Yang hadir di sedikitnya satu sesi tiap hari"

    angkatan = models.ForeignKey(
        Angkatan, on_delete=models.CASCADE, related_name="payment_lists", verbose_name="angkatan"
    )
    label = models.CharField("nama pembayaran", max_length=80, validators=[names.check_text])
    gross = models.PositiveIntegerField(
        "jumlah bruto tiap orang", validators=[MinValueValidator(1), MaxValueValidator(MOST_RUPIAH)]
    )
    tax_percent = models.DecimalField(
        "PPh 21 (%)", max_digits=4, decimal_places=2, default=Decimal(0), validators=[MaxValueValidator(MOST_PERCENT)]
    )
    paid_on = models.DateField("tanggal pembayaran", null=True, blank=True)
    account = models.CharField("beban anggaran", max_length=200, blank=True, validators=[names.check_text])
    rule = models.CharField("yang menerima", max_length=8, choices=Rule, default=Rule.DAYS)
    least_sessions = models.PositiveSmallIntegerField("sedikitnya sekian sesi", null=True, blank=True)

    class Meta:
        verbose_name = "tanda terima"
        verbose_name_plural = "tanda terima"
        ordering = ["paid_on", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["angkatan", "label"], name="one_payment_list_a_label"),
            models.CheckConstraint(name="payment_is_an_amount", condition=Q(gross__range=(1, MOST_RUPIAH))),
            models.CheckConstraint(name="payment_tax_is_a_share", condition=_TAXED),
            models.CheckConstraint(
                name="payment_rule_is_known",
                condition=Q(rule="sessions", least_sessions__isnull=False, least_sessions__range=(1, MOST_SESSIONS))
                | Q(rule__in=["all", "days"], least_sessions=None),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class HonorariumQuerySet(models.QuerySet["Honorarium"]):
    """What one asks about many fees."""

    def of(self, angkatan: Angkatan) -> Self:
        """In the order of the sessions; those without one at the end."""
        found = self.filter(guest__angkatan=angkatan).select_related("guest", "session")
        return found.order_by("session__starts_at", "guest__name", "pk")


class Honorarium(models.Model):
    """What a guest is paid for one session: so many orang-jam of 60 minutes at a rate. A session that was deleted
    leaves the row, which says so until another one is chosen."""

    guest = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="honoraria", verbose_name="penerima")
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, related_name="honoraria", verbose_name="sesi"
    )
    role = models.CharField("sebagai", max_length=60, default="narasumber", validators=[names.check_text])
    own_hours = models.DecimalField("orang-jam", max_digits=4, decimal_places=2, null=True, blank=True)
    rate = models.PositiveIntegerField(
        "honorarium tiap orang-jam", validators=[MinValueValidator(1), MaxValueValidator(MOST_RUPIAH)]
    )
    tax_percent = models.DecimalField(
        "PPh 21 (%)", max_digits=4, decimal_places=2, default=Decimal(0), validators=[MaxValueValidator(MOST_PERCENT)]
    )
    number = models.CharField("nomor bukti", max_length=60, blank=True, validators=[names.check_text])
    account = models.CharField("kode rekening", max_length=100, blank=True, validators=[names.check_text])
    paid_on = models.DateField("tanggal pembayaran", null=True, blank=True)

    objects = HonorariumQuerySet.as_manager()

    class Meta:
        verbose_name = "honorarium"
        verbose_name_plural = "honorarium"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["guest", "session"], name="one_fee_a_guest_and_session"),
            models.CheckConstraint(name="fee_is_an_amount", condition=_PAID),
            models.CheckConstraint(name="fee_tax_is_a_share", condition=_TAXED),
            models.CheckConstraint(
                name="fee_is_of_some_hours",
                condition=Q(own_hours=None) | Q(own_hours__gt=0, own_hours__lte=MOST_HOURS),
            ),
        ]

    def __str__(self) -> str:
        return f"Honorarium {self.guest.name}"


class PaymentOfficials(models.Model):
    """Who answers for the money of one batch. Whoever is not chosen has a place to write on."""

    angkatan = models.OneToOneField(
        Angkatan, on_delete=models.CASCADE, related_name="payment_officials", verbose_name="angkatan"
    )
    payer = models.CharField(
        "sudah terima dari", max_length=200, blank=True, validators=[names.check_text],
        help_text="Misalnya “Kuasa Pengguna Anggaran Badan Kesatuan Bangsa dan Politik”. Tercetak di kuitansi.",
    )  # fmt: skip
    approver = models.ForeignKey(
        Signatory, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="pengguna anggaran (PA/KPA)",
    )  # fmt: skip
    treasurer = models.ForeignKey(
        Signatory, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bendahara"
    )
    manager = models.ForeignKey(
        Signatory, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="pelaksana teknis kegiatan (PPTK)",
    )  # fmt: skip

    class Meta:
        verbose_name = "pejabat keuangan"
        verbose_name_plural = "pejabat keuangan"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Pejabat keuangan {self.angkatan}"
