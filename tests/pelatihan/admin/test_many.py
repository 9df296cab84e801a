"""All that a list holds, decided together: chosen, planned page by page, carried out by a worker, told, taken back."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from pelatihan.admin import many, pages_of
from pelatihan.jobs import running
from pelatihan.lifecycle import Status
from pelatihan.models import Decision, Job, ReadyReason, Selection
from pelatihan.registration import deciding_many
from tests.factories import NOON, AngkatanFactory, a_registration
from tests.pelatihan.admin.test_deciding import LIST, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    """Above three a worker does it, two at a time; tables show two."""
    monkeypatch.setattr(deciding_many, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(deciding_many, "PART", 2)
    monkeypatch.setattr(pages_of, "SHOWN", 2)
    monkeypatch.setattr(pages_of.cut, "__defaults__", (2,))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=True) as clock:
        yield clock


@pytest.fixture
def batch():
    """Five who wait, in two pages of the list, and one whom nobody can accept."""
    angkatan = AngkatanFactory()
    for n in range(5):
        a_registration(angkatan, Status.SUBMITTED, name=f"Orang {n}", at=NOON + timedelta(minutes=n))
    a_registration(angkatan, Status.REJECTED, name="Zaenuddin", at=NOON + timedelta(hours=1))
    return angkatan


def across(client, batch, action="accept", **more):
    return client.post(
        f"{LIST}?angkatan={batch.slug}", {"action": f"decide_{action}", "index": 0, "select_across": 1} | more
    )


def planned(client, batch, action="accept", **more):
    """The page that says what will happen, and its address."""
    address = across(client, batch, action, **more).url
    return address, client.get(address)


def carried_out(client, batch, action="accept", **sent):
    address, _ = planned(client, batch, action)
    client.post(address, sent)
    job = Job.objects.get()
    running.carry_out(job.pk)
    return job


def standing(batch):
    return list(batch.registrations.order_by("submitted_at").values_list("status", flat=True))


# ---- Choosing ------------------------------------------------------------------------------------


def test_list_longer_than_its_page_offers_all_of_it(verifier, batch, monkeypatch):
    monkeypatch.setattr("pelatihan.admin.registrations.RegistrationAdmin.list_per_page", 4)

    html = verifier.get(LIST, {"angkatan": batch.slug}).content.decode()

    assert "Pilih semua 6 dari saringan ini" in html
    assert "Terima di luar kapasitas" in html  # fits somebody of another page, maybe


def test_list_of_one_page_is_ticked_by_name(verifier, batch):
    assert "select_across" not in verifier.get(LIST, {"angkatan": batch.slug}).content.decode()


def test_list_longer_than_the_most_says_how_many_can_be_decided(verifier, batch, monkeypatch):
    monkeypatch.setattr("pelatihan.admin.registrations.RegistrationAdmin.list_per_page", 4)
    monkeypatch.setattr("pelatihan.admin.registrations.MOST_CHOSEN", 5)

    html = verifier.get(LIST, {"angkatan": batch.slug}).content.decode()

    assert "select_across" not in html
    assert "Paling banyak 5 diputuskan sekaligus; persempit saringannya dulu." in html


def test_one_more_than_the_most_is_refused_in_words(verifier, batch, monkeypatch):
    monkeypatch.setattr(deciding_many, "MOST_CHOSEN", 5)

    answer = verifier.get(across(verifier, batch).url)

    assert said(answer) == [
        "Yang dipilih lebih dari 5 pendaftaran, jadi belum ada yang diputuskan. Persempit saringannya, lalu putuskan"
        " sebagian demi sebagian."
    ]
    assert not Selection.objects.exists()


def test_only_what_the_filter_lets_in_is_chosen(verifier, batch):
    a_registration(AngkatanFactory(), Status.SUBMITTED, name="Orang lain")

    address = verifier.post(
        f"{LIST}?angkatan={batch.slug}&status=submitted", {"action": "decide_accept", "select_across": 1}
    ).url

    assert len(Selection.objects.get(pk=address.split("/")[-2]).ids) == 5


def test_few_are_ticked_by_name_even_when_all_are_chosen(verifier, batch):
    answer = verifier.post(f"{LIST}?angkatan={batch.slug}&status=rejected", {
        "action": "decide_waitlist", "select_across": 1
    })  # fmt: skip

    assert answer.status_code == 200
    assert [one.name for one, _ in answer.context["plan"].cannot] == ["Zaenuddin"]


def test_who_may_not_decide_chooses_nobody(as_role, batch):
    across(as_role("pemantau"), batch)

    assert not Selection.objects.exists()


# ---- Planning ------------------------------------------------------------------------------------


def test_plan_counts_and_shows_a_page_of_each(verifier, batch):
    address, page = planned(verifier, batch)

    assert (len(page.context["plan"].will), len(page.context["plan"].cannot)) == (5, 1)
    assert [one.name for one in page.context["will"].rows] == ["Orang 0", "Orang 1"]
    assert [one.name for one in verifier.get(f"{address}?orang=3").context["will"].rows] == ["Orang 4"]
    assert "Terima 5 orang" in page.content.decode()
    assert standing(batch)[:5] == ["submitted"] * 5


@pytest.mark.parametrize("odd", ["0", "99", "-3", "x", "9" * 30])
def test_pages_that_are_not_there_are_the_nearest(verifier, batch, odd):
    address, _ = planned(verifier, batch)

    assert verifier.get(address, {"orang": odd}).context["will"].number in {1, 3}


def test_choice_of_another_clerk_is_nobody_s_to_see(verifier, as_role, batch):
    address, _ = planned(verifier, batch)

    answer = as_role("verifikator").get(address, follow=True)

    assert said(answer) == [many.GONE]


def test_choice_that_is_gone_says_so(verifier):
    address = reverse("admin:pelatihan_registration_chosen", args=[uuid.uuid4()])

    assert said(verifier.post(address, follow=True)) == [many.GONE]


def test_plan_asks_a_fixed_number_of_questions(verifier, batch, django_assert_max_num_queries):
    address, _ = planned(verifier, batch)
    for n in range(8):
        a_registration(batch, Status.SUBMITTED, name=f"Lagi {n}")
    longer, _ = planned(verifier, batch)

    for page in (address, longer):
        with django_assert_max_num_queries(11):
            verifier.get(page)


# ---- Carrying out --------------------------------------------------------------------------------


def test_worker_decides_all_and_the_result_lists_them_page_by_page(verifier, batch):
    job = carried_out(verifier, batch)

    result = verifier.get(Job.objects.get().shown_at)

    assert standing(batch) == ["accepted"] * 5 + ["rejected"]
    assert (result.context["title"], result.context["shown"].total) == ("Diterima: 5 orang", 5)
    assert [one.name for one, _ in result.context["refused"].rows] == ["Zaenuddin"]
    assert f"angkatan={batch.slug}" in result.context["back"]
    assert job.pk == Decision.objects.get().pk


def test_clerk_is_led_to_the_page_that_shows_how_far_it_is(verifier, batch):
    address, _ = planned(verifier, batch)

    answers = [verifier.post(address), verifier.post(address), verifier.get(address)]

    assert {answer.url for answer in answers} == {reverse("admin:job", args=[Job.objects.get().pk])}


def test_reason_owed_is_asked_for_and_nothing_begins(verifier, batch):
    address, _ = planned(verifier, batch, "reject")

    html = verifier.post(address, {"reason": " "}).content.decode()

    assert "Pilih atau tulis alasan untuk “Tolak”" in html
    assert not Job.objects.exists()


def test_reason_of_the_list_reaches_all(verifier, batch):
    reason = ReadyReason.objects.create(text="Ormasnya lain.", actions=["ask_fix"], fields=["position"])

    carried_out(verifier, batch, "ask_fix", listed=reason.pk)

    changes = Decision.objects.get().changes.values_list("reason", "fields")
    assert {(text, tuple(fields)) for text, fields in changes} == {("Ormasnya lain.", ("position",))}


def test_result_is_there_while_it_is_worked_on(verifier, batch):
    address, _ = planned(verifier, batch)
    verifier.post(address)
    running.carry_out(Job.objects.get().pk, lambda: True)

    page = verifier.get(Job.objects.get().shown_at)

    assert page.context["can_undo"] is False
    assert "Keputusan ini masih dikerjakan." in page.content.decode()
    assert re.search("menunggu giliran, 2 dari 6", page.content.decode())


def test_all_of_it_is_taken_back_by_a_worker(verifier, batch):
    job = carried_out(verifier, batch)
    undo = reverse("admin:pelatihan_registration_undo", args=[job.pk])

    first, second = verifier.post(undo), verifier.post(undo)
    running.carry_out(deciding_many.undo_key(job.pk))

    assert first.url == second.url == reverse("admin:job", args=[deciding_many.undo_key(job.pk)])
    assert standing(batch) == ["submitted"] * 5 + ["rejected"]
    assert verifier.get(job.shown_at).context["title"] == "Diurungkan: 5 orang"


def test_too_late_is_said_and_nothing_is_taken_back(verifier, batch, clock):
    job = carried_out(verifier, batch)
    clock.shift(timedelta(minutes=11))

    answer = verifier.post(reverse("admin:pelatihan_registration_undo", args=[job.pk]), follow=True)

    assert "hanya dapat diurungkan sampai" in said(answer)[0]
    assert standing(batch)[:5] == ["accepted"] * 5


def test_result_of_very_many_stays_a_short_page(verifier, batch, monkeypatch):
    monkeypatch.setattr(many, "SHOWN_OF_RESULT", 2)
    job = carried_out(verifier, batch)

    pages = [verifier.get(job.shown_at, {"orang": number}) for number in (1, 2, 3)]

    assert [[one.name for one in page.context["done"]] for page in pages] == [
        ["Orang 0", "Orang 1"], ["Orang 2", "Orang 3"], ["Orang 4"]
    ]  # fmt: skip
