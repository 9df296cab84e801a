"""What happened about attendance (events, appended only), and what counts (one row a person and session)."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from pelatihan import dates
from pelatihan.models.device import Device
from pelatihan.models.registration import Registration
from pelatihan.models.session import Session


class AttendanceState(models.TextChoices):
    """What counts for one person in one session. Who has no row is "Belum"."""

    PRESENT = "present", "Hadir"
    LATE = "late", "Terlambat"
    EXCUSED = "excused", "Izin"
    SICK = "sick", "Sakit"
    ABSENT = "absent", "Tanpa keterangan"
    LEFT = "left", "Pulang awal"


class Outcome(models.TextChoices):
    """The desk's answer to one check-in, or why an undo was refused."""

    PRESENT = "present", "Hadir"
    LATE = "late", "Terlambat"
    ALREADY = "already", "Sudah tercatat"
    NOT_OPEN = "not_open", "Belum dibuka"
    CLOSED = "closed", "Sesi sudah ditutup"
    NOT_ACCEPTED = "not_accepted", "Belum diterima"
    OTHER_ANGKATAN = "other_angkatan", "Angkatan lain"
    UNKNOWN_CODE = "unknown_code", "Kode tidak dikenal"
    INVALID = "invalid", "Tidak terbaca"
    ALREADY_UNDONE = "already_undone", "Sudah diurungkan"
    DOUBTED = "doubted", "Jam diragukan"
    EMPTIED = "emptied", "Dikosongkan panitia"
    TOO_MANY = "too_many", "Ponsel sudah dipakai tiga orang"
    STRUCK = "struck", "Dicoret panitia"


CLOCK_ERROR_SHOWN = 120  # seconds
MOST_A_PHONE = 3  # people whom one phone may check in for one session by the room's code


class AttendanceEventQuerySet(models.QuerySet["AttendanceEvent"]):
    """What one asks about many events."""

    def waiting_for_decision(self) -> Self:
        """What a device did by itself and the desk would not have done, and about which nobody has decided since."""
        whose = Coalesce(OuterRef("registration__counts_for"), OuterRef("registration"))
        theirs = {"registration": whose, "session": OuterRef("session")}
        own = Q(registration=OuterRef("registration")) | Q(registration=whose)
        entered = [AttendanceEvent.Kind.MARK, AttendanceEvent.Kind.CLEAR]
        marks = AttendanceEvent.objects.filter(own, session=OuterRef("session"), kind__in=entered)
        marks = marks.exclude(means=AttendanceEvent.Means.CLOSING)  # which knew of nothing that waits
        undone = AttendanceEvent.objects.filter(undoes=OuterRef("pk"))
        marked = marks.filter(~Exists(undone), number__gt=OuterRef("number"))
        came = Attendance.objects.filter(**theirs).came()
        decided = AttendanceEvent.objects.filter(Q(about=OuterRef("pk")) | Q(undoes=OuterRef("pk")))
        return self.filter(~Exists(decided), ~Exists(marked), ~Exists(came), needs_review=True)

    def by_closing(self) -> Self:
        """What closing a session wrote, and nobody has taken back."""
        undone = AttendanceEvent.objects.filter(undoes=OuterRef("pk"))
        return self.filter(~Exists(undone), means=AttendanceEvent.Means.CLOSING)

    def with_wrong_clock(self) -> Self:
        """Those from devices whose clock was more than two minutes off."""
        off = Q(clock_error__gt=CLOCK_ERROR_SHOWN) | Q(clock_error__lt=-CLOCK_ERROR_SHOWN) | Q(is_clock_ahead=True)
        return self.filter(off)


