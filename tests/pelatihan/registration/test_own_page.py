"""A delegate's own page: who may open it, what it says at each status, correcting and withdrawing."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import segno
import time_machine
from django.core import signing
from django.test import Client
from PIL import Image

from ormas.models import Delegate
from pelatihan import codes
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, Registration
from pelatihan.registration import writer
from pelatihan.registration.pages.own import pages as own
from pelatihan.registration.pages.own import remembered
from pelatihan.registration.pages.own.page import qr
from pelatihan.web.limits import TooMany
from tests.factories import (
    FIRST_DAY,
    NOON,
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    SessionFactory,
    a_registration,
    clerk,
)

pytestmark = pytest.mark.django_db
PHONE = "+6281234567890"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def registration():
    return a_registration(AngkatanFactory(number=2), phone=PHONE, name="Siti Rahmawati")


def words(response) -> str:
    return " ".join(response.content.decode().split())


def text(response) -> str:
    """What a person reads of the page's main part."""
    main = re.search(r"<main.*</main>", words(response)).group()
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def opened(client, registration):
    """The page of somebody who shows the phone number."""
    return client.post(registration.get_absolute_url(), {"phone": PHONE}, follow=True)


def somebody(status=Status.ACCEPTED, angkatan=None, **person):
    return a_registration(angkatan or AngkatanFactory(number=2), status, phone=PHONE, **person)


# ---- Opening -------------------------------------------------------------------------------------


def test_stranger_is_asked_for_the_phone(client, registration):
    answer = client.get(registration.get_absolute_url())

    assert "tulis dulu nomor HP Anda" in text(answer)
    assert "Siti" not in words(answer)


@pytest.mark.parametrize("typed", ["0812-3456-7890", "+62 812 3456 7890", "81234567890"])
def test_phone_opens_the_page(client, registration, typed):
    answer = client.post(registration.get_absolute_url(), {"phone": typed}, follow=True)

    assert "Siti Rahmawati" in text(answer)


def test_page_stays_open_in_this_browser(client, registration):
    opened(client, registration)

    assert "Siti Rahmawati" in text(client.get(registration.get_absolute_url()))
    assert "Siti Rahmawati" not in text(Client().get(registration.get_absolute_url()))


def test_unknown_code_is_asked_and_answered_alike(client, registration):
    unknown = codes.display(next(code for code in iter(codes.new_code, "") if code != registration.code))

    pages = []
    for code in (registration.shown_code, unknown):
        asked = text(client.get(f"/k/{code}/"))
        answered = text(client.post(f"/k/{code}/", {"phone": "081300009999"}))
        pages.append((asked.replace(code, "X"), answered.replace(code, "X")))

    assert pages[0] == pages[1]
    assert "Kode dan nomor HP ini tidak cocok." in pages[0][1]


def test_unknown_code_costs_as_many_queries(client, registration, django_assert_num_queries):
    client.post(registration.get_absolute_url(), {"phone": "081300009999"})
    other = codes.display(codes.new_code())
    client.post(f"/k/{other}/", {"phone": "081300009999"})

    for code in (registration.shown_code, other):
        with django_assert_num_queries(3):
            client.post(f"/k/{code}/", {"phone": "081300009999"})


