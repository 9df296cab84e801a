"""Six digits typed instead of a scan: which session they open, and that they cannot be guessed."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from pelatihan.desk import room_code, self_digits
from pelatihan.models import Session
from pelatihan.web import limits
from tests.factories import SessionFactory, a_registration
from tests.pelatihan.desk.test_self_check_in import START, clock, fields, knowing, session, text

__all__ = ["clock", "session"]

pytestmark = pytest.mark.django_db
PAGE = reverse("self_type")
WRONG = "Angka ini tidak cocok dengan layar mana pun."


def shown(session: Session, seconds: float = 0) -> str:
    return room_code.digits(session.pk, START + timedelta(seconds=seconds))


def other_than(*right: str) -> str:
    return next(f"{number:06}" for number in range(10) if f"{number:06}" not in right)


def send(client: Client, digits: str, **extra: str):
    client.get(PAGE)
    return client.post(PAGE, {"digits": digits} | extra)


@pytest.mark.parametrize("spelling", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}.{1}"])
def test_digits_open_the_session_as_a_scan_does(session, spelling):
    digits = shown(session)
    client = Client()
    answer = send(client, spelling.format(digits[:3], digits[3:]))
    assert answer.headers["Location"] == reverse("self", args=[room_code.token(session.pk, START)])
    assert "Saya hadir" in text(client.get(answer.headers["Location"]))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Tulis enam angka yang tampil di layar"),
        ("12345", "Tulis keenam angkanya, tanpa huruf"),
        ("1234567", "Tulis keenam angkanya, tanpa huruf"),
        ("12345a", "Tulis keenam angkanya, tanpa huruf"),
        ("١٢٣٤٥٦", "Tulis keenam angkanya, tanpa huruf"),
        ("1" * 41, "Terlalu panjang"),
        ("1\0", "Ada tanda yang tidak terbaca"),
    ],
)
def test_what_is_no_code_is_said(session, typed, said):
    assert said in text(send(Client(), typed))


@pytest.mark.parametrize(("seconds", "is_good"), [(59.9, True), (60, False)])
def test_digits_end_with_their_code(session, clock, seconds, is_good):
    clock.shift(timedelta(seconds=seconds))
    answer = send(Client(), shown(session))
    assert (answer.status_code == 302) is is_good


def test_who_types_slowly_reads_that_it_changed_and_nothing_counts(session, clock):
    clock.shift(70)
    client = Client()
    for _ in range(15):
        assert "Angka ini sudah berganti" in text(send(client, shown(session)))
    assert send(client, shown(session, 70)).status_code == 302


@pytest.mark.parametrize(
    "change", [{"self_check_in": False}, {"closed_at": START}, {"starts_at": START + timedelta(hours=2)}]
)
def test_screens_that_show_no_code_are_not_found(session, change):
    Session.objects.update(**({"ends_at": START + timedelta(hours=3)} | change))
    assert WRONG in text(send(Client(), shown(session)))


def test_session_that_is_over_shows_no_code(session, clock):
    clock.move_to(session.ends_at)
    assert WRONG in text(send(Client(), room_code.digits(session.pk, session.ends_at)))


# ---- Guessing ------------------------------------------------------------------------------------


def test_one_phone_guesses_ten_times(session):
    client, wrong = Client(), other_than(shown(session))
    client.get(PAGE)
    for _ in range(10):
        assert WRONG in text(client.post(PAGE, {"digits": wrong}))
    answer = client.post(PAGE, {"digits": shown(session)})
    assert answer.status_code == 429
    assert "Kehadiran Anda belum tercatat: pindai kode di layar dengan kamera" in text(answer)
    assert f'value="{shown(session)}"' in answer.content.decode()


def test_of_ten_thousand_guesses_from_one_address_few_are_looked_at(session, monkeypatch):
    """Each time as another phone."""
    assert self_digits.ADDRESS.most == 60
    looked: list[datetime] = []

    def showing(at: datetime) -> list[Session]:
        looked.append(at)
        return [session]

    monkeypatch.setattr(self_digits, "ADDRESS", limits.Limit("room-digits-address", 6, 900))
    monkeypatch.setattr(self_digits, "_showing", showing)
    wrong = other_than(shown(session))
    statuses = [send(Client(), wrong).status_code for _ in range(9)]
    assert (len(looked), statuses.count(429)) == (6, 3)


def test_many_addresses_together_come_one_by_one(session, monkeypatch):
    monkeypatch.setattr(self_digits, "SITE", limits.Limit("room-digits-site", 3, 3600))
    wrong = other_than(shown(session))
    answers = [send(Client(REMOTE_ADDR=f"198.51.100.{place}"), wrong).status_code for place in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]  # the fourth had its turn


def test_who_guesses_in_the_hotel_shuts_out_no_delegate(session, monkeypatch):
    monkeypatch.setattr(self_digits, "ADDRESS", limits.Limit("room-digits-address", 2, 900))
    monkeypatch.setattr(self_digits, "SITE", limits.Limit("room-digits-site", 2, 3600))
    wrong = other_than(shown(session))
    assert [send(Client(), wrong).status_code for _ in range(4)] == [200, 200, 429, 429]
    assert send(knowing(a_registration(session.angkatan)), shown(session)).status_code == 302


def test_delegate_guesses_ten_times_however_many_phones(session):
    person, wrong = a_registration(session.angkatan), other_than(shown(session))
    answers = [send(knowing(person), wrong).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_right_ones_are_given_back(session, monkeypatch):
    monkeypatch.setattr(self_digits, "ADDRESS", limits.Limit("room-digits-address", 2, 900))
    assert [send(Client(), shown(session)).status_code for _ in range(5)] == [302] * 5


def test_counts_begin_anew_after_a_quarter_of_an_hour(session, clock):
    client, wrong = Client(), other_than(shown(session))
    client.get(PAGE)
    for _ in range(11):
        client.post(PAGE, {"digits": wrong})
    clock.shift(15 * 60)
    assert client.post(PAGE, {"digits": shown(session, 15 * 60)}).status_code == 302


def test_two_rooms_with_one_number_are_told_apart_by_who_asks(session, monkeypatch):
    other = SessionFactory(self_check_in=True)
    monkeypatch.setattr(room_code, "_digits", lambda session_id, window: "482913")
    assert "sedang tampil di dua ruangan" in text(send(Client(), "482913"))
    phone = knowing(a_registration(other.angkatan))
    assert send(phone, "482913").headers["Location"].startswith(f"/hadir/{other.pk}-")


def test_without_cookies_a_sentence():
    bare = Client(enforce_csrf_checks=True)
    answer = bare.post(PAGE, {"digits": "123456"})
    assert (answer.status_code, "Peramban Anda tidak menyimpan kuki" in text(answer)) == (403, True)
    bare.get(PAGE)
    answer = bare.post(PAGE, {"digits": "123456"})
    assert "terlalu lama terbuka" in text(answer)
    assert fields(answer)
