"""The desk without a signal: nobody waits, nothing is lost, whatever happens to the page, the browser, the log-in."""

from datetime import timedelta

import pytest
from django.contrib.staticfiles.testing import StaticLiveServerTestCase  # noqa: F401
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.models import Attendance, AttendanceEvent
from tests.browser.test_desk import answer, counter, desk_of, log_in, people, present, session, type_code  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


# Whether the service worker holds the page within five seconds.
KEPT = """new Promise((done) => {
  const path = location.pathname;
  const look = (left) => caches.match(path).then((page) => (page || !left ? done(Boolean(page)) : setTimeout(look, 50, left - 1)));
  navigator.serviceWorker.ready.then(() => look(100));
  setTimeout(done, 8000, false);
})"""


def state(page: Page):
    return page.locator("[data-state]")


@pytest.fixture
def kept_page(open_page, session, people) -> Page:  # noqa: F811
    """The desk on a phone whose browser keeps the page."""
    page = open_page(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="id-ID", service_workers="allow"
    )
    log_in(page, "petugas", desk_of(session))
    assert page.evaluate(KEPT), "the service worker does not start"
    return page


def test_scans_outlive_a_reload_without_a_signal(kept_page, session, people, axe_clean):  # noqa: F811
    page = kept_page
    page.context.set_offline(True)
    for person in people[:3]:
        type_code(page, person.code)
        expect(answer(page)).to_contain_text("Disimpan")
        expect(answer(page)).to_contain_text(person.shown_code)
    expect(state(page)).to_contain_text("3 belum terkirim")
    axe_clean(page)
    page.reload()
    expect(page.get_by_role("heading", name="Empat pilar")).to_be_visible()
    expect(state(page)).to_contain_text("3 belum terkirim")
    page.context.set_offline(False)
    expect(counter(page)).to_have_text("3 dari 5", timeout=20_000)
    expect(state(page)).to_contain_text("Semua terkirim")
    assert AttendanceEvent.objects.count() == Attendance.objects.count() == 3
