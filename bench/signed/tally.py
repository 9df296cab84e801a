"""Outcomes counted, as tables with their aims."""

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.signed.kinds import UNSEEN
from bench.signed.trial import OPEN, Judged, Outcome
from bench.tables import table
from pelatihan.scans.shapes import Verdict

RIGHT, UNSURE, UNSURE_PLAIN, READ = 0.997, 0.04, 0.025, 0.99  # aims
CPU, MEMORY = 1.0, 400 * 1024**2
STAINED = ("stamp", "coffee")
CELLS_HEAD = ["which", "cells", "sure", "wrong", "right %", "95 % range", "unsure %", "aim"]


@dataclass(frozen=True)
class Aim:
    """One figure beside what it should be."""

    name: str
    figure: str
    wanted: str
    is_met: bool


def of_cells(outcomes: Iterable[Outcome], wanted: Callable[[Judged], bool] = lambda _one: True) -> list[Judged]:
    return [one for outcome in outcomes for one in outcome.counted if wanted(one)]


def right(cells: Sequence[Judged]) -> float:
    sure = [one for one in cells if one.is_sure]
    return 1 - sum(one.is_wrong for one in sure) / max(1, len(sure))


def unsure(cells: Sequence[Judged]) -> float:
    return sum(not one.is_sure for one in cells) / max(1, len(cells))


def aims(outcomes: Sequence[Outcome]) -> list[Aim]:
    """What the issue asks of the mix; damage that tuning never shows is beyond it, and has lines of its own."""
    outcomes = _known(outcomes) or outcomes
    cells, plain = of_cells(outcomes), of_cells(_plain(outcomes))
    read = sum(one.is_read for one in outcomes) / max(1, len(outcomes))
    strange = sum(one.taken_for_another for one in outcomes)
    cost = [one for one in outcomes if one.dpi == 300 and one.is_read] or list(outcomes)
    cpu, memory = statistics.median(one.cpu for one in cost), max(one.memory for one in cost)
    return [
        Aim("pages read", f"{read:.1%}", f"≥ {READ:.0%}", read >= READ),
        Aim("pages taken for another", str(strange), "0", not strange),
        Aim("sure cells that are right", f"{right(cells):.2%}", f"≥ {RIGHT:.1%}", right(cells) >= RIGHT),
        Aim("cells unsure", f"{unsure(cells):.1%}", f"≤ {UNSURE:.1%}", unsure(cells) <= UNSURE),
        Aim(
            "cells unsure without 1-bit, stamp, coffee", f"{unsure(plain):.1%}", f"≤ {UNSURE_PLAIN:.1%}",
            unsure(plain) <= UNSURE_PLAIN,
        ),
        Aim("CPU a page at 300 dpi, median", f"{cpu:.2f} s", f"≤ {CPU:.0f} s", cpu <= CPU),
        Aim("memory of the child at 300 dpi, most", _mib(memory), f"≤ {_mib(MEMORY)}", memory <= MEMORY),
    ]  # fmt: skip


def report(outcomes: Sequence[Outcome]) -> str:
    """Every table."""
    parts = (_aims, _pages, _cells, _kinds, _contents, _reasons, _apart, _cost)
    return "\n".join(part(outcomes) for part in parts)


