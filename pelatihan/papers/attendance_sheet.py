"""What stands on a daftar hadir: one sheet a session to sign, or one a day to initial. Pure once built."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Self

from pelatihan import dates
from pelatihan.models import Angkatan, Office, Session
from pelatihan.models.registration import RegistrationQuerySet
from pelatihan.papers import engine, marking, parts
from pelatihan.papers.catalogue import about_lists
from pelatihan.papers.choices import (
    Choices,
    Order,
    Shape,
    chosen_sessions,
    file_name,
    tables_in,
)
from pelatihan.papers.forms import BLANK
from pelatihan.papers.offered import Also, Asked, Group, Offered

HEADING = "Daftar Hadir Peserta"


@dataclass(frozen=True)
class SessionSheet:
    """One session. What is empty is printed as a line to write on."""

    name: str
    day: str
    time: str
    place: str
    subject_label: str
    subject: str
    speaker: str
    town_and_date: str


@dataclass(frozen=True)
class DayColumn:
    """One session of a day's table."""

    time: str
    title: str


@dataclass(frozen=True)
class DaySheet:
    """One day, or a part of a day that has too many sessions for one table."""

    name: str
    day: str
    part: str
    place: str
    sessions: tuple[DayColumn, ...]
    town_and_date: str


@dataclass(frozen=True, kw_only=True)
class AttendanceList(parts.Paper):
    """All that is printed: the same people on each of the sheets, and numbered rows to spare."""

    columns: tuple[str, ...] = ()
    people: tuple[parts.PrintedPerson, ...]
    spare_rows: int
    sheets: tuple[SessionSheet, ...] | tuple[DaySheet, ...]

    @property
    def template(self) -> engine.Template:
        is_daily = isinstance(self.sheets[0], DaySheet)
        return engine.Template.ATTENDANCE_DAY if is_daily else engine.Template.ATTENDANCE_SESSION

    @property
    def shows_phones(self) -> bool:
        return "phone" in self.columns

    def first_page(self) -> Self:
        return replace(super().first_page(), sheets=self.sheets[:1])


def attendance_list(
    angkatan: Angkatan, sessions: list[Session], choices: Choices, office: Office, at: datetime
) -> AttendanceList:
    """The list of these sessions as it stands at this moment, read with two queries however many people there are.

    :param angkatan: with its letterhead at hand
    :param sessions: those that ``chosen_sessions`` found
    """
    daily = choices.shape == Shape.DAY
    sheets = day_sheets(angkatan, sessions) if daily else session_sheets(angkatan, sessions, office)
    as_of = parts.as_of(at)
    which = sheets[0].name if len(sheets) == 1 else f"{len(sheets)} lembar"
    people = [] if choices.blank else list(expected_people(angkatan, choices))
    return AttendanceList(
        title=", ".join(filter(None, (f"{HEADING} {angkatan.full_name}", which, choices.size.name, as_of))),
        heading=HEADING,
        paper=choices.size.value,
        two_sided=choices.two_sided,
        letterhead=parts.letterhead(angkatan.letterhead, office),
        theme=parts.theme(angkatan),
        batch=angkatan.full_name,
        cancelled=parts.cancelled(angkatan),
        signers=parts.signers(list(angkatan.signers.select_related("signatory"))),
        stamp=choices.stamp,
        taken_at=parts.taken_at(at),
        as_of=as_of,
        columns=choices.columns,
        people=tuple(parts.person(one, choices.columns) for one in people),
        pages=choices.pages,
        keys=tuple(one.pk for one in people),
        codes=tuple(marking.new_code() for _ in sheets)
        if sessions
        else (),  # a head to be written is of no known sheet
        spare_rows=choices.spare_rows,
        sheets=sheets,
    )


def build(asked: Asked) -> AttendanceList:
    """The daftar hadir that was asked for."""
    chosen = chosen_sessions(asked.sessions, asked.choices)
    return attendance_list(asked.angkatan, chosen, asked.choices, asked.office, asked.at)


def check(asked: Asked) -> None:
    """Whether it can be made.

    :raises NothingToPrint, engine.TooLong: why it cannot
    """
    check_length(asked.angkatan, chosen_sessions(asked.sessions, asked.choices), asked.choices)


def check_length(angkatan: Angkatan, sessions: list[Session], choices: Choices) -> None:
    """Count, with one query, before anybody is read.

    :raises engine.TooLong: when it would be more than one file takes
    """
    people = 0 if choices.blank else angkatan.registrations.expected().count()
    sheets = len(day_sheets(angkatan, sessions)) if choices.shape == Shape.DAY else max(1, len(sessions))
    engine.check_length(people, sheets, choices.spare_rows)


