"""A batch on other days, from the office's move over one tap a person to the delegate's answer; and one called off."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from ormas.models import Delegate
from pelatihan.batches import moving
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, PlanAnswer, Registration, Told
from tests.browser.conftest import BOTH
from tests.browser.people import is_logged_in
from tests.factories import UserFactory, a_registration, clerk

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "+6281234567890"
LONG = "Muhammad" + "a" * 142


@pytest.fixture
def people(batch: Angkatan) -> list[Registration]:
    """Four of two organisations, one without a phone number, one with a name that breaks nowhere."""
    first, second = (each.ormas for each in batch.invitations.order_by("pk")[:2])
    made = [
        a_registration(batch, ormas=first, name="Siti Rahmawati", phone=PHONE),
        a_registration(batch, Status.WAITLISTED, ormas=first, name="Budi Santoso"),
        a_registration(batch, Status.SUBMITTED, ormas=second, name=LONG),
        a_registration(batch, ormas=second, name="Hj. Nurhayati"),
    ]
    Delegate.objects.filter(pk=made[3].delegate_id).update(phone="")
    return made


def log_in(page: Page, role: str) -> None:
    is_logged_in(page, UserFactory(username="petugas-contoh", role=role))


def postpone(batch: Angkatan) -> None:
    now = Angkatan.objects.get(pk=batch.pk)
    moving.move(
        now, now.starts_on + timedelta(days=7), seen=now.starts_on, at=timezone.now(), actor=clerk(),
        reason="Aula dipakai untuk pemilu",
    )  # fmt: skip


def open_own(page: Page, one: Registration) -> None:
    page.goto(one.get_absolute_url())
    page.get_by_label("Nomor HP").fill(PHONE)
    page.get_by_role("button", name=re.compile("Buka")).click()
    expect(page.get_by_text("Siti Rahmawati").first).to_be_visible()


def test_office_moves_the_days_and_tells_one_after_the_other(phone_page, batch, people, axe_clean):
    page = phone_page
    log_in(page, "admin")
    later = batch.starts_on + timedelta(days=7)
    page.goto(f"/admin/pelatihan/angkatan/{batch.pk}/pindahkan/?starts_on={later.isoformat()}")
    expect(page.get_by_label("Alasan tanggalnya dipindahkan")).to_be_visible()
    axe_clean(page, *BOTH)
    page.get_by_label("Alasan tanggalnya dipindahkan").fill("Aula dipakai untuk pemilu")
    page.get_by_role("button", name="Pindahkan tanggal").click()

    expect(page.get_by_role("heading", name="Kabari peserta: tanggal baru")).to_be_visible()
    axe_clean(page, *BOTH)
    page.context.route("https://wa.me/**", lambda route: route.fulfill(body="WhatsApp"))
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Kabari lewat WhatsApp Siti Rahmawati").click()
    opened.value.wait_for_url("https://wa.me/6281234567890**")
    expect(page.get_by_text("Ditandai sudah dikabari")).to_be_visible()
    page.get_by_role("button", name="Tandai sudah dikabari Hj. Nurhayati").click()
    expect(page.get_by_text("Hj. Nurhayati ditandai sudah dikabari.")).to_be_visible()
    expect(page.get_by_text("2 dari 4 dikabari.")).to_be_visible()
    assert Told.objects.count() == 2
    page.goto("/admin/")
    expect(page.get_by_text("2 peserta belum dikabari tentang tanggal baru.")).to_be_visible()
    axe_clean(page, *BOTH)
    page.goto(f"/admin/pelatihan/angkatan/{batch.pk}/change/")
    expect(page.get_by_text("2 peserta belum dikabari tentang tanggal baru.")).to_be_visible()
    axe_clean(page, *BOTH)


@pytest.mark.parametrize("device", ["phone_page", "no_js_page"])
def test_delegate_says_whether_they_come(request, batch, people, device, axe_clean):
    page: Page = request.getfixturevalue(device)
    open_own(page, people[0])
    postpone(batch)
    page.reload()

    expect(page.get_by_text("Alasan: Aula dipakai untuk pemilu.")).to_be_visible()
    if device != "no_js_page":
        axe_clean(page, *BOTH)
    page.get_by_role("button", name="Saya tetap datang").click()
    expect(page.get_by_text("Jawaban Anda: tetap datang")).to_be_visible()
    page.get_by_role("button", name="Saya tidak bisa").click()
    expect(page.get_by_role("heading", name="Batalkan pendaftaran Anda?")).to_be_visible()
    page.get_by_role("link", name="Tidak, kembali").click()
    expect(page.get_by_text("Jawaban Anda: tidak bisa")).to_be_visible()
    assert PlanAnswer.objects.get().answer == "cannot"


def test_front_page_and_batch_tell_the_new_days(phone_page, batch, axe_clean):
    page = phone_page
    postpone(batch)
    for address in ("/", batch.get_absolute_url()):
        page.goto(address)
        expect(page.get_by_text("Alasan: Aula dipakai untuk pemilu.")).to_be_visible()
        axe_clean(page, *BOTH)


def test_office_calls_off_and_takes_up_again(phone_page, batch, people, axe_clean):
    page = phone_page
    log_in(page, "admin")
    for button, reason in (("Batalkan angkatan", "Longsor di jalan"), ("Cabut pembatalan", "Jalan sudah dibuka")):
        page.goto(f"/admin/pelatihan/angkatan/{batch.pk}/change/")
        page.get_by_role("button", name=button).click()
        expect(page.get_by_label(re.compile("Alasan"))).to_be_visible()
        axe_clean(page, *BOTH)
        page.get_by_label(re.compile("Alasan")).fill(reason)
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text("0 dari 4 dikabari.")).to_be_visible()
    expect(page.get_by_role("heading", name="Kabari peserta: jadi dilaksanakan")).to_be_visible()
