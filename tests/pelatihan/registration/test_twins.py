"""Who may be the same person: shown to whoever decides."""

from datetime import timedelta
from typing import Any

import pytest

from pelatihan.lifecycle import Status
from pelatihan.registration import twins as module
from pelatihan.registration.twins import twins
from tests.factories import NOON, AngkatanFactory, a_registration

pytestmark = pytest.mark.django_db
ADI: dict[str, Any] = {"name": "Adi Nugroho", "phone": "+6281234567890"}


def test_same_name_or_same_number_whatever_became_of_them_newest_first():
    one = a_registration(AngkatanFactory(), **ADI)
    by_name = a_registration(AngkatanFactory(), Status.REJECTED, name="ADI nugroho", at=NOON + timedelta(hours=1))
    by_phone = a_registration(one.angkatan, phone=ADI["phone"], at=NOON + timedelta(hours=2))
    a_registration(one.angkatan)

    assert [(twin.registration, twin.why) for twin in twins(one)] == [
        (by_phone, "nomor HP dipakai bersama"),
        (by_name, "nama sama"),
    ]


def test_same_in_both_is_said():
    one = a_registration(AngkatanFactory(), **ADI)
    a_registration(AngkatanFactory(), **ADI)

    assert [twin.why for twin in twins(one)] == ["nama dan nomor HP sama"]


def test_people_of_other_years_are_none():
    one = a_registration(AngkatanFactory(), **ADI)
    a_registration(AngkatanFactory(year=2018), **ADI)

    assert twins(one) == []


def test_people_without_a_number_share_none():
    one, other = (a_registration(AngkatanFactory(), name=name, phone="") for name in ("Adi", "Budi"))

    assert twins(one) == twins(other) == []


def test_many_are_cut_and_read_at_once(django_assert_num_queries):
    batch = AngkatanFactory()
    people = [a_registration(batch, name="Adi Nugroho", at=NOON + timedelta(hours=hour)) for hour in range(12)]

    with django_assert_num_queries(4):  # the person, the batch, the numbers, the twins
        found = twins(people[0])
        assert {(one.registration.angkatan.name, one.registration.ormas is None) for one in found} == {
            (batch.name, False)
        }
    assert [one.registration for one in found] == people[:1:-1][: module.MOST_TWINS]
    assert module.MOST_TWINS == 10
