"""How long a verifier takes for a hundred people: one by one with the keyboard alone, and all at once by the list.

In a real Chromium of 1280 × 800, with nothing but keys in the first two lines; pages are scrolled by nobody.
"""

import shutil
import time
from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, sync_playwright

from bench.site import Site
from bench.tables import table
from ormas.models import Delegate
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration, StatusChange

PEOPLE = 100
REASON = "Tulis jabatan Anda"
AIMS_S = (1.0, 2.0, 0.1)  # each: reading takes longer than pressing
SETTLED = "html.keys-settled"  # from then on a key is meant for the person shown
HEAD = ["way", "people", "keys or clicks each", "time", "each", "aim", "scrolled"]


def measure(site: Site) -> str:
    """A table: accepted by one key, asked for a fix with a reason typed, accepted all at once."""
    title = f"Deciding {PEOPLE} registrations in Chromium (1280 × 800)"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        return table(title, HEAD, [["no Chromium found", *[""] * 6]])
    batches = [_waiting_batch(number) for number in (81, 82, 83)]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, base_url=f"http://127.0.0.1:{site.port}")
        _log_in(page)
        rows = [
            _row(page, "accept: T", 1, batches[0], AIMS_S[0], _accept_by_key),
            _row(
                page, f"ask for a fix: P, Tab, {len(REASON)} letters, Ctrl+Enter", 2, batches[1], AIMS_S[1], _ask_by_key
            ),
            _row(page, "list: tick all, Terima, confirm", 3 / PEOPLE, batches[2], AIMS_S[2], _accept_all),
        ]
        browser.close()
    slugs = [slug for slug, _ in batches]
    decided = Registration.objects.filter(angkatan__slug__in=slugs).exclude(status=Status.SUBMITTED).count()
    if decided != PEOPLE * len(batches):
        raise RuntimeError(f"{decided} were decided: the figures would be worthless.")
    return table(title, HEAD, rows)


def _waiting_batch(number: int) -> tuple[str, int]:
    """A batch with a hundred who wait; its address and the first of them."""
    now = timezone.now()
    day = timezone.localdate() + timedelta(days=30)
    batch = Angkatan.objects.create(
        number=number, year=day.year, theme="Ukuran", venue="Aula", town="Jakarta", starts_on=day, ends_on=day,
        capacity=PEOPLE, seats_per_ormas=PEOPLE,
    )  # fmt: skip
    people = [
        Registration(
            angkatan=batch,
            delegate=Delegate.objects.create(name=f"Peserta Ukur {place}", phone=f"+6281399{number}{place:04d}"),
            name=f"Peserta Ukur {place}", ormas_text="Perkumpulan Ukur", source="web",
            submitted_at=now - timedelta(hours=2) + timedelta(seconds=place),
        )
        for place in range(PEOPLE)
    ]  # fmt: skip
    made = Registration.objects.bulk_create(people)
    StatusChange.objects.bulk_create(
        StatusChange(registration=one, action="register", to_status=one.status, role="delegate", at=one.submitted_at)
        for one in made
    )
    return batch.slug, made[0].pk


def _log_in(page: Page) -> None:
    page.goto(reverse("login"))
    page.fill("input[name=username]", "verifikator")
    page.fill("input[name=password]", "pelatihan-demo")
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(lambda address: "/masuk/" not in address)


def _row(
    page: Page, way: str, keys: float, batch: tuple[str, int], aim: float, act: Callable[[Page, str, int], bool]
) -> list[str]:
    started = time.perf_counter()
    has_scrolled = act(page, *batch)
    spent = time.perf_counter() - started
    return [
        way, str(PEOPLE), f"{keys:g}", f"{spent:.1f} s", f"{spent / PEOPLE:.2f} s", f"≤ {aim:.1f} s",
        "yes" if has_scrolled else "no",
    ]  # fmt: skip


def _accept_by_key(page: Page, _slug: str, first: int) -> bool:
    page.goto(reverse("admin:pelatihan_registration_change", args=[first]))
    scrolled = False
    for _ in range(PEOPLE):
        page.wait_for_selector(SETTLED)
        scrolled |= page.evaluate("scrollY") > 0
        with page.expect_navigation():
            page.keyboard.press("t")
    return scrolled


def _ask_by_key(page: Page, _slug: str, first: int) -> bool:
    page.goto(reverse("admin:pelatihan_registration_change", args=[first]))
    scrolled = False
    for _ in range(PEOPLE):
        page.wait_for_selector(SETTLED)
        scrolled |= page.evaluate("scrollY") > 0
        with page.expect_navigation():
            page.keyboard.press("p")
        page.wait_for_selector("#alasan-siap:focus")
        page.keyboard.press("Tab")
        page.keyboard.type(REASON)
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    return scrolled


def _accept_all(page: Page, slug: str, _first: int) -> bool:
    page.goto(f"{reverse('admin:pelatihan_registration_changelist')}?angkatan={slug}&status=submitted")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Terima", exact=True).click()
    page.get_by_role("button", name="Terima yang ditandai").click()
    page.get_by_role("button", name=f"Urungkan {PEOPLE} keputusan").wait_for()
    return False
