"""Write the lock files, or with --check say whether they fit pyproject.toml (needs no network).

requirements.lock is what production installs; requirements-trial.lock adds the private PostgreSQL of
``make run``; requirements-dev.lock adds the tools. Each holds the same version of what they share.
tools/uv.txt is the uv that installs them where there is none. Other arguments go to ``uv pip compile``
(``--upgrade``, ``--upgrade-package NAME``).
"""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = [
    "uv",
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
]
LOCKS = {
    "requirements-dev.lock": ["--group", "dev"],
    "requirements-trial.lock": ["--group", "trial", "--constraints", "requirements-dev.lock"],
    "requirements.lock": ["--constraints", "requirements-dev.lock"],
}


def first_line() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [
        project["project"]["requires-python"],
        project["project"]["dependencies"],
        project["dependency-groups"],
    ]
    return "# made by make lock from " + hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def write(lock: str, options: list[str]) -> None:
    subprocess.run([*COMPILE, "pyproject.toml", *options, "--output-file", lock], cwd=ROOT, check=True)
    path = ROOT / lock
    path.write_text(f"{first_line()}\n{path.read_text()}")


def check() -> int:
    stale = [lock for lock in LOCKS if (ROOT / lock).read_text().split("\n", 1)[0] != first_line()]
    if stale:
        sys.stderr.write(f"{', '.join(stale)} does not fit pyproject.toml: run make lock\n")
    return len(stale)


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        return check()
    for lock, options in LOCKS.items():
        write(lock, [*options, *arguments])
    subprocess.run([*COMPILE, "-", *arguments, "-o", "tools/uv.txt"], input=b"uv", cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
