"""A page that was read is confirmed by a person: what is in doubt, what differs, what is counted on paper."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Scan
from pelatihan.models import Attendance, SheetDraft, SheetEntry, SheetScan
from pelatihan.scans import drafts, fields
from pelatihan.scans.judged import AROUND
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Reason, Warn
from tests.factories import UserFactory, a_registration
from tests.pelatihan.door import at
from tests.pelatihan.scans.scanned import a_reading, a_scan
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list

pytestmark = pytest.mark.django_db


class World:
    """A printed list of five people whose page came back as a picture; the third cell is in doubt, the fourth empty."""

    def __init__(self, client: Any, **reading: Any) -> None:
        self.client, self.clerk = client, UserFactory(role="panitia", first_name="Rina", last_name="Kartika")
        self.batch = a_batch(5, sessions=2)
        self.leaf: Leaf = a_leaf(a_printed_list(self.batch))
        usual = {"unsure": {(3, 0): Reason.THIN}, "empty": {(4, 0)}}
        self.scan = a_scan(self.leaf, a_reading(self.leaf, **(usual | reading)), by=self.clerk)
        client.force_login(self.clerk)

    def another(self) -> SheetScan:
        """A picture of the page of the second session."""
        leaf = a_leaf(a_printed_list(self.batch, self.batch.sessions.in_time_order().last()))
        return a_scan(leaf, a_reading(leaf), by=self.clerk, at=EVENING + timedelta(minutes=1))

    @property
    def session(self) -> int:
        return fields.sessions_of(self.leaf)[0]

    @property
    def address(self) -> str:
        return reverse("sheet_review", args=[self.batch.slug, self.scan.pk])

    def get(self, **asked: str) -> Any:
        return self.client.get(self.address, asked)

    def send(self, marks: str = "hhhkh", counted: int | str = 4, **more: Any) -> Any:
        """``marks``: one letter a row, a point for none."""
        words = {"h": "hadir", "k": "kosong", "i": "izin", "s": "sakit"}
        form = {fields.mark(row, self.session): words[one] for row, one in enumerate(marks, 1) if one in words}
        form |= {fields.count(self.session): str(counted), "kunci": str(more.pop("key", uuid.uuid4()))}
        return self.client.post(self.address, form | more)

    def states(self) -> dict[str, str]:
        people = {row.person.pk: row.number for row in self.leaf.people if row.person}
        return {str(people[one.registration_id]): one.state for one in Attendance.objects.filter(session=self.session)}


def let_in(leaf: Leaf, number: int) -> None:
    """The person of that row was let in at the desk of the first session."""
    session = next(one for one in leaf.sessions if one)
    person = next(row.person for row in leaf.people if row.number == number)
    assert person
    scan = Scan(uuid.uuid4(), at("08.02"), code=person.code)
    writer.record(session, [scan], actor=SYSTEM, at=at("08.02"))


def questions(act: Callable[[], Any]) -> int:
    """How many an act asks the database."""
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def test_page_shows_what_is_in_doubt_with_its_reason(client):
    page = World(client).get().content.decode()

    assert "1 ragu, paling ragu dahulu" in page
    assert "3 bertanda tangan" in page
    assert "1 kosong" in page


def test_cells_are_sorted_by_doubt(client):
    unsure = {(5, 0): Reason.LINE, (1, 0): Reason.NOTE, (2, 0): Reason.STRUCK}
    page = World(client, unsure=unsure, notes=[1]).get().content.decode()

    places = [page.index(f'data-doubt="b{row}-') for row in (5, 1, 2)]
    assert places == sorted(places)
    assert "Tercoret" in page


def test_cut_out_shows_ket_and_both_halves(client):
    world = World(client)
    page = world.get().content.decode()

    note, even = world.leaf.box(3, "note"), world.leaf.box(3, "even")
    assert note
    assert even
    across = even[0] + even[2] - note[0] + 2 * AROUND
    shown = f"{note[0] - AROUND:.2f} {note[1] - AROUND:.2f} {across:.2f} {note[3] + 2 * AROUND:.2f}"
    assert f'viewBox="{shown}"' in page


def test_nothing_is_stored_while_a_cell_is_in_doubt(client):
    world = World(client)
    answer = world.send("hh.kh")

    assert "Belum diisi: no. 3" in answer.content.decode()
    assert not SheetEntry.objects.exists()
    assert world.states() == {}


def test_unsure_cell_has_no_default(client):
    world = World(client)
    form = world.get().context["form"]

    assert [line.cells[0].value for line in form.lines] == ["hadir", "hadir", "", "kosong", "hadir"]


def test_decided_page_is_stored_as_read_with_its_picture(client):
    world = World(client)
    answer = world.send("hhikh", 3)

    entry = SheetEntry.objects.get()
    assert (entry.kind, entry.scan, entry.by) == ("read", world.scan, world.clerk)
    assert answer.url == reverse("sheet_leaf", args=[world.batch.slug, world.leaf.sheet.pk, 1])
    assert world.states() == {"1": "present", "2": "present", "3": "excused", "5": "present"}
    world.scan.refresh_from_db()
    assert world.scan.state == SheetScan.State.ENTERED


def test_count_that_does_not_agree_stores_nothing(client):
    world = World(client)
    answer = world.send("hhhkh", 5)

    assert "Berbeda 1 dari isian Anda" in answer.content.decode()
    assert not SheetEntry.objects.exists()


def test_pressed_twice_is_once(client):
    world, key = World(client), uuid.uuid4()
    after = world.another()
    first, second = world.send(key=key), world.send(key=key)

    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    assert str(after.pk) in first.url
    assert SheetEntry.objects.count() == 1


def test_second_clerk_reads_who_was_first_and_sees_the_result(client):
    world = World(client)
    world.send()
    second = UserFactory(role="panitia", first_name="Dedi")
    client.force_login(second)
    answer = world.client.post(world.address, {"kunci": str(uuid.uuid4())}, follow=True)

    assert answer.redirect_chain[0][0] == reverse("sheet_leaf", args=[world.batch.slug, world.leaf.sheet.pk, 1])
    said = " ".join(str(message) for message in answer.context["messages"]) if answer.context else ""
    assert "Rina Kartika" in said
    assert "tidak ikut disimpan" in said


def test_next_picture_follows(client):
    world = World(client)
    after = world.another()
    answer = world.send()

    entry = SheetEntry.objects.get()
    assert answer.url == f"{reverse('sheet_review', args=[world.batch.slug, after.pk])}?sesudah={entry.pk}"
    page = client.get(answer.url).content.decode()
    assert "tersimpan" in page
    assert "1 dari 1 menunggu" in page


def test_one_may_leave_a_picture_for_later(client):
    world = World(client)
    after = world.another()

    page = world.get().content.decode()
    assert "1 dari 2 menunggu" in page
    assert reverse("sheet_review", args=[world.batch.slug, after.pk]) in page
    assert world.address in client.get(reverse("sheet_review", args=[world.batch.slug, after.pk])).content.decode()


def test_draft_comes_back_over_the_reading(client):
    world = World(client)
    marks = {fields.mark(3, world.session): "sakit", fields.mark(1, world.session): "kosong"}
    drafts.keep(world.leaf, marks, by=world.clerk, at=EVENING)

    form = world.get().context["form"]
    assert [line.cells[0].value for line in form.lines] == ["kosong", "hadir", "sakit", "kosong", "hadir"]


def test_what_was_sent_in_vain_is_kept(client):
    world = World(client)
    world.send("hk.kh", 4)

    assert SheetDraft.objects.get().marks[fields.mark(2, world.session)] == "kosong"


def test_somebody_else_at_the_same_page_is_named(client):
    world = World(client)
    other = UserFactory(role="panitia", first_name="Dedi", last_name="Kurnia")
    drafts.keep(world.leaf, {fields.mark(1, world.session): "hadir"}, by=other, at=EVENING)

    assert "Dedi Kurnia" in world.get().content.decode()


def test_difference_from_the_desk_is_decided_by_a_person(client):
    world = World(client)
    let_in(world.leaf, 4)  # signed in at the desk, empty on paper

    answer = world.send()
    assert not SheetEntry.objects.exists()
    form = answer.context["form"]
    (choice,) = form.owed
    assert choice.value == ""

    world.send(**{choice.name: "desk", fields.seen(4, world.session): choice.seen})
    assert SheetEntry.objects.count() == 1
    assert world.states()["4"] == "present"


def test_spare_row_with_ink_becomes_a_walk_in(client):
    world = World(client, inked=[6])
    page = world.get().content.decode()
    assert "1 baris kosong terisi" in page

    world.send(counted=5, **{fields.name(6): "Wati Lestari", fields.ormas(6): "Karang Taruna"})
    assert world.batch.registrations.filter(name="Wati Lestari").count() == 1


def test_warnings_of_the_page_are_said(client):
    page = World(client, warnings=[Warn.FEW_MARKS, Warn.TURNED]).get().content.decode()

    assert "tanda sudut" in page
    assert "terbalik" in page


def test_picture_that_waits_for_the_reader_is_said(client):
    world = World(client)
    SheetScan.objects.filter(pk=world.scan.pk).update(state="waiting")

    assert world.get().url == reverse("sheets", args=[world.batch.slug])


def test_picture_of_another_batch_is_not_here(client):
    world = World(client)
    stranger = a_batch(1)

    assert client.get(reverse("sheet_review", args=[stranger.slug, world.scan.pk])).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("pemantau", 403), ("petugas", 403), ("panitia", 200)])
def test_only_organisers_confirm(client, role, status):
    world = World(client)
    client.force_login(UserFactory(role=role))

    assert world.get().status_code == status


def test_hostile_values_are_refused_in_words(client):
    world = World(client)
    answer = world.send(**{"b999.1": "hadir", "b1.99999": "hadir", "kunci": "x' OR 1=1", "gambar": "\x01"})

    assert answer.status_code == 200
    assert not SheetEntry.objects.exists()


def test_many_cells_cost_no_more_questions(client):
    small, large = World(client), a_batch(22, 4)
    leaf = a_leaf(a_printed_list(large, daily=True), 1)
    doubts = {(row.number, column): Reason.THIN for row in leaf.people[:5] for column in range(4)}
    scan = a_scan(leaf, a_reading(leaf, unsure=doubts), by=small.clerk)

    few = questions(small.get)
    many = questions(lambda: client.get(reverse("sheet_review", args=[large.slug, scan.pk])))
    assert few == many


@pytest.mark.parametrize("said", ["x", "", "00000000-0000-0000-0000-000000000000", "\x00"])
def test_nonsense_about_what_was_saved_before_says_nothing(client, said):
    answer = World(client).get(sesudah=said)

    assert answer.status_code in {200, 400}
    assert "sheet-entered" not in answer.content.decode()


def test_what_another_batch_saved_is_not_told_here(client):
    world, other = World(client), World(client)
    other.send()
    entry = SheetEntry.objects.get()
    client.force_login(world.clerk)

    assert "sheet-entered" not in world.get(sesudah=str(entry.pk)).content.decode()


def test_batch_that_is_closed_says_why_nothing_can_be_saved(client):
    world = World(client)
    type(world.batch).objects.filter(pk=world.batch.pk).update(closed_at=EVENING)
    shut = world.get().context["shut"]

    assert shut
    assert shut in world.send().content.decode()
    assert not SheetEntry.objects.exists()


def test_newer_print_of_the_same_list_is_said(client):
    world = World(client)
    a_registration(world.batch, "accepted", name="Zz Baru Datang", ormas=world.leaf.rows[0].printed.ormas)
    a_printed_list(world.batch)

    assert "versi" in " ".join(world.get().context["warnings"]).lower()


def test_picture_after_the_last_one_is_the_first_that_was_left(client):
    world = World(client)
    last = world.another()
    address = reverse("sheet_review", args=[world.batch.slug, last.pk])

    assert client.get(address).context["queue"].after == world.scan.pk
    assert client.get(address).context["queue"].place == 2
