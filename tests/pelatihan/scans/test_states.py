"""What may become of a picture, one after the other; and that of a leaf's pictures at most one waits for a person."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from pelatihan.models import PrintedSheet, SheetScan, SheetUpload
from pelatihan.scans import entering, states
from pelatihan.scans.shapes import CellReading, Reading, Verdict
from pelatihan.scans.states import ScanMoved, Why
from tests.factories import UserFactory
from tests.pelatihan.attendance.threads import at_once
from tests.pelatihan.scans.claiming import claimed, enter
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list

pytestmark = pytest.mark.django_db
State, Problem = SheetScan.State, SheetScan.Problem
READING = Reading(tuple(CellReading(row, 0, Verdict.SIGNED, 0.0) for row in (1, 2, 3)))


@pytest.fixture
def sheet() -> PrintedSheet:
    return a_printed_list(a_batch(people=3))


@pytest.fixture
def clerk() -> User:
    return UserFactory(role="panitia")


def a_waiting_one(sheet: PrintedSheet) -> SheetScan:
    batch = sheet.angkatan
    upload = SheetUpload.objects.create(
        angkatan=batch, kind="jpeg", size=1, sha256=uuid.uuid4().hex, pages=1, at=EVENING, by=UserFactory()
    )
    return SheetScan.objects.create(upload=upload, angkatan=batch, number=1, has_picture=True)


def a_read_one(sheet: PrintedSheet) -> SheetScan:
    scan = a_waiting_one(sheet)
    states.read(scan, sheet, 1, READING, at=EVENING)
    return scan


def a_stuck_one(sheet: PrintedSheet, problem: SheetScan.Problem = Problem.NO_CODE) -> SheetScan:
    scan = a_waiting_one(sheet)
    states.stuck(scan, problem, "no_code", at=EVENING)
    return scan


def stand(*scans: SheetScan) -> list[tuple[str, str]]:
    found = SheetScan.objects.in_bulk([scan.pk for scan in scans])
    return [(found[scan.pk].state, found[scan.pk].detail) for scan in scans]


# ---- One after the other ---------------------------------------------------------------------------


@pytest.mark.parametrize("act", [states.filed, states.dismissed])
def test_what_was_settled_can_be_brought_back_as_it_was(sheet, clerk, act):
    scan = a_read_one(sheet)
    act(scan, by=clerk, at=EVENING)
    scan.refresh_from_db()
    assert (scan.settled_by, scan.settled_at, scan.state in {"filed", "dismissed"}) == (clerk, EVENING, True)

    states.brought_back(scan)
    scan.refresh_from_db()
    assert (scan.state, scan.settled_by, scan.settled_at) == ("read", None, None)


def test_problem_comes_back_with_its_problem(sheet, clerk):
    scan = a_stuck_one(sheet)
    states.dismissed(scan, by=clerk, at=EVENING)
    states.brought_back(scan)
    assert (stand(scan), scan.problem) == ([("problem", "no_code")], "no_code")


def test_evidence_needs_a_leaf(sheet, clerk):
    with pytest.raises(ScanMoved, match="Ketik dulu kode"):
        states.filed(a_stuck_one(sheet), by=clerk, at=EVENING)


def test_somebody_was_first(sheet, clerk):
    scan = a_stuck_one(sheet)
    late = SheetScan.objects.select_related("upload").get(pk=scan.pk)
    states.dismissed(scan, by=clerk, at=EVENING)

    with pytest.raises(ScanMoved, match="sudah disisihkan"):
        states.code_typed(late, sheet, 1)
    SheetScan.objects.filter(pk=scan.pk).delete()
    with pytest.raises(ScanMoved, match="sudah dihapus"):
        states.again(late)


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once():
    sheet = a_printed_list(a_batch(people=3))
    people = [UserFactory(), UserFactory()]
    with transaction.atomic():
        scan = a_stuck_one(sheet)

    def decide(by: User) -> str:
        try:
            with transaction.atomic():
                states.dismissed(SheetScan.objects.get(pk=scan.pk), by=by, at=EVENING)
        except ScanMoved as moved:
            return str(moved)
        return ""

    assert sorted(map(str, at_once([partial(decide, by) for by in people]))) == ["", states.MOVED[State.DISMISSED]]


def test_waiting_one_cannot_be_decided_about(sheet, clerk):
    with pytest.raises(ScanMoved, match="sedang dibaca"):
        states.dismissed(a_waiting_one(sheet), by=clerk, at=EVENING)


def test_read_again_forgets_what_was_read_but_not_what_was_typed(sheet):
    scan = a_stuck_one(sheet)
    states.code_typed(scan, sheet, 1)
    states.stuck(scan, Problem.UNREADABLE, "no_marks", leaf=(sheet, 1), at=EVENING)
    states.again(scan)
    scan.refresh_from_db()
    assert (scan.state, scan.problem, scan.sheet, scan.is_typed) == ("waiting", "", sheet, True)


# ---- Twins -----------------------------------------------------------------------------------------


def test_second_waits_until_the_first_is_settled(sheet, clerk):
    first, second = a_read_one(sheet), a_read_one(sheet)
    assert stand(first, second) == [("read", ""), ("problem", Why.READ)]

    states.dismissed(first, by=clerk, at=EVENING)
    assert stand(first, second) == [("dismissed", ""), ("read", "")]

    first.refresh_from_db()
    states.brought_back(first)
    assert stand(first, second) == [("problem", Why.READ), ("read", "")]


def test_picture_that_lost_its_turn_meanwhile_calls_nobody_up(sheet, clerk):
    first, second, third = (a_read_one(sheet) for _ in range(3))
    shown = SheetScan.objects.get(pk=first.pk)
    states.reopened(second)

    states.dismissed(shown, by=clerk, at=EVENING)

    assert stand(first, second, third) == [("dismissed", Why.READ), ("read", ""), ("problem", Why.READ)]


def test_picture_that_got_its_turn_meanwhile_calls_the_next_one_up(sheet, clerk):
    first, second, third = (a_read_one(sheet) for _ in range(3))
    SheetUpload.objects.filter(pk=third.upload_id).update(at=EVENING + timedelta(minutes=1))  # the newest is next
    shown = SheetScan.objects.get(pk=third.pk)
    states.dismissed(first, by=clerk, at=EVENING)

    states.dismissed(shown, by=clerk, at=EVENING)

    assert stand(first, second, third) == [("dismissed", ""), ("read", ""), ("dismissed", "")]


def test_entered_leaf_calls_no_picture_up(sheet, clerk):
    """One was in hand while somebody typed its leaf."""
    enter(a_leaf(sheet), claimed(a_leaf(sheet), "HHH"), clerk)
    late, twin = a_read_one(sheet), a_read_one(sheet)
    SheetScan.objects.filter(pk=late.pk).update(state=State.READ, problem="", detail="")

    states.dismissed(late, by=clerk, at=EVENING)

    assert stand(late, twin)[1] == ("problem", Why.ENTERED)


def test_second_is_preferred(sheet):
    first, second = a_read_one(sheet), a_read_one(sheet)
    states.reopened(second)
    assert stand(first, second) == [("problem", Why.READ), ("read", "")]


def test_page_that_was_typed_meanwhile_is_compared(sheet, clerk):
    scan = a_read_one(sheet)
    with transaction.atomic():
        entry = enter(a_leaf(sheet), claimed(a_leaf(sheet), "HHH"), clerk)
        states.leaf_entered(sheet, 1)
    later = a_read_one(sheet)
    assert stand(later) == [("problem", Why.ENTERED)]
    assert stand(scan)[0][0] != "read"

    entering.undo(entry, by=clerk, at=EVENING)
    assert sorted(state for state, _ in stand(scan, later)) in (["problem", "read"], ["filed", "read"])


def test_page_that_nobody_needs_is_looked_at_when_it_comes(sheet, clerk):
    entering.unused(sheet, 1, "Tidak dipakai", key=uuid.uuid4(), by=clerk, at=EVENING)
    assert stand(a_read_one(sheet)) == [("problem", Why.UNUSED)]


def test_entered_picture_waits_again_once_it_is_undone(sheet, clerk):
    scan = a_read_one(sheet)
    entry = enter(a_leaf(sheet), claimed(a_leaf(sheet), "HHH"), clerk, scan=scan)
    assert stand(scan) == [("entered", "")]
    entering.undo(entry, by=clerk, at=EVENING)
    assert stand(scan) == [("read", "")]
