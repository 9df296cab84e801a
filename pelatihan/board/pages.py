"""The board: how many of how many are in, and who is missing."""

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from ormas import phones
from pelatihan.accounts import access
from pelatihan.accounts.access import needs
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import arrivals, sessions
from pelatihan.board import overview
from pelatihan.models import Angkatan, Session
from pelatihan.phases import Phase

PAST_A_PAGE = 30
CURRENT_SHOWN = 60


@require_GET
@needs(access.BOARD)
def committee(request: HttpRequest) -> HttpResponse:
    """Choose a batch: running ones first, then the coming, then the past, a page of them at a time (``?hal=``)."""
    now = timezone.now()
    batches = Angkatan.objects.with_figures().newest_first()
    past = Paginator(batches.over(now), PAST_A_PAGE).get_page(request.GET.get("hal"))
    current = list(batches.not_over(now)[:CURRENT_SHOWN]) if past.number == 1 else []
    running = [batch for batch in current if batch.phase(now) == Phase.RUNNING]
    present = sessions.present_of(running, now)
    groups = [
        ("Sedang berlangsung", [_line(batch, now, present.get(batch.pk)) for batch in running]),
        ("Akan datang", [_line(batch, now) for batch in reversed(current) if batch not in running]),
        ("Sudah lewat", [_line(batch, now) for batch in past]),
    ]
    context = {"groups": [group for group in groups if group[1]], "past": past}
    return render(request, "board/committee.html", context)


def _line(batch: Angkatan, at: datetime, session: Session | None = None) -> tuple[Angkatan, Phase, str]:
    """A batch, its phase, and the session that is meant there now."""
    word = f"{sessions.place(session, at)} {session.times}: {session.title}" if session else ""
    return batch, batch.phase(at), word


@require_GET
@of_batch(access.BOARD)
def board(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """``?hari=`` another day, ``?sesi=`` another session in large, ``?hal=`` more of the missing.

    ``?bagian=papan`` is the changing part alone.
    """
    now, wish = timezone.now(), request.GET
    contacts = access.has(request.user, access.CONTACT)
    day, session, page = (wish.get(name, "") for name in ("hari", "sesi", "hal"))
    shown = overview.of(angkatan, now, day=day, session=session, contacts=contacts, page=page)
    context = {"angkatan": angkatan, "tab": "board", "board": shown, "phase": angkatan.phase(now)}
    part = wish.get("bagian") == "papan"
    if shown.focus is None or not shown.focus.figures.expected:
        empty = "board/board_empty.html"
        return HttpResponse(status=204) if part else render(request, empty, context | _why_empty(request, angkatan))
    page = "includes/board" if part else "board"
    context["may_check_in"] = access.has(request.user, access.DESK)
    context["late"] = arrivals.number_waiting(angkatan) if access.has(request.user, access.LATE) else 0
    return render(request, f"board/{page}.html", context)


def _why_empty(request: HttpRequest, angkatan: Angkatan) -> dict[str, object]:
    """What is missing before the board can show anything, and the link to share."""
    form = request.build_absolute_uri(reverse("register", args=[angkatan.slug]))
    return {
        "registrations": angkatan.registrations.count(),
        "expected": angkatan.registrations.expected().count(),
        "sessions": angkatan.sessions.taking_attendance().exists(),
        "share": phones.wa_link("", f"Pendaftaran {angkatan.name}: {angkatan.theme}. Daftar di {form}"),
    }
