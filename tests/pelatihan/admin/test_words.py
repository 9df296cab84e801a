"""The admin as people meet it: every link that a page shows opens, and no page speaks as Django does by itself.

Whoever holds a role follows every link from the first page on, sends every form empty, and reads.
"""

import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import polib
import pytest
import time_machine
from django.conf import settings
from django.test import Client

from pelatihan.accounts import access
from tests.factories import UserFactory
from tests.pelatihan.hostile.world import World, a_world
from tests.pelatihan.test_walk import MORNING, browser_of

ROLES = ("verifikator", "panitia", "pemantau", "petugas", "admin", "superuser")
STOCK = re.compile(
    r"\b(obje[ck]\w*|i?per?iji?nan|manipulasi\w*|menyunting|mengedit|barang|^beranda$|situs administrasi|terkai[rt]"
    r"|ManagementForm|memberkaskan|tersembunyi|aksi|prioritas pengurutan|autenti\w+|yang lain|berhasil \w+|sukses"
    r"|True|False|None|agreed|field|instance|valid|sandi(?<!kata sandi)|save|delete|search|history|home|select|add"
    r"|change|view|today|now|yes|password|user|results?|permissions?|the|and|or|of|required)\b",
    re.IGNORECASE,
)
OURS = re.compile(r"kata sandi|nama pengguna|petugas yang lain", re.IGNORECASE)
HREF = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')
SPOKEN = re.compile(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"|<input[^>]*type="submit"[^>]*value="([^"]*)"')


@pytest.fixture
def world(db) -> Iterator[World]:
    with time_machine.travel(MORNING, tick=False):
        yield a_world()


def client_of(role: str) -> Client:
    if role != "superuser":
        return browser_of(role)
    client = Client()
    client.force_login(UserFactory(username="bos", is_superuser=True))
    return client


def shape(address: str) -> str:
    """Addresses of one kind: of all registrations, of all pages of a list."""
    parts = urlsplit(address)
    asked = sorted(pair.split("=")[0] for pair in parts.query.split("&"))
    return re.sub(r"\d+|[A-Z0-9]{4}-[A-Z0-9]{4}", "0", parts.path) + str(asked)


def pages(client: Client, *starts: str) -> Iterator[tuple[str, str, int, str]]:
    """One page of each kind that links lead to: from where, its address, how it was answered, what it holds."""
    waiting = deque(("", start) for start in starts)
    met = {shape(start) for start in starts}
    while waiting:
        before, address = waiting.popleft()
        answer = client.get(address, follow=True)
        html = answer.content.decode() if "html" in answer.headers["Content-Type"] else ""
        yield before, address, answer.status_code, html
        here = answer.request["PATH_INFO"]
        for link in map(unescape, HREF.findall(html)):
            there = urljoin(address if here in address else here, link).split("#")[0]
            if shape(there) in met or not there.startswith("/") or there.endswith((".pdf", ".jpg")):
                continue
            met.add(shape(there))
            waiting.append((address, there))


def words(html: str) -> set[str]:
    """All that is read or heard, piece by piece."""
    body = re.sub(r"<head>.*?</head>|<script.*?</script>", " ", html, flags=re.DOTALL)
    spoken = ["".join(found) for found in SPOKEN.findall(body)]
    return {unescape(" ".join(text.split())) for text in [*re.split(r"<[^>]+>", body), *spoken] if text.strip()}


def stock(html: str) -> list[str]:
    return sorted(text for text in words(html) if STOCK.search(OURS.sub("", text)))


@pytest.mark.parametrize("role", ROLES)
def test_every_link_shown_opens_and_speaks_plainly(world, role):
    """Whoever may do everything also sends what each form refuses."""
    client, forms = client_of(role), list[tuple[str, dict[str, str]]]()
    starts = ("/panitia/", "/akun/") if role == "petugas" else ("/admin/", "/panitia/", "/akun/")
    unopened, said, met = list[tuple[str, str, int]](), dict[str, str](), 0
    for before, address, code, html in pages(client, *starts):
        met += 1
        unopened += [(before, address, code)] if code != 200 else []
        said |= dict.fromkeys(stock(html), address)
        forms += [(address, sent) for sent in refused_on(address, html)]

    assert unopened == []
    assert said == {}
    assert met > (5 if role == "petugas" else 25)
    if role == "superuser":
        assert len(forms) > 25
        for address, sent in forms:
            said |= dict.fromkeys(stock(client.post(address, sent, follow=True).content.decode()), address)
        assert said == {}


def refused_on(address: str, html: str) -> list[dict[str, str]]:
    """What the forms of a page of the admin should refuse: nothing filled in, and a list's action on nobody."""
    if 'method="post"' not in html or not address.startswith("/admin/"):
        return []
    return [{}, *([{"action": "delete_selected", "index": "0"}] if 'name="action"' in html else [])]


def test_walk_would_notice(world):
    assert stock("<p>Semua barang terkait berikut akan dihapus</p>") != []
    assert stock('<li><a href="/admin/">Beranda</a></li><img alt="True">') == ["Beranda", "True"]
    assert stock("<p>Kata sandi lama</p>") == []


# ---- The catalogue -------------------------------------------------------------------------------


def test_catalogue_mends_what_a_walk_does_not_meet():
    ours = polib.pofile(str(settings.BASE_DIR / "locale/id/LC_MESSAGES/django.po"))
    stiff = re.compile(
        r"\b(objek|perijinan|manipulasi|menyunting|barang|beranda|situs|sandi (?!lama|baru)\w+ sandi)\b", re.I
    )

    assert [entry.msgid for entry in ours if stiff.search(entry.msgstr)] == []


# ---- Roles ---------------------------------------------------------------------------------------


def test_every_role_says_what_it_may(world):
    client = client_of("superuser")

    assert set(access.ROLES) == {*access.GROUPS, access.ADMIN_GROUP}
    for address in (
        "/admin/auth/user/",
        "/admin/auth/user/add/",
        f"/admin/auth/user/{world.rows[type(UserFactory())].pk}/change/",
    ):
        read = words(client.get(address).content.decode())
        assert set(access.ROLES.values()) <= read, address
