"""What the office does to a batch as a whole: show it, freeze it, call it off, close it. Nothing else does."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from pelatihan import dates
from pelatihan.accounts.actor import SYSTEM, Actor
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, ChangeRequest, ListingRequest, Message, PlanChange, Registration
from pelatihan.phases import Phase
from pelatihan.registration import plan_changes, writer


class Step(models.TextChoices):
    """The buttons on the batch's page."""

    PUBLISH = "publish", "Tampilkan untuk umum"
    HIDE = "hide", "Sembunyikan dari umum"
    FREEZE = "freeze", "Bekukan daftar"
    THAW = "thaw", "Cairkan daftar"
    CANCEL = "cancel", "Batalkan angkatan"
    REVIVE = "revive", "Cabut pembatalan"
    CLOSE = "close", "Tutup angkatan"
    REOPEN = "reopen", "Buka lagi angkatan"


NEED_REASON = frozenset({Step.CANCEL, Step.REVIVE, Step.REOPEN})
ASK_ONCE = NEED_REASON | {Step.CLOSE}
TELLS = {Step.CANCEL: PlanChange.Kind.CANCELLED, Step.REVIVE: PlanChange.Kind.REVIVED}  # what people have to be told
MAKES_ROOM = frozenset({Step.THAW, Step.REVIVE})  # seats may have come free meanwhile
MOST_LETTERS = Angkatan._meta.get_field("cancel_reason").max_length or 0  # of a reason for calling off


class StepRefused(Exception):
    """The step was not taken; the text is a sentence for whoever pressed the button."""


class ReasonMissing(StepRefused):
    """This step needs a reason."""


class StepGone(StepRefused):
    """The step does not fit the batch as it now is."""


class StillOpen(StepRefused):
    """Something is, and whoever closes has to say that they know."""


STILL_OPEN = "Masih ada yang belum selesai. Selesaikan dulu, atau beri tanda bahwa angkatan ini tetap ditutup."
REASONS_OWED = {
    Step.CANCEL: "Tulis alasan pembatalan; peserta membacanya.",
    Step.REVIVE: "Tulis alasan pembatalannya dicabut; peserta membacanya.",
    Step.REOPEN: "Tulis alasan membuka lagi; alasan ini dicatat dalam riwayat angkatan.",
}
DONE = {
    Step.PUBLISH: "{} sekarang tampil untuk umum.",
    Step.HIDE: "{} tidak lagi tampil untuk umum.",
    Step.FREEZE: "Daftar {} dibekukan. Perubahan setelah ini dicatat sebagai perubahan terlambat.",
    Step.THAW: "Daftar {} dicairkan lagi.",
    Step.CANCEL: "{} dibatalkan. Peserta membaca alasannya di halaman angkatan.",
    Step.REVIVE: "Pembatalan {} dicabut. Pendaftaran dan presensinya berjalan lagi seperti sebelum dibatalkan.",
    Step.CLOSE: "{} ditutup. Pendaftaran dan presensinya tidak berubah lagi.",
    Step.REOPEN: "{} dibuka lagi. Tutuplah kembali setelah perubahannya selesai.",
}


def open_steps(angkatan: Angkatan, at: datetime) -> list[Step]:
    """Those that make sense now. Only a training that is over can be closed; one that was called off can be taken up
    again until then.
    """
    if angkatan.cancelled_at:
        is_past = angkatan.closed_at is not None or localdate(at) > angkatan.ends_on
        return [] if is_past else [Step.REVIVE]
    if angkatan.closed_at:
        return [Step.REOPEN]
    return [
        Step.HIDE if angkatan.published else Step.PUBLISH,
        Step.THAW if angkatan.frozen_at else Step.FREEZE,
        Step.CLOSE if angkatan.phase(at) == Phase.FINISHED else Step.CANCEL,
    ]


