"""The desk's pages: which session, whom the letters fit, closing."""

import re
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pelatihan.accounts.actor import staff
from pelatihan.attendance import sessions
from pelatihan.attendance.writer import mark
from pelatihan.codes import new_code
from pelatihan.desk import search
from pelatihan.models import Registration, Session
from pelatihan.registration import writer
from pelatihan.registration.application import Application
from tests.factories import (
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    SessionFactory,
    a_person,
    a_registration,
    clerk,
)
from tests.pelatihan.door import at

PHONE = "+6281298765432"


def get(client, name, session, **query):
    args = [session.angkatan.slug] if name == "desk" else [session.angkatan.slug, session.pk]
    return client.get(reverse(name, args=args), query)


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def morning():
    with time_machine.travel(at("08.00"), tick=False):
        yield


# ---- Which session -------------------------------------------------------------------------------


def test_desk_leads_to_the_present_session(door, officer, morning):
    assert get(officer, "desk", door.session)["Location"] == reverse(
        "desk_session", args=[door.session.angkatan.slug, door.session.pk]
    )


def test_desk_lists_sessions_when_asked(door, officer, morning):
    SessionFactory(angkatan=door.session.angkatan, hour=10, title="Tanpa daftar hadir", takes_attendance=False)
    page = text(get(officer, "desk", door.session, pilih=""))
    assert door.session.title in page
    assert "Tanpa daftar hadir" not in page


def test_desk_lists_sessions_on_another_day(door, officer):
    with time_machine.travel(at("08.00", day=20)):
        assert "Hari ini tidak ada sesi" in text(get(officer, "desk", door.session))


@pytest.mark.parametrize(
    ("clock", "word"), [("06.00", "sesi berikutnya"), ("07.30", "sesi sekarang"), ("15.00", "sesi terakhir hari ini")]
)
def test_desk_marks_the_session_that_is_meant(door, officer, clock, word):
    with time_machine.travel(at(clock), tick=False):
        assert f"WIB · {word}" in text(get(officer, "desk", door.session, pilih=""))


def test_desk_says_that_there_are_no_sessions(officer):
    assert "Belum ada sesi" in text(officer.get(reverse("desk", args=[AngkatanFactory().slug])))


# ---- A session that is over ----------------------------------------------------------------------


@pytest.fixture
def second(door):
    """10.00-11.30 of the same day; its doors open at 09.00."""
    return SessionFactory(angkatan=door.session.angkatan, hour=10, title="Empat pilar")


def note(client, session, clock, day=11, **query):
    """What the desk says of a session that is over, and where it leads."""
    with time_machine.travel(at(clock, day=day), tick=False):
        page = text(get(client, "desk_session", session, **query))
    assert "data-over" in page
    words = page.split("data-over>")[1].split("</div>\n")[0]
    found = re.search(r'btn-small" href="([^"]+)"', words)
    return " ".join(re.sub("<[^>]+>", " ", words).split()), found and found[1]


def test_ended_session_leads_to_the_one_whose_doors_are_open(door, officer, second):
    words, leads_to = note(officer, door.session, "09.31")
    assert "Sesi ini sudah selesai pukul 09.30." in words
    assert "Presensi sudah dibuka untuk sesi 10.00–11.30 Empat pilar." in words
    assert leads_to == reverse("desk_session", args=[second.angkatan.slug, second.pk])


def test_ended_session_says_when_the_next_opens(door, officer, second):
    Session.objects.filter(pk=second.pk).update(starts_at=at("13.00"), ends_at=at("14.30"))
    words, leads_to = note(officer, door.session, "09.31")
    assert "Sesi berikutnya 13.00–14.30 Empat pilar: presensi dibuka pukul 12.00." in words
    assert leads_to


def test_closed_session_leads_to_the_next(door, officer, second):
    sessions.close(door.session, at=at("09.05"))
    words, leads_to = note(officer, door.session, "09.10")
    assert "Sesi ini sudah ditutup." in words
    assert leads_to


def test_last_session_of_the_day_takes_who_still_comes(door, officer, person):
    words, leads_to = note(officer, door.session, "09.31")
    assert "Yang masih datang tercatat terlambat di sesi ini." in words
    assert leads_to is None
    assert door.scan(person, "09.32").outcome == "late"


def test_closed_last_session_promises_nothing(door, officer):
    sessions.close(door.session, at=at("09.05"))
    assert note(officer, door.session, "09.31") == ("Sesi ini sudah ditutup.", None)


@pytest.mark.parametrize("clock", ["07.10", "09.29"])
def test_session_that_lasts_is_not_called_over(door, officer, second, clock):
    assert note(officer, door.session, clock) == ("", None)


def test_session_of_another_day_says_the_day(door, officer):
    later = SessionFactory(angkatan=door.session.angkatan, day=1)
    words, leads_to = note(officer, door.session, "08.00", day=12)
    assert "Sesi ini sudah selesai Senin, 11 Maret 2019 pukul 09.30." in words
    assert leads_to == reverse("desk_session", args=[later.angkatan.slug, later.pk])


