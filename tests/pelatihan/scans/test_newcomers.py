"""Who wrote themselves into a blank row: registered as at the door, and marked from the sheet."""

import uuid
from dataclasses import replace

import pytest

from pelatihan.accounts.actor import staff
from pelatihan.attendance import marking
from pelatihan.attendance.marking import Mark
from pelatihan.lifecycle import Action
from pelatihan.models import Attendance, AttendanceEvent, Registration, SheetEntry
from pelatihan.registration import writer as registrations
from pelatihan.scans import entering
from pelatihan.scans.entering import NotEntered
from pelatihan.scans.shapes import WrittenIn
from tests.factories import UserFactory, a_registration, clerk
from tests.pelatihan.door import at
from tests.pelatihan.scans.claiming import claimed, enter
from tests.pelatihan.scans.test_entering import check_in
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list


@pytest.fixture
def leaf(db):
    """One person, five blank rows: 2 to 6."""
    return a_leaf(a_printed_list(a_batch(people=1)))


@pytest.fixture
def organiser(db):
    return UserFactory(role="panitia")


def newcomer(leaf, row: int = 2, name: str = "Bayu Samodra", phone: str = "", ormas: str = "Karang Taruna"):
    return WrittenIn(row, name, None, ormas, phone, (leaf.sessions[0].pk,))


def test_who_wrote_themselves_in_is_a_walk_in_who_came(leaf, organiser):
    entry = enter(leaf, claimed(leaf, "H", written=(newcomer(leaf),)), organiser)

    person = Registration.objects.get(name="Bayu Samodra")
    assert (person.source, person.status, person.ormas_text) == ("walk_in", "submitted", "Karang Taruna")
    event = AttendanceEvent.objects.get(registration=person)
    assert (event.kind, event.means, event.state) == ("mark", "paper", "present")
    assert event.reason == f"Lembar {leaf.code}, baris 2"
    cell = entry.cells[1]
    assert (cell["row"], cell["registration"], cell["is_written_in"]) == (2, person.pk, True)
    assert [cell["registration"] for cell in entry.cells[2:]] == [None] * 4


def test_signature_of_who_wrote_themselves_in_is_counted_on_paper(leaf, organiser):
    claim = claimed(leaf, "H", written=(newcomer(leaf),))

    with pytest.raises(NotEntered):
        enter(leaf, replace(claim, counts={leaf.sessions[0].pk: 1}), organiser)

    assert not Registration.objects.filter(name="Bayu Samodra").exists()


def test_who_is_registered_already_is_marked_and_not_registered_twice(leaf, organiser):
    known = a_registration(leaf.angkatan, "accepted", name="Bayu Samodra", phone="+6281234567890")
    written = WrittenIn(2, "Bayu Samodra", known.ormas_id, "", "0812-3456-7890", (leaf.sessions[0].pk,))

    enter(leaf, claimed(leaf, "H", written=(written,)), organiser)

    assert Registration.objects.filter(name="Bayu Samodra").get() == known
    assert Attendance.objects.get(registration=known).state == "present"


def test_who_was_let_in_at_the_desk_keeps_the_event_of_the_desk(leaf, organiser):
    known = a_registration(leaf.angkatan, "accepted", name="Bayu Samodra", phone="+6281234567890")
    check_in(known, leaf.sessions[0])
    written = WrittenIn(2, "Bayu Samodra", known.ormas_id, "", "0812-3456-7890", (leaf.sessions[0].pk,))

    entry = enter(leaf, claimed(leaf, "K", written=(written,)), organiser)

    assert [(event.kind, event.means) for event in AttendanceEvent.objects.all()] == [("check_in", "scan")]
    assert (entry.cells[1]["registration"], entry.cells[1]["wins"], entry.cells[1]["event"]) == (known.pk, "", None)
    assert entering.undo(entry, by=organiser, at=EVENING) == []
    assert Attendance.objects.get(registration=known).state == "present"


def test_who_waits_in_the_queue_is_accepted_first(leaf, organiser):
    known = a_registration(leaf.angkatan, "waitlisted", name="Bayu Samodra", phone="+6281234567890")
    written = WrittenIn(2, "Bayu Samodra", known.ormas_id, "", "+6281234567890", (leaf.sessions[0].pk,))

    with pytest.raises(NotEntered) as refusal:
        enter(leaf, claimed(leaf, "H", written=(written,)), organiser)

    assert "berstatus Cadangan. Terima dulu" in refusal.value.fields["nama2"]


def test_who_is_printed_on_the_leaf_is_marked_in_their_own_row(leaf, organiser):
    person = leaf.people[0].person
    Registration.objects.filter(pk=person.pk).update(name="Bayu Samodra")
    person.delegate.phone = "+6281234567890"
    person.delegate.save()
    written = WrittenIn(2, "Bayu Samodra", person.ormas_id, "", "+6281234567890", (leaf.sessions[0].pk,))

    with pytest.raises(NotEntered) as refusal:
        enter(leaf, claimed(leaf, "K", written=(written,)), organiser)

    assert "sudah ada di baris 1 lembar ini" in refusal.value.fields["nama2"]


