"""Check-ins through gunicorn at 1, 8 and 32 clients, beside bare inserts into the same database by pgbench."""

import json
import re
import subprocess
import tempfile
import uuid
from pathlib import Path

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bench.clients import Client, run
from bench.site import Site
from bench.tables import table
from bench.world import desk_world
from pelatihan.models import Attendance, Registration, Session

CLIENTS = (1, 8, 32)
WARM_UP, EACH = 64, 320
INSERTS, MOST_INSERTING = 4000, 16  # the web's connections and these must fit into the 40 of the database
AIM_MS = 4.5

type Scan = tuple[Session, Registration]


def measure(site: Site) -> str:
    """A table: one line for each number of clients."""
    scans = desk_world()
    desk = Client(site.port)
    desk.log_in("petugas")
    run([desk.twin() for _ in range(16)], [scans.pop() for _ in range(WARM_UP)], check_in)
    rows = [_row(site, desk, clients, [scans.pop() for _ in range(EACH)]) for clients in CLIENTS]
    expected = WARM_UP + EACH * len(CLIENTS)
    if Attendance.objects.filter(session__angkatan__number=98).count() != expected:
        raise RuntimeError("Not every check-in was recorded: the figures would be worthless.")
    inserting = f"bare INSERT/s (pgbench, {MOST_INSERTING} at most)"
    head = ["clients", "check-ins/s", "server CPU each", "aim", "median", "p95", inserting]
    return table(f"Check-ins (97 people, JSON, log-in and permissions included; {EACH} a line)", head, rows)


def _row(site: Site, desk: Client, clients: int, scans: list[Scan]) -> list[str]:
    before = site.cpu()
    ran = run([desk.twin() for _ in range(clients)], scans, check_in)
    cpu_ms = (site.cpu() - before) / len(scans) * 1000
    return [
        str(clients), f"{ran.rate:.0f}", f"{cpu_ms:.1f} ms", f"≤ {AIM_MS} ms",
        f"{ran.median * 1000:.1f} ms", f"{ran.slow * 1000:.1f} ms", f"{inserts(site, clients):.0f}",
    ]  # fmt: skip


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
