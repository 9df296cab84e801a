"""The camera at the door: reads dark, tilted and small codes, keeps other people's to itself, says why it cannot."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pelatihan.models import AttendanceEvent
from tests.browser.test_desk import SMALL, answer, counter, desk_of, log_in, people, present, session, type_code
from tests.qr_pictures import picture, write_video

__all__ = ["people", "session"]

pytestmark = pytest.mark.django_db(transaction=True)
Film = Callable[..., Page]
REMEMBERED = """() => { window.answers = []; document.querySelector("[data-desk]").addEventListener("jawaban",
    () => answers.push(document.querySelector("[data-answer]").innerText)) }"""
IN_ORDER = """(names) => names.map((name) => document.querySelector(`[data-${name}]`)).every(
    (part, place, all) => !place || Boolean(all[place - 1].compareDocumentPosition(part) & 4))"""
HIDDEN = """(hidden) => { Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange")) }"""
TWO_CAMERAS = """(() => {
const devices = navigator.mediaDevices;
const get = devices.getUserMedia.bind(devices);
window.asked = [];
devices.enumerateDevices = async () => ["depan", "belakang"].map((deviceId) => ({ kind: "videoinput", deviceId }));
devices.getUserMedia = ({ video: { deviceId, facingMode } }) => {
  asked.push(deviceId || facingMode);
  return get({ video: true });
};
})()"""


@pytest.fixture
def film(launch: Callable[..., Browser], live_server, tmp_path: Path) -> Iterator[Film]:
    """Opens a page in a browser whose camera shows these pictures, a second each, round and round."""
    browsers, errors = [], []

    def opened(*frames, **options) -> Page:
        shown = write_video(tmp_path / "film.y4m", frames, each=10)
        fake = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={shown}")
        browsers.append(launch(*fake))
        page = browsers[-1].new_context(base_url=live_server.url, locale="id-ID", **options).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield opened
    for browser in browsers:
        browser.close()
    assert errors == []


def camera(page: Page):
    return page.get_by_role("region", name="Kamera", exact=True)


def button(page: Page, name: str):
    return page.get_by_role("button", name=name)


def test_camera_reads_all_morning(film, session, people, axe_clean):
    """A shop's code, a card held straight, one tilted in the dark, one far away; and from the start again."""
    page = film(
        picture("https://toko.example/promo/12345678"),
        picture(people[0].code),
        picture(people[1].code, tilt=45, turn=15, light=0.25, noise=4),
        picture(people[2].code, side=80, blur=0.6),
        **{key: value for key, value in SMALL.items() if key != "locale"},
    )
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    log_in(page, "petugas", desk_of(session))
    page.evaluate(REMEMBERED)

    button(page, "Buka kamera").click()  # nobody has allowed it
    expect(page.get_by_role("heading", name="Kamera belum diizinkan")).to_be_visible()
    assert page.evaluate(IN_ORDER, ["when", "entry", "answer", "camera-trouble", "links"])
    assert not any("vendor/qr" in address for address in fetched)
    axe_clean(page)

    page.context.grant_permissions(["camera"])
    button(page, "Coba lagi").click()
    expect(button(page, "Tutup kamera")).to_be_focused()
    expect(counter(page)).to_have_text("3 dari 5", timeout=15_000)
    assert present() == ["Siti Rahmawati", "Suparman", "Togar Simanjuntak"]
    assert any("Ini bukan kode peserta" in words for words in page.evaluate("answers"))
    assert set(AttendanceEvent.objects.values_list("code", flat=True)) == {person.code for person in people[:3]}
    assert page.evaluate(IN_ORDER, ["camera", "answer", "entry", "when", "links"])
    assert_in_sight(page)

    type_code(page, people[3].code)  # a gun, with the camera on and the focus on a button of it
    expect(counter(page)).to_have_text("4 dari 5")
    expect(camera(page)).to_be_visible()
    expect(button(page, "Tutup kamera")).to_be_in_viewport(ratio=1)  # though the field was typed in

    page.add_init_script(TWO_CAMERAS)
    page.reload()
    expect(camera(page)).to_be_visible()  # as it was left
    button(page, "Ganti kamera").click()
    expect(button(page, "Ganti kamera")).to_be_visible()
    assert page.evaluate("asked") == [{"ideal": "environment"}, {"exact": "depan"}]
    page.reload()
    expect(button(page, "Ganti kamera")).to_be_visible()
    assert page.evaluate("asked") == [{"exact": "depan"}]
    axe_clean(page)

    page.evaluate(HIDDEN, True)
    assert page.evaluate("document.querySelector('video').srcObject") is None  # a pocket sees nothing
    page.evaluate(HIDDEN, False)
    expect(button(page, "Ganti kamera")).to_be_visible()
    expect(page.locator("[data-camera-hint]")).not_to_have_text("Membuka kamera…")
    page.evaluate("document.querySelector('video').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))")
    expect(page.get_by_role("heading", name="Kamera terputus")).to_be_visible()
    expect(camera(page)).to_be_hidden()
    button(page, "Coba lagi").click()
    expect(page.locator("[data-camera-hint]")).to_have_text("Terbaca")
    button(page, "Tutup kamera").click()
    expect(button(page, "Buka kamera")).to_be_focused()
    assert page.evaluate("document.querySelector('video').srcObject") is None


def assert_in_sight(page: Page) -> None:
    box = answer(page).bounding_box()
    assert box["y"] + box["height"] <= SMALL["viewport"]["height"]
    assert page.evaluate("[scrollY, document.documentElement.scrollWidth]") == [0, SMALL["viewport"]["width"]]


def test_desk_says_why_the_camera_is_dark_and_goes_on_without_it(desktop_page, session, people, axe_clean):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    button(page, "Buka kamera").click()
    expect(page.get_by_role("heading", name="Perangkat ini tidak punya kamera")).to_be_visible()
    axe_clean(page)
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Siti Rahmawati")

    camera_is(page, "{getUserMedia: () => Promise.reject(new DOMException('', 'NotReadableError'))}")
    button(page, "Cari kamera lagi").click()
    expect(page.get_by_text("Kamera sedang dipakai aplikasi lain. Tutup aplikasi itu, lalu coba lagi.")).to_be_visible()

    camera_is(page, "undefined")
    button(page, "Coba lagi").click()
    expect(page.get_by_text("Buka alamat yang diawali https.")).to_be_visible()
    axe_clean(page)
    type_code(page, people[1].code)
    expect(counter(page)).to_have_text("2 dari 5")


def camera_is(page: Page, devices: str) -> None:
    page.evaluate(f"Object.defineProperty(navigator, 'mediaDevices', {{value: {devices}, configurable: true}})")
