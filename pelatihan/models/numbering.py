"""A series of numbers as an office gives them to letters and certificates: a pattern, and the last that was drawn."""

import re
import string

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from ormas import names

FIELDS = {
    "no": "nomor urut, misalnya {no:03} untuk 007",
    "kode": "kode di bawah",
    "bulan_romawi": "bulan, misalnya III",
    "bulan": "bulan, misalnya 03",
    "tahun": "tahun",
    "angkatan": "nomor angkatan, misalnya II",
}
WIDTH = re.compile(r"0[1-9]\Z")
EXAMPLE = "{no:03}/{kode}/{bulan_romawi}/{tahun}"


def check_pattern(pattern: str) -> None:
    """Refuse what would not make a number, or not one of its own for each.

    :raises ValidationError: with what to write instead
    """
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError:
        raise ValidationError(f"Kurung kurawal tidak berpasangan. Tulis seperti {EXAMPLE}.") from None
    found = [name for _text, name, _form, _turn in parts if name is not None]
    unknown = [name for name in found if name not in FIELDS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise ValidationError(f"{{{unknown[0]}}} tidak dikenal. Yang dikenal: {known}.")
    if "no" not in found:
        raise ValidationError(f"Pola harus memuat {{no}}, agar tiap nomor berbeda. Tulis seperti {EXAMPLE}.")
    for _text, name, form, turn in parts:
        if turn or (form and not (name == "no" and WIDTH.match(form))):
            raise ValidationError(f"Hanya nomor yang dapat diberi lebar, seperti {{no:03}}. Tulis seperti {EXAMPLE}.")


class NumberSeries(models.Model):
    """Numbers are drawn one after the other under a lock on this row. ``numbering.draw`` alone writes ``last``."""

    label = models.CharField("sebutan", max_length=80, unique=True, help_text="Misalnya “Sertifikat 2019”.")
    pattern = models.CharField(
        "pola nomor", max_length=100, default=EXAMPLE, validators=[check_pattern, names.check_text],
        help_text="; ".join(f"{{{name}}}: {words}" for name, words in FIELDS.items()),
    )  # fmt: skip
    code = models.CharField("kode", max_length=40, blank=True, validators=[names.check_text])
    last = models.PositiveIntegerField("nomor terakhir", default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = "seri nomor"
        verbose_name_plural = "seri nomor"
        ordering = ["label"]
        constraints = [
            models.CheckConstraint(name="number_pattern_has_its_number", condition=Q(pattern__contains="{no")),
        ]

    def __str__(self) -> str:
        return self.label
