"""Who could sleep where: a suggestion, made of what is free and who has no bed. Pure, and the same for the same people.

Whoever lies somewhere stays there. Men and women never share. Who has special needs is placed first, in rooms that are
easy to reach. Rooms where somebody lies are filled up before empty ones are opened, and the empty ones are shared
between women and men so that as many as possible have a bed. Organisations are mixed, or kept together.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ormas.models import Gender
from pelatihan.lodging.house import House, Lodger

SEX_UNKNOWN = "Jenis kelaminnya belum diketahui: pilih kamarnya sendiri."
NO_BED = "Tempat tidur tidak cukup."


@dataclass
class _Room:
    """A room while it fills."""

    key: int
    free: int
    is_near: bool
    sex: str
    bodies: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Suggestion:
    """Whom to put into which room (its number), and who remains without a bed, each with the reason."""

    places: list[tuple[Lodger, int]]
    left: list[tuple[Lodger, str]]

    @property
    def digest(self) -> str:
        """By which a page tells that what it writes is what it showed."""
        pairs = [(one.key, one.known_sex, room) for one, room in self.places]
        return hashlib.sha256(json.dumps(pairs).encode()).hexdigest()[:16]


def suggest(house: House, *, together: bool) -> Suggestion:
    """A bed for each participant who has none, as far as there are beds.

    :param together: of one organisation in one room where that can be; else no two of one, where that can be
    """
    rooms = [
        _Room(room.bedroom.pk, room.free, room.bedroom.is_near, room.sex, [one.body for one in room.people])
        for room in house.rooms
        if room.free > 0
    ]
    filling = _Filling(rooms, together)
    known = [one for one in house.without if one.known_sex]
    for one in [one for one in known if one.has_needs]:
        filling.place_near(one)
    rest = {sex: filling.unplaced(known, sex) for sex in (Gender.FEMALE.value, Gender.MALE.value)}
    for sex, people in rest.items():
        filling.fill([room for room in rooms if room.sex == sex], people)
    rest = {sex: filling.unplaced(known, sex) for sex in rest}
    empty = [room for room in rooms if not room.sex]
    women, men = rest[Gender.FEMALE.value], rest[Gender.MALE.value]
    for_women = share([room.free for room in empty], len(women), len(men))
    filling.fill([room for room, is_theirs in zip(empty, for_women, strict=True) if is_theirs], women)
    filling.fill([room for room, is_theirs in zip(empty, for_women, strict=True) if not is_theirs], men)
    left = [(one, NO_BED if one.known_sex else SEX_UNKNOWN) for one in house.without if one.key not in filling.places]
    by_key = {one.key: one for one in house.without}
    return Suggestion([(by_key[key], room) for key, room in filling.places.items()], left)


def share(sizes: Sequence[int], first: int, second: int) -> list[bool]:
    """Which empty rooms the first group takes so that as many of both as possible have a bed, and it no more than it
    needs; of equal choices the earliest rooms.
    """
    total = sum(sizes)
    reach = [1]  # from behind: bit n is set when some of the last rooms together have n beds
    for size in reversed(sizes):
        reach.append(reach[-1] | reach[-1] << size)
    reach.reverse()
    sums = [beds for beds in range(total + 1) if reach[0] >> beds & 1]
    wanted = max(sums, key=lambda beds: (min(first, beds) + min(second, total - beds), -beds))
    taken = []
    for at, size in enumerate(sizes):
        takes = size <= wanted and bool(reach[at + 1] >> (wanted - size) & 1)
        wanted -= size if takes else 0
        taken.append(takes)
    return taken


class _Filling:
    """Rooms that fill up, and who lies where by now."""

    def __init__(self, rooms: list[_Room], together: bool) -> None:
        self.rooms, self.together = rooms, together
        self.places: dict[str, int] = {}

    def unplaced(self, people: list[Lodger], sex: str) -> list[Lodger]:
        return [one for one in people if one.known_sex == sex and one.key not in self.places]

    def put(self, one: Lodger, room: _Room) -> None:
        room.free -= 1
        room.sex = one.known_sex
        room.bodies.append(one.body)
        self.places[one.key] = room.key

    def place_near(self, one: Lodger) -> None:
        """In a room that is easy to reach, one's own sex' before an empty one; elsewhere only when there is none."""
        fits = [room for room in self.rooms if room.free and room.sex in {"", one.known_sex}]
        if fits:
            self.put(one, min(fits, key=lambda room: (not room.is_near, not room.sex)))

    def fill(self, rooms: list[_Room], people: list[Lodger]) -> None:
        """Each of the rooms in turn, until it or the people end."""
        groups: dict[str, list[Lodger]] = defaultdict(list)
        for one in people:
            groups[one.body].append(one)
        for room in rooms:
            while room.free and groups:
                body = self._next(room, groups)
                self.put(groups[body].pop(0), room)
                if not groups[body]:
                    del groups[body]

    def _next(self, room: _Room, groups: dict[str, list[Lodger]]) -> str:
        """The organisation from which the next one comes; of equal ones the first in the list."""
        if not self.together:  # a strange one; of these the one with most people, so that they do not remain at the end
            return max(groups, key=lambda body: (body not in room.bodies, len(groups[body])))
        if room.bodies and room.bodies[-1] in groups:
            return room.bodies[-1]
        if not room.bodies:
            return max(groups, key=lambda body: min(len(groups[body]), room.free))
        return min(groups, key=lambda body: (len(groups[body]) > room.free, -len(groups[body])))
