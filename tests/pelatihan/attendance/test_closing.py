"""Closing a session writes down as absent whoever has not come; opening it again takes that back."""

import uuid
from functools import partial
from typing import cast

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from pelatihan.accounts import access
from pelatihan.accounts.actor import Actor, staff
from pelatihan.attendance import deciding, marking, sessions, writer
from pelatihan.attendance.locked import Scan
from pelatihan.attendance.marking import Mark, Marked
from pelatihan.attendance.rules import Kind
from pelatihan.attendance.sessions import Rest
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Attendance, AttendanceEvent, Registration, Session
from pelatihan.registration.writer import move
from tests.factories import SessionFactory, UserFactory, a_registration, clerk
from tests.pelatihan.attendance.threads import at_once, beside, held
from tests.pelatihan.door import Door, at


@pytest.fixture
def rina(db) -> Actor:
    return staff(UserFactory(role="panitia", first_name="Rina", last_name="Kartika"), "Laptop panitia")


def close(door, rina, clock="09.30"):
    sessions.close(door.session, at=at(clock), actor=rina)


def reopen(door, rina, clock="10.00"):
    sessions.reopen(door.session, at=at(clock), actor=rina)


def refreshed(door) -> Session:
    return Session.objects.select_related("angkatan").get(pk=door.session.pk)


def written(session: Session) -> list[tuple[object, ...]]:
    return list(session.events.by_closing().values_list("registration", "state"))


# ---- Closing -------------------------------------------------------------------------------------


def test_who_has_not_come_is_absent_and_who_has_is_as_they_were(door, rina):
    here, sick, empty, gone = (a_registration(door.session.angkatan) for _ in range(4))
    a_registration(door.session.angkatan, Status.WAITLISTED)
    door.scan(here, "08.00")
    marking.mark_many(door.session, [Mark(uuid.uuid4(), sick.ref, "sick", None)], actor=rina, at=at("09.00"))
    move(Registration.objects.get(pk=gone.pk), Action.CANCEL, actor=clerk(), at=at("07.00"), reason="Sakit")

    assert sessions.rest(refreshed(door)) == Rest(1, 0)
    close(door, rina)

    assert [door.state(one) for one in (here, sick, empty, gone)] == ["present", "sick", "absent", None]
    event = AttendanceEvent.objects.get(means="closing")
    assert (event.registration, event.kind, event.state, event.reason) == (empty, "mark", "absent", "")
    assert (event.author, event.device) == (rina.user, "Laptop panitia")
    assert (event.happened_at, event.arrived_at, event.overrides) == (at("09.30"), at("09.30"), None)
    row = Attendance.objects.get(registration=empty)
    assert (row.event, row.first_at, row.left_at) == (event, at("09.30"), None)
    assert refreshed(door).closed_by == rina.user
    assert sessions.closed_by(refreshed(door)) == "Rina Kartika"
    assert sessions.rest(refreshed(door)) == Rest(1)
    assert writer.rebuild(door.session) == 0


def test_closing_leaves_other_sessions_and_batches_alone(door, person, rina):
    other, elsewhere = SessionFactory(angkatan=door.session.angkatan, hour=10), SessionFactory()
    a_registration(elsewhere.angkatan)
    close(door, rina)
    assert set(Attendance.objects.values_list("session", flat=True)) == {door.session.pk}
    assert (other.attendances.count(), elsewhere.attendances.count()) == (0, 0)


def test_who_was_let_in_elsewhere_is_written_down_too(door, rina):
    person = a_registration(door.session.angkatan)
    Door(SessionFactory(angkatan=door.session.angkatan, hour=6), door.officer).scan(person, "06.00")
    Registration.objects.filter(pk=person.pk).update(status=Status.CANCELLED)
    close(door, rina)
    assert door.state(person) == "absent"


def test_closing_twice_closes_once(door, person, rina):
    close(door, rina)
    sessions.close(door.session, at=at("09.40"))
    assert (refreshed(door).closed_at, refreshed(door).closed_by) == (at("09.30"), rina.user)
    assert AttendanceEvent.objects.count() == 1


@pytest.mark.parametrize("clock", ["06.59", "07.00"])
def test_before_the_doors_open_nobody_is_written_down(door, person, rina, clock):
    close(door, rina, clock)
    assert refreshed(door).closed_at == at(clock)
    assert door.state(person) == ("absent" if clock == "07.00" else None)


@pytest.mark.parametrize("what", ["takes_attendance", "cancelled_at"])
def test_where_attendance_is_not_taken_nobody_is_written_down(door, person, rina, what):
    if what == "takes_attendance":
        Session.objects.update(takes_attendance=False)
    else:
        type(door.session.angkatan).objects.update(cancelled_at=at("06.00"), cancel_reason="Banjir")
    close(door, rina)
    assert refreshed(door).closed_at == at("09.30")
    assert not AttendanceEvent.objects.exists()


