"""Staff decide what was asked for, mark what a fix is asked of, and find answers at the head of the queue."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from pelatihan.accounts.actor import CONTACT, DELEGATE
from pelatihan.admin import verification, wishes
from pelatihan.admin.start import waiting_work
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, ChangeRequest, Correction, Registration
from pelatihan.registration import changes, requests, writer
from pelatihan.registration.application import Person
from tests.factories import NOON, AngkatanFactory, UserFactory, a_person, a_registration, clerk

pytestmark = pytest.mark.django_db
LIST = reverse("admin:pelatihan_registration_changelist")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def verifier(as_role):
    return as_role("verifikator")


def somebody(angkatan=None, status=Status.ACCEPTED, **person) -> Registration:
    fields = {"name": "Siti Rahmawati", "position": "Anggota"} | person
    return a_registration(angkatan or AngkatanFactory(), status, **fields)


def wanting(registration, **edits) -> Person:
    return Person(**vars(Person.of(registration)) | edits)


def asking(registration=None, **edits) -> ChangeRequest:
    """Somebody accepted who asks for another name, and whatever else."""
    one = registration or somebody()
    wish = wanting(one, **{"name": "Siti Rachmawati"} | edits)
    request = requests.mend(one, wish, actor=DELEGATE, at=NOON, reason="Sesuai KTP").request
    assert request is not None
    return request


def page_of(client, registration):
    return client.get(reverse("admin:pelatihan_registration_change", args=[registration.pk]))


def answered(client, request, **data):
    address = reverse("admin:pelatihan_registration_request", args=[request.registration_id, request.pk])
    return client.post(address, data, follow=True)


# ---- Deciding what was asked for -----------------------------------------------------------------


def test_page_shows_before_and_after(verifier):
    request = asking(position="Ketua")

    html = " ".join(page_of(verifier, request.registration).content.decode().split())

    assert "2 perubahan menunggu keputusan Anda" in html
    assert "<del>Siti Rahmawati</del>" in html
    assert "<ins>Siti Rachmawati</ins>" in html
    assert "<ins>Ketua</ins>" in html
    assert "“Sesuai KTP”" in html
    assert html.count('name="fields" value="name" checked') == 1


def test_ticked_ones_are_granted(verifier):
    request = asking(position="Ketua")

    page = answered(verifier, request, fields=["name"], reason="Jabatan menurut SK tetap.", grant="ya")

    one = Registration.objects.get()
    assert (one.name, one.position) == ("Siti Rachmawati", "Anggota")
    assert "permintaan disetujui (Nama lengkap)." in page.content.decode()


def test_refusing_part_owes_a_reason_and_keeps_the_ticks(verifier):
    request = asking(position="Ketua")

    html = answered(verifier, request, fields=["name"], reason=" ", grant="ya").content.decode()

    assert "Tulis alasannya: peserta dan ormasnya membaca" in html
    assert 'aria-invalid="true" autofocus' in html
    assert 'value="name" checked' in html
    assert 'value="position" checked' not in html
    assert Registration.objects.get().name == "Siti Rahmawati"


def test_refusal_keeps_everything(verifier):
    request = asking()

    answered(verifier, request, reason="KTP tidak cocok.", refuse="ya")

    request.refresh_from_db()
    assert (request.state, request.note) == ("refused", "KTP tidak cocok.")
    assert not Correction.objects.exists()


def test_pressed_twice_grants_once(verifier):
    request = asking()
    answered(verifier, request, fields=["name"], grant="ya")

    page = answered(verifier, request, fields=["name"], grant="ya")

    assert Correction.objects.count() == 1
    assert "sudah berstatus Disetujui oleh Rina Kartika" in page.content.decode()


@pytest.mark.parametrize("button", ["grant", "refuse"])
def test_nothing_is_decided_that_the_page_did_not_show(verifier, button):
    one = somebody()
    request = asking(one)
    seen = re.search(r'name="seen" value="(\w+)"', page_of(verifier, one).text)
    assert seen
    asking(one, name="Nama Orang Lain")  # while the clerk reads

    page = answered(verifier, request, fields=["name"], reason="Cocok", seen=seen[1], **{button: "ya"}).text

    one.refresh_from_db()
    request.refresh_from_db()
    assert (one.name, request.state) == ("Siti Rahmawati", "waiting")
    assert "Permintaan ini baru saja diubah pemohonnya" in page
    assert "Nama Orang Lain" in page
    again = re.search(r'name="seen" value="(\w+)"', page)
    assert again
    answered(verifier, request, fields=["name"], reason="Cocok", seen=again[1], **{button: "ya"})
    request.refresh_from_db()
    assert request.state == ("granted" if button == "grant" else "refused")


def test_next_who_asks_comes_up(verifier):
    batch = AngkatanFactory()
    first, second = asking(somebody(batch)), asking(somebody(batch))
    asking()  # of another batch

    page = answered(verifier, first, fields=["name"], grant="ya")

    assert page.context["registration"] == second.registration


def test_replacement_is_shown_and_granted(verifier):
    one = somebody()
    Angkatan.objects.update(frozen_at=NOON)
    comes = a_person(name="Endang Puspitasari", position="Bendahara")
    request = requests.ask_to_replace(one, comes, actor=CONTACT, at=NOON, reason="Sakit")
    html = page_of(verifier, one).content.decode()
    assert "Minta diganti oleh Endang Puspitasari" in html
    assert "Bendahara" in html

    answered(verifier, request, grant="ya")

    one.refresh_from_db()
    assert (one.status, one.replaced_by.status) == ("replaced", "accepted")


def test_cancellation_is_shown_and_granted(verifier):
    one = somebody()
    Angkatan.objects.update(frozen_at=NOON)
    request = requests.ask_to_cancel(one, actor=CONTACT, at=NOON, reason="Sakit")
    assert "Minta dibatalkan" in page_of(verifier, one).content.decode()

    answered(verifier, request, grant="ya")

    one.refresh_from_db()
    assert one.status == "cancelled"


@pytest.mark.parametrize("role", ["pemantau", "panitia", "petugas"])
def test_who_may_not_decide_does_not(as_role, role):
    request = asking()

    page = answered(as_role(role), request, fields=["name"], grant="ya")

    request.refresh_from_db()
    assert page.status_code == 403
    assert request.state == "waiting"


def test_monitor_reads_without_buttons(as_role):
    request = asking()

    html = page_of(as_role("pemantau"), request.registration).content.decode()

    assert "Siti Rachmawati" in html
    assert "Setujui yang ditandai" not in html


def test_request_of_somebody_else_is_not_there(verifier):
    request, other = asking(), somebody()

    for pk, key in ((other.pk, request.pk), (request.registration_id, uuid.uuid4())):
        address = reverse("admin:pelatihan_registration_request", args=[pk, key])
        assert verifier.post(address, {"grant": "ya", "fields": ["name"]}).status_code == 404


@pytest.mark.parametrize("reason", ["x" * 501, "\x00"])
def test_hostile_answer_decides_nothing(verifier, reason):
    request = asking()

    answered(verifier, request, fields=["name"], reason=reason, grant="ya")

    request.refresh_from_db()
    assert request.state == "waiting"


def test_history_tells_request_and_answer(verifier):
    request = asking()
    requests.refuse(request, actor=clerk(), at=NOON, note="KTP tidak cocok.")

    html = page_of(verifier, request.registration).content.decode()

    assert "Permintaan: Pembetulan, Peserta" in html
    assert "Permintaan: Pembetulan, tidak disetujui, Rina Kartika" in html


# ---- Finding them --------------------------------------------------------------------------------


def test_start_page_counts_them_by_batch():
    batch = AngkatanFactory()
    asking(somebody(batch))
    requests.take_back(asking(somebody(batch)), at=NOON)

    (item,) = waiting_work(NOON, UserFactory(role="verifikator"))
    assert [(task.count, task.what) for task in item.tasks][:1] == [(1, "permintaan peserta atau ormas")]


def test_list_shows_who_asks(verifier):
    batch = AngkatanFactory()
    request = asking(somebody(batch))
    a_registration(batch, name="Budi Contoh")

    found = verifier.get(LIST, {"angkatan": batch.slug, "permintaan": "menunggu"}).context["cl"].result_list

    assert list(found) == [request.registration]


# ---- A fix ---------------------------------------------------------------------------------------


def asked_to_fix(client, registration, **data):
    address = reverse("admin:pelatihan_registration_decide", args=[registration.pk])
    return client.post(address, {"decision": "ask_fix", "reason": "Nama disingkat"} | data, follow=True)


def test_marked_fields_are_kept_with_the_question(verifier):
    one = somebody(status=Status.SUBMITTED)

    asked_to_fix(verifier, one, fields=["position", "name", "x", "<script>"])

    assert one.history.last().fields == ["name", "position"]


def test_marks_survive_a_missing_reason(verifier):
    one = somebody(status=Status.SUBMITTED)

    html = asked_to_fix(verifier, one, fields=["name"], reason="").content.decode()

    assert 'value="name" checked' in html


def test_marks_belong_to_a_fix_alone(verifier):
    one = somebody(status=Status.SUBMITTED)

    asked_to_fix(verifier, one, fields=["name"], decision="accept")

    assert one.history.last().fields == []


def test_answer_comes_first_and_shows_what_changed(verifier):
    batch = AngkatanFactory()
    early = somebody(batch, Status.SUBMITTED, name="Adi")
    one = a_registration(batch, Status.SUBMITTED, name="Siti R.", at=NOON + timedelta(hours=1))
    writer.move(one, Action.ASK_FIX, actor=clerk(), at=NOON, reason="Nama", fields=["name"])
    changes.correct(one, wanting(one, name="Siti Rahmawati"), actor=DELEGATE, at=NOON + timedelta(hours=2))

    html = page_of(verifier, early).content.decode()
    shown = verification.queue(early)
    assert shown.shown == [one, early]
    assert (shown.place, shown.previous) == (2, one)
    assert "Sudah diperbaiki" in html
    html = page_of(verifier, one).content.decode()
    assert "<del>Siti R.</del>" in html
    assert "<ins>Siti Rahmawati</ins>" in html


def test_two_answers_stand_in_the_order_of_answering():
    batch = AngkatanFactory()
    ones = [a_registration(batch, Status.SUBMITTED, at=NOON + timedelta(minutes=n)) for n in range(4)]
    for hour, one in ((2, ones[1]), (1, ones[3])):
        Registration.objects.filter(pk=one.pk).update(answered_at=NOON + timedelta(hours=hour))
        one.refresh_from_db()

    order = [ones[3], ones[1], ones[0], ones[2]]
    assert verification.queue(order[0]).shown == order
    assert [verification.queue(one).place for one in order] == [1, 2, 3, 4]
    following = [verification.following(one, Status.SUBMITTED) for one in order]
    assert following == [*order[1:], order[0]]


def test_old_answer_is_no_news_elsewhere():
    batch = AngkatanFactory()
    ones = [a_registration(batch, Status.WAITLISTED, at=NOON + timedelta(minutes=n)) for n in range(2)]
    Registration.objects.filter(pk=ones[1].pk).update(answered_at=NOON)
    reader = clerk().user
    assert reader is not None

    assert verification.queue(ones[0]).shown == ones
    assert verification.mended(ones[1], reader) == []


# ---- The page of late changes ----------------------------------------------------------------------


def late_page(client, angkatan) -> str:
    html = client.get(reverse("admin:pelatihan_angkatan_late", args=[angkatan.pk])).content.decode()
    return " ".join(html.split())


def test_late_page_lists_what_waits(verifier):
    one = somebody()
    Angkatan.objects.update(frozen_at=NOON)
    comes = a_person(name="Endang Puspitasari", back_title="S.H.")
    requests.ask_to_replace(one, comes, actor=CONTACT, at=NOON, reason="Sakit")
    asking(somebody(one.angkatan, name="Budi Contoh"))

    html = late_page(verifier, one.angkatan)

    assert "2 permintaan belum diputuskan" in html
    assert "menjadi Endang Puspitasari, S.H." in html
    assert "(Nama lengkap)" in html
    assert "narahubung ormas, Rabu, 20 Februari 2019 pukul 12.00 WIB" in html
    assert reverse("admin:pelatihan_registration_change", args=[one.pk]) in html


def test_committee_reads_what_waits_and_decides_nothing(as_role):
    one = somebody()
    Angkatan.objects.update(frozen_at=NOON)
    requests.ask_to_cancel(one, actor=CONTACT, at=NOON, reason="Sakit")

    html = late_page(as_role("panitia"), one.angkatan)

    assert "1 permintaan belum diputuskan" in html
    assert "Putuskan 1 permintaan" not in html
    assert reverse("admin:pelatihan_registration_change", args=[one.pk]) not in html


def test_late_page_shows_the_oldest_and_counts_all(django_assert_num_queries):
    batch = AngkatanFactory(capacity=50)
    for number in range(wishes.MOST_LISTED + 2):
        requests.ask_to_cancel(somebody(batch), actor=CONTACT, at=NOON - timedelta(minutes=number), reason="Sakit")

    with django_assert_num_queries(2):
        listed = wishes.listed(batch)
        assert {row.registration.ormas_name for row in listed.rows}

    assert (len(listed.rows), listed.count) == (wishes.MOST_LISTED, wishes.MOST_LISTED + 2)
    assert [row.at for row in listed.rows] == sorted(row.at for row in listed.rows)