def test_registration_without_phone_opens_to_nobody(client):
    hidden = a_registration(AngkatanFactory(), phone="")

    answers = [client.post(hidden.get_absolute_url(), {"phone": typed}) for typed in ("", "0", PHONE)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert remembered.COOKIE not in client.cookies


@pytest.mark.parametrize("typed", ["", "abc", "0812", "0812\0"])
def test_unreadable_phone_gets_a_sentence(client, registration, typed):
    answer = client.post(registration.get_absolute_url(), {"phone": typed})

    assert answer.status_code == 200
    assert "Ada 1 isian yang perlu diperbaiki" in text(answer)


def tried(address, typed="081300009999", host="10.0.0.1"):
    return Client(REMOTE_ADDR=host).post(address, {"phone": typed}).status_code


def test_strangers_wrong_numbers_close_the_code_to_the_stranger(registration):
    address = registration.get_absolute_url()

    assert [tried(address) for _ in range(12)] == [200] * 10 + [429] * 2
    assert tried(address, PHONE) == 429
    assert tried(address, PHONE, host="10.0.0.2") == 302


def test_right_numbers_do_not_count_as_tries(registration):
    assert {tried(registration.get_absolute_url(), PHONE) for _ in range(70)} == {302}


def test_closed_code_opens_after_a_quarter(registration):
    address = registration.get_absolute_url()
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(11):
            tried(address)
        clock.shift(timedelta(minutes=15))
        assert tried(address, PHONE) == 302


def test_guessing_many_codes_from_one_address_comes_to_an_end(client):
    answers = [
        client.post(f"/k/{codes.display(codes.new_code())}/", {"phone": f"+62812{number:08d}"}) for number in range(62)
    ]

    assert [answer.status_code for answer in answers] == [200] * 60 + [429] * 2
    assert int(answers[-1]["Retry-After"]) > 0


def test_code_tried_from_everywhere_slows_strangers_down_and_lets_the_owner_in(registration):
    address = registration.get_absolute_url()
    hosts = [f"10.1.{number}.1" for number in range(42)]
    with time_machine.travel(NOON, tick=False) as clock:
        assert [tried(address, host=host) for host in hosts] == [200] * 41 + [429]
        assert tried(address, PHONE, host="10.2.0.1") == 429
        clock.shift(timedelta(minutes=1))
        assert tried(address, PHONE, host="10.2.0.1") == 302


def test_guessers_do_not_take_the_turn_of_somebody_new(registration):
    """Who was wrong four times waits for the quarter, so that the minute's turn is there for others."""
    address = registration.get_absolute_url()
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(40):
            tried(address, host=f"10.1.{number % 10}.1")
        clock.shift(timedelta(minutes=1))
        assert {tried(address, host=f"10.1.{number}.1") for number in range(10)} == {429}
        assert tried(address, PHONE, host="10.2.0.1") == 302


def looked_at(rf, tries, pause: float) -> int:
    """How many of those tries are looked at; each is a code and a number from an address of its own."""
    passed = 0
    with time_machine.travel(NOON, tick=False) as clock:
        for place, (code, phone) in enumerate(tries):
            with suppress(TooMany):
                own.count_try(rf.post("/", REMOTE_ADDR=f"10.{place // 250}.{place % 250}.1"), code, phone)
                passed += 1
            clock.shift(timedelta(seconds=pause))
    return passed


NUMBERS, CODES = 10**8, 2**35  # of one operator; of seven random signs
SHARED = 10  # people whom a contact person gives one number


@pytest.mark.parametrize("is_known", [True, False])
def test_number_at_one_code_is_guessed_once_in_a_million_an_hour(rf, registration, is_known):
    """From whatever number of addresses."""
    code = registration.code if is_known else codes.new_code()

    most = looked_at(rf, ((code, f"+62812{number:08d}") for number in range(360)), pause=9.9)

    assert 60 < most <= 100
    assert most / NUMBERS <= 1e-6


def test_code_of_one_number_is_guessed_once_in_a_million_an_hour(rf):
    """Somebody knows the chairman's number, and tries codes."""
    most = looked_at(rf, ((codes.new_code(), PHONE) for _ in range(360)), pause=9.9)

    assert 60 < most <= 100
    assert most * SHARED / CODES <= 1e-6


def test_anybody_s_code_is_guessed_once_in_a_million_an_hour(rf, monkeypatch):
    """Many strangers at once, with numbers and codes at random: the site lets in one in three seconds beyond."""
    most = own.SITE.most + own.SITE.period / own.SITE_TURN.period * own.SITE_TURN.most
    assert most * SHARED / CODES <= 1e-6

    monkeypatch.setattr(own, "SITE", replace(own.SITE, most=20))
    tries = [(codes.new_code(), f"+62812{number:08d}") for number in range(60)]
    assert looked_at(rf, tries, pause=1) == 20 + 14  # of 40 seconds one in three


def test_known_number_tried_from_everywhere_slows_strangers_down_and_lets_the_owner_in(registration):
    hosts = [f"10.1.{number}.1" for number in range(42)]
    with time_machine.travel(NOON, tick=False) as clock:
        answers = [tried(f"/k/{codes.display(codes.new_code())}/", PHONE, host=host) for host in hosts]
        assert answers == [200] * 41 + [429]
        clock.shift(timedelta(minutes=1))
        assert tried(registration.get_absolute_url(), PHONE, host="10.2.0.1") == 302


def test_who_guesses_at_a_number_does_not_take_the_turn_of_its_owner(registration):
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(40):
            tried(f"/k/{codes.display(codes.new_code())}/", PHONE, host=f"10.1.{number % 10}.1")
        clock.shift(timedelta(minutes=1))
        strangers = [tried(f"/k/{codes.display(codes.new_code())}/", PHONE, host=f"10.1.{n}.1") for n in range(10)]
        assert set(strangers) == {429}
        assert tried(registration.get_absolute_url(), PHONE, host="10.2.0.1") == 302


def test_cookie_is_signed_and_hidden_from_scripts(client, registration):
    opened(client, registration)
    cookie = client.cookies[remembered.COOKIE]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    client.cookies[remembered.COOKIE] = cookie.value[:-1] + ("x" if cookie.value[-1] != "x" else "y")
    assert "Siti" not in words(client.get(registration.get_absolute_url()))


def test_cookie_keeps_ten_codes(client):
    batch = AngkatanFactory(capacity=50)
    people = [a_registration(batch, phone=PHONE) for _ in range(11)]
    for person in people:
        opened(client, person)

    asked = ["tulis dulu nomor HP" in text(client.get(person.get_absolute_url())) for person in people]
    assert asked == [True] + [False] * 10


@pytest.mark.parametrize("sent", ["K7MPQ4XR", "K7MPQ4XR.ABCD2345", "", ".-.-", "-"])
def test_cookie_of_before_is_asked_again(client, registration, sent):
    signer = signing.get_cookie_signer(salt=remembered.COOKIE + remembered.SALT)
    client.cookies[remembered.COOKIE] = signer.sign(sent.replace("K7MPQ4XR", registration.code))

    assert "tulis dulu nomor HP" in text(client.get(registration.get_absolute_url()))


def test_new_number_ends_what_the_old_one_opened(client, registration):
    opened(client, registration)
    Delegate.objects.update(phone="+6281300002222")

    assert "tulis dulu nomor HP" in text(client.get(registration.get_absolute_url()))


def test_number_that_is_deleted_ends_it_too(client, registration):
    opened(client, registration)
    Delegate.objects.update(phone="")

    assert "tulis dulu nomor HP" in text(client.get(registration.get_absolute_url()))


def test_own_new_number_keeps_one_in_and_ends_it_elsewhere(client):
    registration, other = somebody(Status.SUBMITTED), Client()
    for browser in (client, other):
        opened(browser, registration)
    corrected(client, registration)

    assert "tulis dulu nomor HP" not in text(client.get(registration.get_absolute_url()))
    assert "tulis dulu nomor HP" in text(other.get(registration.get_absolute_url()))


def is_open(client, registration) -> bool:
    return "tulis dulu nomor HP" not in text(client.get(registration.get_absolute_url()))


def test_browser_forgets_one(client, registration):
    colleague = somebody(angkatan=AngkatanFactory())
    for each in (colleague, registration):
        opened(client, each)
    assert "Lupakan juga 1 kode lain" in text(client.get(registration.get_absolute_url()))

    answer = client.post(f"{registration.get_absolute_url()}lupakan/", follow=True)

    assert answer.redirect_chain == [("/k/", 302)]
    assert "Perangkat ini sudah lupa." in words(answer)
    assert [is_open(client, each) for each in (registration, colleague)] == [False, True]


@pytest.mark.parametrize("fields", [{}, {"semua": "ya"}])
def test_browser_forgets_all(client, registration, fields):
    people = [registration, somebody(angkatan=AngkatanFactory(number=9))] if fields else [registration]
    for each in people:
        opened(client, each)

    client.post(f"{registration.get_absolute_url()}lupakan/", fields)

    assert [is_open(client, each) for each in people] == [False] * len(people)
    assert not client.cookies[remembered.COOKIE].value


def test_forgetting_takes_the_button(client, registration):
    opened(client, registration)
    client.get(f"{registration.get_absolute_url()}lupakan/")

    assert is_open(client, registration)


def test_personal_pages_are_not_stored(client, registration):
    assert "no-store" in opened(client, registration)["Cache-Control"]
    assert "private" in opened(client, registration)["Cache-Control"]


@pytest.mark.parametrize("page", ["", "ubah/", "persetujuan/", "batal/", "lupakan/"])
def test_every_page_below_needs_the_phone(client, registration, page):
    for method in (client.get, client.post):
        answer = method(f"{registration.get_absolute_url()}{page}", {"name": "Budi"}, follow=True)
        assert "Siti" not in words(answer)
    registration.refresh_from_db()
    assert (registration.name, registration.status) == ("Siti Rahmawati", Status.ACCEPTED)


# ---- Codes as people write them ------------------------------------------------------------------


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} ".lower()])
def test_code_is_read_in_any_spelling(client, registration, change):
    typed = change(registration.shown_code).replace("0", "o")

    found = client.post("/k/", {"code": typed})
    direct = client.get(f"/k/{typed}/")

    assert found["Location"] == direct["Location"] == registration.get_absolute_url()


