"""An organisation that is not on the list of a batch and asks to be: what somebody wrote, and what staff answered."""

import uuid
from typing import Self

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q

from ormas import names, phones
from ormas.models import Ormas
from ormas.search import Plain
from pelatihan.models.angkatan import Angkatan, Invitation


class ListingState(models.TextChoices):
    """Where a request stands."""

    WAITING = "waiting", "Menunggu jawaban"
    INVITED = "invited", "Diundang"
    REFUSED = "refused", "Dijawab tidak"


class ListingRequestQuerySet(models.QuerySet["ListingRequest"]):
    """What one asks about many requests."""

    def waiting(self) -> Self:
        return self.filter(state=ListingState.WAITING)


# An answer has its clerk and its time; none of it stands on a request that waits.
_WAITS = Q(state="waiting", decided_at=None, decided_by=None, ormas=None, invitation=None, answer="", told_at=None)
_INVITED = Q(state="invited", decided_at__isnull=False, decided_by__isnull=False, ormas__isnull=False, answer="")
_REFUSED = Q(state="refused", decided_at__isnull=False, decided_by__isnull=False, ormas=None, invitation=None)


class ListingRequest(models.Model):
    """Unverified: anybody may have written it. It registers nobody; staff make an invitation of it, or say why not."""

    angkatan = models.ForeignKey(
        Angkatan, on_delete=models.PROTECT, related_name="listing_requests", verbose_name="angkatan"
    )
    name = models.CharField("nama ormas", max_length=200, validators=[MinLengthValidator(2), names.check_text])
    abbreviation = models.CharField("singkatan", max_length=40, blank=True, validators=[names.check_text])
    city = models.CharField("kota/kabupaten", max_length=80, blank=True, validators=[names.check_text])
    contact_name = models.CharField("narahubung", max_length=150, blank=True)  # this and the next three: purged in time
    phone = models.CharField("nomor HP (WhatsApp)", max_length=20, blank=True, validators=[phones.check_stored])
    email = models.EmailField("surel", blank=True)
    note = models.CharField("keterangan", max_length=500, blank=True)
    asked_at = models.DateTimeField("diterima")
    token = models.UUIDField("tanda kiriman", unique=True, default=uuid.uuid4, editable=False)
    state = models.CharField("keadaan", max_length=8, choices=ListingState, default=ListingState.WAITING)
    decided_at = models.DateTimeField("dijawab", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="dijawab oleh",
    )  # fmt: skip
    answer = models.CharField("alasan", max_length=500, blank=True)
    ormas = models.ForeignKey(
        Ormas, on_delete=models.PROTECT, null=True, blank=True, related_name="listing_requests", verbose_name="ormas"
    )
    invitation = models.ForeignKey(
        Invitation, on_delete=models.SET_NULL, null=True, blank=True, related_name="listing_requests",
        verbose_name="undangan",
    )  # fmt: skip
    told_at = models.DateTimeField("dikabari", null=True, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="dikabari oleh",
    )  # fmt: skip
    plain_name = models.GeneratedField(  # by which one request is the same as another (ormas.search)
        expression=Plain.of("name"), output_field=models.TextField(), db_persist=True, editable=False
    )

    objects = ListingRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "permintaan ormas"
        verbose_name_plural = "permintaan ormas"
        ordering = ["-asked_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("answer_listing", "Dapat menjawab permintaan ormas")]
        constraints = [
            models.UniqueConstraint(
                fields=["angkatan", "plain_name", "phone"],
                condition=Q(state="waiting") & ~Q(phone=""),
                name="one_waiting_request_a_name_and_phone",
            ),
            models.CheckConstraint(name="asking_ormas_is_named", condition=Q(name__length__gte=2)),
            models.CheckConstraint(
                name="request_phone_is_mobile", condition=Q(phone="") | Q(phone__regex=phones.STORED)
            ),
            models.CheckConstraint(
                name="request_state_and_answer", condition=_WAITS | _INVITED | _REFUSED & ~Q(answer="")
            ),
            models.CheckConstraint(
                name="told_request_names_its_clerk",
                condition=Q(told_at=None, told_by=None) | Q(told_at__isnull=False, told_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["-asked_at", "-id"], name="listing_newest")]

    def __str__(self) -> str:
        return self.name  # no contact: lists and histories show this to people who may not see it

    @property
    def waits(self) -> bool:
        return self.state == ListingState.WAITING
