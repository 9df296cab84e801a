"""Pictures of signed sheets are kept as the notice says: those that count with their print, the others briefly."""

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from pelatihan.models import (
    Attendance,
    AttendanceEvent,
    Job,
    PrintedSheet,
    SheetDraft,
    SheetEntry,
    SheetScan,
    SheetUpload,
)
from pelatihan.privacy.purge import due, purge
from pelatihan.scans import entering, states
from pelatihan.web.kept_files import SHEETS
from tests.factories import UserFactory
from tests.pelatihan.door import at
from tests.pelatihan.papers.prints import a_scan
from tests.pelatihan.scans.claiming import claimed, enter
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list

LAST_DAY = date(2019, 3, 13)
A_MONTH_ON, TEN_YEARS_ON = date(2019, 4, 13), date(2029, 3, 14)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    """Where pictures are kept, empty."""
    options = settings.STORAGES["sheets"]["OPTIONS"] | {"location": tmp_path / "lembar"}
    settings.STORAGES = settings.STORAGES | {"sheets": settings.STORAGES["sheets"] | {"OPTIONS": options}}
    return tmp_path / "lembar"


@pytest.fixture
def leaf(db):
    return a_leaf(a_printed_list(a_batch(people=2)))


@pytest.fixture
def rina(db):
    return UserFactory(role="panitia")


def pictured(sheet: PrintedSheet | None, leaf, **more) -> SheetScan:
    """A picture with both its files, written long ago."""
    scan = a_scan(leaf.sheet, has_picture=True, **more)
    if sheet is None:
        SheetScan.objects.filter(pk=scan.pk).update(sheet=None, page=None)
        scan.refresh_from_db()
    for name in (scan.picture_name, scan.straight_name):
        SHEETS.write(name, b"x")
    return scan


def purged_on(day: date, folder: Path):
    """As the daily timer does it, with files of yesterday or before."""
    moment = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    before = (moment - timedelta(days=2)).timestamp()
    for file in folder.iterdir() if folder.exists() else ():
        os.utime(file, (before, before))
    with time_machine.travel(moment, tick=False):
        return purge(day)


def test_picture_that_counts_goes_with_its_print(leaf, rina, folder):
    scan = pictured(leaf.sheet, leaf)
    entering.undo(enter(leaf, claimed(leaf, "HK"), rina), by=rina, at=at("20.10"))
    scan.refresh_from_db()
    enter(leaf, claimed(leaf, "HH"), rina, scan=scan, at=at("20.20"))
    purged_on(TEN_YEARS_ON - timedelta(days=1), folder)
    assert (SheetEntry.objects.count(), len(list(folder.iterdir()))) == (2, 2)

    gone = purged_on(TEN_YEARS_ON, folder)

    assert gone.printings == 1
    left = [model.objects.count() for model in (PrintedSheet, SheetEntry, SheetScan, SheetUpload)]
    assert (left, list(folder.iterdir())) == ([0, 0, 0, 0], [])


def test_what_was_entered_stays_in_the_recap_when_the_paper_is_gone(leaf, rina, folder):
    enter(leaf, claimed(leaf, "HH"), rina)

    purged_on(TEN_YEARS_ON, folder)

    assert (Attendance.objects.count(), AttendanceEvent.objects.count()) == (2, 2)


def test_picture_set_aside_goes_a_month_after_the_training(leaf, rina, folder):
    scan = pictured(leaf.sheet, leaf)
    states.dismissed(scan, by=rina, at=EVENING)
    assert purged_on(A_MONTH_ON - timedelta(days=1), folder).pictures == 0

    gone = purged_on(A_MONTH_ON, folder)

    assert (gone.pictures, SheetUpload.objects.count(), list(folder.iterdir())) == (1, 0, [])


def test_picture_of_no_known_page_goes_likewise(leaf, folder):
    pictured(None, leaf, state="problem", problem="no_code")

    assert purged_on(A_MONTH_ON, folder).pictures == 1


def test_picture_sent_late_is_not_gone_on_the_next_day(leaf, folder):
    scan = pictured(None, leaf, state="problem", problem="no_code")
    SheetUpload.objects.filter(pk=scan.upload_id).update(at=at("20.00") + timedelta(days=40))

    assert purged_on(A_MONTH_ON + timedelta(days=10), folder).pictures == 0


def test_picture_that_something_was_entered_from_once_is_kept(leaf, rina, folder):
    scan = pictured(leaf.sheet, leaf)
    entering.undo(enter(leaf, claimed(leaf, "HK"), rina, scan=scan), by=rina, at=at("20.10"))
    scan.refresh_from_db()
    states.dismissed(scan, by=rina, at=at("20.20"))

    assert purged_on(A_MONTH_ON, folder).pictures == 0
    assert len(list(folder.iterdir())) == 2


def test_file_that_no_row_names_goes_and_one_that_is_to_be_read_stays(leaf, folder):
    scan = a_scan(leaf.sheet, state="waiting")
    SHEETS.write(scan.upload.file_name, b"x")
    SHEETS.write("01234567-0000-4000-8000-000000000000.pdf", b"x")

    purged_on(A_MONTH_ON, folder)

    assert [file.name for file in folder.iterdir()] == [scan.upload.file_name]


def test_what_somebody_left_half_entered_goes_after_half_a_year(leaf, rina):
    SheetDraft.objects.create(angkatan=leaf.angkatan, sheet=leaf.sheet, page=1, by=rina, marks={"nama3": "Bayu"},
                              at=EVENING)  # fmt: skip

    assert due(date(2019, 9, 7)).sheet_drafts.count() == 0
    assert due(date(2019, 9, 8)).sheet_drafts.count() == 1


def test_job_that_read_goes_though_its_pictures_stay(leaf, rina, folder):
    scan = a_scan(leaf.sheet)
    moments = dict.fromkeys(("created_at", "started_at", "ended_at"), EVENING)
    job = Job.objects.create(title="Membaca lembar", work="x", state="done", author=rina, **moments)
    SheetUpload.objects.filter(pk=scan.upload_id).update(job=job)

    purged_on(date(2019, 12, 1), folder)

    assert (Job.objects.count(), SheetScan.objects.count()) == (0, 1)
