"""The page of late changes: what happened since the list was frozen, and which sheets are out of date."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from pelatihan import numbers
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.admin import late_changes, wishes
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.models import Angkatan, Session
from pelatihan.papers import out_of_date

TITLE = "Perubahan setelah daftar dibekukan"
STRUCK = "{}: ditandai sudah dicoret. Nomor lain di lembar itu tetap."
REPLACED = "{}: ditandai sudah diganti. Pastikan lembar yang lama tidak dipakai lagi."
TAKEN_BACK = "Tandanya dicabut: {} cetakan dianggap belum diganti."
NOT_MARKED = "Tanda ini sudah tidak ada, atau cetakannya sudah dibuat lagi. Tidak ada yang berubah."


def late(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """``?hal=2``: older changes."""
    if not page.has_view_permission(request):
        raise PermissionDenied
    angkatan, sessions = _found(pk)
    context = {**page.admin_site.each_context(request), "opts": page.opts, "angkatan": angkatan, "title": TITLE}
    if angkatan.frozen_at:
        report = out_of_date.report_of(angkatan, sessions)
        context |= {
            "asked": wishes.listed(angkatan),
            "may_decide": access.has(request.user, access.DECIDE),
            "frozen": late_changes.frozen(angkatan),
            "report": report,
            "changes": late_changes.page_of(angkatan, request.user, report, request.GET.get("hal", "")),
            "may_print": access.has(request.user, access.PRINT),
            "may_open": access.has(request.user, "pelatihan.view_registration"),
        }
    return TemplateResponse(request, "admin/pelatihan/angkatan/late.html", context)


def replaced(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Sheets are marked as replaced (``seen``: what the page showed of them), or that mark is taken back."""
    access.check(request.user, access.PRINT)
    angkatan, sessions = _found(pk)
    ids = numbers.read_all(request.POST.getlist("cetakan"))
    try:
        if "urungkan" in request.POST:
            count = out_of_date.unsettle(angkatan, ids)
            messages.success(request, TAKEN_BACK.format(count)) if count else messages.info(request, NOT_MARKED)
        elif request.method == "POST":
            _settle(request, angkatan, sessions, ids)
    except out_of_date.Shut as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:pelatihan_angkatan_late", pk)


def _found(pk: int) -> tuple[Angkatan, list[Session]]:
    angkatan = get_object_or_404(Angkatan.objects.select_related("letterhead"), pk=pk)
    return angkatan, list(angkatan.sessions.taking_attendance().in_time_order())


def _settle(request: HttpRequest, angkatan: Angkatan, sessions: list[Session], ids: list[int]) -> None:
    user, seen = staff(request.user).user, request.POST.get("seen", "")
    assert user
    try:
        one = out_of_date.settle(angkatan, sessions, ids, seen, by=user, at=timezone.now())
    except out_of_date.ListMoved as moved:
        messages.error(request, str(moved))
    else:
        messages.success(request, (REPLACED if one.href else STRUCK).format(one.title))
