"""What stands on the printed recap: who came to which session, with totals and places to sign. Pure once built."""

from dataclasses import dataclass
from datetime import datetime
from itertools import compress

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.attendance import figures, rules
from pelatihan.models import Angkatan, Attendance, AttendanceState, Office, Registration, Session
from pelatihan.papers import engine, participants, parts
from pelatihan.papers.choices import Choices, Order, Size, all_sessions, recap_file_name
from pelatihan.papers.offered import Asked, Group, Offered, When

HEADING = "Rekap Kehadiran Peserta"
COLUMNS_A_TABLE = {Size.F4: 18, Size.A4: 14}  # narrower than 9 mm a clock time does not fit
LETTERS = {
    AttendanceState.PRESENT: "H",
    AttendanceState.LATE: "T",
    AttendanceState.EXCUSED: "I",
    AttendanceState.SICK: "S",
    AttendanceState.ABSENT: "TK",
    AttendanceState.LEFT: "P",
}
UNKNOWN_LETTER, UNKNOWN_WORD = "–", "Belum"


@dataclass(frozen=True)
class RecapColumn:
    """One session: ``Sen 11``, ``14.00``, and how many came; none before it began."""

    day: str
    time: str
    came: str


@dataclass(frozen=True)
class RecapTotal:
    """How many of the people have one state, session by session (none before it began), and in all."""

    word: str
    numbers: tuple[str, ...]
    all: str


@dataclass(frozen=True)
class RecapPerson(parts.PrintedPerson):
    """One row: a letter for each session, and in how many of those begun the person was."""

    marks: tuple[str, ...] = ()
    came: str = ""


@dataclass(frozen=True)
class RecapTable:
    """All sessions, or those from ``first`` to before ``end`` when there are too many for one table."""

    name: str
    part: str
    first: int
    end: int


@dataclass(frozen=True, kw_only=True)
class RecapList(parts.Paper):
    """All that is printed."""

    dates: str
    place: str
    town_and_date: str
    legend: str
    begun: str
    columns: tuple[RecapColumn, ...]
    came: str = ""
    totals: tuple[RecapTotal, ...] = ()
    summary: tuple[tuple[str, str], ...] = ()
    people: tuple[RecapPerson, ...]
    sheets: tuple[RecapTable, ...]

    @property
    def template(self) -> engine.Template:
        return engine.Template.RECAP


def legend() -> str:
    """``H Hadir, T Terlambat, …``."""
    words = [f"{letter} {state.label}" for state, letter in LETTERS.items()]
    return ", ".join((*words, f"{UNKNOWN_LETTER} {UNKNOWN_WORD}"))


def recap_list(
    angkatan: Angkatan, sessions: list[Session], choices: Choices, office: Office, at: datetime
) -> RecapList:
    """The recap as it stands at this moment, in the order of the sheets; a fixed number of queries.

    :param angkatan: with its letterhead at hand
    """
    expected = angkatan.registrations.expected().select_related("ormas", "delegate")
    people = list(expected.sorted_by_name() if choices.order == Order.NAME else expected.sorted_by_ormas())
    rows = Attendance.objects.filter(session__in=sessions, registration__angkatan=angkatan)
    states = {(row[0], row[1]): row[2] for row in rows.values_list("registration", "session", "state")}
    begun = [one for one in sessions if at >= one.starts_at]
    of_sessions = figures.of_sessions(angkatan, sessions)
    return RecapList(
        title=", ".join((f"{HEADING} {angkatan.full_name}", choices.size.name, parts.as_of(at))),
        heading=HEADING,
        **parts.of_batch(angkatan, choices, office, at),
        dates=angkatan.day_range,
        place=angkatan.venue,
        town_and_date=parts.town_and_date(angkatan, dates.local_date(at)),
        legend=legend(),
        begun=str(len(begun)),
        columns=tuple(_column(total, at) for total in of_sessions),
        came=dates.thousands(sum(one.figures.came for one in of_sessions if at >= one.session.starts_at)),
        totals=totals_of(of_sessions, at),
        summary=participants.summary_of(participants.totals_of(people)),
        people=tuple(_row(one, sessions, begun, states) for one in people),
        keys=tuple(one.pk for one in people),
        sheets=tables(len(sessions), choices.size),
    )


