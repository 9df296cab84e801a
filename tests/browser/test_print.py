"""The page Cetak by hand: choices are followed and remembered, pictures come, a file of many papers is waited for."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.jobs import running
from pelatihan.models import Angkatan, Bundle, PaperChoice
from tests.browser.conftest import BOTH
from tests.browser.people import is_logged_in
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)
DRAWN = "image => image.complete && image.naturalWidth > 0"
PATIENCE = 40  # looks, of a quarter of a second


@pytest.fixture
def angkatan(settings, tmp_path) -> Angkatan:
    settings.PRIVATE_DIR = tmp_path
    access.make_groups()
    today, now = timezone.localdate(), timezone.now()
    batch: Angkatan = AngkatanFactory(
        starts_on=today, year=today.year, opens_at=now - timedelta(days=9), closes_at=None
    )
    SessionFactory(angkatan=batch, starts_at=now + timedelta(minutes=5), title="Pembukaan")
    a_registration(batch, name="Ani")
    return batch


def sees_picture(page: Page) -> None:
    picture = page.locator(".paper-picture-large img")
    for _look in range(PATIENCE):
        if picture.evaluate(DRAWN):
            return
        page.wait_for_timeout(250)
    raise AssertionError("No picture came.")


def test_committee_chooses_looks_and_has_a_file_of_everything_made(phone_page, angkatan, axe_clean):
    page = phone_page
    is_logged_in(page, UserFactory(role="panitia"))
    page.goto(reverse("print", args=[angkatan.slug]))
    sees_picture(page)
    axe_clean(page, *BOTH)

    before = page.locator(".paper-picture-large img").get_attribute("src")
    page.get_by_label("Kertas").select_option("a4")
    expect(page.locator("[data-fresh=about]")).to_contain_text("A4 · sekitar 1 lembar")
    assert page.locator(".paper-picture-large img").get_attribute("src") != before
    sees_picture(page)
    page.get_by_role("button", name="Ingat pilihan ini").click()
    expect(page.get_by_text("Pilihan Daftar hadir peserta diingat untuk angkatan ini.")).to_be_visible()
    expect(page.get_by_label("Kertas")).to_have_value("a4")
    axe_clean(page, *BOTH)
    assert PaperChoice.objects.get().asked.startswith("bentuk=sesi&kertas=a4")

    page.goto(reverse("print", args=[angkatan.slug]))
    page.get_by_role("link", name="Semua lembar angkatan").click()
    axe_clean(page, *BOTH)
    for box in page.get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("value") == page.get_by_label("Tata tertib").get_attribute("value"))
    page.get_by_role("button", name="Buat berkasnya").click()
    expect(page.get_by_text("Menunggu giliran.")).to_be_visible()
    axe_clean(page, *BOTH)

    bundle = Bundle.objects.get()
    assert bundle.job_id
    running.carry_out(bundle.job_id)
    expect(page.get_by_role("heading", name="Berkasnya siap")).to_be_visible()
    axe_clean(page, *BOTH)


def test_choices_work_without_a_script(no_js_page, angkatan):
    page = no_js_page
    is_logged_in(page, UserFactory(role="panitia"))
    page.goto(reverse("paper_choices", args=[angkatan.slug, "rekap"]))
    page.get_by_label("Kertas").select_option("a4")
    page.get_by_role("button", name="Terapkan ke semua lembar").click()
    page.goto(reverse("paper_choices", args=[angkatan.slug, "daftar-hadir"]))

    expect(page.get_by_label("Kertas")).to_have_value("a4")
    page.get_by_role("button", name="Kembalikan ke biasa").click()
    expect(page.get_by_label("Kertas")).to_have_value("f4")
