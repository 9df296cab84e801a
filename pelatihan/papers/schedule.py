"""What stands on the jadwal: the rundown by day, with teaching hours and who speaks; other rows carry no hours."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from pelatihan import dates
from pelatihan.models import Guest, Session
from pelatihan.papers import engine, parts
from pelatihan.papers.choices import NothingToPrint, digits
from pelatihan.papers.offered import Asked, Group, Offered

HEADING, WHAT = "Jadwal Kegiatan", "Jadwal"


@dataclass(frozen=True)
class Speaker:
    """Who speaks or is in charge: a person and what they stand for, or an institution alone."""

    name: str
    standing: str = ""


@dataclass(frozen=True)
class Line:
    """One session. ``room`` is told where it is not the usual one, ``hours`` where something is taught."""

    time: str
    title: str
    room: str
    by: tuple[Speaker, ...]
    hours: str


@dataclass(frozen=True)
class Day:
    """The sessions of one day."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Schedule(parts.Paper):
    """All that is printed."""

    dates: str
    place: str
    zone: str
    days: tuple[Day, ...]
    hours: str

    @property
    def template(self) -> engine.Template:
        return engine.Template.SCHEDULE


def build(asked: Asked) -> Schedule:
    """The rundown of all days, or of one; three queries."""
    angkatan, chosen = asked.angkatan, asked.choices.day
    sessions = _sessions(asked)
    return Schedule(
        title=f"{HEADING} {angkatan.full_name}, {asked.choices.size.name}, {parts.as_of(asked.at, WHAT)}",
        heading=HEADING,
        **parts.of_batch(angkatan, asked.choices, asked.office, asked.at, WHAT),
        dates=dates.long_date(chosen) if chosen else angkatan.day_range,
        place=", ".join(filter(None, (usual_room(sessions), angkatan.venue))),
        zone=asked.office.zone_label,
        days=days_of(sessions, speakers_of(sessions)),
        hours=str(sum(one.jp for one in sessions)),
    )


def days_of(sessions: list[Session], speakers: Mapping[int, tuple[Speaker, ...]]) -> tuple[Day, ...]:
    """The rundown by day, whether or not a session takes attendance.

    :param sessions: in the order of time
    :param speakers: of a session those who are named, by its number; where nobody is, what its row says
    """
    usual = usual_room(sessions)
    return tuple(
        Day(dates.long_date(day), tuple(_line(one, speakers.get(one.pk, ()), usual) for one in some))
        for day, some in groupby(sessions, key=lambda session: session.day)
    )


def usual_room(sessions: list[Session]) -> str:
    """Where most of them are; nothing when they name none."""
    rooms = Counter(one.room for one in sessions if one.room)
    return rooms.most_common(1)[0][0] if rooms else ""


def _line(session: Session, speakers: tuple[Speaker, ...], usual: str) -> Line:
    by = speakers or tuple(Speaker(name) for name in [session.speaker] if name)
    over_midnight = f" ({dates.short_date(session.last_day)})" if session.last_day != session.day else ""
    room = session.room if session.room != usual else ""
    return Line(session.times + over_midnight, session.title, room, by, str(session.jp) if session.jp else "")


def _sessions(asked: Asked) -> list[Session]:
    day = asked.choices.day
    if asked.choices.session is not None:
        chosen = next((one for one in asked.sessions if one.pk == asked.choices.session), None)
        day = chosen.day if chosen else day
    found = [one for one in asked.angkatan.sessions.in_time_order() if day in {None, one.day}]
    if not found:
        raise NothingToPrint(_empty(day))
    return found


def _empty(day: date | None) -> str:
    if day is not None:
        return f"Tidak ada sesi pada {dates.long_date(day)}. Pilih hari lain."
    return "Angkatan ini belum punya sesi. Susun sesinya di halaman Pengaturan angkatan, lalu cetak lagi."


def speakers_of(sessions: list[Session]) -> dict[int, tuple[Speaker, ...]]:
    """Who speaks in which session, moderators last; one query."""
    found: defaultdict[int, list[Speaker]] = defaultdict(list)
    speaking = [Guest.Category.SPEAKER, Guest.Category.MODERATOR]
    for guest in Guest.objects.filter(session__in=sessions, category__in=speaking).in_print_order():
        role = "Moderator" if guest.category == Guest.Category.MODERATOR else ""
        standing = ", ".join(filter(None, (role, guest.institution or guest.position)))
        found[guest.session_id or 0].append(Speaker(guest.name, standing))
    return {session: tuple(some) for session, some in found.items()}


def check(asked: Asked) -> None:
    """Whether it can be made.

    :raises NothingToPrint: why it cannot
    """
    _sessions(asked)


def named(asked: Asked) -> str:
    day = asked.choices.day.isoformat() if asked.choices.day else ""
    words = ("jadwal", asked.angkatan.slug, day, asked.choices.size.value)
    return "-".join(filter(None, (*words, "per", dates.local_date(asked.at).isoformat(), digits(asked.at)))) + ".pdf"


OFFER = Offered(
    key="jadwal",
    name="Jadwal kegiatan",
    note="Susunan acara per hari dengan narasumber dan JP.",
    group=Group.LETTERS,
    build=build,
    check=check,
    fields=("sesi", "hari", "kertas"),
    named=named,
)
