"""Everything that can be printed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, Session
from pelatihan.models.office import office
from pelatihan.papers.attendance_sheet import attendance_list
from pelatihan.papers.catalogue import next_session, offer
from pelatihan.papers.choices import NothingToPrint, chosen_sessions, file_name
from pelatihan.papers.forms import EVERY_SESSION, SheetChoices
from pelatihan.papers.pdf import render_pdf


@require_safe
@of_batch(access.PRINT, "letterhead")
def gallery(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """The papers with their choices, the sheet needed next chosen beforehand."""
    sessions = _sessions(angkatan)
    soon = next_session(sessions, timezone.now())
    form = SheetChoices(sessions, {"sesi": str(soon.pk) if soon else EVERY_SESSION})
    return _gallery(request, angkatan, form)


@require_safe
@of_batch(access.PRINT, "letterhead")
def attendance_sheet(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """The daftar hadir as PDF; what cannot be read comes back to the page of choices, with what to mend."""
    sessions = _sessions(angkatan)
    form = SheetChoices(sessions, request.GET.dict())
    if not form.is_valid():
        return _gallery(request, angkatan, form, status=400)
    choices = form.choices()
    try:
        chosen = chosen_sessions(sessions, choices)
    except NothingToPrint as refusal:
        return render(request, "papers/nothing.html", {"angkatan": angkatan, "refusal": refusal}, status=404)
    sheets = attendance_list(angkatan, chosen, choices, office())
    return _inline(render_pdf(sheets.template, sheets), file_name(angkatan, chosen, choices))


def _sessions(angkatan: Angkatan) -> list[Session]:
    """Those of the batch that take attendance."""
    return list(angkatan.sessions.taking_attendance().in_time_order())


def _gallery(request: HttpRequest, angkatan: Angkatan, form: SheetChoices, status: int = 200) -> HttpResponse:
    context = {"angkatan": angkatan, "tab": "print", "form": form} | offer(angkatan, form.sessions, timezone.now())
    return render(request, "papers/gallery.html", context, status=status)


def _inline(pdf: bytes, name: str) -> HttpResponse:
    shown = content_disposition_header(False, name)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": shown})
