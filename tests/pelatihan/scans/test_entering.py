"""What a leaf says counts: all of it or nothing, and it is taken back in one act."""

import uuid
from dataclasses import replace

import pytest

from pelatihan.accounts.actor import staff
from pelatihan.attendance import marking, writer
from pelatihan.attendance.locked import Scan
from pelatihan.lifecycle import Action
from pelatihan.models import (
    Angkatan,
    Attendance,
    AttendanceEvent,
    PrintedSheet,
    Registration,
    Session,
    SheetDraft,
    SheetEntry,
)
from pelatihan.registration import writer as registrations
from pelatihan.scans import entering, fields
from pelatihan.scans.entering import NotEntered
from pelatihan.scans.shapes import Mark, WrittenIn
from tests.factories import UserFactory, clerk
from tests.pelatihan.door import at
from tests.pelatihan.scans.claiming import claimed, enter
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list, people_of


@pytest.fixture
def batch(db):
    """Three people and a session of 08.00."""
    return a_batch(people=3)


@pytest.fixture
def leaf(batch):
    return a_leaf(a_printed_list(batch))


@pytest.fixture
def organiser(db):
    return UserFactory(role="panitia", first_name="Rina", last_name="Kartika")


def states(leaf) -> list[str]:
    """What counts of each person on the leaf, session by session."""
    rows = {(row.session_id, row.registration_id): row.state for row in Attendance.objects.all()}
    sessions = [one.pk for one in leaf.sessions if one]
    return [rows.get((session, one.pk), "") for session in sessions for one in people_of(leaf)]


def check_in(person: Registration, session: Session | None, clock: str = "08.10") -> None:
    assert session
    officer = staff(UserFactory(role="petugas"), "Ponsel meja 1")
    whole = Session.objects.select_related("angkatan").get(pk=session.pk)
    writer.record(whole, [Scan(uuid.uuid4(), at(clock), code=person.code)], actor=officer, at=at(clock))


def mark(person: Registration, session: Session | None, state: str, organiser, clock: str = "09.00") -> None:
    assert session
    row = Attendance.objects.filter(session=session, registration=person).first()
    wish = marking.Mark(uuid.uuid4(), person.ref, state, row.event_id if row else None, "Ada suratnya")
    whole = Session.objects.select_related("angkatan").get(pk=session.pk)
    assert not marking.mark_many(whole, [wish], actor=staff(organiser), at=at(clock))[0].refusal


# ---- What counts ---------------------------------------------------------------------------------


def test_leaf_nobody_scanned_counts_as_it_was_signed(leaf, organiser):
    entry = enter(leaf, claimed(leaf, "HIS"), organiser)

    assert states(leaf) == ["present", "excused", "sick"]
    event = AttendanceEvent.objects.get(pk=entry.cells[0]["event"])
    assert (event.means, event.author, event.reason) == ("paper", organiser, f"Lembar {leaf.code}, baris 1")


def test_empty_cell_of_somebody_who_never_came_writes_nothing(leaf, organiser):
    entry = enter(leaf, claimed(leaf, "KKK"), organiser)

    assert AttendanceEvent.objects.count() == 0
    assert [(cell["mark"], cell["event"], cell["wins"]) for cell in entry.cells[:3]] == [("kosong", None, "")] * 3


def test_row_that_agrees_with_the_desk_keeps_its_event(leaf, organiser):
    check_in(people_of(leaf)[0], leaf.sessions[0])

    entry = enter(leaf, claimed(leaf, "HKK"), organiser)

    assert [event.means for event in AttendanceEvent.objects.all()] == ["scan"]
    assert (entry.cells[0]["mark"], entry.cells[0]["was"], entry.cells[0]["event"]) == ("hadir", "present", None)


@pytest.mark.parametrize(
    ("letter", "wins", "state"),
    [("K", "paper", "absent"), ("K", "desk", "present"), ("I", "paper", "excused"), ("S", "desk", "present")],
)
def test_where_paper_and_desk_differ_the_person_decides(leaf, organiser, letter, wins, state):
    check_in(people_of(leaf)[0], leaf.sessions[0])
    claim = claimed(leaf, f"{letter}KK")

    enter(leaf, replace(claim, wins=dict.fromkeys(claim.wins, wins)), organiser)

    assert states(leaf) == [state, "", ""]


def test_difference_that_nobody_decided_is_asked(leaf, organiser):
    check_in(people_of(leaf)[0], leaf.sessions[0])
    session = leaf.sessions[0].pk

    with pytest.raises(NotEntered) as refusal:
        enter(leaf, claimed(leaf, "KHH", wins={}), organiser)

    assert list(refusal.value.fields) == [f"pilih1.{session}"]
    assert "Kertas: Kosong. Meja: Hadir (dipindai 08.10, Ponsel meja 1)" in refusal.value.fields[f"pilih1.{session}"]
    assert (SheetEntry.objects.count(), states(leaf)) == (0, ["present", "", ""])


