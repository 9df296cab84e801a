"""The attendance of one batch as a list: a row a person, a column a session, how often each came; and below, how many
came to each. The numbers are those of board and recap (:mod:`pelatihan.attendance.figures`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Prefetch, QuerySet

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.attendance import figures, rules
from pelatihan.attendance.figures import Figures
from pelatihan.exchange.lists import Listing, Offered
from pelatihan.models import Angkatan, Attendance, AttendanceState, Registration, Session
from pelatihan.papers.recap_sheet import UNKNOWN_WORD, day_and_time

NAME, KEY = "Kehadiran", "kehadiran-"
CAME = "Jumlah hadir"
ABOUT = "Termasuk yang terlambat dan yang pulang awal, dari sesi yang sudah dimulai ketika daftar ini dibuat."
STATES = {state.value: str(state.label) for state in AttendanceState} | {"": UNKNOWN_WORD}
OF_PERSON = (
    Offered("Nama", lambda row: row.full_name, width=36),
    Offered("Ormas", lambda row: row.ormas_name, width=40),
    Offered("Jabatan", lambda row: row.position, width=24),
)


@dataclass(frozen=True)
class AttendanceList(Listing):
    """The list of one batch, as it stood at a moment."""

    angkatan: Angkatan
    sessions: Sequence[Session]
    at: datetime

    def keys(self) -> list[int]:
        """Those expected, in the order of the sheets."""
        return list(self.angkatan.registrations.expected().sorted_by_ormas().values_list("pk", flat=True))

    def rows(self, keys: Sequence[int]) -> Iterator[Any]:
        for row in super().rows(keys):
            row.stands = {one.session_id: one for one in row.attendances.all()}
            yield row

    def _fetched(self) -> QuerySet[Any]:
        counted = Attendance.objects.filter(session__in=self.sessions)
        return Registration.objects.order_by().prefetch_related("ormas", Prefetch("attendances", counted))

    def totals(self) -> list[list[Any]]:
        """Of each session that has begun: how many came, and how many stand at each state."""
        every = [
            one.figures if self.at >= one.session.starts_at else None
            for one in figures.of_sessions(self.angkatan, self.sessions)
        ]
        lines = [(CAME, [one and one.came for one in every])]
        lines += [(word, [one and _number(one, state) for one in every]) for state, word in STATES.items()]
        before, after = [""] * (len(OF_PERSON) - 1), [""] * (len(self.told) - len(OF_PERSON) - len(every))
        return [[word, *before, *numbers, *after] for word, numbers in lines]

    def facts(self) -> list[tuple[str, str]]:
        return [("Angkatan", self.angkatan.full_name), (CAME, ABOUT)]


def of(angkatan: Angkatan, at: datetime) -> AttendanceList:
    """The list as it stands; ``at`` says which sessions have begun."""
    sessions = list(angkatan.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    begun = {one.pk for one in sessions if at >= one.starts_at}
    columns = [_column(one, unknown=UNKNOWN_WORD if one.pk in begun else "") for one in sessions]
    told = (*OF_PERSON, *columns, *_sums(begun))
    return AttendanceList(f"{KEY}{angkatan.pk}", NAME, Registration, access.RECAP, told, angkatan, sessions, at)


def named(key: str, at: datetime) -> AttendanceList | None:
    """The list of attendance that has this key; None where another list has it."""
    number = key.removeprefix(KEY)
    return None if number == key else of(Angkatan.objects.get(pk=number), at)


def _column(session: Session, *, unknown: str) -> Offered:
    """A session, headed as on the printed recap, with its title."""
    return Offered(" ".join((*day_and_time(session), session.title)), partial(_word, session.pk, unknown), width=16)


def _word(session: int, unknown: str, row: Any) -> str:
    one = row.stands.get(session)
    if one is None:
        return unknown
    return f"{STATES[one.state]} pukul {dates.clock(one.left_at)}" if one.left_at else STATES[one.state]


def _sums(begun: set[int]) -> list[Offered]:
    """To how many of the sessions that have begun somebody came, and how often each state was noted."""

    def states(row: Any) -> list[str]:
        return [row.stands[session].state if session in row.stands else "" for session in begun]

    def how_often(state: str, row: Any) -> int:
        return states(row).count(state)

    return [
        Offered(CAME, lambda row: sum(state in rules.CAME for state in states(row)), "number", 12),
        Offered("Dari sesi", lambda row: len(begun), "number", 12),
        *(Offered(word, partial(how_often, state), "number", 12) for state, word in STATES.items()),
    ]


def _number(of_session: Figures, state: str) -> int:
    counts = of_session.counts
    return counts.get(state, 0) if state else of_session.expected - sum(counts.values())
