"""The one writer: what the desk is answered, and what is kept."""

import uuid
from datetime import timedelta

import pytest

from pelatihan.accounts.actor import SYSTEM, Actor, staff
from pelatihan.attendance import sessions, writer
from pelatihan.attendance.locked import Scan
from pelatihan.codes import new_code
from pelatihan.lifecycle import Role, Status
from pelatihan.models import Attendance, AttendanceEvent, AttendanceState, Registration
from tests.factories import SessionFactory, a_registration
from tests.pelatihan.door import at


def mark(door, person, state, clock="12.00"):
    return writer.mark(door.session, person, state, event_id=uuid.uuid4(), actor=staff(door.officer), at=at(clock))


def test_on_time_is_present(door, person):
    assert door.scan(person, "08.14").outcome == "present"
    assert door.state(person) == "present"


def test_after_the_grace_is_late(door, person):
    assert door.scan(person, "08.15").outcome == "late"


def test_second_scan_is_already_in(door, person):
    door.scan(person, "08.12")
    again = door.scan(person, "08.20")
    assert (again.outcome, again.before.first_at) == ("already", at("08.12"))
    assert AttendanceEvent.objects.count() == 2


def test_too_early_is_not_open(door, person):
    assert door.scan(person, "06.59").outcome == "not_open"
    assert door.state(person) is None


def test_doors_open_an_hour_before(door, person):
    assert door.scan(person, "07.00").outcome == "present"


def test_closed_session_takes_nobody(door, person):
    sessions.close(door.session, at=at("09.00"))
    assert door.scan(person, "09.01").outcome == "closed"


def test_scan_from_before_the_closing_counts(door, person):
    sessions.close(door.session, at=at("09.00"))
    scan = Scan(uuid.uuid4(), at("08.10"), code=person.code)
    assert door.take(scan, arrived=at("10.00")).outcome == "present"


def test_reopened_session_takes_people_again(door, person):
    sessions.close(door.session, at=at("09.00"))
    sessions.reopen(door.session, at=at("09.03"))
    assert door.scan(person, "09.05").outcome == "late"


def test_session_never_closes_by_itself(door, person):
    assert door.scan(person, "23.00").outcome == "late"


def test_cancelled_batch_takes_nobody(door, person):
    door.session.angkatan.cancelled_at, door.session.angkatan.cancel_reason = at("06.00"), "Banjir"
    door.session.angkatan.save()
    assert door.scan(person, "08.00").outcome == "closed"


@pytest.mark.parametrize("status", [status for status in Status if status != Status.ACCEPTED])
def test_only_accepted_people_are_let_in(door, status):
    person = a_registration(door.session.angkatan, status)
    assert door.scan(person, "08.00").outcome == "not_accepted"
    assert not Attendance.objects.exists()


def test_person_of_another_batch_is_refused(door):
    stranger = a_registration(SessionFactory().angkatan)
    answer = door.scan(stranger, "08.00")
    assert (answer.outcome, answer.person) == ("other_angkatan", stranger)


def test_well_formed_code_of_nobody_is_unknown(door):
    answer = door.take(Scan(uuid.uuid4(), at("08.00"), code=new_code()))
    assert answer.outcome == "unknown_code"


@pytest.mark.parametrize("code", ["AB12CD34", "ABC", "", "<b>\0</b>😀", "A" * 5000])
def test_code_with_a_wrong_shape_is_invalid(door, code):
    assert door.take(Scan(uuid.uuid4(), at("08.00"), code=code)).outcome == "invalid"


def test_refusals_are_kept_as_events(door):
    door.take(Scan(uuid.uuid4(), at("08.00"), code="AB12CD34"))
    event = AttendanceEvent.objects.get()
    assert (event.kind, event.outcome, event.code, event.author) == ("refusal", "invalid", "AB12CD34", door.officer)


def test_session_without_attendance_takes_nobody(door, person):
    door.session.takes_attendance = False
    door.session.save()
    assert door.scan(person, "08.00").outcome == "invalid"


