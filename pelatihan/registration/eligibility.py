"""Who may be registered, moved or put right: is the batch open, is the organisation invited, is the person new."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Lower

from ormas.models import Ormas
from pelatihan import dates
from pelatihan.accounts.actor import Actor
from pelatihan.lifecycle import ACTIVE, TRANSITIONS, Action, Role, Status
from pelatihan.models import Angkatan, Correction, Invitation, Registration, StatusChange
from pelatihan.phases import Phase, closed_sentence, shut_sentence
from pelatihan.registration.application import Application
from pelatihan.registration.refusals import AlreadyRegistered, BatchOver, NotOpenNow, OrmasNotInvited, TooManyNamed

# ---- Is the batch open ---------------------------------------------------------------------------

# what is done beside the actions of the table
REGISTER, RELEASE, CORRECT, UNDO, MERGE = "register", "release", "correct", "undo", "merge"
DEEDS = frozenset({REGISTER, RELEASE, CORRECT, UNDO, MERGE, *Action})
# In a cancelled batch staff may still let people go and put data right; a closed one stands still.
STILL_DONE_WHEN_CANCELLED = frozenset({CORRECT, MERGE, Action.CANCEL, Action.REJECT})


def over_sentence(angkatan: Angkatan, deed: str) -> str:
    """Why this is not done any more in a cancelled or closed batch, and what to do; empty while it is."""
    if sentence := shut_sentence(angkatan.closed_at, angkatan.name, "pendaftarannya"):
        return sentence
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


OVER = frozenset({Phase.CANCELLED, Phase.FINISHED})
CORRECTABLE = frozenset({Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED})
# What papers and rooms rest on: after the decision or the window a change of it is the office's to make.
PRINTED_OR_COUNTED = frozenset({"front_title", "name", "back_title", "position", "gender", "ormas"})
SEND_AGAIN = "Muat ulang halaman, lalu kirim sebagai permintaan kepada panitia."


def over_for_all_sentence(angkatan: Angkatan, at: datetime) -> str:
    """Why nothing of a registration is changed any more, neither at once nor as a request; empty while it can be."""
    phase = angkatan.phase(at)
    if phase == Phase.CANCELLED:
        return f"{angkatan.name} dibatalkan, jadi tidak ada yang perlu diubah. {_ask(angkatan)}"
    if phase == Phase.FINISHED:
        return f"{angkatan.name} sudah berakhir, jadi tidak ada yang diubah lagi di sini. {_ask(angkatan)}"
    return ""


def correct_sentence(registration: Registration, at: datetime) -> str:
    """Why delegate and contact person put nothing right any more, not even as a request; empty while they can."""
    if registration.status not in ACTIVE:
        return f"Pendaftaran ini tidak berlaku lagi, jadi datanya tidak diubah. {_ask(registration.angkatan)}"
    return over_for_all_sentence(registration.angkatan, at)


def fields_that_wait(registration: Registration, at: datetime) -> frozenset[str]:
    """Which of the fields are not put right at once by delegate or contact person, but asked for.

    Phone, mail, nickname and special needs are always theirs; and all of it before the decision, while registration is
    open, or when staff have asked for a fix.
    """
    if registration.status == Status.NEEDS_FIX:
        return frozenset()
    if registration.status in CORRECTABLE and registration.angkatan.changes_at_once(at):
        return frozenset()
    return PRINTED_OR_COUNTED


def asked_fields(registration: Registration) -> frozenset[str]:
    """What staff asked to be mended when they asked last; empty: nothing named, so anything."""
    asked = registration.history.filter(action=Action.ASK_FIX).last()
    return frozenset(still_asked(registration.angkatan, asked.fields)) if asked else frozenset()


def still_asked(angkatan: Angkatan, fields: Collection[str]) -> list[str]:
    """Those of the fields that people of this batch are asked at all: a NIK may be asked for no more."""
    return [field for field in fields if field != Correction.Field.NIK or angkatan.asks_nik]


def withdraw_sentence(registration: Registration, at: datetime) -> str:
    """Why delegate and contact person cannot withdraw the registration, not even as a request; empty while they can."""
    if registration.status not in ACTIVE:
        return f"Pendaftaran ini sudah berstatus {registration.get_status_display()}. {_ask(registration.angkatan)}"
    return over_for_all_sentence(registration.angkatan, at)


def withdraws_by_asking(registration: Registration, at: datetime) -> bool:
    """Whether withdrawing waits for staff: of a seat, once registration is closed or the list frozen."""
    return registration.holds_seat and not registration.angkatan.changes_at_once(at)


def replace_sentence(registration: Registration, at: datetime, *, is_inside: bool | None = None) -> str:
    """Why the contact person cannot send somebody else instead, not even as a request; empty while they can.

    ``is_inside``: whether the person has been present, where that is known already.
    """
    angkatan = registration.angkatan
    if sentence := over_for_all_sentence(angkatan, at):
        return sentence
    if registration.status == Status.REPLACED:
        return f"{registration.name} sudah digantikan. Muat ulang halaman untuk melihat penggantinya."
    if registration.status not in TRANSITIONS[Action.REPLACE].sources:
        return f"{registration.name} tidak memegang kursi, jadi tidak ada yang digantikan. Tambahkan utusan baru saja."
    if registration.attendances.came().exists() if is_inside is None else is_inside:
        return f"{registration.name} sudah tercatat hadir, jadi penggantian hanya lewat panitia. {_ask(angkatan)}"
    return ""


def replaces_by_asking(registration: Registration, at: datetime) -> bool:
    return not registration.angkatan.changes_at_once(at)


def check_by_oneself(registration: Registration, action: Action, actor: Actor, at: datetime) -> None:
    """What delegate and contact person do without asking they do in time.

    :raises NotOpenNow: with the sentence to show
    """
    if actor.role not in {Role.DELEGATE, Role.CONTACT}:
        return
    if action == Action.WITHDRAW:
        sentence, waits = withdraw_sentence(registration, at), withdraws_by_asking(registration, at)
    elif action == Action.REPLACE:
        sentence, waits = replace_sentence(registration, at), replaces_by_asking(registration, at)
    else:
        return
    if sentence:
        raise NotOpenNow(sentence)
    if waits:
        raise NotOpenNow(f"Perubahan utusan sekarang menunggu keputusan panitia. {SEND_AGAIN}")


# ---- Taking a withdrawal back ----------------------------------------------------------------------

UNDO_WITHDRAWAL_FOR = timedelta(minutes=15)


def undo_withdrawal_until(registration: Registration, last: StatusChange | None, role: Role) -> datetime | None:
    """Until when delegate or contact person may take their withdrawal back; nobody else's, and no older one."""
    if last is None or last.action != Action.WITHDRAW or registration.status != Status.CANCELLED or last.role != role:
        return None
    return last.at + UNDO_WITHDRAWAL_FOR


