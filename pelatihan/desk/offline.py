"""What keeps the desk's pages on the device: the service worker, with the list of the files that they need.

Its version is made of what these files hold, so a browser notices by itself when one of them has changed.
"""

import json
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from posixpath import normpath

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

WORKER = "js/sw.js"
# What the templates of the desk and of the page for photos name; what these import or draw is found in them.
PAGES = (
    "css/site.css",
    "css/organiser.css",
    "css/desk.css",
    "css/walk-in.css",
    "css/ready.css",
    "css/sheet-photo.css",
    "js/desk.js",
    "js/desk-sound.js",
    "js/camera-button.js",
    "js/leaving.js",
    "js/walk-in.js",
    "js/prepare.js",
    "js/sheet-photo.js",
    "img/emblem.svg",
    "vendor/bootstrap-icons/icons.svg",
    "vendor/bootstrap-icons/icons-staff.svg",
)
REFERENCE = re.compile(
    r'(?:\bfrom |\bimport\(|\bimport |@import url\(|\burl\()"(?P<file>\.{1,2}/[^"#]+|[\w/.-]+\.\w+)"'
)


@login_not_required
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The program that browsers keep; they ask for it anew at each visit, and each day."""
    response = HttpResponse(_worker() if settings.DEBUG else _worker_once(), content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


service_worker.shows_times = False  # type: ignore[attr-defined]  # needs no database


def kept_files() -> list[str]:
    """Every file that a page of the desk loads, each once: what the templates name, and what these name."""
    names = [name for name in PAGES if finders.find(name)]
    for name in names:  # grows meanwhile
        names += [one for one in _named_in(name) if one not in names]
    return names


def _named_in(name: str) -> list[str]:
    """Files that a style sheet or a module names, as the static files call them."""
    if not name.endswith((".css", ".js")):
        return []
    folder = name.rpartition("/")[0]
    named = [normpath(f"{folder}/{found['file']}") for found in REFERENCE.finditer(_source(name).read_text())]
    return [one for one in dict.fromkeys(named) if finders.find(one)]


def _source(name: str) -> Path:
    found = finders.find(name)
    assert isinstance(found, str)
    return Path(found)


def _worker() -> str:
    files = kept_files()
    content = b"".join(_source(name).read_bytes() for name in [WORKER, *files])
    addresses = [staticfiles_storage.url(name) for name in files if not _is_bundled(name)]
    version = sha256(content + json.dumps(addresses).encode()).hexdigest()[:12]
    return f"self.KEPT = {json.dumps({'VERSION': version, 'FILES': addresses})};\n{_source(WORKER).read_text()}"


def _is_bundled(name: str) -> bool:
    """Whether a style sheet is served as part of the one that imports it (web.staticfiles)."""
    return not settings.DEBUG and name.endswith(".css") and name not in PAGES


_worker_once = lru_cache(maxsize=1)(_worker)
