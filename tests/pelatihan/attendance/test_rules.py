"""The sum over what happened, and the desk's answers, without a database."""

import uuid
from datetime import date, time, timedelta
from itertools import count

import pytest

from pelatihan.attendance import rules
from pelatihan.attendance.rules import Kind, sum_of
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, AttendanceEvent, AttendanceState, Registration, Session, StatusChange
from tests.pelatihan.door import at

turn = count(1)
MINUTE = timedelta(minutes=1)


def event(kind: Kind, clock: str, state: str = "", arrived: str = "", undoes: AttendanceEvent | None = None):
    """One that is recorded after all that were made before it."""
    return AttendanceEvent(
        pk=uuid.uuid4(), number=next(turn), kind=kind, state=state, undoes=undoes, session_id=1,
        happened_at=at(clock), arrived_at=at(arrived or clock),
    )  # fmt: skip


def came(clock: str, state: str = "present", arrived: str = "") -> AttendanceEvent:
    return event(Kind.CHECK_IN, clock, state, arrived)


def marked(clock: str, state: str) -> AttendanceEvent:
    return event(Kind.MARK, clock, state)


def left(clock: str, at_clock: str = "09.00") -> AttendanceEvent:
    event_ = marked(clock, "left")
    event_.left_at = at(at_clock)
    return event_


def cleared(clock: str) -> AttendanceEvent:
    return event(Kind.CLEAR, clock)


def closed(clock: str) -> AttendanceEvent:
    event_ = marked(clock, "absent")
    event_.means = AttendanceEvent.Means.CLOSING
    return event_


def undone(clock: str, target: AttendanceEvent) -> AttendanceEvent:
    return event(Kind.UNDO, clock, undoes=target)


def refused(clock: str, arrived: str = "") -> AttendanceEvent:
    return event(Kind.REFUSAL, clock, arrived=arrived)


def kept(clock: str, about: AttendanceEvent, state: str = "present") -> AttendanceEvent:
    """The word is given then; it counts at the time of what it is about."""
    word = event(Kind.KEEP, clock, state)
    word.about, word.happened_at = about, rules.counted_at(about)
    return word


def struck(clock: str, about: AttendanceEvent) -> AttendanceEvent:
    word = event(Kind.STRIKE, clock)
    word.about = about
    return word


def state(*events: AttendanceEvent) -> str | None:
    total = sum_of(events)
    return total.state if total else None


def test_nothing_happened_is_not_yet():
    assert sum_of([]) is None


def test_refusals_alone_are_not_yet():
    assert sum_of([refused("08.00")]) is None


# ---- Check-ins -----------------------------------------------------------------------------------


def test_first_check_in_counts():
    assert sum_of([came("08.30", "late"), came("08.05")]).first_at == at("08.05")


def test_check_in_that_arrives_late_still_counts_first():
    assert state(came("08.30", "late"), came("08.05", "present", arrived="10.00")) == "present"


def test_of_two_check_ins_at_one_moment_the_first_recorded_counts():
    first, second = came("08.00"), came("08.00")
    assert sum_of([second, first]).event == first


# ---- Undo ----------------------------------------------------------------------------------------


def test_undo_removes_the_check_in():
    first = came("08.00")
    assert sum_of([first, undone("08.01", first)]) is None


def test_undo_removes_second_scans_before_it():
    first = came("08.00")
    assert sum_of([first, came("08.01"), undone("08.02", first)]) is None


def test_scan_after_an_undo_lets_in_again():
    first = came("08.00")
    assert sum_of([first, undone("08.01", first), came("08.05")]).first_at == at("08.05")


def test_second_undo_of_a_check_in_removes_nothing_more():
    first = came("08.00")
    assert state(first, undone("08.01", first), came("08.05"), undone("08.10", first)) == "present"


