"""What a merge writes, and how it is taken back: each value goes down in a line with what stood there before.

Taken back is what still stands as the merge left it. What somebody changed since stays as they changed it, and is told.
A reference that a later merge moved on is no such change: it stands for the same row.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from ormas.models import Delegate, LegalDocument, Ormas
from pelatihan.models import (
    AssignmentLetter,
    ChangeRequest,
    Invitation,
    ListingRequest,
    Merge,
    MergedRow,
    Message,
    Registration,
)

TABLES: dict[str, type[Model]] = {
    "delegate": Delegate,
    "registration": Registration,
    "ormas": Ormas,
    "document": LegalDocument,
    "invitation": Invitation,
    "listing": ListingRequest,
    "letter": AssignmentLetter,
    "request": ChangeRequest,
    "message": Message,
}
NAMES = {model: name for name, model in TABLES.items()}
HISTORY = "history"  # of a registration that gave way: a line that is kept, not a value
# The column by which one row says that another one stands for it now.
_ONWARD: dict[type[Model], str] = {
    Delegate: "merged_into_id", Ormas: "merged_into_id", Invitation: "merged_into_id", Registration: "counts_for_id",
}  # fmt: skip


def _written(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


@dataclass
class Ledger:
    """The lines of one merge while it is done."""

    merge: Merge
    lines: list[MergedRow] = field(default_factory=list)

    def put(self, one: Model, column: str, new: Any) -> bool:
        """Write a value; whether it was another one."""
        return bool(self.put_all([one], column, new))

    def put_together(self, one: Model, values: Mapping[str, Any]) -> None:
        """Write values that stand together or not at all."""
        changed = {column: new for column, new in values.items() if getattr(one, column) != new}
        for column, new in changed.items():
            self.note(NAMES[type(one)], one.pk, column, getattr(one, column), new)
            setattr(one, column, new)
        if changed:
            type(one)._base_manager.filter(pk=one.pk).update(**changed)

    def put_all(self, ones: Iterable[Model], column: str, new: Any) -> int:
        """Write a value into several rows of one table, by one statement; in how many it was another one."""
        changed = [one for one in ones if getattr(one, column) != new]
        for one in changed:
            self.note(NAMES[type(one)], one.pk, column, getattr(one, column), new)
            setattr(one, column, new)
        if changed:
            type(changed[0])._base_manager.filter(pk__in=[one.pk for one in changed]).update(**{column: new})
        return len(changed)

    def note(self, table: str, row: object, column: str, old: Any, new: Any) -> None:
        self.lines.append(
            MergedRow(
                merge=self.merge, table=table, row=str(row), field=column, old=_written(old), new=_written(new)
            )
        )  # fmt: skip

    def close(self) -> None:
        MergedRow.objects.bulk_create(self.lines)


@dataclass(frozen=True)
class Step:
    """One line, the row as it is now, whether it goes back, and to what (JSON)."""

    line: MergedRow
    row: Any
    goes_back: bool
    was: str

    @property
    def old(self) -> Any:
        return self.row._meta.get_field(self.line.field).to_python(json.loads(self.was))

    @property
    def now(self) -> Any:
        return getattr(self.row, self.line.field)


def steps_back(merge: Merge) -> list[Step]:
    """What taking the merge back would do, the last line first. A statement a table, and some where merges overlap."""
    lines = [line for line in merge.rows.order_by("-pk") if line.table in TABLES]
    rows: dict[str, dict[str, Any]] = {}
    for table in {line.table for line in lines}:
        found: QuerySet[Any] = TABLES[table]._base_manager.filter(pk__in=[x.row for x in lines if x.table == table])
        rows[table] = {str(row.pk): row for row in found}
    here = [(line, rows[line.table][line.row]) for line in lines if line.row in rows[line.table]]
    undone = _undone_since(merge)
    return [Step(line, row, _is_as_left(line, row), _origin(line, undone)) for line, row in here]


def _undone_since(merge: Merge) -> list[MergedRow]:
    """What earlier merges wrote that stood when this one was made and are taken back by now, the last line first."""
    since = MergedRow.objects.filter(merge__undone_at__gte=merge.at, merge__at__lte=merge.at).exclude(merge=merge)
    return list(since.filter(row__in=merge.rows.values("row")).order_by("-pk"))


def _origin(line: MergedRow, undone: Iterable[MergedRow]) -> str:
    """What stood there, or before it, where that came of a merge that is none any more."""
    old = line.old
    for earlier in undone:
        same = (earlier.table, earlier.row, earlier.field) == (line.table, line.row, line.field)
        if same and earlier.pk < line.pk and earlier.new == old:
            old = earlier.old
    return old


def take_back(steps: Iterable[Step]) -> None:
    """Write what goes back: all of a row at once, and rows that get the same by one statement. Who stood for another
    row gives its place back before that one stands again, and stands by itself before another one counts for it.
    """
    of_row: dict[tuple[type[Model], object], dict[str, Any]] = {}
    for step in steps:
        if step.goes_back:
            of_row.setdefault((type(step.row), step.row.pk), {})[step.line.field] = step.old
    together: dict[tuple[type[Model], str], tuple[dict[str, Any], list[object]]] = {}
    for (model, pk), values in of_row.items():
        together.setdefault((model, repr(sorted(values.items()))), (values, []))[1].append(pk)
    in_turn = sorted(together.items(), key=lambda item: _turn(item[1][0]))
    for (model, _same), (values, pks) in in_turn:
        model._base_manager.filter(pk__in=pks).update(**values)


def _turn(values: Mapping[str, Any]) -> tuple[bool, bool]:
    return values.get("counts_for_id") is not None, "merged_into_id" in values


def _is_as_left(line: MergedRow, row: Any) -> bool:
    now = getattr(row, line.field)
    if _written(now) == line.new:
        return True
    related = row._meta.get_field(line.field).related_model
    if related not in _ONWARD or now is None:
        return False
    left = json.loads(line.new)
    return left is not None and now != json.loads(line.old) and _stands_for(related, left) == _stands_for(related, now)


def _stands_for(model: type[Model], pk: int) -> int:
    """The row that stands for this one now."""
    seen = {pk}
    while onward := model._base_manager.filter(pk=pk).values_list(_ONWARD[model], flat=True).first():
        if onward in seen:
            break
        pk = onward
        seen.add(pk)
    return pk
