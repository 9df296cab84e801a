"""What the service worker is told to keep, and who may have it."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from pelatihan.desk import offline
from tests.factories import UserFactory

KEPT = re.compile(r"^self\.KEPT = (?P<kept>.*);$", re.M)
ASSET = re.compile(r'(?:href|src)="/static/([^"#]+)')


def kept(client) -> dict:
    return json.loads(KEPT.search(client.get("/sw.js").text)["kept"])


def test_worker_is_everybodys_and_asked_for_anew(client):  # no database: nothing is asked
    answer = client.get("/sw.js")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in answer


def test_every_file_is_there():
    names = offline.kept_files()

    assert len(names) == len(set(names)) > 20
    assert [name for name in names if not finders.find(name)] == []
    assert {"js/judge.js", "js/sender.js", "js/store.js", "vendor/qr/decode.js"} <= set(names)


@pytest.mark.parametrize("name", ["desk_session", "walk_in", "prepare", "desk"])
def test_every_file_that_a_kept_page_names_is_kept(name, door, organiser):
    where = [door.session.angkatan.slug, *([door.session.pk] if name in {"desk_session", "walk_in"} else [])]
    page = organiser.get(reverse(name, args=where), {"pilih": ""})

    named = {file for file in ASSET.findall(page.text) if file.endswith((".css", ".js", ".svg"))}
    assert len(named) > 3
    assert named - {*offline.kept_files()} == set()
