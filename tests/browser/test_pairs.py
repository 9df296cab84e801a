"""A clerk at a desk goes through people who may be one by keys; another one on a phone, by thumb."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ormas.models import Ormas
from pelatihan.models import LikelyPair, Merge
from tests.browser.conftest import BOTH
from tests.browser.test_admin import log_in
from tests.browser.test_phones import SMALL, WIDE
from tests.factories import AngkatanFactory, OrmasFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/ormas/delegate/kembar/"


@pytest.fixture
def people(batch):
    """Two pairs: one of them twice in the same batch, and one whose name has no space to break at."""
    ormas, phone = OrmasFactory(name="Himpunan Contoh"), "+6281200000024"
    a_registration(batch, ormas=ormas, name="Siti Rahmawati", phone=phone)
    a_registration(batch, "submitted", ormas=ormas, name="Siti Rohmawati", phone=phone, email="siti@contoh.example")
    for _ in range(2):
        a_registration(AngkatanFactory(), ormas=ormas, name="X" * 150)
    return ormas


def fits(page: Page, axe_clean) -> None:
    axe_clean(page, *BOTH)
    assert (page.evaluate(WIDE), page.evaluate(SMALL)) == ([], [])


def test_two_are_merged_and_two_again(phone_page, people, axe_clean):
    page = phone_page
    log_in(page, "verifikator")
    page.goto(LIST)
    fits(page, axe_clean)
    page.get_by_role("link", name="Bandingkan Siti Rahmawati dan Siti Rohmawati").click()
    expect(page.get_by_role("heading", name="Apakah ini satu orang?")).to_be_visible()
    fits(page, axe_clean)
    page.get_by_label("B: Siti Rohmawati").check()
    page.get_by_role("button", name="Gabungkan").click()
    expect(page.get_by_role("heading", name="Sudah menjadi satu peserta")).to_be_visible()
    fits(page, axe_clean)
    assert Merge.objects.get().kept.name == "Siti Rohmawati"
    page.get_by_role("button", name="Urungkan penggabungan").click()
    expect(page.get_by_role("heading", name="Semuanya kembali")).to_be_visible()
    fits(page, axe_clean)


def test_keys_part_and_merge(desktop_page, people):
    page = desktop_page
    log_in(page, "verifikator")
    page.goto(LIST)
    page.get_by_role("link", name="Bandingkan").first.click()
    page.wait_for_selector("html.keys-settled")
    page.keyboard.press("l")
    expect(page.get_by_text("Dicatat: pasangan sebelumnya")).to_be_visible()
    assert LikelyPair.objects.exclude(parted_at=None).count() == 1
    page.wait_for_selector("html.keys-settled")
    page.keyboard.press("g")
    expect(page.get_by_role("heading", name="Sudah menjadi satu peserta")).to_be_visible()


def test_without_script_it_works_the_same(no_js_page, people):
    page = no_js_page
    log_in(page, "verifikator")
    page.goto(LIST)
    page.get_by_role("link", name="Bandingkan Siti Rahmawati dan Siti Rohmawati").click()
    page.get_by_role("button", name="Dua orang berbeda").click()
    expect(page.get_by_text("Dicatat: pasangan sebelumnya")).to_be_visible()
    page.get_by_role("button", name="Urungkan").click()
    expect(page.get_by_role("button", name="Dua orang berbeda")).to_be_visible()
    assert not LikelyPair.objects.exclude(parted_at=None).exists()


def test_two_rows_of_an_ormas_are_merged(phone_page, people, batch, axe_clean):
    page = phone_page
    other = OrmasFactory(name="Himpunan Contoh Jakarta")
    a_registration(batch, ormas=other)
    Ormas.objects.filter(pk=other.pk).update(verification="disputed")
    batch.invitations.update(own_seats=9)
    log_in(page, "verifikator")
    page.goto(reverse("admin:ormas_ormas_change", args=[people.pk]))
    page.get_by_role("link", name="Gabungkan dengan data lain").click()
    expect(page.get_by_role("heading", name="Data mana yang sama dengan Himpunan Contoh?")).to_be_visible()
    fits(page, axe_clean)
    page.get_by_role("link", name="Bandingkan dengan Himpunan Contoh Jakarta").click()
    expect(page.get_by_role("heading", name="Apakah ini satu ormas?")).to_be_visible()
    fits(page, axe_clean)
    page.get_by_role("button", name="Gabungkan").click()
    expect(page.get_by_role("alert")).to_contain_text("mungkin dua kepengurusan")
    page.get_by_label("Salah satunya bersengketa").check()
    page.get_by_role("button", name="Gabungkan").click()
    expect(page.get_by_role("heading", name="Sudah menjadi satu ormas")).to_be_visible()
    fits(page, axe_clean)
    assert Ormas.objects.count() == Ormas.with_merged.count() - 1
