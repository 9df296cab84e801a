"""The page Cetak and the PDF it opens, as an organiser meets them."""

import fcntl
import io
import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.urls import reverse
from pypdf import PageObject, PdfReader

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer as attendance
from pelatihan.models import Angkatan, AttendanceState, Office, Registration, Session
from pelatihan.papers import engine
from pelatihan.papers.catalogue import occasion, pages
from pelatihan.papers.choices import Choices, Shape, Size
from pelatihan.papers.recap_sheet import recap_list
from pelatihan.web.turns import Turn
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration
from tests.pelatihan.papers import lists

pytestmark = pytest.mark.django_db
ADDRESS = "/panitia/2019-ii/cetak/"
SHEET = f"{ADDRESS}daftar-hadir.pdf"
CHOICES = f"{ADDRESS}lembar/daftar-hadir/"
RECAP = f"{ADDRESS}rekap.pdf"
SECOND_DAY = datetime(2019, 3, 12, 1, 30, tzinfo=UTC)  # 08.30 WIB


@pytest.fixture
def angkatan() -> Angkatan:
    return AngkatanFactory(number=2)


@pytest.fixture
def sessions(angkatan) -> list[Session]:
    return [SessionFactory(angkatan=angkatan, day=day, title=f"Materi hari {day + 1}") for day in range(3)]


@pytest.fixture
def organiser(client):
    client.force_login(UserFactory(role="panitia"))
    return client


def pages_of(response) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(response.content)).pages)


def words(response) -> str:
    return " ".join(page.extract_text() for page in pages_of(response))


# ---- The PDF -------------------------------------------------------------------------------------


def test_sheet_of_a_session_opens_in_the_browser(organiser, angkatan, sessions):
    a_registration(angkatan, name="Togar Simanjuntak")

    with time_machine.travel(SECOND_DAY, tick=False):
        response = organiser.get(SHEET, {"sesi": sessions[1].pk})

    assert response["Content-Type"] == "application/pdf"
    name = "daftar-hadir-2019-ii-2019-03-12-0800-f4-per-2019-03-12-0830.pdf"
    assert response["Content-Disposition"] == f'inline; filename="{name}"'
    assert response["Cache-Control"] == "private, no-store"
    assert "Togar Simanjuntak" in words(response)
    assert "Materi hari 2" in words(response)


@pytest.mark.parametrize(
    ("wish", "titles"),
    [
        ({}, [1, 2, 3]),
        ({"hari": "2019-03-12"}, [2]),
        ({"sesi": "2019-03-13"}, [3]),
        ({"bentuk": "harian"}, [1, 2, 3]),
        ({"lembar": "kosong", "hari": "2019-03-11"}, [1]),
        ({"lembar": "kosong"}, []),
    ],
)
def test_sheets_of_the_chosen_sessions_are_printed(organiser, sessions, wish, titles):
    printed = words(organiser.get(SHEET, wish))

    assert [day for day in (1, 2, 3) if f"hari {day}" in printed] == titles


def test_paper_order_and_spare_rows_are_followed(organiser, angkatan, sessions):
    response = organiser.get(SHEET, {"kertas": "a4", "urut": "nama", "kosong": "0", "sesi": sessions[0].pk})
    reader = PdfReader(io.BytesIO(response.content))

    assert round(reader.pages[0].mediabox.width / 72 * 25.4) == 210
    assert "1" not in reader.pages[0].extract_text().split("Tanda Tangan")[1].split("Jumlah")[0]


@pytest.mark.parametrize("paper", ["f4", "a4"])
def test_blank_sheet_fills_one_page(organiser, angkatan, paper):
    response = organiser.get(SHEET, {"lembar": "kosong", "kertas": paper})

    assert "Halaman 1 dari 1" in words(response)


