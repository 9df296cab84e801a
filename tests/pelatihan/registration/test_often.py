"""How often the public may send: nobody in a hotel or an office meets it, and nobody guesses by it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client, RequestFactory

from pelatihan import codes
from pelatihan.models import Registration
from pelatihan.registration import often
from pelatihan.registration.often import TooOften
from pelatihan.registration.pages import lost_code
from pelatihan.web.limits import DAY, HOUR, Limit, address_of
from tests.factories import NOON, AngkatanFactory, InvitationFactory
from tests.pelatihan.registration.test_register import address, errors, filled, send, words

pytestmark = pytest.mark.django_db
NUMBERS = 10**8  # of one operator


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def invitation():
    return InvitationFactory(angkatan=AngkatanFactory(number=2, capacity=100))


# ---- Who meets no limit --------------------------------------------------------------------------


def test_hundred_people_of_a_hotel_register_within_an_hour(invitation, clock):
    """Behind one address, each on an own phone; every fifth mistypes something, and comes back on another device with a
    wrong number first."""
    batch = invitation.angkatan
    invited = [invitation, *InvitationFactory.create_batch(38, angkatan=batch)]
    answers = []
    for number in range(100):
        phone, asked = Client(), invited[number % 39]
        if number % 5 == 0:
            assert phone.post(address(asked), filled(asked, phone="0812")).status_code == 200
        sent = send(phone, asked, name=f"Peserta {chr(97 + number % 26)}", phone=f"08120000{number:04d}")
        answers.append(sent.status_code)
        if number % 5 == 0:
            for typed in ("081300009999", f"08120000{number:04d}"):
                answers.append(Client().post(sent["Location"], {"phone": typed}).status_code)
        clock.shift(timedelta(seconds=36))

    assert set(answers) <= {302, 200}
    assert Registration.objects.count() == 100


def test_ten_elder_members_share_one_number(invitation):
    sent = [send(Client(), invitation, name=f"Sesepuh {letter}") for letter in "abcdefghij"]

    assert {answer.status_code for answer in sent} == {302}
    assert Registration.objects.count() == 10


# ---- Who does ------------------------------------------------------------------------------------


def test_number_serves_for_thirty_registrations_a_day(invitation, clock):
    for number in range(often.PHONE.most):
        often.PHONE.take("+6281234567890")
        clock.shift(timedelta(hours=24) / often.PHONE.most * (number < 29))

    answer = send(Client(), invitation, nickname="Siti")

    assert (answer.status_code, Registration.objects.count()) == (429, 0)
    assert int(answer["Retry-After"]) == DAY / 30
    assert "Nomor HP (WhatsApp): Nomor HP ini sudah terlalu sering dipakai mendaftar hari ini." in errors(answer)
    assert 'value="Siti Rahmawati"' in words(answer)
    assert "no-store" in answer["Cache-Control"]
    assert send(Client(), invitation, phone="0813-0000-1111").status_code == 302
    clock.shift(timedelta(days=1))
    assert send(Client(), invitation, name="Budi").status_code == 302


def test_ormas_takes_a_hundred_forms_an_hour(invitation, clock):
    for _ in range(often.ORMAS.most):
        often.ORMAS.take(f"{invitation.angkatan_id} {invitation.ormas_id}")
    other = InvitationFactory(angkatan=invitation.angkatan)
    elsewhere = InvitationFactory(ormas=invitation.ormas)

    answer = send(Client(), invitation)

    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert "Nama ormas: Terlalu banyak pendaftaran untuk ormas ini. Isian Anda masih ada: tunggu 60" in errors(answer)
    assert [send(Client(), each).status_code for each in (other, elsewhere)] == [302, 302]


def test_programs_are_told_as_they_read(invitation, monkeypatch):
    monkeypatch.setattr(often, "FORMS", Limit("register", 0, HOUR))

    answer = Client(HTTP_ACCEPT="application/json").post(address(invitation), filled(invitation))

    assert (answer.status_code, answer["Retry-After"], answer.json()["error"]) == (429, "3600", "too_many")
    assert "tunggu 60 menit" in answer.json()["message"]


def test_what_is_refused_by_one_limit_is_counted_by_no_other(invitation, monkeypatch):
    monkeypatch.setattr(often, "PHONE", Limit("register-phone", 1, DAY))
    send(Client(), invitation)
    for name in ("Ani", "Budi"):
        assert send(Client(), invitation, name=name).status_code == 429

    assert often.FORMS.count("127.0.0.1") == 1
    assert often.ORMAS.count(f"{invitation.angkatan_id} {invitation.ormas_id}") == 1
    assert often.PHONE.count("+6281234567890") == 3


def test_longest_wait_is_told():
    short, long = Limit("register", 0, 60), Limit("register-ormas", 0, 120)

    with pytest.raises(TooOften, match="tunggu 2 menit") as refusal:
        often.count([(short, "a"), (long, "a")])

    assert (refusal.value.seconds, refusal.value.field) == (120, "ormas")


def test_every_limit_has_its_sentence_and_says_what_to_do():
    limits = [each for each in vars(often).values() if isinstance(each, Limit)]

    assert {limit.scope for limit in limits} == set(often.SENTENCES)
    assert all("unggu" in sentence or "hubungi panitia" in sentence for sentence in often.SENTENCES.values())


def test_form_counts_by_address_number_and_ormas(invitation):
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    counted = often.registering(request, invitation.angkatan, invitation.ormas_id, "+6281234567890")

    assert [key for _, key in counted] == [
        address_of(request), "+6281234567890", f"{invitation.angkatan_id} {invitation.ormas_id}",
    ]  # fmt: skip


# ---- What can be guessed -------------------------------------------------------------------------


def test_number_of_a_known_name_is_guessed_once_in_a_million_an_hour():
    """ "Sudah terdaftar" says that a number was right. Every wrong one makes a registration of that ormas."""
    assert often.ORMAS.most / (often.ORMAS.period / HOUR) / NUMBERS <= 1e-6


def test_links_are_not_guessed_from_a_million_addresses():
    invitations, addresses = 10**6, 10**6
    guesses = often.WRONG_LINKS.most / (often.WRONG_LINKS.period / HOUR) * addresses

    assert guesses * invitations / 2**often.LINK_BITS <= 1e-6


def test_codes_are_as_long_as_the_reckoning_says():
    assert len(codes.ALPHABET) ** (codes.LENGTH - 1) == 2**35


def test_no_stranger_makes_many_messages_to_one_number():
    assert (lost_code.DAY.most, lost_code.DAY.period, lost_code.PHONE.most) == (6, DAY, 3)
    assert lost_code.ADDRESS.most / NUMBERS <= 1e-6
