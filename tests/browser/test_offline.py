"""The desk without a signal: nobody waits, nothing is lost, whatever happens to the page, the browser, the log-in."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import BrowserContext, Dialog, Error, Page, expect

from pelatihan.accounts import devices
from pelatihan.desk import offline
from pelatihan.lifecycle import Action
from pelatihan.models import Attendance, AttendanceEvent, Device, Session
from pelatihan.registration import writer
from tests.browser.conftest import PHONE, SWITCHES, chromium
from tests.browser.people import PASSWORD
from tests.browser.test_desk import answer, counter, cut_off, desk_of, log_in, state, type_code
from tests.browser.test_desk import people as people  # a fixture
from tests.browser.test_desk import session as session  # a fixture
from tests.factories import clerk

pytestmark = pytest.mark.django_db(transaction=True)
PIN = "480915"
UNKNOWN = "ZZZZ222B"  # a code with its check sign that nobody has

# Whether the service worker holds the page, asked for eight seconds.
KEPT = """new Promise((done) => {
  const look = () => caches.match(location.pathname).then((page) => (page ? done(true) : setTimeout(look, 50)));
  navigator.serviceWorker.ready.then(look);
  setTimeout(done, 8000, false);
})"""
# What "Siapkan perangkat" does once the server has taken the PIN (tests/browser/test_prepare.py).
PREPARE = """async ([pin, slug]) => {
  const copies = await import("/static/js/copy.js");
  const { open } = await import("/static/js/store.js");
  const store = await open();
  await copies.begin(store, pin, { slug, label: "HP", key: "k", salt: "garam", rounds: 600000 });
  const said = await fetch(`/panitia/${slug}/siapkan/salinan/`);
  await copies.keepCopy(store, await said.json(), said.headers.get("ETag"));
}"""


def prepare(page: Page, session: Session) -> None:
    """The phone carries a copy, and keeps its page."""
    assert page.evaluate(KEPT), "the service worker does not start"
    page.evaluate(PREPARE, [PIN, session.angkatan.slug])
    page.reload()


def recorded() -> list[str]:
    return sorted(Attendance.objects.values_list("registration__name", flat=True))


def test_a_prepared_phone_answers_by_itself_and_all_of_it_arrives(open_page, session, people, axe_clean):
    page = open_page(**PHONE, service_workers="allow")
    log_in(page, "petugas", desk_of(session))
    prepare(page, session)
    expect(state(page)).to_contain_text("Tersambung")
    page.context.set_offline(True)

    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Hadir")
    expect(answer(page)).to_contain_text("Siti Rahmawati")
    expect(answer(page)).to_contain_text("dijawab oleh perangkat ini")
    expect(counter(page)).to_have_text("1 dari 5")
    axe_clean(page)
    type_code(page, people[5].code)
    expect(answer(page)).to_contain_text("Masih peserta cadangan.")
    type_code(page, UNKNOWN)
    expect(answer(page)).to_contain_text("Disimpan")
    expect(answer(page)).to_contain_text("Kode ini tidak ada di salinan perangkat ini.")
    expect(state(page)).to_have_text("Tanpa sinyal 3\u00a0belum terkirim")
    axe_clean(page)
    page.get_by_label("Kode atau nama peserta").fill("wahyu")
    page.get_by_role("button", name="Wahyu Nugroho").click()
    expect(answer(page)).to_contain_text("Hadir")

    page.reload()
    expect(counter(page)).to_have_text("2 dari 5")
    expect(page.locator("[data-last] li")).to_contain_text(["Wahyu Nugroho", "Siti Rahmawati"])
    expect(page.locator("[data-last] .scan-flag")).to_have_count(2)
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Sudah tercatat pukul")
    type_code(page, people[1].code)
    expect(answer(page)).to_contain_text("Suparman")

    page.context.set_offline(False)
    expect(state(page)).to_have_text("Tersambung Semua terkirim", timeout=20_000)
    expect(counter(page)).to_have_text("3 dari 5")
    expect(page.locator("[data-last] .scan-flag")).to_have_count(0)
    expect(page.locator("[data-missed] li")).to_contain_text(["Tidak dicatat"])  # the code that nobody has
    assert recorded() == ["Siti Rahmawati", "Suparman", "Wahyu Nugroho"]
    assert AttendanceEvent.objects.count() == 5
    assert AttendanceEvent.objects.get(registration=people[1]).shown == "present"


@pytest.fixture
def profile(playwright, live_server, tmp_path) -> Iterator[Callable[[], Page]]:
    """Opens a browser that keeps its profile, over a kill."""
    opened: list[BrowserContext] = []

    def start() -> Page:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium(), base_url=live_server.url, args=[*SWITCHES], **PHONE
        )
        opened.append(context)
        return context.pages[0]

    yield start
    for context in opened:
        with suppress(Error):
            context.close()


def kill(folder: Path) -> None:
    """An empty battery."""
    os.kill(int(str((folder / "SingletonLock").readlink()).rpartition("-")[2]), signal.SIGKILL)


def test_what_was_taken_outlives_a_kill_and_the_copy_asks_for_its_pin(profile, session, people, tmp_path, axe_clean):
    page = profile()
    log_in(page, "petugas", desk_of(session))
    prepare(page, session)
    expect(state(page)).to_contain_text("Tersambung")
    page.context.set_offline(True)
    for person in people[:2]:
        type_code(page, person.code)
        expect(answer(page)).to_contain_text(person.name)
        expect(answer(page)).to_contain_text("Hadir")
    kill(tmp_path / "profile")

    page = profile()
    cut_off(page)
    log_in(page, "petugas", desk_of(session))
    expect(state(page)).to_contain_text("2\u00a0belum terkirim")
    panel = page.locator("[data-pin-panel]")
    axe_clean(page)
    for pin, then in (("111111", "PIN tidak cocok. 9 kali lagi"), (PIN, "Siti Rahmawati")):
        panel.get_by_label("PIN meja").fill(pin)
        panel.get_by_role("button", name="Buka").click()
        expect(page.locator("main")).to_contain_text(then, timeout=20_000)
    expect(panel).to_be_hidden()
    page.unroute_all()
    page.get_by_role("button", name="Coba kirim sekarang").click()
    expect(state(page)).to_have_text("Tersambung Semua terkirim", timeout=20_000)
    assert recorded() == ["Siti Rahmawati", "Suparman"]
    assert AttendanceEvent.objects.count() == 2


def test_two_tabs_send_each_scan_once(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    other = page.context.new_page()
    other.goto(desk_of(session))
    page.context.route("**/rekam/", lambda route: route.abort())
    type_code(other, people[0].code)
    expect(state(page)).to_contain_text("1\u00a0belum terkirim")
    type_code(page, people[1].code)
    for tab in (page, other):
        expect(state(tab)).to_contain_text("2\u00a0belum terkirim")
    posts: list[str] = []
    page.context.on("request", lambda asked: posts.append(asked.url) if asked.url.endswith("/rekam/") else None)
    page.context.unroute_all()
    for tab in (page, other):
        expect(state(tab)).to_contain_text("Semua terkirim", timeout=20_000)
        expect(counter(tab)).to_have_text("2 dari 5")
        expect(answer(tab)).to_contain_text("Hadir")
    assert len(posts) == 1
    assert AttendanceEvent.objects.count() == 2


def test_a_clock_three_hours_off_makes_nobody_late(desktop_page, session, people):
    page = desktop_page
    page.clock.install(time=timezone.now() + timedelta(hours=3))
    log_in(page, "petugas", desk_of(session))
    page.evaluate(PREPARE, [PIN, session.angkatan.slug])
    page.reload()
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Hadir")  # and the device has learned how wrong its clock is
    page.context.set_offline(True)
    type_code(page, people[1].code)
    expect(answer(page)).to_contain_text("dijawab oleh perangkat ini")
    expect(answer(page)).to_contain_text("Hadir")
    page.context.set_offline(False)
    expect(state(page)).to_contain_text("Semua terkirim", timeout=20_000)
    assert {*Attendance.objects.values_list("state", flat=True)} == {"present"}
    assert Attendance.objects.count() == 2


def test_a_revoked_phone_loses_its_copy_and_keeps_what_waits(desktop_page, session, people, live_server, axe_clean):
    page = desktop_page
    token = devices.new_token()
    device = Device.objects.create(
        angkatan=session.angkatan, label="HP", token_hash=devices.hashed(token), made_at=timezone.now()
    )
    log_in(page, "petugas", desk_of(session))
    page.context.add_cookies([{"name": devices.cookie_name(), "value": token, "url": live_server.url}])
    page.evaluate(PREPARE, [PIN, session.angkatan.slug])
    page.reload()
    Device.objects.filter(pk=device.pk).update(
        revoked_at=timezone.now(), revoked_by=User.objects.get(username="panitia")
    )
    page.context.clear_cookies(name="sessionid")
    type_code(page, people[0].code)
    expect(page.get_by_text("Perangkat ini dicabut oleh panitia")).to_be_visible()
    expect(state(page)).to_contain_text("1\u00a0belum terkirim")
    axe_clean(page)
    assert page.evaluate(COPY) is False
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(state(page)).to_contain_text("Semua terkirim", timeout=20_000)
    assert recorded() == ["Siti Rahmawati"]


def test_a_revoked_phone_whose_last_word_was_lost_still_hands_in_what_waits(open_page, session, people, live_server):
    page = open_page(**PHONE)
    token = devices.new_token()
    Device.objects.create(
        angkatan=session.angkatan, label="HP", token_hash=devices.hashed(token), made_at=timezone.now(),
        revoked_at=timezone.now(), revoked_by=User.objects.get(username="panitia"),
    )  # fmt: skip
    log_in(page, "petugas", desk_of(session))
    page.context.add_cookies([{"name": devices.cookie_name(), "value": token, "url": live_server.url}])
    type_code(page, people[0].code)  # nothing lies on it any more, but the server has not heard so
    expect(answer(page)).to_contain_text("Hadir", timeout=20_000)
    assert recorded() == ["Siti Rahmawati"]


COPY = """async () => {
  const { open } = await import("/static/js/store.js");
  const store = await open();
  return Boolean((await store.get("copy")) || (await store.get("secret")));
}"""


def test_logging_out_tells_what_is_unsent_and_forgets_the_pages(open_page, session, people):
    page = open_page(**PHONE, service_workers="allow")
    said: list[str] = []
    log_in(page, "petugas", desk_of(session))
    assert page.evaluate(KEPT)
    page.context.set_offline(True)
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Disimpan")
    answers = iter([False, True])

    def asked(dialog: Dialog) -> None:
        said.append(dialog.message)
        if next(answers):
            dialog.accept()
        else:
            dialog.dismiss()

    page.on("dialog", asked)
    page.get_by_role("button", name="Keluar").click()
    expect(state(page)).to_contain_text("1\u00a0belum terkirim")
    page.context.route("**/rekam/", lambda route: route.abort())
    page.context.set_offline(False)
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_text("Anda sudah keluar.")).to_be_visible()
    assert [text[:29] for text in said] == ["1 catatan presensi belum terki"[:29]] * 2
    assert page.evaluate("caches.keys().then((names) => names.includes('meja-halaman'))") is False
    page.context.unroute_all()
    log_in(page, "petugas", desk_of(session))
    expect(counter(page)).to_have_text("1 dari 5", timeout=20_000)


def test_two_phones_without_a_signal_let_in_one_person_and_the_organiser_hears_of_the_other(open_page, session, people):
    """And somebody whose registration was cancelled meanwhile: the server's refusal got lost, the phone let them in."""
    phones = [open_page(**PHONE) for _ in range(2)]
    for page in phones:
        log_in(page, "petugas", desk_of(session))
        page.evaluate(PREPARE, [PIN, session.angkatan.slug])
        page.reload()
    writer.move(people[1], Action.CANCEL, actor=clerk(), at=timezone.now(), reason="Berhalangan")
    lost = phones[0]
    lost.route("**/rekam/", lambda route: (route.fetch(), route.abort()), times=1)
    type_code(lost, people[1].code)
    expect(answer(lost)).to_contain_text("dijawab oleh perangkat ini")
    expect(state(lost)).to_contain_text("Semua terkirim", timeout=20_000)

    for page in phones:
        page.context.set_offline(True)
        type_code(page, people[0].code)
        expect(answer(page)).to_contain_text("Siti Rahmawati")
        expect(answer(page)).to_contain_text("Hadir")
    for page in reversed(phones):  # who let in second arrives first
        page.context.set_offline(False)
        expect(state(page)).to_contain_text("Semua terkirim", timeout=20_000)

    first, second = AttendanceEvent.objects.filter(registration=people[0]).order_by("happened_at")
    sum_ = Attendance.objects.get()
    assert (sum_.registration, sum_.first_at, sum_.event) == (people[0], first.happened_at, first)
    assert (second.kind, first.number > second.number) == ("check_in", True)
    waits = AttendanceEvent.objects.waiting_for_decision().get()
    assert (waits.registration, waits.shown) == (people[1], "present")


