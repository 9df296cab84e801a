"""A file of delegates comes in: judged, shown, applied all together or not at all."""

import threading
import uuid
from typing import Any

import pytest
from django.db import connection

from ormas.models import Delegate
from pelatihan.accounts.actor import CONTACT
from pelatihan.exchange import imports
from pelatihan.exchange.imports import NotApplied
from pelatihan.exchange.reading import opening
from pelatihan.exchange.reading.opening import FileRefused
from pelatihan.jobs import running
from pelatihan.lifecycle import Action, Status
from pelatihan.models import ChangeRequest, Correction, Import, ImportRow, Registration, StatusChange
from pelatihan.registration import requests, writer
from pelatihan.registration.refusals import NoSeatLeft, StatusMoved
from pelatihan.web.private_files import UPLOADS
from tests.factories import NOON, AngkatanFactory, InvitationFactory, OrmasFactory, a_registration, clerk
from tests.pelatihan.exchange.files import HEAD, workbook


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    settings.PRIVATE_DIR = tmp_path


@pytest.fixture
def batch(db):
    return AngkatanFactory(capacity=5, seats_per_ormas=3)


@pytest.fixture
def ormas(batch):
    return InvitationFactory(angkatan=batch, ormas=OrmasFactory(name="Perkumpulan Melati", abbreviation="PM")).ormas


@pytest.fixture
def user(db):
    return clerk().user


def taken(batch, user, *rows, head=HEAD, **more) -> Import:
    return imports.take(
        "registrations", batch, "peserta.xlsx", workbook(head, *rows, **more), key=uuid.uuid4(), author=user, at=NOON
    )


def applied(one, user, *, sets_aside=False) -> str:
    return imports.apply(one, sets_aside=sets_aside, user=user, at=NOON)


def siti(**edits):
    row = dict(zip(HEAD, ["Siti Rahmawati", "P", "Perkumpulan Melati", "Ketua", "0812-0000-0001", "", ""], strict=True))
    return list((row | edits).values())


def bambang(**edits):
    return siti(**{"Nama": "Bambang Sutejo", "L/P": "L", "Nomor HP": "0812-0000-0002"} | edits)


def verdicts(one) -> dict[int, str]:
    return dict(ImportRow.objects.filter(of=one).values_list("number", "verdict"))


def shown(one, number) -> dict[str, Any]:
    return ImportRow.objects.get(of=one, number=number).shown


# ---- New ones ------------------------------------------------------------------------------------


def test_nothing_is_written_before_it_is_applied(batch, ormas, user):
    one = taken(batch, user, siti(), bambang())

    assert verdicts(one) == {2: "new", 3: "new"}
    assert not Registration.objects.exists()
    assert not Delegate.objects.exists()


def test_new_people_get_seats_and_the_rest_a_queue_number(batch, ormas, user):
    names = ["Andi", "Budi", "Cahya", "Dedi"]
    people = [siti(Nama=name, **{"Nomor HP": f"0812-0000-000{n}"}) for n, name in enumerate(names)]
    one = taken(batch, user, *people)
    assert "masuk daftar cadangan" in shown(one, 5)["note"]

    assert applied(one, user) == ""

    found = Registration.objects.order_by("pk")
    assert [(each.name, each.status) for each in found] == [
        ("Andi", "submitted"), ("Budi", "submitted"), ("Cahya", "submitted"), ("Dedi", "waitlisted"),
    ]  # fmt: skip
    last = found.last()
    assert (last.queue_number, last.source, last.delegate.phone) == (1, "import", "+6281200000003")
    assert last.invitation_id == batch.invitations.get().pk
    assert list(StatusChange.objects.values_list("action", "to_status").distinct().order_by("to_status")) == [
        ("register", "submitted"), ("register", "waitlisted"),
    ]  # fmt: skip


def test_the_same_file_again_changes_nothing(batch, ormas, user):
    rows = [
        siti(Status="Diterima"),
        bambang(),
        siti(Nama="Cici", **{"Nomor HP": "", "Status": "Ditolak", "Alasan": "Usia"}),
    ]
    applied(taken(batch, user, *rows), user)
    before = list(StatusChange.objects.values_list("pk", flat=True))

    again = taken(batch, user, *rows)

    assert set(verdicts(again).values()) == {"same"}
    assert applied(again, user) == ""
    assert list(StatusChange.objects.values_list("pk", flat=True)) == before
    assert Registration.objects.count() == 3


def test_status_of_a_file_is_written_as_two_lines_of_history(batch, ormas, user):
    applied(taken(batch, user, siti(Status="Ditolak", Alasan="Bukan pengurus")), user)

    one = Registration.objects.get()
    assert one.status == Status.REJECTED
    told = [(line.action, line.from_status, line.to_status, line.reason) for line in one.history.all()]
    assert told == [("register", "", "submitted", ""), ("reject", "submitted", "rejected", "Bukan pengurus")]


