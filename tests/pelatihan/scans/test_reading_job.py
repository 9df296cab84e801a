"""Pictures on their way from what was sent to what a person looks at: each told what it is, whoever is killed."""

import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import TestCase
from django_tasks_db.models import DBTaskResult

from pelatihan.jobs import running, tasks
from pelatihan.models import Angkatan, Job, PrintedSheet, SheetScan, SheetUpload
from pelatihan.papers import forgetting_scans, lying
from pelatihan.scans import keeping, reading_job, states, waiting, words
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Fault
from pelatihan.scans.states import Why
from pelatihan.web.kept_files import SHEETS
from tests.factories import AngkatanFactory, UserFactory
from tests.pelatihan.attendance.threads import at_once
from tests.pelatihan.messaging.server import database_url
from tests.pelatihan.scans.claiming import claimed, enter
from tests.pelatihan.scans.told_reader import ToldReader, a_photo, a_scan, sent
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list

pytestmark = pytest.mark.django_db
State, Problem = SheetScan.State, SheetScan.Problem


@pytest.fixture(autouse=True)
def evening(monkeypatch, sheets_folder) -> Iterator[None]:
    monkeypatch.setattr(reading_job, "Reader", ToldReader)
    running.ending.clear()
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def batch() -> Angkatan:
    return a_batch(people=3)


@pytest.fixture
def sheet(batch) -> PrintedSheet:
    return a_printed_list(batch)


@pytest.fixture
def clerk() -> User:
    return UserFactory(role="panitia", username="rina", first_name="Rina", last_name="Kartika")


def take(batch: Angkatan, content: bytes, by: User, *, way: SheetUpload.Way = SheetUpload.Way.FILE) -> keeping.Taken:
    return keeping.take(batch, sent(content), key=uuid.uuid4(), way=way, by=by, at=EVENING)


