"""What the desk's record says beside what a leaf says, and where a person has to decide between the two."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pelatihan import dates
from pelatihan.attendance import rules, told
from pelatihan.models import Attendance, AttendanceEvent, AttendanceState, Registration, Session
from pelatihan.scans.leaves import Leaf, Row
from pelatihan.scans.shapes import Mark

PAPER, DESK = "paper", "desk"  # which of the two counts where they differ
STATE_OF = {
    Mark.PRESENT: AttendanceState.PRESENT,
    Mark.EXCUSED: AttendanceState.EXCUSED,
    Mark.SICK: AttendanceState.SICK,
    Mark.EMPTY: AttendanceState.ABSENT,
}
AGREES: dict[Mark, frozenset[str]] = {
    Mark.PRESENT: frozenset(rules.CAME),
    Mark.EXCUSED: frozenset({AttendanceState.EXCUSED}),
    Mark.SICK: frozenset({AttendanceState.SICK}),
    Mark.EMPTY: frozenset({"", AttendanceState.ABSENT, AttendanceState.EXCUSED, AttendanceState.SICK}),
}
STRENGTH = (Mark.EMPTY, Mark.EXCUSED, Mark.SICK, Mark.PRESENT)  # of two rows of one person the stronger one counts
Means = AttendanceEvent.Means
WAYS = {
    Means.SCAN: "dipindai",
    Means.NAME: "dicari namanya",
    Means.SELF: "lewat kode ruangan",
    Means.WALK_IN: "datang langsung",
    Means.OVERRIDE: "atas tanggung jawab",
    Means.PAPER: "menurut lembar",
    Means.CORRECTION: "diubah",
    Means.CLOSING: "sesi ditutup",
}

type Cell = tuple[int, int]  # number of the row on the sheet, number of the session
type PersonAt = tuple[int, int]  # number of the registration, number of the session
type Marks = Mapping[Cell, Mark]


@dataclass(frozen=True)
class Stands:
    """What counts for one person in one session now: ``state`` as attendance has it, "" for nothing; ``event`` the id
    of what decided it; ``told`` in words how that came about."""

    state: str = ""
    event: str | None = None
    told: str = "belum tercatat"
    is_by_closing: bool = False

    @property
    def is_recorded(self) -> bool:
        """Whether somebody recorded it, and not the closing of the session by itself."""
        return bool(self.state) and not self.is_by_closing

    @property
    def has_come(self) -> bool:
        return self.state in rules.CAME

    @property
    def word(self) -> str:
        return str(AttendanceState(self.state).label) if self.state else "Belum"


NOTHING = Stands()


@dataclass(frozen=True)
class Difference:
    """One cell in which paper and record disagree. ``proposed``: "paper", or "" where nothing speaks for either."""

    row: Row
    session: Session
    mark: Mark
    stands: Stands
    proposed: str

    @property
    def cell(self) -> Cell:
        return self.row.number, self.session.pk

    @property
    def is_owed(self) -> bool:
        """Whether a person must choose: what somebody recorded is never overridden by itself."""
        return self.stands.is_recorded


def standing_of(leaf: Leaf) -> dict[Cell, Stands]:
    """What counts now for each person and session of the leaf; one query."""
    sessions = {one.pk for one in leaf.sessions if one}
    people = {row.person.pk for row in leaf.people if row.person}
    counted = _counted(sessions, people)
    return {
        (row.number, session): counted.get((row.person.pk, session), NOTHING)
        for row in leaf.people
        for session in sessions
        if row.person
    }


def standing_among(sessions: Iterable[Session], people: Iterable[Registration]) -> dict[PersonAt, Stands]:
    """The same of any people, by number of the registration and of the session; one query."""
    return _counted({one.pk for one in sessions}, {one.pk for one in people})


def differences(leaf: Leaf, marks: Marks, standing: Mapping[Cell, Stands]) -> list[Difference]:
    """Where paper and record disagree, by session from left to right, then in the order of the rows. A cell that is
    not marked yet says nothing."""
    strongest = strongest_of(leaf, marks)
    return [
        Difference(row, session, marks[cell], stands, _proposed(marks[cell], stands))
        for session in leaf.sessions
        if session
        for row in leaf.people
        if (cell := (row.number, session.pk)) in strongest
        and (stands := standing.get(cell, NOTHING)).state not in AGREES[marks[cell]]
    ]


def strongest_of(leaf: Leaf, marks: Marks) -> set[Cell]:
    """The cells that speak for their person. Who has several rows since a merge may have signed in any of them: there
    the strongest mark speaks, and of equal ones the first."""
    speaking: dict[tuple[int, int], Cell] = {}
    for session in filter(None, leaf.sessions):
        for row in leaf.people:
            cell = (row.number, session.pk)
            if row.person is None or cell not in marks:
                continue
            known = speaking.setdefault((row.person.pk, session.pk), cell)
            if STRENGTH.index(marks[cell]) > STRENGTH.index(marks[known]):
                speaking[row.person.pk, session.pk] = cell
    return set(speaking.values())


def _proposed(mark: Mark, stands: Stands) -> str:
    """The paper, but where it would take away that somebody came."""
    return "" if stands.has_come and mark != Mark.PRESENT else PAPER


def _counted(sessions: set[int], people: set[int]) -> dict[PersonAt, Stands]:
    found = Attendance.objects.filter(session__in=sessions, registration__in=people)
    rows = found.select_related("event__author") if sessions and people else []
    return {(row.registration_id, row.session_id): _stands(row) for row in rows}


def _stands(row: Attendance) -> Stands:
    event = row.event
    return Stands(row.state, str(event.pk), _told(event), rules.is_by_closing(event))


def _told(event: AttendanceEvent) -> str:
    """``dipindai 09.48, Ponsel meja 1``; of another day than it was recorded with the day."""
    way = WAYS[Means(event.means)]
    return f"{way} {dates.clock(rules.counted_at(event))}, {event.device or told.by(event)}"