def test_person_picked_by_name_is_let_in(door, person):
    answer = door.take(Scan(uuid.uuid4(), at("08.00"), ref=person.ref))
    assert (answer.outcome, answer.event.means) == ("present", "name")


def test_same_id_is_the_same_answer(door, person):
    scan = Scan(uuid.uuid4(), at("08.00"), code=person.code)
    assert [door.take(scan).outcome for _ in range(3)] == ["present"] * 3
    assert AttendanceEvent.objects.count() == 1


def test_same_id_twice_in_one_post(door, person):
    scan = Scan(uuid.uuid4(), at("08.00"), code=person.code)
    first, second = door.take_all([scan, scan], at("08.00"))
    assert (first.outcome, second.outcome, AttendanceEvent.objects.count()) == ("present", "present", 1)


# ---- One id, two wishes --------------------------------------------------------------------------


def test_id_of_another_person_is_refused(door, person):
    first = door.scan(person, "08.00")
    other = a_registration(door.session.angkatan)
    answer = door.take(Scan(first.event.pk, at("08.01"), code=other.code))
    assert (answer.outcome, answer.person, door.state(other)) == ("id_taken", other, None)
    assert AttendanceEvent.objects.count() == 1


def test_one_id_twice_in_a_post_keeps_the_first(door, person):
    other, name = a_registration(door.session.angkatan), uuid.uuid4()
    scans = [Scan(name, at("08.00"), code=one.code) for one in (person, other, person)]
    assert [answer.outcome for answer in door.take_all(scans, at("08.00"))] == ["present", "id_taken", "present"]


def test_id_of_another_session_is_refused(door, person):
    other = SessionFactory(angkatan=door.session.angkatan, hour=7)
    first = writer.record(other, [Scan(uuid.uuid4(), at("07.00"), code=person.code)], actor=SYSTEM, at=at("07.00"))[0]
    assert door.take(Scan(first.event.pk, at("08.00"), code=person.code)).outcome == "id_taken"


@pytest.mark.parametrize("wish", ["code", "ref", "undoes", "other"])
def test_id_serves_one_kind_of_wish(door, person, wish):
    first, second = door.scan(person, "08.00"), door.scan(person, "08.01")
    undo = door.undo(second, "08.02")
    wishes = {"code": {"code": person.code}, "ref": {"ref": person.ref}, "undoes": {"undoes": first.event.pk}}
    used = first if wish in {"ref", "undoes"} else undo
    scan = Scan(used.event.pk, at("08.10"), **wishes.get(wish, {"undoes": first.event.pk}))
    assert door.take(scan).outcome == "id_taken"


def test_id_of_a_mark_is_refused(door, person):
    event_id = uuid.uuid4()
    writer.mark(door.session, person, AttendanceState.SICK, event_id=event_id, actor=SYSTEM, at=at("07.00"))
    assert door.take(Scan(event_id, at("08.00"), ref=person.ref)).outcome == "id_taken"
    assert door.take(Scan(event_id, at("08.00"), undoes=uuid.uuid4())).outcome == "id_taken"


def test_id_of_a_mark_is_no_repeated_undo(door, person):
    first, event_id = door.scan(person, "08.00"), uuid.uuid4()
    writer.mark(door.session, person, AttendanceState.SICK, event_id=event_id, actor=SYSTEM, at=at("12.00"))
    assert door.take(Scan(event_id, at("12.05"), undoes=first.event.pk)).outcome == "id_taken"


@pytest.mark.parametrize("way", ["code", "ref", "unknown code"])
def test_same_id_for_another_is_refused_and_for_the_same_repeated(door, person, way):
    other, name = a_registration(door.session.angkatan), uuid.uuid4()
    wishes = {
        "code": [{"code": person.code}, {"code": other.code}],
        "ref": [{"ref": person.ref}, {"ref": other.ref}],
        "unknown code": [{"code": new_code()}, {"code": new_code()}],
    }[way]
    first, again, taken = (door.take(Scan(name, at("08.00"), **wishes[place])) for place in (0, 0, 1))
    assert (again.outcome, again.person, again.event) == (first.outcome, first.person, first.event)
    assert (taken.outcome, taken.event.pk, AttendanceEvent.objects.count()) == ("id_taken", name, 1)