def test_undo_of_a_second_scan_that_is_gone_removes_nothing_more():
    first, second = came("08.00"), came("08.01")
    assert state(first, second, undone("08.02", first), came("08.05"), undone("08.10", second)) == "present"


def test_undo_removes_what_was_recorded_before_it_whatever_clocks_say():
    first = came("08.00")
    assert state(first, undone("07.00", first)) is None


def test_scan_after_an_undo_counts_though_the_clock_went_back():
    first = came("08.30")
    assert state(first, undone("08.31", first), came("07.30")) == "present"


def test_undo_of_something_recorded_later_does_nothing():
    first = came("08.00")
    early = undone("08.01", first)
    early.number = first.number - 1
    assert state(first, early) == "present"


def test_undo_of_a_check_in_leaves_corrections():
    first = came("08.00")
    assert state(first, marked("09.00", "sick"), undone("09.30", first)) == "sick"


def test_undo_of_a_mark_brings_the_check_in_back():
    wrong = marked("09.00", "absent")
    assert state(came("08.00"), wrong, undone("09.10", wrong)) == "present"


def test_undo_of_a_mark_brings_the_mark_before_it_back():
    wrong = marked("09.10", "absent")
    assert state(marked("09.00", "sick"), wrong, undone("09.20", wrong)) == "sick"


# ---- Corrections ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["excused", "sick", "absent", "late"])
def test_later_correction_wins_over_a_scan(mark):
    assert state(came("08.00"), marked("12.00", mark)) == mark


def test_correction_recorded_last_wins_whatever_clocks_say():
    assert state(marked("13.00", "sick"), marked("12.00", "absent")) == "absent"


def test_correction_wins_over_a_scan_recorded_before_it_whatever_clocks_say():
    assert state(came("13.00"), marked("12.00", "absent")) == "absent"


def test_who_comes_after_being_excused_is_in():
    assert state(marked("07.00", "excused"), came("08.40", "late")) == "late"


def test_who_comes_after_being_excused_is_in_though_the_clock_went_back():
    assert state(marked("09.00", "excused"), came("08.00")) == "present"


def test_scan_from_before_a_correction_changes_nothing():
    assert state(marked("12.00", "sick"), came("08.00", arrived="15.00")) == "sick"


def test_scan_from_after_a_correction_counts_though_it_arrives_late():
    assert state(marked("07.50", "sick"), came("08.00", arrived="15.00")) == "present"


def test_scan_made_as_a_correction_was_entered_counts():
    assert state(marked("08.00", "sick"), came("08.00", arrived="15.00")) == "present"


@pytest.mark.parametrize(("arrived", "expected"), [("08.05", "present"), ("08.06", "sick")])
def test_scan_that_takes_five_minutes_to_arrive_stands_where_it_was_recorded(arrived, expected):
    assert state(marked("08.02", "sick"), came("08.00", arrived=arrived)) == expected


def test_late_scan_stands_between_two_corrections():
    first, second = marked("07.00", "sick"), marked("12.00", "excused")
    late = came("08.00", arrived="15.00")
    assert state(first, second, late) == "excused"
    assert state(first, second, late, undone("16.00", second)) == "present"


def test_correction_of_lateness_keeps_the_time():
    assert sum_of([came("08.20", "late"), marked("12.00", "present")]).first_at == at("08.20")


def test_correction_to_absence_has_its_own_time():
    assert sum_of([came("08.00"), marked("12.00", "absent")]).first_at == at("12.00")


@pytest.mark.parametrize(("kept", "word"), [("present", "Hadir"), ("late", "Terlambat"), ("sick", "Sakit")])
def test_sum_is_told_in_a_word(kept, word):
    assert sum_of([marked("12.00", kept)]).word == word


def test_correction_of_absence_has_its_own_time():
    assert sum_of([marked("11.00", "absent"), marked("12.00", "present")]).first_at == at("12.00")


# ---- Leaving early -------------------------------------------------------------------------------


