"""What anybody reads before registering: front page, a batch's page, its calendar file, the privacy notice."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from pelatihan.lifecycle import Status
from pelatihan.models import Office
from pelatihan.models.office import forget_office
from pelatihan.retention import PRIVACY_VERSION
from tests.factories import (
    FIRST_DAY,
    NOON,
    AngkatanFactory,
    InvitationFactory,
    SessionFactory,
    UserFactory,
    a_registration,
)

pytestmark = pytest.mark.django_db
RUNNING = NOON.replace(month=3, day=12)
LONG_AFTER = NOON.replace(year=2020)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


def words(response) -> str:
    return " ".join(response.content.decode().split())


def page(client, angkatan) -> str:
    return words(client.get(angkatan.get_absolute_url()))


# ---- Front page ----------------------------------------------------------------------------------


def headings(client) -> dict[str, list[str]]:
    sections = client.get(reverse("home")).context["sections"]
    return {name: [entry.angkatan.slug for entry in entries] for name, entries in sections.items()}


def test_front_page_sorts_batches_by_their_time(client):
    AngkatanFactory(number=1, starts_on=NOON.date() - timedelta(days=40))
    AngkatanFactory(number=2)
    AngkatanFactory(number=3, starts_on=NOON.date() + timedelta(days=90), opens_at=None, closes_at=None)
    AngkatanFactory(number=4, starts_on=NOON.date())

    assert headings(client) == {
        "open": ["2019-ii"],
        "running": ["2019-iv"],
        "coming": ["2019-iii"],
        "finished": ["2019-i"],
    }


def test_front_page_puts_the_next_one_first(client):
    AngkatanFactory(number=2, starts_on=NOON.date() + timedelta(days=60))
    AngkatanFactory(number=3, starts_on=NOON.date() + timedelta(days=30))

    assert headings(client)["open"] == ["2019-iii", "2019-ii"]


def test_cancelled_batch_moves_to_the_past_after_its_days(client):
    AngkatanFactory(number=2, cancelled_at=NOON, cancel_reason="Longsor")
    assert headings(client)["coming"] == ["2019-ii"]

    with time_machine.travel(LONG_AFTER, tick=False):
        assert headings(client)["finished"] == ["2019-ii"]


def test_front_page_counts_the_seats(client):
    batch = AngkatanFactory(number=2, capacity=3)
    a_registration(batch, Status.SUBMITTED)
    a_registration(batch, Status.CANCELLED)
    html = words(client.get(reverse("home")))

    assert "2 kursi lagi" in html
    assert "1 dari 3 kursi terisi" in html
    assert reverse("register", args=["2019-ii"]) in html


def test_front_page_offers_the_queue_when_full(client):
    a_registration(AngkatanFactory(capacity=1), Status.SUBMITTED)
    html = words(client.get(reverse("home")))

    assert "Kursi sudah penuh" in html
    assert "Daftar sebagai cadangan" in html


def test_front_page_tells_who_came_to_past_ones(client):
    batch = AngkatanFactory(number=2)
    a_registration(batch, Status.ACCEPTED)
    a_registration(batch, Status.REJECTED)

    with time_machine.travel(LONG_AFTER, tick=False):
        assert "11–13 Maret 2019, 1 ormas, 1 peserta" in words(client.get(reverse("home")))


def test_front_page_without_batches_says_what_comes(client):
    assert "Belum ada pendaftaran yang dibuka" in words(client.get(reverse("home")))


def test_front_page_hides_unpublished_batches(client):
    AngkatanFactory(theme="Rahasia", published=False)

    assert "Rahasia" not in words(client.get(reverse("home")))


def test_front_page_takes_a_code(client):
    html = words(client.get(reverse("home")))

    assert f'action="{reverse("find")}"' in html
    assert 'name="code"' in html


def test_front_page_lists_what_this_browser_may_open_and_is_not_stored(client):
    mine, strange = a_registration(AngkatanFactory(), phone="+6281234567890"), a_registration(AngkatanFactory())
    before = client.get(reverse("home"))
    client.post(mine.get_absolute_url(), {"phone": "081234567890"})

    after = client.get(reverse("home"))

    assert "Halaman Anda" not in words(before)
    assert "no-store" not in before["Cache-Control"]
    assert f'href="{mine.get_absolute_url()}"' in words(after)
    assert strange.get_absolute_url() not in words(after)
    assert "no-store" in after["Cache-Control"]


@pytest.mark.parametrize("batches", [1, 3])
def test_front_page_keeps_its_query_count(client, django_assert_num_queries, batches):
    for _ in range(batches):
        a_registration(AngkatanFactory())
    forget_office()
    with django_assert_num_queries(2):  # office, batches
        client.get(reverse("home"))


# ---- A batch's page ------------------------------------------------------------------------------


def test_batch_page_shows_theme_dates_and_place(client):
    html = page(client, AngkatanFactory(number=2, theme="Menjaga Keutuhan NKRI", venue="Hotel Contoh, Bogor"))

    assert "<h1>Menjaga Keutuhan NKRI</h1>" in html
    assert "Senin–Rabu, 11–13 Maret 2019" in html
    assert "Hotel Contoh, Bogor" in html


def test_batch_page_groups_the_rundown_by_day(client):
    batch = AngkatanFactory()
    SessionFactory(angkatan=batch, day=1, title="Materi kedua")
    SessionFactory(angkatan=batch, title="Pembukaan", kind="seremoni")
    html = page(client, batch)
    order = ["Senin, 11 Maret 2019", "Pembukaan", "Selasa, 12 Maret 2019", "Materi kedua"]

    assert sorted(order, key=lambda text: html.index(f">{text}<")) == order
    assert "Seluruhnya 2 jam pelajaran (JP)" in html


def test_batch_page_marks_the_present_session(client):
    session = SessionFactory(day=1, hour=11)  # 11.00-12.30 WIB
    with time_machine.travel(RUNNING, tick=False):
        html = page(client, session.angkatan)

    assert html.count('aria-current="time"') == 1
    assert "Sedang berlangsung" in html


def test_batch_page_gives_call_and_message_links(client):
    html = page(client, AngkatanFactory(number=2))

    assert 'href="tel:+6281200000011"' in html
    assert "0812-0000-0011" in html
    assert "https://wa.me/6281200000011?text=Yth.%20panitia" in html


def test_batch_page_without_rundown_says_so(client):
    assert "Susunan acara belum ditetapkan" in page(client, AngkatanFactory())


def test_cancelled_batch_page_offers_nothing(client):
    batch = AngkatanFactory(cancelled_at=NOON, cancel_reason="Longsor")
    html = page(client, batch)

    assert "Pelatihan ini dibatalkan: Longsor." in html
    assert reverse("register", args=[batch.slug]) not in html
    assert "Simpan ke kalender" not in html


def test_cancelled_batch_page_keeps_its_calendar_link(client):
    html = page(client, batch := AngkatanFactory(cancelled_at=NOON, cancel_reason="Longsor"))

    assert f'href="{reverse("calendar", args=[batch.slug])}">Hapus dari kalender saya<' in html


def test_finished_batch_page_saves_nothing_to_the_calendar(client):
    batch = AngkatanFactory(bring="Surat tugas")
    with time_machine.travel(LONG_AFTER, tick=False):
        html = page(client, batch)

    assert reverse("calendar", args=[batch.slug]) not in html
    assert "Surat tugas" not in html


def test_batch_page_says_what_to_bring_and_leads_to_a_map(client):
    html = page(client, AngkatanFactory(bring="- Surat tugas\n\n • Batik & sepatu\n", venue="Hotel A & B, Bogor"))

    assert "<ul> <li>Surat tugas</li><li>Batik &amp; sepatu</li> </ul>" in html
    assert 'href="https://www.google.com/maps/search/?api=1&amp;query=Hotel%20A%20%26%20B%2C%20Bogor"' in html


def test_batch_page_says_where_to_meet_and_when_the_letter_is_owed(client):
    batch = AngkatanFactory(meeting_point="Balai <Kota>, pukul 08.00 WIB", letter_due_on=FIRST_DAY)
    html = page(client, batch)

    assert "Titik kumpul: </span>Balai &lt;Kota&gt;, pukul 08.00 WIB" in html
    assert "<h2>Surat tugas</h2>" in html
    assert "Surat tugas paling lambat <strong>Senin, 11 Maret 2019</strong>." in html
    with time_machine.travel(LONG_AFTER, tick=False):
        assert "Surat tugas" not in page(client, batch)


def test_batch_page_promises_nothing_that_no_field_holds(client):
    html = page(client, AngkatanFactory(closes_at=NOON))

    assert "Titik kumpul" not in html
    assert "urat tugas" not in html


def test_batch_page_names_no_participant(client):
    registration = a_registration(AngkatanFactory(), name="Nama Rahasia", phone="+6281311112222")
    html = page(client, registration.angkatan)

    assert "Nama Rahasia" not in html
    assert "1311-1122" not in html
    assert registration.code not in html


@pytest.mark.parametrize("name", ["angkatan", "calendar"])
def test_unpublished_batch_is_not_there(client, name):
    batch = AngkatanFactory(published=False)

    assert client.get(reverse(name, args=[batch.slug])).status_code == 404


def test_staff_preview_an_unpublished_batch(client):
    client.force_login(UserFactory(role="panitia"))

    assert "belum tampil untuk umum" in page(client, AngkatanFactory(published=False))


def test_unknown_batch_is_not_found(client):
    assert client.get("/angkatan/1999-x/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_batch_page_keeps_its_query_count(client, django_assert_num_queries, rows):
    batch = AngkatanFactory()
    for row in range(rows):
        SessionFactory(angkatan=batch, hour=8 + 2 * row)
        InvitationFactory(angkatan=batch)
    with django_assert_num_queries(4):  # office, batch, sessions, invitations
        client.get(batch.get_absolute_url())


# ---- Calendar file -------------------------------------------------------------------------------


def calendar_of(client, angkatan) -> Calendar:
    response = client.get(reverse("calendar", args=[angkatan.slug]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content)


def test_calendar_holds_each_session_in_utc(client):
    session = SessionFactory(angkatan=AngkatanFactory(number=2), title="Pembukaan; doa, foto")
    event = calendar_of(client, session.angkatan).events[0]

    assert event["summary"] == "Pelatihan Ormas Angkatan II 2019: Pembukaan; doa, foto"
    assert event["url"] == "http://testserver/angkatan/2019-ii/"
    assert event["description"].endswith("\nhttp://testserver/angkatan/2019-ii/")
    assert session.starts_at == event.DTSTART
    assert event["dtstart"].to_ical() == b"20190311T010000Z"
    assert event["uid"] == f"2019-ii-sesi-{session.pk}@pelatihan-ormas"


def test_calendar_without_sessions_holds_the_days(client):
    event = calendar_of(client, AngkatanFactory(number=2)).events[0]

    assert (event["dtstart"].to_ical(), event["dtend"].to_ical()) == (b"20190311", b"20190314")
    assert reminders(event) == [timedelta(days=-1)]
    assert event["uid"] == "2019-ii@pelatihan-ormas"


def test_calendar_of_cancelled_batch_says_so(client):
    session = SessionFactory(angkatan=AngkatanFactory(number=2))
    before = calendar_of(client, session.angkatan).events[0]
    type(session.angkatan).objects.update(cancelled_at=NOON, cancel_reason="Longsor")

    after = calendar_of(client, session.angkatan).events[0]

    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
    assert before["uid"] == after["uid"]
    assert int(str(before["sequence"])) < int(str(after["sequence"]))
    assert after["summary"].startswith("DIBATALKAN: Pelatihan Ormas Angkatan II 2019: ")
    assert reminders(after) == []


def reminders(event) -> list[timedelta]:
    return [alarm["trigger"].dt for alarm in event.walk("VALARM")]


def test_calendar_reminds_the_day_before_and_each_morning(client):
    batch = AngkatanFactory()
    for day, hour in ((1, 8), (0, 10), (0, 8)):
        SessionFactory(angkatan=batch, day=day, hour=hour)

    shown = [reminders(event) for event in calendar_of(client, batch).events]

    assert shown == [[timedelta(hours=-1), timedelta(days=-1)], [], [timedelta(hours=-1)]]


# ---- Privacy notice ------------------------------------------------------------------------------


def test_privacy_notice_names_office_and_version(client):
    Office(pk=1, name="Badan Kesbangpol Contoh", privacy_contact="Ibu Contoh, 021-000000").save()
    html = words(client.get(reverse("privacy")))

    assert f"Versi {PRIVACY_VERSION}" in html
    assert "Badan Kesbangpol Contoh menyelenggarakan" in html
    assert "Ibu Contoh, 021-000000" in html


def test_privacy_notice_says_what_the_law_asks(client):
    html = words(client.get(reverse("privacy")))

    assert "1 tahun setelah pelatihan terakhir Anda, atau 2 tahun bila Anda bersedia diundang lagi" in html
    assert "3 × 24 jam" in html


@pytest.mark.parametrize("address", ["/", "/privasi/"])
def test_public_page_refuses_a_post(client, address):
    assert client.post(address).status_code == 405
