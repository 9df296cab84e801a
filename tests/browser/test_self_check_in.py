"""A delegate's own phone in the room: the code of the screen, one tap, done; and the code that came too late."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.desk import room_code
from pelatihan.models import Session
from tests.factories import AngkatanFactory, SessionFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session() -> Session:
    access.make_groups()
    now = timezone.now()
    batch = AngkatanFactory(starts_on=timezone.localdate(now), opens_at=now - timedelta(days=9), closes_at=now)
    begun = {"starts_at": now - timedelta(minutes=5), "ends_at": now + timedelta(hours=1)}
    return SessionFactory(angkatan=batch, self_check_in=True, title="Wawasan kebangsaan", **begun)


def address(session: Session, ago: int = 0) -> str:
    return f"/hadir/{room_code.token(session.pk, timezone.now() - timedelta(seconds=ago))}/"


def test_code_and_phone_once_and_one_tap_the_next_time(session: Session, phone_page: Page, axe_clean) -> None:
    a_day_ago = timezone.now() - timedelta(days=1)
    person = a_registration(session.angkatan, name="Maria Yosefina Tukan", at=a_day_ago)
    page = phone_page

    page.goto(address(session, ago=300))
    expect(page.get_by_text("Kode sudah berganti")).to_be_visible()
    axe_clean(page)
    page.get_by_label("Enam angka di layar").fill(room_code.digits(session.pk, timezone.now()))
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_text("Ponsel ini belum dikenal")).to_be_visible()
    axe_clean(page)
    page.get_by_label("Kode peserta").fill(person.shown_code)
    page.get_by_label("Nomor HP Anda").fill(person.delegate.phone)
    page.get_by_role("button", name="Saya hadir").click()
    expect(page.get_by_text("Anda hadir")).to_be_visible()
    axe_clean(page)

    begun = {"starts_at": session.ends_at, "ends_at": session.ends_at + timedelta(hours=1)}
    later = SessionFactory(angkatan=session.angkatan, self_check_in=True, title="Diskusi", **begun)
    type(session.angkatan).objects.update(open_minutes=90)
    page.goto(address(later))
    expect(page.get_by_text("Maria Yosefina Tukan")).to_be_visible()
    axe_clean(page)
    page.get_by_role("button", name="Saya hadir").dblclick()
    expect(page.get_by_text("Anda hadir")).to_be_visible()
    assert later.attendances.get().registration == person
    assert later.events.count() == 1
