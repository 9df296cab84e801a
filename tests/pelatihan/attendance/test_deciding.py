"""What arrived late and did not count by itself: kept or struck by an organiser, whatever came in between."""

import uuid
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction

from pelatihan.accounts.actor import Actor, staff
from pelatihan.attendance import deciding, marking, rules, sessions, writer
from pelatihan.attendance.deciding import Wish, decide, seen_of
from pelatihan.attendance.locked import Scan
from pelatihan.attendance.rules import Kind
from pelatihan.codes import new_code
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, AttendanceState, Registration, Session
from pelatihan.registration.writer import move
from tests.factories import SessionFactory, UserFactory, a_registration, clerk
from tests.pelatihan.door import Door, at

KEEP, STRIKE = Kind.KEEP, Kind.STRIKE


def sent(
    door: Door, person: Registration | None, clock: str, arrived: str = "10.00", shown: str = "present", **fields
) -> AttendanceEvent:
    """A scan that a device answered by itself, and that arrives later."""
    fields = {"code": person.code if person else new_code()} | fields
    scan = Scan(uuid.uuid4(), at(clock), let_in=shown in writer.LET_IN, shown=shown, **fields)
    return door.take(scan, at(arrived)).event


def waiting() -> list[AttendanceEvent]:
    return list(AttendanceEvent.objects.waiting_for_decision())


@pytest.fixture
def organiser(db) -> Actor:
    return staff(UserFactory(role="panitia", first_name="Dewi", last_name="Lestari"))


@pytest.fixture
def say(door, organiser):
    """``say(event, KEEP)``: an organiser decides."""

    def said(event, kind, reason="", clock="11.00", **wish):
        session = Session.objects.select_related("angkatan").get(pk=door.session.pk)
        reason = reason or ("Sudah digantikan" if kind == STRIKE else "")
        (done,) = decide(session, [Wish(event.pk, kind, reason, **wish)], actor=organiser, at=at(clock))
        assert writer.rebuild(session) == 0
        return done

    return said


@pytest.fixture
def cancelled(door, person) -> Registration:
    move(person, Action.CANCEL, actor=clerk(), at=at("07.40"), reason="Berhalangan")
    return person


# ---- What waits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("arrived", "is_late"), [("08.05", False), ("08.06", True)])
def test_five_minutes_on_the_way_are_not_late(door, person, arrived, is_late):
    assert sent(door, person, "08.00", arrived).came_late is is_late


def test_clock_that_is_put_right_tells_what_came_late(door, person):
    scan = Scan(uuid.uuid4(), at("05.00"), code=person.code)
    assert not door.take(scan, at("08.00"), sent=at("05.00")).event.came_late


@pytest.mark.parametrize("shown", ["present", "late", "saved", "already", ""])
def test_late_scan_that_nobody_refused_waits(door, cancelled, shown):
    event = sent(door, cancelled, "08.00", shown=shown)
    assert waiting() == [event]


@pytest.mark.parametrize("shown", ["not_accepted", "not_open", "closed", "invalid"])
def test_who_was_told_no_at_the_door_waits_for_nobody(door, cancelled, shown):
    sent(door, cancelled, "08.00", shown=shown)
    assert waiting() == []


def test_who_was_accepted_only_later_is_not_let_in_silently(door):
    person = a_registration(door.session.angkatan, Status.SUBMITTED)
    move(person, Action.ACCEPT, actor=clerk(), at=at("08.30"))
    event = sent(door, person, "08.10", shown="not_accepted")
    assert (event.kind, event.outcome, waiting()) == ("refusal", "not_accepted", [event])
    assert sent(door, person, "08.30").kind == "check_in"
    assert waiting() == []


@pytest.mark.parametrize(
    ("told", "outcome"), [("not_accepted", "not_accepted"), ("not_open", "not_open"), ("unknown_code", "not_accepted")]
)
def test_who_was_turned_away_wrongly_is_not_counted_silently(door, person, told, outcome):
    event = sent(door, person, "08.00", shown=told)
    assert (event.kind, event.outcome, waiting()) == ("refusal", outcome, [event])


def test_answer_of_a_moment_ago_is_the_desk_s(door, person):
    assert sent(door, person, "08.00", "08.03", shown="not_accepted").kind == "check_in"


