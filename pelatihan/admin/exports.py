"""Lists that go out of the admin: the button of each list, the page of a long one, and the log of all of them."""

import uuid
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from pelatihan import dates, numbers
from pelatihan.accounts import access
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.exchange import exports
from pelatihan.exchange.exports import ExportRefused
from pelatihan.exchange.lists import LISTS
from pelatihan.jobs import running
from pelatihan.models import Export, Job
from pelatihan.web.private_files import DOWNLOADS

GONE = "Berkas ini sudah dihapus: unduhan disimpan satu hari. Unduh lagi dari daftarnya."
NOT_YOURS = "Unduhan ini hanya dibuka oleh yang memintanya."


class Exported:
    """A list page with a button that takes the list out, as it is filtered and searched, or only what is ticked."""

    exports_as = ""  # key of exchange.lists.LISTS
    imports_as = ""  # a ListKind, where such a list comes in as well

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"  # type: ignore[attr-defined]  # of ModelAdmin
        guarded = self.admin_site.admin_view(self.export)  # type: ignore[attr-defined]  # as above
        return [path("unduh/", guarded, name=name), *super().get_urls()]  # type: ignore[misc]  # as above

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """With the button, for those who may."""
        answer = super().changelist_view(request, extra_context)  # type: ignore[misc]  # of ModelAdmin
        if getattr(answer, "context_data", None) and "cl" in answer.context_data:
            answer.context_data["can_export"] = access.has(request.user, access.EXPORT)
            answer.context_data["export_question"] = request.GET.urlencode()
            may_import = self.imports_as and access.has(request.user, access.IMPORT)
            answer.context_data["imports_as"] = self.imports_as if may_import else ""
        return answer

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The file, or the page where one waits for it. What is asked for stands in the address, as in the list's."""
        listing = LISTS[self.exports_as]
        opts = self.opts  # type: ignore[attr-defined]  # of ModelAdmin
        back = f"{reverse(f'admin:{opts.app_label}_{opts.model_name}_changelist')}?{request.GET.urlencode()}"
        access.check(request.user, access.EXPORT)
        if not request.user.has_perm(listing.view):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(back)
        form = Export.Format.CSV if request.POST.get("bentuk") == Export.Format.CSV else Export.Format.XLSX
        ticked = numbers.read_all(request.POST.getlist(ACTION_CHECKBOX_NAME))
        try:
            keys, told = _asked(cast(OfficeModelAdmin, self), request, ticked)
            export = exports.start(
                listing, keys, filters=told, form=form, author=cast(User, request.user), at=timezone.now()
            )
        except DisallowedModelAdminLookup:  # the list itself says so
            return redirect(back)
        except ExportRefused as refusal:
            messages.warning(request, str(refusal))
            return redirect(back)
        if export.job_id:
            return redirect("admin:pelatihan_export_wait", export.pk)
        return _file(exports.content(listing, keys, export), export)


def _asked(page: OfficeModelAdmin, request: HttpRequest, ticked: list[int]) -> tuple[list[int], str]:
    """The numbers of the rows in the order of the list, and in words how it is filtered."""
    question = request.GET.copy()
    request.method, request.GET = "GET", _known(question)  # type: ignore[assignment]  # a copy that is not changed
    changelist = page.get_changelist_instance(request)
    rows = changelist.get_queryset(request)
    if ticked:
        rows = rows.filter(pk__in=ticked)
    keys = list(rows.values_list("pk", flat=True)[: exports.MOST + 1])
    words = [
        f"{spec.title}: {_chosen(spec, changelist)}" for spec in changelist.filter_specs if _chosen(spec, changelist)
    ]
    if changelist.query:
        words.append(_searched(changelist.query))
    if ticked:
        words.append(f"{len(keys)} yang ditandai")
    return keys, "; ".join(words)


def _known(question: QueryDict) -> QueryDict:
    """Without the page that was in view: all pages go out."""
    question.pop("p", None)
    return question


def _searched(query: str) -> str:
    """That something was searched for, and no more: a name or a number does not belong in a log."""
    return "kata pencarian"


def _chosen(spec: Any, changelist: Any) -> str:
    """What is chosen in a filter, in its words; nothing when it lets everybody through."""
    if hasattr(spec, "value") and not spec.value() and not getattr(spec, "chosen", None):
        return ""
    choices = [choice for choice in spec.choices(changelist) if choice.get("selected")]
    shown = str(choices[0]["display"]) if choices else ""
    return "" if shown in {"Semua", ""} else shown


def _file(content: bytes, export: Export) -> HttpResponse:
    answer = HttpResponse(content, content_type=exports.TYPES[Export.Format(export.format)])
    answer["Content-Disposition"] = f'attachment; filename="{exports.shown_name(export)}"'
    return answer


# ---- Long lists, and the log ---------------------------------------------------------------------


@admin.register(Export)
class ExportAdmin(OfficeModelAdmin):
    """Who took which list out; read by who administers."""

    list_display = ["when", "who", "list", "filters_shown", "number_shown", "format", "contacts"]
    list_filter = ["list", "with_contacts"]
    list_select_related = ["author"]
    empty_list = "Belum ada daftar yang diunduh."

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Export | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Export | None = None) -> bool:
        return False

    @admin.display(description="waktu", ordering="at")
    def when(self, export: Export) -> str:
        return dates.long_moment(export.at)

    @admin.display(description="petugas")
    def who(self, export: Export) -> str:
        return export.author.get_full_name() or export.author.get_username()

    @admin.display(description="saringan")
    def filters_shown(self, export: Export) -> str:
        return export.filters or "semua"

    @admin.display(description="baris", ordering="number")
    def number_shown(self, export: Export) -> str:
        return dates.thousands(export.number)

    @admin.display(description="memuat nomor HP", ordering="with_contacts")
    def contacts(self, export: Export) -> str:
        return "ya" if export.with_contacts else "tidak"

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("<uuid:key>/tunggu/", guarded(self.wait), name="pelatihan_export_wait"),
            path("<uuid:key>/berkas/", guarded(self.file), name="pelatihan_export_file"),
            *super().get_urls(),
        ]

    def _mine(self, request: HttpRequest, key: uuid.UUID) -> Export:
        access.check(request.user, access.EXPORT)
        export = Export.objects.select_related("author", "job").filter(pk=key).first()
        if export is None:
            raise Http404
        if export.author_id != request.user.pk:
            raise PermissionDenied(NOT_YOURS)
        return export

    def wait(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """How far a long list is; the file when it is there."""
        export = self._mine(request, key)
        job = export.job
        if request.method == "POST" and job:
            running.resume(job)
            return redirect("admin:pelatihan_export_wait", key)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Unduhan {export.list}",
            "export": export,
            "job": job,
            "is_stuck": job is not None and job.state in {Job.State.FAILED, Job.State.STOPPED},
            "is_there": DOWNLOADS.path(exports.file_name(export)).exists(),
            "is_done": job is None or job.state == Job.State.DONE,
            "gone": GONE,
        }
        return TemplateResponse(request, "admin/pelatihan/export/wait.html", context)

    def file(self, request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
        export = self._mine(request, key)
        place = DOWNLOADS.path(exports.file_name(export))
        if not place.exists():
            messages.warning(request, GONE)
            return redirect("admin:pelatihan_export_wait", key)
        return FileResponse(
            place.open("rb"), as_attachment=True, filename=exports.shown_name(export),
            content_type=exports.TYPES[Export.Format(export.format)],
        )  # fmt: skip
