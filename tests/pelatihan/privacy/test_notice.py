"""The privacy notice names what is done, from the constants that the code goes by."""

import re

import pytest

from ormas.models import Delegate
from pelatihan.models import Registration
from pelatihan.registration.pages.own import remembered
from pelatihan.retention import RETENTION
from tests.factories import AngkatanFactory, a_registration

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
        "Dari ormas yang meminta diundang (“Ormas saya belum tercantum”): nama, singkatan, dan kota ormas;",
        f"Narahubung ormas yang meminta diundang : {RETENTION.contact_years} tahun setelah pelatihan yang diminta",
        "NIK : hanya bila formulir pelatihan itu memintanya, untuk mempertanggungjawabkan anggarannya.",
        f"NIK : dihapus {RETENTION.nik_days} hari setelah pelatihan selesai.",
        "dibuka lengkap hanya oleh petugas verifikasi dan admin. Setiap pembukaan dicatat: siapa dan kapan.",
        "Hotel menerima daftar kamar: hanya nama dan L/P.",
        "berlaku atau sudah dicabut, nama Anda, pelatihannya, tanggal, dan JP; selain itu tidak ada.",
        f"(kartu, daftar kamar, biodata, paket darurat): dihapus {RETENTION.printing_days} hari setelah",
        "Setiap lembar yang Anda tanda tangani : foto atau pindaiannya, isinya baris demi baris, siapa yang memasukkan",
        "tanda tangan tidak dicocokkan dengan siapa pun. Dari foto kami buang keterangan tempat dan kamera.",
        f"(buram, salah kirim, disisihkan): dihapus {RETENTION.sheet_days} hari setelah pelatihan selesai.",
        f"di kertas, salinan cetakannya, dan foto lembar yang ditandatangani: sekitar {RETENTION.papers_years}"
        " tahun, mengikuti aturan kearsipan.",
        f"Sertifikat : nama, nomor, dan halamannya {RETENTION.papers_years} tahun setelah pelatihan selesai.",
        f"atau {RETENTION.contact_years_if_invited} tahun bila Anda bersedia diundang lagi",
    ],
)
def test_notice_says_it(words, sentence):
    assert sentence in words


def test_notice_leads_to_where_consents_are_taken_back(client, words):
    registration = a_registration(AngkatanFactory(), phone="+6281234567890")
    own = client.post(registration.get_absolute_url(), {"phone": "081234567890"}, follow=True)

    assert "pilih “Ubah persetujuan” di halaman Anda" in words
    assert f'href="{registration.get_absolute_url()}persetujuan/"' in own.text


def test_nothing_keeps_what_the_notice_says_is_not_asked(words):
    """Whoever adds such a column must change the notice first."""
    columns = [field.verbose_name for model in (Delegate, Registration) for field in model._meta.concrete_fields]

    assert "Kami tidak menanyakan agama, status perkawinan, alamat rumah, nomor rekening, atau foto KTP." in words
    assert [name for name in columns if re.search("agama|kawin|alamat|rekening|ktp", str(name).lower())] == []
