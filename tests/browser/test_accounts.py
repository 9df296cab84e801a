"""A desk officer logs in on a phone, meets the refusals on the way, and changes the password."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.factories import UserFactory

PASSWORD = "kuda lumping 17"
SUMMARY = ".error-summary"


@pytest.fixture
def petugas(transactional_db) -> None:
    user = UserFactory(username="rina", role="petugas")
    user.set_password(PASSWORD)
    user.save()


def log_in(page: Page, password: str = PASSWORD, name: str = "rina") -> None:
    page.get_by_label("Nama pengguna").fill(name)
    page.get_by_label("Kata sandi").fill(password)
    page.get_by_role("button", name="Masuk").click()


def change(page: Page, old: str, new: str) -> None:
    page.get_by_label("Kata sandi sekarang").fill(old)
    page.get_by_label("Kata sandi baru", exact=True).fill(new)
    page.get_by_label("Ulangi kata sandi baru").fill(new)
    page.get_by_role("button", name="Ganti kata sandi").click()


def test_officer_logs_in_after_a_slip(petugas, no_js_page):
    page = no_js_page
    page.goto("/panitia/")
    log_in(page, "salah")
    expect(page.locator(SUMMARY)).to_contain_text("tidak cocok")
    expect(page.get_by_label("Nama pengguna")).to_have_value("rina")

    log_in(page)
    expect(page).to_have_url(re.compile(r"/panitia/$"))


def test_log_in_takes_focus_where_it_helps(petugas, phone_page, axe_clean):
    page = phone_page
    page.goto("/masuk/")
    expect(page.get_by_label("Nama pengguna")).to_be_focused()
    axe_clean(page)

    log_in(page, "salah")
    expect(page.locator(SUMMARY)).to_be_focused()
    axe_clean(page)


def test_guessing_is_told_until_when(petugas, phone_page, axe_clean):
    page = phone_page
    page.goto("/masuk/")
    for _ in range(6):
        log_in(page, "salah")

    expect(page.get_by_text(re.compile(r"ditutup sampai pukul \d\d\.\d\d WIB"))).to_be_visible()
    axe_clean(page)


def test_officer_changes_the_password_and_logs_out(petugas, phone_page, axe_clean):
    page = phone_page
    page.goto("/masuk/")
    log_in(page)
    page.get_by_role("link", name="akun Anda").click()
    expect(page.get_by_role("link", name="Ganti kata sandi")).to_be_visible()
    axe_clean(page)
    page.get_by_role("link", name="Ganti kata sandi").click()
    change(page, "salah", "pendek")
    expect(page.locator(SUMMARY)).to_contain_text("Ada 2 isian yang perlu diperbaiki")
    axe_clean(page)

    change(page, PASSWORD, "sate padang 2019")
    expect(page.get_by_role("status")).to_contain_text("Kata sandi Anda sudah diganti.")
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("status")).to_contain_text("Anda sudah keluar.")


def test_form_left_open_too_long_loses_nothing(petugas, phone_page, axe_clean):
    page = phone_page
    page.goto("/k/")
    page.get_by_label("Kode pendaftaran").fill("ABCDEFGH")
    page.context.clear_cookies()
    page.locator("main form").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Halaman ini terlalu lama terbuka")
    axe_clean(page)

    page.get_by_role("button", name="Kirim lagi").click()
    expect(page.locator("main form input[name=code]")).to_have_value("ABCDEFGH")


def test_form_sent_after_the_session_says_so(petugas, phone_page):
    page = phone_page
    page.goto("/masuk/?next=/sandi/")
    log_in(page)
    page.context.clear_cookies(name="sessionid")
    change(page, PASSWORD, "sate padang 2019")
    expect(page.get_by_role("status")).to_contain_text("isian terakhir belum tersimpan")

    log_in(page)
    expect(page).to_have_url(re.compile(r"/sandi/$"))


@pytest.mark.parametrize("address", ["/tidak/ada/", "/?q=%00"])
def test_error_pages_are_clean_and_lead_home(transactional_db, phone_page, axe_clean, address):
    phone_page.goto(address)
    axe_clean(phone_page)

    phone_page.get_by_role("link", name="Ke halaman depan").click()
    expect(phone_page).to_have_url(re.compile(r":\d+/$"))


def test_password_is_shown_to_whoever_asks(petugas, phone_page, axe_clean):
    phone_page.goto("/masuk/")
    phone_page.get_by_label("Nama pengguna").fill("rina")
    field = phone_page.get_by_label("Kata sandi", exact=True)
    field.fill(PASSWORD)
    phone_page.get_by_role("button", name="Tampilkan kata sandi").tap()
    expect(field).to_have_attribute("type", "text")
    axe_clean(phone_page)
    phone_page.get_by_role("button", name="Sembunyikan kata sandi").tap()
    expect(field).to_have_attribute("type", "password")
    phone_page.get_by_role("button", name="Masuk", exact=True).tap()

    expect(phone_page).to_have_url(re.compile(r"/panitia/$"))


def test_password_stays_hidden_without_javascript(no_js_page):
    no_js_page.goto("/masuk/")

    expect(no_js_page.get_by_role("button", name="Masuk")).to_be_visible()
    expect(no_js_page.get_by_role("button", name="Tampilkan kata sandi")).to_have_count(0)
