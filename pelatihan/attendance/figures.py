"""How many came, and who is missing. Everywhere of those expected: accepted, and those whom the desk let in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Subquery

from pelatihan.models import Angkatan, Attendance, AttendanceState, Registration, Session
from pelatihan.models.registration import RegistrationQuerySet

AWAY = frozenset({AttendanceState.EXCUSED, AttendanceState.SICK})
KNOWN = sorted({AttendanceState.PRESENT, AttendanceState.LATE, *AWAY})  # who is there, and who sent word


@dataclass(frozen=True)
class Figures:
    """One session in numbers; the four parts add up to ``expected``."""

    expected: int
    counts: dict[str, int] = field(default_factory=dict)
    is_closed: bool = False

    @property
    def present(self) -> int:
        return self.counts.get(AttendanceState.PRESENT, 0)

    @property
    def late(self) -> int:
        return self.counts.get(AttendanceState.LATE, 0)

    @property
    def away(self) -> int:
        """Excused or sick."""
        return sum(self.counts.get(state, 0) for state in AWAY)

    @property
    def inside(self) -> int:
        return self.present + self.late

    @property
    def rest(self) -> int:
        """Nobody knows yet, or absent without a word."""
        return self.expected - self.inside - self.away

    @property
    def rest_word(self) -> str:
        return "Tidak hadir" if self.is_closed else "Belum"

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """(colour, word, number) from left to right in the bar."""
        return [
            ("present", "Hadir", self.present),
            ("late", "Terlambat", self.late),
            ("excused", "Izin, sakit", self.away),
            ("rest", self.rest_word, self.rest),
        ]

    @property
    def spoken(self) -> str:
        """The bar for who listens."""
        parts = ", ".join(f"{word.replace(',', ' atau').lower()} {number}" for _colour, word, number in self.parts)
        return f"{parts[:1].upper()}{parts[1:]}, dari {self.expected} peserta"


@dataclass(frozen=True)
class Missing:
    """An organisation and its people who have not come."""

    ormas: str
    people: list[Registration]


@dataclass(frozen=True)
class SessionFigures:
    """One session of a list, with its numbers."""

    session: Session
    figures: Figures


def of_sessions(angkatan: Angkatan, sessions: Sequence[Session]) -> list[SessionFigures]:
    """Each session's numbers, in two queries."""
    people = Registration.objects.filter(angkatan=angkatan).expected()
    counted = Attendance.objects.filter(session__in=sessions, registration__in=people)
    counts: dict[int, dict[str, int]] = {}
    for session, state, number in counted.values_list("session", "state").annotate(number=Count("pk")).order_by():
        counts.setdefault(session, {})[state] = number
    expected = people.count()
    return [
        SessionFigures(one, Figures(expected, counts.get(one.pk, {}), one.closed_at is not None)) for one in sessions
    ]


def by_day(rows: Iterable[SessionFigures]) -> list[tuple[date, list[SessionFigures]]]:
    """Rows in time order, a group for each day."""
    return [(day, list(group)) for day, group in groupby(rows, key=lambda row: row.session.day)]


def missing(session: Session, *, contacts: bool, first: int = 0, most: int | None = None) -> list[Missing]:
    """Who has not come and gave no reason, by organisation, in the order of the printed sheets.

    :param contacts: whether the reader may see phone numbers (they are not even read otherwise)
    :param first: how many people to pass over, and ``most``: how many to read then
    """
    state = Attendance.objects.filter(session=session, registration=OuterRef("pk")).values("state")
    people = _missing(session).sorted_by_ormas().part(first, None if most is None else first + most)
    related = ("ormas", "delegate") if contacts else ("ormas",)
    in_order = people.select_related(*related).annotate(attendance=Subquery(state))
    return [
        Missing(name, list(group))
        for (_ormas, name), group in groupby(in_order, key=lambda person: (person.ormas_id, person.ormas_name))
    ]


def _missing(session: Session) -> RegistrationQuerySet:
    known = Attendance.objects.filter(session=session, state__in=KNOWN, registration=OuterRef("pk"))
    return Registration.objects.filter(angkatan=session.angkatan_id).expected().exclude(Exists(known))
