"""How many came, and who is missing. Everywhere of those expected: accepted, and those whom the desk let in."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value

from pelatihan.attendance import rules
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, AttendanceState, Registration, Session
from pelatihan.models.attendance import AttendanceQuerySet
from pelatihan.models.registration import RegistrationQuerySet

AWAY = frozenset({AttendanceState.EXCUSED, AttendanceState.SICK})
KNOWN = sorted({*rules.CAME, *AWAY})  # who came, and who sent word


@dataclass(frozen=True)
class Figures:
    """One session in numbers; its parts add up to ``expected``."""

    expected: int
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def present(self) -> int:
        return self.counts.get(AttendanceState.PRESENT, 0)

    @property
    def late(self) -> int:
        return self.counts.get(AttendanceState.LATE, 0)

    @property
    def left(self) -> int:
        return self.counts.get(AttendanceState.LEFT, 0)

    @property
    def away(self) -> int:
        """Excused or sick."""
        return sum(self.counts.get(state, 0) for state in AWAY)

    @property
    def absent(self) -> int:
        """Without a word: somebody said so, or closed the session."""
        return self.counts.get(AttendanceState.ABSENT, 0)

    @property
    def came(self) -> int:
        """Who left early came."""
        return sum(self.counts.get(state, 0) for state in rules.CAME)

    @property
    def unknown(self) -> int:
        """Of whom nobody knows anything yet."""
        return self.expected - self.came - self.away - self.absent

    @property
    def missing(self) -> int:
        """Who has not come and sent no word."""
        return self.unknown + self.absent

    @property
    def all_parts(self) -> list[tuple[str, str, int]]:
        """(colour, word, number) from left to right in the bar, whatever the number."""
        return [
            ("present", "Hadir", self.present),
            ("late", "Terlambat", self.late),
            ("left", "Pulang awal", self.left),
            ("excused", "Izin, sakit", self.away),
            ("absent", "Tanpa keterangan", self.absent),
            ("rest", "Belum", self.unknown),
        ]

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """Those that have somebody, and the usual four: with nobody absent there is "Belum", else what there is."""
        usual = {"present", "late", "excused", "rest" if not self.absent else ""}
        return [part for part in self.all_parts if part[2] or part[0] in usual]

    @property
    def spoken(self) -> str:
        """The bar for who listens."""
        parts = ", ".join(f"{word.replace(',', ' atau').lower()} {number}" for _colour, word, number in self.parts)
        return f"{parts[:1].upper()}{parts[1:]}, dari {self.expected} peserta"


@dataclass(frozen=True)
class MissingPerson:
    """Somebody who has not come: what counts of them, and the event that decided it."""

    person: Registration
    state: str
    event: UUID | None
    by_closing: bool

    @property
    def owes_reason(self) -> bool:
        """Whether somebody has said by hand that they did not come: changing that owes a reason."""
        return self.event is not None and not self.by_closing


@dataclass(frozen=True)
class Missing:
    """An organisation and its people who have not come."""

    key: str
    ormas: str
    people: list[MissingPerson]

    @property
    def names(self) -> str:
        return "; ".join(one.person.full_name for one in self.people)


@dataclass(frozen=True)
class SessionFigures:
    """One session of a list, with its numbers."""

    session: Session
    figures: Figures


def of_sessions(angkatan: Angkatan, sessions: Sequence[Session]) -> list[SessionFigures]:
    """Each session's numbers, in two queries."""
    expected = Registration.objects.filter(angkatan=angkatan).expected().count()
    counts = _counts([one.pk for one in sessions])
    return [
        SessionFigures(one, Figures(expected, {state: counts[one.pk, state] for state in AttendanceState.values}))
        for one in sessions
    ]


def _counts(sessions: Sequence[int]) -> Counter[tuple[int, str]]:
    """How many of those expected have which state in which session.

    Whoever came is expected. Of the others few are not ("izin" of somebody who cancelled, say): to count all and take
    these away is three times as fast as to ask of 30,000 people whether they are expected.
    """
    all_of_them = Attendance.objects.filter(session__in=sessions)
    let_in = Attendance.objects.filter(registration=OuterRef("registration")).came()
    others = all_of_them.exclude(state__in=rules.CAME).exclude(registration__status=Status.ACCEPTED)
    here, aside = (_numbers(rows, sign) for rows, sign in ((all_of_them, 1), (others.filter(~Exists(let_in)), -1)))
    counts = Counter[tuple[int, str]]()
    for session, state, number, sign in here.union(aside, all=True):
        counts[session, state] += number * sign
    return counts


def _numbers(rows: AttendanceQuerySet, sign: int) -> "QuerySet[Attendance, tuple[int, str, int, int]]":
    counted = rows.order_by().values("session", "state").annotate(number=Count("pk"), sign=Value(sign))
    return counted.values_list("session", "state", "number", "sign")


def by_day(rows: Iterable[SessionFigures]) -> list[tuple[date, list[SessionFigures]]]:
    """Rows in time order, a group for each day."""
    return [(day, list(group)) for day, group in groupby(rows, key=lambda row: row.session.day)]


def missing(session: Session, *, contacts: bool, first: int = 0, most: int | None = None) -> list[Missing]:
    """Who has not come and gave no reason, by organisation, in the order of the printed sheets.

    :param contacts: whether the reader may see phone numbers (they are not even read otherwise)
    :param first: how many people to pass over, and ``most``: how many to read then
    """
    counted = Attendance.objects.filter(session=session, registration=OuterRef("pk"))
    people = _missing(session).sorted_by_ormas().part(first, None if most is None else first + most)
    related = ("ormas", "delegate") if contacts else ("ormas",)
    in_order = people.select_related(*related).annotate(
        counted_state=Subquery(counted.values("state")),
        counted_event=Subquery(counted.values("event")),
        counted_means=Subquery(counted.values("event__means")),
    )
    return [
        Missing(f"{ormas or ''} {name}", name, [_of(person) for person in group])
        for (ormas, name), group in groupby(in_order, key=lambda person: (person.ormas_id, person.ormas_name))
    ]


def _of(person: Registration) -> MissingPerson:
    known = vars(person)  # annotations
    by_closing = known["counted_means"] == AttendanceEvent.Means.CLOSING
    return MissingPerson(person, known["counted_state"] or "", known["counted_event"], by_closing)


def _missing(session: Session) -> RegistrationQuerySet:
    known = Attendance.objects.filter(session=session, state__in=KNOWN, registration=OuterRef("pk"))
    return Registration.objects.filter(angkatan=session.angkatan_id).expected().exclude(Exists(known))
