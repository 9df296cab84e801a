"""The committee sends what came back, sees it read, says which page the one without a code is, sets another aside."""

import os
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from pelatihan.jobs import tasks
from pelatihan.models import Angkatan, PrintedSheet, SheetScan, SheetUpload
from tests.browser.test_plan import log_in
from tests.pelatihan.scans.world import a_batch, a_leaf, a_printed_list

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sheet(sheets_folder, batch: Angkatan) -> PrintedSheet:
    return a_printed_list(a_batch(people=6))


@pytest.fixture
def photos(sheet, tmp_path) -> list[Path]:
    """The printed page as a scanner sees it; the same with its codes covered; a page without anything."""
    page = pypdfium2.PdfDocument(bytes(sheet.printing.file.content))[0].render(scale=200 / 72).to_pil().convert("RGB")
    covered = page.copy()
    for x, y in sheet.layout["pages"][0]["codes"]:
        px = 200 / 25.4
        covered.paste("white", (round((x - 2) * px), round((y - 2) * px), round((x + 15) * px), round((y + 15) * px)))
    wall = page.resize((40, 60)).resize((1200, 1600))
    found = []
    for name, picture in (("lembar.jpg", page), ("tertutup.jpg", covered), ("tembok.jpg", wall)):
        found.append(tmp_path / name)
        picture.save(found[-1], quality=85)
    return found


def picture(page: Page, name: str) -> None:
    """For whoever wants to look: PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)


def opened(page: Page, name: str) -> None:
    key = SheetScan.objects.get(upload__name=name).pk
    slug = SheetScan.objects.get(pk=key).angkatan.slug
    page.goto(f"/panitia/{slug}/lembar/gambar/{key}/")


def all_sent(page: Page) -> None:
    """With a script they go one by one."""
    for _ in range(200):
        if SheetUpload.objects.count() == 3:
            break
        page.wait_for_timeout(100)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("device", ["phone_page", "no_js_page"])
def test_pictures_are_sent_read_and_decided_about(request, sheet, photos, device, axe_clean):
    page: Page = request.getfixturevalue(device)
    log_in(page, "panitia")
    page.goto(f"/panitia/{sheet.angkatan.slug}/lembar/")
    page.locator("input[name=berkas]").set_input_files(photos)
    page.get_by_role("button", name="Unggah", exact=True).click()
    all_sent(page)
    tasks.carry_out_ready()
    states = dict(SheetScan.objects.values_list("upload__name", "state"))
    assert states == {"lembar.jpg": "read", "tertutup.jpg": "problem", "tembok.jpg": "problem"}

    opened(page, "tertutup.jpg")
    picture(page, "sheets-no-code")
    if device != "no_js_page":
        axe_clean(page)
    page.get_by_label("Kode di kaki halaman").fill("DH1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Kode di kaki halaman").fill(a_leaf(sheet).code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sedang dibaca")).to_be_visible()
    tasks.carry_out_ready()
    assert SheetScan.objects.get(upload__name="tertutup.jpg").problem == "twice"

    opened(page, "tembok.jpg")
    page.get_by_role("button", name="Sisihkan").click()
    expect(page.get_by_role("heading", name="Disisihkan")).to_be_visible()
    picture(page, "sheets-set-aside")
    page.get_by_role("button", name="Kembalikan").click()
    expect(page.get_by_role("button", name="Sisihkan")).to_be_visible()