def test_zero_participants_still_print(organiser, sessions):
    assert "Jumlah hadir" in words(organiser.get(SHEET))


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"sesi": "x"}, "Sesi ini tidak terbaca. Pilih sesi dari daftar."),
        ({"sesi": "9" * 40}, "Sesi ini tidak terbaca. Pilih sesi dari daftar."),
        ({"hari": "2019-02-30"}, "Hari ini tidak terbaca. Tulis seperti 2019-03-12."),
        ({"hari": "12/03/2019"}, "Hari ini tidak terbaca. Tulis seperti 2019-03-12."),
        ({"sesi": "1", "hari": "2019-03-12"}, "Pilih sesi atau hari, bukan keduanya."),
        ({"bentuk": "x"}, "Pilih satu lembar tiap sesi atau satu tabel."),
        ({"kertas": "a3"}, "Pilih F4 atau A4."),
        ({"urut": "<b>"}, "Pilih urutan ormas atau nama."),
        ({"kosong": "-1"}, "Tulis angka 0 sampai 50."),
        ({"kosong": "51"}, "Tulis angka 0 sampai 50."),
        ({"kosong": "lima"}, "Tulis angka 0 sampai 50."),
        ({"lembar": "emas"}, "Jenis lembar ini tidak dikenal."),
    ],
)
def test_unreadable_choice_comes_back_with_a_sentence(organiser, sessions, wish, sentence):
    response = organiser.get(SHEET, wish)

    assert response.status_code == 400
    assert sentence in response.content.decode()


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"hari": "2019-03-20"}, "Tidak ada sesi yang memakai daftar hadir pada Rabu, 20 Maret 2019."),
        ({"sesi": "999999999"}, "Sesi ini tidak ada di angkatan ini"),
    ],
)
def test_unknown_day_or_session_is_not_found(organiser, sessions, wish, sentence):
    response = organiser.get(SHEET, wish)

    assert response.status_code == 404
    assert sentence in response.content.decode()
    assert "Pilih sesi atau hari lain" in response.content.decode()


def test_session_of_another_batch_is_not_found(organiser, sessions):
    stranger = SessionFactory(angkatan=AngkatanFactory(number=3), title="Rahasia")

    response = organiser.get(SHEET, {"sesi": stranger.pk})

    assert response.status_code == 404
    assert "Rahasia" not in response.content.decode()


def test_session_without_attendance_has_no_sheet(organiser, angkatan):
    lunch = SessionFactory(angkatan=angkatan, takes_attendance=False)

    assert organiser.get(SHEET, {"sesi": lunch.pk}).status_code == 404


def test_batch_without_sessions_says_so(organiser, angkatan):
    response = organiser.get(SHEET)

    assert response.status_code == 404
    assert "Angkatan ini belum punya sesi yang memakai daftar hadir." in response.content.decode()


@pytest.mark.parametrize("role", ["petugas", "verifikator", "pemantau"])
@pytest.mark.parametrize("address", [ADDRESS, SHEET])
def test_only_organisers_print(client, sessions, role, address):
    client.force_login(UserFactory(role=role))

    assert client.get(address).status_code == 403


@pytest.mark.parametrize("address", [ADDRESS, SHEET])
def test_strangers_are_asked_to_log_in(client, sessions, address):
    assert client.get(address)["Location"].startswith("/masuk/")


# ---- When there is no PDF ------------------------------------------------------------------------


def test_full_queue_is_a_page_that_may_be_tried_again(organiser, sessions, full_queue):
    response = organiser.get(SHEET, {"hari": "2019-03-12"})

    assert response.status_code == 503
    assert response["Retry-After"] == "15"
    html = response.content.decode()
    assert "Saat ini 3 cetakan lain masih dikerjakan atau menunggu sebelum cetakan Anda." in html
    assert f'href="{SHEET}?hari=2019-03-12"' in html


def test_programs_read_of_a_full_queue_as_json(organiser, sessions, full_queue):
    response = organiser.get(SHEET, headers={"accept": "application/json"})

    assert (response.status_code, response["Retry-After"]) == (503, "15")
    assert response.json()["error"] == "busy"
    assert "Saat ini 3 cetakan lain" in response.json()["message"]


def test_nobody_is_read_for_a_full_queue(organiser, sessions, full_queue, django_assert_num_queries):
    organiser.get(ADDRESS)

    with django_assert_num_queries(5):  # session, user, batch, its sessions, how many people
        organiser.get(SHEET)


def test_stopped_typesetter_is_a_page_that_may_be_tried_again(organiser, sessions, queue, monkeypatch):
    monkeypatch.setattr(engine, "SET_SECONDS", 0)

    response = organiser.get(SHEET)

    assert (response.status_code, response["Retry-After"]) == (503, "15")
    assert "Penyusunan lembar ini terhenti" in response.content.decode()


def test_broken_typesetter_is_a_page_without_another_try(organiser, sessions, queue, monkeypatch, tmp_path):
    (tmp_path / "broken.py").write_text("raise SystemExit(1)")
    monkeypatch.setattr(engine, "TYPESETTER", tmp_path / "broken.py")

    response = organiser.get(SHEET)

    assert response.status_code == 500
    assert "Retry-After" not in response
    assert "Lembar ini tidak dapat disusun" in response.content.decode()


