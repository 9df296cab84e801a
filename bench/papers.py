"""Papers asked for as an organiser does: each of the usual batch, how they grow with people, the numbers they draw, the
page on which they are chosen.

The same asked twice within seconds is printed once, so each print is another person's.
"""

import io
import re
import resource
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import cycle
from typing import Any

import time_machine
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from bench.clients import Client
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan import numbering
from pelatihan.certificates import issuing
from pelatihan.certificates.standing import standings
from pelatihan.jobs import running
from pelatihan.models import Angkatan, Bundle, CertificateException, CertificateRule, NumberSeries
from pelatihan.models.office import office
from pelatihan.papers import bundles
from pelatihan.papers.catalogue import Desk
from pelatihan.papers.offers import BY_KEY, OFFERS

PRINTERS = 8  # logins that take turns: none of them prints the same within half a minute
TIMES = 3
PATIENCE = 120  # seconds for one answer
EVENING_BEFORE = datetime(2019, 3, 10, 12, 0, tzinfo=UTC)  # 19.00 WIB
What = Bundle.What
CLERKS, NUMBERS = 20, 50  # at once, each
AIMS = {"daftar-hadir": "≤ 1 s", "kartu": "≤ 0.3 s"}  # of CPU, for everything of the usual batch
GROWING = {  # by how many people
    "daftar-hadir": (50, 500, 5000), "rekap": (50, 500, 5000), "kartu": (10, 100, 1000), "sertifikat": (10, 100, 1000),
}  # fmt: skip
GROWTH_AIMS = {
    ("daftar-hadir", 5000): "≤ 2 s, ≤ 400 MiB", ("kartu", 100): "≤ 0.3 s", ("sertifikat", 1000): "≤ 3 s",
}  # fmt: skip


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
    printers = Printers(site)
    return "\n".join((_usual(printers), _growing(printers), _numbers(), _gallery(site, printers), _bundles()))


class Printers:
    """Organisers who print in turn."""

    def __init__(self, site: Site) -> None:
        self.site = site
        panitia = User.objects.get(username="panitia")
        for number in range(PRINTERS):
            user = User.objects.create(username=f"cetak{number}", password=panitia.password, is_staff=True)
            user.groups.set(panitia.groups.all())
        self.clients = [Client(site.port, patience=PATIENCE) for _ in range(PRINTERS)]
        for number, client in enumerate(self.clients):
            client.log_in(f"cetak{number}")
        self._turns = cycle(self.clients)

    def print(self, path: str) -> bytes:
        answer = next(self._turns).send("GET", path)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} at {path}")
        return answer.body

    def cost(self, path: str) -> Cost:
        pdf = self.print(path)
        before, started = self.site.cpu(), time.perf_counter()
        for _ in range(TIMES):
            self.print(path)
        cpu, wall = (self.site.cpu() - before) / TIMES, (time.perf_counter() - started) / TIMES
        with self.site.watching_typesetters() as peak:
            self.print(path)
        return Cost(len(PdfReader(io.BytesIO(pdf)).pages), len(pdf), cpu, max(peak), wall)


def _address(batch: Angkatan, key: str, query: str = "") -> str:
    return reverse("paper", args=[batch.slug, key]) + query


def _usual(printers: Printers) -> str:
    """Every paper of Angkatan II 2019, all of it."""
    batch = Angkatan.objects.get(slug="2019-ii")
    rows = [
        [offer.name, *printers.cost(_address(batch, offer.key)).cells, AIMS.get(offer.key, "")]
        for offer in OFFERS
        if not offer.assembled
    ]
    head = ["paper", "pages", "file", "server CPU", "child's memory", "time", "aim"]
    people = batch.registrations.expected().count()
    return table(f"Papers of Angkatan II 2019 ({people} people, all of it in one file)", head, rows)


def _growing(printers: Printers) -> str:
    """Papers of ten and a hundred times as many people."""
    costs: dict[tuple[str, int], Cost] = {}
    for place, people in enumerate(sorted({count for counts in GROWING.values() for count in counts})):
        batch, sessions = crowded_batch(people, number=97 - place)
        keys = [key for key, counts in GROWING.items() if people in counts]
        if "sertifikat" in keys:
            _certify(batch)
        for key in keys:
            query = f"?sesi={sessions[0].pk}" if key == "daftar-hadir" else ""
            costs[key, people] = printers.cost(_address(batch, key, query))
    rows = [
        [BY_KEY[key].name, str(people), *costs[key, people].cells, GROWTH_AIMS.get((key, people), "")]
        for key, counts in GROWING.items()
        for people in counts
    ]
    head = ["paper", "people", "pages", "file", "server CPU", "child's memory", "time", "aim"]
    return table("Papers of ten and a hundred times as many people", head, rows)


def _certify(batch: Angkatan) -> None:
    """One for everybody, by hand."""
    clerk, now = User.objects.get(username="panitia"), timezone.now()
    series = NumberSeries.objects.create(label=f"Ukuran {batch.slug}", code=batch.slug)
    CertificateRule.objects.create(angkatan=batch, series=series)
    CertificateException.objects.bulk_create(
        CertificateException(registration=one, kind=CertificateException.Kind.GRANT, reason="Ukuran", by=clerk, at=now)
        for one in batch.registrations.all()
    )
    issuing.issue(batch, uuid.uuid4(), issuing.digest(standings(batch)), by=clerk, at=now)


# ---- Numbers ---------------------------------------------------------------------------------------