def test_answer_about_nobody_stays_when_somebody_gets_the_reference(door, person):
    scan = Scan(uuid.uuid4(), at("08.00"), ref=uuid.uuid4())
    assert door.take(scan).outcome == "unknown_code"
    Registration.objects.filter(pk=person.pk).update(ref=scan.ref)
    assert door.take(scan).outcome == "unknown_code"


def test_mark_with_the_id_of_something_else_is_refused(door, person):
    first, other = door.scan(person, "08.00"), a_registration(door.session.angkatan)
    elsewhere = SessionFactory(angkatan=door.session.angkatan, hour=10)
    known = uuid.uuid4()
    writer.mark(door.session, person, AttendanceState.SICK, event_id=known, actor=SYSTEM, at=at("09.00"))
    for session, one, used in [
        (door.session, person, first.event.pk),
        (door.session, other, known),
        (elsewhere, person, known),
    ]:
        with pytest.raises(writer.IdTaken, match="Catat sekali lagi"):
            writer.mark(session, one, AttendanceState.SICK, event_id=used, actor=SYSTEM, at=at("09.00"))
    assert (door.state(other), AttendanceEvent.objects.count()) == (None, 2)


def test_code_that_nobody_had_is_answered_alike_when_repeated(door):
    scan = Scan(uuid.uuid4(), at("08.00"), code=new_code())
    assert [door.take(scan).outcome for _ in range(2)] == ["unknown_code"] * 2
    unknown = Scan(uuid.uuid4(), at("08.00"), ref=uuid.uuid4())
    assert [door.take(unknown).outcome for _ in range(2)] == ["unknown_code"] * 2


# ---- Repeats and clocks --------------------------------------------------------------------------


def test_repeat_of_already_stays_already(door, person):
    door.scan(person, "08.00")
    scan = Scan(uuid.uuid4(), at("08.05"), code=person.code)
    answers = [door.take(scan), door.take(scan)]
    assert [(answer.outcome, answer.before.first_at) for answer in answers] == [("already", at("08.00"))] * 2


def test_clock_ahead_counts_as_arrival_and_is_flagged(door, person):
    answer = door.take(Scan(uuid.uuid4(), at("08.00", day=12), code=person.code), arrived=at("08.05"))
    event = AttendanceEvent.objects.get()
    assert (answer.outcome, event.is_clock_ahead, event.happened_at) == ("present", True, at("08.00", day=12))
    assert Attendance.objects.get().first_at == at("08.05")


@pytest.mark.parametrize(
    ("shows", "outcome"),
    [("07.30", "present"), ("07.30 the day before", "present"), ("09.30", "present"), ("08.30 late", "late")],
)
def test_wrong_clock_is_put_right(door, person, shows, outcome):
    """A quarter of an hour before the post, or at once when late, whatever the device's clock shows."""
    shown = at(shows[:5], day=10 if "before" in shows else 11)
    made = shown if "late" in shows else shown - timedelta(minutes=15)
    scan = Scan(uuid.uuid4(), made, code=person.code)
    answer = door.take(scan, arrived=at("08.20"), sent=shown)
    event = AttendanceEvent.objects.get()
    assert (answer.outcome, event.happened_at, event.is_clock_ahead) == (outcome, made, False)
    assert event.clock_error == (shown - at("08.20")).total_seconds()
    assert Attendance.objects.get().first_at == (at("08.20") if "late" in shows else at("08.05"))
    assert event in AttendanceEvent.objects.with_wrong_clock()


