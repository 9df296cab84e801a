"""Changing what counts for one person in one session: by whom, when, with what reason, and never over somebody else."""

import re
import uuid
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from pelatihan.accounts.actor import staff
from pelatihan.attendance import sessions
from pelatihan.attendance.locked import Scan
from pelatihan.lifecycle import Status
from pelatihan.models import AttendanceEvent, AttendanceState, Registration
from pelatihan.web.seen import NOTHING_CHANGED
from tests.factories import UserFactory, a_registration
from tests.pelatihan.admin.people import Page
from tests.pelatihan.door import at

AFTER = at("12.00")


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(AFTER, tick=False):
        yield


def address(door, person) -> str:
    return reverse("mark", args=[door.session.angkatan.slug, door.session.pk, person.ref])


def page(client: Client, door, person) -> Page:
    return Page(client, address(door, person), "seen")


def states(door, person) -> list[str]:
    """What was recorded, in order: the state of what counts, or the kind of what takes it away."""
    events = AttendanceEvent.objects.filter(registration=person).order_by("number")
    return [event.state or event.kind for event in events]


def text(html: str) -> str:
    main = re.search(r"<main.*</main>", html, re.DOTALL)
    assert main
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", main.group()).split()))


# ---- Changing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", AttendanceState.values)
def test_committee_changes_what_counts_with_a_reason(door, person, organiser, state):
    leaving = {"left_at": "10.30"} if state == AttendanceState.LEFT else {}
    answer = page(organiser, door, person).send(state=state, reason="Menurut lembar", **leaving)

    assert answer.status_code == 302
    assert door.state(person) == state
    event = AttendanceEvent.objects.get()
    assert (event.kind, event.means, event.reason, event.happened_at) == ("mark", "correction", "Menurut lembar", AFTER)
    assert event.author is not None
    told = text(organiser.get(answer["Location"]).content.decode())
    assert f"Kehadiran {person.full_name}: {AttendanceState(state).label}" in told
    assert "Kehadiran diubah menjadi" in told


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"state": "sick"}, "Tulis alasannya."),
        ({"state": "sick", "reason": "   "}, "Tulis alasannya."),
        ({"state": "belum"}, "Tulis alasannya."),
        ({"reason": "Surat"}, "Pilih salah satu."),
        ({"state": "x", "reason": "Surat"}, "Pilih salah satu."),
        ({"state": "sick", "reason": "a" * 301}, "paling banyak 300 huruf"),
        ({"state": "sick", "reason": "a\0"}, "tidak terbaca"),
        ({"state": "left", "reason": "Surat", "left_at": ""}, "Isi jam pulangnya"),
        ({"state": "left", "reason": "Surat", "left_at": "setengah"}, "Jam ini tidak terbaca"),
        ({"state": "left", "reason": "Surat", "left_at": "07.59"}, "sejak sesi mulai pukul 08.00"),
        ({"state": "left", "reason": "Surat", "left_at": "12.01"}, "sampai sekarang, pukul 12.00"),
    ],
)
def test_what_is_missing_or_cannot_be_is_asked_for(door, person, organiser, sent, sentence):
    door.scan(person, "07.40")
    known = page(organiser, door, person)
    known.fields |= {"state": None, "reason": ""}

    assert sentence in known.send(**sent).content.decode()
    assert states(door, person) == ["present"]


def test_reason_is_owed_only_over_what_somebody_recorded(door, person, organiser):
    known = page(organiser, door, person)
    assert "Alasan (boleh dikosongkan)" in text(known.html)
    assert known.send(state="sick").status_code == 302
    assert "Alasan (boleh dikosongkan)" not in text(page(organiser, door, person).html)
    assert "Jam pulang (boleh dikosongkan)" not in text(known.html)
    assert states(door, person) == ["sick"]


def test_no_reason_is_owed_over_what_closing_wrote(door, person, organiser):
    sessions.close(
        door.session, at=at("09.30"), actor=staff(UserFactory(first_name="Rina", last_name="Kartika"), "Laptop panitia")
    )
    known = page(organiser, door, person)
    assert "Sesi ditutup: Tanpa keterangan, Rina Kartika" in text(known.html)
    assert text(known.html).endswith("Senin, 11 Maret 2019 pukul 09.30 WIB · di Laptop panitia")
    assert "Urungkan perubahan terakhir" not in known.html
    known.send(state="excused")
    assert door.state(person) == "excused"


def test_who_left_early_is_shown_with_the_time_and_emptied_again(door, person, organiser):
    door.scan(person, "07.40")
    page(organiser, door, person).send(state="left", reason="Dijemput", left_at="10.30")
    told = page(organiser, door, person)
    assert "Kehadiran diubah menjadi Pulang awal pukul 10.30" in text(told.html)
    assert "pukul 07.40 WIB · dipindai" in text(told.html)
    assert told.fields["left_at"] == "10.30"

    told.send(state="belum", reason="Salah orang")
    assert door.state(person) is None
    empty = page(organiser, door, person)
    assert "Kehadiran dikosongkan" in text(empty.html)
    organiser.post(empty.address, {"undo": "1", "seen": empty.fields["seen"]})
    assert door.state(person) == "left"


