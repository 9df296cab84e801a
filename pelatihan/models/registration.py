"""One delegate in one batch, and the history of every decision about it."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Lower, Upper
from django.urls import reverse

from ormas import names
from ormas.models import Delegate, Ormas, tidy_person
from ormas.search import Plain
from pelatihan import codes
from pelatihan.lifecycle import ACTIVE, HOLDING_SEAT, Action, Role, Status
from pelatihan.models.angkatan import Angkatan, Invitation

# Submitted, needs a fix, accepted; but a walk-in only once it is accepted, and nobody who is held back.
_WAITING_WALK_IN = Q(source="walk_in", status__in=[Status.SUBMITTED, Status.NEEDS_FIX])
_HOLDS_SEAT = Q(status__in=sorted(HOLDING_SEAT), is_held_back=False) & ~_WAITING_WALK_IN


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """What one asks about many registrations."""

    def holding_seat(self) -> Self:
        return self.filter(_HOLDS_SEAT)

    def held_back(self) -> Self:
        """Without a seat until staff look: too many came from one place."""
        return self.filter(is_held_back=True)

    def active(self) -> Self:
        return self.filter(status__in=sorted(ACTIVE))

    def accepted(self) -> Self:
        return self.filter(status=Status.ACCEPTED)

    def expected(self) -> Self:
        """The denominator everywhere: accepted, and those whom the desk let in."""
        attendance = apps.get_model("pelatihan", "Attendance")  # defined above this layer of the package
        let_in = attendance.objects.filter(registration=OuterRef("pk")).came()
        return self.filter(Q(status=Status.ACCEPTED) | Exists(let_in))

    def figures(self) -> dict[str, int]:
        """How many stand at each status, and ``held``: how many hold a seat. One query, by status along an index."""
        figures = {status.value: 0 for status in Status} | {"held": 0}
        rows = self.order_by().values("status").annotate(number=Count("*"), held=Count("pk", filter=_HOLDS_SEAT))
        for row in rows:
            figures[row["status"]] = row["number"]
            figures["held"] += row["held"]
        return figures

    def in_queue(self) -> Self:
        """Waiting people with a place in the queue, first come first."""
        return self.filter(status=Status.WAITLISTED, queue_number__isnull=False).order_by("queue_number")

    def sorted_by_ormas(self) -> Self:
        """Listed and written organisations in one row of names; two rivals of one name are not mixed."""
        return self.order_by(Lower(Coalesce("ormas__name", "ormas_text")), "ormas_id", Lower("name"), "pk")

    def sorted_by_name(self) -> Self:
        return self.order_by(Lower("name"), "pk")

    def part(self, first: int, last: int | None) -> Self:
        """Those from place to place of their order. Sorted without their columns: of 30,000 in a third of the time."""
        return self.filter(pk__in=list(self.values_list("pk", flat=True)[first:last]))


class Registration(models.Model):
    """What is printed (titles, name, position) is kept here as it was for this training."""

    class Source(models.TextChoices):
        WEB = "web", "Daftar sendiri"
        GROUP = "group", "Didaftarkan ormas"
        STAFF = "staff", "Dicatat petugas"
        IMPORT = "import", "Impor"
        WALK_IN = "walk_in", "Datang langsung"

    angkatan = models.ForeignKey(
        Angkatan,
        on_delete=models.PROTECT,
        db_index=False,  # "registration_in_turn" is its index
        related_name="registrations",
        verbose_name="angkatan",
    )
    delegate = models.ForeignKey(
        Delegate, on_delete=models.PROTECT, related_name="registrations", verbose_name="peserta"
    )
    invitation = models.ForeignKey(
        Invitation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name="undangan",
    )
    ormas = models.ForeignKey(
        Ormas,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # "registration_of_ormas" is its index
        related_name="registrations",
        verbose_name="ormas",
    )
    ormas_text = models.CharField("ormas di luar daftar", max_length=200, blank=True, validators=[names.check_text])
    code = models.CharField("kode", max_length=codes.LENGTH, unique=True, default=codes.new_code, editable=False)
    ref = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    status = models.CharField("status", max_length=10, choices=Status, default=Status.SUBMITTED)
    source = models.CharField("asal", max_length=8, choices=Source)
    queue_number = models.PositiveIntegerField("nomor antrean", null=True, blank=True)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name="menggantikan",
    )
    counts_for = models.ForeignKey(  # the other one of a merged person in this batch: attendance adds up there
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="counted",
        db_index=False, verbose_name="kehadirannya dihitung untuk",
    )  # fmt: skip
    front_title = models.CharField("gelar depan", max_length=40, blank=True)
    name = models.CharField("nama", max_length=150, validators=[names.check_name])
    back_title = models.CharField("gelar belakang", max_length=60, blank=True)
    nickname = models.CharField("nama panggilan", max_length=40, blank=True)
    position = models.CharField("jabatan", max_length=80, blank=True)
    special_needs = models.CharField(
        "kebutuhan khusus", max_length=300, blank=True, help_text="Dihapus setelah kegiatan."
    )
    # by registration/nik.py alone: readable with the office's key, and found again by a keyed hash
    nik_sealed = models.CharField("NIK tersegel", max_length=255, blank=True, default="", db_default="", editable=False)
    nik_hash = models.CharField(
        "sidik NIK", max_length=64, blank=True, default="", db_default="", editable=False,
        help_text="Sidik berkunci, bukan NIK; dihapus bersama NIK.",
    )  # fmt: skip
    submission_token = models.UUIDField("tanda kiriman", null=True, blank=True, unique=True, editable=False)
    submitted_at = models.DateTimeField("waktu mendaftar")
    answered_at = models.DateTimeField("perbaikan dijawab", null=True, blank=True, editable=False)  # heads the queue
    is_held_back = models.BooleanField("perlu dilihat", default=False, db_default=False, editable=False)
    plain = models.GeneratedField(  # what the desk searches (ormas.search)
        expression=Plain.of("name", "ormas_text"), output_field=models.TextField(), db_persist=True, editable=False
    )
    network = models.CharField(
        "sidik tempat", max_length=32, blank=True, default="", db_default="", editable=False,
        help_text="Sidik berkunci, bukan alamat; dihapus setelah sepekan.",
    )  # fmt: skip

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = "pendaftaran"
        verbose_name_plural = "pendaftaran"
        ordering = ["-submitted_at", "-pk"]
        permissions = [
            ("decide_registration", "Dapat memutuskan pendaftaran"),
            ("view_code", "Dapat melihat kode pendaftaran"),
            ("view_special_needs", "Dapat melihat kebutuhan khusus"),
            ("view_nik", "Dapat melihat NIK"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["angkatan", "delegate"],
                condition=Q(status__in=sorted(ACTIVE)),
                name="one_active_registration_a_delegate",
                violation_error_message="Peserta ini sudah terdaftar di angkatan ini.",
            ),
            models.UniqueConstraint(fields=["angkatan", "queue_number"], name="one_place_a_queue_number"),
            models.CheckConstraint(
                name="ormas_is_listed_or_written",
                condition=Q(ormas__isnull=False, ormas_text="") | Q(ormas__isnull=True) & ~Q(ormas_text=""),
                violation_error_message="Pilih ormas dari daftar, atau tulis namanya.",
            ),
            models.CheckConstraint(name="code_has_eight_signs", condition=Q(code__regex=codes.PATTERN)),
            models.CheckConstraint(name="status_is_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="source_is_known", condition=Q(source__in=["web", "group", "staff", "import", "walk_in"])
            ),
            models.CheckConstraint(
                name="only_waiting_people_queue", condition=Q(queue_number=None) | Q(status=Status.WAITLISTED)
            ),
            models.CheckConstraint(
                name="only_submitted_people_are_held_back",
                condition=Q(is_held_back=False) | Q(status=Status.SUBMITTED),
            ),
            models.CheckConstraint(name="registered_name_is_written", condition=Q(name__length__gte=2)),
            models.CheckConstraint(name="nobody_replaces_oneself", condition=Q(replaces=None) | ~Q(replaces=F("pk"))),
            models.CheckConstraint(
                name="nik_is_sealed_and_found_or_neither",
                condition=Q(nik_sealed="", nik_hash="") | ~Q(nik_sealed="") & Q(nik_hash__regex="^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(name="nik_is_never_plain", condition=~Q(nik_sealed__regex="^[0-9]{1,16}$")),
            models.CheckConstraint(
                name="only_who_is_cancelled_counts_for_another",
                condition=Q(counts_for=None) | Q(status=Status.CANCELLED) & ~Q(counts_for=F("pk")),
            ),
        ]
        indexes = [
            # A list of one status in its order, its place in the queue, and how many stand where, without the rows
            models.Index(
                fields=["angkatan", "status", "submitted_at", "id"], name="registration_in_turn",
                include=["answered_at", "source", "is_held_back"],
            ),
            models.Index(fields=["status", "submitted_at", "id"], name="registration_by_status"),
            models.Index(
                fields=["answered_at", "submitted_at", "id"], name="registration_to_decide",
                condition=Q(status=Status.SUBMITTED),
            ),
            # Both in one: two indexes, each put to use, would read all of a large batch for each of its organisations
            models.Index(fields=["ormas", "angkatan"], name="registration_of_ormas"),
            models.Index(fields=["-submitted_at", "-id"], name="registration_newest"),
            models.Index(fields=["angkatan", "-submitted_at", "-id"], name="registration_newest_of_batch"),
            models.Index(fields=["angkatan", "network"], name="registration_network", condition=~Q(network="")),
            models.Index(fields=["angkatan"], name="registration_held_back", condition=Q(is_held_back=True)),
            models.Index(fields=["counts_for"], name="registration_counts_for", condition=Q(counts_for__isnull=False)),
            models.Index("angkatan", Lower("name"), name="registration_name_order"),
            models.Index(fields=["nik_hash"], name="registration_nik", condition=~Q(nik_hash="")),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="registration_name_search"),
            GinIndex(OpClass(Upper("ormas_text"), "gin_trgm_ops"), name="registration_ormas_search"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.full_name  # no code: lists and histories show this to people who may not see it

    def get_absolute_url(self) -> str:
        return reverse("delegate", args=[self.shown_code])

    def clean(self) -> None:
        tidy_person(self)

    @property
    def holds_seat(self) -> bool:
        """Whether ``holding_seat()`` counts it."""
        return not self.is_held_back and self.would_hold_seat(self.status)

    def would_hold_seat(self, status: Status | str) -> bool:
        """Whether it would hold a seat at that status, once staff have looked at it."""
        is_waiting_walk_in = self.source == self.Source.WALK_IN and status != Status.ACCEPTED
        return status in HOLDING_SEAT and not is_waiting_walk_in

    @property
    def is_unverified(self) -> bool:
        """Whether the person came to the door without a registration, and no verifier has decided about it yet."""
        return self.source == self.Source.WALK_IN and self.status in {Status.SUBMITTED, Status.NEEDS_FIX}

    @property
    def full_name(self) -> str:
        return names.with_titles(self.front_title, self.name, self.back_title)

    @property
    def shown_code(self) -> str:
        return codes.display(self.code)

    @property
    def ormas_name(self) -> str:
        return self.ormas.name if self.ormas else self.ormas_text


# What gives a seat or a queue number, before the table of lifecycle.py has its say.
GETTING_A_PLACE = [("register", "Mendaftar"), ("release", "Diloloskan")]
TAKING_BACK = [("undo", "Diurungkan")]
MERGING = [("merge", "Digabung")]  # cancelled because the person stands there twice; nobody is told
UNDO_FOR = timedelta(minutes=10)


class Decision(models.Model):
    """One press of a button by which staff decided one or many registrations. It can be taken back for ten minutes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # of the page: pressed twice is once
    action = models.CharField("tindakan", max_length=12, choices=Action)
    reason = models.CharField("alasan", max_length=500, blank=True)
    fields = ArrayField(models.CharField(max_length=20), verbose_name="isian yang diminta", default=list, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="petugas"
    )
    at = models.DateTimeField("waktu")
    refused = models.JSONField("tidak diputuskan", default=list)  # pairs: number of the registration, sentence
    undone_at = models.DateTimeField("diurungkan", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="diurungkan oleh",
    )  # fmt: skip
    not_undone = models.JSONField("tidak diurungkan", default=list)  # pairs, as above

    class Meta:
        verbose_name = "keputusan"
        verbose_name_plural = "keputusan"
        ordering = ["-at"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="undone_decision_names_its_clerk",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_is_undone_within_its_time",
                condition=Q(undone_at=None) | Q(undone_at__gte=F("at"), undone_at__lt=F("at") + UNDO_FOR),
            ),
        ]
        indexes = [models.Index(fields=["actor", "-at"], name="decision_newest_of_clerk")]

    def __str__(self) -> str:
        return str(self.get_action_display())

    @property
    def undo_until(self) -> datetime:
        return self.at + UNDO_FOR

    def can_be_undone(self, at: datetime) -> bool:
        return self.undone_at is None and at < self.undo_until


