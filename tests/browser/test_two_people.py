"""Two people on one page, and a word changed in the recap: what they see, by pointer and by keyboard, with and without
scripts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration
from tests.browser.people import is_logged_in
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration

PHONE = "+6281234567890"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def batch() -> Angkatan:
    """It runs today, and somebody is in."""
    access.make_groups()
    today, now = timezone.localdate(), timezone.now()
    angkatan = AngkatanFactory(starts_on=today, year=today.year, opens_at=now - timedelta(days=9), closes_at=None)
    SessionFactory(angkatan=angkatan, title="Pembukaan", starts_at=now - timedelta(minutes=5), room="Aula")
    a_registration(angkatan, name="Siti Rahmawati", at=now)
    return angkatan


def log_in(page: Page, role: str) -> None:
    is_logged_in(page, UserFactory(role=role))


@pytest.mark.parametrize("scripts", [True, False])
def test_both_values_are_shown_and_one_is_chosen(batch, open_page, axe_clean, scripts):
    page = open_page(viewport={"width": 390, "height": 844}, locale="id-ID", java_script_enabled=scripts)
    log_in(page, "panitia")
    page.goto(reverse("admin:pelatihan_angkatan_change", args=[batch.pk]))
    Angkatan.objects.update(theme="Tema dari Rina")

    page.get_by_label("Tema").fill("Tema dari Budi")
    page.get_by_label("Tempat", exact=True).fill("Tempat dari Budi")
    page.get_by_role("button", name="Simpan", exact=True).last.click()  # the first one is for the Enter key

    box = page.get_by_role("group", name="Tema")
    expect(box.get_by_role("radio", name="Isian Anda di bawah Tema dari Budi")).to_be_checked()
    if scripts:
        axe_clean(page)
    box.get_by_role("radio", name="Yang tersimpan Tema dari Rina").check()
    page.get_by_role("button", name="Simpan", exact=True).last.click()  # the first one is for the Enter key
    page.wait_for_url(f"**{reverse('admin:pelatihan_angkatan_changelist')}")

    batch.refresh_from_db()
    assert (batch.theme, batch.venue) == ("Tema dari Rina", "Tempat dari Budi")


def test_delegate_is_shown_what_the_clerk_saved(batch, phone_page, axe_clean):
    first_day = timezone.localdate() + timedelta(days=30)
    Angkatan.objects.update(starts_on=first_day, ends_on=first_day)
    registration = a_registration(batch, Status.SUBMITTED, phone=PHONE, name="Budi", at=timezone.now())
    phone_page.goto(registration.get_absolute_url())
    phone_page.get_by_label("Nomor HP").fill("0812 3456 7890")
    phone_page.get_by_role("button").last.click()
    phone_page.goto(f"{registration.get_absolute_url()}ubah/")
    Registration.objects.filter(pk=registration.pk).update(name="Budi Contoh")

    phone_page.get_by_label("Nama lengkap").fill("Budi Saya")
    phone_page.get_by_role("button", name="Simpan perubahan").click()

    expect(phone_page.get_by_text("Ada isian yang baru saja diubah orang lain")).to_be_visible()
    expect(phone_page.get_by_role("radio", name="Yang tersimpan Budi Contoh")).to_be_visible()
    axe_clean(phone_page)
    phone_page.get_by_role("button", name="Simpan perubahan").click()
    expect(phone_page.get_by_text("Perubahan data Anda sudah disimpan.")).to_be_visible()


def test_committee_changes_a_word_of_the_recap(batch, open_page, axe_clean):
    page = open_page(viewport={"width": 320, "height": 844}, locale="id-ID")
    log_in(page, "panitia")
    page.goto(reverse("recap", args=[batch.slug]))
    page.get_by_role("link", name="Siti Rahmawati", exact=True).click()

    page.get_by_role("radio", name="Sakit").check()
    page.get_by_label("Alasan").fill("Surat dokter")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Kehadiran Siti Rahmawati: Sakit.")).to_be_visible()
    page.get_by_role("button", name="Urungkan perubahan terakhir").click()
    expect(page.get_by_text("sekarang: Belum.")).to_be_visible()
    axe_clean(page, 320, 1280)

    page.get_by_role("link", name="Kembali ke rekap").click()
    expect(page.get_by_label("Kehadiran Siti Rahmawati")).to_have_value("")
