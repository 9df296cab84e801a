"""The queue before the typesetter: places, order, and locks that end with their process."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from pelatihan.web import turns
from pelatihan.web.turns import NoPlace, Turn

HOLDER = """
import sys; from pathlib import Path; from pelatihan.web.turns import Turn
with Turn(Path(sys.argv[1])):
    print("in", flush=True)
    input()
"""


def test_first_comer_need_not_wait(queue):
    with Turn(queue) as turn:
        turn.wait(0)

        assert turn.number == 0


def test_later_comers_stand_behind(queue):
    with Turn(queue) as first, Turn(queue) as second, Turn(queue) as third:
        assert [turn.number for turn in (first, second, third)] == [0, 1, 2]


def test_full_queue_refuses_and_counts(queue, full_queue):
    with pytest.raises(NoPlace) as refused, Turn(queue):
        pass

    assert refused.value.ahead == 3


def test_place_is_free_after_leaving(queue, full_queue):
    full_queue.close()

    with Turn(queue) as turn:
        assert turn.number == 0


def test_waiting_ends_with_how_many_are_ahead(queue):
    with Turn(queue), Turn(queue), Turn(queue) as last, pytest.raises(NoPlace) as refused:
        last.wait(0)

    assert refused.value.ahead == 2


def test_who_came_first_goes_first(queue):
    served = []

    def go(name: str, turn: Turn, leave: ExitStack) -> None:
        with leave:
            turn.wait(10)
            served.append(name)

    with Turn(queue) as working, ThreadPoolExecutor() as pool:
        waiting = []
        for name in ("second", "third"):
            leave = ExitStack()
            waiting.append((name, leave.enter_context(Turn(queue)), leave))
        done = [pool.submit(go, *one) for one in reversed(waiting)]
        working.__exit__(None, None, None)
        for one in done:
            one.result()

    assert served == ["second", "third"]


def test_two_work_at_once_where_there_are_cores(queue, monkeypatch):
    monkeypatch.setattr(turns, "AT_ONCE", 2)
    with Turn(queue) as first, Turn(queue) as second, Turn(queue) as third:
        second.wait(0)
        first.__exit__(None, None, None)
        third.wait(0)

        assert (second.number, third.number) == (1, 0)


def test_place_of_a_killed_process_is_free(queue):
    with ExitStack() as stack:
        holders = [
            stack.enter_context(
                subprocess.Popen([sys.executable, "-c", HOLDER, queue], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            )
            for _ in range(3)
        ]
        for one in holders:
            stack.callback(one.kill)
        assert [one.stdout.readline() for one in holders] == [b"in\n"] * 3
        with pytest.raises(NoPlace), Turn(queue):
            pass
        for one in holders:
            one.kill()
            one.wait()

    with Turn(queue) as turn:
        assert turn.number == 0
