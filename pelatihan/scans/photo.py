"""Photographing signed pages with a phone: what its camera must know, and what came of the pictures that were sent."""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, PrintedSheet, Session, SheetScan, SheetUpload
from pelatihan.scans import words
from pelatihan.scans.shapes import Fault

SHOWN = 12  # pictures under the camera
RECENT = timedelta(hours=12)
State = SheetScan.State
NEEDED = ("state", "problem", "detail", "page", "upload", "sheet__code")  # of a picture; a reading is long
LOOKS = {  # class and icon of a picture's state, for who still holds the sheet
    State.WAITING: ("status-submitted", "hourglass-split"),
    State.PROBLEM: ("status-rejected", "exclamation-triangle-fill"),
    State.DISMISSED: ("status-cancelled", "slash-circle"),
}
FINE = ("status-accepted", "check-circle-fill")
READ, UNREAD, PHOTO = "Terbaca", "Tidak terbaca", "Foto"


@dataclass(frozen=True)
class Sent:
    """One picture that was sent: which page it shows, as far as that is known, and what came of it."""

    title: str
    at: datetime
    word: str
    look: str
    icon: str
    note: str = ""


@require_safe
@of_batch(access.SEND_SHEETS)
def photo(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """The camera, and what it has to say before the sheet is put away.

    ``?bagian=kiriman`` is the list of what was sent, with what was printed, for the page's script;
    ``?bagian=kerangka`` is the page without that list, which the device keeps for a time without a signal.
    """
    known = printed(angkatan)
    part = request.GET.get("bagian")
    sent = [] if part == "kerangka" else _sent(angkatan, request.user, known)
    context: dict[str, Any] = {"angkatan": angkatan, "sent": sent, "known": json.dumps(known)}
    if part == "kiriman":
        return render(request, "scans/includes/photos_sent.html", context)
    may_see = access.has(request.user, access.SHEETS)
    context |= {"key": uuid.uuid4(), "may_see": may_see, "tab": "recap" if may_see else "desk"}
    return render(request, "scans/photo.html", context)


# ---- What was printed ----------------------------------------------------------------------------


def printed(angkatan: Angkatan) -> dict[str, dict[str, Any]]:
    """Every list of the batch that is signed, by its code: how it is called, its pages, its paper in mm, and the
    pages of which there is a picture. Names nobody, so a phone may keep it. Three queries."""
    sheets = (
        PrintedSheet.objects.filter(
            angkatan=angkatan,
            kind__in=[PrintedSheet.Kind.SESSION, PrintedSheet.Kind.DAY],
            of=PrintedSheet.Of.REGISTRATION,
        )
        .exclude(code="")
        .order_by("pk")
        .values_list("code", "session_id", "day", "part", "ends", "layout__size")
    )
    starts = dict(Session.objects.filter(angkatan=angkatan).values_list("pk", "starts_at"))
    done = _pictured(angkatan)
    return {
        code: {
            "words": _called(starts.get(session or 0), day, part),
            "pages": max(1, len(ends)),
            "size": size,
            "done": sorted(done[code]),
        }
        for code, session, day, part, ends, size in sheets
    }


def _called(starts_at: datetime | None, day: date | None, part: int) -> str:
    """``Sel 09.45``, as the recap has it; ``Sel, tabel harian`` of a table with all sessions of a day."""
    if starts_at:
        return f"{dates.day_name(starts_at)[:3]} {dates.clock(starts_at)}"
    more = f", bagian {part}" if part > 1 else ""
    return f"{dates.day_name(day)[:3]}, tabel harian{more}" if day else "Daftar hadir"


def _pictured(angkatan: Angkatan) -> dict[str, set[int]]:
    scans = SheetScan.objects.filter(angkatan=angkatan, sheet__isnull=False).exclude(state=State.DISMISSED)
    found: dict[str, set[int]] = defaultdict(set)
    for code, page in scans.values_list("sheet__code", "page"):
        found[code].add(page or 0)
    return found


# ---- What was sent -------------------------------------------------------------------------------


def _sent(angkatan: Angkatan, user: Any, known: dict[str, dict[str, Any]]) -> list[Sent]:
    """The newest pictures of this person's phone, the newest first; two queries."""
    uploads = list(
        SheetUpload.objects.filter(
            angkatan=angkatan, by=_who(user), way=SheetUpload.Way.PHONE, at__gte=timezone.now() - RECENT
        ).prefetch_related(Prefetch("scans", SheetScan.objects.select_related("sheet").only(*NEEDED)))[:SHOWN]
    )
    return [one for upload in uploads for one in _of(upload, list(upload.scans.all()), known)][:SHOWN]


def _who(user: Any) -> User:
    assert isinstance(user, User)
    return user


def _of(upload: SheetUpload, scans: Iterable[SheetScan], known: dict[str, dict[str, Any]]) -> list[Sent]:
    made = [_one(scan, upload.at, known) for scan in scans]
    if made:
        return made
    if upload.fault:
        return [Sent(PHOTO, upload.at, UNREAD, *LOOKS[State.PROBLEM], words.FAULTS[Fault(upload.fault)])]
    return [Sent(PHOTO, upload.at, State.WAITING.label, *LOOKS[State.WAITING])]


def _one(scan: SheetScan, at: datetime, known: dict[str, dict[str, Any]]) -> Sent:
    """For who holds the sheet it is enough that it can be read."""
    state, title = State(scan.state), _title(scan, known)
    if state == State.PROBLEM:
        told = words.told(scan)
        return Sent(title, at, told.title, *LOOKS[state], told.sentence)
    return Sent(title, at, state.label if state in LOOKS else READ, *LOOKS.get(state, FINE))


def _title(scan: SheetScan, known: dict[str, dict[str, Any]]) -> str:
    sheet = known.get(scan.sheet.code) if scan.sheet else None
    return f"{sheet['words']}, lembar {scan.page} dari {sheet['pages']}" if sheet else PHOTO
