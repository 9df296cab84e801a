"""What every page of the office's admin shares: lists that are never counted to the end, plain entry of dates,
times and phone numbers, and no pop-up windows (a phone has none)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import widgets
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

from ormas import phones
from pelatihan.registration.fields import PhoneField

WITH_ADD_LINK = frozenset({"letterhead", "signatory"})


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


class DayInput(forms.DateInput):
    """The browser's own calendar. It wants ISO dates, whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """``08.00``, typed; ``08:00`` is understood as well. 24 hours on every device."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        look = {"class": "width-clock", "inputmode": "decimal", "placeholder": "08.00", "autocomplete": "off"}
        super().__init__(look | (attrs or {}), format="%H.%M")


class MomentInput(forms.SplitDateTimeWidget):
    """A day and a clock time side by side, each with a name of its own for who listens."""

    template_name = "admin/widgets/moment.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        forms.MultiWidget.__init__(
            self, [DayInput({"aria-label": "Tanggal"}), ClockInput({"aria-label": "Pukul"})], attrs
        )


class OfficeFields:
    """How fields are entered, in pages and in their inline rows."""

    formfield_overrides: Any = {
        models.DateField: {"widget": DayInput},
        models.DateTimeField: {
            "form_class": forms.SplitDateTimeField,
            "widget": MomentInput,
        },
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})},
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name.endswith("phone"):
            return PhoneField(
                landlines=db_field.name == "contact_phone",
                label=db_field.verbose_name.capitalize().replace("hp", "HP").replace("(whatsapp)", "(WhatsApp)"),
                required=not db_field.blank,
                help_text=f"Contoh: {phones.EXAMPLE}.",
            )
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]  # of ModelAdmin
        if field is not None and isinstance(field.widget, widgets.RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_view_related = field.widget.can_delete_related = False
            field.widget.can_add_related &= db_field.name in WITH_ADD_LINK
        return field


class OfficeModelAdmin(OfficeFields, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """A page of the office's admin."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    actions: Any = None
    empty_value_display = "–"
    empty_list = "Belum ada isinya."
    view_on_site = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, {"empty_list": self.empty_list} | (extra_context or {}))
