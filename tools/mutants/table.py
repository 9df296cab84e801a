"""What is tried with which tests (tools/mutants.toml), and which survivors may live (tools/mutants-kept.toml)."""

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tools.mutants.source import ROOT, Mutant

TABLE = ROOT / "tools" / "mutants.toml"
KEPT = ROOT / "tools" / "mutants-kept.toml"
SHARED = ("tests/conftest.py", "tests/factories.py")


@dataclass(frozen=True)
class Module:
    """A module that holds a rule, and the tests that hold it there."""

    path: str
    tests: tuple[str, ...]
    functions_only: bool = False  # models: what stands outside functions is in the database, by a migration
    migrated: bool = False

    @property
    def tests_hash(self) -> str:
        return _hash_of([file for test in (*self.tests, *SHARED) for file in _files(test)])

    @property
    def hash(self) -> str:
        return _hash_of([self.path]) + self.tests_hash


@dataclass(frozen=True)
class Kept:
    """A survivor that may live, and why."""

    module: str
    function: str
    before: str
    after: str
    reason: str

    def fits(self, mutant: Mutant) -> bool:
        return (self.module, self.function, self.before, self.after) == (
            mutant.module,
            mutant.function,
            mutant.before,
            mutant.after,
        )


@cache
def modules() -> list[Module]:
    """All of the table; a path that is not there is an error."""
    given = tomllib.loads(TABLE.read_text())["modules"]
    found = [Module(path, **{**row, "tests": tuple(row["tests"])}) for path, row in given.items()]
    missing = [path for module in found for path in (module.path, *module.tests) if not (ROOT / path).exists()]
    if missing:
        raise SystemExit(f"tools/mutants.toml names what is not there: {', '.join(missing)}")
    return found


@cache
def kept() -> list[Kept]:
    return [Kept(**row) for row in tomllib.loads(KEPT.read_text()).get("kept", [])]


def is_kept(mutant: Mutant) -> bool:
    return any(row.fits(mutant) for row in kept())


def _files(path: str) -> list[str]:
    place = ROOT / path
    found = [place] if place.is_file() else sorted(place.rglob("*.py"))
    return [str(file.relative_to(ROOT)) for file in found]


def _hash_of(files: Sequence[str]) -> str:
    return hashlib.sha256(b"\0".join((ROOT / file).read_bytes() for file in files)).hexdigest()[:16]
