"""One text to many: whom it is for, what is shown before anything goes out, the result, and stopping."""

import re
import uuid
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from pelatihan.jobs import running
from pelatihan.models import Angkatan, Job, Mailing, Message, MessageKind, Registration
from tests.factories import NOON, AngkatanFactory, SessionFactory, UserFactory
from tests.pelatihan.messaging.samples import a_contact, somebody

NEW = reverse("admin:mailing_new")
BODY = "Yth. {nama},\n\nBerangkat dari Balai Kota: {tautan}."
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory(capacity=200)


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def filled(batch: Angkatan, **fields: Any) -> dict[str, Any]:
    return {
        "angkatan": batch.pk, "kind": "reminder", "statuses": ["accepted"], "ormas": "", "attendance": "",
        "subject": "Pengingat", "body": BODY, "key": str(uuid.uuid4()),
    } | fields  # fmt: skip


def send(client: Client, data: dict[str, Any], expected: int) -> Any:
    return client.post(NEW, data | {"kirim": "1", "expected": str(expected)}, follow=True)


# ---- Who -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "code"), [("verifikator", 200), ("admin", 200), ("panitia", 403), ("pemantau", 403)])
def test_only_who_sends_messages_sends_to_many(as_role, batch, role, code):
    client = as_role(role)
    somebody(batch)

    assert client.get(NEW).status_code == code
    assert send(client, filled(batch), 1).status_code == code
    assert Mailing.objects.exists() == (code == 200)


@pytest.mark.parametrize("missing", ["send_message", "view_contact", "view_code", "view_link"])
def test_each_of_the_four_rights_is_needed(batch, missing):
    client, user = Client(), UserFactory()
    rights = {"enter_admin", "send_message", "view_contact", "view_code", "view_link"} - {missing}
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)

    assert client.get(NEW).status_code == 403
    assert client.post(NEW, filled(batch)).status_code == 403


# ---- Choosing --------------------------------------------------------------------------------------


def test_first_page_offers_the_reminder_of_the_next_batch(verifier, batch):
    page = verifier.get(NEW)

    form = page.context["form"]
    assert form["angkatan"].value() == batch.pk
    assert (form["kind"].value(), form["statuses"].value()) == ("reminder", ["accepted"])
    assert "Kami tunggu kehadiran Anda" in form["body"].value()


@pytest.mark.parametrize(
    ("ready", "kind"),
    [("tanpa-utusan", "no_delegates"), ("tempat", "place_changed"), ("bebas", "free"), ("bohong", "reminder")],
)
def test_ready_choices(verifier, batch, ready, kind):
    assert verifier.get(NEW, {"pakai": ready, "angkatan": batch.slug}).context["form"]["kind"].value() == kind


def test_without_any_batch_there_is_nobody(verifier):
    assert "Belum ada angkatan" in words(verifier.get(NEW))
    assert verifier.post(NEW, {}).status_code == 200


