"""What stands on papers beside participants: letterhead, signers, guests."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from ormas import names


class Letterhead(models.Model):
    """Kop surat: two bold lines, address, spaced city, postal code; the emblem's place stays a placeholder."""

    label = models.CharField("sebutan", max_length=60, help_text="Untuk memilihnya, misalnya “Badan, 2019”.")
    first_line = models.CharField("baris pertama", max_length=120, validators=[names.check_text])
    second_line = models.CharField("baris kedua", max_length=120, validators=[names.check_text])
    address = models.CharField("alamat dan telepon", max_length=250, validators=[names.check_text])
    city = models.CharField("kota", max_length=60, blank=True, validators=[names.check_text])
    postcode = models.CharField("kode pos", max_length=5, blank=True, validators=[names.check_text])

    class Meta:
        verbose_name = "kop surat"
        verbose_name_plural = "kop surat"
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label


class Signatory(models.Model):
    """An official who signs. The prefix says in what right: Plt., Plh., a.n., u.b."""

    class Prefix(models.TextChoices):
        ACTING = "Plt.", "Plt."
        DAILY = "Plh.", "Plh."
        ON_BEHALF = "a.n.", "a.n."
        FOR = "u.b.", "u.b."

    name = models.CharField("nama dengan gelar", max_length=150, validators=[names.check_text])
    title = models.CharField(
        "jabatan",
        max_length=200,
        help_text="Seperti di bawah surat, tanpa Plt. atau a.n.",
        validators=[names.check_text],
    )
    prefix = models.CharField("awalan jabatan", max_length=5, choices=Prefix, blank=True)
    employee_number = models.CharField(
        "NIP",
        max_length=18,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{18}\Z", "NIP terdiri atas 18 angka, tanpa spasi.")],
    )

    class Meta:
        verbose_name = "penanda tangan"
        verbose_name_plural = "penanda tangan"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="signatory_number_has_18_digits",
                condition=Q(employee_number="") | Q(employee_number__regex=r"^[0-9]{18}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.full_title})"

    @property
    def full_title(self) -> str:
        return f"{self.prefix} {self.title}".strip()

    @property
    def printed_number(self) -> str:
        """The 18 digits as they are printed: 8-6-1-3 (birth date, appointment, sex, serial)."""
        digits = self.employee_number
        return " ".join(filter(None, (digits[:8], digits[8:14], digits[14:15], digits[15:])))


class AngkatanSignatory(models.Model):
    """Who signs the papers of one batch, and in which place, from left to right."""

    angkatan = models.ForeignKey(
        "pelatihan.Angkatan", on_delete=models.CASCADE, related_name="signers", verbose_name="angkatan"
    )
    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, verbose_name="penanda tangan")
    heading = models.CharField(
        "kata di atas jabatan",
        max_length=60,
        blank=True,
        help_text="Misalnya “Mengetahui,”. Kosong: kota dan tanggal.",
        validators=[names.check_text],
    )
    place = models.PositiveSmallIntegerField("urutan dari kiri", default=1)

    class Meta:
        verbose_name = "penanda tangan angkatan"
        verbose_name_plural = "penanda tangan angkatan"
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["angkatan", "place"],
                name="one_signer_a_place",
                violation_error_message="Urutan ini sudah dipakai penanda tangan lain.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.signatory)


class Guest(models.Model):
    """Somebody on papers and badges who neither registers nor checks in: speaker, committee, invited guest."""

    class Category(models.TextChoices):
        SPEAKER = "speaker", "Narasumber"
        COMMITTEE = "committee", "Panitia"
        INVITED = "invited", "Undangan"

    angkatan = models.ForeignKey(
        "pelatihan.Angkatan", on_delete=models.CASCADE, related_name="guests", verbose_name="angkatan"
    )
    category = models.CharField("kategori", max_length=10, choices=Category)
    name = models.CharField("nama dengan gelar", max_length=150, validators=[names.check_text])
    position = models.CharField("jabatan", max_length=120, blank=True, validators=[names.check_text])
    institution = models.CharField("instansi", max_length=150, blank=True, validators=[names.check_text])
    session = models.ForeignKey(
        "pelatihan.Session", on_delete=models.SET_NULL, null=True, blank=True, verbose_name="sesi yang diisi"
    )

    class Meta:
        verbose_name = "narasumber, panitia, undangan"
        verbose_name_plural = "narasumber, panitia, undangan"
        ordering = ["category", "name", "pk"]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_category_display()}"

    def clean(self) -> None:
        if self.session and self.session.angkatan_id != self.angkatan_id:
            raise ValidationError({"session": "Pilih sesi dari angkatan ini."})
