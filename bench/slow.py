"""What a delegate waits for on a slow line: Chromium as a cheap phone, 50 KB/s, 400 ms there and back.

The page is opened with nothing kept, then once more with what the first visit left. Times are Chromium's own, from the
tap on the link: first paint, and all there (the form can be searched then).
"""

import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.site import Site
from bench.tables import table
from pelatihan.models import Angkatan
from pelatihan.phases import Phase

BYTES_A_SECOND = 50 * 1024
ROUND_TRIP = 400  # ms
SLOWER = 4  # times slower than this machine's processor
TIMES = 5  # each page; the median counts
KB = 1024
SEEN = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return [paint ? paint.startTime : page.loadEventEnd, page.loadEventEnd];
}"""


def measure(site: Site) -> str:
    title = f"On a slow line ({BYTES_A_SECOND // KB} KB/s, {ROUND_TRIP} ms, a processor {SLOWER} times slower)"
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        return f"**{title}**\n\nNot measured: no Chromium here.\n"
    batch = next(batch for batch in Angkatan.objects.published() if batch.phase(timezone.now()) == Phase.OPEN)
    pages = {"front page": reverse("home")}
    pages |= {"batch": reverse("angkatan", args=[batch.slug]), "form": reverse("register", args=[batch.slug])}
    head = ["page", "requests", "KB", "first paint", "all there", "next visit: KB", "first paint", "all there"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        rows = [[name, *_row(browser, f"http://127.0.0.1:{site.port}{address}")] for name, address in pages.items()]
        browser.close()
    return table(title, head, rows)


def _row(browser: Browser, address: str) -> list[str]:
    visits = [_visits(browser, address) for _ in range(TIMES)]
    first, again = ([visit[which] for visit in visits] for which in (0, 1))
    return [f"{_middle(first, 0):.0f}", *_figures(first), *_figures(again)]


def _figures(visits: list[tuple[float, ...]]) -> list[str]:
    return [f"{_middle(visits, 1) / KB:.1f}", *(f"{_middle(visits, which) / 1000:.1f} s" for which in (2, 3))]


def _middle(visits: list[tuple[float, ...]], which: int) -> float:
    return statistics.median(visit[which] for visit in visits)


def _visits(browser: Browser, address: str) -> list[tuple[float, ...]]:
    """The first visit and the next one: requests, bytes, ms to the first paint, ms until all is there."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True
    )
    page = context.new_page()
    with _slow(page) as sizes:
        visits = [_visit(page, address, sizes), _visit(page, address, sizes)]
    context.close()
    return visits


def _visit(page: Page, address: str, sizes: list[float]) -> tuple[float, ...]:
    page.goto("about:blank")
    sizes.clear()
    page.goto(address, wait_until="load")
    page.wait_for_timeout(300)  # the last sizes come after the event
    brought = [size for size in sizes if size]  # what the browser had kept weighs nothing
    return len(brought), sum(brought), *page.evaluate(SEEN)


@contextmanager
def _slow(page: Page) -> Iterator[list[float]]:
    """The page on the slow line; the list gathers the bytes of each answer that came over it."""
    sizes: list[float] = []

    def came(said: dict[str, float]) -> None:
        sizes.append(said["encodedDataLength"])

    line: CDPSession = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    speed = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND, "latency": ROUND_TRIP}
    line.send("Network.emulateNetworkConditions", {"offline": False, **speed})
    line.on("Network.loadingFinished", came)
    yield sizes
    line.detach()
