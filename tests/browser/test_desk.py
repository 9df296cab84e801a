"""The desk officer's morning: in time, late, twice, a wrong tap, a name, a refusal; and the board beside it."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Dialog, Page, Route, expect

from ormas.models import Ormas
from pelatihan.accounts import access
from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Scan
from pelatihan.lifecycle import Status
from pelatihan.models import Attendance, AttendanceEvent, Session
from tests.browser.conftest import in_time
from tests.browser.people import PASSWORD, is_logged_in, password_kept
from tests.factories import AngkatanFactory, InvitationFactory, SessionFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True, "locale": "id-ID"}
PROJECTOR = {"width": 1920, "height": 1080}
LONGEST = "Raden Mas Panji Suryadiningrat Kusumawardhana Hadiwinata Prawiranegara Tjokroaminoto Sosrodiningrat"


@pytest.fixture
def session() -> Session:
    """A session that began five minutes ago, of a batch that runs today."""
    access.make_groups()
    for role in ("petugas", "panitia", "pemantau"):
        UserFactory(username=role, role=role, password=password_kept())
    now = timezone.now()
    today = timezone.localdate(now - timedelta(minutes=5))
    batch = AngkatanFactory(
        number=3, year=today.year, starts_on=today, opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1)
    )
    return SessionFactory(
        angkatan=batch, starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(hours=1), title="Empat pilar"
    )


@pytest.fixture
def people(session):
    """Five accepted people of one organisation with a short name, and one on the waiting list."""
    ormas = Ormas.objects.create(name="Himpunan Putra-Putri Keluarga Angkatan Darat", abbreviation="HIPAKAD")
    InvitationFactory(angkatan=session.angkatan, ormas=ormas, own_seats=9)
    names = ["Siti Rahmawati", "Suparman", "Togar Simanjuntak", "Nur Aini", "Wahyu Nugroho"]
    accepted = [a_registration(session.angkatan, ormas=ormas, name=name, at=_before(session)) for name in names]
    waiting = a_registration(session.angkatan, Status.WAITLISTED, name="Teguh Priyanto", at=_before(session))
    return [*accepted, waiting]


def _before(session: Session):
    return session.starts_at - timedelta(days=3)


def log_in(page: Page, role: str, path: str) -> None:
    is_logged_in(page, User.objects.get(username=role))
    page.goto(path)


def desk_of(session: Session) -> str:
    return f"/panitia/{session.angkatan.slug}/presensi/{session.pk}/"


def type_code(page: Page, text: str) -> None:
    """As a scan gun does: the signs, then Enter, wherever the cursor is."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def answer(page: Page):
    return page.get_by_role("status", name="Jawaban")


def counter(page: Page):
    return page.locator(".desk-count")


def state(page: Page):
    """The block at the edge: connection, and what is unsent."""
    return page.locator("[data-state]")


def test_officer_scans_all_morning_without_a_reload(desktop_page, session, people, axe_clean):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    expect(counter(page)).to_have_text("0 dari 5")
    axe_clean(page)
    page.evaluate("window.sameP = true")

    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Siti Rahmawati")
    expect(answer(page)).to_contain_text("Hadir")
    expect(counter(page)).to_have_text("1 dari 5")
    axe_clean(page)

    type_code(page, people[0].shown_code.lower())
    expect(answer(page)).to_contain_text("Sudah tercatat pukul")
    expect(counter(page)).to_have_text("1 dari 5")

    page.get_by_role("button", name="Urungkan Siti Rahmawati").click()
    expect(answer(page)).to_contain_text("Diurungkan")
    expect(counter(page)).to_have_text("0 dari 5")
    expect(page.get_by_text("Belum ada yang tercatat")).to_be_visible()

    Session.objects.filter(pk=session.pk).update(starts_at=session.starts_at - timedelta(minutes=20))
    type_code(page, people[1].code)
    expect(answer(page)).to_contain_text("Terlambat")
    expect(answer(page)).to_contain_text("25 menit setelah mulai")

    type_code(page, people[5].code)
    expect(answer(page)).to_contain_text("Tidak dicatat")
    expect(answer(page)).to_contain_text("Masih peserta cadangan. Mohon hubungi petugas verifikasi.")
    axe_clean(page)

    type_code(page, "AB12CD34")
    expect(answer(page)).to_contain_text("Kode tidak terbaca")
    assert page.evaluate("window.sameP")
    assert list(Attendance.objects.values_list("registration__name", flat=True)) == ["Suparman"]


