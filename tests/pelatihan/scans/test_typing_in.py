"""Somebody types off a signed page: row by row, what they counted, what differs from the desk, all or nothing."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from pelatihan.accounts.actor import staff
from pelatihan.attendance import marking
from pelatihan.attendance.marking import Mark
from pelatihan.models import Angkatan, AttendanceEvent, PrintedSheet, Registration, SheetDraft, SheetEntry
from pelatihan.scans import claims, fields
from pelatihan.scans.leaves import Leaf
from tests.factories import OrmasFactory, UserFactory
from tests.pelatihan.door import at
from tests.pelatihan.scans.scanned import a_reading, a_scan
from tests.pelatihan.scans.world import EVENING, a_batch, a_leaf, a_printed_list, people_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(EVENING, tick=False):
        yield


@dataclass
class Clerk:
    """Somebody of the committee with a page in hand."""

    leaf: Leaf
    user: User = field(default_factory=lambda: UserFactory(role="panitia"))
    key: uuid.UUID = field(default_factory=uuid.uuid4)

    def __post_init__(self) -> None:
        self.client = Client()
        self.client.force_login(self.user)

    def address(self, name: str = "sheet_type") -> str:
        return reverse(name, args=[self.leaf.angkatan.slug, self.leaf.sheet.pk, self.leaf.page])

    def filled(self, marks: str, counts: Mapping[int, int] | None = None, **more: str) -> dict[str, str]:
        """One letter a row and session: ``hhk``, row by row."""
        words = {"h": "hadir", "i": "izin", "s": "sakit", "k": "kosong"}
        cells = zip(fields.cells_of_people(self.leaf), marks, strict=True)
        sent = {fields.mark(*cell): words[letter] for cell, letter in cells if letter != "-"}
        if counts is None:
            counts = {
                session: sum(value == "hadir" for name, value in sent.items() if name.endswith(f".{session}"))
                for session in fields.sessions_of(self.leaf)
            }
        sent |= {fields.count(session): str(count) for session, count in counts.items()}
        return sent | {"kunci": str(self.key)} | more

    def save(self, marks: str, counts: Mapping[int, int] | None = None, **more: str) -> Any:
        return self.client.post(self.address(), self.filled(marks, counts, **more))

    def open(self, query: str = "") -> str:
        return self.client.get(self.address() + query).content.decode()


@pytest.fixture
def batch() -> Angkatan:
    return a_batch(people=3)


@pytest.fixture
def sheet(batch) -> PrintedSheet:
    return a_printed_list(batch)


@pytest.fixture
def clerk(sheet) -> Clerk:
    return Clerk(a_leaf(sheet))


def states(leaf: Leaf) -> str:
    """First letters of what counts in the first session, a point for nothing."""
    session = next(one for one in leaf.sessions if one)
    known = dict(session.attendances.values_list("registration", "state"))
    return "".join((known.get(person.pk) or ".")[0] for person in people_of(leaf))


def desk_says(leaf: Leaf, place: int, state: str) -> None:
    session = next(one for one in leaf.sessions if one)
    mark = Mark(uuid.uuid4(), people_of(leaf)[place].ref, state, None, "Meja")
    [done] = marking.mark_many(session, [mark], actor=staff(UserFactory(role="panitia")), at=at("10.00"))
    assert not done.refusal


def test_page_shows_rows_in_printed_order(clerk):
    html = clerk.open()

    names = [person.full_name for person in people_of(clerk.leaf)]
    assert sorted(names, key=html.index) == names
    assert "<strong data-filled>0</strong> dari 3 baris" in html


def test_leaf_that_is_filled_in_and_counted_is_entered(clerk):
    answer = clerk.save("hik")

    assert answer.status_code == 302
    assert states(clerk.leaf) == "pe."
    assert AttendanceEvent.objects.filter(means="paper").count() == 2
    assert SheetEntry.objects.get().kind == "typed"


def test_page_that_was_entered_says_by_whom_and_takes_back(clerk):
    clerk.save("hhh")
    html = clerk.open()

    assert "Lembar 1 tersimpan" in html
    assert clerk.user.get_full_name() in html
    assert reverse("sheet_undo", args=[clerk.leaf.angkatan.slug, SheetEntry.objects.get().pk]) in html


def test_pressed_twice_is_once(clerk):
    first, second = clerk.save("hhh"), clerk.save("hhh")

    assert (first.status_code, second.status_code) == (302, 302)
    assert SheetEntry.objects.count() == 1


def test_what_is_missing_is_said_and_nothing_typed_is_lost(clerk):
    html = clerk.save("h--", {}).content.decode()

    assert "Belum diisi: no. 2–3." in html
    assert "Hitung tanda tangan di kertas, lalu tulis jumlahnya." in html
    assert html.count(" checked>") == 1
    assert not SheetEntry.objects.exists()


def test_count_that_differs_says_by_how_many_and_nothing_more(clerk):
    desk_says(clerk.leaf, 0, "excused")
    session = fields.sessions_of(clerk.leaf)[0]
    html = clerk.save("hhk", {session: 4}).content.decode()

    assert "Berbeda 2 dari isian Anda" in html
    assert "data-differences" not in html
    assert states(clerk.leaf) == "e.."


def test_what_the_desk_recorded_otherwise_is_decided_row_by_row(clerk):
    desk_says(clerk.leaf, 2, "present")
    html = clerk.save("hhk").content.decode()
    cell = fields.cells_of_people(clerk.leaf)[2]

    assert "1 berbeda dari catatan meja" in html
    assert "Lembar ini belum disimpan" not in html  # nobody did anything wrong
    assert f'name="{fields.choice(*cell)}" value="paper" checked' not in html  # the desk says that the person came
    assert not SheetEntry.objects.exists()

    event = AttendanceEvent.objects.get().pk
    chosen = {fields.choice(*cell): "desk", fields.seen(*cell): str(event)}
    assert clerk.save("hhk", **chosen).status_code == 302
    assert states(clerk.leaf) == "ppp"


def test_undecided_difference_is_asked_for_by_its_row(clerk):
    desk_says(clerk.leaf, 2, "present")
    cell = fields.cells_of_people(clerk.leaf)[2]
    html = clerk.save("hhk", **{fields.seen(*cell): str(AttendanceEvent.objects.get().pk)}).content.decode()

    assert "No. 3: Kertas: Kosong." in html
    assert "Pilih yang berlaku." in html


def test_record_that_changed_meanwhile_is_asked_again(clerk):
    desk_says(clerk.leaf, 2, "present")
    cell = fields.cells_of_people(clerk.leaf)[2]
    html = clerk.save("hhk", **{fields.choice(*cell): "paper", fields.seen(*cell): str(uuid.uuid4())}).content.decode()

    assert "catatannya berubah" in html
    assert f'name="{fields.choice(*cell)}" value="paper" checked' not in html  # decided anew
    assert not SheetEntry.objects.exists()


def test_blank_row_becomes_somebody_who_walked_in(clerk):
    ormas = OrmasFactory(name="Himpunan Contoh Raya", abbreviation="HCR")
    row = clerk.leaf.blanks[0].number
    session = fields.sessions_of(clerk.leaf)[0]
    more = {fields.name(row): "Ahmad  Fauzi", fields.ormas(row): "HCR"}
    assert clerk.save("hhh", {session: 4}, **more).status_code == 302

    person = Registration.objects.get(source="walk_in")
    assert (person.name, person.ormas) == ("Ahmad Fauzi", ormas)
    assert person.attendances.get().state == "present"


def test_blank_row_without_a_name_is_asked_for(clerk):
    row = clerk.leaf.blanks[0].number
    html = clerk.save("hhh", **{fields.ormas(row): "HCR"}).content.decode()

    assert f"Baris kosong no. {row}: Tulis nama yang ada di baris ini" in html


def test_after_one_page_comes_the_next():
    sheet = a_printed_list(a_batch(people=30))
    clerk = Clerk(a_leaf(sheet))
    answer = clerk.save("h" * 22)
    second = Clerk(a_leaf(sheet, 2), user=clerk.user)

    assert answer["Location"].startswith(second.address() + "?tersimpan=")
    html = clerk.client.get(answer["Location"]).content.decode()
    assert "Lembar 1 tersimpan" in html
    assert "lembar 2 dari 2" in html
    assert "no. 23–30</span>" in html


def test_after_the_last_page_one_stays_with_it():
    sheet = a_printed_list(a_batch(people=30))
    clerk = Clerk(a_leaf(sheet, 2))

    assert clerk.save("h" * 8)["Location"].startswith(clerk.address() + "?tersimpan=")


def test_somebody_else_was_first(clerk):
    clerk.save("hhk")
    html = Clerk(clerk.leaf).save("hkh").content.decode()

    assert f"oleh {clerk.user.get_full_name()}" in html
    assert "Isian Anda berbeda di no. 2–3." in html
    assert SheetEntry.objects.count() == 1
    assert SheetDraft.objects.count() == 1  # what the second one typed


def test_daily_table_is_entered_with_all_its_sessions():
    sheet = a_printed_list(a_batch(people=2, sessions=3), daily=True)
    clerk = Clerk(a_leaf(sheet))
    assert len(people_of(clerk.leaf)) == 1
    assert clerk.save("hhk").status_code == 302

    assert AttendanceEvent.objects.filter(means="paper").count() == 2
    assert list(SheetEntry.objects.get().counts.values()) == [1, 1, 0]


def test_sheet_without_names_holds_blank_rows_only():
    clerk = Clerk(a_leaf(a_printed_list(a_batch(people=0), spare=8)))
    assert "Baris kosong yang terisi" in clerk.open()

    session, row = fields.sessions_of(clerk.leaf)[0], clerk.leaf.blanks[0].number
    sent = {fields.name(row): "Ahmad Fauzi", fields.ormas(row): "Belum Dikenal", fields.count(session): "1"}
    assert clerk.client.post(clerk.address(), sent).status_code == 302
    assert Registration.objects.get().ormas_text == "Belum Dikenal"


@pytest.mark.parametrize("when", ["06.30"])
def test_session_that_is_not_open_says_so(clerk, when):
    with time_machine.travel(at(when), tick=False):
        html = clerk.open()

    assert "baru dibuka" in html
    assert "data-typing" not in html


def test_batch_that_is_closed_says_so(clerk):
    Angkatan.objects.update(closed_at=at("19.00"))
    html = Clerk(a_leaf(clerk.leaf.sheet)).open()

    assert "sudah ditutup" in html
    assert "data-typing" not in html


def test_older_print_is_warned_of(clerk, batch):
    a_printed_list(batch, spare=3)
    assert "dari cetakan lama (versi 1" in clerk.open()


@pytest.mark.parametrize("people", [3, 22])
def test_page_asks_the_database_as_often_whoever_many(people, django_assert_num_queries):
    clerk = Clerk(a_leaf(a_printed_list(a_batch(people=people))))
    clerk.open()
    with django_assert_num_queries(11):
        clerk.open()


# ---- With a picture ------------------------------------------------------------------------------


def test_page_with_a_read_picture_leads_to_its_review(clerk):
    scan = a_scan(clerk.leaf, a_reading(clerk.leaf))

    assert reverse("sheet_review", args=[clerk.leaf.angkatan.slug, scan.pk]) in clerk.open()


def test_picture_that_is_typed_off_is_entered_with_the_page(clerk):
    scan = a_scan(clerk.leaf, a_reading(clerk.leaf))
    assert f'name="gambar" value="{scan.pk}"' in clerk.open(f"?gambar={scan.pk}")
    clerk.save("hhh", gambar=str(scan.pk))

    scan.refresh_from_db()
    assert scan.state == "entered"
    assert SheetEntry.objects.get().scan == scan


@pytest.mark.parametrize("state", ["filed", "dismissed"])
def test_picture_that_somebody_settled_meanwhile_does_not_keep_the_page_from_being_entered(clerk, state):
    settled = {"settled_at": EVENING, "settled_by": clerk.user}
    scan = a_scan(clerk.leaf, a_reading(clerk.leaf), state=state, **settled)

    assert clerk.save("hhh", gambar=str(scan.pk)).status_code == 302
    assert SheetEntry.objects.get().scan is None


def test_picture_of_another_page_is_none_of_this_one(clerk):
    other = a_leaf(a_printed_list(a_batch(people=1)))
    scan = a_scan(other, a_reading(other))

    assert clerk.save("hhh", gambar=str(scan.pk)).status_code == 302
    assert SheetEntry.objects.get().scan is None


# ---- Words and looks -----------------------------------------------------------------------------


def test_several_faults_are_told_in_the_order_of_the_page(clerk):
    row = clerk.leaf.blanks[0].number
    html = clerk.save("h-h", {}, **{fields.name(row): "A", fields.ormas(row): "HCR"}).content.decode()
    told = [
        "Belum diisi: no. 2.",
        f"Baris kosong no. {row}: Nama terlalu pendek",
        "Hitung tanda tangan di kertas, lalu",
    ]

    assert sorted(told, key=html.index) == told
    assert "Belum: 1 baris, jumlah tanda tangan." in html


def test_row_of_another_page_is_refused_in_words(clerk):
    html = clerk.save("hhh", **{"b99.1": "hadir"}).content.decode()

    assert claims.FOREIGN in html
    assert not SheetEntry.objects.exists()


def test_more_than_five_thousand_fields_are_refused_whole(clerk):
    sent = "&".join(f"b{number}.1=hadir" for number in range(5_100))
    answer = clerk.client.post(clerk.address(), sent, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 413
    assert not SheetEntry.objects.exists()


def test_organisations_are_listed_for_a_few_letters(clerk):
    OrmasFactory(name="Himpunan Contoh Raya")
    html = clerk.open("?bagian=ormas&cari=himp+raya")

    assert 'data-text="Himpunan Contoh Raya"' in html
    assert "<html" not in html


def test_list_that_is_not_of_attendance_has_nothing_to_type(clerk):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Leaf, "is_attendance", False)
        html = clerk.open()

    assert "bukan daftar hadir peserta" in html
    assert "data-typing" not in html
