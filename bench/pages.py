"""Queries of every page, and what a public page and the desk weigh on their way to a phone."""

import re
from urllib.parse import urljoin, urlsplit

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.clients import Client
from bench.site import Site
from bench.tables import table
from pelatihan.models import Angkatan
from pelatihan.phases import Phase
from pelatihan.registration.pages.invitation.door import address

MOST_QUERIES = 20
KB = 1024
PARTS = ("html", "css", "js", "font", "other")
FIRST_AIM, AGAIN_AIM = 40, 15  # compressed KB, all parts of a page together
DESK_AIM, DECODER_AIM = 60, 16
ASSET = re.compile(r'(?:href|src)="(/static/[^"#]+)')
IMPORT = re.compile(rb'from"?\s*"(\./[^"]+)"')
LATER = re.compile(rb'import\("([^"]+/vendor/qr/[^"]+)"\)')


def queries(site: Site) -> str:
    """A table: each page that can be opened, the role that opens it, and how often it asks the database."""
    rows = []
    for role, paths in _pages().items():
        browser = Browser(HTTP_HOST="127.0.0.1")
        if role:
            browser.force_login(User.objects.get(username=role))
        rows += [[_shown(path), role or "everybody", *_asked(browser, path)] for path in paths]
    return table("Queries of each page, session and user included", ["page", "as", "queries", "aim"], rows)


def _asked(browser: Browser, path: str) -> list[str]:
    browser.get(path)  # what a process keeps (the office, content types) is read once
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(path)
    number = str(len(asked)) if answer.status_code == 200 else f"{len(asked)} ({answer.status_code})"
    return [number, f"≤ {MOST_QUERIES}"]


def _pages() -> dict[str, list[str]]:
    """Addresses by the role that opens them; "" is everybody."""
    now = timezone.now()
    batches = {batch.phase(now): batch for batch in Angkatan.objects.exclude(number=98)}
    running, opened = batches[Phase.RUNNING], batches[Phase.OPEN]
    session = running.sessions.taking_attendance()[0]
    slug, desk = [running.slug], [running.slug, session.pk]
    public = [
        *_public(opened), reverse("calendar", args=[opened.slug]), reverse("find"), reverse("login"), reverse("health"),
    ]  # fmt: skip
    return {
        "": public,
        "petugas": [
            reverse("committee"), reverse("board", args=slug), f"{reverse('desk', args=slug)}?pilih",
            reverse("desk_session", args=desk), f"{reverse('desk_session', args=desk)}?cari=an&bagian=cari",
        ],
        "panitia": [
            reverse("board", args=slug), reverse("desk_close", args=desk), reverse("recap", args=slug),
            f"{reverse('recap', args=slug)}?lembar=semua", reverse("print", args=slug), reverse("password_change"),
        ],
        "admin": [reverse("admin:index"), *_admin(opened)],
    }  # fmt: skip


def _public(batch: Angkatan) -> list[str]:
    invitation = batch.invitations.order_by("pk")[0]
    return [
        reverse("home"), reverse("angkatan", args=[batch.slug]), reverse("register", args=[batch.slug]),
        reverse("listing", args=[batch.slug]), address("invitation", invitation),
        address("invitation_fill", invitation), reverse("lost_code"), reverse("privacy"),
    ]  # fmt: skip


def _admin(batch: Angkatan) -> list[str]:
    lists = ["pelatihan/angkatan", "pelatihan/registration", "ormas/ormas", "ormas/delegate"]
    rows = [f"pelatihan/angkatan/{batch.pk}/change", f"pelatihan/registration/{batch.registrations.all()[0].pk}/change"]
    return [f"/admin/{page}/" for page in [*lists, *rows]]


def _shown(path: str) -> str:
    masked = re.sub(r"/undangan/[^/]+/", "/undangan/…/", path)  # a token is somebody's key
    return f"`{re.sub(r'/\d+/', '/…/', masked)}`"


# ---- Bytes ---------------------------------------------------------------------------------------


def weights(site: Site) -> str:
    """A table: what each public page, and the desk, brings to a phone at the first visit, and at the next."""
    batches = {batch.phase(timezone.now()): batch for batch in Angkatan.objects.published()}
    rows = [_weight(site, path, FIRST_AIM) for path in _public(batches[Phase.OPEN])]
    session = batches[Phase.RUNNING].sessions.taking_attendance()[0]
    desk = reverse("desk_session", args=[session.angkatan.slug, session.pk])
    rows.append(_weight(site, desk, DESK_AIM, "petugas"))
    head = ["page", "html", "css", "js", "font", "other", "first visit", "aim", "next visit", "aim"]
    decoder = f"The desk's decoder, where the browser has none: {_decoder(site, desk) / KB:.1f} KB (≤ {DECODER_AIM})."
    return f"{table('Compressed KB of each page (as a browser asks: gzip, br)', head, rows)}\n{decoder}\n"


def _weight(site: Site, path: str, aim: int, role: str = "") -> list[str]:
    phone = _phone(site, role)
    page = phone.send("GET", path, Accept_Encoding="gzip, br")
    parts = dict.fromkeys(PARTS, 0) | {"html": len(page.body)}
    again = len(page.body)
    for asset in _assets(site, phone.send("GET", path).body):
        got = phone.send("GET", asset, Accept_Encoding="gzip, br")
        parts[_kind(asset)] += len(got.body)
        again += 0 if "immutable" in got.headers.get("cache-control", "") else len(got.body)
    sizes = [f"{size / KB:.1f}" for size in parts.values()]
    return [
        _shown(path),
        *sizes,
        f"{sum(parts.values()) / KB:.1f}",
        str(aim),
        f"{again / KB:.1f}",
        str(AGAIN_AIM),
    ]


def _phone(site: Site, role: str) -> Client:
    phone = Client(site.port)
    if role:
        phone.log_in(role)
    return phone


def _decoder(site: Site, desk: str) -> int:
    """Bytes of what the camera loads only where it must."""
    phone = _phone(site, "petugas")
    for asset in _assets(site, phone.send("GET", desk).body):
        if found := LATER.search(phone.send("GET", asset).body):
            address = urljoin(asset, found[1].decode())
            return len(phone.send("GET", address, Accept_Encoding="gzip, br").body)
    return 0


def _assets(site: Site, html: bytes) -> list[str]:
    """Everything that the page names below /static/, and what its modules import."""
    named = list(dict.fromkeys(ASSET.findall(html.decode())))
    for asset in named:
        if _kind(asset) == "js":
            folder = asset.rpartition("/")[0]
            imports = IMPORT.findall(Client(site.port).send("GET", asset).body)
            named += [new for one in imports if (new := f"{folder}/{one.decode()[2:]}") not in named]
    return named


def _kind(asset: str) -> str:
    ending = urlsplit(asset).path.rpartition(".")[2]
    return {"css": "css", "js": "js", "woff2": "font"}.get(ending, "other")