def test_officer_picks_a_name_by_two_letters(desktop_page, session, people, axe_clean):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    page.keyboard.type("hipakad")
    expect(page.locator(".match")).to_have_count(5)
    axe_clean(page)
    page.get_by_label("Kode atau nama peserta").fill("to")
    page.get_by_role("button", name="Togar Simanjuntak").click()
    expect(answer(page)).to_contain_text("Hadir")
    expect(answer(page)).to_contain_text("Togar Simanjuntak")
    expect(page.locator(".match")).to_have_count(0)
    assert AttendanceEvent.objects.get().means == "name"


def test_enter_picks_the_only_match(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    page.keyboard.type("wahyu")
    expect(page.locator(".match")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("Wahyu Nugroho")


# ---- A scan gun ----------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["Enter", "Tab"])
def test_scan_gun_types_from_anywhere(desktop_page, session, people, end):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    page.evaluate("document.activeElement.blur()")
    page.keyboard.type(people[0].code)
    page.keyboard.press(end)
    expect(answer(page)).to_contain_text("Siti Rahmawati")
    expect(counter(page)).to_have_text("1 dari 5")


@pytest.mark.parametrize(("end", "pace"), [("Enter", 0), ("Tab", 0), ("Tab", 60)])
def test_scan_gun_presses_no_button(desktop_page, session, people, end, pace):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    type_code(page, people[0].code)
    page.get_by_role("button", name="Urungkan Siti Rahmawati").focus()
    page.keyboard.type(people[1].code, delay=pace)
    page.keyboard.press(end)
    expect(answer(page)).to_contain_text("Suparman")
    expect(counter(page)).to_have_text("2 dari 5")
    assert present() == ["Siti Rahmawati", "Suparman"]


def test_scan_gun_takes_over_from_a_name_half_typed(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    page.keyboard.type("sit")
    expect(page.locator(".match")).to_have_count(1)
    type_code(page, people[1].code)
    expect(answer(page)).to_contain_text("Suparman")
    expect(page.get_by_label("Kode atau nama peserta")).to_have_value("")


def test_scan_gun_leaves_nothing_in_the_field_for_a_password(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    page.context.clear_cookies(name="sessionid")
    type_code(page, people[0].code)
    password = page.get_by_label("Kata sandi")
    password.fill("rahasia")
    type_code(page, people[1].code)
    expect(answer(page)).to_contain_text(people[1].shown_code)
    expect(password).to_have_value("rahasia")


# ---- A queue in front of the server --------------------------------------------------------------

SLOW = "const real = fetch; fetch = (...asked) => new Promise((go) => setTimeout(go, 600)).then(() => real(...asked))"


def present() -> list[str]:
    return sorted(Attendance.objects.values_list("registration__name", flat=True))


class Hold:
    """Check-ins hang from now on, until ``let_go``."""

    def __init__(self, page: Page) -> None:
        self.page, self.open = page, False
        self.held: list[Route] = []
        page.route("**/rekam/", self.take)

    def take(self, route: Route) -> None:
        if self.open:
            route.continue_()
        else:
            self.held.append(route)

    def let_go(self) -> None:
        """The one that hangs reaches the server, and so do those behind it."""
        for _ in range(200):
            if self.held:  # it goes out once it is kept
                break
            self.page.wait_for_timeout(20)
        self.open = True
        self.held[0].continue_()


def cut_off(page: Page) -> None:
    """Nobody answers check-ins from now on."""
    page.route("**/rekam/", lambda route: route.abort("connectionrefused"))


def waiting(page: Page):
    return page.locator("[data-waiting] .scan-name")


def test_scans_in_a_row_are_all_taken(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    for person in people[:4]:
        type_code(page, person.code)
        page.wait_for_timeout(50)
    expect(counter(page)).to_have_text("4 dari 5")
    expect(answer(page)).to_contain_text("Nur Aini")
    assert AttendanceEvent.objects.count() == Attendance.objects.count() == 4


def test_scans_over_a_slow_line_are_all_taken_and_the_answer_is_the_last_ones(desktop_page, session, people):
    page = desktop_page
    page.add_init_script(SLOW)
    log_in(page, "petugas", desk_of(session))
    for person in people[:5]:
        type_code(page, person.code)
        expect(page.get_by_label("Kode atau nama peserta")).to_have_value("")
        expect(answer(page)).to_contain_text("Mengirim…")
        expect(answer(page)).to_contain_text(person.shown_code)
    expect(counter(page)).to_have_text("5 dari 5", timeout=10_000)
    expect(answer(page)).to_contain_text("Wahyu Nugroho")
    expect(page.locator("[data-last] .scan-name")).to_have_text([person.name for person in people[4::-1]])
    assert list(AttendanceEvent.objects.order_by("arrived_at", "happened_at").values_list("code", flat=True)) == [
        person.code for person in people[:5]
    ]


def test_nobody_elses_answer_stays(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Siti Rahmawati")
    Hold(page)
    type_code(page, people[1].code)
    expect(answer(page)).to_contain_text("Mengirim…")
    expect(answer(page)).to_contain_text(people[1].shown_code)
    expect(answer(page)).not_to_contain_text("Siti")


def test_a_refusal_that_came_too_late_for_the_panel_is_kept_to_be_seen(desktop_page, session, people, axe_clean):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    hold = Hold(page)
    type_code(page, people[5].code)
    type_code(page, people[0].code)
    expect(waiting(page)).to_have_count(2)
    hold.let_go()
    expect(answer(page)).to_contain_text("Siti Rahmawati")
    late = page.locator("[data-missed] li")
    expect(late).to_contain_text("Teguh Priyanto")
    expect(late).to_contain_text("Masih peserta cadangan.")
    axe_clean(page)
    late.get_by_role("button", name="Tutup").click()
    expect(page.get_by_text("Perlu dilihat")).to_be_hidden()


def test_what_could_not_be_sent_is_listed_and_goes_out_by_itself(desktop_page, session, people, axe_clean):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    cut_off(page)
    for person in people[:3]:
        type_code(page, person.code)
    expect(state(page)).to_have_text("Tanpa sinyal 3\u00a0belum terkirim")
    expect(waiting(page)).to_have_text([person.shown_code for person in people[:3]])
    expect(answer(page)).to_contain_text("Disimpan")
    expect(answer(page)).to_contain_text(people[2].shown_code)
    axe_clean(page)
    page.unroute_all()
    expect(counter(page)).to_have_text("3 dari 5", timeout=20_000)
    expect(answer(page)).to_contain_text("Togar Simanjuntak")
    expect(state(page)).to_have_text("Tersambung Semua terkirim")
    expect(waiting(page)).to_have_count(0)
    assert AttendanceEvent.objects.count() == 3


def test_unsent_ones_go_at_once_when_the_signal_is_back(desktop_page, session, people):
    page = desktop_page
    page.clock.install()
    log_in(page, "petugas", desk_of(session))
    page.context.set_offline(True)
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Disimpan")
    expect(state(page)).to_have_text("Tanpa sinyal 1\u00a0belum terkirim")
    page.clock.pause_at(timezone.now() + timedelta(hours=1))  # no retry comes by itself
    page.context.set_offline(False)
    expect(answer(page)).to_contain_text("Hadir")
    expect(state(page)).to_have_text("Tersambung Semua terkirim")
    assert AttendanceEvent.objects.count() == 1


def test_an_answer_that_got_lost_doubles_nothing(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/rekam/", lose, times=1)
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Hadir")
    expect(counter(page)).to_have_text("1 dari 5")
    assert AttendanceEvent.objects.count() == 1


def test_nobody_waits_long_and_a_server_is_given_up_after_eight_seconds(desktop_page, session, people):
    page = desktop_page
    page.clock.install()
    log_in(page, "petugas", desk_of(session))
    Hold(page)
    type_code(page, people[0].code)
    page.clock.run_for(1_000)
    expect(answer(page)).to_contain_text("Mengirim…")
    in_time(page, lambda ms: expect(answer(page)).to_contain_text("Disimpan", timeout=ms), step=1_000)
    expect(state(page)).to_have_text("Mengirim 1\u00a0belum terkirim")
    in_time(page, lambda ms: expect(state(page)).to_have_text("Tanpa sinyal 1\u00a0belum terkirim", timeout=ms))
    page.unroute_all(behavior="ignoreErrors")
    in_time(page, lambda ms: expect(answer(page)).to_contain_text("Siti Rahmawati", timeout=ms), step=1_000)


def test_a_busy_server_is_left_alone_until_the_officer_asks(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    busy = {"error": "unavailable", "message": "Sedang sibuk."}
    page.route("**/rekam/", lambda route: route.fulfill(status=503, json=busy, headers={"Retry-After": "120"}), times=1)
    type_code(page, people[0].code)
    expect(state(page)).to_have_text("Sistem sibuk 1\u00a0belum terkirim")
    type_code(page, people[1].code)
    expect(waiting(page)).to_have_count(2)
    assert not AttendanceEvent.objects.exists()
    page.get_by_role("button", name="Kirim sekarang").click()
    expect(counter(page)).to_have_text("2 dari 5")


def test_a_refused_one_is_put_aside_and_blocks_nobody(desktop_page, session, people, axe_clean):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    bad = people[0].code

    def refuse(route: Route) -> None:
        if bad in (route.request.post_data or ""):
            route.fulfill(status=400, json={"error": "bad_request", "message": "Catatan ini tidak terbaca."})
        else:
            route.continue_()

    cut_off(page)
    for person in people[:3]:
        type_code(page, person.code)
    expect(waiting(page)).to_have_count(3)
    page.route("**/rekam/", refuse)  # before the one that cuts off, which it lets nothing through to
    expect(counter(page)).to_have_text("2 dari 5", timeout=20_000)
    aside = page.locator("[data-aside] li")
    expect(aside).to_contain_text(people[0].shown_code)
    expect(aside).to_contain_text("Catatan ini tidak terbaca.")
    axe_clean(page)
    page.unroute_all()
    aside.get_by_role("button", name="Kirim lagi").click()
    expect(counter(page)).to_have_text("3 dari 5")
    expect(page.get_by_text("Perlu dilihat")).to_be_hidden()


def test_enter_twice_is_one_check_in(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    hold = Hold(page)
    type_code(page, people[0].code)
    page.keyboard.press("Enter")
    type_code(page, people[0].code)
    hold.let_go()
    expect(answer(page)).to_contain_text("Siti Rahmawati")
    expect(answer(page)).to_contain_text("Hadir")
    assert AttendanceEvent.objects.count() == 1


def test_an_undo_waits_its_turn(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    type_code(page, people[0].code)
    expect(counter(page)).to_have_text("1 dari 5")
    hold = Hold(page)
    type_code(page, people[1].code)
    type_code(page, people[2].code)
    page.get_by_role("button", name="Urungkan Siti Rahmawati").click()
    expect(answer(page)).to_contain_text("Mengirim…")
    expect(answer(page)).to_contain_text("Siti Rahmawati")
    hold.let_go()
    expect(answer(page)).to_contain_text("Diurungkan")
    expect(counter(page)).to_have_text("2 dari 5")
    assert present() == ["Suparman", "Togar Simanjuntak"]


def test_one_that_waits_can_be_taken_back(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    hold = Hold(page)
    for person in people[:3]:
        type_code(page, person.code)
    page.get_by_role("button", name=f"Urungkan {people[1].shown_code}").click()  # not sent yet: not sent at all
    page.get_by_role("button", name=f"Urungkan {people[0].shown_code}").click()  # on its way: undone behind it
    hold.let_go()
    expect(counter(page)).to_have_text("1 dari 5")
    expect(answer(page)).to_contain_text("Diurungkan")
    assert present() == ["Togar Simanjuntak"]


@pytest.mark.parametrize("keeps", [True, False])
def test_leaving_with_something_unsent_warns_only_where_nothing_is_kept(desktop_page, session, people, keeps):
    page = desktop_page
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    if not keeps:  # a private window
        page.add_init_script("Object.defineProperty(self, 'indexedDB', {value: undefined})")
    log_in(page, "petugas", desk_of(session))
    cut_off(page)
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Disimpan")
    kept = page.get_by_text("Perangkat ini tidak dapat menyimpan")
    expect(kept).to_have_count(0 if keeps else 1)
    page.get_by_role("link", name="Papan").click()
    expect(page.locator(".board-sum")).to_be_visible()
    assert asked == ([] if keeps else ["beforeunload"])
    page.unroute_all()
    page.goto(desk_of(session))
    expect(counter(page)).to_have_text("1 dari 5" if keeps else "0 dari 5")


def test_who_was_logged_out_logs_in_on_the_page_and_nothing_is_lost(phone_page, session, people, axe_clean):
    page = phone_page
    log_in(page, "petugas", desk_of(session))
    page.context.clear_cookies(name="sessionid")
    for person in people[:2]:
        type_code(page, person.code)
    expect(page.get_by_role("heading", name="Masuk lagi untuk mengirim")).to_be_visible()
    expect(state(page)).to_have_text("Perlu masuk lagi 2\u00a0belum terkirim")
    axe_clean(page)
    password = page.get_by_label("Kata sandi")
    for text, then in (("salah-sandi-ini", "Kata sandi tidak cocok"), (PASSWORD, "2 dari 5")):
        password.fill(text)
        page.get_by_role("button", name="Masuk").click()
        expect(page.locator("main")).to_contain_text(then, timeout=20_000)
    expect(page.get_by_role("heading", name="Masuk lagi untuk mengirim")).to_be_hidden()
    expect(answer(page)).to_contain_text("Suparman")
    assert AttendanceEvent.objects.count() == 2


def test_a_name_cannot_be_looked_up_without_a_signal_but_is_kept(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    page.context.set_offline(True)
    page.keyboard.type("siti")
    expect(page.get_by_text("Nama belum dapat dicari tanpa sambungan.")).to_be_visible()
    expect(page.get_by_label("Kode atau nama peserta")).to_have_value("siti")


def test_sound_can_be_muted_and_stays_so(desktop_page, session, people):
    page = desktop_page
    page.add_init_script("heard = []; AudioContext.prototype.createOscillator = () => { heard.push(1); throw 1 }")
    log_in(page, "petugas", desk_of(session))
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Hadir")
    assert page.evaluate("heard.length") == 1
    page.get_by_role("button", name="Bunyi").click()
    page.reload()
    expect(page.get_by_role("button", name="Bunyi", pressed=False)).to_be_visible()
    type_code(page, people[1].code)
    expect(answer(page)).to_contain_text("Hadir")
    assert page.evaluate("heard.length") == 0


def test_desk_works_without_javascript(no_js_page, session, people, axe_clean):
    page = no_js_page
    log_in(page, "petugas", desk_of(session))
    code = page.get_by_label("Kode atau nama peserta")
    code.fill(people[0].code)
    code.press("Enter")
    expect(answer(page)).to_contain_text("Hadir")
    expect(counter(page)).to_have_text("1 dari 5")
    page.reload()
    assert AttendanceEvent.objects.count() == 1
    page.get_by_label("Kode atau nama peserta").fill("togar")
    page.get_by_role("button", name="Catat").click()
    page.get_by_role("button", name="Togar Simanjuntak").click()
    expect(answer(page)).to_contain_text("Togar Simanjuntak")
    page.get_by_role("button", name="Urungkan Togar Simanjuntak").click()
    expect(answer(page)).to_contain_text("Diurungkan")
    expect(counter(page)).to_have_text("1 dari 5")


def test_whole_answer_is_in_sight_on_a_small_phone(open_page, session):
    ormas = Ormas.objects.create(name="Persatuan Purnawirawan dan Warakawuri Tentara Nasional Indonesia dan Polri")
    InvitationFactory(angkatan=session.angkatan, ormas=ormas)
    Session.objects.filter(pk=session.pk).update(title="Potensi kerawanan pemilihan umum dan peran ormas di dalamnya")
    person = a_registration(
        session.angkatan, ormas=ormas, name=LONGEST, front_title="Prof. Dr. Ir. H.", back_title="S.H., M.Hum.",
        at=_before(session),
    )  # fmt: skip
    page = open_page(**SMALL)
    log_in(page, "petugas", desk_of(session))
    for code in (person.code, person.code, "AB12CD34"):
        enter(page, code)
        expect(answer(page)).not_to_contain_text("Mengirim…")
        assert_answer_in_sight(page)
    cut_off(page)
    enter(page, "AB12CD35")
    expect(answer(page)).to_contain_text("Disimpan")
    assert_answer_in_sight(page)
    page.unroute_all()


def enter(page: Page, code: str) -> None:
    code_field = page.get_by_label("Kode atau nama peserta")
    code_field.fill(code)
    code_field.press("Enter")


def assert_answer_in_sight(page: Page) -> None:
    box = answer(page).bounding_box()
    assert page.evaluate("scrollY") == 0
    assert box["y"] + box["height"] <= 640
    assert answer(page).evaluate("panel => panel.scrollHeight <= panel.clientHeight")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_panitia_closes_the_session_and_opens_it_again(phone_page, session, people, axe_clean):
    page = phone_page
    log_in(page, "panitia", desk_of(session))
    page.get_by_role("link", name="Tutup sesi").click()
    expect(page.get_by_text("0 dari 5 peserta")).to_be_visible()
    axe_clean(page)
    page.get_by_role("button", name="Ya, tutup sesi").click()
    expect(answer(page)).to_contain_text("Sesi ini sudah ditutup")
    page.get_by_role("link", name="Buka lagi sesi ini").click()
    page.get_by_role("button", name="Ya, buka lagi").click()
    expect(answer(page)).to_contain_text("Siap")


def test_board_renews_itself_and_keeps_what_is_open_and_excuses(open_page, session, people, axe_clean):
    """Folds and focus stay, only what changed is put in; what nobody answers is said; "izin" is one press."""
    page = open_page(viewport={"width": 390, "height": 844}, locale="id-ID")
    page.clock.install()
    log_in(page, "panitia", f"/panitia/{session.angkatan.slug}/?hari={session.day.isoformat()}")
    expect(page.locator(".board-sum")).to_contain_text("0 dari 5")
    axe_clean(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    suparman = page.locator(".fold", has_text="Suparman")
    suparman.locator("summary").press("Enter")
    page.evaluate("document.querySelector('.board-now').isSame = true")
    now = timezone.now()
    writer.record(session, [Scan(uuid.uuid4(), now, code=people[0].code)], actor=SYSTEM, at=now)
    in_time(page, lambda ms: expect(page.locator(".board-sum")).to_contain_text("1 dari 5", timeout=ms))
    expect(page.locator("[data-told]")).to_have_text("1 dari 5 peserta sudah hadir")
    expect(page.get_by_text("Siti Rahmawati")).to_have_count(0)
    expect(page.get_by_role("heading", name="Arus masuk")).to_be_visible()
    assert not suparman.evaluate("fold => fold.open")
    expect(suparman.locator("summary")).to_be_focused()
    assert page.evaluate("document.querySelector('.board-now').isSame")
    axe_clean(page)
    page.route("**/*bagian=papan*", lambda route: route.abort())
    fresh = page.locator("[data-fresh]")
    in_time(page, lambda ms: expect(fresh).to_contain_text("Tanpa sinyal: angka pukul", timeout=ms))
    axe_clean(page)
    page.unroute_all()
    in_time(page, lambda ms: expect(fresh).to_contain_text("Diperbarui", timeout=ms))
    suparman.locator("summary").click()
    page.get_by_role("button", name="Tandai izin Suparman").click()
    expect(page.get_by_text("Dicatat izin: Suparman")).to_be_visible()
    expect(page.locator(".board-now .figure-excused dd")).to_have_text("1")
    axe_clean(page)
    page.get_by_role("button", name="Urungkan").click()
    expect(page.get_by_text("Kehadiran Suparman sekarang: Belum.")).to_be_visible()


def test_board_moves_on_by_itself_when_the_session_ends(open_page, session, people, axe_clean):
    """A projector that nobody touches: names in sight, and at the end of the session the next one."""
    page = open_page(viewport=PROJECTOR, locale="id-ID")
    page.clock.install()
    log_in(page, "pemantau", f"/panitia/{session.angkatan.slug}/")
    expect(page.locator(".missing-names", has_text="Siti Rahmawati; Suparman")).to_be_visible()
    expect(page.locator(".missing-person").first).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == PROJECTOR["width"]
    axe_clean(page)
    end_now(session)
    in_time(page, lambda ms: expect(page.locator(".board-now h2")).to_have_text("Diskusi kelompok", timeout=ms))
    page.get_by_role("link", name="Layar penuh").click()
    expect(page.locator(".topbar")).to_be_hidden()
    page.goto(f"/panitia/{session.angkatan.slug}/?layar=1")
    expect(page.get_by_role("link", name="Tutup layar penuh")).to_be_visible()
    expect(page.locator(".topbar")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == PROJECTOR["width"]
    axe_clean(page)


def test_desk_says_that_its_session_is_over_and_leads_to_the_next(phone_page, session, people, axe_clean):
    page = phone_page
    page.clock.install()
    log_in(page, "petugas", desk_of(session))
    expect(page.get_by_text("Sesi ini sudah selesai")).to_have_count(0)
    end_now(session)
    ended = page.get_by_role("status", name="Sesi")
    in_time(page, lambda ms: expect(ended).to_contain_text("Sesi ini sudah selesai", timeout=ms))
    axe_clean(page)
    page.get_by_role("link", name="Pindah ke sesi").click()
    expect(page.get_by_role("heading", name="Diskusi kelompok")).to_be_visible()
    expect(answer(page)).to_contain_text("Siap")


def end_now(session: Session) -> None:
    """The session ended a minute ago, and the doors of another stand open."""
    now = timezone.now()
    Session.objects.filter(pk=session.pk).update(ends_at=now - timedelta(minutes=1))
    start = now + timedelta(seconds=5)
    if timezone.localdate(start) != timezone.localdate(now):
        pytest.skip("seconds before midnight")
    SessionFactory(
        angkatan=session.angkatan, starts_at=start, ends_at=now + timedelta(hours=1), title="Diskusi kelompok"
    )


@pytest.mark.parametrize("size", [{"width": 390, "height": 844}, {"width": 1280, "height": 900}, PROJECTOR])
def test_organisers_pages_fit_and_are_axe_clean(open_page, session, people, axe_clean, size):
    page = open_page(viewport=size, locale="id-ID")
    log_in(page, "panitia", "/panitia/")
    root = f"/panitia/{session.angkatan.slug}/"
    for path in ("/panitia/", root, f"{root}presensi/?pilih", f"{root}rekap/", f"{desk_of(session)}?cari=ni"):
        page.goto(path)
        axe_clean(page)
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
