"""Killed with -9 in the middle of a burst, a web server or a database loses nothing that it has acknowledged.

What a killed process leaves in the kernel's memory is not lost with it; that the disk has it, PostgreSQL's own fsync
answers for (nothing here turns it off). ``ROUNDS=3 python -m bench crash`` for a short run.
"""

import os
import random
import sys
from collections.abc import Callable
from itertools import islice

from bench import posts
from bench.posts import Desk
from bench.retrying import Act, Burst, Found, found
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan.models import Registration

ROUNDS = int(os.environ.get("ROUNDS", "60"))  # of each fault
DEVICES, ACTS = 8, 96  # acts a round
PEOPLE = 1_000
FAULTS: dict[str, Callable[[Site], None]] = {
    "gunicorn killed, started anew": Site.kill_web,
    "one of its workers killed": Site.kill_worker,
    "PostgreSQL killed, started anew": Site.kill_database,
    "one of its connections killed": Site.kill_backend,
}


def measure(site: Site) -> str:
    """A table: one line for each fault."""
    batch, rundown = crowded_batch(PEOPLE, number=93, sessions=len(FAULTS) * ROUNDS * ACTS // PEOPLE + 1)
    people = list(Registration.objects.filter(angkatan=batch))
    desks = [posts.device(batch, f"HP {number}") for number in range(DEVICES)]
    acts = iter([Act(session, person) for session in rundown for person in people])
    rows = []
    for name, fault in FAULTS.items():
        bursts = [list(islice(acts, ACTS)) for _ in range(ROUNDS)]
        rows.append([name, str(ROUNDS), *_row(name, [_round(site, fault, burst, desks) for burst in bursts])])
    head = ["fault", "rounds", "acknowledged", "tries", "lost", "doubled"]
    return table(f"Killed in a burst of {ACTS} check-ins by {DEVICES} devices that send again", head, rows)


def _round(site: Site, fault: Callable[[Site], None], acts: list[Act], desks: list[Desk]) -> tuple[Burst, Found]:
    """A burst in the middle of which something is killed; and what is there when all is acknowledged."""
    with Burst(site.port, desks, acts) as burst:
        burst.wait_for(random.uniform(0.1, 0.8))
        fault(site)
    return burst, found(acts)


def _row(name: str, rounds: list[tuple[Burst, Found]]) -> list[str]:
    sys.stderr.write(f"{name}: {len(rounds)} rounds\n")
    acknowledged = sum(len(burst.acknowledged) for burst, _ in rounds)
    tries = sum(burst.tries for burst, _ in rounds)
    lost, doubled = sum(one.lost for _, one in rounds), sum(one.doubled for _, one in rounds)
    return [f"{acknowledged:,}", f"{tries:,}", str(lost), str(doubled)]
