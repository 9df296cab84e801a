"""What stands on the daftar hadir of those who do not register: speakers and moderators, committee, invited guests."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from pelatihan import dates
from pelatihan.models import Guest, Session
from pelatihan.models.paper import GuestQuerySet
from pelatihan.papers import engine, marking, parts
from pelatihan.papers.choices import NothingToPrint, digits
from pelatihan.papers.forms import BLANK
from pelatihan.papers.offered import Also, Asked, Group, Offered

Category = Guest.Category


@dataclass(frozen=True)
class Circle:
    """Which guests sign on one list, and what it is called."""

    key: str
    name: str
    heading: str
    word: str  # in the middle of a sentence
    short: str
    categories: tuple[Guest.Category, ...]
    speaks: bool = False

    @property
    def is_daily(self) -> bool:
        """Whether the same people sign every day anew."""
        return self.categories == (Category.COMMITTEE,)


SPEAKERS = Circle(
    "daftar-hadir-narasumber",
    "Daftar hadir narasumber dan moderator",
    "Daftar Hadir Narasumber dan Moderator",
    "narasumber atau moderator",
    "narasumber",
    (Category.SPEAKER, Category.MODERATOR),
    speaks=True,
)
COMMITTEE = Circle(
    "daftar-hadir-panitia", "Daftar hadir panitia", "Daftar Hadir Panitia", "panitia", "panitia", (Category.COMMITTEE,)
)
INVITED = Circle(
    "daftar-hadir-undangan",
    "Daftar hadir undangan",
    "Daftar Hadir Undangan",
    "undangan",
    "undangan",
    (Category.INVITED,),
)


@dataclass(frozen=True)
class PrintedGuest:
    """One row. What they speak about stands on the list of speakers alone."""

    name: str
    position: str
    institution: str
    role: str = ""
    day: str = ""
    time: str = ""
    subject: str = ""


@dataclass(frozen=True)
class GuestSheet:
    """One list to sign. What is empty is printed as a line to write on."""

    name: str
    day: str
    time: str
    place: str
    subject: str
    town_and_date: str


@dataclass(frozen=True, kw_only=True)
class GuestList(parts.Paper):
    """All that is printed: the same people on each of the lists, and numbered rows to spare."""

    rows_of = "guest"

    speaks: bool
    people: tuple[PrintedGuest, ...]
    spare_rows: int
    sheets: tuple[GuestSheet, ...]

    @property
    def template(self) -> engine.Template:
        return engine.Template.GUESTS

    def first_page(self) -> Self:
        return replace(super().first_page(), sheets=self.sheets[:1], codes=self.codes[:1], versions=self.versions[:1])


def builder(circle: Circle) -> Callable[[Asked], GuestList]:
    """How the list of this circle is built: four queries, however many they are."""

    def build(asked: Asked) -> GuestList:
        choices, angkatan = asked.choices, asked.angkatan
        guests = [] if choices.blank else list(_guests(asked, circle).select_related("session"))
        if not guests and not choices.blank:
            raise NothingToPrint(_nobody(asked, circle))
        sheets = _sheets(asked, circle)
        which = sheets[0].name if len(sheets) == 1 else f"{len(sheets)} lembar"
        words = (f"{circle.heading} {angkatan.full_name}", which, choices.size.name, parts.as_of(asked.at))
        return GuestList(
            title=", ".join(filter(None, words)),
            heading=circle.heading,
            **parts.of_batch(angkatan, choices, asked.office, asked.at),
            speaks=circle.speaks,
            people=tuple(_printed(one, asked, circle) for one in guests),
            keys=tuple(one.pk for one in guests),
            codes=tuple(marking.new_code() for _ in sheets),
            spare_rows=choices.spare_rows,
            sheets=sheets,
        )

    return build


def checker(circle: Circle) -> Callable[[Asked], None]:
    """Whether the list of this circle can be made: one query.

    :raises NothingToPrint, engine.TooLong: why it cannot
    """

    def check(asked: Asked) -> None:
        count = 0 if asked.choices.blank else _guests(asked, circle).count()
        if not count and not asked.choices.blank:
            raise NothingToPrint(_nobody(asked, circle))
        sheets = len(asked.angkatan.days()) if circle.is_daily else 1
        engine.check_length(count, sheets, asked.choices.spare_rows)

    return check


def _nobody(asked: Asked, circle: Circle) -> str:
    batch, choices = asked.angkatan.name, asked.choices
    if circle.speaks and (choices.session, choices.day) != (None, None):
        return (
            f"Belum ada {circle.word} {batch} yang dicatat untuk sesi atau hari itu. Pilih sesinya di halaman"
            " Pengaturan angkatan, atau cetak semua sesi."
        )
    return (
        f"Belum ada {circle.word} yang dicatat di {batch}. Tambahkan di halaman Pengaturan angkatan, lalu cetak lagi;"
        " atau cetak lembar kosong."
    )


# ---- Who -----------------------------------------------------------------------------------------


def _guests(asked: Asked, circle: Circle) -> GuestQuerySet:
    """In the order in which they speak, or in that of the committee; of a session or a day who speaks then."""
    found, choices = asked.angkatan.guests.filter(category__in=circle.categories), asked.choices
    if not circle.speaks:
        return found.in_print_order()
    if choices.session is not None:
        found = found.filter(session=choices.session)
    if choices.day is not None:
        found = found.filter(session__starts_at__date=choices.day)
    return found.in_turn()


def _printed(guest: Guest, asked: Asked, circle: Circle) -> PrintedGuest:
    if not circle.speaks:
        return PrintedGuest(guest.name, guest.position, guest.institution)
    session = guest.session
    return PrintedGuest(
        guest.name,
        guest.position,
        guest.institution,
        role=Category(guest.category).label,
        day=dates.long_date(session.day) if session else "",
        time=f"{session.times} {asked.office.zone_label}" if session else "",
        subject=guest.printed_subject,
    )


# ---- Which lists -----------------------------------------------------------------------------------


def _sheets(asked: Asked, circle: Circle) -> tuple[GuestSheet, ...]:
    """Speakers and guests sign once, the committee every day; of a session or a day that was chosen, that one."""
    choices, angkatan = asked.choices, asked.angkatan
    if choices.session is not None:
        return (_of_session(asked, _session(asked)),)
    if choices.day is not None:
        return (_of_days(asked, choices.day, choices.day),)
    if circle.is_daily and not choices.blank:
        return tuple(_of_days(asked, day, day) for day in angkatan.days())
    if choices.blank:
        return (GuestSheet("", "", "", angkatan.venue, "", parts.town_and_date(angkatan, None)),)
    return (_of_days(asked, angkatan.starts_on, angkatan.ends_on),)


def _session(asked: Asked) -> Session:
    found = next((one for one in asked.sessions if one.pk == asked.choices.session), None)
    if found is None:
        raise NothingToPrint("Sesi ini tidak ada di angkatan ini, atau tidak memakai daftar hadir.")
    return found


def _of_session(asked: Asked, session: Session) -> GuestSheet:
    angkatan = asked.angkatan
    return GuestSheet(
        name=f"{dates.day_name(session.day)} {dates.clock(session.starts_at)} · {session.title}",
        day=dates.day_range(session.day, session.last_day),
        time=f"{session.times} {asked.office.zone_label}",
        place=", ".join(filter(None, (session.room, angkatan.venue))),
        subject=session.title,
        town_and_date=parts.town_and_date(angkatan, session.last_day),
    )


def _of_days(asked: Asked, first: date, last: date) -> GuestSheet:
    angkatan = asked.angkatan
    return GuestSheet(
        name=dates.long_date(first) if first == last else "",
        day=dates.day_range(first, last),
        time="",
        place=angkatan.venue,
        subject="",
        town_and_date=parts.town_and_date(angkatan, last),
    )


def _namer(circle: Circle) -> Callable[[Asked], str]:
    def named(asked: Asked) -> str:
        choices = asked.choices
        words = [circle.key, asked.angkatan.slug]
        if choices.session is not None:
            session = _session(asked)
            words += [session.day.isoformat(), digits(session.starts_at)]
        elif choices.day is not None:
            words.append(choices.day.isoformat())
        words += ["kosong" if choices.blank else "", choices.size.value]
        words += ["per", dates.local_date(asked.at).isoformat(), digits(asked.at)]
        return "-".join(filter(None, words)) + ".pdf"

    return named


def _offered(circle: Circle, note: str) -> Offered:
    return Offered(
        key=circle.key,
        name=circle.name,
        note=note,
        group=Group.ATTENDANCE,
        build=builder(circle),
        check=checker(circle),
        fields=("sesi", "hari", "kertas", "kosong", "cap", "bolakbalik", "lembar", "halaman"),
        named=_namer(circle),
        prepared=("Isi daftar tamu di Pengaturan", "guests"),
        also=(Also(f"Lembar kosong {circle.short}", "Tanpa nama, dengan baris bernomor.", {"lembar": BLANK}),),
    )


OFFERS = (
    _offered(SPEAKERS, "Menurut hari dan jam tampil, dengan materi dan kotak tanda tangan yang lebar."),
    _offered(COMMITTEE, "Satu lembar tiap hari."),
    _offered(INVITED, "Satu lembar, untuk pembukaan atau hari yang dipilih."),
)
