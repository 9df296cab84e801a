"""``rekam/``: the desk's only door. A plain form is answered by a page, JSON by JSON, errors too."""

import json
import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from pelatihan import codes
from pelatihan.accounts import access
from pelatihan.accounts.access import needs
from pelatihan.accounts.actor import Actor, staff
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Scan
from pelatihan.desk import answers, door, search
from pelatihan.models import Outcome, Session
from pelatihan.web import errors

MOST_SCANS = 500
YEARS = range(2000, 2101)  # further off is no clock's time
UNREADABLE = "Catatan ini tidak terbaca. Muat ulang halaman presensi, lalu coba lagi."


@require_POST
@needs(access.DESK)
def record(request: HttpRequest, slug: str, session: int) -> HttpResponse:
    """Take scans as JSON, or one wish from a form."""
    here = door.at_door(slug, session)
    if request.content_type == "application/json":
        return _from_json(request, here)
    return _from_form(request, here)


# ---- Forms ---------------------------------------------------------------------------------------


def _from_form(request: HttpRequest, session: Session) -> HttpResponse:
    """One of ``code`` (a code, or letters to look for), ``ref`` (picked) or ``undoes``; ``id`` makes it one act."""
    desk = reverse("desk_session", args=[session.angkatan.slug, session.pk])
    scan, text = _from_fields(request.POST.dict()), request.POST.get("code", "").replace("\0", "").strip()
    search_page = f"{desk}?{urlencode({'cari': text})}" if text else desk
    if scan is None:
        return redirect(search_page)
    answer = writer.record(session, [scan], actor=staff(request.user), at=timezone.now())[0]
    if answer.outcome == Outcome.UNKNOWN_CODE and text.isalpha():  # a name may look like a code
        return redirect(search_page)
    return redirect(f"{desk}?{urlencode({'jawaban': str(answer.event.pk)})}")


def _from_fields(fields: dict[str, str]) -> Scan | None:
    """The wish in a posted form, or None when it is no code but letters to look for."""
    kind = next((kind for kind, field in (("ref", "ref"), ("undo", "undoes")) if fields.get(field)), "code")
    if kind == "code" and not search.looks_like_code(fields.get("code", "")):
        return None
    return _scan({"id": str(uuid.uuid4()), **fields, "kind": kind, "at": timezone.now().isoformat()})


# ---- JSON ----------------------------------------------------------------------------------------


def _from_json(request: HttpRequest, session: Session) -> HttpResponse:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    items = body.get("scans") if isinstance(body, dict) else None
    if not isinstance(items, list):
        return errors.answer(request, 400, "bad_request")
    if len(items) > MOST_SCANS:
        return errors.answer(request, 413, "too_large", f"Kirim paling banyak {MOST_SCANS} catatan sekaligus.")
    scans = [_scan(item) if isinstance(item, dict) else None for item in items]
    actor = staff(request.user, str(body.get("device") or "").replace("\0", "")[:60])
    return JsonResponse({"results": _results(session, items, scans, actor)})


def _results(session: Session, items: list[Any], scans: list[Scan | None], actor: Actor) -> list[dict[str, str | None]]:
    """An answer for each item, in their order."""
    told = iter(writer.record(session, [scan for scan in scans if scan], actor=actor, at=timezone.now()))
    return [
        answers.as_json(next(told), session) if scan else _invalid(item)
        for item, scan in zip(items, scans, strict=True)
    ]


def _invalid(item: Any) -> dict[str, str | None]:
    name = item.get("id") if isinstance(item, dict) else None
    shown = name if isinstance(name, str) else None
    return {"id": shown, "outcome": Outcome.INVALID, "name": "", "ormas": "", "first_at": None, "note": UNREADABLE}


def _scan(item: dict[str, Any]) -> Scan | None:
    """What one item asks for; None when it cannot be read."""
    try:
        at = datetime.fromisoformat(item["at"])
        event_id, kind = uuid.UUID(item["id"]), item.get("kind", "code")
        wish = _wish(kind, item)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if wish is None or at.tzinfo is None or at.year not in YEARS:
        return None
    let_in = item.get("shown") in writer.LET_IN
    return Scan(event_id, at, let_in=let_in, **wish)


def _wish(kind: str, item: dict[str, Any]) -> dict[str, Any] | None:
    if kind == "code":
        return {"code": codes.normalise(item["code"])}
    if kind == "ref":
        return {"ref": uuid.UUID(item["ref"])}
    return {"undoes": uuid.UUID(item["undoes"])} if kind == "undo" else None
