"""Signed sheets on their way back: what was sent, its pages, and what of them counts.

A *leaf* is one printed page of one printed sheet: (``sheet``, ``page``), as its code says.
"""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from pelatihan.models.angkatan import Angkatan
from pelatihan.models.job import Job
from pelatihan.models.printing import PrintedSheet

MOST_BYTES = 20 * 1024 * 1024  # of one file
MOST_PAGES = 100  # of one PDF
MOST_NAME = 100
MOST_REASON = 300


class SheetUpload(models.Model):
    """One file that was sent, whatever is in it. The file itself goes once each of its pages is kept as a picture.

    ``id`` is made by whoever sends it: sent again it is the same. ``name`` is what the sender's machine calls it,
    shortened: only for finding it there. ``fault``: why nothing of it is read (``scans.words``).
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        JPEG = "jpeg", "foto"
        PNG = "png", "gambar"

    class Way(models.TextChoices):
        FILE = "file", "diunggah"
        PHONE = "phone", "difoto"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    angkatan = models.ForeignKey(Angkatan, on_delete=models.CASCADE, related_name="uploads", verbose_name="angkatan")
    kind = models.CharField("jenis", max_length=4, choices=Kind)
    way = models.CharField("cara", max_length=5, choices=Way, default=Way.FILE)
    name = models.CharField("nama berkas", max_length=MOST_NAME, blank=True)
    size = models.PositiveIntegerField("ukuran (byte)")
    sha256 = models.CharField("sidik SHA-256", max_length=64)
    pages = models.PositiveSmallIntegerField("halaman", default=0, db_default=0)  # 0: nobody has looked yet
    fault = models.CharField("sebab", max_length=20, blank=True, default="", db_default="")
    at = models.DateTimeField("dikirim")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="oleh")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="uploads", verbose_name="pekerjaan")

    class Meta:
        verbose_name = "kiriman lembar"
        verbose_name_plural = "kiriman lembar"
        ordering = ["-at", "pk"]
        default_permissions = ()
        permissions = [
            ("view_sheets", "Dapat melihat lembar bertanda tangan"),
            ("enter_sheets", "Dapat memasukkan lembar bertanda tangan"),
            ("send_sheets", "Dapat mengirim foto lembar bertanda tangan"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["angkatan", "sha256"], name="one_upload_a_file"),
            models.CheckConstraint(name="upload_kind_is_known", condition=Q(kind__in=["pdf", "jpeg", "png"])),
            models.CheckConstraint(name="upload_is_not_too_large", condition=Q(size__range=(1, MOST_BYTES))),
            models.CheckConstraint(name="upload_has_not_too_many_pages", condition=Q(pages__lte=MOST_PAGES)),
        ]
        indexes = [models.Index(fields=["angkatan", "-at"], name="upload_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.size} byte"

    @property
    def file_name(self) -> str:
        """How the original is called in the private folder."""
        return f"{self.pk}.{self.kind}"


class SheetScanQuerySet(models.QuerySet["SheetScan"]):
    """What one asks about many scans."""

    def waiting(self) -> Self:
        """Not read yet."""
        return self.filter(state=SheetScan.State.WAITING)

    def to_review(self) -> Self:
        """Read; a person has to confirm."""
        return self.filter(state=SheetScan.State.READ)

    def needing_the_file(self) -> Self:
        """Still to be read from the file as it was sent, or perhaps once the server has more room for it."""
        too_heavy = Q(state=SheetScan.State.PROBLEM, problem=SheetScan.Problem.TOO_HEAVY)
        return self.filter(Q(state=SheetScan.State.WAITING) | too_heavy, has_picture=False)

    def needed_by_nobody(self) -> Self:
        """Set aside, or of a page that nobody knows; what was once entered from it needs it."""
        unknown = Q(sheet=None) & ~Q(state=SheetScan.State.WAITING)
        return self.filter(Q(state=SheetScan.State.DISMISSED) | unknown, entries=None)

    def troubled(self) -> Self:
        """Of which somebody has to decide something."""
        return self.filter(state=SheetScan.State.PROBLEM)


class SheetScan(models.Model):
    """One picture of one page, as it was sent, and what was read in it. It is all that a worker writes about paper:
    nothing in it counts before a person confirms (``SheetEntry``).

    ``reading`` is ``scans.shapes.Reading`` as JSON. Two pictures belong to it in the private folder: the page as it was
    sent (:attr:`picture_name`, drawn anew without what the camera wrote into it), and once it is read the page made
    straight at 8 px a millimetre (:attr:`straight_name`).
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Sedang dibaca"
        READ = "read", "Perlu ditinjau"
        PROBLEM = "problem", "Perlu tindakan"
        ENTERED = "entered", "Selesai"
        FILED = "filed", "Disimpan"  # kept as evidence; nothing of it is counted by itself
        DISMISSED = "dismissed", "Disisihkan"

    class Problem(models.TextChoices):
        UNREADABLE = "unreadable", "Tidak terbaca"
        NO_CODE = "no_code", "Tidak ada kode lembar"
        UNKNOWN_CODE = "unknown_code", "Kode tidak dikenal"
        OTHER_ANGKATAN = "other_angkatan", "Bukan lembar angkatan ini"
        NOT_ATTENDANCE = "not_attendance", "Bukan daftar hadir peserta"
        TWO_SHEETS = "two_sheets", "Dua lembar dalam satu gambar"
        WRONG_PAGE = "wrong_page", "Kode dan halaman tidak cocok"
        NOT_THE_LIST = "not_the_list", "Isi lembar lain dari kodenya"
        TWICE = "twice", "Dikirim dua kali"
        SESSION_GONE = "session_gone", "Sesinya sudah tidak ada"
        TOO_HEAVY = "too_heavy", "Terlalu berat"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    upload = models.ForeignKey(SheetUpload, on_delete=models.CASCADE, related_name="scans", verbose_name="kiriman")
    number = models.PositiveSmallIntegerField("gambar ke-")  # in its upload, from 1
    angkatan = models.ForeignKey(Angkatan, on_delete=models.CASCADE, related_name="scans", verbose_name="angkatan")
    state = models.CharField("keadaan", max_length=9, choices=State, default=State.WAITING)
    problem = models.CharField("masalah", max_length=20, choices=Problem, blank=True, default="", db_default="")
    detail = models.CharField("sebab", max_length=40, blank=True, default="", db_default="")  # key of ``scans.words``
    sheet = models.ForeignKey(
        PrintedSheet, on_delete=models.CASCADE, null=True, related_name="scans", verbose_name="lembar cetakan"
    )
    page = models.PositiveSmallIntegerField("halaman", null=True)
    is_typed = models.BooleanField("kode diketik", default=False, db_default=False)
    reading = models.JSONField("bacaan", null=True)
    has_picture = models.BooleanField("gambarnya tersimpan", default=False, db_default=False)
    read_at = models.DateTimeField("dibaca", null=True)
    settled_at = models.DateTimeField("diputuskan", null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="diputuskan oleh"
    )

    objects = SheetScanQuerySet.as_manager()

    class Meta:
        verbose_name = "gambar lembar"
        verbose_name_plural = "gambar lembar"
        ordering = ["upload__at", "upload", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="one_scan_a_page_of_its_upload"),
            models.CheckConstraint(name="scan_knows_its_page_with_its_sheet", condition=Q(sheet=None, page=None)
                | Q(sheet__isnull=False, page__isnull=False, page__gte=1)),
            models.CheckConstraint(name="scan_problem_is_named", condition=Q(state="problem") & ~Q(problem="")
                | ~Q(state="problem")),
            models.CheckConstraint(name="read_scan_holds_its_reading", condition=~Q(state="read")
                | Q(reading__isnull=False, sheet__isnull=False)),
            models.CheckConstraint(name="settled_scan_names_its_clerk", condition=Q(state__in=["entered", "filed",
                "dismissed"], settled_at__isnull=False, settled_by__isnull=False)
                | Q(state__in=["waiting", "read", "problem"], settled_at=None, settled_by=None)),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["angkatan", "state"], name="scan_of_state"),
            models.Index(fields=["sheet", "page"], name="scan_of_leaf"),
        ]

    def __str__(self) -> str:
        return f"Gambar {self.number}"

    @property
    def picture_name(self) -> str:
        return f"{self.pk}.jpg"

    @property
    def straight_name(self) -> str:
        return f"{self.pk}.lurus.jpg"


