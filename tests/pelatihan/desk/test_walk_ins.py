"""Who comes without a registration: present at once, and in the verifier's queue."""

import uuid

import pytest
import time_machine

from ormas.models import Delegate, Ormas
from pelatihan.attendance import sessions, writer
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, Message, Registration
from pelatihan.registration.writer import move
from tests.factories import InvitationFactory, OrmasFactory, a_registration, clerk
from tests.pelatihan.desk.test_record import outcomes, scan, send
from tests.pelatihan.door import at

pytestmark = pytest.mark.django_db
NAME = "Ahmad Fauzi"


@pytest.fixture(autouse=True)
def _eight_o_clock():
    with time_machine.travel(at("08.00"), tick=False):
        yield


@pytest.fixture
def ormas(door) -> Ormas:
    return InvitationFactory(angkatan=door.session.angkatan, ormas__name="Ikatan Pemuda Masjid").ormas


def walk_in(clock="08.00", **fields):
    wish = {"name": NAME, "ormas": None, "ormas_text": "Pemuda Masjid", "phone": ""}
    return {"id": str(uuid.uuid4()), "kind": "walk_in", "at": at(clock).isoformat()} | wish | fields


def note(answer, place=0) -> str:
    return answer.json()["results"][place]["note"]


def test_walk_in_is_present_at_once_and_waits_for_the_verifier(door, officer, ormas):
    answer = send(officer, door.session, walk_in(ormas=ormas.pk, phone="0812-3456-7890", seq=7, shown="present"))
    person = Registration.objects.get(name=NAME)
    assert (outcomes(answer), door.state(person)) == (["present"], "present")
    assert note(answer) == "Tercatat pukul 08.00. Belum diverifikasi"
    assert (person.status, person.source, person.ormas, person.holds_seat) == ("submitted", "walk_in", ormas, False)
    assert (person.delegate.phone, person.delegate.privacy_version) == ("+6281234567890", "")
    event = AttendanceEvent.objects.get()
    assert (event.means, event.seq, event.shown) == ("walk_in", 7, "present")
    assert event.reason == "Ahmad Fauzi, Ikatan Pemuda Masjid"
    assert list(Registration.objects.expected()) == [person]


def test_history_names_the_officer_and_nobody_is_written_to(door, officer, ormas):
    send(officer, door.session, walk_in(phone="081234567890"))
    line = Registration.objects.get().history.get()
    assert (line.action, line.actor) == ("register", door.officer)
    assert not Message.objects.exists()


def test_walk_in_takes_no_seat_and_no_place_in_the_queue(door, officer):
    Angkatan.objects.update(capacity=1)
    a_registration(door.session.angkatan)
    send(officer, door.session, walk_in())
    person = Registration.objects.get(name=NAME)
    assert (person.status, person.queue_number, person.holds_seat) == ("submitted", None, False)
    assert Registration.objects.holding_seat().count() == 1


def test_walk_in_who_is_accepted_then_holds_a_seat(door, officer):
    send(officer, door.session, walk_in())
    person = Registration.objects.get(name=NAME)
    move(person, Action.ACCEPT, actor=clerk(), at=at("09.00"))
    assert (person.holds_seat, door.state(person)) == (True, "present")


@pytest.mark.parametrize("action", [Action.REJECT, Action.CANCEL])
def test_walk_in_who_is_struck_keeps_what_happened(door, officer, action):
    send(officer, door.session, walk_in())
    person = Registration.objects.get(name=NAME)
    move(person, action, actor=clerk(), at=at("09.00"), reason="Bukan utusan")
    assert (door.state(person), person.events.count()) == ("present", 1)
    assert writer.rebuild(door.session) == 0


