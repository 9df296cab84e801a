"""Papers asked for as an organiser does: each of the usual batch, those of many people, how they grow; and the numbers
that they draw."""

import io
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.urls import reverse
from pypdf import PdfReader

from bench.clients import Client
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan import numbering
from pelatihan.models import Angkatan, NumberSeries
from pelatihan.papers.offers import BY_KEY, OFFERS

TIMES = 3
GROWING = (50, 500, 5000)
CLERKS, NUMBERS = 20, 50  # at once, each
AIMS = {"daftar-hadir": "≤ 1 s"}  # of CPU, for everything of the usual batch
GROWTH_AIMS = {("daftar-hadir", 5000): "≤ 2 s, ≤ 400 MiB"}
GROWS = ("daftar-hadir", "rekap")


@dataclass(frozen=True)
class Cost:
    """What one PDF took: of the server and its children, and of the child alone."""

    pages: int
    size: int
    cpu: float
    memory: int
    wall: float

    @property
    def cells(self) -> list[str]:
        return [
            str(self.pages), f"{self.size / 1024:.0f} KB", f"{self.cpu:.2f} s", f"{self.memory / 1024**2:.0f} MiB",
            f"{self.wall:.2f} s",
        ]  # fmt: skip


def measure(site: Site) -> str:
    """The tables. Server CPU includes the child's."""
    organiser = Client(site.port)
    organiser.log_in("panitia")
    return "\n".join((_usual(site, organiser), _growing(site, organiser), _race()))


def _cost(site: Site, client: Client, path: str) -> Cost:
    pdf = _pdf(client, path)
    before, started = site.cpu(), time.perf_counter()
    for _ in range(TIMES):
        _pdf(client, path)
    cpu, wall = (site.cpu() - before) / TIMES, (time.perf_counter() - started) / TIMES
    with site.watching_typesetters() as peak:
        _pdf(client, path)
    return Cost(len(PdfReader(io.BytesIO(pdf)).pages), len(pdf), cpu, max(peak), wall)


def _pdf(client: Client, path: str) -> bytes:
    answer = client.send("GET", path)
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} at {path}")
    return answer.body


def _address(batch: Angkatan, key: str, query: str = "") -> str:
    return reverse("paper", args=[batch.slug, key]) + query


def _usual(site: Site, organiser: Client) -> str:
    """Every paper of Angkatan II 2019, all of it."""
    batch = Angkatan.objects.get(slug="2019-ii")
    rows = [
        [offer.name, *_cost(site, organiser, _address(batch, offer.key)).cells, AIMS.get(offer.key, "")]
        for offer in OFFERS
    ]
    head = ["paper", "pages", "file", "server CPU", "child's memory", "time", "aim"]
    people = batch.registrations.expected().count()
    return table(f"Papers of Angkatan II 2019 ({people} people, all sessions in one file)", head, rows)


def _growing(site: Site, organiser: Client) -> str:
    """Papers of ten and a hundred times as many people."""
    rows = []
    for place, people in enumerate(GROWING):
        batch, sessions = crowded_batch(people, number=97 - place)
        for key in GROWS:
            query = f"?sesi={sessions[0].pk}" if key == "daftar-hadir" else ""
            cost = _cost(site, organiser, _address(batch, key, query))
            aim = GROWTH_AIMS.get((key, people), "")
            rows.append([BY_KEY[key].name, str(people), *cost.cells, aim])
    rows.sort(key=lambda row: row[0])
    head = ["paper", "people", "pages", "file", "server CPU", "child's memory", "time", "aim"]
    return table("Papers of ten and a hundred times as many people", head, rows)


def _race() -> str:
    """Clerks who draw numbers of one series at the same moment: each number once, none left out."""
    batch = Angkatan.objects.get(slug="2019-ii")
    series = NumberSeries.objects.create(label="Ukuran")
    drawn: list[list[int]] = []

    def draw() -> None:
        try:
            for _ in range(NUMBERS):
                with transaction.atomic():
                    one = numbering.draw(series, 1, angkatan=batch, on=date(2019, 3, 13))
                    drawn.append([number.no for number in one])
        finally:
            connection.close()

    started = time.perf_counter()
    _all_at_once(draw)
    wall = time.perf_counter() - started
    numbers = sorted(_flat(drawn))
    missing = len(set(range(1, CLERKS * NUMBERS + 1)) - set(numbers))
    row = [f"{CLERKS} × {NUMBERS}", str(len(numbers) - len(set(numbers))), str(missing), f"{wall:.2f} s"]
    return table("Numbers drawn by clerks at the same moment", ["clerks × numbers", "twice", "left out", "time"], [row])


def _all_at_once(act: object) -> None:
    threads = [threading.Thread(target=act) for _ in range(CLERKS)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _flat(lists: list[list[int]]) -> Iterator[int]:
    for one in lists:
        yield from one