@pytest.mark.parametrize("typed", ["", "K7MP", "ABCDEFGH", "ABCDEFGHJKL", "🙂🙂🙂🙂🙂🙂🙂🙂", "\0", "<b>"])
def test_wrong_code_gets_a_sentence(client, typed):
    answer = client.post("/k/", {"code": typed})

    assert answer.status_code == 200
    assert re.search(r"Kode ini tidak dikenal|Tulis kode pendaftaran|tidak terbaca", text(answer))


def test_wrong_check_sign_in_address_is_told(client, registration):
    wrong = registration.shown_code[:-1] + ("0" if registration.code[-1] != "0" else "1")

    answer = client.get(f"/k/{wrong}/")

    assert answer.status_code == 404
    assert "Kode ini tidak dikenal." in text(answer)


# ---- What the page says --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status.SUBMITTED, "sedang diperiksa petugas"),
        (Status.NEEDS_FIX, "Catatan petugas: Nama belum lengkap Perbaiki data Anda, lalu kirim lagi."),
        (Status.ACCEPTED, "Anda peserta Angkatan II 2019. Tunjukkan kode di bawah"),
        (Status.WAITLISTED, "Anda di daftar cadangan."),
        (Status.REJECTED, "Catatan petugas: Bukan pengurus Pendaftaran Anda tidak dapat kami terima."),
        (Status.CANCELLED, "Catatan petugas: Berhalangan Pendaftaran ini dibatalkan"),
        (Status.REPLACED, "Utusan lain dari ormas Anda datang menggantikan Anda."),
    ],
)
def test_page_says_status_and_next_step(client, status, sentence):
    page = text(opened(client, somebody(status)))

    assert f"{status.label} {sentence}" in page or sentence in page
    assert status.label in page
    assert "0812-0000-0011" in page


