"""Boards that renew themselves every three seconds: fifty at once, and one of 30,000 people."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from statistics import median

from django.db import connection
from django.urls import reverse

from bench import checkins, crowded
from bench.clients import Client
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch, desk_world
from pelatihan.models import Registration, Session

BOARDS, EVERY, SECONDS = 50, 3.0, 30.0
ROLES = ("panitia", "petugas", "pemantau")  # who may see different things, so three kinds of board
ARRIVE = 5  # check-ins a second
PEOPLE, LISTED, SESSIONS = 30_000, 5_000, 6
MOST_OF_A_CORE, PAGE_MS = 5, 100

type Scan = tuple[Session, Registration]


@dataclass
class Board:
    """One that is looked at: what it shows is marked, and it asks with that mark."""

    client: Client
    path: str
    tag: str = ""
    statuses: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def ask(self) -> None:
        before = time.perf_counter()
        answer = self.client.send("GET", self.path, If_None_Match=self.tag, Accept_Encoding="gzip")
        self.times.append(time.perf_counter() - before)
        if answer.status not in (200, 304):
            raise RuntimeError(f"{self.path}: {answer.status}")
        self.statuses.append(answer.status)
        self.tag = answer.headers.get("etag", "")


def measure(site: Site) -> str:
    """Two tables: boards that are open for half a minute, and the board of a batch without equal."""
    scans = desk_world(sessions=6, number=92)
    batch = scans[0][0].angkatan
    path = f"{reverse('board', args=[batch.slug])}?bagian=papan&sesi={scans[0][0].pk}"
    boards = list(_open(site, path))
    rows = [
        _row(site, "nothing changes", boards, []),
        _row(site, f"{ARRIVE} check-ins a second", boards, scans),
    ]
    head = ["meanwhile", "of a core", "aim", "asked", "304", "CPU each", "median", "slowest"]
    watching = table(f"{BOARDS} boards open for {SECONDS:.0f} s, each asks every {EVERY:.0f} s", head, rows)
    return f"{watching}\n{_without_equal(site)}"


def _open(site: Site, path: str) -> Iterator[Board]:
    """Of three kinds of people; each has looked twice, by whichever worker."""
    known = {role: Client(site.port) for role in ROLES}
    for role, client in known.items():
        client.log_in(role)
    for _, role in zip(range(BOARDS), cycle(ROLES), strict=False):
        board = Board(known[role].twin(), path)
        board.ask()
        board.ask()
        yield board


def _row(site: Site, what: str, boards: list[Board], scans: list[Scan]) -> list[str]:
    for board in boards:
        board.statuses.clear()
        board.times.clear()
    alone = _check_ins(site, scans, [])
    cpu, took = _watched(site, boards, scans)
    times = [one for board in boards for one in board.times]
    unchanged = sum(board.statuses.count(304) for board in boards)
    used = cpu / took - alone
    return [
        what, f"{used * 100:.1f} %", "" if scans else f"≤ {MOST_OF_A_CORE} %", str(len(times)), str(unchanged),
        f"{used * took / len(times) * 1000:.1f} ms", f"{median(times) * 1000:.1f} ms", f"{max(times) * 1000:.0f} ms",
    ]  # fmt: skip


def _check_ins(site: Site, scans: list[Scan], boards: list[Board]) -> float:
    """What the check-ins alone take of a core, so that it is not laid to the boards."""
    return _watched(site, boards, scans, seconds=SECONDS / 3)[0] / (SECONDS / 3) if scans else 0.0


def _watched(site: Site, boards: list[Board], scans: list[Scan], seconds: float = SECONDS) -> tuple[float, float]:
    """Seconds of CPU and of the clock while the boards ask in turn and people check in."""
    acts: list[tuple[float, Callable[[], object]]] = []
    for place, board in enumerate(boards):
        turns = int(seconds / EVERY)
        acts += [(turn * EVERY + place * EVERY / len(boards), board.ask) for turn in range(turns)]
    if scans:
        desk = Client(site.port)
        desk.log_in("petugas")
        for place in range(int(seconds * ARRIVE)):
            scan = scans.pop()
            acts.append((place / ARRIVE, lambda scan=scan: checkins.check_in(desk, scan)))  # type: ignore[misc]
    acts.sort(key=lambda act: act[0])
    before, started = site.cpu(), time.perf_counter()
    with ThreadPoolExecutor(1) as desk_thread, ThreadPoolExecutor(16) as threads:
        waiting = []
        for at, act in acts:
            time.sleep(max(0.0, started + at - time.perf_counter()))
            is_board = getattr(act, "__self__", None) is not None
            waiting.append((threads if is_board else desk_thread).submit(act))
        for one in waiting:
            one.result()
    return site.cpu() - before, time.perf_counter() - started


# ---- Without equal -----------------------------------------------------------------------------------


def _without_equal(site: Site) -> str:
    """A third has come to one session, then everybody to all of the day."""
    batch, rundown = crowded_batch(PEOPLE, number=91, sessions=SESSIONS, listed=LISTED)
    path = f"{reverse('board', args=[batch.slug])}?sesi={rundown[-1].pk}"
    _come(batch.pk, rundown[-1].pk, "id % 3 = 0")
    rows = [_page(site, "a third came to one session", path)]
    for session in rundown[:-1]:
        _come(batch.pk, session.pk, "id % 10 > 0")
    rows.append(_page(site, f"nine of ten came to {SESSIONS - 1} sessions before", path))
    rows.append(_page(site, "the same, its changing part", f"{path}&bagian=papan"))
    head = ["board", "server CPU", "median", "KB", "aim"]
    return table(f"The board of {PEOPLE:,} people ({crowded.EACH} requests a line, one after the other)", head, rows)


def _come(batch: int, session: int, who: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            crowded.COME.replace("id %% 3 = 0", who.replace("%", "%%")), {"session": session, "batch": batch}
        )
        cursor.execute("ANALYZE")


def _page(site: Site, what: str, path: str) -> list[str]:
    _path, _role, cpu, middle, size, aim = crowded.line(site, path, "panitia", PAGE_MS)
    return [what, cpu, middle, size, aim]
