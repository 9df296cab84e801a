"""A verifier brings a list in: uploads, reads what is wrong, decides about one who is alike, sets the rest aside; and
takes the list out again."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ormas.models import Ormas
from pelatihan.exchange.reading import opening
from pelatihan.jobs import running
from pelatihan.lifecycle import Status
from pelatihan.models import Job, Registration
from tests.browser.conftest import BOTH
from tests.browser.test_admin import log_in
from tests.factories import a_registration
from tests.pelatihan.exchange.files import HEAD, cells_of, workbook

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Himpunan Putra-Putri Keluarga Angkatan Darat"


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    settings.PRIVATE_DIR = tmp_path


@pytest.fixture
def registered(batch):
    ormas = Ormas.objects.get(abbreviation="HIPAKAD")
    a_registration(batch, Status.SUBMITTED, ormas=ormas, name="Siti Rahmawaty", phone="+6281200000001")
    a_registration(batch, ormas=ormas, name="Abdul Karim Basri", phone="+6281200000002", position="Anggota", gender="L")
    return batch


ROWS: list[list[Any]] = [
    ["DAFTAR PESERTA ANGKATAN III"],
    HEAD,
    ["Siti Rahmawati", "P", "HIPAKAD", "Ketua", 81200000001, "", ""],
    ["Abdul Karim Basri", "L", "HIPAKAD", "Wakil Sekretaris Bidang Kaderisasi", "0812-0000-0002", "", ""],
    ["Teguh Priyanto", "L", LONG, "Bendahara", "0812-0000-0003", "Diterima", ""],
    ["Sukirman", "L", "FATAYAT", "Anggota", "81234", "", ""],
    ["=HYPERLINK(\"https://contoh.example\")", "X", "KBPP", "Anggota", "0812-0000-0004", "OK", ""],
    ["I Gusti Ayu Made Dwi Lestari Puspaningrum", "P", "Parisada", "Anggota", "0812-0000-0005", "Ditolak", ""],
]  # fmt: skip


def upload(page: Page, batch, content: bytes, name: str = "peserta-FINAL-revisi2.xlsx") -> None:
    page.goto(reverse("admin:pelatihan_import_changelist"))
    page.get_by_role("link", name="Unggah daftar").click()
    page.get_by_label("Peserta dan pendaftarannya").check()
    page.get_by_label("Angkatan").select_option(label=batch.name)
    page.get_by_label("Berkas Excel atau CSV").set_input_files({"name": name, "mimeType": "", "buffer": content})
    page.get_by_role("button", name="Periksa berkas ini").click()


def bring_a_list_in(page: Page, batch, check=lambda page, name: None) -> None:
    """The journey itself, the same with and without scripts, on any screen."""
    log_in(page, "verifikator")
    upload(page, batch, b"%PDF-1.7 nothing")
    expect(page.get_by_text("Berkas ini sebenarnya PDF").first).to_be_visible()
    check(page, "unggah-galat")

    upload(page, batch, workbook(*ROWS))
    expect(page.get_by_role("heading", name="Periksa isi berkas sebelum diterapkan")).to_be_visible()
    expect(page.get_by_text("Sel E6")).to_be_visible()
    expect(page.get_by_text("nol di depannya dikembalikan")).to_be_visible()
    check(page, "periksa")
    page.get_by_role("button", name="Terapkan").click()
    expect(page.get_by_text("Belum ada yang ditulis: masih ada 3 baris galat")).to_be_visible()
    assert Registration.objects.count() == 2

    page.get_by_label("Orang yang sama, perbarui").check()
    page.get_by_role("button", name="Simpan pilihan").click()
    page.get_by_role("link", name="Semua 6").click()
    check(page, "semua")
    page.get_by_label("Kesampingkan 3 baris galat").check()
    page.get_by_role("button", name="Terapkan").click()
    expect(page.get_by_role("heading", name="3 baris diterapkan")).to_be_visible()
    check(page, "hasil")
    assert set(Registration.objects.values_list("name", flat=True)) == {
        "Siti Rahmawati", "Abdul Karim Basri", "Teguh Priyanto",
    }  # fmt: skip

    with page.expect_download() as coming:
        page.get_by_role("link", name="Unduh baris yang dikesampingkan").click()
    back = cells_of(Path(coming.value.path()).read_bytes())
    assert back[0] == [*HEAD, "Sebab"]
    assert [row[0] for row in back[1:]] == [row[0] for row in ROWS[5:]]
    page.goto(reverse("admin:pelatihan_import_changelist"))
    expect(page.get_by_text("1 baru, 2 berubah, 3 dikesampingkan")).to_be_visible()
    check(page, "daftar")


def take_the_list_out(page: Page, batch) -> None:
    page.goto(f"{reverse('admin:pelatihan_registration_changelist')}?angkatan={batch.slug}")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Unduh Excel").click()
    rows = cells_of(Path(coming.value.path()).read_bytes())
    assert len(rows) == 4
    assert re.fullmatch(r"pendaftaran-\d{8}\.xlsx", coming.value.suggested_filename)


def test_list_comes_in_and_goes_out(phone_page, registered, axe_clean):
    bring_a_list_in(phone_page, registered, lambda page, _name: axe_clean(page, *BOTH))
    take_the_list_out(phone_page, registered)


def test_list_comes_in_and_goes_out_without_scripts(registered, no_js_page):
    bring_a_list_in(no_js_page, registered)
    take_the_list_out(no_js_page, registered)


def test_large_file_is_waited_for_and_shows_itself_when_it_is_read(registered, desktop_page, monkeypatch, axe_clean):
    monkeypatch.setattr(opening, "SMALL", 10)
    log_in(desktop_page, "verifikator")
    upload(desktop_page, registered, workbook(*ROWS))
    expect(desktop_page.get_by_text("Menunggu giliran.")).to_be_visible()
    expect(desktop_page.get_by_text("Keadaannya diperbarui sendiri.")).to_be_visible()
    axe_clean(desktop_page)

    running.carry_out(Job.objects.get().pk)

    expect(desktop_page.get_by_role("heading", name="Periksa isi berkas sebelum diterapkan")).to_be_visible()
