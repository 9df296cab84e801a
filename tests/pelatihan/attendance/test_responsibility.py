"""Letting somebody in on one's own responsibility: by whom, when, and what stays as it was."""

import uuid

import pytest

from pelatihan.accounts.actor import staff
from pelatihan.attendance import sessions, told, writer
from pelatihan.attendance.locked import Scan
from pelatihan.lifecycle import Action, Status
from pelatihan.models import AttendanceEvent, Registration, Session
from pelatihan.registration.writer import move
from tests.factories import SessionFactory, UserFactory, a_registration, clerk
from tests.pelatihan.door import at

LETTER = "Surat tugas 014/2019"
pytestmark = pytest.mark.django_db


@pytest.fixture
def committee():
    return UserFactory(role="panitia")


@pytest.fixture
def rejected(door) -> Registration:
    return a_registration(door.session.angkatan, Status.REJECTED, name="Yosef Mofu")


def vouch(door, person, user, clock="08.00", *, arrived="", **wish):
    """Somebody answers for this person."""
    scan = Scan(uuid.uuid4(), at(clock), **{"ref": person.ref, "is_override": True, "reason": LETTER} | wish)
    session = Session.objects.select_related("angkatan").get(pk=door.session.pk)
    return writer.record(session, [scan], actor=staff(user), at=at(arrived or clock))[0]


@pytest.mark.parametrize("status", [status for status in Status if status != Status.ACCEPTED])
def test_who_may_lets_in_whatever_became_of_the_registration(door, committee, status):
    person = a_registration(door.session.angkatan, status)
    answer = vouch(door, person, committee)
    assert (answer.outcome, door.state(person)) == ("present", "present")
    person.refresh_from_db()
    assert person.status == status
    assert list(Registration.objects.filter(pk=person.pk).expected()) == [person]


def test_late_is_late_all_the_same(door, committee, rejected):
    assert vouch(door, rejected, committee, "08.30").outcome == "late"


def test_name_time_and_reason_are_kept_and_told(door, committee, rejected):
    event = vouch(door, rejected, committee).event
    stored = AttendanceEvent.objects.get(pk=event.pk)
    assert (stored.author, stored.reason, stored.happened_at) == (committee, LETTER, at("08.00"))
    assert (stored.kind, stored.means, stored.outcome, stored.state) == (
        "check_in",
        "override",
        "not_accepted",
        "present",
    )
    assert told.happened(stored) == "Presensi (atas tanggung jawab): Hadir"


def test_who_may_not_is_refused(door, rejected):
    answer = vouch(door, rejected, door.officer)
    assert (answer.outcome, answer.event.kind, door.state(rejected)) == ("not_accepted", "refusal", None)
    assert answer.event.reason == LETTER
    assert not AttendanceEvent.objects.waiting_for_decision().exists()


def test_whom_a_device_let_in_without_the_right_waits_for_the_organiser(door, rejected):
    answer = vouch(door, rejected, door.officer, let_in=True)
    assert (answer.outcome, door.state(rejected)) == ("not_accepted", None)
    assert list(AttendanceEvent.objects.waiting_for_decision()) == [answer.event]


def test_who_is_accepted_needs_nobody_to_answer_for_them(door, person):
    answer = vouch(door, person, door.officer)
    assert (answer.outcome, answer.event.outcome) == ("present", "present")


def test_after_closing_it_waits_for_a_decision(door, committee, rejected):
    sessions.close(door.session, at=at("09.00"))
    answer = vouch(door, rejected, committee, "09.10")
    assert (answer.outcome, door.state(rejected)) == ("closed", None)
    assert list(AttendanceEvent.objects.waiting_for_decision()) == [answer.event]


def test_after_closing_the_word_of_who_may_not_waits_for_nobody(door, person):
    sessions.close(door.session, at=at("09.00"))
    vouch(door, person, door.officer, "09.10")
    assert not AttendanceEvent.objects.waiting_for_decision().exists()


