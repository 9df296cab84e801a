"""Staff write to people: ten messages by WhatsApp, a text changed, one text to many; by hand, by keyboard, without
script."""

import time

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.jobs import running
from pelatihan.models import Mailing, Message, TextOfOffice
from tests.browser.conftest import BOTH, DESKTOP, PHONE
from tests.browser.test_admin import log_in, start
from tests.pelatihan.messaging.samples import a_contact, a_message, somebody

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ["Adi", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Gita", "Hadi", "Indah", "Joko"]
A_MESSAGE = 7.5  # seconds: forty in five minutes


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.fixture
def ten(batch) -> list[Message]:
    now = timezone.now()
    people = [somebody(batch, name=f"{name} Nugraha", at=now) for name in NAMES]
    return [a_message(person, at=now) for person in people]


def opened(page: Page) -> list[str]:
    """The addresses that WhatsApp is opened with; no test leaves this machine."""
    addresses: list[str] = []

    def answer(route) -> None:
        addresses.append(route.request.url)
        route.fulfill(body="WhatsApp")

    page.context.route("https://wa.me/**", answer)
    return addresses


def tap(page: Page, how) -> None:
    """One message, and back to this tab; the next person stands there."""
    shown = page.get_by_role("heading", level=2).first.inner_text()
    with page.expect_popup() as popup:
        how()
    popup.value.wait_for_url("https://wa.me/**")
    popup.value.close()
    expect(page.get_by_role("heading", level=2).first).not_to_have_text(shown)


@pytest.mark.parametrize("size", [PHONE], ids=["phone"])
def test_ten_messages_by_whatsapp(open_page, ten, axe_clean, size):
    page = open_page(**size)
    addresses = opened(page)
    start(page, "verifikator")
    page.get_by_role("link", name="Pesan", exact=True).click()
    page.get_by_role("link", name="Kirim lewat WhatsApp (10)").click()
    expect(page.get_by_role("heading", name="Kirim lewat WhatsApp", level=1)).to_be_visible()
    axe_clean(page)
    assert fits(page)
    button = page.get_by_role("button", name="Buka WhatsApp dan tandai terkirim")
    began = time.monotonic()
    for _ in range(9):
        tap(page, button.click)
    took = (time.monotonic() - began) / 9
    expect(page.get_by_text("9 dari 10 pesan terkirim.")).to_be_visible()
    axe_clean(page)
    page.get_by_role("button", name="Urungkan Indah Nugraha").click()
    expect(page.get_by_role("heading", name="Indah Nugraha")).to_be_visible()
    for _ in range(2):
        tap(page, button.click)
    expect(page.get_by_text("Semua sudah dikirim.")).to_be_visible()

    assert took < A_MESSAGE
    assert len(addresses) == 11
    assert Message.objects.filter(state="sent").count() == 10


def test_ten_messages_by_keyboard(open_page, ten):
    page = open_page(**DESKTOP)
    opened(page)
    log_in(page, "verifikator")
    page.goto(reverse("admin:messages_by_hand"))

    def key(letter: str):
        page.wait_for_selector("html.keys-settled")
        return lambda: page.keyboard.press(letter)

    tap(page, key("w"))
    key("l")()
    expect(page.get_by_role("heading", name="Citra Nugraha")).to_be_visible()
    key("n")()
    expect(page.get_by_role("heading", name="Dewi Nugraha")).to_be_visible()
    key("u")()
    expect(page.get_by_role("heading", name="Adi Nugraha")).to_be_visible()
    for _ in range(9):
        tap(page, key("w"))
    expect(page.get_by_text("Semua sudah dikirim.")).to_be_visible()

    assert Message.objects.get(state="failed").registration.name == "Citra Nugraha"
    assert Message.objects.filter(state="sent").count() == 9


def test_without_script_one_goes_on_by_a_link(open_page, ten):
    page = open_page(**PHONE, java_script_enabled=False)
    opened(page)
    log_in(page, "verifikator")
    page.goto(reverse("admin:messages_by_hand"))
    for name in ("Adi", "Budi", "Citra"):
        expect(page.get_by_role("heading", name=f"{name} Nugraha")).to_be_visible()
        with page.expect_popup() as popup:
            page.get_by_role("button", name="Buka WhatsApp dan tandai terkirim").click()
        popup.value.wait_for_url("https://wa.me/**")
        popup.value.close()
        page.get_by_role("link", name="Tampilkan orang berikutnya").click()

    expect(page.get_by_role("heading", name="Dewi Nugraha")).to_be_visible()
    assert Message.objects.filter(state="sent").count() == 3


def test_text_is_changed_with_what_was_wrong_mended(phone_page, batch, axe_clean):
    somebody(batch, name="Siti Rahmawati", at=timezone.now())
    page = phone_page
    log_in(page, "verifikator")
    page.goto(reverse("admin:message_texts"))
    axe_clean(page, *BOTH)
    page.get_by_role("link", name="Diterima sebagai peserta").click()
    expect(page.get_by_role("heading", name="Teks pesan: Diterima sebagai peserta")).to_be_visible()
    axe_clean(page, *BOTH)
    field = page.get_by_label("Isi, untuk surel dan WhatsApp")
    field.fill("Yth. {nama},\n\nAnda *diterima*. {waktu_kumpul}\n{kode} ")
    page.get_by_role("button", name="Simpan teks").click()
    expect(page.get_by_text("{waktu_kumpul} pada baris 3 tidak dikenal.").first).to_be_visible()
    axe_clean(page, *BOTH)
    field.fill("Yth. {nama},\n\nAnda *diterima*.\n{kode} ")
    field.press("Control+End")
    page.get_by_role("button", name="Sisipkan {tautan}").click()
    expect(field).to_have_value("Yth. {nama},\n\nAnda *diterima*.\n{kode} {tautan}")
    expect(page.get_by_text("46 dari 2.000 huruf")).to_be_visible()
    page.get_by_role("button", name="Lihat").click()
    expect(page.get_by_text("Yth. Siti Rahmawati,")).to_be_visible()
    page.get_by_role("button", name="Simpan teks").click()
    expect(page.get_by_text("disimpan")).to_be_visible()
    page.get_by_role("link", name="Kembalikan teks asli").click()
    expect(page.get_by_role("heading", name="Kembalikan teks asli: ")).to_be_visible()
    axe_clean(page, *BOTH)
    page.get_by_role("button", name="Kembalikan teks asli").click()
    expect(page.get_by_text("kembali ke teks asli")).to_be_visible()

    assert not TextOfOffice.objects.exists()


@pytest.mark.parametrize("size", [DESKTOP], ids=["desktop"])
def test_many_are_reminded_and_it_is_stopped(open_page, batch, axe_clean, size):
    now = timezone.now()
    for name in ("Adi Nugraha", "W" * 150, "Citra"):
        somebody(batch, name=name, at=now)
    page = open_page(**size)
    log_in(page, "verifikator")
    page.goto(reverse("admin:messages"))
    page.get_by_role("link", name="Kirim ke banyak orang").click()
    expect(page.get_by_role("heading", name="Kirim ke banyak orang", level=1)).to_be_visible()
    axe_clean(page)
    assert fits(page)
    page.get_by_role("button", name="Periksa penerima").click()
    expect(page.get_by_role("heading", name="3 contoh")).to_be_visible()
    axe_clean(page)
    assert fits(page)
    page.get_by_role("button", name="Kirim ke 3 orang").click()
    expect(page.get_by_text("0 dari 3 terkirim.")).to_be_visible()
    axe_clean(page)
    running.carry_out(Mailing.objects.get().pk)
    expect(page.get_by_text("Sisanya dikirim dengan tangan")).to_be_visible()  # the page looks by itself
    assert fits(page)
    page.get_by_role("button", name="Hentikan yang belum terkirim").click()
    expect(page.get_by_text("3 pesan yang belum terkirim tidak dikirim.")).to_be_visible()

    assert Message.objects.filter(state="dropped", mailing__isnull=False).count() == 3


@pytest.mark.parametrize("size", [PHONE], ids=["phone"])
def test_failure_is_seen_and_sent_the_other_way(open_page, batch, axe_clean, size):
    now = timezone.now()
    person = somebody(batch, name="Siti Rahmawati", at=now, email="siti.rahmawati.panjang.sekali@kantor-contoh.id")
    a_message(person, at=now, state="failed", channel="email", why="Alamat surel ini tidak dapat dikirimi (550).")
    a_message(a_contact(batch), at=now)
    page = open_page(**size)
    log_in(page, "verifikator")
    page.goto(reverse("admin:messages"))
    axe_clean(page)
    assert fits(page)
    page.get_by_role("button", name="Kirim lewat WhatsApp").filter(has_text="Siti Rahmawati").click()
    expect(page.get_by_text("Pesan kepada Siti Rahmawati menunggu dikirim lewat WhatsApp.")).to_be_visible()
    page.get_by_role("link", name="Lihat").filter(has_text="kepada Siti Rahmawati").click()
    expect(page.get_by_role("heading", name="kepada Siti Rahmawati", level=1)).to_be_visible()
    axe_clean(page)
    assert fits(page)
    page.get_by_role("button", name="Jangan dikirim").click()
    expect(page.get_by_text("tidak akan dikirim")).to_be_visible()

    assert Message.objects.get(registration=person).state == "dropped"
