"""Taking back what was entered of a leaf, and leaves that nobody needs."""

import threading
import uuid
from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from pelatihan.models import Angkatan, Attendance, AttendanceEvent, SheetDraft, SheetEntry
from pelatihan.scans import entering
from pelatihan.scans import states as states_of
from pelatihan.scans.entering import NotEntered
from pelatihan.scans.shapes import WrittenIn
from tests.factories import UserFactory
from tests.pelatihan.door import at
from tests.pelatihan.papers.prints import a_scan
from tests.pelatihan.scans.claiming import claimed, enter
from tests.pelatihan.scans.test_entering import check_in, mark, states
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list, people_of

LATER = at("20.30")


@pytest.fixture
def leaf(db):
    return a_leaf(a_printed_list(a_batch(people=3)))


@pytest.fixture
def organiser(db):
    return UserFactory(role="panitia", first_name="Rina", last_name="Kartika")


def test_undo_brings_back_what_counted_before(leaf, organiser):
    check_in(people_of(leaf)[0], leaf.sessions[0])
    mark(people_of(leaf)[2], leaf.sessions[0], "sick", organiser)
    entry = enter(leaf, claimed(leaf, "KHI"), organiser)
    assert states(leaf) == ["absent", "present", "excused"]

    left = entering.undo(entry, by=organiser, at=LATER)

    assert (left, states(leaf)) == ([], ["present", "", "sick"])
    entry.refresh_from_db()
    assert (entry.undone_by, entry.undone_at) == (organiser, LATER)


def test_undone_twice_is_once(leaf, organiser):
    entry = enter(leaf, claimed(leaf, "HHH"), organiser)
    entering.undo(entry, by=organiser, at=LATER)
    before = AttendanceEvent.objects.count()

    assert entering.undo(entry, by=organiser, at=at("21.00")) == []

    assert AttendanceEvent.objects.count() == before
    assert SheetEntry.objects.get().undone_at == LATER


def test_what_somebody_changed_since_is_left_alone_and_named(leaf, organiser):
    entry = enter(leaf, claimed(leaf, "HHK"), organiser)
    mark(people_of(leaf)[1], leaf.sessions[0], "excused", organiser, clock="20.10")

    left = entering.undo(entry, by=organiser, at=LATER)

    assert states(leaf) == ["", "excused", ""]
    assert len(left) == 1
    assert left[0].startswith(f"Baris 2, {people_of(leaf)[1].name}: Sesudah perubahan itu")


def test_desk_scan_after_the_entry_survives_its_undoing(leaf, organiser):
    entry = enter(leaf, claimed(leaf, "KHK"), organiser)
    check_in(people_of(leaf)[0], leaf.sessions[0], "20.05")

    entering.undo(entry, by=organiser, at=LATER)

    assert states(leaf)[0] == "late"


def test_undone_leaf_is_the_draft_of_whoever_undid_it(leaf, organiser):
    session = leaf.sessions[0].pk
    written = (WrittenIn(4, "Bayu Samodra", None, "Karang Taruna", "", (session,)),)
    entry = enter(leaf, claimed(leaf, "HIK", written=written), organiser)
    other = UserFactory(role="panitia")

    entering.undo(entry, by=other, at=LATER)

    draft = SheetDraft.objects.get(by=other)
    assert draft.marks == {
        f"b1.{session}": "hadir", f"b2.{session}": "izin", f"b3.{session}": "kosong", f"b4.{session}": "hadir",
        f"jumlah.{session}": "2", "nama4": "Bayu Samodra", "ormas4": "Karang Taruna",
    }  # fmt: skip


def test_undone_leaf_can_be_entered_again(leaf, organiser):
    entering.undo(enter(leaf, claimed(leaf, "HHH"), organiser), by=organiser, at=LATER)

    enter(leaf, claimed(leaf, "HKK"), organiser, at=at("21.00"))

    assert states(leaf) == ["present", "", ""]
    assert SheetEntry.objects.standing().count() == 1


def test_page_of_before_the_undoing_enters_nothing_by_its_old_key(leaf, organiser):
    key, claim = uuid.uuid4(), claimed(leaf, "HHH")
    entering.undo(enter(leaf, claim, organiser, key=key), by=organiser, at=LATER)

    with pytest.raises(NotEntered, match="sudah diurungkan"):
        enter(leaf, claim, organiser, key=key, at=at("21.00"))

    assert states(leaf) == ["", "", ""]


def test_table_of_a_day_is_undone_in_all_its_sessions(db, organiser):
    table = a_leaf(a_printed_list(a_batch(people=3, sessions=2), daily=True, spare=1))
    entry = enter(table, claimed(table, "HHK", "KHI"), organiser)

    entering.undo(entry, by=organiser, at=LATER)

    assert states(table) == [""] * 6


def test_closed_batch_keeps_what_was_entered(leaf, organiser):
    entry = enter(leaf, claimed(leaf, "HHH"), organiser)
    Angkatan.objects.filter(pk=leaf.angkatan.pk).update(closed_at=at("20.15"))

    with pytest.raises(NotEntered, match="sudah ditutup"):
        entering.undo(entry, by=organiser, at=LATER)

    assert (states(leaf), SheetEntry.objects.standing().count()) == (["present"] * 3, 1)


def test_database_lets_nobody_change_what_a_leaf_said(leaf, organiser):
    entry = enter(leaf, claimed(leaf, "HHH"), organiser)

    with pytest.raises(IntegrityError, match="appended only"), transaction.atomic():
        SheetEntry.objects.filter(pk=entry.pk).update(counts={})


# ---- Leaves that nobody needs --------------------------------------------------------------------