def test_undone_walk_in_is_no_longer_present_and_still_with_the_verifier(door, officer):
    wish = walk_in()
    undo = {"id": str(uuid.uuid4()), "kind": "undo", "undoes": wish["id"], "at": at("08.00").isoformat()}
    assert outcomes(send(officer, door.session, wish, undo)) == ["present", "undone"]
    person = Registration.objects.get(name=NAME)
    assert (person.status, door.state(person), person.events.count()) == ("submitted", None, 2)
    assert not Registration.objects.expected().exists()


def test_walk_in_of_the_list_is_of_its_invitation(door, officer, ormas):
    send(officer, door.session, walk_in(ormas=ormas.pk))
    assert Registration.objects.get(name=NAME).invitation.ormas == ormas


def test_organisation_that_nobody_invited_is_taken(door, officer):
    other = OrmasFactory()
    assert outcomes(send(officer, door.session, walk_in(ormas=other.pk))) == ["present"]


def test_merged_organisation_is_the_one_that_stands_for_it(door, officer, ormas):
    gone = OrmasFactory(merged_into=ormas)
    send(officer, door.session, walk_in(ormas=gone.pk))
    assert Registration.objects.get(name=NAME).ormas == ormas


def test_answer_is_the_same_though_the_organisation_was_merged_or_renamed_meanwhile(door, officer, ormas):
    known, wish = OrmasFactory(name="IPM"), walk_in()
    wish |= {"ormas": known.pk}
    assert outcomes(send(officer, door.session, wish)) == ["present"]
    Ormas.objects.filter(pk=known.pk).update(merged_into=ormas)
    assert outcomes(send(officer, door.session, wish)) == ["present"]
    Ormas.objects.filter(pk=ormas.pk).update(name="Ikatan Pemuda Masjid Jakarta")
    assert outcomes(send(officer, door.session, wish)) == ["present"]
    assert outcomes(send(officer, door.session, wish | {"name": "Budi Santoso"})) == ["id_taken"]
    assert (Registration.objects.count(), AttendanceEvent.objects.count()) == (1, 1)


def test_disputed_organisation_is_kept_as_text(door, officer):
    disputed = OrmasFactory(name="Perkumpulan Sengketa", verification=Ormas.Verification.DISPUTED)
    send(officer, door.session, walk_in(ormas=disputed.pk))
    person = Registration.objects.get(name=NAME)
    assert (person.ormas, person.ormas_text) == (None, "Perkumpulan Sengketa")


def test_number_that_means_no_organisation_leaves_the_text(door, officer):
    answer = send(officer, door.session, walk_in(ormas=987654321), walk_in(ormas=987654321, ormas_text=""))
    assert outcomes(answer) == ["present", "present"]
    written = Registration.objects.order_by("pk").values_list("ormas_text", flat=True)
    assert list(written) == ["Pemuda Masjid", "Ormas belum diketahui"]


def test_phone_that_is_none_is_left_out(door, officer):
    send(officer, door.session, walk_in(phone="021 55"))
    assert Registration.objects.get(name=NAME).delegate.phone == ""


# ---- Twice ---------------------------------------------------------------------------------------


def test_the_same_id_again_is_the_same_answer(door, officer):
    wish = walk_in()
    first, again = (send(officer, door.session, wish).json()["results"] for _ in range(2))
    assert first == again
    assert (Registration.objects.count(), AttendanceEvent.objects.count(), Delegate.objects.count()) == (1, 1, 1)


def test_the_same_id_after_the_verifier_put_the_name_right(door, officer):
    wish = walk_in()
    send(officer, door.session, wish)
    Registration.objects.update(name="Ahmad Fauzi Nasution")
    assert outcomes(send(officer, door.session, wish)) == ["present"]
    assert Registration.objects.count() == 1


def test_the_same_id_for_somebody_else_is_taken(door, officer, person):
    wish, other = walk_in(), scan(person)
    send(officer, door.session, wish, other)
    wrong = [wish | {"name": "Budi Santoso"}, wish | {"kind": "code", "code": person.code}, walk_in(id=other["id"])]
    assert outcomes(send(officer, door.session, *wrong)) == ["id_taken"] * 3
    assert Registration.objects.filter(source="walk_in").count() == 1


