"""The office that runs this installation: its name and its clock are data, so any Kesbangpol can use it."""

import time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from ormas import names

LONGEST_RULES = 5_000  # letters
HOUSE_RULES = """\
Peserta hadir di ruangan paling lambat 15 menit sebelum sesi dimulai dan menandatangani daftar hadir setiap sesi.
Peserta mengikuti seluruh sesi dari awal sampai akhir. Yang berhalangan memberi tahu panitia dengan alasannya.
Peserta berpakaian rapi dan sopan, serta memakai kartu peserta selama kegiatan.
Telepon genggam disetel senyap selama sesi. Panggilan diterima di luar ruangan.
Pertanyaan dan pendapat disampaikan dengan santun, bergantian, lewat moderator.
Peserta dilarang membawa senjata, minuman keras, dan narkotika, serta merokok di dalam ruangan dan kamar.
Peserta tidak membagikan bahan partai politik atau kampanye selama kegiatan.
Kamar diisi menurut pembagian panitia. Pertukaran kamar hanya dengan persetujuan panitia.
Kamar dapat dimasuki mulai pukul 14.00 dan dikosongkan paling lambat pukul 11.00 pada hari terakhir.
Biaya keluarga yang ikut, minibar, cucian, dan layanan kamar ditanggung peserta sendiri.
Peserta menjaga bawaan masing-masing serta kebersihan dan perlengkapan tempat kegiatan.
Yang sakit atau memerlukan bantuan segera menghubungi panitia."""


class Office(models.Model):
    """One row: who invites, and what the clock on the wall is called."""

    class Zone(models.TextChoices):
        WIB = "WIB", "WIB (Jakarta)"
        WITA = "WITA", "WITA (Makassar)"
        WIT = "WIT", "WIT (Jayapura)"

    ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}

    short_name = models.CharField("nama singkat", max_length=60, default="Kesbangpol")
    name = models.CharField(
        "nama lengkap",
        max_length=150,
        default="Badan Kesatuan Bangsa dan Politik",
        validators=[names.check_text],
    )
    city = models.CharField("kota", max_length=60, blank=True, validators=[names.check_text])
    zone_label = models.CharField("zona waktu", max_length=4, choices=Zone, default=Zone.WIB)
    privacy_contact = models.CharField(
        "kontak pelindungan data",
        max_length=200,
        blank=True,
        help_text="Ke mana orang bertanya tentang datanya: nama, telepon atau surel.",
    )

    house_rules = models.TextField(
        "tata tertib",
        blank=True,
        default=HOUSE_RULES,
        max_length=LONGEST_RULES,
        help_text="Satu ketentuan tiap baris; nomornya dicetak sendiri. Angkatan dapat memakai tata tertib lain.",
        validators=[names.check_lines],
    )

    class Meta:
        verbose_name = "kantor"
        verbose_name_plural = "kantor"
        permissions = [("enter_admin", "Dapat masuk ke halaman administrasi")]
        constraints = [
            models.CheckConstraint(name="office_is_one", condition=Q(pk=1)),
            models.CheckConstraint(name="office_zone_is_known", condition=Q(zone_label__in=["WIB", "WITA", "WIT"])),
            models.CheckConstraint(
                name="house_rules_have_an_end",
                condition=Q(house_rules__length__lte=LONGEST_RULES),
                violation_error_message=f"Tata tertib terlalu panjang. Tulis paling banyak {LONGEST_RULES} huruf.",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def save(self, **options: Any) -> None:
        super().save(**options)
        forget_office()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.ZONES[self.zone_label])


SECONDS_KEPT = 30  # an office is renamed once in years, and asked for on every request
_kept: tuple[float, Office] | None = None


def office() -> Office:
    """The office of this installation, read at most every 30 seconds in each process.

    Before staff have filled it in: one with the default words.
    """
    global _kept
    now = time.monotonic()
    if _kept is None or now - _kept[0] > SECONDS_KEPT:
        _kept = (now, Office.objects.filter(pk=1).first() or Office(pk=1))
    return _kept[1]


def forget_office() -> None:
    """Read the office anew at the next call: after it was saved, and between tests."""
    global _kept
    _kept = None
