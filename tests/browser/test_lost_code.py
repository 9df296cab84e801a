"""A code is lost: asked for on a phone, answered by staff at a desk; with and without JavaScript."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.models import CodeRequest
from tests.browser.conftest import BOTH, PHONE
from tests.browser.test_admin import start
from tests.factories import a_registration

pytestmark = pytest.mark.django_db(transaction=True)


def ask(page: Page, phone: str) -> None:
    page.get_by_label("Nomor HP yang dipakai saat mendaftar").fill(phone)
    page.get_by_role("button", name="Kirim kode saya").click()


@pytest.mark.parametrize("has_script", [True, False])
def test_lost_code_is_asked_for(open_page, batch, axe_clean, has_script):
    registration = a_registration(batch, at=timezone.now(), phone="+6281234567890", email="siti@contoh.id")
    page = open_page(**PHONE, java_script_enabled=has_script)
    page.goto("/k/")
    page.get_by_role("link", name="Minta kode lagi").click()
    expect(page.get_by_role("heading", name="Minta kode lagi")).to_be_visible()
    if has_script:
        axe_clean(page)
    ask(page, "0812")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Nomor HP yang dipakai saat mendaftar")).to_be_focused()
    if has_script:
        axe_clean(page)
    ask(page, "0812 3456 7890")
    expect(page.get_by_role("heading", name="Permintaan Anda kami terima")).to_be_visible()
    if has_script:
        axe_clean(page)

    assert CodeRequest.objects.get().registration == registration


@pytest.mark.parametrize("has_script", [True, False])
def test_staff_send_it_by_whatsapp(open_page, batch, axe_clean, has_script):
    now = timezone.now()
    for name, phone in (
        ("Siti Rahmawati", "+6281234567890"),
        ("B" * 150, "+6281234567890"),
        ("Citra", "+628120000111"),
    ):
        registration = a_registration(batch, at=now, phone=phone, name=name)
        CodeRequest.objects.create(registration=registration, asked_at=now, due_at=now, way="staff")
    CodeRequest.objects.filter(registration__name="Citra").update(maybe_sent=True)
    page = open_page(**PHONE, java_script_enabled=has_script)
    page.context.route(re.compile(r"https://wa\.me/.*"), lambda route: route.fulfill(body="WhatsApp"))
    start(page, "verifikator")
    expect(page.get_by_text("3 permintaan kode menunggu")).to_be_visible()
    if has_script:
        axe_clean(page, *BOTH)
    page.get_by_role("link", name="Kirim lewat WhatsApp").click()
    expect(page.get_by_role("heading", name="Permintaan kode")).to_be_visible()
    if has_script:
        axe_clean(page, *BOTH)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Kirim lewat WhatsApp kepada Siti Rahmawati").click()
    expect(opened.value).to_have_url(re.compile(r"^https://wa\.me/6281234567890\?text="))
    if has_script:
        expect(page.get_by_text("Ditandai sudah dikabari")).to_be_visible()
    page.get_by_role("button", name="Selesai tanpa kirim untuk Citra").click()
    expect(page.get_by_text("Permintaan Citra diselesaikan tanpa kirim.")).to_be_visible()
    expect(page.get_by_text("Tidak ada permintaan yang menunggu.")).to_be_visible()
    if has_script:
        axe_clean(page, *BOTH)

    assert CodeRequest.objects.filter(told_at=None).count() == 0
