"""The final list of participants, and the sums that the recap prints, too: the screen's numbers."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ormas.models import Delegate
from pelatihan.accounts.actor import staff
from pelatihan.attendance import figures, marking
from pelatihan.attendance.marking import Mark
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan
from pelatihan.models.office import office
from pelatihan.papers import participants, recap_sheet
from pelatihan.papers.choices import Choices, NothingToPrint, Size
from pelatihan.papers.offered import Asked
from pelatihan.papers.participants import OrmasTotal, ParticipantList
from pelatihan.papers.parts import PrintedPerson
from tests.factories import NOON, AngkatanFactory, OrmasFactory, SessionFactory, UserFactory, a_registration
from tests.pelatihan.papers.lists import printed, text_of

pytestmark = pytest.mark.django_db
AT = datetime(2019, 3, 11, 4, 0, tzinfo=UTC)  # 11.00 WIB of the first day


def listed(angkatan: Angkatan, **choices: Any) -> ParticipantList:
    wish = Asked(angkatan, [], Choices(**choices), office(), AT, UserFactory.build(pk=1))
    participants.OFFER.check(wish)
    return participants.build(wish)


@pytest.fixture
def batch() -> Angkatan:
    """Three accepted of two organisations, one who waits, one who was refused."""
    batch = AngkatanFactory(frozen_at=NOON)
    aisyiyah, betawi = OrmasFactory(name="'Aisyiyah"), OrmasFactory(name="Forum Betawi")
    a_registration(batch, ormas=aisyiyah, name="Endang Sulastri", gender="P", front_title="Hj.", position="Ketua")
    a_registration(batch, ormas=aisyiyah, name="Nur Aini", gender="P")
    a_registration(batch, ormas=betawi, name="Suharto", gender="L")
    a_registration(batch, Status.SUBMITTED, ormas=betawi, name="Yang Menunggu", gender="L")
    a_registration(batch, Status.REJECTED, ormas=betawi, name="Yang Ditolak", gender="L")
    return batch


def test_list_names_those_who_are_expected_with_their_sums(batch):
    paper = listed(batch)

    assert paper.people[0] == PrintedPerson("Hj.", "Endang Sulastri", "", "Ketua", "'Aisyiyah", sex="P")
    assert [one.name for one in paper.people] == ["Endang Sulastri", "Nur Aini", "Suharto"]
    assert paper.summary == (("Peserta", "3"), ("Ormas", "2"), ("Laki-laki", "1"), ("Perempuan", "2"))
    assert paper.ormas == (OrmasTotal("'Aisyiyah", 0, 2, 2), OrmasTotal("Forum Betawi", 1, 0, 1))
    assert paper.totals == OrmasTotal("Jumlah", 1, 2, 3)
    assert paper.statuses == (("Menunggu verifikasi", "1"), ("Diterima", "3"), ("Ditolak", "1"))


def test_statuses_are_those_of_the_screen(batch):
    known = batch.registrations.figures()

    assert sum(int(number) for _word, number in listed(batch).statuses) == sum(known[one] for one in Status)


def test_two_bodies_of_one_name_are_two(batch):
    a_registration(batch, ormas=OrmasFactory(name="'Aisyiyah"), name="Lain", gender="P")

    assert [one.people for one in listed(batch).ormas] == [2, 1, 1]


def test_sex_that_nobody_wrote_is_counted_apart(batch):
    Delegate.objects.filter(name="Suharto").update(gender="")

    paper = listed(batch)

    assert paper.summary[2:] == (("Laki-laki", "0"), ("Perempuan", "2"), ("L/P belum dicatat", "1"))
    assert paper.totals == OrmasTotal("Jumlah", 0, 2, 3)


def test_list_is_final_once_the_batch_is_frozen(batch):
    batch.frozen_at = None

    assert listed(batch).heading == "Daftar Peserta Sementara"
    batch.frozen_at = NOON
    assert listed(batch).heading == "Daftar Peserta Definitif"


def test_nobody_yet_is_told():
    with pytest.raises(NothingToPrint, match="Belum ada peserta yang diterima"):
        listed(AngkatanFactory())


def test_queries_do_not_grow_with_people(batch, django_assert_num_queries):
    wish = Asked(batch, [], Choices(), office(), AT, UserFactory.build(pk=1))
    for _ in range(2):
        with django_assert_num_queries(3):
            participants.build(wish)
        a_registration(batch)


@pytest.mark.parametrize("size", Size)
def test_paper_tells_people_then_organisations(batch, size):
    first, second = printed(listed(batch, size=size))

    assert "1 Hj. Endang Sulastri P Ketua 'Aisyiyah" in text_of(first)
    assert "Peserta : 3 Ormas : 2 Laki-laki : 1 Perempuan : 2" in text_of(first)
    assert "Keadaan semua pendaftaran: Menunggu verifikasi 1 · Diterima 3 · Ditolak 1." in text_of(first)
    assert "1 'Aisyiyah 0 2 2 2 Forum Betawi 1 0 1 Jumlah 1 2 3" in text_of(second)


# ---- The recap's sums ------------------------------------------------------------------------------


def test_recap_sums_by_state_are_those_of_the_board(batch):
    begun, coming = SessionFactory(angkatan=batch, hour=8), SessionFactory(angkatan=batch, hour=14)
    endang, aini, _suharto = batch.registrations.accepted().sorted_by_name()
    marks = [Mark(uuid.uuid4(), endang.ref, "present", None), Mark(uuid.uuid4(), aini.ref, "sick", None)]
    marking.mark_many(begun, marks, actor=staff(UserFactory(role="panitia")), at=AT)
    sessions = [begun, coming]

    paper = recap_sheet.recap_list(batch, sessions, Choices(), office(), AT)
    (board, _coming) = figures.of_sessions(batch, sessions)

    assert [(one.word, one.numbers, one.all) for one in paper.totals] == [
        ("Hadir (H)", ("1", "–"), "1"),
        ("Terlambat (T)", ("0", "–"), "0"),
        ("Izin (I)", ("0", "–"), "0"),
        ("Sakit (S)", ("1", "–"), "1"),
        ("Tanpa keterangan (TK)", ("0", "–"), "0"),
        ("Belum (–)", ("1", "–"), "1"),
    ]
    assert sum(int(one.numbers[0]) for one in paper.totals) == board.figures.expected
    assert paper.came == str(board.figures.came)
    assert paper.summary == (("Peserta", "3"), ("Ormas", "2"), ("Laki-laki", "1"), ("Perempuan", "2"))
    words = text_of(printed(paper)[-1])
    assert "Hadir dari 3 peserta 1 – 1 Hadir (H) 1 – 1 Terlambat (T) 0 – 0" in words
    assert "Peserta: 3 Ormas: 2 Laki-laki: 1 Perempuan: 2" in words


def test_recap_tells_of_those_who_left_early_when_there_are_some(batch):
    begun = SessionFactory(angkatan=batch, hour=8)
    person = batch.registrations.accepted().first()
    mark = Mark(uuid.uuid4(), person.ref, "left", None, left_at=begun.starts_at + timedelta(minutes=30))
    marking.mark_many(begun, [mark], actor=staff(UserFactory(role="panitia")), at=AT)

    paper = recap_sheet.recap_list(batch, [begun], Choices(), office(), AT)

    assert ("Pulang awal (P)", "1") in [(one.word, one.all) for one in paper.totals]
    assert paper.came == "1"
