"""The address that takes files: from a form, from a script, from a phone; and the reading, stopped and resumed."""

import uuid
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from pelatihan.models import Angkatan, Job, SheetUpload
from pelatihan.scans import keeping, sending
from pelatihan.web.kept_files import SHEETS
from tests.factories import AngkatanFactory
from tests.pelatihan import letter_samples as a
from tests.pelatihan.scans.told_reader import a_photo, a_scan, sent
from tests.pelatihan.scans.world import EVENING
from tests.pelatihan.test_walk import browser_of

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory()


@pytest.fixture
def organiser(db) -> Client:
    return browser_of("panitia")


def address(batch: Angkatan, name: str = "sheet_upload") -> str:
    return reverse(name, args=[batch.slug])


def post(client: Client, batch: Angkatan, *files, accept: bool = True, **fields):
    body = {"berkas": list(files), "kunci": str(uuid.uuid4())} | fields
    return client.post(address(batch), body, headers=JSON if accept else {})


def said(answer) -> list[tuple[str, str]]:
    return [(one.level_tag, str(one)) for one in get_messages(answer.wsgi_request)]


# ---- From a form -----------------------------------------------------------------------------------


def test_many_at_once_each_for_itself(organiser, batch):
    answer = post(
        organiser, batch, sent(a_photo(more=1)), sent(a.HEIC, "a.heic"), sent(a_scan((None, 1)), "b.pdf"),
        sent(a.HEIC + b"2", "c.heic"), accept=False,
    )  # fmt: skip

    assert (answer.status_code, answer.url) == (302, address(batch, "sheets"))
    assert said(answer) == [
        ("success", "2 berkas diterima dan sedang dibaca. Halaman ini boleh ditutup."),
        ("error", f"a.heic, c.heic: {keeping.HEIC}"),
    ]
    assert (SheetUpload.objects.count(), Job.objects.count()) == (2, 1)


def test_pressed_twice_it_is_once(organiser, batch):
    key = str(uuid.uuid4())
    for _ in range(2):
        answer = post(organiser, batch, sent(a_photo(more=1)), sent(a_photo(more=2)), kunci=key)
    assert [one["ok"] for one in answer.json()["results"]] == [True, True]
    assert SheetUpload.objects.count() == 2


def test_name_that_turns_words_around_is_told_without_it(organiser, batch):
    answer = post(organiser, batch, sent(a.HEIC, "foto\u202egpj.heic"), accept=False)

    assert said(answer) == [("error", f"fotogpj.heic: {keeping.HEIC}")]


def test_nothing_chosen_says_so(organiser, batch):
    assert said(post(organiser, batch, accept=False)) == [("error", sending.NOTHING)]


def test_more_than_forty_are_told_which_were_not_taken(organiser, batch, monkeypatch):
    monkeypatch.setattr(sending, "MOST_FILES", 2)
    results = post(organiser, batch, *(sent(a_photo(more=one)) for one in range(3))).json()["results"]
    assert [(one["ok"], one["again"], one["message"]) for one in results] == [
        (True, False, ""), (True, False, ""), (False, True, sending.TOO_MANY),
    ]  # fmt: skip


def test_request_that_is_too_long_is_turned_away_unread_with_the_limit(organiser, batch):
    answer = organiser.post(address(batch), b"", content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(202 * 1024 * 1024), headers=JSON)  # fmt: skip
    assert (answer.status_code, answer.json()["message"]) == (413, sending.TOO_MUCH)


# ---- From a phone ----------------------------------------------------------------------------------


def test_officer_sends_photos_by_phone_and_the_same_key_gets_the_same_answer(batch):
    officer, key = browser_of("petugas"), str(uuid.uuid4())
    first = post(officer, batch, sent(a_photo()), kunci=key, cara="phone")
    second = post(officer, batch, sent(a_photo()), kunci=key, cara="phone")

    assert (first.status_code, first.json()) == (200, second.json())
    assert first.json() == {
        "results": [{"id": key, "name": "IMG_2041.jpg", "ok": True, "again": False, "message": ""}],
        "to": address(batch, "sheet_photo"),
    }
    assert SheetUpload.objects.get().way == "phone"


@pytest.mark.parametrize(("content", "status", "again"), [(a.HTML, 422, False), (a_photo(), 503, True)])
def test_refused_for_good_or_for_now(organiser, batch, monkeypatch, content, status, again):
    monkeypatch.setattr(keeping, "MOST_WAITING", 0)
    answer = post(organiser, batch, sent(content))
    body = answer.json()
    assert (answer.status_code, body["error"], body["results"][0]["again"]) == (status, "refused", again)
    assert body["message"] == body["results"][0]["message"] != ""


def test_full_disk_is_answered_so_that_the_phone_keeps_its_photo(organiser, batch, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(SHEETS), "write", full)
    answer = post(organiser, batch, sent(a_photo()))
    assert (answer.status_code, answer.json()["message"]) == (503, keeping.NOT_STORED)


# ---- Who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [("pemantau", 403), ("verifikator", 403), ("petugas", 200)])
def test_who_may_send(batch, role, status):
    assert post(browser_of(role), batch, sent(a_photo())).status_code == status


def test_without_account_nothing_is_read(batch):
    assert post(Client(), batch, sent(a_photo())).status_code == 401
    assert not SheetUpload.objects.exists()


# ---- Stopping and going on -------------------------------------------------------------------------


def test_reading_is_stopped_and_taken_up_again(organiser, batch):
    post(organiser, batch, sent(a_photo()))
    stopped = organiser.post(address(batch, "sheet_reading"), {"lalu": "berhenti"})
    assert (said(stopped), Job.objects.get().state) == ([("info", sending.STOPPED)], "stopped")

    on = organiser.post(address(batch, "sheet_reading"), {"lalu": "lanjut"})
    assert (said(on)[-1], Job.objects.filter(state="waiting").count()) == (("info", sending.GOES_ON), 1)


def test_nothing_to_go_on_with_says_so(organiser, batch):
    answer = organiser.post(address(batch, "sheet_reading"), {"lalu": "lanjut"})
    assert said(answer) == [("info", sending.NONE_LEFT)]
    assert browser_of("petugas").post(address(batch, "sheet_reading")).status_code == 403