def test_what_happened_to_the_registration_that_gave_way_is_seen_here(door, person, organiser):
    other = a_registration(door.session.angkatan)
    door.scan(other, "07.50")
    Registration.objects.filter(pk=other.pk).update(status=Status.CANCELLED, counts_for=person)

    page(organiser, door, person).send(state="sick", reason="Surat")

    assert door.state(person) == "sick"


def test_same_form_sent_twice_is_one_change(door, person, organiser):
    known = page(organiser, door, person)

    known.send(state="sick", reason="Surat dokter")
    known.send(state="sick", reason="Surat dokter")

    assert states(door, person) == ["sick"]


def test_id_of_something_else_is_refused(door, person, organiser):
    other = door.scan(a_registration(door.session.angkatan), "07.40").event.pk

    assert (
        "nomor milik catatan lain"
        in page(organiser, door, person).send(state="sick", reason="Surat", event=str(other)).content.decode()
    )


def test_what_counts_already_is_no_change(door, person, organiser):
    door.scan(person, "07.40")

    known = page(organiser, door, person)
    answer = organiser.post(known.address, known.fields | {"state": "present", "reason": "Lembar"}, follow=True)

    assert NOTHING_CHANGED in answer.content.decode()
    assert states(door, person) == ["present"]


def test_page_leads_back_to_the_sheet_one_came_from(door, person, organiser):
    html = organiser.get(f"{address(door, person)}?lembar=2&kertas=a4&x=1").content.decode()

    assert f'/rekap/?lembar=2&amp;sesi={door.session.pk}&amp;kertas=a4"' in html


# ---- Undoing -------------------------------------------------------------------------------------


def test_change_is_undone_on_the_page(door, person, organiser):
    door.scan(person, "07.40")
    page(organiser, door, person).send(state="absent", reason="Keliru orang")
    known = page(organiser, door, person)

    answer = organiser.post(known.address, {"undo": "1", "seen": known.fields["seen"], "event": uuid.uuid4()})

    assert door.state(person) == "present"
    assert states(door, person) == ["present", "absent", "undo"]
    told = text(organiser.get(answer["Location"]).content.decode())
    assert "Diurungkan. Kehadiran Siti Rahmawati sekarang: Hadir." in told
    assert "Perubahan kehadiran diurungkan" in told
    assert "Urungkan perubahan terakhir" not in told


def test_undoing_twice_is_told_and_undoes_once(door, person, organiser):
    page(organiser, door, person).send(state="absent", reason="Keliru orang")
    known = page(organiser, door, person)
    undo = {"undo": "1", "seen": known.fields["seen"]}
    event = uuid.uuid4()
    for _ in range(2):
        organiser.post(known.address, undo | {"event": event})

    again = organiser.post(known.address, undo | {"event": uuid.uuid4()}, follow=True)

    assert "Perubahan itu sudah diurungkan." in again.content.decode()
    assert states(door, person) == ["absent", "undo"]


def test_check_in_of_the_desk_is_not_undone_here(door, person, organiser):
    check_in = door.scan(person, "07.40").event.pk
    known = page(organiser, door, person)

    answer = organiser.post(known.address, {"undo": "1", "seen": check_in, "event": uuid.uuid4()}, follow=True)

    assert "Tidak ada perubahan yang dapat diurungkan." in answer.content.decode()
    assert "Urungkan perubahan terakhir" not in known.html
    assert door.state(person) == "present"


def test_older_change_is_not_undone_under_a_newer_one(door, person, organiser):
    page(organiser, door, person).send(state="absent", reason="Keliru orang")
    old = page(organiser, door, person)
    page(organiser, door, person).send(state="sick", reason="Surat dokter")

    answer = organiser.post(old.address, {"undo": "1", "seen": old.fields["seen"], "event": uuid.uuid4()}, follow=True)

    assert "kehadirannya menjadi Sakit. Tidak ada yang diurungkan" in answer.content.decode()
    assert door.state(person) == "sick"


def test_change_of_another_person_is_not_undone_here(door, person, organiser):
    other = a_registration(door.session.angkatan)
    page(organiser, door, other).send(state="absent", reason="Keliru orang")
    theirs = page(organiser, door, other).fields["seen"]

    answer = organiser.post(address(door, person), {"undo": "1", "seen": theirs}, follow=True)

    assert "tidak ada yang diurungkan" in answer.content.decode()
    assert door.state(other) == "absent"


# ---- Two people ----------------------------------------------------------------------------------


def test_who_changes_after_somebody_else_is_asked_first(door, person, client_of):
    rina, budi = (page(client_of("panitia"), door, person) for _ in range(2))
    rina.send(state="sick", reason="Surat dokter")

    budi.send(state="excused", reason="Titip pesan")

    assert "kehadirannya berubah menjadi Sakit" in unescape(budi.html)
    assert (budi.fields["state"], budi.fields["reason"]) == ("excused", "Titip pesan")
    assert door.state(person) == "sick"
    assert budi.send().status_code == 302
    assert door.state(person) == "excused"


