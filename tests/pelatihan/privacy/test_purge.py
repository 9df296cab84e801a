"""What the privacy notice promises is done, and nothing that papers need is lost."""

import os
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError

from ormas.models import Delegate, Ormas
from pelatihan.accounts.actor import CONTACT
from pelatihan.batches import listing
from pelatihan.certificates import issuing
from pelatihan.exchange import imports
from pelatihan.lifecycle import Status
from pelatihan.merging import pairs, people
from pelatihan.models import (
    Angkatan,
    AssignmentLetter,
    Attendance,
    Certificate,
    CertificateException,
    CertificateIssue,
    CertificateVersion,
    ChangeRequest,
    CodeRequest,
    Correction,
    Guest,
    Import,
    Job,
    ListingRequest,
    LoginSession,
    Merge,
    Message,
    NumberSeries,
    Printed,
    PrintedFile,
    PrintedSheet,
    Printing,
    Registration,
    StatusChange,
    Stay,
)
from pelatihan.privacy.purge import due, purge
from pelatihan.registration import changes, letters, nik, requests
from pelatihan.registration.application import Person
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    UserFactory,
    a_person,
    a_printing,
    a_registration,
    a_request,
    clerk,
)
from tests.pelatihan import letter_samples as a
from tests.pelatihan.certificates.course import END, certificate_of, course
from tests.pelatihan.lodging.houses import with_rooms

__all__ = ["course"]

pytestmark = pytest.mark.django_db
LAST_DAY = date(2019, 3, 13)
A_YEAR_ON = date(2020, 3, 14)


@pytest.fixture(autouse=True)
def _while_registration_is_open():
    with time_machine.travel(NOON, tick=False):
        yield


def a_guest(**person: Any) -> Registration:
    return a_registration(AngkatanFactory(), special_needs="Kursi roda", **{"email": "a@contoh.id"} | person)


def a_row(**fields: object) -> Delegate:
    """Somebody who is on no list: staff merged, or a correction left the row behind."""
    return Delegate.objects.create(**{"name": "Budi Contoh", "phone": "+6281200000001", "gender": "L"} | fields)


def contacts() -> list[tuple[str, str, str]]:
    return list(Delegate.objects.values_list("phone", "email", "gender"))


# ---- Special needs, contacts ---------------------------------------------------------------------


def test_special_needs_go_after_the_training() -> None:
    registration = a_guest()

    assert purge(LAST_DAY).special_needs == 0
    assert purge(LAST_DAY + timedelta(days=1)).special_needs == 1
    registration.refresh_from_db()
    assert registration.special_needs == ""


def test_who_has_no_special_needs_is_not_counted() -> None:
    a_registration(AngkatanFactory())

    assert purge(A_YEAR_ON).special_needs == 0


@pytest.mark.parametrize(
    ("agrees", "today", "gone"),
    [
        (False, date(2020, 3, 13), 0),
        (False, A_YEAR_ON, 1),
        (True, A_YEAR_ON, 0),
        (True, date(2021, 3, 13), 0),
        (True, date(2021, 3, 14), 1),
    ],
)
def test_contacts_and_gender_go_when_their_time_is_over(agrees: bool, today: date, gone: int) -> None:
    a_guest(agrees_invite=agrees)

    assert purge(today).contacts == gone
    assert (contacts() == [("", "", "")]) == bool(gone)


@pytest.mark.parametrize(
    "kept", [{"phone": "", "email": "", "gender": "P"}, {"phone": "", "gender": ""}, {"email": "", "gender": ""}]
)
def test_any_one_of_them_is_enough_to_be_due(kept: dict[str, str]) -> None:
    a_guest(**kept)

    assert purge(A_YEAR_ON).contacts == 1
    assert contacts() == [("", "", "")]
    assert purge(A_YEAR_ON).contacts == 0


def test_who_comes_again_keeps_the_contact() -> None:
    first, second = a_guest(), a_guest()
    Registration.objects.filter(pk=second.pk).update(delegate=first.delegate)
    Angkatan.objects.filter(pk=second.angkatan_id).update(starts_on=date(2020, 3, 11), ends_on=date(2020, 3, 13))
    second.delegate.delete()

    assert purge(date(2020, 6, 1)).contacts == 0


