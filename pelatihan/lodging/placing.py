"""Giving, swapping and taking back beds. Only here are stays written; each change is by one clerk at one time."""

import uuid
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from ormas.models import Gender
from pelatihan.lodging import house
from pelatihan.lodging.held import Refused, hold
from pelatihan.lodging.house import House, Lodger
from pelatihan.lodging.suggestion import Suggestion, suggest
from pelatihan.models import Angkatan, Bedroom, Registration, Stay

GONE = "Orang ini tidak ada di daftar angkatan ini. Muat ulang halamannya."
ROOM_GONE = "Kamar ini sudah dihapus orang lain. Pilih kamar lain."
SEX_OWED = "Pilih laki-laki atau perempuan: datanya belum memuatnya, dan satu kamar hanya untuk yang sama."
NOT_EXPECTED = "{} tidak lagi diharapkan datang, jadi tidak dapat dipindahkan. Kosongkan tempatnya."


class Overtaken(Refused):
    """Somebody else placed this person meanwhile."""


# ---- By hand -------------------------------------------------------------------------------------


@transaction.atomic
def place(
    angkatan: Angkatan, key: str, room: int, *, seen: str, by: User, at: datetime, sex: str = ""
) -> tuple[Lodger, Bedroom]:
    """Give somebody a bed in a room, or another one than they had.

    :param seen: where the page showed them (``Lodger.seen``)
    :param sex: of somebody whose data do not say it
    :raises Refused: with what to do instead
    """
    hold(angkatan)
    now = house.read(angkatan)
    one = _found(now, key, seen)
    if not one.is_expected:
        raise Refused(NOT_EXPECTED.format(one.name))
    sex = one.known_sex or sex
    if sex not in Gender.values:
        raise Refused(SEX_OWED)
    there = next((each for each in now.rooms if each.bedroom.pk == room), None)
    if there is None:
        raise Refused(ROOM_GONE)
    others = [each for each in there.people if each.key != key]
    if len(others) >= there.bedroom.beds:
        raise Refused(f"Kamar {there.bedroom} sudah penuh. Pilih kamar lain, atau tukar dengan salah satu penghuninya.")
    if others and others[0].sex != sex:
        raise Refused(f"Kamar {there.bedroom} ditempati {Gender(others[0].sex).label.lower()}. Pilih kamar lain.")
    _free(one)
    _lay(one, there.bedroom, _first_bed(there.bedroom, {each.stay.bed for each in others if each.stay}), sex, by, at)
    return one, there.bedroom


@transaction.atomic
def swap(
    angkatan: Angkatan, key: str, other: str, *, seen: str, other_seen: str, by: User, at: datetime
) -> tuple[Lodger, Lodger]:
    """Let two people change their beds.

    :raises Refused: with what to do instead
    """
    hold(angkatan)
    now = house.read(angkatan)
    one, two = _found(now, key, seen), _found(now, other, other_seen)
    if two is one:
        raise Refused("Pilih orang lain untuk bertukar tempat.")
    for each in (one, two):
        if not each.is_expected:
            raise Refused(NOT_EXPECTED.format(each.name))
    if one.stay is None or two.stay is None:
        raise Refused("Hanya dua orang yang sudah punya kamar dapat bertukar tempat.")
    if one.sex != two.sex:
        raise Refused(
            f"{one.name} dan {two.name} tidak dapat bertukar: satu kamar hanya untuk yang sama jenis kelaminnya."
        )
    _free(one)
    _free(two)
    rooms = {room.bedroom.pk: room.bedroom for room in now.rooms}
    _lay(one, rooms[two.stay.bedroom_id], two.stay.bed, one.sex, by, at)
    _lay(two, rooms[one.stay.bedroom_id], one.stay.bed, two.sex, by, at)
    return one, two


@transaction.atomic
def clear(angkatan: Angkatan, key: str, *, seen: str) -> Lodger:
    """Take back somebody's bed.

    :raises Refused: with what to do instead
    """
    hold(angkatan)
    one = _found(house.read(angkatan), key, seen)
    _free(one)
    return one