def test_officer_s_undo_ends_the_waiting(door, cancelled):
    event = sent(door, cancelled, "08.10")
    undo = Scan(uuid.uuid4(), at("08.11"), undoes=event.pk)
    assert [door.take(undo, at("10.00")).outcome for _ in range(2)] == ["undone", "undone"]
    assert waiting() == []
    again = Scan(uuid.uuid4(), at("08.12"), undoes=event.pk)
    assert door.take(again, at("10.00")).outcome == "already_undone"


def test_mark_that_is_undone_settles_nothing(door, cancelled, organiser):
    event, key = sent(door, cancelled, "08.10"), uuid.uuid4()
    writer.mark(door.session, cancelled, AttendanceState.ABSENT, event_id=key, actor=organiser, at=at("11.00"))
    assert waiting() == []
    marking.undo(door.session, [key], actor=organiser, at=at("11.01"))
    assert waiting() == [event]


def test_undo_from_before_the_closing_counts_though_it_arrives_later(door, person):
    event = sent(door, person, "08.10")
    sessions.close(door.session, at=at("09.00"))
    assert door.take(Scan(uuid.uuid4(), at("08.59"), undoes=event.pk), at("10.00")).outcome == "undone"
    assert door.state(person) is None


def test_kept_one_is_struck_not_undone_at_the_desk(door, person, say):
    event = sent(door, person, "08.10")
    say(event, STRIKE)
    say(event, KEEP)
    assert door.take(Scan(uuid.uuid4(), at("11.30"), undoes=event.pk)).outcome == "invalid"
    assert door.state(person) == "present"


def test_desk_is_not_told_undone_of_what_an_organiser_has_let_count(door, cancelled, say):
    event = sent(door, cancelled, "08.10")
    say(event, KEEP)
    assert door.take(Scan(uuid.uuid4(), at("11.30"), undoes=event.pk)).outcome == "invalid"
    assert door.state(cancelled) == "present"
    say(event, STRIKE)
    assert door.take(Scan(uuid.uuid4(), at("11.40"), undoes=event.pk)).outcome == "invalid"
    assert not AttendanceEvent.objects.filter(kind=Kind.UNDO).exists()


def test_live_scan_asks_nobody_how_it_was_before(door):
    person = a_registration(door.session.angkatan, Status.SUBMITTED)
    move(person, Action.ACCEPT, actor=clerk(), at=at("08.30"))
    assert sent(door, person, "08.27", "08.31", shown="").kind == "check_in"


@pytest.mark.parametrize("shown", ["saved", "present"])
def test_code_that_a_device_kept_waits_without_a_person(door, shown):
    event = sent(door, None, "08.00", shown=shown)
    assert (event.outcome, event.registration, waiting()) == ("unknown_code", None, [event])


def test_letters_that_are_no_code_wait_for_nobody(door):
    event = sent(door, None, "08.00", shown="saved", code="HTTPS")
    assert (event.outcome, waiting()) == ("invalid", [])


def test_session_that_takes_attendance_no_more_loses_nobody(door, person):
    Session.objects.update(takes_attendance=False)
    event = sent(door, person, "08.00")
    assert (event.outcome, waiting()) == ("invalid", [event])


@pytest.mark.parametrize(
    ("made", "arrived", "shows"),
    [
        (at("08.00") + timedelta(days=366), at("08.30"), None),  # next year
        (at("08.00", day=10), at("10.00"), None),  # the day before the training
        (at("08.00", day=10), at("08.10"), at("08.10", day=10)),  # a day slow when it sent, too
        (at("20.00"), at("08.10"), at("20.10")),  # half a day fast
    ],
)
def test_device_whose_clock_shows_no_possible_time_asks(door, person, made, arrived, shows):
    scan = Scan(uuid.uuid4(), made, code=person.code, let_in=True, shown="present")
    answer = door.take(scan, arrived, shows)
    assert (answer.outcome, door.state(person)) == ("doubted", None)
    assert waiting() == [answer.event]


def test_clock_three_hours_off_is_put_right_and_counts(door, person):
    scan = Scan(uuid.uuid4(), at("05.00"), code=person.code, let_in=True, shown="present")
    assert door.take(scan, at("10.00"), sent=at("07.00")).outcome == "present"
    assert Attendance.objects.get().first_at == at("08.00")


def test_session_moved_meanwhile_is_judged_as_it_is_now(door, person):
    """The device let in for 08.00; the session begins at 13.00 by now."""
    door.session.starts_at, door.session.ends_at = at("13.00"), at("14.30")
    door.session.save()
    event = sent(door, person, "07.50", "09.00")
    assert (event.outcome, waiting()) == ("not_open", [event])

    door.session.starts_at = at("07.00")  # and moved to an earlier hour it was late
    door.session.save()
    other = sent(door, a_registration(door.session.angkatan), "07.50", "09.00")
    assert (other.kind, other.state, other.shown) == ("check_in", "late", "present")