def test_papers_keep_what_stands_on_them() -> None:
    registration = a_guest(front_title="Dr.", nickname="Siti")
    before = (registration.full_name, registration.position, registration.ormas_name)
    figures = [model.objects.count() for model in (Registration, Delegate, StatusChange, Attendance, Ormas)]
    purge(date(2030, 1, 1))

    registration = Registration.objects.get()
    assert (registration.full_name, registration.position, registration.ormas_name) == before
    assert registration.delegate.full_name == registration.full_name
    assert [model.objects.count() for model in (Registration, Delegate, StatusChange, Attendance, Ormas)] == figures


@pytest.mark.parametrize(("last_day", "gone"), [(date(2023, 2, 27), 1), (date(2023, 2, 28), 0), (date(2023, 3, 1), 0)])
def test_leap_day_s_year_ends_on_the_28th(last_day: date, gone: int) -> None:
    a_registration(AngkatanFactory(starts_on=last_day, ends_on=last_day, year=last_day.year))

    assert due(date(2024, 2, 29)).contacts.count() == gone


# ---- What the history tells of contacts ----------------------------------------------------------


def corrected(registration: Registration, **fields: str) -> list[tuple[str, str, str]]:
    """Put right by a clerk; what the history tells then."""
    typed = Person(**vars(Person.of(registration)) | fields)
    changes.correct(registration, typed, actor=clerk(), at=NOON)
    return told()


def told() -> list[tuple[str, str, str]]:
    return list(Correction.objects.order_by("pk").values_list("field", "old", "new"))


def test_old_contacts_go_from_the_history_with_the_contact() -> None:
    before = corrected(a_guest(gender="P", phone="+6281200000001"), name="Nama Benar", phone="", email="", gender="L")

    assert purge(date(2020, 3, 13)).corrections == 0
    assert told() == before
    assert purge(A_YEAR_ON).corrections == 3
    assert told() == [("name", before[0][1], "Nama Benar"), ("gender", "", ""), ("phone", "", ""), ("email", "", "")]
    assert purge(A_YEAR_ON).corrections == 0


def test_contact_that_was_added_later_goes_from_the_history_too() -> None:
    corrected(a_guest(email=""), email="b@contoh.id")

    assert purge(A_YEAR_ON).corrections == 1
    assert told() == [("email", "", "")]


def test_history_of_who_may_be_invited_stays_longer() -> None:
    corrected(a_guest(agrees_invite=True), phone="+6281299999999")

    assert [purge(day).corrections for day in (A_YEAR_ON, date(2021, 3, 14))] == [0, 1]


def test_special_needs_were_never_in_the_history() -> None:
    registration = a_guest()

    assert corrected(registration, special_needs="Tidak makan kacang") == [("special_needs", "ada", "ada, diganti")]
    assert corrected(registration, special_needs="")[1:] == [("special_needs", "ada", "")]


# ---- What was asked for ----------------------------------------------------------------------------


def test_who_was_to_come_and_was_never_decided_about_goes_after_the_training() -> None:
    one = a_guest()
    asked = requests.ask_to_replace(one, a_person(email="b@contoh.id"), actor=CONTACT, at=NOON, reason="Ada tugas")

    assert purge(LAST_DAY).undecided == 0
    assert purge(LAST_DAY + timedelta(days=1)).undecided == 1
    asked.refresh_from_db()
    assert (asked.state, asked.person, asked.decided_at) == ("lapsed", {}, NOON)


def test_gender_goes_from_what_was_asked_for_with_the_contact() -> None:
    one = a_guest(gender="P", name="Siti")
    typed = Person(**vars(Person.of(one)) | {"gender": "L", "name": "Siti Rahmawati"})
    asked = requests.mend(one, typed, actor=CONTACT, at=NOON).request
    assert asked
    requests.refuse(asked, actor=clerk(), at=NOON, note="Sesuai KTP")

    assert purge(date(2020, 3, 13)).wishes == 0
    assert purge(A_YEAR_ON).wishes == 1
    asked.refresh_from_db()
    assert asked.changes == {"name": ["Siti", "Siti Rahmawati"]}
    assert purge(A_YEAR_ON).wishes == 0


