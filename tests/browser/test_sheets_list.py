"""The page of all signed sheets in a real browser: sending, finding, and how it looks with everything on it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from pelatihan.models import Angkatan, PrintedSheet, SheetUpload
from pelatihan.papers import marking
from tests.browser.people import is_logged_in
from tests.browser.test_camera import film
from tests.factories import SessionFactory, UserFactory
from tests.pelatihan.papers.prints import a_print, a_scan, entered
from tests.qr_pictures import picture

__all__ = ["film"]

TITLES = ("Pembukaan: Indonesia Raya, laporan panitia, sambutan dan pembukaan, doa, foto bersama",
    "Peran strategis ormas dalam pembangunan Jakarta dan kebijakan pemberdayaan ormas",
    "Wawasan kebangsaan dan empat pilar: Pancasila, UUD 1945, NKRI, Bhinneka Tunggal Ika")  # fmt: skip
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)


@pytest.fixture
def sheets(batch) -> list[PrintedSheet]:
    """Three lists of four pages, each leaf in another state."""
    made = [
        a_print(SessionFactory(angkatan=batch, hour=8 + 2 * place, title=title), pages=4)
        for place, title in enumerate(TITLES)
    ]
    entered(made[0], 1, 2, 3, 4)
    entered(made[1], 1)
    a_scan(made[1], 2)
    a_scan(made[1], 3, "waiting")
    a_scan(made[1], 4, "problem", "unreadable", detail="blurred")
    entered(made[2], 2, kind="unused")
    return made


def opened(page: Page, batch: Angkatan) -> Page:
    is_logged_in(page, UserFactory(role="panitia"))
    page.goto(f"/panitia/{batch.slug}/lembar/")
    return page


def test_list_is_clean_at_every_width(batch, sheets, desktop_page, axe_clean: Callable[..., None]):
    page = opened(desktop_page, batch)

    expect(page.get_by_role("link", name="Tinjau 1 lembar")).to_be_visible()
    axe_clean(page, 320, 390, 1280)
    page.goto(f"/panitia/{batch.slug}/lembar/cari/")
    axe_clean(page, 320, 390, 1280)


def test_pictures_are_sent_one_by_one_and_what_is_refused_says_why(batch, sheets, desktop_page):
    page = opened(desktop_page, batch)
    files: list[FilePayload] = [
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": JPEG},
        {"name": "surat.docx", "mimeType": "image/jpeg", "buffer": b"PK\x03\x04" + bytes(100)},
    ]

    page.get_by_label("Unggah foto atau pindaian").set_input_files(files)
    page.get_by_role("button", name="Unggah", exact=True).click()

    refused = page.locator("[data-refused]")
    expect(refused).to_contain_text("1 berkas belum diterima, 1 diterima.")
    expect(refused.get_by_role("listitem")).to_contain_text("surat.docx")
    expect(page.get_by_role("button", name="Kirim lagi")).to_be_hidden()
    assert list(SheetUpload.objects.exclude(name="").values_list("name", flat=True)) == ["IMG_1.jpg"]


def test_page_is_found_by_its_code_by_keyboard(batch, sheets, desktop_page):
    page = opened(desktop_page, batch)
    page.get_by_role("link", name="Ketik dari kertas").click()
    code = page.get_by_label("Kode lembar")

    code.fill("DH1-2222")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()

    code.fill(marking.page_code(sheets[0].code, 2).lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/lembar/{sheets[0].pk}/2/")


def test_list_that_nobody_used_is_one_act_and_one_back(batch, sheets, no_js_page):
    a_print(SessionFactory(angkatan=batch, hour=15, title="Diskusi dan tanya jawab"), pages=3)
    page = opened(no_js_page, batch)

    page.get_by_role("link", name="Tidak dipakai 15.00 Diskusi dan tanya jawab").click()
    page.get_by_label("Alasan").fill("Sesi digabung")
    page.get_by_role("button", name="Tandai tidak dipakai").click()
    expect(page.get_by_role("status").filter(has_text="3 lembar ditandai tidak dipakai.")).to_be_visible()

    page.get_by_role("button", name="Urungkan").click()
    expect(page.get_by_text("Diurungkan. Lembarnya ditunggu lagi.")).to_be_visible()


def test_page_is_found_by_holding_it_to_the_camera(batch, sheets, film):
    page = film(picture("https://contoh.example/DH1"), picture(marking.page_code(sheets[2].code, 3)))
    page.context.grant_permissions(["camera"])
    opened(page, batch)
    page.get_by_role("link", name="Ketik dari kertas").click()

    page.get_by_role("button", name="Pindai kodenya").click()

    page.wait_for_url(f"**/lembar/{sheets[2].pk}/3/ketik/")


def test_without_leave_for_the_camera_the_code_is_typed(batch, sheets, film):
    page = opened(film(picture("K7MPQ4XR")), batch)
    page.goto(f"/panitia/{batch.slug}/lembar/cari/")

    page.get_by_role("button", name="Pindai kodenya").click()

    expect(page.get_by_text("Kamera tidak dapat dibuka.")).to_be_visible()
    expect(page.get_by_role("button", name="Pindai kodenya")).to_be_visible()
