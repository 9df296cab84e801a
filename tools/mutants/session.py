"""What is known already, kept in .cache/mutants/ so that a run can stop and go on."""

import hashlib
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.mutants.source import ROOT, Mutant
from tools.mutants.table import Module

FOLDER = ROOT / ".cache" / "mutants"
KILLED = "killed"
SURVIVED = "survived"
IMPORT = ""  # stands for the import among the tests that run a line: any test may notice


@dataclass
class Verdict:
    """What became of a mutant: killed by which test, or survived these tests (by their hash)."""

    outcome: str
    by: str = ""
    tests: str = ""


@dataclass
class Session:
    """The verdicts of one module. A kill stands as long as the function does, a survivor until its tests change."""

    module: Module
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return FOLDER / (self.module.path.replace("/", ".") + ".json")

    def load(self) -> None:
        if self.file.exists():
            known = json.loads(self.file.read_text())
            self.verdicts = {key: Verdict(**row) for key, row in known.items()}

    def save(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")  # a run that is stopped leaves the old or the new, never half of it
        fresh.write_text(json.dumps({key: vars(row) for key, row in self.verdicts.items()}))
        fresh.replace(self.file)

    def verdict(self, mutant: Mutant) -> Verdict | None:
        known = self.verdicts.get(mutant.key)
        stale = known and known.outcome == SURVIVED and known.tests != self.module.tests_hash
        return None if stale else known

    def slice(self, mutants: list[Mutant], size: int, seed: int) -> list[Mutant]:
        """A few by chance, to be judged anew; what is known of the others stays."""
        chosen = random.Random(seed).sample(mutants, min(size, len(mutants)))
        for mutant in chosen:
            self.verdicts.pop(mutant.key, None)
        return chosen

    def note(self, mutant: Mutant, outcome: str, by: str = "") -> None:
        self.verdicts[mutant.key] = Verdict(outcome, by, self.module.tests_hash)
        self.save()


class Baseline:
    """What the unbroken module's tests do: which runs which line, how long it takes."""

    def __init__(self, module: Module, findings: dict[str, Any]) -> None:
        self.module = module
        self.seconds: dict[str, float] = findings["seconds"]
        self.lines: dict[str, list[str]] = findings["lines"][module.path]
        self.kills: Counter[str] = Counter()

    def tests_for(self, mutant: Mutant) -> list[str]:
        """The tests that can notice, those that noticed most so far first, then the quick ones."""
        run = {test for line in mutant.lines for test in self.lines.get(str(line), ())}
        able = run if mutant.lines and IMPORT not in run else set(self.seconds)
        return sorted(able, key=lambda test: (-self.kills[test], self.seconds[test]))

    def limit(self, tests: list[str]) -> float:
        return 15 + 4 * sum(self.seconds[test] for test in tests)


def baseline_file(modules: list[Module]) -> Path:
    """Where the run of these modules' tests is kept: another name as soon as one of them changes."""
    text = "\n".join(f"{module.path} {module.hash}" for module in modules)
    return FOLDER / f"unbroken-{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
