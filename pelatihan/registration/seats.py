"""Counts seats and picks who is promoted. Reads only; call it while the writer holds the batch's lock."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Self

from django.db.models import Count, Q

from ormas.models import Ormas
from pelatihan.lifecycle import TRANSITIONS, Action
from pelatihan.models import Angkatan, Invitation, Registration
from pelatihan.registration.refusals import NoSeatLeft

_FIRST_WAIT = f"“{Action.WAITLIST.label}” dulu lalu "


def has_room(angkatan: Angkatan, ormas: Ormas | None, invitation: Invitation | None) -> bool:
    """Whether the batch and the organisation both have a seat left."""
    held = angkatan.registrations.holding_seat().aggregate(
        everyone=Count("pk"), ormas=Count("pk", filter=Q(ormas=ormas))
    )
    return held["everyone"] < angkatan.capacity and (ormas is None or held["ormas"] < seats_of(angkatan, invitation))


def has_room_in(angkatan: Angkatan, ormas: Ormas, invitation: Invitation | None) -> bool:
    """Whether the organisation has a seat left, for somebody who holds one of the batch already."""
    held = angkatan.registrations.holding_seat().filter(ormas=ormas).count()
    return held < seats_of(angkatan, invitation)


def seats_of(angkatan: Angkatan, invitation: Invitation | None) -> int:
    """How many seats the organisation has in the batch: its own number, else the batch's."""
    if invitation is None or invitation.own_seats is None:
        return angkatan.seats_per_ormas
    return invitation.own_seats


def has_room_for(angkatan: Angkatan, registration: Registration) -> bool:
    return has_room(angkatan, registration.ormas, registration.invitation)


def check_room(angkatan: Angkatan, registration: Registration) -> None:
    """Refuse a move that takes a seat where none is left.

    :raises NoSeatLeft: naming what is full and what to do
    """
    if has_room_for(angkatan, registration):
        return
    is_full = angkatan.registrations.holding_seat().count() >= angkatan.capacity
    raise NoSeatLeft(full_sentence(angkatan, registration, is_full=is_full))


def full_sentence(angkatan: Angkatan, registration: Registration, *, is_full: bool) -> str:
    """What is full, the batch or its organisation's seats, and what to do."""
    everyone = f"Semua {angkatan.capacity} kursi {angkatan.name} terisi"
    what = everyone if is_full else f"Kursi {registration.ormas_name} sudah terpakai semua"
    first = "" if registration.status in TRANSITIONS[Action.ACCEPT_OVER].sources else _FIRST_WAIT
    return (
        f"{what}. Batalkan pendaftaran lain, tambah kursinya, atau {first}pilih “{Action.ACCEPT_OVER.label}”"
        " dengan alasan."
    )


def next_in_line(
    angkatan: Angkatan,
    *,
    without: Registration | None = None,
    but_for: Collection[int] = (),
    held: Counter[int | None] | None = None,
) -> list[Registration]:
    """Who is promoted now: first come, first served, passing over organisations without a seat left.

    :param without: as if this one had given up its seat
    :param but_for: whom a plan moves itself; with ``held``, the seats as they would be held by then
    """
    queue = list(angkatan.registrations.in_queue().exclude(pk__in=but_for))
    if not queue:
        return []
    room = Room.of(angkatan, without=without, held=held)
    return [waiting for waiting in queue if room.takes(waiting.ormas_id)]


@dataclass
class Room:
    """Seats that are free, counted once under the lock, and along with each that is taken or given up."""

    free: int  # of the batch
    each: int  # seats of an organisation without a number of its own
    own_seats: dict[int, int]
    held: Counter[int | None]  # by organisation; people outside the list together

    @classmethod
    def of(
        cls, angkatan: Angkatan, *, without: Registration | None = None, held: Counter[int | None] | None = None
    ) -> Self:
        if held is None:
            holding = angkatan.registrations.holding_seat()
            if without:
                holding = holding.exclude(pk=without.pk)
            held = Counter(dict(holding.values_list("ormas").annotate(Count("pk"))))
        own_seats = {row.ormas_id: seats_of(angkatan, row) for row in angkatan.invitations.exclude(own_seats=None)}
        return cls(angkatan.capacity - held.total(), angkatan.seats_per_ormas, own_seats, held.copy())

    def seats_of(self, ormas: int | None) -> int:
        return self.each if ormas is None else self.own_seats.get(ormas, self.each)

    def left(self, ormas: int | None) -> int:
        """Seats that the organisation has left."""
        return max(self.seats_of(ormas) - self.held[ormas], 0)

    def has_one(self, ormas: int | None) -> bool:
        """Whether batch and organisation both have a seat; who is outside the list needs one of the batch."""
        return self.free > 0 and (ormas is None or self.left(ormas) > 0)

    def takes(self, ormas: int | None) -> bool:
        """Give a seat, if there is one."""
        if not self.has_one(ormas):
            return False
        self.count(ormas, 1)
        return True

    def count(self, ormas: int | None, more: int) -> None:
        """So many seats more are held than before."""
        self.free -= more
        self.held[ormas] += more


# ---- What is told to those who wait, or give up a seat ---------------------------------------------


@dataclass(frozen=True)
class Turn:
    """Where somebody stands in the queue: which seats are taken, and who moves up before."""

    ahead: int  # who moves up before, given the seats that are taken
    capacity: int
    free: int  # seats of the batch; of no use where those of the organisation are taken
    ormas_seats: int
    ormas_free: int | None  # None: outside the list, where no organisation limits
    ormas_ahead: int  # of the same organisation, in front

    @property
    def is_batch_full(self) -> bool:
        return not self.free

    @property
    def is_ormas_full(self) -> bool:
        return self.ormas_free == 0

    @property
    def is_ormas_spoken_for(self) -> bool:
        """Whether those in front take what is left of the organisation's seats, if any is."""
        return self.ormas_free is not None and self.ormas_free <= self.ormas_ahead


def turn_of(registration: Registration) -> Turn:
    """Where somebody with a queue number stands.

    Of one's own organisation everybody in front comes before; of others no more than their organisation has room
    for: nobody while only organisations are full, because whoever had room has moved up.
    """
    ormas, room = registration.ormas_id, Room.of(registration.angkatan)
    queue = registration.angkatan.registrations.in_queue().filter(queue_number__lt=registration.queue_number)
    in_front: Counter[int | None] = Counter(queue.order_by().values_list("ormas", flat=True))
    own = in_front.pop(ormas, 0)
    others = sum(count if each is None else min(count, room.left(each)) for each, count in in_front.items())
    return Turn(
        ahead=own + others,
        capacity=registration.angkatan.capacity,
        free=max(room.free, 0),
        ormas_seats=room.seats_of(ormas),
        ormas_free=None if ormas is None else room.left(ormas),
        ormas_ahead=own,
    )


class Heir(Enum):
    """Who gets a seat that somebody gives up."""

    SAME_ORMAS = "somebody who waits, of the same organisation"
    OTHER = "somebody else who waits"
    ANYBODY = "nobody yet: it is free"
    NOBODY = "nobody: more people have a seat than there are"


def heir_of(registration: Registration) -> Heir:
    """Who would get the seat if this registration gave it up now."""
    promoted = next_in_line(registration.angkatan, without=registration)
    if promoted:
        is_own = registration.ormas_id is not None and promoted[0].ormas_id == registration.ormas_id
        return Heir.SAME_ORMAS if is_own else Heir.OTHER
    return Heir.ANYBODY if Room.of(registration.angkatan, without=registration).free > 0 else Heir.NOBODY
