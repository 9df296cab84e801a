"""Who sleeps where: the rooms that a hotel gave to one training, and one bed for each person."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace, Upper

from ormas import names
from ormas.models import Gender
from pelatihan.models.angkatan import Angkatan
from pelatihan.models.paper import Guest
from pelatihan.models.registration import Registration

MOST_BEDS = 10
NAME_TAKEN = "Kamar dengan nama ini sudah ada di angkatan ini."


class Bedroom(models.Model):
    """One room, as the hotel calls it. Spaces and capitals make no other room of it."""

    angkatan = models.ForeignKey(Angkatan, on_delete=models.CASCADE, related_name="bedrooms", verbose_name="angkatan")
    name = models.CharField("kamar", max_length=20, validators=[names.check_text])
    beds = models.PositiveSmallIntegerField(
        "tempat tidur", default=2, validators=[MinValueValidator(1), MaxValueValidator(MOST_BEDS)]
    )
    note = models.CharField("lantai atau keterangan", max_length=80, blank=True, validators=[names.check_text])
    is_near = models.BooleanField(
        "mudah dicapai", default=False, help_text="Lantai dasar atau dekat lift: didahulukan bagi kebutuhan khusus."
    )

    class Meta:
        verbose_name = "kamar"
        verbose_name_plural = "kamar"
        ordering = ["name"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                "angkatan", Upper(Replace(F("name"), Value(" "), Value(""))), name="one_bedroom_a_name",
                violation_error_message=NAME_TAKEN,
            ),
            models.CheckConstraint(name="bedroom_has_beds", condition=Q(beds__gte=1, beds__lte=10)),
            models.CheckConstraint(name="bedroom_has_a_name", condition=Q(name__regex=r"[^ ]")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Stay(models.Model):
    """One bed of one room, for a participant or somebody else who is on papers. ``lodging`` alone writes it.

    Men and women never share a room: ``sex`` is that of the person when the bed was given, so that nothing changes
    silently when their data do. Triggers hold the rest: no bed that the room does not have, nobody of another training.
    """

    bedroom = models.ForeignKey(Bedroom, on_delete=models.CASCADE, related_name="stays", verbose_name="kamar")
    bed = models.PositiveSmallIntegerField("tempat tidur")
    registration = models.OneToOneField(
        Registration, on_delete=models.CASCADE, null=True, related_name="stay", verbose_name="peserta"
    )
    guest = models.OneToOneField(Guest, on_delete=models.CASCADE, null=True, related_name="stay", verbose_name="tamu")
    sex = models.CharField("L/P", max_length=1, choices=Gender)
    suggestion = models.UUIDField("usulan", null=True)  # which one put them here; none: somebody did by hand
    at = models.DateTimeField("ditempatkan")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        verbose_name = "tempat tidur"
        verbose_name_plural = "tempat tidur"
        ordering = ["bedroom", "bed"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["bedroom", "bed"], name="one_person_a_bed"),
            models.CheckConstraint(name="beds_are_counted_from_one", condition=Q(bed__gte=1)),
            models.CheckConstraint(name="stay_has_a_sex", condition=Q(sex__in=["L", "P"])),
            models.CheckConstraint(
                name="stay_is_of_a_participant_or_a_guest",
                condition=Q(registration=None, guest__isnull=False) | Q(registration__isnull=False, guest=None),
            ),
            ExclusionConstraint(
                name="one_sex_a_room",
                expressions=[(F("bedroom"), RangeOperators.EQUAL), (F("sex"), RangeOperators.NOT_EQUAL)],
            ),
        ]
        indexes = [models.Index(fields=["suggestion"], name="stay_suggested", condition=Q(suggestion__isnull=False))]

    def __str__(self) -> str:
        return f"{self.bedroom_id}.{self.bed}"
