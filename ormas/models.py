"""Organisations, their legal papers, and the people they send."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import TrigramStrictWordSimilarity
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.db import connections, models
from django.db.models import F, Q
from django.db.models.functions import Length, Lower, Now, Upper
from django.db.models.lookups import GreaterThan

from ormas import names, phones
from ormas.likeness import Key
from ormas.search import Plain, plain_words

models.CharField.register_lookup(Length)
models.TextField.register_lookup(Length)

SKT_YEARS = 5
LONGEST_NOTES = 5_000  # letters: two pages
MOST_NEAR, MOST_COMPARED, NOT_ALIEN = 200, 2_000, 0.3


CITY_HOPS = """
    WITH RECURSIVE hop(city) AS (
        (SELECT city FROM ormas_ormas WHERE merged_into_id IS NULL ORDER BY city LIMIT 1)
        UNION ALL
        SELECT (
            SELECT city FROM ormas_ormas WHERE city > hop.city AND merged_into_id IS NULL ORDER BY city LIMIT 1
        )
        FROM hop WHERE hop.city IS NOT NULL
    ) SELECT city FROM hop WHERE city IS NOT NULL
"""


class OrmasQuerySet(models.QuerySet["Ormas"]):
    """What one asks about many organisations."""

    def matching(self, words: str) -> Self:
        """Those whose name or abbreviation holds each of the words, whatever the case, diacritics and apostrophes."""
        found = self if plain_words(words) or not words.strip() else self.none()
        for word in plain_words(words):
            found = found.filter(plain__contains=word)
        return found

    def near(self, words: str) -> Self:
        """The 200 nearest of those that nearly hold each of the words (or its beginning), or all together and none of
        them not at all: a letter left out, doubled or wrong. Of a word that thousands nearly hold the first 2,000 are
        compared. The limits are fences, too: without them PostgreSQL may walk all names for ten seconds.
        """
        wanted = plain_words(words)
        each = [Q(plain__trigram_strict_word_similar=word) | Q(plain__trigram_word_similar=word) for word in wanted]
        somehow = [GreaterThan(TrigramStrictWordSimilarity(word, "plain"), NOT_ALIEN) for word in wanted]
        together = Q(*somehow, plain__trigram_strict_word_similar=" ".join(wanted))
        compared = self.filter(Q(*each) | together).order_by().values("pk")[:MOST_COMPARED]
        nearest = self.filter(pk__in=compared).nearest_first(words).values("pk")[:MOST_NEAR]
        return self.filter(pk__in=nearest) if wanted else self.none()

    def nearest_first(self, words: str) -> Self:
        return self.order_by(TrigramStrictWordSimilarity(" ".join(plain_words(words)), "plain").desc(), "pk")

    def found_by(self, words: str) -> Self:
        """Those that hold each of the words; where there is none, those that nearly do. Asks the database once."""
        exact = self.matching(words)
        return exact if exact.exists() else self.near(words)

    def cities(self) -> list[str]:
        """Every city once, A to Z. Hops from city to city along the index: DISTINCT would read every row."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(CITY_HOPS)
            return [city for (city,) in cursor.fetchall() if city]

    def in_name_order(self) -> Self:
        """A to Z whatever the case or collation of the database."""
        return self.order_by(Lower("name"), "pk")


_OrmasManager = models.Manager.from_queryset(OrmasQuerySet)


class CurrentOrmas(_OrmasManager["Ormas"]):
    """Those that stand for themselves: whoever lists, searches or chooses never meets a row that was merged away."""

    def get_queryset(self) -> OrmasQuerySet:
        return OrmasQuerySet(self.model, using=self._db).filter(merged_into=None)