def test_reason_is_owed_in_a_file_too(batch, ormas, user):
    one = taken(batch, user, siti(Status="Ditolak"))

    cell, sentence = shown(one, 2)["problems"][0]
    assert (cell, "memerlukan alasan" in sentence) == ("G2", True)


def test_who_is_to_be_accepted_without_a_seat_is_an_error(batch, ormas, user):
    names = ["Andi", "Budi", "Cahya", "Dedi"]
    people = [siti(Nama=name, Status="Diterima", **{"Nomor HP": f"0812-0000-001{n}"}) for n, name in enumerate(names)]
    one = taken(batch, user, *people)

    assert verdicts(one) == {2: "new", 3: "new", 4: "new", 5: "error"}
    assert "Kursi Perkumpulan Melati sudah habis" in shown(one, 5)["problems"][0][1]


def test_disputed_ormas_sends_nobody_by_a_file(batch, ormas, user):
    ormas.verification = "disputed"
    ormas.save()

    one = taken(batch, user, siti())

    assert "sengketa" in shown(one, 2)["problems"][0][1]


def test_person_twice_in_a_file_is_told_with_the_first_row(batch, ormas, user):
    one = taken(batch, user, siti(), siti())

    assert shown(one, 3)["problems"] == [["A3", "Orang ini sudah disebut di baris 2. Hapus salah satu barisnya."]]


def test_unknown_ormas_is_told_with_what_is_near(batch, ormas, user):
    one = taken(batch, user, siti(Ormas="Perkumpulan Melatti"))

    cell, sentence = shown(one, 2)["problems"][0]
    assert cell == "C2"
    assert "“Perkumpulan Melati (PM)”" in sentence


def test_ormas_outside_the_list_is_taken_when_the_file_says_so(batch, ormas, user):
    rows = [siti(Ormas="Karang Taruna Contoh (di luar daftar)")]
    applied(taken(batch, user, *rows), user)

    assert Registration.objects.get().ormas_text == "Karang Taruna Contoh"
    assert set(verdicts(taken(batch, user, *rows)).values()) == {"same"}


# ---- Those who are there -------------------------------------------------------------------------


def test_changes_are_shown_old_and_new_and_kept_in_the_history(batch, ormas, user):
    known = a_registration(
        batch, Status.SUBMITTED, ormas=ormas, name="Siti Rahmawati", phone="+6281200000001", position="Anggota"
    )
    one = taken(batch, user, siti(Status="Diterima"))

    assert shown(one, 2)["changes"][-2:] == [
        ["Jabatan", "Anggota", "Ketua"],
        ["Status", "Menunggu verifikasi", "Diterima"],
    ]
    applied(one, user)

    known.refresh_from_db()
    assert (known.position, known.status) == ("Ketua", Status.ACCEPTED)
    line = Correction.objects.get(field="position")
    assert (line.old, line.new, line.reason) == ("Anggota", "Ketua", "Dari berkas peserta.xlsx")


def test_empty_cell_changes_nothing(batch, ormas, user):
    known = a_registration(batch, ormas=ormas, name="Siti Rahmawati", phone="+6281200000001", position="Ketua")

    one = taken(batch, user, siti(**{"Jabatan": "", "Nomor HP": "-", "L/P": None}))

    assert verdicts(one) == {2: "same"}
    assert shown(one, 2)["target"] == known.pk


def test_list_takes_no_decision_back(batch, ormas, user):
    a_registration(
        batch, Status.ACCEPTED, ormas=ormas, name="Siti Rahmawati", phone="+6281200000001", position="Ketua", gender="P"
    )

    assert verdicts(taken(batch, user, siti(Status="Menunggu verifikasi"))) == {2: "same"}


def test_move_that_the_table_lacks_is_told_with_what_can_be_done(batch, ormas, user):
    a_registration(batch, Status.REJECTED, ormas=ormas, name="Siti Rahmawati", phone="+6281200000001")

    sentence = shown(taken(batch, user, siti(Status="Diterima")), 2)["problems"][0][1]

    assert sentence.startswith("Dari Ditolak tidak dapat langsung menjadi Diterima.")
    assert "Kembalikan ke verifikasi" in sentence


def test_code_names_somebody_whatever_else_changed(batch, ormas, user):
    known = a_registration(batch, ormas=ormas, name="Siti Rahma", phone="+6281200000009")
    head = ["Kode", *HEAD]
    one = taken(batch, user, [known.shown_code, *siti()], head=head)

    assert {"Nama", "Nomor HP"} <= {change[0] for change in shown(one, 2)["changes"]}
    applied(one, user)
    known.refresh_from_db()
    assert (known.name, Registration.objects.count()) == ("Siti Rahmawati", 1)