def test_scan_while_the_page_is_open_is_asked_about(door, person, organiser):
    known = page(organiser, door, person)
    door.scan(person, "11.00")

    assert "berubah menjadi Terlambat" in known.send(state="absent", reason="Tidak ada").content.decode()
    assert door.state(person) == "late"


# ---- What the rules refuse -----------------------------------------------------------------------


def sent_anyway(client, door, person) -> str:
    data = {"state": "present", "reason": "Lembar", "seen": "", "event": uuid.uuid4()}
    return unescape(client.post(address(door, person), data).content.decode())


@pytest.mark.parametrize(
    ("field", "sentence"), [("closed_at", "sudah ditutup, jadi"), ("cancelled_at", "sudah dibatalkan, jadi")]
)
def test_batch_that_is_over_changes_no_more(door, person, organiser, field, sentence):
    batch = door.session.angkatan
    setattr(batch, field, AFTER)
    batch.cancel_reason = "Banjir"
    batch.save()

    assert sentence in text(page_html := organiser.get(address(door, person)).content.decode())
    assert 'name="state"' not in page_html
    assert sentence in sent_anyway(organiser, door, person)
    assert states(door, person) == []


def test_session_whose_doors_are_shut_is_refused_with_the_hour(door, person, organiser):
    with time_machine.travel(at("06.59"), tick=False):
        html = text(organiser.get(address(door, person)).content.decode())
        assert "baru dibuka Senin, 11 Maret 2019 pukul 07.00 WIB" in html
        sent_anyway(organiser, door, person)
    assert states(door, person) == []
    with time_machine.travel(at("07.00"), tick=False):
        page(organiser, door, person).send(state="excused", reason="Telepon")
    assert states(door, person) == ["excused"]


def test_closed_session_is_still_changed_from_its_sheet(door, person, organiser):
    door.session.closed_at = at("10.00")
    door.session.save()

    page(organiser, door, person).send(state="present", reason="Menurut lembar")

    assert door.state(person) == "present"


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.CANCELLED])
def test_who_is_no_participant_is_refused_with_the_status(door, organiser, status):
    person = a_registration(door.session.angkatan, status)

    assert f"berstatus {status.label}" in sent_anyway(organiser, door, person)
    assert states(door, person) == []


def test_who_was_let_in_without_being_accepted_can_be_changed(door, person, organiser):
    door.scan(person, "07.40")
    Registration.objects.filter(pk=person.pk).update(status=Status.CANCELLED)

    page(organiser, door, person).send(state="absent", reason="Orang lain")

    assert door.state(person) == "absent"


def test_who_waits_for_the_committee_s_decision_is_decided_here(door, organiser):
    person = a_registration(door.session.angkatan, Status.SUBMITTED)
    door.take(Scan(uuid.uuid4(), at("07.40"), code=person.code, let_in=True))
    recap = reverse("recap", args=[door.session.angkatan.slug])
    assert "1 kiriman susulan menunggu putusan" in organiser.get(recap).content.decode()

    page(organiser, door, person).send(state="present", reason="Surat tugas ada")

    assert door.state(person) == "present"
    assert "kiriman susulan menunggu" not in organiser.get(recap).content.decode()


def test_session_without_attendance_is_refused(door, person, organiser):
    door.session.takes_attendance = False
    door.session.save()

    assert "tidak memakai daftar hadir" in sent_anyway(organiser, door, person)


def test_session_and_person_of_other_batches_are_not_found(door, person, organiser):
    other = a_registration(type(door.session.angkatan).objects.create(**another_batch(door)))

    assert organiser.get(address(door, other)).status_code == 404
    elsewhere = reverse("mark", args=[other.angkatan.slug, door.session.pk, other.ref])
    assert organiser.get(elsewhere).status_code == 404


def another_batch(door) -> dict[str, object]:
    batch = door.session.angkatan
    names = ("theme", "venue", "town", "starts_on", "ends_on", "year")
    return {name: getattr(batch, name) for name in names} | {"number": 99, "slug": "lain"}


# ---- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "may"), [("panitia", True), ("pemantau", False), ("admin", True)])
def test_recap_leads_there_whom_may(door, person, client_of, role, may):
    html = client_of(role).get(reverse("recap", args=[door.session.angkatan.slug])).content.decode()

    assert (address(door, person) in html) == may
    assert ("sedang diisi" in html) == may


def test_recap_leads_nowhere_before_the_doors_open(door, person, organiser):
    with time_machine.travel(at("06.59"), tick=False):
        html = organiser.get(reverse("recap", args=[door.session.angkatan.slug])).content.decode()

    assert address(door, person) not in html


@pytest.mark.parametrize("role", ["petugas", "pemantau", "verifikator"])
def test_others_read_why_not(door, person, client_of, role):
    answer = client_of(role).get(address(door, person))

    assert answer.status_code == 403
    assert "Kehadiran hanya diubah oleh panitia." in answer.content.decode()