class AttendanceEvent(models.Model):
    """One thing that happened. ``id`` is made by whoever saw it, so that a repeat is harmless.

    ``number`` is the order in which things were recorded: the database gives it while the person is locked, whatever
    clocks say. ``happened_at`` is the device's clock, ``arrived_at`` the server's; ``clock_error`` is by how many
    seconds the device's was ahead (below zero: behind) when it sent this. A time that is still more than five minutes
    ahead when that is put right is flagged, and the time of arrival counts.

    A change by hand names in ``overrides`` what counted until then and somebody had recorded, and owes a reason for
    it; ``left_at`` is when somebody went who left early. Who checks in by the room's code does so by a ``phone`` (keyed
    hash of a random id in its cookie), as its first, second or third person: ``phone_place``.
    """

    class Kind(models.TextChoices):
        CHECK_IN = "check_in", "Presensi"
        UNDO = "undo", "Urungkan"
        MARK = "mark", "Keterangan"
        REFUSAL = "refusal", "Tidak dicatat"
        CLEAR = "clear", "Dikosongkan"
        KEEP = "keep", "Dipertahankan"
        STRIKE = "strike", "Dicoret"

    class Means(models.TextChoices):
        SCAN = "scan", "Kode"
        NAME = "name", "Nama"
        PAPER = "paper", "Lembar"
        SELF = "self", "Kode ruangan"
        WALK_IN = "walk_in", "Datang langsung"
        CORRECTION = "correction", "Koreksi"
        OVERRIDE = "override", "Atas tanggung jawab"
        CLOSING = "closing", "Tutup sesi"

    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField("urutan", unique=True, editable=False)  # given by a trigger, see triggers.py
    kind = models.CharField("kejadian", max_length=10, choices=Kind)
    registration = models.ForeignKey(
        Registration,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # "event_of_person_in_session" is its index
        related_name="events",
        verbose_name="pendaftaran",
    )
    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        db_index=False,  # "event_newest_of_session" is its index
        related_name="events",
        verbose_name="sesi",
    )
    happened_at = models.DateTimeField("terjadi")
    arrived_at = models.DateTimeField("diterima server")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name="petugas"
    )
    device = models.CharField("perangkat", max_length=60, blank=True)
    tool = models.ForeignKey(  # the prepared device, whose label may change
        Device, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="events",
        verbose_name="perangkat yang disiapkan",
    )  # fmt: skip
    seq = models.BigIntegerField("hitungan perangkat", null=True, blank=True)
    shown = models.CharField("ditunjukkan perangkat", max_length=14, blank=True, default="", db_default="")
    means = models.CharField("cara", max_length=10, choices=Means)
    outcome = models.CharField("jawaban", max_length=14, choices=Outcome, blank=True)
    state = models.CharField("keadaan", max_length=8, choices=AttendanceState, blank=True)
    undoes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # "one_undo_an_event" is its index
        related_name="undone_by",
        verbose_name="mengurungkan",
    )
    about = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # "event_decided_on" is its index
        related_name="decisions",
        verbose_name="memutuskan",
    )
    overrides = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+",
        verbose_name="menggantikan",
    )  # fmt: skip
    left_at = models.DateTimeField("pulang", null=True, blank=True)
    phone = models.CharField("sidik ponsel", max_length=32, blank=True, default="", db_default="", editable=False)
    phone_place = models.PositiveSmallIntegerField("orang ke- di ponsel", null=True, blank=True, editable=False)
    came_late = models.BooleanField("kiriman susulan", default=False, db_default=False)
    code = models.CharField("kode terbaca", max_length=8, blank=True)
    is_clock_ahead = models.BooleanField("jam perangkat terlalu cepat", default=False)
    clock_error = models.BigIntegerField("jam perangkat lebih cepat (detik)", default=0)
    needs_review = models.BooleanField("menunggu keputusan panitia", default=False)
    reason = models.CharField("alasan", max_length=300, blank=True)

    objects = AttendanceEventQuerySet.as_manager()

    class Meta:
        verbose_name = "kejadian presensi"
        verbose_name_plural = "kejadian presensi"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="only_refusals_lack_a_person",
                condition=Q(registration__isnull=False) | Q(kind__in=["refusal", "strike"]),
            ),
            models.CheckConstraint(
                name="undo_names_what_it_undoes",
                condition=Q(kind="undo", undoes__isnull=False) | ~Q(kind="undo") & Q(undoes=None),
            ),
            models.UniqueConstraint(fields=["undoes"], condition=Q(undoes__isnull=False), name="one_undo_an_event"),
            models.CheckConstraint(
                name="only_what_was_refused_waits", condition=Q(needs_review=False) | Q(kind="refusal")
            ),
            models.CheckConstraint(
                name="event_state_fits_its_kind",
                condition=Q(kind__in=["check_in", "mark", "keep"]) & ~Q(state="")
                | Q(kind__in=["undo", "refusal", "strike", "clear"], state=""),
            ),
            models.CheckConstraint(
                name="decision_names_what_it_is_about",
                condition=Q(kind__in=["keep", "strike"], about__isnull=False)
                | ~Q(kind__in=["keep", "strike"]) & Q(about=None),
            ),
            models.CheckConstraint(name="strike_gives_a_reason", condition=~Q(kind="strike") | ~Q(reason="")),
            models.CheckConstraint(
                name="responsibility_gives_a_reason", condition=~Q(means="override", kind="check_in") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="overriding_gives_a_reason",
                condition=Q(overrides=None) | Q(kind__in=["mark", "clear"]) & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="who_left_early_left_at_a_time",
                condition=Q(state="left", kind="mark", left_at__isnull=False) | ~Q(state="left") & Q(left_at=None),
            ),
            models.CheckConstraint(
                name="only_a_mark_comes_by_closing", condition=~Q(means="closing") | Q(kind="mark", state="absent")
            ),
            models.CheckConstraint(
                name="own_phone_names_itself_and_its_place",
                condition=Q(
                    means="self", kind="check_in", phone_place__isnull=False, phone_place__range=(1, MOST_A_PHONE)
                )
                & ~Q(phone="")
                | Q(means="self", kind="refusal", phone_place=None) & ~Q(phone="")
                | ~Q(means="self") & Q(phone="", phone_place=None),
            ),
            models.UniqueConstraint(
                fields=["session", "phone", "phone_place"],
                condition=Q(phone_place__isnull=False),
                name="three_people_a_phone_and_session",
            ),
        ]
        indexes = [
            models.Index(fields=["session", "-number"], name="event_newest_of_session"),
            models.Index(fields=["registration", "session"], name="event_of_person_in_session"),
            models.Index(
                fields=["session", "number"], condition=Q(needs_review=True), name="event_waiting_for_decision"
            ),
            models.Index(fields=["session", "number"], condition=Q(came_late=True), name="event_came_late"),
            models.Index(fields=["about"], condition=Q(about__isnull=False), name="event_decided_on"),
            models.Index(fields=["tool", "-number"], condition=Q(tool__isnull=False), name="event_of_tool"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {dates.plain_date(self.happened_at)} {dates.clock(self.happened_at)}"

    @property
    def is_clock_off(self) -> bool:
        """Whether the device's clock was so far off that somebody should put it right."""
        return abs(self.clock_error) > CLOCK_ERROR_SHOWN


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    """What one asks about many rows of attendance."""

    def inside(self) -> Self:
        """Those who are in the room: present or late."""
        return self.filter(state__in=[AttendanceState.PRESENT, AttendanceState.LATE])

    def came(self) -> Self:
        """Those who have been there, whether or not until the end."""
        return self.filter(state__in=[AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.LEFT])


class Attendance(models.Model):
    """The sum of a person's events in one session. Only the attendance room writes it; it can be rebuilt."""

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="attendances", verbose_name="pendaftaran"
    )
    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        db_index=False,  # "one_attendance_a_person_and_session" is its index
        related_name="attendances",
        verbose_name="sesi",
    )
    state = models.CharField("keadaan", max_length=8, choices=AttendanceState)
    first_at = models.DateTimeField("tercatat")
    left_at = models.DateTimeField("pulang", null=True, blank=True)
    event = models.ForeignKey(
        AttendanceEvent, on_delete=models.PROTECT, related_name="+", verbose_name="kejadian yang menentukan"
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "kehadiran"
        verbose_name_plural = "kehadiran"
        constraints = [
            models.UniqueConstraint(fields=["session", "registration"], name="one_attendance_a_person_and_session"),
            models.CheckConstraint(name="attendance_state_is_known", condition=Q(state__in=AttendanceState.values)),
            models.CheckConstraint(
                name="attendance_tells_when_somebody_left",
                condition=Q(state="left", left_at__isnull=False) | ~Q(state="left") & Q(left_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()
