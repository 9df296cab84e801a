"""What stands on papers beside the participants: letterheads, signers, guests."""

import hashlib
import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pelatihan import dates
from pelatihan.admin.closing import OfClosedBatch, RowsOfClosedBatch
from pelatihan.admin.kit import OfficeModelAdmin, OfficeRows
from pelatihan.models import Angkatan, Guest, Letterhead, Session, Signatory
from pelatihan.papers import emblem
from pelatihan.web.bodies import body_limit
from pelatihan.web.seen import SeenModelForm, SeenRows

EXAMPLE = "19700101 199503 1 001"
takes_picture = body_limit(emblem.MOST_BYTES + emblem.MEGABYTE, emblem.TOO_LARGE)
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


class LetterheadForm(SeenModelForm):
    picture = forms.FileField(
        label="Gambar lambang",
        required=False,
        allow_empty_file=True,
        max_length=None,
        help_text="PNG atau JPG, paling besar 5 MB. Dicetak di kop semua kertas. Dibiarkan kosong: tidak berubah.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        error_messages={"invalid": "Gambarnya tidak sampai. Pilih lagi, lalu simpan."},
    )
    without_picture = forms.BooleanField(label="Hapus lambang", required=False)

    def clean_picture(self) -> Any:
        upload = self.cleaned_data["picture"]
        if upload:
            try:
                self.instance.emblem = emblem.taken(upload)
            except emblem.EmblemRefused as refusal:
                raise ValidationError(str(refusal), code="picture") from None
        return upload

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("without_picture"):
            if data.get("picture"):
                self.add_error("without_picture", "Pilih salah satu: unggah gambar, atau hapus lambang.")
            self.instance.emblem = None
        return data


@admin.register(Letterhead)
class LetterheadAdmin(OfficeModelAdmin):
    form = LetterheadForm
    list_display = ["label", "first_line", "second_line", "city"]
    fields = [
        "label", "first_line", "second_line", "address", ("city", "postcode"), "emblem_shown", "picture",
        "without_picture",
    ]  # fmt: skip
    readonly_fields = ["emblem_shown"]
    empty_list = "Belum ada kop surat. Tambahkan kop yang dicetak di atas daftar hadir."

    def get_fields(self, request: HttpRequest, obj: Letterhead | None = None) -> Any:
        if obj is not None and obj.emblem:
            return LetterheadAdmin.fields
        return [name for name in LetterheadAdmin.fields if name not in {"emblem_shown", "without_picture"}]

    def get_queryset(self, request: HttpRequest) -> Any:
        """The list does without the pictures."""
        match = request.resolver_match
        found = super().get_queryset(request)
        return found.defer("emblem") if match and match.url_name == "pelatihan_letterhead_changelist" else found

    def get_urls(self) -> list[URLPattern]:
        stock = super().get_urls()
        for url in stock:
            if str(url.name).endswith(("_add", "_change")):
                takes_picture(url.callback)
        view = self.admin_site.admin_view(self.show_emblem)
        return [path("<int:pk>/lambang.png", view, name="pelatihan_letterhead_emblem"), *stock]

    def show_emblem(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The picture as it is kept and printed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        head = get_object_or_404(Letterhead, pk=pk, emblem__isnull=False)
        return HttpResponse(bytes(head.emblem or b""), content_type="image/png")

    @admin.display(description="lambang sekarang")
    def emblem_shown(self, head: Letterhead) -> SafeString:
        address = reverse("admin:pelatihan_letterhead_emblem", args=[head.pk])
        kept = hashlib.sha256(bytes(head.emblem or b"")).hexdigest()[:8]  # another picture has another address
        return format_html('<img class="emblem" src="{}?{}" alt="Lambang pada kop ini" height="96">', address, kept)


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


IS_PAID = "{} menerima honorarium, jadi tidak dapat dihapus. Hapus dulu honorariumnya di halaman Uang."


class GuestForm(SeenModelForm):
    """A row of the batch's page, or a page of its own: shortened words, and the sessions of this batch alone."""

    class Meta:
        labels = {"session": "sesi", "subject": "materi, bila bukan judul sesinya"}
        widgets = {"place": forms.NumberInput(attrs={"class": "width-short"})}


def session_choices(angkatan: Angkatan | None) -> list[tuple[Any, str]]:
    """Those of the batch that is edited, read once, not once a row."""
    sessions = angkatan.sessions.in_time_order() if angkatan else Session.objects.none()
    words = ((one.pk, f"{dates.day_name(one.day)} {dates.clock(one.starts_at)} · {one.title}") for one in sessions)
    return [("", "Tidak di satu sesi"), *words]


class GuestRows(SeenRows):
    """Whoever is paid a fee is not deleted with it by a tick."""

    def clean(self) -> None:
        super().clean()
        going = [form.instance.pk for form in self.initial_forms if self._should_delete_form(form)]
        paid = Guest.objects.filter(pk__in=going, honoraria__isnull=False).distinct() if going else ()
        if errors := [ValidationError(IS_PAID.format(one.name)) for one in paid]:
            raise ValidationError(errors)


class GuestInline(RowsOfClosedBatch, OfficeRows):
    """Who stands on papers without registering, on the page of the batch."""

    model = Guest
    form = GuestForm
    formset = GuestRows
    fields = ["category", "place", "name", "nickname", "gender", "position", "institution", "session", "subject"]
    extra = 0
    classes = ["collapse"]

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