def test_what_nobody_recorded_counts_as_on_paper_without_being_asked(leaf, organiser):
    enter(leaf, claimed(leaf, "HHK", wins={}, seen={}), organiser)

    assert states(leaf) == ["present", "present", ""]


def test_what_was_recorded_by_hand_is_asked_even_where_the_paper_is_signed(leaf, organiser):
    mark(people_of(leaf)[0], leaf.sessions[0], "sick", organiser)

    with pytest.raises(NotEntered):
        enter(leaf, claimed(leaf, "HKK", wins={}), organiser)
    enter(leaf, claimed(leaf, "HKK"), organiser)

    assert states(leaf)[0] == "present"


def test_row_that_changed_meanwhile_is_asked_again_with_the_new_state(leaf, organiser):
    person, session = people_of(leaf)[0], leaf.sessions[0]
    check_in(person, session)
    claim = claimed(leaf, "KHH")
    mark(person, session, "late", organiser)

    with pytest.raises(NotEntered) as refusal:
        enter(leaf, claim, organiser)

    assert (
        "catatannya berubah. Kertas: Kosong. Meja: Terlambat (diubah 09.00"
        in refusal.value.fields[f"pilih1.{session.pk}"]
    )
    assert states(leaf) == ["late", "", ""]


# ---- Whole or not at all -------------------------------------------------------------------------


@pytest.mark.parametrize(("counted", "told"), [(3, "Berbeda 1 dari isian Anda"), (0, "Berbeda 2 dari isian Anda")])
def test_count_on_paper_must_agree(leaf, organiser, counted, told):
    session = leaf.sessions[0].pk

    with pytest.raises(NotEntered) as refusal:
        enter(leaf, claimed(leaf, "HHK", counts={session: counted}), organiser)

    assert refusal.value.fields[f"jumlah.{session}"].startswith(told)
    assert AttendanceEvent.objects.count() == 0


def test_row_that_is_not_marked_is_asked(leaf, organiser):
    claim = claimed(leaf, "HHK")
    session = leaf.sessions[0].pk
    marks = {cell: mark for cell, mark in claim.marks.items() if cell[0] != 2}

    with pytest.raises(NotEntered) as refusal:
        enter(leaf, replace(claim, marks=marks), organiser)

    assert list(refusal.value.fields) == [f"b2.{session}"]


@pytest.mark.parametrize("cell", [(99, 0), (1, 10**12)])
def test_cell_of_another_leaf_is_refused(leaf, organiser, cell):
    claim = claimed(leaf, "HHK")
    session = cell[1] or leaf.sessions[0].pk

    with pytest.raises(NotEntered, match="tidak ada di lembar ini"):
        enter(leaf, replace(claim, marks={**claim.marks, (cell[0], session): Mark.PRESENT}), organiser)


def test_one_row_that_cannot_be_entered_holds_back_all(leaf, organiser):
    person = people_of(leaf)[1]
    registrations.move(person, Action.CANCEL, actor=clerk(), at=at("07.30"), reason="Berhalangan")
    session = leaf.sessions[0].pk
    written = (WrittenIn(4, "Bayu Samodra", None, "Karang Taruna", "", (session,)),)

    with pytest.raises(NotEntered) as refusal:
        enter(leaf, claimed(leaf, "HHH", written=written), organiser)

    assert list(refusal.value.fields) == [f"pilih2.{session}"]
    assert "berstatus Dibatalkan" in refusal.value.fields[f"pilih2.{session}"]
    assert (AttendanceEvent.objects.count(), Registration.objects.count()) == (0, 3)


def test_signature_of_somebody_cancelled_is_kept_without_counting_it(leaf, organiser):
    person = people_of(leaf)[1]
    registrations.move(person, Action.CANCEL, actor=clerk(), at=at("07.30"), reason="Berhalangan")
    claim = claimed(leaf, "HHH")
    cell = (2, leaf.sessions[0].pk)

    entry = enter(leaf, replace(claim, wins={**claim.wins, cell: "desk"}), organiser)

    assert states(leaf) == ["present", "", "present"]
    assert (entry.cells[1]["mark"], entry.cells[1]["wins"]) == ("hadir", "desk")


def test_pressed_twice_is_once(leaf, organiser):
    key, claim = uuid.uuid4(), claimed(leaf, "HHK")

    first, second = (enter(leaf, claim, organiser, key=key) for _ in range(2))

    assert first == second
    assert (SheetEntry.objects.count(), AttendanceEvent.objects.count()) == (1, 2)


