"""The letter by which an office invites organisations: what the office wrote for one batch, and the number of each."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from ormas import names
from pelatihan.models.angkatan import Angkatan, Invitation
from pelatihan.models.numbering import NumberSeries
from pelatihan.models.paper import Signatory

LONGEST_PART = 1500  # letters of a paragraph, of the rules, of those who get a copy


def _text(label: str, help_text: str = "") -> Any:
    return models.TextField(label, blank=True, max_length=LONGEST_PART, help_text=help_text)


class InvitationLetter(models.Model):
    """What the letters of one batch say. An empty text is the usual one (batches/invitation_letters.py)."""

    angkatan = models.OneToOneField(
        Angkatan, on_delete=models.CASCADE, related_name="invitation_letter", verbose_name="angkatan"
    )
    series = models.ForeignKey(
        NumberSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="seri nomor"
    )
    dated_on = models.DateField("tanggal surat", null=True, blank=True)
    town = models.CharField("kota surat", max_length=60, blank=True, validators=[names.check_text])
    urgency = models.CharField("sifat", max_length=40, blank=True, validators=[names.check_text])
    subject = models.CharField("hal", max_length=150, blank=True)
    opening = _text("pembuka")
    request = _text("permintaan")
    rules = _text("ketentuan", "Satu hal tiap baris.")
    closing = _text("penutup")
    copies = _text("tembusan", "Satu penerima tiap baris, yang tertinggi lebih dulu. Kosong: tanpa tembusan.")
    signer = models.ForeignKey(
        Signatory, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="penanda tangan"
    )

    class Meta:
        verbose_name = "surat undangan"
        verbose_name_plural = "surat undangan"
        default_permissions = ()
        permissions = [("write_invitation_letter", "Dapat menyusun dan mencetak surat undangan")]
        constraints = [
            models.CheckConstraint(
                name=f"invitation_letter_{part}_has_an_end", condition=Q(**{f"{part}__length__lte": LONGEST_PART})
            )
            for part in ("opening", "request", "rules", "closing", "copies")
        ]

    def __str__(self) -> str:
        return f"Surat undangan {self.angkatan}"


class LetterNumber(models.Model):
    """The number of the letter to one organisation: drawn once, kept for every reprint, never given to another. It
    stays in the register, with whom it went to, when the invitation is deleted."""

    invitation = models.OneToOneField(
        Invitation, on_delete=models.SET_NULL, null=True, related_name="letter_number", verbose_name="undangan"
    )
    ormas = models.CharField("ormas", max_length=200)
    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="+", verbose_name="seri nomor")
    no = models.PositiveIntegerField("nomor urut")
    text = models.CharField("nomor", max_length=700)  # a short pattern may repeat a long code
    dated_on = models.DateField("tanggal surat")
    at = models.DateTimeField("diberi nomor")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        verbose_name = "nomor surat"
        verbose_name_plural = "nomor surat"
        ordering = ["no"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["series", "no"], name="one_letter_a_number"),
            models.UniqueConstraint(fields=["text"], name="one_letter_a_written_number"),
        ]

    def __str__(self) -> str:
        return self.text
