"""The desk: which session it is, checking people in, closing."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.accounts.access import needs
from pelatihan.accounts.actor import staff
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import arrivals, figures, sessions, writer
from pelatihan.desk import answers, door, search
from pelatihan.desk.over import over
from pelatihan.models import Angkatan, Session

LAST = 10


@require_GET
@of_batch(access.DESK)
def now(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """Go to the present session; ``?pilih`` and days without sessions show them all."""
    rows = list(angkatan.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    at = timezone.now()
    present = sessions.present_session(rows, at)
    if present and "pilih" not in request.GET:
        return redirect("desk_session", angkatan.slug, present.pk)
    days = figures.by_day(figures.of_sessions(angkatan, rows))
    context = {"angkatan": angkatan, "tab": "desk", "days": days, "present": present}
    context["may_manage"] = access.has(request.user, access.DEVICES)
    context["may_show_code"] = access.has(request.user, access.SCREEN)
    context["place"] = sessions.place(present, at) if present else ""
    return render(request, "desk/sessions.html", context)


@require_GET
@needs(access.DESK)
def session(request: HttpRequest, slug: str, session: int) -> HttpResponse:
    """Check-in for one session. ``?cari=`` lists whom the letters fit, ``?jawaban=`` repeats an answer.

    ``?bagian=cari`` and ``?bagian=terakhir`` are those parts alone, for the page's script; ``?bagian=kerangka`` is the
    page without anybody on it, which the device keeps for a time without a signal.
    """
    part, text = request.GET.get("bagian"), request.GET.get("cari", "").strip()
    if part == "cari":
        return _matches(request, door.at_door(slug, session), text)
    here, crowd = door.with_crowd(slug, session)
    at = timezone.now()
    is_bare = part == "kerangka"
    last = [] if is_bare else sessions.last_in(here, LAST, by_desk=True)
    context: dict[str, Any] = _found(here, "" if is_bare else text) | {"crowd": crowd, "last": last}
    context["over"] = over(here, at)
    if part == "terakhir":
        return render(request, "desk/includes/renewed.html", context)
    context |= {
        "tab": "desk",
        "answer": None if is_bare else _answer(here, request.GET.get("jawaban", "")),
        "idle": answers.idle(here, at),
        "looks": answers.LOOKS.values(),
        "undo_id": uuid.uuid4(),
        "is_today": here.day == dates.local_date(at),
        "may_close": access.has(request.user, access.RECAP),
        "may_let_in": access.has(request.user, access.LET_IN),
        "may_decide_late": access.has(request.user, access.LATE),
        "may_show_code": access.has(request.user, access.SCREEN),
        "may_send_sheets": access.has(request.user, access.SEND_SHEETS),
    }
    context["late"] = arrivals.number_waiting(here.angkatan) if context["may_decide_late"] else 0
    return render(request, "desk/desk.html", context)


def _matches(request: HttpRequest, session: Session, text: str) -> HttpResponse:
    return render(request, "desk/includes/matches.html", _found(session, text))


def _found(session: Session, text: str) -> dict[str, Any]:
    return {
        "angkatan": session.angkatan,
        "session": session,
        "matches": search.find(session, text) if text else None,
        "event_id": uuid.uuid4(),
    }


@require_http_methods(["GET", "POST"])
@needs(access.DESK)
@needs(access.RECAP)
def close(request: HttpRequest, slug: str, session: int) -> HttpResponse:
    """Close the session, or open it again; asks once, and says what will happen."""
    here, crowd = door.with_crowd(slug, session)
    if request.method == "POST":
        try:
            act = sessions.reopen if "buka" in request.POST else sessions.close
            act(here, at=timezone.now(), actor=staff(request.user))
        except sessions.BatchClosed as refusal:
            messages.error(request, str(refusal))
        return redirect("desk_session", slug, here.pk)
    context = {"angkatan": here.angkatan, "tab": "desk", "session": here, "crowd": crowd, "rest": sessions.rest(here)}
    context |= {"closed_by": sessions.closed_by(here), "is_early": timezone.now() < here.opens_at}
    context["may_decide_late"] = access.has(request.user, access.LATE)
    return render(request, "desk/close.html", context)


def _answer(session: Session, event_id: str) -> answers.Words | None:
    try:
        answer = writer.recall(session, uuid.UUID(event_id))
    except ValueError:
        return None
    return answers.words(answer, session) if answer else None
