"""Does the site stay fast when the country uses it? ``python -m bench.growth`` fills a database of its own and asks.

What is in it: ``bench.seed``. Every page that lists or searches is opened as the people who use it, by Django's test
client: milliseconds of CPU, of this process and of its PostgreSQL together (what a clock says depends on what else the
machine does), queries, milliseconds of PostgreSQL alone, and of the slowest query by the clock. ``--keep FOLDER`` keeps
the database for another run, ``--explain 20`` shows the plan of each query that takes longer, words choose pages by
their names. Removes nothing of yours.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from bench import seed

RUNS, ENOUGH = 5, 5_000  # times, and milliseconds after which a slow page is known well enough
EVERYBODY, ADMIN, VERIFIER, OBSERVER = "everybody", "admin", "verifikator", "pemantau"
REGISTRATIONS, ORMAS, PEOPLE = "/admin/pelatihan/registration/", "/admin/ormas/ormas/", "/admin/ormas/delegate/"
SEARCHES = {
    "a name": "rahmawati",
    "two words of a name": "siti rahmawati",
    "three letters": "mad",
    "one letter": "a",
    "a word and a letter": "siti a",
    "a word of ormas": "rempug",
    "two words of ormas": "Betawi Rempug",
    "name and ormas": "siti betawi",
    "six common words": "siti betawi rempug forum a e",
    "forty letters": "pneumonoultramikroskopiksilikovulkanoko",
    "nobody": "xyzzyq",
    "a letter too few": "rempg",
    "two words, a letter wrong": "betavi rempuk",
    "percent signs": "%_%",
    "markup and quotes": "<b>'\";--",
    "a backslash": "\\",
}


@dataclass(frozen=True)
class Page:
    """What is opened, and by whom."""

    who: str
    name: str
    address: str


def pages() -> Iterator[Page]:
    """Of the batch of today where nothing else is said."""
    from pelatihan.models import Angkatan, Attendance

    crowd = Angkatan.objects.get(number=seed.CROWDED_NUMBER, venue=seed.CROWDED_VENUE)
    person = Attendance.objects.select_related("registration__angkatan").order_by("pk")[0].registration
    usual = person.angkatan
    waiting = list(crowd.registrations.filter(status="submitted").order_by("submitted_at"))
    slug = crowd.slug
    yield Page(EVERYBODY, "front page", "/")
    yield Page(EVERYBODY, "batch page", f"/angkatan/{slug}/")
    yield Page(EVERYBODY, "registration form", f"/angkatan/{slug}/daftar/")
    for who in (ADMIN, VERIFIER, OBSERVER):
        yield Page(who, "start page", "/admin/")
        yield Page(who, "registrations", REGISTRATIONS)
    yield from _listed(slug, crowd.registrations.count())
    for name, words in SEARCHES.items():
        yield Page(VERIFIER, f"registrations, search {name}", f"{REGISTRATIONS}?q={quote_plus(words)}")
        yield Page(VERIFIER, f"crowd, search {name}", f"{REGISTRATIONS}?angkatan={slug}&q={quote_plus(words)}")
    phone = person.delegate.phone.replace("+62", "0")
    for name, words in (("a code", person.code), ("a phone number", phone)):
        yield Page(VERIFIER, f"registrations, search {name}", f"{REGISTRATIONS}?q={words}")
    for name, one in (
        ("first in the queue", waiting[0]),
        ("last in the queue", waiting[-1]),
        ("usual", person),
    ):
        yield Page(VERIFIER, f"one registration, {name}", f"{REGISTRATIONS}{one.pk}/change/")
    ours = f"/admin/pelatihan/angkatan/{crowd.pk}/"
    yield Page(ADMIN, "one batch", f"/admin/pelatihan/angkatan/{usual.pk}/change/")
    yield Page(ADMIN, "crowd, its page", f"{ours}change/")
    for part in ("undangan", "undang", "perubahan", "susulan"):
        yield Page(VERIFIER, f"crowd, {part}", f"{ours}{part}/")
    yield from _others()
    for part in ("", "rekap/", "cetak/"):
        yield Page(ADMIN, f"committee, {part or 'board'}", f"/panitia/{usual.slug}/{part}")


def _listed(slug: str, people: int) -> Iterator[Page]:
    """The list of registrations: all, one batch, its filters, its orders, its ends."""
    crowd = f"{REGISTRATIONS}?angkatan={slug}"
    last = min(people, 10_000) // 100
    every = f"{REGISTRATIONS}?angkatan=semua"
    for which, address in (("registrations", every), ("crowd", crowd)):
        yield Page(VERIFIER, f"{which}, all", address)
        for status in ("submitted", "needs_fix", "accepted", "waitlisted", "cancelled", "replaced"):
            yield Page(VERIFIER, f"{which}, {status}", f"{address}&status={status}")
        for page in (2, last):
            yield Page(VERIFIER, f"{which}, page {page}", f"{address}&p={page}")
            yield Page(VERIFIER, f"{which}, submitted, page {page}", f"{address}&status=submitted&p={page}")
        for column in range(1, 7):
            for way in ("", "-"):
                yield Page(VERIFIER, f"{which}, by column {way}{column}", f"{address}&o={way}{column}")
        yield Page(VERIFIER, f"{which}, by two columns", f"{address}&o=4.1")
        yield Page(VERIFIER, f"{which}, accepted, by name", f"{address}&status=accepted&o=1")
        for words in ("rempug", "Betawi Rempug", "a", "xyzzyq", "paguyuban"):
            yield Page(VERIFIER, f"{which}, ormas {words}", f"{address}&ormas={quote_plus(words)}")
        yield Page(VERIFIER, f"{which}, a city", f"{address}&kota=Kota+7")
        yield Page(VERIFIER, f"{which}, held back", f"{address}&dilihat=ya")
        yield Page(VERIFIER, f"{which}, requests", f"{address}&permintaan=menunggu")


def _others() -> Iterator[Page]:
    """Ormas, people, batches, invitations, requests."""
    yield Page(VERIFIER, "ormas", ORMAS)
    for column in range(1, 6):
        yield Page(VERIFIER, f"ormas, by column {column}", f"{ORMAS}?o={column}")
    yield Page(VERIFIER, "ormas, page 100", f"{ORMAS}?p=100")
    for name, end in {
        "verified": "verification__exact=verified",
        "disputed": "verification__exact=disputed",
        "foundations": "legal_form__exact=foundation",
        "government": "kind__exact=government_formed",
        "field": "bidang=sosial",
        "rare field": "bidang=xyzzyq",
        "city": "kota=Kota+7",
    }.items():
        yield Page(VERIFIER, f"ormas, {name}", f"{ORMAS}?{end}")
    for name, words in SEARCHES.items():
        yield Page(VERIFIER, f"ormas, search {name}", f"{ORMAS}?q={quote_plus(words)}")
    yield Page(OBSERVER, "delegates", PEOPLE)
    for column in range(1, 5):
        yield Page(OBSERVER, f"delegates, by column {column}", f"{PEOPLE}?o={column}")
    yield Page(OBSERVER, "delegates, page 200", f"{PEOPLE}?p=200")
    for name, words in SEARCHES.items():
        yield Page(OBSERVER, f"delegates, search {name}", f"{PEOPLE}?q={quote_plus(words)}")
    yield Page(VERIFIER, "delegates, search a phone number", f"{PEOPLE}?q=081200000007")
    invitations = "/admin/pelatihan/invitation/"
    yield Page(VERIFIER, "invitations", invitations)
    yield Page(VERIFIER, "invitations, page 100", f"{invitations}?p=100")
    yield Page(VERIFIER, "invitations, by column 2", f"{invitations}?o=2")
    for words in ("rempug", "Betawi Rempug", "xyzzyq", "a"):
        yield Page(VERIFIER, f"invitations, search {words}", f"{invitations}?q={quote_plus(words)}")
    yield Page(ADMIN, "batches", "/admin/pelatihan/angkatan/")
    yield Page(ADMIN, "batches, search", "/admin/pelatihan/angkatan/?q=gelanggang")
    yield Page(ADMIN, "guests", "/admin/pelatihan/guest/")
    yield Page(VERIFIER, "lost codes", f"{REGISTRATIONS}permintaan-kode/")
    yield Page(VERIFIER, "ormas that ask", "/admin/pelatihan/listingrequest/")
    for words in ("rempug", "a", "betawi rempug", "xyzzyq"):
        asked = "app_label=pelatihan&model_name=invitation&field_name=ormas"
        yield Page(VERIFIER, f"choose an ormas: {words}", f"/admin/autocomplete/?{asked}&term={quote_plus(words)}")
    yield Page(ADMIN, "choose a batch", "/panitia/")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    seed.arguments(parser)
    parser.add_argument("--keep", help="a folder to keep the filled database in, for another run")
    parser.add_argument("--explain", type=float, default=0, metavar="MS", help="show plans of slower queries")
    parser.add_argument("--above", type=float, default=0, metavar="MS", help="only the lines of slower pages")
    parser.add_argument("words", nargs="*", help="only pages whose names begin with one of these")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pelatihan-growth-") as scratch:
        Path(scratch).chmod(0o755)  # its server runs as somebody else where this is root
        seed.prepare(Path(options.keep or scratch).resolve())
        seed.filled(seed.scale_of(options), lambda line: print(line, file=sys.stderr))
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """Open each page and print a line."""
    from django.conf import settings
    from django.db import connection

    settings.DEBUG = False
    clients = _clients()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        print(f"database: {cursor.fetchone()[0]}\n")
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    print("| as | page | ms | queries | of these PostgreSQL | slowest query |\n| --- | --- | --- | --- | --- | --- |")
    for page in pages():
        if options.words and not page.name.startswith(tuple(options.words)):
            continue
        _line(clients[page.who], page, options)


def _line(client: Any, page: Page, options: argparse.Namespace) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(page.address, follow=True)  # what a process keeps is read once
    times: list[tuple[float, float]] = []
    while len(times) < RUNS and sum(map(sum, times)) < ENOUGH:
        before = (time.process_time() * 1000, _database_ms())
        answer = client.get(page.address, follow=True)
        times.append((time.process_time() * 1000 - before[0], _database_ms() - before[1]))
    with CaptureQueriesContext(connection) as caught:
        client.get(page.address, follow=True)
    took = [(float(query["time"]) * 1000, query["sql"]) for query in caught.captured_queries]
    ours, theirs = (statistics.median(part) for part in zip(*times, strict=True))
    if ours + theirs < options.above:
        return
    status = "" if answer.status_code == 200 else f" ({answer.status_code})"
    slowest = max((ms for ms, _sql in took), default=0)
    figures = f"{ours + theirs:.0f} | {len(took)} | {theirs:.0f} | {slowest:.0f}"
    print(f"| {page.who} | {page.name}{status} | {figures} |", flush=True)
    for ms, sql in took:
        if options.explain and ms >= options.explain:
            _explain(ms, sql)


def _database_ms() -> float:
    """What our connection's process has used so far; alone, for helpers would not be counted."""
    from django.db import connection

    info: Any = connection.connection.info
    return int(Path(f"/proc/{info.backend_pid}/schedstat").read_text().split()[0]) / 1_000_000


def _explain(ms: float, sql: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}")
        plan = "\n".join(f"      {line}" for (line,) in cursor.fetchall())
    print(f"    {ms:.0f} ms: {sql}\n{plan}", flush=True)


def _clients() -> dict[str, Any]:
    """A browser for each role."""
    from django.contrib.auth.models import Group, User
    from django.test import Client

    clients = {who: Client(headers={"host": "127.0.0.1"}) for who in (EVERYBODY, ADMIN, VERIFIER, OBSERVER)}
    clients[ADMIN].force_login(seed.clerk())
    for role in (VERIFIER, OBSERVER):
        user, _is_new = User.objects.get_or_create(username=f"bench-{role}", is_staff=True)
        user.groups.set([Group.objects.get(name=role)])
        clients[role].force_login(user)
    return clients


if __name__ == "__main__":
    main()
