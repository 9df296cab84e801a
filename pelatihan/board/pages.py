"""The board: how many of how many are in, and who is missing."""

from datetime import datetime
from functools import partial
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods

from ormas import phones
from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.accounts.access import needs
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import arrivals, sessions, shown
from pelatihan.board import excusing, kept, overview
from pelatihan.board.kept import Asked
from pelatihan.models import Angkatan, Session
from pelatihan.papers import returning
from pelatihan.phases import Phase

PAST_A_PAGE = 30
CURRENT_SHOWN = 60
MOST_LETTERS = 20  # of a wish in the address
SEEN_BY = (access.CONTACT, access.DESK, access.LATE, access.MARK, access.SCREEN)  # rights that change a board


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


@require_http_methods(["GET", "POST"])
@needs(access.BOARD)
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """``?hari=`` another day, ``?sesi=`` another session in large, ``?hal=`` more of the missing, ``?layar=1`` for a
    projector. ``?bagian=papan`` is the changing part alone. A form enters "izin" for one of the missing.
    """
    if request.method == "POST":
        return excusing.write(request, slug)
    asked = _asked(request, slug)
    return _part(request, asked) if request.GET.get("bagian") == "papan" else _page(request, slug, asked=asked)


def _asked(request: HttpRequest, slug: str) -> Asked:
    day, session, page = (request.GET.get(name, "")[:MOST_LETTERS] for name in ("hari", "sesi", "hal"))
    rights = tuple(right for right in SEEN_BY if access.has(request.user, right))
    origin = f"{request.scheme}://{request.get_host()}"
    return Asked(origin, slug, day, session, page, rights, dates.zone_label())


def _part(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Asked every three seconds by everybody who watches. Unchanged, it reads nothing of the board: one number."""
    now, name = timezone.now(), shown.now()
    sent = request.headers.get("If-None-Match", "")
    if kept.holds(sent, asked, name, now):
        return _marked(HttpResponseNotModified(), sent)
    made = kept.board(asked, name, now, partial(_make, asked, now), renews=bool(sent))
    return _marked(HttpResponseNotModified() if made.tag == sent else HttpResponse(made.html), made.tag)


def _marked(response: HttpResponse, tag: str) -> HttpResponse:
    response.headers["ETag"] = tag
    return response


@of_batch(access.BOARD)
def _page(request: HttpRequest, angkatan: Angkatan, asked: Asked) -> HttpResponse:
    now, name = timezone.now(), shown.now()
    html, until = _make(asked, now, angkatan)
    context = {
        "angkatan": angkatan,
        "tab": "board",
        "at": now,
        "part": html,
        "tag": kept.tag(asked, name, until),
        "minutes_ahead": int((timezone.localtime(now).utcoffset() or now - now).total_seconds()) // 60,
        "is_screen": request.GET.get("layar") == "1",
        "again": _again(request),
        "may_mark": access.MARK in asked.rights,
        "key": uuid4(),
        "excused": excusing.just_entered(request, angkatan),
        "sheets_owed": returning.number_owed(angkatan, now) if access.has(request.user, access.SHEETS) else 0,
    }
    return render(request, "board/board.html", context)


def _again(request: HttpRequest) -> str:
    """The same board once more, without word of what was just entered."""
    wish = request.GET.copy()
    wish.pop(excusing.ENTERED, None)
    return f"{request.path}?{wish.urlencode()}" if wish else request.path


# ---- The changing part: nothing of who asks but what they may see ------------------------------------


def _make(asked: Asked, at: datetime, angkatan: Angkatan | None = None) -> tuple[SafeString, datetime]:
    """The words of the board, and until when the clock changes nothing of them."""
    batch = angkatan or get_object_or_404(Angkatan, slug=asked.slug)
    contacts = access.CONTACT in asked.rights
    made = overview.of(batch, at, day=asked.day, session=asked.session, contacts=contacts, page=asked.page)
    context = {
        "angkatan": batch,
        "address": reverse("board", args=[batch.slug]),
        "board": made,
        "phase": batch.phase(at),
        "zone": asked.zone,
        "may_check_in": access.DESK in asked.rights,
        "may_mark": access.MARK in asked.rights,
        "may_show": access.SCREEN in asked.rights,
        "late": arrivals.number_waiting(batch) if access.LATE in asked.rights else 0,
    }
    if made.focus is None or not made.focus.figures.expected:
        return render_to_string("board/includes/board_empty.html", context | _why_empty(asked, batch)), made.until
    return render_to_string("board/includes/board.html", context), made.until


def _why_empty(asked: Asked, angkatan: Angkatan) -> dict[str, object]:
    """What is missing before the board can show anything, and the link to share."""
    form = f"{asked.origin}{reverse('register', args=[angkatan.slug])}"
    return {
        "registrations": angkatan.registrations.count(),
        "expected": angkatan.registrations.expected().count(),
        "sessions": angkatan.sessions.taking_attendance().exists(),
        "form": form.partition("://")[2],
        "share": phones.wa_link("", f"Pendaftaran {angkatan.name}: {angkatan.theme}. Daftar di {form}"),
    }
