"""Who may be registered at all: is registration open, is the organisation invited, is the person new."""

from datetime import datetime

from django.db.models.functions import Lower

from pelatihan.accounts.actor import Actor
from pelatihan.lifecycle import Role, Status
from pelatihan.models import Angkatan, Invitation, Registration
from pelatihan.phases import closed_sentence
from pelatihan.registration.application import Application
from pelatihan.registration.refusals import AlreadyRegistered, NotOpenNow, OrmasNotInvited


def _ask(angkatan: Angkatan) -> str:
    return f"Hubungi {angkatan.help_name or 'panitia'} bila ada pertanyaan."


def check_open(angkatan: Angkatan, actor: Actor, at: datetime) -> None:
    """Staff may register until the batch is cancelled or closed; the public while registration is open.

    :raises NotOpenNow: with the sentence to show
    """
    if actor.role != Role.STAFF and (sentence := closed_sentence(angkatan, at)):
        raise NotOpenNow(sentence)
    if angkatan.cancelled_at or angkatan.closed_at:
        raise NotOpenNow(f"{angkatan.name} sudah dibatalkan atau ditutup. Pendaftaran baru tidak dapat dicatat.")


def withdraw_sentence(angkatan: Angkatan, at: datetime) -> str:
    """Why a delegate cannot withdraw by themselves any more, and what to do; empty while they can."""
    if angkatan.queue_moves(at):
        return ""
    return f"Pembatalan sekarang hanya melalui panitia. {_ask(angkatan)}"


CORRECTABLE = frozenset({Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED})


def correct_sentence(registration: Registration, at: datetime) -> str:
    """Why a delegate cannot put their own data right any more, and what to do; empty while they can."""
    if registration.status in CORRECTABLE and registration.angkatan.queue_moves(at):
        return ""
    return f"Data tidak dapat diubah lagi di sini. Pembetulan dilakukan panitia. {_ask(registration.angkatan)}"


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
    if not wish.person.phone:
        return
    twins = angkatan.registrations.active().annotate(lowered=Lower("name"))
    if twins.filter(
        lowered=wish.person.name.lower(),
        delegate__phone=wish.person.phone,
        ormas=wish.ormas,
        ormas_text=wish.ormas_text,
    ).exists():
        raise AlreadyRegistered(
            "Nama, nomor HP, dan ormas ini sudah terdaftar. Buka halaman Anda dengan kode yang Anda terima,"
            " atau hubungi panitia bila kodenya hilang."
        )