class Open(models.TextChoices):
    """What may still be open in a batch that somebody is about to close."""

    SUBMITTED = "submitted", "pendaftaran belum diputuskan"
    NEEDS_FIX = "needs_fix", "pendaftaran menunggu perbaikan peserta"
    WAITLISTED = "waitlisted", "orang masih di daftar cadangan"
    REQUESTS = "requests", "permintaan peserta atau ormas belum dijawab"
    LISTING = "listing", "ormas minta diundang dan belum dijawab"
    SESSIONS = "sessions", "sesi belum ditutup"
    LETTERS = "letters", "ormas belum menyerahkan surat tugas"
    MESSAGES = "messages", "pesan belum sampai"


@dataclass(frozen=True)
class Left:
    """One thing that is still open, and how often."""

    what: Open
    count: int

    @property
    def sentence(self) -> str:
        return f"{dates.thousands(self.count)} {self.what.label}"


def unfinished(angkatan: Angkatan) -> list[Left]:
    """What is still open in a batch that somebody is about to close; six queries."""
    figures = angkatan.registrations.figures()
    people = Registration.objects.filter(angkatan=angkatan)
    counts: dict[Open, int] = {
        Open(status.value): figures[status] for status in (Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED)
    }
    counts[Open.REQUESTS] = ChangeRequest.objects.filter(
        registration__angkatan=angkatan, state=ChangeRequest.State.WAITING
    ).count()
    counts[Open.LISTING] = ListingRequest.objects.waiting().filter(angkatan=angkatan).count()
    counts[Open.SESSIONS] = angkatan.sessions.taking_attendance().filter(closed_at=None).count()
    came = people.accepted().filter(invitation=OuterRef("pk"))
    counts[Open.LETTERS] = angkatan.invitations.filter(Exists(came), letter_received_at=None).count()
    counts[Open.MESSAGES] = Message.objects.unsent().filter(angkatan=angkatan).count()
    return [Left(what, counts[what]) for what in Open if counts[what]]


@transaction.atomic
def take(
    angkatan: Angkatan,
    step: Step,
    *,
    at: datetime,
    reason: str = "",
    actor: Actor = SYSTEM,
    knows_what_is_open: bool = False,
) -> list[Registration]:
    """Do one step, under the batch's lock; who moved up from the queue because of it. What people have to be told is
    kept with its reason.

    :param knows_what_is_open: whoever closes has read what is, and closes nevertheless
    :raises ReasonMissing: when a reason is owed and missing
    :raises StillOpen: when something is, and nobody has read it
    :raises StepGone: when somebody did it already, or another step came before
    """
    now = Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)
    if step not in open_steps(now, at):
        raise StepGone(
            f"“{step.label}” tidak dapat dilakukan lagi: keadaan {now.name} sudah berubah. Periksa halamannya."
        )
    if step in NEED_REASON and not reason.strip():
        raise ReasonMissing(REASONS_OWED[step])
    if step == Step.CLOSE and not knows_what_is_open and unfinished(now):
        raise StillOpen(STILL_OPEN)
    changes: dict[Step, dict[str, object]] = {
        Step.PUBLISH: {"published": True},
        Step.HIDE: {"published": False},
        Step.FREEZE: {"frozen_at": at},
        Step.THAW: {"frozen_at": None},
        Step.CANCEL: {"cancelled_at": at, "cancel_reason": reason.strip()},
        Step.REVIVE: {"cancelled_at": None, "cancel_reason": ""},
        Step.CLOSE: {"closed_at": at},
        Step.REOPEN: {"closed_at": None},
    }
    for field, value in changes[step].items():
        setattr(angkatan, field, value)
    angkatan.save(update_fields=list(changes[step]))
    if step in TELLS:
        now.refresh_from_db()
        plan_changes.note(now, TELLS[step], reason, at=at, actor=actor)
        angkatan.plan_change = now.plan_change
    return writer.fill_seats(angkatan, at=at) if step in MAKES_ROOM else []
