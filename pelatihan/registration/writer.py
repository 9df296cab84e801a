"""The one writer of registrations: who gets a seat, who waits, who moves, and the line in the history.

Every change locks its batch first (``FOR NO KEY UPDATE``: a plain lock would block each insert that points at the
batch), re-reads the registration, counts seats under the lock, and writes status and history together.
"""

from dataclasses import replace as copy_with
from datetime import datetime

from django.db import transaction

from ormas.models import Delegate
from pelatihan import codes, dates
from pelatihan.accounts.actor import DELEGATE, SYSTEM, Actor
from pelatihan.lifecycle import HOLDING_SEAT, TRANSITIONS, Action, Role, Status, target_of
from pelatihan.models import Angkatan, Invitation, Registration, StatusChange
from pelatihan.phases import closed_sentence
from pelatihan.registration import seats
from pelatihan.registration.application import Application, Person
from pelatihan.registration.eligibility import (
    CORRECTABLE,
    check_new,
    check_open,
    correct_sentence,
    invitation_of,
    withdraw_sentence,
)
from pelatihan.registration.refusals import (
    AlreadyRegistered,
    NoSeatLeft,
    NotOpenNow,
    OrmasNotInvited,
    Refusal,
    StatusMoved,
)  # fmt: skip

__all__ = [
    "CORRECTABLE",
    "DELEGATE",
    "SYSTEM",
    "Actor",
    "AlreadyRegistered",
    "Application",
    "NoSeatLeft",
    "NotOpenNow",
    "OrmasNotInvited",
    "Person",
    "Refusal",
    "StatusMoved",
    "closed_sentence",
    "correct",
    "correct_sentence",
    "fill_seats",
    "move",
    "register",
    "replace",
    "withdraw_sentence",
]  # fmt: skip

# ---- Registering ---------------------------------------------------------------------------------


@transaction.atomic
def register(angkatan: Angkatan, wish: Application, *, actor: Actor, at: datetime) -> Registration:
    """Add one registration; it holds a seat, or waits with a queue number. The same token: the same row again.

    :raises NotOpenNow, OrmasNotInvited, AlreadyRegistered: nothing written
    """
    angkatan = _locked(angkatan)
    if wish.token and (known := Registration.objects.filter(submission_token=wish.token).first()):
        return known
    check_open(angkatan, actor, at)
    invitation = invitation_of(angkatan, wish, actor)
    check_new(angkatan, wish)
    status, number = _place(angkatan, wish, invitation)
    registration = _create(angkatan, wish, status=status, at=at, invitation=invitation, queue_number=number)
    _note(registration, "register", "", actor=actor, at=at, angkatan=angkatan)
    return registration


def _locked(angkatan: Angkatan) -> Angkatan:
    return Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)


def _place(angkatan: Angkatan, wish: Application, invitation: Invitation | None) -> tuple[Status, int | None]:
    """A seat if there is one, else the next number of the queue. Called under the lock."""
    if seats.has_room(angkatan, wish.ormas, invitation):
        return Status.SUBMITTED, None
    angkatan.queue_counter += 1
    angkatan.save(update_fields=["queue_counter"])
    return Status.WAITLISTED, angkatan.queue_counter


