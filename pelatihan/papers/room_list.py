"""What stands on the list of rooms: for the hotel by room, for the wall by name. Pure once built."""

from dataclasses import dataclass, replace
from typing import Self

from django.db.models import TextChoices

from ormas.search import plain
from pelatihan import dates
from pelatihan.lodging import house
from pelatihan.lodging.house import House, Lodger
from pelatihan.models import Angkatan, AngkatanSignatory
from pelatihan.papers import engine, parts
from pelatihan.papers.choices import NothingToPrint
from pelatihan.papers.offered import Also, Asked, Group, Offered

HEADING = "Daftar Kamar Peserta"
WALL_NOTE = "Menurut nama, huruf besar. Siapa pun yang lewat membacanya: tempel di tempat peserta saja."
NO_ROOMS = "Belum ada yang punya kamar di angkatan ini. Bagilah kamarnya dulu."
ROOMS_OF_ONE_PAGE = 50
RECEIVER = parts.PrintedSigner(heading="Diterima oleh", title="Pihak hotel,")


class Style(TextChoices):
    """For whom. What hangs on a wall is read by whoever passes: it is offered, never the default."""

    HOTEL = "hotel", "Untuk hotel: menurut kamar, dengan L/P"
    WALL = "dinding", "Untuk dinding: menurut nama, huruf besar"


@dataclass(frozen=True)
class PrintedLodger:
    """One line: a name with its titles, and L or P."""

    front: str
    name: str
    back: str
    sex: str


@dataclass(frozen=True)
class PrintedRoom:
    """One room with those who sleep there."""

    name: str
    people: tuple[PrintedLodger, ...]


@dataclass(frozen=True, kw_only=True)
class HotelList(parts.Paper):
    """By room, for the reception: names, L/P, sums, and nothing else of anybody."""

    place: str
    check_in: str
    check_out: str
    sums: str
    town_and_date: str
    rooms: tuple[PrintedRoom, ...]

    @property
    def template(self) -> engine.Template:
        return engine.Template.ROOMS_HOTEL

    def first_page(self) -> Self:
        return replace(self, rooms=self.rooms[:ROOMS_OF_ONE_PAGE])


@dataclass(frozen=True)
class WallLine:
    """A name, and the room to look for."""

    name: str
    room: str


@dataclass(frozen=True, kw_only=True)
class WallList(parts.Document):
    """By name, to be read at arm's length: each page hangs alone. No ormas, no phone, no titles."""

    heading: str
    batch: str
    help: str
    as_of: str
    cancelled: str = ""
    lines: tuple[WallLine, ...]

    @property
    def template(self) -> engine.Template:
        return engine.Template.ROOMS_WALL


def build(asked: Asked) -> HotelList | WallList:
    """The list as it stands now, of those who are expected and have a bed.

    :raises NothingToPrint: nobody has any more
    """
    now = house.read(asked.angkatan)
    if not now.placed:
        raise NothingToPrint(NO_ROOMS)
    return _wall(asked, now) if style_of(asked) == Style.WALL else _hotel(asked, now)


def check(asked: Asked) -> None:
    """
    :raises NothingToPrint, engine.TooLong: why there is no list
    """
    style_of(asked)
    people = house.count_placed(asked.angkatan)
    if not people:
        has_rooms = asked.angkatan.bedrooms.exists()
        raise NothingToPrint(
            NO_ROOMS if has_rooms else "Belum ada kamar di angkatan ini. Tulis kamarnya, lalu bagilah."
        )
    engine.check_length(people, 1)


def style_of(asked: Asked) -> Style:
    """
    :raises NothingToPrint: there is no such style
    """
    try:
        return Style(asked.choices.style or Style.HOTEL)
    except ValueError:
        raise NothingToPrint("Ragam daftar kamar ini tidak dikenal. Pilih untuk hotel atau untuk dinding.") from None