@pytest.mark.parametrize("status", list(Status))
def test_only_active_people_carry_a_qr(client, status):
    page = words(opened(client, somebody(status)))

    active = status in {Status.SUBMITTED, Status.NEEDS_FIX, Status.ACCEPTED, Status.WAITLISTED}
    assert ("Kode QR" in page, "Simpan ke WhatsApp" in page) == (active, active)


def test_qr_holds_the_bare_code():
    picture = Image.open(BytesIO(qr("K7MPQ4XR"))).convert("1")
    rows = [[not picture.getpixel((x, y)) for x in range(25, 275, 10)] for y in range(25, 275, 10)]

    assert picture.size == (290, 290)  # 25 modules: version 2
    wanted = segno.make("K7MPQ4XR", version=2, error="m", micro=False, boost_error=False)
    assert rows == [[bool(dark) for dark in row] for row in wanted.matrix]


def test_picture_of_the_code_opens_where_the_page_does(client, registration):
    address = f"{registration.get_absolute_url()}kode.png"
    before = client.get(address)
    html = words(opened(client, registration))

    answer = client.get(address)

    assert before["Location"] == registration.get_absolute_url()
    assert f'src="{address}"' in html
    assert (answer["Content-Type"], answer.content) == ("image/png", qr(registration.code))
    assert "no-store" in answer["Cache-Control"]


def test_code_of_who_is_not_in_has_no_picture(client):
    registration = somebody(Status.REJECTED)
    opened(client, registration)

    assert client.get(f"{registration.get_absolute_url()}kode.png").status_code == 404


def test_save_link_goes_to_oneself(client, registration):
    page = words(opened(client, registration))
    link = client.get(f"{registration.get_absolute_url()}kirim/")["Location"]

    assert f'href="{registration.get_absolute_url()}kirim/"' in page
    assert link.startswith("https://wa.me/6281234567890?text=Pelatihan%20Ormas%20Angkatan%20II%202019.")
    assert registration.shown_code in link
    assert "http%3A%2F%2Ftestserver%2Fk%2F" in link
    assert "/angkatan/2019-ii/jadwal.ics" in page


def test_saving_is_known_and_looking_ahead_is_not(client, registration):
    opened(client, registration)

    client.head(f"{registration.get_absolute_url()}kirim/")
    assert not registration.told.exists()
    client.get(f"{registration.get_absolute_url()}kirim/")

    told = registration.told.get()
    assert (told.role, told.actor, told.status, told.at) == ("delegate", None, "accepted", NOON)


def test_waiting_person_reads_the_queue(client):
    batch = AngkatanFactory(capacity=1)
    somebody(Status.SUBMITTED, batch)
    a_registration(batch, Status.SUBMITTED)

    page = text(opened(client, somebody(Status.SUBMITTED, batch)))

    assert "Semua 1 kursi angkatan ini sudah terisi. Di depan Anda ada 1 cadangan. Anda naik menurut urutan" in page
    assert "Jangan berangkat sebelum halaman ini menyatakan “Diterima”." in page