def test_closed_batch_keeps_its_sessions_as_they_are(door, person, rina):
    close(door, rina)
    type(door.session.angkatan).objects.update(closed_at=at("12.00"))
    for act in (partial(close, door, rina), partial(reopen, door, rina)):
        with pytest.raises(sessions.BatchClosed, match="sesinya"):
            act()
    assert door.state(person) == "absent"


def test_deleted_session_is_neither_closed_nor_opened(door, rina):
    Session.objects.filter(pk=door.session.pk).delete()
    close(door, rina)
    reopen(door, rina)
    assert not AttendanceEvent.objects.exists()


# ---- What comes to light after closing -----------------------------------------------------------


def test_scan_from_before_the_closing_counts_and_one_from_after_it_does_not(door, rina):
    early, late = (a_registration(door.session.angkatan) for _ in range(2))
    close(door, rina)
    answers = [
        door.take(Scan(uuid.uuid4(), at(clock), code=one.code), arrived=at("11.00"))
        for one, clock in ((early, "08.00"), (late, "09.45"))
    ]
    assert [answer.outcome for answer in answers] == ["present", "closed"]
    assert [door.state(early), door.state(late)] == ["present", "absent"]
    assert Attendance.objects.get(registration=early).first_at == at("08.00")


def test_closing_settles_nothing_that_waits(door, rina):
    person = a_registration(door.session.angkatan)
    event = door.take(
        Scan(uuid.uuid4(), at("06.30"), code=person.code, let_in=True, shown="present"), arrived=at("08.00")
    ).event
    assert sessions.rest(refreshed(door)) == Rest(1, 1)
    close(door, rina)
    assert door.state(person) == "absent"
    assert list(AttendanceEvent.objects.waiting_for_decision()) == [event]

    wish = deciding.Wish(event.pk, Kind.KEEP)
    deciding.decide(refreshed(door), [wish], actor=rina, at=at("10.00"))
    assert door.state(person) == "present"
    assert not AttendanceEvent.objects.waiting_for_decision().exists()


def test_who_is_accepted_after_the_closing_is_not_yet_until_it_is_closed_anew(door, rina):
    close(door, rina)
    person = a_registration(door.session.angkatan)
    assert door.state(person) is None
    reopen(door, rina)
    close(door, rina, "10.30")
    assert door.state(person) == "absent"


# ---- Opening again -------------------------------------------------------------------------------


def test_opening_again_takes_back_what_closing_wrote_and_nothing_else(door, rina):
    missing, excused = (a_registration(door.session.angkatan) for _ in range(2))
    close(door, rina)
    seen = Attendance.objects.get(registration=excused).event_id
    marking.mark_many(door.session, [Mark(uuid.uuid4(), excused.ref, "excused", seen)], actor=rina, at=at("09.40"))
    assert sessions.rest(refreshed(door)) == Rest(1)

    reopen(door, rina)

    assert [door.state(missing), door.state(excused)] == [None, "excused"]
    assert (refreshed(door).closed_at, refreshed(door).closed_by, written(door.session)) == (None, None, [])
    undos = AttendanceEvent.objects.filter(kind="undo")
    assert {undo.registration for undo in undos} == {missing, excused}
    assert {(undo.author, undo.means, undo.arrived_at) for undo in undos} == {(rina.user, "correction", at("10.00"))}
    assert writer.rebuild(door.session) == 0


def test_opening_twice_and_closing_again_write_each_once(door, person, rina):
    close(door, rina)
    reopen(door, rina)
    reopen(door, rina)
    assert door.scan(person, "10.10").outcome == "late"
    close(door, rina, "10.30")
    assert door.state(person) == "late"
    assert AttendanceEvent.objects.count() == 3


def test_opening_again_reaches_who_was_merged_since(door, rina):
    stays, gives_way = (a_registration(door.session.angkatan) for _ in range(2))
    close(door, rina)
    Registration.objects.filter(pk=gives_way.pk).update(status=Status.CANCELLED, counts_for=stays)
    with transaction.atomic():
        writer.recount([stays, gives_way])
    assert [door.state(stays), door.state(gives_way)] == ["absent", None]
    reopen(door, rina)
    assert not Attendance.objects.exists()
    assert writer.rebuild(door.session) == 0


def test_number_of_queries_does_not_grow_with_the_crowd(door, rina, django_assert_num_queries):
    for _ in range(3):
        a_registration(door.session.angkatan)
    with django_assert_num_queries(7):  # savepoint and release, batch, session, its closing, people, what is written
        close(door, rina)
    with django_assert_num_queries(7):
        reopen(door, rina)


