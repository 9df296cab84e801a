"""The one writer of registrations: who gets a seat, who waits, who moves, and the line in the history.

Every change counts seats under the lock of its batch, and writes status and history together. Locks are taken in one
order: the batch's row, then the registration's, then (when the queue moves up) those of the promoted. Attendance locks
registrations only, by ascending id, and never a batch; so neither writer ever waits for the other in a circle.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace as copy_with
from datetime import datetime
from typing import Any

from django.db.models import Max

from ormas.models import Delegate, Ormas
from pelatihan import dates
from pelatihan.accounts.actor import SYSTEM, Actor
from pelatihan.lifecycle import TRANSITIONS, Action, NotAllowed, Role, Status, target_of
from pelatihan.models import Angkatan, Correction, Decision, Invitation, Registration, StatusChange
from pelatihan.registration import eligibility, networks, rows, seats
from pelatihan.registration.application import AGREEMENTS, KEPT, KEPT_ALONE, PRINTED, Application, Person
from pelatihan.registration.refusals import NoSeatLeft, NotOpenNow, Overtaken, Refusal, StatusMoved

# ---- Registering ---------------------------------------------------------------------------------


@rows.whole
def register(angkatan: Angkatan, wish: Application, *, actor: Actor, at: datetime) -> Registration:
    """Add one registration: with a seat, with a queue number, or held back until staff look.

    A repeated token returns the registration it made, whatever became of the batch since.

    :raises NotOpenNow, BatchOver, OrmasNotInvited, AlreadyRegistered: nothing written
    """
    angkatan = rows.locked(angkatan)
    if wish.token and (known := Registration.objects.filter(submission_token=wish.token).first()):
        return known
    eligibility.check_open(angkatan, actor, at)
    invitation = eligibility.invitation_of(angkatan, wish, actor)
    eligibility.check_new(angkatan, wish)
    if networks.is_crowded(angkatan, wish.network, at):
        place = rows.HELD_BACK
    else:
        place = _place(angkatan, wish.ormas, invitation)
    registration = rows.create(angkatan, wish, place, at=at, invitation=invitation)
    rows.note(registration, eligibility.REGISTER, "", actor=actor, at=at, angkatan=angkatan)
    return registration


def _place(angkatan: Angkatan, ormas: Ormas | None, invitation: Invitation | None) -> rows.Place:
    """A seat if there is one, else the next number of the queue. Called under the lock."""
    if seats.has_room(angkatan, ormas, invitation):
        return rows.Place(Status.SUBMITTED)
    angkatan.queue_counter += 1
    angkatan.save(update_fields=["queue_counter"])
    return rows.Place(Status.WAITLISTED, angkatan.queue_counter)


@rows.whole
def release(angkatan: Angkatan, chosen: Collection[int], *, actor: Actor, at: datetime) -> list[Registration]:
    """Give those of the ids that are still held back a seat or a queue number each, in the order in which they came.

    :raises BatchOver: nothing written
    """
    angkatan = rows.locked(angkatan)
    eligibility.check_going_on(angkatan, eligibility.RELEASE)
    released = list(rows.current_ones(angkatan.registrations.held_back().filter(pk__in=chosen)))
    for registration in released:
        place = _place(angkatan, registration.ormas, registration.invitation)
        rows.put(registration, place)
        rows.note(registration, eligibility.RELEASE, Status.SUBMITTED, actor=actor, at=at, angkatan=angkatan)
    return released


# ---- Moving --------------------------------------------------------------------------------------


@rows.whole
def move(
    registration: Registration,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    seen: Status | str | None = None,
) -> StatusChange | None:
    """Apply one action of the table; ``None`` when it was done already. ``seen``: the status shown to the clerk.

    :raises StatusMoved: somebody else decided meanwhile
    :raises NotOpenNow: a delegate withdraws after the freeze or the start
    :raises BatchOver: the batch was cancelled or closed
    :raises AlreadyRegistered: the person has another active registration in the batch
    :raises NoSeatLeft: the move would take a seat that is not there
    :raises lifecycle.NotAllowed: the table has no such move, or a reason is owed
    """
    angkatan = rows.locked(registration.angkatan)
    current = rows.current(registration)
    held = current.holds_seat
    change = _move(angkatan, current, action, actor=actor, at=at, reason=reason, seen=seen)
    if held and not current.holds_seat:
        _fill(angkatan, at)
    registration.refresh_from_db()
    return change


def _move(
    angkatan: Angkatan,
    current: Registration,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    seen: Status | str | None,
    decision: Decision | None = None,
) -> StatusChange | None:
    """One move under the lock. What is refused is refused before anything is written."""
    before = Status(current.status)
    if before == TRANSITIONS[action].target:
        return None
    if seen is not None and before != seen:
        raise StatusMoved(_moved_sentence(current))
    target = target_of(action, before, actor.role, reason)
    if action == Action.WITHDRAW and (sentence := eligibility.withdraw_sentence(angkatan, at)):
        raise NotOpenNow(sentence)
    eligibility.check_going_on(angkatan, action)
    eligibility.check_comes_back_alone(current, target)
    if not current.holds_seat and current.would_hold_seat(target) and action != Action.ACCEPT_OVER:
        seats.check_room(angkatan, current)
    return rows.change_status(
        current, action, target, actor=actor, at=at, angkatan=angkatan, reason=reason, decision=decision
    )


type Answer = StatusChange | Refusal | NotAllowed | None


@rows.whole
def move_together(
    angkatan: Angkatan,
    chosen: Collection[int],
    decision: Decision,
    *,
    actor: Actor,
    at: datetime,
    seen: Mapping[int, str],
) -> list[tuple[Registration, Answer]]:
    """One decision on several of a batch, first come first, under one lock; each with its line of the history, its
    refusal, or nothing when it stood there already. The queue moves up once, at the end: nobody is promoted whom the
    same decision is about to move.
    """
    angkatan = rows.locked(angkatan)
    ones = rows.current_ones(angkatan.registrations.filter(pk__in=chosen))
    answers: list[tuple[Registration, Answer]] = []
    is_freed, action = False, Action(decision.action)
    for current in sorted(ones, key=lambda one: (one.submitted_at, one.pk)):
        held, answer = current.holds_seat, None
        try:
            answer = _move(
                angkatan, current, action,
                actor=actor, at=at, reason=decision.reason, seen=seen.get(current.pk), decision=decision,
            )  # fmt: skip
        except (Refusal, NotAllowed) as refusal:
            answers.append((current, refusal))
            continue
        answers.append((current, answer))
        is_freed |= held and not current.holds_seat
    if is_freed:
        _fill(angkatan, at, decision)
    return answers


@rows.whole
def undo(angkatan: Angkatan, decision: Decision, *, actor: Actor, at: datetime) -> list[tuple[Registration, Refusal]]:
    """Take a decision back, the last move first: each stands again where it stood, with its queue number, and whom the
    queue had moved up waits again. Those that cannot, with the reason: somebody decided since, or the seat is gone.

    :raises BatchOver: the batch was cancelled or closed
    """
    angkatan = rows.locked(angkatan)
    eligibility.check_going_on(angkatan, eligibility.UNDO)
    changes = list(decision.changes.filter(registration__angkatan=angkatan).order_by("-pk"))
    concerned = Registration.objects.filter(pk__in=[change.registration_id for change in changes])
    current = {one.pk: one for one in rows.current_ones(concerned)}
    latest = dict(concerned.order_by().values_list("pk").annotate(Max("history")))
    refused: list[tuple[Registration, Refusal]] = []
    is_freed = False
    for change in changes:
        registration = current[change.registration_id]
        held = registration.holds_seat
        try:
            if latest[registration.pk] != change.pk:
                raise StatusMoved(_moved_sentence(registration))
            _put_back(angkatan, registration, change, actor=actor, at=at)
        except Refusal as refusal:
            refused.append((registration, refusal))
        is_freed |= held and not registration.holds_seat
    if is_freed:
        _fill(angkatan, at)
    return refused


def _put_back(
    angkatan: Angkatan, registration: Registration, change: StatusChange, *, actor: Actor, at: datetime
) -> None:
    place = rows.Place(Status(change.from_status), change.from_queue_number, change.from_held_back)
    eligibility.check_comes_back_alone(registration, place.status)
    takes_seat = not place.is_held_back and registration.would_hold_seat(place.status)
    if takes_seat and not registration.holds_seat and not seats.has_room_for(angkatan, registration):
        raise NoSeatLeft(
            f"Kursi {registration.name} sudah ditempati orang lain, jadi statusnya tetap"
            f" {registration.get_status_display()}. Kosongkan satu kursi, lalu kembalikan pendaftaran ini."
        )
    before, earlier = registration.status, registration.history.filter(pk__lt=change.pk).last()
    rows.put(registration, place)
    reason = earlier.reason if earlier else ""  # why it stands where it stands again
    rows.note(registration, eligibility.UNDO, before, actor=actor, at=at, angkatan=angkatan, reason=reason)


def _moved_sentence(registration: Registration) -> str:
    last = registration.history.select_related("actor").latest("at", "pk")
    who = (last.actor.get_full_name() or last.actor.get_username()) if last.actor else "peserta atau sistem"
    return (
        f"Status {registration.name} sudah berubah menjadi {registration.get_status_display()} oleh {who}"
        f" pada {dates.long_moment(last.at)}. Muat ulang halaman, lalu putuskan lagi bila masih perlu."
    )


@rows.whole
def fill_seats(angkatan: Angkatan, *, at: datetime) -> list[Registration]:
    """Promote from the queue after the capacity or an organisation's seats were raised; the promoted, in order."""
    return _fill(rows.locked(angkatan), at)