def full_ormas(own_seats, capacity=20):
    """A batch, and an organisation all of whose seats are taken."""
    batch = AngkatanFactory(capacity=capacity)
    invitation = InvitationFactory(angkatan=batch, own_seats=own_seats)
    for _ in range(own_seats):
        a_registration(batch, Status.SUBMITTED, ormas=invitation.ormas)
    return batch, invitation.ormas


@pytest.mark.parametrize(
    ("own_seats", "capacity", "in_front", "sentence"),
    [
        (1, 20, 0, "Semua 1 kursi ormas Anda sudah terisi. Masih ada 18 kursi, tetapi untuk ormas lain."
                   " Anda cadangan pertama dari ormas Anda. Anda naik menurut urutan bila ada kursi ormas Anda yang"),
        (1, 20, 2, "tetapi untuk ormas lain. Di depan Anda ada 2 cadangan dari ormas Anda."),
        (1, 2, 1, "Semua 2 kursi angkatan ini dan semua 1 kursi ormas Anda sudah terisi. Di depan Anda ada 1"),
        (0, 20, 0, "Ormas Anda belum mendapat kursi di angkatan ini."),
    ],
)  # fmt: skip
def test_waiting_person_reads_which_limit_bites(client, own_seats, capacity, in_front, sentence):
    batch, ormas = full_ormas(own_seats, capacity)
    a_registration(batch, Status.SUBMITTED)
    for _ in range(in_front):
        a_registration(batch, Status.SUBMITTED, ormas=ormas)

    assert sentence in text(opened(client, somebody(Status.SUBMITTED, batch, ormas=ormas)))


def test_waiting_person_reads_that_the_rest_is_spoken_for(client):
    batch, ormas = AngkatanFactory(capacity=1, seats_per_ormas=1), OrmasFactory()
    a_registration(batch, Status.SUBMITTED)
    a_registration(batch, Status.SUBMITTED, ormas=ormas)

    page = text(opened(client, somebody(Status.SUBMITTED, batch, ormas=ormas)))

    assert "sisa kursi ormas Anda sudah ditunggu cadangan di depan Anda. Di depan Anda ada 1 cadangan." in page


def test_queue_that_stands_still_says_so(client):
    batch = AngkatanFactory(capacity=1)
    a_registration(batch, Status.SUBMITTED)
    waiting = somebody(Status.SUBMITTED, batch)
    Angkatan.objects.update(frozen_at=NOON)

    page = text(opened(client, waiting))

    assert "Cadangan tidak naik sendiri lagi." in page
    assert "menurut urutan" not in page


# ---- When, what, where ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (5, "Keputusan paling lambat Senin, 25 Februari 2019."),
        (60, "Keputusan paling lambat Minggu, 10 Maret 2019."),  # the day before it begins
        (None, ""),
    ],
)
def test_page_says_when_a_decision_is_promised(client, days, sentence):
    page = text(opened(client, somebody(Status.SUBMITTED, AngkatanFactory(decision_days=days))))

    assert sentence in page
    assert ("Keputusan paling lambat" in page) == bool(days)


def test_promised_day_that_has_passed_leads_to_the_organisers(client):
    late = somebody(Status.SUBMITTED, AngkatanFactory(decision_days=1))
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        page = text(opened(client, late))

    assert "Keputusan seharusnya ada paling lambat Kamis, 21 Februari 2019. Silakan tanyakan kepada panitia." in page


def test_promise_counts_from_the_seat_not_from_the_queue(client):
    batch = AngkatanFactory(capacity=1, decision_days=5)
    first, waiting = a_registration(batch, Status.SUBMITTED), somebody(Status.SUBMITTED, batch)
    later = NOON + timedelta(days=3)
    writer.move(first, Action.CANCEL, actor=clerk(), at=later, reason="Sakit")

    with time_machine.travel(later, tick=False):
        assert "Keputusan paling lambat Kamis, 28 Februari 2019." in text(opened(client, waiting))


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.WAITLISTED, Status.REJECTED])
def test_who_is_decided_is_promised_nothing(client, status):
    assert "Keputusan paling lambat" not in text(opened(client, somebody(status, AngkatanFactory(decision_days=5))))


def test_page_says_what_to_bring_and_where(client):
    batch = AngkatanFactory(number=2, bring="Surat tugas\nBatik", venue="Hotel Contoh, Bogor")
    html = words(opened(client, somebody(Status.SUBMITTED, batch)))

    assert "<li>Surat tugas</li><li>Batik</li>" in html
    assert 'href="https://www.google.com/maps/search/?api=1&amp;query=Hotel%20Contoh%2C%20Bogor"' in html
    assert 'href="/angkatan/2019-ii/"' in html
    assert "Kode QR dapat Anda simpan dengan tangkapan layar." in html


