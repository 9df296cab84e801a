"""A delegate's own page in the hand: going back, sending twice, a slow line, paper, a phone that darkens pages."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from pelatihan.lifecycle import Status
from pelatihan.models import Registration
from tests.browser.conftest import PHONE
from tests.browser.test_register import fill, form_of, send
from tests.factories import SessionFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)


def register(page: Page, batch, **person) -> None:
    page.goto(form_of(batch))
    page.get_by_role("combobox", name="Nama ormas").press_sequentially("polri")
    page.get_by_role("option", name="Keluarga Besar Putra-Putri Polri (KBPP)").click()
    fill(page, **person)
    send(page)
    expect(page.get_by_text("Menunggu verifikasi")).to_be_visible()


def open_own(page: Page, registration: Registration) -> None:
    page.goto(registration.get_absolute_url())
    page.get_by_label("Nomor HP yang dipakai saat mendaftar").fill("081234567890")
    page.get_by_role("button", name="Buka halaman saya").click()
    expect(page.locator(".pass-code")).to_be_visible()


def test_consent_is_taken_back_after_the_decision(phone_page, batch, axe_clean):
    registration = a_registration(batch, at=timezone.now(), phone="+6281234567890", agrees_photo=True)
    batch.bring = "Surat tugas dari ormas\nPakaian batik"
    batch.save()
    open_own(phone_page, registration)
    expect(phone_page.get_by_text("Pakaian batik")).to_be_visible()
    axe_clean(phone_page)
    phone_page.get_by_role("link", name="Ubah persetujuan").tap()
    expect(phone_page.get_by_role("heading", name="Persetujuan Anda")).to_be_visible()
    axe_clean(phone_page)
    phone_page.get_by_label("Foto kegiatan boleh memuat saya").uncheck()
    phone_page.get_by_role("button", name="Simpan persetujuan").tap()

    expect(phone_page.get_by_text("Persetujuan Anda sudah disimpan.")).to_be_visible()
    registration.delegate.refresh_from_db()
    assert not registration.delegate.agrees_photo


# ---- Going back ----------------------------------------------------------------------------------


def test_search_shows_what_the_select_holds_after_going_back(phone_page, batch):
    register(phone_page, batch)
    phone_page.go_back()
    field = phone_page.get_by_role("combobox", name="Nama ormas")

    held = phone_page.locator("select[name=ormas] option:checked").text_content()

    assert held == "Keluarga Besar Putra-Putri Polri (KBPP)"  # as Chromium fills it in
    expect(field).to_have_value(held)


def test_form_sent_twice_after_going_back_leads_to_the_page(phone_page, batch, axe_clean):
    register(phone_page, batch)
    own = phone_page.url
    phone_page.goto("/")
    expect(phone_page.get_by_role("heading", name="Halaman Anda")).to_be_visible()
    axe_clean(phone_page)
    phone_page.goto(form_of(batch))
    phone_page.get_by_role("combobox", name="Nama ormas").fill("polri")
    fill(phone_page)
    send(phone_page)
    expect(phone_page.get_by_role("alert")).to_contain_text("sudah terdaftar")
    axe_clean(phone_page)
    phone_page.get_by_role("link", name="Siti Rahmawati").click()

    expect(phone_page).to_have_url(own)
    assert Registration.objects.count() == 1


# ---- On a slow line ------------------------------------------------------------------------------


THREE_TAPS_AND_BACK = """(button) => {
    const sent = [];
    const stay = (event) => { if (!event.defaultPrevented) sent.push(event); event.preventDefault(); };
    addEventListener("submit", stay);
    for (let tap = 0; tap < 3; tap += 1) button.click();
    const sending = button.textContent;
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    return [sending, sent.length, button.textContent, button.getAttribute("aria-disabled")];
}"""


def test_button_says_that_it_sends_sends_once_and_is_itself_again(phone_page, batch):
    phone_page.goto(form_of(batch))
    fill(phone_page)
    button = phone_page.locator("button[data-sending]")

    assert button.evaluate(THREE_TAPS_AND_BACK) == ["Mengirim…", 1, "Kirim pendaftaran", None]


# ---- On paper ------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False])
def test_printed_page_keeps_the_number_and_unfolds_the_days(open_page, batch, javascript):
    later = timezone.now() + timedelta(days=31)
    SessionFactory(angkatan=batch, starts_at=later, ends_at=later + timedelta(hours=1), title="Penutupan")
    registration = a_registration(batch, at=timezone.now(), phone="+6281234567890")
    page = open_page(**PHONE, java_script_enabled=javascript)
    open_own(page, registration)
    assert not page.get_by_text("Penutupan").is_visible()

    sheets = PdfReader(io.BytesIO(page.pdf())).pages
    paper = "".join(sheet.extract_text() for sheet in sheets).replace("−", "-")  # both signs are drawn by one shape

    assert "Penutupan" in paper
    assert registration.shown_code in paper.replace(" ", "")  # its signs stand apart
    assert "0000" in paper.partition("0812-")[2]
    assert "Lupakan" not in paper
    assert not page.get_by_text("Penutupan").is_visible()


# ---- In the dark ---------------------------------------------------------------------------------


@pytest.fixture
def dark_page(launch, live_server):
    """A browser that darkens every page by itself, as Android does when one lets it."""
    launched = launch("--force-dark-mode", "--enable-features=WebContentsForceDark")
    yield launched.new_context(base_url=live_server.url, color_scheme="null", **PHONE).new_page()
    launched.close()


def grey_at(picture: Image.Image, x: float, y: float) -> int:
    value = picture.getpixel((int(x), int(y)))
    assert isinstance(value, int)
    return value


def test_code_stays_dark_on_light_where_pages_are_darkened(dark_page, batch):
    dark_page.set_content("<p>Ini halaman biasa</p>")
    plain = Image.open(io.BytesIO(dark_page.screenshot())).convert("L")
    assert grey_at(plain, 380, 400) < 64  # it does darken what does not forbid it
    open_own(dark_page, a_registration(batch, Status.ACCEPTED, at=timezone.now(), phone="+6281234567890"))

    code = Image.open(io.BytesIO(dark_page.locator(".pass").screenshot())).convert("L")

    box, around = dark_page.locator(".pass-qr").bounding_box(), dark_page.locator(".pass").bounding_box()
    left, top = box["x"] - around["x"], box["y"] - around["y"]
    assert grey_at(code, left + 25, top + 25) < 64  # the first module of the corner
    assert grey_at(code, left + 35, top + 35) > 192  # the white ring in it
    assert grey_at(code, left + 10, top + 25) > 192  # and around, in the picture
    assert grey_at(code, left - 10, top + 25) > 192  # and on the page
