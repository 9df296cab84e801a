"""The one writer of registrations: who gets a seat, who waits, who moves, and the line in the history.

Every change locks its batch first (``FOR NO KEY UPDATE``: a plain lock would block each insert that points at the
batch), re-reads the registration, counts seats under the lock, and writes status and history together.
"""

import uuid
from collections import Counter
from dataclasses import dataclass
from dataclasses import replace as copy_with
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Lower

from ormas.models import Delegate, Ormas
from pelatihan import codes, dates
from pelatihan.lifecycle import HOLDING_SEAT, TRANSITIONS, Action, Role, Status, target_of
from pelatihan.models import Angkatan, Invitation, Phase, Registration, StatusChange


class Refusal(Exception):
    """Nothing was written; the text is a sentence that says what to do next."""


class NotOpenNow(Refusal):
    """The batch takes no registrations from the public at this moment."""


class OrmasNotInvited(Refusal):
    """The organisation cannot send anybody to this batch."""


class AlreadyRegistered(Refusal):
    """The same name, phone and organisation stand in this batch already. Says nothing of that registration."""


class StatusMoved(Refusal):
    """Somebody else decided meanwhile: the clerk saw another status than the one that holds now."""


class NoSeatLeft(Refusal):
    """The move would take a seat that is not there."""


@dataclass(frozen=True)
class Actor:
    """Who acts: a delegate, the system, or staff with their name."""

    role: Role
    user: User | None = None


DELEGATE = Actor(Role.DELEGATE)
SYSTEM = Actor(Role.SYSTEM)


@dataclass(frozen=True)
class Person:
    """What somebody typed about a person, checked by a form. ``phone`` as ``+628…`` or empty."""

    name: str
    front_title: str = ""
    back_title: str = ""
    nickname: str = ""
    gender: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""
    special_needs: str = ""
    privacy_version: str = ""
    agrees_photo: bool = False
    agrees_group: bool = False
    agrees_invite: bool = False

    @property
    def printed(self) -> dict[str, str]:
        """What papers show, kept on the registration."""
        return {
            field: getattr(self, field)
            for field in ("front_title", "name", "back_title", "nickname", "position", "special_needs")
        }

    def kept(self, at: datetime) -> dict[str, object]:
        """What the delegate's own row holds."""
        fields = (
            "front_title", "name", "back_title", "nickname", "gender", "position", "phone", "email",
            "privacy_version", "agrees_photo", "agrees_group", "agrees_invite",
        )  # fmt: skip
        return {field: getattr(self, field) for field in fields} | {"privacy_at": at if self.privacy_version else None}


@dataclass(frozen=True)
class Request:
    """One wish to take part: who, of which organisation, by which way."""

    person: Person
    source: Registration.Source
    ormas: Ormas | None = None
    ormas_text: str = ""
    token: uuid.UUID | None = None


# ---- Registering ---------------------------------------------------------------------------------


@transaction.atomic
def register(angkatan: Angkatan, request: Request, *, actor: Actor, at: datetime) -> Registration:
    """Add one registration; it holds a seat, or waits with a queue number. The same token: the same row again.

    :raises NotOpenNow, OrmasNotInvited, AlreadyRegistered: nothing written
    """
    angkatan = _locked(angkatan)
    if request.token and (known := Registration.objects.filter(submission_token=request.token).first()):
        return known
    _check_open(angkatan, actor, at)
    invitation = _invitation(angkatan, request, actor)
    _check_new(angkatan, request)
    status, number = _place(angkatan, request.ormas, invitation)
    registration = _create(angkatan, request, status=status, at=at, invitation=invitation, queue_number=number)
    _note(registration, "register", "", actor=actor, at=at, angkatan=angkatan)
    return registration


def _locked(angkatan: Angkatan) -> Angkatan:
    return Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)


