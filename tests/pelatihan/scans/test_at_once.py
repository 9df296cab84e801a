"""Clerks and a worker at one leaf at once: each is answered, and no picture of an entered leaf waits for review."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import OperationalError, transaction

from pelatihan.jobs import running, tasks
from pelatihan.models import PrintedSheet, SheetEntry, SheetScan, SheetUpload
from pelatihan.scans import entering, keeping, reading_job, states
from pelatihan.scans.entering import NotEntered
from pelatihan.scans.states import ScanMoved
from tests.factories import UserFactory
from tests.pelatihan.attendance.threads import at_once
from tests.pelatihan.scans.claiming import claimed, enter
from tests.pelatihan.scans.scanned import a_reading, a_scan
from tests.pelatihan.scans.told_reader import ToldReader, a_photo, sent
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list

pytestmark = pytest.mark.django_db(transaction=True)
State = SheetScan.State


@pytest.fixture(autouse=True)
def evening(monkeypatch, sheets_folder) -> Iterator[None]:
    monkeypatch.setattr(reading_job, "Reader", ToldReader)
    running.ending.clear()
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def sheet() -> PrintedSheet:
    return a_printed_list(a_batch(people=3))


@pytest.fixture
def clerk() -> User:
    return UserFactory(role="panitia")


def test_leaf_entered_while_its_picture_is_in_hand_has_no_picture_to_review(sheet, clerk, monkeypatch):
    """The worker keeps what it read of several pages at once; meanwhile a clerk has typed the first one."""
    leaf = a_leaf(sheet)
    looked = itertools.count()

    def befalls(self: ToldReader, number: int) -> None:
        if next(looked) == 1:
            at_once([lambda: enter(a_leaf(sheet), claimed(leaf, "HHH"), clerk)])

    monkeypatch.setattr(ToldReader, "befalls", befalls)
    for more, page in ((1, sheet), (2, None)):
        keeping.take(
            sheet.angkatan,
            sent(a_photo(page, more=more)),
            key=uuid.uuid4(),
            way=SheetUpload.Way.FILE,
            by=clerk,
            at=EVENING,
        )
    tasks.carry_out_ready()

    assert SheetEntry.objects.standing().count() == 1
    assert set(SheetScan.objects.values_list("state", "problem", "detail")) == {
        ("problem", "twice", "entered"),
        ("problem", "no_code", "no_code"),
    }


def test_one_dismisses_a_picture_while_another_types_off_its_twin(sheet, clerk):
    leaf = a_leaf(sheet)
    for _ in range(8):
        first = a_scan(leaf, a_reading(leaf))
        twin = a_scan(leaf, a_reading(leaf), state=State.PROBLEM, problem="twice", detail="read")

        def dismiss(first=first) -> None:
            with transaction.atomic():
                states.dismissed(SheetScan.objects.get(pk=first.pk), by=clerk, at=EVENING)

        def typed(twin=twin) -> SheetEntry:
            return enter(a_leaf(sheet), claimed(leaf, "HHH"), clerk, scan=SheetScan.objects.get(pk=twin.pk))

        said = at_once([partial(caught, dismiss), partial(caught, typed)])
        assert not [one for one in said if isinstance(one, Exception)]
        for entry in SheetEntry.objects.standing():
            entering.undo(entry, by=clerk, at=EVENING)
        SheetScan.objects.filter(state=State.READ).update(state=State.PROBLEM, problem="no_code")


def caught(act: Callable[[], object]) -> object:
    """What it came to; a refusal in words is an answer."""
    try:
        return act()
    except (ScanMoved, NotEntered):
        return None
    except OperationalError as error:
        return error
