"""The committee shares out rooms: many at once, a suggestion, a name dragged, a form without a script."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from pelatihan.accounts import access
from pelatihan.models import Stay
from tests.browser.conftest import BOTH, PHONE
from tests.browser.test_desk import log_in
from tests.factories import AngkatanFactory, UserFactory
from tests.pelatihan.lodging.houses import lies, lodger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def angkatan():
    access.make_groups()
    UserFactory(username="panitia", role="panitia")
    now = timezone.now()
    batch = AngkatanFactory(number=3, year=now.year, starts_on=timezone.localdate(now))
    for name, sex, needs in (("Ani", "P", ""), ("W" * 150, "P", "Kursi roda"), ("Budi", "L", "")):
        lodger(batch, name, sex, special_needs=needs)
    return batch


def test_rooms_are_shared_out_by_suggestion_and_by_dragging(desktop_page, angkatan, axe_clean):
    page = desktop_page
    log_in(page, "panitia", f"/panitia/{angkatan.slug}/kamar/")
    axe_clean(page, *BOTH)
    page.get_by_role("button", name="Simpan kamar").click()
    page.get_by_role("link", name="Tulis nomor atau nama kamarnya").click()
    expect(page.get_by_label("Kamar", exact=True)).to_be_focused()
    page.get_by_label("Kamar", exact=True).fill("101–103")
    page.get_by_role("button", name="Simpan kamar").click()
    axe_clean(page, *BOTH)

    page.get_by_label("Seormas sekamar sejauh bisa").check()
    page.get_by_role("button", name="Lihat usulan").click()
    axe_clean(page, *BOTH)
    assert not Stay.objects.exists()
    page.get_by_role("button", name="Simpan usulan ini").click()
    expect(page.get_by_text("3 orang ditempatkan menurut usulan.")).to_be_visible()
    assert lies(angkatan) == {"101": ["W" * 150, "Ani"], "102": ["Budi"], "103": []}

    page.get_by_role("link", name="Ani").drag_to(page.locator("[data-room]", has_text="103"))
    expect(page.get_by_text("Ani sekarang di kamar 103.")).to_be_visible()
    page.get_by_role("link", name="Ani").drag_to(page.locator("[data-room]", has_text="102"))
    expect(page.get_by_text("Pilih kamar yang masih punya tempat dari daftar ini.").first).to_be_visible()
    axe_clean(page, *BOTH)
    assert lies(angkatan)["103"] == ["Ani"]


def test_without_a_script_a_form_moves_and_swaps(open_page, angkatan):
    page = open_page(**PHONE, java_script_enabled=False)
    log_in(page, "panitia", f"/panitia/{angkatan.slug}/kamar/")
    page.get_by_label("Kamar", exact=True).fill("101, 102")
    page.get_by_role("button", name="Simpan kamar").click()
    for name, room in (("Ani", "101"), ("W" * 150, "102")):
        page.get_by_role("link", name=f"Pilih kamar untuk {name}").click()
        page.get_by_label("Kamar", exact=True).select_option(label=f"{room} · 2 tempat tidur")
        page.get_by_role("button", name="Tempatkan").click()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]
    page.get_by_role("link", name="Ani").click()
    page.get_by_label("Tukar dengan").select_option(index=1)
    page.get_by_role("button", name="Tukar").click()

    assert lies(angkatan) == {"101": ["W" * 150], "102": ["Ani"]}
