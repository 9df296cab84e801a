"""``rekam/``: the desk's only door. A plain form is answered by a page, JSON by JSON, errors too."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from pelatihan.accounts import access, devices
from pelatihan.accounts.access import needs
from pelatihan.accounts.actor import Actor, staff
from pelatihan.attendance import rules, writer
from pelatihan.attendance.locked import Scan
from pelatihan.desk import answers, clocks, door, reading, search, walk_ins
from pelatihan.models import Outcome, Session
from pelatihan.web import errors

MOST_SCANS = 500
OTHER_BATCH = "Perangkat ini disiapkan untuk angkatan lain. Siapkan untuk angkatan ini, lalu kirim lagi."


@require_POST
@devices.or_log_in
@needs(access.DESK)
def record(request: HttpRequest, slug: str, session: int) -> HttpResponse:
    """Take scans as JSON, or one wish from a form."""
    here = door.at_door(slug, session)
    if (tool := devices.tool_of(request)) and tool.angkatan_id != here.angkatan_id:
        raise PermissionDenied(OTHER_BATCH)
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
    try:
        return reading.read({"id": str(uuid.uuid4()), **fields, "kind": kind, "at": timezone.now().isoformat()})
    except reading.Unreadable:
        return None


# ---- JSON ----------------------------------------------------------------------------------------


def _from_json(request: HttpRequest, session: Session) -> HttpResponse:
    arrived_at = timezone.now()
    body = reading.body_of(request)
    items = body.get("scans") if isinstance(body, dict) else None
    if not isinstance(items, list):
        return errors.answer(request, 400, "bad_request")
    if len(items) > MOST_SCANS:
        return errors.answer(request, 413, "too_large", f"Kirim paling banyak {MOST_SCANS} catatan sekaligus.")
    scans, notes = reading.scans(items)
    sent_at, actor = reading.moment(body.get("sent_at")), _actor(request, body)
    readable = [scan for scan in scans if scan]
    told = iter(walk_ins.record(session, readable, actor=actor, at=arrived_at, sent_at=sent_at))
    results = [
        answers.as_json(next(told), session) if scan else _invalid(item, note)
        for item, scan, note in zip(items, scans, notes, strict=True)
    ]
    error = rules.clock_error(sent_at, arrived_at)
    return JsonResponse({"results": results, "clock_error": error, "clock_note": clocks.error_note(error)})


def _actor(request: HttpRequest, body: dict[str, Any]) -> Actor:
    """Who sent it. What a prepared device is called, the office has decided."""
    tool = devices.tool_of(request)
    return staff(request.user, tool.label if tool else _label(body.get("device")), tool)


def _label(device: Any) -> str:
    """What a device calls itself, as far as the column takes it."""
    return "".join(sign for sign in device if sign.isprintable())[:60] if isinstance(device, str) else ""


def _invalid(item: Any, note: str) -> dict[str, str | None]:
    name = item.get("id") if isinstance(item, dict) else None
    shown = name if isinstance(name, str) and len(name) <= 100 else None
    return {"id": shown, "outcome": Outcome.INVALID, "name": "", "ormas": "", "first_at": None, "note": note}
