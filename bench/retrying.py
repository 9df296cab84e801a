"""Clients that send each scan until it is acknowledged, whatever breaks meanwhile; and what the database then holds."""

import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Self

from django.db import connections
from django.db.models import Count

from bench import posts
from bench.posts import Desk
from pelatihan.models import Attendance, AttendanceEvent, Registration, Session

AGAIN = (0.05, 0.3)  # seconds until the next try; a real device takes longer
LONGEST = 120.0  # seconds for one scan, tries included
GOOD = {"present", "late", "already"}


@dataclass(frozen=True)
class Act:
    """One person at the door of one session, and the id that every try carries."""

    session: Session
    person: Registration
    name: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Burst:
    """Devices that share the acts. ``with Burst(…) as burst:`` and break something inside; at the end all have sent."""

    port: int
    desks: Sequence[Desk]
    acts: Sequence[Act]
    limit: float = 8.0  # seconds until a device gives an answer up
    acknowledged: dict[str, str] = field(default_factory=dict)  # what was answered first
    tries: int = 0

    def __enter__(self) -> Self:
        self._queue: SimpleQueue[Act] = SimpleQueue()
        self._failed: list[BaseException] = []
        self._turn = threading.Lock()
        for act in self.acts:
            self._queue.put(act)
        self._threads = [threading.Thread(target=self._work, args=[desk], daemon=True) for desk in self.desks]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        for thread in self._threads:
            thread.join(LONGEST)
        if self._failed or len(self.acknowledged) != len(self.acts):
            raise RuntimeError(f"{len(self.acknowledged)} of {len(self.acts)} acknowledged. {self._failed[:1]}")

    def send_all(self) -> None:
        """When nothing is broken meanwhile but what is broken already."""
        with self:
            pass

    def wait_for(self, share: float) -> None:
        """Until so much of all is acknowledged."""
        deadline = time.monotonic() + LONGEST
        while len(self.acknowledged) < share * len(self.acts) and time.monotonic() < deadline and not self._failed:
            time.sleep(0.002)

    def _work(self, desk: Desk) -> None:
        try:
            while True:
                self._send(desk, self._queue.get_nowait())
        except Empty:
            return
        except Exception as problem:
            self._failed.append(problem)

    def _send(self, desk: Desk, act: Act) -> None:
        """Again and again, on a fresh connection each time: the last one may be half dead."""
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline:
            with self._turn:
                self.tries += 1
            try:
                outcome = self._once(desk, act)
            except (OSError, http.client.HTTPException, ValueError):
                outcome = ""  # nobody there, half an answer, none at all
            if outcome:
                self.acknowledged[act.name] = outcome
                return
            time.sleep(random.uniform(*AGAIN))
        raise TimeoutError("One scan was never acknowledged.")

    def _once(self, desk: Desk, act: Act) -> str:
        """The outcome, or "" when the server says to come again.

        :raises RuntimeError: the server refused what it should take
        """
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.limit)
        try:
            body = desk.body([posts.scan(act.person, act.name)])
            headers = desk.headers | {"Content-Type": "application/json"}
            line.request("POST", posts.address(act.session), body, headers)
            answer = line.getresponse()
            text = answer.read()
        finally:
            line.close()
        if answer.status >= 500:
            return ""
        [result] = json.loads(text)["results"] if answer.status == 200 else [{"id": act.name, "outcome": ""}]
        if result["id"] != act.name or result["outcome"] not in GOOD:
            raise RuntimeError(f"{answer.status} {text[:200]!r}")
        return str(result["outcome"])


@dataclass(frozen=True)
class Found:
    """What became of acknowledged acts."""

    lost: int
    doubled: int


def found(acts: Sequence[Act]) -> Found:
    """Acts that left no event or no sum, and people about whom more than one thing happened in a session."""
    connections.close_all()  # the database may have been killed since
    events, sums = set[str](), set[tuple[int, int]]()
    doubled = 0
    for session in {act.session for act in acts}:
        people = [act.person.pk for act in acts if act.session == session]
        theirs = AttendanceEvent.objects.filter(session=session, registration__in=people)
        events |= {str(name) for name in theirs.values_list("pk", flat=True)}
        counted = Attendance.objects.filter(session=session, registration__in=people)
        sums |= {(session.pk, person) for person in counted.values_list("registration", flat=True)}
        each = theirs.order_by().values("registration").annotate(number=Count("pk"))
        doubled += each.filter(number__gt=1).count()
    lost = [act for act in acts if act.name not in events or (act.session.pk, act.person.pk) not in sums]
    return Found(len(lost), doubled)