def test_part_that_renews_itself_says_it_too(door, officer, second):
    words, leads_to = note(officer, door.session, "09.31", bagian="terakhir")
    assert "Sesi ini sudah selesai" in words
    assert leads_to


# ---- The page ------------------------------------------------------------------------------------


def test_desk_counts_who_is_in(door, officer, person, morning):
    a_registration(door.session.angkatan)
    a_registration(door.session.angkatan, "waitlisted")
    door.scan(person, "08.00")
    page = text(get(officer, "desk_session", door.session))
    assert "<strong data-inside>1</strong> dari <span data-expected>2</span>" in page


def test_desk_repeats_an_answer(door, officer, person, morning):
    door.scan(person, "07.30")
    second = door.scan(person, "07.40")
    page = text(get(officer, "desk_session", door.session, jawaban=str(second.event.pk)))
    assert "Sudah tercatat pukul 07.30" in page


@pytest.mark.parametrize("junk", ["x", str(uuid.UUID(int=1)), ""])
def test_desk_ignores_an_unknown_answer(door, officer, junk, morning):
    assert "Siap. Ketik kode atau nama peserta" in text(get(officer, "desk_session", door.session, jawaban=junk))


@pytest.mark.parametrize("state", ["excused", "present"])
def test_desk_repeats_no_change_by_hand(door, officer, person, state, morning):
    key = uuid.uuid4()
    mark(door.session, person, state, event_id=key, actor=staff(door.officer), at=at("08.00"))
    page = text(get(officer, "desk_session", door.session, jawaban=str(key)))
    assert "Siap. Ketik kode atau nama peserta" in page


def test_desk_says_when_it_opens(door, officer):
    with time_machine.travel(at("20.00", day=10)):
        page = text(get(officer, "desk_session", door.session))
    assert "Presensi dibuka Senin, 11 Maret 2019 pukul 07.00" in page


def test_desk_of_a_session_without_attendance(door, officer):
    door.session.takes_attendance = False
    door.session.save()
    page = text(get(officer, "desk_session", door.session))
    assert "Sesi ini tidak memakai daftar hadir" in page
    assert 'name="code"' not in page


def test_last_ten_are_newest_first(door, person):
    people = [a_registration(door.session.angkatan, name=f"Peserta {'abcdefghijk'[n]}") for n in range(11)]
    for minute, one in enumerate(people):
        door.scan(one, f"08.{minute:02}")
    last = [row.registration for row in sessions.last_in(door.session, 10)]
    assert last == people[:0:-1]


def test_undone_people_leave_the_last_ten(door, person):
    door.undo(door.scan(person, "08.00"), "08.01")
    assert sessions.last_in(door.session, 10) == []


@pytest.mark.parametrize("people", [1, 3])
def test_desk_asks_the_same_queries_for_many(door, officer, people, django_assert_num_queries, morning):
    for _ in range(people):
        door.scan(a_registration(door.session.angkatan), "08.00")
    get(officer, "desk_session", door.session)
    with django_assert_num_queries(4):
        get(officer, "desk_session", door.session)


@pytest.mark.parametrize("name", ["desk_session", "desk_close", "record"])
def test_session_of_another_batch_is_not_found(door, client_of, name):
    address = reverse(name, args=[AngkatanFactory().slug, door.session.pk])
    client = client_of("panitia")
    answer = client.post(address) if name == "record" else client.get(address)
    assert answer.status_code == 404


def test_desk_shows_no_phone_numbers(door, client_of, morning):
    a_registration(door.session.angkatan, name="Budi Santoso", phone=PHONE)
    page = text(get(client_of("panitia"), "desk_session", door.session, cari="budi"))
    assert "Budi Santoso" in page
    assert "98765432" not in page.replace("-", "")


# ---- Whom the letters fit ------------------------------------------------------------------------


@pytest.fixture
def hipakad(door):
    ormas = OrmasFactory(name="Himpunan Putra-Putri Keluarga Angkatan Darat", abbreviation="HIPAKAD")
    InvitationFactory(angkatan=door.session.angkatan, ormas=ormas)
    return a_registration(door.session.angkatan, ormas=ormas, name="Wahyu Nur'aini", front_title="Dra.")


@pytest.mark.parametrize("words", ["wahy", "NUR’AINI", "hipakad", "putra keluarga", "wahyu darat", "dra. wahyu"])
def test_letters_find_name_and_organisation(door, hipakad, person, words):
    assert [match.person for match in search.find(door.session, words).people] == [hipakad]


TITLED = ["Wahyu, S.H., M.Si.", "H. Wahyu", "Prof. Dr. Ir. Hj. Wahyu Nuraini"]
SIGNED = ["nuraini wahyu", "wahyu-hipakad", "putra/putri", "WAHYU, HIPAKAD."]


@pytest.mark.parametrize("words", [*TITLED, *SIGNED])
def test_titles_signs_and_order_do_not_matter(door, hipakad, person, words):
    assert [match.person for match in search.find(door.session, words).people] == [hipakad]


def test_title_alone_is_a_name(door, person):
    named = a_registration(door.session.angkatan, name="Ma Un")
    assert search.find(door.session, "Ma").people[0].person == named
    assert search.sought("Prof. Dr.") == ["prof", "dr"]


