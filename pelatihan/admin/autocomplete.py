"""Choosing from a long list by typing: which fields are searched so, by whom, and what the choice may hold."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from pelatihan import numbers


class OfficeAutocomplete(AutocompleteJsonView):
    """Answers for the fields that a form declares, and only to those who may fill in that form.

    Django itself searches along any relation between two tables, for whoever may see the other one.
    """

    def process_request(self, request: HttpRequest) -> Any:
        term, page, field, to_field = super().process_request(request)
        if not self._is_offered(request, field):
            raise PermissionDenied
        return term, page, field, to_field

    def _is_offered(self, request: HttpRequest, field: Any) -> bool:
        try:
            form = admin.site.get_model_admin(field.model)
        except NotRegistered:
            return False
        is_declared = field.name in form.get_autocomplete_fields(request)
        return is_declared and (form.has_add_permission(request) or form.has_change_permission(request))


NOT_CHOSEN = "Pilih salah satu ormas yang ditawarkan. Bila tidak ada yang dimaksud, ketik nama atau singkatannya lagi."
MOST_OFFERED = 30
MOST_TYPED = 200  # as long as an organisation's name
UNDECIDED = "?"  # what was typed fits none or several: no row has such a number, so the field asks to choose


class SearchedSelect(AutocompleteSelect):
    """Shows the choice made so far; what is no number was chosen by nobody, and is not looked up.

    Without a script one types into a field beside it: what fits one organisation is that one, of several the sent form
    comes back with those as choices.
    """

    template_name = "admin/widgets/searched.html"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.typed, self.offers = "", list[Any]()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        chosen = super().value_from_datadict(data, files, name)
        self.typed = str(data.get(f"{name}-ketik") or "").strip()[:MOST_TYPED]
        if not self.typed:
            return chosen
        self.offers = list(self.field.related_model.objects.found_by(self.typed)[:MOST_OFFERED])
        fitting = [str(each.pk) for each in self.offers]
        if chosen in fitting:
            return chosen
        return fitting[0] if len(fitting) == 1 else UNDECIDED

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"typed": self.typed, "longest": MOST_TYPED}

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        groups = super().optgroups(name, [each for each in value if numbers.read(each) is not None], attr)
        (_label, options, _index), *_ = groups
        there = {str(option["value"]) for option in options}
        if self.offers and not there:  # nobody has chosen yet, the browser neither
            options.append(self.create_option(name, "", "Pilih ormas", False, 0))
        for each in self.offers:
            if str(each.pk) not in there:
                options.append(self.create_option(name, each.pk, str(each), False, len(options)))
        return groups