def test_same_person_in_two_blank_rows_is_named(leaf, organiser):
    written = (newcomer(leaf, 2, phone="081234567890"), newcomer(leaf, 3, phone="081234567890"))

    with pytest.raises(NotEntered) as refusal:
        enter(leaf, claimed(leaf, "H", written=written), organiser)

    assert "sudah ada di baris 2" in refusal.value.fields["nama3"]
    assert Registration.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "ormas", "field"),
    [("", "Karang Taruna", "nama2"), ("X" * 200, "Karang Taruna", "nama2"), ("Bayu", "", "ormas2"),
     ("B\0yu", "Karang Taruna", "nama2"), ("Bayu", "Y" * 500, "ormas2")],
)  # fmt: skip
def test_name_or_ormas_that_cannot_be_taken_is_said(leaf, organiser, name, ormas, field):
    with pytest.raises(NotEntered) as refusal:
        enter(leaf, claimed(leaf, "H", written=(newcomer(leaf, name=name, ormas=ormas),)), organiser)

    assert list(refusal.value.fields) == [field]


def test_name_without_a_signature_is_asked(leaf, organiser):
    with pytest.raises(NotEntered) as refusal:
        enter(leaf, claimed(leaf, "H", written=(replace(newcomer(leaf), sessions=()),)), organiser)

    assert "tidak ditandai hadir" in refusal.value.fields["nama2"]


def test_one_row_takes_one_name(leaf, organiser):
    written = (newcomer(leaf, 2), newcomer(leaf, 2, "Yoga Pratama"))

    with pytest.raises(NotEntered, match="tidak ada di lembar ini"):
        enter(leaf, claimed(leaf, "H", written=written), organiser)


@pytest.mark.parametrize("row", [1, 7, 10**9])
def test_row_that_is_not_blank_takes_no_name(leaf, organiser, row):
    with pytest.raises(NotEntered, match="tidak ada di lembar ini"):
        enter(leaf, claimed(leaf, "H", written=(newcomer(leaf, row),)), organiser)


def test_undone_and_entered_again_nobody_is_registered_twice(leaf, organiser):
    claim = claimed(leaf, "H", written=(newcomer(leaf),))
    entering.undo(enter(leaf, claim, organiser), by=organiser, at=EVENING)
    person = Registration.objects.get(name="Bayu Samodra")
    assert (person.status, Attendance.objects.filter(registration=person).exists()) == ("submitted", False)

    enter(leaf, claim, organiser)

    assert Registration.objects.filter(name="Bayu Samodra").get() == person
    assert Attendance.objects.get(registration=person).state == "present"


def test_another_name_in_that_row_is_another_person(leaf, organiser):
    entering.undo(enter(leaf, claimed(leaf, "H", written=(newcomer(leaf),)), organiser), by=organiser, at=EVENING)

    enter(leaf, claimed(leaf, "H", written=(newcomer(leaf, name="Yoga Pratama"),)), organiser)

    assert set(Registration.objects.filter(source="walk_in").values_list("name", flat=True)) == {
        "Bayu Samodra", "Yoga Pratama",
    }  # fmt: skip


def test_whom_a_verifier_rejected_since_is_not_marked_again(leaf, organiser):
    claim = claimed(leaf, "H", written=(newcomer(leaf),))
    entering.undo(enter(leaf, claim, organiser), by=organiser, at=EVENING)
    person = Registration.objects.get(name="Bayu Samodra")
    registrations.move(person, Action.REJECT, actor=clerk(), at=at("20.30"), reason="Bukan pengurus")

    with pytest.raises(NotEntered) as refusal:
        enter(leaf, claim, organiser, at=at("21.00"))

    assert "berstatus Ditolak" in refusal.value.fields["nama2"]
    assert SheetEntry.objects.standing().count() == 0


def test_sheet_without_names_takes_only_who_wrote_themselves_in(db, organiser):
    batch = a_batch(people=2)
    leaf = a_leaf(a_printed_list(batch, blank=True, spare=10))

    enter(leaf, claimed(leaf, "", written=(newcomer(leaf, 1), newcomer(leaf, 2, "Yoga Pratama"))), organiser)

    assert Attendance.objects.filter(state="present").count() == 2


def test_only_a_sheet_speaks_for_who_wrote_themselves_in(leaf, organiser):
    """Taken back, nothing says that they came: a correction in the recap does not take the sheet's place."""
    entering.undo(enter(leaf, claimed(leaf, "H", written=(newcomer(leaf),)), organiser), by=organiser, at=EVENING)
    person = Registration.objects.get(name="Bayu Samodra")

    (done,) = marking.mark_many(
        leaf.sessions[0], [Mark(uuid.uuid4(), person.ref, "present", None)], actor=staff(organiser), at=EVENING
    )

    assert "bukan peserta angkatan ini" in done.refusal
