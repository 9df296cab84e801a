"""The committee enters a speaker on the batch's page, and gives the letterhead its emblem."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pelatihan.models import Guest
from tests.browser.conftest import BOTH
from tests.browser.people import is_logged_in
from tests.factories import AngkatanFactory, LetterheadFactory, SessionFactory, UserFactory
from tests.pelatihan.letter_samples import SVG, a_drawing, written

pytestmark = pytest.mark.django_db(transaction=True)


def test_committee_enters_a_speaker_and_an_emblem(open_page, axe_clean):
    batch, head = AngkatanFactory(number=2, letterhead=None), LetterheadFactory()
    SessionFactory(angkatan=batch, title="Wawasan kebangsaan")
    page = open_page(viewport={"width": 1280, "height": 900})
    is_logged_in(page, UserFactory(role="panitia"))

    page.goto(reverse("admin:pelatihan_angkatan_change", args=[batch.pk]))
    guests = page.locator("#guests-group")
    guests.get_by_text("Narasumber, panitia, undangan").click()
    guests.get_by_text("Tambah baris").click()
    row = guests.locator("#guests-0")
    row.get_by_label("Kategori").select_option("Narasumber")
    row.get_by_label("Nama dengan gelar").fill("Dr. Ratih, S.H.")
    row.get_by_label("Sesi", exact=True).select_option("Senin 08.00 · Wawasan kebangsaan")
    axe_clean(page, *BOTH)
    page.get_by_role("button", name="Simpan dan tetap di sini").click()
    expect(guests.get_by_text("1", exact=True)).to_be_visible()

    page.goto(reverse("admin:pelatihan_letterhead_change", args=[head.pk]))
    picture = page.get_by_label("Gambar lambang")
    picture.set_input_files({"name": "lambang.svg", "mimeType": "image/svg+xml", "buffer": SVG})
    page.get_by_role("button", name="Simpan dan tetap di sini").click()
    expect(page.get_by_text("simpan lambangnya sebagai PNG").first).to_be_visible()
    picture.set_input_files({"name": "lambang.png", "mimeType": "image/png", "buffer": written(a_drawing(), "PNG")})
    page.get_by_role("button", name="Simpan dan tetap di sini").click()
    expect(page.get_by_alt_text("Lambang pada kop ini")).to_be_visible()
    axe_clean(page, *BOTH)

    page.context.close()
    assert Guest.objects.get().session is not None