class SheetDraft(models.Model):
    """What a clerk has entered of a leaf so far, kept while they are at it: a closed browser loses nothing.

    ``marks`` is the form as the page sends it, by name of field. It counts for nothing.
    """

    angkatan = models.ForeignKey(Angkatan, on_delete=models.CASCADE, related_name="+", verbose_name="angkatan")
    sheet = models.ForeignKey(
        PrintedSheet, on_delete=models.CASCADE, related_name="drafts", verbose_name="lembar cetakan"
    )
    page = models.PositiveSmallIntegerField("halaman")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="oleh")
    marks = models.JSONField("isian", default=dict)
    at = models.DateTimeField("disimpan")

    class Meta:
        verbose_name = "isian sementara"
        verbose_name_plural = "isian sementara"
        ordering = ["-at"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["sheet", "page", "by"], name="one_draft_a_leaf_and_clerk")]

    def __str__(self) -> str:
        return f"Halaman {self.page}"


class SheetEntryQuerySet(models.QuerySet["SheetEntry"]):
    """What one asks about many entries."""

    def standing(self) -> Self:
        """Not undone."""
        return self.filter(undone_at=None)


class SheetEntry(models.Model):
    """What one leaf says, as a person confirmed it, in one act; undone in one act. Appended; only the undoing is added.

    ``id`` is of the page that was sent: pressed twice is once. ``cells`` is a list of ``scans.shapes.Entered`` as JSON,
    one for each row and session, also where nothing changed; ``counts`` the signatures that were counted on paper, by
    number of the session. A leaf that nobody needs (``unused``) has neither, but a reason.
    """

    class Kind(models.TextChoices):
        TYPED = "typed", "diketik dari kertas"
        READ = "read", "dibaca dari gambar"
        UNUSED = "unused", "tidak dipakai"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    angkatan = models.ForeignKey(Angkatan, on_delete=models.CASCADE, related_name="entries", verbose_name="angkatan")
    sheet = models.ForeignKey(
        PrintedSheet, on_delete=models.CASCADE, related_name="entries", verbose_name="lembar cetakan"
    )
    page = models.PositiveSmallIntegerField("halaman")
    kind = models.CharField("cara", max_length=6, choices=Kind)
    scan = models.ForeignKey(
        SheetScan, on_delete=models.RESTRICT, null=True, related_name="entries", verbose_name="gambar"
    )
    cells = models.JSONField("isi", default=list)
    counts = models.JSONField("jumlah di kertas", default=dict)
    reason = models.CharField("alasan", max_length=MOST_REASON, blank=True, default="", db_default="")
    at = models.DateTimeField("disimpan")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="oleh")
    undone_at = models.DateTimeField("diurungkan", null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="diurungkan oleh"
    )

    objects = SheetEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "isi lembar"
        verbose_name_plural = "isi lembar"
        ordering = ["-at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["sheet", "page"], condition=Q(undone_at=None), name="one_entry_a_leaf"),
            models.CheckConstraint(name="entry_kind_is_known", condition=Q(kind__in=["typed", "read", "unused"])),
            models.CheckConstraint(name="read_entry_names_its_scan", condition=~Q(kind="read") | Q(scan__isnull=False)),
            models.CheckConstraint(name="unused_leaf_has_a_reason", condition=~Q(kind="unused") | ~Q(reason="")),
            models.CheckConstraint(
                name="undone_entry_names_its_clerk",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["angkatan", "-at"], name="entry_newest")]

    def __str__(self) -> str:
        return f"Halaman {self.page}, {self.get_kind_display()}"
