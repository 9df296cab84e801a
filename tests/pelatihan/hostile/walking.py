"""One request after the other, each undone, and what was wrong with the answers."""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.http import HttpResponse, QueryDict
from django.test import Client

from tests.pelatihan.hostile.values import ELSEWHERE, TAG, Value, encoded

FORM = "application/x-www-form-urlencoded"
SLOW = 1.5  # seconds of our own work
DATABASE_SLOW = 5_000  # milliseconds for one statement

type Pairs = list[tuple[str, Value]]


class Refused(logging.Handler):
    """Collects what the admin let through to a refusal by the database: no form should."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record.getMessage())


class Watched(QueryDict):
    """The parameters of a request, which note in ``looked_at`` whatever a page looks at."""

    looked_at: set[str] = set()
    whole = "*"  # a page that copies them or goes through them looks at all
    _is_read = False  # not yet: to be filled is not to be looked at

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._is_read = True

    def __getitem__(self, key: str) -> Any:
        return super().__getitem__(self._note(key))

    def __contains__(self, key: object) -> bool:
        return super().__contains__(self._note(str(key)))

    def getlist(self, key: str, *default: Any) -> Any:
        return super().getlist(self._note(key), *default)

    def __iter__(self) -> Any:
        self._note(self.whole)
        return super().__iter__()

    def keys(self) -> Any:
        self._note(self.whole)
        return super().keys()

    def items(self) -> Any:
        self._note(self.whole)
        return super().items()

    def lists(self) -> Any:
        self._note(self.whole)
        return super().lists()

    def __copy__(self) -> Any:
        self._note(self.whole)
        return QueryDict(self.urlencode(), mutable=True)

    def __deepcopy__(self, memo: Any) -> Any:
        return self.__copy__()

    def _note(self, key: str) -> str:
        if self._is_read:
            self.looked_at.add(key)
        return key


@dataclass
class Walk:
    """What was asked, and the faults found. Nothing that a request does outlives it."""

    clients: dict[str, Client]
    asked: set[tuple[str, str, str]] = field(default_factory=set)  # method, address, parameter
    requests: int = 0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    refused: Refused = field(default_factory=Refused)

    def __post_init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [DATABASE_SLOW])

    def ask(self, who: str, method: str, address: str, pairs: Iterable[tuple[str, Value]], about: str) -> None:
        """Ask once."""
        body, path = encoded(list(pairs)), urlsplit(address)._replace(scheme="", netloc="").geturl()
        self.asked.add((method, urlsplit(path).path, about))
        started = time.process_time()  # a machine busy with other things is no fault of ours
        fault = self._fault(who, method, path, body, FORM)
        took = time.process_time() - started
        self.slowest = max(self.slowest, took)
        self._note(fault or (f"took {took:.1f} s" if took >= SLOW else ""), who, method, path, about, body)

    def page_after(self, method: str, address: str, sent: list[tuple[str, str]]) -> str:
        """What the admin reads after sending a form as it stands; nothing where that leads to another page."""
        with transaction.atomic():
            response = _sent(self.clients["admin"], method, address, encoded(list(sent)), FORM)
            transaction.set_rollback(True)
        return response.content.decode() if response.status_code == 200 and not response.streaming else ""

    def tell(self, who: str, address: str, body: str, about: str) -> None:
        """Post JSON."""
        self.asked.add(("POST", address, f"JSON {about}"))
        self._note(self._fault(who, "POST", address, body, "application/json"), who, "POST", address, about, body)

    def _note(self, fault: str, who: str, method: str, path: str, about: str, body: str) -> None:
        if fault:
            self.faults.append(f"{method} {path} as {who}, {about} of {body[:300]}: {fault}")

    def _fault(self, who: str, method: str, path: str, body: str, kind: str) -> str:
        client, self.requests = self.clients[who], self.requests + 1
        cookies, self.refused.seen = SimpleCookie(client.cookies.output(header="", sep=";")), []
        try:
            with transaction.atomic():
                response = _sent(client, method, path, body, kind)
                if method != "GET":
                    connection.check_constraints()  # what would come to light when the transaction ends
                transaction.set_rollback(True)
        except Exception as failure:
            return f"{type(failure).__name__}: {str(failure)[:200]}"
        finally:
            client.cookies = cookies
        self.statuses[response.status_code] = self.statuses.get(response.status_code, 0) + 1
        return next(iter(self.refused.seen), "") or fault_of(response)


def _sent(client: Client, method: str, path: str, body: str, kind: str) -> Any:
    if method == "GET":
        return client.get(f"{path.split('?')[0]}?{body}")
    return client.generic(method, path, body, content_type=kind)


def fault_of(response: HttpResponse) -> str:
    """What is wrong with an answer; nothing with most."""
    if response.status_code >= 500:
        return f"status {response.status_code}"
    if ELSEWHERE in urlsplit(response.headers.get("Location", "")).netloc:
        return "leads to another site"
    if "x" in response.cookies:
        return "sets a cookie that was sent"
    if response.streaming or not response["Content-Type"].startswith("text/html"):
        return ""
    page = response.content.decode()
    if "Traceback (most recent call last)" in page:
        return "shows a traceback"
    return "shows as markup what was sent" if TAG in page else ""
