"""Clerks who give the same bed at the same moment, on a real database."""

import uuid

import pytest

from pelatihan.lodging import house, placing, rooms
from pelatihan.lodging.held import Refused
from pelatihan.lodging.suggestion import suggest
from pelatihan.models import Bedroom, Stay
from tests.factories import AngkatanFactory, UserFactory
from tests.pelatihan.attendance.threads import at_once
from tests.pelatihan.lodging.houses import EVENING, find, lodger, with_rooms

pytestmark = pytest.mark.django_db(transaction=True)


def tried(act):
    """What came of it: the refusal, or nothing."""

    def run() -> str:
        try:
            act()
        except Refused as sentence:
            return str(sentence)
        return ""

    return run


def test_a_bed_is_given_once_and_no_room_is_shared_by_men_and_women():
    batch, user = AngkatanFactory(number=2), UserFactory()
    (room,) = with_rooms(batch, "101")
    for name, sex in (("Ani", "P"), ("Cici", "P"), ("Evi", "P"), ("Budi", "L"), ("Dedi", "L"), ("Fajar", "L")):
        lodger(batch, name, sex, ormas=name)
    keys = [one.key for one in house.read(batch).without]

    def put(key: str):
        return lambda: placing.place(batch, key, room.pk, seen="", by=user, at=EVENING)

    refused = [sentence for sentence in at_once([tried(put(key)) for key in keys]) if sentence]

    lying = list(Stay.objects.values_list("sex", flat=True))
    assert (len(lying), len(set(lying)), len(refused)) == (2, 1, 4)


def test_a_suggestion_sent_twice_and_a_hand_at_once_place_everybody_once():
    batch, user = AngkatanFactory(number=2), UserFactory()
    with_rooms(batch, "101-103")
    for name in ("Ani", "Cici", "Evi"):
        lodger(batch, name, ormas=name)
    shown, key, ani = suggest(house.read(batch), together=False).digest, uuid.uuid4(), find(batch, "Ani")
    room = Bedroom.objects.get(name="103").pk

    def accept():
        placing.accept(batch, key, together=False, shown=shown, by=user, at=EVENING)

    def hand():
        placing.place(batch, ani.key, room, seen="", by=user, at=EVENING)

    at_once([tried(accept), tried(accept), tried(hand)])

    assert Stay.objects.filter(registration__name="Ani").count() == 1
    assert Stay.objects.count() in {1, 3}


def test_a_room_does_not_lose_the_bed_that_is_just_given():
    batch, user = AngkatanFactory(number=2), UserFactory()
    (room,) = with_rooms(batch, "101")
    for name in ("Ani", "Cici"):
        lodger(batch, name)
    ani, cici = find(batch, "Ani"), find(batch, "Cici")
    placing.place(batch, ani.key, room.pk, seen="", by=user, at=EVENING)
    smaller = Bedroom.objects.select_related("angkatan").get(pk=room.pk)
    smaller.beds = 1

    at_once([
        tried(lambda: placing.place(batch, cici.key, room.pk, seen="", by=user, at=EVENING)),
        tried(lambda: rooms.change(smaller, ["beds"])),
    ])  # fmt: skip

    room.refresh_from_db()
    assert room.stays.count() <= room.beds
    assert (room.stays.count(), room.beds) in {(1, 1), (2, 2)}