def test_who_leaves_early_has_come_since_they_came():
    total = sum_of([came("08.20", "late"), left("12.00", "10.30")])
    assert (total.state, total.first_at, total.left_at, total.came_as) == ("left", at("08.20"), at("10.30"), "late")
    assert (total.has_come, total.is_inside) == (True, False)


def test_who_comes_back_is_as_they_came():
    events = [came("08.00"), left("10.30"), came("10.40", "late")]
    assert sum_of(events) == rules.Sum("present", at("08.00"), events[-1])


def test_who_leaves_twice_and_comes_back_is_as_they_came_first():
    events = [came("08.00"), left("10.30"), left("10.35", "10.00"), came("10.40", "late")]
    assert (state(*events), sum_of(events).first_at) == ("present", at("08.00"))
    assert sum_of(events[:3]).left_at == at("10.00")


def test_who_comes_back_of_whom_no_coming_is_known_comes_by_the_clock():
    total = sum_of([marked("07.30", "sick"), left("10.30"), came("10.40", "late")])
    assert (total.state, total.first_at) == ("late", at("10.40"))


def test_who_left_and_was_excused_after_all_comes_by_the_clock():
    total = sum_of([came("08.00"), left("10.30"), marked("10.31", "excused"), came("10.40", "late")])
    assert (total.state, total.first_at) == ("late", at("10.40"))


def test_coming_that_comes_to_light_after_leaving_is_known_then():
    total = sum_of([left("10.30"), came("08.00", arrived="15.00")])
    assert (total.state, total.first_at, total.came_as) == ("left", at("08.00"), "present")


def test_leaving_corrected_to_staying_keeps_the_time():
    total = sum_of([came("08.00"), left("10.30"), marked("11.00", "late")])
    assert (total.state, total.first_at, total.left_at, total.came_as) == ("late", at("08.00"), None, "")


def test_undo_of_coming_back_leaves_who_came_before_leaving():
    events = [came("08.00"), left("10.30"), came("10.40", "late")]
    events.append(undone("10.41", events[-1]))
    assert (state(*events), sum_of(events).first_at) == ("left", at("08.00"))


def test_undo_of_a_check_in_reaches_back_to_the_change_before_it():
    first, sick, second, third = came("08.00"), marked("08.10", "sick"), came("08.20", "late"), came("08.30", "late")
    assert rules.standing([first, sick, second, third, undone("08.40", third)]) == [first, sick]


def test_undo_of_a_check_in_reaches_back_beyond_the_closing():
    first, shut, second = came("08.00"), closed("08.10"), came("08.05", arrived="08.20")
    assert rules.standing([first, shut, second, undone("08.30", second)]) == [shut]


# ---- Emptying ------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [came("08.00"), marked("08.10", "sick"), left("08.20")])
def test_emptied_cell_is_not_yet_and_undo_brings_back_what_was(before):
    empty = cleared("12.00")
    assert sum_of([before, empty]) is None
    assert rules.emptied_by([before, empty]) == rules.deciding([before, empty]) == empty
    assert sum_of([before, empty, undone("12.01", empty)]).event == before


def test_who_comes_after_emptying_is_in():
    first, empty, late = came("08.00"), cleared("08.05"), came("08.20", "late", arrived="10.00")
    assert sum_of([first, empty, late]).event == late
    assert rules.emptied_by([empty, late]) is None


def test_who_came_before_emptying_and_comes_to_light_after_it_is_not_counted():
    empty, early = cleared("12.00"), came("08.00", arrived="15.00")
    assert sum_of([empty, early]) is None
    assert rules.is_emptied([empty], early)
    assert not rules.is_emptied([empty], came("12.30", arrived="15.00"))
    assert not rules.is_emptied([empty, marked("12.40", "sick")], early)
    assert not rules.is_emptied([], early)


