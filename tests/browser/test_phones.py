"""Phones that are old or small, letters that are large: the pages as they are read there."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from pelatihan.lifecycle import Status
from pelatihan.lodging import rooms
from pelatihan.lodging.typed import NewRoom
from pelatihan.models import Attendance, Registration
from pelatihan.models.payment import MOST_RUPIAH
from tests.browser import test_desk
from tests.browser.conftest import PHONE
from tests.browser.test_desk import log_in
from tests.browser.test_register import code_on, fill, form_of, send
from tests.factories import InvitationFactory, PaymentListFactory, a_registration
from tests.pelatihan.web.old_phones import as_read_by

pytestmark = pytest.mark.django_db(transaction=True)
session, people = test_desk.session, test_desk.people  # fixtures

# What Chrome 80 does not have, taken away before any script of the page runs; rows lose the gap between their parts.
TAKEN = """
for (const [place, names] of [
  [String.prototype, "at replaceAll isWellFormed toWellFormed"],
  [Array.prototype, "at findLast findLastIndex toSorted toReversed toSpliced with"],
  [Array, "fromAsync"], [Object, "hasOwn groupBy"], [Promise, "any withResolvers try"], [Map, "groupBy"],
  [Set.prototype, "union intersection difference isSubsetOf"], [Intl, "Segmenter DisplayNames"],
  [URL, "canParse parse"], [AbortSignal, "timeout any abort"], [Crypto.prototype, "randomUUID"],
  [Element.prototype, "replaceChildren checkVisibility getHTML setHTMLUnsafe"],
  [Document.prototype, "replaceChildren startViewTransition"], [DocumentFragment.prototype, "replaceChildren"],
  [HTMLElement.prototype, "showPopover hidePopover togglePopover popover inert"],
  [SubmitEvent.prototype, "submitter"], [Navigator.prototype, "userAgentData"],
  [window, "structuredClone reportError WeakRef FinalizationRegistry AggregateError scheduler Iterator"],
]) for (const name of names.split(" ")) delete place[name];
addEventListener("DOMContentLoaded", () => {
  const close = () => { for (const each of document.querySelectorAll("body *")) {
    if (getComputedStyle(each).display.endsWith("flex") && each.style.gap !== "0px") each.style.gap = "0";
  } };
  close();
  new MutationObserver(close).observe(document.body, { childList: true, subtree: true });
});
"""
# Parts of one row that come nearer than this to each other look like one.
TOUCHING = """() => {
  const near = [];
  for (const row of document.querySelectorAll("main *, header *, footer *")) {
    const { display, flexDirection } = getComputedStyle(row);
    if (!display.endsWith("flex") || flexDirection === "column" || row.querySelector(":scope > .btn-quiet")) continue;
    const isSeen = (part) => part.nodeType === 3 ? part.textContent.trim() : !part.matches?.(".visually-hidden");
    const parts = [...row.childNodes].filter(isSeen);
    const boxes = parts.map((part) => {
      const range = document.createRange();
      range.selectNode(part);
      return range.getBoundingClientRect();
    });
    boxes.slice(1).forEach((box, place) => {
      const before = boxes[place];
      const isBeside = before.width && box.width && before.top < box.bottom && box.top < before.bottom;
      if (isBeside && box.left - before.right < 3) near.push(row.className || row.tagName);
    });
  }
  return near;
}"""


def touching(page: Page) -> list[str]:
    """Once its styles have come; before, everything touches."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(TOUCHING)
    return found


WIDE = """() => {
  const { clientWidth: width, scrollWidth } = document.documentElement;
  const isBeyond = (each) => each.getBoundingClientRect().right > width + 0.5;
  const beyond = [...document.querySelectorAll("body *")].filter(isBeyond);
  return scrollWidth > width ? [scrollWidth, ...beyond.map((each) => each.className || each.tagName)] : [];
}"""
BROKEN = """() => [...document.querySelectorAll(".choice span")].filter((each) => {
  const range = document.createRange();
  range.selectNodeContents(each);
  return each.textContent.trim() === "Laki-laki" && new Set([...range.getClientRects()].map(({ top }) => top)).size > 1;
}).length"""

