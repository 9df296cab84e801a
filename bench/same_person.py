"""The same person at eight desks at once: one lets in, seven see that somebody has, every time."""

import os
from collections import Counter
from functools import partial

from bench import posts, wire
from bench.site import Site
from bench.tables import table
from bench.world import PEOPLE, desk_world
from pelatihan.models import AttendanceEvent

ROUNDS = int(os.environ.get("ROUNDS", "200"))
DEVICES = 8
WANTED = ("already",) * (DEVICES - 1) + ("present",)


def measure(site: Site) -> str:
    """A table of one line."""
    scans = desk_world(sessions=ROUNDS // PEOPLE + 1, number=91)[:ROUNDS]
    devices = [posts.device(scans[0][0].angkatan, f"HP {number}") for number in range(DEVICES)]
    rounds, times = Counter[tuple[str, ...]](), list[float]()
    for session, person in scans:
        heard = list[str]()

        def hear(_place: int, status: int, body: bytes, heard: list[str] = heard) -> None:
            heard += posts.outcomes(status, body)

        at_once = [partial(device.post, session, [posts.scan(person)]) for device in devices]
        times += wire.run(site.port, DEVICES, at_once, hear).times
        rounds[tuple(sorted(heard))] += 1
    events = AttendanceEvent.objects.filter(session__angkatan__number=91).count()
    row = [str(ROUNDS), str(rounds[WANTED]), str(ROUNDS - rounds[WANTED]), str(events), f"{max(times) * 1000:.0f} ms"]
    head = ["rounds", "one present, seven already", "anything else", "events", "slowest answer"]
    return table(f"The same person at {DEVICES} devices at once", head, [row])
