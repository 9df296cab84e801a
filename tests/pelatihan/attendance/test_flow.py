"""By which desk and when people came: sums of a minute, a desk and a means."""

import uuid
from datetime import timedelta

import pytest

from pelatihan.accounts.actor import SYSTEM, staff
from pelatihan.attendance import flow, marking
from pelatihan.attendance.flow import Arrived
from pelatihan.attendance.locked import Scan
from pelatihan.attendance.marking import Mark
from pelatihan.attendance.writer import record
from pelatihan.models import Session
from tests.factories import UserFactory, a_registration
from tests.pelatihan.door import at


def arrived(clock: str, number: int = 1, desk: str = "HP lobi", means: str = "Kode", day: int = 11) -> Arrived:
    return Arrived(at(clock, day), desk, means, number, at(clock, day) + timedelta(seconds=20))


def heights(shown: flow.Flow) -> list[tuple[int, int, int]]:
    return [(span.number, span.height, span.gap) for span in shown.spans]


def test_minutes_in_which_nobody_came_stand_between():
    shown = flow.summed([arrived("08.00", 4), arrived("08.02", 1), arrived("08.00", 1, desk="Rina")])
    assert (shown.minutes, heights(shown)) == (1, [(5, 100, 0), (0, 0, 100), (1, 20, 80)])
    assert (shown.spans[0].at, shown.ends_at) == (at("08.00"), at("08.03"))


@pytest.mark.parametrize(
    ("first", "last", "minutes", "spans"),
    [
        ("08.00", "08.00", 1, 1),
        ("08.00", "08.39", 1, 40),
        ("08.00", "08.40", 2, 21),
        ("07.03", "09.31", 5, 31),
        ("08.00", "11.20", 10, 21),
        ("08.00", "14.39", 10, 40),
        ("08.00", "14.40", 15, 27),
        ("07.00", "23.59", 30, 34),
        ("00.00", "23.59", 60, 24),
    ],
)
def test_spans_grow_with_the_time_they_fill(first, last, minutes, spans):
    shown = flow.summed([arrived(first), arrived(last)])
    assert (shown.minutes, len(shown.spans)) == (minutes, spans)
    assert sum(span.number for span in shown.spans) == 2


def test_wider_spans_begin_at_the_full_hour():
    shown = flow.summed([arrived("07.03"), arrived("09.31")])
    assert (shown.spans[0].at, shown.ends_at) == (at("07.00"), at("09.35"))


def test_a_time_of_another_year_does_not_make_a_thousand_spans():
    shown = flow.summed(
        [arrived("08.00", day=1) for _ in range(3)]
        + [Arrived(at("08.00").replace(year=2025), "x", "Kode", 1, at("08.00"))]
    )
    assert (shown.minutes, len(shown.spans)) == (1440, flow.MOST_SPANS)


def test_busiest_is_the_first_of_those_alike():
    assert flow.summed([arrived("08.00"), arrived("08.01", 3), arrived("08.05", 3)]).busiest.at == at("08.01")


def test_nobody_has_no_spans():
    assert flow.summed([]) == flow.Flow([], [], 1)


def test_desks_stand_by_how_many_came_with_their_means_and_the_last():
    shown = flow.summed([
        arrived("08.00", 2), arrived("08.09", 1, means="Nama"), arrived("08.01", 2), arrived("08.30", 7, "Meja 2"),
        arrived("08.03", 5, "Rina"),
    ])  # fmt: skip
    assert [(desk.name, desk.number, desk.means) for desk in shown.desks] == [
        ("Meja 2", 7, [("Kode", 7)]),
        ("HP lobi", 5, [("Kode", 4), ("Nama", 1)]),
        ("Rina", 5, [("Kode", 5)]),
    ]
    assert shown.desks[1].last_at == at("08.09") + timedelta(seconds=20)


def test_many_desks_are_named_in_part():
    shown = flow.summed([arrived("08.00", 20 - place, desk=f"Meja {place}") for place in range(flow.MOST_DESKS + 2)])
    assert (len(shown.named), shown.others) == (flow.MOST_DESKS, 8 + 7)


def test_desk_is_called_by_its_label_or_by_who_is_logged_in(door, django_assert_num_queries):
    door.scan(a_registration(door.session.angkatan), "08.00")
    session = Session.objects.select_related("angkatan").get(pk=door.session.pk)
    people = [a_registration(session.angkatan) for _ in range(2)]
    rina = UserFactory(role="panitia", first_name="Rina", last_name="Kartika")
    record(session, [Scan(uuid.uuid4(), at("08.40"), code=people[0].code)], actor=staff(rina, "meja"), at=at("08.40"))
    record(session, [Scan(uuid.uuid4(), at("08.41"), code=people[1].code)], actor=SYSTEM, at=at("08.41"))
    with django_assert_num_queries(1):
        shown = flow.of(session)
    names = {desk.name for desk in shown.desks}
    assert names == {door.officer.get_full_name() or door.officer.username, "Rina Kartika", "Kode"}


def test_who_left_early_came_and_who_is_excused_did_not(door):
    came, excused = (a_registration(door.session.angkatan) for _ in range(2))
    door.scan(came, "08.00")
    session = Session.objects.select_related("angkatan").get(pk=door.session.pk)
    seen = session.attendances.get().event_id
    marks = [
        Mark(uuid.uuid4(), came.ref, "left", seen, "Dipanggil kantor", at("08.30")),
        Mark(uuid.uuid4(), excused.ref, "excused", None),
    ]
    done = marking.mark_many(session, marks, actor=SYSTEM, at=at("08.45"))
    assert [one.refusal for one in done] == ["", ""]
    assert [(span.at, span.number) for span in flow.of(session).spans] == [(at("08.00"), 1)]
