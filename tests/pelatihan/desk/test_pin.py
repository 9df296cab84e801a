"""The desk's PIN: which ones are taken, and how often one may be guessed."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import hashers
from django.db import IntegrityError
from django.utils import timezone

from pelatihan.desk import pin
from pelatihan.models import Angkatan
from pelatihan.web.limits import Limit, TooMany
from tests.factories import AngkatanFactory, UserFactory

pytestmark = pytest.mark.django_db
PIN = "472915"


@pytest.fixture
def organiser():
    return UserFactory(role="panitia")


@pytest.fixture
def batch(organiser) -> Angkatan:
    batch = AngkatanFactory()
    pin.make(batch, PIN, user=organiser, at=timezone.now())
    return batch


def wrong(batch, user, times: int, browser: str = "a") -> list[str]:
    """What comes of so many wrong tries."""
    told = []
    for _ in range(times):
        try:
            pin.check(batch, "999998", user, browser)
        except (pin.Refused, TooMany) as refusal:
            told.append(type(refusal).__name__)
    return told


@pytest.mark.parametrize("typed", ["", "12345", "1234567890123", "12345a", "123 456", "١٢٣٤٥٦", "-12345", "²³⁴⁵⁶⁷"])
def test_pin_is_six_to_twelve_digits(typed):
    with pytest.raises(pin.Refused, match="6 sampai 12 angka"):
        pin.check_new(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("000000", "123456", "654321", "890123", "246802", "112233", "00112233"),
        *("121212", "123123", "12341234", "1212121", "987654321"),
    ],
)
def test_what_is_tried_first_is_refused(typed):
    with pytest.raises(pin.Refused, match="terlalu mudah ditebak"):
        pin.check_new(typed)


@pytest.mark.parametrize("typed", [PIN, "123465", "112234", "900210", "123124", "104729104730", "1122344"])
def test_other_numbers_are_taken(typed):
    pin.check_new(typed)


def test_pin_is_kept_as_passwords_are(batch, organiser):
    kept = Angkatan.objects.get()
    assert hashers.identify_hasher(kept.desk_pin)
    assert kept.desk_pin_by == organiser
    assert PIN not in kept.desk_pin


def test_pin_that_is_refused_changes_nothing(batch, organiser):
    before = batch.desk_pin
    with pytest.raises(pin.Refused):
        pin.make(batch, "111111", user=organiser, at=timezone.now())
    assert Angkatan.objects.get().desk_pin == before


def test_database_takes_no_pin_as_it_was_typed(batch):
    with pytest.raises(IntegrityError, match="desk_pin_is_hashed"):
        Angkatan.objects.update(desk_pin=PIN)


def test_database_wants_to_know_who_made_the_pin(batch):
    with pytest.raises(IntegrityError, match="desk_pin_names_who_made_it"):
        Angkatan.objects.update(desk_pin_by=None)


def test_right_pin_passes_however_often(batch, organiser):
    for _ in range(pin.PERSON.most + 1):
        pin.check(batch, PIN, organiser, "a")


def test_wrong_pin_is_told_so(batch, organiser):
    with pytest.raises(pin.Refused, match="tidak cocok"):
        pin.check(batch, "472916", organiser, "a")


def test_batch_has_sixty_tries_whoever_makes_them():
    assert (pin.BROWSER.most, pin.PERSON.most, pin.BATCH.most) == (5, 15, 60)


def test_without_a_pin_one_is_told_whom_to_ask(organiser):
    with pytest.raises(pin.Refused, match="panitia membuatnya di halaman Perangkat"):
        pin.check(AngkatanFactory(), PIN, organiser, "a")


def test_thousand_tries_are_stopped_without_a_look_at_the_pin(batch, monkeypatch):
    user, looked = UserFactory(role="petugas"), []
    monkeypatch.setattr(pin, "check_password", lambda *_: looked.append(1))
    told = wrong(batch, user, 1_000)
    assert told == ["Refused"] * 5 + ["TooMany"] * 995
    assert len(looked) == 5


def test_right_pin_does_not_pass_once_too_many_were_wrong(batch):
    user = UserFactory(role="petugas")
    wrong(batch, user, 5)
    with pytest.raises(TooMany, match=r"terlalu sering salah.* 15 menit lagi, sampai pukul"):
        pin.check(batch, PIN, user, "a")
    with time_machine.travel(timezone.now() + timedelta(seconds=pin.QUARTER + 1)):
        pin.check(batch, PIN, user, "a")


def test_slips_in_one_browser_do_not_stop_another(batch, organiser):
    wrong(batch, organiser, 9)
    pin.check(batch, PIN, organiser, "b")


def test_one_account_has_fifteen_tries_wherever_it_is_logged_in(batch, organiser):
    told = [name for browser in "abcd" for name in wrong(batch, organiser, 5, browser)]
    assert told == ["Refused"] * 15 + ["TooMany"] * 5
    with pytest.raises(TooMany):
        pin.check(batch, PIN, organiser, "e")


def test_what_one_limit_refuses_the_others_do_not_count(batch, organiser):
    wrong(batch, organiser, 30)
    assert pin.PERSON.count(f"{batch.pk} {organiser.pk}") == 5
    assert pin.BATCH.count(str(batch.pk)) == 5


def test_slips_in_one_batch_do_not_stop_another(batch, organiser):
    other = AngkatanFactory()
    pin.make(other, PIN, user=organiser, at=timezone.now())
    wrong(batch, organiser, 9)
    pin.check(other, PIN, organiser, "a")


def test_many_who_guess_together_stop_each_other(batch, organiser, monkeypatch):
    monkeypatch.setattr(pin, "BATCH", Limit("desk-pin-batch", 10, pin.QUARTER))
    for browser in "bc":
        wrong(batch, UserFactory(role="petugas"), 5, browser)
    with pytest.raises(TooMany):
        pin.check(batch, PIN, organiser, "a")
