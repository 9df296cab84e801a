"""``python -m bench sheets``: signed pages read as the program reads them, and how often it is right.

Seeds below 10,000 are those that thresholds are set on, the others try them; one run never mixes them.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.signed import FIRST_TRIED, is_tried, kinds_of, page
from bench.signed.drawing import drawn
from bench.signed.kinds import APART
from bench.signed.tally import aims, report
from bench.signed.trial import Outcome, tried
from pelatihan.scans.reader import Reader

CHUNK = 20  # pages a child reads before a new one starts
SHOWN = 60  # pages of which pictures are kept, at most


def main(words: Sequence[str]) -> int:
    asked = _asked(words)
    seeds = range(asked.seed, asked.seed + asked.pages)
    what = "tried" if is_tried(seeds[0]) else "tuning"
    sys.stdout.write(
        f"Seeds {seeds[0]} to {seeds[-1]}: {what} pages{f', {asked.only!r} only' if asked.only else ''}.\n\n"
    )
    started = time.perf_counter()
    outcomes = read_all(seeds, asked.only, daily=asked.daily, keep=bool(asked.show), workers=asked.workers)
    sys.stdout.write(report(outcomes))
    sys.stdout.write(f"\n{len(outcomes)} pages made and read in {time.perf_counter() - started:.0f} s.\n")
    if asked.show:
        _show(outcomes, Path(asked.show))
    missed = [one.name for one in aims(outcomes) if not one.is_met]
    return 1 if asked.hold and missed else 0


def _asked(words: Sequence[str]) -> argparse.Namespace:
    """What was asked for.

    :raises SystemExit: also where seeds would mix
    """
    known = argparse.ArgumentParser(prog="python -m bench sheets", description=__doc__)
    side = known.add_mutually_exclusive_group()
    side.add_argument("--tune", action="store_true", help="seeds that thresholds are set on")
    side.add_argument("--tried", action="store_true", help="seeds that they are tried on (the usual)")
    known.add_argument("--pages", type=int, default=500)
    known.add_argument("--seed", type=int, help="the first one")
    known.add_argument("--only", default="", help="one kind: " + ", ".join([*kinds_of(tried=True), *APART]))
    known.add_argument("--daily", action="store_true", help="tables of a day only")
    known.add_argument("--show", default="", help="a folder for pictures of the pages with what was wrong or unsure")
    known.add_argument("--hold", action="store_true", help="end with 1 where an aim is missed")
    known.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = known.parse_args(words)
    if asked.seed is None:
        asked.seed = 0 if asked.tune else FIRST_TRIED
    if asked.pages < 1 or asked.seed < 0:
        known.error("one page at least, and seeds from 0")
    sides = {is_tried(asked.seed), is_tried(asked.seed + asked.pages - 1)}
    if len(sides) > 1 or (asked.tune and True in sides) or (asked.tried and False in sides):
        known.error(f"seeds below {FIRST_TRIED} are for tuning, the others for trying: they are not mixed")
    if asked.only and asked.only not in {*kinds_of(tried=True in sides), *APART}:
        known.error(f"no kind {asked.only!r} of these seeds")
    return asked


def read_all(
    seeds: Sequence[int], only: str = "", *, daily: bool = False, keep: bool = False, workers: int = 1
) -> list[Outcome]:
    """Every page made and read, in the order of the seeds."""
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    outcomes: list[Outcome] = []
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for waiting in [pool.submit(read_some, chunk, only, daily=daily, keep=keep) for chunk in chunks]:
            outcomes += waiting.result()
            sys.stderr.write(f"{len(outcomes)} of {len(seeds)} pages\n")
    return outcomes


def read_some(seeds: Sequence[int], only: str = "", *, daily: bool = False, keep: bool = False) -> list[Outcome]:
    """By one child."""
    with Reader() as reader:
        return [tried(reader, page(seed, only, daily=daily), keep=keep) for seed in seeds]


def _show(outcomes: Sequence[Outcome], folder: Path) -> None:
    """The worst first: wrong cells, then unsure ones."""
    folder.mkdir(parents=True, exist_ok=True)

    def badness(one: Outcome) -> tuple[int, int]:
        return sum(cell.is_wrong for cell in one.cells), sum(not cell.is_sure for cell in one.counted)

    for one in sorted(outcomes, key=badness, reverse=True)[:SHOWN]:
        if one.straight and any(badness(one)):
            wrong, doubted = badness(one)
            name = f"{one.seed}-{one.kind.replace(' ', '-').replace(',', '')}-wrong{wrong}-unsure{doubted}.png"
            (folder / name).write_bytes(drawn(one))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
