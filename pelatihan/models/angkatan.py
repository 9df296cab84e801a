"""One training batch, and the organisations asked to it."""

from datetime import date, datetime, timedelta
from itertools import chain, count
from typing import Any, Self
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import localdate

from ormas import names, phones
from ormas.models import Ormas
from pelatihan import dates, phases
from pelatihan.models.counting import number_of
from pelatihan.models.office import LONGEST_RULES
from pelatihan.phases import Phase

YEARS = range(2000, 2101)
MOST_DECISION_DAYS = 60
LONGEST_INTRO, LONGEST_BRING = 5_000, 1_000  # letters
LONGEST = timedelta(days=30)  # from the first day to the last; pages and papers go through them one by one
ENDS_TOO_EARLY = "Hari terakhir tidak boleh mendahului hari pertama."
CLOSES_TOO_EARLY = "Pendaftaran harus ditutup setelah dibuka."
LETTER_TOO_LATE = "Surat tugas harus ada paling lambat pada hari pertama. Pilih tanggal itu atau sebelumnya."


class AngkatanQuerySet(models.QuerySet["Angkatan"]):
    """What one asks about many batches."""

    def published(self) -> Self:
        return self.filter(published=True)

    def newest_first(self) -> Self:
        return self.order_by("-starts_on", "-number")

    def over(self, at: datetime) -> Self:
        """Past, cancelled or closed."""
        is_over = Q(ends_on__lt=localdate(at)) | Q(cancelled_at__isnull=False) | Q(closed_at__isnull=False)
        return self.filter(is_over)

    def not_over(self, at: datetime) -> Self:
        """Running or still to come."""
        return self.filter(ends_on__gte=localdate(at), cancelled_at=None, closed_at=None)

    def with_seats_held(self) -> Self:
        """Adds ``held``: how many registrations hold a seat."""
        return self.annotate(
            held=number_of(_registrations().filter(angkatan=OuterRef("pk")).holding_seat(), "angkatan")
        )

    def with_figures(self) -> Self:
        """Adds ``accepted`` and ``accepted_ormas``: people and organisations that are in."""
        accepted = _registrations().filter(angkatan=OuterRef("pk")).accepted()
        return self.annotate(
            accepted=number_of(accepted, "angkatan"),
            accepted_ormas=number_of(accepted, "angkatan", Count("ormas", distinct=True)),
        )


def _registrations() -> Any:
    return apps.get_model("pelatihan", "Registration").objects  # its module stands on this one


