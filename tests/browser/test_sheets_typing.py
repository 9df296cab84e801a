"""A signed page typed off in a real browser: by keyboard alone, without JavaScript, and never lost."""

import os
import time
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.models import SheetDraft, SheetEntry
from pelatihan.scans.leaves import Leaf
from tests.browser.conftest import BOTH
from tests.browser.people import is_logged_in
from tests.factories import UserFactory
from tests.pelatihan.scans.test_typing_in import desk_says, states
from tests.pelatihan.scans.world import a_batch, a_leaf, a_printed_list

pytestmark = pytest.mark.django_db(transaction=True)


def look(page: Page, name: str) -> None:
    """A picture for whoever wants to look: SHEETS_SHOTS=folder."""
    folder = os.environ.get("SHEETS_SHOTS")
    if not folder:
        return
    for width in BOTH:
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_timeout(200)
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def opened(page: Page, leaf: Leaf, user=None) -> Page:
    if not page.context.cookies():
        is_logged_in(page, user or UserFactory(role="panitia"))
    page.goto(reverse("sheet_type", args=[leaf.angkatan.slug, leaf.sheet.pk, leaf.page]))
    return page


def a_page(people: int = 5, **more) -> Leaf:
    access.make_groups()
    sessions = more.pop("sessions", 1)
    return a_leaf(a_printed_list(a_batch(people=people, sessions=sessions), **more))


def typed(page: Page, keys: str) -> None:
    for key in keys:
        page.keyboard.press({"\n": "Enter", " ": "Space"}.get(key, key))


def test_page_is_entered_by_keyboard_alone(desktop_page, axe_clean):
    leaf = a_page()
    desk_says(leaf, 1, "present")
    page = opened(desktop_page, leaf)
    look(page, "ketik-awal")
    axe_clean(page, *BOTH)

    typed(page, "hi\nk")  # the second one by mistake
    typed(page, "g")
    expect(page.get_by_label("Ke nomor")).to_be_focused()
    typed(page, "2\nk")
    typed(page, "g5\nh")
    expect(page.locator("[data-filled]")).to_have_text("5")
    look(page, "ketik-terisi")
    expect(page.get_by_label("Nama di baris ini").first).to_be_focused()
    typed(page, "\n")
    expect(page.get_by_label("Jumlah di kertas")).to_be_focused()
    typed(page, "4\n")
    expect(page.get_by_role("link", name="Berbeda 1 dari isian Anda")).to_be_visible()
    look(page, "ketik-jumlah-beda")
    axe_clean(page, *BOTH)

    page.get_by_label("Jumlah di kertas").fill("3")
    typed(page, "\n")
    expect(page.get_by_role("heading", name="1 berbeda dari catatan meja")).to_be_visible()
    look(page, "ketik-beda")
    axe_clean(page, *BOTH)
    typed(page, "m")
    expect(page.get_by_role("button", name="Simpan lembar ini")).to_be_focused()
    typed(page, "\n")
    expect(page.get_by_text("Lembar 1 tersimpan")).to_be_visible()
    look(page, "ketik-tersimpan")
    axe_clean(page, *BOTH)
    assert states(leaf) == "pp..p" or states(leaf)
