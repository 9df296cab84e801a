"""The one writer of registrations: who gets a seat, who waits, who moves, and the line in the history.

Every change counts seats under the lock of its batch, and writes status and history together. Locks are taken in one
order: the batch's row, then the registration's, then (when the queue moves up) those of the promoted. Attendance locks
registrations only, by ascending id, and never a batch; so neither writer ever waits for the other in a circle.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as copy_with
from datetime import datetime

from django.db.models import Max

from ormas.models import Ormas
from pelatihan import dates
from pelatihan.accounts.actor import CONTACT, SYSTEM, Actor
from pelatihan.lifecycle import ACTIVE, TRANSITIONS, Action, NotAllowed, Status, target_of
from pelatihan.messaging import post
from pelatihan.models import Angkatan, Decision, Invitation, Registration, StatusChange
from pelatihan.registration import eligibility, networks, rows, seats
from pelatihan.registration.application import Application
from pelatihan.registration.refusals import (
    AlreadyRegistered,
    GroupRefused,
    NoSeatLeft,
    OrmasNotInvited,
    Refusal,
    StatusMoved,
)

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


@rows.whole
def register_group(invitation: Invitation, wishes: Sequence[Application], *, at: datetime) -> list[Registration]:
    """Add the people whom an organisation's contact person names, all or none, in their order: with a seat each as
    long as there are any, then as reserves. A repeated token returns the registration it made.

    :raises NotOpenNow, BatchOver, OrmasNotInvited, TooManyNamed: nothing written
    :raises GroupRefused: one of them is active in this batch already; nothing written
    """
    angkatan = rows.locked(invitation.angkatan)
    tokens = [wish.token for wish in wishes if wish.token]
    known = {one.submission_token: one for one in Registration.objects.filter(submission_token__in=tokens)}
    new = [wish for wish in wishes if wish.token not in known]
    if new:
        eligibility.check_open(angkatan, CONTACT, at)
        eligibility.check_group_size(angkatan, invitation.ormas, seats.seats_of(angkatan, invitation), len(new))
    people = []
    for row, wish in enumerate(wishes):
        if wish.token in known:
            people.append(known[wish.token])
            continue
        ours = copy_with(wish, ormas=invitation.ormas, ormas_text="", network="")
        eligibility.invitation_of(angkatan, ours, CONTACT)
        try:
            eligibility.check_new(angkatan, ours)
        except AlreadyRegistered as refusal:
            raise GroupRefused(str(refusal), row) from refusal
        place = _place(angkatan, invitation.ormas, invitation)
        one = rows.create(angkatan, ours, place, at=at, invitation=invitation)
        rows.note(one, eligibility.REGISTER, "", actor=CONTACT, at=at, angkatan=angkatan)
        people.append(one)
    return people


def _place(angkatan: Angkatan, ormas: Ormas | None, invitation: Invitation | None) -> rows.Place:
    """A seat if there is one, else the next number of the queue. Called under the lock."""
    if seats.has_room(angkatan, ormas, invitation):
        return rows.Place(Status.SUBMITTED)
    angkatan.queue_counter += 1
    angkatan.save(update_fields=["queue_counter"])
    return rows.Place(Status.WAITLISTED, angkatan.queue_counter)


@dataclass(frozen=True)
class Newcomer:
    """Somebody of a list, and the status that the list gives them; what leads there needs a reason, as ever."""

    wish: Application
    becomes: Status = Status.SUBMITTED
    reason: str = ""


@dataclass(frozen=True)
class Moved:
    """Somebody registered, and what the list does with them; ``seen``: the status that was shown to the clerk."""

    pk: int
    action: Action
    seen: Status | str
    reason: str = ""


# what a list may do with somebody new, beside giving a seat or a queue number
OUT_AT_ONCE = {Status.REJECTED: Action.REJECT, Status.CANCELLED: Action.CANCEL}
AT_ONCE = {Status.ACCEPTED: Action.ACCEPT, Status.NEEDS_FIX: Action.ASK_FIX, **OUT_AT_ONCE}


@rows.whole
def take_in(
    angkatan: Angkatan, newcomers: Sequence[Newcomer], moved: Sequence[Moved] = (), *, actor: Actor, at: datetime
) -> list[Registration]:
    """Take a list in, all or nobody: those registered are moved, then the new ones get a seat or a queue number each in
    their order, with the same rules and the same lines in the history as one by one. Seats that the list frees go to
    those who waited before. Written by a few statements for thousands.

    :raises Refusal: nothing written; as :func:`register` and :func:`move`, and NoSeatLeft for who is to be accepted
    :raises lifecycle.NotAllowed: the table has no such move, or a reason is owed
    """
    angkatan = rows.locked(angkatan)
    eligibility.check_open(angkatan, actor, at)
    room = seats.Room.of(angkatan)
    is_freed = _move_list(angkatan, moved, room, actor=actor, at=at)
    new = _create_list(angkatan, newcomers, room, actor=actor, at=at)
    if is_freed:
        fill(angkatan, at)
    return new


def _move_list(angkatan: Angkatan, moved: Sequence[Moved], room: seats.Room, *, actor: Actor, at: datetime) -> bool:
    """Those registered, each refused as by :func:`_move`; whether a seat came free. Called under the lock."""
    ones = {one.pk: one for one in rows.current_ones(angkatan.registrations.filter(pk__in=[one.pk for one in moved]))}
    places: list[tuple[Registration, rows.Place]] = []
    lines: list[StatusChange] = []
    is_freed = False
    for one in moved:
        current = ones[one.pk]
        left = rows.Place(Status(current.status), current.queue_number, current.is_held_back)
        if left.status != one.seen:
            raise StatusMoved(_moved_sentence(current))
        target = target_of(one.action, left.status, actor.role, one.reason)
        eligibility.check_going_on(angkatan, one.action)
        eligibility.check_comes_back_alone(current, target)
        will_hold = current.would_hold_seat(target)
        if will_hold and not current.holds_seat and not room.takes(current.ormas_id):
            raise NoSeatLeft(seats.full_sentence(angkatan, current, is_full=room.free <= 0))
        is_freed |= current.holds_seat and not will_hold
        places.append((current, rows.Place(target)))
        lines.append(
            rows.line(
                current, one.action, left.status, target,
                actor=actor, at=at, angkatan=angkatan, reason=one.reason, left=left,
            )
        )  # fmt: skip
    rows.put_many(places)
    rows.lapse_of([current for current, place in places if place.status not in ACTIVE], at)
    rows.note_many(lines)
    post.of_many(lines, angkatan)
    return is_freed


def _create_list(
    angkatan: Angkatan, newcomers: Sequence[Newcomer], room: seats.Room, *, actor: Actor, at: datetime
) -> list[Registration]:
    """The new ones and their lines of the history. Called under the lock."""
    invitations = {row.ormas_id: row for row in angkatan.invitations.all()}
    known = eligibility.known_in(angkatan)
    placed: list[tuple[Application, rows.Place, Invitation | None]] = []
    first_places: list[Status] = []
    for one in newcomers:
        wish = one.wish
        if wish.ormas and (sentence := eligibility.disputed_sentence(wish.ormas)):
            raise OrmasNotInvited(sentence)
        eligibility.check_new_among(known, wish, joins=one.becomes in ACTIVE)
        first = first_place(one, room)
        target = target_of(AT_ONCE[one.becomes], first, actor.role, one.reason) if one.becomes in AT_ONCE else first
        if first == Status.WAITLISTED and target == Status.ACCEPTED:
            raise NoSeatLeft(
                f"Tidak ada kursi lagi untuk {wish.person.name}, jadi tidak dapat langsung diterima. Tambah kursinya,"
                " atau ubah statusnya menjadi Cadangan."
            )
        number = None
        if target == Status.WAITLISTED:
            angkatan.queue_counter += 1
            number = angkatan.queue_counter
        first_places.append(first)
        placed.append((wish, rows.Place(target, number), invitations.get(wish.ormas.pk) if wish.ormas else None))
    angkatan.save(update_fields=["queue_counter"])
    new = rows.create_many(angkatan, placed, at=at)
    lines = [
        rows.line(registration, eligibility.REGISTER, "", first, actor=actor, at=at, angkatan=angkatan)
        for registration, first in zip(new, first_places, strict=True)
    ]
    lines += [
        rows.line(
            registration, AT_ONCE[one.becomes], first, one.becomes,
            actor=actor, at=at, angkatan=angkatan, reason=one.reason, left=rows.Place(first),
        )
        for registration, first, one in zip(new, first_places, newcomers, strict=True)
        if one.becomes in AT_ONCE
    ]  # fmt: skip
    rows.note_many(lines)
    post.of_many(list({line.registration_id: line for line in lines}.values()), angkatan)  # of each the last
    return new


def first_place(one: Newcomer, room: seats.Room) -> Status:
    """Where somebody of a list stands before the list decides. Who is out at once takes nobody's seat."""
    if one.becomes in OUT_AT_ONCE:
        return Status.SUBMITTED
    if one.becomes == Status.WAITLISTED or not room.takes(one.wish.ormas.pk if one.wish.ormas else None):
        return Status.WAITLISTED
    return Status.SUBMITTED


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
    fields: Sequence[str] = (),
) -> StatusChange | None:
    """Apply one action of the table; ``None`` when it was done already. ``seen``: the status shown to the clerk;
    ``fields``: what is to be mended, when a fix is asked for.

    :raises StatusMoved: somebody else decided meanwhile
    :raises NotOpenNow: a delegate withdraws when that has to be asked for, or nothing changes any more
    :raises BatchOver: the batch was cancelled or closed
    :raises AlreadyRegistered: the person has another active registration in the batch
    :raises NoSeatLeft: the move would take a seat that is not there
    :raises lifecycle.NotAllowed: the table has no such move, or a reason is owed
    """
    angkatan = rows.locked(registration.angkatan)
    current = rows.current(registration)
    held = current.holds_seat
    change = _move(angkatan, current, action, actor=actor, at=at, reason=reason, seen=seen, fields=fields)
    if held and not current.holds_seat:
        fill(angkatan, at)
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
    fields: Sequence[str] = (),
    decision: Decision | None = None,
    is_told: bool = True,
) -> StatusChange | None:
    """One move under the lock. What is refused is refused before anything is written."""
    before = Status(current.status)
    if before == TRANSITIONS[action].target:
        return None
    if seen is not None and before != seen:
        raise StatusMoved(_moved_sentence(current))
    target = target_of(action, before, actor.role, reason)
    eligibility.check_by_oneself(current, action, actor, at)
    eligibility.check_going_on(angkatan, action)
    eligibility.check_comes_back_alone(current, target)
    if not current.holds_seat and current.would_hold_seat(target) and action != Action.ACCEPT_OVER:
        seats.check_room(angkatan, current)
    return rows.change_status(
        current, action, target,
        actor=actor, at=at, angkatan=angkatan, reason=reason, fields=fields, decision=decision, is_told=is_told,
    )  # fmt: skip


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
    later: Collection[int] = (),
) -> list[tuple[Registration, Answer]]:
    """One decision on several of a batch, first come first, under one lock; each with its line of the history, its
    refusal, or nothing when it stood there already. The queue moves up once, at the end: nobody is promoted whom the
    same decision is about to move.

    :param later: whom the same decision moves in a later part
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
                actor=actor, at=at, reason=decision.reason, seen=seen.get(current.pk), fields=decision.fields,
                decision=decision, is_told=False,
            )  # fmt: skip
        except (Refusal, NotAllowed) as refusal:
            answers.append((current, refusal))
            continue
        answers.append((current, answer))
        is_freed |= held and not current.holds_seat
    post.of_many([answer for _one, answer in answers if isinstance(answer, StatusChange)], angkatan)
    if is_freed:
        fill(angkatan, at, decision, but_for=later)
    return answers


@rows.whole
def undo(
    angkatan: Angkatan, decision: Decision, *, actor: Actor, at: datetime, part: datetime | None = None
) -> list[tuple[Registration, Refusal]]:
    """Take a decision back, the last move first: each stands again where it stood, with its queue number, and whom the
    queue had moved up waits again. Those that cannot, with the reason: somebody decided since, or the seat is gone.

    :param part: only what was moved at that moment, where the decision was carried out in parts
    :raises BatchOver: the batch was cancelled or closed
    """
    angkatan = rows.locked(angkatan)
    eligibility.check_going_on(angkatan, eligibility.UNDO)
    changes_there = decision.changes.filter(registration__angkatan=angkatan).order_by("-pk")
    changes = list(changes_there.filter(at=part) if part else changes_there)
    concerned = Registration.objects.filter(pk__in=[change.registration_id for change in changes])
    current = {one.pk: one for one in rows.current_ones(concerned)}
    latest = dict(concerned.order_by().values_list("pk").annotate(Max("history")))
    refused: list[tuple[Registration, Refusal]] = []
    may_move_up = False  # a seat was given up, or somebody waits again while one may be free
    room = seats.Room.of(angkatan) if len(changes) > 1 else None
    for change in changes:
        registration = current[change.registration_id]
        held = registration.holds_seat
        try:
            if latest[registration.pk] != change.pk:
                raise StatusMoved(_moved_sentence(registration))
            _put_back(angkatan, registration, change, actor=actor, at=at, room=room)
        except Refusal as refusal:
            refused.append((registration, refusal))
        if room:
            room.count(registration.ormas_id, registration.holds_seat - held)
        may_move_up |= (held and not registration.holds_seat) or registration.status == Status.WAITLISTED
    if may_move_up:
        fill(angkatan, at)
    return refused


@rows.whole
def undo_withdrawal(registration: Registration, *, actor: Actor, at: datetime) -> Registration:
    """Delegate or contact person take their last withdrawal back within a quarter of an hour, while the seat is free;
    a reserve gets the old number of the queue, and what has come free since.

    :raises NotOpenNow: nothing was withdrawn, or by the other, too long ago, or the batch is over
    :raises NoSeatLeft: the seat is taken
    :raises AlreadyRegistered: the person has registered again since
    """
    angkatan = rows.locked(registration.angkatan)
    current = rows.current(registration)
    last = current.history.last()
    eligibility.check_undo_withdrawal(current, last, actor, at)
    assert last is not None  # checked just now
    try:
        _put_back(angkatan, current, last, actor=actor, at=at)
    except NoSeatLeft as refusal:
        raise NoSeatLeft(
            f"Kursi {current.name} sudah ditempati orang lain, jadi pembatalannya tidak dapat diurungkan."
            " Daftar lagi untuk masuk daftar cadangan, atau hubungi panitia."
        ) from refusal
    except AlreadyRegistered as refusal:  # its sentence is for staff
        raise AlreadyRegistered(
            f"{current.name} sudah terdaftar lagi di {angkatan.name}, jadi pembatalan ini tidak diurungkan. Pakailah"
            " kode yang baru.",
            refusal.other,
        ) from refusal
    if current.status == Status.WAITLISTED:
        fill(angkatan, at)  # a seat may have come free meanwhile
    registration.refresh_from_db()
    return registration


@rows.whole
def give_way(gone: Registration, stays: Registration, *, actor: Actor, at: datetime) -> StatusChange:
    """One of two active registrations of one person is cancelled, and from now on counts for the other; its seat goes
    to whoever waits. Nobody is told: the person is registered all the same. For merging, which holds the locks of both
    rows and of their batch, and moves the person.

    :raises BatchOver: the batch was closed
    """
    angkatan = rows.locked(gone.angkatan)
    eligibility.check_going_on(angkatan, eligibility.MERGE)
    target_of(Action.CANCEL, Status(gone.status), actor.role, GIVEN_WAY)
    held, left = gone.holds_seat, rows.Place(Status(gone.status), gone.queue_number, gone.is_held_back)
    rows.put(gone, rows.Place(Status.CANCELLED))
    rows.lapse(gone, at)
    Registration.objects.filter(counts_for=gone).update(counts_for=stays)
    gone.counts_for = stays
    gone.save(update_fields=["counts_for"])
    day = dates.plain_date(stays.submitted_at)
    reason = f"{GIVEN_WAY} Yang berlaku: pendaftaran tanggal {day}, {stays.get_status_display()}."
    change = rows.note(
        gone, eligibility.MERGE, left.status, actor=actor, at=at, angkatan=angkatan, reason=reason, left=left
    )
    if held:
        fill(angkatan, at)
    return change


@rows.whole
def come_back(gone: Registration, change: StatusChange, *, actor: Actor, at: datetime) -> None:
    """Take :func:`give_way` back, as far as registrations go: it stands where it stood, if the seat is free and nobody
    decided since. Its attendance is its own again in any case.

    :raises StatusMoved, NoSeatLeft, AlreadyRegistered, BatchOver: it stays cancelled
    """
    angkatan = rows.locked(gone.angkatan)
    current = rows.current(gone)
    eligibility.check_going_on(angkatan, eligibility.UNDO)
    if current.history.order_by("pk").values_list("pk", flat=True).last() != change.pk:
        raise StatusMoved(_moved_sentence(current))
    _put_back(angkatan, current, change, actor=actor, at=at)
    if current.status == Status.WAITLISTED:
        fill(angkatan, at)


GIVEN_WAY = "Digabung dengan pendaftaran lain atas nama Anda."


def _put_back(
    angkatan: Angkatan,
    registration: Registration,
    change: StatusChange,
    *,
    actor: Actor,
    at: datetime,
    room: seats.Room | None = None,
) -> None:
    """``room``: the seats as counted already, where many are put back."""
    place = rows.Place(Status(change.from_status), change.from_queue_number, change.from_held_back)
    eligibility.check_comes_back_alone(registration, place.status)
    takes_seat = not place.is_held_back and registration.would_hold_seat(place.status)
    if takes_seat and not registration.holds_seat and not _has_room(angkatan, registration, room):
        raise NoSeatLeft(
            f"Kursi {registration.name} sudah ditempati orang lain, jadi statusnya tetap"
            f" {registration.get_status_display()}. Kosongkan satu kursi, lalu kembalikan pendaftaran ini."
        )
    before, earlier = registration.status, registration.history.filter(pk__lt=change.pk).last()
    rows.put(registration, place)
    if place.status not in ACTIVE:
        rows.lapse(registration, at)
    reason, fields = (earlier.reason, earlier.fields) if earlier else ("", [])  # why it stands where it stands again
    rows.note(
        registration, eligibility.UNDO, before, actor=actor, at=at, angkatan=angkatan, reason=reason, fields=fields
    )


def _has_room(angkatan: Angkatan, registration: Registration, room: seats.Room | None) -> bool:
    return room.has_one(registration.ormas_id) if room else seats.has_room_for(angkatan, registration)


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
    return fill(rows.locked(angkatan), at)


def fill(
    angkatan: Angkatan, at: datetime, decision: Decision | None = None, *, but_for: Collection[int] = ()
) -> list[Registration]:
    """Promote the first in the queue whose organisation has room, for each free seat, until the freeze or the start.

    For writers that hold the batch's lock.
    """
    promoted = seats.next_in_line(angkatan, but_for=but_for) if angkatan.queue_moves(at) else []
    moves = [
        rows.change_status(
            waiting, Action.PROMOTE, Status.SUBMITTED,
            actor=SYSTEM, at=at, angkatan=angkatan, decision=decision, is_told=False,
        )
        for waiting in promoted
    ]  # fmt: skip
    post.of_many(moves, angkatan)
    return promoted
