"""Lists from Excel: the page with templates and the newest files, the upload, and where each file is looked at."""

import uuid
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from pelatihan import dates, numbers
from pelatihan.accounts import access
from pelatihan.admin import import_pages
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.exchange import imports, templates
from pelatihan.exchange.reading import opening
from pelatihan.exchange.reading.opening import MOST_BYTES, MOST_ROWS, FileRefused
from pelatihan.models import Angkatan, Import, ListKind
from pelatihan.registration.fields import KeyField
from pelatihan.web.bodies import body_limit

NEWEST = 30
FOLDER = "admin/pelatihan/import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAYS = {
    ListKind.ORMAS: "Nama, alamat, narahubung, dan masa bakti ormas.",
    ListKind.INVITATIONS: "Ormas yang diundang ke satu angkatan, dengan kursinya.",
    ListKind.REGISTRATIONS: "Orang-orang satu angkatan dengan ormas, nomor HP, dan statusnya.",
}

takes_list = body_limit(MOST_BYTES + 1024 * 1024, opening.TOO_LARGE)


class UploadForm(forms.Form):
    """Which list, of which batch, and the file."""

    kind = forms.ChoiceField(
        label="Isi berkas",
        choices=ListKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih isi berkasnya.", "invalid_choice": "Pilih isi berkasnya."},
    )
    angkatan = forms.ModelChoiceField(
        label="Angkatan",
        queryset=Angkatan.objects.none(),
        empty_label="Pilih angkatan",
        help_text="Untuk undangan dan peserta. Daftar ormas tidak memerlukannya.",
        error_messages={"required": "Pilih angkatannya.", "invalid_choice": "Pilih angkatan dari daftar."},
    )
    file = forms.FileField(
        label="Berkas Excel atau CSV",
        help_text=f"Paling besar {MOST_BYTES // 1024**2} MB dan {dates.thousands(MOST_ROWS)} baris, berbentuk .xlsx"
        " atau .csv.",
        allow_empty_file=True,
        max_length=None,
        error_messages={
            "required": "Pilih berkasnya.",
            "missing": "Pilih berkasnya.",
            "invalid": "Berkasnya tidak sampai. Pilih lagi, lalu unggah.",
        },
    )
    key = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        batch = cast(forms.ModelChoiceField[Angkatan], self.fields["angkatan"])
        batch.queryset = Angkatan.objects.newest_first()
        batch.required = self.data.get("kind") != ListKind.ORMAS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == ListKind.ORMAS:
            cleaned["angkatan"] = None
        return cleaned


@admin.register(Import)
class ImportAdmin(OfficeModelAdmin):
    """Files that came in. Who uploaded one looks at its rows; the others see that it came and what became of it."""

    # ---- Who may -----------------------------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return access.has(request.user, access.IMPORT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.has(request.user, access.IMPORT)

    def has_change_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return access.has(request.user, access.IMPORT)

    def has_delete_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return access.has(request.user, access.IMPORT)

    # ---- Its pages ---------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("templat/<str:kind>/", guarded(self.template), name="pelatihan_import_template"),
            path("<uuid:key>/dikembalikan/", guarded(self.returned), name="pelatihan_import_returned"),
            path("<uuid:key>/", guarded(self.show), name="pelatihan_import_show"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """What can be brought in, with its template, and what came last."""
        access.check(request.user, access.IMPORT)
        newest = Import.objects.select_related("angkatan", "author", "job")[:NEWEST]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Daftar dari Excel",
            "kinds": [(kind, SAYS[kind]) for kind in ListKind],
            "imports": [import_pages.Line(one, request.user) for one in newest],
        }
        return TemplateResponse(request, f"{FOLDER}/list.html", context)

    @takes_list
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The upload. Nothing is written yet; a file that cannot be read says why at its field."""
        access.check(request.user, access.IMPORT)
        form = (
            UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm(initial=_wish(request))
        )
        if form.is_bound and form.is_valid():
            try:
                taken = self._take(request, form.cleaned_data)
            except FileRefused as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("admin:pelatihan_import_show", taken.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Unggah daftar",
            "form": form,
            "kinds": ListKind,
        }
        return TemplateResponse(request, f"{FOLDER}/upload.html", context)

    def _take(self, request: HttpRequest, sent: dict[str, Any]) -> Import:
        file = sent["file"]
        if file.size > MOST_BYTES:
            raise FileRefused(opening.TOO_LARGE)
        return imports.take(
            sent["kind"], sent["angkatan"], file.name or "", file.read(),
            key=sent["key"], author=cast(User, request.user), at=timezone.now(),
        )  # fmt: skip

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's address of a row shows the same."""
        try:
            return self.show(request, uuid.UUID(object_id))
        except ValueError:
            access.check(request.user, access.IMPORT)
            return redirect("admin:pelatihan_import_changelist")

    def show(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        access.check(request.user, access.IMPORT)
        return import_pages.show(self, request, key)

    def returned(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        access.check(request.user, access.IMPORT)
        return import_pages.returned(request, key)

    def template(self, request: HttpRequest, kind: str) -> HttpResponse:
        access.check(request.user, access.IMPORT)
        if kind not in ListKind.values:
            messages.warning(request, "Templat itu tidak ada. Pilih salah satu di bawah ini.")
            return redirect("admin:pelatihan_import_changelist")
        name = templates.NAMES[ListKind(kind)].lower()
        return as_file(templates.made(kind), f"templat-{name}.xlsx", XLSX)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What became of a file stands on its page."""
        return self.change_view(request, object_id)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        raise PermissionDenied


def _wish(request: HttpRequest) -> dict[str, Any]:
    """What a link chose already."""
    kind = request.GET.get("isi", "")
    batch = numbers.read(request.GET.get("angkatan", ""))
    return {"kind": kind if kind in ListKind.values else None, "angkatan": batch}


def as_file(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to be kept, not shown."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def list_address() -> str:
    return reverse("admin:pelatihan_import_changelist")