def _fill(angkatan: Angkatan, at: datetime, decision: Decision | None = None) -> list[Registration]:
    """Promote the first in the queue whose organisation has room, for each free seat, until the freeze or the start."""
    promoted = seats.next_in_line(angkatan) if angkatan.queue_moves(at) else []
    for waiting in promoted:
        rows.change_status(
            waiting, Action.PROMOTE, Status.SUBMITTED, actor=SYSTEM, at=at, angkatan=angkatan, decision=decision
        )
    return promoted


# ---- Changing who comes --------------------------------------------------------------------------


@rows.whole
def replace(
    registration: Registration, wish: Application, *, actor: Actor, at: datetime, reason: str = ""
) -> Registration:
    """Somebody else of the same organisation comes instead, takes the seat, and is accepted.

    :raises lifecycle.NotAllowed: from this status nobody can be replaced
    :raises BatchOver: the batch was cancelled or closed
    :raises AlreadyRegistered: the new person is active in this batch already
    :raises NoSeatLeft: the old one held no seat, and none is left
    """
    angkatan = rows.locked(registration.angkatan)
    old = rows.current(registration)
    target = target_of(Action.REPLACE, Status(old.status), actor.role, reason)
    eligibility.check_going_on(angkatan, Action.REPLACE)
    wish = copy_with(wish, ormas=old.ormas, ormas_text=old.ormas_text)
    eligibility.check_new(angkatan, wish)
    if not old.holds_seat:
        seats.check_room(angkatan, old)
    rows.change_status(old, Action.REPLACE, target, actor=actor, at=at, angkatan=angkatan, reason=reason)
    new = rows.create(angkatan, wish, rows.ACCEPTED, at=at, invitation=old.invitation, replaces=old)
    told = f"Menggantikan {old.full_name}"
    rows.note(new, eligibility.REGISTER, "", actor=actor, at=at, angkatan=angkatan, reason=told)
    registration.refresh_from_db()
    return new


