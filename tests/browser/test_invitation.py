"""The contact person of an ormas in the hand: naming a group, sending codes, replacing, taking back."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, ChangeRequest, Invitation, Registration
from pelatihan.registration import links, writer
from pelatihan.registration.application import Application
from tests.browser.conftest import BOTH, PHONE
from tests.factories import a_person, clerk

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS: dict[str, dict[str, Any]] = {
    "360": PHONE | {"viewport": {"width": 360, "height": 740}},
    "no script": PHONE | {"java_script_enabled": False},
}


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest) -> str:
    """A small phone, whose pages are looked at on larger screens as well, and a phone without JavaScript."""
    return str(request.param)


@pytest.fixture
def page(screen: str, open_page: Callable[..., Page]) -> Page:
    return open_page(**SCREENS[screen])


@pytest.fixture
def invitation(batch: Angkatan) -> Invitation:
    return Invitation.objects.select_related("angkatan", "ormas").get(ormas__abbreviation="HIPAKAD")


@pytest.fixture
def looks_right(axe_clean: Callable[..., None], request: pytest.FixtureRequest) -> Callable[[Page], None]:
    """axe finds nothing (it is a script itself), and nothing runs out of the page."""
    has_script = "no script" not in request.node.callspec.id if hasattr(request.node, "callspec") else True

    def check(page: Page) -> None:
        shown = page.viewport_size
        assert shown
        for width in {shown["width"], *BOTH}:
            page.set_viewport_size({"width": width, "height": shown["height"]})
            wide = page.evaluate("""() => [...document.querySelectorAll("main *")]
                .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
                .map(one => one.outerHTML.slice(0, 160))""")
            assert [one for one in wide if "visually-hidden" not in one and "field-spare" not in one] == [], width
        page.set_viewport_size(shown)
        if has_script:
            axe_clean(page, shown["width"], 1280)

    return check


def of(page: Page, role: Literal["link", "button"], words: str, person: str) -> Locator:
    """A link or button of one person: the name is there for who does not see beside whom it stands."""
    return page.get_by_role(role, name=re.compile(rf"^{words} ?: {person}"))


def open_home(page: Page, invitation: Invitation) -> None:
    page.goto(links.address_of(invitation))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Himpunan Putra-Putri")


def write(page: Page, row: int, name: str, position: str, gender: str, phone: str) -> None:
    """Fill in one row of the group form."""
    here = f"#id_utusan-{row}-"
    page.locator(f"{here}name").fill(name)
    page.locator(f"{here}position").fill(position)
    page.locator(f"label:has({here}gender_{'LP'.index(gender)})").click()
    page.locator(f"{here}phone").fill(phone)


def named(invitation: Invitation, *names: str) -> list[Registration]:
    wishes = [
        Application(
            a_person(name=name, phone=f"+62812000001{number:02d}", position="Anggota", privacy_version=""),
            Registration.Source.GROUP,
            token=uuid4(),
        )
        for number, name in enumerate(names)
    ]
    return writer.register_group(invitation, wishes, at=timezone.now())


def test_ormas_names_three_people_with_an_error(page, invitation, looks_right):
    open_home(page, invitation)
    looks_right(page)
    page.get_by_role("link", name="Isi data utusan").click()
    expect(page.get_by_role("heading", name="Isi data utusan")).to_be_visible()
    looks_right(page)
    write(page, 0, "Siti Rahmawati", "Wakil Sekretaris", "P", "0812-0000-0101")
    write(page, 1, "Bambang Sutrisno Hadiwijoyo Kusumaningrat", "", "L", "0812-0000")
    write(page, 2, "Yusuf", "Anggota", "L", "0812-0000-0101")
    page.get_by_label("Para utusan tahu").check()
    page.get_by_role("button", name="Tambah cadangan").click()
    expect(page.get_by_role("group", name="Cadangan 1")).to_be_visible()
    expect(page.locator("#id_utusan-3-name")).to_be_focused()
    looks_right(page)
    write(page, 3, "Muhammad Rizki Ramadhan", "Ketua Bidang Kepemudaan", "L", "0812-0000-0104")
    page.locator("#id_utusan-3-phone").press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Ada 2 isian yang perlu diperbaiki")
    looks_right(page)
    expect(page.get_by_text("Sudah lengkap")).to_have_count(3)
    page.get_by_role("link", name="Utusan 2, jabatan").click()
    expect(page.locator("#id_utusan-1-position")).to_be_focused()
    page.locator("#id_utusan-1-position").fill("Ketua Bidang")
    page.locator("#id_utusan-1-phone").fill("0812-0000-0102")
    page.get_by_role("button", name="Kirim data utusan").last.click()

    expect(page.get_by_text("Data 4 orang tersimpan.")).to_be_visible()
    expect(page.get_by_text("Muhammad Rizki Ramadhan menjadi cadangan")).to_be_visible()
    looks_right(page)
    assert Registration.objects.count() == 4


def test_code_is_sent_and_the_page_knows(page, invitation):
    (one,) = named(invitation, "Siti Rahmawati")
    page.context.route("https://wa.me/**", lambda route: route.fulfill(body="WhatsApp"))
    open_home(page, invitation)
    with page.context.expect_event("request", lambda request: "wa.me" in request.url) as sent:
        of(page, "link", "Kirim lewat WhatsApp", "Siti").click()

    assert one.shown_code in sent.value.url
    assert "referer" not in sent.value.headers
    open_home(page, invitation)
    expect(page.get_by_text(re.compile(r"Dikirim ke 0812-••••-••00"))).to_be_visible()


def test_delegate_is_replaced_at_once(page, invitation, looks_right):
    goes, _, _, reserve = named(invitation, "Siti Rahmawati", "Bambang Sutrisno", "Yusuf", "Rizki Ramadhan")
    open_home(page, invitation)
    of(page, "link", "Ganti utusan", "Siti Rahmawati").click()
    expect(page.get_by_role("heading", name="Ganti utusan")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Ganti utusan").click()
    expect(page.get_by_role("alert")).to_contain_text("Pilih alasannya.")
    looks_right(page)
    page.get_by_label("Alasan").select_option("Ada tugas lain")
    page.get_by_label("Orang lain").check()
    page.get_by_label("Nama lengkap").fill("Endang Puspitasari")
    page.get_by_label("Jabatan di ormas").fill("Bendahara")
    page.get_by_label("Perempuan").check()
    page.get_by_label("Nomor HP (WhatsApp)").fill("0812-0000-0105")
    page.get_by_label("Keduanya tahu").check()
    page.get_by_role("button", name="Ganti utusan").click()

    expect(page.get_by_text("Endang Puspitasari menggantikan Siti Rahmawati.")).to_be_visible()
    expect(page.get_by_text("Digantikan oleh Endang Puspitasari.")).to_be_visible()
    looks_right(page)
    goes.refresh_from_db()
    reserve.refresh_from_db()
    assert (goes.status, reserve.status) == (Status.REPLACED, Status.WAITLISTED)


def test_after_the_freeze_replacing_is_a_request(page, invitation, looks_right):
    goes, *_ = named(invitation, "Siti Rahmawati", "Bambang Sutrisno", "Yusuf", "Rizki Ramadhan")
    writer.move(goes, Action.ACCEPT, actor=clerk(), at=timezone.now())
    Angkatan.objects.filter(pk=invitation.angkatan_id).update(frozen_at=timezone.now())
    open_home(page, invitation)
    of(page, "link", "Ganti utusan", "Siti Rahmawati").click()
    expect(page.get_by_role("button", name="Kirim permintaan")).to_be_visible()
    looks_right(page)
    page.get_by_label("Alasan").select_option("Sakit")
    page.get_by_label("Rizki Ramadhan").check()
    page.get_by_label("Keduanya tahu").check()
    page.get_by_role("button", name="Kirim permintaan").click()

    expect(page.get_by_text("Permintaan terkirim, dan menunggu keputusan panitia.")).to_be_visible()
    looks_right(page)
    assert ChangeRequest.objects.get().reserve.name == "Rizki Ramadhan"
    page.get_by_role("button", name="Tarik permintaan").click()
    expect(page.get_by_text("Permintaan sudah ditarik.")).to_be_visible()


def test_delegate_is_withdrawn_and_brought_back(page, invitation, looks_right):
    named(invitation, "Siti Rahmawati", "Bambang Sutrisno")
    open_home(page, invitation)
    of(page, "link", "Batalkan", "Siti Rahmawati").click()
    expect(page.get_by_role("heading", name="Batalkan pendaftaran?")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Ya, batalkan").click()
    expect(page.get_by_text("Pendaftaran Siti Rahmawati dibatalkan.")).to_be_visible()
    looks_right(page)
    of(page, "button", "Urungkan pembatalan", "Siti Rahmawati").click()

    expect(page.get_by_text("Pembatalan Siti Rahmawati sudah diurungkan.")).to_be_visible()
    assert Registration.objects.get(name="Siti Rahmawati").status == Status.SUBMITTED


def test_data_are_put_right_at_once_and_as_a_request(page, invitation, looks_right):
    (one,) = named(invitation, "Siti Rahmawati")
    writer.move(one, Action.ACCEPT, actor=clerk(), at=timezone.now())
    open_home(page, invitation)
    of(page, "link", "Betulkan", "Siti Rahmawati").click()
    expect(page.get_by_text("Tercatat 0812-••••-••00.")).to_be_visible()
    looks_right(page)
    page.get_by_label("Nomor HP baru").fill("0812-0000-0199")
    page.get_by_label("Jabatan di ormas").fill("Ketua Umum")
    page.get_by_role("button", name="Simpan perubahan").click()

    expect(page.get_by_text("Data Siti Rahmawati sudah disimpan.")).to_be_visible()
    expect(page.get_by_text("Jabatan yang diminta")).to_be_visible()
    looks_right(page)
    one.refresh_from_db()
    assert (one.delegate.phone, one.position) == ("+6281200000199", "Anggota")


def test_what_staff_asked_for_is_all_that_is_asked(page, invitation, looks_right):
    (one,) = named(invitation, "Bambang S. H.")
    writer.move(
        one, Action.ASK_FIX, actor=clerk(), at=timezone.now(), reason="Tulis nama lengkap sesuai KTP.", fields=["name"]
    )
    open_home(page, invitation)
    looks_right(page)
    of(page, "link", "Betulkan data", "Bambang").click()
    expect(page.get_by_text("Tulis nama lengkap sesuai KTP.")).to_be_visible()
    looks_right(page)
    expect(page.get_by_label("Jabatan di ormas")).to_have_count(0)
    page.get_by_label("Nama lengkap").fill("Bambang Sutrisno Hadiwijoyo")
    page.get_by_role("button", name="Kirim perbaikan").click()

    expect(page.get_by_text("Data Bambang Sutrisno Hadiwijoyo sudah disimpan.")).to_be_visible()
    assert Registration.objects.get().status == Status.SUBMITTED


def test_longest_name_and_large_letters_stay_within_the_page(open_page, invitation, looks_right):
    page = open_page(**PHONE | {"viewport": {"width": 320, "height": 640}})
    (one, *_) = named(invitation, "B" * 150, "Siti Rahmawati", "Yusuf", "Rizki " + "A" * 130)
    Angkatan.objects.filter(pk=invitation.angkatan_id).update(closes_at=timezone.now() - timedelta(hours=1))
    token = links.token_of(invitation)
    for path in ("", f"betulkan/{one.ref}/", f"ganti/{one.ref}/", f"batal/{one.ref}/"):
        page.goto(f"/undangan/{token}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        looks_right(page)