def _hotel(asked: Asked, now: House) -> HotelList:
    angkatan, as_of = asked.angkatan, parts.as_of(asked.at)
    rooms = tuple(
        PrintedRoom(room.bedroom.name, people)
        for room in now.rooms
        if (people := tuple(_lodger(one) for one in room.people if one.is_expected))
    )
    signers = list(angkatan.signers.select_related("signatory"))
    return HotelList(
        title=", ".join((f"{HEADING} {angkatan.full_name}", asked.choices.size.name, as_of)),
        heading=HEADING,
        paper=asked.choices.size.value,
        taken_at=parts.taken_at(asked.at),
        letterhead=parts.letterhead(angkatan.letterhead, asked.office),
        theme=parts.theme(angkatan),
        batch=angkatan.full_name,
        cancelled=parts.cancelled(angkatan),
        signers=(_of_committee(signers), RECEIVER),
        stamp=asked.choices.stamp,
        as_of=as_of,
        place=angkatan.venue,
        check_in=dates.long_date(angkatan.starts_on),
        check_out=_leaving(angkatan),
        sums=_sums(rooms),
        town_and_date=parts.town_and_date(angkatan, dates.local_date(asked.at)),
        rooms=rooms,
    )


def _wall(asked: Asked, now: House) -> WallList:
    angkatan = asked.angkatan
    lines = [WallLine(one.name, room.bedroom.name) for room in now.rooms for one in room.people if one.is_expected]
    return WallList(
        title=", ".join((f"Daftar kamar {angkatan.full_name}", asked.choices.size.name, parts.as_of(asked.at))),
        paper=asked.choices.size.value,
        taken_at=parts.taken_at(asked.at),
        heading="Daftar Kamar",
        batch=f"Pelatihan Ormas {angkatan.full_name}",
        help=f"Urut nama. Ada yang keliru? Hubungi {angkatan.help_name or 'panitia'}.",
        as_of=parts.as_of(asked.at),
        cancelled=parts.cancelled(angkatan),
        lines=tuple(sorted(lines, key=lambda line: (plain(line.name), line.room))),
    )


def _lodger(one: Lodger) -> PrintedLodger:
    return PrintedLodger(one.front, one.name, one.back, one.sex)


def _of_committee(chosen: list[AngkatanSignatory]) -> parts.PrintedSigner:
    """Who signs below town and date; a line to write on while nobody does."""
    printed = parts.signers(chosen)
    return next((one for one in reversed(printed) if one.heading == ""), parts.NOBODY_YET[-1])


def _leaving(angkatan: Angkatan) -> str:
    """``Rabu, 13 Maret 2019, 2 malam``; a training of one day has no night."""
    nights = (angkatan.ends_on - angkatan.starts_on).days
    return dates.long_date(angkatan.ends_on) + (f", {nights} malam" if nights else "")


def _sums(rooms: tuple[PrintedRoom, ...]) -> str:
    """``49 kamar, 97 orang: 59 laki-laki, 38 perempuan``."""
    sexes = [one.sex for room in rooms for one in room.people]
    men, women = (dates.thousands(sexes.count(sex)) for sex in "LP")
    people = f"{dates.thousands(len(rooms))} kamar, {dates.thousands(len(sexes))} orang"
    return f"{people}: {men} laki-laki, {women} perempuan"


def about(asked: Asked, people: int) -> str:
    """``F4 · sekitar 3 lembar``."""
    rows = {Style.HOTEL: 38, Style.WALL: 56}[style_of(asked)]  # people on a page (measured)
    return f"{asked.choices.size.name} · sekitar {dates.thousands(max(1, -(-people // rows)))} lembar"


OFFER = Offered(
    key="daftar-kamar",
    name="Daftar kamar",
    note="Untuk hotel: menurut kamar, dengan L/P dan jumlahnya.",
    group=Group.PEOPLE,
    build=build,
    check=check,
    fields=("kertas", "cap", "ragam"),
    prepared=("Bagi kamar", "lodging"),
    archived=False,
    about=about,
    also=(Also("Daftar kamar untuk dinding", WALL_NOTE, {"ragam": Style.WALL.value}),),
    styles=tuple(Style.choices),
    in_pack=True,
    confidential=True,
)
