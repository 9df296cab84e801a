"""Two hundred people check themselves in within two minutes, all through the one address of their hotel.

They do not come evenly: half of them within the first half minute after somebody says "silakan pindai". ``SECONDS=20
python -m bench hotel`` is a short run, with the same people in less time.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Sequence

from bench.clients import Answer, Run, run
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
    """Two tables, of who is known by the cookie and of who types code and phone: spread over two minutes; and each
    request for itself, as fast as they are answered.
    """
    world = delegates(PEOPLE, number=90, sessions=5)
    ways: dict[str, Came] = {
        "known by the cookie: one tap": lambda person: Phone(site.port, [person]),
        "not yet known: code and phone": lambda person: Phone(site.port),
    }
    first, *sessions = world.sessions
    _requests(site, first, world.people[:40], next(iter(ways.values())))  # to warm up
    spread = [_spread(site, sessions.pop(), world.people, way, came) for way, came in ways.items()]
    each: list[list[str]] = []
    for way, came in ways.items():
        each += [[way, *row] for row in _requests(site, sessions.pop(), world.people, came)]
    head = ["who", "all in after", "server CPU each", "aim", "page: p95", "tap: median", "p95", "slowest", "aim"]
    text = table(f"{PEOPLE} people check themselves in through one address within {SECONDS:.0f} s", head, spread)
    head = ["who", "request", "server CPU", "a second", "median", "p95"]
    return f"{text}\n{table(f'The same people as fast as they are answered, {AT_ONCE} at once', head, each)}"


def _spread(site: Site, session: Session, people: Sequence[Registration], way: str, came: Came) -> list[str]:
    """Each comes at a moment of their own, half of them in the first quarter of the time."""
    chance, opened, tapped = random.Random(len(people)), list[float](), list[float]()
    moments = sorted(chance.betavariate(1, 2.4) * SECONDS for _ in people)
    failed: list[BaseException] = []

    def come(person: Registration) -> None:
        try:
            phone = came(person)
            before = time.perf_counter()
            page = phone.open(session)
            opened.append(time.perf_counter() - before)
            answer = phone.tap(page, session, person)
            tapped.append(time.perf_counter() - before - opened[-1])
            _check_answer(phone.read(answer))
            phone.close()
        except BaseException as problem:
            failed.append(problem)

    threads, started, cpu = list[threading.Thread](), time.perf_counter(), site.cpu()
    for person, moment in zip(people, moments, strict=True):
        time.sleep(max(0.0, started + moment - time.perf_counter()))
        threads.append(threading.Thread(target=come, args=[person], daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join(60)
    seconds = time.perf_counter() - started
    if failed:
        raise RuntimeError(f"{len(failed)} of {len(people)} did not get in.") from failed[0]
    _check(session, len(people))
    pages, taps = Run(opened, seconds), Run(tapped, seconds)
    return [
        way, f"{seconds:.0f} s", f"{(site.cpu() - cpu) / len(people) * 1000:.1f} ms", f"≤ {AIM_CPU_MS} ms",
        _ms(pages.slow), _ms(taps.median), _ms(taps.slow), _ms(max(tapped)), f"p95 ≤ {AIM_MS} ms",
    ]  # fmt: skip


def _requests(site: Site, session: Session, people: Sequence[Registration], came: Came) -> list[list[str]]:
    """All open the page, then all tap, then all read the answer."""
    phones = {person.pk: came(person) for person in people}
    pages: dict[int, Answer] = {}
    answers: dict[int, Answer] = {}

    def open_(_: None, person: Registration) -> None:
        pages[person.pk] = phones[person.pk].open(session)

    def tap(_: None, person: Registration) -> None:
        answers[person.pk] = phones[person.pk].tap(pages[person.pk], session, person)

    def read(_: None, person: Registration) -> None:
        _check_answer(phones[person.pk].read(answers[person.pk]))

    rows = []
    for what, act in (("the page", open_), ("the tap", tap), ("what is read then", read)):
        before = site.cpu()
        ran = run([None] * AT_ONCE, people, act)
        cpu = (site.cpu() - before) / len(people) * 1000
        rows.append([what, f"{cpu:.1f} ms", f"{ran.rate:.0f}", _ms(ran.median), _ms(ran.slow)])
    for phone in phones.values():
        phone.close()
    _check(session, len(people))
    return rows


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _check_answer(told: str) -> None:
    if told != RECORDED:
        raise RuntimeError("Somebody reads that nothing is recorded.")


def _check(session: Session, people: int) -> None:
    """:raises RuntimeError: not everybody is in, each once, by a phone of their own"""
    own = AttendanceEvent.objects.filter(session=session, means="self", kind="check_in")
    numbers = own.count(), session.attendances.came().count(), own.values("phone").distinct().count()
    if numbers != (people,) * 3:
        raise RuntimeError(f"{numbers} instead of {people}: the figures would be worthless.")