# ---- Keeping -------------------------------------------------------------------------------------


def test_kept_counts_at_its_own_time(door, cancelled, say):
    event = sent(door, cancelled, "08.10")
    done = say(event, KEEP)
    assert (done.refusal, done.total.state, done.total.first_at) == ("", "present", at("08.10"))
    assert (door.state(cancelled), waiting()) == ("present", [])
    assert list(Registration.objects.expected()) == [cancelled]


@pytest.mark.parametrize(("clock", "state"), [("08.14", "present"), ("08.15", "late"), ("09.20", "late")])
def test_kept_is_late_by_its_own_clock(door, cancelled, say, clock, state):
    assert say(sent(door, cancelled, clock), KEEP).total.state == state


def test_kept_before_the_doors_keeps_its_time(door, person, say):
    assert say(sent(door, person, "06.30"), KEEP).total.first_at == at("06.30")


def test_kept_after_closing_counts(door, person, say):
    sessions.close(door.session, at=at("08.30"))
    event = sent(door, person, "08.40")
    assert (event.outcome, say(event, KEEP).total.state) == ("closed", "late")


def test_kept_with_an_impossible_time_counts_on_arrival(door, person, say):
    for made in (at("08.00", day=9), at("08.00") + timedelta(days=400)):
        one = a_registration(door.session.angkatan)
        scan = Scan(uuid.uuid4(), made, code=one.code, let_in=True, shown="present")
        event = door.take(scan, at("08.20")).event
        assert (say(event, KEEP).total.first_at, door.state(one)) == (at("08.20"), "late")


def test_kept_of_a_wrong_clock_counts_at_the_time_put_right(door, person, say):
    scan = Scan(uuid.uuid4(), at("08.05", day=10), code=person.code, let_in=True, shown="present")
    event = door.take(scan, at("10.00"), sent=at("10.00", day=10)).event
    assert say(event, KEEP).total.first_at == at("08.05")


def test_who_is_of_another_batch_cannot_be_kept(door, say):
    stranger = a_registration(SessionFactory().angkatan)
    event = sent(door, stranger, "08.00")
    assert "angkatan lain" in say(event, KEEP).refusal
    assert waiting() == [event]
    assert say(event, STRIKE, "Sudah dilihat").refusal == ""
    assert (waiting(), Attendance.objects.exists()) == ([], False)


def test_unknown_code_can_only_be_seen(door, say):
    event = sent(door, None, "08.00", shown="saved")
    assert "Tidak ada pendaftaran" in say(event, KEEP).refusal
    assert not say(event, STRIKE, "Sudah dilihat").was_so
    assert say(event, STRIKE, "Sudah dilihat").was_so
    assert waiting() == []


def test_session_without_a_list_counts_nobody(door, person, say):
    Session.objects.update(takes_attendance=False)
    assert "tidak memakai daftar hadir" in say(sent(door, person, "08.00"), KEEP).refusal


def test_cancelled_batch_takes_nobody_in(door, person, say):
    event = sent(door, person, "06.00")
    Angkatan.objects.update(cancelled_at=at("10.30"), cancel_reason="Gedung terbakar")
    assert "dibatalkan" in say(event, KEEP).refusal
    assert say(event, STRIKE).refusal == ""


def test_closed_batch_refuses_in_words(door, cancelled, say):
    event = sent(door, cancelled, "08.10")
    Angkatan.objects.update(closed_at=at("12.00", day=14))
    with pytest.raises(writer.NotChanged, match="Buka lagi dulu"):
        say(event, KEEP)
    assert waiting() == [event]


# ---- Striking, and the other decision later ------------------------------------------------------


def test_struck_counts_no_more_and_says_why(door, person, say):
    event = sent(door, person, "08.10")
    assert (door.state(person), say(event, STRIKE, "Salah orang").total) == ("present", None)
    struck = AttendanceEvent.objects.get(kind="strike")
    assert (door.state(person), struck.about, struck.reason) == (None, event, "Salah orang")


def test_strike_owes_a_reason(door, person, organiser):
    event = sent(door, person, "08.10")
    (done,) = decide(door.session, [Wish(event.pk, STRIKE)], actor=organiser, at=at("11.00"))
    assert done.refusal == "Tulis alasan mencoretnya."
    assert door.state(person) == "present"