def build(asked: Asked) -> RecapList:
    """The recap of the whole batch."""
    sessions = all_sessions(asked.sessions, asked.choices)
    return recap_list(asked.angkatan, sessions, asked.choices, asked.office, asked.at)


def check(asked: Asked) -> None:
    """Whether it can be made.

    :raises NothingToPrint, engine.TooLong: why it cannot
    """
    check_length(asked.angkatan, all_sessions(asked.sessions, asked.choices), asked.choices)


def check_length(angkatan: Angkatan, sessions: list[Session], choices: Choices) -> None:
    """Count, with one query, before anybody is read.

    :raises engine.TooLong: when it would be more than one file takes
    """
    engine.check_length(angkatan.registrations.expected().count(), len(tables(len(sessions), choices.size)))


def tables(sessions: int, size: Size) -> tuple[RecapTable, ...]:
    """One, or several that share the sessions evenly."""
    count = max(1, -(-sessions // COLUMNS_A_TABLE[size]))
    wide = -(-sessions // count)
    return tuple(
        RecapTable(
            name=f"Bagian {number + 1}",
            part=f"Bagian {number + 1} dari {count}" if count > 1 else "",
            first=number * wide,
            end=min(sessions, (number + 1) * wide),
        )
        for number in range(count)
    )


def _column(total: figures.SessionFigures, at: datetime) -> RecapColumn:
    starts_at = total.session.starts_at
    came = str(total.figures.came) if at >= starts_at else UNKNOWN_LETTER
    return RecapColumn(*day_and_time(total.session), came)


def totals_of(sessions: list[figures.SessionFigures], at: datetime) -> tuple[RecapTotal, ...]:
    """A row for each state, in the board's numbers; who left early and who is unknown only when there is somebody."""
    begun = [at >= one.session.starts_at for one in sessions]
    words = [
        (f"{state.label} ({letter})", [one.figures.counts.get(state, 0) for one in sessions])
        for state, letter in LETTERS.items()
    ]
    words.append((f"{UNKNOWN_WORD} ({UNKNOWN_LETTER})", [one.figures.unknown for one in sessions]))
    rare = {words[list(LETTERS).index(AttendanceState.LEFT)][0], words[-1][0]}
    rows = [_total(word, numbers, begun) for word, numbers in words]
    return tuple(row for row in rows if row.all != "0" or row.word not in rare)


def _total(word: str, numbers: list[int], begun: list[bool]) -> RecapTotal:
    shown = tuple(str(number) if counts else UNKNOWN_LETTER for number, counts in zip(numbers, begun, strict=True))
    return RecapTotal(word, shown, dates.thousands(sum(compress(numbers, begun))))


def day_and_time(session: Session) -> tuple[str, str]:
    """``Sen 11``, ``14.00``."""
    day = f"{dates.day_name(session.starts_at)[:3]} {dates.local_date(session.starts_at).day}"
    return day, dates.clock(session.starts_at)


def _row(
    person: Registration, sessions: list[Session], begun: list[Session], states: dict[tuple[int, int], str]
) -> RecapPerson:
    mine = {session.pk: states.get((person.pk, session.pk), "") for session in sessions}
    marks = tuple(LETTERS[AttendanceState(state)] if state else UNKNOWN_LETTER for state in mine.values())
    came = sum(mine[session.pk] in rules.CAME for session in begun)
    return RecapPerson(**vars(parts.person(person)), marks=marks, came=str(came))


def _named(asked: Asked) -> str:
    return recap_file_name(asked.angkatan, asked.sessions, asked.choices, asked.at)


OFFER = Offered(
    key="rekap",
    name="Rekap kehadiran",
    note="Siapa hadir di sesi mana, dengan jumlah dan tempat tanda tangan.",
    group=Group.ATTENDANCE,
    build=build,
    check=check,
    fields=("kertas", "urut", "cap", "bolakbalik", "halaman"),
    permission=access.RECAP,
    named=_named,
    when=(When.AFTER,),
    lies=True,
)
