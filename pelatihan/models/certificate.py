"""Certificates: who shall get one, and what was given to whom under which number.

What stands on a certificate is kept with it, word by word: one that is printed again is the one that was handed out,
whatever was changed in the batch since.
"""

import re
import uuid
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from ormas import names
from pelatihan import codes
from pelatihan.models.angkatan import Angkatan
from pelatihan.models.numbering import NumberSeries
from pelatihan.models.paper import Signatory
from pelatihan.models.registration import Registration

SIGNS_IN_CODE = 13  # of the code by which anybody checks one: twelve random ones, 60 bits, and a check sign
LONGEST_NUMBER, LONGEST_TEXT = 120, 400  # letters
WORDS = {  # in braces
    "kantor": "nama kantor",
    "tempat": "tempat pelatihan",
    "tanggal": "tanggal pelatihan",
    "jp": "jumlah jam pelajaran",
}
TEXT = "diselenggarakan oleh {kantor} di {tempat}, tanggal {tanggal}, selama {jp}."
PLACE = re.compile(r"\{([^{}]*)\}")


def check_words(text: str) -> None:
    """Refuse words in braces that nobody fills in.

    :raises ValidationError: with those that are
    """
    known = ", ".join(f"{{{name}}}" for name in WORDS)
    unknown = [name for name in PLACE.findall(text) if name not in WORDS]
    if unknown:
        raise ValidationError(f"{{{unknown[0][:40]}}} tidak dikenal. Yang dapat dipakai: {known}.", code="unknown")
    if set(PLACE.sub("", text)) & set("{}"):
        raise ValidationError(f"Kurung kurawal tidak berpasangan. Yang dapat dipakai: {known}.", code="braces")


