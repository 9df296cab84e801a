"""What a device asks for, read item by item: whatever it sends, nothing here fails, and a bad item spoils no other."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from pelatihan import codes, ids
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Scan
from pelatihan.models import AttendanceEvent, Outcome
from pelatihan.registration import walk_ins
from pelatihan.registration.walk_ins import WalkIn

YEARS = range(1970, 2101)  # further off is no clock's time; without a battery some begin in 1970
MOST_DIGITS = 30  # of a number in JSON: nothing here needs more
MOST_COUNTED = 2**63 - 1
LONGEST_REASON = AttendanceEvent._meta.get_field("reason").max_length or 0
SHOWN = frozenset({*Outcome.values, "saved"})  # what a device may have told somebody by itself
UNREADABLE = "Catatan ini tidak terbaca. Muat ulang halaman presensi, lalu coba lagi."
REASON_OWED = "Tulis alasannya: tanpa alasan tidak ada yang dipersilakan masuk atas tanggung jawab."


class Unreadable(Exception):
    """The item is none; the text is the sentence to show."""


def body_of(request: HttpRequest) -> Any:
    """The posted JSON, or None. A number of a million digits is no reason to lose the rest."""
    try:
        return json.loads(request.body, parse_int=lambda digits: int(digits) if len(digits) < MOST_DIGITS else None)
    except (ValueError, RecursionError):
        return None


def scans(items: Sequence[Any]) -> tuple[list[Scan | None], list[str]]:
    """What each item asks for, or why it cannot be read."""
    found: list[Scan | None] = []
    notes: list[str] = []
    for item in items:
        try:
            scan, note = read(item), ""
        except Unreadable as refusal:
            scan, note = None, str(refusal)
        found.append(scan)
        notes.append(note)
    return found, notes


def read(item: Any) -> Scan:
    """One wish.

    :raises Unreadable: nobody can tell what it asks for
    """
    if not isinstance(item, dict):
        raise Unreadable(UNREADABLE)
    event_id, at, wish = ids.read(item.get("id")), moment(item.get("at")), _wish(item)
    if event_id is None or at is None or wish is None:
        raise Unreadable(UNREADABLE)
    shown, seq = item.get("shown"), item.get("seq")
    shown = shown if isinstance(shown, str) and shown in SHOWN else ""
    counted = isinstance(seq, int) and not isinstance(seq, bool) and 0 <= seq <= MOST_COUNTED
    return Scan(event_id, at, let_in=shown in writer.LET_IN, shown=shown, seq=seq if counted else None, **wish)


def _wish(item: dict[str, Any]) -> dict[str, Any] | None:
    """:raises Unreadable: with what is missing"""
    kind, code = item.get("kind", "code"), item.get("code")
    if kind == "code":
        return {"code": codes.normalise(code)} if isinstance(code, str) else None
    if kind == "walk_in":
        return {"walk_in": _walk_in(item)}
    if kind == "override":
        return _override(item)
    field = {"ref": "ref", "undo": "undoes"}.get(kind) if isinstance(kind, str) else None
    wanted = ids.read(item.get(field)) if field else None
    return {field: wanted} if field and wanted else None


def _walk_in(item: dict[str, Any]) -> WalkIn:
    """:raises Unreadable: with what is to be mended"""
    written = [item.get(field) or "" for field in ("name", "ormas_text", "phone")]
    ormas = item.get("ormas")
    number = ormas if isinstance(ormas, int) and not isinstance(ormas, bool) and 0 < ormas <= MOST_COUNTED else None
    if not all(isinstance(text, str) for text in written):
        raise Unreadable(UNREADABLE)
    try:
        name, ormas_text, phone = written
        return walk_ins.read(name, number, ormas_text, phone)
    except ValidationError as refusal:
        raise Unreadable(refusal.messages[0]) from None


def _override(item: dict[str, Any]) -> dict[str, Any] | None:
    """Whom by code or reference, and why; more of a reason than is kept is left off.

    :raises Unreadable: there is no reason
    """
    code, ref, reason = item.get("code"), ids.read(item.get("ref")), item.get("reason")
    legible = "".join(sign for sign in reason if sign.isprintable()).strip() if isinstance(reason, str) else ""
    if not legible:
        raise Unreadable(REASON_OWED)
    why = {"is_override": True, "reason": legible[:LONGEST_REASON]}
    if ref:
        return {"ref": ref} | why
    return {"code": codes.normalise(code)} | why if isinstance(code, str) else None


def moment(text: Any) -> datetime | None:
    """A time with its offset, as UTC: the database takes no offset of 16 hours, and no year 0."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
        moment = at.astimezone(UTC) if at and at.tzinfo else None
    except (ValueError, OverflowError):
        return None
    return moment if moment and moment.year in YEARS else None
