"""An officer photographs signed pages at the desk: the phone says what is wrong, keeps what it took, and sends it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from pelatihan.accounts import access
from pelatihan.models import PrintedSheet
from tests import sheet_pictures
from tests.browser.conftest import PHONE
from tests.browser.people import password_kept
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

    def opened(*frames, **options) -> Page:
        shown = sheet_pictures.write_film(tmp_path / "film.y4m", frames)
        fake = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={shown}")
        browsers.append(launch(*fake))
        context = browsers[-1].new_context(base_url=live_server.url, permissions=["camera"], **PHONE, **options)
        page = context.new_page()
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


def test_try(film, sheet):
    page = film(seen(sheet))
    page.on("console", lambda said: print("CONSOLE", said.text))
    page.route("**/unggah/", lambda route: (print("POST", len(route.request.post_data_buffer or b"")), route.fulfill(json={"results": [{"id": "x", "ok": True}]})))
    log_in(page, "petugas", address(sheet))
    print(page.url, page.locator("main").inner_text()[:300])
    for step in range(8):
        page.wait_for_timeout(700)
        print(step, hint(page).inner_text(), "|", page.locator("[data-state]").inner_text(), "|", page.locator("[data-done]").inner_text() if page.locator("[data-done]").is_visible() else "")
        page.screenshot(path=f"/tmp/g/shot{step}.png")
    print(page.evaluate("document.querySelector('video').videoWidth"), page.evaluate("BarcodeDetector && 1").__repr__() if False else "")
