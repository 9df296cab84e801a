"""The pages beside the batch's own: copy it, invite organisations, show, freeze or call it off."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from ormas.models import Ormas
from pelatihan import numbers
from pelatihan.accounts.actor import staff
from pelatihan.admin import closing, deciding, plan_news
from pelatihan.admin.batch_forms import CopyForm, MoveForm, PasteForm, SearchForm
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.batches import moving, steps
from pelatihan.batches.copying import NumberTaken, copy_angkatan
from pelatihan.batches.inviting import InvitingRefused, Pasted, read_pasted
from pelatihan.batches.inviting import invite as invite_all
from pelatihan.batches.steps import Step
from pelatihan.models import Angkatan, Registration
from pelatihan.models.plan import MOST_LETTERS as PLAN_LETTERS

CHANGE = "admin:pelatihan_angkatan_change"
FOLDER = "admin/pelatihan/angkatan"
NOTHING_TICKED = "Belum ada ormas yang ditandai."


def tell_moved(request: HttpRequest, moved: list[Registration]) -> None:
    """Who moved up from the queue, by name."""
    if moved:
        messages.success(request, f"Naik dari cadangan: {'; '.join(each.full_name for each in moved)}.")


def _page(
    page: OfficeModelAdmin, request: HttpRequest, template: str, angkatan: Angkatan, context: dict[str, Any]
) -> HttpResponse:
    shared = {**page.admin_site.each_context(request), "opts": page.opts, "angkatan": angkatan}
    return TemplateResponse(request, f"{FOLDER}/{template}.html", shared | context)


def copy(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    if not page.has_add_permission(request):
        raise PermissionDenied
    source = get_object_or_404(Angkatan, pk=pk)
    form = CopyForm(request.POST or None, initial={"number": source.number + 1})
    if request.method == "POST" and form.is_valid() and (new := copied(source, form)):
        page.log_addition(request, new, f"Disalin dari {source.name}")
        messages.success(request, f"{new.name} dibuat dari {source.name}, belum tampil untuk umum. Periksa tanggalnya.")
        return redirect(CHANGE, new.pk)
    return _page(page, request, "copy", source, {"title": f"Salin {source.name}", "form": form})


def copied(source: Angkatan, form: CopyForm) -> Angkatan | None:
    """The copy; None when somebody else took the number since the form was checked, and then the form says so."""
    try:
        return copy_angkatan(source, **form.cleaned_data)
    except NumberTaken:
        form.refuse_number(form.cleaned_data["number"], form.cleaned_data["starts_on"])
        return None


def move(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Other days for the batch and all that hangs on them: asked for by GET, shown, and only then done."""
    if not page.has_change_permission(request):
        raise PermissionDenied
    angkatan, at = get_object_or_404(Angkatan, pk=pk), timezone.now()
    wish = request.POST if request.method == "POST" else request.GET
    form = MoveForm(wish if "starts_on" in wish else None)
    context: dict[str, Any] = {"title": f"Pindahkan tanggal {angkatan.name}", "form": form}
    reason, wrong = deciding.read_reason(request, PLAN_LETTERS)
    try:
        moving.may_move(angkatan)
        if form.is_valid():
            if request.method == "POST" and not wrong:
                try:
                    return _moved(page, request, angkatan, form.cleaned_data["starts_on"], at, reason)
                except moving.ReasonMissing as missing:
                    wrong = str(missing)
            new = moving.moved(angkatan, form.cleaned_data["starts_on"], at)
            context |= {
                "owes_reason": angkatan.is_known(),
                "reason": reason,
                "wrong": wrong,
                "new": new,
                "lines": moving.preview(angkatan, new, at),
                "sessions": moving.preview_sessions(angkatan, new),
                "people": angkatan.registrations.active().count(),
            }
    except moving.MoveRefused as refusal:
        context["refusal" if not form.is_bound else "error"] = str(refusal)
    return _page(page, request, "move", angkatan, context)


def _moved(
    page: OfficeModelAdmin, request: HttpRequest, angkatan: Angkatan, starts_on: date, at: datetime, reason: str
) -> HttpResponse:
    """Done, or back at the preview when it is no longer what was shown."""
    try:
        seen = date.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        seen = date.min
    before = angkatan.date_range
    try:
        up = moving.move(angkatan, starts_on, seen=seen, at=at, actor=staff(request.user), reason=reason)
    except moving.MovedMeanwhile as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{request.path}?starts_on={starts_on.isoformat()}")
    angkatan.refresh_from_db()
    told = f"Tanggal dipindahkan dari {before} ke {angkatan.date_range}"
    page.log_change(request, angkatan, ": ".join(filter(None, (told, reason.strip()))))
    messages.success(
        request,
        f"{angkatan.name} dipindahkan dari {before} ke {angkatan.date_range}, bersama semua sesinya. Untuk"
        " mengembalikannya, pilih “Pindahkan tanggal” lagi.",
    )
    tell_moved(request, up)
    return plan_news.next_page(request, angkatan, at)


