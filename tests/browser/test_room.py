"""The projector in the room: the code comes and goes, the line is cut, the log-in ends, somebody switches it off."""

import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.desk import room_code
from pelatihan.models import Session
from tests.browser.conftest import in_time
from tests.browser.test_desk import PROJECTOR, log_in
from tests.factories import AngkatanFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
READ = """
async ([width, height, grey]) => {
    const { decodeQR } = await import("/static/vendor/qr/decode.js");
    return decodeQR({ width, height, data: Uint8Array.from(grey) }, { format: "I420" });
}
"""

SIZE = "(({ scrollWidth: width, scrollHeight: height }) => ({ width, height }))(document.documentElement)"


@pytest.fixture
def session() -> Session:
    """Running, its code switched on."""
    access.make_groups()
    UserFactory(username="panitia", role="panitia")
    now = timezone.now()
    batch = AngkatanFactory(number=3, year=now.year, starts_on=timezone.localdate(now))
    times = {"starts_at": now - timedelta(minutes=5), "ends_at": now + timedelta(hours=1)}
    return SessionFactory(angkatan=batch, title="Empat pilar", self_check_in=True, **times)


def panel(page: Page):
    return page.get_by_role("alert")


def read(page: Page) -> str:
    """What the code on the screen holds, as a camera sees it."""
    picture = Image.open(io.BytesIO(page.locator(".wall-qr").screenshot())).convert("L").resize((200, 200))
    text: str = page.evaluate(READ, [*picture.size, list(picture.tobytes())])
    return text


def test_projector_shows_the_code_and_takes_it_away(open_page, session, axe_clean, live_server):
    page = open_page(viewport=PROJECTOR, locale="id-ID")
    page.clock.install()
    log_in(page, "panitia", f"/panitia/{session.angkatan.slug}/layar/{session.pk}/")
    code = page.locator(".wall-qr")
    found = re.fullmatch(rf"{live_server.url}/hadir/([\w-]+)/", read(page))
    assert found
    assert room_code.session_of(found[1], timezone.now()) == session.pk
    assert page.evaluate(SIZE) == PROJECTOR
    axe_clean(page)

    cut = "**/layar/**?bagian=kode"
    page.route(cut, lambda route: route.abort())
    in_time(page, lambda ms: expect(panel(page)).to_contain_text("Kode berhenti", timeout=ms), step=31_000)
    expect(panel(page)).to_contain_text("Layar ini tidak tersambung sejak pukul")
    expect(code).to_be_hidden()
    expect(page.locator(".wall-digits")).to_be_hidden()
    expect(page.locator(".wall-count")).to_contain_text("Angka pukul")
    axe_clean(page)

    page.unroute(cut)
    in_time(page, lambda ms: expect(panel(page)).to_be_hidden(timeout=ms))
    expect(code).to_be_visible()

    Session.objects.update(self_check_in=False)
    in_time(page, lambda ms: expect(page.get_by_text("Kode ruangan mati")).to_be_visible(timeout=ms))
    axe_clean(page)
    page.get_by_role("button", name="Nyalakan").click()
    expect(code).to_be_visible()

    page.context.clear_cookies()
    in_time(page, lambda ms: expect(panel(page)).to_contain_text("Waktu masuk habis", timeout=ms))
    expect(code).to_be_hidden()
