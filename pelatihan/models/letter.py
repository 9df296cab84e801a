"""The letter by which an ormas names its people ("surat tugas"), as its contact person uploaded it."""

import uuid

from django.db import models
from django.db.models import Q

from pelatihan.models.angkatan import Invitation

MOST_BYTES = 10 * 1024 * 1024


class AssignmentLetter(models.Model):
    """One file that was taken. Its own number names it on the disk; nothing of the sender's name for it is kept."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        JPEG = "jpeg", "foto"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="letters", verbose_name="undangan"
    )
    kind = models.CharField("jenis", max_length=4, choices=Kind)
    size = models.PositiveIntegerField("ukuran (byte)")
    sha256 = models.CharField("sidik SHA-256", max_length=64)
    uploaded_at = models.DateTimeField("diunggah")
    opened_at = models.DateTimeField("pertama dibuka petugas", null=True, blank=True)

    class Meta:
        verbose_name = "surat tugas"
        verbose_name_plural = "surat tugas"
        ordering = ["-uploaded_at", "-pk"]
        default_permissions = ()
        permissions = [
            ("view_letter", "Dapat membuka surat tugas"),
            ("receive_letter", "Dapat menandai surat tugas diterima"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["invitation", "sha256"], name="one_row_a_letter"),
            models.CheckConstraint(name="letter_kind_is_known", condition=Q(kind__in=["pdf", "jpeg"])),
            models.CheckConstraint(name="letter_is_not_too_large", condition=Q(size__range=(1, MOST_BYTES))),
        ]

    def __str__(self) -> str:
        return f"Surat tugas ({self.get_kind_display()})"

    @property
    def file_name(self) -> str:
        return f"{self.pk}.{'pdf' if self.kind == self.Kind.PDF else 'jpg'}"