def test_too_long_is_said_before_it_starts(organiser, angkatan, sessions, full_queue, monkeypatch):
    monkeypatch.setattr(engine, "MOST_ROWS", 17)
    a_registration(angkatan)

    response = organiser.get(SHEET)

    assert response.status_code == 400
    html = response.content.decode()
    assert "Daftar ini 18 baris (1 peserta, 3 lembar); satu berkas memuat paling banyak 17." in html
    assert "Pilih satu sesi atau satu hari saja." in html
    assert organiser.get(SHEET, {"sesi": sessions[0].pk}).status_code == 503  # not too long: it asks for a place


def test_programs_read_of_too_long_as_json(organiser, sessions, monkeypatch):
    monkeypatch.setattr(engine, "MOST_ROWS", 1)

    response = organiser.get(SHEET, headers={"accept": "application/json"})

    assert (response.status_code, response.json()["error"]) == (400, "too_long")


def test_days_and_blank_sheets_are_counted_as_they_are_printed(organiser, angkatan, sessions, full_queue, monkeypatch):
    monkeypatch.setattr(engine, "MOST_ROWS", 5)
    a_registration(angkatan)

    assert organiser.get(SHEET, {"bentuk": "harian", "hari": "2019-03-11"}).status_code == 400
    assert organiser.get(SHEET, {"lembar": "kosong", "kosong": "5"}).status_code == 503


@pytest.mark.django_db(transaction=True)
def test_waiting_print_holds_no_connection(organiser, sessions, queue):
    def others() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                " AND datname = current_database() AND pid <> pg_backend_pid()"
            )
            return int(cursor.fetchone()[0])

    before = others()
    with Turn(queue) as working, ThreadPoolExecutor() as pool:
        printing = pool.submit(organiser.get, SHEET)
        wait_until(lambda: place_is_taken(queue, 1))
        wait_until(lambda: others() == before)
        working.__exit__(None, None, None)
        assert printing.result().status_code == 200


def place_is_taken(queue: Path, number: int) -> bool:
    with (queue / f"place-{number}").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def wait_until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happens():
        assert time.monotonic() < deadline


# ---- The page ------------------------------------------------------------------------------------


def test_page_offers_the_session_needed_next(organiser, angkatan, sessions):
    a_registration(angkatan)
    with time_machine.travel(SECOND_DAY, tick=False):
        html = organiser.get(ADDRESS).content.decode()

    assert "Untuk hari ini" in html
    assert f'<option value="{sessions[1].pk}" selected>Selasa 08.00 · Materi hari 2</option>' in html
    assert "1 peserta dari 1 ormas" in html


def test_page_lists_every_session_and_every_day(organiser, sessions):
    html = organiser.get(CHOICES).content.decode()

    assert "Semua sesi (3)" in html
    assert all(f'value="{session.pk}"' in html for session in sessions)
    assert 'value="2019-03-12">Semua sesi Selasa<' in html


def test_page_without_sessions_says_what_to_do(organiser, angkatan):
    html = organiser.get(ADDRESS).content.decode()

    assert "Belum ada sesi yang memakai daftar hadir" in html
    assert "Lembar kosong" in html


def test_page_without_participants_warns(organiser, sessions):
    assert "Belum ada peserta yang diterima" in organiser.get(ADDRESS).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_page_asks_the_same_queries_for_many(organiser, angkatan, few, many, django_assert_num_queries):
    for day in range(many):
        SessionFactory(angkatan=angkatan, day=day)
        a_registration(angkatan)
    organiser.get(ADDRESS)  # the office is read once

    with django_assert_num_queries(14):  # four of them: whether there is anything to print, and not too much
        organiser.get(ADDRESS)


def test_card_tells_for_when_it_is(sessions):
    at = sessions[1].starts_at

    assert [occasion(session, at) for session in (sessions[1], sessions[2], None)] == [
        "Untuk hari ini",
        "Untuk sesi berikutnya",
        "Semua sesi sudah selesai",
    ]


