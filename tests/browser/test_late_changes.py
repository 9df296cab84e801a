"""After the freeze: the committee reads what changed, prints what no longer fits, and says that it was replaced."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.batches import steps
from pelatihan.batches.steps import Step
from pelatihan.models import Angkatan, Printed, Registration
from pelatihan.registration import changes
from pelatihan.registration.application import Application, Person
from tests.browser.conftest import BOTH
from tests.browser.test_admin import log_in
from tests.factories import AngkatanFactory, OrmasFactory, SessionFactory, a_person, a_registration, clerk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def angkatan() -> Angkatan:
    """Thirty people of one ormas, and two sessions."""
    access.make_groups()
    now = timezone.now()
    first_day = timezone.localdate() + timedelta(days=3)
    made = AngkatanFactory(
        number=2, starts_on=first_day, year=first_day.year, capacity=60, seats_per_ormas=60,
        opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=1),
    )  # fmt: skip
    start = timezone.localtime(now).replace(hour=8, minute=0) + timedelta(days=3)
    for hours in (0, 3):
        SessionFactory(
            angkatan=made, title=f"Materi {hours}", starts_at=start + timedelta(hours=hours),
            ends_at=start + timedelta(hours=hours + 1),
        )  # fmt: skip
    ormas = OrmasFactory(name="Forum Komunikasi Contoh", abbreviation="FKC")
    for number in range(30):
        name = f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number % 26]}ana {'abcdefghijklmnopqrstuvwxyzabcd'[number]}"
        a_registration(made, ormas=ormas, name=name, at=now - timedelta(days=2))
    return made


def change_the_plan(angkatan: Angkatan) -> None:
    people, now = list(angkatan.registrations.accepted().sorted_by_ormas()), timezone.now()
    steps.take(angkatan, Step.FREEZE, at=now - timedelta(hours=1))
    wish = Application(a_person(name="Y" + "a" * 149), Registration.Source.WEB)
    changes.replace(people[28], wish, actor=clerk(), at=now)
    typed = Person(**(vars(Person.of(people[26])) | {"front_title": "Dra. Hj.", "name": people[26].name + "h"}))
    changes.correct(people[26], typed, actor=clerk(), at=now - timedelta(minutes=9))
    typed = Person(**(vars(Person.of(people[3])) | {"phone": "+6281200000146"}))
    changes.correct(people[3], typed, actor=clerk(), at=now - timedelta(minutes=20))


def print_all(page: Page, angkatan: Angkatan) -> None:
    for paper in ("attendance_sheet", "recap_paper"):
        assert page.request.get(reverse(paper, args=[angkatan.slug])).ok


def test_what_no_longer_fits_is_read_printed_and_marked(phone_page, angkatan, axe_clean):
    page = phone_page
    log_in(page, "panitia")
    print_all(page, angkatan)
    change_the_plan(angkatan)

    page.goto(reverse("admin:index"))
    page.get_by_role("link", name="3 perubahan setelah daftar dibekukan").click()
    expect(page.get_by_role("heading", name="Perubahan setelah daftar dibekukan")).to_be_visible()
    expect(page.get_by_text("dengan 30 peserta. Sejak itu 3 perubahan; sekarang 30 peserta.")).to_be_visible()
    expect(page.get_by_role("heading", name="2 cetakan tidak lagi cocok")).to_be_visible()
    axe_clean(page, *BOTH)

    page.get_by_role("button", name=re.compile("Sudah diganti.*Daftar hadir")).click()
    expect(page.get_by_role("heading", name="1 cetakan tidak lagi cocok")).to_be_visible()
    page.get_by_text("Sudah diganti atau dicoret (1)").click()
    expect(page.get_by_role("button", name=re.compile("Urungkan.*Daftar hadir"))).to_be_visible()
    axe_clean(page, *BOTH)
    page.get_by_role("button", name=re.compile("Urungkan.*Daftar hadir")).click()
    expect(page.get_by_role("heading", name="2 cetakan tidak lagi cocok")).to_be_visible()

    page.goto(reverse("print", args=[angkatan.slug]))
    expect(page.get_by_role("heading", name="2 cetakan tidak lagi cocok")).to_be_visible()
    axe_clean(page, *BOTH)
    page.get_by_role("link", name="Siapa saja yang berubah").click()
    expect(page.get_by_role("heading", name="Perubahan setelah daftar dibekukan")).to_be_visible()

    page.goto(reverse("print", args=[angkatan.slug]))
    page.get_by_role("link", name="Riwayat cetak").click()
    expect(page.get_by_role("heading", name="2 cetakan")).to_be_visible()
    expect(page.get_by_text("Tidak lagi cocok")).to_have_count(3)  # two sheets and the recap
    axe_clean(page, *BOTH)
    page.get_by_role("link", name="Daftar hadir peserta").click()
    expect(page.get_by_text("Tidak lagi sama dengan yang akan dicetak sekarang.")).to_be_visible()
    expect(page.get_by_role("link", name="Buka cetakan ini")).to_be_visible()
    axe_clean(page, *BOTH)

    page.context.close()
    assert not Printed.objects.filter(settled_at__isnull=False).exists()
