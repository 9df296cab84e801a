"""Self check-in by two phones at once, one phone for four people, and servers killed meanwhile; closing a session too.

``ROUNDS=5 python -m bench own-phones`` is a short run.
"""

import http.client
import os
import random
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import batched

from django.db import connections
from django.db.models import Count
from django.urls import reverse

from bench import own_phone
from bench.clients import Client
from bench.own_phone import RECORDED, Delegates, Phone
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan.attendance import rules
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, Registration, Session

ROUNDS = int(os.environ.get("ROUNDS", "40"))  # of each
PEOPLE = 400
A_BURST, PHONES = 48, 8
AGAIN = (0.05, 0.3)  # seconds until somebody taps again
LONGEST = 120.0
CROWD = 1_000  # turned into absent by closing
MOST_A_PHONE = 3


def measure(site: Site) -> str:
    """Two tables: what meets, and what is killed."""
    sessions = -(-ROUNDS // PEOPLE) + -(-ROUNDS * 4 // PEOPLE) + 2 * -(-ROUNDS * A_BURST // PEOPLE)
    world = own_phone.delegates(PEOPLE, number=85, sessions=sessions)
    places = iter([(session, person) for session in world.sessions for person in world.people])
    met = [
        ["one person by two phones at once", *_met(_two_phones(site, *next(places)) for _ in range(ROUNDS))],
        ["one phone, four people at once", *_met(_four_people(site, world, number) for number in range(ROUNDS))],
    ]
    head = ["what meets", "rounds", "as it should be", "anything else"]
    text = table("Self check-in, when things meet", head, met)
    killed = []
    for name, fault in (("one of the workers killed", Site.kill_worker), ("PostgreSQL killed", Site.kill_database)):
        session = world.sessions.pop()
        rounds = [_burst(site, fault, session, some) for some in batched(_enough(world.people), A_BURST)]
        killed.append([f"self check-in: {name}", *_summed(rounds)])
    for name, fault in (("one of the workers killed", Site.kill_worker), ("PostgreSQL killed", Site.kill_database)):
        killed.append([f"“Tutup sesi” of {CROWD:,}: {name}", *_summed(_closings(site, fault))])
    head = ["what is killed", "rounds", "acknowledged", "tries", "lost", "doubled"]
    return f"{text}\n{table('Killed in the middle, and tried again until it is answered', head, killed)}"


def _met(rounds: Iterable[bool]) -> list[str]:
    done = list(rounds)
    return [str(len(done)), str(sum(done)), str(len(done) - sum(done))]


def _enough(people: Sequence[Registration]) -> list[Registration]:
    """Those of one session, as many as there are rounds for."""
    return list(people[: min(len(people), ROUNDS * A_BURST)])


# ---- What meets ----------------------------------------------------------------------------------


def _at_once(acts: Sequence[Callable[[], object]]) -> None:
    """All of them at the same moment, as nearly as it can be had."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        act()

    threads = [threading.Thread(target=run, args=[act], daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def _two_phones(site: Site, session: Session, person: Registration) -> bool:
    """Both phones say that the person is in; there is one check-in."""
    phones = [Phone(site.port, [person]) for _ in range(2)]
    pages, told = [phone.open(session) for phone in phones], list[str]()

    def tap(place: int) -> None:
        told.append(phones[place].read(phones[place].tap(pages[place], session, person)))

    _at_once([partial(tap, place) for place in range(2)])
    theirs = AttendanceEvent.objects.filter(session=session, registration=person)
    counted = Attendance.objects.filter(session=session, registration=person, state__in=sorted(rules.CAME))
    return told == [RECORDED] * 2 and theirs.filter(kind="check_in").count() == 1 and counted.count() == 1


def _four_people(site: Site, world: Delegates, number: int) -> bool:
    """Three are in, the fourth reads that they are not, and the database holds places 1, 2 and 3."""
    people = world.people[number * 4 % PEOPLE :][:4]
    session = world.sessions[number * 4 // PEOPLE + 1 + ROUNDS // PEOPLE]
    first = Phone(site.port, people).known_before()
    page = first.open(session)
    phones, told = [first, *(first.twin() for _ in people[1:])], list[str]()

    def tap(place: int) -> None:
        phone = phones[place]
        told.append(phone.read(phone.tap(page, session, people[place], key=str(uuid.uuid4()))))

    _at_once([partial(tap, place) for place in range(4)])
    own = AttendanceEvent.objects.filter(session=session, registration__in=people)
    places = sorted(own.filter(kind="check_in").values_list("phone_place", flat=True), key=str)
    inside = Attendance.objects.filter(session=session, registration__in=people).came().count()
    return (
        Counter(told) == {RECORDED: MOST_A_PHONE, "alert": 1}
        and places == list(range(1, MOST_A_PHONE + 1))
        and inside == MOST_A_PHONE
    )


# ---- What is killed ------------------------------------------------------------------------------

type Found = tuple[int, int, int, int]  # acknowledged, tries, lost, doubled


def _summed(rounds: Iterable[Found]) -> list[str]:
    every = list(rounds)
    return [str(len(every)), *(f"{sum(numbers):,}" for numbers in zip(*every, strict=True))]


def _burst(site: Site, fault: Callable[[Site], None], session: Session, people: Sequence[Registration]) -> Found:
    """People tap until they read that they are in, each with one form; something is killed meanwhile."""
    waiting, done, tries = list(people), list[Registration](), [0]
    turn = threading.Lock()

    def work() -> None:
        while True:
            with turn:
                if not waiting:
                    return
                person = waiting.pop()
            needed = _until_in(site, session, person)
            with turn:
                tries[0] += needed
                done.append(person)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(PHONES)]
    for thread in threads:
        thread.start()
    share = random.uniform(0.1, 0.8) * len(people)
    deadline = time.monotonic() + LONGEST
    while len(done) < share and time.monotonic() < deadline:
        time.sleep(0.002)
    fault(site)
    for thread in threads:
        thread.join(LONGEST)
    if len(done) < len(people):
        raise RuntimeError(f"{len(done)} of {len(people)} are in.")
    sys.stderr.write(".")
    return len(done), tries[0], *_lost_and_doubled(session, done)


def _until_in(site: Site, session: Session, person: Registration) -> int:
    """Taps of the one form until the answer says that the person is in; the number of tries."""
    key, deadline, tries = str(uuid.uuid4()), time.monotonic() + LONGEST, 0
    phone = Phone(site.port, [person]).known_before()
    while time.monotonic() < deadline:
        tries += 1
        with suppress(OSError, http.client.HTTPException, RuntimeError):
            page = phone.open(session)
            if phone.read(phone.tap(page, session, person, key=key)) == RECORDED:
                return tries
        phone.close()
        time.sleep(random.uniform(*AGAIN))
    raise TimeoutError("Somebody never got in.")


def _lost_and_doubled(session: Session, people: Sequence[Registration]) -> tuple[int, int]:
    connections.close_all()  # the database may have been killed since
    theirs = AttendanceEvent.objects.filter(session=session, registration__in=people, kind="check_in")
    inside = Attendance.objects.filter(session=session, registration__in=people).came().count()
    came = theirs.order_by().values("registration").annotate(number=Count("pk"))
    return len(people) - min(came.count(), inside), came.filter(number__gt=1).count()


def _closings(site: Site, fault: Callable[[Site], None]) -> list[Found]:
    """Each round closes a session of a thousand while something is killed; pressed again until it is closed."""
    batch, rundown = crowded_batch(CROWD, number=84 if fault is Site.kill_worker else 83, sessions=ROUNDS)
    client = Client(site.port)
    client.log_in("panitia")
    return [_close(site, fault, client, batch, session) for session in rundown]


def _close(site: Site, fault: Callable[[Site], None], client: Client, batch: Angkatan, session: Session) -> Found:
    """Lost: who is neither absent nor in. Doubled: whom the closing marked twice."""
    path, tries = reverse("desk_close", args=[batch.slug, session.pk]), list[int]()

    def press() -> None:
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                tries.append(client.post(path, {}).status)
                if tries[-1] == 302:
                    return
            client.close()
            time.sleep(random.uniform(*AGAIN))

    clerk = threading.Thread(target=press, daemon=True)
    clerk.start()
    time.sleep(random.uniform(0.0, 0.25))
    fault(site)  # by this thread: what it starts anew ends with the thread that started it
    clerk.join(LONGEST)
    connections.close_all()
    marks = AttendanceEvent.objects.filter(session=session, means="closing")
    absent = Attendance.objects.filter(session=session, state="absent").count()
    is_closed = Session.objects.filter(pk=session.pk, closed_at__isnull=False).exists()
    each = marks.order_by().values("registration").annotate(number=Count("pk"))
    sys.stderr.write(".")
    return int(is_closed), len(tries), CROWD - absent, each.filter(number__gt=1).count()
