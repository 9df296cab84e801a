"""Papers that ormas and delegates take along and fill in: surat tugas, biodata, house rules, schedule."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Guest
from pelatihan.models.office import HOUSE_RULES, Office, office
from pelatihan.papers import assignment, biodata
from pelatihan.papers.assignment import Assignment, Letter
from pelatihan.papers.biodata import Biodata, Form
from pelatihan.papers.choices import Choices, NothingToPrint, Order
from pelatihan.papers.engine import TooLong
from pelatihan.papers.house_rules import rules_of
from pelatihan.papers.offered import Asked
from pelatihan.papers.offers import BY_KEY
from pelatihan.papers.parts import PrintedPerson
from pelatihan.papers.schedule import Line, Schedule, Speaker
from tests.factories import (
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    SessionFactory,
    UserFactory,
    a_registration,
)
from tests.pelatihan.papers.lists import printed, text_of

pytestmark = pytest.mark.django_db
AT = datetime(2019, 3, 11, 0, 45, tzinfo=UTC)


@pytest.fixture
def organiser() -> User:
    return UserFactory(role="panitia")


def made(key: str, angkatan: Angkatan, by: User, **choices: Any) -> Any:
    sessions = list(angkatan.sessions.taking_attendance().in_time_order())
    asked = Asked(angkatan, sessions, Choices(**choices), office(), AT, by)
    BY_KEY[key].check(asked)
    return BY_KEY[key].build(asked)


# ---- Surat tugas -----------------------------------------------------------------------------------


@pytest.fixture
def invited() -> Angkatan:
    """Two organisations: one sends Siti and awaits two more, the other has nobody yet and five seats."""
    batch = AngkatanFactory(number=2, seats_per_ormas=3)
    first = OrmasFactory(name="'Aisyiyah", secretariat_address="Jalan Contoh 1")
    a_registration(
        batch, Status.SUBMITTED, ormas=first, name="Siti", gender="P", position="Ketua", phone="+628120000001"
    )
    a_registration(batch, Status.CANCELLED, ormas=first, name="Yang Batal")
    InvitationFactory(angkatan=batch, ormas=OrmasFactory(name="Forum Betawi"), own_seats=5)
    return batch


def test_each_ormas_has_its_letter_with_its_people_and_free_rows(invited, organiser):
    paper: Assignment = made("surat-tugas", invited, organiser)

    assert paper.letters == (
        Letter(
            "'Aisyiyah",
            "Jalan Contoh 1",
            (PrintedPerson("", "Siti", "", "Ketua", "'Aisyiyah", sex="P", phone="0812-0000-001"),),
            3,
        ),
        Letter("Forum Betawi", "", (), 5),
    )
    assert paper.shows_phones


def test_one_ormas_is_chosen_by_its_invitation(invited, organiser):
    invitation = invited.invitations.get(ormas__name="Forum Betawi")

    assert [one.ormas for one in made("surat-tugas", invited, organiser, subject=invitation.pk).letters] == [
        "Forum Betawi"
    ]
    assert dict(BY_KEY["surat-tugas"].subjects(invited))[invitation.pk] == "Forum Betawi"  # type: ignore[misc]
    with pytest.raises(NothingToPrint, match="Pilih ormas dari daftar undangan"):
        made("surat-tugas", invited, organiser, subject=InvitationFactory().pk)


def test_letter_to_write_by_hand_names_nobody(organiser):
    paper: Assignment = made("surat-tugas", AngkatanFactory(seats_per_ormas=4), organiser, blank=True)
    (page,) = printed(paper)

    assert paper.letters == (Letter("", "", (), 4),)
    assert "1 2 3 4" in text_of(page).replace("\u200b", "")


def test_phones_are_left_to_be_written_for_who_may_not_see_them(invited):
    watcher = UserFactory(role="pemantau")

    assert not made("surat-tugas", invited, watcher).shows_phones


def test_letter_says_what_it_is_for(invited, organiser):
    invited.cancelled_at = AT
    page, _other = printed(made("surat-tugas", invited, organiser))
    words = text_of(page)

    assert "SURAT TUGAS" in words
    assert "1 Siti Ketua P 0812-0000-001" in words
    assert "hari, tanggal : Senin–Rabu, 11–13 Maret 2019" in words
    assert "Halaman" not in words
    assert "DIBATALKAN pada 11 Maret 2019" in words


def test_nobody_invited_is_told(organiser):
    with pytest.raises(NothingToPrint, match="cetak surat tugas kosong"):
        made("surat-tugas", AngkatanFactory(), organiser)


# ---- Biodata ---------------------------------------------------------------------------------------


def test_biodata_tells_what_is_known_and_never_a_nik(organiser):
    batch = AngkatanFactory()
    person = a_registration(
        batch, ormas=OrmasFactory(name="Forum"), name="Siti", front_title="Hj.", back_title="S.E.", nickname="Iti",
        gender="P", position="Ketua", phone="+628120000001", email="siti@ormas.example",
    )  # fmt: skip
    batch.registrations.filter(pk=person.pk).update(nik_sealed="tersegel", nik_hash="a" * 64)

    paper: Biodata = made("biodata", batch, organiser)
    words = text_of(printed(paper)[0])

    assert paper.forms == (
        Form("Hj. Siti, S.E.", "Iti", "Perempuan", "Forum", "Ketua", "0812-0000-001", "siti@ormas.example"),
    )
    assert "tersegel" not in words
    assert "1. Nama lengkap dan gelar : Hj. Siti, S.E." in words


def test_biodata_of_those_who_were_chosen(organiser):
    batch = AngkatanFactory()
    siti, _budi = a_registration(batch, name="Siti"), a_registration(batch, name="Budi")

    assert [one.name for one in made("biodata", batch, organiser, who=(siti.ref,)).forms] == ["Siti"]
    with pytest.raises(NothingToPrint, match="Pilih lagi dari daftar"):
        made("biodata", AngkatanFactory(), organiser, who=(siti.ref,))
    with pytest.raises(NothingToPrint, match="cetak biodata kosong"):
        made("biodata", AngkatanFactory(), organiser)


def test_biodata_without_contact_for_who_may_not_see_it():
    batch = AngkatanFactory()
    a_registration(batch, phone="+628120000001", email="siti@ormas.example")
    paper: Biodata = made("biodata", batch, UserFactory(role="pemantau"))

    assert (paper.forms[0].phone, paper.forms[0].email, paper.shows_phones) == ("", "", False)


def test_more_biodata_than_one_file_takes_are_shared_among_several(organiser, monkeypatch):
    batch = AngkatanFactory()
    people = [a_registration(batch, name=f"Siti {letter}") for letter in "abc"]
    monkeypatch.setattr(biodata, "MOST_PAGES", 2)
    asked = Asked(batch, [], Choices(order=Order.NAME), office(), AT, organiser)

    with pytest.raises(TooLong, match="Ada 3 biodata"):
        biodata.check(asked)
    assert [one.who for one in biodata.split(asked)] == [(people[0].ref, people[1].ref), (people[2].ref,)]


def test_more_letters_than_one_file_takes_are_told(invited, organiser, monkeypatch):
    monkeypatch.setattr(assignment, "MOST_LETTERS", 1)

    with pytest.raises(TooLong, match="Ada 2 ormas yang diundang"):
        made("surat-tugas", invited, organiser)


def test_blank_biodata_is_one_page(organiser):
    assert made("biodata", AngkatanFactory(), organiser, blank=True).forms == (Form(),)


# ---- House rules -----------------------------------------------------------------------------------


def test_rules_of_the_batch_stand_before_those_of_the_office():
    office = Office(house_rules="Hadir tepat waktu.\n\n2. Berpakaian rapi.\n- Tidak merokok.")
    own = AngkatanFactory.build(house_rules="Membawa sajadah.")

    assert rules_of(AngkatanFactory.build(), office) == ("Hadir tepat waktu.", "Berpakaian rapi.", "Tidak merokok.")
    assert rules_of(own, office) == ("Membawa sajadah.",)
    assert len(rules_of(AngkatanFactory.build(), Office())) == len(HOUSE_RULES.splitlines())


def test_number_that_begins_a_rule_stays():
    assert rules_of(AngkatanFactory.build(house_rules="15 menit sebelum sesi hadir."), Office()) == (
        "15 menit sebelum sesi hadir.",
    )


def test_rules_are_numbered_and_signed(organiser):
    (page,) = printed(made("tata-tertib", AngkatanFactory(), organiser))
    words = text_of(page)

    assert "1. Peserta hadir di ruangan" in words
    assert "12. Yang sakit" in words
    assert words.count("NIP") == 2
    assert "Tata tertib per 11 Maret 2019" in words


def test_no_rules_at_all_are_told(organiser):
    Office.objects.update_or_create(pk=1, defaults={"house_rules": " \n"})

    with pytest.raises(NothingToPrint, match="Tata tertib belum ditulis"):
        made("tata-tertib", AngkatanFactory(), organiser)


# ---- Schedule --------------------------------------------------------------------------------------


@pytest.fixture
def rundown() -> Angkatan:
    batch = AngkatanFactory(number=2, venue="Hotel Contoh")
    usual = {"angkatan": batch, "room": "Ruang Cempaka"}
    SessionFactory(**usual, hour=6, title="Makan pagi", kind="logistik", takes_attendance=False, speaker="Panitia")
    talk = SessionFactory(**usual, hour=8, title="Wawasan kebangsaan", speaker="Akademisi")
    SessionFactory(angkatan=batch, room="Ruang Melati", day=1, hour=8, title="Diskusi", kind="diskusi", speaker="")
    Guest.objects.create(angkatan=batch, category="moderator", name="Eko", institution="Kesbangpol", session=talk)
    Guest.objects.create(angkatan=batch, category="speaker", name="Prof. Hendrik", position="Tenaga Ahli", session=talk)
    return batch


def test_schedule_goes_day_by_day_with_hours_where_something_is_taught(rundown, organiser):
    paper: Schedule = made("jadwal", rundown, organiser)
    first, second = paper.days

    assert (first.name, second.name) == ("Senin, 11 Maret 2019", "Selasa, 12 Maret 2019")
    assert first.lines == (
        Line("06.00–07.30", "Makan pagi", "", (Speaker("Panitia"),), ""),
        Line(
            "08.00–09.30",
            "Wawasan kebangsaan",
            "",
            (Speaker("Prof. Hendrik", "Tenaga Ahli"), Speaker("Eko", "Moderator, Kesbangpol")),
            "2",
        ),
    )
    assert second.lines == (Line("08.00–09.30", "Diskusi", "Ruang Melati", (), "2"),)
    assert (paper.place, paper.hours) == ("Ruang Cempaka, Hotel Contoh", "4")


def test_schedule_of_one_day(rundown, organiser):
    paper: Schedule = made("jadwal", rundown, organiser, day=rundown.ends_on.replace(day=12))

    assert [day.name for day in paper.days] == ["Selasa, 12 Maret 2019"]
    assert paper.hours == "2"
    with pytest.raises(NothingToPrint, match="Pilih hari lain"):
        made("jadwal", rundown, organiser, day=rundown.ends_on)
    with pytest.raises(NothingToPrint, match="Susun sesinya"):
        made("jadwal", AngkatanFactory(), organiser)


def test_heading_of_a_day_is_repeated_on_its_next_page(organiser):
    batch = AngkatanFactory()
    for day in range(3):
        for hour in range(7, 19):
            SessionFactory(angkatan=batch, day=day, hour=hour, title=f"Materi {day} {hour} " + "panjang sekali " * 6)
    pages = [text_of(page) for page in printed(made("jadwal", batch, organiser))]

    assert len(pages) > 2
    for page in pages:
        days = [
            page.find(day) for day in ("Senin, 11", "Selasa, 12", "Rabu, 13") if day in page.partition("Narasumber")[2]
        ]
        assert min(days) < page.find("Materi", page.find("Narasumber"))
        assert "Narasumber, penanggung jawab" in page
    assert "Jumlah jam pelajaran (1 JP = 45 menit) 72" in pages[-1]