def test_before_opening_nobody_is_let_in(door, committee, rejected):
    answer = vouch(door, rejected, committee, "06.30")
    assert (answer.outcome, door.state(rejected), answer.event.needs_review) == ("not_open", None, False)


def test_nobody_answers_for_another_batch_or_an_unknown_code(door, committee):
    stranger = a_registration(SessionFactory().angkatan, Status.REJECTED)
    assert vouch(door, stranger, committee).outcome == "other_angkatan"
    assert vouch(door, stranger, committee, ref=uuid.uuid4()).outcome == "unknown_code"
    assert vouch(door, stranger, committee, ref=None, code="AB12CD34").outcome == "invalid"


def test_session_without_attendance_takes_nobody(door, committee, rejected):
    Session.objects.filter(pk=door.session.pk).update(takes_attendance=False)
    assert vouch(door, rejected, committee).outcome == "invalid"


def test_who_is_in_already_is_told_so(door, committee, rejected):
    vouch(door, rejected, committee)
    again = vouch(door, rejected, committee, "08.20")
    assert (again.outcome, again.before.first_at) == ("already", at("08.00"))


def test_the_same_wish_twice_is_one(door, committee, rejected):
    key, session = uuid.uuid4(), Session.objects.select_related("angkatan").get(pk=door.session.pk)

    def sent(**wish):
        scan = Scan(key, at("08.00"), **{"ref": rejected.ref, "is_override": True, "reason": LETTER} | wish)
        return writer.record(session, [scan], actor=staff(committee), at=at("08.00"))[0].outcome

    assert [sent(), sent()] == ["present", "present"]
    assert [sent(reason="Lain"), sent(is_override=False), sent(ref=None, code=rejected.code)] == ["id_taken"] * 3
    assert AttendanceEvent.objects.count() == 1


def test_it_can_be_undone(door, committee, rejected):
    door.undo(vouch(door, rejected, committee), "08.10")
    assert door.state(rejected) is None
    assert not Registration.objects.filter(pk=rejected.pk).expected().exists()


def test_rebuilt_it_comes_to_the_same(door, committee, rejected):
    vouch(door, rejected, committee)
    assert writer.rebuild(door.session) == 0


# ---- Walk-ins in the sessions behind the first ---------------------------------------------------


@pytest.fixture
def walk_in(door) -> Registration:
    return a_registration(door.session.angkatan, Status.SUBMITTED, source=Registration.Source.WALK_IN, at=at("07.50"))


def test_walk_in_comes_in_as_long_as_nobody_has_decided(door, walk_in):
    first = door.scan(walk_in, "08.00")
    door.undo(first, "08.01")
    move(walk_in, Action.ASK_FIX, actor=clerk(), at=at("08.05"), reason="Nama belum lengkap")
    assert [first.outcome, door.scan(walk_in, "08.10").outcome] == ["present", "present"]


@pytest.mark.parametrize(("action", "status"), [(Action.REJECT, "rejected"), (Action.WAITLIST, "waitlisted")])
def test_walk_in_who_was_struck_comes_in_no_more(door, walk_in, action, status):
    move(walk_in, action, actor=clerk(), at=at("07.55"), reason="Bukan utusan")
    assert door.scan(walk_in, "08.00").outcome == "not_accepted"


def test_walk_in_struck_after_the_device_let_them_in_counts(door, walk_in):
    move(walk_in, Action.REJECT, actor=clerk(), at=at("08.30"), reason="Bukan utusan")
    scans = [Scan(uuid.uuid4(), at(clock), code=walk_in.code, let_in=True) for clock in ("08.31", "08.29")]
    assert [door.take(scan, arrived=at("10.00")).outcome for scan in scans] == ["not_accepted", "late"]


def test_who_registered_otherwise_still_waits_for_the_verifier(door):
    person = a_registration(door.session.angkatan, Status.SUBMITTED)
    assert door.scan(person, "08.00").outcome == "not_accepted"
    assert door.take(Scan(uuid.uuid4(), at("08.01"), code=person.code, let_in=True)).outcome == "not_accepted"