def _create(
    angkatan: Angkatan,
    wish: Application,
    *,
    status: Status,
    at: datetime,
    invitation: Invitation | None,
    queue_number: int | None = None,
    replaces: Registration | None = None,
) -> Registration:
    delegate = Delegate.objects.create(ormas=wish.ormas, **wish.person.kept(at))
    return Registration.objects.create(
        angkatan=angkatan,
        delegate=delegate,
        invitation=invitation,
        ormas=wish.ormas,
        ormas_text=wish.ormas_text,
        code=_fresh_code(),
        status=status,
        source=wish.source,
        queue_number=queue_number,
        replaces=replaces,
        submission_token=wish.token,
        submitted_at=at,
        **wish.person.printed,
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
    :raises NotOpenNow: a delegate withdraws after the freeze or the start
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
    if action == Action.WITHDRAW and (sentence := withdraw_sentence(angkatan, at)):
        raise NotOpenNow(sentence)
    if target in HOLDING_SEAT and before not in HOLDING_SEAT and action != Action.ACCEPT_OVER:
        seats.check_room(angkatan, current)
    change = _write(current, action, target, actor=actor, at=at, angkatan=angkatan, reason=reason)
    if before in HOLDING_SEAT and target not in HOLDING_SEAT:
        _fill(angkatan, at)
    registration.refresh_from_db()
    return change


def _current(registration: Registration) -> Registration:
    return (
        Registration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("invitation", "ormas", "angkatan", "delegate")
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


@transaction.atomic
def fill_seats(angkatan: Angkatan, *, at: datetime) -> list[Registration]:
    """Move the queue up after the capacity or an organisation's seats were raised; who moved, in order."""
    return _fill(_locked(angkatan), at)


def _fill(angkatan: Angkatan, at: datetime) -> list[Registration]:
    """The first in the queue whose organisation has room takes each free seat, until the freeze or the start."""
    lucky = seats.next_in_line(angkatan) if angkatan.queue_moves(at) else []
    for waiting in lucky:
        _write(waiting, Action.PROMOTE, Status.SUBMITTED, actor=SYSTEM, at=at, angkatan=angkatan)
    return lucky


# ---- Changing who comes --------------------------------------------------------------------------


@transaction.atomic
def replace(
    registration: Registration, wish: Application, *, actor: Actor, at: datetime, reason: str = ""
) -> Registration:
    """Somebody else of the same organisation comes instead and takes the seat: accepted when staff do it.

    :raises lifecycle.NotAllowed: from this status nobody can be replaced
    :raises AlreadyRegistered: the new person stands in this batch already
    """
    angkatan = _locked(registration.angkatan)
    old = _current(registration)
    target = target_of(Action.REPLACE, Status(old.status), actor.role, reason)
    wish = copy_with(wish, ormas=old.ormas, ormas_text=old.ormas_text)
    check_new(angkatan, wish)
    _write(old, Action.REPLACE, target, actor=actor, at=at, angkatan=angkatan, reason=reason)
    status = Status.ACCEPTED if actor.role == Role.STAFF else Status.SUBMITTED
    new = _create(angkatan, wish, status=status, at=at, invitation=old.invitation, replaces=old)
    _note(new, "register", "", actor=actor, at=at, angkatan=angkatan, reason=f"Menggantikan {old.full_name}")
    registration.refresh_from_db()
    return new


@transaction.atomic
def correct(registration: Registration, person: Person, *, actor: Actor, at: datetime) -> Registration:
    """Put right what was typed, before the decision; what needed a fix is submitted again.

    :raises Refusal: after the decision, when a correction is the office's to make
    """
    angkatan = _locked(registration.angkatan)
    current = _current(registration)
    if actor.role == Role.DELEGATE and (sentence := correct_sentence(current, at)):
        raise Refusal(sentence)
    for field, value in person.printed.items():
        setattr(current, field, value)
    current.save(update_fields=list(person.printed))
    _correct_delegate(current, person, actor=actor, at=at)
    if current.status == Status.NEEDS_FIX:
        _write(current, Action.FIX, Status.SUBMITTED, actor=actor, at=at, angkatan=angkatan)
    registration.refresh_from_db()
    return registration


def _correct_delegate(registration: Registration, person: Person, *, actor: Actor, at: datetime) -> None:
    """The delegate's own row follows, unless it lives on in other trainings: then a public form makes a new one."""
    old = registration.delegate
    lives_on = old.registrations.exclude(pk=registration.pk).exists() or old.merged.exists()
    if lives_on and actor.role == Role.DELEGATE:
        registration.delegate = Delegate.objects.create(ormas=registration.ormas, **person.kept(at))
        registration.save(update_fields=["delegate"])
        return
    kept = person.kept(at)
    if person.privacy_version == old.privacy_version:
        del kept["privacy_at"]  # read once, at the time that stands there
    if not person.privacy_version:
        kept = {field: kept[field] for field in kept if not field.startswith(("privacy", "agrees"))}
    Delegate.objects.filter(pk=old.pk).update(**kept)