def _numbers() -> str:
    """Clerks who draw numbers of one series at the same moment, and who press "Terbitkan" together: each number once,
    none left out."""
    batch = Angkatan.objects.get(slug="2019-ii")
    series = NumberSeries.objects.create(label="Ukuran")
    drawn: list[int] = []

    def draw() -> None:
        for _ in range(NUMBERS):
            with transaction.atomic():
                drawn.extend(one.no for one in numbering.draw(series, 1, angkatan=batch, on=date(2019, 3, 13)))

    wall = _all_at_once(draw)
    rows = [[f"{CLERKS} clerks, {NUMBERS} numbers each", *_checked(drawn, CLERKS * NUMBERS), f"{wall:.2f} s"]]
    rows.append(_issued_together())
    return table("Numbers drawn at the same moment", ["what", "numbers", "twice", "left out", "time"], rows)


def _issued_together() -> list[str]:
    """A thousand people, and every clerk presses the button of the same page."""
    batch, _ = crowded_batch(1000, number=60)
    clerk, now = User.objects.get(username="panitia"), timezone.now()
    rule = CertificateRule.objects.create(
        angkatan=batch, series=NumberSeries.objects.create(label="Serentak", code="S")
    )
    CertificateException.objects.bulk_create(
        CertificateException(registration=one, kind=CertificateException.Kind.GRANT, reason="Ukuran", by=clerk, at=now)
        for one in batch.registrations.all()
    )
    seen = issuing.digest(standings(batch))

    def press() -> None:
        with suppress(issuing.NotDone):  # who comes second reads that somebody else was first
            issuing.issue(batch, uuid.uuid4(), seen, by=clerk, at=now)

    wall = _all_at_once(press)
    given = batch.certificate_issues.values_list("certificates__no", flat=True)
    assert rule.series is not None
    return [f"{CLERKS} clerks issue the same 1,000 certificates", *_checked(list(given), 1000), f"{wall:.2f} s"]


def _checked(numbers: list[int], count: int) -> list[str]:
    missing = set(range(1, count + 1)) - set(numbers)
    return [str(len(numbers)), str(len(numbers) - len(set(numbers))), str(len(missing))]


def _all_at_once(act: Callable[[], Any]) -> float:
    """Seconds until the last clerk is done."""

    def apart() -> None:
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=apart) for _ in range(CLERKS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


# ---- The gallery, and everything at once -----------------------------------------------------------


def _gallery(site: Site, printers: Printers) -> str:
    """The page alone, all of its pictures for the first time, and again."""
    client = printers.clients[0]
    page = reverse("print", args=["2019-ii"])
    html = client.send("GET", page).text
    pictures = list(dict.fromkeys(re.findall(r'/panitia/2019-ii/cetak/gambar/[^"&]+(?:&amp;[^"]+)?', html)))

    def page_alone() -> int:
        return len(client.send("GET", page).body)

    def all_pictures() -> int:
        return sum(len(_patiently(client, path.replace("&amp;", "&"))) for path in pictures)

    acts: list[tuple[str, Callable[[], int]]] = [
        ("page", page_alone),
        (f"its {len(pictures)} pictures, first time", all_pictures),
        (f"its {len(pictures)} pictures, again", all_pictures),
    ]
    rows = []
    for what, act in acts:
        before, started = site.cpu(), time.perf_counter()
        size = act()
        rows.append(
            [what, f"{size / 1024:.0f} KB", f"{site.cpu() - before:.2f} s", f"{time.perf_counter() - started:.2f} s"]
        )
    return table("The page Cetak of Angkatan II 2019", ["what", "bytes", "server CPU", "time"], rows)


def _patiently(client: Client, path: str) -> bytes:
    """As a browser asks: a picture that has no turn now is asked for again."""
    for _ in range(20):
        answer = client.send("GET", path)
        if answer.status == 200:
            return answer.body
        time.sleep(0.5)
    raise RuntimeError(f"{answer.status} at {path}")


def _bundles() -> str:
    """Everything at once, and the pack for an evening without power: made as a worker makes them, in this process."""
    rows = []
    for what, moment in ((What.ALL, timezone.now()), (What.PACK, EVENING_BEFORE)):
        with time_machine.travel(moment, tick=True):
            rows.append(_bundle(what))
    head = ["what", "papers", "left out", "pages", "file", "CPU of worker and children", "time"]
    return table("Many papers of Angkatan II 2019 in one file", head, rows)


def _bundle(what: Bundle.What) -> list[str]:
    batch = Angkatan.objects.select_related("letterhead").get(slug="2019-ii")
    clerk = User.objects.get(username="panitia")
    sessions = list(batch.sessions.taking_attendance().in_time_order())
    desk = Desk(batch, sessions, office(), clerk, timezone.now(), {})
    before, started = _own_cpu(), time.perf_counter()
    bundle = bundles.start(
        bundles.plan_of(desk, what), Bundle.Form.PDF, angkatan=batch, key=uuid.uuid4(), by=clerk, at=desk.at
    )
    assert bundle.job is not None
    running.carry_out(bundle.job.pk)
    cpu, wall = _own_cpu() - before, time.perf_counter() - started
    bundle.refresh_from_db()
    pdf = bundles.FILES.path(bundles.file_name(bundle)).read_bytes()
    return [
        bundle.name, str(len(bundle.parts)), str(len(bundle.left_out)), str(len(PdfReader(io.BytesIO(pdf)).pages)),
        f"{len(pdf) / 1024:.0f} KB", f"{cpu:.1f} s", f"{wall:.1f} s",
    ]  # fmt: skip


def _own_cpu() -> float:
    """Of this process and of its children that ended."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
