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


class SearchedSelect(AutocompleteSelect):
    """Shows the choice made so far; what is no number was chosen by nobody, and is not looked up."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [each for each in value if numbers.read(each) is not None], attr)
