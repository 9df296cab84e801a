"""The page of late changes: who, when, what, why, and which sheets; for each role what it may see."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pelatihan.accounts.actor import SYSTEM
from pelatihan.admin import late_changes
from pelatihan.batches import steps
from pelatihan.batches.steps import Step
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Printed, Registration, StatusChange
from pelatihan.registration import changes, writer
from pelatihan.registration.application import Application, Person
from tests.factories import (
    NOON,
    AngkatanFactory,
    OrmasFactory,
    SessionFactory,
    UserFactory,
    a_person,
    a_registration,
    clerk,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = NOON + 2 * HOUR


@pytest.fixture
def angkatan() -> Angkatan:
    """Frozen an hour after three people of one ormas were accepted."""
    batch = AngkatanFactory(number=2, capacity=200, seats_per_ormas=200)
    SessionFactory(angkatan=batch, title="Wawasan kebangsaan")
    ormas = OrmasFactory(name="Forum Contoh")
    for name in ("Ani", "Budi", "Cici"):
        a_registration(batch, ormas=ormas, name=name, phone="+6281200000101", position="Anggota")
    steps.take(batch, Step.FREEZE, at=NOON + HOUR)
    return batch


def named(angkatan: Angkatan, name: str) -> Registration:
    return angkatan.registrations.get(name=name)


def correct(person: Registration, *, at=LATER, reason: str = "", actor=None, **edits) -> None:
    typed = Person(**(vars(Person.of(person)) | edits))
    changes.correct(person, typed, actor=actor or clerk(), at=at, reason=reason)


def cancel(person: Registration, at=LATER) -> None:
    writer.move(person, Action.CANCEL, actor=clerk(), at=at, reason="Ibu saya dirawat")


def address(angkatan: Angkatan) -> str:
    return reverse("admin:pelatihan_angkatan_late", args=[angkatan.pk])


def words(client: Client, angkatan: Angkatan, **asked: str) -> str:
    response = client.get(address(angkatan), asked)
    assert response.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[1])).split())


def rows(client: Client, angkatan: Angkatan, **asked: str) -> list[str]:
    """The table, a line each."""
    html = client.get(address(angkatan), asked).content.decode()
    found = re.findall(r"<tr>(.*?)</tr>", html.partition("<tbody>")[2], re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in found]


def print_lists(angkatan: Angkatan, **wish: str) -> None:
    client = Client()
    client.force_login(UserFactory(role="panitia"))
    with time_machine.travel(NOON + HOUR, tick=False):
        assert client.get(reverse("attendance_sheet", args=[angkatan.slug]), wish).status_code == 200


# ---- What is told --------------------------------------------------------------------------------


def test_batch_that_is_not_frozen_says_so(verifier):
    assert "Daftar belum dibekukan" in words(verifier, AngkatanFactory())


def test_frozen_batch_without_changes_says_so(verifier, angkatan):
    said = words(verifier, angkatan)

    assert "dibekukan Rabu, 20 Februari 2019 pukul 13.00 WIB dengan 3 peserta. Sejak itu tidak ada perubahan." in said
    assert "Belum ada perubahan" in said
    assert "Belum ada lembar yang dicetak" in said


def test_clerk_who_froze_it_is_named(as_role, angkatan):
    Angkatan.objects.update(frozen_at=None)
    committee = as_role("panitia")
    committee.post(reverse("admin:pelatihan_angkatan_condition", args=[angkatan.pk]), {"step": "freeze"})

    assert "oleh Rina Kartika dengan 3 peserta" in words(committee, angkatan)


def test_changes_are_told_newest_first(verifier, angkatan):
    ani, budi = named(angkatan, "Ani"), named(angkatan, "Budi")
    correct(ani, at=LATER, name="Anni", front_title="Dra.", reason="Salah ketik")
    cancel(budi, at=LATER + HOUR)

    assert rows(verifier, angkatan) == [
        "20 Februari 2019, 15.00 Budi Diterima → menjadi Dibatalkan “Ibu saya dirawat” Rina Kartika Belum ada cetakan",
        "20 Februari 2019, 14.00 Dra. Anni Gelar depan : semula (kosong) → menjadi Dra. Nama lengkap : semula Ani →"
        " menjadi Anni “Salah ketik” Rina Kartika Belum ada cetakan",
    ]
    assert "dengan 3 peserta. Sejak itu 2 perubahan; sekarang 2 peserta." in words(verifier, angkatan)


def test_who_comes_instead_is_told_with_who_goes(verifier, angkatan):
    wish = Application(a_person(name="Dodi"), Registration.Source.WEB)
    changes.replace(named(angkatan, "Ani"), wish, actor=clerk(), at=LATER)

    assert rows(verifier, angkatan) == [
        "20 Februari 2019, 14.00 Ani Diterima → menjadi Digantikan Diganti Dodi Rina Kartika Belum ada cetakan"
    ]
    assert "dengan 3 peserta. Sejak itu 1 perubahan; sekarang 3 peserta." in words(verifier, angkatan)


def test_who_is_newly_accepted_is_told_twice_as_it_happened(verifier, angkatan):
    a_registration(angkatan, name="Eka", at=LATER)

    assert [row.split("Eka ")[1] for row in rows(verifier, angkatan)] == [
        "Menunggu verifikasi → menjadi Diterima Rina Kartika Belum ada cetakan",
        "Menunggu verifikasi Mendaftar Rina Kartika Tidak ada",
    ]
    assert "dengan 3 peserta. Sejak itu 2 perubahan; sekarang 4 peserta." in words(verifier, angkatan)


def test_what_no_clerk_did_names_none(verifier, angkatan):
    correct(a_registration(angkatan, Status.SUBMITTED, name="Eka", at=NOON), actor=SYSTEM, name="Ekawati")

    assert "menjadi Ekawati Sistem Tidak ada" in rows(verifier, angkatan)[0]


def test_changes_before_the_freeze_are_no_late_ones(verifier, angkatan):
    Angkatan.objects.update(frozen_at=None)
    angkatan.refresh_from_db()
    correct(named(angkatan, "Ani"), name="Anni")
    steps.take(angkatan, Step.FREEZE, at=LATER + HOUR)

    assert rows(verifier, angkatan) == []


def test_after_a_second_freeze_only_what_came_since_is_told(verifier, angkatan):
    correct(named(angkatan, "Ani"), name="Anni")
    cancel(named(angkatan, "Budi"))
    steps.take(angkatan, Step.THAW, at=LATER + HOUR)
    correct(named(angkatan, "Cici"), name="Cicci", at=LATER + HOUR)
    steps.take(angkatan, Step.FREEZE, at=LATER + 2 * HOUR)
    correct(named(angkatan, "Cicci"), name="Cica", at=LATER + 3 * HOUR)

    assert ["Cica" in row for row in rows(verifier, angkatan)] == [True]
    assert "dengan 2 peserta. Sejak itu 1 perubahan; sekarang 2 peserta." in words(verifier, angkatan)


def test_what_was_begun_just_before_the_freeze_and_written_after_is_told(verifier, angkatan):
    """The moment is that of the click; whether it is late is known under the lock."""
    correct(named(angkatan, "Ani"), name="Anni", at=NOON + HOUR - timedelta(seconds=9))

    assert len(rows(verifier, angkatan)) == 1


def test_changes_of_another_batch_stay_there(verifier, angkatan):
    other = AngkatanFactory(number=3)
    person = a_registration(other, name="Orang lain")
    steps.take(other, Step.FREEZE, at=NOON + HOUR)
    cancel(person)

    assert rows(verifier, angkatan) == []


# ---- Which sheets --------------------------------------------------------------------------------


def test_each_change_names_the_prints_it_spoils(verifier, angkatan):
    print_lists(angkatan)
    correct(named(angkatan, "Ani"), phone="+6281311112222", at=LATER)
    correct(named(angkatan, "Ani"), name="Anni", at=LATER + HOUR)
    cancel(named(angkatan, "Cici"), at=LATER + 2 * HOUR)

    assert [row.split("Kartika ")[1] for row in rows(verifier, angkatan)] == [
        "Daftar hadir lembar 1",
        "Daftar hadir lembar 1",
        "Tidak ada",
    ]


def test_name_that_is_only_to_be_struck_out_says_so(verifier, angkatan):
    print_lists(angkatan)
    cancel(named(angkatan, "Cici"))

    assert "Namanya tetap di daftar hadir lembar 1: dicoret dengan tangan" in rows(verifier, angkatan)[0]


def test_phone_is_on_the_list_that_was_printed_with_it(verifier, angkatan):
    print_lists(angkatan, hp="1")
    correct(named(angkatan, "Ani"), phone="+6281311112222")

    assert rows(verifier, angkatan)[0].endswith("Daftar hadir lembar 1")


def test_change_that_was_printed_since_spoils_nothing(verifier, angkatan):
    correct(named(angkatan, "Ani"), name="Anni")
    print_lists(angkatan)

    assert rows(verifier, angkatan)[0].endswith("Tidak ada, cetakan sudah cocok")
    assert "Semua cetakan cocok dengan daftar" in words(verifier, angkatan)


@pytest.mark.parametrize(("role", "may"), [("panitia", True), ("verifikator", False), ("pemantau", False)])
def test_sheets_are_printed_and_marked_by_who_may(as_role, angkatan, role, may):
    print_lists(angkatan)
    correct(named(angkatan, "Ani"), name="Anni")
    client = as_role(role)
    html = client.get(address(angkatan)).content.decode()

    assert "Daftar hadir Senin 08.00 · Wawasan kebangsaan, lembar 1" in html
    assert ("Cetak lembar 1" in html, "Sudah diganti" in html) == (may, may)
    assert ("Lembarnya dicetak oleh panitia." in html) != may


def form(client: Client, angkatan: Angkatan) -> dict[str, object]:
    """What the first button on the page sends."""
    html = client.get(address(angkatan)).content.decode()
    sent = html.partition('class="sheet-done"')[2].partition("</form>")[0]
    seen = re.findall(r'name="seen" value="(\w+)"', sent)
    return {"cetakan": re.findall(r'name="cetakan" value="(\d+)"', sent), "seen": seen[0] if seen else ""}


def mark(client: Client, angkatan: Angkatan, **sent: object) -> str:
    replaced = reverse("admin:pelatihan_angkatan_replaced", args=[angkatan.pk])
    response = client.post(replaced, sent, follow=True)
    assert response.status_code == 200
    return " ".join(str(message) for message in response.context["messages"])


def test_sheets_are_marked_as_replaced_and_the_mark_is_taken_back(as_role, angkatan):
    print_lists(angkatan)
    correct(named(angkatan, "Ani"), name="Anni")
    committee = as_role("panitia")

    sent = form(committee, angkatan)
    assert "ditandai sudah diganti" in mark(committee, angkatan, **sent)
    assert "Sudah diganti atau dicoret (1)" in words(committee, angkatan)
    assert "berubah lagi sejak halaman ini dibuka" in mark(committee, angkatan, **sent)

    assert "1 cetakan dianggap belum diganti" in mark(committee, angkatan, cetakan=sent["cetakan"], urungkan="1")
    assert "1 cetakan tidak lagi cocok" in words(committee, angkatan)
    assert "Tidak ada yang berubah" in mark(committee, angkatan, cetakan=sent["cetakan"], urungkan="1")


def test_struck_out_names_are_marked_as_such(as_role, angkatan):
    print_lists(angkatan)
    cancel(named(angkatan, "Cici"))
    committee = as_role("panitia")

    assert "Sudah dicoret" in words(committee, angkatan)
    assert "ditandai sudah dicoret" in mark(committee, angkatan, **form(committee, angkatan))
    assert Printed.objects.get().settled["rows"][2][1] == ""


def test_what_changed_since_the_page_was_opened_is_not_marked(as_role, angkatan):
    print_lists(angkatan)
    correct(named(angkatan, "Ani"), name="Anni")
    committee = as_role("panitia")
    sent = form(committee, angkatan)
    correct(named(angkatan, "Budi"), name="Buddi")

    assert "berubah lagi sejak halaman ini dibuka" in mark(committee, angkatan, **sent)
    assert Printed.objects.get().settled is None


@pytest.mark.parametrize("seen", ["", "x" * 10_000, "\x00", "😀"])
def test_hostile_marks_change_nothing(as_role, angkatan, seen):
    print_lists(angkatan)
    correct(named(angkatan, "Ani"), name="Anni")
    committee = as_role("panitia")

    for ids in ([], ["x"], ["0"], ["9" * 30], ["1\x00"], ["<script>"], ["-1", "😀"], [Printed.objects.get().pk]):
        assert "berubah lagi" in mark(committee, angkatan, cetakan=ids, seen=seen)
        assert "Tidak ada yang berubah" in mark(committee, angkatan, cetakan=ids, urungkan="1")


def test_sheets_of_another_batch_are_not_marked(as_role, angkatan):
    print_lists(angkatan)
    correct(named(angkatan, "Ani"), name="Anni")
    committee, other = as_role("panitia"), AngkatanFactory(number=3)

    mark(committee, other, **form(committee, angkatan))
    assert Printed.objects.get().settled is None


@pytest.mark.parametrize("role", ["verifikator", "pemantau", "petugas"])
def test_only_who_prints_marks(as_role, angkatan, role):
    assert as_role(role).post(reverse("admin:pelatihan_angkatan_replaced", args=[angkatan.pk])).status_code == 403


# ---- For each role what it may see ---------------------------------------------------------------

SECRETS = ("0812-0000-0101", "0813-1111-2222", "b@contoh.id", "Ibu saya dirawat", "Kebutuhan khusus", "Upik")


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("verifikator", SECRETS),
        ("admin", SECRETS),
        ("pemantau", ("Ibu saya dirawat", "Upik")),
        ("panitia", ("0812-0000-0101", "0813-1111-2222")),
    ],
)
def test_everybody_sees_what_their_work_needs(as_role, angkatan, role, seen):
    correct(
        named(angkatan, "Ani"), phone="+6281311112222", email="b@contoh.id", nickname="Upik",
        special_needs="Kursi roda", agrees_special_needs=True, reason="Ibu saya dirawat",
    )  # fmt: skip
    cancel(named(angkatan, "Budi"))
    said = words(as_role(role), angkatan)

    assert tuple(secret for secret in SECRETS if secret in said) == seen
    assert "Kursi roda" not in said


def test_correction_of_which_nothing_may_be_seen_is_no_change(as_role, angkatan):
    correct(named(angkatan, "Ani"), special_needs="Kursi roda", agrees_special_needs=True)

    assert [len(rows(as_role(role), angkatan)) for role in ("verifikator", "pemantau", "panitia")] == [1, 0, 0]


@pytest.mark.parametrize(("role", "leads"), [("verifikator", True), ("pemantau", True), ("panitia", False)])
def test_names_lead_to_the_registration_where_that_opens(as_role, angkatan, role, leads):
    person = named(angkatan, "Ani")
    cancel(person)
    html = as_role(role).get(address(angkatan)).content.decode()

    assert (reverse("admin:pelatihan_registration_change", args=[person.pk]) in html) == leads


def test_words_of_people_are_no_markup(verifier, angkatan):
    writer.move(named(angkatan, "Ani"), Action.CANCEL, actor=clerk(), at=LATER, reason="<script>alert(1)</script>")

    assert "<script>alert" not in verifier.get(address(angkatan)).content.decode()


# ---- Many ----------------------------------------------------------------------------------------


def test_many_changes_are_told_page_by_page(verifier, angkatan, monkeypatch):
    monkeypatch.setattr(late_changes, "EACH", 2)
    for minute, name in enumerate(("Ani", "Budi", "Cici")):
        correct(named(angkatan, name), name=f"{name} Baru", at=LATER + timedelta(minutes=minute))

    assert ["Cici Baru" in rows(verifier, angkatan)[0], "Budi Baru" in rows(verifier, angkatan)[1]] == [True, True]
    assert ["Ani Baru" in row for row in rows(verifier, angkatan, hal="2")] == [True]
    assert "Lebih lama" in words(verifier, angkatan)
    assert "Lebih baru" in words(verifier, angkatan, hal="2")


@pytest.mark.parametrize("hal", ["", "0", "-1", "99", "9" * 30, "x", "<script>", "😀", "1e3"])
def test_page_that_is_not_there_is_the_nearest_one(verifier, angkatan, hal):
    cancel(named(angkatan, "Ani"))

    assert len(rows(verifier, angkatan, hal=hal)) == 1


@pytest.mark.parametrize("pk", ["99999999", "99999999999999999999", "0", "x", "-1"])
def test_batch_that_is_not_there_is_not_found(verifier, pk):
    assert verifier.get(f"/admin/pelatihan/angkatan/{pk}/terlambat/").status_code in (302, 404)


def test_two_and_two_hundred_people_take_the_same_queries(as_role, angkatan):
    committee, counts = as_role("panitia"), []
    ormas = named(angkatan, "Ani").ormas
    for many in (2, 60):
        people = [a_registration(angkatan, ormas=ormas, name=f"Tamu {'abcdefghij'[n % 10]}") for n in range(many)]
        print_lists(angkatan)
        for person in people:
            correct(person, name=f"{person.name} Baru")
        wish = Application(a_person(name="Zulfa"), Registration.Source.WEB)
        changes.replace(people[0], wish, actor=clerk(), at=LATER + HOUR)
        committee.get(address(angkatan))
        with CaptureQueriesContext(connection) as asked:
            committee.get(address(angkatan))
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 18


# ---- How one gets there --------------------------------------------------------------------------


def test_batch_leads_to_its_late_changes_once_it_is_frozen(verifier, angkatan):
    change = reverse("admin:pelatihan_angkatan_change", args=[angkatan.pk])
    assert address(angkatan) in verifier.get(change).content.decode()
    steps.take(angkatan, Step.THAW, at=LATER)

    assert address(angkatan) not in verifier.get(change).content.decode()


@pytest.mark.parametrize("role", ["panitia", "verifikator", "pemantau"])
def test_first_page_leads_there_when_there_are_any(as_role, angkatan, role):
    client = as_role(role)
    with time_machine.travel(LATER + HOUR, tick=False):
        assert address(angkatan) not in client.get("/admin/").content.decode()
        cancel(named(angkatan, "Ani"))
        correct(named(angkatan, "Budi"), name="Buddi", front_title="Drs.")
        page = client.get("/admin/").content.decode()

    row = re.search(rf'<span class="todo-count">(\d+)</span>(?:(?!</li>).)*href="{address(angkatan)}"', page, re.S)
    assert row
    assert row[1] == "2"


def test_first_page_counts_as_the_page_itself_does(as_role, angkatan):
    wish = Application(a_person(name="Dodi"), Registration.Source.WEB)
    changes.replace(named(angkatan, "Ani"), wish, actor=clerk(), at=LATER)
    correct(named(angkatan, "Budi"), special_needs="Kursi roda", agrees_special_needs=True)
    angkatan.refresh_from_db()
    readers = [UserFactory(role=role) for role in ("verifikator", "pemantau")]

    assert [late_changes.counted([angkatan], reader)[angkatan.pk] for reader in readers] == [2, 1]
    assert StatusChange.objects.filter(is_late=True).count() == 2
