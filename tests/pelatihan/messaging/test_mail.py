"""The letter that brings a lost code: its words, its head, and where none is ever sent."""

from email import message_from_bytes, policy

import pytest
import time_machine

from pelatihan.messaging import mail, whatsapp
from pelatihan.models import CodeRequest, Office, Registration
from tests.factories import NOON, AngkatanFactory, a_registration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _office(settings):
    settings.DEFAULT_FROM_EMAIL, settings.SITE_URL = "kode@kesbangpol.contoh.id", "https://pelatihan.contoh.id"
    Office.objects.create(pk=1, name="Badan Kesbangpol Contoh, Jakarta")
    with time_machine.travel(NOON, tick=False):
        yield


def somebody(**person) -> Registration:
    batch = person.pop("angkatan", None) or AngkatanFactory(number=2)
    return a_registration(batch, **{"name": "Siti Rahmawati", "back_title": "S.E.", "email": "siti@contoh.id"} | person)


def asked(*people) -> list[CodeRequest]:
    made = [CodeRequest.objects.create(registration=one, asked_at=NOON, due_at=NOON, way="email") for one in people]
    rows = CodeRequest.objects.filter(pk__in=[one.pk for one in made]).order_by("pk")
    return list(rows.select_related("registration__angkatan", "registration__delegate"))


def read(*people):
    """As it is received."""
    return message_from_bytes(mail.code_letter(asked(*people)).message().as_bytes(), policy=policy.default)


def test_letter_says_all_that_is_needed():
    person = somebody()

    letter = read(person)

    assert letter["Subject"] == "Kode pendaftaran Pelatihan Angkatan II 2019"
    assert letter["To"] == "siti@contoh.id"
    assert letter["From"] == '"Badan Kesbangpol Contoh, Jakarta" <kode@kesbangpol.contoh.id>'
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@kesbangpol.contoh.id>")
    assert letter.get_content().split("\n\n") == [
        "Yth. Bapak/Ibu Siti Rahmawati, S.E.,",
        "Kode pendaftaran Anda baru saja diminta lagi di situs Pelatihan Ormas. Ini kodenya:",
        "Siti Rahmawati, S.E.\n"
        "Pelatihan Angkatan II 2019, Senin–Rabu, 11–13 Maret 2019, Hotel Contoh, Bogor\n"
        f"Kode: {person.shown_code}\nhttps://pelatihan.contoh.id/k/{person.shown_code}/",
        "Buka alamat itu, lalu tulis nomor HP yang dipakai saat mendaftar; cukup sekali di setiap perangkat."
        " Simpan kode ini baik-baik dan jangan diteruskan kepada orang lain.",
        "Abaikan pesan ini bila Anda tidak meminta kode. Pendaftaran Anda tidak berubah.",
        "Pertanyaan: Ibu Rina Kartika, 0812-0000-0011",
        "Badan Kesbangpol Contoh, Jakarta",
        "Surel ini dikirim otomatis, balasannya tidak dibaca.\n",
    ]


def test_letter_tells_no_phone_number():
    person = somebody(phone="+6281234567890")

    assert "3456" not in mail.code_letter(asked(person)).message().as_string()


def test_several_people_of_one_address_stand_in_one_letter():
    batch = AngkatanFactory(number=2, help_phone="")
    people = [
        somebody(angkatan=batch),
        somebody(angkatan=batch, name="Budi"),
        somebody(angkatan=AngkatanFactory(number=3)),
    ]

    letter = read(*people)

    assert letter["Subject"] == "Kode pendaftaran pelatihan"
    assert letter.get_content().startswith("Yth. Bapak/Ibu,\n")
    assert all(one.shown_code in letter.get_content() for one in people)
    assert "Pertanyaan" not in letter.get_content()


def test_letter_made_again_is_known_as_the_same():
    request = asked(somebody())
    others = asked(somebody(angkatan=AngkatanFactory(number=3)))

    keys = [mail.code_letter(each).extra_headers["Message-ID"] for each in (request, request, others)]

    assert keys[0] == keys[1] != keys[2]


def test_own_name_of_the_sender_stays(settings):
    settings.DEFAULT_FROM_EMAIL = "Panitia <panitia@contoh.id>"

    assert read(somebody())["From"] == "Panitia <panitia@contoh.id>"


@pytest.mark.parametrize("name", ["Ñandú Çelik", "A" * 150, "D'Angelo-Smith (alm.)"])
def test_any_name_of_the_form_fits_into_a_letter(name):
    assert name in read(somebody(name=name)).get_content()


@pytest.mark.parametrize(
    ("address", "arrives"),
    [
        ("siti@contoh.id", True),
        ("siti@example.contoh.id", True),
        ("example@contoh.id", True),
        ("", False),
        ("peserta0001@ormas.example", False),
        ("a@ORMAS.Example", False),
        ("a@example", False),
        ("a@example.com", False),
        ("a@x.example.net", False),
        ("a@x.invalid", False),
        ("a@x.test.", False),
        ("a@localhost", False),
    ],
)
def test_nothing_is_sent_to_where_nobody_can_read(address, arrives):
    assert mail.can_arrive(address) is arrives


def test_nothing_is_sent_without_a_server(settings):
    settings.SENDS_MAIL = False

    assert not mail.can_arrive("siti@contoh.id")


def test_whatsapp_carries_the_same():
    person = somebody()

    text = whatsapp.code_text([person, person], ["https://x/1/", "https://x/2/"])

    assert text.startswith("Yth. Bapak/Ibu Siti Rahmawati, S.E.,\n\nKode pendaftaran Anda baru saja diminta lagi")
    assert text.count(f"Kode: {person.shown_code}\nhttps://x/") == 2
    assert "Abaikan pesan ini bila Anda tidak meminta kode." in text