def test_gender_alone_goes_whatever_became_of_the_wish() -> None:
    one = a_guest(gender="P")
    requests.mend(one, Person(**vars(Person.of(one)) | {"gender": "L"}), actor=CONTACT, at=NOON)

    assert purge(LAST_DAY + timedelta(days=1)).undecided == 0
    assert ChangeRequest.objects.get().state == "waiting"  # certificates are printed after the training
    assert purge(A_YEAR_ON).wishes == 1
    asked = ChangeRequest.objects.get()
    assert (asked.state, asked.changes) == ("lapsed", {})


# ---- Rows that no registration holds -------------------------------------------------------------


@pytest.mark.parametrize(("today", "gone"), [(date(2020, 2, 20), 0), (date(2020, 2, 21), 1)])
def test_row_never_used_goes_a_year_after_it_was_made(today: date, gone: int) -> None:
    a_row()

    assert purge(today).unused == gone
    assert Delegate.objects.count() == 1 - gone


def test_row_that_may_be_invited_stays_longer() -> None:
    a_row(agrees_invite=True)

    assert purge(date(2021, 2, 20)).unused == 0
    assert purge(date(2021, 2, 21)).unused == 1


def test_merged_row_goes_when_the_time_of_the_other_is_over() -> None:
    survivor = a_guest().delegate
    merged = a_row(merged_into=survivor)
    a_row(merged_into=merged)

    assert purge(date(2020, 3, 13)).unused == 1  # the outermost: of no training, made a year and more ago
    assert purge(A_YEAR_ON).unused == 1
    assert [row.pk for row in Delegate.objects.all()] == [survivor.pk]


def test_chain_of_merged_rows_goes_at_once() -> None:
    outer = a_row(merged_into=a_row(merged_into=a_row()))

    assert purge(date(2021, 1, 1)).unused == 3
    assert not Delegate.objects.filter(pk=outer.pk).exists()


def test_merged_row_with_a_registration_loses_its_contact_only() -> None:
    survivor, merged = a_guest().delegate, a_guest().delegate
    Delegate.objects.filter(pk=merged.pk).update(merged_into=survivor)
    purge(A_YEAR_ON)

    assert contacts() == [("", "", "")] * 2


# ---- Contact persons of ormas --------------------------------------------------------------------


def an_ormas() -> Ormas:
    return OrmasFactory(contact_name="Bapak Contoh", contact_phone="+6281200000009", contact_email="x@contoh.id")


def persons() -> list[tuple[str, str, str]]:
    return list(Ormas.objects.values_list("contact_name", "contact_phone", "contact_email"))


@pytest.mark.parametrize(("today", "gone"), [(date(2020, 2, 20), 0), (date(2020, 2, 21), 1)])
def test_contact_person_goes_a_year_after_staff_wrote_it(today: date, gone: int) -> None:
    an_ormas()

    assert purge(today).contact_persons == gone
    assert (persons() == [("", "", "")]) == bool(gone)


@pytest.mark.parametrize("way", ["invited", "sending"])
def test_contact_person_stays_while_a_training_is_a_year_old(way: str) -> None:
    ormas = an_ormas()
    if way == "invited":
        InvitationFactory(angkatan=AngkatanFactory(), ormas=ormas)
    else:
        a_registration(AngkatanFactory(), ormas=ormas).angkatan.invitations.update(ormas=OrmasFactory())

    assert purge(date(2020, 3, 13)).contact_persons == 0
    assert purge(A_YEAR_ON).contact_persons == 1


@pytest.mark.parametrize("kept", [{"contact_name": "B"}, {"contact_phone": "021"}, {"contact_email": "x@contoh.id"}])
def test_any_part_of_a_contact_person_is_due(kept: dict[str, str]) -> None:
    OrmasFactory(**kept)

    assert purge(date(2021, 1, 1)).contact_persons == 1
    assert persons() == [("", "", "")]


# ---- Ormas that asked to be invited --------------------------------------------------------------