def closed_sentence(angkatan: Angkatan, at: datetime) -> str:
    """Why the public cannot register at this moment, and what to do; empty while it can."""
    call = f" Hubungi {angkatan.help_name or 'panitia'}." if angkatan.help_phone or angkatan.help_name else ""
    phase = angkatan.phase(at)
    if phase == Phase.CANCELLED:
        return f"{angkatan.name} dibatalkan: {angkatan.cancel_reason}"
    if phase == Phase.NOT_YET_OPEN:
        when = f" Pendaftaran dibuka {dates.long_moment(angkatan.opens_at)}." if angkatan.opens_at else ""
        return (
            f"Pendaftaran belum dibuka.{when} Silakan kembali pada waktu itu."
            if when
            else (f"Pendaftaran belum dibuka.{call}")
        )
    if phase == Phase.FINISHED:
        return f"{angkatan.name} sudah selesai pada {dates.plain_date(angkatan.ends_on)}."
    if phase in {Phase.CLOSED, Phase.RUNNING} or angkatan.frozen_at:
        when = f" pada {dates.long_moment(angkatan.closes_at)}" if angkatan.closes_at else ""
        return f"Pendaftaran sudah ditutup{when}.{call}"
    return ""


def _check_open(angkatan: Angkatan, actor: Actor, at: datetime) -> None:
    """Staff may register until the batch is cancelled or closed; the public while registration is open."""
    if actor.role != Role.STAFF and (sentence := closed_sentence(angkatan, at)):
        raise NotOpenNow(sentence)
    if angkatan.cancelled_at or angkatan.closed_at:
        raise NotOpenNow(f"{angkatan.name} sudah dibatalkan atau ditutup. Pendaftaran baru tidak dapat dicatat.")


def _invitation(angkatan: Angkatan, request: Request, actor: Actor) -> Invitation | None:
    """The organisation's invitation. Staff may add one that was not invited; nobody adds a disputed one."""
    if request.ormas is None:
        return None
    if request.ormas.is_disputed:
        raise OrmasNotInvited(
            f"{request.ormas.name} sedang dalam sengketa kepengurusan. Pendaftarannya menunggu keputusan Kesbangpol."
        )
    invitation = Invitation.objects.filter(angkatan=angkatan, ormas=request.ormas).first()
    if invitation is None and actor.role != Role.STAFF:
        raise OrmasNotInvited(f"{request.ormas.name} tidak diundang ke {angkatan.name}. Pilih ormas dari daftar.")
    return invitation


def _check_new(angkatan: Angkatan, request: Request) -> None:
    if not request.person.phone:
        return
    twins = angkatan.registrations.active().annotate(lowered=Lower("name"))
    if twins.filter(
        lowered=request.person.name.lower(),
        delegate__phone=request.person.phone,
        ormas=request.ormas,
        ormas_text=request.ormas_text,
    ).exists():
        raise AlreadyRegistered(
            "Nama, nomor HP, dan ormas ini sudah terdaftar. Buka halaman Anda dengan kode yang Anda terima,"
            " atau hubungi panitia bila kodenya hilang."
        )


def _place(angkatan: Angkatan, ormas: Ormas | None, invitation: Invitation | None) -> tuple[Status, int | None]:
    """A seat if there is one, else the next number of the queue. Called under the lock."""
    if _has_room(angkatan, ormas, invitation):
        return Status.SUBMITTED, None
    angkatan.queue_counter += 1
    angkatan.save(update_fields=["queue_counter"])
    return Status.WAITLISTED, angkatan.queue_counter


def _has_room(angkatan: Angkatan, ormas: Ormas | None, invitation: Invitation | None) -> bool:
    held = angkatan.registrations.holding_seat().aggregate(
        everyone=Count("pk"), ormas=Count("pk", filter=Q(ormas=ormas))
    )
    return held["everyone"] < angkatan.capacity and (ormas is None or held["ormas"] < _seats_of(angkatan, invitation))


def _seats_of(angkatan: Angkatan, invitation: Invitation | None) -> int:
    if invitation is None or invitation.own_seats is None:
        return angkatan.seats_per_ormas
    return invitation.own_seats


