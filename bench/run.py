"""Measures everything once, prints the table, and keeps it in the README when asked (``--write``).

Names of measures: only these. (Such a run is not kept: the README's figures are of one run.)
"""

import importlib
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

import django

from bench import memory

README = Path(__file__).parent / "README.md"
START, END = "<!-- figures -->", "<!-- end of figures -->"


def main() -> None:
    if "memory" in sys.argv:
        sys.stdout.write(memory.measure())
        return
    django.setup()
    measures = importlib.import_module("bench.measures")  # needs the models, which need the line above
    site = importlib.import_module("bench.site")
    names = [name for name in sys.argv[1:] if not name.startswith("--")]
    with site.Site() as running:
        table = head(running.about()) + "".join(section for section in measures.all_of(running, tell, names))
    if not names or "memory" in names:
        tell("memory")
        table += f"\n{memory.measure()}"  # when the other site has ended: what both share would count for half
    sys.stdout.write(f"\n{table}")
    if "--write" in sys.argv and not names:
        before, _, rest = README.read_text().partition(START)
        README.write_text(f"{before}{START}\n{table}{END}{rest.partition(END)[2]}")


def head(about: str) -> str:
    day = datetime.now(UTC).date().isoformat()
    return f"{day} · {platform.system()} {platform.machine()} · Python {platform.python_version()} · {about}\n"


def tell(what: str) -> None:
    sys.stderr.write(f"measuring {what} ...\n")


if __name__ == "__main__":
    main()
