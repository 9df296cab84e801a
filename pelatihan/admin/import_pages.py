"""One file from Excel: while it is read, the preview with its verdicts, and what became of it."""

import uuid
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from pelatihan import dates, numbers
from pelatihan.accounts.access import Person
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.exchange import imports
from pelatihan.exchange import returned as returning
from pelatihan.exchange.imports import NotApplied
from pelatihan.jobs import running
from pelatihan.models import Choice, Import, ImportRow, Job, ListKind, Verdict
from pelatihan.models.exchange import LIST_ROWS

FOLDER = "admin/pelatihan/import"
SHOW = "admin:pelatihan_import_show"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TO_SETTLE, ALL = "selesaikan", "semua"
WORDS = {verdict.value: str(verdict.label).lower() for verdict in Verdict}  # as the address says it
LOOKS = {
    Verdict.ERROR: ("tone-error", "exclamation-circle-fill"),
    Verdict.ALIKE: ("tone-alike", "people"),
    Verdict.CHANGED: ("tone-changed", "pencil"),
    Verdict.NEW: ("tone-new", "person-plus"),
    Verdict.SAME: ("", "check-lg"),
}
PAGE_OF = {
    ListKind.ORMAS: "admin:ormas_ormas_change",
    ListKind.INVITATIONS: "admin:ormas_ormas_change",
    ListKind.REGISTRATIONS: "admin:pelatihan_registration_change",
}
THINGS = {ListKind.ORMAS: "ormas", ListKind.INVITATIONS: "undangan", ListKind.REGISTRATIONS: "pendaftaran"}
SUMS = [
    (Verdict.NEW, "Baru", "sum-good"), (Verdict.CHANGED, "Berubah", "sum-good"),
    (Verdict.SAME, "Sama, dilewati", "sum-same"), (Verdict.ALIKE, "Mirip", "sum-ask"),
    (Verdict.ERROR, "Galat", "sum-stop"),
]  # fmt: skip
NOT_YOURS = "Isi berkas ini hanya dibuka oleh yang mengunggahnya."
SAVED = "Pilihan disimpan."
MOST_LISTED = 50  # rows set aside that the result names


@dataclass(frozen=True)
class Line:
    """A file in the list of the newest ones."""

    one: Import
    reader: Person

    @property
    def is_mine(self) -> bool:
        return self.one.author_id == self.reader.pk

    @property
    def outcome(self) -> str:
        """What became of it, in numbers."""
        figures = self.one.figures
        if self.one.state == Import.State.APPLIED:
            aside = figures.get(Verdict.ERROR, 0) + figures.get(Verdict.ALIKE, 0)
            told = [(figures.get(Verdict.NEW, 0), "baru"), (figures.get(Verdict.CHANGED, 0), "berubah")]
            told += [(figures.get(Verdict.SAME, 0), "sama"), (aside, "dikesampingkan")]
        elif self.one.state == Import.State.READY:
            told = [(sum(figures.values()), "baris")]
        else:
            return ""
        return ", ".join(f"{dates.thousands(count)} {word}" for count, word in told if count) or "tidak ada perubahan"

    @property
    def tone(self) -> str:
        match self.one.state:
            case Import.State.APPLIED:
                return "tone-done"
            case Import.State.REFUSED:
                return "tone-error"
            case Import.State.DISCARDED:
                return ""
        return "tone-alike"


@dataclass(frozen=True)
class Row:
    """A row of the preview."""

    row: ImportRow
    kind: str

    @property
    def look(self) -> tuple[str, str]:
        return LOOKS[Verdict(self.row.verdict)]

    @property
    def alike(self) -> list[dict[str, Any]]:
        page = PAGE_OF[ListKind(self.kind)]
        return [one | {"address": reverse(page, args=[one["pk"]])} for one in self.row.shown["alike"]]

    @property
    def chosen(self) -> str:
        """The value of the choice that is made."""
        return str(self.row.chosen) if self.row.choice == Choice.SAME else self.row.choice


