"""A verifier's morning: logs in, finds who waits, accepts three, asks one for a fix, reads the history."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.jobs import running
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Job, ReadyReason
from pelatihan.registration import deciding_many, writer
from tests.browser.conftest import OF_AXE
from tests.browser.people import is_logged_in
from tests.factories import AngkatanFactory, OrmasFactory, SessionFactory, UserFactory, a_registration, clerk

NAMES = ("Adi Nugroho", "Budi Santoso", "Citra Lestari", "Dewi Anggraini")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def batch():
    """Four people wait, a month before the first day."""
    access.make_groups()
    now = timezone.now()
    first_day = timezone.localdate() + timedelta(days=30)
    angkatan = AngkatanFactory(
        starts_on=first_day, year=first_day.year, opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=9)
    )
    for minutes, name in enumerate(NAMES):
        a_registration(angkatan, Status.SUBMITTED, name=name, at=now - timedelta(hours=2) + timedelta(minutes=minutes))
    return angkatan


def log_in(page: Page, role: str) -> None:
    is_logged_in(page, UserFactory(username=role, role=role))


def start(page: Page, role: str) -> None:
    """Logged in, on the first page."""
    log_in(page, role)
    page.goto(reverse("admin:index"))


def row(page: Page, name: str):
    return page.get_by_role("row").filter(has_text=name)


def decide_a_morning_s_queue(page: Page) -> None:
    """The journey itself, the same with and without scripts."""
    start(page, "verifikator")
    page.get_by_role("link", name=re.compile("^Verifikasi ?: 4 pendaftaran belum diputuskan")).click()

    for name in NAMES[:3]:
        row(page, name).get_by_role("checkbox").check()
    page.get_by_role("button", name="Terima", exact=True).click()
    expect(page.get_by_text("Belum ada yang berubah.")).to_be_visible()
    page.get_by_role("button", name="Terima yang ditandai").click()
    expect(page.get_by_role("heading", name="Diterima: 3 orang")).to_be_visible()
    expect(page.get_by_role("button", name="Urungkan 3 keputusan")).to_be_visible()
    page.get_by_role("link", name="Kembali ke pendaftaran").click()
    page.goto(reverse("admin:pelatihan_registration_changelist"))
    expect(page.get_by_text("4 dari 20 kursi terisi · 1 menunggu verifikasi")).to_be_visible()

    page.get_by_role("link", name=NAMES[3]).click()
    page.get_by_label("Kata-kata untuk peserta").fill("Tulis jabatan Anda")
    page.get_by_role("button", name="Minta perbaikan").click()
    history = page.get_by_role("region", name="Riwayat")
    expect(history.get_by_role("listitem").first).to_contain_text("Perlu perbaikan")
    expect(history).to_contain_text("“Tulis jabatan Anda”")


def test_verifier_decides_the_queue(open_page, batch):
    decide_a_morning_s_queue(open_page(viewport={"width": 1280, "height": 900}))


def test_verifier_needs_no_script(no_js_page, batch):
    decide_a_morning_s_queue(no_js_page)


# ---- By keyboard alone ---------------------------------------------------------------------------


@pytest.fixture
def laptop(open_page, batch) -> Page:
    """The first who waits, on a screen of 1280 × 800."""
    page = open_page(viewport={"width": 1280, "height": 800})
    log_in(page, "verifikator")
    first = batch.registrations.get(name=NAMES[0])
    page.goto(reverse("admin:pelatihan_registration_change", args=[first.pk]))
    return page


def press(page: Page, key: str) -> None:
    page.wait_for_selector("html.keys-settled")
    page.keyboard.press(key)


def on_page_of(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_focused()


def statuses(batch) -> list[str]:
    return list(batch.registrations.order_by("submitted_at").values_list("status", flat=True))


def test_one_key_decides_and_leads_to_the_next(laptop, batch):
    expect(laptop.get_by_role("button", name="Terima, lalu berikutnya")).to_be_in_viewport(ratio=1)
    expect(laptop.get_by_role("button", name="Batalkan")).to_be_in_viewport(ratio=1)
    press(laptop, "t")
    on_page_of(laptop, NAMES[1])
    press(laptop, "c")
    on_page_of(laptop, NAMES[2])
    expect(laptop.get_by_role("button", name=f"Kabari {NAMES[1]} lewat WhatsApp")).to_be_in_viewport()
    press(laptop, "u")
    expect(laptop.get_by_role("heading", level=1, name=NAMES[1])).to_be_visible()

    laptop.context.close()
    assert statuses(batch) == ["accepted", "submitted", "submitted", "submitted"]


def test_reason_is_asked_at_its_field_typed_and_sent_by_keyboard(laptop, batch, axe_clean):
    press(laptop, "p")
    ready, field = laptop.get_by_label("Alasan", exact=False).first, laptop.get_by_label("Kata-kata untuk peserta")
    expect(ready).to_be_focused()
    expect(ready).to_have_accessible_description(re.compile("Pilih atau tulis alasan untuk “Minta perbaikan”"))
    expect(laptop.get_by_role("button", name="Minta perbaikan")).to_be_in_viewport(ratio=1)
    axe_clean(laptop)
    laptop.keyboard.press("Tab")
    laptop.keyboard.type("tulis xbct jabatan")
    expect(field).to_have_value("tulis xbct jabatan")
    laptop.keyboard.press("Control+Enter")
    on_page_of(laptop, NAMES[1])

    laptop.context.close()
    assert batch.registrations.get(name=NAMES[0]).history.last().reason == "tulis xbct jabatan"


def test_key_pressed_twice_decides_nobody_unseen(laptop, batch):
    """The quarter second after a page has opened lasts here until the test ends it."""
    laptop.add_init_script(
        "const wait = setTimeout;"
        "setTimeout = (act, ms, ...more) => ms === 250 ? (settle = act) : wait(act, ms, ...more);"
    )
    press(laptop, "t")
    on_page_of(laptop, NAMES[1])
    laptop.keyboard.press("t")
    laptop.wait_for_timeout(300)
    on_page_of(laptop, NAMES[1])
    laptop.evaluate("settle()")
    for key in ("Shift+Control+X", "7"):
        laptop.keyboard.press(key)
    on_page_of(laptop, NAMES[1])
    press(laptop, "t")
    on_page_of(laptop, NAMES[2])

    laptop.context.close()
    assert statuses(batch) == ["accepted", "accepted", "submitted", "submitted"]


def test_keys_can_be_switched_off_and_stay_so(laptop, batch):
    laptop.get_by_role("button", name="Matikan").click()
    press(laptop, "t")
    expect(laptop.locator(".key").first).to_be_hidden()
    laptop.reload()
    press(laptop, "t")
    expect(laptop.get_by_role("button", name="Nyalakan")).to_be_visible()
    expect(laptop.get_by_role("heading", level=1, name=NAMES[0])).to_be_visible()

    laptop.context.close()
    assert statuses(batch) == ["submitted"] * 4


def test_twenty_are_decided_by_keyboard_alone(laptop, batch, axe_clean):
    """Accepted, put on the waiting list, asked for a fix with a reason of the list, refused in own words."""
    ReadyReason.objects.create(text="Jabatan belum ditulis.", actions=["ask_fix"], fields=["position"], place=0)
    now = timezone.now()
    for n in range(16):
        a_registration(batch, Status.SUBMITTED, name=f"Orang {'abcdefghijklmnop'[n]}", at=now + timedelta(minutes=n))
    laptop.reload()
    everyone = list(batch.registrations.order_by("submitted_at").values_list("name", flat=True))
    for place, name in enumerate(everyone):
        expect(laptop.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()
        assert laptop.evaluate("scrollY") == 0
        key = "tcpx"[place % 4]
        press(laptop, key)
        if key in "px":
            expect(laptop.locator("#alasan-siap")).to_be_focused()
        if key == "p":
            laptop.keyboard.press("ArrowDown")
            laptop.keyboard.press("Control+Enter")
        if key == "x":
            laptop.keyboard.press("Tab")
            laptop.keyboard.type("Bukan pengurus")
            laptop.keyboard.press("Control+Enter")
        if place + 1 < len(everyone):
            on_page_of(laptop, everyone[place + 1])

    expect(laptop.get_by_text("Tidak ada yang menunggu", exact=False)).to_be_visible()
    laptop.context.close()
    assert statuses(batch) == ["accepted", "waitlisted", "needs_fix", "rejected"] * 5
    asked = batch.registrations.filter(status="needs_fix").first().history.get(action="ask_fix")
    assert (asked.reason, asked.fields) == ("Jabatan belum ditulis.", ["position"])


def test_colleague_was_quicker(laptop, batch, axe_clean):
    writer.move(
        batch.registrations.get(name=NAMES[0]),
        Action.ASK_FIX,
        actor=clerk(),
        at=timezone.now(),
        reason="Belum lengkap.",
    )
    laptop.get_by_label("Kata-kata untuk peserta").fill("Sampai jumpa.")
    laptop.keyboard.press("Escape")
    press(laptop, "t")

    clash = laptop.get_by_role("alert")
    expect(clash).to_contain_text("Keputusan Anda belum disimpan: Rina Kartika sudah memutuskan pukul")
    expect(clash).to_contain_text("“Belum lengkap.”")
    expect(laptop.get_by_label("Kata-kata untuk peserta")).to_have_value("Sampai jumpa.")
    expect(laptop.get_by_role("link", name="Biarkan keputusan Rina")).to_be_in_viewport(ratio=1)
    axe_clean(laptop)
    press(laptop, "j")
    expect(laptop.get_by_role("heading", level=1, name=NAMES[1])).to_be_visible()

    laptop.context.close()
    assert statuses(batch) == ["needs_fix", "submitted", "submitted", "submitted"]


# ---- Many at once --------------------------------------------------------------------------------


@pytest.mark.parametrize("has_script", [True, False])
def test_all_of_a_long_list_are_chosen_carried_out_and_taken_back(
    open_page, no_js_page, batch, monkeypatch, has_script
):
    monkeypatch.setattr("pelatihan.admin.registrations.RegistrationAdmin.list_per_page", 2)
    monkeypatch.setattr(deciding_many, "MOST_AT_ONCE", 3)
    page = open_page(viewport={"width": 390, "height": 844}) if has_script else no_js_page
    log_in(page, "verifikator")
    page.goto(f"{reverse('admin:pelatihan_registration_changelist')}?angkatan={batch.slug}")
    page.get_by_label("Pilih semua 4 dari saringan ini").check()
    page.get_by_role("button", name="Terima", exact=True).click()
    page.get_by_role("button", name="Terima 4 orang").click()
    job = Job.objects.get()
    running.carry_out(job.pk)
    page.goto(job.shown_at)
    expect(page.get_by_role("heading", name="Diterima: 4 orang")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if has_script else True
    page.get_by_role("button", name="Urungkan 4 keputusan").click()
    running.carry_out(deciding_many.undo_key(job.pk))
    page.goto(job.shown_at)
    expect(page.get_by_role("heading", name="Diurungkan: 4 orang")).to_be_visible()

    page.context.close()
    assert statuses(batch) == ["submitted"] * 4


def test_many_are_planned_decided_and_taken_back(open_page, batch, axe_clean):
    page = open_page(viewport={"width": 1280, "height": 800})
    start(page, "verifikator")
    page.get_by_role("link", name=re.compile("^Verifikasi ?: 4 pendaftaran belum diputuskan")).click()
    for name in NAMES[:2]:
        row(page, name).get_by_role("checkbox").check()
    page.get_by_role("button", name="Tolak", exact=True).click()
    expect(page.get_by_role("button", name="Tolak yang ditandai")).to_be_visible()
    axe_clean(page)
    page.get_by_role("link", name="Kembali, tanda tetap ada").click()
    expect(row(page, NAMES[1]).get_by_role("checkbox")).to_be_checked()
    expect(row(page, NAMES[2]).get_by_role("checkbox")).not_to_be_checked()
    page.get_by_role("button", name="Tolak", exact=True).click()
    page.get_by_role("button", name="Tolak yang ditandai").click()
    expect(page.locator("#alasan-siap")).to_be_focused()
    page.get_by_label("Kata-kata untuk semua peserta").fill("Bukan pengurus")
    page.get_by_role("button", name="Tolak yang ditandai").click()
    expect(page.get_by_role("button", name="Urungkan 2 keputusan")).to_be_visible()
    axe_clean(page)
    page.get_by_role("button", name="Urungkan 2 keputusan").click()
    expect(page.get_by_text("Diurungkan: 2 pendaftaran kembali ke status semula.")).to_be_visible()

    page.context.close()
    assert statuses(batch) == ["submitted"] * 4


def test_decisions_that_fit_none_of_the_ticked_are_not_offered(open_page, batch):
    a_registration(batch, Status.REJECTED, name="Eko Prasetyo")
    page = open_page(viewport={"width": 1280, "height": 800})
    log_in(page, "verifikator")
    page.goto(f"{reverse('admin:pelatihan_registration_changelist')}?angkatan={batch.slug}")

    row(page, NAMES[0]).get_by_role("checkbox").check()
    expect(page.get_by_role("button", name="Terima", exact=True)).to_be_visible()
    row(page, NAMES[0]).get_by_role("checkbox").uncheck()
    row(page, "Eko Prasetyo").get_by_role("checkbox").check()
    expect(page.get_by_role("button", name="Terima", exact=True)).to_be_hidden()


def test_telling_opens_whatsapp_in_a_tab_of_its_own(open_page, batch):
    page = open_page(viewport={"width": 1280, "height": 800})
    page.context.route("https://wa.me/**", lambda route: route.fulfill(body="WhatsApp"))
    log_in(page, "verifikator")
    accepted = a_registration(batch, name="Eko Prasetyo")
    page.goto(reverse("admin:pelatihan_registration_change", args=[accepted.pk]))

    with page.expect_popup() as opened:
        page.get_by_role("button", name="Kabari lewat WhatsApp").click()
    opened.value.wait_for_url("https://wa.me/**")
    page.reload()

    expect(page.get_by_text(re.compile("^Dikabari .* oleh Rina Kartika"))).to_be_visible()


def test_pasted_list_is_read_ticked_and_invited(open_page, batch, axe_clean):
    OrmasFactory(name="Forum Betawi Rempug", abbreviation="FBR")
    OrmasFactory(name="Ikatan Keluarga Madura", abbreviation="IKAMA")
    page = open_page(viewport={"width": 1280, "height": 800})
    log_in(page, "verifikator")
    page.goto(reverse("admin:pelatihan_angkatan_invite", args=[batch.pk]))

    page.get_by_label("Daftar ormas").fill("1. DPD FBR DKI Jakarta\n2. Ikatan Keluarga Madhura\n3. Entah Siapa")
    page.get_by_role("button", name="Periksa daftar ini").click()
    expect(page.get_by_role("radio", name="Ikatan Keluarga Madura (IKAMA)")).to_be_checked()
    axe_clean(page)
    page.get_by_label("Pilih semua").uncheck()
    expect(page.get_by_label("Undang Forum Betawi Rempug (FBR)")).not_to_be_checked()
    page.get_by_label("Pilih semua").check()
    page.get_by_role("button", name="Undang yang ditandai").click()

    expect(page.get_by_text("2 ormas diundang.")).to_be_visible()
    expect(page.get_by_label("Daftar ormas")).to_have_value(re.compile("3. Entah Siapa"))


def test_caller_is_recorded_by_search(open_page, batch):
    OrmasFactory(name="Forum Betawi Rempug", abbreviation="FBR")
    page = open_page(viewport={"width": 1280, "height": 900})
    log_in(page, "verifikator")
    page.goto(reverse("admin:pelatihan_registration_add"))

    page.get_by_role("combobox", name="Ormas").first.click()
    page.get_by_role("searchbox").fill("betawi")
    page.get_by_role("option", name="Forum Betawi Rempug").click()
    page.get_by_label("Nama lengkap").fill("Eko Prasetyo")
    page.get_by_role("button", name="Daftarkan").click()

    expect(page.get_by_text("Eko Prasetyo terdaftar dengan kode")).to_be_visible()


def pages(angkatan):
    registration = angkatan.registrations.first()
    yield reverse("admin:index")
    yield reverse("admin:pelatihan_registration_changelist")
    yield reverse("admin:pelatihan_registration_add")
    yield reverse("admin:pelatihan_registration_change", args=[registration.pk])
    yield reverse("admin:pelatihan_registration_replace", args=[registration.pk])
    yield reverse("admin:pelatihan_angkatan_change", args=[angkatan.pk])
    yield reverse("admin:pelatihan_angkatan_copy", args=[angkatan.pk])
    yield reverse("admin:pelatihan_angkatan_invite", args=[angkatan.pk])
    yield reverse("admin:ormas_ormas_changelist")
    yield reverse("admin:ormas_ormas_change", args=[registration.ormas_id])
    yield reverse("admin:auth_user_add")


def test_pages_fit_a_phone_and_axe_and_break_no_policy(phone_page, batch, axe_clean):
    SessionFactory(angkatan=batch)
    log_in(phone_page, "admin")
    said: list[str] = []
    phone_page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)

    for address in pages(batch):
        phone_page.goto(address)
        wider = phone_page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, address
        axe_clean(phone_page)

    assert [error for error in said if OF_AXE not in error] == []