class Angkatan(models.Model):
    """A batch: who may come, when, where, how many. ``(number, year)`` names it; weekdays are computed."""

    number = models.PositiveSmallIntegerField(
        "nomor", validators=[MinValueValidator(1), MaxValueValidator(99)], help_text="Angka biasa: 2 dicetak II."
    )
    year = models.PositiveSmallIntegerField(
        "tahun", validators=[MinValueValidator(YEARS[0]), MaxValueValidator(YEARS[-1])]
    )
    slug = models.SlugField("alamat", max_length=20, unique=True, blank=True, help_text="Terisi sendiri: 2019-ii.")
    theme = models.CharField("tema", max_length=300, validators=[names.check_text])
    intro = models.TextField(
        "keterangan untuk peserta",
        blank=True,
        max_length=LONGEST_INTRO,
        help_text="Tampil di halaman angkatan: kamar, makan, dan lainnya.",
    )
    bring = models.TextField(
        "yang dibawa dan dipakai",
        blank=True,
        default="",
        db_default="",
        max_length=LONGEST_BRING,
        help_text="Satu hal tiap baris, misalnya “Surat tugas dari ormas”. Tampil di halaman setiap peserta.",
    )
    house_rules = models.TextField(
        "tata tertib",
        blank=True,
        default="",
        db_default="",
        max_length=LONGEST_RULES,
        help_text="Satu ketentuan tiap baris. Kosong: tata tertib kantor.",
        validators=[names.check_lines],
    )
    venue = models.CharField("tempat", max_length=200, validators=[names.check_text])
    meeting_point = models.CharField(
        "titik kumpul",
        max_length=200,
        blank=True,
        default="",
        db_default="",
        validators=[names.check_text],
        help_text="Bila peserta berkumpul di tempat lain atau lebih awal: “Balai Kota, pukul 08.00 WIB”.",
    )
    town = models.CharField(
        "kota penandatanganan",
        max_length=60,
        help_text="Di depan tanggal, di atas tanda tangan.",
        validators=[names.check_text],
    )
    starts_on = models.DateField("hari pertama")
    ends_on = models.DateField("hari terakhir")
    opens_at = models.DateTimeField("pendaftaran dibuka", null=True, blank=True)
    closes_at = models.DateTimeField("pendaftaran ditutup", null=True, blank=True)
    decision_days = models.PositiveSmallIntegerField(
        "keputusan dalam (hari)",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DECISION_DAYS)],
        help_text="Paling lama berapa hari setelah mendaftar. Peserta membaca tanggalnya. Kosong: tidak dijanjikan.",
    )
    letter_due_on = models.DateField(
        "surat tugas paling lambat",
        null=True,
        blank=True,
        help_text="Peserta dan ormas membaca tanggalnya. Kosong: tidak ada batas yang disebut.",
    )
    welcomes_walk_ins = models.BooleanField(
        "boleh datang langsung dengan surat tugas",
        default=False,
        db_default=False,
        help_text="Setelah pendaftaran ditutup, halaman angkatan dan pendaftaran menyebutkannya.",
    )
    capacity = models.PositiveSmallIntegerField("kapasitas (kursi)", default=100)
    seats_per_ormas = models.PositiveSmallIntegerField("kursi tiap ormas", default=3)
    open_minutes = models.PositiveSmallIntegerField(
        "presensi dibuka, menit sebelum sesi", default=60, validators=[MaxValueValidator(720)]
    )
    late_minutes = models.PositiveSmallIntegerField(
        "terlambat setelah, menit", default=15, validators=[MaxValueValidator(720)]
    )
    help_name = models.CharField("narahubung", max_length=100, blank=True)
    help_phone = models.CharField("nomor HP narahubung", max_length=20, blank=True, validators=[phones.check_stored])
    help_hours = models.CharField("jam layanan", max_length=80, blank=True)
    asks_nik = models.BooleanField("meminta NIK", default=False, help_text="Hanya bila diperlukan untuk keuangan.")
    letterhead = models.ForeignKey(
        "pelatihan.Letterhead", on_delete=models.PROTECT, null=True, blank=True, verbose_name="kop surat"
    )
    published = models.BooleanField("tampil untuk umum", default=False)
    frozen_at = models.DateTimeField("daftar dibekukan", null=True, blank=True)
    cancelled_at = models.DateTimeField("dibatalkan", null=True, blank=True)
    cancel_reason = models.CharField("alasan pembatalan", max_length=300, blank=True)
    closed_at = models.DateTimeField("ditutup", null=True, blank=True)
    desk_pin = models.CharField(  # hashed as passwords are; desk/pin.py alone writes it
        "PIN meja", max_length=128, blank=True, default="", db_default="", editable=False
    )
    desk_pin_at = models.DateTimeField("PIN meja dibuat", null=True, blank=True, editable=False)
    desk_pin_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name="PIN meja dibuat oleh",
    )  # fmt: skip
    queue_counter = models.PositiveIntegerField("nomor antrean terakhir", default=0, editable=False)
    plan_change = models.ForeignKey(  # the latest, so that no page has to look for it
        "pelatihan.PlanChange", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name="perubahan rencana terakhir",
    )  # fmt: skip

    # there only after with_seats_held() and with_figures()
    held: int
    accepted: int
    accepted_ormas: int

    objects = AngkatanQuerySet.as_manager()

    class Meta:
        verbose_name = "angkatan"
        verbose_name_plural = "angkatan"
        ordering = ["-starts_on", "-number"]
        permissions = [
            ("view_board", "Dapat melihat papan kehadiran"),
            ("use_desk", "Dapat mencatat presensi di meja"),
            ("view_recap", "Dapat melihat rekap kehadiran"),
            ("mark_attendance", "Dapat mengubah kehadiran"),
            ("print_papers", "Dapat mencetak lembar"),
            ("let_in", "Dapat mempersilakan masuk atas tanggung jawab"),
            ("decide_late", "Dapat memutuskan kiriman susulan"),
            ("manage_devices", "Dapat mengatur perangkat meja presensi"),
            ("show_room_code", "Dapat menampilkan kode ruangan"),
            ("arrange_rooms", "Dapat membagi kamar"),
            ("manage_payments", "Dapat menyusun tanda terima dan honor"),
            ("issue_certificates", "Dapat menerbitkan dan mencabut sertifikat"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "year"],
                name="one_batch_a_number_and_year",
                violation_error_message="Angkatan dengan nomor dan tahun ini sudah ada.",
            ),
            models.CheckConstraint(name="batch_number_starts_at_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="batch_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=ENDS_TOO_EARLY,
            ),
            models.CheckConstraint(
                name="batch_lasts_a_month_at_most",
                condition=Q(ends_on__lte=F("starts_on") + LONGEST),
                violation_error_message="Pelatihan berlangsung paling lama 31 hari. Periksa hari pertama dan terakhir.",
            ),
            models.CheckConstraint(
                name="registration_closes_after_it_opens",
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                violation_error_message=CLOSES_TOO_EARLY,
            ),
            models.CheckConstraint(
                name="decision_comes_within_two_months",
                condition=Q(decision_days=None) | Q(decision_days__range=(1, MOST_DECISION_DAYS)),
                violation_error_message=f"Tulis 1 sampai {MOST_DECISION_DAYS} hari, atau kosongkan.",
            ),
            models.CheckConstraint(
                name="letter_is_due_by_the_first_day",
                condition=Q(letter_due_on=None) | Q(letter_due_on__lte=F("starts_on")),
                violation_error_message=LETTER_TOO_LATE,
            ),
            models.CheckConstraint(
                name="batch_intro_has_an_end",
                condition=Q(intro__length__lte=LONGEST_INTRO),
                violation_error_message=f"Keterangan terlalu panjang. Tulis paling banyak {LONGEST_INTRO} huruf.",
            ),
            models.CheckConstraint(
                name="batch_bring_has_an_end",
                condition=Q(bring__length__lte=LONGEST_BRING),
                violation_error_message=f"Yang dibawa terlalu panjang. Tulis paling banyak {LONGEST_BRING} huruf.",
            ),
            models.CheckConstraint(
                name="batch_rules_have_an_end",
                condition=Q(house_rules__length__lte=LONGEST_RULES),
                violation_error_message=f"Tata tertib terlalu panjang. Tulis paling banyak {LONGEST_RULES} huruf.",
            ),
            models.CheckConstraint(
                name="desk_pin_names_who_made_it",
                condition=Q(desk_pin="", desk_pin_at=None, desk_pin_by=None)
                | ~Q(desk_pin="") & Q(desk_pin_at__isnull=False, desk_pin_by__isnull=False),
            ),
            models.CheckConstraint(name="desk_pin_is_hashed", condition=~Q(desk_pin__regex="^[0-9]+$")),
            models.CheckConstraint(
                name="cancelled_batch_gives_a_reason",
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""),
                violation_error_message="Tulis alasan pembatalan; peserta membacanya.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **options: Any) -> None:
        if not self.slug:
            self.slug = self.free_slug()
        super().save(**options)

    def get_absolute_url(self) -> str:
        return reverse("angkatan", args=[self.slug])

    def clean(self) -> None:
        """Each mistake where it can be mended; the same rules stand in the constraints."""
        errors = {}
        if self.starts_on and self.year and self.starts_on.year != self.year:
            errors["year"] = "Tahun angkatan harus sama dengan tahun hari pertama."
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            errors["ends_on"] = ENDS_TOO_EARLY
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            errors["closes_at"] = CLOSES_TOO_EARLY
        if self.starts_on and self.letter_due_on and self.letter_due_on > self.starts_on:
            errors["letter_due_on"] = LETTER_TOO_LATE
        if errors:
            raise ValidationError(errors)

    def free_slug(self) -> str:
        """``2019-ii``; ``2019-ii-2`` while another batch keeps that address from a time when it had this number."""
        wanted = f"{self.year}-{dates.roman(self.number).lower()}"
        taken = set(Angkatan.objects.exclude(pk=self.pk).values_list("slug", flat=True))
        return next(slug for slug in chain([wanted], (f"{wanted}-{n}" for n in count(2))) if slug not in taken)

    def fitting_slug(self) -> str:
        """The address for number and year as they are now; one that people may have in hand stays as it is."""
        return self.slug if self.is_known() else self.free_slug()

    def is_known(self) -> bool:
        """Whether anybody outside the office may have read of it, as the database has it."""
        here = Angkatan.objects.filter(pk=self.pk)
        return here.filter(Q(published=True) | Q(registrations__isnull=False)).exists()

    @property
    def name(self) -> str:
        """``Angkatan II 2019``, as screens say it."""
        return f"Angkatan {dates.roman(self.number)} {self.year}"

    @property
    def full_name(self) -> str:
        """``Angkatan II Tahun 2019``, as papers say it."""
        return f"Angkatan {dates.roman(self.number)} Tahun {self.year}"

    @property
    def full_theme(self) -> str:
        """``Pelatihan Peningkatan Peran …``, whether or not the theme itself starts with that word."""
        return self.theme if self.theme.casefold().startswith("pelatihan") else f"Pelatihan {self.theme}"

    @property
    def date_range(self) -> str:
        return dates.date_range(self.starts_on, self.ends_on)

    @property
    def day_range(self) -> str:
        return dates.day_range(self.starts_on, self.ends_on)

    def phase(self, at: datetime) -> Phase:
        """Where the batch stands at this moment."""
        return phases.phase_of(self, at)

    def queue_moves(self, at: datetime) -> bool:
        """Whether the queue still moves up by itself."""
        return phases.queue_moves(self, at)

    def changes_at_once(self, at: datetime) -> bool:
        """Whether delegates and contact persons change things by themselves, without asking."""
        return phases.changes_at_once(self, at)

    def decided_by(self, submitted_at: datetime) -> date | None:
        """The day by which a decision is promised to who registered then: before the training begins."""
        if self.decision_days is None:
            return None
        promised = localdate(submitted_at) + timedelta(days=self.decision_days)
        return min(promised, self.starts_on - timedelta(days=1))

    def things_to_bring(self) -> list[str]:
        """What to bring and wear, one thing each."""
        return [line for line in (each.strip(" -•*\t") for each in self.bring.splitlines()) if line]

    @property
    def map_link(self) -> str:
        """Where a map shows the venue; it opens the map's own app on a phone."""
        return f"https://www.google.com/maps/search/?api=1&query={quote(self.venue, safe='')}"

    def days(self) -> list[date]:
        """Every calendar day from the first to the last."""
        return [date.fromordinal(day) for day in range(self.starts_on.toordinal(), self.ends_on.toordinal() + 1)]


