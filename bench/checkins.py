"""Check-ins through gunicorn at 1, 8 and 32 clients, beside bare inserts into the same database by pgbench."""

import json
import re
import subprocess
import tempfile
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bench import posts, wire
from bench.clients import Client, Run
from bench.posts import Desk
from bench.site import Site
from bench.tables import table
from bench.world import PEOPLE, desk_world
from pelatihan.models import Attendance, AttendanceEvent, Registration, Session

CLIENTS = (1, 8, 32)
WARM_UP, EACH = 320, 960
INSERTS, MOST_INSERTING = 4000, 16  # the web's connections and these must fit into the 40 of the database
AIM_RATE, AIM_MS, AIM_P95_MS = 600, 2.5, 80  # of a prepared device with 32 clients

type Scan = tuple[Session, Registration]
type Named = tuple[Scan, str]  # and the id of the act


def measure(site: Site) -> str:
    """A table: a prepared device, its duplicates, and somebody who is logged in, each at so many clients."""
    needed = WARM_UP + 2 * EACH * len(CLIENTS)
    scans = desk_world(sessions=needed // PEOPLE + 1)
    device, person = posts.device(scans[0][0].angkatan), posts.logged_in(site)
    _send(site, 16, device, _named([scans.pop() for _ in range(WARM_UP)]), "present")
    rows, done = [], list[Named]()
    for clients in CLIENTS:
        done = _named([scans.pop() for _ in range(EACH)])
        rows.append(_row(site, "device", clients, device, done, "present"))
    once_more = _named([scan for scan, _ in done])
    rows.append(_row(site, "device, people who are in", CLIENTS[-1], device, once_more, "already"))
    rows.append(_row(site, "device, what it has sent already", CLIENTS[-1], device, done, "present"))
    for clients in CLIENTS:
        named = _named([scans.pop() for _ in range(EACH)])
        rows.append(_row(site, "log-in", clients, person, named, "present"))
    _check(needed, events=needed + EACH)
    inserting = f"bare INSERT/s (pgbench, {MOST_INSERTING} at most)"
    head = ["by", "clients", "check-ins/s", "server CPU each", "median", "p95", "aim", inserting]
    return table(f"Check-ins (97 people, JSON, every right asked; {EACH} a line)", head, rows)


def _row(site: Site, who: str, clients: int, desk: Desk, named: list[Named], expected: str) -> list[str]:
    before = site.cpu()
    ran = _send(site, clients, desk, named, expected)
    cpu_ms = (site.cpu() - before) / len(named) * 1000
    aim = f"≥ {AIM_RATE}/s, ≤ {AIM_MS} ms, p95 ≤ {AIM_P95_MS} ms"
    return [
        who, str(clients), f"{ran.rate:.0f}", f"{cpu_ms:.2f} ms", f"{ran.median * 1000:.1f} ms",
        f"{ran.slow * 1000:.1f} ms", aim if who.startswith("device") and clients == CLIENTS[-1] else "",
        f"{inserts(site, clients):.0f}",
    ]  # fmt: skip


def _named(scans: list[Scan]) -> list[Named]:
    return [(scan, str(uuid.uuid4())) for scan in scans]


def _send(site: Site, clients: int, desk: Desk, named: list[Named], expected: str) -> Run:
    """One scan a request; each is answered as expected, or it is no measurement."""

    def check(place: int, status: int, body: bytes) -> None:
        if posts.outcomes(status, body) != [expected]:
            raise RuntimeError(f"{body[:200]!r} where {expected} was expected")

    def made(scan: Scan, name: str) -> bytes:
        return desk.post(scan[0], [posts.scan(scan[1], name)])

    requests: list[Callable[[], bytes]] = [partial(made, *one) for one in named]
    return wire.run(site.port, clients, requests, check)


def _check(sums: int, events: int) -> None:
    """:raises RuntimeError: a check-in is not there, or something is there twice"""
    here = {"session__angkatan__number": 98}
    stored = Attendance.objects.filter(**here).count(), AttendanceEvent.objects.filter(**here).count()
    if stored != (sums, events):
        raise RuntimeError("Not every check-in was recorded once: the figures would be worthless.")


def check_in(client: Client, scan: Scan) -> None:
    session, person = scan
    now = timezone.now().isoformat()
    body = {"device": "bench", "sent_at": now, "scans": [{"id": str(uuid.uuid4()), "code": person.code, "at": now}]}
    answer = client.send(
        "POST",
        reverse("record", args=[session.angkatan.slug, session.pk]),
        json.dumps(body).encode(),
        Content_Type="application/json",
        X_CSRFToken=client.cookies["csrftoken"],
    )
    if answer.status != 200 or json.loads(answer.body)["results"][0]["outcome"] != "present":
        raise RuntimeError(f"{answer.status} {answer.body[:200]!r}")


def inserts(site: Site, clients: int) -> float:
    """Rows of the same width into a table of its own, one transaction each."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_insert")
        cursor.execute("CREATE TABLE bench_insert (id uuid PRIMARY KEY, session int, person int, at timestamptz)")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("INSERT INTO bench_insert VALUES (gen_random_uuid(), 1, 1, now());\n")
        script.flush()
        clients = min(clients, MOST_INSERTING)
        *command, database = site.pgbench()
        options = ["-n", "-f", script.name, "-c", str(clients), "-j", "2" if clients > 1 else "1"]
        options += ["-t", str(INSERTS // clients)]
        out = subprocess.run([*command, *options, database], check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([\d.]+)", out)
    Path(script.name).unlink(missing_ok=True)
    return float(found[1]) if found else 0.0