def test_who_is_cancelled_by_a_list_waits_for_no_answer(batch, ormas, user):
    known = a_registration(batch, ormas=ormas, name="Siti Rahmawati", phone="+6281200000001")
    requests.ask_to_cancel(known, actor=CONTACT, at=NOON, reason="Sakit")

    applied(taken(batch, user, siti(Status="Dibatalkan", Alasan="Sakit")), user)

    known.refresh_from_db()
    assert (known.status, ChangeRequest.objects.get().state) == (Status.CANCELLED, "lapsed")
    line = known.history.last()
    assert (line.action, line.from_status, line.to_status, line.reason) == ("cancel", "accepted", "cancelled", "Sakit")


def test_reserve_is_accepted_by_a_list_only_into_a_free_seat(batch, ormas, user):
    batch.capacity = 1
    batch.save()
    waits = a_registration(batch, Status.WAITLISTED, ormas=ormas, name="Siti Rahmawati", phone="+6281200000001")
    one = taken(batch, user, siti(Status="Diterima"))
    assert shown(one, 2)["changes"][-1] == ["Status", "Cadangan", "Diterima"]

    a_registration(batch, name="Lain Orang")
    again = taken(batch, user, siti(Status="Diterima"))
    assert "sudah habis" in shown(again, 2)["problems"][0][1]
    moved = writer.Moved(waits.pk, Action.ACCEPT, Status.WAITLISTED)
    with pytest.raises(NoSeatLeft):
        writer.take_in(batch, [], [moved], actor=clerk(), at=NOON)


def test_list_moves_nobody_whom_somebody_else_moved_meanwhile(batch, ormas):
    known = a_registration(batch, Status.REJECTED, ormas=ormas)

    with pytest.raises(StatusMoved):
        writer.take_in(batch, [], [writer.Moved(known.pk, Action.ACCEPT, Status.SUBMITTED)], actor=clerk(), at=NOON)


def test_unknown_code_is_an_error(batch, ormas, user):
    one = taken(batch, user, ["K7MP-Q4XR", *siti()], head=["Kode", *HEAD])

    assert shown(one, 2)["problems"][0][0] == "A2"


# ---- Those who are alike -------------------------------------------------------------------------


@pytest.fixture
def near(batch, ormas):
    return a_registration(batch, ormas=ormas, name="Siti Rahmawaty", phone="+6281200000001")


def test_letter_wrong_with_the_same_phone_is_asked(batch, ormas, near, user):
    one = taken(batch, user, siti())

    assert verdicts(one) == {2: "alike"}
    candidate = shown(one, 2)["alike"][0]
    assert (candidate["pk"], candidate["why"]) == (
        near.pk, "Nomor HP sama, nama beda satu huruf. Statusnya Diterima.",
    )  # fmt: skip


def test_one_phone_may_serve_two_people(batch, ormas, near, user):
    assert verdicts(taken(batch, user, bambang(**{"Nomor HP": "0812-0000-0001"}))) == {2: "new"}


def test_same_person_is_updated_and_another_is_added(batch, ormas, near, user):
    one = taken(batch, user, siti())
    with pytest.raises(NotApplied, match="1 baris mirip yang belum dipilih"):
        applied(one, user)
    imports.choose(one, {2: str(near.pk)})
    applied(one, user)
    near.refresh_from_db()
    assert (near.name, Registration.objects.count()) == ("Siti Rahmawati", 1)

    other = taken(batch, user, siti(Nama="Siti Rahmawatu"))
    imports.choose(other, {2: "other"})
    applied(other, user)
    assert Registration.objects.count() == 2


def test_choice_of_somebody_who_was_not_offered_is_no_choice(batch, ormas, near, user):
    one = taken(batch, user, siti())

    imports.choose(one, {2: "4711"})

    assert ImportRow.objects.get(of=one).choice == ""


# ---- Held back, all or nothing -------------------------------------------------------------------


def test_errors_hold_the_file_back_unless_they_are_set_aside(batch, ormas, user):
    one = taken(batch, user, siti(), bambang(**{"Nomor HP": "0812"}))
    with pytest.raises(NotApplied, match="1 baris galat"):
        applied(one, user)
    assert not Registration.objects.exists()

    applied(one, user, sets_aside=True)

    one.refresh_from_db()
    assert Registration.objects.get().name == "Siti Rahmawati"
    assert one.state == "applied"
    assert [row.number for row in one.rows.all()] == [3]


def test_file_is_applied_once(batch, ormas, user):
    one = taken(batch, user, siti())
    applied(one, user)

    with pytest.raises(NotApplied, match="sudah diterapkan"):
        applied(one, user)
    assert Registration.objects.count() == 1


