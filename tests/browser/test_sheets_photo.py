"""An officer photographs signed pages at the desk: the phone says what is wrong, keeps what it took, and sends it."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Dialog, Page, expect

from pelatihan.accounts import access
from pelatihan.models import PrintedSheet, SheetScan, SheetUpload
from pelatihan.web.kept_files import SHEETS
from tests import sheet_pictures
from tests.browser.conftest import BOTH, PHONE
from tests.browser.people import PASSWORD, password_kept
from tests.browser.test_desk import log_in
from tests.factories import UserFactory
from tests.pelatihan.scans.world import a_batch, a_printed_list

pytestmark = pytest.mark.django_db(transaction=True)
Film = Callable[..., Page]


@pytest.fixture
def sheet() -> PrintedSheet:
    """The list of a session, of two pages, printed for a training."""
    access.make_groups()
    for role in ("petugas", "panitia"):
        UserFactory(username=role, role=role, password=password_kept())
    return a_printed_list(a_batch(people=30))


@pytest.fixture
def film(launch: Callable[..., Browser], live_server, tmp_path: Path) -> Iterator[Film]:
    """Opens a page in a browser whose camera shows these pictures, round and round."""
    browsers, errors = [], []

    def opened(*frames) -> Page:
        shown = sheet_pictures.write_film(tmp_path / "film.y4m", frames)
        fake = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={shown}")
        browsers.append(launch(*fake))
        options: dict[str, Any] = {"base_url": live_server.url, "permissions": ["camera"], **PHONE}
        page = browsers[-1].new_context(**options).new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield opened
    for browser in browsers:
        browser.close()
    assert errors == []


def seen(sheet: PrintedSheet, page: int = 1, **look):
    return sheet_pictures.photo(sheet_pictures.printed(bytes(sheet.printing.file.content), page), **look)


def address(sheet: PrintedSheet) -> str:
    return f"/panitia/{sheet.angkatan.slug}/lembar/foto/"


def hint(page: Page):
    return page.locator("[data-hint]")


def done(page: Page):
    return page.get_by_role("status", name="Foto")


def button(page: Page, name: str):
    return page.get_by_role("button", name=name)


def content_of(upload: SheetUpload) -> bytes:
    return SHEETS.read(upload.file_name)


def until(page: Page, holds: str) -> None:
    """The policy of the page forbids what Playwright waits by."""
    for _ in range(80):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(500)
    raise AssertionError(holds)


HINTS = """() => { window.hints = new Set(); const words = document.querySelector("[data-hint-words]");
    new MutationObserver(() => hints.add(words.textContent)).observe(words, { childList: true }) }"""


def test_page_that_is_whole_is_photographed_by_itself(film, sheet, axe_clean):
    page = film(seen(sheet, size=(1200, 1600)))
    log_in(page, "petugas", f"/panitia/{sheet.angkatan.slug}/presensi/{sheet.session_id}/")
    page.get_by_role("link", name="Foto lembar").click()

    expect(done(page)).to_contain_text("Terfoto: Sen 08.00, lembar 1 dari 2")
    expect(hint(page)).to_have_text("Lembar ini sudah terfoto")
    expect(page.locator("[data-state]")).to_have_text("4 dari 4 sudut terbaca · 1 lembar terfoto")
    expect(page.locator("[data-queue]")).to_be_hidden()
    expect(page.get_by_role("heading", name="Foto yang Anda kirim")).to_be_visible(timeout=30_000)  # the server has it
    axe_clean(page, *BOTH)
    upload = SheetUpload.objects.get()
    assert (upload.way, upload.by.username, upload.angkatan) == ("phone", "petugas", sheet.angkatan)
    with Image.open(io.BytesIO(content_of(upload))) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (1200, 1600), {})

    button(page, "Foto sekarang").click()
    expect(done(page)).to_contain_text("Terfoto lagi: Sen 08.00, lembar 1 dari 2")
    expect(page.locator("[data-state]")).to_contain_text("1 lembar terfoto")
    page.reload()
    expect(hint(page)).to_have_text("Lembar ini sudah terfoto")


def test_phone_says_what_is_wrong_and_photographs_nothing(film, sheet):
    page = film(
        seen(sheet, fill=0.55),
        seen(sheet, light=0.2),
        seen(sheet, shift=(0.12, 0.06)),
        seen(sheet, blur=3),
        sheet_pictures.photo(sheet_pictures.page("7KQ3M9XA", 3)),
        sheet_pictures.photo(sheet_pictures.page(sheet.code, 1, marked=2)),
    )
    log_in(page, "panitia", address(sheet))
    page.evaluate(HINTS)
    wanted = [
        "Dekatkan",
        "Terlalu gelap: nyalakan senter atau cari tempat terang",
        "Tahan diam: gambarnya kabur",
        "Bukan lembar angkatan ini",
        "Kode dan sudut bukan dari lembar yang sama",
    ]
    for words in wanted:
        until(page, f"hints.has({words!r})")
    until(page, "[...hints].some((words) => words.startsWith('Mundur sedikit'))")
    expect(done(page)).to_be_hidden()
    assert not SheetUpload.objects.exists()


def test_sheet_that_was_printed_since_is_known_soon(film, sheet):
    page = film(sheet_pictures.photo(sheet_pictures.page("7KQ3M9XA", 3)))
    log_in(page, "panitia", address(sheet))
    expect(hint(page)).to_have_text("Bukan lembar angkatan ini")
    sheet.pk, sheet.code, sheet.version, sheet.number, sheet.ends = None, "7KQ3M9XA", 2, 2, [10, 20, 30, 40]
    sheet.save(force_insert=True)

    expect(done(page)).to_contain_text("Terfoto: Sen 08.00, lembar 3 dari 4", timeout=40_000)
    expect(page.get_by_role("heading", name="Foto yang Anda kirim")).to_be_visible(timeout=30_000)
    SheetScan.objects.create(
        upload=SheetUpload.objects.get(), number=1, angkatan=sheet.angkatan, sheet=sheet, page=3, state="problem",
        problem="unreadable", detail="blurred",
    )  # fmt: skip
    expect(done(page)).to_contain_text("Foto ulang: Sen 08.00, lembar 3 dari 4", timeout=40_000)
    expect(done(page)).to_contain_text("Terlalu buram. Foto sekali lagi")


def test_poor_photo_is_taken_by_hand_alone(film, sheet, axe_clean):
    page = film(seen(sheet, shift=(0.12, 0.06)))
    log_in(page, "petugas", address(sheet))
    expect(hint(page)).to_contain_text("Mundur sedikit")
    button(page, "Foto sekarang").click()
    expect(done(page)).to_contain_text("Foto ini mungkin tidak terbaca")
    expect(button(page, "Pakai foto ini")).to_be_focused()
    axe_clean(page)
    assert not SheetUpload.objects.exists()

    button(page, "Pakai foto ini").click()
    expect(done(page)).to_contain_text("belum pasti terbaca")
    expect(page.get_by_role("heading", name="Foto yang Anda kirim")).to_be_visible(timeout=30_000)
    assert SheetUpload.objects.count() == 1


def test_photos_wait_for_a_signal_and_for_who_may_send_them(film, sheet, axe_clean):
    """Taken in the hall without a signal, the page opened anew; sent when there is one and somebody has logged in."""
    page = film(seen(sheet))
    dialogs: list[str] = []

    def stay(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    log_in(page, "petugas", "/panitia/")
    page.route("**/unggah/", lambda route: route.abort())
    page.goto(address(sheet))
    queue = page.locator("[data-queue]")
    expect(done(page)).to_contain_text("Terfoto")
    expect(queue).to_contain_text("1 foto menunggu sinyal")
    axe_clean(page, *BOTH)
    until(page, "caches.open('meja-halaman').then(async (pages) => (await pages.keys()).length > 0)")

    page.context.set_offline(True)
    page.reload()
    expect(hint(page)).to_have_text("Lembar ini sudah terfoto")  # by the page that the phone keeps
    expect(queue).to_contain_text("Sen 08.00, lembar 1 dari 2")
    page.context.set_offline(False)
    button(page, "Keluar").click()
    page.wait_for_timeout(300)
    assert "1 foto lembar belum terkirim" in dialogs[0]

    page.unroute("**/unggah/")
    page.context.clear_cookies()
    button(page, "Coba kirim sekarang").click()
    panel = page.get_by_role("region", name="Masuk lagi untuk mengirim")
    expect(panel).to_be_visible()
    axe_clean(page)
    panel.get_by_label("Kata sandi").fill(PASSWORD)
    panel.get_by_role("button", name="Masuk").click()
    expect(queue).to_be_hidden()
    expect(panel).to_be_hidden()
    assert SheetUpload.objects.count() == 1
    assert page.evaluate(LEFT) == [0, 0]  # nothing of it stays on the phone


LEFT = """() => new Promise((resolve) => { const asked = indexedDB.open("lembar-foto"); asked.onsuccess = () => {
    const tx = asked.result.transaction(["photos", "bytes"]);
    const counts = ["photos", "bytes"].map((name) => tx.objectStore(name).count());
    tx.oncomplete = () => resolve(counts.map((one) => one.result)); } })"""


def test_without_the_camera_pictures_of_the_phone_are_sent(desktop_page, sheet, tmp_path, axe_clean):
    page = desktop_page
    log_in(page, "petugas", address(sheet))
    expect(page.get_by_role("heading", name="Perangkat ini tidak punya kamera")).to_be_visible()
    axe_clean(page, *BOTH)
    place = Image.Exif()
    place[0x8825] = {1: "S", 2: (6.0, 10.0, 30.0)}
    taken = tmp_path / "IMG_0001.jpg"
    Image.fromarray(seen(sheet)).save(taken, exif=place)
    (tmp_path / "surat.jpg").write_text("bukan gambar")

    page.get_by_label("Foto dari ponsel").set_input_files([taken, tmp_path / "surat.jpg"])
    button(page, "Kirim foto").click()
    expect(page.get_by_role("heading", name="Foto yang Anda kirim")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("alert").filter(has_text="Bukan foto yang dapat dibuka: surat.jpg")).to_be_visible()
    with Image.open(io.BytesIO(content_of(SheetUpload.objects.get()))) as picture:
        assert dict(picture.getexif()) == {}


def test_form_sends_pictures_without_javascript(no_js_page, sheet, tmp_path):
    page = no_js_page
    log_in(page, "petugas", address(sheet))
    taken = tmp_path / "IMG_0001.jpg"
    Image.fromarray(seen(sheet)).save(taken)
    page.get_by_label("Foto dari ponsel").set_input_files(taken)
    button(page, "Kirim foto").click()

    expect(page.get_by_role("heading", name="Foto yang Anda kirim")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Sedang dibaca", exact=True)).to_be_visible()
