"""Rows that may be one person, and what staff made of it: pairs, merges, and each value that a merge moved."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ormas.models import Delegate, Ormas
from pelatihan.models.angkatan import Angkatan
from pelatihan.models.registration import Registration


class Uncompared(models.Model):
    """A delegate who is new, or of whom a fact changed that the comparing looks at. A trigger adds the rows, so no
    writer can forget it; ``merging.pairs`` takes them away.
    """

    delegate = models.OneToOneField(
        Delegate, on_delete=models.CASCADE, primary_key=True, related_name="+", verbose_name="peserta"
    )

    class Meta:
        verbose_name = "belum dibandingkan"
        verbose_name_plural = "belum dibandingkan"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


class Strength(models.IntegerChoices):
    """How much speaks for one person."""

    STRONG = 3, "Kuat"
    LIKELY = 2, "Sedang"
    WEAK = 1, "Lemah"


class LikelyPairQuerySet(models.QuerySet["LikelyPair"]):
    """What one asks about many pairs."""

    def open(self) -> Self:
        """Those about whom nobody has said anything yet."""
        return self.filter(parted_at=None)

    def of_batch(self, angkatan: Angkatan) -> Self:
        """Those of whom at least one stands there. Of the active ones an index alone tells who they are."""
        there = Registration.objects.active().filter(angkatan=angkatan).values("delegate").order_by()
        return self.filter(Q(first__in=there) | Q(second__in=there))

    def strongest_first(self) -> Self:
        return self.order_by("-strength", "-percent", "-pk")


class LikelyPair(models.Model):
    """Two delegates who may be one, with what speaks for it. Parted by staff, it stays away until ``facts`` change:
    a fingerprint of all that was compared. Whoever was merged is in no open pair: a merge compares both anew.
    """

    first = models.ForeignKey(Delegate, on_delete=models.CASCADE, related_name="+", verbose_name="peserta A")
    second = models.ForeignKey(Delegate, on_delete=models.CASCADE, related_name="+", verbose_name="peserta B")
    strength = models.PositiveSmallIntegerField("kekuatan", choices=Strength)
    percent = models.PositiveSmallIntegerField("kemiripan nama (%)")
    same_name = models.BooleanField("nama sama")
    same_phone = models.BooleanField("nomor HP sama")
    same_nik = models.BooleanField("NIK sama", default=False, db_default=False)
    facts = models.CharField("sidik data", max_length=32)
    found_at = models.DateTimeField("ditemukan")
    parted_at = models.DateTimeField("dinyatakan berbeda", null=True, blank=True)
    parted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="dinyatakan oleh",
    )  # fmt: skip

    objects = LikelyPairQuerySet.as_manager()

    class Meta:
        verbose_name = "pasangan"
        verbose_name_plural = "mungkin orang yang sama"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_pair_of_two"),
            models.CheckConstraint(name="pair_in_order", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(name="pair_strength_is_known", condition=Q(strength__in=Strength.values)),
            models.CheckConstraint(
                name="parted_pair_names_its_clerk",
                condition=Q(parted_at=None, parted_by=None) | Q(parted_at__isnull=False, parted_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-strength", "-percent", "-id"], name="pair_strongest", condition=Q(parted_at=None)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.first_id} dan {self.second_id}"


class MergeQuerySet(models.QuerySet["Merge"]):
    """What one asks about many merges."""

    def standing(self) -> Self:
        return self.filter(undone_at=None)

    def about(self, delegate_id: int) -> Self:
        return self.filter(Q(kept=delegate_id) | Q(gone=delegate_id))


class Merge(models.Model):
    """One press of the button by which staff made two rows one: of people, or of organisations. Nothing is deleted:
    ``gone`` stays, with ``merged_into``; what moved stands in ``MergedRow``, so that it can be moved back.

    The database lets nothing of it change but that it was undone. Rows of people go when the privacy notice says so;
    then this line stays and points at nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # of the page: pressed twice is once
    kept = models.ForeignKey(
        Delegate, on_delete=models.DO_NOTHING, db_constraint=False, null=True, blank=True, related_name="merges",
        verbose_name="peserta yang tetap",
    )  # fmt: skip
    gone = models.ForeignKey(
        Delegate, on_delete=models.DO_NOTHING, db_constraint=False, null=True, blank=True, related_name="+",
        verbose_name="peserta yang digabung",
    )  # fmt: skip
    kept_ormas = models.ForeignKey(
        Ormas, on_delete=models.PROTECT, null=True, blank=True, related_name="merges", verbose_name="ormas yang tetap"
    )
    gone_ormas = models.ForeignKey(
        Ormas, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ormas yang digabung"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="petugas"
    )
    at = models.DateTimeField("waktu")
    undone_at = models.DateTimeField("diurungkan", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="diurungkan oleh",
    )  # fmt: skip
    not_undone = models.JSONField("tidak kembali", default=list)  # sentences

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = "penggabungan"
        verbose_name_plural = "penggabungan"
        ordering = ["-at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="merge_is_of_people_or_of_ormas",
                condition=Q(kept__isnull=False, gone__isnull=False, kept_ormas=None, gone_ormas=None)
                | Q(kept=None, gone=None, kept_ormas__isnull=False, gone_ormas__isnull=False),
            ),
            models.CheckConstraint(
                name="nothing_is_merged_with_itself",
                condition=~Q(kept=F("gone")) | ~Q(kept_ormas=F("gone_ormas")),
            ),
            models.CheckConstraint(
                name="undone_merge_names_its_clerk",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="merged_once_at_a_time"),
            models.UniqueConstraint(
                fields=["gone_ormas"], condition=Q(undone_at=None), name="ormas_merged_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"Penggabungan {self.at:%Y-%m-%d}"

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None


LONGEST_VALUE = 20_000  # letters: the longest column, with what JSON adds


class MergedRow(models.Model):
    """One value that a merge changed: which row, which column, what stood there, and what it wrote. Appended only;
    contact data in it are blanked when their time is over (``privacy.purge``).
    """

    CONTACT = ("phone", "email", "gender", "contact_name", "contact_phone", "contact_email")

    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="rows", verbose_name="penggabungan")
    table = models.CharField("tabel", max_length=20)
    row = models.CharField("baris", max_length=36)
    field = models.CharField("isian", max_length=30)
    old = models.TextField("semula")  # JSON
    new = models.TextField("menjadi")

    class Meta:
        verbose_name = "yang pindah"
        verbose_name_plural = "yang pindah"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["merge", "table", "row", "field"], name="one_line_a_moved_value"),
            models.CheckConstraint(
                name="moved_value_has_an_end",
                condition=Q(old__length__lte=LONGEST_VALUE, new__length__lte=LONGEST_VALUE),
            ),
        ]
        indexes = [models.Index(fields=["table", "row"], name="moved_of_a_row")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.field}"