def test_written_organisations_are_found(door, person):
    wish = Application(
        a_person(name="Tulis Sendiri"), Registration.Source.STAFF, ormas_text="Majelis Ta'lim Al-Hidayah"
    )
    written = writer.register(door.session.angkatan, wish, actor=clerk(), at=at("08.00"))
    assert [match.person for match in search.find(door.session, "talim hidayah").people] == [written]


def test_beginnings_of_words_stand_first(door):
    ormas = OrmasFactory(name="Rahmatan Lil Alamin")
    for name, of in (("Zahrah", None), ("Siti", ormas), ("Yusuf Rahman", None), ("Rahma", None)):
        a_registration(door.session.angkatan, name=name, ormas=of)
    a_registration(door.session.angkatan, "waitlisted", name="Rahayu Cadangan")
    found = [match.person.name for match in search.find(door.session, "rah").people]
    assert found == ["Rahma", "Yusuf Rahman", "Siti", "Zahrah", "Rahayu Cadangan"]


def test_namesakes_of_one_organisation_are_told_apart(door, officer, morning):
    ormas = OrmasFactory()
    both = [
        a_registration(door.session.angkatan, name="Budi Santoso", position=position, ormas=ormas)
        for position in ("Ketua", "Anggota")
    ]
    other = a_registration(door.session.angkatan, name="Budi Santoso")
    found = search.find(door.session, "budi").people
    assert {match.person: match.code_end for match in found} == {one: one.code[-2:] for one in both} | {other: ""}
    page = text(get(officer, "desk_session", door.session, cari="budi"))
    assert all(f"{one.position}, {ormas.name}" in page for one in both)
    assert all(f'<span class="scan-code">{one.code[-2:]}</span>' in page for one in both)


def test_search_reads_its_batch_by_an_index(door):
    """Only bitmaps are left to choose from: they need a condition, however few rows and statistics there are."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    with CaptureQueriesContext(connection) as asked:
        search.find(door.session, "budi")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql'].replace('%', '%%')}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert re.search(r"Index Cond: .*angkatan_id = ", plan), plan


@pytest.mark.parametrize("words", ["w", "", "xyzzy", "wahyu fatayat", "%", "__", "\0\0"])
def test_letters_that_fit_nobody_find_nobody(door, hipakad, words):
    assert search.find(door.session, words).people == []


def test_search_stays_in_its_batch(door, hipakad):
    a_registration(SessionFactory().angkatan, name="Wahyu Lain")
    assert len(search.find(door.session, "wahyu").people) == 1


def test_search_shows_how_each_stands(door, hipakad):
    waiting = a_registration(door.session.angkatan, "waitlisted", name="Wahyu Cadangan")
    door.scan(hipakad, "08.30")
    found = [(match.person, match.state, match.is_accepted) for match in search.find(door.session, "wahyu").people]
    assert found == [(hipakad, "late", True), (waiting, "", False)]


def test_search_says_how_many_more_there_are(door):
    for _ in range(8):
        a_registration(door.session.angkatan, name="Budi")
    found = search.find(door.session, "budi")
    assert (len(found.people), found.more) == (6, 2)


@pytest.mark.parametrize("people", [1, 8])
def test_search_asks_the_same_queries_for_many(door, officer, people, django_assert_num_queries, morning):
    for _ in range(people):
        a_registration(door.session.angkatan, name="Budi")
    get(officer, "desk_session", door.session, cari="budi", bagian="cari")
    with django_assert_num_queries(5):
        get(officer, "desk_session", door.session, cari="budi", bagian="cari")


def test_part_of_the_page_is_the_matches_alone(door, officer, hipakad):
    page = text(get(officer, "desk_session", door.session, cari="wahyu", bagian="cari"))
    assert f'value="{hipakad.ref}"' in page
    assert "<html" not in page


@pytest.mark.parametrize(("words", "is_code"), [("Siti", False), ("Bandaran", False), ("AB12-CD34", True), ("", False)])
def test_codes_are_told_from_names(words, is_code):
    assert search.looks_like_code(words) is is_code
    assert search.looks_like_code(new_code())


# ---- Closing -------------------------------------------------------------------------------------


def test_closing_asks_first(door, client_of, person):
    door.scan(person, "08.00")
    page = text(get(client_of("panitia"), "desk_close", door.session))
    assert "<strong>1 dari 1 peserta</strong>" in page
    assert not Session.objects.get().closed_at


def test_panitia_closes_and_opens_again(door, client_of, morning):
    panitia, address = client_of("panitia"), reverse("desk_close", args=[door.session.angkatan.slug, door.session.pk])
    panitia.post(address)
    assert Session.objects.get().closed_at == at("08.00")
    panitia.post(address, {"buka": "1"})
    assert Session.objects.get().closed_at is None


@pytest.mark.parametrize("role", ["petugas", "pemantau", "verifikator"])
def test_others_cannot_close(door, client_of, role):
    answer = client_of(role).post(reverse("desk_close", args=[door.session.angkatan.slug, door.session.pk]))
    assert (answer.status_code, Session.objects.get().closed_at) == (403, None)
