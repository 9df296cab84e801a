"""What a decision on many would do, before anybody presses: read from the same rules, nothing written."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from pelatihan.lifecycle import TRANSITIONS, Action, NotAllowed, Role, Status, target_of
from pelatihan.models import Angkatan, Registration
from pelatihan.registration import seats
from pelatihan.registration.eligibility import over_sentence
from pelatihan.registration.refusals import NoSeatLeft, Refusal


@dataclass
class SeatsPlan:
    """The seats of one batch, before and after; ``promoted``: who moves up from the queue then."""

    angkatan: Angkatan
    held: Counter[int | None]
    before: int
    promoted: list[Registration] = field(default_factory=list)
    is_freed: bool = False

    @property
    def after(self) -> int:
        return self.held.total() + len(self.promoted)


@dataclass
class Plan:
    """Who would be moved, who stands there already, and who cannot be, each with the reason."""

    action: Action
    seats: list[SeatsPlan]
    will: list[Registration] = field(default_factory=list)
    already: list[Registration] = field(default_factory=list)
    cannot: list[tuple[Registration, str]] = field(default_factory=list)


def plan(chosen: list[Registration], action: Action, *, at: datetime) -> Plan:
    """First come first, as the writer goes. The registrations come with ``angkatan``, ``ormas`` and ``invitation``."""
    batches = {one.angkatan_id: one.angkatan for one in chosen}
    by_batch = _seats_of(batches)
    planned = Plan(action, list(by_batch.values()))
    for one in sorted(chosen, key=lambda one: (one.submitted_at, one.pk)):
        try:
            target = _target(one, action)
            if target is None:
                planned.already.append(one)
                continue
            _count(by_batch[one.angkatan_id], one, action, target)
        except (Refusal, NotAllowed) as refusal:
            planned.cannot.append((one, str(refusal)))
        else:
            planned.will.append(one)
    moved = [one.pk for one in planned.will]
    for batch in planned.seats:
        if batch.is_freed and batch.angkatan.queue_moves(at):
            batch.promoted = seats.next_in_line(batch.angkatan, but_for=moved, held=batch.held)
    return planned


def _seats_of(batches: dict[int, Angkatan]) -> dict[int, SeatsPlan]:
    held: dict[int, Counter[int | None]] = {pk: Counter() for pk in batches}
    holding = Registration.objects.filter(angkatan__in=batches).holding_seat()
    for batch, ormas, number in holding.values_list("angkatan", "ormas").annotate(number=Count("pk")):
        held[batch][ormas] = number
    return {pk: SeatsPlan(batches[pk], held[pk], held[pk].total()) for pk in sorted(batches)}


def _target(registration: Registration, action: Action) -> Status | None:
    """Where it would go; nowhere when it stands there. A reason is asked for on the page that shows the plan."""
    if registration.status == TRANSITIONS[action].target:
        return None
    target = target_of(action, Status(registration.status), Role.STAFF, reason="…")
    if sentence := over_sentence(registration.angkatan, action):
        raise Refusal(sentence)
    return target


def _count(batch: SeatsPlan, registration: Registration, action: Action, target: Status) -> None:
    held, holds = registration.holds_seat, registration.would_hold_seat(target)
    if holds and not held and action != Action.ACCEPT_OVER:
        _check_room(batch, registration)
    batch.held[registration.ormas_id] += holds - held
    batch.is_freed |= held and not holds


def _check_room(batch: SeatsPlan, registration: Registration) -> None:
    is_full = batch.held.total() >= batch.angkatan.capacity
    limit = seats.seats_of(batch.angkatan, registration.invitation)
    if is_full or (registration.ormas_id is not None and batch.held[registration.ormas_id] >= limit):
        raise NoSeatLeft(seats.full_sentence(batch.angkatan, registration, is_full=is_full))