def read_all(batch: Angkatan) -> list[tuple[str, str, str]]:
    """What a worker makes of all that waits: state, problem and detail of each picture."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        tasks.carry_out_ready()
    return [(scan.state, scan.problem, scan.detail) for scan in scans(batch)]


def scans(batch: Angkatan) -> list[SheetScan]:
    return list(batch.scans.order_by("upload__at", "upload", "number"))


def files() -> set[str]:
    return {file.name for file in SHEETS._folder().iterdir()} if SHEETS._folder().exists() else set()


# ---- Each for what it is ---------------------------------------------------------------------------


def test_page_waits_for_a_person_with_its_pictures_and_the_file_itself_is_gone(batch, sheet, clerk):
    upload = take(batch, a_photo(sheet), clerk).upload
    assert files() == {upload.file_name}

    assert read_all(batch) == [("read", "", "")]

    scan = scans(batch)[0]
    assert (scan.sheet, scan.page, scan.has_picture, len(scan.reading["cells"])) == (sheet, 1, True, 3)
    assert files() == {scan.picture_name, scan.straight_name} == forgetting_scans.known_names()
    assert Job.objects.get().state == "done"


def test_pdf_is_cut_into_its_pages_in_any_order(batch, clerk, monkeypatch):
    long = a_batch(people=40)
    sheet = a_printed_list(long)
    assert len(sheet.ends) > 1
    take(long, a_scan((sheet, 2), (None, 1), (sheet, 1)), clerk)

    assert read_all(long) == [("read", "", ""), ("problem", "no_code", "no_code"), ("read", "", "")]

    assert [(scan.number, scan.page) for scan in scans(long)] == [(1, 2), (2, None), (3, 1)]
    assert not any(name.endswith(".pdf") for name in files())


def other_batch() -> PrintedSheet:
    return a_printed_list(a_batch(people=1))


def test_page_of_another_batch_is_neither_read_nor_kept(batch, clerk):
    other = other_batch()
    take(batch, a_photo(other), clerk)

    assert read_all(batch) == [("problem", "other_angkatan", other.angkatan.name)]

    scan = scans(batch)[0]
    assert (files(), scan.has_picture, scan.sheet, scan.reading) == (set(), False, None, None)
    assert words.told(scan).sentence.startswith(f"Milik {other.angkatan.name}. Tidak dibaca dan tidak disimpan.")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"code": ["22222222", 1]}, ("unknown_code", "")),
        ({"code": None}, ("no_code", "no_code")),
        ({"fault": "two_sheets"}, ("two_sheets", "two_sheets")),
        ({"fault": "wrong_page"}, ("wrong_page", "wrong_page")),
        ({"fault": "blurred", "code": None}, ("unreadable", "blurred")),
        ({"unlike": "not_the_list"}, ("not_the_list", "not_the_list")),
        ({"unlike": "no_marks"}, ("unreadable", "no_marks")),
        ({"unlike": "too_heavy"}, ("too_heavy", "too_heavy")),
    ],
)
def test_what_cannot_be_read_says_why_and_is_kept_as_a_picture(batch, sheet, clerk, found, expected):
    take(batch, a_photo(sheet, **found), clerk)

    assert read_all(batch) == [("problem", *expected)]

    scan = scans(batch)[0]
    assert files() == {scan.picture_name}
    assert len(words.told(scan).sentence) > 40


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.TOO_MANY_PIXELS, Fault.TOO_SMALL])
def test_picture_that_cannot_even_be_looked_at_leaves_nothing_behind(batch, clerk, fault):
    take(batch, a_photo(unread=fault), clerk)

    assert read_all(batch) == [("problem", "unreadable", fault)]
    assert (files(), scans(batch)[0].has_picture) == (set(), False)


def test_picture_that_was_too_heavy_is_kept_to_be_tried_again(batch, clerk):
    upload = take(batch, a_photo(unread=Fault.TOO_HEAVY), clerk).upload

    assert read_all(batch) == [("problem", "too_heavy", "too_heavy")]
    assert files() == {upload.file_name} == forgetting_scans.known_names()


def test_file_that_is_locked_has_one_picture_that_says_so(batch, clerk):
    upload = take(batch, a_scan((None, 1), locked=True), clerk).upload

    assert read_all(batch) == [("problem", "unreadable", "locked")]
    upload.refresh_from_db()
    assert (upload.fault, upload.pages, files()) == ("locked", 0, set())


def test_page_beyond_the_last_one_is_not_of_that_sheet(batch, sheet, clerk):
    take(batch, a_photo(sheet, page=9), clerk)
    assert read_all(batch) == [("problem", "wrong_page", Why.NO_SUCH_PAGE)]


def test_page_whose_session_is_gone_is_known_but_not_read(batch, sheet, clerk):
    batch.sessions.all().delete()
    take(batch, a_photo(sheet), clerk)

    assert read_all(batch) == [("problem", "session_gone", Why.SESSION_GONE)]
    scan = scans(batch)[0]
    assert (scan.sheet, scan.page, scan.reading) == (sheet, 1, None)


def test_another_paper_is_known_and_can_be_evidence(batch, sheet, clerk, monkeypatch):
    monkeypatch.setattr(Leaf, "is_attendance", False)
    take(batch, a_photo(sheet), clerk)

    assert read_all(batch) == [("problem", "not_attendance", "")]
    scan = scans(batch)[0]
    assert (scan.sheet, scan.reading) == (sheet, None)
    states.filed(scan, by=clerk, at=EVENING)
    assert scans(batch)[0].state == "filed"


def test_page_of_an_older_print_is_read_and_says_which_lies_there(batch, sheet, clerk):
    newer = a_printed_list(batch, at=EVENING)
    take(batch, a_photo(sheet), clerk)

    assert read_all(batch) == [("read", "", "")]
    assert lying.instead_of(sheet, 1) == newer
    assert f"versi {sheet.version}; yang berlaku versi {newer.version}" in words.old_version(a_leaf(sheet))
    assert words.old_version(a_leaf(newer)) == ""


# ---- Twice -----------------------------------------------------------------------------------------


def test_second_picture_of_a_page_is_read_and_compared(batch, sheet, clerk):
    take(batch, a_photo(sheet), clerk)
    take(batch, a_photo(sheet, more="again"), clerk)

    assert sorted(read_all(batch)) == [("problem", "twice", Why.READ), ("read", "", "")]
    assert all(scan.reading for scan in scans(batch))


def test_picture_of_a_page_that_is_entered_is_compared(batch, sheet, clerk):
    enter(a_leaf(sheet), claimed(a_leaf(sheet), "HHH"), clerk)
    take(batch, a_photo(sheet), clerk)

    assert read_all(batch) == [("problem", "twice", Why.ENTERED)]


# ---- A person says which page it is ----------------------------------------------------------------


def test_code_that_was_typed_is_taken_for_the_one_in_the_picture(batch, sheet, clerk):
    take(batch, a_photo(), clerk)
    read_all(batch)
    scan = scans(batch)[0]
    states.code_typed(scan, sheet, 1)
    waiting.join(batch, more=1, by=clerk)

    assert read_all(batch) == [("read", "", "")]
    assert (scans(batch)[0].sheet, scans(batch)[0].is_typed) == (sheet, True)


def test_typed_code_stays_when_the_page_cannot_be_read_all_the_same(batch, sheet, clerk):
    take(batch, a_photo(unlike="no_marks", code=None), clerk)
    read_all(batch)
    states.code_typed(scans(batch)[0], sheet, 1)
    waiting.join(batch, more=1, by=clerk)

    assert read_all(batch) == [("problem", "unreadable", "no_marks")]
    assert scans(batch)[0].sheet == sheet


# ---- One act for a batch ---------------------------------------------------------------------------


def test_forty_photos_one_by_one_are_one_job(batch, sheet, clerk):
    for number in range(40):
        take(batch, a_photo(more=number), clerk, way=SheetUpload.Way.PHONE)
    job = Job.objects.get()
    assert (job.total, waiting.progress(batch).total) == (40, 40)

    tasks.carry_out_ready()

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 40, 40)
    assert waiting.progress(batch) is None


def test_after_the_end_the_next_photo_is_a_new_job(batch, sheet, clerk):
    take(batch, a_photo(sheet), clerk)
    read_all(batch)
    take(batch, a_photo(more="later"), clerk)

    assert Job.objects.count() == 2
    assert len(read_all(batch)) == 2


def test_photo_that_comes_while_the_last_one_is_read_belongs_to_the_same_job(batch, sheet, clerk, monkeypatch):
    def befalls(self: ToldReader, number: int) -> None:
        if batch.uploads.count() == 1:
            take(batch, a_photo(more="late"), clerk)

    monkeypatch.setattr(ToldReader, "befalls", befalls)
    take(batch, a_photo(sheet), clerk)

    assert len(read_all(batch)) == 2
    assert (Job.objects.count(), waiting.left(batch)) == (1, 0)


def test_photo_that_comes_at_the_very_end_is_not_left_without_a_reader(batch, sheet, clerk, monkeypatch):
    """Between the look that found nothing and the end of the job, somebody else stood in the door."""
    door, late = waiting.stand_in_door, a_photo(more="late")

    def enter_after_another(angkatan: Angkatan) -> None:
        monkeypatch.setattr(waiting, "stand_in_door", door)
        take(batch, late, clerk)
        door(angkatan)

    take(batch, a_photo(sheet), clerk)
    monkeypatch.setattr(waiting, "stand_in_door", enter_after_another)

    assert len(read_all(batch)) == 2
    assert (Job.objects.count(), waiting.left(batch)) == (1, 0)


def test_stopped_reading_keeps_what_waits_and_goes_on_when_told(batch, sheet, clerk):
    take(batch, a_photo(sheet), clerk)
    waiting.stop(batch, by=clerk, at=EVENING)

    assert read_all(batch) == []
    assert (waiting.progress(batch).can_resume, waiting.progress(batch).total) == (True, 1)
    assert waiting.resume(batch, by=clerk)
    assert read_all(batch) == [("read", "", "")]
    assert not waiting.resume(batch, by=clerk)


def test_a_part_is_some_seconds(batch, sheet, clerk, monkeypatch):
    monkeypatch.setattr(reading_job, "MOST_SECONDS", 0)
    for number in range(3):
        take(batch, a_photo(more=number), clerk)
    job = Job.objects.get()
    running._take(job.pk, EVENING)

    assert running._go_on(job.pk)
    job.refresh_from_db()
    assert (job.done, job.total, waiting.left(batch)) == (1, 3, 2)


# ---- What may befall -------------------------------------------------------------------------------


class Killed(BaseException):
    """What a worker does not live to catch."""


def befall(monkeypatch, at: int, what: Callable[[], None]) -> None:
    """At the so-manieth picture that is looked at."""
    ToldReader.looked = 0
    monkeypatch.setattr(ToldReader, "befalls", lambda self, number: what() if ToldReader.looked == at else None)


def test_worker_that_breaks_at_a_page_tries_it_again_and_loses_nothing(batch, sheet, clerk, monkeypatch):
    def breaks() -> None:
        raise OSError(28, "No space left on device")

    befall(monkeypatch, 2, breaks)
    take(batch, a_scan((sheet, 1), (None, 1)), clerk)

    assert read_all(batch) == [("read", "", ""), ("problem", "no_code", "no_code")]
    assert (len(scans(batch)), Job.objects.get().state) == (2, "done")


def test_full_disk_ends_the_reading_with_all_that_was_sent_still_there(batch, sheet, clerk, monkeypatch):
    upload = take(batch, a_photo(sheet), clerk).upload

    def full(name: str, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(SHEETS), "write", lambda self, name, content: full(name, content))
        tasks.carry_out_ready()
    told = waiting.progress(batch)
    assert (told.can_resume, told.total, files()) == (True, 1, {upload.file_name})
    assert "Coba lanjutkan" in told.why

    waiting.resume(batch, by=clerk)
    assert read_all(batch) == [("read", "", "")]


def test_file_that_is_not_there_is_told(batch, sheet, clerk):
    upload = take(batch, a_photo(sheet), clerk).upload
    SHEETS.remove(upload.file_name)

    assert read_all(batch) == [("problem", "unreadable", Why.FILE_GONE)]


@pytest.mark.django_db(transaction=True)
def test_two_workers_read_each_page_once(batch, sheet, clerk, monkeypatch):
    monkeypatch.setattr(reading_job, "MOST_SECONDS", 0)
    monkeypatch.setattr(ToldReader, "befalls", lambda self, number: threading.Event().wait(0.1))
    for number in range(6):
        take(batch, a_photo(more=number), clerk)
    waiting.stop(batch, by=clerk, at=EVENING)
    Job.objects.update(state="waiting", ended_at=None, stop_asked_at=None, stop_asked_by=None)
    second = running.start(
        waiting.WORK, key=uuid.uuid4(), author=clerk, title="Kedua", total=6, plan={"angkatan": batch.pk}
    )
    jobs = list(Job.objects.all())
    assert second in jobs
    ToldReader.looked = 0

    at_once([partial(running.carry_out, job.pk) for job in jobs])

    assert (len(scans(batch)), ToldReader.looked) == (6, 6)
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert {scan.state for scan in scans(batch)} == {"problem"}


DIES = """
import os, signal, sys
import django
sys.path.insert(0, ".")
django.setup()
from pelatihan.jobs import tasks
from pelatihan.scans import reading_job
from tests.pelatihan.scans.told_reader import ToldReader
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
where = sys.argv[1]
reading_job.Reader = ToldReader
if where == "picture": ToldReader.befalls = lambda self, number: die() if ToldReader.looked == 2 else None
elif where == "row": reading_job.states.read = die
elif where == "committed": reading_job.SHEETS.__class__.remove = die
else: reading_job.SHEETS.__class__.write = die
tasks.carry_out_ready()
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["picture", "row", "file", "committed"])
def test_killed_worker_leaves_nothing_half_and_the_next_one_goes_on(batch, sheet, clerk, settings, where):
    upload = take(batch, a_scan((sheet, 1), (None, 1)), clerk).upload
    ours = {
        "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "pelatihan.settings",
        "PRIVATE_FILES": str(SHEETS._folder().parent),
    }  # fmt: skip
    DBTaskResult.objects.update(run_after=EVENING)
    done = subprocess.run([sys.executable, "-c", DIES, where], env=os.environ | ours, check=False)
    assert done.returncode == -signal.SIGKILL
    assert SheetScan.objects.count() == (2 if where == "committed" else 0)

    Job.objects.update(lease_until=EVENING)
    running.take_up_abandoned(EVENING)
    assert read_all(batch) == [("read", "", ""), ("problem", "no_code", "no_code")]
    kept = {scan.picture_name for scan in scans(batch)} | {scans(batch)[0].straight_name}
    assert files() - {upload.file_name, f"{upload.file_name}.part"} == kept
    assert upload.file_name not in forgetting_scans.known_names()


def test_unknown_batch_has_no_reading():
    assert waiting.progress(AngkatanFactory()) is None
