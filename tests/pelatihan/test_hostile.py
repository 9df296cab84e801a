"""Every address × every parameter × every field of every form, with what nobody should send, as everybody.

Two values for each, always the same ones; ``HOSTILE=12`` sends twelve, ``HOSTILE=all`` all (an hour).
Names are read from the rendered pages and from the code, so that a new field is walked by itself.
"""

import json
import logging
import os
import random
import uuid
import zlib
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote, urlsplit

import pytest
import time_machine
from django.core.handlers import wsgi
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tests.pelatihan.hostile.forms import Form, forms_of
from tests.pelatihan.hostile.values import JSON_VALUES, LONG, TAG, VALUES, sample
from tests.pelatihan.hostile.walking import Walk, Watched, fault_of
from tests.pelatihan.hostile.world import (
    EVERYBODY,
    Address,
    World,
    a_world,
    browsers,
    by_hand,
    of_the_admin,
    of_the_site,
)
from tests.pelatihan.test_walk import MORNING

WISH = os.environ.get("HOSTILE", "2")
EACH = None if WISH == "all" else int(WISH)
logger = logging.getLogger(__name__)


@pytest.fixture
def world(db) -> Iterator[World]:
    with time_machine.travel(MORNING, tick=False):
        yield a_world()


@pytest.fixture
def walk(world, caplog, monkeypatch) -> Iterator[Walk]:
    caplog.set_level(logging.CRITICAL, "django")
    monkeypatch.setattr(wsgi, "QueryDict", Watched)
    walk = Walk(browsers(world))
    admin = logging.getLogger("pelatihan.admin.kit")
    admin.addHandler(walk.refused)
    yield walk
    admin.removeHandler(walk.refused)
    logger.info(
        "%d parameters of %d addresses, %d requests, slowest %.2f s, answers %s",
        len(walk.asked), len({where for _, where, _ in walk.asked}), walk.requests, walk.slowest, walk.statuses,
    )  # fmt: skip


def people(*about: object) -> Iterator[str]:
    """The admin first, whom every door opens, then the others in turn."""
    yield "admin"
    start = zlib.crc32(repr(about).encode())
    while True:
        yield EVERYBODY[start % len(EVERYBODY)]
        start += 1


def send(walk: Walk, form: Form, name: str) -> None:
    """The form as it stands, but for one field. Pages of the admin take four times as long: a value less for them."""
    others = [pair for pair in form.sent if pair[0] != name]
    about = form.method, urlsplit(form.address).path, name
    each = 2 if EACH == 3 and about[1].startswith("/admin/") else EACH
    for value, who in zip(sample(each, *about), people(*about), strict=False):
        walk.ask(who, form.method, form.address, [*others, (name, value)], name)


def pages(walk: Walk, address: Address) -> list[Form]:
    """The forms of a page, as those see them for whom it opens."""
    found: dict[object, Form] = {}
    for who in ("nobody", "delegate", "admin"):
        response = walk.clients[who].get(address.path)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            found |= {form.key: form for form in forms_of(response.content.decode(), address.path)}
    return list(found.values())


def send_what_is_looked_at(walk: Walk, address: Address) -> None:
    """All parameters together, then each alone that the page has looked at: what it never looks at does nothing."""
    for value, who in ((LONG, "admin"), ("", "delegate"), ("²", "nobody")):
        walk.ask(who, "GET", address.path, [(name, value) for name in sorted(address.names)], "all")
    sent = set[str]()
    while left := sorted((address.names if Watched.whole in Watched.looked_at else Watched.looked_at) - sent):
        for name in left:
            send(walk, Form("GET", address.path, names={name}), name)
        sent |= set(left)


def walk_through(walk: Walk, addresses: list[Address]) -> None:
    forms: dict[object, Form] = {}
    for address in addresses:
        Watched.looked_at.clear()
        forms |= {form.key: form for form in pages(walk, address)}
        send_what_is_looked_at(walk, address)
    for form in [form for form in forms.values() if form.method == "POST"]:
        page = walk.page_after("POST", form.address, form.sent)
        forms |= {after.key: after for after in forms_of(page, urlsplit(form.address).path) if after.method == "POST"}
    walk_forms(walk, list(forms.values()))


def walk_forms(walk: Walk, forms: list[Form]) -> None:
    for form in forms:
        for name in sorted(form.names - {"csrfmiddlewaretoken"}):
            send(walk, form, name)


# ---- The walk ------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(2))
def test_no_parameter_or_field_of_the_site_is_answered_by_an_error(walk, world, part):
    walk_through(walk, of_the_site(world)[part::2])

    assert not walk.faults, "\n".join(walk.faults)
    assert len(walk.asked) > 50


