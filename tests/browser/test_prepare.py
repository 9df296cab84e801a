"""An officer makes a phone ready the evening before; the organiser revokes it."""

from datetime import timedelta

import pytest
import segno
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.accounts import access, devices
from pelatihan.desk import pin
from pelatihan.models import Device, Session
from tests.browser.conftest import PHONE
from tests.browser.test_desk import log_in
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)
PIN = "472915"
# A camera that sees the code whose modules are given, and a browser that promises to keep what it is given.
DEVICE = """
([rows]) => {
    const size = 12 * (rows.length + 8);
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const brush = canvas.getContext("2d");
    const paint = () => {
        brush.fillStyle = "#FFF";
        brush.fillRect(0, 0, size, size);
        brush.fillStyle = "#000";
        rows.forEach((row, y) => row.forEach((dark, x) => dark && brush.fillRect(12 * (x + 4), 12 * (y + 4), 12, 12)));
    };
    paint();
    setInterval(paint, 50);
    const media = navigator.mediaDevices;
    media.getUserMedia = async () => canvas.captureStream(20);
    navigator.storage.persisted = async () => true;
}
"""
A_DAY_OLDER = """
async () => {
    const { open } = await import("/static/js/store.js");
    const store = await open();
    const copy = await store.get("copy");
    await store.set("copy", { ...copy, made_at: new Date(Date.parse(copy.made_at) - 86_400_000).toISOString() });
}
"""


@pytest.fixture
def session() -> Session:
    """Tomorrow's, of a batch with a PIN."""
    access.make_groups()
    for role in ("petugas", "panitia"):
        user = UserFactory(username=role, role=role)
    start = timezone.now() + timedelta(days=1)
    batch = AngkatanFactory(number=3, year=start.year, starts_on=timezone.localdate(start))
    pin.make(batch, PIN, user=user, at=timezone.now())
    for name in ("Siti Rahmawati", "Budi Santoso"):
        a_registration(batch, name=name)
    return SessionFactory(angkatan=batch, starts_at=start, ends_at=start + timedelta(hours=1))


def line(page: Page, key: str):
    return page.locator(f'[data-line="{key}"]')


def test_officer_makes_a_phone_ready_and_the_organiser_revokes_it(open_page, session, axe_clean):
    page = open_page(**PHONE, service_workers="allow")
    rows = [[bool(dark) for dark in row] for row in segno.make("UJI-KAMERA", version=2, error="m", micro=False).matrix]
    page.add_init_script(f"({DEVICE})([{rows}])".replace("True", "true").replace("False", "false"))
    log_in(page, "petugas", f"/panitia/{session.angkatan.slug}/siapkan/")
    expect(line(page, "pages")).to_contain_text("Siap", timeout=15_000)
    expect(page.locator("[data-sum-title]")).to_have_text("2 dari 7 belum siap")
    expect(page.locator("[data-sum-note]")).to_contain_text("Sesi berikutnya besok,")
    axe_clean(page)

    page.get_by_label("Nama perangkat").fill("Ponsel meja 1")
    page.get_by_label("PIN meja").fill("999998")
    page.get_by_role("button", name="Siapkan perangkat ini").click()
    expect(page.get_by_text("PIN meja tidak cocok")).to_be_visible()
    axe_clean(page)

    page.get_by_label("PIN meja").fill(PIN)
    page.get_by_role("button", name="Siapkan perangkat ini").click()
    expect(line(page, "copy")).to_contain_text("2 peserta, 1 sesi. Disalin hari ini pukul")
    expect(page.locator("[data-sum-title]")).to_have_text("1 dari 7 belum siap")

    page.get_by_role("button", name="Uji").click()
    expect(line(page, "camera")).to_contain_text("Kode terbaca hari ini pukul")
    expect(page.locator("[data-sum-title]")).to_have_text("Perangkat ini siap")
    expect(page.get_by_role("heading", name="Ponsel meja 1")).to_be_visible()
    expect(page.locator(".ready-no")).to_have_count(0)
    axe_clean(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    axe_clean(page)
    device = Device.objects.get()
    assert device.copied_at

    page.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-sum-title]")).to_have_text("Perangkat ini siap")
    expect(line(page, "copy")).to_contain_text("Siap")
    page.evaluate(A_DAY_OLDER)
    page.goto(f"/panitia/{session.angkatan.slug}/presensi/{session.pk}/")
    expect(page.locator("[data-stale]")).to_contain_text("Salinan kemarin pukul")
    page.context.set_offline(False)
    page.goto(f"/panitia/{session.angkatan.slug}/siapkan/")
    expect(line(page, "copy")).to_contain_text("Basi")

    devices.revoke(device, UserFactory(role="panitia"), timezone.now())
    page.get_by_role("button", name="Periksa lagi").click()
    expect(page.get_by_role("alert")).to_contain_text("dicabut oleh panitia")
    expect(line(page, "copy")).to_contain_text("Belum ada salinan")
    axe_clean(page)
    assert Device.objects.get().wiped_at


def test_organiser_sees_devices_and_makes_a_pin(desktop_page, session, axe_clean):
    page = desktop_page
    Device.objects.create(angkatan=session.angkatan, label="Laptop lobi", token_hash="0" * 64, made_at=timezone.now())
    log_in(page, "panitia", f"/panitia/{session.angkatan.slug}/perangkat/")
    expect(page.locator(".ready-word")).to_have_text("Belum selesai")
    axe_clean(page)
    page.get_by_label("PIN baru").fill("123456")
    page.get_by_role("button", name="Ganti PIN meja").click()
    expect(page.get_by_text("terlalu mudah ditebak")).to_be_visible()
    axe_clean(page)
    page.get_by_role("link", name="Cabut Laptop lobi").click()
    expect(page.get_by_role("heading", name="Cabut Laptop lobi?")).to_be_visible()
    axe_clean(page)
    page.get_by_role("button", name="Ya, cabut").click()
    expect(page.get_by_role("heading", name="Yang dicabut atau dikosongkan")).to_be_visible()
    axe_clean(page)