def test_time_still_ahead_when_put_right_counts_as_arrival(door, person):
    scan = Scan(uuid.uuid4(), at("09.30"), code=person.code)
    door.take(scan, arrived=at("08.00"), sent=at("09.00"))
    assert AttendanceEvent.objects.get().is_clock_ahead
    assert Attendance.objects.get().first_at == at("08.00")


def test_two_minutes_of_error_worry_nobody(door, person):
    door.take(Scan(uuid.uuid4(), at("08.02"), code=person.code), arrived=at("08.00"), sent=at("08.02"))
    event = AttendanceEvent.objects.get()
    assert (event.clock_error, event.is_clock_off) == (120, False)
    assert not AttendanceEvent.objects.with_wrong_clock().exists()


def test_clock_cannot_be_told_back_to_before_the_doors(door, person):
    scan = Scan(uuid.uuid4(), at("08.40"), code=person.code)
    answer = door.take(scan, arrived=at("08.40"), sent=at("08.40", day=25))
    assert (answer.outcome, door.state(person)) == ("not_open", None)


def test_second_scan_from_before_the_doors_changes_nothing(door, person):
    door.scan(person, "08.40")
    answer = door.take(Scan(uuid.uuid4(), at("06.00"), code=person.code), arrived=at("08.50"))
    assert (answer.outcome, answer.event.kind, door.state(person)) == ("already", "refusal", "late")
    assert writer.rebuild(door.session) == 0


# ---- Undo ----------------------------------------------------------------------------------------


def test_undo_takes_the_person_out(door, person):
    undo = door.undo(door.scan(person, "08.00"), "08.01")
    assert (undo.outcome, door.state(person)) == ("undone", None)
    assert AttendanceEvent.objects.count() == 2


def test_undo_tells_what_counted_and_is_kept_when_refused(door, person):
    first = door.scan(person, "08.00")
    undo, again = door.undo(first, "08.01"), door.undo(first, "08.02")
    assert (undo.before.first_at, again.before) == (at("08.00"), None)
    assert (undo.person, undo.event.kind, undo.event.undoes_id) == (person, "undo", first.event.pk)
    kept = AttendanceEvent.objects.get(pk=again.event.pk)
    assert (kept.kind, kept.outcome, kept.undoes_id, kept.author) == ("refusal", "already_undone", None, door.officer)


def test_undone_person_comes_in_again(door, person):
    door.undo(door.scan(person, "08.00"), "08.01")
    assert door.scan(person, "08.20").outcome == "late"
    assert door.state(person) == "late"


def test_scan_undo_and_scan_in_one_post(door, person):
    first, last = (Scan(uuid.uuid4(), at("08.00"), code=person.code) for _ in range(2))
    undo = Scan(uuid.uuid4(), at("08.00"), undoes=first.id)
    answers = door.take_all([first, undo, last], at("08.00"))
    assert [answer.outcome for answer in answers] == ["present", "undone", "present"]
    assert door.state(person) == "present"


def test_scan_undo_and_scan_in_one_post_after_others(door, person):
    door.undo(door.scan(person, "08.00"), "08.01")
    first, last = (Scan(uuid.uuid4(), at("08.05"), code=person.code) for _ in range(2))
    undo = Scan(uuid.uuid4(), at("08.05"), undoes=first.id)
    answers = door.take_all([first, undo, last], at("08.05"))
    assert [answer.outcome for answer in answers] == ["present", "undone", "present"]
    assert (answers[2].before, door.state(person)) == (None, "present")
    assert Attendance.objects.get().event_id == last.id


@pytest.mark.parametrize("way", ["code", "ref", "undoes"])
def test_event_keeps_by_which_way_whose_device_and_when(door, person, way):
    first = door.scan(person, "08.00").event
    wish = {"code": person.code} if way == "code" else {"ref": person.ref} if way == "ref" else {"undoes": first.pk}
    actor, name = Actor(Role.STAFF, door.officer, "gawai-7"), uuid.uuid4()
    writer.record(door.session, [Scan(name, at("08.05"), **wish)], actor=actor, at=at("08.06"))
    event = AttendanceEvent.objects.get(pk=name)
    assert event.means == {"code": "scan", "ref": "name", "undoes": "correction"}[way]
    assert (event.author, event.device, event.happened_at, event.arrived_at) == (
        door.officer, "gawai-7", at("08.05"), at("08.06"),
    )  # fmt: skip


