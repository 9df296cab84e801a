"""Which session is meant now: one rule for desk, board, recap, papers and the page that chooses a batch."""

import pytest
import time_machine
from django.urls import reverse

from pelatihan.attendance import sessions
from pelatihan.models import Angkatan, Session
from tests.factories import AngkatanFactory, SessionFactory
from tests.pelatihan.door import at


@pytest.fixture
def batch() -> Angkatan:
    """Doors open an hour before a session begins."""
    return AngkatanFactory.build(starts_on=at("08.00").date())


def session(batch: Angkatan, start: str, end: str, room: str = "", day: int = 11, closed: str = "") -> Session:
    return SessionFactory.build(
        angkatan=batch,
        starts_at=at(start, day),
        ends_at=at(end, day),
        room=room,
        closed_at=at(closed, day) if closed else None,
    )


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("06.00", "08.00"),  # before doors
        ("07.30", "08.00"),  # doors open
        ("08.30", "08.00"),
        ("09.29", "08.00"),  # the next one's doors are open, but this one runs
        ("09.30", "09.45"),  # ended this minute, and the next one's doors are open
        ("09.44", "09.45"),
        ("11.15", "13.30"),  # in the gap, doors still shut
        ("13.00", "13.30"),
        ("15.00", "13.30"),  # after the last
        ("23.59", "13.30"),
    ],
)
def test_present_session_follows_the_clock(batch, clock, expected):
    times = [("08.00", "09.30"), ("09.45", "11.15"), ("13.30", "15.00")]
    rows = [session(batch, start, end) for start, end in times]
    assert sessions.present_session(rows, at(clock)).starts_at == at(expected)


@pytest.mark.parametrize(
    ("clock", "expected"), [("08.30", "A"), ("09.00", "B"), ("09.40", "B"), ("10.00", "A"), ("10.30", "A")]
)
def test_of_sessions_that_overlap_the_latest_begun_is_meant(batch, clock, expected):
    rows = [session(batch, "08.00", "12.00", room="A"), session(batch, "09.00", "10.00", room="B")]
    assert sessions.present_session(rows, at(clock)).room == expected


def test_of_sessions_that_begin_together_the_first_is_meant(batch):
    rows = [session(batch, "08.00", "09.30", room=room) for room in "AB"]
    assert sessions.present_session(rows, at("08.10")).room == "A"


def test_closing_gives_way_to_the_next(batch):
    rows = [session(batch, "08.00", "09.30", closed="09.00"), session(batch, "09.45", "11.15")]
    assert sessions.present_session(rows, at("09.10")) is rows[1]


def test_when_all_are_closed_the_last_is_meant(batch):
    rows = [session(batch, "08.00", "09.30", closed="09.00"), session(batch, "09.45", "11.15", closed="10.00")]
    assert sessions.present_session(rows, at("10.10")) is rows[1]


def test_day_without_sessions_has_no_present_one(batch):
    assert sessions.present_session([session(batch, "08.00", "09.30")], at("08.00", day=12)) is None


@pytest.mark.parametrize(("clock", "is_meant"), [("00.30", True), ("01.00", False)])
def test_session_past_midnight_is_meant_until_it_ends(batch, clock, is_meant):
    late = SessionFactory.build(angkatan=batch, starts_at=at("22.00"), ends_at=at("01.00", day=12))
    assert (sessions.present_session([late], at(clock, day=12)) is late) is is_meant


@pytest.mark.parametrize(("day", "expected"), [(10, 11), (12, 11), (13, 13), (15, 13)])
def test_on_other_days_the_nearest_is_shown(batch, day, expected):
    rows = [session(batch, "08.00", "09.30"), session(batch, "08.00", "09.30", day=13)]
    assert sessions.nearest_session(rows, at("08.00", day)).day.day == expected


def test_without_sessions_none_is_near():
    assert sessions.nearest_session([], at("08.00")) is None


@pytest.mark.parametrize(("clock", "day", "expected"), [("08.10", 11, 11), ("09.30", 11, 13), ("09.30", 13, None)])
def test_next_session_comes_on_whatever_day(batch, clock, day, expected):
    rows = [session(batch, "08.00", "09.30"), session(batch, "08.00", "09.30", day=13)]
    found = sessions.next_session(rows, at(clock, day))
    assert (found.day.day if found else None) == expected


def test_next_session_is_the_one_that_is_meant_while_it_lasts(batch):
    rows = [session(batch, "08.00", "12.00", room="A"), session(batch, "09.00", "10.00", room="B")]

    assert sessions.next_session(rows, at("09.40")).room == "B"
    assert sessions.next_session(rows, at("09.40", 10)).room == "A"


@pytest.mark.parametrize("clock", ["06.00", "07.30", "09.29", "09.30", "09.50", "12.00", "15.30", "20.00"])
def test_desk_board_and_recap_mean_the_same(door, person, organiser, clock):
    for start, end in (("09.45", "11.15"), ("13.30", "15.00")):
        SessionFactory(angkatan=door.session.angkatan, starts_at=at(start), ends_at=at(end))
    slug = door.session.angkatan.slug
    with time_machine.travel(at(clock), tick=False):
        desk, board, recap = (organiser.get(reverse(name, args=[slug])) for name in ("desk", "board", "recap"))
    meant = {board.context["board"].focus.session, recap.context["chosen"]}
    assert [reverse("desk_session", args=[slug, one.pk]) for one in meant] == [desk["Location"]]