def test_page_says_where_to_meet_and_when_the_letter_is_owed(client):
    batch = AngkatanFactory(meeting_point="Balai Kota, pukul 08.00 WIB", letter_due_on=date(2019, 3, 8))
    page = text(opened(client, somebody(Status.ACCEPTED, batch)))

    assert "Titik kumpul: Balai Kota, pukul 08.00 WIB" in page
    assert "Surat tugas paling lambat Jumat, 8 Maret 2019 ." in page


def test_page_names_no_day_of_a_letter_that_no_field_holds(client):
    page = text(opened(client, somebody(Status.ACCEPTED, AngkatanFactory())))

    assert "Titik kumpul" not in page
    assert "urat tugas" not in page


def test_who_is_not_in_owes_no_letter(client):
    batch = AngkatanFactory(letter_due_on=date(2019, 3, 8))

    assert "urat tugas" not in text(opened(client, somebody(Status.REJECTED, batch)))


def test_page_shows_own_data_with_phone_and_mail_masked(client):
    page = text(opened(client, somebody(email="siti@contoh.example", nickname="Siti", special_needs="Kursi roda")))

    assert "Nomor HP (WhatsApp) 0812-••••-••90 Surel (email) s•••••@contoh.example Kebutuhan khusus Kursi roda" in page
    assert "Terdaftar Rabu, 20 Februari 2019 pukul 12.00 WIB, oleh Anda sendiri" in page
    assert "siti@contoh" not in page


@pytest.mark.parametrize("status", list(Status))
def test_whole_phone_number_is_not_on_the_page(client, status):
    html = words(opened(client, somebody(status)))

    assert "0812-3456-7890" not in html
    assert "81234567890" not in html


def test_finished_and_cancelled_batches_and_the_calendar(client, registration):
    with time_machine.travel(datetime(2019, 4, 1, tzinfo=UTC), tick=False):
        finished = words(opened(client, registration))
    Angkatan.objects.update(cancelled_at=NOON, cancel_reason="Banjir")
    cancelled = words(opened(client, registration))

    assert "jadwal.ics" not in finished
    assert '/jadwal.ics">Hapus dari kalender saya<' in cancelled


def test_pages_of_this_browser_are_listed_where_one_looks_for_them(client, registration):
    strange = a_registration(registration.angkatan, name="Orang Lain")
    assert "Halaman Anda" not in text(client.get("/k/")).replace("Buka Halaman Anda", "")
    opened(client, registration)

    answer = client.get("/k/")

    assert f"Siti Rahmawati {registration.shown_code} · Angkatan II 2019" in text(answer)
    assert "Diterima" in text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert strange.shown_code not in words(answer)


def test_page_whose_number_changed_is_listed_no_more(client, registration):
    opened(client, registration)
    Delegate.objects.update(phone="+6281300002222")

    assert registration.shown_code not in words(client.get("/k/"))


def test_registration_in_a_cancelled_batch_is_listed_as_such(client, registration):
    opened(client, registration)
    Angkatan.objects.update(cancelled_at=NOON, cancel_reason="Banjir")

    listed = text(client.get("/k/"))
    assert "Dibatalkan" in listed
    assert "Diterima" not in listed


@pytest.mark.parametrize("people", [1, 5])
def test_list_of_own_pages_asks_two_queries(client, django_assert_num_queries, people):
    batch = AngkatanFactory()
    for _ in range(people):
        opened(client, somebody(angkatan=batch))

    with django_assert_num_queries(2):  # the other one: whom to call
        client.get("/k/")


def test_own_attendance_stands_in_the_schedule(client, registration):
    first, second = (
        SessionFactory(angkatan=registration.angkatan),
        SessionFactory(angkatan=registration.angkatan, hour=10),
    )
    SessionFactory(angkatan=registration.angkatan, day=1)
    event = AttendanceEvent.objects.create(
        id="00000000-0000-4000-8000-000000000001", kind="check_in", registration=registration, session=first,
        happened_at=first.starts_at, arrived_at=first.starts_at, means="scan", outcome="late", state="late",
    )  # fmt: skip
    Attendance.objects.create(
        registration=registration, session=first, state="late", first_at=first.starts_at, event=event
    )

    with time_machine.travel(second.starts_at + timedelta(minutes=5), tick=False):
        page = text(opened(client, registration))

    assert re.search(r"08\.00–09\.30.*Terlambat.*Sedang berlangsung 10\.00–11\.30.*Belum.*Selasa, 12 Maret 2019", page)
    assert page.count("Belum") == 1
    assert "Hari ini" in page


