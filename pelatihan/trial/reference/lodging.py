"""Rooms of a reference batch, and who sleeps where: as the committee arranged it the evening before."""

import uuid
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from pelatihan.lodging import house, placing, rooms, typed
from pelatihan.lodging.suggestion import suggest
from pelatihan.models import Angkatan
from pelatihan.trial.reference.story import at_clock

NEAR, UPSTAIRS = "101–106", "201–224, 301–320"


def fill(angkatan: Angkatan, clerk: User) -> None:
    """Rooms for two on three floors; a suggestion that mixes organisations, then one swap by hand."""
    at = at_clock(angkatan.starts_on - timedelta(days=1), 16)
    rooms.add(angkatan, typed.rooms(NEAR, 2), note="Lantai dasar", is_near=True)
    rooms.add(angkatan, typed.rooms(UPSTAIRS, 2))
    shown = suggest(house.read(angkatan), together=False).digest
    placing.accept(angkatan, uuid.uuid4(), together=False, shown=shown, by=clerk, at=at)
    _swap(angkatan, clerk, at)


def _swap(angkatan: Angkatan, clerk: User, at: datetime) -> None:
    """Two of different rooms, of whom it does not matter who they are."""
    lying = [room.people for room in house.read(angkatan).rooms if room.sex == "P" and not room.bedroom.is_near]
    first, second = lying[0][0], lying[-1][0]
    placing.swap(angkatan, first.key, second.key, seen=first.seen, other_seen=second.seen, by=clerk, at=at)
