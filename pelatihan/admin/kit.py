"""What every page of the office's admin shares: lists that answer only what they declare, plain entry of dates,
times and phone numbers, and no pop-up windows (a phone has none)."""

import logging
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ShowFacets, widgets
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ActionLocation, IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from ormas import phones
from ormas.search import search_words
from pelatihan import numbers
from pelatihan.admin import came_from
from pelatihan.admin.autocomplete import NOT_CHOSEN, SearchedSelect
from pelatihan.admin.clocks import NO_TIME, ClockField, ClockInput
from pelatihan.admin.lists import CappedPaginator, DeclaredChangeList
from pelatihan.registration.fields import PhoneField
from pelatihan.web.seen import NOTHING_CHANGED, SeenModelForm, SeenRows

WITH_ADD_LINK = frozenset({"letterhead", "signatory"})
MOST_NEW_ROWS = 50  # at once, in the rows of another table
EMPTY_ROWS = 3  # asked for by who has no script to add one
YEARS = range(1900, 2101)  # further off nobody means it, and sums of dates leave the calendar
NOT_DECLARED = "Alamat itu memuat saringan atau halaman yang tidak ada. Ini daftarnya dari awal."
SAVED_MEANWHILE = "Belum tersimpan: data yang sama baru saja disimpan orang lain. Periksa isinya, lalu simpan lagi."

logger = logging.getLogger(__name__)


