"""A prepared phone checks people in by its token: in somebody's name, for a day, until it is revoked."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from pelatihan.accounts import access, devices
from pelatihan.models import AttendanceEvent, Device
from tests.factories import AngkatanFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    access.make_groups()
    return UserFactory(role="petugas")


@pytest.fixture
def session():
    now = timezone.now()
    return SessionFactory(angkatan__starts_on=timezone.localdate(now), starts_at=now, ends_at=now + timedelta(hours=1))


@pytest.fixture
def device(client, session, officer) -> Device:
    token = devices.new_token()
    now = timezone.now()
    device = Device.objects.create(
        angkatan=session.angkatan, label="HP lobi", token_hash=devices.hashed(token), made_at=now
    )
    devices.sign_in(device, officer, now)
    client.cookies[devices.cookie_name()] = token
    return device


def send(client, session):
    """One unreadable scan: what matters is who may send it."""
    body = {"device": "meja", "sent_at": None, "scans": [{"id": None}]}
    return client.post(
        reverse("record", args=[session.angkatan.slug, session.pk]), body, content_type="application/json"
    )


def test_a_prepared_device_needs_no_log_in(client, session, device):
    assert send(client, session).status_code == 200


def test_nobody_comes_in_by_another_token(client, session, device):
    client.cookies[devices.cookie_name()] = devices.new_token()
    assert send(client, session).json()["error"] == "login_required"


def test_a_revoked_device_is_told_so(client, session, device, officer):
    Device.objects.filter(pk=device.pk).update(revoked_at=timezone.now(), revoked_by=officer)
    answer = send(client, session)
    assert (answer.status_code, answer.json()["error"]) == (401, "revoked")


def test_after_logging_out_it_speaks_for_nobody(client, session, device):
    devices.sign_out(device)
    assert send(client, session).status_code == 401


def test_a_day_after_the_log_in_it_asks_for_one(client, session, device, officer):
    devices.sign_in(device, officer, timezone.now() - devices.LONGEST)
    assert send(client, session).status_code == 401


def test_a_changed_password_ends_it(client, session, device, officer):
    officer.set_password("lain-sama-sekali-2026")
    officer.save()
    assert send(client, session).status_code == 401


def test_who_lost_the_right_or_the_account_is_out(client, session, device, officer):
    officer.groups.clear()
    assert send(client, session).status_code == 401
    officer.groups.add(*officer.groups.model.objects.filter(name="petugas"))
    assert send(client, session).status_code == 200
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert send(client, session).status_code == 401


def test_it_was_prepared_for_one_batch(client, device):
    now = timezone.now()
    other = SessionFactory(
        angkatan=AngkatanFactory(starts_on=timezone.localdate(now)), starts_at=now, ends_at=now + timedelta(hours=1)
    )
    answer = send(client, other)
    assert answer.status_code == 403
    assert "angkatan lain" in answer.json()["message"]


def test_what_it_sends_says_which_device_it_was(client, session, device):
    body = {"device": "<b>palsu</b>", "scans": [{"id": "5" * 32, "code": "00000000", "at": timezone.now().isoformat()}]}
    client.post(reverse("record", args=[session.angkatan.slug, session.pk]), body, content_type="application/json")
    event = AttendanceEvent.objects.get()
    assert (event.tool, event.device) == (device, "HP lobi")


# ---- For whom it speaks --------------------------------------------------------------------------

A_DAY = timedelta(hours=24)
TICK = timedelta(microseconds=1)


def speaks(officer, *, last_end=None, after=timedelta(0), **fields) -> bool:
    """Whether a device does, so long after the log-in on it."""
    since = timezone.now()
    made = {"user": officer, "user_mark": devices.mark_of(officer), "signed_in_at": since} | fields
    known = devices.Known(Device(**made), made["user"], last_end=last_end and since + last_end)
    return known.speaks(since + after)


def test_it_speaks_for_a_day(officer):
    assert speaks(officer, after=A_DAY - TICK) is True
    assert speaks(officer, after=A_DAY) is False


def test_it_speaks_until_a_day_after_the_last_session(officer):
    assert speaks(officer, last_end=-A_DAY + TICK) is True
    assert speaks(officer, last_end=-A_DAY) is False


@pytest.mark.parametrize("lacks", [{"revoked_at": timezone.now()}, {"user": None}, {"signed_in_at": None}])
def test_it_speaks_for_nobody_whatever_else_is_right(officer, lacks):
    assert speaks(officer, **lacks) is False


def test_it_speaks_for_no_account_that_is_closed(officer):
    officer.get_all_permissions()  # kept, as of who has just been read with them
    officer.is_active = False
    assert speaks(officer) is False


def test_token_cannot_be_guessed_and_its_cookie_is_the_sites_own(settings):
    assert len({devices.new_token() for _ in range(50)}) == 50
    assert len(devices.new_token()) == 43  # 256 bits
    settings.COOKIE_PREFIX = "__Host-"
    assert devices.cookie_name() == "__Host-meja"