def test_what_changed_meanwhile_is_shown_before_anything_is_written(batch, ormas, user):
    one = taken(batch, user, siti(), bambang())
    a_registration(batch, ormas=ormas, name="Siti Rahmawati", phone="+6281200000001", position="Ketua", gender="P")

    assert "datanya berubah" in applied(one, user)

    one.refresh_from_db()
    assert (one.state, verdicts(one)) == ("ready", {2: "same", 3: "new"})
    assert Registration.objects.count() == 1
    assert applied(one, user) == ""
    assert Registration.objects.count() == 2


def test_refusal_of_the_writer_leaves_nothing_half_written(batch, ormas, user, monkeypatch):
    a_registration(batch, ormas=ormas, name="Bambang Sutejo", phone="+6281200000002", position="Anggota")
    one = taken(batch, user, siti(), bambang())
    monkeypatch.setattr(writer, "_create_list", _refuse)

    assert applied(one, user) == "Belum ada yang ditulis. Kursi habis."

    assert not Correction.objects.exists()
    assert Import.objects.get().state == "ready"


def _refuse(*_args, **_more):
    raise NoSeatLeft("Kursi habis.")


def test_closed_batch_takes_no_file(batch, ormas, user):
    batch.closed_at = NOON
    batch.save()

    with pytest.raises(FileRefused, match="sudah ditutup"):
        taken(batch, user, siti())
    assert not Import.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_the_same_file_at_once_write_it_once(batch, ormas, user):
    both = [taken(batch, user, siti(), bambang()) for _ in range(2)]
    answers = []

    def press(one):
        answers.append(applied(one, user))
        connection.close()

    threads = [threading.Thread(target=press, args=[one]) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(bool(answer) for answer in answers) == [False, True]
    assert Registration.objects.count() == 2


# ---- Many ----------------------------------------------------------------------------------------


def test_many_are_written_by_a_worker(batch, ormas, user, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    one = taken(batch, user, siti(), bambang())

    assert applied(one, user) == ""
    one.refresh_from_db()
    assert (one.state, one.job.total, Registration.objects.count()) == ("applying", 2, 0)

    running.carry_out(one.job.pk)
    one.refresh_from_db()
    one.job.refresh_from_db()
    assert (one.state, one.job.state, Registration.objects.count()) == ("applied", "done", 2)


def test_large_file_is_read_by_a_worker(batch, ormas, user, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(opening, "SMALL", 10)
    one = taken(batch, user, siti(), bambang())
    assert (one.state, verdicts(one)) == ("reading", {})

    with django_capture_on_commit_callbacks(execute=True):
        running.carry_out(one.job.pk)

    one.refresh_from_db()
    assert (one.state, verdicts(one)) == ("ready", {2: "new", 3: "new"})
    assert not UPLOADS.path(str(one.pk)).exists()


def test_large_file_that_cannot_be_read_says_so_later(batch, user, monkeypatch):
    monkeypatch.setattr(opening, "SMALL", 10)
    one = imports.take(
        "registrations", batch, "a.csv", b"Warna;Rasa\n" + b"a;b\n" * 9, key=uuid.uuid4(), author=user, at=NOON
    )

    running.carry_out(one.job.pk)

    one.refresh_from_db()
    assert one.state == "refused"
    assert "Baris kepala kolom tidak ditemukan" in one.why


def test_same_upload_sent_twice_is_one(batch, ormas, user):
    key, content = uuid.uuid4(), workbook(HEAD, siti())
    ones = [imports.take("registrations", batch, "p.xlsx", content, key=key, author=user, at=NOON) for _ in range(2)]

    assert ones[0] == ones[1]
    assert Import.objects.count() == 1


def test_discarded_file_leaves_no_rows(batch, ormas, user):
    one = taken(batch, user, siti())

    imports.discard(one, NOON)

    assert not ImportRow.objects.exists()
    with pytest.raises(NotApplied, match="sudah dibuang"):
        applied(one, user)


def test_seats_that_a_list_frees_go_to_who_waited(batch, ormas, user):
    first = a_registration(batch, ormas=ormas, name="Satu Orang", phone="+6281200000011", gender="P", position="Ketua")
    others = [a_registration(batch, ormas=ormas, name=name) for name in ("Dua Orang", "Tiga Orang")]
    waits = a_registration(batch, Status.SUBMITTED, ormas=ormas, name="Empat Orang")
    assert waits.status == Status.WAITLISTED

    row = siti(**{"Nama": "Satu Orang", "Nomor HP": "0812-0000-0011", "Status": "Dibatalkan", "Alasan": "Sakit"})
    assert applied(taken(batch, user, row, bambang()), user) == ""

    waits.refresh_from_db()
    assert waits.status == Status.SUBMITTED
    assert Registration.objects.get(name="Bambang Sutejo").status == Status.WAITLISTED
    assert first.history.filter(action=Action.CANCEL).count() == 1
    assert len(others) == 2