def test_whose_check_in_was_lost_behind_the_registration_is_found_again(door, officer, monkeypatch):
    wish = walk_in()
    with monkeypatch.context() as patch:
        patch.setattr(writer, "record", _killed)
        with pytest.raises(RuntimeError):
            send(officer, door.session, wish)
    assert (Registration.objects.count(), AttendanceEvent.objects.count()) == (1, 0)
    assert outcomes(send(officer, door.session, wish)) == ["present"]
    assert Registration.objects.count() == 1


def _killed(*_args, **_options):
    raise RuntimeError


@pytest.mark.parametrize(("status", "outcome"), [("accepted", "present"), ("waitlisted", "not_accepted")])
def test_who_is_registered_under_name_phone_and_ormas_is_that_registration(door, officer, ormas, status, outcome):
    known = a_registration(door.session.angkatan, status, ormas=ormas, name=NAME, phone="+6281234567890")
    wish = walk_in(ormas=ormas.pk, phone="081234567890")
    assert outcomes(send(officer, door.session, wish)) == [outcome]
    assert outcomes(send(officer, door.session, wish)) == [outcome]
    assert list(Registration.objects.filter(name=NAME)) == [known]


# ---- A door that is shut -------------------------------------------------------------------------


def test_before_opening_and_after_closing_nobody_is_registered(door, officer):
    assert outcomes(send(officer, door.session, walk_in("06.00"), sent_at=None)) == ["not_open"]
    sessions.close(door.session, at=at("07.59"))
    wish = walk_in()
    answers = [send(officer, door.session, wish).json()["results"][0] for _ in range(2)]
    assert [(each["outcome"], each["name"]) for each in answers] == [("closed", "")] * 2
    assert not Registration.objects.exists()
    assert {event.reason for event in AttendanceEvent.objects.all()} == {"Ahmad Fauzi, Pemuda Masjid"}


def test_whom_a_device_let_in_is_never_lost(door, officer):
    sessions.close(door.session, at=at("07.30"))
    in_time, late = walk_in("07.29", shown="present"), walk_in("07.50", shown="present", name="Budi Santoso")
    answer = send(officer, door.session, in_time, late)
    assert outcomes(answer) == ["present", "closed"]
    assert "menunggu keputusan panitia" in note(answer, 1)
    waiting = AttendanceEvent.objects.waiting_for_decision().get()
    assert (waiting.registration.name, waiting.registration.status) == ("Budi Santoso", "submitted")
    assert not Attendance.objects.filter(registration__name="Budi Santoso").exists()


@pytest.mark.parametrize(("field", "said"), [("closed_at", "sudah ditutup"), ("cancelled_at", "dibatalkan")])
def test_batch_that_is_over_takes_nobody_and_keeps_what_was_written(door, officer, field, said):
    Angkatan.objects.update(**{field: at("07.30")}, cancel_reason="Anggaran" if field == "cancelled_at" else "")
    answer = send(officer, door.session, walk_in(shown="present"), walk_in("07.29", shown="present"))
    assert outcomes(answer) == ["closed", "closed"]
    assert said in note(answer)
    assert not Registration.objects.exists()
    assert {event.reason for event in AttendanceEvent.objects.all()} == {"Ahmad Fauzi, Pemuda Masjid"}


def test_session_without_attendance_takes_nobody(door, officer):
    type(door.session).objects.update(takes_attendance=False)
    assert outcomes(send(officer, door.session, walk_in(shown="present"))) == ["invalid"]
    assert not Registration.objects.exists()


