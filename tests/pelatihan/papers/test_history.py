"""What was printed, as an organiser meets it: the list, one printing beside the list of now, the file again."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pelatihan.models import Angkatan, Printed, PrintedSheet, Printing, Session
from pelatihan.papers import lying
from tests.factories import NOON, AngkatanFactory, SessionFactory, UserFactory, a_printing, a_registration

pytestmark = pytest.mark.django_db
CETAK = "/panitia/2019-ii/cetak/"
SHEET, RECAP, HISTORY = f"{CETAK}daftar-hadir.pdf", f"{CETAK}rekap.pdf", f"{CETAK}riwayat/"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def angkatan() -> Angkatan:
    batch = AngkatanFactory(number=2, capacity=60)
    for letter in "ABC":
        a_registration(batch, name=f"{letter}ana", phone="+6281200000101")
    return batch


@pytest.fixture
def session(angkatan) -> Session:
    return SessionFactory(angkatan=angkatan, title="Wawasan kebangsaan")


@pytest.fixture
def organiser(client: Client, session) -> Client:
    client.force_login(UserFactory(role="panitia", username="panitia"))
    return client


@pytest.fixture
def make(organiser) -> Callable[..., Printing]:
    def made(address: str = SHEET, at=NOON, **wish: Any) -> Printing:
        with time_machine.travel(at, tick=False):
            assert organiser.get(address, wish).status_code == 200
        return Printing.objects.latest("pk")

    return made


def words(client: Client, address: str, **wish: Any) -> str:
    return " ".join(client.get(address, wish).content.decode().split())


# ---- The list ------------------------------------------------------------------------------------


def test_nothing_printed_leads_to_cetak(organiser):
    page = words(organiser, HISTORY)

    assert "Belum ada yang dicetak" in page
    assert f'href="{CETAK}"' in page


def test_newest_stands_first_with_who_when_version_and_pages(organiser, make):
    make()
    make(RECAP, at=LATER)
    make(at=LATER + timedelta(hours=1), halaman="1")
    page = words(organiser, HISTORY)

    assert "3 cetakan" in page
    items = page.split('<li class="list-item printing-item">')[1:]
    assert ["Rekap kehadiran" in item for item in items] == [False, True, False]
    assert ["versi 2 · 1 halaman" in item for item in items] == [True, False, False]
    assert "hanya lembar 1" in page
    assert "20 Februari 2019 pukul 12.00 WIB oleh" in page


def test_it_is_narrowed_by_paper_person_and_day(organiser, make, angkatan):
    make()
    somebody, day = UserFactory(role="panitia", username="lain"), timedelta(days=1)
    one = a_printing(angkatan, by=somebody, at=NOON + day, paper="rekap", name="Rekap kehadiran")

    for wish in ({"lembar": "rekap"}, {"oleh": one.by_id}, {"hari": "2019-02-21"}):
        assert "1 cetakan" in words(organiser, HISTORY, **wish)
    assert "Tidak ada cetakan yang cocok" in words(organiser, HISTORY, lembar="rekap", hari="2019-02-20")


@pytest.mark.parametrize("wish", [{"lembar": "x"}, {"oleh": "9" * 30}, {"hari": "2019-02-30"}])
def test_filter_that_cannot_be_read_is_said_and_all_are_shown(organiser, make, wish):
    make()
    response = organiser.get(HISTORY, wish)

    assert response.status_code == 400
    assert "1 cetakan" in " ".join(response.content.decode().split())


def test_of_many_a_page_at_a_time_with_as_many_queries(organiser, angkatan, make):
    make()
    by = UserFactory(role="panitia")
    with CaptureQueriesContext(connection) as few:
        organiser.get(HISTORY)
    for number in range(30):
        a_printing(angkatan, by=by, at=NOON - timedelta(hours=number + 1))
    with CaptureQueriesContext(connection) as many:
        page = words(organiser, HISTORY)

    assert len(many) == len(few)
    assert 'href="?hal=2"' in page
    assert page.count("printing-item") == 25
    assert 'href="?hal=1&amp;lembar=daftar-hadir"' in words(organiser, HISTORY, hal=2, lembar="daftar-hadir")


# ---- What lies there -----------------------------------------------------------------------------


def test_it_says_which_print_counts(organiser, make, angkatan):
    make()
    assert "versi 1, dicetak Rabu, 20 Februari 2019 pukul 12.00" in words(organiser, HISTORY)
    assert "Tidak lagi cocok" not in words(organiser, HISTORY)

    angkatan.registrations.filter(name="Bana").update(name="Budi")

    assert "Tidak lagi cocok" in words(organiser, HISTORY)


# ---- One of them ---------------------------------------------------------------------------------


def test_old_print_is_opened_to_the_byte_and_prints_nothing(organiser, make, angkatan):
    pdf = organiser.get(SHEET).content
    one = Printing.objects.get()
    angkatan.registrations.update(name="Lain")
    angkatan.letterhead = None
    response = organiser.get(f"{HISTORY}{one.pk}.pdf")

    assert response.content == pdf
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert one.file_name in response["Content-Disposition"]
    assert Printing.objects.count() == 1


def test_it_tells_whether_it_still_holds(organiser, make, angkatan):
    one = make()
    assert "Masih sama dengan yang akan dicetak sekarang." in words(organiser, f"{HISTORY}{one.pk}/")

    angkatan.registrations.filter(name="Bana").update(name="Budi")
    page = words(organiser, f"{HISTORY}{one.pk}/")

    assert "Tidak lagi sama dengan yang akan dicetak sekarang." in page
    assert "sekarang Budi" in page
    assert f'href="{SHEET}"' in page


def test_only_its_changed_pages_are_offered(make, organiser, angkatan, session):
    for number in range(30):
        a_registration(angkatan, name=f"Orang {'abcdefghij'[number % 10]}")
    one = make(sesi=session.pk)
    last = angkatan.registrations.expected().sorted_by_ormas().last()
    angkatan.registrations.filter(pk=last.pk).update(position="Ketua")
    page = words(organiser, f"{HISTORY}{one.pk}/")

    assert "Cetak lembar 2 saja" in page
    assert f'href="{SHEET}?halaman=2%2C3&amp;sesi={session.pk}"' in page


def test_passing_of_time_is_no_change(make, organiser, angkatan, session):
    one = make(RECAP)
    with time_machine.travel(session.ends_at, tick=False):
        page = words(organiser, f"{HISTORY}{one.pk}/")

    assert "Datanya masih sama." in page


def test_print_of_chosen_pages_is_compared_as_well(organiser, make):
    one = make(halaman="1")

    assert "Masih sama" in words(organiser, f"{HISTORY}{one.pk}/")


def test_print_of_a_session_that_is_gone_says_so(organiser, make, session):
    one = make(sesi=session.pk)
    session.delete()
    page = words(organiser, f"{HISTORY}{one.pk}/")

    assert "Sekarang tidak dapat dicetak lagi: Sesi ini tidak ada di angkatan ini" in page
    assert organiser.get(f"{HISTORY}{one.pk}.pdf").status_code == 200


def test_print_of_another_batch_is_not_found(organiser, angkatan):
    one = a_printing(AngkatanFactory(number=3), by=UserFactory(role="panitia"))

    assert organiser.get(f"{HISTORY}{one.pk}/").status_code == 404
    assert organiser.get(f"{HISTORY}{one.pk}.pdf").status_code == 404
    assert organiser.get(f"{HISTORY}{'9' * 40}.pdf").status_code == 404


def with_only(*codenames: str) -> Client:
    user, client = UserFactory(role=None), Client()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


def test_telephone_numbers_are_opened_again_only_by_who_may_see_them(make):
    one = make(hp="1")
    stranger = with_only("print_papers")

    assert stranger.get(f"{HISTORY}{one.pk}.pdf").status_code == 403
    page = words(stranger, f"{HISTORY}{one.pk}/")
    assert "Nomor HP peserta tidak ditampilkan untuk peran Anda." in page
    assert f"{one.pk}.pdf" not in page
    assert with_only("print_papers", "view_contact").get(f"{HISTORY}{one.pk}.pdf").status_code == 200


def test_paper_that_somebody_may_not_print_is_not_in_their_history(make):
    one = make(RECAP)
    stranger = with_only("print_papers")

    assert "Belum ada yang dicetak" in words(stranger, HISTORY)
    for address in (f"{HISTORY}{one.pk}/", f"{HISTORY}{one.pk}.pdf"):
        assert stranger.get(address).status_code == 403


def test_print_from_before_files_were_kept_says_so(organiser, angkatan):
    one = Printing.objects.create(
        angkatan=angkatan, paper="rekap", name="Rekap", at=NOON, by=UserFactory(), words={}, size=0, pages=1
    )
    page = words(organiser, f"{HISTORY}{one.pk}/")

    assert "Berkasnya belum disimpan waktu lembar ini dicetak." in page
    assert organiser.get(f"{HISTORY}{one.pk}.pdf").status_code == 404


# ---- A page with a code --------------------------------------------------------------------------


def test_sheet_is_found_by_its_code(make, django_assert_num_queries):
    make()
    sheet = PrintedSheet.objects.get()

    with django_assert_num_queries(1):
        found = lying.sheet_by_code(sheet.code)
        assert found
        assert [person["name"] for person in found.printing.words["people"]] == ["Aana", "Bana", "Cana"]
    assert lying.sheet_by_code("") is None


def test_page_of_an_older_print_is_not_in_use(make):
    make()
    old = PrintedSheet.objects.get()
    assert lying.is_in_use(old, 1)

    make(at=LATER)

    assert [lying.is_in_use(one, 1) for one in (old, Printed.objects.get().sheet)] == [False, True]


def test_only_cards_of_whom_something_changed_are_printed_again(make, organiser, angkatan):
    one = make(f"{CETAK}kartu.pdf")
    person = angkatan.registrations.get(name="Bana")
    angkatan.registrations.filter(pk=person.pk).update(nickname="Upik")
    page = words(organiser, f"{HISTORY}{one.pk}/")

    assert "sekarang Bana" in page
    assert re.findall(r'kartu\.pdf\?[^"]*siapa=([^"&]*)', page) == [str(person.ref)]
    assert not one.is_archived
    assert "qr" not in one.words["badges"][0]