def asking() -> list[dict[str, str]]:
    rows = ListingRequest.objects.values("name", "city", "contact_name", "phone", "email", "note")
    return [{name: str(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize(("today", "gone"), [(date(2020, 3, 13), 0), (A_YEAR_ON, 1)])
@pytest.mark.parametrize("answer", ["waiting", "refused", "invited"])
def test_contact_of_a_request_goes_a_year_after_its_training(answer: str, today: date, gone: int) -> None:
    asked = a_request(AngkatanFactory(), email="a@contoh.id", note="Salam")
    if answer == "refused":
        listing.refuse(asked, "Penuh", by=UserFactory(), at=NOON)
    if answer == "invited":
        listing.record_and_invite(asked, shown=set(), by=UserFactory(), at=NOON)
    before = asking()[0]

    assert purge(today).requests == gone
    empty = {"contact_name": "", "phone": "", "email": "", "note": ""}
    assert asking() == [before | empty if gone else before]
    assert purge(today).requests == 0
    assert ListingRequest.objects.get().state == answer


@pytest.mark.parametrize("kept", ["contact_name", "phone", "email", "note"])
def test_any_one_of_them_is_enough_for_a_request_to_be_due(kept: str) -> None:
    a_request(AngkatanFactory(), email="a@contoh.id", note="Salam")
    ListingRequest.objects.update(**{name: "" for name in ("contact_name", "phone", "email", "note") if name != kept})

    assert purge(A_YEAR_ON).requests == 1


def test_two_requests_of_one_name_lose_their_contact_together() -> None:
    batch = AngkatanFactory()
    for _ in range(2):
        a_request(batch)

    assert purge(A_YEAR_ON).requests == 2


# ---- NIK -----------------------------------------------------------------------------------------


def test_nik_goes_ninety_days_after_the_last_day_and_nothing_else() -> None:
    registration = a_guest()
    Registration.objects.update(**nik.kept("3171994511850001"))
    last = LAST_DAY + timedelta(days=90)

    assert [purge(last).niks, purge(last + timedelta(days=1)).niks] == [0, 1]
    registration.refresh_from_db()
    assert (registration.nik_sealed, registration.nik_hash, registration.name) == ("", "", registration.name)


def test_nik_of_whom_the_training_let_go_goes_as_well() -> None:
    a_registration(AngkatanFactory(), Status.REJECTED)
    Registration.objects.update(**nik.kept("3171994511850001"))

    assert purge(LAST_DAY + timedelta(days=91)).niks == 1


# ---- Sessions, the command -----------------------------------------------------------------------


def test_sessions_that_ended_go() -> None:
    for hours in (-48, 5):
        LoginSession.objects.create(
            session_key=f"k{hours}", expire_date=NOON + timedelta(hours=hours), started_at=NOON, used_at=NOON
        )
    purge(NOON.date())

    assert [row.pk for row in LoginSession.objects.all()] == ["k5"]


def test_dry_run_counts_and_keeps(capsys: pytest.CaptureFixture[str]) -> None:
    corrected(a_guest(), phone="+6281299999999")
    Registration.objects.update(**nik.kept("3171994511850001"))
    a_row()
    an_ormas()
    a_request(AngkatanFactory())
    CodeRequest.objects.create(registration=Registration.objects.get(), asked_at=NOON, due_at=NOON, way="staff")
    a_printing(AngkatanFactory(), by=UserFactory(), is_archived=False)
    with time_machine.travel(datetime(2024, 1, 1, 5, tzinfo=UTC), tick=False):
        call_command("purge", dry_run=True)
        call_command("purge")

    assert capsys.readouterr().out.splitlines() == [
        "Kebutuhan khusus akan dihapus: 1. NIK akan dihapus: 1. Kontak dan jenis kelamin peserta akan dihapus: 1."
        " Data peserta yang tidak terpakai akan dihapus: 1. Narahubung ormas akan dihapus: 1."
        " Kontak lama di riwayat pembetulan akan dihapus: 1. Surat tugas akan dihapus: 0."
        " Narahubung pada permintaan ormas akan dihapus: 1. Permintaan kode akan dihapus: 1."
        " Calon pengganti pada permintaan yang tidak diputuskan akan dihapus: 0."
        " Jenis kelamin pada permintaan pembetulan akan dihapus: 0. Kontak lama pada penggabungan akan dihapus: 0."
        " Alamat dan isi pesan akan dihapus: 0. Catatan pekerjaan panjang akan dihapus: 0."
        " Baris daftar dari Excel akan dihapus: 0. Salinan cetakan akan dihapus: 1. Pembagian kamar akan dihapus: 0."
        " Sertifikat yang masa simpannya habis akan dihapus: 0. Gambar lembar yang tidak terpakai akan dihapus: 0."
        " Isian lembar yang ditinggalkan akan dihapus: 0.",
        "Kebutuhan khusus dihapus: 1. NIK dihapus: 1. Kontak dan jenis kelamin peserta dihapus: 1."
        " Data peserta yang tidak terpakai dihapus: 1. Narahubung ormas dihapus: 1."
        " Kontak lama di riwayat pembetulan dihapus: 1. Surat tugas dihapus: 0."
        " Narahubung pada permintaan ormas dihapus: 1. Permintaan kode dihapus: 1."
        " Calon pengganti pada permintaan yang tidak diputuskan dihapus: 0."
        " Jenis kelamin pada permintaan pembetulan dihapus: 0. Kontak lama pada penggabungan dihapus: 0."
        " Alamat dan isi pesan dihapus: 0. Catatan pekerjaan panjang dihapus: 0."
        " Baris daftar dari Excel dihapus: 0. Salinan cetakan dihapus: 1. Pembagian kamar dihapus: 0."
        " Sertifikat yang masa simpannya habis dihapus: 0. Gambar lembar yang tidak terpakai dihapus: 0."
        " Isian lembar yang ditinggalkan dihapus: 0.",
    ]


# ---- Lists from Excel ------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "gone"), [(7, 0), (8, 1)])
def test_rows_of_a_list_go_after_seven_days_and_it_is_thrown_away(days: int, gone: int) -> None:
    rows = b"Nama resmi\nYayasan Contoh\n"
    one = imports.take("ormas", None, "o.csv", rows, key=uuid.uuid4(), author=UserFactory(), at=NOON)
    today = NOON.date() + timedelta(days=days)

    assert due(today).import_rows.count() == gone
    assert purge(today).import_rows == gone

    one.refresh_from_db()
    assert (one.state, one.rows.count()) == (("discarded", 0) if gone else ("ready", 1))


def test_list_that_is_being_written_keeps_its_rows() -> None:
    one = imports.take("ormas", None, "o.csv", b"Nama\nYayasan\n", key=uuid.uuid4(), author=UserFactory(), at=NOON)
    Import.objects.update(state="applying")

    purge(date(2020, 1, 1))

    assert one.rows.count() == 1


# ---- Rooms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("today", "gone"), [(date(2019, 6, 11), 0), (date(2019, 6, 12), 1)])
def test_who_slept_where_goes_ninety_days_after_the_last_day_and_rooms_stay(today: date, gone: int) -> None:
    batch = AngkatanFactory()
    (room,) = with_rooms(batch, "101")
    guest = Guest.objects.create(angkatan=batch, category="speaker", name="Dr. Ratih")
    Stay.objects.create(bedroom=room, bed=1, guest=guest, sex="P", at=NOON, by=UserFactory())

    assert due(today).stays.count() == gone
    assert purge(today).stays == gone
    assert (Stay.objects.count(), batch.bedrooms.count()) == (1 - gone, 1)


# ---- Surat tugas -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("today", "gone"), [(date(2020, 3, 13), 0), (A_YEAR_ON, 1)])
def test_letter_goes_with_its_file_a_year_after_the_training(
    letters_folder, django_capture_on_commit_callbacks, today: date, gone: int
) -> None:
    letters.keep(InvitationFactory(), a.uploaded(a.a_pdf()), NOON)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge(today).letters == gone

    assert len(list(letters_folder.iterdir())) == AssignmentLetter.objects.count() == 1 - gone


def test_tick_of_a_letter_stays(letters_folder) -> None:
    invitation = InvitationFactory()
    letters.tick(invitation, is_received=True, user=UserFactory(), at=NOON)
    purge(A_YEAR_ON)

    invitation.refresh_from_db()
    assert invitation.letter_received_at == NOON


def test_file_that_a_killed_server_left_goes_a_day_later(letters_folder) -> None:
    letters_folder.mkdir()
    young, old = letters_folder / "young.pdf", letters_folder / "old.pdf.part"
    for file, hours in ((young, 23), (old, 25)):
        file.write_bytes(b"%PDF-")
        written = (NOON - timedelta(hours=hours)).timestamp()
        os.utime(file, (written, written))
    purge(LAST_DAY)

    assert list(letters_folder.iterdir()) == [young]


# ---- Requests for a lost code --------------------------------------------------------------------


def a_code_request(**fields: Any) -> CodeRequest:
    given = {"registration": a_guest(), "asked_at": NOON, "due_at": NOON, "way": "staff"} | fields
    return CodeRequest.objects.create(**given)


@pytest.mark.parametrize(("days", "gone"), [(30, 0), (31, 1)])
def test_answered_requests_go_after_thirty_days(days: int, gone: int) -> None:
    a_code_request(told_at=NOON, told_by=clerk().user)
    a_code_request(way="email", sent_at=NOON)
    a_code_request()

    assert purge(NOON.date() + timedelta(days=days)).code_requests == 2 * gone
    assert CodeRequest.objects.count() == 3 - 2 * gone


@pytest.mark.parametrize(("days", "gone"), [(30, 0), (31, 1)])
def test_request_that_nobody_answered_goes_after_the_training(days: int, gone: int) -> None:
    a_code_request()

    assert due(LAST_DAY + timedelta(days=days)).code_requests.count() == gone
    assert purge(LAST_DAY + timedelta(days=days)).code_requests == gone
    assert CodeRequest.objects.count() == 1 - gone


# ---- Merges ----------------------------------------------------------------------------------------


def a_merge(kept: Delegate, gone: Delegate, **values: str) -> Merge:
    theirs = list(Registration.objects.filter(delegate__in=[kept, gone]))
    seen, key = people.print_of(kept, gone, theirs), uuid.uuid4()
    return people.merge(kept, gone, people.Choice(values, {}), key=key, seen=seen, actor=clerk(), at=NOON)


def test_what_a_merge_kept_of_contacts_goes_with_them() -> None:
    kept = Delegate.objects.get(pk=a_guest(phone="+6281200000001").delegate_id)
    gone = Delegate.objects.get(pk=a_guest(phone="+6281200000002", email="b@contoh.id").delegate_id)
    merge = a_merge(kept, gone, position="a")

    assert purge(date(2020, 3, 13)).merged == 0
    assert set(merge.rows.filter(table="delegate").values_list("field", "old")) > {("phone", '"+6281200000001"')}
    assert purge(A_YEAR_ON).merged == 2
    assert set(merge.rows.filter(field__in=["phone", "email"]).values_list("old", "new")) == {('""', '""')}
    assert purge(A_YEAR_ON).merged == 0


def test_row_that_was_merged_goes_though_the_merge_is_remembered() -> None:
    kept = Delegate.objects.get(pk=a_guest().delegate_id)
    gone = a_row(name=kept.name)
    pairs.compare()
    a_merge(kept, gone)

    purged = purge(A_YEAR_ON)
    assert (purged.unused, Merge.objects.count(), Delegate.objects.count()) == (1, 1, 1)


def test_contact_person_of_a_merged_ormas_goes_too() -> None:
    ormas = OrmasFactory(contact_name="Budi", merged_into=OrmasFactory())
    Ormas.with_merged.update(updated_at=NOON)
    assert purge(A_YEAR_ON).contact_persons == 1
    ormas.refresh_from_db()
    assert ormas.contact_name == ""


# ---- Messages and long acts ----------------------------------------------------------------------


def words() -> list[tuple[str, str, str]]:
    return list(Message.objects.order_by("pk").values_list("address", "subject", "body"))


def sent(**to: Any) -> None:
    Message.objects.create(
        kind="free", event="x:1", channel="email", state="sent", due_at=NOON, created_at=NOON, ended_at=NOON,
        address="a@contoh.id", subject="Untuk Siti", body="Yth. Siti", **to,
    )  # fmt: skip


@pytest.mark.parametrize(("today", "gone"), [(date(2020, 3, 13), 0), (A_YEAR_ON, 1)])
def test_words_and_address_of_a_message_go_with_the_contact(today: date, gone: int) -> None:
    person = a_guest()
    Message.objects.all().delete()
    sent(registration=person, angkatan=person.angkatan)

    assert due(today).messages.count() == gone
    assert purge(today).messages == gone

    assert words() == [("", "", "") if gone else ("a@contoh.id", "Untuk Siti", "Yth. Siti")]
    assert Message.objects.get().state == "sent"
    assert purge(today).messages == 0


def test_what_was_written_to_a_contact_person_goes_a_year_after_that_training() -> None:
    invitation = InvitationFactory()
    sent(invitation=invitation, angkatan=invitation.angkatan)
    assert purge(date(2020, 3, 13)).messages == 0

    assert purge(A_YEAR_ON).messages == 1


@pytest.mark.parametrize("kept", ["address", "subject", "body"])
def test_any_one_of_them_is_enough_for_a_message_to_be_due(kept: str) -> None:
    person = a_guest()
    Message.objects.all().delete()
    sent(registration=person, angkatan=person.angkatan)
    Message.objects.update(**{field: "" for field in ("address", "subject", "body") if field != kept})

    assert purge(A_YEAR_ON).messages == 1


def test_what_waits_about_a_training_that_is_over_goes_to_nobody() -> None:
    a_guest()
    assert set(Message.objects.values_list("state", flat=True)) == {"dropped", "waiting"}
    purge(LAST_DAY)
    assert Message.objects.filter(state="waiting").exists()

    purge(LAST_DAY + timedelta(days=1))

    assert set(Message.objects.values_list("state", flat=True)) == {"dropped"}


@pytest.mark.parametrize(("days", "gone"), [(180, 0), (181, 1)])
def test_long_acts_are_forgotten_half_a_year_after_their_end(days: int, gone: int) -> None:
    facts: dict[str, Any] = {"title": "Uji", "work": "x", "author": UserFactory(), "created_at": NOON}
    Job.objects.create(state="done", ended_at=NOON, **facts)
    Job.objects.create(**facts)
    told = Job.objects.create(state="done", ended_at=NOON, **facts)
    batch = AngkatanFactory()
    batch.mailings.create(kind="free", subject="x", body="x", author=told.author, at=NOON, job=told)

    assert purge(NOON.date() + timedelta(days=days)).jobs == gone
    assert Job.objects.count() == 3 - gone


# ---- What was printed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_archived", "today", "gone"),
    [
        (True, date(2029, 3, 13), 0),
        (True, date(2029, 3, 14), 1),
        (False, date(2019, 6, 11), 0),
        (False, date(2019, 6, 12), 1),
    ],
)
def test_print_goes_whole_when_its_time_is_over(is_archived: bool, today: date, gone: int) -> None:
    batch = AngkatanFactory()
    one = a_printing(batch, by=UserFactory(), is_archived=is_archived)
    Printed.objects.create(angkatan=batch, kind="recap", sheet=one.sheets.get())
    purged = purge(today)

    assert purged.printings == gone
    for model in (Printing, PrintedFile, PrintedSheet, Printed):
        assert model.objects.count() == 1 - gone


def test_one_kind_of_print_goes_and_the_other_stays() -> None:
    batch = AngkatanFactory()
    badges, sheet = (a_printing(batch, by=UserFactory(), is_archived=kept) for kept in (False, True))
    purge(date(2020, 1, 1))

    assert list(Printing.objects.all()) == [sheet]
    assert badges not in Printing.objects.all()


def test_nobody_else_deletes_a_print_afterwards() -> None:
    a_printing(AngkatanFactory(), by=UserFactory(), is_archived=False)
    purge(date(2020, 1, 1))
    a_printing(Angkatan.objects.get(), by=UserFactory())

    with pytest.raises(IntegrityError, match="is appended only"):
        Printing.objects.all()._raw_delete("default")


# ---- Certificates ---------------------------------------------------------------------------------


def test_certificate_is_checked_for_ten_years_and_goes_then(course):
    person = course.person("Siti", 0, 1)
    issuing.decide(person, "grant", "Bertugas", by=course.by, at=END)
    course.issue()
    issuing.revoke(certificate_of(person), "Keliru orang", by=course.by, at=END)

    purge(date(2029, 3, 13))  # long after the contacts went
    assert certificate_of(person).versions.get().name == "Siti"

    assert purge(date(2029, 3, 14)).certificates == 1
    assert not Certificate.objects.exists()
    assert not CertificateVersion.objects.exists()
    assert not CertificateIssue.objects.exists()
    assert not CertificateException.objects.exists()
    assert NumberSeries.objects.get().last == 1  # never drawn again
    assert purge(date(2029, 3, 14)).certificates == 0
