"""What a phone must know to photograph signed pages, and what it is told of those that it sent."""

import html
import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from pelatihan.accounts import access
from pelatihan.desk import offline
from pelatihan.models import Angkatan, PrintedSheet, SheetScan, SheetUpload
from pelatihan.papers import marking
from pelatihan.scans import photo
from pelatihan.scans.shapes import Fault
from tests.factories import UserFactory, a_printing
from tests.pelatihan.scans.world import a_batch, a_printed_list
from tests.sheet_pictures import EDGE, SIDE

pytestmark = pytest.mark.django_db
State = SheetScan.State
ASSET = re.compile(r'(?:href|src)="/static/([^"#]+)')


@pytest.fixture
def batch() -> Angkatan:
    access.make_groups()
    return a_batch(people=3, sessions=2)


@pytest.fixture
def officer(batch) -> User:
    return UserFactory(role="petugas")


def a_sheet(batch: Angkatan, code: str, **changes: Any) -> PrintedSheet:
    """A printed list of two pages, without its typesetter."""
    session = batch.sessions.order_by("starts_at")[0]
    number = 100 + PrintedSheet.objects.count()  # a printing has sheets of its own
    facts = {
        "number": number, "slot": f"sesi-{number}", "version": 1, "kind": "session", "session_id": session.pk,
        "day": session.day, "ends": [20, 31], "layout": {"size": [215, 330]}, "code": code,
    }  # fmt: skip
    printing = a_printing(batch, by=UserFactory())
    return PrintedSheet.objects.create(printing=printing, angkatan=batch, **facts | changes)


def a_picture(sheet: PrintedSheet, by: User, state: str = State.WAITING, page: int = 2, **changes: Any) -> SheetScan:
    upload = an_upload(sheet.angkatan, by)
    settled = {"settled_at": upload.at, "settled_by": by} if state in {"dismissed", "filed", "entered"} else {}
    facts = {"sheet": sheet, "page": page, "state": state, "reading": {}} | settled | changes
    return SheetScan.objects.create(upload=upload, number=1, angkatan=sheet.angkatan, **facts)


def an_upload(batch: Angkatan, by: User, **changes: Any) -> SheetUpload:
    facts = {"kind": "jpeg", "way": "phone", "size": 9, "sha256": uuid.uuid4().hex, "at": timezone.now(), "by": by}
    return SheetUpload.objects.create(angkatan=batch, **facts | changes)


def page_of(client, user: User, batch: Angkatan, query: str = "") -> str:
    client.force_login(user)
    answer = client.get(reverse("sheet_photo", args=[batch.slug]) + query)
    assert answer.status_code == 200
    return answer.text


def known_to(page: str) -> dict[str, Any]:
    found = re.search(r'id="lembar-tercetak" hidden data-known="(.*?)"', page)
    assert found
    return json.loads(html.unescape(found[1]))


# ---- What the phone knows ------------------------------------------------------------------------


def test_phone_knows_every_list_that_is_signed_by_its_code(client, batch, officer):
    sheet = a_sheet(batch, "7KQ3M9XA")
    a_sheet(batch, "ABCD2345", kind="day", session_id=None, part=2)
    a_picture(sheet, officer)

    assert known_to(page_of(client, officer, batch)) == {
        "7KQ3M9XA": {"words": "Sen 08.00", "pages": 2, "size": [215, 330], "done": [2]},
        "ABCD2345": {"words": "Sen, tabel harian, bagian 2", "pages": 2, "size": [215, 330], "done": []},
    }


def test_phone_knows_no_list_that_no_participant_signs(client, batch, officer):
    a_sheet(batch, "ABCD2345", of="guest")
    a_sheet(batch, "ABCD2346", kind="recap")
    a_sheet(batch, "")
    a_sheet(a_batch(), "ABCD2347")

    assert known_to(page_of(client, officer, batch)) == {}


def test_picture_that_was_set_aside_is_no_picture_of_its_page(client, batch, officer):
    a_picture(a_sheet(batch, "7KQ3M9XA"), officer, State.DISMISSED)

    assert known_to(page_of(client, officer, batch))["7KQ3M9XA"]["done"] == []


def test_page_names_nobody(client, batch, officer):
    sheet = a_printed_list(batch)
    page = page_of(client, officer, batch)

    assert sheet.code in page
    assert "Santoso" not in page
    assert "Rahmawati" not in page


