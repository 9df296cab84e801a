"""A training of five teaching hours on its first day, whose people were there or not."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from pelatihan.accounts.actor import staff
from pelatihan.attendance import marking, sessions
from pelatihan.attendance.marking import Mark
from pelatihan.certificates import issuing
from pelatihan.certificates.standing import Standing, standings
from pelatihan.models import (
    Angkatan,
    Certificate,
    CertificateIssue,
    CertificateRule,
    NumberSeries,
    Registration,
    Session,
)
from tests.factories import SessionFactory, UserFactory, a_registration
from tests.pelatihan.door import at

END = at("18.00")


@dataclass
class Course:
    """Three sessions of 2, 2 and 1 JP; 80 % of them are four hours."""

    angkatan: Angkatan
    sessions: list[Session]
    by: User
    series: NumberSeries
    rule: CertificateRule

    def person(self, name: str, *there: int, state: str = "present", **fields: Any) -> Registration:
        """Somebody who was in these sessions (0, 1, 2)."""
        registration = a_registration(self.angkatan, name=name, **fields)
        for number in there:
            self.mark(registration, number, state)
        return registration

    def mark(self, person: Registration, number: int, state: str, reason: str = "") -> None:
        session = Session.objects.select_related("angkatan").get(pk=self.sessions[number].pk)
        event = session.attendances.filter(registration=person).values_list("event", flat=True).first()
        mark = Mark(uuid.uuid4(), person.ref, state, event, reason)
        [done] = marking.mark_many(session, [mark], actor=staff(self.by), at=at("17.00"))
        assert not done.refusal, done.refusal

    def close(self) -> None:
        for session in self.sessions:
            sessions.close(session, at=at("17.30"), actor=staff(self.by))

    def standing(self, person: Registration) -> Standing:
        return next(one for one in standings(self.angkatan).all if one.person == person)

    def issue(self, *, when: datetime = END, key: uuid.UUID | None = None) -> CertificateIssue:
        """What the page showed last, and the press of its button."""
        seen = issuing.digest(standings(self.angkatan))
        return issuing.issue(self.angkatan, key or uuid.uuid4(), seen, by=self.by, at=when)


def certificate_of(person: Registration) -> Certificate:
    return Certificate.objects.select_related("issue").get(registration=person)


def numbers(rows: Iterable[Certificate] | None = None) -> list[int]:
    return [one.no for one in (rows if rows is not None else Certificate.objects.order_by("no"))]


@pytest.fixture
def course(db) -> Course:
    first = SessionFactory(hour=8, title="Wawasan kebangsaan", own_jp=2)
    batch = first.angkatan
    second = SessionFactory(angkatan=batch, hour=10, title="Peran ormas", own_jp=2)
    third = SessionFactory(angkatan=batch, hour=13, title="Diskusi", kind=Session.Kind.DISCUSSION, own_jp=1)
    SessionFactory(angkatan=batch, hour=7, title="Pembukaan", kind=Session.Kind.CEREMONY, ends_at=at("07.30"))
    series = NumberSeries.objects.create(label="Sertifikat 2019", code="SERT")
    rule = CertificateRule.objects.create(angkatan=batch, series=series)
    return Course(batch, [first, second, third], UserFactory(role="panitia"), series, rule)
