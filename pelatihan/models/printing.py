"""Every printing that was handed out, as it was: who printed it when, what stood on it, the file itself."""

import json
from bisect import bisect_left
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from pelatihan.models.angkatan import Angkatan

CODE = r"^[23456789ABCDEFGHJKMNPQRSTVWXYZ]{8}$"


PICTURES = frozenset({"emblem", "qr"})  # drawn in the file; here they would only be long


class Words(json.JSONEncoder):
    """A frozen dataclass with all that it holds, but for pictures."""

    def default(self, o: Any) -> Any:
        return {name: value for name, value in vars(o).items() if name not in PICTURES}


class PrintingQuerySet(models.QuerySet["Printing"]):
    """What one asks about many printings."""

    def listed(self) -> Self:
        """Newest first, with who made them, without all that stood on them."""
        return self.select_related("by").defer("words").order_by("-at", "-pk")


class Printing(models.Model):
    """One file that somebody was given. Appended, never changed: a trigger refuses.

    ``words`` is the frozen dataclass from which it was set, ``words_hash`` tells whether another one says the same at
    another moment. ``asked`` is how the page Cetak asks for it again.
    """

    angkatan = models.ForeignKey(Angkatan, on_delete=models.PROTECT, related_name="printings", verbose_name="angkatan")
    paper = models.CharField("kunci lembar", max_length=40)  # ``Offered.key``
    name = models.CharField("lembar", max_length=100)
    file_name = models.CharField("nama berkas", max_length=250)
    asked = models.CharField("pilihan", max_length=40_000, blank=True)  # a thousand people by their random ids
    at = models.DateTimeField("dicetak")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="oleh")
    words = models.JSONField("isi", encoder=Words)
    words_hash = models.CharField("sidik isi", max_length=64)
    sha256 = models.CharField("sidik berkas", max_length=64)
    size = models.PositiveIntegerField("ukuran")  # bytes
    pages = models.PositiveIntegerField("halaman")
    shows_phones = models.BooleanField("memuat nomor HP", default=False, db_default=False)
    is_archived = models.BooleanField("mengikuti arsip keuangan", default=True, db_default=True)

    objects = PrintingQuerySet.as_manager()

    class Meta:
        verbose_name = "cetakan"
        verbose_name_plural = "cetakan"
        ordering = ["-at", "-pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["angkatan", "-at", "-id"], name="printing_newest"),
            models.Index(fields=["angkatan", "paper", "-at", "-id"], name="printing_newest_of_paper"),
        ]

    def __str__(self) -> str:
        return self.name


class PrintedFile(models.Model):
    """The bytes of a printing, apart from it: a list of printings never reads them. Appended, never changed."""

    printing = models.OneToOneField(
        Printing, on_delete=models.CASCADE, primary_key=True, related_name="file", verbose_name="cetakan"
    )
    content = models.BinaryField("berkas")

    class Meta:
        verbose_name = "berkas cetakan"
        verbose_name_plural = "berkas cetakan"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.printing)