TWO_VERSIONS = """new Promise((done) => {
  const look = () => caches.keys().then((names) => (count(names) === 2 ? done(true) : setTimeout(look, 50)));
  const count = (names) => names.filter((name) => name.startsWith("meja-berkas-")).length;
  look();
  setTimeout(done, 8000, false);
})"""
VERSIONS = "caches.keys().then((names) => names.filter((name) => name.startsWith('meja-berkas-')).sort().join())"


def test_a_new_worker_takes_over_from_an_old_one_and_nothing_is_lost(open_page, session, people, monkeypatch):
    ours = offline._worker()
    monkeypatch.setattr(offline, "_worker_once", lambda: ours.replace('"VERSION": "', '"VERSION": "lama-'))
    page = open_page(**PHONE, service_workers="allow")
    log_in(page, "petugas", desk_of(session))
    prepare(page, session)
    assert "meja-berkas-lama-" in page.evaluate(VERSIONS)
    page.context.set_offline(True)
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("dijawab oleh perangkat ini")

    monkeypatch.setattr(offline, "_worker_once", lambda: ours)
    page.context.set_offline(False)
    page.evaluate("navigator.serviceWorker.getRegistration('/panitia/').then((one) => one.update())")
    expect(state(page)).to_contain_text("Semua terkirim", timeout=20_000)
    assert page.evaluate(TWO_VERSIONS)
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name="Empat pilar")).to_be_visible()
    type_code(page, people[1].code)
    expect(answer(page)).to_contain_text("dijawab oleh perangkat ini")
    expect(state(page)).to_contain_text("1\u00a0belum terkirim")
    page.context.set_offline(False)
    expect(state(page)).to_contain_text("Semua terkirim", timeout=20_000)
    assert recorded() == ["Siti Rahmawati", "Suparman"]
