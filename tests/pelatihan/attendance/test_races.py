"""Many desks at once, by real threads on PostgreSQL."""

import json
import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import cast

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse

from pelatihan.accounts import access
from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import deciding, rules, writer
from pelatihan.attendance.locked import Scan
from pelatihan.codes import new_code
from pelatihan.models import Attendance, AttendanceEvent, AttendanceState, Session
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration
from tests.pelatihan.attendance.threads import at_once
from tests.pelatihan.door import at

pytestmark = pytest.mark.django_db(transaction=True)
DESKS = 20
CROWD = 60


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


# ---- One sum, whoever came first -----------------------------------------------------------------


def test_sums_of_a_race_do_not_depend_on_the_order_of_reading():
    """Sixty people, each scanned, undone and marked at once by four who wait for each other and read wrong clocks."""
    session = SessionFactory(angkatan=AngkatanFactory(capacity=CROWD))
    session = Session.objects.select_related("angkatan").get(pk=session.pk)
    people = [a_registration(session.angkatan) for _ in range(CROWD)]
    firsts = [Scan(uuid.uuid4(), at("08.00"), code=person.code) for person in people]
    writer.record(session, firsts, actor=SYSTEM, at=at("08.00"))

    def desk(number: int) -> None:
        dice = random.Random(number)
        for first, person in dice.sample(list(zip(firsts, people, strict=True)), CROWD):
            clock = at(f"08.{dice.randrange(60):02}")
            again = Scan(uuid.uuid4(), clock, code=person.code)
            undo = Scan(uuid.uuid4(), clock, undoes=first.id)
            writer.record(session, dice.choice([[again], [undo], [undo, again]]), actor=SYSTEM, at=clock)
            if dice.random() < 0.1:
                state = dice.choice(list(AttendanceState))
                left_at = clock if state == AttendanceState.LEFT else None
                name = uuid.uuid4()
                writer.mark(session, person, state, event_id=name, actor=SYSTEM, at=clock, left_at=left_at)

    at_once([partial(desk, number) for number in range(4)])
    stored = {row.registration_id: (row.state, row.first_at, row.event_id) for row in session.attendances.all()}
    for person in people:
        events = list(session.events.filter(registration=person))
        for _ in range(5):
            random.shuffle(events)
            total = rules.sum_of(events)
            assert (total and (total.state, total.first_at, total.event.pk)) == stored.get(person.pk)
    assert writer.rebuild(session) == 0


def test_of_many_undos_at_once_one_is_done(session):
    person, first = a_registration(session.angkatan), str(uuid.uuid4())
    sent_at_once(session, [scan(person, id=first)])
    undos = [{"id": str(uuid.uuid4()), "kind": "undo", "undoes": first, "at": at("08.00").isoformat()}] * 8
    answers = sent_at_once(session, [undo | {"id": str(uuid.uuid4())} for undo in undos])
    assert sorted(answer["outcome"] for answer in answers) == ["already_undone"] * 7 + ["undone"]
    assert AttendanceEvent.objects.filter(kind="undo").count() == 1


def test_one_id_for_many_people_at_once_serves_one(session):
    people, name = [a_registration(session.angkatan) for _ in range(8)], str(uuid.uuid4())
    answers = sent_at_once(session, [scan(person, id=name) for person in people])
    assert sorted(answer["outcome"] for answer in answers) == ["id_taken"] * 7 + ["present"]
    assert all("milik catatan lain" in answer["note"] for answer in answers if answer["outcome"] == "id_taken")
    [row] = Attendance.objects.all()
    assert row.registration.full_name == next(one["name"] for one in answers if one["outcome"] == "present")


def test_of_two_organisers_at_once_the_second_reads_what_the_first_decided(session):
    """About a person, and about a code that nobody has."""
    person = a_registration(session.angkatan, "rejected")
    here = Session.objects.select_related("angkatan").get(pk=session.pk)
    scans = [Scan(uuid.uuid4(), at("08.00"), code=code, let_in=True) for code in (person.code, new_code())]
    events = [answer.event for answer in writer.record(here, scans, actor=SYSTEM, at=at("09.00"))]
    for event, kinds in zip(events, (("keep", "strike"), ("strike", "strike")), strict=True):
        seen = deciding.seen_of(event, [event])
        wishes = [deciding.Wish(event.pk, rules.Kind(kind), "Salah", seen) for kind in kinds]
        acts = [partial(deciding.decide, here, [wish], actor=SYSTEM, at=at("10.00")) for wish in wishes]
        done = [one for told in at_once([*acts]) for one in cast(list[deciding.Decided], told)]
        assert sorted(bool(one.refusal or one.was_so) for one in done) == [False, True]
        assert AttendanceEvent.objects.filter(about=event).count() == 1