class PrintedSheet(models.Model):
    """One list of a printing: that of a session, a table of a day, or all of a paper that has no lists. Appended, never
    changed.

    ``slot`` tells which sheet of its batch it is, ``version`` the how-manieth print of that one. ``code`` stands on
    its pages, and nothing personal follows from it. ``rows`` are pairs in the order of the sheet: whose the row is (the
    number of a registration, or of a guest) and the digest of what stood there. ``ends``: the number of the last row on
    each page of the whole list; ``only``: which of them were printed, none: all. ``layout``: where on the paper rows,
    columns, marks and codes lie, as the typesetter told (``papers/typst/sheet.typ``).

    ``columns``: the number of the session in each column that is signed, from left to right; none for other papers, and
    for tables of a day that were printed before this was kept. The session is a number without a rule: a sheet stays
    what it was when its session is deleted.
    """

    class Kind(models.TextChoices):
        SESSION = "session", "Daftar hadir"
        DAY = "day", "Daftar hadir harian"
        RECAP = "recap", "Rekap kehadiran"
        OTHER = "other", "Lembar lain"

    class Of(models.TextChoices):
        """Whose its rows are."""

        REGISTRATION = "registration", "Peserta"
        GUEST = "guest", "Narasumber, panitia, undangan"

    printing = models.ForeignKey(Printing, on_delete=models.CASCADE, related_name="sheets", verbose_name="cetakan")
    number = models.PositiveSmallIntegerField("urutan")
    angkatan = models.ForeignKey(Angkatan, on_delete=models.PROTECT, related_name="+", verbose_name="angkatan")
    slot = models.CharField("lembar yang mana", max_length=120)
    version = models.PositiveIntegerField("versi")
    code = models.CharField("kode", max_length=8, blank=True)
    kind = models.CharField("jenis", max_length=7, choices=Kind)
    session_id = models.BigIntegerField("nomor sesi", null=True)
    day = models.DateField("hari", null=True)
    part = models.PositiveSmallIntegerField("bagian", default=1)
    title = models.CharField("sebutan", max_length=400, blank=True)
    of = models.CharField("baris milik", max_length=12, choices=Of, default=Of.REGISTRATION)
    is_blank = models.BooleanField("tanpa nama", default=False)
    columns = models.JSONField("sesi tiap kolom", default=list)
    head = models.CharField("sidik kepala lembar", max_length=12, blank=True)
    rows = models.JSONField("baris", default=list)
    ends = models.JSONField("batas halaman", default=list)
    only = models.JSONField("halaman yang dicetak", default=list)
    layout = models.JSONField("letak", default=dict)

    class Meta:
        verbose_name = "lembar cetakan"
        verbose_name_plural = "lembar cetakan"
        ordering = ["printing", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["printing", "number"], name="one_sheet_a_place_in_its_printing"),
            models.UniqueConstraint(fields=["angkatan", "slot", "version"], name="one_print_a_version"),
            models.UniqueConstraint(fields=["code"], name="one_sheet_a_code", condition=~Q(code="")),
            models.CheckConstraint(name="sheet_code_is_readable", condition=Q(code="") | Q(code__regex=CODE)),
            models.CheckConstraint(name="sheet_version_counts_from_one", condition=Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, versi {self.version}"

    @property
    def printed_pages(self) -> list[int]:
        """Which pages of the list came out, in their order."""
        return [page for page in self.only if page <= len(self.ends)] or list(range(1, len(self.ends) + 1))

    def page_of(self, number: int) -> int:
        """On which page of the whole list a row stands; beyond the last person, the last one."""
        return min(bisect_left(self.ends, number) + 1, max(1, len(self.ends)))


class Printed(models.Model):
    """Which print of a sheet lies in the office: the last one of the whole list, and what was put in its place since.

    One sheet is the list of a session, a table of a day or of the recap, whatever paper it is on and in whichever
    order: a list on A4 takes the place of one on F4, for both are never signed. ``settled`` is what lies there since
    somebody said that it was replaced or struck out: {"head": …, "rows": …, "leaves": …}; a leaf is the page of a
    sheet (number of the ``PrintedSheet``, page), none: a page that nobody printed here.
    """

    class Kind(models.TextChoices):
        SESSION = "session", "Daftar hadir"
        DAY = "day", "Daftar hadir harian"
        RECAP = "recap", "Rekap kehadiran"

    angkatan = models.ForeignKey(Angkatan, on_delete=models.CASCADE, related_name="printed", verbose_name="angkatan")
    kind = models.CharField("lembar", max_length=7, choices=Kind)
    session = models.ForeignKey(
        "pelatihan.Session", on_delete=models.CASCADE, null=True, related_name="+", verbose_name="sesi"
    )
    day = models.DateField("hari", null=True)
    part = models.PositiveSmallIntegerField("bagian", default=1)
    sheet = models.OneToOneField(
        PrintedSheet, on_delete=models.CASCADE, related_name="lies", verbose_name="lembar cetakan"
    )
    settled = models.JSONField("sesudah diganti", null=True)
    settled_at = models.DateTimeField("diganti", null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="diganti oleh"
    )

    class Meta:
        verbose_name = "cetakan yang dipakai"
        verbose_name_plural = "cetakan yang dipakai"
        ordering = ["kind", "day", "session__starts_at", "session", "part"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["angkatan", "kind", "session", "day", "part"], nulls_distinct=False, name="one_print_a_sheet"
            ),
            models.CheckConstraint(
                name="print_is_of_a_session_a_day_or_all",
                condition=Q(kind="session", session__isnull=False, day=None)
                | Q(kind="day", session=None, day__isnull=False)
                | Q(kind="recap", session=None, day=None),
            ),
            models.CheckConstraint(
                name="settled_print_names_its_clerk",
                condition=Q(settled__isnull=True, settled_at=None, settled_by=None)
                | Q(settled__isnull=False, settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def at(self) -> datetime:
        return self.sheet.printing.at

    @property
    def by(self) -> Any:
        return self.sheet.printing.by

    @property
    def of_day(self) -> date | None:
        """The day of its session, or its own."""
        return self.session.day if self.session else self.day

    @property
    def lies_there(self) -> list[tuple[int, str]]:
        """The rows of the sheets that lie in the office now."""
        there = self.settled["rows"] if self.settled else self.sheet.rows
        return [(registration, digest) for registration, digest in there]

    @property
    def head_there(self) -> str:
        return str(self.settled["head"] if self.settled else self.sheet.head)

    @property
    def ends(self) -> list[int]:
        """The number of the last person on each page that lies there."""
        found: list[int] = (self.settled or {}).get("ends") or self.sheet.ends
        return found

    @property
    def leaves(self) -> list[tuple[int, int] | None]:
        """Of each page that lies there, of which sheet it is and which page of that one."""
        known = (self.settled or {}).get("leaves")
        if known is None:
            return [(self.sheet_id, page) for page in range(1, len(self.sheet.ends) + 1)]
        return [(leaf[0], leaf[1]) if leaf else None for leaf in known]
