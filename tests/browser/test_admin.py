"""A verifier's morning: logs in, finds who waits, accepts three, asks one for a fix, reads the history."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.lifecycle import Status
from tests.factories import AngkatanFactory, OrmasFactory, SessionFactory, UserFactory, a_registration

PASSWORD = "kuda lumping 17"
NAMES = ("Adi Nugroho", "Budi Santoso", "Citra Lestari", "Dewi Anggraini")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def batch():
    """Four people wait, a month before the first day."""
    access.make_groups()
    now = timezone.now()
    first_day = timezone.localdate() + timedelta(days=30)
    angkatan = AngkatanFactory(
        starts_on=first_day, year=first_day.year, opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=9)
    )
    for minutes, name in enumerate(NAMES):
        a_registration(angkatan, Status.SUBMITTED, name=name, at=now - timedelta(hours=2) + timedelta(minutes=minutes))
    return angkatan


def log_in(page: Page, role: str) -> None:
    user = UserFactory(username=role, role=role)
    user.set_password(PASSWORD)
    user.save()
    page.goto(reverse("admin:index"))
    page.get_by_label("Nama pengguna").fill(role)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()


def row(page: Page, name: str):
    return page.get_by_role("row").filter(has_text=name)


def decide_a_morning_s_queue(page: Page) -> None:
    """The journey itself, the same with and without scripts."""
    log_in(page, "verifikator")
    page.get_by_role("link", name="4 menunggu verifikasi").click()

    for name in NAMES[:3]:
        row(page, name).get_by_role("checkbox").check()
    page.get_by_role("button", name="Terima", exact=True).click()
    expect(page.get_by_text(f"Diterima: {'; '.join(NAMES[:3])}.")).to_be_visible()
    expect(page.get_by_text("4 dari 20 kursi terisi · 1 menunggu verifikasi")).to_be_visible()

    page.get_by_role("link", name=NAMES[3]).click()
    page.get_by_label("Alasan atau pesan untuk peserta").fill("Tulis jabatan Anda")
    page.get_by_role("button", name="Minta perbaikan").click()
    history = page.get_by_role("region", name="Riwayat")
    expect(history.get_by_role("listitem").first).to_contain_text("Perlu perbaikan")
    expect(history).to_contain_text("“Tulis jabatan Anda”")


def test_verifier_decides_the_queue(open_page, batch):
    decide_a_morning_s_queue(open_page(viewport={"width": 1280, "height": 900}))


def test_verifier_needs_no_script(no_js_page, batch):
    decide_a_morning_s_queue(no_js_page)


def test_caller_is_recorded_by_search(open_page, batch):
    OrmasFactory(name="Forum Betawi Rempug", abbreviation="FBR")
    page = open_page(viewport={"width": 1280, "height": 900})
    log_in(page, "verifikator")
    page.goto(reverse("admin:pelatihan_registration_add"))

    page.get_by_role("combobox", name="Ormas").first.click()
    page.get_by_role("searchbox").fill("betawi")
    page.get_by_role("option", name="Forum Betawi Rempug").click()
    page.get_by_label("Nama lengkap").fill("Eko Prasetyo")
    page.get_by_role("button", name="Daftarkan").click()

    expect(page.get_by_text("Eko Prasetyo terdaftar dengan kode")).to_be_visible()


def pages(angkatan):
    registration = angkatan.registrations.first()
    yield reverse("admin:index")
    yield reverse("admin:pelatihan_registration_changelist")
    yield reverse("admin:pelatihan_registration_add")
    yield reverse("admin:pelatihan_registration_change", args=[registration.pk])
    yield reverse("admin:pelatihan_registration_replace", args=[registration.pk])
    yield reverse("admin:pelatihan_angkatan_change", args=[angkatan.pk])
    yield reverse("admin:pelatihan_angkatan_copy", args=[angkatan.pk])
    yield reverse("admin:pelatihan_angkatan_invite", args=[angkatan.pk])
    yield reverse("admin:ormas_ormas_changelist")
    yield reverse("admin:ormas_ormas_change", args=[registration.ormas_id])
    yield reverse("admin:auth_user_add")


def test_pages_fit_a_phone_and_axe(phone_page, batch, axe_clean):
    SessionFactory(angkatan=batch)
    log_in(phone_page, "admin")

    for address in pages(batch):
        phone_page.goto(address)
        wider = phone_page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, address
        axe_clean(phone_page)


def test_pages_keep_the_content_policy(open_page, batch):
    page = open_page(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    log_in(page, "admin")

    for address in pages(batch):
        page.goto(address)
        page.wait_for_load_state("networkidle")

    assert said == []
