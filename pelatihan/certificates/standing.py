"""Where each participant of a batch stands: entitled or not and why, what was given out, what has changed since."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch

from pelatihan import dates
from pelatihan.certificates import rule as rules
from pelatihan.certificates.rule import Reached
from pelatihan.lifecycle import Status
from pelatihan.models import (
    Angkatan,
    Attendance,
    Certificate,
    CertificateException,
    CertificateRevocation,
    CertificateRule,
    CertificateVersion,
    Registration,
    Session,
)
from pelatihan.models.certificate import CertificateQuerySet

Kind = CertificateException.Kind


def rule_of(angkatan: Angkatan) -> CertificateRule:
    """The batch's own, or the usual one while nobody has written it (not saved)."""
    return CertificateRule.objects.filter(angkatan=angkatan).first() or CertificateRule(angkatan=angkatan)


@dataclass(frozen=True)
class Given:
    """A certificate with its last version, and whether it is revoked now."""

    certificate: Certificate
    version: CertificateVersion
    revoked: CertificateRevocation | None


@dataclass(frozen=True)
class Standing:
    """One participant. ``is_expected``: accepted or let in; who is not any more stands here by a certificate alone.
    ``elsewhere``: the number that the same person holds by another registration, which gave way when both were merged.
    """

    person: Registration
    reached: Reached
    exception: CertificateException | None
    given: Given | None
    is_expected: bool = True
    elsewhere: str = ""

    @property
    def is_entitled(self) -> bool:
        """By the rule, or by what somebody decided about this person."""
        if not self.is_expected:
            return False
        return self.exception.kind == Kind.GRANT if self.exception else self.reached.is_enough

    @property
    def is_due(self) -> bool:
        """Entitled, and nothing given out yet, to this person by whichever registration."""
        return self.is_entitled and self.given is None and not self.elsewhere

    @property
    def why(self) -> str:
        """In words, why entitled or not."""
        if not self.is_expected:
            return f"Tidak lagi peserta: {Status(self.person.status).label.lower()}."
        if self.exception is None:
            return self.reached.sentence
        word = "Diberi" if self.exception.kind == Kind.GRANT else "Tidak diberi"
        return f"{word} dengan keputusan: “{self.exception.reason}”"

    @property
    def changes(self) -> list[str]:
        """What no longer fits the certificate that was given out; nothing while it is revoked."""
        if self.given is None and self.elsewhere and self.is_entitled:
            return [
                f"Sudah memegang sertifikat nomor {self.elsewhere} dari pendaftaran yang digabung dengan ini. Cabut"
                " dulu yang itu bila akan diganti dengan yang baru."
            ]
        if self.given is None or self.given.revoked:
            return []
        version, now = self.given.version, self.person
        found = [] if self.is_entitled else [f"Sekarang tidak berhak. {self.why}"]
        if version.full_name != now.full_name:
            found.append(f"Nama sekarang {now.full_name}; di sertifikat {version.full_name}.")
        if version.ormas != now.ormas_name:
            found.append(f"Ormas sekarang {now.ormas_name}; di sertifikat {version.ormas}.")
        return found


@dataclass(frozen=True)
class Standings:
    """All of a batch, in the order of the list; and what they were judged by."""

    angkatan: Angkatan
    rule: CertificateRule
    teaching: list[Session]
    all: list[Standing]
    sessions: list[Session] = field(default_factory=list)  # the whole rundown

    @property
    def due(self) -> list[Standing]:
        return [one for one in self.all if one.is_due]

    @property
    def refused(self) -> list[Standing]:
        """Participants who get none."""
        return [one for one in self.all if one.is_expected and not one.is_entitled and one.given is None]

    @property
    def given(self) -> list[Standing]:
        return [one for one in self.all if one.given]

    @property
    def changed(self) -> list[Standing]:
        return [one for one in self.all if one.changes]

    @property
    def not_closed(self) -> list[Session]:
        """Teaching sessions in which attendance may still change without anybody noticing."""
        return [session for session in self.teaching if session.closed_at is None]


