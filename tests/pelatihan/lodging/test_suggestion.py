"""Who could sleep where."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pelatihan.lodging.house import House, Lodger, Room
from pelatihan.lodging.suggestion import NO_BED, SEX_UNKNOWN, Suggestion, share, suggest
from pelatihan.models import Bedroom, Stay


def a_house(rooms: list[tuple[int, bool, str]], people: list[tuple[str, str, bool]]) -> House:
    """Rooms are (beds, easy to reach, sex of one who lies there already), people (sex, organisation, needs)."""
    made = []
    for number, (beds, is_near, sex) in enumerate(rooms, start=1):
        lying = [Lodger(f"x{number}", "", "Lama", "", "Alfa", sex, stay=Stay(sex=sex, bed=1))] if sex else []
        made.append(Room(Bedroom(pk=number, name=str(number), beds=beds, is_near=is_near), lying))
    without = [
        Lodger(f"p{number}", "", f"Nama {number}", "", body, sex, has_needs=needs)
        for number, (sex, body, needs) in enumerate(people)
    ]
    return House(made, without, [], [])


def by_room(made: Suggestion) -> dict[int, list[str]]:
    rooms: dict[int, list[str]] = {}
    for one, room in made.places:
        rooms.setdefault(room, []).append(one.body)
    return rooms


HOUSES = st.builds(
    a_house,
    st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.sampled_from(["", "", "L", "P"])), max_size=12),
    st.lists(st.tuples(st.sampled_from(["L", "P", ""]), st.sampled_from("ABCD"), st.booleans()), max_size=30),
)


@given(HOUSES, st.booleans())
def test_whatever_the_house_nobody_is_lost_mixed_or_laid_on_top_of_another(now, together):
    made = suggest(now, together=together)

    assert Counter(one.key for one in [*(one for one, _ in made.places), *(one for one, _ in made.left)]) == Counter(
        one.key for one in now.without
    )
    for room in now.rooms:
        here = [one for one, key in made.places if key == room.bedroom.pk]
        assert len(here) <= room.free
        assert len({one.known_sex for one in here} | {one.sex for one in room.people}) <= 1
    for one, reason in made.left:
        assert reason == (NO_BED if one.known_sex else SEX_UNKNOWN)
    taken = Counter(room for _, room in made.places)
    open_to = {
        room.sex or next((one.known_sex for one, key in made.places if key == room.bedroom.pk), "any")
        for room in now.rooms
        if room.free > taken[room.bedroom.pk]
    }
    assert not any(one.known_sex in open_to or "any" in open_to for one, reason in made.left if reason == NO_BED)
    assert suggest(now, together=together) == made


@given(st.lists(st.integers(1, 5), max_size=7), st.integers(0, 12), st.integers(0, 12))
def test_empty_rooms_are_shared_so_that_most_have_a_bed(sizes, first, second):
    def placed(taken) -> int:
        beds = sum(size for size, takes in zip(sizes, taken, strict=True) if takes)
        return min(first, beds) + min(second, sum(sizes) - beds)

    best = max(map(placed, product([False, True], repeat=len(sizes))))
    assert placed(share(sizes, first, second)) == best


def test_who_has_needs_comes_first_and_near():
    now = a_house(
        [(2, False, ""), (2, True, ""), (2, False, "")], [("P", "A", False), ("P", "B", False), ("P", "C", True)]
    )
    made = suggest(now, together=False)
    assert {one.body: room for one, room in made.places}["C"] == 2


def test_needs_are_met_elsewhere_when_no_room_is_near():
    made = suggest(a_house([(1, False, "")], [("L", "A", True)]), together=False)
    assert [room for _, room in made.places] == [1]


def test_a_bed_is_given_to_needs_before_others():
    made = suggest(a_house([(1, False, "")], [("L", "A", False), ("L", "B", True)]), together=False)
    assert [one.body for one, _ in made.places] == ["B"]


PAIRS = [("P", body, False) for body in "AAABBBCC"]


def test_organisations_are_mixed():
    rooms = by_room(suggest(a_house([(2, False, "")] * 4, PAIRS), together=False))
    assert all(len(set(bodies)) == 2 for bodies in rooms.values())


def test_organisations_stay_together():
    rooms = by_room(suggest(a_house([(2, False, "")] * 4, PAIRS), together=True))
    assert sorted(len(set(bodies)) for bodies in rooms.values()) == [1, 1, 1, 2]


@pytest.mark.parametrize(("together", "body"), [(True, "Alfa"), (False, "Beta")])
def test_who_lies_there_already_counts(together, body):
    now = a_house([(2, False, "L")], [("L", "Beta", False), ("L", "Beta", False), ("L", "Alfa", False)])
    assert by_room(suggest(now, together=together)) == {1: [body]}


def test_started_rooms_fill_up_before_empty_ones_are_opened():
    now = a_house([(2, False, ""), (2, False, "L")], [("L", "A", False)])
    assert by_room(suggest(now, together=False)) == {2: ["A"]}


def test_a_thousand_people_are_placed():
    people = [("LP"[number % 2], f"Ormas {number % 300}", number % 50 == 0) for number in range(1000)]
    made = suggest(a_house([(2, number < 20, "") for number in range(500)], people), together=True)
    assert (len(made.places), made.left) == (1000, [])
