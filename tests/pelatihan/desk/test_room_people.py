"""The page "Hadir lewat kode ruangan": who came in by which phone; striking, and letting count again."""

import re
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from pelatihan.attendance import writer
from pelatihan.models import Angkatan, AttendanceEvent, Registration
from tests.factories import SessionFactory, a_registration
from tests.pelatihan.attendance.test_own_phone import by_phone
from tests.pelatihan.desk.test_self_check_in import text
from tests.pelatihan.door import at

pytestmark = pytest.mark.django_db
REASON = "Tidak ada di ruangan"


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(at("08.40"), tick=False):
        yield


def address(door) -> str:
    return reverse("room_people", args=[door.session.angkatan.slug, door.session.pk])


def people_of(door, *names: str) -> list[Registration]:
    return [a_registration(door.session.angkatan, name=name) for name in names]


def entered(door, phone: str, *names: str) -> list[AttendanceEvent]:
    return [by_phone(door.session, one, "08.00", phone).event for one in people_of(door, *names)]


def send(client: Client, door, *events: AttendanceEvent, act: str = "coret", reason: str = REASON, page=None):
    page = page or client.get(address(door))
    seen = dict(re.findall(r'name="(lihat-[0-9a-f-]+)" value="([^"]*)"', page.content.decode()))
    sent = {"pilih": [str(one.pk) for one in events], "alasan": reason, act: "1"}
    return client.post(address(door), seen | sent, follow=True)


def test_phones_with_several_people_come_first(door, organiser):
    entered(door, "a" * 32, "Alfa Satu")
    entered(door, "b" * 32, "Bravo Satu", "Bravo Dua", "Bravo Tiga", "Bravo Empat")
    page = text(organiser.get(address(door)))
    assert "Hadir lewat kode ruangan: 4" in page
    assert "Ponsel 1: 4 orang Bravo Satu" in page
    assert "Ponsel ini sudah mencatat tiga orang, jadi tidak dicatat." in page
    assert page.index("Bravo Empat") < page.index("Satu ponsel, satu orang") < page.index("Alfa Satu")


def test_nobody_yet(door, organiser):
    door.scan(people_of(door, "Siti Rahmawati")[0], "08.00")
    page = text(organiser.get(address(door)))
    assert "Belum ada yang hadir lewat kode ruangan" in page
    assert "Siti" not in page


def test_who_is_struck_is_out_with_the_reason_and_who_gave_it(door, organiser):
    first, second, third = entered(door, "b" * 32, "Bravo Satu", "Bravo Dua", "Bravo Tiga")
    page = text(send(organiser, door, second, third))
    assert "Dicoret: 2 orang." in page
    assert page.count("Dicoret oleh Rina Kartika pukul 08.40: “Tidak ada di ruangan”") == 2
    assert [door.state(one.registration) for one in (first, second, third)] == ["present", None, None]
    assert writer.rebuild(door.session) == 0


def test_struck_by_mistake_counts_again_at_its_time(door, organiser):
    (event,) = entered(door, "a" * 32, "Alfa Satu")
    send(organiser, door, event)
    page = text(send(organiser, door, event, act="hitung", reason=""))
    assert "Dihitung lagi: 1 orang." in page
    assert "Dipertahankan oleh Rina Kartika pukul 08.40" in page
    assert door.session.attendances.get().first_at == at("08.00")


def test_fourth_of_a_phone_is_let_count(door, organiser):
    *_, fourth = entered(door, "b" * 32, "Bravo Satu", "Bravo Dua", "Bravo Tiga", "Bravo Empat")
    refused = AttendanceEvent.objects.get(kind="refusal")
    assert refused.pk == fourth.pk
    send(organiser, door, refused, act="hitung", reason="")
    assert door.state(refused.registration) == "present"


@pytest.mark.parametrize("act", ["coret", "hitung"])
def test_what_is_so_already_changes_nothing(door, organiser, act):
    (event,) = entered(door, "a" * 32, "Alfa Satu")
    if act == "coret":
        send(organiser, door, event)
    before = AttendanceEvent.objects.count()
    assert "Tidak ada yang berubah" in text(send(organiser, door, event, act=act))
    assert AttendanceEvent.objects.count() == before


