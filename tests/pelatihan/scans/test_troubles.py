"""A picture with which something is wrong: what is said, what can be done, and that it can be taken back; and the
pictures themselves, for whoever may see them."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from pelatihan.models import Angkatan, Job, PrintedSheet, SheetScan
from pelatihan.scans import pictures, states, troubles, words
from pelatihan.scans.shapes import Fault, Reason, Warn
from pelatihan.web.kept_files import SHEETS
from tests.factories import AngkatanFactory
from tests.pelatihan.scans.test_states import a_read_one, a_stuck_one, a_waiting_one
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list
from tests.pelatihan.test_walk import browser_of

pytestmark = pytest.mark.django_db
Problem = SheetScan.Problem
JPEG = b"\xff\xd8\xffpicture"


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def sheet(evening) -> PrintedSheet:
    return a_printed_list(a_batch(people=3))


@pytest.fixture
def organiser(db) -> Client:
    return browser_of("panitia")


@pytest.fixture
def scan(sheet) -> SheetScan:
    return a_stuck_one(sheet)


def address(scan: SheetScan, name: str = "sheet_scan", batch: Angkatan | None = None) -> str:
    return reverse(name, args=[(batch or scan.angkatan).slug, scan.pk])


def page(client: Client, scan: SheetScan) -> str:
    answer = client.get(address(scan))
    assert answer.status_code == 200
    return answer.content.decode()


def acts(html: str) -> set[str]:
    return set(re.findall(r'name="lalu" value="(\w+)"', html))


def do(client: Client, scan: SheetScan, act: str, **fields: str) -> str:
    """What is said; the picture is as it is then."""
    answer = client.post(address(scan), {"lalu": act} | fields, follow=True)
    scan.refresh_from_db()
    return answer.content.decode()


# ---- Deciding --------------------------------------------------------------------------------------


def test_code_that_somebody_types_has_it_read_again(organiser, scan, sheet):
    html = page(organiser, scan)
    assert words.FAULTS["no_code"] in html
    assert acts(html) == {"kode", "baca", "sisihkan"}

    typed = a_leaf(sheet).code.lower().replace("-", " ")
    assert troubles.READ_AGAIN in do(organiser, scan, "kode", kode=typed)
    assert (scan.state, scan.sheet, scan.page, scan.is_typed) == ("waiting", sheet, 1, True)
    assert Job.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Ketik kode di kaki halamannya."),
        ("DH1-22", troubles.UNREADABLE),
        ("x" * 100, troubles.UNREADABLE),
        ("DH1-22222223-001", troubles.UNKNOWN),
        ("<script>", troubles.UNREADABLE),
    ],
)
def test_code_that_leads_nowhere_says_why_and_keeps_what_was_typed(organiser, scan, typed, sentence):
    answer = organiser.post(address(scan), {"lalu": "kode", "kode": typed})
    html = answer.content.decode()
    assert (answer.status_code, html.count(sentence), "<script>" in html) == (400, 2, False)
    assert stand(scan) == "problem"


def stand(scan: SheetScan) -> str:
    return SheetScan.objects.get(pk=scan.pk).state


def test_code_of_another_batch_or_of_a_page_that_is_not_there(organiser, scan, sheet):
    other = a_printed_list(a_batch(people=1))
    assert troubles.OTHER.format(other.angkatan.name) in do(organiser, scan, "kode", kode=a_leaf(other).code)
    assert "tidak punya halaman 9" in do(organiser, scan, "kode", kode=f"DH1-{sheet.code}-009")
    assert scan.state == "problem"


def test_set_aside_and_brought_back(organiser, scan):
    html = do(organiser, scan, "sisihkan")
    assert (scan.state, acts(html)) == ("dismissed", {"kembalikan"})
    do(organiser, scan, "kembalikan")
    assert (scan.state, scan.problem, scan.settled_by) == ("problem", "no_code", None)


def test_known_page_can_be_kept_as_evidence_or_typed(organiser, sheet):
    scan = a_waiting_one(sheet)
    states.stuck(scan, Problem.UNREADABLE, "blurred", leaf=(sheet, 1), at=EVENING)
    html = page(organiser, scan)
    assert acts(html) == {"kode", "baca", "simpan", "sisihkan"}
    assert reverse("sheet_type", args=[sheet.angkatan.slug, sheet.pk, 1]) in html

    do(organiser, scan, "simpan")
    assert scan.state == "filed"


def test_evidence_without_a_page_is_refused_with_what_to_do(organiser, scan):
    assert states.NO_LEAF in do(organiser, scan, "simpan")
    assert scan.state == "problem"


def test_picture_sent_twice_leads_to_comparing(organiser, sheet):
    a_read_one(sheet)
    html = page(organiser, second := a_read_one(sheet))
    assert reverse("sheet_compare", args=[sheet.angkatan.slug, second.pk]) in html
    assert acts(html) == {"simpan", "sisihkan"}


def test_page_that_could_be_read_leads_to_its_review(organiser, sheet):
    scan = a_read_one(sheet)
    assert organiser.get(address(scan)).url == reverse("sheet_review", args=[sheet.angkatan.slug, scan.pk])


def test_page_that_is_being_read_says_so(organiser, sheet):
    html = page(organiser, a_waiting_one(sheet))
    assert "Menunggu dibaca" in html
    assert acts(html) == set()


def test_file_into_which_nobody_could_look_is_looked_into_again(organiser, sheet):
    scan = a_waiting_one(sheet)
    upload = scan.upload
    scan.delete()
    states.spoiled(upload, Problem.TOO_HEAVY, "too_heavy", at=EVENING)
    again = upload.scans.get()

    answer = organiser.post(address(again), {"lalu": "baca"})
    upload.refresh_from_db()
    assert (answer.url, upload.fault, upload.scans.count()) == (reverse("sheets", args=[sheet.angkatan.slug]), "", 0)


def test_somebody_was_first_is_told(organiser, scan):
    organiser.post(address(scan), {"lalu": "sisihkan"})
    assert states.MOVED["dismissed"] in do(organiser, scan, "baca")


def test_unknown_act_does_nothing(organiser, scan):
    do(organiser, scan, "hapus")
    assert scan.state == "problem"


def test_every_problem_has_its_sentence(organiser, sheet):
    for problem in Problem:
        for detail in ("", *states.Why, *words.FAULTS):
            scan = SheetScan(state="problem", problem=problem, detail=detail)
            told = words.told(scan)
            assert told.title
            assert told.sentence.endswith(".")
            assert told.act.label
    assert set(words.FAULTS) == set(Fault)
    assert set(words.WHYS) == set(states.Why)
    assert set(words.WARNINGS) == set(Warn)
    assert set(words.REASONS) == set(Reason)


@pytest.mark.parametrize("people", [3, 40])
def test_page_asks_as_much_for_many_rows(organiser, people, django_assert_num_queries):
    sheet = a_printed_list(a_batch(people=people))
    scan = a_waiting_one(sheet)
    states.stuck(scan, Problem.NOT_THE_LIST, "not_the_list", leaf=(sheet, 1), at=EVENING)
    organiser.get(address(scan))
    with django_assert_num_queries(8):
        organiser.get(address(scan))


# ---- The pictures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sheet_picture", "sheet_straight"])
def test_picture_is_served_as_a_picture_and_nothing_else(sheet, name):
    scan = a_read_one(sheet)
    SHEETS.write(scan.picture_name, JPEG)
    SHEETS.write(scan.straight_name, JPEG)
    for role in ("panitia", "pemantau"):
        answer = browser_of(role).get(address(scan, name))
        assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, JPEG, "image/jpeg")
        assert answer["Content-Security-Policy"] == pictures.POLICY
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["sheet_picture", "sheet_straight"])
def test_picture_is_closed_to_others_and_under_another_batch(organiser, sheet, name):
    scan = a_read_one(sheet)
    SHEETS.write(scan.picture_name, JPEG)
    SHEETS.write(scan.straight_name, JPEG)
    assert browser_of("petugas").get(address(scan, name)).status_code == 403
    assert Client().get(address(scan, name)).status_code == 302
    assert organiser.get(address(scan, name, batch=AngkatanFactory())).status_code == 404
    assert organiser.post(address(scan, name)).status_code == 405


def test_page_of_a_picture_is_closed_to_others_and_under_another_batch(organiser, scan):
    assert browser_of("pemantau").get(address(scan)).status_code == 403
    assert browser_of("petugas").get(address(scan)).status_code == 403
    assert organiser.get(address(scan, batch=AngkatanFactory())).status_code == 404


def test_picture_that_is_not_there_says_what_to_do(organiser, sheet):
    answer = organiser.get(address(a_read_one(sheet), "sheet_straight"))
    assert answer.status_code == 404
    assert "Kirim lembarnya sekali lagi" in answer.content.decode()


def test_picture_that_was_not_kept_or_not_read_has_no_address(organiser, scan):
    assert organiser.get(address(scan, "sheet_straight")).status_code == 404
    SheetScan.objects.filter(pk=scan.pk).update(has_picture=False)
    assert organiser.get(address(scan, "sheet_picture")).status_code == 404


# ---- Settled ---------------------------------------------------------------------------------------


def test_settled_ones_are_listed_with_the_way_back(organiser, sheet, scan, django_assert_num_queries):
    place = reverse("sheets_aside", args=[sheet.angkatan.slug])
    assert "Belum ada gambar yang disisihkan." in organiser.get(place).content.decode()
    do(organiser, scan, "sisihkan")
    with django_assert_num_queries(5):
        html = organiser.get(place).content.decode()
    assert address(scan) in html

    filed = a_read_one(sheet)
    states.filed(filed, by=scan.settled_by, at=EVENING)
    with django_assert_num_queries(5):
        html = organiser.get(place).content.decode()
    assert html.index(address(filed)) > 0
    assert browser_of("pemantau").get(place).status_code == 403
