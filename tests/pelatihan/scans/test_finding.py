"""From the code at a page's foot to that page, however it is typed."""

import pytest
import time_machine
from django.urls import reverse

from pelatihan.models import Angkatan, PrintedSheet, Session
from pelatihan.papers import marking
from tests.factories import AngkatanFactory, SessionFactory
from tests.pelatihan.door import client_of
from tests.pelatihan.papers.prints import EVENING, a_print, entered

__all__ = ["client_of"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory()


@pytest.fixture
def sheet(batch) -> PrintedSheet:
    return a_print(SessionFactory(angkatan=batch), pages=2)


@pytest.fixture
def find(client_of, batch):
    panitia = client_of("panitia")
    return lambda code: panitia.get(reverse("sheet_find", args=[batch.slug]), {"kode": code})


def told(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode().partition('class="error-summary"')[2].partition("</div>")[0]


@pytest.mark.parametrize(
    "spoil", [str, str.lower, lambda code: code.replace("-", " "), lambda code: f" {code.replace('-', '')}."]
)
def test_page_that_is_owed_is_typed_in(find, batch, sheet, spoil):
    answer = find(spoil(marking.page_code(sheet.code, 2)))

    assert answer.url == reverse("sheet_type", args=[batch.slug, sheet.pk, 2])


def test_page_that_was_entered_is_shown(find, batch, sheet):
    entered(sheet, 2)

    assert find(marking.page_code(sheet.code, 2)).url == reverse("sheet_leaf", args=[batch.slug, sheet.pk, 2])


@pytest.mark.parametrize(
    "typed", ["K7MP-Q4XR", "DH1-", "DH1-7KQ3M9XA-000", "DH1-7KQ3M9XO-002", "D" * 5000, "²³", "<b>"]
)
def test_what_is_no_code_says_how_one_looks(find, sheet, typed):
    assert "Kode ini tidak terbaca. Ketik seperti di kaki halaman" in told(find(typed))


def test_unknown_code_is_repeated_for_comparing(find, sheet):
    assert "Kode DH1-22222222-001 tidak dikenal di sini." in told(find("dh122222222001"))


def test_page_of_another_batch_names_it(find):
    other = a_print(SessionFactory())

    assert f"Lembar ini milik {other.angkatan.name}." in told(find(marking.page_code(other.code, 1)))


def test_page_that_the_list_has_not(find, sheet):
    assert "tidak mempunyai halaman 9." in told(find(marking.page_code(sheet.code, 9)))


def test_other_paper_is_named(find, sheet):
    recap = a_print(Session.objects.get(), kind=PrintedSheet.Kind.RECAP, slot="rekap:1", lies=False)

    assert "bukan daftar hadir peserta" in told(find(marking.page_code(recap.code, 1)))


def test_sheet_of_no_session_leads_to_the_recap(find, sheet):
    blank = a_print(Session.objects.get(), columns=[], session_id=None, is_blank=True, ends=[0], rows=[])

    assert "Isi kehadirannya di Rekap." in told(find(marking.page_code(blank.code, 1)))


def test_nothing_typed_is_no_mistake(find, sheet):
    assert "error-summary" not in find("  ").content.decode()


def test_finding_changes_nothing_so_nothing_is_sent(client_of, batch):
    assert client_of("panitia").post(reverse("sheet_find", args=[batch.slug])).status_code == 405


def test_without_a_code_one_picks_from_what_is_owed(find, sheet, batch):
    entered(sheet, 1)

    text = find("").content.decode()

    assert text.count('class="page-chip') == 1
    assert reverse("sheet_type", args=[batch.slug, sheet.pk, 2]) in text


def test_nothing_is_owed(find, sheet):
    entered(sheet, 1, 2)

    assert "Tidak ada lembar yang belum kembali." in find("").content.decode()


@pytest.mark.parametrize("role", ["pemantau", "petugas", "verifikator"])
def test_only_who_enters_finds(client_of, batch, role):
    assert client_of(role).get(reverse("sheet_find", args=[batch.slug])).status_code == 403
