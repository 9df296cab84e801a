"""A training that asks for a NIK: the delegate writes it, is asked once about an odd one, and staff open it."""

import os

import pytest
from playwright.sync_api import Page, expect

from pelatihan.models import Registration
from pelatihan.registration import nik
from tests.browser.conftest import BOTH
from tests.browser.test_register import fill, form_of, send
from tests.factories import UserFactory
from tests.pelatihan.registration.invitations import address

pytestmark = pytest.mark.django_db(transaction=True)
ODD, RIGHT = "9971994511850001", "3171 9945 1185 0001"


@pytest.fixture
def asking(batch):
    batch.asks_nik = True
    batch.save()
    return batch


@pytest.fixture
def verifier_cookie(client, live_server) -> dict[str, str]:
    client.force_login(UserFactory(role="verifikator"))
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}


def shot(page: Page, name: str, whole: bool = True) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/nik-{name}-{page.viewport_size['width']}.png", full_page=whole)


def test_delegate_writes_it_and_is_asked_once_about_an_odd_one(phone_page, asking, axe_clean):
    page = phone_page
    page.goto(form_of(asking))
    page.get_by_role("combobox", name="Nama ormas").press_sequentially("putra polri")
    page.get_by_role("option", name="Keluarga Besar Putra-Putri Polri (KBPP)").click()
    fill(page)
    shot(page, "form")
    page.get_by_label("NIK").fill(ODD)
    send(page)
    expect(page.get_by_text("dua angka pertamanya bukan kode provinsi").first).to_be_visible()
    axe_clean(page, *BOTH)
    shot(page, "error")

    page.get_by_label("NIK").fill(RIGHT)
    send(page)
    expect(page.get_by_text("3171••••••••0001")).to_be_visible()
    shot(page, "own")
    page.get_by_role("link", name="Ubah data").click()
    expect(page.get_by_role("heading", name="Ubah data Anda")).to_be_visible()
    axe_clean(page, *BOTH)
    shot(page, "own-correct")
    assert nik.opened(Registration.objects.get()) == RIGHT.replace(" ", "")


def test_contact_person_and_verifier_see_no_more_than_they_need(phone_page, asking, axe_clean, verifier_cookie):
    page = phone_page
    invitation = asking.invitations.first()
    page.goto(address("invitation_fill", invitation))
    axe_clean(page, *BOTH)
    shot(page, "group")

    page.goto(form_of(asking))
    page.get_by_role("combobox", name="Nama ormas").press_sequentially("putra polri")
    page.get_by_role("option", name="Keluarga Besar Putra-Putri Polri (KBPP)").click()
    fill(page)
    page.get_by_label("NIK").fill(RIGHT)
    send(page)
    registration = Registration.objects.get()
    page.context.add_cookies([verifier_cookie])
    page.goto(f"/admin/pelatihan/registration/{registration.pk}/change/")
    axe_clean(page, *BOTH)
    shot(page, "admin")
    page.get_by_role("button", name="Lihat lengkap").click()
    expect(page.get_by_text(RIGHT)).to_be_visible()
    axe_clean(page, *BOTH)
    shot(page, "admin-full")
    page.goto("/admin/pelatihan/registration/add/")
    shot(page, "admin-add")
    page.goto(f"/admin/pelatihan/angkatan/{asking.pk}/change/")
    shot(page, "admin-batch")
    page.goto("/privasi/")
    shot(page, "notice")