def test_what_an_organiser_keeps_fills_a_cell_that_was_empty_by_then():
    early, empty = refused("08.00", "11.00"), cleared("12.00")
    assert state(early, empty, kept("13.00", early)) == "present"
    assert state(early, kept("11.30", early), cleared("12.30")) is None


# ---- Closing -------------------------------------------------------------------------------------


def test_who_has_not_come_by_the_closing_is_absent_since_then():
    shut = closed("09.30")
    total = sum_of([shut])
    assert (total.state, total.first_at, total.event, total.is_by_closing) == ("absent", at("09.30"), shut, True)
    assert not rules.is_by_closing(marked("09.30", "absent"))


@pytest.mark.parametrize("other", [came("08.00", arrived="15.00"), marked("10.00", "excused"), left("11.00")])
@pytest.mark.parametrize("is_first", [True, False])
def test_whatever_else_stands_is_stronger_than_the_closing(other, is_first):
    shut = closed("09.30")
    other.number = shut.number + (-0.5 if is_first else 0.5)
    assert sum_of([shut, other]).event == other
    assert not rules.is_already_told(sum_of([shut]), other)


def test_cell_emptied_after_the_closing_is_not_yet_and_absent_when_closed_anew():
    shut, empty = closed("09.30"), cleared("10.00")
    assert sum_of([shut, empty]) is None
    again = closed("11.00")
    assert sum_of([shut, empty, again]).event == again
    assert rules.is_emptied([shut, empty, again], came("08.00", arrived="15.00"))


def test_closing_that_is_undone_leaves_what_was():
    shut = closed("09.30")
    assert sum_of([shut, undone("10.00", shut)]) is None


# ---- When somebody left --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "now", "sentence"),
    [
        ("08.00", "09.00", ""),
        ("09.00", "09.00", ""),
        ("08.00", "08.00", ""),
        (
            "07.59",
            "09.00",
            "Jam pulang harus sejak sesi mulai pukul 08.00 sampai sekarang, pukul 09.00. Periksa jamnya.",
        ),
        (
            "09.01",
            "09.00",
            "Jam pulang harus sejak sesi mulai pukul 08.00 sampai sekarang, pukul 09.00. Periksa jamnya.",
        ),
        ("", "09.00", "Isi jam pulangnya, misalnya 10.30."),
        ("07.30", "07.59", "Sesi ini baru mulai pukul 08.00, jadi belum ada yang pulang awal."),
    ],
)
def test_somebody_leaves_between_the_start_and_now(clock, now, sentence):
    assert rules.leaving_sentence(a_session(), at(clock) if clock else None, at(now)) == sentence


def test_leaving_on_another_day_is_compared_with_that_of_the_session():
    sentence = rules.leaving_sentence(a_session(), at("07.00"), at("09.00", day=12))
    assert sentence == "Jam pulang harus sejak sesi mulai pukul 08.00 pada hari sesi itu. Periksa jamnya."


def test_clock_is_read_on_the_day_of_the_session_and_past_midnight_on_the_next():
    one = a_session()
    assert rules.moment_of(one, time(10, 30)) == at("10.30")
    assert rules.moment_of(one, time(7, 30)) == at("07.30")
    one.starts_at, one.ends_at = at("22.00"), at("01.00", day=12)
    assert rules.moment_of(one, time(0, 30)) == at("00.30", day=12)
    assert [rules.moment_of(one, time(22, minute)) for minute in (0, 30)] == [at("22.00"), at("22.30")]


@pytest.mark.parametrize(
    ("kind", "waits", "is_here"),
    [(Kind.CHECK_IN, False, True), (Kind.KEEP, False, True), (Kind.REFUSAL, True, True), (Kind.REFUSAL, False, False),
     (Kind.MARK, False, False)],
)  # fmt: skip
def test_who_was_let_in_or_waits_is_somebody_here(kind, waits, is_here):
    one = event(kind, "08.00")
    one.needs_review = waits
    assert rules.is_somebody_here([refused("07.50"), one]) is is_here
    assert rules.is_somebody_here([]) is False


