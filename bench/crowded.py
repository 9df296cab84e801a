"""Pages of a batch of 30,000 people, of whom a third have come: what grows with people must be cut or paged."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from bench.clients import Client, run
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan.models import Angkatan, Session

PEOPLE, LISTED = 30_000, 5_000
EACH = 10  # requests a line, one after the other
PAGE_MS, KEY_MS = 100, 60
KEYS = ("an", "si", "siti", "siti rah", "h. budi santoso", "pemuda maju", "pm77", "xq")  # typed at the desk
KB = 1024

COME = """
    WITH came AS (
        INSERT INTO pelatihan_attendanceevent (id, kind, registration_id, session_id, happened_at, arrived_at, device,
            means, outcome, state, code, is_clock_ahead, clock_error, needs_review, reason)
        SELECT gen_random_uuid(), 'check_in', id, %(session)s, now(), now(), '', 'scan', 'present', 'present', '',
            false, 0, false, ''
        FROM pelatihan_registration WHERE angkatan_id = %(batch)s AND id %% 3 = 0
        RETURNING id, registration_id, session_id, happened_at
    )
    INSERT INTO pelatihan_attendance (registration_id, session_id, state, first_at, event_id)
    SELECT registration_id, session_id, 'present', happened_at, id FROM came
"""


def measure(site: Site) -> str:
    """A table: one line for each page, and one for each search."""
    batch, rundown = crowded_batch(PEOPLE, number=94, listed=LISTED)
    with connection.cursor() as cursor:
        cursor.execute(COME, {"session": rundown[-1].pk, "batch": batch.pk})
        cursor.execute("ANALYZE")
    rows = [line(site, *page) for page in _pages(batch, rundown[-1])]
    head = ["page", "as", "server CPU", "median", "KB", "aim"]
    return table(f"A batch of {PEOPLE:,} people ({EACH} requests a line, one after the other)", head, rows)


def _pages(batch: Angkatan, session: Session) -> Iterator[tuple[str, str, int]]:
    """(address, who opens it, aim)."""
    desk = reverse("desk_session", args=[batch.slug, session.pk])
    board, recap = (reverse(name, args=[batch.slug]) for name in ("board", "recap"))
    for page in ("", "&hal=150"):
        yield f"{board}?sesi={session.pk}{page}", "panitia", PAGE_MS
    yield desk, "petugas", PAGE_MS
    yield f"{desk}?bagian=terakhir", "petugas", KEY_MS
    for key in KEYS:
        yield f"{desk}?{urlencode({'cari': key, 'bagian': 'cari'})}", "petugas", KEY_MS
    for end in ("", "?lembar=500", "?lembar=semua"):
        yield f"{recap}{end}", "panitia", PAGE_MS
    listing = reverse("admin:pelatihan_registration_changelist")
    person = batch.registrations.order_by("pk")[PEOPLE // 2]
    yield f"{listing}?angkatan={batch.slug}", "admin", PAGE_MS
    yield f"{listing}?q=siti+santoso", "admin", PAGE_MS
    yield reverse("admin:pelatihan_registration_change", args=[person.pk]), "admin", PAGE_MS
    yield batch.get_absolute_url(), "panitia", PAGE_MS


def line(site: Site, path: str, who: str, aim: int) -> list[str]:
    """One page opened ``EACH`` times: its row of the table."""
    client = Client(site.port)
    client.log_in(who)
    sizes = [_open(client, path) for _ in range(4)]  # by both workers
    before = site.cpu()
    ran = run([client], [path] * EACH, _open)
    cpu = (site.cpu() - before) / EACH
    return [
        f"`{path}`",
        who,
        f"{cpu * 1000:.0f} ms",
        f"{ran.median * 1000:.0f} ms",
        f"{sizes[0] / KB:.0f}",
        f"≤ {aim} ms",
    ]


def _open(client: Client, path: str) -> int:
    answer = client.send("GET", path)
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return len(answer.body)
