"""``python -m tools.mutants [part of a module's path ...]``: see docs/mutants.md."""

import argparse
import json
import multiprocessing as mp
import os
import random
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tools.mutants.source import ROOT, Mutant, mutants_of

os.environ |= tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest_env"]
os.environ["DJANGO_SETTINGS_MODULE"] = "pelatihan.settings"
os.environ.pop("DATABASE_URL", None)  # never on somebody's database
# What follows reads the settings, which read these.

from tools.mutants import child, report, table
from tools.mutants.pool import TIMEOUT, Done, Pool
from tools.mutants.session import FOLDER, KILLED, SURVIVED, Baseline, Session, baseline_file

PYTEST_PASSED, PYTEST_NOTHING = 0, 5


@dataclass
class Options:
    parts: list[str]
    seconds: float
    sample: int
    seed: int
    workers: int
    fresh: bool
    report: bool


class Run:
    """One call of the tool."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.ends = time.monotonic() + options.seconds
        self.pool = Pool(FOLDER / "work", options.workers)
        self.modules = [m for m in table.modules() if not options.parts or any(p in m.path for p in options.parts)]
        if options.sample:
            random.Random(options.seed).shuffle(self.modules)

    def main(self) -> int:
        if not self.modules:
            raise SystemExit("No module of tools/mutants.toml fits.")
        if not self.options.report:
            child.load()
            self._template()
        rows, alive, unneeded = [], 0, []
        for module in self.modules:
            if self.options.sample and time.monotonic() > self.ends:
                break
            session = Session(module)
            mutants = self._chosen(session, mutants_of(module.path, functions_only=module.functions_only))
            if not self.options.report:
                self._judge(session, mutants)
            survivors = report.survivors_of(session, mutants)
            alive += len(survivors)
            rows.append((module.path, report.counts_of(session, mutants)))
            unneeded += [] if self.options.sample else report.unneeded(session, mutants)
            for mutant in survivors:
                say(f"SURVIVED {report.difference(mutant)}")
        say(report.table(rows))
        for row in unneeded:
            say(f"tools/mutants-kept.toml need not keep {row}")
        return 1 if alive else 0

    def _chosen(self, session: Session, mutants: list[Mutant]) -> list[Mutant]:
        session.load()
        if self.options.sample:
            return session.slice(mutants, self.options.sample, self.options.seed)
        if self.options.fresh:
            session.verdicts.clear()
        return mutants

    def _template(self) -> None:
        process = mp.get_context("fork").Process(target=child.make_template, args=[FOLDER])
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit("The database of the tests could not be made.")

    def _judge(self, session: Session, mutants: list[Mutant]) -> None:
        unknown = [mutant for mutant in mutants if session.verdict(mutant) is None]
        if not unknown or time.monotonic() > self.ends:
            return
        baseline = self._baseline(session.module)
        began, count = time.monotonic(), 0
        for mutant, done in self.pool.work(self._jobs(session, unknown, baseline)):
            outcome = SURVIVED if done.code in (PYTEST_PASSED, PYTEST_NOTHING) else KILLED
            failed = done.findings.get("failed") or ["too slow" if done.code == TIMEOUT else "not importable"]
            by = failed[0] if outcome == KILLED else ""
            baseline.kills[by] += 1
            session.note(mutant, outcome, by)
            count += 1
        spent = time.monotonic() - began
        say(f"{session.module.path}: {count} mutants in {spent:.0f} s, {spent / max(count, 1):.2f} s each")

    def _jobs(
        self, session: Session, mutants: list[Mutant], baseline: Baseline
    ) -> Iterator[tuple[Mutant, Callable[[], tuple[child.Job, float]]]]:
        for mutant in mutants:
            if time.monotonic() > self.ends:
                return
            tests = baseline.tests_for(mutant)
            if not tests:
                session.note(mutant, SURVIVED)  # no test runs the line
                continue
            job = child.Job(tests, mutant.module, mutant.source, migrated=session.module.migrated)
            yield mutant, lambda job=job, tests=tests: (job, baseline.limit(tests))  # type: ignore[misc]

    def _baseline(self, module: table.Module) -> Baseline:
        """The unbroken run of the module's tests; modules with the same tests share one."""
        together = [other for other in table.modules() if other.tests == module.tests]
        file = baseline_file(together)
        if not file.exists():
            migrated = any(other.migrated for other in together)
            job = child.Job(module.tests, measured=[other.path for other in together], migrated=migrated)
            [(_, done)] = self.pool.work([("unbroken", lambda: (job, 900.0))])
            file.write_text(json.dumps(self._passed(module, done)))
        return Baseline(module, json.loads(file.read_text()))

    def _passed(self, module: table.Module, done: Done) -> dict[str, Any]:
        if done.code != PYTEST_PASSED:
            log = FOLDER / "work"
            raise SystemExit(f"{module.tests} fail unbroken ({done.findings.get('failed')}); see {log}/*.log")
        say(f"{', '.join(module.tests)}: {len(done.findings['seconds'])} tests in {done.seconds:.0f} s unbroken")
        return done.findings


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants ARGS=...", description=__doc__)
    parser.add_argument("parts", nargs="*", help="modules whose path has one of these in it; all without")
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop after so long; the next run goes on")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants of each module, by chance, judged anew")
    parser.add_argument("--seed", type=int, default=None, help="the chance of --sample")
    parser.add_argument("--workers", type=int, default=2, help="runs at a time")
    parser.add_argument("--fresh", action="store_true", help="forget what is known")
    parser.add_argument("--report", action="store_true", help="run nothing, tell what is known")
    given = vars(parser.parse_args())
    if given["seed"] is None:
        given["seed"] = random.SystemRandom().randrange(10**6)
    if given["sample"]:
        say(f"--seed {given['seed']}")
    return Run(Options(**given)).main()


if __name__ == "__main__":
    sys.exit(main())