def test_count_ways_and_three_real_people_are_shown_first(verifier, batch):
    somebody(batch, name="Adi Nugraha", email="adi@contoh.id")
    somebody(batch, name="Maria Magdalena Ratnaningsih")
    somebody(batch, name="Budi")
    lost = somebody(batch, name="Citra Hilang")
    lost.delegate.phone = ""
    lost.delegate.save()

    page = verifier.post(NEW, filled(batch))

    ways = page.context["ways"]
    assert (ways.total, ways.by_mail, ways.by_whatsapp, ways.nowhere) == (4, 1, 2, 1)
    assert [sample.whom.partition(",")[0] for sample in page.context["samples"]] == [
        "Adi Nugraha", "Maria Magdalena Ratnaningsih", "Budi",
    ]  # fmt: skip
    html = words(page)
    assert "Yth. Adi Nugraha," in html
    assert "Belum ada yang dikirim" in html
    assert "Citra Hilang" in html
    assert "Kirim ke 3 orang" in html
    assert not Mailing.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"statuses": []}, "Pilih sedikitnya satu status."),
        ({"attendance": "hadir"}, "Pilih sesinya juga."),
        ({"body": "Halo {bohong}"}, "tidak dikenal"),
        ({"body": ""}, "Tulis isi pesan"),
        ({"body": BODY + "x" * 2001}, "paling banyak 2.000 huruf"),
        ({"body": BODY + "\0"}, "Ada tanda yang tidak terbaca"),
        ({"subject": ""}, "Tulis judul pesan"),
        ({"kind": "free", "body": "Tulis kabar Anda di sini."}, "Ganti “Tulis kabar Anda di sini.”"),
        ({"statuses": ["waitlisted"]}, "Tidak ada yang cocok"),
        ({"ormas": "x" * 101}, "100"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_sent(verifier, batch, fields, sentence):
    somebody(batch)

    answer = send(verifier, filled(batch, **fields), 1)

    assert sentence in words(answer)
    assert not Mailing.objects.exists()


def test_hostile_values_are_answered(verifier, batch):
    other = SessionFactory()
    somebody(batch)
    for fields in (
        {"kind": "accepted"}, {"kind": "\0"}, {"statuses": ["bohong"]}, {"attendance": "bohong"}, {"session": other.pk},
        {"session": "9" * 30}, {"angkatan": "9" * 30}, {"angkatan": "²"}, {"key": "bohong"}, {"ormas": "\0"},
        {"attendance": "hadir", "session": other.pk}, {"expected": "-1"}, {"expected": "x"},
    ):  # fmt: skip
        for button in ("periksa", "teks", "ubah", "kirim"):
            assert verifier.post(NEW, filled(batch, **fields) | {button: "1"}).status_code in (200, 302), fields


def test_batch_that_is_off_gets_nothing(verifier, batch):
    somebody(batch)
    Angkatan.objects.update(cancelled_at=NOON, cancel_reason="Gedung")

    assert "tidak ada yang dikirimi lagi" in words(send(verifier, filled(batch), 1))
    assert not Mailing.objects.exists()


def test_one_goes_back_with_all_that_was_typed(verifier, batch):
    somebody(batch)

    form = verifier.post(NEW, filled(batch, ormas="Contoh") | {"ubah": "1"}).context["form"]

    assert (form["body"].value(), form["ormas"].value()) == (BODY, "Contoh")


def test_sessions_are_those_of_the_chosen_batch(verifier, batch):
    other = AngkatanFactory()
    session = SessionFactory(angkatan=other, title="Sesi di sana")

    page = verifier.post(NEW, filled(other) | {"teks": "1"})

    assert session.title in words(page)
    assert page.context["form"]["body"].value() == BODY


def test_attendance_narrows(verifier, batch):
    session = SessionFactory(angkatan=batch)
    somebody(batch)

    assert "Tidak ada yang cocok" in words(verifier.post(NEW, filled(batch, attendance="hadir", session=session.pk)))
    assert verifier.post(NEW, filled(batch, attendance="belum")).context["ways"].total == 1


# ---- Sending ---------------------------------------------------------------------------------------


def test_confirmed_it_goes_to_all_by_a_job(verifier, batch):
    somebody(batch, name="Adi")

    answer = send(verifier, filled(batch), 1)

    sending = Mailing.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("admin:mailing", args=[sending.pk])
    assert (sending.kind, sending.body, sending.angkatan) == ("reminder", BODY, batch)
    assert Job.objects.get().shown_at == answer.redirect_chain[-1][0]
    assert "Pesan sedang ditulis" in words(answer)
    running.carry_out(sending.pk)
    assert "Sisanya dikirim dengan tangan lewat WhatsApp" in words(verifier.get(answer.redirect_chain[-1][0]))


def test_pressing_twice_is_one_mailing(verifier, batch):
    somebody(batch)
    data = filled(batch)

    first, second = send(verifier, data, 1), send(verifier, data, 1)

    assert Mailing.objects.count() == Job.objects.count() == 1
    assert first.redirect_chain == second.redirect_chain


def test_pressing_again_later_is_still_the_same_mailing(verifier, batch):
    person = somebody(batch)
    data = filled(batch)
    send(verifier, data, 1)
    Registration.objects.filter(pk=person.pk).update(status="submitted")
    somebody(batch), somebody(batch)

    send(verifier, data, 1)

    assert Mailing.objects.count() == 1


def test_when_others_are_meant_by_now_one_is_asked_again(verifier, batch):
    somebody(batch)
    somebody(batch)

    answer = send(verifier, filled(batch), 1)

    assert "tadi 1, sekarang 2" in told(answer)[0]
    assert not Mailing.objects.exists()


def test_same_reminder_before_is_told(verifier, batch):
    somebody(batch)
    send(verifier, filled(batch), 1)

    assert "Pesan yang sama sudah dikirim ke angkatan ini" in words(verifier.post(NEW, filled(batch)))


def test_organisations_without_delegates(verifier, batch):
    contact = a_contact(batch)
    body = "Yth. {penerima}, daftarkan utusan: {tautan}"
    data = filled(batch, kind="no_delegates", statuses=[], body=body)
    assert "Kirim ke 1 ormas" in words(verifier.post(NEW, data))

    send(verifier, data, 1)
    running.carry_out(Mailing.objects.get().pk)

    assert Message.objects.get().invitation == contact


# ---- The result ------------------------------------------------------------------------------------


def test_stopped_the_rest_stays_unsent_and_says_so(verifier, batch):
    for _ in range(3):
        somebody(batch)
    send(verifier, filled(batch), 3)
    sending = Mailing.objects.get()
    running.carry_out(sending.pk)
    first = sending.messages.order_by("pk").first()
    assert first
    verifier.post(reverse("admin:message_by_hand", args=[first.pk]), {"tindakan": "kirim"})
    stop = reverse("admin:mailing_stop", args=[sending.pk])

    answer = verifier.post(stop, follow=True)

    assert "2 pesan yang belum terkirim tidak dikirim" in told(answer)[0]
    html = words(answer)
    assert "1 dari 3 terkirim" in html
    assert "Dihentikan Rabu, 20 Februari 2019" in html
    assert "Tidak dikirim 2" in html
    assert "Hentikan yang belum terkirim" not in html
    assert "sudah dihentikan" in told(verifier.post(stop, follow=True))[0]
    assert verifier.get(stop).status_code == 302


def test_result_names_whom_it_did_not_reach(verifier, batch):
    person = somebody(batch, name="Citra Hilang")
    person.delegate.phone = ""
    person.delegate.save()
    somebody(batch)
    send(verifier, filled(batch), 2)
    running.carry_out(Mailing.objects.get().pk)

    html = words(verifier.get(reverse("admin:mailing", args=[Mailing.objects.get().pk])))

    assert "Citra Hilang" in html
    assert "Tidak ada nomor HP dan surel." in html


@pytest.mark.parametrize(("role", "code"), [("verifikator", 200), ("panitia", 403)])
def test_only_who_sends_sees_and_stops(as_role, batch, role, code):
    somebody(batch)
    send(as_role("admin"), filled(batch), 1)
    sending, client = Mailing.objects.get(), as_role(role)

    assert client.get(reverse("admin:mailing", args=[sending.pk])).status_code == code
    assert client.post(reverse("admin:mailing_stop", args=[sending.pk]), follow=True).status_code == code
    sending.refresh_from_db()
    assert (sending.stopped_at is not None) == (code == 200)


def test_missing_mailing_is_told_as_missing(verifier):
    assert verifier.get(reverse("admin:mailing", args=[uuid.uuid4()])).status_code == 404
    assert verifier.post(reverse("admin:mailing_stop", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"statuses": ["accepted", "waitlisted"]}, "Peserta berstatus Diterima, Cadangan."),
        ({"statuses": ["accepted"], "attendance": "belum"}, "Peserta berstatus Diterima, belum pernah hadir."),
        ({"statuses": ["accepted"], "ormas": "PC1"}, "Peserta berstatus Diterima, ormas “PC1”."),
    ],
)
def test_result_says_whom_it_was_for(verifier, batch, chosen, sentence):
    sending = Mailing.objects.create(
        angkatan=batch, kind=MessageKind.FREE, subject="S", body="B", chosen=chosen, author=UserFactory(), at=NOON
    )

    assert sentence in words(verifier.get(reverse("admin:mailing", args=[sending.pk])))


def test_pages_cost_the_same_for_more_people(verifier, batch, django_assert_max_num_queries):
    def more(count: int) -> None:
        for _ in range(count):
            somebody(batch)

    more(4)
    verifier.post(NEW, filled(batch))
    with django_assert_max_num_queries(30) as few:
        verifier.post(NEW, filled(batch))
    more(6)
    with django_assert_max_num_queries(30) as many:
        verifier.post(NEW, filled(batch))

    assert len(many) == len(few)