class StatusChange(models.Model):
    """Who moved a registration from where to where, when, why. Appended; the database refuses changes."""

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="history", verbose_name="pendaftaran"
    )
    action = models.CharField(
        "tindakan", max_length=12, choices=[*GETTING_A_PLACE, *Action.choices, *TAKING_BACK, *MERGING]
    )
    from_status = models.CharField("dari", max_length=10, choices=Status, blank=True)
    to_status = models.CharField("menjadi", max_length=10, choices=Status)
    role = models.CharField("oleh", max_length=10, choices=Role)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name="petugas"
    )
    reason = models.CharField("alasan", max_length=500, blank=True)
    fields = ArrayField(  # what is to be mended; empty: anything
        models.CharField(max_length=20), verbose_name="isian yang diminta", default=list, blank=True
    )
    at = models.DateTimeField("waktu")
    is_late = models.BooleanField("setelah daftar dibekukan", default=False)
    # what an undo needs to know besides: by which press of a button, and the place that was given up
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="changes", verbose_name="keputusan"
    )
    from_queue_number = models.PositiveIntegerField("dari nomor antrean", null=True, blank=True)
    from_held_back = models.BooleanField("tadinya perlu dilihat", default=False, db_default=False)

    class Meta:
        verbose_name = "riwayat"
        verbose_name_plural = "riwayat"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="staff_change_names_its_clerk", condition=~Q(role=Role.STAFF) | Q(actor__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["registration", "at"], name="history_in_time_order")]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.get_to_status_display()}"