class Ormas(models.Model):
    """A civil organisation. Two rivals may carry one name: nothing merges by itself (UU 17/2013, UU 16/2017)."""

    class KindOfBody(models.TextChoices):
        ORMAS = "ormas", "Organisasi kemasyarakatan"
        GOVERNMENT_FORMED = "government_formed", "Lembaga bentukan pemerintah (FKDM, FKUB, LMK, …)"
        OTHER = "other", "Lembaga lain"

    class LegalForm(models.TextChoices):
        FOUNDATION = "foundation", "Yayasan"
        ASSOCIATION = "association", "Perkumpulan"
        UNINCORPORATED = "unincorporated", "Tidak berbadan hukum"
        UNKNOWN = "unknown", "Belum diketahui"

    class Verification(models.TextChoices):
        UNVERIFIED = "unverified", "Belum diverifikasi"
        VERIFIED = "verified", "Terverifikasi"
        REJECTED = "rejected", "Ditolak"
        DISPUTED = "disputed", "Sengketa kepengurusan"

    name = models.CharField("nama resmi", max_length=200, validators=[MinLengthValidator(2), names.check_text])
    abbreviation = models.CharField("singkatan", max_length=40, blank=True, validators=[names.check_text])
    level = models.CharField("tingkat", max_length=40, blank=True, help_text="Misalnya DPP, DPD, DPW, DPC.")
    kind = models.CharField("jenis lembaga", max_length=20, choices=KindOfBody, default=KindOfBody.ORMAS)
    legal_form = models.CharField("bentuk hukum", max_length=20, choices=LegalForm, default=LegalForm.UNKNOWN)
    field = models.CharField("bidang kegiatan", max_length=80, blank=True)
    city = models.CharField("kota/kabupaten", max_length=80, blank=True, db_index=True)
    secretariat_address = models.CharField("alamat sekretariat", max_length=300, blank=True)
    contact_name = models.CharField("narahubung", max_length=150, blank=True)
    contact_phone = models.CharField("nomor HP narahubung", max_length=20, blank=True)
    contact_email = models.EmailField("surel narahubung", blank=True)
    board_term_until = models.DateField("masa bakti pengurus sampai", null=True, blank=True)
    verification = models.CharField("verifikasi", max_length=12, choices=Verification, default=Verification.UNVERIFIED)
    notes = models.TextField("catatan", blank=True, max_length=LONGEST_NOTES)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+", db_index=False,
        verbose_name="digabung ke",
    )  # fmt: skip
    updated_at = models.DateTimeField("diubah", auto_now=True, db_default=Now())  # how old a contact is (privacy.purge)
    plain = models.GeneratedField(  # what is searched (ormas.search)
        expression=Plain.of("name", "abbreviation"), output_field=models.TextField(), db_persist=True, editable=False
    )

    objects = CurrentOrmas()
    with_merged = OrmasQuerySet.as_manager()  # every row there is: for purging and for histories

    class Meta:
        verbose_name = "ormas"
        verbose_name_plural = "ormas"
        ordering = [Lower("name"), "pk"]
        constraints = [
            models.CheckConstraint(
                name="ormas_name_is_written",
                condition=Q(name__length__gte=2),
                violation_error_message="Tulis nama resmi ormas.",
            ),
            models.CheckConstraint(
                name="ormas_notes_have_an_end",
                condition=Q(notes__length__lte=LONGEST_NOTES),
                violation_error_message=f"Catatan terlalu panjang. Tulis paling banyak {LONGEST_NOTES} huruf.",
            ),
            models.CheckConstraint(
                name="ormas_not_merged_into_itself", condition=Q(merged_into=None) | ~Q(merged_into=F("pk"))
            ),
        ]
        indexes = [
            models.Index(Lower("name"), name="ormas_name_order"),
            GinIndex(OpClass("plain", "gin_trgm_ops"), name="ormas_search"),
            models.Index(fields=["merged_into"], name="ormas_merged", condition=Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.abbreviation})" if self.abbreviation else self.name

    def clean(self) -> None:
        self.name = names.tidy(self.name)
        self.contact_name = names.tidy(self.contact_name)

    @property
    def is_disputed(self) -> bool:
        return self.verification == self.Verification.DISPUTED


