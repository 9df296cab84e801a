"""What stands on papers beside participants: letterhead, signers, guests."""

from collections.abc import Iterable
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Length, Lower
from django.db.models.lookups import LessThanOrEqual

from ormas import names
from ormas.models import Gender

MOST_EMBLEM_BYTES = 400_000  # as it is drawn anew: 512 pixels and 256 colours never need as much


class Letterhead(models.Model):
    """Kop surat: emblem, two bold lines, address, spaced city, postal code. Without an emblem its place is marked."""

    label = models.CharField("sebutan", max_length=60, help_text="Untuk memilihnya, misalnya “Badan, 2019”.")
    first_line = models.CharField("baris pertama", max_length=120, validators=[names.check_text])
    second_line = models.CharField("baris kedua", max_length=120, validators=[names.check_text])
    address = models.CharField("alamat dan telepon", max_length=250, validators=[names.check_text])
    city = models.CharField("kota", max_length=60, blank=True, validators=[names.check_text])
    postcode = models.CharField("kode pos", max_length=5, blank=True, validators=[names.check_text])
    emblem = models.BinaryField("lambang", null=True)  # a PNG as papers/emblem.py draws it anew; nothing else

    class Meta:
        verbose_name = "kop surat"
        verbose_name_plural = "kop surat"
        ordering = ["label"]
        constraints = [
            models.CheckConstraint(
                name="emblem_is_small",
                condition=Q(emblem=None) | Q(LessThanOrEqual(Length("emblem"), MOST_EMBLEM_BYTES)),
            ),
        ]

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


class GuestQuerySet(models.QuerySet["Guest"]):
    """What one asks about many guests."""

    def in_print_order(self) -> Self:
        """By category as papers name them, and in each as the committee put them."""
        turn = Case(*(When(category=kind, then=Value(at)) for at, kind in enumerate(Guest.Category)))
        return self.order_by(turn, "place", Lower("name"), "pk")

    def in_turn(self) -> Self:
        """As they speak; who is at no session comes last."""
        return self.order_by(F("session__starts_at").asc(nulls_last=True), "session", "place", Lower("name"), "pk")


class Guest(models.Model):
    """Somebody on papers and badges who neither registers nor checks in: speaker, moderator, committee, invited guest.

    A row is one person in one session: who speaks twice has two, and signs twice (``one_a_person`` for badges).
    """

    class Category(models.TextChoices):
        SPEAKER = "speaker", "Narasumber"
        MODERATOR = "moderator", "Moderator"
        COMMITTEE = "committee", "Panitia"
        INVITED = "invited", "Undangan"

    angkatan = models.ForeignKey(
        "pelatihan.Angkatan", on_delete=models.CASCADE, related_name="guests", verbose_name="angkatan"
    )
    category = models.CharField("kategori", max_length=10, choices=Category)
    name = models.CharField("nama dengan gelar", max_length=150, validators=[names.check_text])
    nickname = models.CharField(
        "nama panggilan", max_length=40, blank=True, default="", db_default="", validators=[names.check_text]
    )
    gender = models.CharField("L/P", max_length=1, choices=Gender, blank=True, default="", db_default="")
    position = models.CharField("jabatan", max_length=120, blank=True, validators=[names.check_text])
    institution = models.CharField("instansi", max_length=150, blank=True, validators=[names.check_text])
    session = models.ForeignKey(
        "pelatihan.Session", on_delete=models.SET_NULL, null=True, blank=True, verbose_name="sesi yang diisi"
    )
    subject = models.CharField(
        "materi",
        max_length=250,
        blank=True,
        default="",
        db_default="",
        help_text="Kosong: judul sesinya.",
        validators=[names.check_text],
    )
    place = models.PositiveSmallIntegerField(
        "urutan", default=1, db_default=1, validators=[MinValueValidator(1), MaxValueValidator(999)]
    )

    objects = GuestQuerySet.as_manager()

    class Meta:
        verbose_name = "narasumber, panitia, undangan"
        verbose_name_plural = "narasumber, panitia, undangan"
        ordering = ["category", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="guest_category_is_known",
                condition=Q(category__in=["speaker", "moderator", "committee", "invited"]),
            ),
            models.CheckConstraint(name="guest_gender_is_known", condition=Q(gender__in=["", "L", "P"])),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_category_display()}"

    def clean(self) -> None:
        if self.session and self.session.angkatan_id != self.angkatan_id:
            raise ValidationError({"session": "Pilih sesi dari angkatan ini."})

    @property
    def printed_subject(self) -> str:
        """What they speak about: what was typed, or what the session is called."""
        return self.subject or (self.session.title if self.session else "")


def one_a_person(guests: Iterable[Guest]) -> list[Guest]:
    """Of each person the first row: who speaks in two sessions has one badge and one bed."""
    firsts: dict[tuple[str, str], Guest] = {}
    for guest in guests:
        firsts.setdefault((guest.category, guest.name.casefold()), guest)
    return list(firsts.values())
