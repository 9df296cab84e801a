"""Lists of the admin answer what their page declares, and nothing else that an address may ask."""

from typing import Any

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

MOST_SORTED = 100_000

COUNTED = "counted"
ANYBODY = "anybody"  # stands for the number of a row


def counted[Q: QuerySet[Any]](queryset: Q, number: int) -> Q:
    """Whoever looked knows how many there are: that holds until something narrows it further."""
    known = (len(queryset.query.where.children), number)
    queryset._hints = queryset._hints | {COUNTED: known}  # type: ignore[attr-defined]  # carried by every copy
    return queryset


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs alone
    """Counts to ``LIMIT`` and no further: nobody pages through more, and counting a million rows takes seconds.

    The rows of a page are found by their numbers first: to sort 50,000 numbers takes a fifth of sorting the rows.
    """

    LIMIT = 10_000

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.LIMIT)

    @property
    def is_capped(self) -> bool:
        return self._counted > self.LIMIT

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        conditions, number = rows._hints.get(COUNTED, (None, 0))
        if conditions == len(rows.query.where.children):
            return int(number)
        return int(rows.order_by().values("pk")[: self.LIMIT + 1].count())

    def page(self, number: Any) -> Page:  # type: ignore[type-arg]  # as above
        place = self.validate_number(number)
        first = (place - 1) * self.per_page
        rows: Any = self.object_list
        ids = list(rows.values_list("pk", flat=True)[first : min(first + self.per_page, self.count)])
        return Page(rows.filter(pk__in=ids), place, self)


class DeclaredChangeList(ChangeList):
    """A list that only its own filters narrow.

    Django itself takes any column and any lookup from the address (``?phone__startswith=``, ``?name__regex=``): who
    sees a list but not the phone numbers reads them letter by letter from what is found.
    """

    def get_filters(self, request: HttpRequest) -> Any:
        """The filters take their parameters out; whatever is left was declared by none.

        :raises DisallowedModelAdminLookup: when something is left
        """
        specs, has_filters, rest, may_repeat, has_active = super().get_filters(request)
        if rest:
            raise DisallowedModelAdminLookup("A filter that the page does not declare")
        return specs, has_filters, rest, may_repeat, has_active

    is_too_long_to_sort = False

    def url_for_result(self, result: Any) -> str:
        """As Django has it, but looked up once for the whole list."""
        return self._address.replace(ANYBODY, str(quote(getattr(result, self.pk_attname))))

    @cached_property
    def _address(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[ANYBODY])

    def get_ordering(self, request: HttpRequest, queryset: Any) -> Any:
        """Each column once: a thousand sort keys in an address would cost seconds."""
        if asked := self.params.get(ORDER_VAR):
            columns = list(dict.fromkeys(asked.split(".")))
            self.params[ORDER_VAR] = ".".join(columns[: len(self.list_display)])
        return super().get_ordering(request, queryset)

    def get_ordering_field(self, field_name: Any) -> Any:
        return self._carried.get(field_name) or super().get_ordering_field(field_name)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        """Sorted as was asked for, where an index carries it or there are few enough to be sorted."""
        found = super().get_queryset(request, exclude_parameters)
        if self._is_carried() or not found.order_by()[MOST_SORTED : MOST_SORTED + 1].exists():
            return found
        self.is_too_long_to_sort = True
        del self.params[ORDER_VAR]
        return super().get_queryset(request, exclude_parameters)

    def _is_carried(self) -> bool:
        """Whether the first column that was asked for has an index in its order; nothing asked for always has."""
        first = str(self.params.get(ORDER_VAR, "")).partition(".")[0].removeprefix("-")
        if not first.isdecimal() or int(first) >= len(self.list_display):
            return True
        return self.list_display[int(first)] in self._carried

    @property
    def _carried(self) -> dict[Any, Any]:
        """Columns in whose order an index stands."""
        return getattr(self.model_admin, "sorted_by_index", {})

    def get_results(self, request: HttpRequest) -> None:
        """A list of one page is a page, too."""
        super().get_results(request)
        if not self.multi_page:
            self.result_list = self.paginator.page(1).object_list
