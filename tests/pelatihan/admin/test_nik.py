"""Staff and a NIK: masked, opened by a right of its own, and whoever opened it stands in the history."""

import uuid
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from pelatihan.models import Registration
from pelatihan.registration import nik
from tests.factories import NOON, AngkatanFactory, InvitationFactory, a_registration
from tests.pelatihan.admin.people import Page

pytestmark = pytest.mark.django_db
WOMAN, MAN = "3171994511850001", "3174991203790002"
MASKED, FULL = "3171••••••••0001", "3171 9945 1185 0001"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def registration() -> Registration:
    made = a_registration(AngkatanFactory(asks_nik=True), "submitted")
    Registration.objects.filter(pk=made.pk).update(**nik.kept(WOMAN))
    made.refresh_from_db()
    return made


def page(registration: Registration, name: str = "change") -> str:
    return reverse(f"admin:pelatihan_registration_{name}", args=[registration.pk])


def test_verifier_sees_it_masked_and_the_list_not_at_all(verifier, registration):
    shown, listed = verifier.get(page(registration)).text, verifier.get("/admin/pelatihan/registration/").text
    assert [MASKED in shown, WOMAN in shown, FULL in shown] == [True, False, False]
    assert [MASKED in listed, WOMAN in listed] == [False, False]


@pytest.mark.parametrize("role", ["pemantau", "panitia", "petugas"])
def test_who_may_not_sees_nothing_of_it_and_opens_it_not(as_role, registration, role):
    client = as_role(role)
    assert [part for part in (MASKED, FULL, WOMAN) if part in client.get(page(registration)).text] == []
    answer = client.post(page(registration, "nik"))
    assert answer.status_code == 403
    assert not LogEntry.objects.exists()


def test_opening_it_is_an_act_that_history_keeps(verifier, registration):
    assert verifier.get(page(registration, "nik")).status_code == 302
    assert not LogEntry.objects.exists()

    answer = verifier.post(page(registration, "nik"))
    assert FULL in answer.text
    assert "no-store" in answer["Cache-Control"]
    entry = LogEntry.objects.get()
    assert (entry.change_message, WOMAN in entry.object_repr) == ("NIK dilihat lengkap", False)
    assert "NIK dilihat lengkap" in verifier.get(page(registration)).text


def test_there_is_nothing_to_open_where_none_is(verifier, registration):
    Registration.objects.update(**nik.kept(""))
    assert verifier.post(page(registration, "nik")).status_code == 302
    assert not LogEntry.objects.exists()
    assert "belum diisi" in verifier.get(page(registration)).text


def test_one_of_a_lost_key_is_told_so(verifier, registration, settings):
    settings.NIK_KEYS = ["n" * 50]
    assert nik.UNREADABLE in verifier.get(page(registration)).text
    assert "kunci yang tidak ada lagi" in verifier.post(page(registration, "nik")).text


def test_clerk_mends_it_and_leaves_it_by_leaving_the_field_empty(verifier, registration):
    form = Page(verifier, page(registration), having="nik")
    form.send(nickname="Ani")
    registration.refresh_from_db()
    assert nik.opened(registration) == WOMAN

    Page(verifier, page(registration), having="nik").send(nik="3174 9912 0379 0002", reason="Salah salin")
    registration.refresh_from_db()
    assert nik.opened(registration) == MAN
    assert MAN not in verifier.get(page(registration)).text


def test_clerk_is_asked_once_about_a_number_that_looks_wrong(verifier, registration):
    form = Page(verifier, page(registration), having="nik")
    assert form.send(nik="9971994511850001").status_code == 200
    form.send()
    registration.refresh_from_db()
    assert nik.opened(registration) == "9971994511850001"


def test_clerk_records_somebody_with_or_without(verifier):
    invitation = InvitationFactory(angkatan__asks_nik=True)
    for name, number in (("Ani Contoh", WOMAN), ("Budi Contoh", "")):
        form = Page(verifier, reverse("admin:pelatihan_registration_add"), having="ormas_text")
        form.send(name=name, ormas=invitation.ormas_id, angkatan=invitation.angkatan_id, nik=number)
    assert [nik.opened(one) for one in Registration.objects.order_by("name")] == [WOMAN, ""]


def test_clerk_who_writes_it_for_a_batch_that_does_not_ask_is_told(verifier):
    asking, other = InvitationFactory(angkatan__asks_nik=True), InvitationFactory()
    form = Page(verifier, reverse("admin:pelatihan_registration_add"), having="ormas_text")
    answer = form.send(name="Ani Contoh", ormas=other.ormas_id, angkatan=other.angkatan_id, nik=WOMAN)
    assert f"{other.angkatan.name} tidak meminta NIK. Kosongkan isian ini." in answer.text
    assert not Registration.objects.exists()
    assert asking.angkatan.asks_nik


def test_clerk_replaces_somebody_with_it(verifier, registration):
    form = Page(verifier, page(registration, "replace"), having="nik")
    form.send(name="Budi Contoh", nik=MAN, reason="Sakit")
    assert nik.opened(Registration.objects.get(replaces=registration)) == MAN


def test_fix_can_ask_for_it_where_the_batch_does(verifier, registration):
    other = a_registration(AngkatanFactory(), "submitted")
    tick = 'name="fields" value="nik"'
    asked = [
        verifier.post(
            reverse("admin:pelatihan_registration_decide", args=[one.pk]),
            {"decision": "ask_fix", f"seen-{one.pk}": "submitted", "key": str(uuid.uuid4())},
        )
        for one in (registration, other)
    ]
    assert [tick in answer.text for answer in asked] == [True, False]


def test_same_one_in_the_batch_is_shown_beside(verifier, registration):
    other = a_registration(registration.angkatan, "submitted", name="Ani Contoh")
    Registration.objects.filter(pk=other.pk).update(**nik.kept(WOMAN))
    assert "NIK sama" in verifier.get(page(registration)).text


def test_batch_is_told_to_ask_for_it(as_role):
    batch: Any = AngkatanFactory()
    form = Page(as_role("panitia"), reverse("admin:pelatihan_angkatan_change", args=[batch.pk]), having="asks_nik")
    form.send(asks_nik="on")
    batch.refresh_from_db()
    assert batch.asks_nik
