"""Does printing hold up the door? Check-ins one after the other while twenty print; memory after a hundred prints."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.urls import reverse

from bench.checkins import Scan, check_in
from bench.clients import Client, Run, run
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch, desk_world
from pelatihan.models import Angkatan

PRINTERS = 20
ROWS = 2000
CHECKINS = 300
PRINTS = 100
PAUSE = 1.0  # seconds after a refusal: a person would take longer


def measure(site: Site) -> str:
    """Two tables: check-ins beside prints, the workers' memory."""
    batch, sessions = crowded_batch(ROWS, number=96)
    long_list = reverse("attendance_sheet", args=[batch.slug]) + f"?sesi={sessions[0].pk}"
    scans = desk_world(number=95)
    desk, organiser = Client(site.port), Client(site.port)
    desk.log_in("petugas")
    organiser.log_in("panitia")
    run([desk], [scans.pop() for _ in range(50)], check_in)
    return f"{_door(site, desk, organiser, long_list, scans)}\n{_memory(site, organiser)}"


def _door(site: Site, desk: Client, organiser: Client, path: str, scans: list[Scan]) -> str:
    idle = run([desk], [scans.pop() for _ in range(CHECKINS)], check_in)
    with printing(organiser, path) as answers:
        busy = run([desk], [scans.pop() for _ in range(CHECKINS)], check_in)
    rows = [_row("nobody", idle, ""), _row(f"{PRINTERS} clients", busy, f"≤ {idle.slow * 2000:.1f} ms")]
    told = ", ".join(f"{number} × {status}" for status, number in sorted(answers.items()))
    title = f"Check-ins one after the other while lists of {ROWS} are printed (meanwhile {told})"
    return table(title, ["who prints", "median", "p95", "aim for p95", "slowest"], rows)


def _row(who: str, ran: Run, aim: str) -> list[str]:
    return [who, f"{ran.median * 1000:.1f} ms", f"{ran.slow * 1000:.1f} ms", aim, f"{max(ran.times) * 1000:.0f} ms"]


@contextmanager
def printing(organiser: Client, path: str) -> Iterator[dict[int, int]]:
    """Clients that ask for the list again and again; yields how often each status was answered."""
    over, answers, turn = threading.Event(), dict[int, int](), threading.Lock()

    def ask(client: Client) -> None:
        while not over.is_set():
            status = client.send("GET", path).status
            with turn:
                answers[status] = answers.get(status, 0) + 1
            if status != 200:
                over.wait(PAUSE)

    threads = [threading.Thread(target=ask, args=[organiser.twin()]) for _ in range(PRINTERS)]
    for thread in threads:
        thread.start()
    time.sleep(PAUSE)  # until the queue is full
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _memory(site: Site, organiser: Client) -> str:
    """What the workers keep."""
    path = reverse("attendance_sheet", args=[Angkatan.objects.get(slug="2019-ii").slug])
    for _ in range(8):  # both have printed once
        organiser.twin().send("GET", path)
    before = site.workers_memory()
    for _ in range(PRINTS):
        organiser.twin().send("GET", path)
    after = site.workers_memory()
    grown = [f"{(now - then) / 1024**2:+.1f}" for then, now in zip(before, after, strict=True)]
    row = [_mib(before), _mib(after), ", ".join(grown), "≤ 10 each"]
    head = ["before", "after", "grown by MiB", "aim"]
    return table(f"Memory of the web workers (PSS) over {PRINTS} prints", head, [row])


def _mib(sizes: list[int]) -> str:
    return ", ".join(f"{size / 1024**2:.0f} MiB" for size in sizes)
