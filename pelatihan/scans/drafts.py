"""What clerks have entered of a leaf so far: the one writer of ``SheetDraft``. It counts for nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from pelatihan.models import PrintedSheet, Registration, SheetDraft, SheetEntry
from pelatihan.scans import fields
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Entered

LONGEST = 300  # signs of one field
_NEVER_STORED = re.compile("[\0\ud800-\udfff]")  # PostgreSQL keeps neither in JSON


@dataclass(frozen=True)
class Other:
    """Somebody else who has begun with the same leaf. ``filled``: how many cells they have marked."""

    name: str
    at: datetime
    filled: int


def values(sheet: PrintedSheet, page: int, by: User) -> dict[str, str]:
    """What this clerk has filled in of a leaf, by name of field; empty when nothing is kept."""
    kept = SheetDraft.objects.filter(sheet=sheet, page=page, by=by).values_list("marks", flat=True).first()
    return dict(kept or {})


def others(sheet: PrintedSheet, page: int, by: User) -> list[Other]:
    """Who else has begun with it, whoever was at it last first."""
    found = SheetDraft.objects.filter(sheet=sheet, page=page).exclude(by=by).select_related("by").order_by("-at")
    return [Other(one.by.get_full_name() or one.by.get_username(), one.at, _filled(one.marks)) for one in found]


def keep(leaf: Leaf, sent: Mapping[str, str], *, by: User, at: datetime) -> dict[str, str]:
    """Keep what was filled in, in the place of what was kept before; nothing filled in keeps nothing. What is no field
    of the leaf is left out."""
    known = fields.all_of(leaf)
    marks = {name: text for name, value in sent.items() if name in known and (text := _clean(value))}
    if _is_anything(marks):
        _write(leaf.sheet, leaf.page, marks, by=by, at=at)
    else:
        SheetDraft.objects.filter(sheet=leaf.sheet, page=leaf.page, by=by).delete()
    return marks


def forget(sheet: PrintedSheet, page: int) -> None:
    """Once the leaf is entered: nobody has to go on with it."""
    SheetDraft.objects.filter(sheet=sheet, page=page).delete()


def restore(entry: SheetEntry, *, by: User, at: datetime) -> None:
    """What an entry said becomes the draft of whoever takes it back, so that nothing must be filled in again."""
    cells = [Entered.of(cell) for cell in entry.cells]
    printed = [cell for cell in cells if cell.registration and not cell.is_written_in]
    marks = {fields.mark(cell.row, cell.session): cell.mark for cell in printed}
    marks |= {fields.count(int(session)): str(count) for session, count in entry.counts.items()}
    marks |= _written_in([cell for cell in cells if cell.is_written_in])
    if marks:
        _write(entry.sheet, entry.page, marks, by=by, at=at)


def _written_in(cells: Sequence[Entered]) -> dict[str, str]:
    people = Registration.objects.select_related("ormas").in_bulk([cell.registration for cell in cells])
    marks = {}
    for cell in cells:
        if person := people.get(cell.registration or 0):
            marks[fields.name(cell.row)] = person.name
            marks[fields.ormas(cell.row)] = person.ormas_name
            marks[fields.mark(cell.row, cell.session)] = cell.mark
    return marks


def _write(sheet: PrintedSheet, page: int, marks: Mapping[str, str], *, by: User, at: datetime) -> None:
    said = {"marks": marks, "at": at, "angkatan_id": sheet.angkatan_id}
    SheetDraft.objects.update_or_create(defaults=said, sheet=sheet, page=page, by=by)


def _clean(value: object) -> str:
    return _NEVER_STORED.sub("", str(value))[:LONGEST]


def _is_anything(marks: Mapping[str, str]) -> bool:
    """What the page sends of its own accord is nothing that somebody filled in."""
    return any(not name.startswith("lihat") for name in marks)


def _filled(marks: Mapping[str, str]) -> int:
    return sum(bool(re.fullmatch(r"b\d+\.\d+", name)) for name in marks)
