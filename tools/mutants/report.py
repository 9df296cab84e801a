"""What is told: a table by module, the survivors with their lines, and what the kept list has too much."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.mutants.session import KILLED, Session
from tools.mutants.source import Mutant
from tools.mutants.table import is_kept, kept


@dataclass
class Counts:
    mutants: int = 0
    killed: int = 0
    kept: int = 0
    survived: int = 0

    @property
    def unknown(self) -> int:
        return self.mutants - self.killed - self.kept - self.survived

    @property
    def percent(self) -> float:
        judged = self.killed + self.kept + self.survived
        return 100 * self.killed / judged if judged else 0.0


def counts_of(session: Session, mutants: Sequence[Mutant]) -> Counts:
    counts = Counts(len(mutants))
    for mutant in mutants:
        verdict = session.verdict(mutant)
        if verdict is None:
            continue
        if verdict.outcome == KILLED:
            counts.killed += 1
        elif is_kept(mutant):
            counts.kept += 1
        else:
            counts.survived += 1
    return counts


def survivors_of(session: Session, mutants: Sequence[Mutant]) -> list[Mutant]:
    known = [(mutant, session.verdict(mutant)) for mutant in mutants]
    return [mutant for mutant, verdict in known if verdict and verdict.outcome != KILLED and not is_kept(mutant)]


def table(rows: Sequence[tuple[str, Counts]]) -> str:
    total = Counts()
    for _, counts in rows:
        for name, value in vars(counts).items():
            setattr(total, name, getattr(total, name) + value)
    lines = ["| module | mutants | killed | kept | survived | not run | killed % |", "|---|--:|--:|--:|--:|--:|--:|"]
    for name, row in [*rows, ("**all**", total)]:
        cells = [name, row.mutants, row.killed, row.kept, row.survived, row.unknown, f"{row.percent:.1f}"]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def difference(mutant: Mutant) -> str:
    return f"{mutant.name}\n  - {mutant.before}\n  + {mutant.after}"


def unneeded(session: Session, mutants: Sequence[Mutant]) -> list[str]:
    """Rows of the kept list that fit no survivor any more."""
    alive = [m for m in mutants if (verdict := session.verdict(m)) and verdict.outcome != KILLED]
    unknown = [m for m in mutants if session.verdict(m) is None]
    return [
        f"{row.module}:{row.function}: {row.after}"
        for row in kept()
        if row.module == session.module.path and not any(row.fits(mutant) for mutant in (*alive, *unknown))
    ]
