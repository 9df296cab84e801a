"""Limits count in the database, exactly, and keep nobody's address."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection

from pelatihan.models import Tries
from pelatihan.web.limits import HOUR, Limit, Tally, TooMany, address_of
from tests.factories import NOON


def allow(scope: str, key: str, most: int, period: int) -> bool:
    return Limit(scope, most, period).take(key).passes


@pytest.mark.django_db
def test_next_window_counts_anew():
    with time_machine.travel(NOON, tick=False) as clock:
        first = [allow("phone", "10.0.0.1", 2, 60) for _ in range(3)]
        clock.shift(60)
        again = allow("phone", "10.0.0.1", 2, 60)

    assert (first, again) == ([True, True, False], True)


@pytest.mark.django_db
def test_window_begins_with_the_first_try():
    """Not at the full hour: else twice as many pass around it."""
    with time_machine.travel(NOON, tick=False) as clock:
        clock.shift(59)
        first = [allow("phone", "10.0.0.1", 2, 60) for _ in range(2)]
        clock.shift(30)

        assert [*first, allow("phone", "10.0.0.1", 2, 60)] == [True, True, False]


@pytest.mark.django_db
def test_what_is_given_back_did_not_count():
    limit = Limit("phone", 1, HOUR)
    limit.take("10.0.0.1")
    limit.give_back("10.0.0.1")
    limit.give_back("10.0.0.1")

    assert limit.count("10.0.0.1") == 0
    assert [limit.take("10.0.0.1").passes for _ in range(2)] == [True, False]
    limit.forget("10.0.0.1")
    assert limit.take("10.0.0.1").passes


@pytest.mark.django_db
def test_a_try_is_one_question(django_assert_num_queries):
    allow("phone", "10.0.0.1", 9, HOUR)
    with django_assert_num_queries(1):
        allow("phone", "10.0.0.1", 9, HOUR)


@pytest.mark.django_db
def test_scopes_and_keys_count_apart():
    assert allow("phone", "10.0.0.1", 1, HOUR)
    assert allow("phone", "10.0.0.2", 1, HOUR)
    assert allow("code", "10.0.0.1", 1, HOUR)
    assert not allow("code", "10.0.0.1", 1, HOUR)


@pytest.mark.django_db
def test_table_keeps_no_address():
    allow("phone", "10.0.0.1", 1, HOUR)

    assert "10.0.0.1" not in Tries.objects.get().key


@pytest.mark.django_db
def test_expired_counters_are_cleared_on_the_way():
    with time_machine.travel(NOON, tick=False) as clock:
        allow("phone", "10.0.0.1", 1, 60)
        clock.shift(3600)
        allow("phone", "10.0.0.2", 1, 60)

    assert Tries.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_exactly_the_limit_passes_among_threads():
    def try_once(_):
        try:
            return allow("phone", "10.0.0.1", 10, HOUR)
        finally:
            connection.close()

    with time_machine.travel(NOON, tick=True), ThreadPoolExecutor(40) as people:
        passed = list(people.map(try_once, range(40)))

    assert passed.count(True) == 10


@pytest.mark.django_db
def test_count_that_cannot_be_read_is_no_answer():
    def refuse(*args: object) -> None:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse), pytest.raises(OperationalError):
        allow("phone", "10.0.0.1", 10, HOUR)


# ---- What is told --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_tally_tells_how_often_and_until_when():
    limit = Limit("phone", 2, 60)
    with time_machine.travel(NOON, tick=False) as clock:
        assert limit.take("10.0.0.1") == Tally(1, NOON + timedelta(seconds=60), passes=True)
        clock.shift(30)
        assert limit.take("10.0.0.1") == Tally(2, NOON + timedelta(seconds=60), passes=True)
        assert limit.take("10.0.0.1") == Tally(3, NOON + timedelta(seconds=60), passes=False)
        assert (limit.count("10.0.0.1"), limit.count("10.0.0.2")) == (3, 0)
        clock.shift(30)
        assert limit.count("10.0.0.1") == 0


@pytest.mark.django_db
def test_counter_that_ends_now_is_cleared_and_one_that_lasts_stays():
    with time_machine.travel(NOON, tick=False) as clock:
        Limit("short", 1, 60).take("10.0.0.1")
        Limit("long", 1, 61).take("10.0.0.1")
        clock.shift(60)
        Limit("other", 1, 60).take("10.0.0.1")
        Limit("other", 1, 60).take("10.0.0.1")

        assert sorted(key.partition(":")[0] for key in Tries.objects.values_list("key", flat=True)) == ["long", "other"]


@pytest.mark.django_db
def test_giving_back_and_forgetting_touch_one_key_only():
    limit = Limit("phone", 9, HOUR)
    for _ in range(3):
        limit.take("10.0.0.1")
        limit.take("10.0.0.2")
    limit.give_back("10.0.0.1")
    assert (limit.count("10.0.0.1"), limit.count("10.0.0.2")) == (2, 3)

    limit.forget("10.0.0.1")
    assert (limit.count("10.0.0.1"), limit.count("10.0.0.2")) == (0, 3)


def test_key_is_hashed_with_the_site_s_secret(settings):
    limit = Limit("phone", 1, HOUR)
    here = limit._hashed("10.0.0.1")
    settings.SECRET_KEY = "another"

    assert (here[:6], len(here), here[6:] == limit._hashed("10.0.0.1")[6:]) == ("phone:", 70, False)
    assert Limit("code", 1, HOUR)._hashed("1")[5:] != Limit("phone", 1, HOUR)._hashed("1")[6:]


def test_too_many_waits_a_second_at_least_and_says_what_it_was_told():
    told = TooMany(0.2, "Terlalu sering.", "Tunggu sebentar.")

    assert (told.seconds, told.reason, told.advice) == (1, str(told), "Tunggu sebentar.")
    assert told.reason == "Terlalu sering."
    assert (TooMany(90).seconds, TooMany(90).reason, TooMany(90).advice) == (90, "", "")


def test_place_that_is_not_known_is_counted_as_one(rf):
    assert address_of(rf.get("/", REMOTE_ADDR="192.0.2.1")) == "192.0.2.1"
    assert address_of(rf.get("/", REMOTE_ADDR="")) == ""


def test_hour_has_its_seconds():
    assert HOUR == 3600
