"""Clerks and a worker at one leaf at once: each is answered, and no picture of an entered leaf waits for review."""

import itertools
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction

from pelatihan.jobs import running, tasks
from pelatihan.models import PrintedSheet, SheetEntry, SheetScan, SheetUpload
from pelatihan.scans import keeping, reading_job, states
from tests.factories import UserFactory
from tests.pelatihan.attendance.threads import at_once, until, waits
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


def test_one_dismisses_a_picture_while_another_types_off_its_twin(sheet, clerk, monkeypatch):
    """Each needs both pictures: whoever is second waits, instead of holding what the first still needs."""
    leaf = a_leaf(sheet)
    first = a_scan(leaf, a_reading(leaf))
    twin = a_scan(leaf, a_reading(leaf), state=State.PROBLEM, problem="twice", detail="read")
    promote = states._promote

    def typed() -> object:
        try:
            return enter(a_leaf(sheet), claimed(leaf, "HHH"), clerk, scan=SheetScan.objects.get(pk=twin.pk))
        except OperationalError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        waiting: list[Future[object]] = []

        def slowly(*leaf: Any) -> None:
            waiting.append(other.submit(typed))
            until(waits)
            promote(*leaf)

        monkeypatch.setattr(states, "_promote", slowly)
        with transaction.atomic():
            states.dismissed(first, by=clerk, at=EVENING)

        assert isinstance(waiting[0].result(), SheetEntry)
    assert [SheetScan.objects.get(pk=one.pk).state for one in (first, twin)] == ["dismissed", "entered"]
