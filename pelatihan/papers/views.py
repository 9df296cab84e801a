"""Everything that can be printed."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, Session
from pelatihan.models.office import office
from pelatihan.papers.attendance_sheet import attendance_list, check_length
from pelatihan.papers.catalogue import next_session, offer
from pelatihan.papers.choices import Choices, NothingToPrint, chosen_sessions, file_name
from pelatihan.papers.engine import RETRY_SECONDS, Print, QueueFull, TooLong, TypesettingFailed
from pelatihan.papers.forms import EVERY_SESSION, SheetChoices
from pelatihan.web import errors


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
        check_length(angkatan, chosen, choices)
        pdf = _printed(angkatan, chosen, choices)
    except NothingToPrint as refusal:
        return render(request, "papers/nothing.html", {"angkatan": angkatan, "refusal": refusal}, status=404)
    except TooLong as refusal:
        return _too_long(request, angkatan, form, refusal)
    except (QueueFull, TypesettingFailed) as refusal:
        return _not_now(request, angkatan, refusal)
    return _inline(pdf, file_name(angkatan, chosen, choices))


def _printed(angkatan: Angkatan, chosen: list[Session], choices: Choices) -> bytes:
    """The PDF. Nobody's data are read without a place in the queue, and no connection is held while waiting there."""
    with Print() as place:
        sheets = attendance_list(angkatan, chosen, choices, office())
        if not connection.in_atomic_block:
            connection.close()
        return place.render(sheets.template, sheets)


def _too_long(request: HttpRequest, angkatan: Angkatan, form: SheetChoices, refusal: TooLong) -> HttpResponse:
    """The page of choices again, which are not wrong but too many."""
    if errors.wants_json(request):
        return errors.answer(request, 400, "too_long", str(refusal))
    form.add_error(None, str(refusal))
    return _gallery(request, angkatan, form, status=400)


def _not_now(request: HttpRequest, angkatan: Angkatan, refusal: QueueFull | TypesettingFailed) -> HttpResponse:
    """Why there is no PDF, and whether it is worth trying again."""
    busy = isinstance(refusal, QueueFull)
    again = isinstance(refusal, QueueFull) or refusal.may_pass
    status, code = (503, "busy") if again else (500, "server_error")
    response = errors.answer(
        request, status, code, str(refusal), template="papers/not_now.html", angkatan=angkatan, busy=busy, again=again
    )
    if again:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _sessions(angkatan: Angkatan) -> list[Session]:
    """Those of the batch that take attendance."""
    return list(angkatan.sessions.taking_attendance().in_time_order())


def _gallery(request: HttpRequest, angkatan: Angkatan, form: SheetChoices, status: int = 200) -> HttpResponse:
    context = {"angkatan": angkatan, "tab": "print", "form": form} | offer(angkatan, form.sessions, timezone.now())
    return render(request, "papers/gallery.html", context, status=status)


def _inline(pdf: bytes, name: str) -> HttpResponse:
    shown = content_disposition_header(False, name)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": shown})
