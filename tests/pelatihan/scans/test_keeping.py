"""What may be sent, and that it is kept once and whole."""

import uuid
from functools import partial
from typing import cast

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from pelatihan.jobs import tasks
from pelatihan.models import Angkatan, Job, SheetScan, SheetUpload
from pelatihan.models.scan import MOST_BYTES, MOST_NAME
from pelatihan.papers import forgetting_scans
from pelatihan.scans import keeping, reading_job, states
from pelatihan.scans.keeping import SheetRefused, Taken
from pelatihan.web.kept_files import SHEETS
from tests.factories import NOON, AngkatanFactory, UserFactory
from tests.pelatihan import letter_samples as a
from tests.pelatihan.attendance.threads import at_once
from tests.pelatihan.scans.told_reader import ToldReader, a_photo, a_scan

pytestmark = pytest.mark.django_db
Way = SheetUpload.Way


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory()


@pytest.fixture
def clerk() -> User:
    return UserFactory(role="petugas", username="dewi", first_name="Dewi", last_name="Anggraini")


def take(
    batch: Angkatan, content: bytes, by: User, *, name: str = "IMG_2041.jpg", key: uuid.UUID | None = None
) -> Taken:
    upload = SimpleUploadedFile(name, content)
    return keeping.take(batch, upload, key=key or uuid.uuid4(), way=Way.FILE, by=by, at=NOON)


def refusal(batch: Angkatan, content: bytes, by: User) -> SheetRefused:
    """Why; nothing of it is kept."""
    with pytest.raises(SheetRefused) as refused:
        take(batch, content, by)
    assert (SheetUpload.objects.exists(), names(), Job.objects.exists()) == (False, [], False)
    return refused.value


def names() -> list[str]:
    return sorted(file.name for file in SHEETS._folder().iterdir()) if SHEETS._folder().exists() else []


# ---- What may be sent ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"), [(a.a_photo(), "jpeg"), (a.written(a.a_drawing(), "PNG"), "png"), (a_scan((None, 1)), "pdf")]
)
def test_photo_picture_and_pdf_are_kept_as_they_came(batch, clerk, content, kind):
    taken = take(batch, content, clerk, name="lembar.xyz")

    sent = SheetUpload.objects.get()
    assert (taken.is_new, taken.sentence, sent.kind, sent.size) == (True, "", kind, len(content))
    assert names() == [sent.file_name]
    assert SHEETS.read(sent.file_name) == content
    assert (sent.by, sent.at, sent.job.state) == (clerk, NOON, "waiting")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", keeping.EMPTY),
        (a.HTML, keeping.OTHER),
        (b"\x89PNG\r\n" + a.HTML, keeping.OTHER),
        (a.SVG, keeping.OTHER),
        (a.GIF, keeping.OTHER),
        (a.WORD, keeping.OFFICE),
        (a.OLD_WORD, keeping.OFFICE),
        (a.HEIC, keeping.HEIC),
        (a.written(a.a_drawing(), "WEBP"), keeping.WEBP),
        (a_scan((None, 1))[:-20], keeping.CUT_OFF),
    ],
)
def test_anything_else_is_refused_with_what_to_do(batch, clerk, content, sentence):
    refused = refusal(batch, content, clerk)
    assert (str(refused), refused.again) == (sentence, False)


def test_what_is_larger_than_twenty_megabytes_is_refused_and_what_is_as_large_taken(batch, clerk):
    assert str(refusal(batch, b"\xff\xd8\xff" + b"0" * MOST_BYTES, clerk)) == keeping.TOO_LARGE
    assert take(batch, b"\xff\xd8\xff" + b"0" * (MOST_BYTES - 3), clerk).is_new


def test_batch_that_is_closed_or_cancelled_takes_nothing(clerk):
    closed = AngkatanFactory(closed_at=NOON)
    assert "sudah ditutup" in str(refusal(closed, a_photo(), clerk))
    cancelled = AngkatanFactory(cancelled_at=NOON, cancel_reason="Banjir")
    assert str(refusal(cancelled, a_photo(), clerk)) == keeping.CANCELLED


def test_name_is_kept_without_what_cannot_be_printed_and_not_longer_than_fits(batch, clerk):
    take(batch, a_photo(), clerk, name="\u202eabc" + "x" * 300 + ".jpg")
    name = SheetUpload.objects.get().name
    assert (len(name), name[-4:], "\u202e" in name) == (MOST_NAME, ".jpg", False)


