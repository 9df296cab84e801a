"""The rooms of a batch: making, changing, giving back to the hotel. Only here are they written."""

from collections.abc import Sequence

from django.db import transaction

from pelatihan import dates
from pelatihan.lodging.held import Refused, hold
from pelatihan.lodging.typed import NewRoom, key_of
from pelatihan.models import Angkatan, Bedroom, Stay
from pelatihan.models.lodging import MOST_BEDS

MOST_ROOMS = 1_000
MOST_NAMED = 5


@transaction.atomic
def add(angkatan: Angkatan, rooms: Sequence[NewRoom], *, note: str = "", is_near: bool = False) -> list[Bedroom]:
    """Make them, all or none.

    :raises Refused: the batch is closed, some are there already, or there would be too many
    """
    batch = hold(angkatan)
    known = {key_of(name): name for name in batch.bedrooms.values_list("name", flat=True)}
    if there := [known[key] for room in rooms if (key := key_of(room.name)) in known]:
        raise Refused(f"{_named(there)} sudah ada, jadi belum ada yang disimpan. Tulis kamar yang baru saja.")
    if len(known) + len(rooms) > MOST_ROOMS:
        raise Refused(f"Satu angkatan memuat paling banyak {dates.thousands(MOST_ROOMS)} kamar.")
    return Bedroom.objects.bulk_create(
        Bedroom(angkatan=batch, name=room.name, beds=room.beds, note=note, is_near=is_near) for room in rooms
    )


@transaction.atomic
def change(room: Bedroom, fields: Sequence[str]) -> None:
    """Write these fields of a room as they were changed; who lies in a bed that goes moves up into one that is free.

    :raises Refused: the batch is closed, the name is another room's, or more people lie there than beds are left
    """
    batch = hold(room.angkatan)
    if not Bedroom.objects.select_for_update().filter(pk=room.pk).exists():
        raise Refused("Kamar ini sudah dihapus orang lain.")
    others = batch.bedrooms.exclude(pk=room.pk).values_list("name", flat=True)
    if "name" in fields and key_of(room.name) in map(key_of, others):
        raise Refused(f"Kamar {room.name} sudah ada. Pakai nama lain.")
    if "beds" in fields:
        _make_fit(room)
    room.save(update_fields=list(fields))


def _make_fit(room: Bedroom) -> None:
    """
    :raises Refused: more people lie there than beds are left
    """
    if not 1 <= room.beds <= MOST_BEDS:
        raise Refused(f"Satu kamar memuat 1 sampai {MOST_BEDS} tempat tidur.")
    stays = list(room.stays.order_by("bed"))
    if len(stays) > room.beds:
        raise Refused(
            f"Kamar {room.name} ditempati {len(stays)} orang, jadi tempat tidurnya tidak dapat menjadi {room.beds}."
            " Pindahkan dulu sebagian."
        )
    free = iter(sorted(set(range(1, room.beds + 1)) - {stay.bed for stay in stays}))
    for stay in stays:
        if stay.bed > room.beds:
            stay.bed = next(free)
            stay.save(update_fields=["bed"])


@transaction.atomic
def remove(room: Bedroom) -> int:
    """Delete a room; how many people have no bed any more.

    :raises Refused: the batch is closed
    """
    hold(room.angkatan)
    people = Stay.objects.filter(bedroom=room.pk).count()
    Bedroom.objects.filter(pk=room.pk).delete()
    return people


def _named(names: list[str]) -> str:
    more = f" dan {len(names) - MOST_NAMED} lainnya" if len(names) > MOST_NAMED else ""
    return f"Kamar {', '.join(names[:MOST_NAMED])}{more}"
