"""Programs that fill in every field, or within a second, write nothing; people lose one press of a button at most."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from ormas.models import Delegate
from pelatihan.models import Registration, Tries
from pelatihan.registration.pages import blank_form
from pelatihan.web import robots
from pelatihan.web.robots import FILLED, TOO_FAST, PeopleForm, seconds_since, stamp
from tests.factories import NOON, InvitationFactory
from tests.pelatihan.registration.test_register import address, errors, filled, words

pytestmark = pytest.mark.django_db
LEAST = 3


@pytest.fixture(autouse=True)
def clock(settings):
    settings.LEAST_SECONDS = LEAST
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def invitation():
    return InvitationFactory(angkatan__number=2, ormas__name="Himpunan Contoh Jakarta")


def stamp_on(response) -> str:
    (found,) = re.findall(r'name="shown_at" value="([^"]+)"', words(response))
    return found


def is_hidden(response) -> bool:
    return re.search(r'<div class="field field-spare">.*?name="situs"[^>]* tabindex="-1"', words(response)) is not None


def opened(client, invitation) -> str:
    return stamp_on(client.get(address(invitation)))


def send(client, invitation, shown_at: str | list[str] | None, **changes):
    """The form with that stamp; without any for ``None``."""
    own = {} if shown_at is None else {"shown_at": shown_at}
    return client.post(address(invitation), filled(invitation, **own, **changes))


def wrote_nothing() -> bool:
    return not (Registration.objects.exists() or Delegate.objects.exists() or Tries.objects.exists())


# ---- The least time ------------------------------------------------------------------------------


def test_who_takes_the_time_notices_nothing(client, invitation, clock):
    shown_at = opened(client, invitation)
    clock.shift(LEAST)

    assert send(client, invitation, shown_at).status_code == 302
    assert Registration.objects.count() == 1


def test_form_sent_too_fast_comes_back_with_everything_and_goes_through_by_the_next_press(client, invitation, clock):
    shown_at = opened(client, invitation)
    clock.shift(LEAST - 0.01)

    back = send(client, invitation, shown_at, nickname="Bu Siti", agrees_photo="on")

    assert (back.status_code, TOO_FAST in errors(back)) == (200, True)
    assert 'value="Siti Rahmawati"' in words(back)
    assert 'value="Bu Siti"' in words(back)
    assert re.search(r'name="agrees_photo"[^>]* checked', words(back))
    assert is_hidden(back)
    assert "no-store" in back["Cache-Control"]
    assert wrote_nothing()
    assert send(client, invitation, stamp_on(back)).status_code == 302  # at once


def test_same_stamp_is_old_enough_later(client, invitation, clock):
    """Who goes back to the first page instead of pressing again."""
    shown_at = opened(client, invitation)
    assert TOO_FAST in errors(send(client, invitation, shown_at))
    clock.shift(LEAST)

    assert send(client, invitation, shown_at).status_code == 302


@pytest.mark.parametrize("pause", [timedelta(days=1), timedelta(days=400)])
def test_page_left_open_for_long_is_taken(client, invitation, clock, pause):
    shown_at = opened(client, invitation)
    type(invitation.angkatan).objects.update(closes_at=None, starts_on="2021-03-11", ends_on="2021-03-13", year=2021)
    clock.shift(pause)

    assert send(client, invitation, shown_at).status_code == 302


def test_who_has_something_to_mend_is_not_told_of_time(client, invitation):
    back = send(client, invitation, opened(client, invitation), name="", phone="0812")

    assert "Ada 2 isian yang perlu diperbaiki" in errors(back)
    assert TOO_FAST not in words(back)
    assert send(client, invitation, stamp_on(back)).status_code == 302


def test_too_fast_and_unknown_ormas_is_about_the_ormas(client, invitation):
    back = send(client, invitation, opened(client, invitation), ormas="", ormas_typed="Perkumpulan Lain")

    assert "Kami belum menemukan ormas ini." in errors(back)
    assert TOO_FAST not in words(back)


FORGED = {
    "missing": lambda: None,
    "empty": lambda: "",
    "of another salt": lambda: Signer(salt="other").sign("1550000000000"),
    "unsigned": lambda: "1550000000000",
    "signed by hand": lambda: "1550000000000:" + "A" * 43,
    "earlier than signed": lambda: re.sub(r"^\d", "0", stamp(timezone.now())),
    "of a time to come": lambda: stamp(timezone.now() + timedelta(hours=1)),
    "of no time": lambda: Signer(salt=robots.SALT).sign("kemarin"),
    "with NUL": lambda: "\0",
    "long": lambda: "9" * 10_000,
    "emoji": lambda: "😀",
}


@pytest.mark.parametrize("which", FORGED)
def test_stamp_that_is_not_ours_counts_as_too_fast(client, invitation, which):
    back = send(client, invitation, FORGED[which]())

    assert (back.status_code, TOO_FAST in errors(back)) == (200, True)
    assert wrote_nothing()
    assert send(client, invitation, stamp_on(back)).status_code == 302


@pytest.mark.parametrize("which", FORGED)
def test_stamp_that_is_not_ours_was_shown_no_time_ago(which):
    assert seconds_since(FORGED[which]() or "") <= 0


def test_stamp_of_another_site_key_counts_as_too_fast(client, invitation, settings, clock):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SECRET_KEY", "kunci lain")
        shown_at = stamp(timezone.now())
    clock.shift(LEAST)

    assert TOO_FAST in errors(send(client, invitation, shown_at))
    assert wrote_nothing()


def test_list_of_stamps_is_read_as_its_last(client, invitation, clock):
    good = opened(client, invitation)
    clock.shift(LEAST)

    assert TOO_FAST in errors(send(client, invitation, [good, "x"]))
    assert send(client, invitation, ["x", good]).status_code == 302


def test_double_tap_within_a_second_and_then_again_is_one_registration(client, invitation):
    form = filled(invitation, shown_at=opened(client, invitation))
    backs = [client.post(address(invitation), form) for _ in range(2)]
    again = [client.post(address(invitation), form | {"shown_at": stamp_on(back)}) for back in backs]

    assert [answer.status_code for answer in again] == [302, 302]
    assert Registration.objects.count() == 1


def test_stamp_tells_milliseconds(clock):
    shown_at = stamp(timezone.now())
    clock.shift(2.5)

    assert seconds_since(shown_at) == pytest.approx(2.5, abs=0.002)


def test_time_is_switched_off_by_setting(client, invitation, settings):
    settings.LEAST_SECONDS = 0

    assert send(client, invitation, None).status_code == 302


# ---- The field that stays empty ------------------------------------------------------------------


def test_nobody_sees_the_empty_field(client, invitation):
    page = client.get(address(invitation))

    assert is_hidden(page)
    assert ">Kosongkan isian ini</label>" in words(page)


@pytest.mark.parametrize("typed", ["https://contoh.id", "0", "\0", "😀", "x" * 10_000, ["", "x"]])
def test_form_with_the_empty_field_filled_comes_back_and_shows_it_emptied(client, invitation, clock, typed):
    shown_at = opened(client, invitation)
    clock.shift(LEAST)

    back = send(client, invitation, shown_at, situs=typed)

    assert (back.status_code, f"Kosongkan isian ini: {FILLED}" in errors(back)) == (200, True)
    assert 'href="#id_situs"' in words(back)
    assert '<div class="field">' in re.split('<label[^>]*for="id_situs"', words(back))[0][-400:]  # seen, in Tab's way
    (control,) = re.findall(r'<input[^>]*name="situs"[^>]*>', words(back))
    assert "tabindex" not in control
    assert "value" not in control
    assert 'aria-describedby="id_situs_error"' in control
    assert 'value="Siti Rahmawati"' in words(back)
    assert wrote_nothing()
    assert send(client, invitation, stamp_on(back)).status_code == 302


def test_spaces_are_nothing(client, invitation, clock):
    shown_at = opened(client, invitation)
    clock.shift(LEAST)

    assert send(client, invitation, shown_at, situs="  ").status_code == 302


def test_filled_and_too_fast_is_told_once(client, invitation):
    back = send(client, invitation, opened(client, invitation), situs="x")

    assert (FILLED in errors(back), TOO_FAST in words(back)) == (True, False)


# ---- One form drawn for all ----------------------------------------------------------------------


def test_each_visitor_of_the_shared_form_has_a_stamp_of_its_own(client, invitation, clock):
    blank_form._kept.clear()
    first = client.get(address(invitation))
    clock.shift(60)
    second = Client().get(address(invitation))

    assert [seconds_since(stamp_on(page)) for page in (first, second)] == pytest.approx([60, 0], abs=0.002)
    tokens = [re.findall(r'name="token" value="([^"]+)"', words(page)) for page in (first, second)]
    assert tokens[0] != tokens[1]


# ---- Beside a page of rows -----------------------------------------------------------------------


def test_it_stands_alone_beside_other_forms(clock):
    shown = PeopleForm()
    clock.shift(LEAST)

    assert PeopleForm({"shown_at": shown["shown_at"].value()}).is_valid()
    assert not PeopleForm({}).is_valid()
    assert not PeopleForm({"shown_at": shown["shown_at"].value(), "situs": "x"}).is_valid()
    assert PeopleForm({}, prefix="orang").add_prefix("situs") == "orang-situs"