def test_only_who_left_early_and_had_come_comes_back_as_something():
    first = came("08.20", "late")
    assert rules.comes_back_as(None) == rules.comes_back_as(sum_of([first])) == ""
    assert rules.comes_back_as(sum_of([left("10.30")])) == ""
    assert rules.comes_back_as(sum_of([first, left("10.30")])) == "late"


# ---- Keeping and striking ------------------------------------------------------------------------


def test_kept_refusal_counts_at_its_time():
    about = refused("08.00", "10.00")
    assert sum_of([about, kept("11.00", about)]).first_at == at("08.00")


def test_strike_takes_one_event_alone():
    first, second = came("08.00"), came("08.20", "late")
    assert sum_of([first, second, struck("11.00", first)]).event == second


@pytest.mark.parametrize("kinds", ["KS", "KSK", "SK", "SKS", "KK"])
def test_last_word_about_an_event_holds(kinds):
    about = refused("08.00", "10.00")
    words = [(kept if kind == "K" else struck)("11.00", about) for kind in kinds]
    total = sum_of([*words, about])
    assert (total and total.event) == (words[-1] if kinds.endswith("K") else None)
    assert rules.decision_on(about, words) == words[-1]


def test_nothing_was_decided_about_another_event():
    first, second = refused("08.00"), refused("08.01")
    assert rules.decision_on(second, [first, second, kept("11.00", first)]) is None


def test_kept_check_in_counts_once():
    first = came("08.00")
    word = kept("11.00", first)
    assert rules.standing([first, word]) == [word]


def test_undo_at_the_desk_takes_out_what_was_kept_before():
    about, first = refused("08.00", "10.00"), came("08.30")
    events = [about, first, kept("11.00", about)]
    assert sum_of([*events, undone("11.30", first)]) is None
    assert state(*events, undone("11.31", first), kept("12.00", about)) == "present"


def test_mark_entered_before_the_word_and_after_the_scan_stands():
    about = refused("08.00", "10.00")
    assert state(about, marked("10.30", "sick"), kept("11.00", about)) == "sick"


def test_what_is_kept_comes_after_a_mark_that_it_came_after():
    excused, about = marked("07.00", "excused"), refused("08.00", "10.00")
    assert state(excused, about, kept("11.00", about)) == "present"


def test_kept_live_refusal_stands_where_it_was_recorded():
    sick, about = marked("08.02", "sick"), refused("08.00", "08.04")
    assert state(sick, about, kept("11.00", about)) == "present"


def test_kept_late_refusal_stands_at_its_time():
    sick, about = marked("08.02", "sick"), refused("08.00", "08.06")
    assert state(sick, about, kept("11.00", about)) == "sick"


@pytest.mark.parametrize(("arrived", "late"), [("08.05", False), ("08.06", True)])
def test_five_minutes_on_the_way_are_not_late(arrived, late):
    assert rules.is_late(came("08.00", arrived=arrived)) is late


def test_order_of_reading_does_not_matter():
    first, second = came("08.00"), came("08.01")
    events = [first, second, undone("08.02", first), came("08.10"), marked("12.00", "excused")]
    assert sum_of(events) == sum_of(reversed(events))


# ---- Clocks --------------------------------------------------------------------------------------


def test_clock_far_ahead_counts_as_arrival():
    ahead = AttendanceEvent(happened_at=at("09.00"), arrived_at=at("08.00"), is_clock_ahead=True)
    assert rules.counted_at(ahead) == at("08.00")


@pytest.mark.parametrize(("shows", "true"), [("07.00", "08.00"), ("09.30", "08.00")])
def test_error_of_a_clock_is_taken_away(shows, true):
    error = rules.clock_error(at(shows), at(true))
    scan = AttendanceEvent(happened_at=at(shows) - MINUTE, arrived_at=at(true), clock_error=error)
    assert rules.counted_at(scan) == at(true) - MINUTE