def standings(angkatan: Angkatan) -> Standings:
    """Everybody who is expected in the batch, as the sheets list them, and whoever holds a certificate of it besides;
    a fixed number of queries.
    """
    rule = rule_of(angkatan)
    sessions = list(angkatan.sessions.in_time_order())
    teaching = [session for session in sessions if rules.teaches(session)]
    expected = list(angkatan.registrations.expected().sorted_by_ormas().select_related("ormas"))
    given = given_of(Certificate.objects.filter(registration__angkatan=angkatan))
    here = {person.pk for person in expected}
    others = Registration.objects.filter(pk__in=given.keys() - here).sorted_by_ormas().select_related("ormas")
    states = _states(angkatan, teaching)
    exceptions, elsewhere = _exceptions(angkatan), _elsewhere(angkatan)
    found = [
        Standing(
            person,
            rules.reached(rule, teaching, states[person.pk]),
            exceptions.get(person.pk),
            given.get(person.pk),
            is_expected=person.pk in here,
            elsewhere=elsewhere.get(person.pk, ""),
        )
        for person in (*expected, *others)
    ]
    return Standings(angkatan, rule, teaching, found, sessions)


def standing_of(registration: Registration) -> Standing:
    """One person's; the registration has its batch and ormas at hand."""
    angkatan = registration.angkatan
    rule = rule_of(angkatan)
    teaching = [session for session in angkatan.sessions.in_time_order() if rules.teaches(session)]
    states = _states(angkatan, teaching, registration)[registration.pk]
    is_expected = angkatan.registrations.expected().filter(pk=registration.pk).exists()
    given = given_of(Certificate.objects.filter(registration=registration)).get(registration.pk)
    exception = _exceptions(angkatan, registration).get(registration.pk)
    elsewhere = _elsewhere(angkatan, registration).get(registration.pk, "")
    return Standing(registration, rules.reached(rule, teaching, states), exception, given, is_expected, elsewhere)


def given_of(certificates: CertificateQuerySet) -> dict[int, Given]:
    """Each with its last version and its open revocation, by registration; three queries."""
    rows = certificates.select_related("issue").prefetch_related(
        Prefetch("versions", CertificateVersion.objects.order_by("copy")),
        Prefetch("revocations", CertificateRevocation.objects.filter(restored_at=None).select_related("by")),
    )
    return {
        row.registration_id: Given(row, list(row.versions.all())[-1], next(iter(row.revocations.all()), None))
        for row in rows
    }


def _states(angkatan: Angkatan, teaching: list[Session], one: Registration | None = None) -> dict[int, dict[int, str]]:
    """What counts, by person and session."""
    known = Attendance.objects.filter(session__in=teaching, registration__angkatan=angkatan)
    if one:
        known = known.filter(registration=one)
    states: dict[int, dict[int, str]] = defaultdict(dict)
    for person, session, state in known.values_list("registration", "session", "state"):
        states[person][session] = state
    return states


def _exceptions(angkatan: Angkatan, one: Registration | None = None) -> dict[int, CertificateException]:
    """The last of each person, unless it was lifted."""
    known = CertificateException.objects.filter(registration__angkatan=angkatan).select_related("by")
    if one:
        known = known.filter(registration=one)
    last = {row.registration_id: row for row in known.order_by("pk")}
    return {person: row for person, row in last.items() if row.kind != Kind.LIFT}


def _elsewhere(angkatan: Angkatan, one: Registration | None = None) -> dict[int, str]:
    """By the registration that stayed, the number in force of one that gave way to it."""
    known = Certificate.objects.in_force().filter(registration__counts_for__angkatan=angkatan)
    if one:
        known = known.filter(registration__counts_for=one)
    pairs = known.order_by("no").values_list("registration__counts_for", "number")
    return {stays: number for stays, number in pairs if stays}


def warning(found: Standings, at: datetime) -> str:
    """What somebody should know before numbers are drawn; empty when nothing is in the way."""
    ahead = [session for session in found.not_closed if at < session.ends_at]
    if ahead:
        return f"{dates.thousands(len(ahead))} sesi materi belum selesai, jadi siapa yang berhak masih dapat berubah."
    if found.not_closed:
        return (
            f"{dates.thousands(len(found.not_closed))} sesi materi belum ditutup, jadi yang belum tercatat masih dapat"
            " berubah. Tutup dulu sesinya bila sudah lengkap."
        )
    return ""