class CertificateRule(models.Model):
    """Who of a batch gets a certificate, and what stands on it. Without a row the defaults hold."""

    class Measure(models.TextChoices):
        PERCENT = "percent", "Paling sedikit sekian persen jam pelajaran"
        ALL = "all", "Semua sesi materi dan diskusi"

    angkatan = models.OneToOneField(
        Angkatan, on_delete=models.CASCADE, related_name="certificate_rule", verbose_name="angkatan"
    )
    measure = models.CharField("syarat", max_length=7, choices=Measure, default=Measure.PERCENT)
    least_percent = models.PositiveSmallIntegerField(
        "persen jam pelajaran", default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    excused_counts = models.BooleanField("izin dihitung hadir", default=False)
    sick_counts = models.BooleanField("sakit dihitung hadir", default=False)
    title = models.CharField(
        "judul", max_length=40, default="Sertifikat", validators=[names.check_text],
        help_text="Misalnya “Sertifikat” atau “Piagam”.",
    )  # fmt: skip
    role = models.CharField(
        "sebagai", max_length=100, default="sebagai peserta", validators=[names.check_text],
        help_text="Di atas tema, misalnya “sebagai peserta”.",
    )  # fmt: skip
    text = models.CharField(
        "kalimat di bawah tema", max_length=LONGEST_TEXT, default=TEXT, validators=[names.check_text, check_words],
        help_text="; ".join(f"{{{name}}}: {words}" for name, words in WORDS.items()) + ".",
    )  # fmt: skip
    signer = models.ForeignKey(
        Signatory, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="penanda tangan",
        help_text="Kosong: penanda tangan pertama dari angkatan ini.",
    )  # fmt: skip
    has_back = models.BooleanField("halaman belakang", default=True, help_text="Daftar materi dengan jam pelajarannya.")
    back_signer = models.ForeignKey(
        Signatory, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="penanda tangan halaman belakang", help_text="Kosong: halaman belakang tidak ditandatangani.",
    )  # fmt: skip
    dated_on = models.DateField(
        "tanggal sertifikat", null=True, blank=True, help_text="Kosong: hari terakhir pelatihan."
    )
    series = models.ForeignKey(
        NumberSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="seri nomor",
        help_text="Nomor diambil berurutan saat diterbitkan.",
    )  # fmt: skip

    class Meta:
        verbose_name = "aturan sertifikat"
        verbose_name_plural = "aturan sertifikat"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="certificate_measure_is_known", condition=Q(measure__in=["percent", "all"])),
            models.CheckConstraint(name="certificate_percent_is_one", condition=Q(least_percent__range=(1, 100))),
            models.CheckConstraint(
                name="certificate_words_are_written", condition=~Q(title="") & ~Q(role="") & ~Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return f"Aturan sertifikat, {self.angkatan}"


class CertificateException(models.Model):
    """Somebody decided about one person, whatever the rule says. Appended only: the last one holds."""

    class Kind(models.TextChoices):
        GRANT = "grant", "Diberi, walau syaratnya belum terpenuhi"
        DENY = "deny", "Tidak diberi, walau syaratnya terpenuhi"
        LIFT = "lift", "Ikut syarat lagi"

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="certificate_exceptions", verbose_name="pendaftaran"
    )
    kind = models.CharField("keputusan", max_length=5, choices=Kind)
    reason = models.CharField("alasan", max_length=300, validators=[names.check_text])
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="petugas")

    class Meta:
        verbose_name = "pengecualian sertifikat"
        verbose_name_plural = "pengecualian sertifikat"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="certificate_exception_is_known", condition=Q(kind__in=["grant", "deny", "lift"])
            ),
            models.CheckConstraint(name="certificate_exception_gives_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class CertificateIssue(models.Model):
    """One press of the button that drew numbers for all who were entitled then; pressed twice is once.

    ``wording`` is all that their certificates say alike (``certificates/wording.py``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # of the page
    angkatan = models.ForeignKey(
        Angkatan, on_delete=models.PROTECT, related_name="certificate_issues", verbose_name="angkatan"
    )
    wording: models.JSONField[dict[str, Any]] = models.JSONField("isi")
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="petugas")

    class Meta:
        verbose_name = "penerbitan sertifikat"
        verbose_name_plural = "penerbitan sertifikat"
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Penerbitan sertifikat, {self.angkatan}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """What one asks about many certificates."""

    def in_force(self) -> Self:
        """Those that hold: given out, and not revoked."""
        gone = CertificateRevocation.objects.filter(certificate=OuterRef("pk"), restored_at=None)
        return self.filter(~Exists(gone))


class Certificate(models.Model):
    """One person's, with its number and the code by which anybody may check it. Never changed."""

    issue = models.ForeignKey(
        CertificateIssue, on_delete=models.PROTECT, related_name="certificates", verbose_name="penerbitan"
    )
    registration = models.OneToOneField(
        Registration, on_delete=models.PROTECT, related_name="certificate", verbose_name="pendaftaran"
    )
    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="+", verbose_name="seri nomor")
    no = models.PositiveIntegerField("nomor urut")
    number = models.CharField("nomor", max_length=LONGEST_NUMBER, unique=True)
    code = models.CharField("kode pemeriksaan", max_length=SIGNS_IN_CODE, unique=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "sertifikat"
        verbose_name_plural = "sertifikat"
        ordering = ["no", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["series", "no"], name="one_certificate_a_number"),
            models.CheckConstraint(
                name="certificate_code_has_its_signs",
                condition=Q(code__regex=f"^[{codes.ALPHABET}]{{{SIGNS_IN_CODE}}}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def shown_code(self) -> str:
        return shown(self.code)


def shown(code: str) -> str:
    """``7K4M-9QXP-2TWR5``."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


class CertificateVersion(models.Model):
    """Whose name it bore when it was made: the first one, and each "salinan" after it. Appended only."""

    certificate = models.ForeignKey(
        Certificate, on_delete=models.CASCADE, related_name="versions", verbose_name="sertifikat"
    )
    copy = models.PositiveSmallIntegerField("salinan ke-", default=1)
    front_title = models.CharField("gelar depan", max_length=40, blank=True)
    name = models.CharField("nama", max_length=150)
    back_title = models.CharField("gelar belakang", max_length=60, blank=True)
    ormas = models.CharField("ormas", max_length=200)
    reason = models.CharField("alasan", max_length=300, blank=True, validators=[names.check_text])
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="petugas")

    class Meta:
        verbose_name = "salinan sertifikat"
        verbose_name_plural = "salinan sertifikat"
        ordering = ["certificate", "copy"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["certificate", "copy"], name="one_version_a_copy"),
            models.CheckConstraint(
                name="certificate_copy_gives_a_reason",
                condition=Q(copy=1, reason="") | Q(copy__gt=1) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return names.with_titles(self.front_title, self.name, self.back_title)


class CertificateRevocation(models.Model):
    """That a certificate holds no more, from when until somebody took that back."""

    certificate = models.ForeignKey(
        Certificate, on_delete=models.CASCADE, related_name="revocations", verbose_name="sertifikat"
    )
    reason = models.CharField("alasan", max_length=300, validators=[names.check_text])
    at = models.DateTimeField("dicabut")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="dicabut oleh"
    )
    restored_at = models.DateTimeField("diberlakukan lagi", null=True, blank=True)
    restored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="diberlakukan lagi oleh",
    )  # fmt: skip

    class Meta:
        verbose_name = "pencabutan sertifikat"
        verbose_name_plural = "pencabutan sertifikat"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(restored_at=None), name="one_open_revocation_a_certificate"
            ),
            models.CheckConstraint(name="revocation_gives_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="restored_certificate_names_its_clerk",
                condition=Q(restored_at=None, restored_by=None)
                | Q(restored_at__gte=F("at"), restored_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reason
