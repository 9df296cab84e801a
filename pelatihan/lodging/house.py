"""Who sleeps where as it stands now: rooms with their people, who has no bed, what is free. Four queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet

from ormas.models import Gender
from pelatihan.lodging.typed import in_order
from pelatihan.models import Angkatan, Bedroom, Guest, Registration, Stay
from pelatihan.models.paper import one_a_person

PARTICIPANT, GUEST = "p", "t"  # the first letter of a key


@dataclass(frozen=True)
class Lodger:
    """Somebody who needs a bed, or has one. ``has_needs``: that there are special needs, never which.

    ``known_sex`` is empty while nobody has said; ``heir`` is the key of who came in their stead.
    """

    key: str
    front: str
    name: str
    back: str
    body: str
    known_sex: str
    has_needs: bool = False
    is_expected: bool = True
    heir: str = ""
    stay: Stay | None = None

    @property
    def sex(self) -> str:
        """As the room has it, or as it is known."""
        return self.stay.sex if self.stay else self.known_sex

    @property
    def sex_differs(self) -> bool:
        """Whether the person's own data say something else than the room."""
        return bool(self.stay and self.known_sex and self.known_sex != self.stay.sex)

    @property
    def seen(self) -> str:
        """What a page sends along of where it showed them: the room, or nothing."""
        return str(self.stay.bedroom_id) if self.stay else ""


@dataclass(frozen=True)
class Room:
    """One room with those who lie in it, in the order of their beds."""

    bedroom: Bedroom
    people: list[Lodger] = field(default_factory=list)

    @property
    def sex(self) -> str:
        return self.people[0].sex if self.people else ""

    @property
    def free(self) -> int:
        return self.bedroom.beds - len(self.people)

    @property
    def sex_word(self) -> str:
        return Gender(self.sex).label if self.sex else ""


@dataclass(frozen=True)
class Sums:
    """People of one sex (or of whom it is not known): how many, how many without a bed, beds free in their rooms."""

    word: str
    people: int
    without: int
    free: int


@dataclass(frozen=True)
class House:
    """Everything that the page of rooms shows. ``without`` are participants who have no bed; guests may sleep at home,
    so that ``idle_guests`` lack nothing. ``gone`` keep a bed though nobody expects them.
    """

    rooms: list[Room]
    without: list[Lodger]
    idle_guests: list[Lodger]
    gone: list[Lodger]

    @property
    def placed(self) -> int:
        return sum(one.is_expected for room in self.rooms for one in room.people)

    @property
    def beds(self) -> int:
        return sum(room.bedroom.beds for room in self.rooms)

    @property
    def everybody(self) -> list[Lodger]:
        return [*(one for room in self.rooms for one in room.people), *self.without, *self.idle_guests]

    @property
    def empty_rooms(self) -> int:
        return sum(not room.people for room in self.rooms)

    @property
    def empty_beds(self) -> int:
        return sum(room.free for room in self.rooms if not room.people)

    def sums(self) -> list[Sums]:
        """A line for men and women each, and for those of whom nobody has said."""
        words = {Gender.MALE.value: "Laki-laki", Gender.FEMALE.value: "Perempuan", "": "Belum diketahui"}
        lines = []
        lodgers = [*(one for room in self.rooms for one in room.people if one.is_expected), *self.without]
        for sex, word in words.items():
            people = [one for one in lodgers if one.sex == sex]
            free = sum(room.free for room in self.rooms if room.sex == sex) if sex else 0
            if people or sex:
                lines.append(Sums(word, len(people), sum(one.stay is None for one in people), free))
        return lines

    def find(self, key: str) -> Lodger | None:
        return next((one for one in self.everybody if one.key == key), None)


def read(angkatan: Angkatan) -> House:
    """As it stands now, rooms in the order in which people count, people without a bed by ormas and name."""
    stays = list(_stays(angkatan))
    people = [_participant(one, None) for one in _expected(angkatan)]
    visitors = [_guest(one, None) for one in one_a_person(angkatan.guests.in_print_order())]
    expected = {one.key for one in people}
    lying = [_lodger(stay, expected) for stay in stays]
    has_bed = {one.key for one in lying}
    by_room: dict[int, list[Lodger]] = defaultdict(list)
    for stay, one in zip(stays, lying, strict=True):
        by_room[stay.bedroom_id].append(one)
    bedrooms = sorted(angkatan.bedrooms.all(), key=lambda room: in_order(room.name))
    return House(
        rooms=[Room(bedroom, by_room[bedroom.pk]) for bedroom in bedrooms],
        without=[one for one in people if one.key not in has_bed],
        idle_guests=[one for one in visitors if one.key not in has_bed],
        gone=[one for one in lying if not one.is_expected],
    )


def count_placed(angkatan: Angkatan) -> int:
    """How many are expected and have a bed, without reading who."""
    people = angkatan.registrations.expected().filter(stay__isnull=False).count()
    return people + angkatan.guests.filter(stay__isnull=False).count()


def rooms_of(angkatan: Angkatan) -> dict[int, str]:
    """By the number of each registration the name of the room where it sleeps."""
    stays = Stay.objects.filter(bedroom__angkatan=angkatan, registration__isnull=False)
    return dict(stays.values_list("registration", "bedroom__name"))


def of_registration(ref: UUID) -> str:
    return f"{PARTICIPANT}-{ref}"


_PRINTED = ("ref", "front_title", "name", "back_title", "ormas_text", "ormas__name", "delegate__gender")


def _expected(angkatan: Angkatan) -> Iterable[Registration]:
    people = angkatan.registrations.expected().select_related("ormas", "delegate").only(*_PRINTED)
    return people.annotate(has_needs=~Q(special_needs="")).sorted_by_ormas()


def _stays(angkatan: Angkatan) -> QuerySet[Stay]:
    """Those of the batch with their people, whatever became of these."""
    related = ("registration__ormas", "registration__delegate", "registration__replaced_by", "guest")
    fields = [f"registration__{name}" for name in _PRINTED]
    stays = Stay.objects.filter(bedroom__angkatan=angkatan).select_related(*related)
    stays = stays.only("bedroom_id", "bed", "sex", "suggestion", *fields, "registration__replaced_by__ref", "guest")
    return stays.annotate(has_needs=~Q(registration__special_needs="")).order_by("bedroom", "bed")


def _lodger(stay: Stay, expected: set[str]) -> Lodger:
    made = _participant(stay.registration, stay) if stay.registration else _guest(_of(stay.guest), stay)
    heir = getattr(stay.registration, "replaced_by", None) if stay.registration else None
    is_expected = made.key in expected or stay.registration is None
    heir_key = of_registration(heir.ref) if heir and of_registration(heir.ref) in expected else ""
    return Lodger(**vars(made) | {"is_expected": is_expected, "heir": "" if is_expected else heir_key})


def _of(guest: Guest | None) -> Guest:
    assert guest is not None  # the database holds that it is one or the other
    return guest


def _participant(one: Registration, stay: Stay | None) -> Lodger:
    return Lodger(
        of_registration(one.ref), one.front_title, one.name, one.back_title, one.ormas_name,
        known_sex=one.delegate.gender,
        has_needs=bool(getattr(stay or one, "has_needs", False)),
        stay=stay,
    )  # fmt: skip


def _guest(one: Guest, stay: Stay | None) -> Lodger:
    return Lodger(
        f"{GUEST}-{one.pk}", "", one.name, "", one.institution or one.get_category_display(),
        known_sex=one.gender, stay=stay,
    )  # fmt: skip
