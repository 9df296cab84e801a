"""An auditor looks into one signed page; the committee takes it back."""

import io
import os
import uuid
from pathlib import Path

import pypdfium2
import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from pelatihan.accounts import access
from pelatihan.models import Registration
from pelatihan.scans import entering
from pelatihan.scans.shapes import WrittenIn
from pelatihan.web.kept_files import SHEETS
from tests.browser.conftest import BOTH
from tests.browser.people import is_logged_in
from tests.factories import UserFactory
from tests.pelatihan.door import at
from tests.pelatihan.papers.prints import a_scan
from tests.pelatihan.scans.claiming import claimed, enter
from tests.pelatihan.scans.test_entering import check_in
from tests.pelatihan.scans.world import a_batch, a_leaf, a_printed_list, people_of

pytestmark = pytest.mark.django_db(transaction=True)


def look(page: Page, name: str) -> None:
    """Pictures for whoever wants to see them: ``LOOK=/tmp/x``."""
    if folder := os.environ.get("LOOK"):
        for width in BOTH:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


@pytest.fixture
def pictures(settings, tmp_path) -> Path:
    """Where signed sheets are kept, empty."""
    options = settings.STORAGES["sheets"]["OPTIONS"] | {"location": tmp_path / "lembar"}
    settings.STORAGES = settings.STORAGES | {"sheets": settings.STORAGES["sheets"] | {"OPTIONS": options}}
    return tmp_path


@pytest.fixture
def leaf(pictures):
    """A table of two sessions, confirmed from a picture after one that was undone; one signed a blank row."""
    access.make_groups()
    rina = UserFactory(role="panitia", first_name="Rina", last_name="Kartika")
    batch = a_batch(people=4, sessions=2)
    long = batch.registrations.order_by("name").first()
    Registration.objects.filter(pk=long.pk).update(name="Aa " + "Kusumawardhani" * 6)
    sheet = a_printed_list(batch, daily=True, spare=1, by=rina)
    found = a_leaf(sheet, len(sheet.ends))
    check_in(people_of(found)[1], found.sessions[0])
    written = (WrittenIn(found.blanks[0].number, "Bayu Samodra", None, "Karang Taruna", "", (found.sessions[1].pk,)),)
    words = ["HKIK"[: len(found.people)], "HHSK"[: len(found.people)]]
    entering.undo(enter(found, claimed(found, *words, written=written), rina), by=rina, at=at("20.10"))
    scan = a_scan(found.sheet, found.page, has_picture=True)
    file = pypdfium2.PdfDocument(bytes(found.sheet.printing.file.content))
    picture = io.BytesIO()
    file[0].render(scale=2).to_pil().convert("RGB").save(picture, "JPEG", quality=70)
    for name in (scan.picture_name, scan.straight_name):
        SHEETS.write(name, picture.getvalue())
    enter(found, claimed(found, *words, written=written), rina, scan=scan, at=at("20.20"), key=uuid.uuid4())
    return found


def test_auditor_looks_and_committee_takes_back(open_page, leaf, axe_clean):
    there = reverse("sheet_leaf", args=[leaf.angkatan.slug, leaf.sheet.pk, leaf.page])
    auditor = open_page(viewport={"width": 1280, "height": 900}, java_script_enabled=True)
    is_logged_in(auditor, UserFactory(role="pemantau"))
    auditor.goto(there)
    expect(auditor.get_by_role("heading", name="Isi lembar")).to_be_visible()
    expect(auditor.get_by_role("link", name="Lihat cetakannya")).to_be_visible()
    assert auditor.get_by_role("img", name="gambar 1").evaluate("picture => picture.naturalWidth") > 500
    axe_clean(auditor, *BOTH)
    look(auditor, "lembar-auditor")

    with time_machine.travel(at("20.30"), tick=True):
        page = open_page(viewport={"width": 390, "height": 844}, java_script_enabled=False)
        is_logged_in(page, UserFactory(role="panitia"))
        page.goto(there)
        page.get_by_text("Urungkan isi lembar ini").click()
        page.get_by_role("button", name="Urungkan").click()
        expect(page.get_by_text("Isi lembar ini diurungkan")).to_be_visible()
        expect(page.get_by_role("link", name="Tinjau gambarnya")).to_be_visible()
        look(page, "lembar-diurungkan")
