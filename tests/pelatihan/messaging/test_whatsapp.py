"""The ready text to an ormas says what it must, and promises nothing that the batch does not hold."""

from datetime import date, timedelta
from typing import Any

import pytest

from pelatihan.messaging.whatsapp import invitation_text
from pelatihan.models import Office
from tests.factories import NOON, AngkatanFactory, InvitationFactory

pytestmark = pytest.mark.django_db
URL = "https://pelatihan.example/undangan/1abc/"


def text(contact: str = "Hj. Siti Aminah", own_seats: int | None = None, **batch: Any) -> str:
    facts = {"number": 2, "theme": "Menjaga Keutuhan NKRI", "venue": "Hotel Contoh, Bogor"} | batch
    invitation = InvitationFactory(
        angkatan=AngkatanFactory(**facts),
        own_seats=own_seats,
        ormas__name="Perkumpulan Maju Bersama",
        ormas__contact_name=contact,
    )
    return invitation_text(invitation, URL)


def test_text_says_all_that_one_must_know() -> None:
    Office.objects.create(pk=1, name="Badan Kesatuan Bangsa dan Politik DKI Jakarta")
    facts: dict[str, Any] = {"meeting_point": "Balai Kota, pukul 08.00 WIB", "letter_due_on": date(2019, 3, 8)}

    assert text(own_seats=2, closes_at=NOON + timedelta(days=9), **facts) == (
        "Yth. Bapak/Ibu Hj. Siti Aminah,\n\n"
        "Badan Kesatuan Bangsa dan Politik DKI Jakarta mengundang Perkumpulan Maju Bersama mengirim utusan ke"
        " Pelatihan Ormas Angkatan II 2019: “Menjaga Keutuhan NKRI”.\n\n"
        "Tanggal: Senin–Rabu, 11–13 Maret 2019\n"
        "Tempat: Hotel Contoh, Bogor\n"
        "Titik kumpul: Balai Kota, pukul 08.00 WIB\n"
        "Kursi untuk ormas Anda: 2\n"
        "Daftarkan utusan sampai: Jumat, 1 Maret 2019 pukul 12.00 WIB\n"
        "Surat tugas paling lambat: Jumat, 8 Maret 2019\n\n"
        f"Mohon daftarkan utusan Anda lewat tautan ini:\n{URL}\n\n"
        "Tautan ini untuk ormas Anda saja. Mohon tidak diteruskan ke grup.\n\n"
        "Pertanyaan: Ibu Rina Kartika, 0812-0000-0011"
    )


def test_text_leaves_out_what_the_batch_does_not_hold() -> None:
    bare = text(contact="", closes_at=None, help_phone="")

    assert bare.startswith("Yth. Pengurus Perkumpulan Maju Bersama,")
    assert "Kursi untuk ormas Anda: 3" in bare
    for word in ("sampai", "Titik kumpul", "urat tugas", "Pertanyaan"):
        assert word not in bare
    assert "\n\n\n" not in bare