def test_second_clerk_reads_who_was_first_and_when(leaf, organiser):
    claim = claimed(leaf, "HHK")
    enter(leaf, claim, organiser)

    with pytest.raises(NotEntered, match=r"sudah disimpan oleh Rina Kartika, .* pukul 20\.00"):
        enter(leaf, replace(claim), UserFactory(role="panitia"))


def test_drafts_of_everybody_end_with_the_entry(leaf, organiser):
    for by in (organiser, UserFactory(role="panitia")):
        SheetDraft.objects.create(angkatan=leaf.angkatan, sheet=leaf.sheet, page=1, by=by, marks={"b1.1": "hadir"},
                                  at=EVENING)  # fmt: skip

    enter(leaf, claimed(leaf, "HHK"), organiser)

    assert not SheetDraft.objects.exists()


def test_number_of_queries_does_not_grow_with_the_rows(batch, organiser, django_assert_max_num_queries):
    large = a_leaf(a_printed_list(a_batch(people=20)))
    claim = claimed(large, "H" * len(large.people))

    with django_assert_max_num_queries(40):
        enter(large, claim, organiser)


# ---- When it can be entered ----------------------------------------------------------------------


def test_session_that_is_not_open_yet_says_when(leaf, organiser):
    with pytest.raises(NotEntered, match=r"baru dibuka Senin, 11 Maret 2019"):
        enter(leaf, claimed(leaf, "HHH"), organiser, at=at("06.00"))


@pytest.mark.parametrize(("field", "told"), [("closed_at", "sudah ditutup"), ("cancelled_at", "sudah dibatalkan")])
def test_batch_that_is_over_says_so(leaf, organiser, field, told):
    claim = claimed(leaf, "HHH")
    Angkatan.objects.filter(pk=leaf.angkatan.pk).update(**{field: at("19.00")}, cancel_reason="Banjir")

    with pytest.raises(NotEntered, match=told):
        enter(leaf, claim, organiser)


def test_leaf_of_a_session_that_is_gone_says_so(batch, organiser):
    sheet = a_printed_list(batch)
    batch.sessions.all().delete()
    leaf = a_leaf(sheet)

    assert leaf.sessions == (None,)
    with pytest.raises(NotEntered, match="sudah dihapus"):
        enter(leaf, claimed(leaf), organiser)


def test_paper_that_is_no_list_of_participants_is_refused(leaf):
    sheet = PrintedSheet(kind="recap", angkatan=leaf.angkatan)

    assert "bukan daftar hadir peserta" in entering.refusal(replace(leaf, sheet=sheet), EVENING)


# ---- A table of a day ----------------------------------------------------------------------------


@pytest.fixture
def table(db):
    """Three people, sessions of 08.00 and 10.00 in one table."""
    return a_leaf(a_printed_list(a_batch(people=3, sessions=2), daily=True, spare=1))


def test_table_of_a_day_counts_in_each_of_its_sessions(table, organiser):
    entry = enter(table, claimed(table, "HHK", "HKI"), organiser)

    assert states(table) == ["present", "present", "", "present", "", "excused"]
    assert len(entry.cells) == 2 * len(table.rows)


def test_count_is_asked_of_each_session(table, organiser):
    first, second = fields.sessions_of(table)

    with pytest.raises(NotEntered) as refusal:
        enter(table, claimed(table, "HHK", "HHH", counts={first: 2, second: 1}), organiser)

    assert list(refusal.value.fields) == [f"jumlah.{second}"]


def test_table_waits_until_its_last_session_is_open(table, organiser):
    with pytest.raises(NotEntered, match="Materi B: Presensi sesi ini baru dibuka"):
        enter(table, claimed(table, "HHK", "HHH"), organiser, at=at("08.30"))


def test_column_whose_session_takes_no_attendance_any_more_is_not_asked(table, organiser):
    Session.objects.filter(pk=fields.sessions_of(table)[1]).update(takes_attendance=False)
    left = a_leaf(table.sheet)

    entry = enter(left, claimed(left, "HHK"), organiser)

    assert {cell["session"] for cell in entry.cells} == {fields.sessions_of(left)[0]}


# ---- Two rows of one person ----------------------------------------------------------------------


@pytest.mark.parametrize("word", ["HKH", "KHH"])
def test_who_stands_on_the_leaf_twice_may_have_signed_in_either_row(leaf, organiser, word):
    kept, gone = people_of(leaf)[:2]
    Registration.objects.filter(pk=gone.pk).update(status="cancelled", counts_for=kept)
    merged = a_leaf(leaf.sheet)

    entry = enter(merged, claimed(merged, word), organiser)

    assert states(merged) == ["present", "", "present"]
    assert sum(cell["event"] is not None for cell in entry.cells) == 2