@pytest.mark.parametrize(
    ("people", "choices", "count"),
    [
        (0, Choices(), 1),
        (20, Choices(), 2),
        (97, Choices(), 4),
        (97, Choices(size=Size.A4), 5),
        (97, Choices(shape=Shape.DAY), 7),
        (97, Choices(shape=Shape.DAY, size=Size.A4), 8),
        (97, Choices(spare_rows=30), 5),
        (97, Choices(spare_rows=30, shape=Shape.DAY), 9),
        (97, Choices(spare_rows=30, shape=Shape.DAY, size=Size.A4, columns=("phone",)), 10),
        (97, Choices(columns=("sex",)), 4),
        (97, Choices(columns=("phone",)), 5),
        (97, Choices(columns=("sex", "phone"), size=Size.A4), 6),
    ],
)
def test_number_of_pages_is_estimated(people, choices, count):
    """As many as the reference batch of 97 really has."""
    assert pages(people, choices) == count


@pytest.mark.parametrize("people", [1, 22, 97])
@pytest.mark.parametrize("shape", [*Shape])
@pytest.mark.parametrize("size", [*Size])
@pytest.mark.parametrize("spare_rows", [5, 30])
def test_estimate_is_near_the_truth(people, shape, size, spare_rows):
    sheet = lists.SESSION if shape == Shape.SESSION else lists.DAY
    choices = Choices(shape=shape, size=size, spare_rows=spare_rows)
    paper = lists.a_list(people, paper=size.value, spare_rows=spare_rows, sheets=(sheet,))
    real = len(lists.printed(paper))

    assert abs(pages(people, choices) - real) <= 1


def test_file_bears_the_moment_of_its_list(organiser, sessions):
    with time_machine.travel(SECOND_DAY, tick=False):
        made = PdfReader(io.BytesIO(organiser.get(SHEET).content)).metadata.creation_date

    assert made == SECOND_DAY


def test_page_says_that_a_cancelled_batch_prints_with_a_mark(organiser, angkatan, sessions):
    usual = organiser.get(ADDRESS).content.decode()
    Angkatan.objects.filter(pk=angkatan.pk).update(cancelled_at=SECOND_DAY, cancel_reason="Aula terbakar")
    shown = organiser.get(ADDRESS).content.decode()

    assert "bertanda DIBATALKAN" not in usual
    assert "Setiap lembar dicetak bertanda DIBATALKAN." in shown


def test_choices_come_back_as_they_were_made(organiser, sessions):
    html = organiser.get(CHOICES, {"kertas": "a4", "lp": "1"}).content.decode()

    assert '<option value="a4" selected>' in html
    assert re.search(r'name="lp"[^>]* checked', html)
    assert not re.search(r'name="cap"[^>]* checked', html)


def test_unreadable_choice_is_told_on_the_page(organiser, sessions):
    response = organiser.get(CHOICES, {"kertas": "a3"})

    assert response.status_code == 400
    assert "Pilih F4 atau A4." in response.content.decode()


def test_phones_are_printed_only_by_whom_sees_them(client, angkatan, sessions):
    a_registration(angkatan, phone="+6281200000101")
    organiser = UserFactory(role="panitia")
    client.force_login(organiser)
    assert "0812-0000-0101" in words(client.get(SHEET, {"hp": "1"}))

    organiser.groups.clear()
    organiser.user_permissions.set(Permission.objects.filter(codename="print_papers"))
    response = client.get(SHEET, {"hp": "1"})

    assert response.status_code == 400
    assert "Nomor HP peserta tidak ditampilkan untuk peran Anda." in response.content.decode()
    assert client.get(SHEET).status_code == 200


def test_letter_without_a_glyph_is_named_and_nothing_is_printed(organiser, angkatan, sessions):
    Session.objects.filter(pk=sessions[0].pk).update(title="Doa 🎉 bersama")  # from before forms refused it

    response = organiser.get(SHEET)

    assert response.status_code == 400
    assert "Tanda “🎉” dalam “Doa 🎉 bersama” tidak ada pada huruf" in response.content.decode()
    assert organiser.get(SHEET, {"hari": "2019-03-12"}).status_code == 200
    assert organiser.get(SHEET, headers={"accept": "application/json"}).json()["error"] == "letter_missing"


# ---- The recap -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["panitia", "pemantau"])
def test_recap_is_printed_by_whoever_reads_it(client, angkatan, sessions, role):
    a_registration(angkatan, name="Togar Simanjuntak")
    client.force_login(UserFactory(role=role))

    with time_machine.travel(SECOND_DAY, tick=False):
        response = client.get(RECAP, {"kertas": "a4"})

    assert response["Content-Disposition"] == 'inline; filename="rekap-2019-ii-a4-per-2019-03-12-0830.pdf"'
    for said in ("REKAP KEHADIRAN PESERTA", "Togar Simanjuntak", "Sen 11", "Hadir dari 1 peserta", "Mengetahui,"):
        assert said in " ".join(words(response).split())


