"""Two hundred people check themselves in within two minutes, all through the one address of their hotel.

They do not come evenly: half of them within the first half minute after somebody says "silakan pindai". ``SECONDS=20
python -m bench hotel`` is a short run, with the same people in less time.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Sequence

from bench.clients import Run
from bench.own_phone import RECORDED, Phone, delegates
from bench.site import Site
from bench.tables import table
from pelatihan.models import AttendanceEvent, Registration, Session

PEOPLE = 200
SECONDS = float(os.environ.get("SECONDS", "120"))
AT_ONCE = 16  # of those who come as fast as they are answered
AIM_MS, AIM_CPU_MS = 300, 15

type Came = Callable[[Registration], Phone]


def measure(site: Site) -> str:
    """A table: who is known by the cookie, and who types code and phone; spread over two minutes, and at once."""
    world = delegates(PEOPLE, number=90, sessions=5)
    first, *sessions = world.sessions
    _all_at_once(site, first, world.people[:40], lambda person: Phone(site.port, [person]))  # to warm up
    rows = []
    for who, came in (
        ("known by the cookie: one tap", lambda person: Phone(site.port, [person])),
        ("not yet known: code and phone", lambda person: Phone(site.port)),
    ):
        for how, all_of in (("", _over_two_minutes), (f", {AT_ONCE} at once", _all_at_once)):
            session, before = sessions.pop(), site.cpu()
            opened, tapped, shown, seconds = all_of(site, session, world.people, came)
            cpu = (site.cpu() - before) / PEOPLE * 1000
            rows.append(_row(f"{who}{how}", seconds, cpu, opened, tapped, shown))
            _check(session)
    head = [
        "who", "all in after", "server CPU each", "aim", "page: median", "p95", "tap: median", "p95", "slowest", "aim",
        "answer shown: p95",
    ]  # fmt: skip
    return table(f"{PEOPLE} people check themselves in through one address ({SECONDS:.0f} s)", head, rows)


def _row(who: str, seconds: float, cpu: float, opened: Run, tapped: Run, shown: Run) -> list[str]:
    return [
        who, f"{seconds:.0f} s", f"{cpu:.1f} ms", f"≤ {AIM_CPU_MS} ms", _ms(opened.median), _ms(opened.slow),
        _ms(tapped.median), _ms(tapped.slow), _ms(max(tapped.times)), f"p95 ≤ {AIM_MS} ms", _ms(shown.slow),
    ]  # fmt: skip


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _over_two_minutes(
    site: Site, session: Session, people: Sequence[Registration], came: Came
) -> tuple[Run, Run, Run, float]:
    """Each at a moment of their own, half of them in the first quarter of the time."""
    chance = random.Random(len(people))
    moments = sorted(chance.betavariate(1, 2.4) * SECONDS for _ in people)
    return _play(session, people, came, dict(zip([one.pk for one in people], moments, strict=True)))


def _all_at_once(
    site: Site, session: Session, people: Sequence[Registration], came: Came
) -> tuple[Run, Run, Run, float]:
    return _play(session, people, came, {}, at_once=AT_ONCE)


def _play(
    session: Session, people: Sequence[Registration], came: Came, moments: dict[int, float], at_once: int = 0
) -> tuple[Run, Run, Run, float]:
    """How long pages, taps and answers took, and the seconds until the last was in."""
    times: dict[str, list[float]] = {"open": [], "tap": [], "read": []}
    failed: list[BaseException] = []
    room = threading.Semaphore(at_once or len(people))
    started = time.perf_counter()

    def come(person: Registration) -> None:
        try:
            with room:
                phone = came(person)
                before = time.perf_counter()
                page = phone.open(session)
                opened = time.perf_counter()
                answer = phone.tap(page, session, person)
                tapped = time.perf_counter()
                told = phone.read(answer)
                for name, seconds in (
                    ("open", opened - before), ("tap", tapped - opened), ("read", time.perf_counter() - tapped),
                ):  # fmt: skip
                    times[name].append(seconds)
                phone.close()
            if told != RECORDED:
                raise RuntimeError(f"{person.pk} reads that nothing is recorded")
        except BaseException as problem:
            failed.append(problem)

    threads = []
    for person in people:
        time.sleep(max(0.0, started + moments.get(person.pk, 0.0) - time.perf_counter()))
        threads.append(threading.Thread(target=come, args=[person], daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join(60)
    seconds = time.perf_counter() - started
    if failed:
        raise RuntimeError(f"{len(failed)} of {len(people)} did not get in.") from failed[0]
    return *(Run(times[name], seconds) for name in ("open", "tap", "read")), seconds  # type: ignore[return-value]


def _check(session: Session) -> None:
    """:raises RuntimeError: not everybody is in, each once, by their own phone"""
    own = AttendanceEvent.objects.filter(session=session, means="self", kind="check_in")
    numbers = own.count(), session.attendances.came().count(), own.values("phone").distinct().count()
    if numbers != (PEOPLE, PEOPLE, PEOPLE):
        raise RuntimeError(f"{numbers} instead of {PEOPLE}: the figures would be worthless.")
