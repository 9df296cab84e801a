"""The office's own row: what another clock does is said before it is so."""

import pytest
import time_machine
from django.contrib.admin.models import LogEntry

from pelatihan.models import Office
from tests.factories import NOON, SessionFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/pelatihan/office/1/change/"


@pytest.fixture
def committee(as_role):
    Office.objects.get_or_create(pk=1)
    with time_machine.travel(NOON, tick=False):
        yield as_role("panitia")


def sent(zone, **more):
    return {"short_name": "Kesbangpol", "name": "Badan", "zone_label": zone} | more


def test_another_zone_says_what_becomes_of_the_hours(committee):
    SessionFactory(title="Pembukaan")

    asked = committee.post(PAGE, sent("WITA"))

    (error,) = asked.context["adminform"].form.errors["zone_label"]
    assert "semua jam yang tertulis maju 1 jam" in error
    assert "sesi “Pembukaan” pukul 08.00 WIB menjadi pukul 09.00 WITA" in error
    assert Office.objects.get().zone_label == "WIB"


def test_zone_read_about_is_saved_and_the_history_names_it_alone(committee):
    asked = committee.post(PAGE, sent("WITA"))
    agreed = asked.context["adminform"].form["agreed"].value()

    committee.post(PAGE, sent("WITA", agreed=agreed))

    assert Office.objects.get().zone_label == "WITA"
    assert "agreed" not in LogEntry.objects.get().change_message.lower()


def test_agreement_to_one_zone_is_none_to_another(committee):
    committee.post(PAGE, sent("WIT", agreed="WITA"))

    assert Office.objects.get().zone_label == "WIB"


def test_earlier_zone_says_earlier(committee):
    Office.objects.update(zone_label="WIT")

    (error,) = committee.post(PAGE, sent("WIB")).context["adminform"].form.errors["zone_label"]

    assert "mundur 2 jam" in error


def test_other_words_are_saved_at_once(committee):
    committee.post(PAGE, sent("WIB", city="Bogor"))

    assert Office.objects.get().city == "Bogor"
