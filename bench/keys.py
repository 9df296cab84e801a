"""A clerk's keys in a real Chromium: a hundred cells, one key each, until they are saved; and five thousand pressed fast."""

import time

from django.urls import reverse
from playwright.sync_api import Page, expect, sync_playwright

from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan.models import AttendanceEvent
from tests.browser.conftest import SWITCHES, light

PEOPLE, SESSIONS = 100, 15
KEYS = 5_000
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
    """A table of two lines."""
    batch, rundown = crowded_batch(PEOPLE, number=93, sessions=SESSIONS)
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=light(), args=list(SWITCHES))
        page = browser.new_page(base_url=f"http://127.0.0.1:{site.port}", viewport={"width": 1280, "height": 900})
        _log_in(page)
        page.goto(f"{reverse('recap', args=[batch.slug])}?lembar=semua&sesi={rundown[0].pk}")
        typing, saving = _hundred(page)
        fast = _fast(page)
        unsaved = page.locator("[data-unsaved]").inner_text()
        browser.close()
    stored = AttendanceEvent.objects.filter(session=rundown[0]).count()
    rows = [
        [f"{PEOPLE} cells, {PEOPLE} keys", f"{typing:.2f} s", f"{saving:.2f} s", f"{stored} events", f"≤ {SECONDS} s"],
        [f"{KEYS:,} keys at once", f"{fast:.2f} s", "", unsaved, f"≤ {SECONDS} s"],
    ]
    return table("A column of the recap by keyboard, in Chromium", ["what", "keys", "saving", "outcome", "aim"], rows)


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
    for place in range(PEOPLE):
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