class DayInput(forms.DateInput):
    """The browser's own calendar. It wants ISO dates, whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.SplitDateTimeWidget):
    """A day and a clock time side by side, each with a name of its own for who listens."""

    template_name = "admin/widgets/moment.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        forms.MultiWidget.__init__(
            self, [DayInput({"aria-label": "Tanggal"}), ClockInput({"aria-label": "Pukul"})], attrs
        )


def check_year(day: date) -> None:
    """Refuse a year that only a slip of the finger gives.

    :raises ValidationError: outside 1900 to 2100
    """
    if day.year not in YEARS:
        raise ValidationError(f"Tulis tahun antara {YEARS[0]} dan {YEARS[-1]}.", code="year")


class DayField(forms.DateField):
    widget = DayInput
    default_validators = [check_year]


class MomentField(forms.SplitDateTimeField):
    widget = MomentInput
    default_validators = [check_year]
    default_error_messages = forms.SplitDateTimeField.default_error_messages | {"invalid_time": NO_TIME}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        day, stock = self.fields
        clock = ClockField(required=stock.required, disabled=stock.disabled, error_messages={"invalid": NO_TIME})
        self.fields = [day, clock]


class OfficeFields:
    """How fields are entered, in pages and in their inline rows."""

    formfield_overrides: Any = {
        models.DateField: {"form_class": DayField, "widget": DayInput},
        models.DateTimeField: {"form_class": MomentField, "widget": MomentInput},
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

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]  # of ModelAdmin
            options.setdefault("widget", SearchedSelect(db_field, self.admin_site))  # type: ignore[attr-defined]
            options.setdefault("error_messages", {"invalid_choice": NOT_CHOSEN})
        return super().formfield_for_foreignkey(db_field, request, **options)  # type: ignore[misc]  # of ModelAdmin


class OfficeRows(OfficeFields, admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs alone
    """Rows of another table inside a page. A script adds empty ones; without it a button saves and asks for some."""

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        return EMPTY_ROWS if request.GET.get("baris") == self.model._meta.model_name else self.extra

    form = SeenModelForm
    formset = SeenRows

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """As many rows as there are, and so many more: the number alone, sent by hand, made thousands."""
        parent = self.parent_model._meta.model_name or ""
        there = self.model._default_manager.filter(**{parent: obj}).count() if obj else 0
        most = there if self.max_num == 0 else there + MOST_NEW_ROWS
        limits = {"max_num": most if self.max_num is None else self.max_num, "absolute_max": there + MOST_NEW_ROWS}
        return super().get_formset(request, obj, **limits | options)


class OfficeModelAdmin(OfficeFields, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """A page of the office's admin: what its list and its form answer."""

    form = SeenModelForm
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    sorted_by_index: dict[str, Any] = {}  # columns in whose order an index stands, however long the list
    actions: Any = None
    empty_value_display = "–"
    empty_list = "Belum ada isinya."
    view_on_site = False
    delete_confirmation_max_display = 20

    # ---- Lists -------------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[DeclaredChangeList]:
        return DeclaredChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list; who asks for what it does not declare gets it from its start, and reads so."""
        try:
            answer = super().changelist_view(request, {"empty_list": self.empty_list} | (extra_context or {}))
            if request.method == "GET" and answer.status_code == 200:
                came_from.remember(request, self.opts)
            return answer
        except DisallowedModelAdminLookup:
            messages.warning(request, NOT_DECLARED)
            return redirect(request.path)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Values that no filter reads and pages that are not there are answered as undeclared filters are."""
        try:
            return super().get_changelist_instance(request)
        except IncorrectLookupParameters as odd:
            raise DisallowedModelAdminLookup("A value that the filter does not take") from odd

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return super().get_search_results(request, queryset, " ".join(search_words(search_term)))

    def response_action(
        self, request: HttpRequest, queryset: Any, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> Any:
        """Of the rows that were sent as ticked, those that can be one."""
        sent = request.POST.copy()
        sent.setlist(ACTION_CHECKBOX_NAME, [str(pk) for pk in numbers.read_all(sent.getlist(ACTION_CHECKBOX_NAME))])
        request.POST = sent  # type: ignore[assignment]  # Django's own setter takes it
        return super().response_action(request, queryset, action_location)

    # ---- Forms -------------------------------------------------------------------------------------

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Rows are found by their number alone, by no other column."""
        return to_field == self.opts.pk.name

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Django takes "no column" for the name of one. Who saves, reads the row after those who saved before."""
        if request.method == "POST" and connection.in_atomic_block and (pk := numbers.read(object_id)):
            self.model._default_manager.select_for_update(no_key=True).filter(pk=pk).first()
        return super().get_object(request, object_id, from_field or None)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """No form is filled in by an address."""
        return {}

    def _with_rows(self, request: HttpRequest, obj: Any, answer: Any) -> Any:
        """After saving, to the same page with empty rows, when a button asked for them."""
        wanted = request.POST.get("_baris", "")
        for inline in self.get_inline_instances(request, obj) if wanted else []:
            if inline.model._meta.model_name == wanted:
                rows = inline.get_formset(request, obj).get_default_prefix()
                address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
                return redirect(f"{address}?baris={wanted}#{rows}-group")
        return answer

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        return self._with_rows(request, obj, super().response_add(request, obj, post_url_continue))

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        """Two who save at once pass the form's checks together; the database lets one of them in."""
        try:
            return super().changeform_view(request, *args, **options)
        except IntegrityError as refusal:
            diagnosis = getattr(refusal.__cause__, "diag", None)
            logger.warning("Refused by the database: %s", getattr(diagnosis, "constraint_name", None))
            messages.error(request, SAVED_MEANWHILE)
            return redirect(request.get_full_path())

    # ---- Saving ------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Only what was changed on the form: the rest may have moved meanwhile."""
        if change and isinstance(form, SeenModelForm):
            form.save_edited()
        else:
            super().save_model(request, obj, form, change)

    def get_inline_formsets(self, request: HttpRequest, formsets: Any, *args: Any, **options: Any) -> Any:
        for formset in formsets:
            if isinstance(formset, SeenRows):
                formset.line_up()
        return super().get_inline_formsets(request, formsets, *args, **options)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> Any:
        """With what two people wrote differently, of the form and of its rows."""
        conflicts = list(getattr(context["adminform"].form, "conflicts", []))
        for rows in context["inline_admin_formsets"]:
            conflicts += rows.formset.conflicts() if isinstance(rows.formset, SeenRows) else []
        return super().render_change_form(request, context | {"conflicts": conflicts}, *args, **options)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Saving nothing leaves no line."""
        return super().log_change(request, obj, message) if message else None

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        message = super().construct_change_message(request, form, formsets, add)
        request.has_saved_nothing = not add and not message  # type: ignore[attr-defined]  # for the answer below
        return message

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        """Saving nothing says so."""
        if not getattr(request, "has_saved_nothing", False) or "_addanother" in request.POST:
            return self._with_rows(request, obj, super().response_change(request, obj))
        if not request.POST.get("_baris"):
            messages.info(request, NOTHING_CHANGED)
        if "_continue" in request.POST:
            return redirect(request.get_full_path())
        return self._with_rows(request, obj, self.response_post_save_change(request, obj))
