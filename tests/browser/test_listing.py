"""An ormas that is not on the list asks on a phone; staff answer at a desk, and on a phone without JavaScript."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from ormas.models import Ormas
from pelatihan.models import ListingRequest
from tests.browser.conftest import BOTH
from tests.browser.test_admin import log_in, start
from tests.browser.test_phones import SMALL, WIDE, as_old, touching
from tests.factories import OrmasFactory, a_request

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "Perkumpulan Seniman Betawi"


def address_of(batch) -> str:
    return f"/angkatan/{batch.slug}/belum-tercantum/"


def fill(page: Page, name: str = NAME, phone: str = "0812-3456-7890") -> None:
    page.get_by_label("Nama lengkap ormas").fill(name)
    page.get_by_label("Kota atau kabupaten").fill("Jakarta Timur")
    page.get_by_label("Nama narahubung").fill("Budi Santoso")
    page.get_by_label("Nomor HP (WhatsApp)").fill(phone)


def send(page: Page) -> None:
    page.get_by_role("button", name="Kirim permintaan", exact=True).click()


def is_received(page: Page) -> None:
    expect(page.get_by_role("heading", name="Permintaan Anda sudah kami terima")).to_be_visible()


# ---- Asking --------------------------------------------------------------------------------------


def test_ormas_that_was_searched_in_vain_asks(phone_page, batch, axe_clean):
    page = phone_page
    page.goto(f"/angkatan/{batch.slug}/")
    page.get_by_role("link", name="Ormas saya belum tercantum").click()
    expect(page.get_by_role("heading", name="Ormas saya belum tercantum")).to_be_visible()
    axe_clean(page, *BOTH)
    assert (page.evaluate(WIDE), page.evaluate(SMALL)) == ([], [])
    fill(page, phone="0812")
    send(page)
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Nomor HP (WhatsApp): Angkanya kurang.")
    axe_clean(page, *BOTH)
    page.get_by_label("Nomor HP (WhatsApp)").fill("0812-3456-7890")
    send(page)

    is_received(page)
    expect(page.get_by_text("0812-••••-••90")).to_be_visible()
    axe_clean(page, *BOTH)
    assert (page.evaluate(WIDE), page.evaluate(SMALL)) == ([], [])
    page.reload()
    is_received(page)
    assert ListingRequest.objects.get().name == NAME


def test_name_typed_in_the_form_comes_along(phone_page, batch):
    phone_page.goto(f"/angkatan/{batch.slug}/daftar/")
    phone_page.get_by_role("combobox", name="Nama ormas").fill(NAME)
    phone_page.get_by_role("button", name="Kirim pendaftaran").click()
    expect(phone_page.get_by_role("alert")).to_contain_text("Memang belum ada?")
    phone_page.get_by_role("link", name="Ormas saya belum tercantum", exact=True).tap()

    expect(phone_page.get_by_label("Nama lengkap ormas")).to_have_value(NAME)


@pytest.mark.parametrize("kind", ["phone_page", "no_js_page"])
def test_near_name_is_offered_and_may_be_left(request, batch, axe_clean, kind):
    page = request.getfixturevalue(kind)
    page.goto(address_of(batch))
    fill(page, name="Fatayat NU")
    send(page)
    offered = page.get_by_role("alert")
    expect(offered).to_contain_text("Fatayat Nahdlatul Ulama (FATAYAT)")
    expect(offered).to_be_focused()
    if kind != "no_js_page":
        axe_clean(page, *BOTH)
    assert not ListingRequest.objects.exists()
    page.get_by_role("button", name="Bukan ini, kirim permintaan saya").click()

    is_received(page)
    assert ListingRequest.objects.get().name == "Fatayat NU"


def test_offered_ormas_leads_to_its_form(phone_page, batch):
    phone_page.goto(address_of(batch))
    fill(phone_page, name="Fatayat NU")
    send(phone_page)
    phone_page.get_by_role("link", name="Fatayat Nahdlatul Ulama").tap()

    expect(phone_page.get_by_role("heading", name="Daftar sebagai utusan ormas")).to_be_visible()


def test_page_works_on_a_phone_of_2020(phone_page, batch):
    page = as_old(phone_page)
    page.goto(address_of(batch))
    assert touching(page) == []
    fill(page, name="Fatayat NU")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Fatayat")
    assert touching(page) == []
    page.get_by_role("button", name="Bukan ini, kirim permintaan saya").tap()
    is_received(page)
    assert touching(page) == []
    page.unroute_all(behavior="wait")


def test_long_names_break_no_page(open_page, batch):
    page = open_page(viewport={"width": 320, "height": 800})
    Ormas.objects.filter(abbreviation="KBPP").update(name="K" * 150)
    page.goto(address_of(batch))
    fill(page, name="K" * 150)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("K" * 150)
    breaks_nowhere(page)
    log_in(page, "verifikator")
    OrmasFactory(name="W" * 150)
    asked = a_request(batch, name="W" * 150, at=timezone.now(), contact_name="M" * 150, city="C" * 80, note="N" * 500)
    page.goto(reverse("admin:pelatihan_listingrequest_change", args=[asked.pk]))
    expect(page.get_by_role("heading", name="Jawab tidak")).to_be_visible()
    breaks_nowhere(page)


def breaks_nowhere(page: Page) -> None:
    for width in (390, 1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(WIDE) == [], width


# ---- Answering -----------------------------------------------------------------------------------


def answer_two(page: Page, batch, look: Callable[[], None]) -> None:
    """The journey itself, the same with and without scripts: one is known already, one is told no."""
    OrmasFactory(name=f"DPD {NAME}", abbreviation="PSB")
    a_request(batch, name=NAME, at=timezone.now(), phone="+6281234567890", note="Dikabari lurah.")
    start(page, "verifikator")
    look()
    page.get_by_role("link", name="1 ormas minta diundang").click()
    expect(page.get_by_role("heading", name="Permintaan ormas")).to_be_visible()
    look()
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("radio", name=f"DPD {NAME} (PSB)")).to_be_checked()
    look()
    page.get_by_role("button", name="Jawab tidak").click()
    expect(page.get_by_text("Tulis alasannya: narahubung ormas itu membacanya.")).to_be_visible()
    look()
    page.get_by_label("Alasan").fill("Kuota wilayah penuh")
    page.get_by_role("button", name="Jawab tidak").click()
    expect(page.get_by_role("region", name="Jawaban")).to_contain_text("Kuota wilayah penuh")
    look()
    page.get_by_role("button", name="Buka lagi permintaan ini").click()
    page.get_by_role("button", name="Undang sebagai ormas yang dipilih").click()
    expect(page.get_by_text(f"DPD {NAME} diundang ke {batch.name}. Kabari narahubungnya.")).to_be_visible()
    look()


def test_verifier_answers(desktop_page, batch, axe_clean):
    def look() -> None:
        axe_clean(desktop_page)
        assert desktop_page.evaluate(WIDE) == []

    answer_two(desktop_page, batch, look)
    assert batch.invitations.filter(ormas__abbreviation="PSB").count() == 1


def test_verifier_answers_on_a_phone(phone_page, batch, axe_clean):
    def look() -> None:
        axe_clean(phone_page)
        assert (phone_page.evaluate(WIDE), phone_page.evaluate(SMALL)) == ([], [])

    answer_two(phone_page, batch, look)


def test_verifier_needs_no_script(no_js_page, batch):
    answer_two(no_js_page, batch, lambda: None)


def test_telling_opens_whatsapp_beside_the_page(desktop_page, batch):
    asked = a_request(batch, at=timezone.now(), phone="+6281234567890")
    desktop_page.context.route("https://wa.me/**", lambda route: route.fulfill(body="WhatsApp"))
    log_in(desktop_page, "verifikator")
    desktop_page.goto(reverse("admin:pelatihan_listingrequest_change", args=[asked.pk]))
    desktop_page.get_by_role("button", name="Catat sebagai ormas baru, lalu undang").click()
    with desktop_page.expect_popup() as opened:
        desktop_page.get_by_role("button", name="Kabari lewat WhatsApp").click()
    opened.value.wait_for_url("https://wa.me/6281234567890?**")
    desktop_page.reload()

    expect(desktop_page.get_by_role("button", name="Kabari lagi lewat WhatsApp")).to_be_visible()
    assert ListingRequest.objects.get().told_at is not None
