"""Counts seats and picks who is promoted. Reads only; call it while the writer holds the batch's lock."""

from collections import Counter

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


def seats_of(angkatan: Angkatan, invitation: Invitation | None) -> int:
    """How many seats the organisation has in the batch: its own number, else the batch's."""
    if invitation is None or invitation.own_seats is None:
        return angkatan.seats_per_ormas
    return invitation.own_seats


def check_room(angkatan: Angkatan, registration: Registration) -> None:
    """Refuse a move that takes a seat where none is left.

    :raises NoSeatLeft: naming what is full and what to do
    """
    if has_room(angkatan, registration.ormas, registration.invitation):
        return
    is_full = angkatan.registrations.holding_seat().count() >= angkatan.capacity
    everyone = f"Semua {angkatan.capacity} kursi {angkatan.name} terisi"
    what = everyone if is_full else f"Kursi {registration.ormas_name} sudah terpakai semua"
    first = "" if registration.status in TRANSITIONS[Action.ACCEPT_OVER].sources else _FIRST_WAIT
    raise NoSeatLeft(
        f"{what}. Batalkan pendaftaran lain, tambah kursinya, atau {first}pilih “{Action.ACCEPT_OVER.label}”"
        " dengan alasan."
    )


def next_in_line(angkatan: Angkatan) -> list[Registration]:
    """Who is promoted now: first come, first served, passing over organisations without a seat left."""
    queue = list(angkatan.registrations.in_queue())
    if not queue:
        return []
    held: Counter[int | None] = Counter(angkatan.registrations.holding_seat().values_list("ormas", flat=True))
    seats = {invited.ormas_id: seats_of(angkatan, invited) for invited in angkatan.invitations.all()}
    free = angkatan.capacity - held.total()
    promoted: list[Registration] = []
    for waiting in queue:
        limit = seats.get(waiting.ormas_id or 0, angkatan.seats_per_ormas)
        if len(promoted) < free and (waiting.ormas_id is None or held[waiting.ormas_id] < limit):
            held[waiting.ormas_id] += 1
            promoted.append(waiting)
    return promoted
