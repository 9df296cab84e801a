"""A real Chromium: a phone of 390 px, a desktop of 1280 px, a phone without JavaScript."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.utils import timezone
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from pelatihan.accounts import access
from pelatihan.models import Angkatan
from tests.factories import AngkatanFactory, InvitationFactory, SessionFactory

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "id-ID"}
DESKTOP = {"viewport": {"width": 1280, "height": 900}, "locale": "id-ID"}
BOTH = (390, 1280)  # widths at which a page is looked at
ORMAS = {
    "HIPAKAD": "Himpunan Putra-Putri Keluarga Angkatan Darat",
    "KBPP": "Keluarga Besar Putra-Putri Polri",
    "FATAYAT": "Fatayat Nahdlatul Ulama",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that lies in this folder is a journey."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


SWITCHES = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")


def chromium() -> str:
    """The browser of this machine."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.fail("No Chromium found: install Debian's package chromium, or set CHROMIUM to the program.")
    return path


def light() -> str:
    """The same engine without windows, where Debian has it so: a fifth less of the processor."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or chromium()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def launch(playwright: Playwright) -> Callable[..., Browser]:
    """Starts Chromium, with switches of one's own: then a whole one."""

    def launched(*switches: str) -> Browser:
        path = chromium() if switches else light()
        return playwright.chromium.launch(executable_path=path, args=[*SWITCHES, *switches])

    return launched


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    launched = launch()
    yield launched
    launched.close()


OF_AXE = "Applying inline style"  # by which it measures


def is_breach(text: str) -> bool:
    """Whether the console tells of a breach of the content policy."""
    return "Content Security Policy" in text and OF_AXE not in text


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Opens pages in browsers of their own; a script's error (unless it ``fails`` on purpose) or a breach of the
    content policy fails the test."""
    contexts = []
    problems: list[str] = []

    def opened(*, fails: bool = False, **options) -> Page:
        options.setdefault("service_workers", "block")  # its requests cannot be held back by page.route
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: None if fails else problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if is_breach(said.text) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def phone_page(open_page) -> Page:
    return open_page(**PHONE)


@pytest.fixture
def desktop_page(open_page) -> Page:
    return open_page(**DESKTOP)


@pytest.fixture
def no_js_page(open_page) -> Page:
    return open_page(**PHONE, java_script_enabled=False)


@pytest.fixture
def batch() -> Angkatan:
    """Open now, three organisations invited, a month away."""
    access.make_groups()
    now = timezone.now()
    start = timezone.localdate(now) + timedelta(days=30)
    made = AngkatanFactory(
        number=3, year=start.year, starts_on=start, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9)
    )
    for short, name in ORMAS.items():
        InvitationFactory(angkatan=made, ormas__name=name, ormas__abbreviation=short)
    SessionFactory(
        angkatan=made, starts_at=now + timedelta(days=30), ends_at=now + timedelta(days=30, hours=1), title="Pembukaan"
    )
    return made


# All rules that hold by themselves; only what is found wrong is handed over. Style sheets are not fetched anew for the
# one rule that reads them, which is off: axe seeks what they import in the page's folder, and opened half the admin.
def in_time(page: Page, holds: Callable[[float], None], step: int = 3_500) -> None:
    """Let time pass in steps until it holds: a script that waits for an answer asks again only behind it, and how long
    that takes no clock of a page can tell.

    :param holds: expects something, for so many ms at most
    :param step: ms of the page's clock
    """
    for _ in range(15):
        page.clock.run_for(step)
        with suppress(AssertionError):
            holds(500)
            return
    holds(5_000)


AXE_RUN = """axe.run({resultTypes: ["violations"], preload: {assets: ["media"]}})
    .then((found) => found.violations.map((rule) => [rule.id, rule.nodes[0].html.slice(0, 200)]))"""


def breaches(page: Page) -> list[list[str]]:
    """What axe finds: rule, and the first element that breaks it."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[list[str]] = page.evaluate(AXE_RUN)
    return found


@pytest.fixture
def axe_clean() -> Callable[..., None]:
    """``axe_clean(page)`` fails with what axe finds; ``axe_clean(page, *BOTH)`` at these widths, where nothing may run
    out of the page either: one journey instead of one for each screen."""

    def check(page: Page, *widths: int) -> None:
        shown = page.viewport_size
        assert shown
        page.wait_for_load_state()  # before its styles have come a page may run out of itself
        for width in widths:
            page.set_viewport_size({"width": width, "height": shown["height"]})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            is_clean(page)
        if widths:
            page.set_viewport_size(shown)
        else:
            is_clean(page)

    return check


def is_clean(page: Page) -> None:
    """The page that stays is meant: while it is exchanged for another, axe may break on either."""
    for _ in range(2):
        with suppress(Error):
            assert breaches(page) == []
            return
    assert breaches(page) == []