def test_marks_lie_where_the_phone_seeks_them(batch):
    layout = a_printed_list(batch).layout
    page = layout["pages"][0]
    width, height = layout["size"]
    far, low = width - EDGE - SIDE, height - EDGE - SIDE

    assert layout["mark"] == SIDE
    assert page["marks"] == [
        [number, *place]
        for number, place in zip(marking.marks_of(1), ((EDGE, EDGE), (far, EDGE), (far, low), (EDGE, low)), strict=True)
    ]
    (x, y), (other_x, other_y) = page["codes"]
    assert EDGE + SIDE + 1 < x < EDGE + SIDE + 48 - layout["square"]
    assert y == EDGE
    assert width - other_x - layout["square"] > EDGE + SIDE + 1
    assert other_y + layout["square"] == height - EDGE


# ---- What it is told -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "changes", "said"),
    [
        (State.WAITING, {}, "Sedang dibaca"),
        (State.READ, {}, "Terbaca"),
        (State.ENTERED, {}, "Terbaca"),
        (State.FILED, {}, "Terbaca"),
        (State.DISMISSED, {}, "Disisihkan"),
        (State.PROBLEM, {"problem": "unreadable", "detail": Fault.BLURRED}, "Tidak terbaca"),
        (State.PROBLEM, {"problem": "unreadable", "detail": Fault.BLURRED}, "Terlalu buram. Foto sekali lagi"),
    ],
)
def test_who_holds_the_sheet_is_told_what_came_of_its_picture(client, batch, officer, state, changes, said):
    a_picture(a_sheet(batch, "7KQ3M9XA"), officer, state, **changes)
    page = page_of(client, officer, batch, "?bagian=kiriman")

    assert "Sen 08.00, lembar 2 dari 2" in page
    assert said in page


def test_picture_that_nobody_has_looked_at_is_being_read(client, batch, officer):
    an_upload(batch, officer)

    assert "Sedang dibaca" in page_of(client, officer, batch)


def test_file_that_is_no_picture_is_told_with_what_to_do(client, batch, officer):
    an_upload(batch, officer, fault=Fault.BROKEN)

    assert "Berkasnya rusak atau terpotong" in page_of(client, officer, batch)


def test_list_holds_only_ones_own_photos_of_the_day(client, batch, officer):
    an_upload(batch, UserFactory(role="petugas"))
    an_upload(batch, officer, way="file")
    an_upload(batch, officer, at=timezone.now() - timedelta(hours=13))

    assert "Foto yang Anda kirim" not in page_of(client, officer, batch)


def test_page_that_the_phone_keeps_tells_nothing_of_what_was_sent(client, batch, officer):
    a_picture(a_sheet(batch, "7KQ3M9XA"), officer)
    page = page_of(client, officer, batch, "?bagian=kerangka")

    assert "Foto yang Anda kirim" not in page
    assert "7KQ3M9XA" in page


@pytest.mark.parametrize("count", [1, 3])
def test_page_asks_a_fixed_number_of_times(client, batch, officer, count, django_assert_num_queries):
    for number in range(count):
        a_picture(a_sheet(batch, f"7KQ3M9X{'ABC'[number]}"), officer)
    client.force_login(officer)
    client.get(reverse("sheet_photo", args=[batch.slug]))  # the first time the log-in notes that this is a desk's

    with django_assert_num_queries(8):
        client.get(reverse("sheet_photo", args=[batch.slug]))


# ---- Who may, and without a signal ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"), [("panitia", 200), ("petugas", 200), ("pemantau", 403), ("verifikator", 403)]
)
def test_officers_and_organisers_photograph(client, batch, role, status):
    client.force_login(UserFactory(role=role))

    assert client.get(reverse("sheet_photo", args=[batch.slug])).status_code == status


@pytest.mark.parametrize(("role", "back"), [("panitia", "sheets"), ("petugas", "desk")])
def test_way_back_is_one_that_is_open(client, batch, role, back):
    assert f'href="{reverse(back, args=[batch.slug])}">' in page_of(client, UserFactory(role=role), batch)


def test_page_needs_nothing_that_is_not_kept(client, batch, officer):
    wanted = set(ASSET.findall(page_of(client, officer, batch)))
    kept = set(offline.kept_files())

    assert {"css/sheet-photo.css", "js/sheet-photo.js"} <= wanted
    assert wanted - kept == set()
    assert {"js/sheet-marks.js", "js/sheet-kept.js", "vendor/aruco/marks.js", "vendor/qr/decode.js"} <= kept


def test_desk_leads_to_the_camera_for_sheets(client, batch, officer):
    client.force_login(officer)
    session = batch.sessions.all()[0]
    desk = client.get(reverse("desk_session", args=[batch.slug, session.pk])).text

    assert f'href="{reverse("sheet_photo", args=[batch.slug])}"' in desk


def test_other_batch_has_no_such_page(client, officer):
    client.force_login(officer)

    assert client.get("/panitia/tidak-ada/lembar/foto/").status_code == 404


def test_names_of_lists_are_few_letters():
    assert photo._called(None, None, 1) == "Daftar hadir"