def test_recap_shows_what_counts(organiser, angkatan, sessions):
    person = a_registration(angkatan)
    for session, state in zip(sessions, (AttendanceState.LATE, AttendanceState.SICK), strict=False):
        attendance.mark(session, person, state, event_id=uuid.uuid4(), actor=SYSTEM, at=SECOND_DAY)

    with time_machine.travel(SECOND_DAY, tick=False):
        paper = recap_list(angkatan, sessions, Choices(), Office(), SECOND_DAY)

    assert [(one.marks, one.came) for one in paper.people] == [(("T", "S", "–"), "1")]
    assert [(one.day, one.time, one.came) for one in paper.columns] == [
        ("Sen 11", "08.00", "1"),
        ("Sel 12", "08.00", "0"),
        ("Rab 13", "08.00", "–"),
    ]


def test_recap_without_sessions_is_not_found(organiser, angkatan):
    assert organiser.get(RECAP).status_code == 404


@pytest.mark.parametrize("role", ["petugas", "verifikator"])
def test_recap_is_not_for_everybody(client, sessions, role):
    client.force_login(UserFactory(role=role))

    assert client.get(RECAP).status_code == 403


# ---- Prints that no longer fit -------------------------------------------------------------------


def test_page_tells_which_prints_no_longer_fit(organiser, angkatan, sessions):
    person = a_registration(angkatan, name="Ani")
    with time_machine.travel(SECOND_DAY, tick=False):
        organiser.get(SHEET, {"sesi": sessions[0].pk})
    assert "tidak lagi cocok" not in organiser.get(ADDRESS).content.decode()

    Registration.objects.filter(pk=person.pk).update(name="Anni")
    html = " ".join(organiser.get(ADDRESS).content.decode().split())

    assert "Daftar hadir Senin 08.00 · Materi hari 1, lembar 1" in html
    assert "Tidak lagi cocok: 1 perubahan setelah dicetak Selasa, 12 Maret 2019 pukul 08.30 WIB (no. 1)." in html
    assert f'href="{SHEET}?halaman=1%2C2&amp;sesi={sessions[0].pk}"' in html
    assert "terlambat" not in html


def test_page_leads_to_the_late_changes_of_a_frozen_batch(organiser, angkatan, sessions):
    person = a_registration(angkatan)
    organiser.get(SHEET)
    Registration.objects.filter(pk=person.pk).update(name="Anni")
    Angkatan.objects.update(frozen_at=SECOND_DAY)

    assert reverse("admin:pelatihan_angkatan_late", args=[angkatan.pk]) in organiser.get(ADDRESS).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_page_asks_the_same_queries_for_many_prints(organiser, angkatan, few, many, django_assert_num_queries):
    for day in range(many):
        SessionFactory(angkatan=angkatan, day=day)
        a_registration(angkatan)
    for shape in ("sesi", "harian"):
        organiser.get(SHEET, {"bentuk": shape})
    Registration.objects.update(name="Anni")
    organiser.get(ADDRESS)

    with django_assert_num_queries(20):  # six of them only with prints: the people, who signs, and what came back
        organiser.get(ADDRESS)


@pytest.mark.parametrize(
    ("wish", "numbers"),
    [
        ({"halaman": "2"}, ["2 dari 2"]),
        ({"halaman": "2,1"}, ["1 dari 2", "2 dari 2"]),
        ({"halaman": "2,3,4"}, ["2 dari 2"]),
        ({"halaman": "3"}, ["1 dari 2", "2 dari 2"]),
        ({}, ["1 dari 2", "2 dari 2"]),
    ],
)
def test_only_the_chosen_pages_are_printed_while_there_are_any(organiser, angkatan, sessions, wish, numbers):
    Angkatan.objects.update(capacity=40)
    for _ in range(26):
        a_registration(Angkatan.objects.get())

    found = re.findall(r"Halaman (\d dari \d)", words(organiser.get(SHEET, {"sesi": sessions[0].pk} | wish)))

    assert found == numbers


def test_page_of_a_list_on_both_sides_has_its_back(organiser, sessions):
    assert len(pages_of(organiser.get(SHEET, {"sesi": sessions[0].pk, "bolakbalik": "1", "halaman": "1"}))) == 2