def expected_people(angkatan: Angkatan, choices: Choices, also: tuple[str, ...] = ()) -> RegistrationQuerySet:
    """Accepted people and those whom the desk let in, with their organisations; of both only what is printed.

    :param also: columns that this paper has whatever was chosen
    """
    printed = ["front_title", "name", "back_title", "position", "ormas_text", "ormas__name"]
    related = ["ormas"]
    if choices.columns or also:
        printed += ["delegate__gender", "delegate__phone"]
        related.append("delegate")
    expected = angkatan.registrations.expected().select_related(*related).only(*printed)
    return expected.sorted_by_name() if choices.order == Order.NAME else expected.sorted_by_ormas()


# ---- Sheets --------------------------------------------------------------------------------------


def session_sheets(angkatan: Angkatan, sessions: list[Session], office: Office) -> tuple[SessionSheet, ...]:
    """One sheet a session; without any session one whose head is to be written by hand."""
    if not sessions:
        return (SessionSheet("", "", "", angkatan.venue, "Materi", "", "", parts.town_and_date(angkatan, None)),)
    return tuple(_session_sheet(angkatan, session, office) for session in sessions)


def _session_sheet(angkatan: Angkatan, session: Session, office: Office) -> SessionSheet:
    teaches = session.kind in {Session.Kind.MATERIAL, Session.Kind.DISCUSSION}
    return SessionSheet(
        name=f"{dates.day_name(session.day)} {dates.clock(session.starts_at)} · {session.title}",
        day=dates.day_range(session.day, session.last_day),
        time=f"{_times(session)} {office.zone_label}",
        place=", ".join(filter(None, (session.room, angkatan.venue))),
        subject_label="Materi" if teaches else "Acara",
        subject=session.title,
        speaker=session.speaker,
        town_and_date=parts.town_and_date(angkatan, session.last_day),
    )


def _times(session: Session) -> str:
    """``08.00–09.30``; over midnight ``Senin 22.00 – Selasa 01.30``."""
    if session.day == session.last_day:
        return session.times
    start, end = session.starts_at, session.ends_at
    return f"{dates.day_name(start)} {dates.clock(start)} – {dates.day_name(end)} {dates.clock(end)}"


def day_sheets(angkatan: Angkatan, sessions: list[Session]) -> tuple[DaySheet, ...]:
    """One table a day, its sessions from left to right; more than fit are shared evenly among several tables."""
    return tuple(
        sheet
        for day, some in groupby(sessions, key=lambda session: session.day)
        for sheet in _day_sheets(angkatan, day, list(some))
    )


def _day_sheets(angkatan: Angkatan, day: date, sessions: list[Session]) -> list[DaySheet]:
    tables = tables_in(sessions)
    last_day = max(session.last_day for session in sessions)
    return [
        DaySheet(
            name=dates.long_date(day) + (f", bagian {number}" if len(tables) > 1 else ""),
            day=dates.day_range(day, last_day),
            part=f"Bagian {number} dari {len(tables)}" if len(tables) > 1 else "",
            place=angkatan.venue,
            sessions=tuple(map(_day_column, table)),
            town_and_date=parts.town_and_date(angkatan, last_day),
        )
        for number, table in enumerate(tables, start=1)
    ]


def _day_column(session: Session) -> DayColumn:
    over_midnight = f" ({dates.short_date(session.last_day)})" if session.last_day != session.day else ""
    return DayColumn(session.times + over_midnight, session.title)


def split(asked: Asked) -> list[Choices]:
    """One paper a session, or a day."""
    chosen = chosen_sessions(asked.sessions, asked.choices)
    if asked.choices.shape == Shape.DAY:
        days = dict.fromkeys(session.day for session in chosen)
        return [replace(asked.choices, session=None, day=day) for day in days]
    return [replace(asked.choices, session=session.pk, day=None) for session in chosen]


def _named(asked: Asked) -> str:
    return file_name(asked.angkatan, chosen_sessions(asked.sessions, asked.choices), asked.choices, asked.at)


OFFER = Offered(
    key="daftar-hadir",
    name="Daftar hadir peserta",
    note="Kolom tanda tangan kiri-kanan, baris cadangan, dan ruang pengesahan di bawah peserta terakhir.",
    group=Group.ATTENDANCE,
    build=build,
    check=check,
    fields=("sesi", "hari", "bentuk", "kertas", "urut", "kosong", "lp", "hp", "cap", "bolakbalik", "lembar", "halaman"),
    named=_named,
    about=about_lists,
    also=(
        Also("Daftar hadir harian", "Satu tabel untuk semua sesi sehari, mendatar.", {"bentuk": Shape.DAY.value}, True),
        Also(
            "Lembar kosong",
            "Tanpa nama, untuk keadaan darurat. Hari, waktu, dan materi ditulis tangan.",
            {"lembar": BLANK, "bentuk": ""},
        ),
    ),
    split=split,
)