SMALL = """() => {
  const APART = ".skip-link, .visually-hidden, label.choice *, .cell-pick *, .session-title a"; // the last by its row
  const TARGETS = "a, button, summary, label.choice, label.cell-pick, input:not([type=hidden]), select";
  const shown = [...document.querySelectorAll(TARGETS)];
  return shown.filter((each) => each.checkVisibility() && !each.closest(APART)).filter((each) => {
    let block = each.parentElement;
    while (getComputedStyle(block).display === "inline") block = block.parentElement;
    const isAlone = !each.matches("a") || block.innerText.trim() === each.innerText.trim();
    return Math.max(...[...each.getClientRects()].map(({ height }) => height)) < (isAlone ? 44 : 24);
  }).map((each) => `${each.outerHTML.slice(0, 90)} in ${each.parentElement.className}`);
}"""


def as_old(page: Page) -> Page:
    """The page in a browser of February 2020, as far as another one can play it."""

    def lowered(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=as_read_by(answer.text()))

    page.add_init_script(TAKEN)
    page.route(re.compile(r"/static/.*\.css$"), lowered)
    return page


# ---- Old -----------------------------------------------------------------------------------------


def test_delegate_registers_on_a_phone_of_2020(phone_page, batch):
    page = as_old(phone_page)
    page.goto(form_of(batch))
    assert page.evaluate("'replaceAll' in String.prototype || 'structuredClone' in window") is False
    assert touching(page) == []
    page.get_by_role("combobox", name="Nama ormas").press_sequentially("nahdatul")
    page.get_by_role("option", name="Fatayat Nahdlatul Ulama (FATAYAT)").tap()
    fill(page)
    send(page)

    expect(page.get_by_text("Menunggu verifikasi")).to_be_visible()
    assert Registration.objects.get(code=code_on(page).replace("-", "")).ormas.abbreviation == "FATAYAT"
    assert touching(page) == []
    page.unroute_all(behavior="wait")


@pytest.mark.parametrize(
    "missing", ["String.prototype.normalize", "Element.prototype.append", "Element.prototype.after"]
)
def test_search_that_fails_leaves_the_list(open_page, batch, missing):
    page = open_page(**PHONE, fails=True)
    page.add_init_script(f"{missing} = () => {{ throw new Error('not in this browser'); }}")
    page.goto(form_of(batch))
    page.get_by_label("Nama ormas").select_option(label="Fatayat Nahdlatul Ulama (FATAYAT)")
    fill(page)
    send(page)

    expect(page.get_by_text("Menunggu verifikasi")).to_be_visible()


def test_search_that_fails_while_one_types_leaves_the_list(open_page, batch):
    page = open_page(**PHONE, fails=True)
    page.goto(form_of(batch))
    page.evaluate("String.prototype.normalize = () => { throw new Error('broken'); }; null")
    page.get_by_role("combobox", name="Nama ormas").press_sequentially("f")

    page.locator("select[name=ormas]").select_option(label="Fatayat Nahdlatul Ulama (FATAYAT)")
    expect(page.get_by_role("combobox", name="Nama ormas")).to_have_count(1)  # the list itself


@pytest.mark.parametrize("missing", ["crypto.getRandomValues", "Date.prototype.toISOString"])
def test_desk_that_fails_works_by_its_forms(open_page, session, people, missing):
    page = open_page(**PHONE, fails=True)
    log_in(page, "petugas", f"/panitia/{session.angkatan.slug}/presensi/{session.pk}/")
    page.evaluate(f"{missing} = () => {{ throw new Error('not in this browser'); }}; null")
    page.get_by_label("Kode atau nama peserta").fill(people[0].code)
    page.get_by_role("button", name="Catat").tap()

    expect(page.get_by_role("status", name="Jawaban")).to_contain_text("Hadir")
    assert Attendance.objects.get().registration == people[0]