def test_undo_of_nothing_is_invalid(door):
    assert door.take(Scan(uuid.uuid4(), at("08.00"), undoes=uuid.uuid4())).outcome == "invalid"


def test_undo_from_another_session_is_invalid(door, person):
    other = SessionFactory(angkatan=door.session.angkatan, hour=10)
    event = writer.record(other, [Scan(uuid.uuid4(), at("10.00"), code=person.code)], actor=SYSTEM, at=at("10.00"))[0]
    assert door.undo(event, "10.01").outcome == "invalid"
    assert other.attendances.count() == 1


def test_undo_deletes_nothing_in_other_sessions(door, person):
    other = SessionFactory(angkatan=door.session.angkatan, hour=10)
    writer.record(other, [Scan(uuid.uuid4(), at("10.00"), code=person.code)], actor=SYSTEM, at=at("10.00"))
    door.undo(door.scan(person, "08.00"), "10.01")
    assert list(Attendance.objects.values_list("session", flat=True)) == [other.pk]


def test_events_of_other_sessions_never_count(door, person):
    other = SessionFactory(angkatan=door.session.angkatan, hour=7)
    first = writer.record(other, [Scan(uuid.uuid4(), at("07.00"), code=person.code)], actor=SYSTEM, at=at("07.00"))[0]
    again = Scan(first.event.pk, at("08.00"), code=person.code)  # brings the other session's event into sight
    assert [
        answer.outcome
        for answer in door.take_all([again, Scan(uuid.uuid4(), at("08.20"), code=person.code)], at("08.20"))
    ] == ["id_taken", "late"]
    assert door.state(person) == "late"


def test_second_undo_says_that_it_is_done_already(door, person):
    first = door.scan(person, "08.00")
    assert [door.undo(first, clock).outcome for clock in ("08.01", "08.02")] == ["undone", "already_undone"]


def test_stale_second_undo_leaves_a_later_check_in(door, person):
    first = door.scan(person, "08.00")
    door.undo(first, "08.01")
    door.scan(person, "08.05")
    assert door.undo(first, "08.10").outcome == "already_undone"
    assert door.state(person) == "present"


def test_same_undo_twice_is_one_event(door, person):
    first = door.scan(person, "08.00")
    undo = Scan(uuid.uuid4(), at("08.01"), undoes=first.event.pk)
    assert [door.take(undo).outcome for _ in range(2)] == ["undone", "undone"]
    assert AttendanceEvent.objects.count() == 2


def test_desk_does_not_undo_a_mark(door, person):
    mark(door, person, AttendanceState.SICK)
    sick = AttendanceEvent.objects.get()
    assert door.take(Scan(uuid.uuid4(), at("12.30"), undoes=sick.pk)).outcome == "invalid"
    assert door.state(person) == "sick"


def test_server_whose_clock_goes_back_a_day_undoes_and_takes_again(door, person):
    door.session.angkatan.open_minutes = 720
    door.session.angkatan.save()
    first = door.scan(person, "08.00")
    undo = Scan(uuid.uuid4(), at("20.30", day=10), undoes=first.event.pk)
    assert (door.take(undo).outcome, door.state(person)) == ("undone", None)
    assert (door.scan(person, "20.31", day=10).outcome, door.state(person)) == ("present", "present")
    assert writer.rebuild(door.session) == 0


def test_undo_after_the_closing_is_refused(door, person):
    answer = door.scan(person, "08.00")
    sessions.close(door.session, at=at("09.00"))
    assert door.undo(answer, "09.01").outcome == "closed"
    assert door.state(person) == "present"