@pytest.mark.parametrize(
    ("chosen", "reason", "said"),
    [
        (False, REASON, "Centang dulu siapa yang dimaksud."),
        (True, "  ", "Tulis alasan mencoretnya."),
        (True, "x" * 301, "Alasan paling banyak 300 huruf."),
    ],
)
def test_what_is_missing_is_said_and_what_was_sent_stays(door, organiser, chosen, reason, said):
    (event,) = entered(door, "a" * 32, "Alfa Satu")
    page = send(organiser, door, *([event] if chosen else []), reason=reason)
    assert said in text(page)
    assert (f'value="{event.pk}" checked' in page.content.decode()) is chosen
    assert AttendanceEvent.objects.count() == 1


def test_two_organisers_on_one_person(door, organiser, client_of):
    (event,) = entered(door, "a" * 32, "Alfa Satu")
    mine = organiser.get(address(door))
    send(client_of("panitia"), door, event, reason="Sudah pulang")
    page = text(send(organiser, door, event, act="hitung", page=mine))
    assert "Alfa Satu: Sementara halaman ini terbuka, sudah dicoret oleh Rina Kartika" in page
    assert door.state(event.registration) is None


def test_events_of_elsewhere_are_not_touched(door, organiser, person):
    scan = door.scan(person, "08.00").event
    other = SessionFactory(angkatan=door.session.angkatan, hour=9)
    elsewhere = by_phone(other, person, "09.00").event
    assert "Belum ada yang hadir lewat kode ruangan" in text(organiser.get(address(door)))
    send(organiser, door, scan, elsewhere)
    assert AttendanceEvent.objects.filter(kind="strike").count() == 0
    organiser.post(address(door), {"pilih": ["x", str(uuid.uuid4())], "alasan": REASON, "coret": "1"})
    assert AttendanceEvent.objects.filter(kind="strike").count() == 0


def test_closed_batch_stays_as_it_is(door, organiser):
    (event,) = entered(door, "a" * 32, "Alfa Satu")
    Angkatan.objects.update(closed_at=at("08.30"))
    assert "sudah ditutup" in text(send(organiser, door, event))
    assert door.state(event.registration) == "present"


def test_only_organisers_see_it(door, officer, client_of):
    assert officer.get(address(door)).status_code == 403
    assert client_of("pemantau").get(address(door)).status_code == 403


def test_session_of_another_batch_is_not_found(door, organiser):
    other = SessionFactory()
    assert organiser.get(reverse("room_people", args=[door.session.angkatan.slug, other.pk])).status_code == 404


def test_one_and_many_rows_ask_as_much(door, organiser, django_assert_max_num_queries):
    entered(door, "a" * 32, "Alfa Satu")
    with django_assert_max_num_queries(8) as few:
        organiser.get(address(door))
    for number in range(8):
        entered(door, f"{number:032}", "Bravo Satu", "Bravo Dua")
    with django_assert_max_num_queries(len(few)):
        page = text(organiser.get(address(door)))
    assert page.count("Bravo") == 16


def test_pages_of_many_phones(door, organiser, monkeypatch):
    monkeypatch.setattr("pelatihan.desk.room_people.A_PAGE", 2)
    for number in range(3):
        entered(door, f"{number:032}", f"Orang {'abc'[number]}")
    assert "Halaman 1 dari 2" in text(organiser.get(address(door)))
    assert "Orang c" in text(organiser.get(address(door) + "?hal=2"))
    assert "Orang c" in text(organiser.get(address(door) + "?hal=99"))


def test_struck_is_no_late_arrival(door, organiser):
    (event,) = entered(door, "a" * 32, "Alfa Satu")
    send(organiser, door, event)
    late = reverse("late", args=[door.session.angkatan.slug])
    assert "Belum ada kiriman susulan" in text(organiser.get(late))
    assert "Alfa Satu" not in text(organiser.get(late + "?lihat=diputuskan"))
