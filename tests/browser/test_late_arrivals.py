"""What arrived late: the organiser keeps one, strikes one with a reason, has seen one, and reads what was fine."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.attendance import sessions, writer
from pelatihan.attendance.locked import Scan
from pelatihan.codes import new_code
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Attendance, Session
from pelatihan.registration.writer import move
from tests.browser.conftest import PHONE
from tests.browser.people import is_logged_in
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration, clerk

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def session() -> Session:
    """Began three hours ago, closed an hour ago; the day before nothing."""
    access.make_groups()
    now = timezone.now()
    day = timezone.localdate(now - 3 * HOUR)
    made = SessionFactory(
        angkatan=AngkatanFactory(number=2, year=day.year, starts_on=day),
        title="Potensi kerawanan Pemilu dan peran ormas dalam pengawasan partisipatif",
        starts_at=now - 3 * HOUR, ends_at=now - HOUR,
    )  # fmt: skip
    sessions.close(made, at=now - HOUR)
    return Session.objects.select_related("angkatan").get(pk=made.pk)


def sent(session: Session, device: str, scans: list[tuple[str, datetime, str]], error: timedelta = timedelta()) -> None:
    """A device that was without a signal sends what it kept: code, when, what it had shown."""
    now = timezone.now()
    kept = [
        Scan(uuid.uuid4(), at + error, code=code, let_in=shown in writer.LET_IN, shown=shown)
        for code, at, shown in scans
    ]
    actor = staff(UserFactory(role="petugas"), device)
    writer.record(session, kept, actor=actor, at=now, sent_at=now + error)


@pytest.fixture
def arrived(session: Session) -> Session:
    """Two people who should not have been let in, a code that nobody has, four fine ones, and two of a wrong clock."""
    batch, start = session.angkatan, session.starts_at
    early = start - timedelta(days=9)
    people = [a_registration(batch, at=early, name=name) for name in ("Sukirman", "Nor Laily", "Fathul Mubin")]
    waiting = a_registration(batch, Status.SUBMITTED, at=early, name="Muhayar bin Haji Abdul Kadir Jaelani")
    move(people[0], Action.CANCEL, actor=clerk(), at=start - 20 * MINUTE, reason="Berhalangan")
    move(waiting, Action.ACCEPT, actor=clerk(), at=start + 50 * MINUTE)
    second = [(people[0].code, start + MINUTE, "present"), (waiting.code, start + 5 * MINUTE, "present")]
    second += [(new_code(), start + 6 * MINUTE, "saved"), (people[1].code, start + 8 * MINUTE, "present")]
    sent(session, "Ponsel meja 2", second, error=-timedelta(minutes=3, seconds=12))
    late = [(people[1].code, start + 2 * MINUTE, "present"), (people[2].code, start + 140 * MINUTE, "late")]
    sent(session, "Laptop pintu", late)
    wrong = [a_registration(batch, at=early, name=f"Siti Rahmawati {letter}") for letter in "ab"]
    sent(session, "Ponsel meja 3", [(one.code, start, "present") for one in wrong], error=-timedelta(days=1))
    return session


def log_in(page: Page, address: str) -> None:
    is_logged_in(page, UserFactory(username="panitia-contoh", role="panitia"))
    page.goto(address)


def test_late_arrivals_are_decided_one_by_one(open_page, arrived, axe_clean):
    page = open_page(**PHONE)
    log_in(page, f"{reverse('board', args=[arrived.angkatan.slug])}?hari={arrived.day}")  # past midnight: yesterday
    page.get_by_role("link", name="6 kiriman susulan menunggu putusan").click()
    expect(page.get_by_role("heading", level=1, name="Kiriman susulan: 6 perlu putusan")).to_be_visible()
    axe_clean(page)

    for name, choice in (
        ("Sukirman", "Coret"),
        ("Muhayar", "Pertahankan"),
        ("catatan dari Ponsel meja 3", "Pertahankan"),
    ):
        page.get_by_role("group", name=name).get_by_role("radio", name=choice).check()
    page.get_by_label("Catat sebagai dilihat").check()
    expect(page.get_by_text("4 dari 5 diputuskan: 2 dipertahankan, 1 dicoret, 1 dilihat")).to_be_visible()
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0
    page.get_by_role("button", name="Simpan 4 putusan").click()
    expect(page.get_by_role("heading", level=1, name="Kiriman susulan: 2 perlu putusan")).to_be_visible()
    expect(page.get_by_text("1 putusan belum disimpan.")).to_be_visible()
    expect(page.get_by_text("Tulis alasan mencoretnya.")).to_be_visible()
    axe_clean(page)

    page.get_by_label("Alasan mencoret").first.fill("Ormas sudah mengirim pengganti")
    page.get_by_role("button", name="Simpan 1 putusan").click()
    expect(page.get_by_role("heading", level=1, name="Kiriman susulan: 1 perlu putusan")).to_be_visible()
    page.get_by_role("link", name="Sudah diputuskan: 5").click()
    expect(page.get_by_role("heading", level=1, name="Sudah diputuskan: 5")).to_be_visible()
    axe_clean(page)
    page.get_by_role("link", name="Sukirman").click()
    expect(page.get_by_text("Dicoret oleh Rina Kartika")).to_be_visible()
    page.get_by_role("radio", name="Pertahankan").check()
    axe_clean(page)
    page.get_by_role("button", name="Simpan putusan").click()
    expect(page.get_by_text("Disimpan: 1 dipertahankan.")).to_be_visible()

    page.context.close()
    assert Attendance.objects.filter(registration__name="Sukirman", state="present").exists()