def _create(
    angkatan: Angkatan,
    request: Request,
    *,
    status: Status,
    at: datetime,
    invitation: Invitation | None,
    queue_number: int | None = None,
    replaces: Registration | None = None,
) -> Registration:
    delegate = Delegate.objects.create(ormas=request.ormas, **request.person.kept(at))
    return Registration.objects.create(
        angkatan=angkatan,
        delegate=delegate,
        invitation=invitation,
        ormas=request.ormas,
        ormas_text=request.ormas_text,
        code=_fresh_code(),
        status=status,
        source=request.source,
        queue_number=queue_number,
        replaces=replaces,
        submission_token=request.token,
        submitted_at=at,
        **request.person.printed,
    )


def _fresh_code() -> str:
    while Registration.objects.filter(code=(code := codes.new_code())).exists():
        pass
    return code


def _note(
    registration: Registration,
    action: str,
    before: str,
    *,
    actor: Actor,
    at: datetime,
    angkatan: Angkatan,
    reason: str = "",
) -> StatusChange:
    return StatusChange.objects.create(
        registration=registration,
        action=action,
        from_status=before,
        to_status=registration.status,
        role=actor.role,
        actor=actor.user,
        reason=reason.strip(),
        at=at,
        is_late=angkatan.frozen_at is not None,
    )


# ---- Moving --------------------------------------------------------------------------------------


@transaction.atomic
def move(
    registration: Registration,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    seen: Status | str | None = None,
) -> StatusChange | None:
    """Do one action of the table; ``None`` when it was done already. ``seen``: the status the clerk looked at.

    :raises StatusMoved: somebody else decided meanwhile
    :raises NoSeatLeft: the move would take a seat that is not there
    :raises lifecycle.NotAllowed: the table has no such move, or a reason is owed
    """
    angkatan = _locked(registration.angkatan)
    current = _current(registration)
    before = Status(current.status)
    if before == TRANSITIONS[action].target:
        return None
    if seen is not None and before != seen:
        raise StatusMoved(_moved_sentence(current))
    target = target_of(action, before, actor.role, reason)
    if target in HOLDING_SEAT and before not in HOLDING_SEAT and action != Action.ACCEPT_OVER:
        _check_room(angkatan, current)
    change = _write(current, action, target, actor=actor, at=at, angkatan=angkatan, reason=reason)
    if before in HOLDING_SEAT and target not in HOLDING_SEAT:
        _fill(angkatan, at)
    registration.refresh_from_db()
    return change


def _current(registration: Registration) -> Registration:
    return (
        Registration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("invitation", "ormas")
        .get(pk=registration.pk)
    )


def _write(
    registration: Registration,
    action: Action,
    target: Status,
    *,
    actor: Actor,
    at: datetime,
    angkatan: Angkatan,
    reason: str = "",
) -> StatusChange:
    """The only place where a status changes."""
    before = registration.status
    registration.status = target
    registration.queue_number = None
    registration.save(update_fields=["status", "queue_number"])
    return _note(registration, action, before, actor=actor, at=at, angkatan=angkatan, reason=reason)


def _moved_sentence(registration: Registration) -> str:
    last = registration.history.select_related("actor").last()
    who = (last.actor.get_full_name() or last.actor.get_username()) if last and last.actor else "peserta atau sistem"
    when = f" pada {dates.long_moment(last.at)}" if last else ""
    return (
        f"Status {registration.name} sudah berubah menjadi {registration.get_status_display()} oleh {who}{when}."
        " Muat ulang halaman, lalu putuskan lagi bila masih perlu."
    )


