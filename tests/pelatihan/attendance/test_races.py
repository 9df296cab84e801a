"""Many desks at once, by real threads on PostgreSQL."""

import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse

from pelatihan.accounts import access
from pelatihan.models import Attendance, AttendanceEvent
from tests.factories import SessionFactory, UserFactory, a_registration
from tests.pelatihan.door import at

pytestmark = pytest.mark.django_db(transaction=True)
DESKS = 20


@pytest.fixture
def session():
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()
    with time_machine.travel(at("08.00"), tick=True):
        yield SessionFactory()


def sent_at_once(session, scans: list[dict[str, str]]) -> list[dict[str, str]]:
    """What each desk was answered, all having sent at the same moment."""
    officer = UserFactory(role="petugas")
    gate = threading.Barrier(len(scans))

    def send(scan: dict[str, str]) -> dict[str, str]:
        client = Client()
        client.force_login(officer)
        try:
            gate.wait()
            answer = client.post(
                reverse("record", args=[session.angkatan.slug, session.pk]),
                json.dumps({"device": "Meja", "scans": [scan]}),
                content_type="application/json",
            )
            return answer.json()["results"][0]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(scans)) as desks:
        return list(desks.map(send, scans))


def scan(person, **fields):
    return {"id": str(uuid.uuid4()), "code": person.code, "at": at("08.00").isoformat()} | fields


def test_twenty_repeats_of_one_scan_are_one_row(session):
    answers = sent_at_once(session, [scan(a_registration(session.angkatan))] * DESKS)
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["outcome"] == "present"
    assert (AttendanceEvent.objects.count(), Attendance.objects.count()) == (1, 1)


def test_twenty_repeats_of_a_refusal_are_one_row(session):
    wrong = {"id": str(uuid.uuid4()), "code": "AB12CD34", "at": at("08.00").isoformat()}
    answers = sent_at_once(session, [wrong] * DESKS)
    assert {answer["outcome"] for answer in answers} == {"invalid"}
    assert AttendanceEvent.objects.count() == 1


def test_of_twenty_desks_one_lets_the_person_in(session):
    person = a_registration(session.angkatan)
    answers = sent_at_once(session, [scan(person) for _ in range(DESKS)])
    outcomes = sorted(answer["outcome"] for answer in answers)
    assert outcomes == ["already"] * (DESKS - 1) + ["present"]
    assert (AttendanceEvent.objects.count(), Attendance.objects.count()) == (DESKS, 1)


def test_twenty_people_at_twenty_desks_are_all_in(session):
    people = [a_registration(session.angkatan) for _ in range(DESKS)]
    answers = sent_at_once(session, [scan(person) for person in people])
    assert {answer["outcome"] for answer in answers} == {"present"}
    assert Attendance.objects.inside().count() == DESKS