def _known(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [one for one in outcomes if one.kind not in UNSEEN]


def _plain(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [one for one in outcomes if one.kind not in {"1-bit", *STAINED}]


def _mib(size: float) -> str:
    return f"{size / 1024**2:.0f} MiB"


def _aims(outcomes: Sequence[Outcome]) -> str:
    rows = [[one.name, one.figure, one.wanted, "" if one.is_met else "missed"] for one in aims(outcomes)]
    return table("Aims, for the mix", ["what", "measured", "aim", ""], rows)


def _pages(outcomes: Sequence[Outcome]) -> str:
    faults = Counter(one.fault for one in outcomes if one.fault)
    rows = [["read", str(sum(one.is_read for one in outcomes)), ""]]
    for fault, count in faults.most_common():
        which = ", ".join(f"{one.seed} ({one.kind})" for one in outcomes if one.fault == fault)
        rows.append([fault, str(count), which[:200]])
    rows.append(["taken for another", str(sum(one.taken_for_another for one in outcomes)), ""])
    return table(f"{len(outcomes)} pages", ["outcome", "pages", "seeds"], rows)


def _cells(outcomes: Sequence[Outcome]) -> str:
    known = _known(outcomes)
    grey, plain = [one for one in known if one.kind != "1-bit"], _plain(known)
    rows = [
        _line("all", of_cells(outcomes)),
        _line("the mix: damage that tuning shows, too", of_cells(known), f"≤ {UNSURE:.1%}"),
        _line("without 1-bit scans", of_cells(grey)),
        _line("also without stamp and coffee", of_cells(plain), f"≤ {UNSURE_PLAIN:.1%}"),
        _line(
            "also without short line, wrong half, ditto, struck",
            of_cells(plain, lambda one: one.cell.content not in OPEN),
        ),
        _line("lists of a session", of_cells(one for one in outcomes if not one.daily)),
        _line("tables of a day", of_cells(one for one in outcomes if one.daily)),
        _line("damage that tuning never shows", of_cells(one for one in outcomes if one.kind in UNSEEN)),
    ]
    return table("Cells (words in cells and empty cells with a note apart)", CELLS_HEAD, rows)


def _line(name: str, cells: Sequence[Judged], aim: str = "") -> list[str]:
    sure = [one for one in cells if one.is_sure]
    wrong = sum(one.is_wrong for one in sure)
    low, high = wilson(len(sure) - wrong, len(sure))
    return [
        name, str(len(cells)), str(len(sure)), str(wrong), f"{100 * right(cells):.2f}",
        f"{100 * low:.2f}–{100 * high:.2f}", f"{100 * unsure(cells):.1f}", aim,
    ]  # fmt: skip


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Between which shares the true one lies, 19 times of 20, were cells independent."""
    if not of:
        return 0.0, 1.0
    share, z = hits / of, 1.96
    middle, spread = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - spread) / (1 + z * z / of), (middle + spread) / (1 + z * z / of)


def _kinds(outcomes: Sequence[Outcome]) -> str:
    kinds = dict.fromkeys(one.kind for one in sorted(outcomes, key=lambda one: one.kind))
    rows = []
    for kind in kinds:
        some = [one for one in outcomes if one.kind == kind]
        name = f"{kind} *" if kind in UNSEEN else kind
        rows.append([name, f"{sum(one.is_read for one in some)} of {len(some)}", *_counts(of_cells(some))])
    head = ["kind (* never tuned on)", "read", "cells", "unsure %", "signed → empty", "empty → signed"]
    return table("By kind of disturbance", head, rows)


def _contents(outcomes: Sequence[Outcome]) -> str:
    cells = of_cells(outcomes)
    names = sorted({one.cell.content for one in cells}, key=lambda name: (name == "nothing", name))
    rows = [[name, *_counts([one for one in cells if one.cell.content == name])] for name in names]
    return table("By content", ["content", "cells", "unsure %", "signed → empty", "empty → signed"], rows)


def _counts(cells: Sequence[Judged]) -> list[str]:
    wrong = Counter(one.cell.signed for one in cells if one.is_wrong)
    return [str(len(cells)), f"{100 * unsure(cells):.1f}", str(wrong[True] or ""), str(wrong[False] or "")]


def _reasons(outcomes: Sequence[Outcome]) -> str:
    doubted = [one for one in of_cells(outcomes) if not one.is_sure]
    counts = Counter((one.reason, one.cell.signed) for one in doubted)
    rows = [
        [reason or "none", str(counts[reason, True] or ""), str(counts[reason, False] or "")]
        for reason in sorted({reason for reason, _ in counts})
    ]
    return table("Why unsure", ["reason", "truly signed", "truly empty"], rows)


def _apart(outcomes: Sequence[Outcome]) -> str:
    cells = [one for outcome in outcomes for one in outcome.cells if one.is_apart]
    rows = []
    for content in ("word", "nothing, note"):
        said = Counter(one.verdict for one in cells if one.cell.content == content)
        rows.append(
            [content, str(said.total()), *(str(said[one]) for one in (Verdict.SIGNED, Verdict.EMPTY, Verdict.UNSURE))]
        )
    there, seen, more = (sum(one.notes[place] for one in outcomes) for place in range(3))
    return (
        table("Apart", ["content", "cells", "said to be signed", "empty", "unsure"], rows)
        + f"\nRows with ink in Ket.: {there}, seen {seen}; said of others: {more}.\n"
    )


def _cost(outcomes: Sequence[Outcome]) -> str:
    names = {0: "photo", **{dpi: f"{dpi} dpi" for dpi in (100, 150, 200, 300, 600)}}
    rows = []
    for dpi, name in names.items():
        some = [one for one in outcomes if one.dpi == dpi]
        if some:
            cpu = [one.cpu for one in some]
            peak = _mib(max(one.memory for one in some))
            rows.append([name, str(len(some)), f"{statistics.median(cpu):.2f} s", f"{max(cpu):.2f} s", peak])
    return table("Cost, the child's", ["picture", "pages", "CPU, median", "CPU, worst", "memory, most"], rows)