def _check_room(angkatan: Angkatan, registration: Registration) -> None:
    if _has_room(angkatan, registration.ormas, registration.invitation):
        return
    held = angkatan.registrations.holding_seat().count()
    full = held >= angkatan.capacity
    what = (
        f"Semua {angkatan.capacity} kursi {angkatan.name} terisi"
        if full
        else (f"Kursi {registration.ormas_name} sudah terpakai semua")
    )
    raise NoSeatLeft(
        f"{what}. Batalkan pendaftaran lain, tambah kursinya, atau pilih “{Action.ACCEPT_OVER.label}” dengan alasan."
    )


@transaction.atomic
def fill_seats(angkatan: Angkatan, *, at: datetime) -> list[Registration]:
    """Move the queue up after the capacity or an organisation's seats were raised; who moved, in order."""
    return _fill(_locked(angkatan), at)


def _fill(angkatan: Angkatan, at: datetime) -> list[Registration]:
    """The first in the queue whose organisation has room takes each free seat, until the freeze or the start."""
    queue = list(angkatan.registrations.in_queue()) if angkatan.queue_moves(at) else []
    if not queue:
        return []
    held: Counter[int | None] = Counter(angkatan.registrations.holding_seat().values_list("ormas", flat=True))
    seats = {invited.ormas_id: _seats_of(angkatan, invited) for invited in angkatan.invitations.all()}
    free = angkatan.capacity - held.total()
    moved: list[Registration] = []
    for waiting in queue:
        limit = seats.get(waiting.ormas_id or 0, angkatan.seats_per_ormas)
        if len(moved) < free and (waiting.ormas_id is None or held[waiting.ormas_id] < limit):
            held[waiting.ormas_id] += 1
            _write(waiting, Action.PROMOTE, Status.SUBMITTED, actor=SYSTEM, at=at, angkatan=angkatan)
            moved.append(waiting)
    return moved


# ---- Changing who comes --------------------------------------------------------------------------


@transaction.atomic
def replace(
    registration: Registration, request: Request, *, actor: Actor, at: datetime, reason: str = ""
) -> Registration:
    """Somebody else of the same organisation comes instead and takes the seat: accepted when staff do it.

    :raises lifecycle.NotAllowed: from this status nobody can be replaced
    :raises AlreadyRegistered: the new person stands in this batch already
    """
    angkatan = _locked(registration.angkatan)
    old = _current(registration)
    target = target_of(Action.REPLACE, Status(old.status), actor.role, reason)
    wish = copy_with(request, ormas=old.ormas, ormas_text=old.ormas_text)
    _check_new(angkatan, wish)
    _write(old, Action.REPLACE, target, actor=actor, at=at, angkatan=angkatan, reason=reason)
    status = Status.ACCEPTED if actor.role == Role.STAFF else Status.SUBMITTED
    new = _create(angkatan, wish, status=status, at=at, invitation=old.invitation, replaces=old)
    _note(new, "register", "", actor=actor, at=at, angkatan=angkatan, reason=f"Menggantikan {old.full_name}")
    registration.refresh_from_db()
    return new


CORRECTABLE = frozenset({Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED})


@transaction.atomic
def correct(registration: Registration, person: Person, *, actor: Actor, at: datetime) -> Registration:
    """Put right what was typed, before the decision; what needed a fix is submitted again.

    :raises Refusal: after the decision, when a correction is the office's to make
    """
    angkatan = _locked(registration.angkatan)
    current = _current(registration)
    if actor.role == Role.DELEGATE and current.status not in CORRECTABLE:
        raise Refusal("Data tidak dapat diubah lagi di sini. Hubungi panitia untuk pembetulan.")
    for field, value in person.printed.items():
        setattr(current, field, value)
    current.save(update_fields=list(person.printed))
    kept = person.kept(at)
    if not person.privacy_version:
        kept = {field: kept[field] for field in kept if not field.startswith(("privacy", "agrees"))}
    Delegate.objects.filter(pk=current.delegate_id).update(**kept)
    if current.status == Status.NEEDS_FIX:
        _write(current, Action.FIX, Status.SUBMITTED, actor=actor, at=at, angkatan=angkatan)
    registration.refresh_from_db()
    return registration