def test_own_page_tells_when_somebody_went_who_left_early(client, registration):
    session = SessionFactory(angkatan=registration.angkatan)
    left_at = session.starts_at + timedelta(minutes=40)
    event = AttendanceEvent.objects.create(
        id="00000000-0000-4000-8000-000000000001", kind="mark", registration=registration, session=session,
        happened_at=left_at, arrived_at=left_at, means="correction", state="left", left_at=left_at,
    )  # fmt: skip
    Attendance.objects.create(
        registration=registration, session=session, state="left", first_at=left_at, left_at=left_at, event=event
    )

    with time_machine.travel(session.ends_at, tick=False):
        assert "Pulang awal pukul 08.40" in text(opened(client, registration))


def test_cancelled_batch_is_told_first(client, registration):
    Angkatan.objects.update(cancelled_at=NOON, cancel_reason="Banjir")

    page = text(opened(client, registration))

    assert "Pelatihan ini dibatalkan: Banjir." in page
    assert "Ubah data" not in page


def test_reason_for_going_over_capacity_stays_inside(client):
    waiting = somebody(Status.WAITLISTED)
    writer.move(waiting, Action.ACCEPT_OVER, actor=clerk(), at=NOON, reason="Permintaan kepala badan")

    assert "Permintaan" not in text(opened(client, waiting))


@pytest.mark.parametrize("sessions", [1, 15])
def test_page_asks_five_queries(client, registration, django_assert_num_queries, sessions):
    for number in range(sessions):
        SessionFactory(angkatan=registration.angkatan, hour=7 + number % 5 * 2, day=number // 5)
    opened(client, registration)

    with django_assert_num_queries(5):  # the person, states, rundown, requests, the ormas' seats
        client.get(registration.get_absolute_url())


# ---- Putting data right --------------------------------------------------------------------------


def corrected(client, registration, **changes):
    fields = {"position": "Ketua", "name": "Siti Rahmawati Putri", "gender": "P", "phone": "0813-0000-2222"}
    return client.post(f"{registration.get_absolute_url()}ubah/", fields | changes, follow=True)


def test_correction_is_kept(client):
    registration = somebody(Status.SUBMITTED)
    opened(client, registration)

    answer = corrected(client, registration, agrees_photo="on")

    registration.refresh_from_db()
    person = Delegate.objects.get(pk=registration.delegate_id)
    assert "Perubahan data Anda sudah disimpan." in text(answer)
    assert (registration.name, registration.position) == ("Siti Rahmawati Putri", "Ketua")
    assert (person.phone, person.agrees_photo, person.privacy_version) == ("+6281300002222", True, "2019-01")


def test_corrected_special_needs_take_their_consent_and_can_be_taken_back(client):
    registration = somebody(Status.SUBMITTED)
    opened(client, registration)

    assert "Beri centang di sini" in text(corrected(client, registration, phone=PHONE, special_needs="Kursi roda"))
    corrected(client, registration, phone=PHONE, special_needs="Kursi roda", agrees_special_needs="on")
    registration.refresh_from_db()
    assert (registration.special_needs, registration.delegate.agrees_special_needs) == ("Kursi roda", True)

    corrected(client, registration, phone=PHONE, special_needs="", agrees_special_needs="on")
    registration = type(registration).objects.get()
    assert (registration.special_needs, registration.delegate.agrees_special_needs) == ("", False)


def test_correction_form_shows_what_is_kept(client):
    registration = somebody(Status.SUBMITTED, name="Nur'aini", agrees_group=True)
    opened(client, registration)

    html = words(client.get(f"{registration.get_absolute_url()}ubah/"))

    assert 'value="Nur&#x27;aini"' in html
    assert 'value="0812-3456-7890"' in html
    assert re.search(r'name="agrees_group"[^>]* checked', html)


def test_bad_correction_changes_nothing(client):
    registration = somebody(Status.SUBMITTED)
    opened(client, registration)

    answer = corrected(client, registration, phone="0812")

    registration.refresh_from_db()
    assert "Angkanya kurang." in text(answer)
    assert registration.position == "Sekretaris"


@pytest.mark.parametrize("method", ["get", "post"])
def test_form_repeats_the_clerk_s_note_and_keeps_the_seat(client, method):
    registration = somebody(Status.NEEDS_FIX)
    opened(client, registration)

    page = text(getattr(client, method)(f"{registration.get_absolute_url()}ubah/", {"name": ""}))

    assert "Mengubah data tidak melepas kursi Anda." in page
    assert "Catatan petugas: Nama belum lengkap" in page


def test_form_of_who_waits_speaks_of_the_queue(client):
    registration = somebody(Status.WAITLISTED)
    opened(client, registration)

    page = text(client.get(f"{registration.get_absolute_url()}ubah/"))

    assert "Mengubah data tidak mengubah urutan Anda." in page
    assert "Catatan petugas" not in page


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED])
def test_own_page_never_says_that_editing_frees_the_seat(client, status):
    page = text(opened(client, somebody(status)))

    assert "diberikan kepada peserta cadangan" not in page
    assert "Ubah data" in page


