"""Filters for long lists: a typed word where a list of choices would never end, cities where it is short."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from ormas.models import Ormas
from ormas.search import search_words


class WordsFilter(SimpleListFilter):
    """A filter that one types into: works without a script, and whatever the number of choices."""

    template = "admin/filter_words.html"
    label = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return True

    def value(self) -> str:
        return (super().value() or "").strip()

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """One entry: the other parameters, which the form carries along, and the list without this filter."""
        others = [(name, value) for name, value in changelist.params.items() if name != self.parameter_name]
        yield {"others": others, "query_string": changelist.get_query_string(remove=[self.parameter_name or ""])}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.matching(queryset, self.value()) if self.value() else queryset

    def matching(self, queryset: Any, words: str) -> Any:
        raise NotImplementedError


class FieldFilter(WordsFilter):
    title = "bidang"
    parameter_name = "bidang"
    label = "Kata dalam bidang kegiatan"

    def matching(self, queryset: Any, words: str) -> Any:
        return queryset.filter(field__icontains=" ".join(search_words(words)))


class CityFilter(SimpleListFilter):
    title = "kota"
    parameter_name = "kota"
    path = "city"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(city, city) for city in Ormas.objects.cities()]

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """As Django has them; but the rest of the address is written once, not for each of five hundred cities."""
        rest = changelist.get_query_string(remove=[self.parameter_name])
        start = f"{rest}&{self.parameter_name}=" if len(rest) > 1 else f"?{self.parameter_name}="
        yield {"selected": self.value() is None, "query_string": rest, "display": "Semua"}
        for city, _label in self.lookup_choices:
            yield {"selected": self.value() == city, "query_string": start + quote_plus(city), "display": city}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.path: self.value()}) if self.value() else queryset
