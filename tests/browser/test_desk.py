"""The desk officer's morning: in time, late, twice, a wrong tap, a name, a refusal; and the board beside it."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from ormas.models import Ormas
from pelatihan.accounts import access
from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Scan
from pelatihan.lifecycle import Status
from pelatihan.models import Attendance, AttendanceEvent, Session
from tests.factories import AngkatanFactory, InvitationFactory, SessionFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "sandi-uji-coba-2019"
SMALL = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True, "locale": "id-ID"}
LONGEST = "Raden Mas Panji Suryadiningrat Kusumawardhana Hadiwinata Prawiranegara Tjokroaminoto Sosrodiningrat"


@pytest.fixture
def session() -> Session:
    """A session that began five minutes ago, of a batch that runs today."""
    access.make_groups()
    for role in ("petugas", "panitia", "pemantau"):
        user = UserFactory(username=role, role=role)
        user.set_password(PASSWORD)
        user.save()
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
    page.goto(f"/masuk/?next={path}")
    page.get_by_label("Nama pengguna").fill(role)
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(f"**{path}**")


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
    expect(answer(page)).to_contain_text("Masih peserta cadangan. Mohon antar ke meja panitia.")
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


def test_scan_gun_types_from_anywhere(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    page.evaluate("document.activeElement.blur()")
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Siti Rahmawati")


def test_lost_connection_is_said_and_mended(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    page.context.set_offline(True)
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Belum terkirim")
    expect(page.get_by_text("Tanpa sinyal")).to_be_visible()
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("Hadir")
    expect(page.get_by_text("Tersambung")).to_be_visible()
    assert AttendanceEvent.objects.count() == 1


def test_lost_log_in_is_said(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    page.context.clear_cookies(name="sessionid")
    type_code(page, people[0].code)
    expect(answer(page)).to_contain_text("Silakan masuk lagi")
    assert not AttendanceEvent.objects.exists()


def test_sound_is_off_until_wanted(desktop_page, session, people):
    page = desktop_page
    log_in(page, "petugas", desk_of(session))
    page.get_by_role("button", name="Nyalakan bunyi").click()
    page.reload()
    expect(page.get_by_role("button", name="Matikan bunyi")).to_be_visible()


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
        code_field = page.get_by_label("Kode atau nama peserta")
        code_field.fill(code)
        code_field.press("Enter")
        expect(code_field).to_have_value("")
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


def test_board_renews_itself_and_keeps_what_is_open(desktop_page, session, people, axe_clean):
    page = desktop_page
    page.clock.install()
    log_in(page, "pemantau", f"/panitia/{session.angkatan.slug}/")
    page.goto(f"/panitia/{session.angkatan.slug}/?hari={session.day.isoformat()}")
    expect(page.locator(".board-sum")).to_contain_text("0 dari 5")
    axe_clean(page)
    now = timezone.now()
    writer.record(session, [Scan(uuid.uuid4(), now, code=people[0].code)], actor=SYSTEM, at=now)
    page.clock.run_for(16_000)
    expect(page.locator(".board-sum")).to_contain_text("1 dari 5")
    expect(page.get_by_text("Suparman")).to_be_visible()
    expect(page.get_by_text("Siti Rahmawati")).to_have_count(0)


@pytest.mark.parametrize("size", [{"width": 390, "height": 844}, {"width": 1280, "height": 900}])
def test_organisers_pages_fit_and_are_axe_clean(open_page, session, people, axe_clean, size):
    page = open_page(viewport=size, locale="id-ID")
    log_in(page, "panitia", "/panitia/")
    root = f"/panitia/{session.angkatan.slug}/"
    for path in ("/panitia/", root, f"{root}presensi/?pilih", f"{root}rekap/", f"{desk_of(session)}?cari=ni"):
        page.goto(path)
        axe_clean(page)
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
