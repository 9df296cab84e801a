"""A clerk's keys in a real Chromium: a hundred cells, one key each, until they are saved; five thousand at once."""

import time

from django.urls import reverse
from playwright.sync_api import Page, expect, sync_playwright

from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan.models import AttendanceEvent
from tests.browser.conftest import SWITCHES, light

SIZES, SESSIONS = (100, 1_000), 15
CELLS, KEYS = 100, 5_000
LETTERS = "htiskb"
SECONDS = 2  # aim of the hundred, and of what the page does with all the others
PRESS = """([count, letters]) => {
    const started = performance.now();
    for (let key = 0; key < count; key += 1) {
        if (key % 100 === 0) press("Home", true);
        press(letters[(key + Math.floor(key / 100)) % letters.length], false);
    }
    return new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now() - started))));

    function press(key, ctrlKey) {
        const options = { key, ctrlKey, bubbles: true, cancelable: true };
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", options));
    }
}"""


def measure(site: Site) -> str:
    """A table: two lines for each number of people."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=light(), args=list(SWITCHES))
        page = browser.new_page(base_url=f"http://127.0.0.1:{site.port}", viewport={"width": 1280, "height": 900})
        page.on("dialog", lambda dialog: dialog.accept())  # of a page that has unsaved cells
        _log_in(page)
        rows = [row for place, people in enumerate(SIZES) for row in _rows(page, people, 92 + place)]
        browser.close()
    return table("A column of the recap by keyboard, in Chromium", ["what", "keys", "saving", "outcome", "aim"], rows)


def _rows(page: Page, people: int, number: int) -> list[list[str]]:
    batch, rundown = crowded_batch(people, number=number, sessions=SESSIONS)
    page.goto(f"{reverse('recap', args=[batch.slug])}?lembar=semua&sesi={rundown[0].pk}")
    typing, saving = _hundred(page)
    stored = AttendanceEvent.objects.filter(session=rundown[0]).count()
    fast = _fast(page)
    unsaved = page.locator("[data-unsaved]").inner_text()
    of = f"{people:,} × {SESSIONS}"
    return [
        [
            f"{of}: {CELLS} cells, {CELLS} keys",
            f"{typing:.2f} s",
            f"{saving:.2f} s",
            f"{stored} events",
            f"≤ {SECONDS} s",
        ],
        [f"{of}: {KEYS:,} keys at once", f"{fast:.2f} s", "", unsaved, f"≤ {SECONDS} s"],
    ]


def _log_in(page: Page) -> None:
    page.goto("/masuk/")
    page.locator("[name=username]").fill("panitia")
    page.locator("[name=password]").fill("pelatihan-demo")
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_role("button", name="Keluar")).to_be_visible()


def _hundred(page: Page) -> tuple[float, float]:
    """Seconds of typing, and of saving."""
    page.locator("select.cell").first.focus()
    started = time.perf_counter()
    for place in range(CELLS):
        page.keyboard.press(LETTERS[place % 5])
    typed = time.perf_counter()
    page.keyboard.press("Control+s")
    expect(page.locator("[data-unsaved]")).to_have_text("Semua tersimpan.")
    return typed - started, time.perf_counter() - typed


def _fast(page: Page) -> float:
    """Seconds until the page has drawn what so many keys set."""
    page.locator("select.cell").first.focus()
    taken: float = page.evaluate(PRESS, [KEYS, LETTERS])
    return taken / 1000