def test_device_that_does_not_say_is_believed():
    assert rules.clock_error(None, at("08.00")) == 0


@pytest.mark.parametrize(("seconds", "ahead"), [(300, False), (301, True), (-36_000, False)])
def test_five_minutes_ahead_are_tolerated(seconds, ahead):
    assert rules.is_clock_ahead(at("08.00") + timedelta(seconds=seconds), at("08.00")) is ahead


# ---- Whom the desk lets in -----------------------------------------------------------------------


def a_session(**fields: object) -> Session:
    """08.00-09.30, doors from 07.00, late from 08.15."""
    batch = Angkatan(pk=1, open_minutes=60, late_minutes=15)
    return Session(pk=1, angkatan=batch, starts_at=at("08.00"), ends_at=at("09.30"), **fields)


def somebody(status: Status = Status.ACCEPTED) -> Registration:
    return Registration(angkatan_id=1, status=status)


@pytest.mark.parametrize(("clock", "expected"), [("07.00", "present"), ("08.14", "present"), ("08.15", "late")])
def test_grace_decides_who_is_late(clock, expected):
    assert rules.state_by_clock(a_session(), at(clock)) == AttendanceState(expected)


@pytest.mark.parametrize(("clock", "expected"), [("06.59", "not_open"), ("07.00", "present"), ("23.59", "late")])
def test_doors_open_by_the_clock_and_never_close_by_it(clock, expected):
    assert rules.judge(a_session(), somebody(), at(clock)) == expected


@pytest.mark.parametrize(("clock", "expected"), [("08.59", "late"), ("09.00", "closed")])
def test_session_is_closed_from_the_moment_of_closing(clock, expected):
    assert rules.judge(a_session(closed_at=at("09.00")), somebody(), at(clock)) == expected


@pytest.mark.parametrize("end", ["closed_at", "cancelled_at"])
def test_session_of_a_batch_that_has_ended_is_closed(end):
    session = a_session()
    setattr(session.angkatan, end, at("08.30"))
    assert [rules.judge(session, somebody(), at(clock)) for clock in ("08.29", "08.30")] == ["late", "closed"]


def test_desk_speaks_of_the_person_before_the_session():
    closed = a_session(closed_at=at("07.00"))
    assert rules.judge(closed, somebody(Status.REJECTED), at("07.30")) == "not_accepted"
    assert rules.judge(closed, None, at("07.30")) == "unknown_code"
    assert rules.judge(closed, Registration(angkatan_id=2), at("07.30")) == "other_angkatan"
    assert rules.judge(closed, somebody(), at("06.00")) == "not_open"


def test_session_without_attendance_is_told_before_any_status():
    """Whoever it is, another session is meant."""
    assert rules.judge(a_session(takes_attendance=False), somebody(Status.REJECTED), at("08.00")) == "invalid"


def test_refusal_that_waits_for_nobody_cannot_be_undone():
    waits, refused = event(Kind.REFUSAL, "08.00"), event(Kind.REFUSAL, "08.00")
    waits.registration_id = refused.registration_id = 7
    waits.needs_review = True

    assert rules.judge_undo(a_session(), waits, [waits], at("08.01")) is None
    assert rules.judge_undo(a_session(), refused, [refused], at("08.01")) == "invalid"


# ---- Whom a device let in by itself --------------------------------------------------------------


def moved(*moves: tuple[str, Status]) -> list[StatusChange]:
    return [StatusChange(at=at(clock), to_status=status) for clock, status in moves]


ACCEPTED_EARLY = moved(("01.00", Status.SUBMITTED), ("02.00", Status.ACCEPTED))


