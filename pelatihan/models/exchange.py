"""Lists that come in from Excel, row by row with what is to become of each, and which lists went out."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from pelatihan.models.angkatan import Angkatan
from pelatihan.models.job import Job

LIST_ROWS = 100  # rows of a page


class ListKind(models.TextChoices):
    """Which list a file holds."""

    ORMAS = "ormas", "Ormas"
    INVITATIONS = "invitations", "Undangan"
    REGISTRATIONS = "registrations", "Peserta dan pendaftarannya"


class Import(models.Model):
    """One uploaded file. Its rows are looked at, decided about and written all together or not at all.

    ``columns`` tells which column of the file is which field, ``heads`` what stood above them; ``digest`` is of the
    verdicts that the clerk saw, so that nothing else is written than what was shown.
    """

    class State(models.TextChoices):
        READING = "reading", "Sedang dibaca"
        READY = "ready", "Menunggu Anda periksa"
        APPLYING = "applying", "Sedang diterapkan"
        APPLIED = "applied", "Diterapkan"
        REFUSED = "refused", "Tidak dapat dibaca"
        DISCARDED = "discarded", "Dibuang"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # of the page: sent twice is once
    kind = models.CharField("isi", max_length=13, choices=ListKind)
    angkatan = models.ForeignKey(
        Angkatan, on_delete=models.PROTECT, null=True, blank=True, related_name="imports", verbose_name="angkatan"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="petugas"
    )
    file_name = models.CharField("nama berkas", max_length=150)
    sha256 = models.CharField("sidik berkas", max_length=64)
    uploaded_at = models.DateTimeField("diunggah")
    state = models.CharField("keadaan", max_length=9, choices=State, default=State.READING, db_default="reading")
    why = models.CharField("sebab", max_length=500, blank=True, default="", db_default="")
    sheet = models.CharField("lembar", max_length=100, blank=True, default="", db_default="")
    heads = models.JSONField("kepala kolom", default=list)
    columns = models.JSONField("kolom", default=dict)  # field: number of the column, from 0
    merged = models.JSONField("sel digabung", default=list)
    notices = ArrayField(models.CharField(max_length=500), verbose_name="keterangan", default=list, blank=True)
    figures = models.JSONField("jumlah", default=dict)  # by verdict; after applying what was done
    digest = models.CharField("sidik putusan", max_length=64, blank=True, default="", db_default="")
    read_at = models.DateTimeField("dibaca", null=True, blank=True)
    ended_at = models.DateTimeField("selesai pada", null=True, blank=True)
    job = models.ForeignKey(
        Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="pekerjaan"
    )

    class Meta:
        verbose_name = "daftar dari Excel"
        verbose_name_plural = "daftar dari Excel"
        ordering = ["-uploaded_at", "pk"]
        default_permissions = ()
        permissions = [("import_list", "Dapat memasukkan daftar dari Excel")]
        constraints = [
            models.CheckConstraint(
                name="import_kind_is_known", condition=Q(kind__in=["ormas", "invitations", "registrations"])
            ),
            models.CheckConstraint(
                name="import_state_is_known",
                condition=Q(state__in=["reading", "ready", "applying", "applied", "refused", "discarded"]),
            ),
            models.CheckConstraint(
                name="import_of_people_names_its_batch",
                condition=Q(kind="ormas", angkatan=None) | ~Q(kind="ormas") & Q(angkatan__isnull=False),
            ),
            models.CheckConstraint(
                name="ended_import_tells_when",
                condition=Q(state__in=["reading", "ready", "applying"], ended_at=None)
                | Q(state__in=["applied", "refused", "discarded"], ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["author", "-uploaded_at"], name="import_newest_of_clerk"),
            models.Index(fields=["uploaded_at"], name="import_oldest"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.READING, self.State.READY, self.State.APPLYING}


class Verdict(models.TextChoices):
    """What becomes of a row; in the order in which one works through them."""

    ERROR = "error", "Galat"
    ALIKE = "alike", "Mirip"
    CHANGED = "changed", "Berubah"
    NEW = "new", "Baru"
    SAME = "same", "Sama"


class Choice(models.TextChoices):
    """What the clerk says about a row that is like somebody known."""

    SAME = "same", "Yang sama, perbarui"
    OTHER = "other", "Yang lain, tambah"
    ASIDE = "aside", "Kesampingkan"


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    """What one asks about the rows of a file."""

    def to_settle(self) -> Self:
        """What holds the file back: mistakes, and those alike that nobody has decided about."""
        return self.filter(Q(verdict=Verdict.ERROR) | Q(verdict=Verdict.ALIKE, choice=""))

    def set_aside(self) -> Self:
        """What was not written, and goes back to the clerk."""
        return self.filter(Q(verdict=Verdict.ERROR) | Q(verdict=Verdict.ALIKE, choice__in=["", Choice.ASIDE]))


class ImportRow(models.Model):
    """A row as it stands in the file, what is to become of it and why. Deleted with its file (``privacy.purge``)."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows", verbose_name="berkas")
    number = models.PositiveIntegerField("baris")
    cells = models.JSONField("sel")
    verdict = models.CharField("putusan", max_length=7, choices=Verdict)
    rank = models.PositiveSmallIntegerField("urutan putusan", default=0)
    shown = models.JSONField("keterangan", default=dict)  # as exchange.verdicts.Judged tells it
    choice = models.CharField("pilihan", max_length=5, choices=Choice, blank=True, default="", db_default="")
    chosen = models.PositiveBigIntegerField("yang dipilih", null=True, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "baris berkas masuk"
        verbose_name_plural = "baris berkas masuk"
        ordering = ["rank", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="one_row_a_number"),
            models.CheckConstraint(name="verdict_is_known", condition=Q(verdict__in=Verdict.values)),
            models.CheckConstraint(
                name="only_alike_rows_are_chosen",
                condition=Q(choice="", chosen=None)
                | Q(verdict="alike", choice="same", chosen__isnull=False)
                | Q(verdict="alike", choice__in=["other", "aside"], chosen=None),
            ),
        ]
        indexes = [models.Index(fields=["of", "rank", "number"], name="import_rows_in_order")]

    def __str__(self) -> str:
        return f"Baris {self.number}"


class Export(models.Model):
    """Who took which list out, when, how it was filtered, how many rows: nothing of whoever stood in it."""

    class Format(models.TextChoices):
        XLSX = "xlsx", "Excel"
        CSV = "csv", "CSV"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="petugas"
    )
    at = models.DateTimeField("waktu")
    list = models.CharField("daftar", max_length=20)
    filters = models.CharField("saringan", max_length=300, blank=True)
    number = models.PositiveIntegerField("baris")
    format = models.CharField("bentuk", max_length=4, choices=Format)
    with_contacts = models.BooleanField("memuat nomor HP", default=False)
    job = models.OneToOneField(
        Job, on_delete=models.PROTECT, null=True, blank=True, related_name="export", verbose_name="pekerjaan"
    )

    class Meta:
        verbose_name = "unduhan daftar"
        verbose_name_plural = "unduhan daftar"
        ordering = ["-at", "pk"]
        default_permissions = ("view",)
        permissions = [("export_list", "Dapat mengunduh daftar")]
        constraints = [
            models.CheckConstraint(name="export_format_is_known", condition=Q(format__in=["xlsx", "csv"])),
        ]
        indexes = [models.Index(fields=["-at"], name="export_newest")]

    def __str__(self) -> str:
        return f"{self.list}, {self.number} baris"
