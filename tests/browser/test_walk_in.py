"""Somebody without a registration stands at the door: written down by keyboard in half a minute, and once."""

import time

import pytest
from playwright.sync_api import Page, expect

from pelatihan.models import Attendance, AttendanceEvent, Registration, Session
from tests.browser.test_desk import answer, desk_of, log_in, people, session  # noqa: F401  # fixtures
from tests.factories import InvitationFactory, OrmasFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)
MOSQUE = "Badan Komunikasi Pemuda Remaja Masjid Indonesia"


def walk_ins() -> list[tuple[str, str]]:
    return list(Registration.objects.filter(source="walk_in").order_by("pk").values_list("name", "status"))


def open_form(page: Page, here: Session) -> None:
    page.goto(desk_of(here))
    page.get_by_role("link", name="Datang langsung").press("Enter")
    expect(page.get_by_role("heading", name="Peserta datang langsung")).to_be_visible()


def test_walk_in_by_keyboard_in_half_a_minute(phone_page, session, people, axe_clean):  # noqa: F811
    page = phone_page
    InvitationFactory(angkatan=session.angkatan, ormas__name=MOSQUE, ormas__abbreviation="BKPRMI")
    OrmasFactory(name="Ikatan Pemuda Masjid Jakarta Selatan", abbreviation="IPM")
    log_in(page, "petugas", desk_of(session))
    began = time.monotonic()
    open_form(page, session)
    axe_clean(page)
    page.keyboard.type("Ahmad Fauzi", delay=60)
    page.keyboard.press("Tab")
    page.keyboard.type("pemuda ma", delay=60)
    expect(page.get_by_role("option")).to_have_text(
        [f"{MOSQUE} (BKPRMI)", "Ikatan Pemuda Masjid Jakarta Selatan (IPM)", "Tidak ada di daftar: pakai “pemuda ma”"]
    )
    axe_clean(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("Ahmad Fauzi")
    expect(answer(page)).to_contain_text("Belum diverifikasi")
    assert time.monotonic() - began < 30
    axe_clean(page)
    assert walk_ins() == [("Ahmad Fauzi", "submitted")]
    assert Registration.objects.get(source="walk_in").ormas.name == MOSQUE

    open_form(page, session)  # a namesake is shown before anything is saved
    page.get_by_label("Nama seperti di KTP").fill("ahmad fauzi")
    page.get_by_label("Ormas", exact=True).fill("Paguyuban Qxzw")
    expect(page.get_by_role("heading", name="Ada nama mirip")).to_be_visible()
    axe_clean(page)
    page.get_by_role("button", name="Ini orangnya, catat dia").click()
    expect(answer(page)).to_contain_text("Sudah tercatat")

    open_form(page, session)  # pressed twice
    page.get_by_label("Nama seperti di KTP").fill("Wahyuni Lestari")
    page.get_by_label("Ormas", exact=True).fill("Paguyuban Qxzw")
    page.get_by_role("option").last.click()
    page.get_by_role("button", name="Catat hadir").dblclick()
    expect(answer(page)).to_contain_text("Wahyuni Lestari")
    assert [name for name, _ in walk_ins()] == ["Ahmad Fauzi", "Wahyuni Lestari"]
    assert Attendance.objects.count() == 2


def test_walk_in_without_signal_is_answered_here_and_sent_from_the_desk(phone_page, session, axe_clean):  # noqa: F811
    page = phone_page
    log_in(page, "petugas", desk_of(session))
    open_form(page, session)
    page.context.set_offline(True)
    page.get_by_label("Nama seperti di KTP").fill("Ahmad Fauzi")
    page.get_by_label("Ormas", exact=True).fill("Paguyuban Qxzw")
    page.get_by_label("Nomor HP").fill("12")
    page.get_by_role("button", name="Catat hadir").click()
    expect(page.get_by_text("Ini bukan nomor HP.")).to_be_visible()
    page.get_by_label("Nomor HP").fill("")
    page.get_by_role("button", name="Catat hadir").dblclick()
    expect(answer(page)).to_contain_text("Hadir")
    expect(answer(page)).to_contain_text("dijawab oleh perangkat ini. Belum diverifikasi")
    axe_clean(page)
    assert walk_ins() == []
    page.context.set_offline(False)
    with page.expect_response("**/rekam/"):
        page.get_by_role("link", name="Kembali ke presensi").click()
    expect(page.locator("[data-last]")).to_contain_text("Ahmad Fauzi")
    expect(page.locator("[data-state]")).to_contain_text("Semua terkirim")
    assert walk_ins() == [("Ahmad Fauzi", "submitted")]
    event = AttendanceEvent.objects.get()
    assert (event.means, event.shown, event.kind) == ("walk_in", "present", "check_in")


def test_organiser_lets_in_on_responsibility(phone_page, session, axe_clean):  # noqa: F811
    page = phone_page
    person = a_registration(session.angkatan, "rejected", name="Yosef Mofu")
    log_in(page, "panitia", desk_of(session))
    page.get_by_label("Kode atau nama peserta").fill(person.code)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Izinkan atas tanggung jawab").click()
    expect(page.get_by_role("heading", name="Izinkan masuk atas tanggung jawab Anda?")).to_be_visible()
    axe_clean(page)
    page.get_by_label("Keterangan").fill("014/PGIW/III/2019")
    page.get_by_role("button", name="Izinkan masuk").click()
    expect(answer(page)).to_contain_text("atas tanggung jawab. Statusnya tetap Ditolak")
    assert Attendance.objects.get().registration == person