def test_strike_leaves_what_another_desk_saw(door, person, say):
    first = sent(door, person, "08.05")
    sent(door, person, "08.30", "10.01")
    done = say(first, STRIKE)
    assert (done.total.state, done.total.first_at) == ("late", at("08.30"))


def test_last_decision_holds(door, cancelled, say):
    event = sent(door, cancelled, "08.10")
    for kind, state in ((KEEP, "present"), (STRIKE, None), (KEEP, "present"), (STRIKE, None)):
        assert not say(event, kind).was_so
        assert door.state(cancelled) == state
    assert waiting() == []


@pytest.mark.parametrize("kind", [KEEP, STRIKE])
def test_repeating_is_quiet(door, cancelled, say, kind):
    event = sent(door, cancelled, "08.10")
    assert [say(event, kind).was_so for _ in range(2)] == [False, True]
    assert AttendanceEvent.objects.filter(about=event).count() == 1


def test_kept_again_after_an_undo_at_the_desk(door, person, say):
    """The undo of another scan takes the kept one out too; keeping it once more is no repetition."""
    live = door.scan(person, "08.20")
    event = sent(door, person, "06.40")
    say(event, STRIKE)
    say(event, KEEP)
    door.undo(live, "11.30")
    assert door.state(person) is None
    assert not say(event, KEEP, clock="12.00").was_so
    assert door.state(person) == "present"


def test_correction_by_hand_stands_over_what_is_kept(door, cancelled, say):
    event = sent(door, cancelled, "08.10")
    writer.mark(
        door.session, cancelled, AttendanceState.SICK, event_id=uuid.uuid4(), actor=clerk(), at=at("10.30"), reason="x"
    )
    assert say(event, KEEP).total.state == "sick"
    assert say(event, STRIKE).total.state == "sick"


def test_would_be_tells_what_a_decision_comes_to(door, cancelled, say):
    first, second = sent(door, cancelled, "08.05"), sent(door, cancelled, "08.30", "10.01")
    session = Session.objects.select_related("angkatan").get()
    say(second, KEEP)
    theirs = list(AttendanceEvent.objects.all())
    told = [deciding.would_be(session, first, theirs, kind) for kind in (KEEP, STRIKE)]
    assert [(total.state, total.first_at) for total in told] == [("present", at("08.05")), ("late", at("08.30"))]


# ---- Two desks, one person -----------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_earliest_true_time_wins_in_every_order_of_arrival(door, person, order):
    """Three devices without a signal, two with wrong clocks; true times 08.20, 08.05 and 08.10."""
    errors = [0, 60, -30]
    for turn, place in enumerate(order):
        off = timedelta(minutes=errors[place])
        made = at(("08.20", "08.05", "08.10")[place]) + off
        arrived = at("10.00") + timedelta(minutes=turn)
        scan = Scan(uuid.uuid4(), made, code=person.code, let_in=True, shown="present")
        door.take(scan, arrived, arrived + off)
    row = Attendance.objects.get()
    assert (row.first_at, row.state) == (at("08.05"), "present")
    assert AttendanceEvent.objects.filter(kind="check_in", came_late=True).count() == 3
    assert waiting() == []
    assert writer.rebuild(door.session) == 0


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_kept_the_earlier_counts(door, cancelled, say, order):
    events = [sent(door, cancelled, "08.30"), sent(door, cancelled, "08.05")]
    for place in order:
        say(events[place], KEEP)
    assert Attendance.objects.get().first_at == at("08.05")


# ---- Two organisers ------------------------------------------------------------------------------


def test_second_organiser_reads_what_the_first_decided(door, cancelled, say):
    event = sent(door, cancelled, "08.10")
    seen = seen_of(event, [event])
    say(event, STRIKE, "Sudah digantikan", seen=seen)
    refusal = say(event, KEEP, seen=seen).refusal
    assert "sudah dicoret oleh Dewi Lestari pukul 11.00 (“Sudah digantikan”)" in refusal
    assert door.state(cancelled) is None


def test_second_organiser_reads_that_it_was_kept(door, cancelled, say):
    event = sent(door, cancelled, "08.10")
    seen = seen_of(event, [event])
    say(event, KEEP, seen=seen)
    assert "sudah dipertahankan oleh Dewi Lestari pukul 11.00. Putusan" in say(event, STRIKE, seen=seen).refusal
    assert door.state(cancelled) == "present"


