"""What a clerk has filled in so far is kept, whatever is sent, and counts for nothing."""

import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from pelatihan.models import AttendanceEvent, SheetDraft, SheetEntry
from pelatihan.scans import drafts, fields
from tests.factories import UserFactory
from tests.pelatihan.scans.test_typing_in import Clerk
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def clerk() -> Clerk:
    return Clerk(a_leaf(a_printed_list(a_batch(people=3))))


def keep(clerk: Clerk, sent: dict[str, str], **options):
    return clerk.client.post(clerk.address("sheet_draft"), sent, **options)


def test_draft_comes_back_and_counts_for_nothing(clerk):
    answer = keep(clerk, clerk.filled("hi-", {}), headers=JSON)
    html = clerk.open()

    assert answer.json() == {"kept": True, "others": []}
    assert html.count(" checked>") == 2
    assert "<strong data-filled>2</strong>" in html
    assert "error-summary" not in html
    assert not AttendanceEvent.objects.exists()


def test_draft_without_script_goes_back_to_its_page(clerk):
    assert keep(clerk, clerk.filled("h--", {}))["Location"] == clerk.address()
    assert "Isian Anda disimpan sementara." in clerk.open()


@pytest.mark.parametrize("scan", ["x", str(uuid.UUID(int=12)), "\0"])
def test_picture_of_nothing_goes_back_to_its_page(clerk, scan):
    assert keep(clerk, clerk.filled("h--", {}, gambar=scan))["Location"] == clerk.address()


def test_last_draft_takes_the_place_of_the_one_before(clerk):
    keep(clerk, clerk.filled("hhh", {}))
    keep(clerk, clerk.filled("h--", {}))
    assert list(SheetDraft.objects.get().marks.values()) == ["hadir"]

    keep(clerk, {"kunci": "x"})
    assert not SheetDraft.objects.exists()


def test_another_clerk_is_named(clerk):
    other = Clerk(clerk.leaf, UserFactory(role="panitia", first_name="Dewi", last_name="Soetomo"))
    keep(other, other.filled("hh-", {}))

    assert keep(clerk, clerk.filled("h--", {}), headers=JSON).json()["others"] == [
        {"name": "Dewi Soetomo", "at": "20.00"}
    ]
    assert "Dewi Soetomo juga mengisi lembar ini: 2 tanda" in clerk.open()
    assert "Dewi Soetomo juga mengisi" not in other.open()


def test_drafts_go_once_the_page_is_entered(clerk):
    other = Clerk(clerk.leaf)
    keep(other, other.filled("hh-", {}))
    clerk.save("hhh")
    assert not SheetDraft.objects.exists()

    late = keep(other, other.filled("hhk", {}), headers=JSON)  # was on its way
    assert late.json()["kept"] is False
    assert not SheetDraft.objects.exists()


def test_what_was_entered_and_taken_back_need_not_be_filled_in_again(clerk):
    row = clerk.leaf.blanks[0].number
    session = fields.sessions_of(clerk.leaf)[0]
    clerk.save("hik", {session: 2}, **{fields.name(row): "Ahmad Fauzi", fields.ormas(row): "Belum Dikenal"})
    drafts.restore(SheetEntry.objects.get(), by=clerk.user, at=EVENING)
    kept = drafts.values(clerk.leaf.sheet, 1, clerk.user)

    assert [kept[fields.mark(*cell)] for cell in fields.cells_of_people(clerk.leaf)] == ["hadir", "izin", "kosong"]
    assert (kept[fields.name(row)], kept[fields.ormas(row)]) == ("Ahmad Fauzi", "Belum Dikenal")
    assert kept[fields.count(session)] == "2"


def test_hostile_form_is_cut_down_to_what_the_leaf_has(clerk):
    row, (first, *_) = clerk.leaf.blanks[0].number, fields.cells_of_people(clerk.leaf)
    sent = {
        fields.name(row): "Ah\0mad\ud800" + "x" * 1_000,
        fields.mark(*first): "ya",
        "b99.1": "hadir",
        "__proto__": "x",
    }
    kept = drafts.keep(clerk.leaf, sent, by=clerk.user, at=EVENING)

    assert set(kept) == {fields.name(row), fields.mark(*first)}
    assert kept[fields.name(row)].startswith("Ahmadxxx")
    assert len(kept[fields.name(row)]) == drafts.LONGEST
    assert clerk.client.get(clerk.address()).status_code == 200


def test_who_may_not_enter_keeps_nothing(clerk):
    guest = Client()
    guest.force_login(UserFactory(role="pemantau"))

    assert guest.post(clerk.address("sheet_draft"), clerk.filled("hhh")).status_code == 403
    assert not SheetDraft.objects.exists()


def test_page_of_another_batch_is_nowhere(clerk):
    other = a_batch(people=0)
    address = reverse("sheet_draft", args=[other.slug, clerk.leaf.sheet.pk, 1])

    assert clerk.client.post(address, {}).status_code == 404
    assert clerk.client.post(clerk.address("sheet_draft").replace("/1/isian/", "/9/isian/"), {}).status_code == 404
    assert clerk.client.get(clerk.address("sheet_draft")).status_code == 405