_NOT_TOLD = Q(told_at=None)
_NOT_OPENED = Q(told_at__isnull=False, opened_at=None)
_INCOMPLETE = Q(held__lt=Coalesce("own_seats", "angkatan__seats_per_ormas"))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """What one asks about many invitations."""

    def with_seats_held(self) -> Self:
        """Adds ``held``: seats that the organisation holds in that batch."""
        of_ormas = _registrations().filter(angkatan=OuterRef("angkatan"), ormas=OuterRef("ormas"))
        return self.annotate(held=number_of(of_ormas.holding_seat(), "angkatan"))

    def not_told(self) -> Self:
        """Those to whom the link that opens them now was not sent."""
        return self.filter(_NOT_TOLD)

    def not_opened(self) -> Self:
        """Those who have the link and never followed it."""
        return self.filter(_NOT_OPENED)

    def incomplete(self) -> Self:
        """Those who may name somebody more; after ``with_seats_held()``."""
        return self.filter(_INCOMPLETE)

    def figures(self) -> dict[str, int]:
        """How many there are of each kind; after ``with_seats_held()``."""
        return self.order_by().aggregate(
            all=Count("pk"),
            not_told=Count("pk", filter=_NOT_TOLD),
            not_opened=Count("pk", filter=_NOT_OPENED),
            incomplete=Count("pk", filter=_INCOMPLETE),
        )


