"""The surat tugas in Chromium: the contact person sends it, staff open it and tick it."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pelatihan.models import Invitation
from tests.browser.conftest import BOTH, PHONE
from tests.browser.test_admin import log_in
from tests.factories import a_registration
from tests.pelatihan import letter_samples as a

TEMPLATES = Path(__file__).parents[1] / "templates"
LONG = "A" * 150
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("letters_folder"),
    pytest.mark.urls("tests.pelatihan.registration.letter_site"),
]


@pytest.fixture
def invitation(batch, settings) -> Invitation:
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], TEMPLATES]}]
    return batch.invitations.get(ormas__abbreviation="HIPAKAD")


def chosen(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


@pytest.mark.parametrize("phone", [PHONE, PHONE | {"java_script_enabled": False}], ids=["script", "no script"])
def test_contact_person_sends_a_photo(open_page, invitation, axe_clean, phone):
    page = open_page(**phone)
    page.goto(f"/undangan/{invitation.pk}/")
    expect(page.get_by_text("Belum diunggah")).to_be_visible()

    page.get_by_label("Foto atau PDF").set_input_files(chosen("surat.heic", a.HEIC))
    page.get_by_role("button", name="Unggah surat tugas").click()
    expect(page.get_by_role("alert")).to_contain_text("Kirim sebagai JPG atau PDF")
    if "java_script_enabled" not in phone:
        axe_clean(page)

    page.get_by_label("Foto atau PDF").set_input_files(chosen("surat.jpg", a.a_photo()))
    page.get_by_role("button", name="Unggah surat tugas").click()
    expect(page.get_by_text("Sudah diunggah")).to_be_visible()
    if "java_script_enabled" not in phone:
        axe_clean(page)

    page.get_by_text("Unggah surat lain").first.click()
    page.get_by_label("Foto atau PDF").set_input_files(chosen("baru.pdf", a.a_pdf()))
    page.get_by_role("button", name="Unggah surat lain").click()
    expect(page.get_by_text("Berkas PDF")).to_be_visible()


def test_verifier_opens_and_ticks(phone_page, invitation, axe_clean, client):
    registration = a_registration(invitation.angkatan, "submitted", ormas=invitation.ormas, name=LONG)
    client.post(f"/undangan/{invitation.pk}/surat-tugas/", {"letter": a.uploaded(a.a_pdf())})
    client.post(f"/undangan/{invitation.pk}/surat-tugas/", {"letter": a.uploaded(a.a_photo())})
    page = phone_page
    log_in(page, "verifikator")

    page.goto(reverse("admin:pelatihan_registration_change", args=[registration.pk]))
    expect(page.get_by_role("link", name="Lihat foto")).to_be_visible()
    with page.expect_popup() as shown:
        page.get_by_role("link", name="Lihat foto").click()
    photo = shown.value
    photo.wait_for_load_state()
    assert photo.evaluate("document.images[0].naturalWidth") == 1200
    photo.close()
    page.get_by_role("button", name="Tandai diterima").click()
    expect(page.get_by_role("button", name="Hapus tanda diterima")).to_be_visible()
    axe_clean(page, *BOTH)

    page.get_by_role("link", name="1 surat sebelumnya").click()
    expect(page.get_by_role("heading", name="Surat tugas")).to_be_visible()
    axe_clean(page, *BOTH)
    with page.expect_download() as got:
        page.get_by_role("link", name="Unduh PDF").click()
    assert got.value.suggested_filename == "surat-tugas-hipakad.pdf"
    page.get_by_role("button", name="Hapus tanda diterima").click()
    expect(page.get_by_role("button", name="Tandai diterima")).to_be_visible()
