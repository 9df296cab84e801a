"""What a clerk enters on the recap: one cell, five hundred at once, taking them back; and closing a session."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial

from django.urls import reverse

from bench.clients import Client, Run
from bench.recaps import filled_batch
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan.models import Angkatan, AttendanceEvent, Registration, Session

PEOPLE, MANY = 1_000, 500
ONES = 100  # requests of one mark
STATES = ("present", "sick", "late", "excused", "absent", "present")  # of those at once, a half after the other
CROWD = 30_000


class Clerk:
    """Somebody of the committee on the recap of one session."""

    def __init__(self, site: Site, batch: Angkatan, session: Session) -> None:
        self.client = Client(site.port)
        self.client.log_in("panitia")
        self.path = reverse("mark_many", args=[batch.slug, session.pk])
        self.seen: dict[str, str | None] = {}

    def mark(self, people: list[Registration], state: str, reason: str = "") -> list[str]:
        """The ids of the marks; each is answered as it was meant, or it is no measurement."""
        marks = [
            {"id": str(uuid.uuid4()), "ref": str(one.ref), "state": state, "seen": self.seen.get(str(one.ref)),
             "reason": reason}
            for one in people
        ]  # fmt: skip
        for result in self._send({"marks": marks}):
            self.seen[str(result["ref"])] = result["event"]
        return [str(one["id"]) for one in marks]

    def undo(self, events: list[str]) -> None:
        for result in self._send({"undo": events}):
            self.seen[str(result["ref"])] = result["event"]

    def _send(self, body: dict[str, object]) -> list[dict[str, str | None]]:
        answer = self.client.send(
            "POST", self.path, json.dumps(body).encode(), Content_Type="application/json", Accept="application/json",
            X_CSRFToken=self.client.cookies["csrftoken"],
        )  # fmt: skip
        results: list[dict[str, str | None]] = json.loads(answer.body)["results"] if answer.status == 200 else []
        if not results or any(result["refusal"] for result in results):
            raise RuntimeError(f"{answer.status} {answer.body[:500]!r}")
        return results


def measure(site: Site) -> str:
    """A table: one line for each act."""
    batch, rundown = filled_batch(89, PEOPLE)
    people = list(batch.registrations.order_by("pk"))
    clerk = Clerk(site, batch, rundown[-1])
    clerk.mark(people[:2], "sick"), clerk.mark(people[:2], "excused", "Surat izin")  # by both workers
    ones = [[one] for one in people[10 : 10 + ONES]]
    rows = [
        _row(site, "one mark", [partial(clerk.mark, one, "excused") for one in ones]),
        _row(site, "one mark over another", [partial(clerk.mark, one, "sick", "Surat dokter") for one in ones]),
    ]
    halves, ids = (people[:MANY], people[MANY : 2 * MANY]), list[list[str]]()

    def many(place: int) -> None:
        ids.append(clerk.mark(halves[place % 2], STATES[place], "Lembar hadir"))

    rows.append(_row(site, f"{MANY} marks at once", [partial(many, place) for place in range(len(STATES))]))
    rows.append(_row(site, f"{MANY} taken back at once", [partial(clerk.undo, some) for some in reversed(ids)]))
    rows += _closing(site)
    head = ["what", "requests", "server CPU each", "median", "slowest", "aim"]
    return table(f"Entered on the recap of {PEOPLE:,} people × {len(rundown)} sessions", head, rows)


def _closing(site: Site) -> Iterator[list[str]]:
    """Everybody is turned into absent, and back."""
    batch, rundown = crowded_batch(CROWD, number=86, sessions=1)
    client = Client(site.port)
    client.log_in("panitia")
    path = reverse("desk_close", args=[batch.slug, rundown[0].pk])

    def press(fields: dict[str, str]) -> None:
        if client.post(path, fields).status != 302:
            raise RuntimeError("The session was not closed.")

    yield _row(site, f"a session of {CROWD:,} closed", [partial(press, {})], aim="≤ 3 s")
    written = AttendanceEvent.objects.filter(session=rundown[0], means="closing").count()
    if written != CROWD:
        raise RuntimeError(f"{written} were turned into absent.")
    yield _row(site, "and opened again", [partial(press, {"buka": ""})], aim="≤ 3 s")


AIMS = {"one mark": "≤ 30 ms", f"{MANY} marks at once": "≤ 250 ms"}


def _row(site: Site, what: str, acts: list[Callable[[], object]], aim: str = "") -> list[str]:
    times, before = list[float](), site.cpu()
    for act in acts:
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    cpu = (site.cpu() - before) / len(acts) * 1000
    ran = Run(times, sum(times))
    return [
        what, str(len(acts)), f"{cpu:.1f} ms", f"{ran.median * 1000:.0f} ms", f"{max(times) * 1000:.0f} ms",
        aim or AIMS.get(what, ""),
    ]  # fmt: skip