def test_desk_whose_browser_keeps_nothing_records(phone_page, session, people):
    phone_page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })"
    )
    log_in(phone_page, "petugas", f"/panitia/{session.angkatan.slug}/presensi/{session.pk}/")
    phone_page.get_by_label("Kode atau nama peserta").fill(people[0].code)
    phone_page.get_by_role("button", name="Catat").tap()

    expect(phone_page.get_by_role("status", name="Jawaban")).to_contain_text("Hadir")
    expect(phone_page.get_by_role("button", name="Bunyi")).to_be_visible()
    assert Attendance.objects.get().registration == people[0]


# ---- Small, with large letters -------------------------------------------------------------------


def letters(page: Page, percent: int, *, asked: bool) -> None:
    """Larger letters: as the browser's own setting (media queries know it), or by the page's root alone."""
    setting = page.context.new_cdp_session(page)
    setting.send("Page.setFontSizes", {"fontSizes": {"standard": 16 * percent // 100 if asked else 16}})
    page.evaluate(f"document.documentElement.style.fontSize = '{100 if asked else percent}%'")


def check(page: Page, address: str) -> None:
    page.goto(address)
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 740})
        for percent, asked in ((100, False), (130, False), (200, False), (130, True), (200, True)):
            letters(page, percent, asked=asked)
            where = address, width, percent, asked
            assert (*where, page.evaluate(WIDE)) == (*where, [])
            assert (*where, page.evaluate(BROKEN)) == (*where, 0)
            assert (*where, page.evaluate(SMALL)) == (*where, [])
            if percent < 200:
                assert (*where, touching(page)) == (*where, [])


def test_public_page_never_scrolls_sideways(phone_page, batch):
    registration = a_registration(batch, Status.NEEDS_FIX, at=timezone.now(), phone="+6281234567890")
    own = registration.get_absolute_url()
    batch.help_name, batch.help_phone = "Sekretariat", "+6281200000011"
    batch.save()
    for address in ("/", batch.get_absolute_url(), form_of(batch), "/privasi/", "/k/", own, "/masuk/", "/tidak-ada/"):
        check(phone_page, address)
    phone_page.goto(own)
    phone_page.get_by_label("Nomor HP yang dipakai saat mendaftar").fill("081234567890")
    phone_page.get_by_role("button", name="Buka halaman saya").tap()
    expect(phone_page.get_by_role("link", name="Perbaiki data")).to_be_visible()
    for address in (own, f"{own}ubah/", f"{own}batal/"):
        check(phone_page, address)


def test_form_with_errors_never_scrolls_sideways(phone_page, batch):
    phone_page.goto(form_of(batch))
    send(phone_page)
    expect(phone_page.get_by_role("alert")).to_be_visible()
    phone_page.evaluate("history.replaceState(null, '', '#isi')")
    for percent in (100, 130, 200):
        phone_page.set_viewport_size({"width": 320, "height": 740})
        letters(phone_page, percent, asked=False)
        assert (percent, phone_page.evaluate(WIDE)) == (percent, [])


def test_page_of_the_committee_never_scrolls_sideways(phone_page, session, people):
    slug, own = session.angkatan.slug, session.pk
    log_in(phone_page, "panitia", f"/panitia/{slug}/presensi/{own}/")
    phone_page.get_by_label("Kode atau nama peserta").fill(people[0].code)
    phone_page.get_by_role("button", name="Catat").tap()
    expect(phone_page.get_by_role("status", name="Jawaban")).to_contain_text("Hadir")
    for page in (
        f"presensi/{own}/",
        f"presensi/{own}/?cari=an",
        "presensi/?pilih",
        f"presensi/{own}/tutup/",
        "",
        "rekap/",
        "cetak/",
    ):
        check(phone_page, f"/panitia/{slug}/{page}")
    rooms.add(session.angkatan, [NewRoom("1" * 20, 2)])
    PaymentListFactory(angkatan=session.angkatan, gross=MOST_RUPIAH, tax_percent=0)
    for page in (
        "cetak/riwayat/",
        "cetak/semua/",
        "kamar/",
        "kamar/usulan/",
        "sertifikat/",
        "surat-undangan/",
        "uang/",
    ):
        check(phone_page, f"/panitia/{slug}/{page}")
    for address in ("/panitia/", "/akun/", "/sandi/"):
        check(phone_page, address)


# ---- Finding one's ormas -------------------------------------------------------------------------


@pytest.fixture
def invited(batch):
    """Those whose names people spell in their own way; 'Aisyiyah has no seat left."""
    for short, name in {"PWM": "Pimpinan Wilayah Muhammadiyah", "AIS": "‘Aisyiyah", "PWNU": "Nahdlatul Ulama"}.items():
        InvitationFactory(angkatan=batch, ormas__name=name, ormas__abbreviation=short, own_seats=1)
    full = batch.invitations.get(ormas__abbreviation="AIS")
    a_registration(batch, at=timezone.now(), ormas=full.ormas, phone="+6281200000099")
    return batch


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("muhamadiyah", "Pimpinan Wilayah Muhammadiyah (PWM)"),
        ("nahdatul", "Nahdlatul Ulama (PWNU)"),
        ("aisyiyah", "‘Aisyiyah (AIS)"),
        ("’aisyiyah", "‘Aisyiyah (AIS)"),
    ],
)
def test_search_forgives(phone_page, invited, typed, found):
    phone_page.goto(form_of(invited))
    phone_page.get_by_role("combobox", name="Nama ormas").press_sequentially(typed)

    expect(phone_page.get_by_role("option", name=found)).to_be_visible()


