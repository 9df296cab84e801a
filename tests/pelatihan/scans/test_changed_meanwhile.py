"""People who are merged, cancelled or come to the door while their leaf is on its way in."""

from datetime import timedelta

import pytest

from pelatihan.models import Angkatan, Attendance, Registration, Session, SheetEntry
from pelatihan.scans import entering
from pelatihan.scans.entering import NotEntered
from tests.factories import UserFactory
from tests.pelatihan.merging.test_people import merged
from tests.pelatihan.scans.claiming import claimed, enter
from tests.pelatihan.scans.test_newcomers import newcomer
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list, people_of


@pytest.fixture
def leaf(db):
    return a_leaf(a_printed_list(a_batch(people=2)))


@pytest.fixture
def organiser(db):
    return UserFactory(role="panitia")


def join(kept: Registration, gone: Registration) -> None:
    batch = kept.angkatan_id
    merged(kept.delegate, gone.delegate, stays={batch: kept.pk}, at=EVENING)


def test_who_wrote_themselves_in_and_turns_out_to_be_printed_there_is_named(leaf, organiser):
    written = newcomer(leaf, 3)
    entry = enter(leaf, claimed(leaf, "KK", written=(written,)), organiser)
    entering.undo(entry, by=organiser, at=EVENING)
    join(people_of(leaf)[0], Registration.objects.get(name="Bayu Samodra"))

    with pytest.raises(NotEntered) as refusal:
        enter(leaf, claimed(a_leaf(leaf.sheet), "KK", written=(written,)), organiser)

    assert "sudah ada di baris 1" in refusal.value.fields["nama3"]


def test_who_wrote_themselves_in_is_taken_back_though_merged_since(leaf, organiser):
    entry = enter(leaf, claimed(leaf, "KK", written=(newcomer(leaf, 3),)), organiser)
    join(people_of(leaf)[0], Registration.objects.get(name="Bayu Samodra"))
    assert counted() == [("Aa Budi Santoso", "present")]

    assert entering.undo(entry, by=organiser, at=EVENING) == []

    assert counted() == []


@pytest.mark.parametrize("word", ["HI", "HH"])
def test_two_rows_merged_between_page_and_save_count_once(leaf, organiser, word):
    """The stronger mark; of equal ones the first."""
    claim = claimed(leaf, word)
    join(*people_of(leaf))

    entry = enter(leaf, claim, organiser)

    assert counted() == [("Aa Budi Santoso", "present")]
    assert [cell["event"] is not None for cell in entry.cells[:2]] == [True, False]


def test_row_merged_into_another_since_is_taken_back(leaf, organiser):
    one, other = people_of(leaf)
    entry = enter(leaf, claimed(leaf, "HK"), organiser)
    join(other, one)
    assert counted() == [("Ab Siti Rahmawati", "present")]

    assert entering.undo(entry, by=organiser, at=EVENING) == []

    assert counted() == []


def counted() -> list[tuple[str, str]]:
    return list(Attendance.objects.order_by("pk").values_list("registration__name", "state"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cancelled_at": EVENING, "cancel_reason": "Banjir"}, "sudah dibatalkan"),
        ({"closed_at": EVENING}, "sudah ditutup"),
    ],
)
def test_what_was_entered_stands_once_the_batch_is_over(leaf, organiser, change, told):
    entry = enter(leaf, claimed(leaf, "HH"), organiser)
    Angkatan.objects.filter(pk=leaf.angkatan.pk).update(**change)

    with pytest.raises(NotEntered, match=told):
        entering.undo(entry, by=organiser, at=EVENING)

    assert (len(counted()), SheetEntry.objects.standing().count()) == (2, 1)


def test_session_moved_to_tomorrow_is_not_taken_back_before_it_opens(leaf, organiser):
    entry = enter(leaf, claimed(leaf, "HH"), organiser)
    Session.objects.update(starts_at=EVENING + timedelta(hours=20), ends_at=EVENING + timedelta(hours=22))

    with pytest.raises(NotEntered, match="baru dibuka"):
        entering.undo(entry, by=organiser, at=EVENING)

    assert (len(counted()), SheetEntry.objects.standing().count()) == (2, 1)


def test_table_says_which_session_holds_its_undoing_back(organiser):
    batch = a_batch(people=1, sessions=2)
    table = a_leaf(a_printed_list(batch, daily=True))
    entry = enter(table, claimed(table, "H", "H"), organiser)
    Session.objects.filter(title="Materi B").update(takes_attendance=False)

    with pytest.raises(NotEntered, match="Materi B: Sesi ini tidak memakai daftar hadir"):
        entering.undo(entry, by=organiser, at=EVENING)

    assert (len(counted()), SheetEntry.objects.standing().count()) == (2, 1)