def test_fix_is_submitted_again(client):
    registration = somebody(Status.NEEDS_FIX)
    opened(client, registration)

    page = text(corrected(client, registration))

    assert "Menunggu verifikasi" in page
    assert "Catatan petugas" not in page


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED, Status.REPLACED])
def test_who_is_out_reads_why_nothing_changes(client, status):
    registration = somebody(status)
    opened(client, registration)

    page = text(corrected(client, registration))

    registration.refresh_from_db()
    assert "tidak berlaku lagi" in page
    assert "0812-0000-0011" in page
    assert registration.position == "Sekretaris"


# ---- Withdrawing ---------------------------------------------------------------------------------


def withdraw(client, registration, method="post"):
    return getattr(client, method)(f"{registration.get_absolute_url()}batal/", follow=True)


def test_withdrawing_asks_once_then_frees_the_seat(client):
    batch = AngkatanFactory(capacity=1)
    registration, waiting = somebody(Status.ACCEPTED, batch), a_registration(batch, Status.SUBMITTED)
    opened(client, registration)

    assert "Ya, batalkan" in text(withdraw(client, registration, "get"))
    assert "Dibatalkan" in text(withdraw(client, registration))
    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED


@pytest.mark.parametrize(
    ("next_one", "sentence"),
    [
        ("same", "Kursi Anda langsung beralih kepada cadangan dari ormas Anda."),
        ("other", "Kursi Anda langsung beralih kepada cadangan berikutnya, dari ormas lain."),
        ("", "Tidak ada cadangan yang menunggu, jadi kursi Anda terbuka lagi bagi pendaftar lain."),
    ],
)
def test_withdrawing_says_who_gets_the_seat(client, next_one, sentence):
    batch, ormas = AngkatanFactory(capacity=1), OrmasFactory()
    registration = somebody(Status.ACCEPTED, batch, ormas=ormas)
    if next_one:
        a_registration(batch, Status.SUBMITTED, ormas=ormas if next_one == "same" else None)
    opened(client, registration)

    assert sentence in text(withdraw(client, registration, "get"))


def test_who_waits_or_is_held_back_gives_up_no_seat(client):
    waiting, held_back = somebody(Status.WAITLISTED), somebody(Status.SUBMITTED, AngkatanFactory())
    Registration.objects.filter(pk=held_back.pk).update(is_held_back=True)
    for registration, sentence in ((waiting, "tempat Anda di antrean hilang"), (held_back, "belum mendapat kursi")):
        opened(client, registration)
        page = text(withdraw(client, registration, "get"))
        assert sentence in page
        assert "Kursi Anda" not in page


def test_withdrawing_twice_is_quiet(client, registration):
    opened(client, registration)
    withdraw(client, registration)

    assert "Dibatalkan" in text(withdraw(client, registration))
    assert registration.history.filter(action=Action.WITHDRAW).count() == 1


def test_withdrawing_too_late_names_the_organisers(client, registration):
    opened(client, registration)
    Angkatan.objects.update(closed_at=NOON)

    page = text(withdraw(client, registration))

    registration.refresh_from_db()
    assert "sudah berakhir, jadi tidak ada yang diubah lagi di sini. Hubungi Ibu Rina Kartika" in page
    assert "0812-0000-0011" in page
    assert registration.status == Status.ACCEPTED


def test_finished_batch_thanks(client, registration):
    with time_machine.travel(datetime(2019, 4, 1, tzinfo=UTC), tick=False):
        page = text(opened(client, registration))

    assert "selesai pada 13 Maret 2019. Terima kasih." in page
    assert "Batalkan pendaftaran" not in page


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED])
def test_finished_batch_decides_no_more(client, status):
    registration = somebody(status)
    with time_machine.travel(datetime(2019, 4, 1, tzinfo=UTC), tick=False):
        page = text(opened(client, registration))

    assert "sudah selesai pada 13 Maret 2019, jadi pendaftaran ini tidak diputuskan lagi." in page


@pytest.mark.parametrize("edits", [{"frozen_at": NOON}, {"starts_on": NOON.date(), "ends_on": FIRST_DAY}])
def test_fix_is_answered_after_the_freeze_and_the_start_too(client, edits):
    registration = somebody(Status.NEEDS_FIX)
    Angkatan.objects.update(**edits)
    opened(client, registration)

    page = text(corrected(client, registration))

    assert "Menunggu verifikasi" in page