def _mine(request: HttpRequest, key: uuid.UUID) -> tuple[Import, bool]:
    """The file, and whether whoever asks has uploaded it."""
    found = Import.objects.select_related("angkatan", "author", "job").filter(pk=key).first()
    if found is None:
        raise Http404
    return found, found.author_id == request.user.pk


def show(page: OfficeModelAdmin, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The page that fits how far the file has come; what is sent from it."""
    current, is_mine = _mine(request, key)
    if not is_mine:
        if request.method == "POST":
            messages.warning(request, NOT_YOURS)
            return redirect(SHOW, key)
        return _page(page, request, current, "closed", {"line": Line(current, request.user), "sentence": NOT_YOURS})
    if request.method == "POST":
        return _sent(request, current)
    match current.state:
        case Import.State.READING | Import.State.APPLYING:
            return _page(page, request, current, "waiting", _waiting(current))
        case Import.State.READY:
            return _page(page, request, current, "preview", _preview(request, current))
        case Import.State.APPLIED:
            return _page(page, request, current, "result", _result(current))
    return _page(page, request, current, "closed", {"line": Line(current, request.user), "sentence": current.why})


def _page(
    page: OfficeModelAdmin, request: HttpRequest, current: Import, template: str, context: dict[str, Any]
) -> HttpResponse:
    shared = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "import": current,
        "title": "Daftar dari Excel",
        "upload_address": _upload_address(current),
        "thing": THINGS[ListKind(current.kind)],
    }
    return TemplateResponse(request, f"{FOLDER}/{template}.html", shared | context)


def _upload_address(current: Import) -> str:
    batch = f"&angkatan={current.angkatan_id}" if current.angkatan_id else ""
    return f"{reverse('admin:pelatihan_import_add')}?isi={current.kind}{batch}"


# ---- Waiting -------------------------------------------------------------------------------------


def _waiting(current: Import) -> dict[str, Any]:
    job = current.job
    is_stuck = job is not None and job.state in {Job.State.FAILED, Job.State.STOPPED}
    return {"job": job, "is_stuck": is_stuck, "refreshes": not is_stuck}


# ---- The preview ---------------------------------------------------------------------------------


def _preview(request: HttpRequest, current: Import) -> dict[str, Any]:
    counts = {verdict: current.figures.get(verdict, 0) for verdict in Verdict.values}
    open_ones = current.rows.filter(verdict=Verdict.ALIKE, choice="").count()
    to_settle = counts[Verdict.ERROR] + open_ones
    asked = request.GET.get("putusan", TO_SETTLE if to_settle else ALL)
    shown = _filtered(current, asked)
    pages: Page[ImportRow] = Paginator(shown, LIST_ROWS).get_page(numbers.read(request.GET.get("halaman", "")) or 1)
    new, changed = imports.to_write(current)
    held = imports.held_back(current)
    filters = [(TO_SETTLE, "Perlu Anda selesaikan", to_settle)] if to_settle else []
    filters += [(WORDS[verdict], str(verdict.label), counts[verdict]) for verdict in Verdict]
    return {
        "sums": [(label, counts[verdict], tone) for verdict, label, tone in SUMS],
        "filters": [*filters, (ALL, "Semua", sum(counts.values()))],
        "asked": asked,
        "pages": pages,
        "page_range": pages.paginator.get_elided_page_range(pages.number, on_each_side=1, on_ends=1),
        "rows": [Row(row, current.kind) for row in pages],
        "errors": counts[Verdict.ERROR],
        "open": open_ones,
        "to_settle": to_settle,
        "same": counts[Verdict.SAME],
        "aside": current.rows.set_aside().count(),
        "held": held,
        "new": new,
        "changed": changed,
        "writes": new + changed,
        "can_add": not imports.is_of_listed(current),
        "total": sum(counts.values()),
        "whole": "orang" if current.kind == ListKind.REGISTRATIONS else "ormas",
    }


def _filtered(current: Import, asked: str) -> Any:
    if asked == TO_SETTLE:
        return current.rows.to_settle()
    verdict = next((value for value, word in WORDS.items() if word == asked), None)
    return current.rows.filter(verdict=verdict) if verdict else current.rows.order_by("number")


# ---- What is sent --------------------------------------------------------------------------------


def _sent(request: HttpRequest, current: Import) -> HttpResponse:
    """A choice kept, the file applied or thrown away, a stopped worker set going again."""
    back = redirect(f"{reverse(SHOW, args=[current.pk])}{_question(request)}")
    at, sent = timezone.now(), request.POST
    if "lanjutkan" in sent:
        if current.job:
            running.resume(current.job)
        return back
    if "buang" in sent:
        imports.discard(current, at)
        messages.success(request, f"Berkas “{current.file_name}” dibuang. Tidak ada yang ditulis.")
        return redirect("admin:pelatihan_import_changelist")
    imports.choose(current, _choices(request))
    if "terapkan" not in sent:
        messages.success(request, SAVED)
        return back
    try:
        told = imports.apply(current, sets_aside="kesampingkan" in sent, user=cast(User, request.user), at=at)
    except NotApplied as refusal:
        messages.error(request, str(refusal))
        return back
    if told:
        messages.warning(request, told)
    return redirect(SHOW, current.pk)


def _question(request: HttpRequest) -> str:
    """The same filter and page as before."""
    asked, number = request.POST.get("putusan", ""), numbers.read(request.POST.get("halaman", ""))
    known = asked if asked in {TO_SETTLE, ALL, *WORDS.values()} else ""
    parts = ([f"putusan={known}"] if known else []) + ([f"halaman={number}"] if number else [])
    return f"?{'&'.join(parts)}" if parts else ""


def _choices(request: HttpRequest) -> dict[int, str]:
    """What is chosen, by the number of the row."""
    chosen: dict[int, str] = {}
    for name in request.POST:
        number = numbers.read(name.removeprefix("baris-")) if name.startswith("baris-") else None
        if number is not None:
            chosen[number] = request.POST[name]
    return chosen


# ---- The result ----------------------------------------------------------------------------------


def _result(current: Import) -> dict[str, Any]:
    figures = current.figures
    aside = current.rows.set_aside().order_by("number")
    count = aside.aggregate(n=Count("pk"))["n"]
    written = figures.get(Verdict.NEW, 0) + figures.get(Verdict.CHANGED, 0)
    told_aside = figures.get(Verdict.ERROR, 0) + figures.get(Verdict.ALIKE, 0)
    return {
        "written": written,
        "sums": [
            ("Ditambahkan", figures.get(Verdict.NEW, 0), "sum-good"),
            ("Diubah", figures.get(Verdict.CHANGED, 0), "sum-good"),
            ("Sama, dilewati", figures.get(Verdict.SAME, 0), "sum-same"),
            ("Dikesampingkan", told_aside, "sum-stop"),
        ],
        "aside_count": count,
        "aside": [(row, returning.reason(row)) for row in aside[:MOST_LISTED]],
        "gone": told_aside and not count,
        "figures": figures,
        "new": figures.get(Verdict.NEW, 0),
        "changed": figures.get(Verdict.CHANGED, 0),
        "list_address": _list_address(current),
    }


def _list_address(current: Import) -> str:
    if current.kind == ListKind.ORMAS:
        return reverse("admin:ormas_ormas_changelist")
    assert current.angkatan is not None  # import_of_people_names_its_batch
    if current.kind == ListKind.INVITATIONS:
        return reverse("admin:pelatihan_angkatan_invitations", args=[current.angkatan.pk])
    return f"{reverse('admin:pelatihan_registration_changelist')}?angkatan={current.angkatan.slug}"


def returned(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The rows that were not written, as a file, for whoever uploaded them."""
    current, is_mine = _mine(request, key)
    if not is_mine:
        raise PermissionDenied(NOT_YOURS)
    if not current.rows.set_aside().exists():
        messages.info(request, "Tidak ada baris yang dikesampingkan, atau sudah dihapus.")
        return redirect(SHOW, key)
    answer = HttpResponse(returning.made(current), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="dikembalikan-{current.uploaded_at:%Y%m%d}.xlsx"'
    return answer
