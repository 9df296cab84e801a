"""What a desk posts, and by which right: the token of a prepared device, or a log-in."""

import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from bench import wire
from bench.clients import Client
from bench.site import Site
from bench.world import prepared_device
from pelatihan.accounts import devices
from pelatihan.models import Angkatan, Registration, Session

type Scan = dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """A phone at the door: what its requests carry."""

    headers: dict[str, str]

    def post(self, session: Session, scans: Sequence[Scan]) -> bytes:
        """The request with these scans, sent now."""
        return wire.request(address(session), self.body(scans), self.headers)

    def body(self, scans: Sequence[Scan]) -> bytes:
        return json.dumps({"device": "bench", "sent_at": timezone.now().isoformat(), "scans": scans}).encode()


def address(session: Session) -> str:
    return reverse("record", args=[session.angkatan.slug, session.pk])


def device(batch: Angkatan, label: str = "HP lobi") -> Desk:
    """A prepared device: its token stands for a log-in."""
    return _desk({devices.cookie_name(): prepared_device(batch, label), "csrftoken": secrets.token_hex(16)})


def logged_in(site: Site, name: str = "petugas") -> Desk:
    client = Client(site.port)
    client.log_in(name)
    return _desk(client.cookies)


def scan(person: Registration, name: str = "") -> Scan:
    """Somebody's code, read now. ``name`` is the id of an act that is sent once more."""
    at = timezone.now().isoformat()
    return {"id": name or str(uuid.uuid4()), "kind": "code", "code": person.code, "at": at, "seq": 1}


def outcomes(status: int, body: bytes) -> list[str]:
    """What was answered about each scan.

    :raises RuntimeError: when it was not
    """
    if status != 200:
        raise RuntimeError(f"{status} {body[:200]!r}")
    return [result["outcome"] for result in json.loads(body)["results"]]


def _desk(cookies: dict[str, str]) -> Desk:
    together = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return Desk({"Cookie": together, "X-CSRFToken": cookies["csrftoken"], "Accept": "application/json"})
