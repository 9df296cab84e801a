"""What is to become of each row of a file, and why: as it is shown, as it is kept, as it is compared before writing."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pelatihan.exchange.kinds import EXAMPLE, FIELDS, NAMED_BY
from pelatihan.exchange.reading import cells
from pelatihan.models import Choice, ImportRow, Verdict

MERGED = "Sel {} digabung. Pisahkan selnya, lalu isi di setiap baris."
EMPTY = "{} belum diisi."

RANK = {verdict.value: rank for rank, verdict in enumerate(Verdict)}


@dataclass
class Entry:
    """A row as it is read: the values of its fields, and what is wrong with which cell."""

    number: int
    values: dict[str, str]
    problems: list[tuple[str, str]]
    who: str = ""
    of: str = ""

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")


@dataclass
class Candidate:
    """Somebody known whom the row may mean, and in what they are alike."""

    pk: int
    name: str
    why: str


@dataclass
class Judged:
    """The verdict on a row."""

    number: int
    verdict: Verdict
    who: str
    of: str = ""
    note: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)  # label, what stands there, what is to
    problems: list[tuple[str, str]] = field(default_factory=list)  # cell, sentence
    alike: list[Candidate] = field(default_factory=list)
    target: int | None = None
    entry: Entry | None = None
    becomes: Any = None  # what the kind's own writer needs

    def shown(self) -> dict[str, Any]:
        """What the page shows of it."""
        return {
            "who": self.who,
            "of": self.of,
            "note": self.note,
            "changes": [list(change) for change in self.changes],
            "problems": [list(problem) for problem in self.problems],
            "alike": [vars(one) for one in self.alike],
            "target": self.target,
        }


type Chosen = Mapping[int, tuple[str, int | None]]  # by the number of the row


@dataclass(frozen=True)
class Addresses:
    """Which cell of the row holds which field."""

    columns: Mapping[str, int]

    def of(self, key: str, number: int) -> str:
        """``C12``; where the column is missing, the row."""
        return f"{cells.letters(self.columns[key])}{number}" if key in self.columns else f"baris {number}"


def entries(
    kind: str, columns: Mapping[str, int], rows: Iterable[tuple[int, list[cells.Cell]]], merged: Iterable[str] = ()
) -> list[Entry]:
    """The rows that hold something, read field by field; examples of the template are left out."""
    fields, addresses, merged_at = FIELDS[kind], Addresses(columns), _merged_at(merged)
    named_by = NAMED_BY[kind]
    read: list[Entry] = []
    for number, row in rows:
        known = {key: row[place] if place < len(row) else None for key, place in columns.items()}
        if is_example(known.get(named_by)) or all(cell is None for cell in known.values()):
            continue
        entry = Entry(number, {}, [], who=cells.shown(known.get(named_by)), of=cells.shown(known.get("ormas")))
        for each in fields:
            if each.key not in columns:
                continue
            address = addresses.of(each.key, number)
            if span := merged_at.get((columns[each.key], number)):
                entry.problems.append((address, MERGED.format(span)))
                continue
            try:
                entry.values[each.key] = each.read(known[each.key])
            except cells.CellRefused as refusal:
                entry.problems.append((address, str(refusal)))
                continue
            if each.is_required and not entry.values[each.key]:
                entry.problems.append((address, EMPTY.format(each.head)))
        read.append(entry)
    return read


def is_example(cell: cells.Cell) -> bool:
    return isinstance(cell, str) and cell.strip().lower().startswith(EXAMPLE)


_RANGE = re.compile(r"([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)")
_MOST_SPAN = 20_000  # cells of one range


def _merged_at(ranges: Iterable[str]) -> dict[tuple[int, int], str]:
    """Column and row of each cell that is part of a merged range, with the range."""
    found: dict[tuple[int, int], str] = {}
    for span in ranges:
        if not (parts := _RANGE.fullmatch(span)):
            continue
        left, right = _place(parts[1]), _place(parts[3])
        top, bottom = int(parts[2]), int(parts[4])
        if (right - left + 1) * (bottom - top + 1) > _MOST_SPAN:
            bottom, right = min(bottom, top + 200), min(right, left + 60)
        found |= {(column, row): span for column in range(left, right + 1) for row in range(top, bottom + 1)}
    return found


def _place(letters: str) -> int:
    place = 0
    for sign in letters:
        place = place * 26 + ord(sign) - ord("A") + 1
    return place - 1


def wrong(entry: Entry, *problems: tuple[str, str]) -> Judged:
    """A row that cannot be taken, with all that is wrong with it."""
    return Judged(entry.number, Verdict.ERROR, entry.who, entry.of, problems=[*entry.problems, *problems])


def digest(judged: Iterable[Judged]) -> str:
    """A print of the verdicts: the same only when the same would be shown, and written."""
    told = hashlib.sha256()
    for one in judged:
        told.update(json.dumps([one.number, one.verdict, one.shown()], sort_keys=True).encode())
    return told.hexdigest()


def figures(judged: Iterable[Judged]) -> dict[str, int]:
    """How many rows of each verdict."""
    counts = dict.fromkeys(Verdict.values, 0)
    for one in judged:
        counts[one.verdict] += 1
    return counts


def chosen_for(row: ImportRow) -> tuple[str, int | None]:
    return row.choice, row.chosen


def choice_of(one: Entry, chosen: Chosen, candidates: Iterable[Candidate]) -> tuple[str, int | None]:
    """What the clerk said about the row; nothing when the one that was meant is not offered any more."""
    choice, pk = chosen.get(one.number, ("", None))
    if choice == Choice.SAME and pk not in {each.pk for each in candidates}:
        return "", None
    return choice, pk
