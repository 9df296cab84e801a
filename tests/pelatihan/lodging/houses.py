"""Batches with rooms and people to put into them."""

from datetime import timedelta

from ormas.models import Ormas
from pelatihan.lodging import house, rooms, typed
from pelatihan.lodging.house import House, Lodger
from pelatihan.models import Angkatan, Bedroom, Registration
from tests.factories import NOON, OrmasFactory, a_registration

EVENING = NOON + timedelta(hours=7)


def with_rooms(angkatan: Angkatan, text: str, beds: int = 2, **more) -> list[Bedroom]:
    return rooms.add(angkatan, typed.rooms(text, beds), **more)


def lodger(angkatan: Angkatan, name: str, sex: str = "P", ormas: str = "Alfa", **more) -> Registration:
    body = Ormas.objects.filter(name=ormas).first() or OrmasFactory(name=ormas)
    return a_registration(angkatan, ormas=body, name=name, gender=sex, **more)


def lies(angkatan: Angkatan) -> dict[str, list[str]]:
    """Who lies in which room."""
    return {room.bedroom.name: [one.name for one in room.people] for room in house.read(angkatan).rooms}


def find(angkatan: Angkatan, name: str) -> Lodger:
    now: House = house.read(angkatan)
    return next(one for one in now.everybody if one.name == name)
