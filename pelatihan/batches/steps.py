"""What the office does to a batch as a whole: show it, freeze its list, call it off. The one place that does."""

from datetime import datetime

from django.db import models, transaction

from pelatihan.models import Angkatan, Registration
from pelatihan.registration import writer


class Step(models.TextChoices):
    """The buttons on the batch's page."""

    PUBLISH = "publish", "Tampilkan untuk umum"
    HIDE = "hide", "Sembunyikan dari umum"
    FREEZE = "freeze", "Bekukan daftar"
    THAW = "thaw", "Cairkan daftar"
    CANCEL = "cancel", "Batalkan angkatan"


MOST_LETTERS = Angkatan._meta.get_field("cancel_reason").max_length or 0  # of a reason for calling off


class ReasonMissing(Exception):
    """Calling off needs a reason."""


DONE = {
    Step.PUBLISH: "{} sekarang tampil untuk umum.",
    Step.HIDE: "{} tidak lagi tampil untuk umum.",
    Step.FREEZE: "Daftar {} dibekukan. Perubahan setelah ini dicatat sebagai perubahan terlambat.",
    Step.THAW: "Daftar {} dicairkan lagi.",
    Step.CANCEL: "{} dibatalkan. Peserta membaca alasannya di halaman angkatan.",
}


def open_steps(angkatan: Angkatan) -> list[Step]:
    """Those that make sense now."""
    if angkatan.cancelled_at or angkatan.closed_at:
        return []
    return [
        Step.HIDE if angkatan.published else Step.PUBLISH,
        Step.THAW if angkatan.frozen_at else Step.FREEZE,
        Step.CANCEL,
    ]


@transaction.atomic
def take(angkatan: Angkatan, step: Step, *, at: datetime, reason: str = "") -> list[Registration]:
    """Do one step; who moved up from the queue because of it.

    :raises ReasonMissing: when a batch is called off without a word
    """
    if step == Step.CANCEL and not reason.strip():
        raise ReasonMissing("Tulis alasan pembatalan; peserta membacanya.")
    changes: dict[Step, dict[str, object]] = {
        Step.PUBLISH: {"published": True},
        Step.HIDE: {"published": False},
        Step.FREEZE: {"frozen_at": at},
        Step.THAW: {"frozen_at": None},
        Step.CANCEL: {"cancelled_at": at, "cancel_reason": reason.strip()},
    }
    for field, value in changes[step].items():
        setattr(angkatan, field, value)
    angkatan.save(update_fields=list(changes[step]))
    return writer.fill_seats(angkatan, at=at) if step == Step.THAW else []
