"""How many rows belong to each row of another list, as a column of that list."""

from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce


def number_of(rows: QuerySet[Any], per: str, count: Count | None = None) -> Coalesce:
    """The number of ``rows`` for each ``per``; a subquery, so that a list counts only for what it shows of itself.

    :param rows: filtered by an ``OuterRef``, so that they are those of one row of the outer list
    :param count: what is counted when it is not the rows themselves
    """
    counted = rows.order_by().values(per).annotate(number=count or Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