@rows.whole
def correct(
    registration: Registration,
    person: Person,
    *,
    actor: Actor,
    at: datetime,
    seen: Person | None = None,
    reason: str = "",
) -> list[Correction]:
    """Put right what was typed; what stands there already is no correction. What needed a fix is submitted again.

    :param seen: how the person stood when the form was filled in; what equals it was not edited, and stays as it is
    :returns: one line a field, as the history keeps them; empty when nothing was to be done
    :raises Refusal: after the decision, when a correction is the office's to make
    :raises Overtaken: somebody else wrote something else into the same field meanwhile
    :raises BatchOver: the batch was closed
    """
    angkatan = rows.locked(registration.angkatan)
    current = rows.current(registration)
    if actor.role == Role.DELEGATE and (sentence := eligibility.correct_sentence(current, at)):
        raise Refusal(sentence)
    eligibility.check_going_on(angkatan, eligibility.CORRECT)
    stands = Person.of(current)
    changes = _changes(stands, seen or stands, person, actor)
    mended = copy_with(stands, **{field: new for field, (_old, new) in changes.items()})
    _keep(current, mended, changes.keys(), actor=actor, at=at, version=person.privacy_version)
    corrections = rows.note_corrections(current, changes, actor=actor, at=at, angkatan=angkatan, reason=reason)
    if corrections and current.status == Status.NEEDS_FIX:
        rows.change_status(current, Action.FIX, Status.SUBMITTED, actor=actor, at=at, angkatan=angkatan)
    registration.refresh_from_db()
    return corrections


