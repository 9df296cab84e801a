"""What the service worker is told to keep, and who may have it."""

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from pelatihan.accounts import access
from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Scan
from pelatihan.desk import offline
from pelatihan.models import Session
from tests.factories import SessionFactory, UserFactory, a_registration

KEPT = re.compile(r"^self\.KEPT = (?P<kept>.*);$", re.M)
ASSET = re.compile(r'(?:href|src)="/static/([^"#]+)')


@pytest.fixture
def officer(db) -> User:
    access.make_groups()
    return UserFactory(role="petugas")


@pytest.fixture
def session(db) -> Session:
    now = timezone.now()
    return SessionFactory(angkatan__starts_on=timezone.localdate(now), starts_at=now, ends_at=now + timedelta(hours=1))


def read(worker: str) -> dict[str, Any]:
    found = KEPT.search(worker)
    assert found
    return json.loads(found["kept"])


def test_worker_is_everybodys_and_asked_for_anew(client):  # no database: nothing is asked
    answer = client.get("/sw.js")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in answer


def test_every_file_is_there():
    names = offline.kept_files()

    assert len(names) == len(set(names)) > 20  # of one that is named twice a browser keeps nothing at all
    assert [name for name in names if not finders.find(name)] == []
    assert {"js/judge.js", "js/sender.js", "js/store.js", "vendor/qr/decode.js"} <= set(names)


def test_pages_of_the_desk_need_nothing_that_is_not_kept(client, officer, session):
    client.force_login(officer)
    slug = session.angkatan.slug
    pages = [
        reverse("desk_session", args=[slug, session.pk]),
        reverse("walk_in", args=[slug, session.pk]),
        reverse("prepare", args=[slug]),
        reverse("desk", args=[slug]) + "?pilih",
    ]
    wanted = {name for page in pages for name in ASSET.findall(client.get(page).text)}

    assert len(wanted) > 8
    assert wanted - set(offline.kept_files()) == set()


def test_version_tells_of_every_change(monkeypatch, tmp_path):
    before = read(offline._worker())
    changed = tmp_path / "sender.js"
    changed.write_text(offline._source("js/sender.js").read_text() + "// mended\n")
    source = offline._source
    monkeypatch.setattr(offline, "_source", lambda name: changed if name == "js/sender.js" else source(name))

    after = read(offline._worker())
    assert after["VERSION"] != before["VERSION"]
    assert after["FILES"] == before["FILES"]


def test_page_that_is_kept_names_nobody(client, officer, session):
    person = a_registration(session.angkatan, name="Siti Rahmawati", at=session.starts_at - timedelta(days=3))
    scan = Scan(uuid.uuid4(), session.starts_at, code=person.code)
    writer.record(session, [scan], actor=SYSTEM, at=session.starts_at)
    client.force_login(officer)
    path = reverse("desk_session", args=[session.angkatan.slug, session.pk])
    full = client.get(f"{path}?jawaban={scan.id}").text

    assert full.count("Siti Rahmawati") > 2
    for query in ("", f"&jawaban={scan.id}", "&cari=siti"):
        bare = client.get(f"{path}?bagian=kerangka{query}").text
        assert "Siti" not in bare
        assert person.code not in bare
        assert str(person.ref) not in bare
        assert "data-form" in bare
