"""Delegates check themselves in by the code of the room: with one tap, with code and phone, and why not."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Scan
from pelatihan.desk import phones, room_code
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, Registration, Session
from pelatihan.registration.pages.own import pages as own
from pelatihan.registration.pages.own import remembered
from pelatihan.web import limits
from tests.factories import SessionFactory, a_registration
from tests.pelatihan.door import at

pytestmark = pytest.mark.django_db
NUMBER = "+6281234567890"
START = at("08.00")  # a half minute begins


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as now:
        yield now


@pytest.fixture
def session(clock) -> Session:
    return SessionFactory(self_check_in=True, title="Wawasan kebangsaan")


@pytest.fixture
def person(session) -> Registration:
    return a_registration(session.angkatan, name="Maria Yosefina Tukan", phone=NUMBER)


@pytest.fixture
def phone(person) -> Client:
    """A browser that knows the person."""
    return knowing(person)


def knowing(*people: Registration, client: Client | None = None) -> Client:
    client = client or Client()
    for one in people:
        typed = {"phone": one.delegate.phone}
        assert client.post(one.get_absolute_url(), typed).status_code == 302
    return client


def address(session: Session, seconds: float = 0) -> str:
    """What the screen shows so many seconds after the start."""
    return reverse("self", args=[room_code.token(session.pk, START + timedelta(seconds=seconds))])


def text(response) -> str:
    main = re.search(r"<main.*</main>", " ".join(response.content.decode().split())).group()
    main = re.sub(r"<(strong|b)>(.*?)</\1>", r"*\2*", main)
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&nbsp;", " ").split())


def fields(response, number: int = 0) -> dict[str, str]:
    """The hidden fields of a form of the page."""
    form = re.findall(r"<form.*?</form>", response.content.decode(), re.DOTALL)[number]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def tap(client: Client, session: Session, *, opened: str = "", number: int = 0):
    """Open the code, tap, and read what comes of it."""
    where = opened or address(session)
    page = client.get(where)
    return client.post(where, fields(page, number), follow=True)


def type_in(client: Client, session: Session, person: Registration, **typed):
    where = address(session)
    page = client.get(where + "?kode")
    sent = {"code": person.code, "phone": person.delegate.phone} | typed
    return client.post(where, fields(page) | sent, follow=True)


def row(session: Session, person: Registration) -> tuple[str, str] | None:
    found = Attendance.objects.filter(session=session, registration=person).select_related("event").first()
    return (found.state, found.event.means) if found else None


# ---- One tap -------------------------------------------------------------------------------------


def test_known_delegate_taps_once(session, person, phone):
    page = phone.get(address(session))
    assert "Anda Maria Yosefina Tukan" in text(page)
    assert "Saya hadir" in text(page)
    done = tap(phone, session)
    assert "Anda hadir *Maria Yosefina Tukan*" in text(done)
    assert "Tercatat pukul 08.00 WIB. Tetap tanda tangani lembar kertas yang beredar." in text(done)
    assert row(session, person) == ("present", "self")
    assert f'href="{person.get_absolute_url()}"' in done.content.decode()


def test_who_comes_late_reads_so(session, person, phone, clock):
    clock.move_to(at("08.20"))
    done = tap(phone, session, opened=address(session, 20 * 60))
    assert "Anda hadir, terlambat" in text(done)
    assert "Tercatat pukul 08.20 WIB, 20 menit setelah mulai." in text(done)


def test_tapped_twice_is_once(session, person, phone):
    sent = fields(phone.get(address(session)))
    pages = [phone.post(address(session), sent, follow=True) for _ in range(2)]
    assert all("Anda hadir" in text(page) for page in pages)
    assert AttendanceEvent.objects.count() == 1


def test_two_tabs_and_the_way_back_read_that_it_is_done(session, person, phone, clock):
    one, two = (fields(phone.get(address(session))) for _ in range(2))
    phone.post(address(session), one)
    clock.shift(60)
    assert "Anda sudah tercatat" in text(phone.post(address(session), two, follow=True))
    assert "Tercatat pukul 08.00" in text(phone.get(address(session)))
    assert AttendanceEvent.objects.filter(kind="check_in").count() == 1


def test_answer_stays_after_the_code_and_the_ticket_are_gone(session, person, phone, clock):
    done = tap(phone, session).redirect_chain[-1][0]
    clock.shift(3600)
    assert "Anda hadir" in text(phone.get(done))
    assert "belum tercatat" not in text(phone.get(address(session)))


def test_answer_is_for_the_phone_that_got_it(session, person, phone):
    done = tap(phone, session).redirect_chain[-1][0]
    stranger = Client()
    stranger.get(address(session))
    assert "Maria" not in text(stranger.get(done))


def test_several_people_of_a_phone_choose(session, person, clock):
    other = a_registration(session.angkatan, name="Budi Santoso")
    elsewhere = a_registration(SessionFactory().angkatan, name="Orang Lain")
    phone = knowing(person, other, elsewhere)
    page = text(phone.get(address(session)))
    assert (page.count("Saya hadir"), "Orang Lain" in page) == (2, False)
    done = tap(phone, session, number=0)
    assert "Catat orang lain dengan ponsel ini" in text(done)
    assert "sudah tercatat pukul 08.00 WIB" in text(phone.get(address(session)))
    tap(phone, session)
    assert [row(session, one) for one in (person, other)] == [("present", "self")] * 2


def test_desk_that_was_first_is_told(session, person, phone):
    sent = fields(phone.get(address(session)))
    writer.record(session, [Scan(uuid.uuid4(), at("07.40"), code=person.code)], actor=SYSTEM, at=at("07.40"))
    assert "Anda sudah tercatat *Maria Yosefina Tukan*" in text(phone.post(address(session), sent, follow=True))
    assert row(session, person) == ("present", "scan")


@pytest.mark.parametrize("is_known", [True, False])
def test_code_of_a_registration_that_gave_way_enters_the_one_that_stands(session, person, is_known):
    gone = a_registration(session.angkatan, "cancelled", name="Maria Tukan")
    Registration.objects.filter(pk=gone.pk).update(counts_for=person)
    if is_known:
        assert "Anda Maria Yosefina Tukan" in text(knowing(gone).get(address(session)))
        tap(knowing(gone), session)
    else:
        assert "Anda hadir" in text(type_in(Client(), session, gone))
    assert row(session, person) == ("present", "self")


# ---- Code and phone ------------------------------------------------------------------------------


def test_unknown_phone_asks_once(session, person):
    client = Client()
    assert "Ponsel ini belum dikenal" in text(client.get(address(session)))
    assert "Anda hadir" in text(type_in(client, session, person))
    assert row(session, person) == ("present", "self")
    later = SessionFactory(angkatan=session.angkatan, hour=9, self_check_in=True)
    assert "Anda Maria Yosefina Tukan" in text(client.get(address(later)))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"code": ""}, "Tulis kode pendaftaran Anda"),
        ({"code": "ABCDEFGH"}, "Kode ini tidak dikenal"),
        ({"code": "x\0"}, "Ada tanda yang tidak terbaca"),
        ({"code": "9" * 201}, "Terlalu panjang"),
        ({"phone": ""}, "Tulis nomor HP"),
        ({"phone": "0812"}, "Angkanya kurang"),
        ({"phone": "081200000000"}, "Kode dan nomor HP ini tidak cocok"),
    ],
)
def test_wrong_code_or_number_stays_with_its_sentence(session, person, typed, said):
    answer = type_in(Client(), session, person, **typed)
    assert said in text(answer)
    assert not AttendanceEvent.objects.exists()


def test_guessing_at_a_number_ends_with_the_way_to_the_desk(session, person):
    client = Client()
    for _ in range(10):
        type_in(client, session, person, phone="081200000000")
    answer = type_in(client, session, person)
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    assert "Kehadiran Anda belum tercatat: datanglah ke meja presensi" in text(answer)
    assert not AttendanceEvent.objects.exists()


def test_one_hotel_passes_though_many_slip(session, person, clock, monkeypatch):
    """Who opened the code in time is in the room; who did not is counted with all of the address."""
    monkeypatch.setattr(own, "ADDRESS", limits.Limit("own-page-address", 2, 900))
    wrong = {"phone": "081200000000"}
    for _ in range(4):
        type_in(Client(), session, a_registration(session.angkatan), **wrong)
    assert "Anda hadir" in text(type_in(Client(), session, person))
    clock.shift(600)
    late = [type_in(Client(), session, a_registration(session.angkatan), **wrong).status_code for _ in range(3)]
    assert late == [200, 200, 429]


def test_second_person_is_remembered_only_when_asked(session, person, phone):
    tap(phone, session)
    second, third = (a_registration(session.angkatan) for _ in range(2))
    assert "Anda hadir" in text(type_in(phone, session, second))
    assert "Anda hadir" in text(type_in(phone, session, third, remember="on"))
    known = phone.cookies[remembered.cookie_name()].value
    assert [one.code in known for one in (person, second, third)] == [True, False, True]


def test_fourth_person_of_a_phone_goes_to_the_desk(session, person, phone):
    tap(phone, session)
    pages = [text(type_in(phone, session, a_registration(session.angkatan))) for _ in range(2)]
    assert ["Catat orang lain dengan ponsel ini" in page for page in pages] == [True, False]  # nobody is led in vain
    fourth = a_registration(session.angkatan)
    page = text(type_in(phone, session, fourth))
    assert "Satu ponsel mencatat paling banyak 3 orang di satu sesi." in page
    assert "Kehadiran Anda *belum tercatat*. Datanglah ke meja presensi di pintu ruangan." in page
    assert AttendanceEvent.objects.get(kind="refusal").outcome == "too_many"


# ---- The code ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "is_good"), [(0, True), (29.9, True), (30, True), (59.9, True), (60, False)])
def test_code_is_good_for_its_half_minute_and_the_next(session, person, phone, clock, seconds, is_good):
    clock.shift(timedelta(seconds=seconds))
    page = text(phone.get(address(session)))
    assert ("Saya hadir" in page, "*belum tercatat*" in page) == (is_good, not is_good)


def test_photograph_that_comes_late_says_what_to_do(session, person, phone, clock):
    clock.move_to(at("08.06"))
    page = text(phone.get(address(session, 120)))
    assert "Kode sudah berganti" in page
    assert "Yang Anda buka dari pukul 08.02 dan tidak berlaku lagi." in page
    assert "Kehadiran Anda *belum tercatat*. Arahkan kamera sekali lagi ke layar di ruangan" in page


@pytest.mark.parametrize("spoilt", ["1", "x", "1-", "0-abc", "99999-abcdefghjkmn", "٣-abc", "1-é", "9" * 30 + "-a"])
def test_no_code_at_all_is_said(session, phone, spoilt):
    answer = phone.get(reverse("self", args=[spoilt]))
    assert (answer.status_code, "Kode tidak dikenal" in text(answer)) == (404, True)
    assert "*belum tercatat*" in text(answer)


def test_code_of_yesterday_belongs_to_another_session(session, person, phone, clock):
    later = SessionFactory(angkatan=session.angkatan, day=1, self_check_in=True)
    clock.move_to(later.starts_at)
    page = text(phone.get(address(session)))
    assert "Ini kode sesi lain" in page
    assert "Kode itu milik sesi Senin, 11 Maret 2019 pukul 08.00 yang sudah selesai." in page
    sent = {"key": str(uuid.uuid4()), "ref": str(person.ref)}
    assert "*belum tercatat*" in text(phone.post(address(session), sent, follow=True))
    assert not AttendanceEvent.objects.exists()


def test_mark_of_one_session_does_not_open_another(session, person, phone):
    other = SessionFactory(angkatan=session.angkatan, self_check_in=True)
    forged = f"{other.pk}-{room_code.token(session.pk, START).partition('-')[2]}"
    assert "*belum tercatat*" in text(phone.get(reverse("self", args=[forged])))
    phone.get(address(session))  # a ticket for the one is none for the other
    sent = {"key": str(uuid.uuid4()), "ref": str(person.ref)}
    assert "Kode sudah berganti" in text(phone.post(reverse("self", args=[forged]), sent, follow=True))


def test_who_opened_in_time_may_be_slow(session, person, phone, clock):
    sent = fields(phone.get(address(session)))
    clock.shift(299)
    assert "Anda hadir" in text(phone.post(address(session), sent, follow=True))


def test_five_minutes_are_the_end_of_it(session, person, phone, clock):
    sent = fields(phone.get(address(session)))
    clock.shift(200)
    assert "Saya hadir" in text(phone.get(address(session)))  # looking again prolongs nothing
    clock.shift(101)
    assert "Kode sudah berganti" in text(phone.post(address(session), sent, follow=True))
    assert row(session, person) is None


def test_what_was_typed_stays_when_the_ticket_has_run_out(session, person, clock):
    client = Client()
    sent = fields(client.get(address(session))) | {"code": person.code, "phone": NUMBER}
    clock.shift(400)
    page = client.post(address(session), sent)
    assert "Isian Anda masih ada: tambahkan enam angka yang tampil sekarang" in text(page)
    assert f'value="{person.code}"' in page.content.decode()
    wrong = client.post(address(session), sent | {"digits": "000000"})
    assert "Angka ini tidak cocok dengan layar mana pun" in text(wrong)
    digits = room_code.digits(session.pk, START + timedelta(seconds=400))
    assert "Anda hadir" in text(client.post(address(session), sent | {"digits": digits}, follow=True))


def test_digits_of_another_room_do_not_renew_an_old_code(session, person, clock):
    other = SessionFactory(angkatan=session.angkatan, self_check_in=True)
    client = Client()
    sent = fields(client.get(address(session))) | {"code": person.code, "phone": NUMBER}
    clock.shift(400)
    digits = room_code.digits(other.pk, START + timedelta(seconds=400))
    assert "Angka ini tampil di layar sesi lain" in text(client.post(address(session), sent | {"digits": digits}))
    assert not AttendanceEvent.objects.exists()


def test_old_code_of_a_batch_that_is_not_public_tells_nothing(session, phone, clock):
    Angkatan.objects.update(published=False)
    assert "Saya hadir" in text(phone.get(address(session)))
    clock.shift(60)
    answer = phone.get(address(session))
    assert (answer.status_code, "Wawasan" in text(answer)) == (404, False)


def test_ticket_is_the_phones_own(session, person, phone, clock):
    """Somebody in the room hands on address and ticket, but not the phone."""
    friend = Client()
    friend.get(address(session))
    clock.shift(90)
    phone.cookies[phones.cookie_name(phones.TICKET)] = friend.cookies[phones.cookie_name(phones.TICKET)].value
    assert "Kode sudah berganti" in text(phone.get(address(session)))


@pytest.mark.parametrize("name", [phones.NAME, phones.TICKET])
def test_tampered_cookie_is_none(session, person, phone, clock, name):
    phone.get(address(session))
    clock.shift(90)
    kept = phone.cookies[phones.cookie_name(name)].value
    phone.cookies[phones.cookie_name(name)] = f"{'y' if kept[0] == 'x' else 'x'}{kept[1:]}"
    assert "Kode sudah berganti" in text(phone.get(address(session)))


# ---- The door ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "clock_time", "said"),
    [
        ({}, "06.59", "Presensi sesi ini dibuka pukul 07.00 WIB."),
        ({"closed_at": at("08.10")}, "08.20", "Presensi sesi ini ditutup pukul 08.10 WIB."),
        ({"self_check_in": False}, "08.00", "Sesi ini sekarang tidak dicatat lewat kode ruangan."),
        ({"self_check_in": False, "takes_attendance": False}, "08.00", "Sesi ini tidak memakai daftar hadir."),
    ],
)
def test_shut_door_is_said_before_and_after_the_tap(session, person, phone, clock, change, clock_time, said):
    sent = fields(phone.get(address(session)))
    clock.move_to(at(clock_time))
    Session.objects.filter(pk=session.pk).update(**change)
    here = reverse("self", args=[room_code.token(session.pk, at(clock_time))])
    typed = {"code": person.code, "phone": NUMBER}
    for page in (phone.get(here), phone.post(here, sent, follow=True), phone.post(here, typed, follow=True)):
        assert said in text(page)
        assert "Kehadiran Anda *belum tercatat*" in text(page)
    assert not AttendanceEvent.objects.exists()


@pytest.mark.parametrize(
    ("field", "said"),
    [("cancelled_at", "dibatalkan, jadi tidak ada presensi"), ("closed_at", "ditutup pukul 07.30 WIB")],
)
def test_batch_that_is_over_takes_nobody(session, person, phone, field, said):
    Angkatan.objects.update(**{field: at("07.30"), "cancel_reason": "Banjir"})
    assert said in text(phone.get(address(session)))


def test_who_was_in_before_closing_reads_that(session, person, phone, clock):
    tap(phone, session)
    Session.objects.update(closed_at=at("08.10"))
    clock.move_to(at("08.20"))
    assert "belum tercatat" not in text(phone.get(address(session)))
    assert "Anda sudah tercatat" in text(phone.get(address(session)))


@pytest.mark.parametrize(
    ("status", "said"),
    [("cancelled", "Pendaftaran Anda dibatalkan."), ("waitlisted", "Anda masih peserta cadangan.")],
)
def test_who_is_not_accepted_is_sent_to_the_committee(session, status, said):
    somebody = a_registration(session.angkatan, status)
    for page in (knowing(somebody).get(address(session)), type_in(Client(), session, somebody)):
        assert said in text(page)
        assert "*belum tercatat*. Datanglah ke meja panitia" in text(page)
    assert row(session, somebody) is None


def test_who_belongs_to_another_batch_reads_where(session):
    somebody = a_registration(SessionFactory().angkatan)
    assert f"Kode peserta ini milik {somebody.angkatan.name}" in text(type_in(Client(), session, somebody))


def test_undone_at_the_desk_is_not_shown_as_done(session, person, phone):
    done = tap(phone, session).redirect_chain[-1][0]
    event = AttendanceEvent.objects.get()
    writer.record(session, [Scan(uuid.uuid4(), at("08.01"), undoes=event.pk)], actor=SYSTEM, at=at("08.01"))
    assert "Presensi Anda diurungkan petugas." in text(phone.get(done))
    assert "*belum tercatat*" in text(phone.get(done))


def test_session_that_was_deleted_meanwhile(session, person, phone):
    sent = fields(phone.get(address(session)))
    Session.objects.all().delete()
    assert phone.post(address(session), sent).status_code == 404


# ---- Forms ---------------------------------------------------------------------------------------


def test_without_cookies_a_sentence(session, person):
    bare = Client(enforce_csrf_checks=True)
    sent = {"code": person.code, "phone": NUMBER, "key": str(uuid.uuid4())}
    answer = bare.post(address(session), sent)
    assert (answer.status_code, "Peramban Anda tidak menyimpan kuki" in text(answer)) == (403, True)
    assert f'value="{person.code}"' in answer.content.decode()
    assert not AttendanceEvent.objects.exists()


def test_page_that_was_open_too_long_is_sent_once_more(session, person, phone):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = phone.cookies
    sent = fields(strict.get(address(session)))
    answer = strict.post(address(session), sent | {"csrfmiddlewaretoken": "x" * 32})
    assert (answer.status_code, "Kirim sekali lagi" in text(answer)) == (403, True)
    assert "Anda hadir" in text(strict.post(address(session), sent | fields(answer), follow=True))


@pytest.mark.parametrize("ref", ["", "x", str(uuid.UUID(int=0))])
def test_nobody_is_entered_whom_the_browser_does_not_know(session, person, ref):
    client = Client()
    client.get(address(session))
    for sent in ({"ref": ref}, {"ref": str(person.ref)}):
        assert "Ponsel ini belum dikenal" in text(client.post(address(session), sent, follow=True))
    assert not AttendanceEvent.objects.exists()


def test_page_asks_little(session, person, phone, django_assert_num_queries):
    phone.get(address(session))
    with django_assert_num_queries(3):  # session, people, what counts
        sent = fields(phone.get(address(session)))
    with django_assert_num_queries(9):
        phone.post(address(session), sent)


def test_address_holds_no_name_and_no_code(session, person, phone):
    done = tap(phone, session).redirect_chain[-1][0]
    assert re.fullmatch(rf"/hadir/{session.pk}-[0-9a-z]{{12}}/\?jawaban=[0-9a-f-]{{36}}", done)