@rows.whole
def note_on_registrations(
    delegate: Delegate, edits: Mapping[str, tuple[Any, Any]], *, actor: Actor, at: datetime
) -> None:
    """Staff changed the delegate's own row: their registrations show what stands there, so they tell it, too.

    Takes no lock: nothing of a registration changes, and a line of history is only added.
    """
    changes = {field: edits[field] for field in Correction.Field.values if field in KEPT_ALONE and field in edits}
    for registration in delegate.registrations.select_related("angkatan"):
        rows.note_corrections(registration, changes, actor=actor, at=at, angkatan=registration.angkatan)


def _changes(stands: Person, seen: Person, typed: Person, actor: Actor) -> dict[str, tuple[Any, Any]]:
    """By field what stands there and what is to. Consents are asked on forms for delegates only.

    :raises Overtaken: for what stands there, was seen and was typed are three different values
    """
    asks_consent = actor.role == Role.DELEGATE or typed.privacy_version
    fields = [field for field in Correction.Field.values if asks_consent or field not in AGREEMENTS]
    edited = [field for field in fields if getattr(typed, field) != getattr(seen, field)]
    changes = {field: (getattr(stands, field), getattr(typed, field)) for field in edited}
    changes = {field: (old, new) for field, (old, new) in changes.items() if old != new}
    if overtaken := [field for field in changes if getattr(stands, field) != getattr(seen, field)]:
        labels = ", ".join(Correction.Field(field).label for field in overtaken)
        raise Overtaken(f"{labels} baru saja diubah orang lain. Muat ulang halaman, lalu betulkan bila masih perlu.")
    return changes


def _keep(
    registration: Registration, mended: Person, changed: Collection[str], *, actor: Actor, at: datetime, version: str
) -> None:
    """The registration keeps what papers print. The delegate's own row follows, unless it lives on in other trainings
    and a public form changes it: then there is a new one.
    """
    printed = [field for field in PRINTED if field in changed]
    for field in printed:
        setattr(registration, field, getattr(mended, field))
    old = registration.delegate
    kept = {field: getattr(mended, field) for field in KEPT if field in changed}
    if version and version != old.privacy_version:
        kept |= {"privacy_version": version, "privacy_at": at}  # read once, at the time that stands there
    lives_on = old.registrations.exclude(pk=registration.pk).exists() or old.merged.exists()
    if kept and lives_on and actor.role == Role.DELEGATE:
        read_at = kept.get("privacy_at", old.privacy_at)
        new = copy_with(mended, privacy_version=version or mended.privacy_version).kept(at) | {"privacy_at": read_at}
        registration.delegate = Delegate.objects.create(ormas=registration.ormas, **new)
        printed.append("delegate")
    elif kept:
        Delegate.objects.filter(pk=old.pk).update(**kept)
    if printed:
        registration.save(update_fields=printed)


@rows.whole
def agree(registration: Registration, agreed: Mapping[str, bool], *, actor: Actor, at: datetime) -> list[Correction]:
    """Keep what the person agrees to from now on, whatever became of registration and batch (UU 27/2022, art. 9).

    What is taken back is taken back in the rows merged into theirs, too; special needs go with their consent.

    :returns: what was given or taken back in this registration, as the history keeps it
    """
    angkatan = rows.locked(registration.angkatan)
    current = rows.current(registration)
    person, stands = current.delegate, Person.of(current)
    changes: dict[str, tuple[object, object]] = {
        name: (getattr(stands, name), now) for name, now in agreed.items() if getattr(stands, name) != now
    }
    if stands.special_needs and not agreed.get("agrees_special_needs", True):
        changes["special_needs"] = (stands.special_needs, "")
    Delegate.objects.filter(pk=person.pk).update(**agreed)
    if taken_back := [name for name, is_given in agreed.items() if not is_given]:
        person.merged.update(**dict.fromkeys(taken_back, False))
    if "agrees_special_needs" in taken_back:
        for each in rows.current_ones(Registration.objects.filter(delegate=person)):
            each.special_needs = ""
            each.save(update_fields=["special_needs"])
    corrections = rows.note_corrections(current, changes, actor=actor, at=at, angkatan=angkatan)
    registration.refresh_from_db()
    return corrections
