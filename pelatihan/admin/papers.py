"""What stands on papers beside the participants: letterheads, signers, guests."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from pelatihan import dates
from pelatihan.admin.closing import OfClosedBatch, RowsOfClosedBatch
from pelatihan.admin.kit import OfficeModelAdmin, OfficeRows
from pelatihan.models import Angkatan, Guest, Letterhead, Session, Signatory
from pelatihan.web.seen import SeenModelForm

EXAMPLE = "19700101 199503 1 001"
BETWEEN_DIGITS = re.compile(r"[\s.\-]+")  # as people part them, from whatever they copy it


class EmployeeNumberField(forms.CharField):
    """A NIP in any spelling, kept as 18 digits, shown in its groups."""

    def __init__(self, **options: Any) -> None:
        options["max_length"] = 40  # of what is typed
        super().__init__(**options, widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "width-medium"}))

    def clean(self, value: Any) -> str:
        digits = BETWEEN_DIGITS.sub("", super().clean(value))
        if digits and not re.fullmatch("[0-9]{18}", digits):
            raise ValidationError(f"NIP terdiri atas 18 angka, misalnya {EXAMPLE}. Spasi boleh.", code="digits")
        return digits

    def prepare_value(self, value: Any) -> Any:
        return Signatory(employee_number=value).printed_number if re.fullmatch("[0-9]{18}", str(value)) else value


@admin.register(Letterhead)
class LetterheadAdmin(OfficeModelAdmin):
    list_display = ["label", "first_line", "second_line", "city"]
    fields = ["label", "first_line", "second_line", "address", ("city", "postcode")]
    empty_list = "Belum ada kop surat. Tambahkan kop yang dicetak di atas daftar hadir."


@admin.register(Signatory)
class SignatoryAdmin(OfficeModelAdmin):
    list_display = ["name", "full_title", "printed_number"]
    fields = ["name", ("prefix", "title"), "employee_number"]
    search_fields = ["name", "title"]
    empty_list = "Belum ada penanda tangan. Tambahkan pejabat yang menandatangani daftar hadir."

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "employee_number":
            return EmployeeNumberField(label="NIP", required=False, help_text=f"18 angka, misalnya {EXAMPLE}.")
        return super().formfield_for_dbfield(db_field, request, **options)

    @admin.display(description="jabatan", ordering="title")
    def full_title(self, signatory: Signatory) -> str:
        return signatory.full_title

    @admin.display(description="NIP")
    def printed_number(self, signatory: Signatory) -> str:
        return signatory.printed_number or "–"


class GuestForm(SeenModelForm):
    """A row of the batch's page, or a page of its own: shortened words, and the sessions of this batch alone."""

    class Meta:
        labels = {"nickname": "panggilan", "session": "sesi", "place": "urutan"}
        widgets = {"place": forms.NumberInput(attrs={"class": "width-short"})}


def session_choices(angkatan: Angkatan | None) -> list[tuple[Any, str]]:
    """Those of the batch that is edited, read once, not once a row."""
    sessions = angkatan.sessions.in_time_order() if angkatan else Session.objects.none()
    words = ((one.pk, f"{dates.day_name(one.day)} {dates.clock(one.starts_at)} · {one.title}") for one in sessions)
    return [("", "Tidak di satu sesi"), *words]


class GuestInline(RowsOfClosedBatch, OfficeRows):
    """Who stands on papers without registering, on the page of the batch."""

    model = Guest
    form = GuestForm
    fields = ["category", "name", "nickname", "gender", "position", "institution", "session", "subject", "place"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).in_print_order()  # type: ignore[attr-defined]  # of GuestQuerySet

    def get_formset(self, request: HttpRequest, obj: Angkatan | None = None, **options: Any) -> Any:
        """The list of sessions is read once, not once a row."""
        formset = super().get_formset(request, obj, **options)
        if field := formset.form.base_fields.get("session"):
            field.choices = session_choices(obj)
        return formset


@admin.register(Guest)
class GuestAdmin(OfClosedBatch, OfficeModelAdmin):
    shut_word = "daftar tamunya"
    form = GuestForm
    list_display = ["name", "category", "position", "institution", "angkatan"]
    list_filter = ["category", ("angkatan", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["angkatan"]
    search_fields = ["name", "institution"]
    fields = [
        "angkatan", "category", "name", "nickname", "gender", "position", "institution", "place", "session", "subject",
    ]  # fmt: skip
    empty_list = "Belum ada narasumber, panitia, atau undangan."

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Sessions of all batches would be a long list: those of the guest's own batch come after saving."""
        if db_field.name == "angkatan":
            options["queryset"] = Angkatan.objects.filter(closed_at=None).newest_first()
        if db_field.name == "session":
            pk = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
            mine = Session.objects.filter(angkatan__guests__pk=pk) if pk else Session.objects.none()
            options["queryset"] = mine.distinct().order_by("starts_at", "pk")
        return super().formfield_for_foreignkey(db_field, request, **options)

    def get_fields(self, request: HttpRequest, obj: Guest | None = None) -> Any:
        fields = list(GuestAdmin.fields)
        return fields if obj else [name for name in fields if name not in {"session", "subject"}]
