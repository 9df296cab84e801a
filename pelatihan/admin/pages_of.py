"""Long tables of one page, some rows at a time: several may stand on a page, each with a number of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from pelatihan import numbers

SHOWN = 50


@dataclass(frozen=True)
class Cut:
    """The rows of one table that are shown, and the way to the others."""

    rows: list[Any]
    total: int
    number: int  # of the page, from 1
    most: int
    earlier: str  # the question of the address that shows the rows before; empty: none
    later: str

    @property
    def first(self) -> int:
        return (self.number - 1) * self.most + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0


def cut(request: HttpRequest, rows: Sequence[Any] | QuerySet[Any], name: str, most: int = SHOWN) -> Cut:
    """The page that the address asks for by that name; the nearest that there is."""
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    pages = max(-(-total // most), 1)
    asked = numbers.read(request.GET.get(name, "")) or 1
    number = min(max(asked, 1), pages)

    def question(page: int) -> str:
        left = request.GET.copy()
        left[name] = str(page)
        return left.urlencode()

    return Cut(
        rows=list(rows[(number - 1) * most : number * most]),
        total=total,
        number=number,
        most=most,
        earlier=question(number - 1) if number > 1 else "",
        later=question(number + 1) if number < pages else "",
    )