_InvitationManager = models.Manager.from_queryset(InvitationQuerySet)


class CurrentInvitations(_InvitationManager["Invitation"]):
    """Those that hold: not the second one of two that became one when their organisations were merged."""

    def get_queryset(self) -> InvitationQuerySet:
        return InvitationQuerySet(self.model, using=self._db).filter(merged_into=None)


class Invitation(models.Model):
    """An organisation asked to one batch. Raising ``token_version`` revokes the link given out before; what was told
    and opened speaks of the link that holds now (registration/links.py)."""

    angkatan = models.ForeignKey(
        Angkatan, on_delete=models.CASCADE, related_name="invitations", verbose_name="angkatan"
    )
    ormas = models.ForeignKey(Ormas, on_delete=models.PROTECT, related_name="invitations", verbose_name="ormas")
    own_seats = models.PositiveSmallIntegerField(
        "kursi", null=True, blank=True, help_text="Kosong: sama dengan kursi tiap ormas pada angkatan."
    )
    token_version = models.PositiveSmallIntegerField("versi tautan", default=1, editable=False)
    told_at = models.DateTimeField("tautan dikirim", null=True, blank=True, editable=False)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="dikirim oleh",
    )
    opened_at = models.DateTimeField("tautan pertama dibuka", null=True, blank=True, editable=False)
    last_opened_at = models.DateTimeField("tautan terakhir dibuka", null=True, blank=True, editable=False)
    note = models.CharField("catatan", max_length=200, blank=True)
    # "surat tugas": ticked by staff, also for an original on paper that was never uploaded
    letter_received_at = models.DateTimeField("surat tugas diterima", null=True, blank=True, editable=False)
    letter_received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name="surat tugas diterima oleh",
    )  # fmt: skip

    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+", db_index=False,
        verbose_name="digabung ke",
    )  # fmt: skip

    held: int  # there only after with_seats_held()

    objects = CurrentInvitations()
    with_merged = InvitationQuerySet.as_manager()  # every row there is

    class Meta:
        verbose_name = "undangan"
        verbose_name_plural = "undangan"
        ordering = ["angkatan", "ormas__name"]
        permissions = [("view_link", "Dapat melihat tautan undangan")]
        constraints = [
            models.UniqueConstraint(
                fields=["angkatan", "ormas"],
                condition=Q(merged_into=None),
                name="one_invitation_an_ormas",
                violation_error_message="Ormas ini sudah diundang ke angkatan ini.",
            ),
            models.CheckConstraint(
                name="told_invitation_names_its_clerk",
                condition=Q(told_at=None, told_by=None) | Q(told_at__isnull=False, told_by__isnull=False),
            ),
            models.CheckConstraint(
                name="invitation_not_merged_into_itself", condition=Q(merged_into=None) | ~Q(merged_into=F("pk"))
            ),
            models.CheckConstraint(
                name="invitation_opened_first_then_last",
                condition=Q(opened_at=None, last_opened_at=None)
                | Q(opened_at__isnull=False, last_opened_at__isnull=False, last_opened_at__gte=F("opened_at")),
            ),
            models.CheckConstraint(
                name="received_letter_names_its_clerk",
                condition=Q(letter_received_at=None, letter_received_by=None)
                | Q(letter_received_at__isnull=False, letter_received_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["merged_into"], name="invitation_merged", condition=Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.ormas} → {self.angkatan}"

    @property
    def seats(self) -> int:
        """How many people the organisation may send."""
        return self.angkatan.seats_per_ormas if self.own_seats is None else self.own_seats