def check_undo_withdrawal(registration: Registration, last: StatusChange | None, actor: Actor, at: datetime) -> None:
    """:raises NotOpenNow: it was not withdrawn, or by somebody else, too long ago, or the batch is over"""
    until = undo_withdrawal_until(registration, last, actor.role)
    if until is None:
        raise NotOpenNow("Tidak ada pembatalan yang dapat diurungkan. Muat ulang halaman untuk melihat keadaannya.")
    if at >= until:
        raise NotOpenNow(
            f"Pembatalan hanya dapat diurungkan sampai {dates.long_moment(until)}. {_ask(registration.angkatan)}"
        )
    if sentence := over_for_all_sentence(registration.angkatan, at):
        raise NotOpenNow(sentence)


# ---- How many an organisation may name -------------------------------------------------------------

MOST_RESERVES = 5  # beside its seats


def check_group_size(angkatan: Angkatan, ormas: Ormas | None, seats: int, more: int) -> None:
    """:raises TooManyNamed: the organisation would have more people than its seats and reserves"""
    named = angkatan.registrations.active().filter(ormas=ormas).count()
    if named + more > seats + MOST_RESERVES:
        left = max(seats + MOST_RESERVES - named, 0)
        raise TooManyNamed(
            f"Ormas Anda mendapat {seats} kursi dan boleh menyebut paling banyak {MOST_RESERVES} cadangan."
            f" Masih dapat ditambah {left} orang: kosongkan baris selebihnya."
        )


# ---- Is the organisation invited, is the person new ----------------------------------------------


def disputed_sentence(ormas: Ormas) -> str:
    """Why nobody is sent by this organisation, and nothing of theirs changed by its link; empty while it may."""
    if not ormas.is_disputed:
        return ""
    return f"{ormas.name} sedang dalam sengketa kepengurusan. Pendaftarannya menunggu keputusan Kesbangpol."


def invitation_of(angkatan: Angkatan, wish: Application, actor: Actor) -> Invitation | None:
    """The invitation of the organisation. Staff may add uninvited organisations; nobody may add a disputed one.

    :raises OrmasNotInvited: with the sentence to show
    """
    if wish.ormas is None:
        return None
    if sentence := disputed_sentence(wish.ormas):
        raise OrmasNotInvited(sentence)
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


type Known = set[tuple[str, str, int | None, str]]  # who is active: name, phone, organisation or its written name


def known_in(angkatan: Angkatan) -> Known:
    """Who is active in the batch, for those who check thousands; one query. Without a phone nobody is refused."""
    active = angkatan.registrations.active().exclude(delegate__phone="").order_by()
    return set(active.values_list(Lower("name"), "delegate__phone", "ormas_id", "ormas_text"))


def check_new_among(known: Known, wish: Application, *, joins: bool) -> None:
    """As :func:`check_new`, among those known; who ``joins`` is known from then on.

    :raises AlreadyRegistered: naming the person, for staff
    """
    person = wish.person
    key = (person.name.lower(), person.phone, wish.ormas.pk if wish.ormas else None, wish.ormas_text)
    if not person.phone:
        return
    if key in known:
        raise AlreadyRegistered(f"{person.name} sudah terdaftar di angkatan ini dengan nomor HP dan ormas yang sama.")
    if joins:
        known.add(key)


def check_comes_back_alone(registration: Registration, target: Status) -> None:
    """Refuse to bring back a registration whose person has another active one in the batch.

    :raises AlreadyRegistered: naming the other one, for staff
    """
    if registration.status in ACTIVE or target not in ACTIVE:
        return
    if registration.counts_for:
        raise AlreadyRegistered(
            f"{registration.name} digabung dengan pendaftaran berkode {registration.counts_for.shown_code}, dan"
            " kehadirannya dihitung di sana. Pakai pendaftaran itu, atau urungkan penggabungannya.",
            registration.counts_for,
        )
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
