"""What stands on a daftar hadir: one sheet a session to sign, or one a day to initial. Pure once built."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from pelatihan import dates
from pelatihan.models import Angkatan, Office, Registration, Session
from pelatihan.papers import engine, parts
from pelatihan.papers.choices import Choices, Order, Shape

COLUMNS_A_DAY = 8  # narrower than 17 mm nobody can put initials into


@dataclass(frozen=True)
class SessionSheet:
    """One session. What is empty is printed as a line to write on."""

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

    day: str
    part: str
    place: str
    sessions: tuple[DayColumn, ...]
    town_and_date: str


@dataclass(frozen=True)
class AttendanceList:
    """All that is printed: the same people on each of the sheets, and numbered rows to spare."""

    title: str
    paper: str
    letterhead: parts.PrintedLetterhead
    theme: str
    batch: str
    people: tuple[parts.PrintedPerson, ...]
    spare_rows: int
    signers: tuple[parts.PrintedSigner, ...]
    sheets: tuple[SessionSheet, ...] | tuple[DaySheet, ...]

    @property
    def template(self) -> engine.Template:
        is_daily = isinstance(self.sheets[0], DaySheet)
        return engine.Template.ATTENDANCE_DAY if is_daily else engine.Template.ATTENDANCE_SESSION


def attendance_list(angkatan: Angkatan, sessions: list[Session], choices: Choices, office: Office) -> AttendanceList:
    """The list of these sessions, read with two queries however many people there are.

    :param angkatan: with its letterhead at hand
    :param sessions: those that ``chosen_sessions`` found
    """
    daily = choices.shape == Shape.DAY
    return AttendanceList(
        title="Daftar Hadir Peserta",
        paper=choices.size.value,
        letterhead=parts.letterhead(angkatan.letterhead, office),
        theme=parts.theme(angkatan),
        batch=angkatan.full_name,
        people=() if choices.blank else tuple(map(parts.person, expected_people(angkatan, choices.order))),
        spare_rows=choices.spare_rows,
        signers=parts.signers(list(angkatan.signers.select_related("signatory"))),
        sheets=day_sheets(angkatan, sessions) if daily else session_sheets(angkatan, sessions, office),
    )


def check_length(angkatan: Angkatan, sessions: list[Session], choices: Choices) -> None:
    """Count, with one query, before anybody is read.

    :raises engine.TooLong: when it would be more than one file takes
    """
    people = 0 if choices.blank else angkatan.registrations.expected().count()
    sheets = len(day_sheets(angkatan, sessions)) if choices.shape == Shape.DAY else max(1, len(sessions))
    engine.check_length(people, sheets, choices.spare_rows)


def expected_people(angkatan: Angkatan, order: Order) -> Iterable[Registration]:
    """Accepted people and those whom the desk let in, with their organisations; of both only what is printed."""
    printed = ("front_title", "name", "back_title", "position", "ormas_text", "ormas__name")
    expected = angkatan.registrations.expected().select_related("ormas").only(*printed)
    return expected.sorted_by_name() if order == Order.NAME else expected.sorted_by_ormas()


# ---- Sheets --------------------------------------------------------------------------------------


def session_sheets(angkatan: Angkatan, sessions: list[Session], office: Office) -> tuple[SessionSheet, ...]:
    """One sheet a session; without any session one whose head is to be written by hand."""
    if not sessions:
        return (SessionSheet("", "", angkatan.venue, "Materi", "", "", parts.town_and_date(angkatan, None)),)
    return tuple(_session_sheet(angkatan, session, office) for session in sessions)


def _session_sheet(angkatan: Angkatan, session: Session, office: Office) -> SessionSheet:
    teaches = session.kind in {Session.Kind.MATERIAL, Session.Kind.DISCUSSION}
    return SessionSheet(
        day=dates.long_date(session.starts_at),
        time=f"{session.times} {office.zone_label}",
        place=", ".join(filter(None, (session.room, angkatan.venue))),
        subject_label="Materi" if teaches else "Acara",
        subject=session.title,
        speaker=session.speaker,
        town_and_date=parts.town_and_date(angkatan, session.day),
    )


def day_sheets(angkatan: Angkatan, sessions: list[Session]) -> tuple[DaySheet, ...]:
    """One table a day, its sessions from left to right; more than fit are shared evenly among several tables."""
    return tuple(
        sheet
        for day, some in groupby(sessions, key=lambda session: session.day)
        for sheet in _day_sheets(angkatan, day, list(some))
    )


def _day_sheets(angkatan: Angkatan, day: date, sessions: list[Session]) -> list[DaySheet]:
    tables = -(-len(sessions) // COLUMNS_A_DAY)
    wide = -(-len(sessions) // tables)
    return [
        DaySheet(
            day=dates.long_date(day),
            part=f"Bagian {number + 1} dari {tables}" if tables > 1 else "",
            place=angkatan.venue,
            sessions=tuple(DayColumn(one.times, one.title) for one in sessions[number * wide : (number + 1) * wide]),
            town_and_date=parts.town_and_date(angkatan, day),
        )
        for number in range(tables)
    ]
