"""A delegate on a cheap phone: registers, reads the answer, comes back, puts right, withdraws."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.lifecycle import Status
from pelatihan.models import Registration
from tests.factories import a_registration

pytestmark = pytest.mark.django_db(transaction=True)
SCREEN = 844  # CSS pixels of a phone's screen


def form_of(batch) -> str:
    return f"/angkatan/{batch.slug}/daftar/"


def fill(page: Page, name: str = "Siti Rahmawati", phone: str = "0812-3456-7890") -> None:
    """All but the organisation."""
    page.get_by_label("Jabatan Anda di ormas").fill("Sekretaris")
    page.get_by_label("Nama lengkap").fill(name)
    page.get_by_text("Perempuan").click()
    page.get_by_label("Nomor HP (WhatsApp)").fill(phone)
    page.get_by_text("Saya sudah membaca Pemberitahuan Privasi").click()


def send(page: Page) -> None:
    page.get_by_role("button", name="Kirim pendaftaran").click()


def code_on(page: Page) -> str:
    return page.locator(".pass-code").inner_text()


# ---- Registering ---------------------------------------------------------------------------------


def test_delegate_registers_on_a_phone(phone_page, batch, axe_clean):
    phone_page.goto(form_of(batch))
    axe_clean(phone_page)
    ormas = phone_page.get_by_role("combobox", name="Nama ormas")
    ormas.press_sequentially("putra polri")
    axe_clean(phone_page)
    phone_page.get_by_role("option", name="Keluarga Besar Putra-Putri Polri (KBPP)").tap()
    fill(phone_page)
    send(phone_page)

    expect(phone_page.get_by_text("Menunggu verifikasi")).to_be_visible()
    axe_clean(phone_page)
    assert Registration.objects.get(code=code_on(phone_page).replace("-", "")).ormas.abbreviation == "KBPP"


def test_delegate_registers_without_javascript(no_js_page, batch):
    no_js_page.goto(form_of(batch))
    no_js_page.get_by_label("Nama ormas").select_option(label="Fatayat Nahdlatul Ulama (FATAYAT)")
    fill(no_js_page)
    send(no_js_page)

    expect(no_js_page.get_by_text("Menunggu verifikasi")).to_be_visible()
    assert Registration.objects.get().ormas.abbreviation == "FATAYAT"


def test_keyboard_alone_suffices(desktop_page, batch):
    keys = desktop_page.keyboard
    desktop_page.goto(form_of(batch))
    desktop_page.get_by_role("combobox", name="Nama ormas").focus()
    keys.type("putra")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("Enter")
    for typed in ["Tab", "Tab", "Sekretaris", "Tab", "Siti Rahmawati", "Tab", "Tab", "Tab", "Tab", "Space", "Tab"]:
        keys.press(typed) if typed in {"Tab", "Space"} else keys.type(typed)
    keys.type("081234567890")
    for typed in ["Tab", "Tab", "Tab", "Tab", "Space", "Tab", "Tab", "Tab", "Tab", "Enter"]:
        keys.press(typed)

    expect(desktop_page.get_by_text("Menunggu verifikasi")).to_be_visible()
    registration = Registration.objects.select_related("ormas", "delegate").get()
    assert (registration.ormas.abbreviation, registration.delegate.gender) == ("KBPP", "L")


def test_form_is_three_screens_long(phone_page, batch):
    phone_page.goto(form_of(batch))

    assert phone_page.evaluate("document.documentElement.scrollHeight") <= 3 * SCREEN
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 390


def test_reload_makes_no_second_registration(phone_page, batch):
    phone_page.goto(form_of(batch))
    phone_page.get_by_role("combobox", name="Nama ormas").fill("fatayat")
    fill(phone_page)
    send(phone_page)
    first = code_on(phone_page)
    phone_page.reload()

    assert code_on(phone_page) == first
    assert Registration.objects.count() == 1


# ---- Mending -------------------------------------------------------------------------------------


def test_errors_take_focus_and_keep_everything(phone_page, batch, axe_clean):
    phone_page.goto(form_of(batch))
    phone_page.get_by_role("combobox", name="Nama ormas").fill("Perkumpulan Lain")
    fill(phone_page, phone="0812")
    send(phone_page)

    summary = phone_page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Ada 2 isian yang perlu diperbaiki")
    axe_clean(phone_page)
    expect(phone_page.get_by_role("combobox", name="Nama ormas")).to_have_value("Perkumpulan Lain")
    expect(phone_page.get_by_label("Nama lengkap")).to_have_value("Siti Rahmawati")
    expect(phone_page.get_by_label("Perempuan")).to_be_checked()


def test_error_link_goes_to_its_field(phone_page, batch):
    phone_page.goto(form_of(batch))
    send(phone_page)
    phone_page.get_by_role("link", name="Nama ormas: Pilih ormas Anda dari daftar.").tap()

    expect(phone_page.get_by_role("combobox", name="Nama ormas")).to_be_focused()


def test_form_survives_lost_cookies(phone_page, batch):
    phone_page.goto(form_of(batch))
    phone_page.get_by_role("combobox", name="Nama ormas").fill("fatayat")
    fill(phone_page)
    phone_page.context.clear_cookies()
    send(phone_page)
    expect(phone_page.get_by_role("alert")).to_contain_text("Isian Anda masih ada")
    send(phone_page)

    expect(phone_page.get_by_text("Menunggu verifikasi")).to_be_visible()


def test_search_that_finds_nothing_says_what_to_do(phone_page, batch):
    phone_page.goto(form_of(batch))
    phone_page.get_by_role("combobox", name="Nama ormas").press_sequentially("zzz")
    expect(phone_page.get_by_text("Tidak ada ormas yang cocok.")).to_be_visible()
    phone_page.get_by_role("link", name="Ormas saya belum tercantum").tap()

    expect(phone_page.get_by_role("heading", name="Ormas saya belum tercantum")).to_be_visible()


# ---- Hurrying ------------------------------------------------------------------------------------


@pytest.fixture
def _three_seconds(settings):
    settings.LEAST_SECONDS = 3


def fill_like_a_browser(page: Page) -> None:
    """All at once, as autofill and a hurried thumb do; ``situs`` by a browser that fills in what nobody sees."""
    page.evaluate(
        """() => {
            const typed = { position: "Ketua", name: "Siti Rahmawati", phone: "081234567890", ormas: null };
            for (const [name, value] of Object.entries(typed)) {
                const field = document.querySelector(`[name=${name}]`);
                if (field.tagName === "SELECT") field.selectedIndex = 1; else field.value = value;
            }
            for (const box of ["[name=gender][value=P]", "[name=privacy]"]) document.querySelector(box).checked = true;
        }"""
    )


@pytest.mark.usefixtures("_three_seconds")
def test_who_sends_within_a_second_presses_once_more(phone_page, batch, axe_clean):
    phone_page.goto(form_of(batch))
    fill_like_a_browser(phone_page)
    send(phone_page)

    summary = phone_page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("terkirim sangat cepat")
    axe_clean(phone_page)
    assert not Registration.objects.exists()
    expect(phone_page.get_by_label("Nama lengkap")).to_have_value("Siti Rahmawati")
    send(phone_page)
    expect(phone_page.get_by_text("Menunggu verifikasi")).to_be_visible()


def test_field_that_a_browser_filled_in_is_shown_emptied(phone_page, batch, axe_clean):
    phone_page.goto(form_of(batch))
    fill_like_a_browser(phone_page)
    spare = phone_page.get_by_label("Kosongkan isian ini")
    expect(spare).to_be_hidden()
    phone_page.evaluate("document.querySelector('[name=situs]').value = 'https://contoh.id'")
    send(phone_page)

    expect(phone_page.get_by_role("alert")).to_contain_text("Sudah kami kosongkan")
    expect(spare).to_be_visible()
    expect(spare).to_have_value("")
    axe_clean(phone_page)
    phone_page.get_by_role("link", name="Kosongkan isian ini").tap()
    expect(spare).to_be_focused()
    send(phone_page)
    expect(phone_page.get_by_text("Menunggu verifikasi")).to_be_visible()


def test_tab_never_reaches_what_stays_empty(desktop_page, batch):
    desktop_page.goto(form_of(batch))
    reached = set()
    for _ in range(60):
        desktop_page.keyboard.press("Tab")
        reached.add(desktop_page.evaluate("document.activeElement.name || ''"))

    assert {"phone", "privacy", "agrees_invite"} <= reached
    assert "situs" not in reached


# ---- Coming back ---------------------------------------------------------------------------------


def test_delegate_comes_back_on_another_phone(phone_page, batch, axe_clean):
    registration = a_registration(batch, Status.NEEDS_FIX, at=timezone.now(), phone="+6281234567890")
    phone_page.goto("/k/")
    axe_clean(phone_page)
    phone_page.get_by_label("Kode pendaftaran").fill(registration.shown_code.lower().replace("-", " "))
    phone_page.get_by_role("button", name="Buka").tap()
    expect(phone_page.get_by_text(f"Kode {registration.shown_code}")).to_be_visible()
    axe_clean(phone_page)
    phone_page.get_by_label("Nomor HP yang dipakai saat mendaftar").fill("0812 3456 7890")
    phone_page.get_by_role("button", name="Buka halaman saya").tap()

    expect(phone_page.get_by_text("Catatan petugas: Nama belum lengkap")).to_be_visible()
    axe_clean(phone_page)


def test_delegate_mends_and_withdraws(phone_page, batch, axe_clean):
    registration = a_registration(batch, Status.NEEDS_FIX, at=timezone.now(), phone="+6281234567890")
    phone_page.goto(registration.get_absolute_url())
    phone_page.get_by_label("Nomor HP yang dipakai saat mendaftar").fill("081234567890")
    phone_page.get_by_role("button", name="Buka halaman saya").tap()
    phone_page.get_by_role("link", name="Perbaiki data").tap()
    expect(phone_page.get_by_role("heading", name="Perbaiki data Anda")).to_be_visible()
    axe_clean(phone_page)
    phone_page.get_by_label("Nama lengkap").fill("Siti Rahmawati Putri")
    phone_page.get_by_role("button", name="Kirim perbaikan").tap()
    expect(phone_page.get_by_text("Menunggu verifikasi")).to_be_visible()
    phone_page.get_by_role("link", name="Batalkan pendaftaran").tap()
    expect(phone_page.get_by_role("heading", name="Batalkan pendaftaran Anda?")).to_be_visible()
    axe_clean(phone_page)
    phone_page.get_by_role("button", name="Ya, batalkan").tap()

    expect(phone_page.get_by_text("Dibatalkan", exact=True)).to_be_visible()


def test_closed_page_is_clear(phone_page, batch, axe_clean):
    batch.opens_at = timezone.now() + timedelta(days=2)
    batch.save()
    phone_page.goto(form_of(batch))

    expect(phone_page.get_by_role("heading", name="Pendaftaran belum dibuka")).to_be_visible()
    axe_clean(phone_page)


def test_code_stands_on_white_and_large(phone_page, batch):
    registration = a_registration(batch, at=timezone.now(), phone="+6281234567890")
    phone_page.goto(registration.get_absolute_url())
    phone_page.get_by_label("Nomor HP yang dipakai saat mendaftar").fill("081234567890")
    phone_page.get_by_role("button", name="Buka halaman saya").tap()

    box = phone_page.locator(".pass-qr").bounding_box()
    assert box["width"] == box["height"] >= 240
    assert (
        phone_page.evaluate("getComputedStyle(document.querySelector('.pass')).backgroundColor") == "rgb(255, 255, 255)"
    )
    assert phone_page.evaluate("getComputedStyle(document.querySelector('.pass-code')).fontSize") == "28px"