class Correction(models.Model):
    """One field of a person put right: what stood there and stands there now, by whom, when, why. Appended only.

    Of special needs and NIK it says that there are some, never which. When the time of phone, mail and gender is over,
    both values are blanked (``privacy.purge``): the one change that the database lets through.
    """

    CONTACT = ("phone", "email", "gender")
    THERE, OTHER = "ada", "ada, diganti"  # what is noted of special needs and NIK
    UNTOLD = ("special_needs", "nik")

    class Field(models.TextChoices):
        FRONT_TITLE = "front_title", "Gelar depan"
        NAME = "name", "Nama lengkap"
        BACK_TITLE = "back_title", "Gelar belakang"
        NICKNAME = "nickname", "Nama panggilan"
        POSITION = "position", "Jabatan"
        GENDER = "gender", "Jenis kelamin"
        ORMAS = "ormas", "Ormas"
        PHONE = "phone", "Nomor HP"
        EMAIL = "email", "Surel"
        SPECIAL_NEEDS = "special_needs", "Kebutuhan khusus"
        NIK = "nik", "NIK"
        AGREES_PHOTO = "agrees_photo", "Izin foto"
        AGREES_GROUP = "agrees_group", "Izin grup WhatsApp"
        AGREES_INVITE = "agrees_invite", "Izin diundang lagi"
        AGREES_SPECIAL_NEEDS = "agrees_special_needs", "Izin mencatat kebutuhan khusus"

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, db_index=False, related_name="corrections", verbose_name="pendaftaran"
    )
    field = models.CharField("isian", max_length=20, choices=Field)
    old = models.CharField("semula", max_length=300, blank=True)
    new = models.CharField("menjadi", max_length=300, blank=True)
    role = models.CharField("oleh", max_length=10, choices=Role)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name="petugas"
    )
    device = models.CharField("perangkat", max_length=60, blank=True)
    reason = models.CharField("alasan", max_length=500, blank=True)
    at = models.DateTimeField("waktu")
    is_late = models.BooleanField("setelah daftar dibekukan", default=False)

    class Meta:
        verbose_name = "pembetulan"
        verbose_name_plural = "pembetulan"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="staff_correction_names_its_clerk", condition=~Q(role=Role.STAFF) | Q(actor__isnull=False)
            ),
            models.CheckConstraint(name="correction_changes_something", condition=~Q(old=F("new")) | Q(old="", new="")),
            models.CheckConstraint(
                name="correction_keeps_no_special_needs",
                condition=~Q(field__in=["special_needs", "nik"])
                | Q(old__in=["", "ada", "ada, diganti"], new__in=["", "ada", "ada, diganti"]),
            ),
        ]
        indexes = [models.Index(fields=["registration", "at"], name="corrections_in_time_order")]

    def __str__(self) -> str:
        return str(self.get_field_display())


