"""A door: one session of 08.00-09.30 WIB on 11 March 2019, its people, and somebody at the desk."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pelatihan.accounts.actor import staff
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Answer, Scan
from pelatihan.models import Registration, Session
from tests.factories import SessionFactory, UserFactory, a_registration


def at(clock: str, day: int = 11) -> datetime:
    """``at("08.12")``: that time in Jakarta on that day of March 2019."""
    hour, minute = clock.split(".")
    return datetime(2019, 3, day, int(hour), int(minute), tzinfo=UTC) - timedelta(hours=7)


@dataclass
class Door:
    """The desk in front of one session."""

    session: Session
    officer: User

    def scan(self, person: Registration, clock: str, day: int = 11, **scan: Any) -> Answer:
        """Somebody's code is read at that time, and arrives at once."""
        return self.take(Scan(uuid.uuid4(), at(clock, day), code=person.code, **scan))

    def undo(self, answer: Answer, clock: str) -> Answer:
        return self.take(Scan(uuid.uuid4(), at(clock), undoes=answer.event.pk))

    def take(self, scan: Scan, arrived: datetime | None = None, sent: datetime | None = None) -> Answer:
        return self.take_all([scan], arrived or scan.at, sent)[0]

    def take_all(self, scans: list[Scan], arrived: datetime, sent: datetime | None = None) -> list[Answer]:
        """``sent`` is what the device's clock showed then."""
        session = Session.objects.select_related("angkatan").get(pk=self.session.pk)
        return writer.record(session, scans, actor=staff(self.officer), at=arrived, sent_at=sent)

    def state(self, person: Registration) -> str | None:
        return self.session.attendances.filter(registration=person).values_list("state", flat=True).first()


@pytest.fixture
def door(db) -> Door:
    return Door(SessionFactory(), UserFactory(role="petugas"))


@pytest.fixture
def person(door) -> Registration:
    return a_registration(door.session.angkatan, name="Siti Rahmawati")


@pytest.fixture
def officer(door, client):
    """The desk officer's browser."""
    client.force_login(door.officer)
    return client


@pytest.fixture
def organiser(door, client_of) -> Client:
    return client_of("panitia")


@pytest.fixture
def client_of(db) -> Callable[[str], Client]:
    """``client_of("panitia")``: the browser of somebody with that role."""

    def logged_in(role: str) -> Client:
        client = Client()
        client.force_login(UserFactory(role=role))
        return client

    return logged_in