def test_who_has_much_waiting_waits_before_sending_more(batch, clerk, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_WAITING", 2)
    sent = take(batch, a_photo(more=1), clerk).upload
    states.cut(sent, 2)

    with pytest.raises(SheetRefused) as refused:
        take(batch, a_photo(more=2), clerk)
    assert (refused.value.again, SheetUpload.objects.count(), len(names())) == (True, 1, 1)
    assert take(batch, a_photo(more=2), UserFactory(role="panitia")).is_new


# ---- Once ------------------------------------------------------------------------------------------


def test_sent_twice_by_one_press_is_once_and_silent(batch, clerk):
    key = uuid.uuid4()
    first, second = take(batch, a_photo(), clerk, key=key), take(batch, a_photo(), clerk, key=key)

    assert (first.upload, first.upload.pk) == (second.upload, key)
    assert (second.is_new, second.sentence, len(names()), Job.objects.count()) == (False, "", 1, 1)


def test_same_file_again_says_who_sent_it_when(batch, clerk):
    first = take(batch, a_photo(), clerk)
    again = take(batch, a_photo(), UserFactory(role="panitia"))

    assert (again.upload, again.is_new) == (first.upload, False)
    assert again.sentence == (
        "Berkas ini sudah dikirim Dewi Anggraini, Rabu, 20 Februari 2019 pukul 12.00 WIB; tidak disimpan dua kali."
    )


def test_another_file_by_the_same_key_is_not_lost(batch, clerk):
    key = uuid.uuid4()
    first, second = take(batch, a_photo(more=1), clerk, key=key), take(batch, a_photo(more=2), clerk, key=key)

    assert first.upload.pk == key != second.upload.pk
    assert (second.is_new, len(names())) == (True, 2)


def test_same_file_may_be_sent_to_another_batch(batch, clerk):
    key = uuid.uuid4()
    take(batch, a_photo(), clerk, key=key)
    assert take(AngkatanFactory(), a_photo(), clerk, key=key).is_new


def test_pages_that_were_set_aside_wait_again_when_the_file_comes_again(batch, clerk, monkeypatch):
    monkeypatch.setattr(reading_job, "Reader", ToldReader)
    take(batch, a_photo(), clerk)
    tasks.carry_out_ready()
    scan = SheetScan.objects.select_related("upload").get()
    states.dismissed(scan, by=clerk, at=NOON)

    again = take(batch, a_photo(), clerk)
    scan.refresh_from_db()
    assert (scan.state, again.is_new, again.upload.pk) == ("waiting", False, scan.upload_id)
    assert again.sentence.endswith("yang tadinya disisihkan kini dibaca lagi.")
    tasks.carry_out_ready()
    scan.refresh_from_db()
    assert (scan.state, scan.problem) == ("problem", "no_code")


def test_locked_file_that_was_set_aside_is_looked_into_again(batch, clerk, monkeypatch):
    monkeypatch.setattr(reading_job, "Reader", ToldReader)
    locked = a_scan((None, 1), locked=True)
    take(batch, locked, clerk)
    tasks.carry_out_ready()
    states.dismissed(SheetScan.objects.get(), by=clerk, at=NOON)

    take(batch, locked, clerk)
    assert (SheetScan.objects.count(), SheetUpload.objects.get().fault) == (0, "")
    tasks.carry_out_ready()
    assert SheetScan.objects.get().detail == "locked"


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_file_at_once_send_it_once():
    batch, people = AngkatanFactory(), [UserFactory(), UserFactory()]
    taken = at_once([partial(take, batch, a_photo(), by) for by in people])

    assert sorted(cast(Taken, one).is_new for one in taken) == [False, True]
    assert (SheetUpload.objects.count(), len(names()), Job.objects.count()) == (1, 1, 1)


# ---- Whole -----------------------------------------------------------------------------------------


def test_full_disk_is_told_and_leaves_nothing(batch, clerk, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    refused = refusal(batch, a_photo(), clerk)
    assert (str(refused), refused.again) == (keeping.NOT_STORED, True)


def test_row_that_cannot_be_written_leaves_no_file(batch, clerk, monkeypatch):
    def breaks(*_: object) -> None:
        raise ValueError("It breaks")

    monkeypatch.setattr(keeping, "_noted", breaks)
    with pytest.raises(ValueError, match="It breaks"):
        take(batch, a_photo(), clerk)
    assert names() == []


def test_file_that_is_wanted_still_stays_when_it_comes_again_in_vain(batch, clerk, monkeypatch):
    """Its first page was set aside, its second one waits."""
    content = a_scan((None, 1), (None, 2))
    upload = take(batch, content, clerk, name="a.pdf").upload
    states.cut(upload, 2)
    aside = {"state": "dismissed", "settled_at": NOON, "settled_by": clerk}
    SheetScan.objects.filter(number=1).update(**aside)
    monkeypatch.setattr(states, "wanted_again", lambda scan: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        take(batch, content, clerk, name="a.pdf")

    assert SHEETS.read(upload.file_name) == content


def test_file_that_nobody_has_looked_into_is_known(batch, clerk):
    sent = take(batch, a_photo(), clerk).upload
    assert forgetting_scans.known_names() == {sent.file_name}
    assert SHEETS.strays(NOON.replace(year=2100), forgetting_scans.known_names()) == []
