"""Who gets a certificate: pure rules over the teaching sessions of a batch and what counts of a person in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pelatihan import dates
from pelatihan.attendance import rules
from pelatihan.models import AttendanceState, CertificateRule, Session

Measure = CertificateRule.Measure
TEACHING = frozenset({Session.Kind.MATERIAL, Session.Kind.DISCUSSION})


def teaches(session: Session) -> bool:
    """Whether a session is one of those that the rule asks about: with a daftar hadir, and teaching by its kind unless
    the office gave it hours of its own, or none.
    """
    is_teaching = session.kind in TEACHING if session.own_jp is None else session.own_jp > 0
    return session.takes_attendance and is_teaching


def counting(rule: CertificateRule) -> frozenset[str]:
    """The states that count as having been there. Who left early came, here as everywhere."""
    also = {AttendanceState.EXCUSED: rule.excused_counts, AttendanceState.SICK: rule.sick_counts}
    return rules.CAME | {state for state, counts in also.items() if counts}


@dataclass(frozen=True)
class Reached:
    """How much of the teaching somebody was at, and how much it takes; in hours (JP) or in sessions."""

    reached: int
    needed: int
    total: int
    unit: str

    @property
    def is_enough(self) -> bool:
        return self.total > 0 and self.reached >= self.needed

    @property
    def sentence(self) -> str:
        """``14 dari 17 JP; perlu paling sedikit 14.``"""
        if not self.total:
            return "Belum ada sesi materi atau diskusi yang memakai daftar hadir."
        all_of_it = "semua" if self.needed == self.total else f"paling sedikit {dates.thousands(self.needed)}"
        return f"{dates.thousands(self.reached)} dari {dates.thousands(self.total)} {self.unit}; perlu {all_of_it}."


def reached(rule: CertificateRule, teaching: Sequence[Session], states: Mapping[int, str]) -> Reached:
    """What somebody reached.

    :param teaching: those sessions of the batch for which :func:`teaches` holds
    :param states: by session, what counts of the person; nothing for "Belum"
    """
    known = counting(rule)
    there = [session for session in teaching if states.get(session.pk) in known]
    if rule.measure == Measure.ALL:
        return Reached(len(there), len(teaching), len(teaching), "sesi materi")
    total = sum(session.jp for session in teaching)
    needed = -(-total * rule.least_percent // 100)  # rounded up: 80 % of 17 is 14
    return Reached(sum(session.jp for session in there), needed, total, "JP")
