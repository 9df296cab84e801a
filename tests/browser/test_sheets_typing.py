"""A signed page typed off in a real browser: by keyboard alone, without JavaScript, and never lost."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.models import AttendanceEvent, Registration, SheetDraft, SheetEntry
from pelatihan.scans import fields
from pelatihan.scans.leaves import Leaf
from tests.browser.conftest import BOTH
from tests.browser.people import is_logged_in
from tests.browser.test_phones import check
from tests.factories import OrmasFactory, UserFactory
from tests.pelatihan.scans.test_typing_in import Clerk, desk_says, states
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


def note(line: str) -> None:
    if folder := os.environ.get("SHEETS_SHOTS"):
        (Path(folder) / "figures.txt").write_text(f"{line}\n")


def opened(page: Page, leaf: Leaf, user=None) -> Page:
    if not page.context.cookies():
        is_logged_in(page, user or UserFactory(role="panitia"))
    page.goto(reverse("sheet_type", args=[leaf.angkatan.slug, leaf.sheet.pk, leaf.page]))
    return page


def a_page(people: int = 5, **more) -> Leaf:
    access.make_groups()
    sessions = more.pop("sessions", 1)
    return a_leaf(a_printed_list(a_batch(people=people, sessions=sessions), **more))


def typed(page: Page, keys: Iterable[str]) -> None:
    for key in keys:
        page.keyboard.press({"\n": "Enter", " ": "Space"}.get(key, key))


def rested(page: Page) -> None:
    """Behind the last row keys are swallowed until none has come for a moment."""
    page.wait_for_timeout(900)


def test_page_is_entered_by_keyboard_alone(desktop_page, axe_clean):
    leaf = a_page()
    desk_says(leaf, 1, "present")
    page = opened(desktop_page, leaf)
    look(page, "ketik-awal")
    axe_clean(page, *BOTH)

    typed(page, "hi\nk")  # the second one by mistake
    typed(page, "g")
    expect(page.get_by_label("Ke nomor")).to_be_focused()
    typed(page, "99\n")
    expect(page.get_by_text("Nomor itu tidak ada di lembar ini.")).to_be_visible()
    page.get_by_label("Ke nomor").fill("2")
    typed(page, "\nk")
    typed(page, "g5\nh" + "hk\n")  # faster than one looks
    expect(page.locator("[data-filled]")).to_have_text("5")
    look(page, "ketik-terisi")
    expect(page.get_by_label("Nama di baris ini").first).to_be_focused()
    expect(page.get_by_label("Nama di baris ini").first).to_have_value("")
    rested(page)
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
    expect(page.locator("details input[value=paper]:checked")).to_have_count(3)
    typed(page, "m")
    expect(page.get_by_role("button", name="Simpan lembar ini")).to_be_focused()
    typed(page, "\n")
    expect(page.get_by_text("Lembar 1 tersimpan")).to_be_visible()
    look(page, "ketik-tersimpan")
    axe_clean(page, *BOTH)
    assert states(leaf) == "ppp.p"


def test_hundred_rows_take_as_many_keys_and_a_few(desktop_page):
    """At one key a second that is two minutes; the program itself takes seconds of it (SHEETS_SHOTS: written there)."""
    first = a_page(100)
    page = opened(desktop_page, first)
    keys, began = 0, time.monotonic()
    for number in range(1, first.pages + 1):
        leaf = a_leaf(first.sheet, number)
        expect(page.get_by_role("heading", name=f"lembar {number} dari {first.pages}")).to_be_visible()
        marks = ["k" if row.number % 10 == 0 else "h" for row in leaf.people]
        onward = ("\n" if leaf.blanks else "") + f"{marks.count('h')}\n"
        typed(page, marks)
        rested(page)
        typed(page, onward)
        keys += len(marks) + len(onward)
    expect(page.get_by_text(f"Lembar {first.pages} tersimpan")).to_be_visible()
    seconds = time.monotonic() - began
    note(f"100 rows, {first.pages} pages: {keys} keys, {seconds:.1f} s")

    assert keys <= 120
    assert seconds < 60
    assert AttendanceEvent.objects.filter(means="paper").count() == 90


def test_rows_blank_ones_and_count_without_javascript(no_js_page):
    leaf = a_page(2)
    page = opened(no_js_page, leaf)
    page.locator("[data-row='1'] .key", has_text="adir").click()
    page.get_by_label("Nama di baris ini").nth(1).fill("Ahmad Fauzi")
    page.get_by_role("button", name="Simpan lembar ini").click()
    expect(page.get_by_role("link", name="Belum diisi: no. 2.")).to_be_visible()
    expect(page.get_by_label("Nama di baris ini").nth(1)).to_have_value("Ahmad Fauzi")
    expect(page.locator(".error-summary")).to_be_focused()
    look(page, "ketik-tanpa-js")

    page.get_by_label("Ormas", exact=True).nth(1).fill("Belum Dikenal")
    page.locator("[data-row='2'] .key", has_text="osong").click()
    page.get_by_label("Jumlah di kertas").fill("2")
    page.get_by_role("button", name="Simpan dulu").click()
    expect(page.get_by_text("Isian Anda disimpan sementara.")).to_be_visible()
    page.get_by_role("button", name="Simpan lembar ini").click()
    expect(page.get_by_text("Lembar 1 tersimpan")).to_be_visible()
    assert Registration.objects.get(source="walk_in").name == "Ahmad Fauzi"


def test_what_was_filled_in_is_there_after_a_reload_and_a_lost_log_in(open_page, desktop_page):
    leaf = a_page()
    clerk = UserFactory(role="panitia")
    page = opened(desktop_page, leaf, clerk)
    with page.expect_response("**/isian/"):
        typed(page, "hki")
    page.reload()
    expect(page.locator("[data-filled]")).to_have_text("3")
    assert SheetDraft.objects.get().by == clerk

    page.context.clear_cookies()
    with page.expect_response("**/isian/"):
        typed(page, "s")
    expect(page.get_by_text("Waktu masuk Anda sudah habis. Isian Anda tetap tersimpan")).to_be_visible()
    is_logged_in(page, clerk)
    with page.expect_response("**/isian/"):
        page.reload()
    expect(page.locator("[data-filled]")).to_have_text("4")

    elsewhere = opened(open_page(), leaf, clerk)
    expect(elsewhere.locator("[data-filled]")).to_have_text("4")
    second = opened(open_page(), leaf, UserFactory(role="panitia", first_name="Dewi"))
    expect(second.get_by_text("juga mengisi lembar ini: 4 tanda")).to_be_visible()


def test_daily_table_is_entered_column_by_column(desktop_page, axe_clean):
    leaf = a_page(12, sessions=2, daily=True)
    page = opened(desktop_page, leaf)
    look(page, "ketik-harian")
    axe_clean(page, *BOTH)
    rows = len(leaf.people)
    typed(page, "h" * rows)
    expect(page.get_by_role("button", name="10.00")).to_have_attribute("aria-pressed", "true")
    typed(page, "k" * rows)
    for label in page.get_by_label("Jumlah di kertas").all():
        label.fill(str(rows) if "08.00" in (label.locator("xpath=../label").text_content() or "") else "0")
    look(page, "ketik-harian-terisi")
    page.get_by_role("button", name="Simpan lembar ini").click()
    expect(page.get_by_text("Lembar 1 tersimpan")).to_be_visible()
    assert SheetEntry.objects.get().counts == {str(leaf.sheet.columns[0]): rows, str(leaf.sheet.columns[1]): 0}


def test_organisation_is_found_by_a_few_letters(desktop_page):
    leaf = a_page(1)
    ormas = OrmasFactory(name="Himpunan Contoh Raya", abbreviation="HCR")
    page = opened(desktop_page, leaf)
    typed(page, "h")
    rested(page)
    page.keyboard.type("Ahmad Fauzi\n")
    page.keyboard.type("himp cont")
    page.get_by_role("option", name="Himpunan Contoh Raya").wait_for()
    typed(page, ["ArrowDown", "Enter"])
    expect(page.get_by_label("Ormas", exact=True).first).to_have_value("Himpunan Contoh Raya")
    page.get_by_label("Jumlah di kertas").fill("2")
    typed(page, "\n")
    expect(page.get_by_text("Lembar 1 tersimpan")).to_be_visible()
    assert Registration.objects.get(source="walk_in").ormas == ormas


LONG = "Muhammad Nur'aini Syarifuddin Al-Banjari Kusumawardhana"


@pytest.mark.parametrize("daily", [False, True])
def test_page_never_scrolls_sideways(phone_page, daily):
    access.make_groups()
    batch = a_batch(people=3, sessions=2)
    batch.registrations.filter(name__startswith="Ab").update(front_title="Prof. Dr. Ir. H.", name=LONG)
    leaf = a_leaf(a_printed_list(batch, daily=daily), 1)
    clerk = Clerk(leaf)
    desk_says(leaf, 0, "present")
    marks = "k" + "h" * (len(fields.cells_of_people(leaf)) - 1)
    clerk.client.post(clerk.address("sheet_draft"), clerk.filled(marks))
    is_logged_in(phone_page, clerk.user)
    check(phone_page, clerk.address())
    expect(phone_page.get_by_role("heading", name="1 berbeda dari catatan meja")).to_be_visible()


def test_of_two_at_one_page_the_second_reads_who_was_first(open_page, desktop_page, axe_clean):
    leaf = a_page(3)
    first = opened(desktop_page, leaf, UserFactory(role="panitia", first_name="Rina", last_name="Kartika"))
    second = opened(open_page(), leaf, UserFactory(role="panitia", first_name="Dewi", last_name="Soetomo"))
    typed(first, "hhk")
    rested(first)
    typed(first, "\n2\n")
    expect(first.get_by_text("Lembar 1 tersimpan")).to_be_visible()
    typed(second, "hkh")
    rested(second)
    typed(second, "\n2\n")
    expect(second.get_by_text("Isian Anda berbeda di no. 2–3.")).to_be_visible()
    expect(second.get_by_text("oleh Rina Kartika").first).to_be_visible()
    look(second, "ketik-kedua")
    axe_clean(second, *BOTH)
    assert SheetEntry.objects.count() == 1


def test_finger_on_a_phone_fills_in_the_same_page(phone_page):
    leaf = a_page(2)
    page = opened(phone_page, leaf)
    page.locator("[data-row='1'] .key", has_text="adir").tap()
    page.locator("[data-row='2'] .key", has_text="akit").tap()
    page.get_by_role("button", name="Tambah baris").tap()
    names = page.get_by_label("Nama di baris ini")
    expect(names.nth(1)).to_be_focused()
    page.get_by_label("Jumlah di kertas").fill("1")
    with page.expect_response("**/isian/"):
        page.get_by_label("Jumlah di kertas").blur()
    expect(page.locator(".save-bar")).to_contain_text("Semua terisi.")
    page.get_by_role("button", name="Simpan lembar ini").tap()
    expect(page.get_by_text("Lembar 1 tersimpan")).to_be_visible()
    assert states(leaf) == "ps"

    page.get_by_role("button", name="Urungkan").first.tap()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Ketik")
    opened(page, leaf)
    expect(page.locator("[data-filled]")).to_have_text("2")
    assert states(leaf) == ".."