def test_second_organiser_who_decides_the_same_is_not_troubled(door, cancelled, say):
    event = sent(door, cancelled, "08.10")
    seen = seen_of(event, [event])
    say(event, KEEP, seen=seen)
    assert say(event, KEEP, seen=seen).was_so


def test_who_came_in_meanwhile_is_told(door, person, say):
    event = sent(door, person, "06.30", "07.00")
    seen = seen_of(event, [event])
    door.scan(person, "08.00")
    assert "kehadirannya menjadi Hadir" in say(event, STRIKE, seen=seen).refusal


def test_two_of_one_person_are_decided_on_one_page(door, cancelled, organiser):
    events = [sent(door, cancelled, clock) for clock in ("08.30", "08.05")]
    wishes = [Wish(event.pk, KEEP, seen=seen_of(event, events)) for event in events]
    assert [one.refusal for one in decide(door.session, wishes, actor=organiser, at=at("11.00"))] == ["", ""]
    assert Attendance.objects.get().first_at == at("08.05")


def test_refused_undo_is_nobody_who_came(door, person, say):
    scan = door.scan(person, "08.00")
    sessions.close(door.session, at=at("08.30"))
    event = door.take(Scan(uuid.uuid4(), at("08.40"), undoes=scan.event.pk), at("10.00")).event
    assert (event.kind, event.came_late) == ("refusal", True)
    assert "bukan kiriman susulan" in say(event, KEEP).refusal


def test_what_did_not_come_late_is_not_decided_on(door, person, say):
    assert "bukan kiriman susulan" in say(door.scan(person, "08.00").event, STRIKE).refusal


def test_decisions_stay_in_their_session(door, cancelled, organiser):
    event = sent(door, cancelled, "08.10")
    other = SessionFactory(angkatan=door.session.angkatan, hour=10)
    (done,) = decide(other, [Wish(event.pk, KEEP)], actor=organiser, at=at("11.00"))
    assert "bukan kiriman susulan" in done.refusal


@pytest.mark.parametrize("part", [1, 2, 3])
def test_many_are_decided_together_or_in_parts(door, organiser, monkeypatch, part):
    monkeypatch.setattr(deciding, "A_PART", part)
    people = [a_registration(door.session.angkatan, Status.WAITLISTED) for _ in range(3)]
    events = [sent(door, one, "08.00") for one in people]
    wishes = [Wish(event.pk, kind, "Salah") for event, kind in zip(events, (KEEP, STRIKE, KEEP), strict=True)]
    done = decide(door.session, wishes, actor=organiser, at=at("11.00"))
    assert [one.person for one in done] == people
    assert [door.state(one) for one in people] == ["present", None, "present"]


# ---- What the database holds ---------------------------------------------------------------------


def test_decision_is_about_its_own_person_and_session(door, person):
    event = sent(door, person, "08.00")
    other, elsewhere = a_registration(door.session.angkatan), SessionFactory(angkatan=door.session.angkatan, hour=10)
    told = {"kind": "strike", "means": "correction", "reason": "x", "happened_at": at("11.00"), "about": event}
    for registration, session in ((other, door.session), (person, elsewhere), (None, door.session)):
        with pytest.raises(IntegrityError), transaction.atomic():
            AttendanceEvent.objects.create(
                id=uuid.uuid4(), registration=registration, session=session, arrived_at=at("11.00"), **told
            )


def test_decision_is_about_no_other_decision(door, cancelled, say):
    event = sent(door, cancelled, "08.00")
    say(event, KEEP)
    keep = AttendanceEvent.objects.get(kind="keep")
    with pytest.raises(IntegrityError), transaction.atomic():
        AttendanceEvent.objects.create(
            id=uuid.uuid4(), kind="strike", means="correction", reason="x", registration=cancelled, about=keep,
            session=door.session, happened_at=at("11.00"), arrived_at=at("11.00"),
        )  # fmt: skip


def test_scan_with_the_number_of_a_decision_is_another(door, cancelled, say):
    event = sent(door, cancelled, "08.00")
    say(event, KEEP)
    keep = AttendanceEvent.objects.get(kind="keep")
    answers = [
        door.take(Scan(keep.pk, at("11.30"), **wish)).outcome for wish in ({"undoes": event.pk}, {"ref": cancelled.ref})
    ]
    assert answers == [writer.ID_TAKEN] * 2


def test_rule_says_when_a_time_cannot_be(door):
    session = Session.objects.select_related("angkatan").get(pk=door.session.pk)
    assert [rules.is_before_batch(session, at(*moment)) for moment in (("23.59", 10), ("00.00", 11))] == [True, False]