# ---- The page ------------------------------------------------------------------------------------


def test_page_says_how_many_will_be_absent_and_how_many_wait(door, organiser, client_of):
    batch = door.session.angkatan
    people = [a_registration(batch) for _ in range(3)]
    door.scan(people[0], "08.00")
    door.take(Scan(uuid.uuid4(), at("06.30"), code=people[1].code, let_in=True, shown="present"), arrived=at("08.00"))
    address = f"/panitia/{batch.slug}/presensi/{door.session.pk}/tutup/"

    html = organiser.get(address).content.decode()
    assert "<strong>1 dari 3 peserta</strong> sudah tercatat hadir." in html
    assert "<strong>2 peserta</strong> yang belum tercatat akan ditulis" in html
    assert "1 catatan sesi ini masih menunggu putusan panitia" in html

    organiser.post(address)
    html = organiser.get(address).content.decode()
    assert f" oleh {sessions.closed_by(refreshed(door))}." in html
    assert "<strong>2 peserta</strong> yang saat itu ditulis “Tanpa keterangan” kembali menjadi “Belum”." in html

    organiser.post(address, {"buka": "1"})
    assert Attendance.objects.count() == 1
    [undo] = {event.author for event in AttendanceEvent.objects.filter(kind="undo")}
    assert undo is not None


# ---- Races ---------------------------------------------------------------------------------------


@pytest.fixture
def open_door(transactional_db):
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()
    return Door(SessionFactory(), UserFactory(role="petugas"))


def test_scan_that_holds_the_person_first_wins(open_door):
    person = a_registration(open_door.session.angkatan)

    def scanning():
        open_door.scan(person, "09.29")
        yield

    beside(lambda: sessions.close(open_door.session, at=at("09.30")), scanning)
    assert open_door.state(person) == "late"
    assert not AttendanceEvent.objects.filter(means="closing").exists()
    assert writer.rebuild(open_door.session) == 0


def test_scan_made_before_that_waits_for_the_closing_counts(open_door):
    person = a_registration(open_door.session.angkatan)

    def closing():
        held(person)
        sessions.close(open_door.session, at=at("09.30"))
        yield

    assert beside(lambda: open_door.scan(person, "09.29").outcome, closing) == "late"
    assert open_door.state(person) == "late"
    assert writer.rebuild(open_door.session) == 0


def test_who_is_in_is_held_too_and_cannot_go_while_the_session_closes(open_door):
    person = a_registration(open_door.session.angkatan)
    came = open_door.scan(person, "09.00")

    def closing():
        sessions.close(open_door.session, at=at("09.30"))
        yield

    beside(lambda: open_door.undo(came, "09.29"), closing)
    assert open_door.state(person) is None
    assert writer.rebuild(open_door.session) == 0


def test_two_who_close_at_once_close_once(open_door):
    person = a_registration(open_door.session.angkatan)
    here = open_door.session
    at_once([lambda: sessions.close(here, at=at("09.30")), lambda: sessions.close(here, at=at("09.31"))])
    assert AttendanceEvent.objects.count() == 1
    assert open_door.state(person) == "absent"


def test_closing_that_breaks_in_the_middle_has_written_nothing(open_door):
    person = a_registration(open_door.session.angkatan)

    def broken() -> None:
        with transaction.atomic():
            sessions.close(open_door.session, at=at("09.30"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert (refreshed(open_door).closed_at, open_door.state(person)) == (None, None)


def test_two_clerks_on_one_cell_at_once_leave_one_entry_and_one_question(open_door):
    person, rina = a_registration(open_door.session.angkatan), staff(UserFactory())
    acts = [
        lambda state=state: marking.mark_many(
            open_door.session, [Mark(uuid.uuid4(), person.ref, state, None)], actor=rina, at=at("09.00")
        )
        for state in ("sick", "excused")
    ]
    done = [one for answers in at_once([*acts]) for one in cast(list[Marked], answers)]
    assert sorted(bool(one.refusal) for one in done) == [False, True]
    assert AttendanceEvent.objects.count() == 1


def test_same_cells_sent_twice_at_once_are_entered_once(open_door):
    people, rina = [a_registration(open_door.session.angkatan) for _ in range(5)], staff(UserFactory())
    marks = [Mark(uuid.uuid4(), person.ref, "sick", None) for person in people]
    orders = (marks, marks[::-1])
    at_once([partial(marking.mark_many, open_door.session, some, actor=rina, at=at("09.00")) for some in orders])
    assert AttendanceEvent.objects.count() == len(people)
    assert writer.rebuild(open_door.session) == 0
