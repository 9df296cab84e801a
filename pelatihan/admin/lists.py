"""Lists of the admin answer what their page declares, and nothing else that an address may ask."""

from typing import Any

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs alone
    """Counts to ``LIMIT`` and no further: nobody pages through more, and counting a million rows takes seconds."""

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
        return int(rows.order_by()[: self.LIMIT + 1].count())


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

    def get_ordering(self, request: HttpRequest, queryset: Any) -> Any:
        """Each column once: a thousand sort keys in an address would cost seconds."""
        if asked := self.params.get(ORDER_VAR):
            columns = list(dict.fromkeys(asked.split(".")))
            self.params[ORDER_VAR] = ".".join(columns[: len(self.list_display)])
        return super().get_ordering(request, queryset)