@pytest.mark.parametrize("part", range(3))
def test_no_parameter_or_field_of_the_admin_is_answered_by_an_error(walk, world, part):
    walk_through(walk, of_the_admin(world)[part::3])

    assert not walk.faults, "\n".join(walk.faults)
    assert len(walk.asked) > 150


def test_nothing_that_scripts_send_is_answered_by_an_error(walk, world):
    walk_forms(walk, by_hand(world))

    assert not walk.faults, "\n".join(walk.faults)


def test_no_address_is_answered_by_an_error(walk, world):
    for address in [*of_the_site(world), *of_the_admin(world)]:
        for place, part in enumerate(parts := address.path.strip("/").split("/")):
            if part.isdigit() or part in (world.angkatan.slug, world.upcoming.slug) or "-" in part:
                for value, who in zip(sample(EACH, address.name, place), people(address.name), strict=False):
                    odd = quote(str(value).encode("utf-8", "surrogatepass"), safe="")
                    path = "/".join([*parts[:place], odd, *parts[place + 1 :]])
                    walk.ask(who, "GET", f"/{path}/" if address.path.endswith("/") else f"/{path}", [], f"part {place}")

    assert not walk.faults, "\n".join(walk.faults)


def test_no_scan_is_answered_by_an_error(walk, world):
    address = reverse("record", args=[world.angkatan.slug, world.session.pk])
    scan = {"id": "5f0e8c1e-0000-4000-8000-000000000001", "kind": "code", "code": world.person.code}
    scan |= {"at": "2019-03-11T08:00:00+07:00", "ref": str(world.person.ref), "undoes": scan["id"], "shown": "present"}
    values = random.Random(5).sample(JSON_VALUES, 12) if EACH else JSON_VALUES
    for kind in ("code", "ref", "undo"):
        for name in scan:
            for value in values:
                fields = {key: json.dumps(known) for key, known in (scan | {"kind": kind}).items()} | {name: value}
                item = "{" + ", ".join(f'"{key}": {known}' for key, known in fields.items()) + "}"
                walk.tell("petugas", address, f'{{"device": "Meja 1", "scans": [{item}]}}', name)
    written = {
        "name": "Ahmad Fauzi",
        "ormas": None,
        "ormas_text": "Forum",
        "phone": "",
        "reason": "Surat tugas",
        "seq": 7,
    }
    for kind, name, value in product(("walk_in", "override"), written, values):
        known = scan | written | {"kind": kind, "id": str(uuid.uuid4())}
        fields = {key: json.dumps(each) for key, each in known.items()} | {name: value}
        item = "{" + ", ".join(f'"{key}": {each}' for key, each in fields.items()) + "}"
        walk.tell("panitia", address, f'{{"scans": [{item}]}}', f"{kind} {name}")
    for value in JSON_VALUES:
        walk.tell("petugas", address, f'{{"device": {value}, "sent_at": {value}, "scans": []}}', "device")
        walk.tell("petugas", address, f'{{"scans": {value}}}', "scans")
        walk.tell("petugas", address, value, "body")

    assert not walk.faults, "\n".join(walk.faults)


def test_nothing_that_a_device_says_is_answered_by_an_error(walk, world):
    slug = world.angkatan.slug
    for value in JSON_VALUES:
        for name in ("label", "pin"):
            fields = {"label": '"Ponsel meja 1"', "pin": '"472915"'} | {name: value}
            body = "{" + ", ".join(f'"{key}": {each}' for key, each in fields.items()) + "}"
            walk.tell("petugas", reverse("prepare", args=[slug]), body, name)
        for name in ("unsent", "copied_at", "battery", "wiped"):
            walk.tell("petugas", reverse("device_said", args=[slug]), f'{{"{name}": {value}}}', name)
        walk.tell("petugas", reverse("prepare", args=[slug]), value, "body")
        walk.tell("petugas", reverse("device_said", args=[slug]), value, "body")

    assert not walk.faults, "\n".join(walk.faults)


# ---- The walk itself -----------------------------------------------------------------------------


def test_what_is_wrong_with_an_answer_is_seen():
    assert fault_of(HttpResponse(f"<p>{TAG}</p>")) == "shows as markup what was sent"
    assert fault_of(HttpResponse("Traceback (most recent call last)")) == "shows a traceback"
    assert fault_of(HttpResponse(status=503)) == "status 503"
    assert fault_of(HttpResponseRedirect("//evil.example/x")) == "leads to another site"
    assert fault_of(HttpResponse("<p>&lt;q9z&gt;</p>")) == ""
    assert len(VALUES) > 50
