"""How papers are usually printed, and files in which many of them are put together."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from pelatihan.models.angkatan import Angkatan
from pelatihan.models.job import Job


class PaperChoice(models.Model):
    """How one paper of a batch is printed usually, as somebody last chose it: what the page Cetak offers beforehand.

    ``asked`` is as the form sends it, and holds only what is alike from day to day: no session, no person.
    """

    angkatan = models.ForeignKey(
        Angkatan, on_delete=models.CASCADE, related_name="paper_choices", verbose_name="angkatan"
    )
    paper = models.CharField("lembar", max_length=40)
    asked = models.CharField("pilihan", max_length=200, blank=True)
    at = models.DateTimeField("diubah")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        verbose_name = "pilihan cetak"
        verbose_name_plural = "pilihan cetak"
        ordering = ["angkatan", "paper"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["angkatan", "paper"], name="one_choice_a_paper")]

    def __str__(self) -> str:
        return self.paper


class Bundle(models.Model):
    """Many papers in one file, made by a worker one after the other. The file itself stays some days
    (``papers.bundles``); each paper in it is a printing of its own.

    ``parts`` says which papers with which choices, ``left_out`` which were not made and why; neither names a person.
    ``needs`` are the permissions without which nobody opens it: those of its papers, and what whoever asked may see.
    ``fingerprint`` is of what was asked for: while one is being made, the same asked for again is that one.
    """

    class What(models.TextChoices):
        DAY = "hari", "Semua lembar satu hari"
        ALL = "semua", "Semua lembar angkatan"
        PACK = "darurat", "Paket darurat"
        PAPER = "lembar", "Satu lembar yang panjang"

    class Form(models.TextChoices):
        PDF = "pdf", "Satu PDF"
        ZIP = "zip", "Zip, satu berkas tiap lembar"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    angkatan = models.ForeignKey(Angkatan, on_delete=models.CASCADE, related_name="bundles", verbose_name="angkatan")
    what = models.CharField("isi", max_length=7, choices=What)
    name = models.CharField("nama", max_length=120)
    form = models.CharField("bentuk", max_length=3, choices=Form)
    parts = models.JSONField("bagian")
    left_out = models.JSONField("yang tidak dibuat", default=list)
    needs = models.JSONField("hak yang diperlukan", default=list)
    fingerprint = models.CharField("sidik", max_length=64)
    at = models.DateTimeField("diminta")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="oleh")
    job = models.OneToOneField(
        Job, on_delete=models.PROTECT, null=True, related_name="bundle", verbose_name="pekerjaan"
    )
    made_at = models.DateTimeField("jadi", null=True)
    pages = models.PositiveIntegerField("halaman", default=0, db_default=0)

    class Meta:
        verbose_name = "berkas gabungan"
        verbose_name_plural = "berkas gabungan"
        ordering = ["-at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="bundle_is_of_a_known_kind", condition=Q(what__in=["hari", "semua", "darurat", "lembar"])
            ),
            models.CheckConstraint(name="bundle_form_is_known", condition=Q(form__in=["pdf", "zip"])),
            models.UniqueConstraint(
                fields=["angkatan", "fingerprint"], condition=Q(made_at=None), name="one_bundle_in_the_making"
            ),
        ]
        indexes = [models.Index(fields=["angkatan", "-at"], name="bundle_newest")]

    def __str__(self) -> str:
        return self.name
