"""What stands on one printed page: its rows in printed order, whose they are by now, the columns that are signed, and
where on the paper all that lies. The leaf is what every page of this room shows and what a picture is read against.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from pelatihan.models import Angkatan, PrintedSheet, Registration, Session
from pelatihan.papers import marking

Kind = PrintedSheet.Kind


@dataclass(frozen=True)
class Row:
    """One row: its number on the sheet, and whose it is (None: a blank one). ``printed`` is the registration that was
    printed, ``person`` the one that stands for it since a merge."""

    number: int
    printed: Registration | None
    person: Registration | None

    @property
    def is_blank(self) -> bool:
        return self.printed is None


@dataclass(frozen=True)
class Leaf:
    """One page of a printed sheet. ``sessions``: of each signed column, from left to right; None for one whose session
    is gone, or takes attendance no more. ``told``: what the typesetter told of this page; empty for prints of before
    that was kept.
    """

    sheet: PrintedSheet
    page: int
    rows: tuple[Row, ...]
    sessions: tuple[Session | None, ...]
    told: dict[str, Any] = field(repr=False)

    @property
    def angkatan(self) -> Angkatan:
        return self.sheet.angkatan

    @property
    def code(self) -> str:
        """``DH1-7KQ3M9XA-002``, or empty."""
        return marking.page_code(self.sheet.code, self.page) if self.sheet.code else ""

    @property
    def pages(self) -> int:
        return max(1, len(self.sheet.ends))

    @cached_property
    def people(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.is_blank)

    @cached_property
    def blanks(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_blank)

    @property
    def is_attendance(self) -> bool:
        """Whether participants sign here."""
        return self.sheet.kind in {Kind.SESSION, Kind.DAY} and self.sheet.of == PrintedSheet.Of.REGISTRATION

    def box(self, number: int, column: str) -> tuple[float, float, float, float] | None:
        """Where a cell lies: x, y, width, height in mm. ``column`` as the layout calls it: ``note``, ``odd``, ``even``,
        ``session-1``."""
        row = next(((y, tall) for known, y, tall in self.told.get("rows", ()) if known == number), None)
        across = self.told.get("columns", {}).get(column)
        return (across[0], row[0], across[1], row[1]) if row and across else None

    def sign_box(self, number: int, column: int = 0) -> tuple[float, float, float, float] | None:
        """Where the person of a row signs: in a session's list left or right, in a table in the session's column."""
        if self.sheet.kind == Kind.DAY:
            return self.box(number, f"session-{column + 1}")
        return self.box(number, "odd" if number % 2 else "even")

    def size(self) -> tuple[float, float]:
        """Of the paper, in mm."""
        wide, tall = self.sheet.layout.get("size", (0, 0))
        return wide, tall


def leaf_of(sheet: PrintedSheet, page: int) -> Leaf | None:
    """One page, or None when the sheet has no such one. Three queries however many rows it has.

    :param sheet: with ``angkatan`` at hand
    """
    told: dict[str, Any] = next((one for one in sheet.layout.get("pages", ()) if one["number"] == page), {})
    numbers = [number for number, _, _ in told["rows"]] if told else _numbers(sheet, page)
    if not 1 <= page <= max(1, len(sheet.ends)) or (sheet.only and page not in sheet.only):
        return None
    ids = {number: sheet.rows[number - 1][0] for number in numbers if number <= len(sheet.rows)}
    known = _people(sheet, set(ids.values()))
    rows = (Row(number, *known.get(ids.get(number, 0), (None, None))) for number in numbers)
    return Leaf(sheet, page, tuple(rows), _sessions(sheet), told)


def of_address(angkatan: Angkatan, number: int, page: int) -> Leaf:
    """The leaf that an address names.

    :raises Http404: the batch has no such one
    """
    sheets = PrintedSheet.objects.select_related("angkatan", "printing__by").defer("printing__words")
    leaf = leaf_of(get_object_or_404(sheets, pk=number, angkatan=angkatan), page)
    if leaf is None:
        raise Http404
    return leaf


def _numbers(sheet: PrintedSheet, page: int) -> list[int]:
    """Of a print without a layout: people only."""
    ends = [0, *sheet.ends]
    return list(range(ends[page - 1] + 1, ends[page] + 1)) if 1 <= page < len(ends) else []


def _people(sheet: PrintedSheet, ids: set[int]) -> dict[int, tuple[Registration, Registration]]:
    if sheet.of != PrintedSheet.Of.REGISTRATION:
        return {}
    people = Registration.objects.filter(pk__in=ids).select_related("ormas", "counts_for__ormas")
    return {one.pk: (one, one.counts_for or one) for one in people}


def _sessions(sheet: PrintedSheet) -> tuple[Session | None, ...]:
    wanted = sheet.columns or ([sheet.session_id] if sheet.session_id else [])
    found = Session.objects.taking_attendance().select_related("angkatan").in_bulk([one for one in wanted if one])
    return tuple(found.get(one) for one in wanted)