@transaction.atomic
def hand_over(angkatan: Angkatan, key: str, *, seen: str, by: User, at: datetime) -> tuple[Lodger, Lodger]:
    """Give the bed of somebody who was replaced to who comes in their stead.

    :raises Refused: there is nobody, or it is a man for a woman
    """
    hold(angkatan)
    now = house.read(angkatan)
    one = _found(now, key, seen)
    heir = now.find(one.heir) if one.heir else None
    if heir is None or one.stay is None:
        raise Refused(f"Tidak ada pengganti {one.name} yang diterima. Kosongkan tempatnya.")
    if heir.stay is not None:
        raise Refused(f"{heir.name} sudah punya kamar. Kosongkan tempat {one.name}.")
    room = next(each for each in now.rooms if each.bedroom.pk == one.stay.bedroom_id)
    sex = heir.known_sex
    if not sex or (sex != one.sex and len(room.people) > 1):
        raise Refused(
            f"Tempat {one.name} tidak cocok bagi {heir.name}. Kosongkan, lalu pilih kamar lain untuk penggantinya."
        )
    _free(one)
    _lay(heir, room.bedroom, one.stay.bed, sex, by, at)
    return one, heir


def _found(now: House, key: str, seen: str) -> Lodger:
    """
    :raises Refused: there is no such person, or they lie elsewhere than the page showed
    """
    one = now.find(key)
    if one is None:
        raise Refused(GONE)
    if one.seen != seen:
        where = next((f"di kamar {room.bedroom}" for room in now.rooms if one in room.people), "tanpa kamar")
        raise Overtaken(f"Sementara itu orang lain mengubahnya: {one.name} sekarang {where}. Periksa, lalu pilih lagi.")
    return one


def _first_bed(room: Bedroom, taken: set[int]) -> int:
    return min(set(range(1, room.beds + 1)) - taken)


def _free(one: Lodger) -> None:
    if one.stay:
        Stay.objects.filter(pk=one.stay.pk).delete()


def _lay(one: Lodger, room: Bedroom, bed: int, sex: str, by: User, at: datetime) -> None:
    Stay.objects.create(bedroom=room, bed=bed, sex=sex, at=at, by=by, **_whose(one.key))


def _whose(key: str) -> dict[str, int]:
    kind, _dash, number = key.partition("-")
    if kind == house.GUEST:
        return {"guest_id": int(number)}
    return {"registration_id": Registration.objects.values_list("pk", flat=True).get(ref=number)}


# ---- By a suggestion -----------------------------------------------------------------------------


@transaction.atomic
def accept(angkatan: Angkatan, key: uuid.UUID, *, together: bool, shown: str, by: User, at: datetime) -> Suggestion:
    """Write the suggestion that a page showed; sent twice it is written once.

    :param key: of the page, by which all of it can be taken back
    :param shown: its digest
    :raises Overtaken: it would be another one now
    :raises Refused: the batch is closed, or there is nobody to place
    """
    hold(angkatan)
    if Stay.objects.filter(bedroom__angkatan=angkatan, suggestion=key).exists():
        return Suggestion([], [])
    now = house.read(angkatan)
    made = suggest(now, together=together)
    if not made.places:
        raise Refused("Tidak ada yang dapat ditempatkan oleh usulan ini.")
    if made.digest != shown:
        raise Overtaken("Sementara itu daftar atau kamarnya berubah. Periksa usulan yang baru ini, lalu simpan.")
    people = dict(Registration.objects.filter(ref__in=[one.key[2:] for one, _ in made.places]).values_list("ref", "pk"))
    rooms = {room.bedroom.pk: room for room in now.rooms}
    taken = {pk: {one.stay.bed for one in room.people if one.stay} for pk, room in rooms.items()}
    stays = []
    for one, room in made.places:
        bed = _first_bed(rooms[room].bedroom, taken[room])
        taken[room].add(bed)
        whose = people[uuid.UUID(one.key[2:])]
        stays.append(
            Stay(bedroom_id=room, bed=bed, registration_id=whose, sex=one.known_sex, suggestion=key, at=at, by=by)
        )
    Stay.objects.bulk_create(stays)
    return made


def last_suggestion(angkatan: Angkatan) -> tuple[uuid.UUID, int] | None:
    """The newest that put somebody where they still lie, and how many."""
    lying = Stay.objects.filter(bedroom__angkatan=angkatan, suggestion__isnull=False)
    newest = lying.order_by("-at", "-pk").values_list("suggestion", flat=True).first()
    return (newest, lying.filter(suggestion=newest).count()) if newest else None


@transaction.atomic
def undo(angkatan: Angkatan, key: uuid.UUID) -> int:
    """Take back all beds that a suggestion gave, but for those of people whom somebody has moved since; how many.

    :raises Refused: the batch is closed
    """
    hold(angkatan)
    return Stay.objects.filter(bedroom__angkatan=angkatan, suggestion=key).delete()[0]
