"""A phone is made ready with the desk's PIN, carries a copy, and says how it is."""

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pelatihan.accounts import devices
from pelatihan.desk import pin, prepare
from pelatihan.models import Angkatan, Device, Session
from pelatihan.models.device import MOST_UNSENT
from pelatihan.web.limits import Limit
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration
from tests.pelatihan.accounts.people import PASSWORD, a_user, attempt

pytestmark = pytest.mark.django_db
PIN = "472915"


@pytest.fixture
def session() -> Session:
    """Under way now, in a batch that has a PIN."""
    now = timezone.now()
    made = SessionFactory(angkatan__starts_on=timezone.localdate(now), starts_at=now, ends_at=now + timedelta(hours=1))
    pin.make(made.angkatan, PIN, user=UserFactory(role="panitia"), at=now)
    return made


@pytest.fixture
def user() -> User:
    return a_user("petugas", "petugas-uji")


@pytest.fixture
def phone(session, user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_ready(client: Client, batch: Angkatan, **edits):
    wish = {"label": "Ponsel meja 1", "pin": PIN, **edits}
    return client.post(reverse("prepare", args=[batch.slug]), wish, content_type="application/json")


def say(client: Client, batch: Angkatan, **said):
    return client.post(reverse("device_said", args=[batch.slug]), said, content_type="application/json")


def fetch(client: Client, batch: Angkatan):
    return client.get(reverse("copy", args=[batch.slug]), headers={"Accept": "application/json"})


def send(client: Client, session: Session):
    """One scan that cannot be read: what matters is who may send it."""
    address = reverse("record", args=[session.angkatan.slug, session.pk])
    return client.post(address, {"scans": [{"id": None}]}, content_type="application/json")


def stranger_with(client: Client) -> Client:
    """A browser that has nothing but the device's cookie: the session is over."""
    other = Client()
    other.cookies[devices.cookie_name()] = client.cookies[devices.cookie_name()].value
    return other


# ---- Making ready --------------------------------------------------------------------------------


def test_device_gets_a_token_and_what_its_copy_is_locked_with(phone, session, user):
    answer = make_ready(phone, session.angkatan)
    device = Device.objects.get()
    told = answer.json()
    assert set(told) == {"key", "salt", "rounds", "label"}
    assert (told["key"], told["rounds"] >= 600_000) == (str(device.key), True)
    assert (device.label, device.user, device.angkatan) == ("Ponsel meja 1", user, session.angkatan)
    cookie = answer.cookies[devices.cookie_name()]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert device.token_hash == devices.hashed(cookie.value)
    assert cookie.value not in (answer.content.decode(), device.token_hash)


def test_cookie_is_for_https_alone_where_there_is_https(phone, session, settings):
    assert not make_ready(phone, session.angkatan).cookies[devices.cookie_name()]["secure"]
    settings.SESSION_COOKIE_SECURE = True
    assert make_ready(phone, session.angkatan).cookies[devices.cookie_name()]["secure"]


def test_every_device_has_a_salt_of_its_own(phone, session):
    assert make_ready(phone, session.angkatan).json()["salt"] != make_ready(phone, session.angkatan).json()["salt"]


def test_token_stands_for_the_log_in_afterwards(phone, session):
    make_ready(phone, session.angkatan)
    alone = stranger_with(phone)
    assert send(alone, session).status_code == 200
    assert fetch(alone, session.angkatan).json()["slug"] == session.angkatan.slug


def test_made_ready_again_it_is_the_same_device_with_another_token(phone, session):
    make_ready(phone, session.angkatan)
    before = stranger_with(phone)
    make_ready(phone, session.angkatan, label="Laptop lobi")
    assert Device.objects.get().label == "Laptop lobi"
    assert send(before, session).status_code == 401
    assert send(stranger_with(phone), session).status_code == 200


@pytest.mark.parametrize(
    ("edits", "field", "sentence"),
    [
        ({"label": ""}, "label", "Tulis nama perangkat"),
        ({"label": " \u200b\n "}, "label", "Tulis nama perangkat"),
        ({"label": 7}, "label", "Tulis nama perangkat"),
        ({"label": "a" * 300}, "label", "paling banyak 60 huruf"),
        ({"pin": "999998"}, "pin", "tidak cocok"),
        ({"pin": ""}, "pin", "tidak cocok"),
        ({"pin": "9" * 100_000}, "pin", "tidak cocok"),
        ({"pin": 472915}, "pin", "6 sampai 12 angka"),
        ({"pin": None}, "pin", "6 sampai 12 angka"),
        ({"pin": ["472915"]}, "pin", "6 sampai 12 angka"),
        ({"pin": "472915\ud800"}, "pin", "6 sampai 12 angka"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(phone, session, edits, field, sentence):
    answer = make_ready(phone, session.angkatan, **edits)
    assert (answer.status_code, answer.json()["error"]) == (400, field)
    assert sentence in answer.json()["message"]
    assert not Device.objects.exists()
    assert devices.cookie_name() not in answer.cookies


def test_name_with_markup_is_a_name(phone, session):
    make_ready(phone, session.angkatan, label="<script>alert(1)</script>\nlobi")
    assert Device.objects.get().label == "<script>alert(1)</script> lobi"
    page = phone.get(reverse("prepare", args=[session.angkatan.slug])).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize("body", ["[]", "null", "{", '"x"', "[" * 100_000])
def test_body_that_is_no_wish_is_refused(phone, session, body):
    answer = phone.post(reverse("prepare", args=[session.angkatan.slug]), body, content_type="application/json")
    assert answer.status_code == 400


def test_form_without_a_script_is_told_what_is_missing(phone, session):
    answer = phone.post(reverse("prepare", args=[session.angkatan.slug]), {"label": "x", "pin": PIN}, follow=True)
    assert "memerlukan JavaScript" in answer.content.decode()
    assert not Device.objects.exists()


def test_pin_tried_too_often_is_answered_with_until_when(phone, session):
    answers = [make_ready(phone, session.angkatan, pin="999998") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert "PIN meja terlalu sering salah" in answers[-1].json()["message"]
    assert int(answers[-1]["Retry-After"]) > 800
    assert make_ready(phone, session.angkatan).status_code == 429


def test_one_account_makes_no_thousand_devices_ready(phone, session, monkeypatch):
    monkeypatch.setattr(prepare, "OFTEN", Limit("prepare", 2, 3600))
    answers = [make_ready(phone, session.angkatan).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_without_a_pin_nothing_is_made_ready(phone, session):
    Angkatan.objects.update(desk_pin="", desk_pin_at=None, desk_pin_by=None)
    assert "Mintalah panitia" in make_ready(phone, session.angkatan).json()["message"]


def test_after_the_training_no_device_is_made_ready(phone, session):
    Session.objects.update(starts_at=timezone.now() - timedelta(hours=26), ends_at=timezone.now() - timedelta(hours=25))
    answer = make_ready(phone, session.angkatan)
    assert (answer.status_code, answer.json()["error"]) == (400, "over")


def test_device_of_another_batch_becomes_one_of_this(phone, session):
    make_ready(phone, session.angkatan)
    now = timezone.now()
    other = SessionFactory(
        angkatan=AngkatanFactory(starts_on=timezone.localdate(now)), starts_at=now, ends_at=now + timedelta(hours=1)
    )
    pin.make(other.angkatan, PIN, user=UserFactory(role="panitia"), at=now)
    make_ready(phone, other.angkatan)
    before, after = Device.objects.order_by("pk")
    assert (before.wiped_at is not None, before.user, after.angkatan) == (True, None, other.angkatan)
    assert send(stranger_with(phone), other).status_code == 200


def test_where_one_is_logged_in_scans_of_another_batch_still_go_out(phone, session):
    make_ready(phone, session.angkatan)
    now = timezone.now()
    other = SessionFactory(
        angkatan=AngkatanFactory(starts_on=timezone.localdate(now)), starts_at=now, ends_at=now + timedelta(hours=1)
    )
    assert send(phone, other).status_code == 200
    assert send(stranger_with(phone), other).status_code == 403
    assert fetch(stranger_with(phone), other.angkatan).status_code == 403


# ---- Logging in and out on it --------------------------------------------------------------------


def test_logging_out_silences_it_and_logging_in_gives_it_back(session, user):
    phone = Client()
    attempt(phone, "petugas-uji", PASSWORD)
    make_ready(phone, session.angkatan)
    phone.post(reverse("logout"))
    assert send(stranger_with(phone), session).status_code == 401
    assert Device.objects.get().user is None
    attempt(phone, "petugas-uji", PASSWORD)
    assert send(stranger_with(phone), session).status_code == 200


def test_whoever_logs_in_on_it_is_the_one_it_speaks_for(session, user):
    phone, other = Client(), a_user("panitia", "panitia-uji")
    attempt(phone, "petugas-uji", PASSWORD)
    make_ready(phone, session.angkatan)
    phone.post(reverse("logout"))
    attempt(phone, "panitia-uji", PASSWORD)
    assert Device.objects.get().user == other


def test_it_does_not_speak_for_who_may_not_check_in(session, user):
    phone = Client()
    attempt(phone, "petugas-uji", PASSWORD)
    make_ready(phone, session.angkatan)
    phone.post(reverse("logout"))
    a_user("pemantau", "pemantau-uji")
    attempt(phone, "pemantau-uji", PASSWORD)
    assert Device.objects.get().user is None


def test_it_does_not_speak_for_who_was_there_before_whoever_logs_in(session, user):
    """Nobody logged out: the session was over, and somebody else took the phone."""
    phone = Client()
    attempt(phone, "petugas-uji", PASSWORD)
    make_ready(phone, session.angkatan)
    del phone.cookies[settings.SESSION_COOKIE_NAME]
    a_user("pemantau", "pemantau-uji")
    attempt(phone, "pemantau-uji", PASSWORD)
    assert (send(phone, session).status_code, fetch(phone, session.angkatan).status_code) == (403, 403)


def test_new_password_keeps_this_device_and_ends_the_others(session, user):
    phone, other = Client(), Client()
    for client in (phone, other):
        attempt(client, "petugas-uji", PASSWORD)
        make_ready(client, session.angkatan)
    new = {"old_password": PASSWORD, "new_password1": "lain-sama-sekali-2026", "new_password2": "lain-sama-sekali-2026"}
    phone.post(reverse("password_change"), new)
    assert send(stranger_with(phone), session).status_code == 200
    assert send(stranger_with(other), session).status_code == 401


def test_putting_out_other_devices_ends_their_tokens(session, user):
    phone, lost = Client(), Client()
    for client in (phone, lost):
        attempt(client, "petugas-uji", PASSWORD)
        make_ready(client, session.angkatan)
    phone.post(reverse("account"))
    assert send(stranger_with(phone), session).status_code == 200
    assert send(stranger_with(lost), session).status_code == 401


def test_token_ends_a_day_after_the_last_session(phone, session):
    make_ready(phone, session.angkatan)
    now = timezone.now()
    Session.objects.update(starts_at=now - timedelta(hours=25), ends_at=now - timedelta(hours=24))
    assert send(stranger_with(phone), session).status_code == 401
    Session.objects.update(ends_at=now - timedelta(hours=24) + timedelta(minutes=5))
    assert send(stranger_with(phone), session).status_code == 200


# ---- Revoked -------------------------------------------------------------------------------------


@pytest.fixture
def revoked(phone, session) -> Device:
    make_ready(phone, session.angkatan)
    device = Device.objects.get()
    assert devices.revoke(device, UserFactory(role="panitia"), timezone.now())
    return device


def test_revoked_device_is_refused_at_once_whoever_is_logged_in(phone, session, revoked):
    for client in (phone, stranger_with(phone)):
        for answer in (send(client, session), fetch(client, session.angkatan)):
            assert (answer.status_code, answer.json()["error"]) == (401, "revoked")


def test_revoked_device_is_told_so_and_nothing_else(phone, session, revoked):
    told = say(stranger_with(phone), session.angkatan, unsent=3).json()
    assert set(told) == {"revoked", "known", "now"}
    assert told["revoked"] is True
    assert Device.objects.get().unsent == 3


def test_once_it_has_wiped_itself_a_log_in_hands_in_what_waits(phone, session, revoked):
    answer = say(phone, session.angkatan, wiped=True)
    assert answer.cookies[devices.cookie_name()].value == ""
    kept = Device.objects.get()
    assert (kept.wiped_at is not None, kept.user, kept.copied_at) == (True, None, None)
    assert send(phone, session).status_code == 200
    assert send(Client(), session).status_code == 401


def test_token_that_was_kept_is_nobodys_after_wiping(phone, session, revoked):
    thief = stranger_with(phone)
    say(phone, session.angkatan, wiped=True)
    assert send(thief, session).json()["error"] == "login_required"


def test_logging_in_does_not_give_a_revoked_device_its_voice_back(session, user):
    phone = Client()
    attempt(phone, "petugas-uji", PASSWORD)
    make_ready(phone, session.angkatan)
    phone.post(reverse("logout"))
    devices.revoke(Device.objects.get(), user, timezone.now())
    attempt(phone, "petugas-uji", PASSWORD)
    assert Device.objects.get().user is None
    assert send(phone, session).json()["error"] == "revoked"


def test_revoked_device_made_ready_again_is_another(phone, session, revoked):
    make_ready(phone, session.angkatan)
    before, after = Device.objects.order_by("pk")
    assert (before.revoked_at is not None, after.revoked_at) == (True, None)
    assert send(stranger_with(phone), session).status_code == 200


def test_revoking_while_it_is_made_ready_again_has_the_last_word(phone, session, user):
    make_ready(phone, session.angkatan)
    known = devices.Known(Device.objects.get(), user)
    devices.revoke(known.device, user, timezone.now())
    known.device.revoked_at = None  # as it was read before
    devices.make_ready(known, session.angkatan, "Ponsel", user, timezone.now())
    assert Device.objects.get().revoked_at is not None


def test_revoking_twice_names_the_first(phone, session, revoked, user):
    assert not devices.revoke(revoked, user, timezone.now())
    assert Device.objects.get().revoked_by != user


# ---- What it says of itself ----------------------------------------------------------------------


def test_device_tells_what_waits_and_from_when_its_copy_is(phone, session, django_assert_num_queries):
    make_ready(phone, session.angkatan)
    copied_at = timezone.now() - timedelta(minutes=3)
    alone = stranger_with(phone)
    with django_assert_num_queries(2):
        told = say(alone, session.angkatan, unsent=7, copied_at=copied_at.isoformat(), battery=0.4).json()
    device = Device.objects.get()
    assert (device.unsent, device.copied_at) == (7, copied_at)
    assert (told["revoked"], told["known"]) == (False, True)


@pytest.mark.parametrize(
    ("unsent", "kept"), [(-1, 0), (10**20, MOST_UNSENT), (True, 5), ("9", 5), (None, 5), (2.5, 5), ([], 5), (0, 0)]
)
def test_what_cannot_be_is_not_believed(phone, session, unsent, kept):
    make_ready(phone, session.angkatan)
    Device.objects.update(unsent=5)
    assert say(phone, session.angkatan, unsent=unsent).status_code == 200
    assert Device.objects.get().unsent == kept


@pytest.mark.parametrize("moment", ["", "kemarin", 7, None, "0000-01-01T00:00:00Z", "2019-03-11T08:00:00"])
def test_moment_that_cannot_be_read_is_left_out(phone, session, moment):
    make_ready(phone, session.angkatan)
    assert say(phone, session.angkatan, copied_at=moment).status_code == 200
    assert Device.objects.get().copied_at is None


def test_copy_from_tomorrow_is_one_of_now(phone, session):
    make_ready(phone, session.angkatan)
    say(phone, session.angkatan, copied_at=(timezone.now() + timedelta(days=1)).isoformat())
    kept = Device.objects.get().copied_at
    assert kept is not None
    assert kept <= timezone.now()


def test_emptied_device_speaks_no_longer(phone, session):
    make_ready(phone, session.angkatan)
    alone = stranger_with(phone)
    say(alone, session.angkatan, wiped=True)
    assert send(alone, session).status_code == 401


def test_browser_that_is_no_device_learns_the_time(phone, session):
    told = say(phone, session.angkatan, unsent=3).json()
    assert (told["revoked"], told["known"]) == (False, False)
    assert not Device.objects.exists()


def test_strangers_learn_nothing(session):
    assert say(Client(), session.angkatan).status_code == 401
    watcher = Client()
    watcher.force_login(UserFactory(role="pemantau"))
    assert say(watcher, session.angkatan).status_code == 403
    forged = Client()
    forged.cookies[devices.cookie_name()] = str(uuid.uuid4())
    assert say(forged, session.angkatan).status_code == 401


def test_device_says_nothing_by_a_foreign_page(phone, session):
    make_ready(phone, session.angkatan)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[devices.cookie_name()] = phone.cookies[devices.cookie_name()].value
    assert say(strict, session.angkatan, wiped=True).status_code == 403


# ---- The page ------------------------------------------------------------------------------------


def page_of(client: Client, session: Session) -> str:
    return client.get(reverse("prepare", args=[session.angkatan.slug])).content.decode()


def test_page_says_what_it_needs_without_a_script(phone, session):
    page = page_of(phone, session)
    assert "Halaman ini memeriksa perangkat dengan JavaScript" in page
    assert page.count("Belum diperiksa") == 7


def test_page_knows_what_changed_since_the_copy(phone, session):
    make_ready(phone, session.angkatan)
    say(phone, session.angkatan, copied_at=timezone.now().isoformat())
    a_registration(session.angkatan, at=timezone.now())
    assert 'data-changed="1"' in page_of(phone, session)


def test_page_asks_for_another_preparing_once_the_pin_is_another(phone, session):
    make_ready(phone, session.angkatan)
    assert "PIN meja sudah diganti" not in page_of(phone, session)
    pin.make(session.angkatan, "836104", user=UserFactory(role="panitia"), at=timezone.now())
    assert "PIN meja sudah diganti" in page_of(phone, session)


def test_page_says_who_makes_the_pin(phone, session, client_of):
    Angkatan.objects.update(desk_pin="", desk_pin_at=None, desk_pin_by=None)
    assert "Mintalah panitia membuatnya" in page_of(phone, session)
    assert "Buat PIN meja</a>" in page_of(client_of("panitia"), session)


@pytest.mark.parametrize("people", [1, 4])
def test_page_asks_the_same_queries_for_many(phone, session, people, django_assert_num_queries):
    for _ in range(people):
        a_registration(session.angkatan)
        SessionFactory(angkatan=session.angkatan)
    page_of(phone, session)
    with django_assert_num_queries(4):
        page_of(phone, session)
