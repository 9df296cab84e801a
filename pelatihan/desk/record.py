"""``rekam/``: the desk's only door. A plain form is answered by a page, JSON by JSON, errors too."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from pelatihan import codes
from pelatihan.accounts import access, devices
from pelatihan.accounts.access import needs
from pelatihan.accounts.actor import Actor, staff
from pelatihan.attendance import rules, writer
from pelatihan.attendance.locked import Scan
from pelatihan.desk import answers, clocks, door, search
from pelatihan.models import Outcome, Session
from pelatihan.web import errors

MOST_SCANS = 500
YEARS = range(1970, 2101)  # further off is no clock's time; without a battery some begin in 1970
MOST_DIGITS = 30  # of a number in JSON: nothing here needs more
OTHER_BATCH = "Perangkat ini disiapkan untuk angkatan lain. Siapkan untuk angkatan ini, lalu kirim lagi."
UNREADABLE = "Catatan ini tidak terbaca. Muat ulang halaman presensi, lalu coba lagi."


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
    return _scan({"id": str(uuid.uuid4()), **fields, "kind": kind, "at": timezone.now().isoformat()})


# ---- JSON ----------------------------------------------------------------------------------------


def _from_json(request: HttpRequest, session: Session) -> HttpResponse:
    arrived_at = timezone.now()
    body = _body(request)
    items = body.get("scans") if isinstance(body, dict) else None
    if not isinstance(items, list):
        return errors.answer(request, 400, "bad_request")
    if len(items) > MOST_SCANS:
        return errors.answer(request, 413, "too_large", f"Kirim paling banyak {MOST_SCANS} catatan sekaligus.")
    scans = [_scan(item) for item in items]
    sent_at, actor = _moment(body.get("sent_at")), _actor(request, body)
    readable = [scan for scan in scans if scan]
    told = iter(writer.record(session, readable, actor=actor, at=arrived_at, sent_at=sent_at))
    results = [
        answers.as_json(next(told), session) if scan else _invalid(item)
        for item, scan in zip(items, scans, strict=True)
    ]
    error = rules.clock_error(sent_at, arrived_at)
    return JsonResponse({"results": results, "clock_error": error, "clock_note": clocks.error_note(error)})


def _actor(request: HttpRequest, body: dict[str, Any]) -> Actor:
    """Who sent it. What a prepared device is called, the office has decided."""
    tool = devices.tool_of(request)
    return staff(request.user, tool.label if tool else _label(body.get("device")), tool)


def _body(request: HttpRequest) -> Any:
    """The posted JSON, or None. A number of a million digits is no reason to lose the rest."""
    try:
        return json.loads(request.body, parse_int=lambda digits: int(digits) if len(digits) < MOST_DIGITS else None)
    except (ValueError, RecursionError):
        return None


def _label(device: Any) -> str:
    """What a device calls itself, as far as the column takes it."""
    return "".join(sign for sign in device if sign.isprintable())[:60] if isinstance(device, str) else ""


def _invalid(item: Any) -> dict[str, str | None]:
    name = item.get("id") if isinstance(item, dict) else None
    shown = name if isinstance(name, str) and len(name) <= 100 else None
    return {"id": shown, "outcome": Outcome.INVALID, "name": "", "ormas": "", "first_at": None, "note": UNREADABLE}


def _scan(item: Any) -> Scan | None:
    """What one item asks for; None when it cannot be read."""
    if not isinstance(item, dict):
        return None
    event_id, at, wish = _uuid(item.get("id")), _moment(item.get("at")), _wish(item)
    if event_id is None or at is None or wish is None:
        return None
    shown = item.get("shown")
    return Scan(event_id, at, let_in=isinstance(shown, str) and shown in writer.LET_IN, **wish)


def _wish(item: dict[str, Any]) -> dict[str, Any] | None:
    kind, code = item.get("kind", "code"), item.get("code")
    if kind == "code":
        return {"code": codes.normalise(code)} if isinstance(code, str) else None
    field = {"ref": "ref", "undo": "undoes"}.get(kind) if isinstance(kind, str) else None
    wanted = _uuid(item.get(field)) if field else None
    return {field: wanted} if field and wanted else None


def _uuid(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _moment(text: Any) -> datetime | None:
    """A time with its offset, as UTC: the database takes no offset of 16 hours, and no year 0."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
        moment = at.astimezone(UTC) if at and at.tzinfo else None
    except (ValueError, OverflowError):
        return None
    return moment if moment and moment.year in YEARS else None
