"""What somebody agrees to: given and taken back on the own page at any time, whatever became of the registration."""

import re
from typing import Any

import pytest
import time_machine

from ormas.models import Delegate
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration
from pelatihan.registration.application import AGREEMENTS
from tests.factories import NOON, AngkatanFactory, a_registration
from tests.pelatihan.registration.test_own_page import opened, somebody, text, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


AGREED: dict[str, Any] = {"agrees_photo": True, "agrees_group": True, "agrees_invite": True}


def agreements(registration) -> list[str]:
    person = Delegate.objects.get(pk=registration.delegate_id)
    return [name for name in AGREEMENTS if getattr(person, name)]


def agree(client, registration, *names, method="post"):
    fields = dict.fromkeys(names, "on")
    return getattr(client, method)(f"{registration.get_absolute_url()}persetujuan/", fields, follow=True)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize(
    "over", [{}, {"frozen_at": NOON}, {"closed_at": NOON}, {"cancelled_at": NOON, "cancel_reason": "Banjir"}]
)
def test_agreement_is_taken_back_at_any_time(client, status, over):
    registration = somebody(status, **AGREED)
    Angkatan.objects.update(**over)
    opened(client, registration)
    before = Registration.objects.values().get(pk=registration.pk)

    assert "Persetujuan Anda sudah disimpan." in text(agree(client, registration, "agrees_group"))
    assert agreements(registration) == ["agrees_group"]
    assert Registration.objects.values().get(pk=registration.pk) == before


def test_what_is_agreed_and_taken_back_is_kept_in_the_history(client):
    registration = somebody(agrees_photo=True, agrees_special_needs=True, special_needs="Kursi roda")
    opened(client, registration)

    agree(client, registration, "agrees_group")
    assert "Tidak ada yang berubah." in text(agree(client, registration, "agrees_group"))

    kept = registration.corrections.values_list("field", "old", "new", "role").order_by("field")
    assert list(kept) == [
        ("agrees_group", "tidak", "ya", "delegate"),
        ("agrees_photo", "ya", "tidak", "delegate"),
        ("agrees_special_needs", "ya", "tidak", "delegate"),
        ("special_needs", "ada", "", "delegate"),
    ]


def test_agreement_form_shows_what_is_agreed(client):
    registration = somebody(agrees_photo=True)
    opened(client, registration)

    html = words(agree(client, registration, method="get"))

    assert re.findall(r'name="(agrees_\w+)"[^>]* checked', html) == ["agrees_photo"]
    assert "agrees_special_needs" not in html


def test_special_needs_go_with_their_consent(client):
    registration = somebody(special_needs="Kursi roda", agrees_special_needs=True, agrees_photo=True)
    earlier = a_registration(AngkatanFactory(year=2018), special_needs="Kursi roda")
    Registration.objects.filter(pk=earlier.pk).update(delegate=registration.delegate)
    opened(client, registration)

    agree(client, registration, "agrees_special_needs")
    assert list(Registration.objects.values_list("special_needs", flat=True)) == ["Kursi roda"] * 2
    agree(client, registration, "agrees_photo")

    assert agreements(registration) == ["agrees_photo"]
    assert list(Registration.objects.values_list("special_needs", flat=True)) == ["", ""]
    assert list(registration.corrections.order_by("pk").values_list("field", "old", "new", "role")) == [
        ("agrees_photo", "ya", "tidak", "delegate"),
        ("agrees_photo", "tidak", "ya", "delegate"),
        ("agrees_special_needs", "ya", "tidak", "delegate"),
        ("special_needs", "ada", "", "delegate"),
    ]


def test_what_is_taken_back_is_taken_back_in_merged_rows(client):
    registration, merged = somebody(**AGREED), a_registration(AngkatanFactory(), Status.CANCELLED, **AGREED)
    stranger = a_registration(AngkatanFactory(), **AGREED)
    Delegate.objects.filter(pk=merged.delegate_id).update(merged_into=registration.delegate)
    opened(client, registration)

    agree(client, registration, "agrees_photo")

    assert [agreements(each) for each in (registration, merged)] == [["agrees_photo"]] * 2
    assert agreements(stranger) == list(AGREED)


def test_agreeing_gives_merged_rows_nothing(client):
    registration, merged = somebody(), a_registration(AngkatanFactory(), Status.CANCELLED)
    Delegate.objects.filter(pk=merged.delegate_id).update(merged_into=registration.delegate)
    opened(client, registration)

    agree(client, registration, "agrees_photo")

    assert [agreements(each) for each in (registration, merged)] == [["agrees_photo"], []]
