"""A device without a signal looks for a name among 10,000 people: what a key press costs its own search, in node."""

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.urls import reverse

from bench.clients import Client
from bench.queued import NODE
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch

PEOPLE, LISTED, SESSIONS = 10_000, 2_000, 4
TEXTS = ("si", "sit", "siti", "siti r", "siti rahma", "h. budi santoso", "pemuda maju", "pm77", "xq")  # as it is typed
TIMES = 40  # each
AIM_MS = 50
SEARCH = Path(__file__).with_suffix(".mjs")


def measure(site: Site) -> str:
    """Two tables: the copy that a device fetches, and its search."""
    batch, _ = crowded_batch(PEOPLE, number=89, sessions=SESSIONS, listed=LISTED)
    officer = Client(site.port)
    officer.log_in("petugas")
    before = site.cpu()
    answer = officer.send("GET", reverse("copy", args=[batch.slug]), Accept_Encoding="gzip")
    cpu_ms = (site.cpu() - before) * 1000
    snapshot = json.loads(answer.text)
    told = _searched(snapshot)
    sizes = [f"{len(text) / 1024:.0f}" for text in (answer.body, answer.text)]
    copy = [f"{len(snapshot['people']):,}", *sizes, f"{cpu_ms:.0f} ms"]
    first = table("The copy that a device fetches", ["people", "KB compressed", "KB", "server CPU"], [copy])
    rows = [_row(text, told["keys"][text], told["found"][text]) for text in TEXTS]
    rows.append(["the first search of a page", "", f"{told['first']:.1f} ms", "", ""])
    title = f"Search without a signal among {PEOPLE:,} people ({TIMES} times each, node on this machine)"
    return f"{first}\n{table(title, ['typed', 'shown', 'median', 'p95', 'aim'], rows)}"


def _row(text: str, times: list[float], found: int) -> list[str]:
    slow = statistics.quantiles(times, n=20)[-1]
    return [text, str(found), f"{statistics.median(times):.1f} ms", f"{slow:.1f} ms", f"≤ {AIM_MS} ms"]


def _searched(snapshot: dict[str, Any]) -> dict[str, Any]:
    """What the desk's own search says of it."""
    given = json.dumps({"snapshot": snapshot, "texts": TEXTS, "times": TIMES})
    command = [sys.executable, "-c", NODE, str(SEARCH)]
    told: dict[str, Any] = json.loads(
        subprocess.run(command, input=given, stdout=subprocess.PIPE, text=True, check=True).stdout
    )
    return told
