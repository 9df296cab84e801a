"""Who gets the money of a list, who does not, and why: by what counts as attendance everywhere else."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from pelatihan import dates
from pelatihan.models import Angkatan, Attendance, PaymentList, Registration, Session
from pelatihan.payments.money import Amount, taxed

Rule = PaymentList.Rule


@dataclass(frozen=True)
class LeftOut:
    """Somebody who gets nothing, and why: a sentence."""

    person: Registration
    reason: str


@dataclass(frozen=True)
class Receivers:
    """Of everybody expected who gets the money and who does not; together they are all."""

    each: Amount
    paid: list[Registration]
    left_out: list[LeftOut]

    @property
    def total(self) -> Amount:
        return self.each.times(len(self.paid))


@dataclass(frozen=True)
class Known:
    """What counts in a batch: everybody expected, the sessions that take attendance, who came to which of them."""

    people: list[Registration]
    sessions: list[Session]
    came: dict[int, set[int]]

    @classmethod
    def of(cls, angkatan: Angkatan, *, by_name: bool = False) -> Self:
        """As it stands now, people in the order of the sheets; three queries, however many people."""
        sessions = list(angkatan.sessions.taking_attendance().in_time_order())
        expected = angkatan.registrations.expected().select_related("ormas")
        people = list(expected.sorted_by_name() if by_name else expected.sorted_by_ormas())
        return cls(people, sessions, came_to(angkatan, sessions))


def receivers(payment: PaymentList, *, by_name: bool = False) -> Receivers:
    """Who gets the money of a list as attendance stands now."""
    return reckon(payment, Known.of(payment.angkatan, by_name=by_name))


def reckon(payment: PaymentList, known: Known) -> Receivers:
    """The rule of a list over what counts. Pure."""
    paid, left_out = [], []
    for person in known.people:
        if reason := why_not(payment, known.sessions, known.came.get(person.pk, ())):
            left_out.append(LeftOut(person, reason))
        else:
            paid.append(person)
    return Receivers(taxed(payment.gross, payment.tax_percent), paid, left_out)


def came_to(angkatan: Angkatan, sessions: Sequence[Session]) -> dict[int, set[int]]:
    """Of each person the sessions to which they came (``attendance.rules.CAME``), whoever has left early too."""
    rows = Attendance.objects.came().filter(session__in=sessions, registration__angkatan=angkatan)
    came: dict[int, set[int]] = {}
    for person, session in rows.values_list("registration", "session"):
        came.setdefault(person, set()).add(session)
    return came


def why_not(payment: PaymentList, sessions: Sequence[Session], came: Collection[int]) -> str:
    """Why somebody who came to these of the sessions gets nothing; empty when they do."""
    here = [session for session in sessions if session.pk in came]
    match payment.rule:
        case Rule.SESSIONS:
            least = payment.least_sessions or 1
            return "" if len(here) >= least else f"Hadir di {len(here)} sesi, perlu {least}."
        case Rule.DAYS:
            if not sessions:
                return "Belum ada sesi yang memakai daftar hadir."
            missed = _days(sessions) - _days(here)
            return f"Tidak hadir pada {_spoken(sorted(missed))}." if missed else ""
    return ""


def _days(sessions: Iterable[Session]) -> set[date]:
    return {session.day for session in sessions}


def _spoken(days: list[date]) -> str:
    """``Senin, 11 Maret dan Selasa, 12 Maret``."""
    words = [f"{dates.day_name(day)}, {day.day} {dates.MONTHS[day.month - 1]}" for day in days]
    return " dan ".join(filter(None, ("; ".join(words[:-1]), words[-1])))
