"""The page of all signed sheets: what stands where, for whom, and lists that nobody used."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from pelatihan.models import Angkatan, Job, Session, SheetEntry
from pelatihan.scans import entering, owed, waiting
from pelatihan.scans.claimed import NotEntered
from tests.factories import AngkatanFactory, SessionFactory
from tests.pelatihan.door import at, client_of
from tests.pelatihan.papers.prints import EVENING, a_print, a_scan, clerk, entered

__all__ = ["client_of"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory()


@pytest.fixture
def morning(batch) -> Session:
    return SessionFactory(angkatan=batch, title="Wawasan kebangsaan")


@pytest.fixture
def panitia(client_of):
    return client_of("panitia")


def page(client, batch: Angkatan, query: str = "") -> str:
    answer = client.get(reverse("sheets", args=[batch.slug]) + query)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


# ---- What stands there ---------------------------------------------------------------------------


def test_batch_without_sessions_has_nothing_to_wait_for(panitia, batch):
    assert "Belum ada sesi yang memakai daftar hadir" in page(panitia, batch)


def test_nothing_printed_leads_to_cetak(panitia, batch, morning):
    text = page(panitia, batch)

    assert "Belum ada daftar hadir yang dicetak" in text
    assert reverse("print", args=[batch.slug]) in text.partition('<main class="page')[2]


def test_page_counts_and_shows_each_leaf(panitia, batch, morning):
    sheet = a_print(morning, pages=4)
    entered(sheet, 1)
    scan = a_scan(sheet, 2)
    a_scan(sheet, 3, "problem", "unreadable", detail="blurred")

    text = page(panitia, batch)

    assert "Dari 4 lembar yang sesinya sudah selesai." in text
    assert "Tinjau 1 lembar" in text
    assert reverse("sheet_review", args=[batch.slug, scan.pk]) in text
    for number in (1, 3, 4):
        assert reverse("sheet_leaf", args=[batch.slug, sheet.pk, number]) in text
    assert [text.count(word) for word in ("Selesai</span>", "Foto ulang</span>", "Belum kembali</span>")] == [1, 1, 1]
    assert "Sen 08.00, lembar 3: tidak terbaca" in text
    assert "Terlalu buram." in text


def test_before_any_session_is_over_nothing_is_owed(panitia, batch):
    a_print(SessionFactory(angkatan=batch, day=1))

    text = page(panitia, batch)

    assert "Belum ada sesi yang selesai." in text
    assert "Belum waktunya</span>" in text


def test_all_back_is_said(panitia, batch, morning):
    entered(a_print(morning, pages=2), 1, 2)

    assert "Semua 2 lembar sudah kembali." in page(panitia, batch)


def test_not_all_back_while_a_session_is_to_come(panitia, batch, morning):
    entered(a_print(morning), 1)
    a_print(SessionFactory(angkatan=batch, day=1))

    assert "sudah kembali" not in page(panitia, batch)


def test_session_without_a_list_leads_to_cetak(panitia, batch, morning):
    a_print(morning)
    SessionFactory(angkatan=batch, day=1, title="Diskusi kelompok")

    text = page(panitia, batch)

    assert "Belum dicetak" in text
    assert "Diskusi kelompok" in text


def test_two_papers_for_one_session_are_said(panitia, batch, morning):
    a_print(morning)
    a_print(morning, daily=True)

    text = page(panitia, batch)

    assert "Juga ada di tabel harian. Salah satu cukup." in text
    assert "Juga ada di daftar hadir tiap sesi. Salah satu cukup." in text


def test_only_what_is_owed_for_the_printer(panitia, batch, morning):
    sheet = a_print(morning, pages=3)
    entered(sheet, 1, 2)
    other = SessionFactory(angkatan=batch, hour=10, title="Diskusi kelompok")
    entered(a_print(other), 1)

    text = page(panitia, batch, "?lihat=belum")

    assert text.count('class="page-chip') == 1
    assert "Diskusi kelompok" not in text


# ---- What is being read --------------------------------------------------------------------------


@pytest.fixture
def being_read(batch, morning):
    """Three pages wait for the reader; two others were read before."""
    sheet = a_print(morning, pages=5)
    for number in (1, 2, 3):
        a_scan(sheet, number, "waiting")
    with transaction.atomic():
        job = waiting.join(batch, more=3, by=clerk())
    Job.objects.update(done=2)
    return job


def test_page_says_how_far_the_reading_is(panitia, batch, being_read):
    text = page(panitia, batch)

    assert "Membaca 5 halaman, 2 selesai" in text
    assert "<dt>Sedang dibaca</dt><dd>3</dd>" in text
    assert "Halaman ini boleh ditutup; pembacaan berjalan terus." in text
    assert "Membaca 5 halaman, 2 selesai" in page(panitia, batch, "?bagian=baca")
    assert "page-chip" not in page(panitia, batch, "?bagian=baca")


def test_reading_is_stopped_and_taken_up_again(panitia, batch, being_read):
    address = reverse("sheet_reading", args=[batch.slug])

    panitia.post(address, {"lalu": "berhenti"})
    Job.objects.update(state="stopped", ended_at=EVENING, lease_until=None)

    assert "Pembacaan berhenti, 3 halaman belum dibaca" in page(panitia, batch)

    with time_machine.travel(EVENING + timedelta(minutes=1), tick=False):
        panitia.post(address, {"lalu": "lanjut"})

    assert "Membaca 3 halaman, 0 selesai" in page(panitia, batch)


def test_pemantau_watches_the_reading(client_of, batch, being_read):
    text = page(client_of("pemantau"), batch)

    assert "Membaca 5 halaman, 2 selesai" in text
    assert "Hentikan" not in text


# ---- Whose it is ---------------------------------------------------------------------------------


def test_pemantau_sees_all_and_does_nothing(client_of, batch, morning):
    sheet = a_print(morning, pages=2)
    a_scan(sheet, 1)
    a_scan(sheet, 2, "problem", "unreadable", detail="blurred")

    text = page(client_of("pemantau"), batch)

    assert "Tinjau</span>" in text
    assert reverse("sheet_leaf", args=[batch.slug, sheet.pk, 1]) in text
    main = text.partition("<main")[2].partition("</main>")[0]
    assert "<form" not in main
    assert "<button" not in main
    assert "/gambar/" not in main


@pytest.mark.parametrize(
    ("role", "status"), [("petugas", 403), ("verifikator", 403), ("pemantau", 200), ("panitia", 200)]
)
def test_who_may_see_it(client_of, batch, role, status):
    assert client_of(role).get(reverse("sheets", args=[batch.slug])).status_code == status


def test_recap_stays_the_tab(panitia, batch):
    assert f'href="{reverse("recap", args=[batch.slug])}" aria-current="page"' in page(panitia, batch)


# ---- Many ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 9])
def test_page_asks_the_same_queries_for_many(panitia, batch, count, django_assert_num_queries):
    for number in range(count):
        one = SessionFactory(angkatan=batch, day=number % 3, hour=8 + number // 3 * 2)
        sheet = a_print(one, pages=5)
        entered(sheet, 1, 2)
        a_scan(sheet, 3)
        a_scan(sheet, 4, "problem", "unreadable", detail="blurred")
    page(panitia, batch)

    with django_assert_num_queries(13):
        page(panitia, batch)


def test_of_very_many_one_day_is_shown(panitia, batch, morning):
    sheet = a_print(morning, pages=300)
    entered(sheet, *range(1, 291))
    second = SessionFactory(angkatan=batch, day=1)
    a_print(second, pages=200)

    text = page(panitia, batch)

    assert text.count('class="page-chip') == 10
    assert "dan 290 lembar selesai" in text
    assert "200 lembar: 0 selesai." in text
    assert page(panitia, batch, "?hari=2019-03-12").count('class="page-chip') == owed.MOST_IN_LIST


# ---- Lists that nobody used ----------------------------------------------------------------------


@pytest.fixture
def unused(batch, morning):
    """A list of three pages beside which the table of the day was signed."""
    return a_print(morning, pages=3)


def say(client, batch: Angkatan, **sent: str):
    return client.post(reverse("sheets", args=[batch.slug]), sent)


def test_whole_list_is_said_to_be_unused_and_taken_back(panitia, batch, unused):
    key = str(uuid.uuid4())
    assert f"?daftar=daftar-hadir%3Asesi%3A{unused.columns[0]}" in page(panitia, batch)
    assert "3 lembar tidak ditunggu lagi." in page(panitia, batch, f"?daftar={unused.slot}")

    answer = say(panitia, batch, daftar=unused.slot, kunci=key, alasan="Tabel harian yang dipakai")

    assert SheetEntry.objects.standing().filter(kind="unused", reason="Tabel harian yang dipakai").count() == 3
    assert "3 lembar ditandai tidak dipakai." in page(
        panitia, batch, answer.url.partition("?")[1] + answer.url.partition("?")[2]
    )

    say(panitia, batch, urungkan=key)

    assert not SheetEntry.objects.standing().exists()


def test_pressed_twice_is_once(panitia, batch, unused):
    sent = {"daftar": unused.slot, "kunci": str(uuid.uuid4()), "alasan": "Rusak"}

    first, second = say(panitia, batch, **sent), say(panitia, batch, **sent)

    assert first.url == second.url
    assert SheetEntry.objects.count() == 3


def test_reason_is_owed_and_nothing_written(panitia, batch, unused):
    answer = say(panitia, batch, daftar=unused.slot, kunci=str(uuid.uuid4()), alasan=" ")

    assert answer.status_code == 400
    assert "Tulis alasan mengapa lembar ini tidak dipakai." in answer.content.decode()
    assert not SheetEntry.objects.exists()


def test_list_of_which_something_came_back_is_not_offered(panitia, batch, unused):
    entered(unused, 1)

    assert "?daftar=" not in page(panitia, batch)


def test_undo_of_what_nobody_said_is_quiet(panitia, batch, unused):
    entered(unused, 1, kind="unused")

    for odd in (str(uuid.uuid4()), "", "x\x00"):
        say(panitia, batch, urungkan=odd)

    assert SheetEntry.objects.standing().count() == 1


def test_list_of_which_one_page_comes_back_meanwhile_stays_whole(panitia, batch, unused, monkeypatch):
    usual = entering.unused

    def refuses_the_last(sheet, page, *rest, **more):
        if page == 3:
            raise NotEntered("Lembar ini sudah kembali.")
        return usual(sheet, page, *rest, **more)

    monkeypatch.setattr(entering, "unused", refuses_the_last)

    answer = say(panitia, batch, daftar=unused.slot, kunci=str(uuid.uuid4()), alasan="Rusak")

    assert "Lembar ini sudah kembali." in answer.content.decode()
    assert not SheetEntry.objects.exists()


@pytest.mark.parametrize("key", ["", "daftar-hadir:sesi:999", "x" * 5000])
def test_list_that_is_not_there(panitia, batch, key):
    address = reverse("sheets", args=[batch.slug])

    assert panitia.post(address, {"daftar": key, "alasan": "a"}).status_code == 404
    assert panitia.get(address, {"daftar": key}).status_code == 404


def test_pemantau_says_nothing_of_a_list(client_of, batch, unused):
    assert say(client_of("pemantau"), batch, daftar=unused.slot, alasan="a").status_code == 403
    assert "alasan" not in page(client_of("pemantau"), batch, f"?daftar={unused.slot}")


def test_closed_batch_stands_still(panitia, batch, unused):
    Angkatan.objects.update(closed_at=at("19.00"))

    answer = say(panitia, batch, daftar=unused.slot, kunci=str(uuid.uuid4()), alasan="Rusak")

    assert answer.status_code == 400
    assert "sudah ditutup" in answer.content.decode()


# ---- Set aside -----------------------------------------------------------------------------------


def test_pictures_that_were_set_aside_are_found_again(panitia, batch, morning):
    a_scan(a_print(morning, pages=1), 1, "dismissed", settled_at=EVENING, settled_by=clerk())

    assert reverse("sheets_aside", args=[batch.slug]) in page(panitia, batch)


def test_nothing_set_aside_is_not_offered(panitia, batch, morning):
    a_scan(a_print(morning, pages=1), 1)

    assert reverse("sheets_aside", args=[batch.slug]) not in page(panitia, batch)
