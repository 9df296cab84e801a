"""Several who do something at once, and one who waits for another."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from pelatihan.models import Registration


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """What each came to, all having begun at the same moment."""
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        try:
            gate.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))


def waits() -> bool:
    """Whether somebody waits for a lock that we hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT true FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return cursor.fetchone() is not None


def until(condition: Callable[[], bool]) -> None:
    """Wait for it; ten seconds at most."""
    patience = threading.Event()
    for _ in range(1000):
        if condition():
            return
        patience.wait(0.01)
    raise AssertionError("It never came to that.")


def beside[Result](act: Callable[[], Result], ours: Callable[[], Iterator[None]]) -> Result:
    """Start something that must wait for the locks that ``ours`` takes before its ``yield``.

    What it does after the ``yield`` happens while the other waits. Then our transaction ends, and the other's result
    is handed back.
    """

    def one() -> Result:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            steps = ours()
            next(steps)
            waiting = thread.submit(one)
            until(waits)
            next(steps, None)
        return waiting.result(timeout=10)


def held(*people: Registration) -> None:
    list(Registration.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in people]))
