"""What is written to people: the texts as staff changed them, each message, and sendings to many at once."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from pelatihan.lifecycle import Status
from pelatihan.models.angkatan import Angkatan, Invitation
from pelatihan.models.job import Job
from pelatihan.models.registration import Decision, Registration


class MessageKind(models.TextChoices):
    """On what occasion somebody is written to. The original texts: ``messaging/texts.py``."""

    RECEIVED = "received", "Pendaftaran diterima masuk"
    ACCEPTED = "accepted", "Diterima sebagai peserta"
    QUEUED = "queued", "Masuk daftar cadangan"
    MOVED_UP = "moved_up", "Naik dari cadangan"
    NEEDS_FIX = "needs_fix", "Perlu perbaikan"
    REJECTED = "rejected", "Ditolak"
    CANCELLED = "cancelled", "Dibatalkan"
    REPLACED = "replaced", "Digantikan"
    CODE = "code", "Kode diminta lagi"
    REMINDER = "reminder", "Pengingat sebelum berangkat"
    PLACE_CHANGED = "place_changed", "Tempat atau waktu berubah"
    POSTPONED = "postponed", "Tanggal baru"
    CALLED_OFF = "called_off", "Pelatihan dibatalkan"
    REVIVED = "revived", "Pelatihan jadi dilaksanakan"
    NO_DELEGATES = "no_delegates", "Ormas belum mengirim utusan"
    CERTIFICATE = "certificate", "Sertifikat terbit"
    FREE = "free", "Pesan bebas"


class TextOfOffice(models.Model):
    """The text of one kind as the office changed it. Without a row the original holds; resetting deletes the row."""

    kind = models.CharField("kejadian", max_length=16, choices=MessageKind, unique=True)
    subject = models.CharField("judul surel", max_length=150)
    body = models.TextField("isi", max_length=2000)
    changed_at = models.DateTimeField("diubah")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="petugas"
    )

    class Meta:
        verbose_name = "teks pesan"
        verbose_name_plural = "teks pesan"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="text_kind_is_known", condition=Q(kind__in=MessageKind.values)),
            models.CheckConstraint(name="text_is_written", condition=~Q(subject="") & ~Q(body="")),
            models.CheckConstraint(name="text_has_an_end", condition=Q(body__length__lte=2000)),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Mailing(models.Model):
    """One text to many: who is meant, as chosen on the page, and the job that writes the messages."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # of the page: pressed twice is once
    angkatan = models.ForeignKey(Angkatan, on_delete=models.PROTECT, related_name="mailings", verbose_name="angkatan")
    kind = models.CharField("kejadian", max_length=16, choices=MessageKind)
    subject = models.CharField("judul surel", max_length=150)
    body = models.TextField("isi", max_length=2000)
    chosen = models.JSONField("dipilih", default=dict)  # the choice of the page: status, ormas, attendance
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="petugas"
    )
    at = models.DateTimeField("waktu")
    job = models.OneToOneField(
        Job, on_delete=models.PROTECT, null=True, blank=True, related_name="mailing", verbose_name="pekerjaan"
    )
    stopped_at = models.DateTimeField("dihentikan", null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="dihentikan oleh",
    )  # fmt: skip

    class Meta:
        verbose_name = "kiriman"
        verbose_name_plural = "kiriman"
        ordering = ["-at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="mailing_kind_is_known", condition=Q(kind__in=MessageKind.values)),
            models.CheckConstraint(name="mailing_has_an_end", condition=Q(body__length__lte=2000)),
            models.CheckConstraint(
                name="stopped_mailing_names_its_clerk",
                condition=Q(stopped_at=None, stopped_by=None) | Q(stopped_at__isnull=False, stopped_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


_UNSENT = ["waiting", "sending", "doubtful", "failed"]


class MessageQuerySet(models.QuerySet["Message"]):
    """What one asks about many messages."""

    def unsent(self) -> Self:
        """Neither sent nor dropped."""
        return self.filter(state__in=_UNSENT)

    def due(self, at: datetime) -> Self:
        """Mails whose turn has come, and which nobody is sending."""
        return self._ripe(at).filter(channel=Message.Channel.EMAIL)

    def by_hand(self, at: datetime) -> Self:
        """What waits for somebody to send it by WhatsApp, and may go by now."""
        return self._ripe(at).filter(channel=Message.Channel.WHATSAPP)

    def _ripe(self, at: datetime) -> Self:
        """Nothing of a decision that a worker still carries out: all of it can be taken back until it has ended."""
        carried_out = Job.objects.open().values("pk")
        return self.filter(state=Message.State.WAITING, due_at__lte=at).exclude(decision__in=carried_out)

    def for_a_person(self) -> Self:
        """Nobody knows whether it went, or it cannot go by itself: a person decides."""
        return self.filter(state__in=["doubtful", "failed"])


class Message(models.Model):
    """One message of one event to one person: written in the transaction of what it tells of, sent once or left to
    somebody to decide.

    ``event`` names what it tells of (``status:812``, ``plan:4``, ``reminder:2019-03-08``, ``mailing:<uuid>``); one
    event gives one person one message, whatever the channel. The words are made when it is handed over, from the text
    and the facts of then; what went out is kept in ``subject`` and ``body`` until the contact data of the person go.
    ``status``: where the registration has to stand still, or the message is dropped.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "Surel"
        WHATSAPP = "whatsapp", "WhatsApp"

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu"
        SENDING = "sending", "Sedang dikirim"
        SENT = "sent", "Terkirim"
        DOUBTFUL = "doubtful", "Tidak pasti"
        FAILED = "failed", "Gagal"
        DROPPED = "dropped", "Tidak dikirim"

    kind = models.CharField("kejadian", max_length=16, choices=MessageKind)
    event = models.CharField("peristiwa", max_length=60)
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, null=True, blank=True, related_name="messages",
        verbose_name="pendaftaran",
    )  # fmt: skip
    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, null=True, blank=True, related_name="messages", verbose_name="undangan"
    )
    angkatan = models.ForeignKey(Angkatan, on_delete=models.PROTECT, related_name="messages", verbose_name="angkatan")
    status = models.CharField("status yang dikabarkan", max_length=10, choices=Status, blank=True)
    mailing = models.ForeignKey(
        Mailing, on_delete=models.PROTECT, null=True, blank=True, related_name="messages", verbose_name="kiriman"
    )
    decision = models.ForeignKey(  # that caused it: taken back in time, it is dropped
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="messages", verbose_name="keputusan"
    )
    channel = models.CharField("lewat", max_length=8, choices=Channel)
    state = models.CharField("keadaan", max_length=8, choices=State, default=State.WAITING, db_default="waiting")
    due_at = models.DateTimeField("dikirim paling cepat")
    tries = models.PositiveSmallIntegerField("gagal dikirim", default=0, db_default=0)
    sending_until = models.DateTimeField("sedang dikirim sampai", null=True, blank=True)
    held_until = models.DateTimeField("dibuka sampai", null=True, blank=True)  # before a clerk, to be sent by hand
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name="dibuka oleh",
    )  # fmt: skip
    address = models.CharField("kepada", max_length=254, blank=True, default="", db_default="")  # as it was handed over
    subject = models.CharField("judul", max_length=200, blank=True, default="", db_default="")
    body = models.TextField("isi", max_length=4000, blank=True, default="", db_default="")
    why = models.CharField("sebab", max_length=200, blank=True, default="", db_default="")
    created_at = models.DateTimeField("dibuat")
    ended_at = models.DateTimeField("terkirim atau selesai", null=True, blank=True)
    ended_by = models.ForeignKey(  # who sent it by hand, or decided about it
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="petugas",
    )  # fmt: skip

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "pesan"
        verbose_name_plural = "pesan"
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        permissions = [
            ("send_message", "Dapat mengirim pesan"),
            ("edit_text", "Dapat mengubah teks pesan"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "registration"], condition=Q(registration__isnull=False), name="one_message_a_person"
            ),
            models.UniqueConstraint(
                fields=["event", "invitation"], condition=Q(invitation__isnull=False), name="one_message_an_ormas"
            ),
            models.CheckConstraint(name="message_has_an_end", condition=Q(body__length__lte=4000)),
            models.CheckConstraint(
                name="message_has_one_receiver",
                condition=Q(registration__isnull=False, invitation=None)
                | Q(registration=None, invitation__isnull=False),
            ),
            models.CheckConstraint(name="message_kind_is_known", condition=Q(kind__in=MessageKind.values)),
            models.CheckConstraint(name="message_channel_is_known", condition=Q(channel__in=["email", "whatsapp"])),
            models.CheckConstraint(name="message_state_is_known", condition=Q(state__in=[*_UNSENT, "sent", "dropped"])),
            models.CheckConstraint(
                name="only_a_message_in_hand_is_held",
                condition=Q(state="sending", sending_until__isnull=False) | ~Q(state="sending") & Q(sending_until=None),
            ),
            models.CheckConstraint(
                name="opened_message_names_its_clerk",
                condition=Q(held_until=None, held_by=None) | Q(held_until__isnull=False, held_by__isnull=False),
            ),
            models.CheckConstraint(
                name="ended_message_tells_when",
                condition=Q(state__in=["sent", "dropped"], ended_at__isnull=False)
                | ~Q(state__in=["sent", "dropped"]) & Q(ended_at=None, ended_by=None),
            ),
            models.CheckConstraint(
                name="message_by_hand_names_its_clerk",
                condition=~Q(channel="whatsapp", state="sent") | Q(ended_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="message_mails", condition=Q(state="waiting", channel="email")
            ),
            models.Index(
                fields=["angkatan", "due_at", "id"], name="message_by_hand",
                condition=Q(state="waiting", channel="whatsapp"),
            ),
            models.Index(fields=["sending_until"], name="message_in_hand", condition=Q(state="sending")),
            models.Index(fields=["-created_at", "-id"], name="message_newest"),
            models.Index(fields=["angkatan", "-created_at", "-id"], name="message_newest_of_batch"),
            models.Index(
                fields=["angkatan"], name="message_for_a_person", condition=Q(state__in=["doubtful", "failed"])
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.get_kind_display())
