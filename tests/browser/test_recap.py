"""A clerk fills in the recap by keyboard: what is typed is never lost, and nobody's word is written over unseen."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import marking, writer
from pelatihan.attendance.locked import Scan
from pelatihan.attendance.marking import Mark
from pelatihan.models import AttendanceEvent, Registration, Session
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.people import is_logged_in
from tests.factories import AngkatanFactory, OrmasFactory, SessionFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ["Ani", "Budi", "Citra", "Dewi", "Eko"]


class Recap:
    """The recap of a session that runs, with five people of whom the desk let the fourth in."""

    def __init__(self, more: int = 0) -> None:
        access.make_groups()
        today, now = timezone.localdate(), timezone.now()
        dates = {"starts_on": today, "year": today.year, "opens_at": now - timedelta(days=9), "closes_at": None}
        batch = AngkatanFactory(seats_per_ormas=200, capacity=200, **dates)
        self.session: Session = SessionFactory(angkatan=batch, starts_at=now - timedelta(minutes=5), title="Pembukaan")
        ormas = OrmasFactory()
        names = [*NAMES, *(f"Peserta {number:03}" for number in range(more))]
        self.people: list[Registration] = [a_registration(batch, name=name, ormas=ormas) for name in names]
        self.scan = self.let_in(self.people[3])
        self.clerk = UserFactory(role="panitia")

    def let_in(self, person: Registration) -> uuid.UUID:
        scan = Scan(uuid.uuid4(), timezone.now(), code=person.code)
        return writer.record(self.session, [scan], actor=SYSTEM, at=timezone.now())[0].event.pk

    def open(self, page: Page, query: str = "") -> Page:
        if not page.context.cookies():
            is_logged_in(page, self.clerk)
        page.goto(reverse("recap", args=[self.session.angkatan.slug]) + query)
        return page

    def states(self) -> str:
        """The first letters of what counts, a point for nothing."""
        known = dict(self.session.attendances.values_list("registration", "state"))
        return "".join((known.get(person.pk) or ".")[0] for person in self.people)


def typed(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def cell(page: Page, name: str):
    return page.get_by_label(f"Kehadiran {name}", exact=True)


def is_saved(page: Page) -> None:
    expect(page.get_by_text("Semua tersimpan.")).to_be_visible()


def test_a_column_is_typed_saved_and_taken_back(open_page, axe_clean):
    recap = Recap()
    page = recap.open(open_page(**DESKTOP))
    cell(page, "Ani").focus()
    typed(page, "s", "I", "ArrowDown", "k")
    expect(page.get_by_text("3 perubahan belum disimpan.")).to_be_visible()
    expect(cell(page, "Eko")).to_be_focused()
    axe_clean(page)

    typed(page, "Control+s")
    reason = page.get_by_label("Alasan untuk 1 perubahan")
    expect(reason).to_be_focused()
    axe_clean(page)
    reason.type("Lembar kosong")
    typed(page, "Enter")
    is_saved(page)
    assert recap.states() == "se.a."
    assert AttendanceEvent.objects.get(reason="Lembar kosong").overrides_id == recap.scan

    cell(page, "Ani").focus()
    typed(page, "Control+z")
    expect(cell(page, "Dewi")).to_have_value("present")
    is_saved(page)
    typed(page, "Control+z")
    expect(cell(page, "Budi")).to_have_value("")
    is_saved(page)
    typed(page, "Control+Shift+z")
    expect(page.get_by_text("1 perubahan belum disimpan.")).to_be_visible()
    assert recap.states() == "s..p."


def test_rows_are_ticked_and_set_at_once_and_the_bar_tells_of_each(open_page, axe_clean):
    recap = Recap()
    page = recap.open(open_page(**DESKTOP))
    cell(page, "Dewi").focus()
    expect(page.get_by_text("dipindai")).to_be_visible()
    typed(page, "Control+Home", "Shift+ArrowDown", "Shift+ArrowDown", "End", "ArrowDown", "ArrowDown", "Space")
    expect(page.get_by_text("4 baris dipilih")).to_be_visible()
    axe_clean(page)
    typed(page, "i")
    expect(page.get_by_text("4 perubahan belum disimpan.")).to_be_visible()
    typed(page, "Control+z")
    expect(page.get_by_text("4 baris dipilih")).to_be_visible()
    page.get_by_role("button", name="Sakit", exact=True).click()
    typed(page, "Control+s")
    is_saved(page)
    assert recap.states() == "sssps"


def test_what_is_typed_survives_reload_expired_session_other_tabs_and_another_clerk(open_page, axe_clean):
    recap = Recap()
    page = recap.open(open_page(**DESKTOP))
    page.on("dialog", lambda dialog: dialog.accept())
    cell(page, "Ani").focus()
    typed(page, "s", "s", "s")
    expect(page.get_by_text("3 perubahan belum disimpan.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("3 perubahan belum disimpan.")).to_be_visible()

    page.context.clear_cookies()
    page.get_by_role("button", name="Simpan 3 perubahan").click()
    expect(page.get_by_role("link", name="Masuk lagi")).to_be_visible()
    axe_clean(page)
    recap.let_in(recap.people[1])
    done = [Mark(uuid.uuid4(), recap.people[2].ref, "sick", None)]
    marking.mark_many(recap.session, done, actor=SYSTEM, at=timezone.now())
    is_logged_in(page, recap.clerk)
    other = recap.open(page.context.new_page())  # of another tab, which sees what is so already
    expect(other.get_by_text("2 perubahan belum disimpan.")).to_be_visible()
    other.close()
    expect(cell(page, "Citra")).to_have_value("sick")
    page.get_by_role("button", name="Simpan 2 perubahan").click()

    expect(page.get_by_text("Sekarang tercatat Hadir")).to_be_visible()
    expect(page.get_by_text("1 perubahan belum disimpan.")).to_be_visible()
    axe_clean(page)
    assert recap.states() == "spsp."
    page.get_by_role("button", name="Pakai punya saya: Budi").click()
    page.get_by_label("Alasan mengganti catatan").fill("Sudah pulang")
    typed(page, "Enter")
    expect(cell(page, "Budi")).to_be_focused()
    typed(page, "Control+s")
    is_saved(page)
    assert recap.states() == "sssp."


def test_on_a_phone_a_select_a_time_and_a_reason_are_enough(open_page, axe_clean):
    recap = Recap()
    page = recap.open(open_page(**PHONE))
    a_minute_on = recap.session.starts_at + timedelta(minutes=1)
    cell(page, "Dewi").select_option("left")
    page.get_by_label("Pulang pukul, Dewi").fill(f"{timezone.localtime(a_minute_on):%H.%M}")
    page.get_by_label("Pilih Ani").check()
    page.get_by_label("Pilih Eko").check()
    axe_clean(page)
    page.get_by_role("button", name="Terlambat", exact=True).click()
    page.get_by_label("Alasan untuk 1 perubahan").fill("Pamit")
    page.get_by_role("button", name="Simpan 3 perubahan").click()
    is_saved(page)
    assert recap.states() == "l..ll"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