LEADS = {
    Step.CANCEL: "Angkatan yang dibatalkan tidak menerima pendaftaran dan presensi lagi; datanya tetap ada. Alasannya"
    " tampil di halaman angkatan. Peserta tidak dikabari dengan sendirinya: daftarnya menunggu Anda sesudah ini.",
    Step.REVIVE: "Pendaftaran dan presensi berjalan lagi seperti sebelum dibatalkan. Alasannya tampil di halaman"
    " angkatan, dan semua peserta perlu dikabari lagi: daftarnya menunggu Anda sesudah ini.",
    Step.CLOSE: "Angkatan yang ditutup tidak berubah lagi: pendaftaran, keputusan, dan presensinya tetap seperti ini.",
    Step.REOPEN: "Pendaftaran, keputusan, dan presensinya dapat diubah lagi sampai angkatan ini ditutup kembali.",
}
REASON_LABELS = {
    Step.CANCEL: "Alasan pembatalan",
    Step.REVIVE: "Alasan pembatalan dicabut",
    Step.REOPEN: "Alasan membuka lagi",
}


def condition(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """One step on the batch as a whole; what cannot simply be taken back asks once first."""
    if not page.has_change_permission(request):
        raise PermissionDenied
    angkatan = get_object_or_404(Angkatan, pk=pk)
    if request.POST.get("step") not in Step.values:
        return redirect(CHANGE, pk)
    step, at = Step(request.POST["step"]), timezone.now()
    reason, error = deciding.read_reason(request, steps.MOST_LETTERS)
    if error or (step in steps.ASK_ONCE and "confirmed" not in request.POST):
        return _ask(page, request, angkatan, step, reason=reason, error=error)
    try:
        moved = steps.take(
            angkatan, step, at=at, reason=reason, actor=staff(request.user),
            knows_what_is_open="tetap" in request.POST,
        )  # fmt: skip
    except (steps.ReasonMissing, steps.StillOpen) as missing:
        return _ask(page, request, angkatan, step, error=str(missing))
    except steps.StepGone as gone:
        messages.error(request, str(gone))
        return redirect(CHANGE, pk)
    page.log_change(request, angkatan, ": ".join(filter(None, (str(step.label), reason.strip()))))
    messages.success(request, steps.DONE[step].format(angkatan.name))
    tell_moved(request, moved)
    return plan_news.next_page(request, angkatan, at) if step in steps.TELLS else redirect(CHANGE, pk)


def _ask(
    page: OfficeModelAdmin, request: HttpRequest, angkatan: Angkatan, step: Step, *, reason: str = "", error: str = ""
) -> HttpResponse:
    context = {
        "title": f"{step.label}: {angkatan.name}",
        "lead": LEADS[step],
        "points": closing.points(angkatan) if step == Step.CLOSE else [],
        "reason_label": REASON_LABELS.get(step, ""),
        "is_destructive": step == Step.CANCEL,
        "reason": reason,
        "error": error,
        "step": step,
    }
    return _page(page, request, "confirm", angkatan, context)


def invite(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Tick in a search, or paste one a line: what the lines mean is shown first, and the box keeps them."""
    if not request.user.has_perm("pelatihan.add_invitation"):
        raise PermissionDenied
    angkatan = get_object_or_404(Angkatan, pk=pk)
    paste = PasteForm(request.POST if "lines" in request.POST else None)
    if "ormas" in request.POST or "undang" in request.POST:
        _invite_chosen(request, angkatan)
    elif request.method == "POST" and "lines" not in request.POST:
        messages.info(request, NOTHING_TICKED)
    pasted = read_pasted(angkatan, paste.cleaned_data["lines"]) if paste.is_bound and paste.is_valid() else None
    if request.method == "POST" and (not paste.is_bound or (pasted and "undang" in request.POST and pasted.is_settled)):
        return redirect(request.get_full_path())
    search = SearchForm(request.GET or None)
    context = {
        "title": f"Undang ormas ke {angkatan.name}",
        "search": search,
        "found": search.found(angkatan) if request.GET else [],
        "has_searched": bool(request.GET),
        "paste": paste,
        "pasted": pasted,
        "ticked": _ticked(request, pasted) if pasted else set(),
        "invited": angkatan.invitations.count(),
    }
    return _page(page, request, "invite", angkatan, context)


def _chosen(request: HttpRequest) -> list[int]:
    """The ticks, and what was chosen for each doubtful line."""
    lines = [value for name, value in request.POST.items() if name.startswith("baris-")]
    return numbers.read_all([*request.POST.getlist("ormas"), *map(str, lines)])


def _invite_chosen(request: HttpRequest, angkatan: Angkatan) -> None:
    ormas = list(Ormas.objects.filter(pk__in=_chosen(request)).order_by())
    try:
        added = invite_all(angkatan, ormas)
    except InvitingRefused as refusal:
        messages.error(request, str(refusal))
        return
    if added:
        messages.success(request, f"{added} ormas diundang.")
    if known := len(ormas) - added:
        messages.info(request, f"{known} ormas sudah diundang sebelumnya.")
    if not ormas:
        messages.info(request, NOTHING_TICKED)


def _ticked(request: HttpRequest, pasted: Pasted) -> set[int]:
    """At first all that are recognised, and the only one that is like a line; then what the clerk left ticked."""
    if "undang" in request.POST:
        return set(_chosen(request))
    return {ormas.pk for ormas in pasted.ormas} | {
        one.line.offered[0].pk for one in pasted.to_choose if len(one.line.offered) == 1
    }