class LegalDocument(models.Model):
    """A paper that shows the organisation's standing. An SKT is valid five years; an approval has no end."""

    class Kind(models.TextChoices):
        APPROVAL = "approval", "Pengesahan badan hukum (AHU)"
        SKT = "skt", "SKT Kemendagri"
        RECORDED = "recorded", "Surat Keterangan Tercatat"
        REPORTED = "reported", "Surat Keterangan Melapor"
        OTHER = "other", "Lainnya"

    ormas = models.ForeignKey(Ormas, on_delete=models.CASCADE, related_name="documents", verbose_name="ormas")
    kind = models.CharField("jenis", max_length=12, choices=Kind)
    number = models.CharField("nomor", max_length=100)
    issuer = models.CharField("penerbit", max_length=120, blank=True)
    issued_on = models.DateField("tanggal terbit", null=True, blank=True)
    expires_on = models.DateField(
        "berlaku sampai", null=True, blank=True, help_text="Kosongkan bila tanpa batas waktu."
    )

    class Meta:
        verbose_name = "dokumen legalitas"
        verbose_name_plural = "dokumen legalitas"
        ordering = ["ormas", "-issued_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="document_expires_after_issue",
                condition=Q(issued_on__isnull=True) | Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                violation_error_message="Tanggal berlaku tidak boleh mendahului tanggal terbit.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def valid_until(self) -> date | None:
        """Its last day; an SKT without one is valid five years from its issue (Permendagri 57/2017). None: no end."""
        if self.expires_on or self.kind != self.Kind.SKT or self.issued_on is None:
            return self.expires_on
        year, leap_day = self.issued_on.year + SKT_YEARS, (self.issued_on.month, self.issued_on.day) == (2, 29)
        return self.issued_on.replace(year=year, day=28 if leap_day else self.issued_on.day)

    def is_valid(self, on: date) -> bool:
        return self.valid_until is None or self.valid_until >= on


class Gender(models.TextChoices):
    """Needed for rooms only."""

    MALE = "L", "Laki-laki"
    FEMALE = "P", "Perempuan"


class Delegate(models.Model):
    """A person sent by an organisation; lives on across trainings. A public form only ever adds one."""

    ormas = models.ForeignKey(
        Ormas, on_delete=models.PROTECT, related_name="delegates", null=True, blank=True, verbose_name="ormas"
    )
    front_title = models.CharField("gelar depan", max_length=40, blank=True)
    name = models.CharField("nama", max_length=150, validators=[names.check_name], help_text="Sesuai KTP, tanpa gelar.")
    back_title = models.CharField("gelar belakang", max_length=60, blank=True)
    nickname = models.CharField("nama panggilan", max_length=40, blank=True)
    gender = models.CharField("jenis kelamin", max_length=1, choices=Gender, blank=True)
    position = models.CharField("jabatan di ormas", max_length=80, blank=True)
    phone = models.CharField("nomor HP (WhatsApp)", max_length=20, blank=True, validators=[phones.check_stored])
    email = models.EmailField("surel", blank=True)
    privacy_version = models.CharField("versi pemberitahuan privasi", max_length=20, blank=True)
    privacy_at = models.DateTimeField("waktu membaca pemberitahuan", null=True, blank=True)
    agrees_photo = models.BooleanField("foto kegiatan boleh memuatnya", default=False)
    agrees_group = models.BooleanField("boleh dimasukkan ke grup WhatsApp", default=False)
    agrees_invite = models.BooleanField("bersedia diundang lagi", default=False)
    agrees_special_needs = models.BooleanField("kebutuhan khususnya boleh dicatat", default=False, db_default=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="digabung ke"
    )
    created_at = models.DateTimeField("dibuat", auto_now_add=True)
    likeness = models.GeneratedField(  # the name as it is compared (ormas.likeness)
        expression=Key.of("name"), output_field=models.TextField(), db_persist=True, editable=False
    )

    class Meta:
        verbose_name = "peserta"
        verbose_name_plural = "peserta"
        ordering = [Lower("name"), "pk"]
        permissions = [
            ("view_contact", "Dapat melihat nomor HP dan surel"),
            ("merge_delegate", "Dapat menggabungkan peserta dan ormas"),
        ]
        constraints = [
            models.CheckConstraint(name="delegate_name_is_written", condition=Q(name__length__gte=2)),
            models.CheckConstraint(name="delegate_gender_is_known", condition=Q(gender__in=["", *Gender.values])),
            models.CheckConstraint(
                name="delegate_phone_is_mobile", condition=Q(phone="") | Q(phone__regex=phones.STORED)
            ),
            models.CheckConstraint(
                name="delegate_privacy_version_and_time",
                condition=Q(privacy_version="", privacy_at=None) | ~Q(privacy_version="") & Q(privacy_at__isnull=False),
            ),
            models.CheckConstraint(
                name="delegate_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
            ),
        ]
        indexes = [
            models.Index(Lower("name"), name="delegate_name_order"),
            models.Index(fields=["phone"], name="delegate_phone"),
            models.Index(fields=["likeness"], name="delegate_likeness"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="delegate_name_search"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def clean(self) -> None:
        tidy_person(self)

    @property
    def full_name(self) -> str:
        return names.with_titles(self.front_title, self.name, self.back_title)


WRITTEN = {
    "front_title": names.check_letters,
    "name": names.check_letters,
    "back_title": names.check_letters,
    "nickname": names.check_letters,
    "position": names.check_position,
}


def tidy_person(person: Any) -> None:
    """Tidy and check the written fields that a delegate and a registration share.

    :raises ValidationError: by field, for signs that papers lack
    """
    problems: dict[str, ValidationError] = {}
    for field, check in WRITTEN.items():
        setattr(person, field, names.tidy(getattr(person, field)))
        try:
            check(getattr(person, field))
        except ValidationError as problem:
            problems[field] = problem
    if problems:
        raise ValidationError(problems)
