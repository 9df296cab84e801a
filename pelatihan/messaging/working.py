"""What a worker does: sends what is due and carries out long acts, in turns, until nothing is left.

In turns, because a long act must not hold up the code that somebody waits for, nor a thousand letters a long act.
"""

import time
from collections.abc import Callable

from django.utils import timezone

from pelatihan.jobs import tasks
from pelatihan.messaging import outbox

TURN_SECONDS = 5.0


def work(is_ending: Callable[[], bool] = lambda: False) -> int:
    """Until nothing is due, or until told to end; how many things were taken up."""
    tasks.forget_old(timezone.now())
    count = 0
    while not is_ending():
        done = outbox.send_due(_turn(is_ending)) + tasks.carry_out_ready(_turn(is_ending))
        if not done:
            break
        count += done
    return count


def _turn(is_ending: Callable[[], bool]) -> Callable[[], bool]:
    over = time.monotonic() + TURN_SECONDS
    return lambda: is_ending() or time.monotonic() > over
