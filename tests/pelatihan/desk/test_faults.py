"""What the door has acknowledged is there once, whatever becomes of requests and answers on their way."""

import json
import socket
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from bench import posts, proxy, wire
from bench.proxy import Proxy
from bench.retrying import Act, Burst, Found, found
from pelatihan.accounts import access
from pelatihan.models import Attendance, AttendanceEvent, Session
from tests.factories import SessionFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024 * 1024
PEOPLE, DEVICES = 6, 3


@pytest.fixture
def session() -> Session:
    """A session that has just begun, and somebody who prepares devices for it."""
    access.make_groups()  # an earlier test with real transactions has emptied the tables
    UserFactory(role="petugas", username="petugas")
    now = timezone.now()
    today = timezone.localdate(now)
    opened = SessionFactory(
        angkatan__starts_on=today, angkatan__ends_on=today, starts_at=now, ends_at=now + timedelta(hours=1)
    )
    return Session.objects.select_related("angkatan").get(pk=opened.pk)


@pytest.fixture
def port(live_server) -> int:
    return int(live_server.url.rpartition(":")[2])


def desks(session, number):
    return [posts.device(session.angkatan, f"HP {place}") for place in range(number)]


@pytest.mark.parametrize(
    "weather", [{"fault": proxy.lose}, {"fault": proxy.halve}, {"cuts_requests": True}], ids=["lost", "halved", "cut"]
)
def test_spoiled_answer_is_asked_for_again_and_doubles_nothing(session, port, weather):
    acts = [Act(session, a_registration(session.angkatan)) for _ in range(PEOPLE)]
    with Proxy(port, **weather) as between:
        burst = Burst(between.port, desks(session, DEVICES), acts)
        burst.send_all()
    assert set(burst.acknowledged.values()) == {"present"}
    assert (found(acts), between.spoiled, burst.tries) == (Found(lost=0, doubled=0), PEOPLE - 1, 2 * PEOPLE - 1)


def test_answer_that_is_given_up_is_the_same_answer_later(session, port, monkeypatch):
    monkeypatch.setattr(proxy, "LONG", 0.6)
    acts = [Act(session, a_registration(session.angkatan)) for _ in range(PEOPLE)]
    with Proxy(port, proxy.delay) as between:
        burst = Burst(between.port, desks(session, DEVICES), acts, limit=0.5)
        burst.send_all()
    assert set(burst.acknowledged.values()) == {"present"}
    assert found(acts) == Found(lost=0, doubled=0)


def test_of_eight_devices_one_lets_the_person_in(session, port):
    person, heard = a_registration(session.angkatan), list[str]()
    at_once = [partial(desk.post, session, [posts.scan(person)]) for desk in desks(session, 8)]
    wire.run(port, 8, at_once, lambda _, status, body: heard.extend(posts.outcomes(status, body)))
    assert sorted(heard) == ["already"] * 7 + ["present"]
    assert (AttendanceEvent.objects.count(), Attendance.objects.count()) == (8, 1)


def test_half_a_request_is_refused_and_recorded_nowhere(session, port):
    [desk], person = desks(session, 1), a_registration(session.angkatan)
    whole = desk.post(session, [posts.scan(person)])
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(whole[:-20])
        line.shutdown(socket.SHUT_WR)
        answer = line.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"] == "bad_request"
    assert not AttendanceEvent.objects.exists()


def test_fifty_megabytes_are_refused_before_they_are_read(session, port):
    [desk] = desks(session, 1)
    head = wire.request(posts.address(session), b"", desk.headers | {"Content-Length": str(50 * MEGABYTE)})
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(head)  # and nothing after it
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_deep_json_is_refused_with_its_post(session, port):
    [desk], person = desks(session, 1), a_registration(session.angkatan)
    deep = b"[" * 100_000 + b"]" * 100_000
    body = desk.body([posts.scan(person)]).replace(b'"seq": 1', b'"seq": ' + deep)
    heard = list[int]()
    post = partial(wire.request, posts.address(session), body, desk.headers)
    wire.run(port, 1, [post], lambda _, status, __: heard.append(status))
    assert (heard, AttendanceEvent.objects.count()) == ([400], 0)
