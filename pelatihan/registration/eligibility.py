"""Who may be registered, moved or put right: is the batch open, is the organisation invited, is the person new."""

from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Lower

from ormas.models import Ormas
from pelatihan.accounts.actor import Actor
from pelatihan.lifecycle import ACTIVE, Action, Role, Status
from pelatihan.models import Angkatan, Invitation, Registration
from pelatihan.phases import Phase, closed_sentence
from pelatihan.registration.application import Application
from pelatihan.registration.refusals import AlreadyRegistered, BatchOver, NotOpenNow, OrmasNotInvited

# ---- Is the batch open ---------------------------------------------------------------------------

# what is done beside the actions of the table
REGISTER, RELEASE, CORRECT, UNDO = "register", "release", "correct", "undo"
DEEDS = frozenset({REGISTER, RELEASE, CORRECT, UNDO, *Action})
# In a cancelled batch staff may still let people go and put data right; a closed one stands still.
STILL_DONE_WHEN_CANCELLED = frozenset({CORRECT, Action.CANCEL, Action.REJECT})


def over_sentence(angkatan: Angkatan, deed: str) -> str:
    """Why this is not done any more in a cancelled or closed batch, and what to do; empty while it is."""
    if angkatan.closed_at:
        return f"{angkatan.name} sudah ditutup, jadi pendaftarannya tidak berubah lagi. Buka lagi dulu angkatannya."
    if angkatan.cancelled_at and deed not in STILL_DONE_WHEN_CANCELLED:
        return f"{angkatan.name} sudah dibatalkan. Pendaftarannya hanya dapat dibetulkan, ditolak, atau dibatalkan."
    return ""


def check_going_on(angkatan: Angkatan, deed: str) -> None:
    """:raises BatchOver: with the sentence to show"""
    if sentence := over_sentence(angkatan, deed):
        raise BatchOver(sentence)


def check_open(angkatan: Angkatan, actor: Actor, at: datetime) -> None:
    """Staff may register until the batch is cancelled or closed; the public while registration is open.

    :raises NotOpenNow, BatchOver: with the sentence to show
    """
    if actor.role != Role.STAFF and (sentence := closed_sentence(angkatan, at)):
        raise NotOpenNow(sentence)
    check_going_on(angkatan, REGISTER)


# ---- What delegates do by themselves -------------------------------------------------------------


def _ask(angkatan: Angkatan) -> str:
    return f"Hubungi {angkatan.help_name or 'panitia'} bila ada pertanyaan."


def _send(angkatan: Angkatan) -> str:
    return f"Kirim pembetulan ke panitia{' lewat WhatsApp atau telepon' if angkatan.help_phone else ''}."


def withdraw_sentence(angkatan: Angkatan, at: datetime) -> str:
    """Why a delegate cannot withdraw by themselves any more, and what to do; empty while they can."""
    if angkatan.queue_moves(at):
        return ""
    return f"Pembatalan sekarang hanya melalui panitia. {_ask(angkatan)}"


OVER = frozenset({Phase.CANCELLED, Phase.FINISHED})
CORRECTABLE = frozenset({Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED})


def correct_sentence(registration: Registration, at: datetime) -> str:
    """Why a delegate cannot put their own data right any more, and what to do; empty while they can."""
    angkatan, status = registration.angkatan, registration.status
    if status not in ACTIVE:
        return f"Pendaftaran ini tidak berlaku lagi, jadi datanya tidak diubah. {_ask(angkatan)}"
    if angkatan.queue_moves(at):
        return "" if status in CORRECTABLE else f"Pendaftaran Anda sudah diputuskan. {_send(angkatan)}"
    if angkatan.phase(at) in OVER:
        return f"{angkatan.name} sudah berakhir, jadi datanya tidak diubah lagi di sini. {_ask(angkatan)}"
    since = "Daftar peserta sudah dibekukan" if angkatan.frozen_at else "Pelatihan sudah dimulai"
    return f"{since}, jadi data tidak dapat diubah lagi di sini. {_send(angkatan)}"


# ---- Is the organisation invited, is the person new ----------------------------------------------


def invitation_of(angkatan: Angkatan, wish: Application, actor: Actor) -> Invitation | None:
    """The invitation of the organisation. Staff may add uninvited organisations; nobody may add a disputed one.

    :raises OrmasNotInvited: with the sentence to show
    """
    if wish.ormas is None:
        return None
    if wish.ormas.is_disputed:
        raise OrmasNotInvited(
            f"{wish.ormas.name} sedang dalam sengketa kepengurusan. Pendaftarannya menunggu keputusan Kesbangpol."
        )
    invitation = Invitation.objects.filter(angkatan=angkatan, ormas=wish.ormas).first()
    if invitation is None and actor.role != Role.STAFF:
        raise OrmasNotInvited(f"{wish.ormas.name} tidak diundang ke {angkatan.name}. Pilih ormas dari daftar.")
    return invitation


def check_new(angkatan: Angkatan, wish: Application) -> None:
    """Refuse a person who is active in the batch already. Nobody is refused without a phone number: names repeat.

    :raises AlreadyRegistered: saying nothing of the registration that is there
    """
    same = _same_person(angkatan, wish.person.name, wish.person.phone, wish.ormas, wish.ormas_text)
    if other := same.select_related("angkatan").first():
        raise AlreadyRegistered(
            "Nama, nomor HP, dan ormas ini sudah terdaftar. Buka halaman Anda dengan kode yang Anda terima,"
            " atau hubungi panitia bila kodenya hilang.",
            other,
        )


def check_comes_back_alone(registration: Registration, target: Status) -> None:
    """Refuse to bring back a registration whose person has another active one in the batch.

    :raises AlreadyRegistered: naming the other one, for staff
    """
    if registration.status in ACTIVE or target not in ACTIVE:
        return
    batch, person = registration.angkatan, registration.delegate
    other = (
        batch.registrations.active().filter(delegate=person).first()
        or _same_person(
            batch, registration.name, person.phone, registration.ormas, registration.ormas_text
        ).first()
    )  # fmt: skip
    if other:
        raise AlreadyRegistered(
            f"{registration.name} sudah terdaftar lagi di {batch.name} dengan kode {other.shown_code}"
            f" ({other.get_status_display()}). Putuskan pendaftaran itu, atau batalkan dulu sebelum memakai yang ini."
        )


def _same_person(
    angkatan: Angkatan, name: str, phone: str, ormas: Ormas | None, ormas_text: str
) -> QuerySet[Registration]:
    if not phone:
        return Registration.objects.none()
    active = angkatan.registrations.active().annotate(lowered=Lower("name"))
    return active.filter(lowered=name.lower(), delegate__phone=phone, ormas=ormas, ormas_text=ormas_text)
