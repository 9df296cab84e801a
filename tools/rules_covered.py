"""Branch coverage of the modules that hold a rule (tools/mutants.toml): 97 % or it fails. ``make coverage``.

Runs the tests of that table, or those that are named (``tests`` is the whole suite, which takes minutes).
"""

import os
import subprocess
import sys

from tools.mutants import table
from tools.mutants.source import ROOT

LEAST = 97


def main(tests: list[str]) -> int:
    modules = table.modules()
    chosen = tests or sorted({test for module in modules for test in module.tests})
    folder = ROOT / ".cache" / "coverage"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    environment = os.environ | {"COVERAGE_FILE": str(folder / "data")}

    def coverage(*arguments: str) -> int:
        return subprocess.run([sys.executable, "-m", "coverage", *arguments], env=environment, check=False).returncode

    pytest = ["-m", "pytest", "-q", "-n", "auto", "--dist", "loadgroup", "-m", "not browser", *chosen]
    failed = coverage("run", *pytest)
    coverage("combine", "--quiet")
    include = ",".join(module.path for module in modules)
    return failed or coverage("report", f"--include={include}", f"--fail-under={LEAST}", "--show-missing")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
