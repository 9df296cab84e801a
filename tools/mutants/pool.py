"""Children at work: so many at a time, each with a database and a time limit of its own."""

import json
import multiprocessing as mp
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tools.mutants.child import Job, run

FORK = mp.get_context("fork")
TIMEOUT = -1


@dataclass
class Done:
    """How a child ended: pytest's exit code (or TIMEOUT), and what it found."""

    code: int
    findings: dict[str, Any]
    seconds: float


@dataclass
class _Running:
    process: BaseProcess
    label: Any
    job: Job
    began: float
    limit: float


class Pool:
    """``size`` children at a time; ``folder`` takes what they say."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        self.free = list(range(size))
        self.clean: set[int] = set()  # slots whose database is as it was made
        self.running: dict[int, _Running] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def work[T](self, wanted: Iterable[tuple[T, Callable[[], tuple[Job, float]]]]) -> Iterator[tuple[T, Done]]:
        """Run the jobs, each with its limit in seconds, and give each result as it comes.

        A job is asked for only when it is its turn, so that it can use what came before.
        """
        waiting = iter(wanted)
        more = True
        try:
            while more or self.running:
                while more and self.free:
                    try:
                        label, ask = next(waiting)
                    except StopIteration:
                        more = False
                    else:
                        self._start(label, *ask())
                yield from self._ended()
        finally:
            for child in self.running.values():
                _kill(child.process)

    def _start(self, label: Any, job: Job, limit: float) -> None:
        slot = self.free.pop()
        job = replace(job, database=f"mutants_{slot}", result=self.folder / f"child-{slot}.json")
        job = replace(job, copied=slot in self.clean)
        self.clean.discard(slot)
        job.result.unlink(missing_ok=True)
        process = FORK.Process(target=run, args=[job])
        process.start()
        self.running[slot] = _Running(process, label, job, time.monotonic(), limit)

    def _ended(self) -> list[tuple[Any, Done]]:
        next_limit = min((child.began + child.limit for child in self.running.values()), default=0.0)
        wait([child.process.sentinel for child in self.running.values()], max(0.0, next_limit - time.monotonic()))
        ended = []
        for slot, child in list(self.running.items()):
            took = time.monotonic() - child.began
            if child.process.is_alive() and took < child.limit:
                continue
            code = TIMEOUT if child.process.is_alive() else child.process.exitcode or 0
            _kill(child.process)
            del self.running[slot]
            self.free.append(slot)
            result = child.job.result
            findings = json.loads(result.read_text()) if result.exists() else {}
            if findings.get("clean"):
                self.clean.add(slot)
            ended.append((child.label, Done(code, findings, took)))
        return ended


def _kill(process: BaseProcess) -> None:
    """The child and what it started: it leads a group of its own."""
    if process.is_alive() and process.pid:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:  # not yet its own leader
            process.kill()
    process.join()