@pytest.mark.parametrize(
    ("shown", "came_late", "inside"),
    [
        *((word, late, True) for word in ("present", "late", "saved") for late in (False, True)),
        ("", True, True), ("", False, False), ("already", True, True), ("already", False, False),
        *((word, True, False) for word in ("not_accepted", "not_open", "closed", "other_angkatan", "unknown_code")),
        ("invalid", True, False),
    ],
)  # fmt: skip
def test_who_may_be_inside_though_nobody_here_had_answered(shown, came_late, inside):
    assert rules.may_be_inside(AttendanceEvent(shown=shown, came_late=came_late)) is inside


def of_the_batch(**fields: object) -> Session:
    session = a_session(**fields)
    session.angkatan.starts_on = date(2019, 3, 11)
    return session


@pytest.mark.parametrize(
    ("error", "late", "ahead", "day", "doubted"),
    [
        (43_199, True, False, 11, False),
        (43_200, True, False, 11, True),
        (-43_200, True, False, 11, True),
        (86_400, False, False, 11, False),  # it arrived as it was made
        (0, False, True, 11, True),
        (0, True, False, 10, True),
        (0, True, False, 11, False),
    ],
)
def test_clock_is_doubted_from_half_a_day_on(error, late, ahead, day, doubted):
    event = AttendanceEvent(
        happened_at=at("08.00", day) + timedelta(seconds=error), arrived_at=at("10.00"), clock_error=error,
        came_late=late, is_clock_ahead=ahead,
    )  # fmt: skip
    assert rules.is_clock_doubted(of_the_batch(), event) is doubted


def test_impossible_time_is_kept_at_its_arrival():
    session = of_the_batch()
    early = AttendanceEvent(happened_at=at("23.59", day=10), arrived_at=at("08.30"))
    right = AttendanceEvent(happened_at=at("00.00"), arrived_at=at("08.30"))
    assert [rules.kept_at(session, one) for one in (early, right)] == [at("08.30"), at("00.00")]


def test_status_of_a_moment_is_the_last_written_by_then():
    history = moved(("01.00", Status.SUBMITTED), ("02.00", Status.ACCEPTED))
    found = [rules.status_at(history, at(clock)) for clock in ("00.59", "01.00", "01.59", "02.00")]
    assert found == ["", Status.SUBMITTED, Status.SUBMITTED, Status.ACCEPTED]


@pytest.mark.parametrize(("clock", "right"), [("06.54", False), ("06.55", True), ("09.04", True), ("09.05", False)])
def test_device_is_right_while_the_doors_stand_open(clock, right):
    assert rules.was_right(a_session(closed_at=at("09.00")), ACCEPTED_EARLY, at(clock)) is right


@pytest.mark.parametrize(
    ("history", "right"),
    [
        ([], False),
        (moved(("01.00", Status.SUBMITTED)), False),
        (moved(("01.00", Status.ACCEPTED), ("07.59", Status.CANCELLED)), False),
        (moved(("01.00", Status.ACCEPTED), ("08.00", Status.CANCELLED)), False),
        (moved(("01.00", Status.ACCEPTED), ("08.01", Status.CANCELLED)), True),
        (moved(("01.00", Status.SUBMITTED), ("08.00", Status.ACCEPTED)), True),
        (moved(("01.00", Status.SUBMITTED), ("08.01", Status.ACCEPTED)), False),
    ],
)
def test_device_is_right_about_who_was_accepted_then(history, right):
    assert rules.was_right(a_session(), history, at("08.00")) is right


# ---- Undoing -------------------------------------------------------------------------------------


def test_check_in_can_be_undone():
    first = came("08.00")
    assert rules.judge_undo(a_session(), first, [first], at("08.01")) is None


def test_undo_of_another_sessions_check_in_is_refused():
    elsewhere = came("08.00")
    elsewhere.session_id = 2
    assert rules.judge_undo(a_session(), elsewhere, [elsewhere], at("08.00")) == "invalid"


