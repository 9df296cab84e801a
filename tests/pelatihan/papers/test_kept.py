"""What is kept of a print: which sheets, whose rows, in digests; the latest of each, and nothing personal."""

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection

from ormas.models import Delegate
from pelatihan.models import Angkatan, Printed, Registration, Session
from pelatihan.papers import kept
from tests.factories import NOON, AngkatanFactory, SessionFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db
SHEET = "/panitia/2019-ii/cetak/daftar-hadir.pdf"
RECAP = "/panitia/2019-ii/cetak/rekap.pdf"


@pytest.fixture
def angkatan() -> Angkatan:
    batch = AngkatanFactory(number=2, capacity=60)
    for number in range(3):
        a_registration(batch, name=f"Peserta {'abc'[number]}", phone="+6281200000101")
    return batch


@pytest.fixture
def sessions(angkatan) -> list[Session]:
    return [SessionFactory(angkatan=angkatan, day=day, hour=hour) for day, hour in ((0, 8), (0, 10), (1, 8))]


@pytest.fixture
def organiser(client, sessions):
    client.force_login(UserFactory(role="panitia", username="panitia"))
    return client


def printed(client, address=SHEET, at=NOON, **wish):
    with time_machine.travel(at, tick=False):
        assert client.get(address, wish).status_code == 200
    return list(Printed.objects.all())


def test_each_sheet_of_a_file_is_kept_with_its_rows(organiser, angkatan, sessions):
    rows = list(angkatan.registrations.expected().sorted_by_ormas().values_list("pk", flat=True))
    made = printed(organiser)

    assert [(one.kind, one.session, one.day, one.at, one.by.username) for one in made] == [
        ("session", session, None, NOON, "panitia") for session in sessions
    ]
    assert {tuple(key for key, _digest in one.rows) for one in made} == {tuple(rows)}
    assert [one.pages[0] for one in made] == [3, 3, 3]


def test_sheets_of_days_and_the_recap_are_kept(organiser, sessions):
    printed(organiser, bentuk="harian")
    made = printed(organiser, RECAP)

    assert [(one.kind, one.session, one.day, one.part) for one in made] == [
        ("day", None, date(2019, 3, 11), 1),
        ("day", None, date(2019, 3, 12), 1),
        ("recap", None, None, 1),
    ]


def test_each_table_of_a_long_day_is_kept(organiser, angkatan):
    for hour in range(11, 20):
        SessionFactory(angkatan=angkatan, hour=hour)

    made = printed(organiser, bentuk="harian", hari="2019-03-11")

    assert [(one.day, one.part) for one in made] == [(date(2019, 3, 11), 1), (date(2019, 3, 11), 2)]


def test_pages_are_those_of_the_typesetter(organiser, angkatan, sessions):
    for number in range(30):
        a_registration(angkatan, name=f"Orang {'abcdefghij'[number % 10]}")

    made = printed(organiser, sesi=sessions[0].pk)[0]

    assert len(made.rows) == made.pages[-1] == 33
    assert len(made.pages) == 2
    assert 15 < made.pages[0] < 33


def test_latest_print_of_a_sheet_takes_the_place_of_the_one_before(organiser, sessions):
    before = printed(organiser)
    Printed.objects.update(settled={"head": "", "rows": []}, settled_at=NOON, settled_by=before[0].by)
    later = NOON + timedelta(hours=1)

    made = printed(organiser, at=later, sesi=sessions[1].pk, kertas="a4", urut="nama", hp="1")

    assert [one.pk for one in made] == [one.pk for one in before]
    assert [(one.at, one.asked, one.settled_at) for one in made] == [
        (NOON, "", NOON),
        (later, "kertas=a4&urut=nama&hp=1", None),
        (NOON, "", NOON),
    ]
    assert made[1].settled is None


def test_a_hundred_prints_are_as_many_rows_as_there_are_sheets(organiser, monkeypatch):
    for minute in range(3):
        printed(organiser, at=NOON + timedelta(minutes=minute))

    assert Printed.objects.count() == 3


@pytest.mark.parametrize("wish", [{"lembar": "kosong", "hari": "2019-03-11"}, {"lembar": "kosong"}, {"halaman": "1"}])
def test_blank_sheets_and_single_pages_are_not_kept(organiser, wish):
    assert printed(organiser, **wish) == []


def test_looking_whether_it_is_there_prints_nothing(organiser):
    assert organiser.head(SHEET).status_code == 200
    assert not Printed.objects.exists()


def test_paper_that_was_refused_is_not_kept(organiser, full_queue):
    assert organiser.get(SHEET).status_code == 503
    assert not Printed.objects.exists()


def test_paper_comes_even_when_it_cannot_be_noted(organiser, monkeypatch, caplog):
    def broken(*_args, **_options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    monkeypatch.setattr(Printed.objects, "bulk_create", broken)
    response = organiser.get(SHEET)

    assert response.content.startswith(b"%PDF")
    assert "A print was not noted: DataError" in caplog.text


def test_nothing_personal_is_kept(organiser, angkatan):
    person = angkatan.registrations.first()
    Registration.objects.filter(pk=person.pk).update(name="Togar Simanjuntak", position="Bendahara")
    Delegate.objects.update(phone="+6281234567890")

    made = printed(organiser, hp="1")

    words = json.dumps([[one.rows, one.asked, one.head, one.pages] for one in made])
    assert not [word for word in ("Togar", "Bendahara", "1234567890", "4567-890") if word in words]
    assert all(len(digest) == kept.LENGTH for one in made for _key, digest in one.rows)


def test_digests_are_keyed(organiser, settings):
    first = printed(organiser)[0].rows
    settings.SECRET_KEY = "another"

    with time_machine.travel(NOON, tick=False):
        organiser.force_login(UserFactory(role="panitia"))
    second = printed(organiser)[0].rows

    assert [key for key, _digest in first] == [key for key, _digest in second]
    assert not {digest for _key, digest in first} & {digest for _key, digest in second}


@pytest.mark.parametrize("pages", ["0", "-1", "2-3", "1,", "x", "1,,2", "1000", ",".join(["1"] * 200), "１"])
def test_unreadable_page_comes_back_with_a_sentence(organiser, pages):
    response = organiser.get(SHEET, {"halaman": pages})

    assert response.status_code == 400
    assert "Nomor lembar ini tidak terbaca. Tulis seperti 2 atau 2,3." in response.content.decode()


# ---- The table -----------------------------------------------------------------------------------


def a_print(angkatan, **changes):
    usual = {"kind": "recap", "head": "x", "rows": [], "pages": [0], "at": NOON, "by": UserFactory()}
    return Printed(angkatan=angkatan, **(usual | changes))


def test_of_one_sheet_there_is_one_row(angkatan):
    a_print(angkatan).save()

    with pytest.raises(IntegrityError, match="one_print_a_sheet"):
        a_print(angkatan).save()


@pytest.mark.parametrize("wrong", [{"kind": "session"}, {"kind": "day"}, {"day": date(2019, 3, 11)}, {"kind": "x"}])
def test_sheet_is_of_a_session_a_day_or_all(angkatan, wrong):
    with pytest.raises(IntegrityError, match="print_is_of_a_session_a_day_or_all"):
        a_print(angkatan, **wrong).save()


def test_who_says_that_it_was_replaced_is_named(angkatan):
    with pytest.raises(IntegrityError, match="settled_print_names_its_clerk"):
        a_print(angkatan, settled={"head": "x", "rows": []}, settled_at=NOON).save()


def test_print_goes_with_its_session(organiser, sessions):
    printed(organiser)
    sessions[0].delete()

    assert Printed.objects.count() == 2
