"""On a network that spoils every second answer, whatever was acknowledged is there once."""

import os
from dataclasses import dataclass
from itertools import islice

from bench import posts, proxy
from bench.posts import Desk
from bench.proxy import Proxy
from bench.retrying import Act, Burst, found
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan.models import Registration

ACTS = int(os.environ.get("ROUNDS", "200"))  # of each fault: as many answers are spoiled, or more
DEVICES = 16
PEOPLE = 1_000
PATIENT, IMPATIENT = 8.0, 2.0  # seconds until a device gives up; the desk's page waits eight


@dataclass(frozen=True)
class Weather:
    """One kind of bad network."""

    name: str
    fault: proxy.Fault = proxy.pass_on
    cuts_requests: bool = False
    limit: float = PATIENT


WEATHER = [
    Weather("every second answer is lost", proxy.lose),
    Weather("every second answer is cut off", proxy.halve),
    Weather("every second request is cut off", cuts_requests=True),
    Weather("every second answer waits 5 s, the device 8 s", proxy.delay),
    Weather("every second answer waits 5 s, the device 2 s", proxy.delay, limit=IMPATIENT),
]


def measure(site: Site) -> str:
    """A table: one line for each kind of network."""
    batch, rundown = crowded_batch(PEOPLE, number=92, sessions=len(WEATHER) * ACTS // PEOPLE + 1)
    people = list(Registration.objects.filter(angkatan=batch))
    desks = [posts.device(batch, f"HP {number}") for number in range(DEVICES)]
    acts = iter([Act(session, person) for session in rundown for person in people])
    rows = [_row(site, weather, list(islice(acts, ACTS)), desks) for weather in WEATHER]
    head = ["network", "spoiled", "acknowledged", "tries", "lost", "doubled"]
    return table(f"Check-ins by {DEVICES} devices that send again, over a bad network", head, rows)


def _row(site: Site, weather: Weather, acts: list[Act], desks: list[Desk]) -> list[str]:
    with Proxy(site.port, weather.fault, weather.cuts_requests) as between:
        burst = Burst(between.port, desks, acts, weather.limit)
        burst.send_all()
    told = found(acts)
    figures = [between.spoiled, len(burst.acknowledged), burst.tries, told.lost, told.doubled]
    return [weather.name, *(f"{figure:,}" for figure in figures)]
