"""Delegates with their own phones in one hall, through one address: what a tap sends and what comes back."""

import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from bench.clients import Answer, Client
from bench.world import crowded_batch
from ormas import phones as numbers
from ormas.models import Delegate
from pelatihan.desk import phones, room_code
from pelatihan.models import Registration, Session
from pelatihan.registration.pages.own import remembered

KEY = re.compile(r'name="key" value="([^"]+)"')
DONE = re.compile(r'<section class="decision decision-\w+" role="(\w+)"')
RECORDED = "status"  # who is in is told so; whoever is not is warned
FORM = "application/x-www-form-urlencoded"


@dataclass
class Delegates:
    """A batch of people with numbers, and sessions whose rooms show a code."""

    sessions: list[Session]
    people: list[Registration]


def delegates(people: int, number: int, sessions: int) -> Delegates:
    """The same each time. Rooms show a code, and everybody has a number of their own."""
    batch, _rundown = crowded_batch(people, number=number, sessions=sessions)
    Session.objects.filter(angkatan=batch).update(self_check_in=True)
    theirs = list(Delegate.objects.filter(registrations__angkatan=batch).order_by("pk"))
    for place, one in enumerate(theirs):
        one.phone = f"+62812{number:02}{place:06}"
    Delegate.objects.bulk_update(theirs, ["phone"], batch_size=1000)
    found = Registration.objects.filter(angkatan=batch).select_related("delegate", "angkatan").order_by("pk")
    return Delegates(list(Session.objects.filter(angkatan=batch).order_by("pk")), list(found))


@dataclass
class Phone:
    """One browser: of somebody whom it knows by the cookie of the own page, or of nobody yet."""

    port: int
    known: Sequence[Registration] = ()
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.port)
        self.client.cookies = {"csrftoken": secrets.token_hex(16)}
        if self.known:
            self.client.cookies[remembered.cookie_name()] = _cookie_of(self.known)

    def known_before(self) -> "Phone":
        """It has a name already: what two tabs of one phone share."""
        name = phones.cookie_name()
        signer = signing.get_cookie_signer(salt=name + phones.SALT)
        self.client.cookies[name] = signer.sign(secrets.token_hex(10))
        return self

    def twin(self) -> "Phone":
        """Another tab of the same phone."""
        other = Phone(self.port, self.known)
        other.client.cookies = dict(self.client.cookies)
        return other

    def open(self, session: Session) -> Answer:
        """What the camera opens, now."""
        return self.client.send("GET", address(session), Accept_Encoding="gzip")

    def tap(self, page: Answer, session: Session, person: Registration, *, key: str = "") -> Answer:
        """ "Saya hadir", as the page has it: one tap, or code and phone."""
        sent = {"csrfmiddlewaretoken": self.client.cookies["csrftoken"], "key": key or _key(page)}
        if self.known:
            sent["ref"] = str(person.ref)
        else:
            sent |= {"code": person.code, "phone": numbers.display(person.delegate.phone)}
        return self.client.send("POST", address(session), urlencode(sent).encode(), Content_Type=FORM)

    def read(self, answer: Answer) -> str:
        """How the notice speaks that the answer leads to: ``RECORDED`` when somebody is in.

        :raises RuntimeError: it leads nowhere
        """
        if answer.status != 302:
            raise RuntimeError(f"{answer.status} {answer.text[:2000]}")
        shown = self.client.send("GET", answer.headers["location"], Accept_Encoding="gzip")
        found = DONE.search(shown.text)
        if found is None:
            raise RuntimeError(f"{shown.status} {shown.text[:2000]}")
        return found[1]

    def close(self) -> None:
        self.client.close()


def address(session: Session) -> str:
    return reverse("self", args=[room_code.token(session.pk, timezone.now())])


def _key(page: Answer) -> str:
    found = KEY.search(page.text)
    return found[1] if found else str(uuid.uuid4())


def _cookie_of(people: Sequence[Registration]) -> str:
    """The cookie that a browser holds which has opened these people's own pages."""
    kept = HttpRequest()
    for person in people:
        answer = remembered.remember(kept, HttpResponse(), person)
        kept.COOKIES[remembered.cookie_name()] = answer.cookies[remembered.cookie_name()].value
    assert settings.SECRET_KEY  # the servers' own
    return kept.COOKIES[remembered.cookie_name()]