def test_full_ormas_is_told_at_once_by_keyboard(desktop_page, invited):
    keys, button = desktop_page.keyboard, desktop_page.locator("button[type=submit]")
    desktop_page.goto(form_of(invited))
    expect(button).to_have_text("Kirim pendaftaran")
    desktop_page.get_by_role("combobox", name="Nama ormas").focus()
    keys.type("aisyiyah")
    keys.press("ArrowDown")
    keys.press("Enter")

    expect(desktop_page.locator("[data-waits]")).to_contain_text("ormas ini sudah terisi")
    expect(button).to_have_text("Masuk daftar tunggu")
    keys.press("Control+A")
    keys.type("nahdlatul")
    expect(desktop_page.locator("[data-waits]")).to_be_hidden()
    expect(button).to_have_text("Kirim pendaftaran")


def test_full_ormas_is_told_without_javascript(no_js_page, invited):
    """In the list, before one chooses; and on the page of whoever sent all the same."""
    no_js_page.goto(form_of(invited))
    options = no_js_page.get_by_label("Nama ormas", exact=True).locator("option").all_inner_texts()
    (full,) = [text for text in options if "Aisyiyah" in text]
    no_js_page.get_by_label("Nama ormas", exact=True).select_option(label=full)
    fill(no_js_page)
    no_js_page.locator("button[type=submit]").click()

    assert "kursi terisi, jadi cadangan" in full
    expect(no_js_page.get_by_text("Cadangan").first).to_be_visible()


def test_near_names_are_offered_without_javascript(no_js_page, invited):
    for number in range(60):  # so many that one may type
        InvitationFactory(angkatan=invited, ormas__name=f"Forum Contoh {number}", ormas__abbreviation=f"FC{number}")
    no_js_page.goto(form_of(invited))
    no_js_page.get_by_label("Atau ketik nama ormas Anda").fill("muhamadiyah")
    fill(no_js_page)
    no_js_page.locator("button[type=submit]").click()
    no_js_page.get_by_label("Pimpinan Wilayah Muhammadiyah (PWM)").check()
    no_js_page.locator("button[type=submit]").click()

    expect(no_js_page.get_by_text("Menunggu verifikasi")).to_be_visible()
    assert (
        Registration.objects.get(status=Status.SUBMITTED, delegate__phone="+6281234567890").ormas.abbreviation == "PWM"
    )
