"""The page "Izinkan masuk atas tanggung jawab Anda?"."""

import uuid

import pytest
import time_machine
from django.urls import reverse

from pelatihan.attendance import sessions
from pelatihan.models import AttendanceEvent, Registration
from tests.factories import SessionFactory, a_registration
from tests.pelatihan.desk.test_walk_in_page import words
from tests.pelatihan.door import at

pytestmark = pytest.mark.django_db
LETTER = "014/PGIW/III/2019"


@pytest.fixture(autouse=True)
def _eight_o_clock():
    with time_machine.travel(at("08.00"), tick=False):
        yield


@pytest.fixture
def rejected(door) -> Registration:
    return a_registration(door.session.angkatan, "rejected", name="Yosef Mofu")


def address(door, person) -> str:
    return reverse("let_in", args=[door.session.angkatan.slug, door.session.pk, person.ref])


def post(client, door, person, **fields):
    sent = {"id": str(uuid.uuid4()), "why": "surat", "words": LETTER} | fields
    return client.post(address(door, person), sent, follow=True)


def test_page_shows_who_and_why_not(door, organiser, rejected):
    page = words(organiser.get(address(door, rejected)))
    assert "Tidak dicatat Yosef Mofu" in page
    assert "Ditolak Rabu, 20 Februari 2019 oleh Rina Kartika: “Bukan pengurus”" in page
    assert "Tercatat atas nama Rina Kartika pukul 08.00. Statusnya tetap “Ditolak”" in page


def test_letting_in_is_answered_by_the_desk(door, organiser, rejected):
    answer = post(organiser, door, rejected)
    assert "Tercatat pukul 08.00, atas tanggung jawab. Statusnya tetap Ditolak" in words(answer)
    assert (door.state(rejected), Registration.objects.get().status) == ("present", "rejected")
    assert AttendanceEvent.objects.get().reason == "Membawa surat tugas asli: 014/PGIW/III/2019"


@pytest.mark.parametrize(
    ("why", "kept"), [("pejabat", "Disetujui pejabat: 014/PGIW/III/2019"), ("lain", "014/PGIW/III/2019")]
)
def test_reason_is_kept_in_words(door, organiser, rejected, why, kept):
    post(organiser, door, rejected, why=why, words=f"  {LETTER} ")
    assert AttendanceEvent.objects.get().reason == kept


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": ""}, "Tulis keterangannya"),
        ({"words": "surat"}, "Tulis sedikitnya 10 huruf"),
        ({"words": "x" * 201}, "Tulis paling banyak 200 huruf"),
        ({"words": "surat tugas\0"}, "Ada tanda yang tidak terbaca"),
        ({"why": ""}, "Pilih salah satu alasan"),
        ({"why": "karangan"}, "Pilih salah satu alasan"),
    ],
)
def test_without_a_reason_nobody_is_let_in(door, organiser, rejected, wrong, said):
    assert said in words(post(organiser, door, rejected, **wrong))
    assert not AttendanceEvent.objects.exists()


def test_pressed_twice_is_once(door, organiser, rejected):
    key = str(uuid.uuid4())
    pages = [words(post(organiser, door, rejected, id=key)) for _ in range(2)]
    assert all("Hadir Yosef Mofu" in page for page in pages)
    assert AttendanceEvent.objects.count() == 1


def test_only_who_may_finds_the_way_and_the_page(door, officer, organiser, rejected):
    record = reverse("record", args=[door.session.angkatan.slug, door.session.pk])
    found = {}
    for name, client in (("officer", officer), ("organiser", organiser)):
        page = client.post(record, {"id": str(uuid.uuid4()), "ref": str(rejected.ref)}, follow=True)
        found[name] = f'href="{address(door, rejected)}"' in page.content.decode()
        assert "Tidak dicatat" in words(page)
    assert found == {"officer": False, "organiser": True}
    refused = officer.get(address(door, rejected))
    assert (refused.status_code, "atas tanggung jawabnya" in words(refused)) == (403, True)


def test_who_may_enter_is_simply_recorded(door, organiser, person):
    page = organiser.get(address(door, person))
    assert "Boleh masuk" in words(page)
    assert f'name="ref" value="{person.ref}"' in page.content.decode()


def test_who_is_in_already_is_shown_so(door, organiser, rejected):
    post(organiser, door, rejected)
    assert "sudah tercatat: Hadir pukul 08.00" in words(organiser.get(address(door, rejected)))


def test_who_gave_way_to_another_registration_is_that_one(door, organiser, person):
    gone = a_registration(door.session.angkatan, "cancelled", name="Siti R")
    Registration.objects.filter(pk=gone.pk).update(counts_for=person)
    assert "Boleh masuk Siti Rahmawati" in words(organiser.get(address(door, gone)))


def test_closed_session_is_said_and_the_wish_waits(door, organiser, rejected):
    sessions.close(door.session, at=at("07.55"))
    assert "Sesi ini sudah ditutup." in words(organiser.get(address(door, rejected)))
    assert "Sesi sudah ditutup" in words(post(organiser, door, rejected))
    assert AttendanceEvent.objects.waiting_for_decision().exists()


def test_nobody_of_another_batch_is_found(door, organiser):
    stranger = a_registration(SessionFactory().angkatan, "rejected")
    assert organiser.get(address(door, stranger)).status_code == 404
    assert organiser.post(address(door, stranger)).status_code == 404
