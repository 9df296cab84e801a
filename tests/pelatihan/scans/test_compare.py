"""Another picture of a page that is known already: both words side by side, and a person decides."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from pelatihan.models import Attendance, SheetEntry, SheetScan
from pelatihan.scans import drafts, entering, fields
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Reason
from tests.factories import UserFactory
from tests.pelatihan.scans.claiming import claimed, enter
from tests.pelatihan.scans.scanned import a_reading, a_scan
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list

pytestmark = pytest.mark.django_db
TWICE: dict[str, Any] = {"state": "problem", "problem": "twice", "detail": "entered"}


class World:
    """The page of three people, entered from a picture: the third is empty. Another picture of it shows a signature
    there."""

    def __init__(self, client: Any) -> None:
        self.client, self.clerk = client, UserFactory(role="panitia", first_name="Rina")
        self.batch = a_batch(3)
        self.leaf: Leaf = a_leaf(a_printed_list(self.batch))
        self.first = a_scan(self.leaf, a_reading(self.leaf, empty={(3, 0)}), by=self.clerk)
        self.entry = enter(self.leaf, claimed(self.leaf, "HHK"), self.clerk, scan=self.first)
        later = EVENING + timedelta(minutes=5)
        self.second = a_scan(self.leaf, a_reading(self.leaf), by=self.clerk, at=later, **TWICE)
        client.force_login(self.clerk)

    @property
    def address(self) -> str:
        return reverse("sheet_compare", args=[self.batch.slug, self.second.pk])

    def get(self) -> Any:
        return self.client.get(self.address)

    def decide(self, wish: str, against: Any = None, **how: Any) -> Any:
        return self.client.post(self.address, {"putusan": wish, "terhadap": str(against or self.entry.pk)}, **how)

    def scans(self) -> list[str]:
        return [SheetScan.objects.get(pk=one.pk).state for one in (self.first, self.second)]

    def standing(self) -> bool:
        return SheetEntry.objects.standing().exists()


def test_only_what_differs_is_shown_with_both_cut_outs(client):
    world = World(client)
    page = world.get().content.decode()

    assert "1 kotak berbeda" in page
    assert "2 kotak lain sama" in page
    assert page.count('class="list-item pair"') == 1
    for scan in (world.first, world.second):
        assert f'<image href="{reverse("sheet_straight", args=[world.batch.slug, scan.pk])}"' in page


def test_cell_in_doubt_is_shown_after_a_contradiction(client):
    world = World(client)
    reading = a_reading(world.leaf, unsure={(1, 0): Reason.THIN})
    world.second = a_scan(world.leaf, reading, at=EVENING + timedelta(minutes=9), **TWICE)

    pairs = world.get().context["compared"].pairs
    assert [(pair.row.number, pair.here, pair.there) for pair in pairs] == [
        (3, "Bertanda tangan", "Kosong"),
        (1, "Ragu", "Hadir"),
    ]


def test_picture_is_filed_and_nothing_else_changes(client):
    world = World(client)
    answer = world.decide("arsip")

    assert answer.url == reverse("sheet_leaf", args=[world.batch.slug, world.leaf.sheet.pk, 1])
    assert world.scans() == ["entered", "filed"]
    assert world.standing()
    assert Attendance.objects.count() == 2


def test_what_is_stored_is_undone_and_this_picture_reviewed(client):
    world = World(client)
    answer = world.decide("tinjau")

    assert answer.url == reverse("sheet_review", args=[world.batch.slug, world.second.pk])
    assert world.scans() == ["problem", "read"]
    assert not world.standing()
    assert Attendance.objects.count() == 0


def test_after_undoing_the_picture_speaks_for_itself(client):
    world = World(client)
    page = world.decide("tinjau", follow=True)

    marks = [line.cells[0].value for line in page.context["form"].lines]
    assert marks == ["hadir", "hadir", "hadir"]
    assert "diurungkan" in " ".join(str(message) for message in page.context["messages"])


def test_names_of_blank_rows_need_not_be_typed_again(client):
    world = World(client)
    entering.undo(world.entry, by=world.clerk, at=EVENING)
    session = fields.sessions_of(world.leaf)[0]
    form = {fields.mark(row, session): "hadir" for row in (1, 2, 3)} | {fields.count(session): "4"}
    form |= {fields.name(4): "Wati Lestari", fields.ormas(4): "Karang Taruna", "kunci": str(uuid.uuid4())}
    client.post(reverse("sheet_review", args=[world.batch.slug, world.first.pk]), form)
    world.entry = SheetEntry.objects.standing().get()
    SheetScan.objects.filter(pk=world.second.pk).update(**TWICE)

    world.decide("tinjau")
    kept = drafts.values(world.leaf.sheet, 1, world.clerk)
    assert kept[fields.name(4)] == "Wati Lestari"
    assert fields.mark(1, session) not in kept


def test_decision_about_something_else_than_was_shown_is_asked_again(client):
    world = World(client)
    answer = world.decide("tinjau", against=uuid.uuid4())

    assert answer.url == world.address
    assert world.standing()
    assert world.scans() == ["entered", "problem"]


def test_decision_without_a_choice_decides_nothing(client):
    world = World(client)

    assert world.decide("").url == world.address
    assert world.scans() == ["entered", "problem"]


def test_undoing_needs_no_picture_of_what_was_typed(client):
    world = World(client)
    entering.undo(world.entry, by=world.clerk, at=EVENING)
    SheetScan.objects.filter(pk=world.first.pk).update(state="filed", settled_at=EVENING, settled_by=world.clerk)
    SheetScan.objects.filter(pk=world.second.pk).update(**TWICE)
    world.entry = enter(world.leaf, claimed(world.leaf, "HHK"), world.clerk, key=uuid.uuid4())

    assert "Diketik dari kertas" in world.get().content.decode()
    assert world.decide("tinjau").url == reverse("sheet_review", args=[world.batch.slug, world.second.pk])


def test_two_pictures_that_wait_are_compared_and_one_goes_on(client):
    world = World(client)
    entering.undo(world.entry, by=world.clerk, at=EVENING)
    SheetScan.objects.filter(pk=world.second.pk).update(**(TWICE | {"detail": "read"}))

    page = world.get().content.decode()
    assert "Gambar lain" in page
    assert "1 kotak berbeda" in page
    world.decide("tinjau", against=world.first.pk)
    assert world.scans() == ["problem", "read"]


def test_picture_that_is_settled_is_not_compared(client):
    world = World(client)
    world.decide("arsip")

    assert world.get().url == reverse("sheet_scan", args=[world.batch.slug, world.second.pk])


def test_review_of_an_entered_page_leads_to_the_comparison(client):
    world = World(client)

    assert client.get(reverse("sheet_review", args=[world.batch.slug, world.second.pk])).url == world.address


@pytest.mark.parametrize(("role", "status"), [("pemantau", 403), ("petugas", 403), ("panitia", 200)])
def test_only_organisers_compare(client, role, status):
    world = World(client)
    client.force_login(UserFactory(role=role))

    assert world.get().status_code == status


def test_picture_of_another_batch_is_not_compared_here(client):
    world = World(client)

    assert client.get(reverse("sheet_compare", args=[a_batch(1).slug, world.second.pk])).status_code == 404


def test_page_that_nobody_needed_came_back_after_all(client):
    world = World(client)
    entering.undo(world.entry, by=world.clerk, at=EVENING)
    SheetScan.objects.filter(pk=world.first.pk).update(state="filed", settled_at=EVENING, settled_by=world.clerk)
    SheetScan.objects.filter(pk=world.second.pk).update(**(TWICE | {"detail": "unused"}))
    key, sheet = uuid.uuid4(), world.leaf.sheet
    world.entry = entering.unused(sheet, 1, "Salah cetak", key=key, by=world.clerk, at=EVENING)

    page = world.get().content.decode()
    assert "Dinyatakan tidak dipakai" in page
    assert "Salah cetak" in page
    world.decide("tinjau")
    assert not world.standing()
    assert world.scans() == ["filed", "read"]


def test_picture_that_moved_meanwhile_is_said(client):
    world = World(client)
    world.get()
    SheetScan.objects.filter(pk=world.second.pk).update(
        state="dismissed", settled_at=EVENING, settled_by=world.clerk, problem=""
    )

    assert world.decide("arsip").url == reverse("sheet_scan", args=[world.batch.slug, world.second.pk])
    assert world.scans() == ["entered", "dismissed"]
