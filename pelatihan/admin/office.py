"""The office itself: one row, so its list is its form."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from pelatihan.admin.asking import AskedOnce, agreement
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.batches import clock_change
from pelatihan.models import Office
from pelatihan.web.seen import SeenModelForm


class OfficeForm(AskedOnce, SeenModelForm):
    agreed = agreement()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "zone_label" in self.changed_data and (zone := data.get("zone_label")):
            self.ask("zone_label", zone, clock_change.sentence(self.initial["zone_label"], zone, at=timezone.now()))
        return data


@admin.register(Office)
class OfficeAdmin(OfficeModelAdmin):
    form = OfficeForm
    fields = ["short_name", "name", "city", "zone_label", "privacy_contact", "house_rules", "agreed"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Office | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        office, _made = Office.objects.get_or_create(pk=1)
        return redirect("admin:pelatihan_office_change", office.pk)