# ---- What cannot be read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Nama terlalu pendek"),
        ({"name": None}, "Nama terlalu pendek"),
        ({"name": "x" * 151}, "Nama terlalu panjang"),
        ({"name": "Ahmad <b>"}, "tidak dapat dipakai"),
        ({"name": "\ud800x"}, "tidak dapat dipakai"),
        ({"name": "Ah\0mad"}, "tidak dapat dipakai"),
        ({"name": ["Ahmad"]}, "tidak terbaca"),
        ({"ormas_text": ""}, "Pilih ormasnya"),
        ({"ormas_text": "   "}, "Pilih ormasnya"),
        ({"ormas_text": "x" * 201}, "Nama ormas terlalu panjang"),
        ({"ormas_text": "😀"}, "tidak dapat dicetak"),
        ({"ormas_text": {"a": 1}}, "tidak terbaca"),
        ({"ormas": True, "ormas_text": ""}, "Pilih ormasnya"),
        ({"ormas": 10**25, "ormas_text": ""}, "Pilih ormasnya"),
        ({"ormas": "7", "ormas_text": ""}, "Pilih ormasnya"),
        ({"phone": 81234}, "tidak terbaca"),
        ({"id": "x"}, "tidak terbaca"),
        ({"kind": "override", "reason": "Surat tugas"}, "tidak terbaca"),
        ({"kind": "override", "code": "ABCDEFGH"}, "Tulis alasannya"),
        ({"kind": "override", "code": "ABCDEFGH", "reason": " \0 "}, "Tulis alasannya"),
        ({"kind": "override", "code": "ABCDEFGH", "reason": 5}, "Tulis alasannya"),
        ({"kind": "override", "ref": "x", "reason": "Surat tugas"}, "tidak terbaca"),
    ],
)
def test_item_that_cannot_be_taken_says_what_to_mend(door, officer, person, wrong, said):
    answer = send(officer, door.session, walk_in(**wrong), scan(person))
    assert outcomes(answer) == ["invalid", "present"]
    assert said in note(answer)
    assert not Registration.objects.filter(source="walk_in").exists()


def test_json_lets_in_on_responsibility_by_who_may(door, officer, organiser):
    person = a_registration(door.session.angkatan, "rejected")
    wish = scan(person, kind="override", reason="Surat tugas " + "x" * 400)
    first = send(officer, door.session, wish).json()["results"][0]
    assert (first["outcome"], first["ref"]) == ("not_accepted", str(person.ref))
    assert first["note"] == (
        "Pendaftarannya ditolak. Yang belum diterima hanya dipersilakan masuk oleh panitia, atas tanggung jawabnya."
    )
    by_ref = scan(person, kind="override", code=None, ref=str(person.ref), reason="Surat tugas 014")
    second = send(organiser, door.session, by_ref).json()["results"][0]
    assert second["outcome"] == "present"
    assert second["note"] == "Tercatat pukul 08.00, atas tanggung jawab. Statusnya tetap Ditolak"
    assert Registration.objects.get(pk=person.pk).status == Status.REJECTED


def test_walk_in_costs_the_same_whoever_else_comes(door, officer, ormas, django_assert_max_num_queries):
    send(officer, door.session, walk_in(ormas=ormas.pk))
    with django_assert_max_num_queries(20):
        send(officer, door.session, walk_in(ormas=ormas.pk, name="Budi Santoso", phone="081234567891"))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(0, 0), (2**63 - 1, 2**63 - 1), (2**63, None), (-1, None), (True, None), ("7", None), (7.5, None)],
)
def test_count_of_the_device_is_kept_where_it_is_one(door, officer, person, sent, kept):
    assert outcomes(send(officer, door.session, scan(person, seq=sent))) == ["present"]
    assert AttendanceEvent.objects.get().seq == kept


@pytest.mark.parametrize(("sent", "kept"), [("saved", "saved"), ("not_accepted", "not_accepted"), ("x", ""), (5, "")])
def test_what_the_device_told_is_kept_where_it_is_known(door, officer, person, sent, kept):
    send(officer, door.session, scan(person, shown=sent))
    assert AttendanceEvent.objects.get().shown == kept