class ToldQuerySet(models.QuerySet["Told"]):
    """What one asks about many notes."""

    def standing(self) -> Self:
        """Those that nobody took back: the message that one belongs to still counts as sent."""
        return self.filter(Q(message=None) | Q(message__state="sent"))


class Told(models.Model):
    """That somebody wrote to a person on WhatsApp about the status they stood at, or told them of a change of the plan:
    staff, or the ormas' contact person.
    Appended, as history is. The message by which it was done says whether that was taken back since.
    """

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="told", verbose_name="pendaftaran"
    )
    status = models.CharField("status yang dikabarkan", max_length=10, choices=Status)
    role = models.CharField("oleh", max_length=10, choices=Role, default=Role.STAFF, db_default=Role.STAFF)
    plan_change = models.ForeignKey(  # of what they were told instead
        "pelatihan.PlanChange", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="perubahan rencana",
    )  # fmt: skip
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="petugas",
    )
    at = models.DateTimeField("waktu")
    message = models.ForeignKey(
        "pelatihan.Message", on_delete=models.PROTECT, null=True, blank=True, related_name="told", verbose_name="pesan"
    )

    objects = ToldQuerySet.as_manager()

    class Meta:
        verbose_name = "kabar"
        verbose_name_plural = "kabar"
        ordering = ["at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="told_by_staff_names_its_clerk",
                condition=Q(role=Role.STAFF, actor__isnull=False) | ~Q(role=Role.STAFF) & Q(actor=None),
            ),
        ]
        indexes = [models.Index(fields=["registration", "-at"], name="told_newest")]

    def __str__(self) -> str:
        return f"Dikabari: {self.get_status_display()}"
