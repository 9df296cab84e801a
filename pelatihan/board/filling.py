"""Filling a column of the recap: many cells at once, and taking back. A form is answered by a page, JSON by JSON."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan import dates, ids
from pelatihan.accounts import access
from pelatihan.accounts.actor import Actor, staff
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import marking, rules
from pelatihan.attendance.marking import Mark, Marked
from pelatihan.board import cells, recap
from pelatihan.board.recap import Filled
from pelatihan.board.rows import Wish
from pelatihan.models import Angkatan, AttendanceState, Session
from pelatihan.web import errors
from pelatihan.web.seen import NOTHING_CHANGED

MOST_DIGITS = 30  # of a number in JSON: nothing here needs one
NONE = "none"  # the button "Belum": a button without a value is one that nobody pressed
UNREADABLE = "Isian ini tidak terbaca. Muat ulang halaman, lalu isi lagi."
NO_CLOCK = "Jam pulang tidak terbaca. Tulis seperti 10.30."
NO_TICKS = "Centang dulu baris yang akan ditandai, lalu tekan tombolnya lagi."
OTHER_ACCOUNT = (
    "Peramban ini sekarang dipakai akun lain, jadi tidak ada yang disimpan. Masuk lagi dengan akun Anda, atau muat"
    " ulang halaman ini."
)
GONE = (
    "Sesi ini sudah tidak ada di angkatan ini, jadi tidak ada yang disimpan. Yang Anda isi masih tampil di halaman ini:"
    " catat dulu, lalu buka rekap lagi."
)


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.MARK)
def fill(request: HttpRequest, angkatan: Angkatan, session: int) -> HttpResponse:
    """``{"marks": [...]}`` or ``{"undo": [...]}``, or the form of the recap. Asked for as a page it is the recap."""
    here = angkatan.sessions.select_related("angkatan").filter(pk=session).first()
    if request.method != "POST":
        return redirect(_recap(request, angkatan, session))
    if request.content_type == "application/json":
        return _from_json(request, here) if here else errors.answer(request, 404, "not_found", GONE)
    if here is None:
        raise Http404
    return _from_form(request, here)


def _recap(request: HttpRequest, angkatan: Angkatan, session: int) -> str:
    asked = request.GET.copy()
    asked["sesi"] = str(session)
    return f"{reverse('recap', args=[angkatan.slug])}?{asked.urlencode()}"


# ---- JSON ----------------------------------------------------------------------------------------


def _from_json(request: HttpRequest, session: Session) -> HttpResponse:
    body = _body(request)
    if isinstance(body, dict) and body.get("user", str(request.user.pk)) != str(request.user.pk):
        return errors.answer(request, 403, "forbidden", OTHER_ACCOUNT)
    marks, events = (body.get(name) if isinstance(body, dict) else None for name in ("marks", "undo"))
    wanted = marks if isinstance(marks, list) else events
    if not isinstance(wanted, list):
        return errors.answer(request, 400, "bad_request")
    if len(wanted) > marking.MOST:
        return errors.answer(request, 413, "too_large", f"Kirim paling banyak {marking.MOST} isian sekaligus.")
    at, actor = timezone.now(), staff(request.user)
    read: list[Mark | uuid.UUID | str]
    if isinstance(marks, list):
        read = [_mark(item, session) for item in marks]
        told = marking.mark_many(session, [one for one in read if isinstance(one, Mark)], actor=actor, at=at)
    else:
        read = [ids.read(event) or UNREADABLE for event in wanted]
        told = marking.undo(session, [one for one in read if isinstance(one, uuid.UUID)], actor=actor, at=at)
    now, answers = _Now(session, told), iter(told)
    results = [
        _unread(item, one) if isinstance(one, str) else now.told(next(answers))
        for item, one in zip(wanted, read, strict=True)
    ]
    return JsonResponse({"results": results})


def _body(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body, parse_int=lambda digits: int(digits) if len(digits) < MOST_DIGITS else None)
    except (ValueError, RecursionError):
        return None


def _mark(item: Any, session: Session) -> Mark | str:
    """One mark, or the sentence that says why it cannot be read."""
    if not isinstance(item, dict):
        return UNREADABLE
    event, ref, seen = (ids.read(item.get(name)) for name in ("id", "ref", "seen"))
    state, reason, left = item.get("state"), item.get("reason") or "", item.get("left_at") or ""
    if event is None or ref is None:
        return UNREADABLE
    if not (isinstance(state, str) and isinstance(reason, str) and isinstance(left, str)):
        return UNREADABLE
    try:
        return Mark(event, ref, state, seen, reason, _leaving(session, state, left))
    except ValueError as refusal:
        return str(refusal)


def _leaving(session: Session, state: str, typed: str) -> datetime | None:
    """Of who left early alone; whatever stands there otherwise is nobody's.

    :raises ValueError: it is no time of a day
    """
    if state != AttendanceState.LEFT or not typed.strip():
        return None
    clock = dates.read_clock(typed)
    if clock is None:
        raise ValueError(NO_CLOCK)
    return rules.moment_of(session, clock)


def _unread(item: Any, refusal: str) -> dict[str, Any]:
    ref = item.get("ref") if isinstance(item, dict) else None
    return {"ref": str(ref)[:36] if isinstance(ref, str) else None, "refusal": refusal}


class _Now:
    """What counts after a writing, as the grid would show it."""

    def __init__(self, session: Session, told: Sequence[Marked]) -> None:
        people = [one.person for one in told if one.person]
        self.session, self.known = session, cells.cells_of([session], people, session)

    def told(self, marked: Marked) -> dict[str, Any]:
        person = marked.person
        if person is None:
            return {"ref": str(marked.mark.ref), "refusal": marked.refusal}
        cell = self.known.get(person.pk, self.session.pk)
        return {
            "ref": str(marked.mark.ref), "state": cell.state, "word": cell.word, "how": cell.how, "left_at": cell.left,
            "owes": cell.owes, "event": self.known.events.get(person.pk), "refusal": marked.refusal,
        }  # fmt: skip


# ---- The form ------------------------------------------------------------------------------------


def _from_form(request: HttpRequest, session: Session) -> HttpResponse:
    """The column: ``state-<ref>`` and what was ``seen-<ref>``; ``bulk`` is for the rows of ``pick``.

    What is refused comes back as it was chosen, with the sentence beside it.
    """
    sent, at = request.POST, timezone.now()
    ticked = {ref for ref in sent.getlist("pick") if ids.read(ref)}
    if "bulk" in sent and not ticked:
        return _back(request, session, Filled(_wishes(_chosen(sent, set())), frozenset(), *_written(sent), (NO_TICKS,)))
    chosen = _chosen(sent, ticked)
    try:
        marks = [_mark_of(session, sent, ref, state) for ref, state in chosen.items()]
    except ValueError as refusal:
        filled = Filled(_wishes(chosen), frozenset(ticked), *_written(sent), (str(refusal),))
        return _back(request, session, filled)
    told = _all(session, marks, staff(request.user), at)
    refused = {str(one.mark.ref): Wish(one.mark.state, one.refusal) for one in told if one.refusal}
    written = sum(not one.refusal and not one.was_so for one in told)
    _say(request, written, len(refused))
    if not refused:
        return redirect(_recap(request, session.angkatan, session.pk))
    sentences = tuple(dict.fromkeys(wish.refusal for wish in refused.values()))
    alone = sentences if len(sentences) == 1 else ()
    return _back(request, session, Filled(refused, frozenset(), *_written(sent), alone, _lacks(told)))


def _back(request: HttpRequest, session: Session, filled: Filled) -> HttpResponse:
    return recap.page(request, session.angkatan, str(session.pk), filled)


def _chosen(sent: QueryDict, ticked: set[str]) -> dict[str, str]:
    """The state that each changed cell is to have, by reference."""
    bulk = sent.get("bulk", "")
    chosen = {}
    for name, state in sent.items():
        if not name.startswith("state-") or not isinstance(state, str):
            continue
        ref = name.removeprefix("state-")
        shown, _dot, _event = sent.get(f"seen-{ref}", "").partition(".")
        wanted = ("" if bulk == NONE else bulk) if ref in ticked and bulk else state
        if wanted != shown and ids.read(ref):
            chosen[ref] = wanted
    return chosen


def _mark_of(session: Session, sent: QueryDict, ref: str, state: str) -> Mark:
    """Sent twice it is the same mark: its id comes from the form, the person and what was chosen.

    :raises ValueError: the time of leaving cannot be read
    """
    reason, typed = _written(sent)
    _shown, _dot, event = sent.get(f"seen-{ref}", "").partition(".")
    left_at = _leaving(session, state, typed)
    form = ids.read(sent.get("form")) or uuid.uuid4()
    key = f"{session.pk} {ref} {state} {left_at.isoformat() if left_at else ''}"
    return Mark(uuid.uuid5(form, key), uuid.UUID(ref), state, ids.read(event), reason, left_at)


def _written(sent: QueryDict) -> tuple[str, str]:
    """The reason and the time of leaving, as they were written."""
    return sent.get("reason", ""), sent.get("left_at", "")


def _wishes(chosen: dict[str, str]) -> dict[str, Wish]:
    return {ref: Wish(state) for ref, state in chosen.items()}


def _all(session: Session, marks: list[Mark], actor: Actor, at: datetime) -> list[Marked]:
    parts = batched(marks, marking.MOST)
    return [one for part in parts for one in marking.mark_many(session, part, actor=actor, at=at)]


def _lacks(told: Sequence[Marked]) -> bool:
    """Whether something was refused because nobody wrote why."""
    unexplained = [one for one in told if one.refusal and one.total and not one.mark.reason.strip()]
    return any(one.total and one.mark.seen == one.total.event.pk for one in unexplained)


def _say(request: HttpRequest, written: int, refused: int) -> None:
    if refused:
        saved = f"{dates.thousands(written)} perubahan disimpan. " if written else ""
        messages.error(
            request, f"{saved}{dates.thousands(refused)} perubahan belum disimpan: lihat keterangannya di bawah."
        )
    elif written:
        messages.success(request, f"{dates.thousands(written)} perubahan disimpan.")
    else:
        messages.info(request, NOTHING_CHANGED)