# ---- Marks, and answers given once more ----------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in AttendanceState if state != AttendanceState.LEFT])
def test_mark_from_paper_counts(door, person, state):
    mark(door, person, state)
    assert door.state(person) == state


def test_sheet_is_the_reason_where_it_overrides_something(door, person):
    scan = door.scan(person, "08.00").event
    mark(door, person, AttendanceState.SICK)
    event = AttendanceEvent.objects.get(kind="mark")
    assert (event.overrides, event.reason) == (scan, "Menurut lembar yang ditandatangani.")


def test_mark_keeps_who_entered_it_how_and_why(door, person):
    total = writer.mark(
        door.session, person, AttendanceState.EXCUSED, event_id=uuid.uuid4(), actor=staff(door.officer),
        at=at("12.00"), means=AttendanceEvent.Means.PAPER, reason="Surat dari ormas",
    )  # fmt: skip
    event = AttendanceEvent.objects.get()
    assert (event.kind, event.state, event.means, event.reason) == ("mark", "excused", "paper", "Surat dari ormas")
    assert (event.author, event.happened_at, event.arrived_at) == (door.officer, at("12.00"), at("12.00"))
    assert (total.state, total.first_at, total.event) == ("excused", at("12.00"), event)


def test_mark_is_a_correction_without_a_reason_unless_it_says(door, person):
    mark(door, person, AttendanceState.SICK)
    event = AttendanceEvent.objects.get()
    assert (event.means, event.reason, event.code) == ("correction", "", "")


def test_later_mark_wins_over_a_scan(door, person):
    door.scan(person, "08.00")
    mark(door, person, AttendanceState.SICK)
    assert door.state(person) == "sick"


def test_scan_from_before_a_mark_is_told_so(door, person):
    mark(door, person, AttendanceState.SICK)
    answer = door.take(Scan(uuid.uuid4(), at("08.00"), code=person.code), arrived=at("13.00"))
    assert (answer.outcome, door.state(person)) == ("already", "sick")


def test_answer_is_recalled_as_it_was_given(door, person):
    first = door.scan(person, "08.00")
    again = door.scan(person, "08.05")
    door.undo(first, "08.06")
    door.scan(person, "08.20")
    told = [writer.recall(door.session, answer.event.pk) for answer in (first, again)]
    assert [(one.outcome, one.before and one.before.first_at) for one in told] == [
        ("present", None),
        ("already", at("08.00")),
    ]
    assert [(one.person, one.event) for one in told] == [(person, first.event), (person, again.event)]


def test_answer_of_another_session_is_not_recalled(door, person):
    first = door.scan(person, "08.00")
    assert writer.recall(SessionFactory(angkatan=door.session.angkatan, hour=10), first.event.pk) is None


def test_repeat_is_answered_as_it_was_whatever_happened_since(door, person):
    first = door.scan(person, "08.00")
    second = Scan(uuid.uuid4(), at("08.05"), code=person.code)
    door.take(second)
    door.undo(first, "08.06")
    assert door.take(second).before.first_at == at("08.00")


def test_repeated_mark_is_one_event(door, person):
    event_id = uuid.uuid4()
    for state in (AttendanceState.SICK, AttendanceState.EXCUSED):
        writer.mark(door.session, person, state, event_id=event_id, actor=SYSTEM, at=at("12.00"))
    assert (door.state(person), AttendanceEvent.objects.count()) == ("sick", 1)


@pytest.mark.parametrize(("scans", "queries"), [(1, 6), (2, 7), (50, 7)])
def test_queries_do_not_grow_with_scans(door, django_assert_num_queries, scans, queries):
    door.session.angkatan.capacity = 60
    door.session.angkatan.save()
    people = [a_registration(door.session.angkatan) for _ in range(scans)]
    with django_assert_num_queries(queries):  # the session, savepoint and release, three or four of the writer
        door.take_all([Scan(uuid.uuid4(), at("08.00"), code=person.code) for person in people], at("08.00"))
    assert Attendance.objects.count() == scans
