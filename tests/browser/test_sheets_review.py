"""A clerk confirms a page that was read, by keyboard alone, by finger, and without any script."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.models import SheetEntry
from pelatihan.scans import fields
from pelatihan.scans.shapes import Reason
from tests.browser.conftest import BOTH, DESKTOP, PHONE
from tests.browser.people import is_logged_in
from tests.factories import UserFactory
from tests.pelatihan.scans.claiming import claimed, enter
from tests.pelatihan.scans.scanned import a_reading, a_scan
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list

pytestmark = pytest.mark.django_db(transaction=True)
DOUBTS = {(3, 0): Reason.THIN, (5, 0): Reason.LINE, (9, 0): Reason.NOTE, (12, 0): Reason.WRONG_HALF}


@pytest.fixture(autouse=True)
def folder(sheets_folder) -> Path:
    return sheets_folder


class Review:
    """A page of a printed list, read: four cells in doubt, two empty."""

    def __init__(self, *, daily: bool = False, page: int = 1, **reading: Any) -> None:
        access.make_groups()
        self.clerk = UserFactory(role="panitia", first_name="Rina", last_name="Kartika")
        self.batch = a_batch(30, 6 if daily else 1)
        self.leaf = a_leaf(a_printed_list(self.batch, daily=daily), page)
        usual: dict[str, Any] = {"unsure": DOUBTS, "empty": {(4, 0), (7, 0)}, "notes": [9]}
        self.scan = a_scan(self.leaf, a_reading(self.leaf, **(usual | reading)), by=self.clerk, draw=True)

    def open(self, page: Page) -> Page:
        is_logged_in(page, self.clerk)
        page.goto(reverse("sheet_review", args=[self.batch.slug, self.scan.pk]))
        return page

    def marks(self) -> str:
        cells = sorted(SheetEntry.objects.get().cells, key=lambda cell: (cell["row"], cell["session"]))
        return "".join(cell["mark"][0] for cell in cells)


def test_page_with_four_doubts_is_confirmed_by_seven_keys(open_page, axe_clean):
    review = Review()
    page = review.open(open_page(**DESKTOP))
    expect(page.get_by_text("Sudah diputuskan 0 dari 4.")).to_be_visible()
    axe_clean(page)

    keys = ["h", "k", "i", "h", "1", "8", "Enter"]
    for key in keys:
        page.keyboard.press(key)
    expect(page).to_have_url(reverse("sheet_leaf", args=[review.batch.slug, review.leaf.sheet.pk, 1]))
    assert review.marks() == "hhhkkhkhihhhhhhhhhhhhh"


def test_way_back_and_a_cell_that_was_wrong(open_page, axe_clean):
    review = Review()
    page = review.open(open_page(**DESKTOP))
    page.keyboard.press("s")
    page.keyboard.press("z")
    page.keyboard.press("k")
    expect(page.get_by_text("Sudah diputuskan 1 dari 4.")).to_be_visible()

    page.get_by_role("button", name="Nomor 4, Ad Metta Dharma: kosong. Ubah").click()
    expect(page.get_by_label("Nomor 4, Ad Metta Dharma", exact=True)).to_have_value("hadir")
    page.get_by_role("button", name="Nomor 1, Aa Budi Santoso: hadir. Ubah").focus()
    page.keyboard.press("i")
    expect(page.locator("svg [data-cell^='b1-']")).to_have_class("j j-told")
    page.get_by_role("button", name="Simpan lembar ini").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Belum diisi: no. 5, 9, 12")
    expect(summary).to_be_focused()
    expect(page.get_by_label("Nomor 1, Aa Budi Santoso", exact=True)).to_have_value("izin")
    axe_clean(page, *BOTH)


def test_what_was_decided_is_there_after_a_reload(open_page):
    review = Review()
    page = review.open(open_page(**DESKTOP))
    with page.expect_response("**/isian/"):
        page.keyboard.press("k")
        page.keyboard.press("i")
    page.reload()

    expect(page.get_by_text("Sudah diputuskan 2 dari 4.")).to_be_visible()


def test_phone_decides_by_finger_with_the_page_folded(open_page, axe_clean):
    review = Review()
    page = review.open(open_page(**PHONE))
    assert page.locator("[data-page]").get_attribute("open") is None
    axe_clean(page)
    for number in (3, 5, 9, 12):
        page.locator(f"[data-doubt^='b{number}-']").get_by_text("Hadir", exact=True).tap()
    expect(page.get_by_text("Belum: jumlah tanda tangan.")).to_be_visible()
    page.get_by_label("Jumlah di kertas").fill("20")
    page.get_by_role("button", name="Simpan lembar ini").tap()

    expect(page).to_have_url(reverse("sheet_leaf", args=[review.batch.slug, review.leaf.sheet.pk, 1]))


def test_without_script_the_same_form_is_sent(open_page):
    review = Review()
    page = review.open(open_page(**PHONE, java_script_enabled=False))
    session = fields.sessions_of(review.leaf)[0]
    for number in (3, 5, 9, 12):
        page.locator(f"[name='{fields.mark(number, session)}'][value='kosong']").check(force=True)
    page.get_by_label("Nomor 4, Ad Metta Dharma").select_option("hadir")
    page.get_by_label("Jumlah di kertas").fill("17")
    page.get_by_role("button", name="Simpan lembar ini").click()

    assert review.marks() == "hhkhkhkhkhhkhhhhhhhhhh"


def test_whole_page_is_one_picture_however_many_cells(open_page):
    unsure = {(row, 0): Reason.THIN for row in (11, 12, 13, 14)}
    review = Review(daily=True, page=2, unsure=unsure, empty={(15, 5)}, notes=[])
    page, asked = open_page(**DESKTOP), []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("lurus.jpg") else None)
    review.open(page)
    expect(page.get_by_text("Sudah diputuskan 0 dari 4.")).to_be_visible()
    page.wait_for_load_state("networkidle")

    assert len(review.leaf.people) * 6 > 100
    assert len(asked) == 1


def test_second_picture_is_compared_and_takes_the_place_of_what_was_stored(open_page, axe_clean):
    review = Review(unsure={}, empty={(4, 0)}, notes=[])
    enter(review.leaf, claimed(review.leaf, "HHHK" + 18 * "H"), review.clerk, scan=review.scan)
    twice = {"state": "problem", "problem": "twice", "detail": "entered"}
    later = EVENING + timedelta(minutes=5)
    second = a_scan(review.leaf, a_reading(review.leaf), by=review.clerk, draw=True, at=later, **twice)
    page = open_page(**DESKTOP)
    is_logged_in(page, review.clerk)
    page.goto(reverse("sheet_compare", args=[review.batch.slug, second.pk]))
    expect(page.get_by_role("heading", name="1 kotak berbeda")).to_be_visible()
    axe_clean(page, *BOTH)

    page.get_by_role("button", name="Urungkan, lalu tinjau gambar ini").click()
    expect(page.get_by_role("heading", name="Tidak ada yang ragu")).to_be_visible()
    expect(page.get_by_label("Jumlah di kertas")).to_be_focused()
    for key in ("2", "2", "Enter"):
        page.keyboard.press(key)
    expect(page).to_have_url(reverse("sheet_leaf", args=[review.batch.slug, review.leaf.sheet.pk, 1]))
    assert SheetEntry.objects.standing().get().scan == second


def test_log_in_that_has_expired_loses_no_decision(open_page):
    review = Review()
    page = review.open(open_page(**DESKTOP))
    page.context.clear_cookies()
    for key in ("h", "k", "i", "h"):
        page.keyboard.press(key)
    expect(page.get_by_text("Waktu masuk Anda sudah habis.")).to_be_visible()

    review.open(page)
    expect(page.get_by_text("Sudah diputuskan 4 dari 4.")).to_be_visible()
    expect(page.locator("svg [data-cell^='b9-']")).to_have_class("j j-told")
