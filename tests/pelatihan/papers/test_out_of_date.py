"""Which sheets no longer fit, rule by rule: who came, who went, what was put right, and that it was mended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ormas.models import Ormas
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Printed, PrintedSheet, Registration, Session
from pelatihan.papers import lying, out_of_date, stale
from pelatihan.papers.out_of_date import ListMoved, Report
from pelatihan.registration import changes, writer
from pelatihan.registration.application import Application, Person
from tests.factories import (
    NOON,
    AngkatanFactory,
    OrmasFactory,
    SessionFactory,
    UserFactory,
    a_person,
    a_registration,
    clerk,
)

pytestmark = pytest.mark.django_db
SHEET = "/panitia/2019-ii/cetak/daftar-hadir.pdf"
RECAP = "/panitia/2019-ii/cetak/rekap.pdf"
LATER = NOON + timedelta(hours=1)
WEB = Registration.Source.WEB


@pytest.fixture
def ormas() -> Ormas:
    return OrmasFactory(name="Forum Contoh")


@pytest.fixture
def angkatan(ormas) -> Angkatan:
    """Twenty-six people from A to Z, on two pages."""
    batch = AngkatanFactory(number=2, capacity=200, seats_per_ormas=200)
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        a_registration(batch, ormas=ormas, name=f"{letter}ana", position="Anggota")
    return batch


@pytest.fixture
def sessions(angkatan) -> list[Session]:
    return [
        SessionFactory(angkatan=angkatan, day=day, hour=hour, title=f"Materi {day}{hour}")
        for day, hour in ((0, 8), (0, 10), (1, 8))
    ]


@pytest.fixture
def make(client: Client, sessions) -> Callable[..., None]:
    client.force_login(UserFactory(role="panitia"))

    def made(address: str = SHEET, **wish: Any) -> None:
        with time_machine.travel(NOON, tick=False):
            assert client.get(address, wish).status_code == 200

    return made


@pytest.fixture
def first(make, sessions) -> Session:
    """The first session, its sheet printed."""
    make(sesi=sessions[0].pk)
    return sessions[0]


def report(angkatan: Angkatan) -> Report:
    batch = Angkatan.objects.select_related("letterhead").get(pk=angkatan.pk)
    return out_of_date.report_of(batch, list(batch.sessions.taking_attendance().in_time_order()))


def told(angkatan: Angkatan) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.title, one.lines) for one in report(angkatan).stale]


def named(angkatan: Angkatan, letter: str) -> Registration:
    return angkatan.registrations.get(name=f"{letter}ana")


def correct(person: Registration, **edits: Any) -> None:
    typed = Person(**(vars(Person.of(person)) | edits))
    changes.correct(person, typed, actor=clerk(), at=LATER)


def cancel(person: Registration) -> None:
    writer.move(person, Action.CANCEL, actor=clerk(), at=LATER, reason="Sakit")


def replace(person: Registration, name: str) -> Registration:
    return changes.replace(person, Application(a_person(name=name, position="Anggota"), WEB), actor=clerk(), at=LATER)


FIRST = "Daftar hadir Senin 08.00 · Materi 08"


def test_fresh_print_fits(angkatan, first):
    found = report(angkatan)

    assert (found.prints, found.stale, found.settled, found.touched) == (1, (), (), {})


def test_nothing_printed_is_nothing_out_of_date(angkatan, sessions):
    assert report(angkatan) == Report()


# ---- Who came, who went, what was put right ------------------------------------------------------


def test_name_put_right_is_told_with_its_number_and_page(angkatan, first):
    person = named(angkatan, "X")
    correct(person, front_title="Dra.")
    (one,) = report(angkatan).stale
    end = one.made.ends[0]

    assert one.title == f"{FIRST}, lembar 2 (no. {end + 1}–26)"
    assert (one.changes, one.numbers, one.pages) == (1, "no. 24", "lembar 2")
    assert one.lines == ("No. 24 sekarang Dra. Xana, Forum Contoh.",)
    assert one.href == f"{SHEET}?halaman=2%2C3&sesi={first.pk}"
    assert report(angkatan).touched == {person.pk: "Daftar hadir lembar 2"}


def test_name_that_moves_in_the_order_shifts_the_numbers_between(angkatan, first):
    correct(named(angkatan, "C"), name="Yona")
    (one,) = report(angkatan).stale

    assert one.numbers == "no. 3"
    assert one.title.endswith("semua lembar (no. 1–26)")
    assert one.lines == ("No. 3 sekarang Yona, Forum Contoh.", "Nomor bergeser mulai no. 3.")


@pytest.mark.parametrize("field", ["phone", "email", "nickname", "gender", "special_needs"])
def test_what_is_not_printed_touches_no_sheet(angkatan, make, field):
    for wish in ({}, {"bentuk": "harian"}):
        make(**wish)
    make(RECAP)
    new = {"phone": "+6281311112222", "email": "b@contoh.id", "nickname": "Upik", "gender": "L"}.get(
        field, "Kursi roda"
    )
    correct(named(angkatan, "C"), agrees_special_needs=True, **{field: new})

    assert told(angkatan) == []


@pytest.mark.parametrize(
    ("columns", "field", "new"), [({"hp": "1"}, "phone", "+6281311112222"), ({"lp": "1"}, "gender", "L")]
)
def test_column_of_one_s_choice_is_compared_where_it_was_printed(angkatan, make, columns, field, new):
    make(**columns)
    correct(named(angkatan, "C"), **{field: new})

    assert [one.numbers for one in report(angkatan).stale] == ["no. 3"]


def test_position_stands_on_the_list_of_a_session_alone(angkatan, make):
    for wish in ({}, {"bentuk": "harian"}):
        make(**wish)
    make(RECAP)
    correct(named(angkatan, "C"), position="Ketua")

    assert [one.made.kind for one in report(angkatan).stale] == ["session"]


def test_ormas_renamed_touches_all_its_people(angkatan, first, ormas):
    Ormas.objects.filter(pk=ormas.pk).update(name="Forum Lain")
    (one,) = report(angkatan).stale

    assert one.changes == 26
    assert len(one.lines) == stale.MOST_NAMED + 1
    assert one.lines[-1] == "Dan 18 orang lain."
    assert one.numbers == "no. 1, 2, 3, 4, 5, 6, 7, 8 dan 18 lainnya"


def test_who_is_replaced_is_told_with_who_comes(angkatan, first):
    old = named(angkatan, "C")
    new = replace(old, "Cinta")
    (one,) = report(angkatan).stale

    assert one.title == f"{FIRST}, lembar 1 (no. 1–{one.made.ends[0]})"
    assert (one.changes, one.numbers) == (1, "no. 3")
    assert one.lines == ("No. 3 Cana digantikan Cinta.",)
    assert report(angkatan).touched == dict.fromkeys((old.pk, new.pk), "Daftar hadir lembar 1")


def test_who_comes_instead_at_another_place_shifts_the_numbers(angkatan, first):
    replace(named(angkatan, "C"), "Zulfa")
    (one,) = report(angkatan).stale

    assert one.pages == "semua lembar"
    assert one.lines == ("No. 3 Cana digantikan Zulfa.", "Nomor bergeser mulai no. 3.")


def test_who_is_cancelled_stays_on_the_sheet_to_be_struck_out(angkatan, first):
    person = named(angkatan, "C")
    cancel(person)
    (one,) = report(angkatan).stale

    assert one.title == f"{FIRST}, lembar 1 (no. 1–{one.made.ends[0]})"
    assert one.lines == ("No. 3 Cana tidak ikut lagi (Dibatalkan): namanya tetap di lembar, coret dengan tangan.",)
    assert (one.pages, one.href) == ("", "")
    assert report(angkatan).touched == {
        person.pk: "Namanya tetap di daftar hadir lembar 1: dicoret dengan tangan",
    }


def test_who_is_cancelled_beside_other_changes_shifts_the_numbers(angkatan, first):
    cancel(named(angkatan, "C"))
    correct(named(angkatan, "X"), front_title="Dra.")
    (one,) = report(angkatan).stale

    assert (one.changes, one.numbers, one.pages) == (2, "no. 3 dan 24", "semua lembar")
    assert one.lines == (
        "No. 3 Cana tidak ikut lagi (Dibatalkan).",
        "No. 24 sekarang Dra. Xana, Forum Contoh.",
        "Nomor bergeser mulai no. 3.",
    )


def test_who_is_newly_accepted_is_missing(angkatan, first, ormas):
    new = a_registration(angkatan, ormas=ormas, name="Zzulfa", position="Anggota")
    (one,) = report(angkatan).stale

    assert one.lines == ("Zzulfa baru, belum ada di lembar.",)
    assert (one.changes, one.numbers, one.pages) == (1, "", "lembar 2")
    assert "halaman=2%2C3" in one.href
    assert report(angkatan).touched == {new.pk: "Daftar hadir lembar 2"}


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.WAITLISTED, Status.REJECTED])
def test_who_is_not_accepted_concerns_no_sheet(angkatan, first, ormas, status):
    a_registration(angkatan, status, ormas=ormas)

    assert told(angkatan) == []


def test_change_taken_back_leaves_the_print_as_it_was(angkatan, first):
    person = named(angkatan, "C")
    correct(person, name="Dana")
    correct(person, name="Cana")

    assert told(angkatan) == []


def test_list_by_name_is_compared_in_its_own_order(angkatan, make, sessions):
    a_registration(angkatan, ormas=OrmasFactory(name="Aliansi"), name="Mira")
    make(sesi=sessions[0].pk, urut="nama")
    make(sesi=sessions[1].pk)
    assert told(angkatan) == []

    correct(named(angkatan, "C"), front_title="Drs.")
    assert [one.numbers for one in report(angkatan).stale] == ["no. 3", "no. 4"]


@pytest.mark.parametrize(
    "change",
    [
        lambda session: Session.objects.filter(pk=session.pk).update(room="Ruang Puncak"),
        lambda session: Session.objects.filter(pk=session.pk).update(title="Materi lain"),
        lambda session: Angkatan.objects.update(venue="Hotel Lain"),
        lambda session: Angkatan.objects.update(cancelled_at=NOON, cancel_reason="Banjir"),
    ],
)
def test_head_that_changed_makes_every_page_out_of_date(angkatan, first, change):
    change(first)
    (one,) = report(angkatan).stale

    assert one.lines == ("Kepala lembar atau tempat tanda tangannya berubah.",)
    assert (one.changes, one.pages) == (1, "semua lembar")


def test_recap_s_head_has_its_sessions(angkatan, make, sessions):
    make(RECAP)
    assert told(angkatan) == []
    sessions[2].delete()

    assert told(angkatan)[0][1] == ("Kepala lembar atau tempat tanda tangannya berubah.",)


def test_sheet_that_is_no_longer_made_is_not_told_of(angkatan, make, sessions):
    make()
    make(bentuk="harian")
    correct(named(angkatan, "C"), name="Cinta")
    Session.objects.filter(pk=sessions[2].pk).update(takes_attendance=False)

    assert [one.title.split(",")[0] for one in report(angkatan).stale] == [
        "Daftar hadir Senin",
        "Daftar hadir harian Senin",
    ]


def test_other_batch_is_another_matter(angkatan, first):
    other = AngkatanFactory(number=3)
    SessionFactory(angkatan=other)

    a_registration(other)
    assert told(angkatan) == told(other) == []


# ---- One line for what was made at once ----------------------------------------------------------


def test_what_was_made_at_once_and_misses_the_same_is_one_line(angkatan, make):
    make(kertas="a4", cap="1")
    correct(named(angkatan, "C"), front_title="Drs.")
    (one,) = report(angkatan).stale

    assert one.title.startswith("Daftar hadir 3 sesi, lembar 1 (no. 1–")
    assert one.href == f"{SHEET}?kertas=a4&cap=1&halaman=1"
    assert len(one.ids) == 3


def test_whole_days_are_one_line_and_the_others_stand_alone(angkatan, make, sessions):
    make()
    make(sesi=sessions[2].pk, urut="nama")
    correct(named(angkatan, "C"), front_title="Drs.")
    ours = report(angkatan).stale

    assert [one.title.split(", lembar")[0] for one in ours] == [
        "Daftar hadir Senin, 11 Maret 2019, 2 sesi",
        "Daftar hadir Selasa 08.00 · Materi 18",
    ]
    assert [one.href for one in ours] == [
        f"{SHEET}?hari=2019-03-11&halaman=1",
        f"{SHEET}?urut=nama&halaman=1&sesi={sessions[2].pk}",
    ]


def test_sessions_of_a_day_stand_alone_when_one_is_newer(angkatan, make, sessions):
    make()
    make(sesi=sessions[0].pk, urut="nama")
    correct(named(angkatan, "C"), front_title="Drs.")

    assert [one.title.split(", lembar")[0] for one in report(angkatan).stale] == [
        "Daftar hadir Senin 08.00 · Materi 08",
        "Daftar hadir Senin 10.00 · Materi 010",
        "Daftar hadir Selasa 08.00 · Materi 18",
    ]


def test_tables_of_days_are_printed_as_such(angkatan, make):
    make(bentuk="harian")
    correct(named(angkatan, "C"), front_title="Drs.")
    (all_days,) = report(angkatan).stale
    assert all_days.title.startswith("Daftar hadir harian 2 hari")
    assert all_days.href == f"{SHEET}?bentuk=harian&halaman=1"

    make(bentuk="harian", hari="2019-03-11")
    (one,) = report(angkatan).stale
    assert one.title.startswith("Daftar hadir harian Selasa, 12 Maret 2019, lembar 1")
    assert one.href == f"{SHEET}?hari=2019-03-12&bentuk=harian&halaman=1"


def test_address_prints_just_those_pages(angkatan, client, first):
    correct(named(angkatan, "X"), front_title="Dra.")
    (one,) = report(angkatan).stale

    response = client.get(one.href)

    assert response["Content-Disposition"].startswith(
        'inline; filename="daftar-hadir-2019-ii-2019-03-11-0800-f4-lembar-2'
    )
    assert Printed.objects.get().at == NOON
    assert told(angkatan) == [(one.title, one.lines)]


# ---- Replaced ------------------------------------------------------------------------------------


def settle(angkatan: Angkatan, one: stale.Stale, seen: str = "") -> None:
    batch = Angkatan.objects.select_related("letterhead").get(pk=angkatan.pk)
    sessions = list(batch.sessions.taking_attendance().in_time_order())
    out_of_date.settle(batch, sessions, one.ids, seen or one.seen, by=UserFactory(), at=LATER)


def test_what_was_replaced_fits_until_the_list_changes_again(angkatan, make):
    make()
    correct(named(angkatan, "C"), front_title="Drs.")
    settle(angkatan, report(angkatan).stale[0])
    found = report(angkatan)
    assert (found.stale, [one.title for one in found.settled]) == ((), ["Daftar hadir 3 sesi"])

    correct(named(angkatan, "D"), front_title="Drs.")
    again = report(angkatan)
    assert [one.numbers for one in again.stale] == ["no. 4"]
    assert again.settled == ()


def test_names_struck_out_stay_on_the_sheet_with_their_numbers(angkatan, first):
    cancel(named(angkatan, "C"))
    settle(angkatan, report(angkatan).stale[0])
    assert told(angkatan) == []

    correct(named(angkatan, "X"), front_title="Dra.")
    assert report(angkatan).stale[0].numbers == "no. 24"


def test_who_was_struck_out_and_comes_back_is_told(angkatan, first):
    person = named(angkatan, "C")
    cancel(person)
    settle(angkatan, report(angkatan).stale[0])
    for action in (Action.REOPEN, Action.ACCEPT):
        writer.move(person, action, actor=clerk(), at=LATER, reason="Sembuh")
    (one,) = report(angkatan).stale

    assert one.lines == ("No. 3 Cana ikut lagi, padahal sudah dicoret.",)


def test_head_that_was_replaced_fits(angkatan, first):
    Session.objects.filter(pk=first.pk).update(room="Ruang Puncak")
    settle(angkatan, report(angkatan).stale[0])

    assert told(angkatan) == []


def test_what_changed_meanwhile_is_not_marked_unseen(angkatan, first):
    correct(named(angkatan, "C"), front_title="Drs.")
    (seen,) = report(angkatan).stale
    correct(named(angkatan, "D"), front_title="Drs.")

    with pytest.raises(ListMoved):
        settle(angkatan, seen)
    assert [one.numbers for one in report(angkatan).stale] == ["no. 3 dan 4"]


def test_what_was_printed_anew_or_marked_already_is_not_marked_again(angkatan, make):
    make()
    correct(named(angkatan, "C"), front_title="Drs.")
    (seen,) = report(angkatan).stale
    settle(angkatan, seen)
    with pytest.raises(ListMoved):
        settle(angkatan, seen)


def test_prints_of_another_batch_are_not_marked(angkatan, first):
    correct(named(angkatan, "C"), front_title="Drs.")
    (seen,) = report(angkatan).stale
    other = AngkatanFactory(number=3)

    with pytest.raises(ListMoved):
        settle(other, seen)
    assert out_of_date.unsettle(other, seen.ids) == 0


def test_mark_is_taken_back(angkatan, first):
    correct(named(angkatan, "C"), front_title="Drs.")
    (before,) = report(angkatan).stale
    settle(angkatan, before)

    assert out_of_date.unsettle(angkatan, before.ids) == 1
    assert report(angkatan).stale == (before,)
    assert out_of_date.unsettle(angkatan, before.ids) == 0


# ---- Queries -------------------------------------------------------------------------------------


def test_many_prints_and_people_take_no_more_queries(angkatan, make, ormas):
    counts = []
    for wishes in ([{"sesi": "2019-03-11"}], [{}, {"bentuk": "harian"}]):
        for wish in wishes:
            make(**wish)
        replace(angkatan.registrations.accepted().first(), "Zulfa")
        batch = Angkatan.objects.select_related("letterhead").get(pk=angkatan.pk)
        sessions = list(batch.sessions.taking_attendance().in_time_order())
        out_of_date.report_of(batch, sessions)  # the office is read once
        with CaptureQueriesContext(connection) as asked:
            assert out_of_date.report_of(batch, sessions).stale
        counts.append(len(asked))
        for number in range(30):
            a_registration(angkatan, ormas=ormas, name=f"Tamu {'abcdefghij'[number % 10]}")

    assert counts == [5, 5]


# ---- Which page of which print lies there --------------------------------------------------------


def test_pages_that_were_printed_again_lie_in_place_of_the_old_ones(angkatan, make, first):
    old = Printed.objects.get().sheet
    correct(named(angkatan, "X"), position="Ketua")
    make(sesi=first.pk, halaman="2")
    new = PrintedSheet.objects.latest("pk")
    (seen,) = report(angkatan).stale

    settle(angkatan, seen)
    there = Printed.objects.get()

    assert (old.version, new.version, new.only) == (1, 2, [2])
    assert there.leaves == [(old.pk, 1), (new.pk, 2)]
    assert [lying.is_in_use(old, 1), lying.is_in_use(old, 2), lying.is_in_use(new, 2)] == [True, False, True]
    assert new.code != old.code


def test_page_that_was_replaced_by_something_else_is_unknown(angkatan, first):
    correct(named(angkatan, "X"), position="Ketua")
    settle(angkatan, report(angkatan).stale[0])
    there = Printed.objects.get()

    assert there.leaves == [(there.sheet_id, 1), None]


def test_page_printed_before_the_list_changed_again_does_not_count(angkatan, make, first):
    correct(named(angkatan, "X"), position="Ketua")
    make(sesi=first.pk, halaman="2")
    correct(named(angkatan, "Y"), position="Bendahara")
    settle(angkatan, report(angkatan).stale[0])

    assert Printed.objects.get().leaves[1] is None


def test_name_that_pushes_somebody_to_the_next_page_asks_for_that_page_as_well(angkatan, make, first):
    end = Printed.objects.get().ends[0]
    correct(named(angkatan, "B"), name="Bana " + "Panjang " * 15)
    assert report(angkatan).stale[0].pages == "lembar 1"

    make(sesi=first.pk, halaman="1")
    again = report(angkatan).stale[0]

    assert PrintedSheet.objects.latest("pk").ends[0] < end
    assert (again.pages, again.href) == ("semua lembar", f"{SHEET}?halaman=1%2C2%2C3&sesi={first.pk}")


def test_batch_that_is_closed_stands_still(angkatan, first):
    correct(named(angkatan, "X"), front_title="Dra.")
    (seen,) = report(angkatan).stale
    Angkatan.objects.update(closed_at=LATER)

    for deed in (lambda: settle(angkatan, seen), lambda: out_of_date.unsettle(angkatan, seen.ids)):
        with pytest.raises(out_of_date.Shut, match=r"sudah ditutup, jadi cetakannya tidak berubah lagi\."):
            deed()