@pytest.mark.parametrize("target", [None, marked("08.00", "sick"), refused("08.00")])
def test_only_check_ins_are_undone_at_the_desk(target):
    assert rules.judge_undo(a_session(), target, [target] if target else [], at("08.00")) == "invalid"


def test_undone_check_in_is_not_undone_again():
    first = came("08.00")
    events = [first, undone("08.01", first), came("08.02")]
    assert rules.judge_undo(a_session(closed_at=at("08.03")), first, events, at("08.05")) == "already_undone"


@pytest.mark.parametrize(("clock", "refusal"), [("08.59", None), ("09.00", "closed")])
def test_closed_session_undoes_nothing(clock, refusal):
    first = came("08.00")
    assert rules.judge_undo(a_session(closed_at=at("09.00")), first, [first], at(clock)) == refusal


# ---- Changing by hand ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "session", "batch", "sentence"),
    [
        ("07.00", {}, {}, ""),
        ("12.00", {"closed_at": at("09.00")}, {}, ""),  # what the signed sheet says comes afterwards
        ("06.59", {}, {}, "Presensi sesi ini baru dibuka Senin, 11 Maret 2019 pukul 07.00 WIB. Kehadirannya dapat"),
        ("12.00", {"takes_attendance": False}, {}, "Sesi ini tidak memakai daftar hadir, jadi tidak ada kehadiran"),
        ("12.00", {}, {"closed_at": at("11.00")}, "Angkatan II 2019 sudah ditutup, jadi kehadirannya tidak berubah"),
        ("12.00", {}, {"cancelled_at": at("11.00")}, "Angkatan II 2019 sudah dibatalkan, jadi kehadirannya tidak"),
    ],
)
def test_session_can_be_changed_by_hand_or_says_why_not(clock, session, batch, sentence):
    one = a_session(**session)
    for name, value in ({"number": 2, "year": 2019} | batch).items():
        setattr(one.angkatan, name, value)
    told = rules.mark_sentence_of_session(one, at(clock))

    assert told.startswith(sentence)
    assert bool(told) == bool(sentence)
    assert rules.mark_sentence(one, somebody(), at(clock), is_expected=True) == told


def test_who_is_not_expected_is_named_with_the_status():
    person = somebody(Status.REJECTED)
    person.name = "Budi Contoh"

    assert rules.mark_sentence(a_session(), person, at("08.00"), is_expected=False) == (
        "Budi Contoh bukan peserta angkatan ini: pendaftarannya berstatus Ditolak. Terima dulu, lalu ulangi."
    )


def test_mark_is_undone_once_and_nothing_else_is():
    first = marked("12.00", "sick")
    taken_back = undone("12.01", first)

    assert rules.undo_sentence(first, [first]) == ""
    assert rules.undo_sentence(first, [first, taken_back]).startswith(
        "Sesudah perubahan itu, kehadirannya menjadi Belum"
    )
    assert rules.undo_sentence(first, [first, marked("12.02", "late")]).startswith(
        "Sesudah perubahan itu, kehadirannya menjadi Terlambat."
    )
    assert rules.undo_sentence(taken_back, [first, taken_back]).startswith("Yang sudah diurungkan diisi lagi")
    assert rules.undo_sentence(closed("12.03"), []).startswith("Ini ditulis saat sesi ditutup.")
    for other in (None, came("08.00")):
        assert rules.undo_sentence(other, [first]).startswith("Tidak ada perubahan yang dapat diurungkan.")


def test_clearing_that_decides_is_undone():
    first, empty = came("08.00"), cleared("12.05")
    assert rules.undo_sentence(empty, [first, empty]) == ""


def test_check_in_is_told_what_counted_already():
    sick = sum_of([marked("12.00", "sick")])

    assert not rules.is_already_told(None, came("08.00"))
    assert rules.is_already_told(sum_of([came("08.00")]), came("08.05"))
    assert rules.is_already_told(sick, came("08.00", arrived="15.00"))
    assert not rules.is_already_told(sick, came("13.00"))