def test_leaf_that_nobody_needs_says_why(leaf, organiser):
    key = uuid.uuid4()

    made = [
        entering.unused(leaf.sheet, 1, " Dicetak\ndua kali ", key=key, by=organiser, at=EVENING) for _ in range(2)
    ]  # fmt: skip

    assert (made[0].kind, made[0].reason) == ("unused", "Dicetak dua kali")
    assert SheetEntry.objects.get() == made[1]


@pytest.mark.parametrize("reason", ["", "   ", "\u200b\u2060", "x" * 301])
def test_leaf_is_not_put_aside_without_a_reason(leaf, organiser, reason):
    with pytest.raises(NotEntered) as refusal:
        entering.unused(leaf.sheet, 1, reason, key=uuid.uuid4(), by=organiser, at=EVENING)

    assert list(refusal.value.fields) == ["alasan"]


def test_leaf_that_is_entered_is_not_unused_as_well(leaf, organiser):
    enter(leaf, claimed(leaf, "HHH"), organiser)

    with pytest.raises(NotEntered, match="sudah disimpan oleh Rina Kartika"):
        entering.unused(leaf.sheet, 1, "Dobel", key=uuid.uuid4(), by=organiser, at=EVENING)


def test_unused_leaf_is_entered_once_that_is_undone(leaf, organiser):
    entry = entering.unused(leaf.sheet, 1, "Dobel", key=uuid.uuid4(), by=organiser, at=EVENING)
    with pytest.raises(NotEntered, match="dinyatakan tidak dipakai oleh Rina Kartika"):
        enter(leaf, claimed(leaf, "HHH"), organiser)

    entering.undo(entry, by=organiser, at=LATER)
    enter(leaf, claimed(leaf, "HHH"), organiser, at=LATER)

    assert states(leaf) == ["present"] * 3


# ---- Two at once ---------------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Each in a thread of its own; what it returned or raised."""
    found: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int) -> None:
        start.wait()
        try:
            found[place] = acts[place]()
        except Exception as problem:
            found[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_at_once_one_is_first_and_the_other_reads_it():
    leaf = a_leaf(a_printed_list(a_batch(people=3)))
    rina = UserFactory(role="panitia", first_name="Rina", last_name="Kartika")
    claim = claimed(leaf, "HHK")

    found = at_once(*[lambda: enter(leaf, claim, rina)] * 3)

    assert sum(isinstance(one, SheetEntry) for one in found) == 1
    refused = [one for one in found if isinstance(one, NotEntered)]
    assert [str(one).startswith("Lembar ini sudah disimpan oleh Rina Kartika") for one in refused] == [True, True]
    assert (SheetEntry.objects.count(), AttendanceEvent.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_leaves_and_desks_at_once_do_not_block_each_other():
    batch = a_batch(people=4, sessions=2)
    first, second = batch.sessions.order_by("starts_at")
    leaves = [a_leaf(a_printed_list(batch, session)) for session in (first, second)]
    table = a_leaf(a_printed_list(batch, daily=True, spare=1))
    rina = UserFactory(role="panitia")
    people = people_of(leaves[0])
    acts: list[Callable[[], object]] = [
        *(partial(enter, leaf, claimed(leaf, "H" * len(leaf.people)), rina) for leaf in leaves),
        partial(enter, table, claimed(table, *["K" * len(table.people)] * 2), rina),
        *(partial(check_in, one, first) for one in people),
    ]

    found = at_once(*acts)

    wrong = [one for one in found if isinstance(one, Exception) and not isinstance(one, NotEntered)]
    assert wrong == []
    assert Attendance.objects.filter(session=first).count() == 4


# ---- Pictures of the leaf ------------------------------------------------------------------------


def test_picture_that_was_confirmed_waits_again_once_that_is_undone(leaf, organiser):
    scan = a_scan(leaf.sheet)
    entry = enter(leaf, claimed(leaf, "HHH"), organiser, scan=scan)
    scan.refresh_from_db()
    assert (entry.kind, entry.scan, scan.state, scan.settled_by) == ("read", scan, "entered", organiser)

    entering.undo(entry, by=organiser, at=LATER)

    scan.refresh_from_db()
    assert (scan.state, scan.settled_by) == ("read", None)


def test_picture_of_a_leaf_that_was_typed_in_is_compared(leaf, organiser):
    scan = a_scan(leaf.sheet)
    entry = enter(leaf, claimed(leaf, "HHH"), organiser)
    scan.refresh_from_db()
    assert (scan.state, scan.problem) == ("problem", "twice")

    entering.undo(entry, by=organiser, at=LATER)

    scan.refresh_from_db()
    assert scan.state == "read"


def test_picture_of_another_leaf_confirms_nothing(leaf, organiser):
    other = a_scan(a_printed_list(a_batch(people=2)))

    with pytest.raises(NotEntered, match="milik lembar lain"):
        enter(leaf, claimed(leaf, "HHH"), organiser, scan=other)


def test_picture_that_somebody_set_aside_meanwhile_confirms_nothing(leaf, organiser):
    scan = a_scan(leaf.sheet)
    states_of.dismissed(scan, by=organiser, at=at("19.00"))

    with pytest.raises(NotEntered, match="sudah disisihkan"):
        enter(leaf, claimed(leaf, "HHH"), organiser, scan=scan)

    assert AttendanceEvent.objects.count() == 0


def test_leaf_that_waits_for_review_is_not_unused(leaf, organiser):
    a_scan(leaf.sheet)

    with pytest.raises(NotEntered, match="menunggu ditinjau"):
        entering.unused(leaf.sheet, 1, "Dobel", key=uuid.uuid4(), by=organiser, at=EVENING)
