"""The privacy notice names what is done, from the constants that the code goes by."""

import re

import pytest

from pelatihan.registration.pages import remembered
from pelatihan.retention import RETENTION

pytestmark = pytest.mark.django_db


@pytest.fixture
def words(client) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get("/privasi/").content.decode()).split())


@pytest.mark.parametrize(
    "sentence",
    [
        f"“ {remembered.COOKIE} ”".replace(" ", ""),
        f"selama {remembered.DAYS} hari",
        "Lupakan perangkat ini",
        "Simpan ke WhatsApp",
        "Kebutuhan khusus dan kode pendaftaran hanya dibaca petugas verifikasi dan admin",
        "Pasal 4 UU Nomor 27 Tahun 2022",
        f"Nomor HP, surel, dan jenis kelamin : {RETENTION.contact_years} tahun",
        f"Narahubung ormas : {RETENTION.contact_years} tahun",
        f"atau {RETENTION.contact_years_if_invited} tahun bila Anda bersedia diundang lagi",
    ],
)
def test_notice_says_it(words, sentence):
    assert sentence in words
