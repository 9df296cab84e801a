"""The page of all signed sheets: what came back, what is owed, what needs somebody; and lists that nobody used."""

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan import ids
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, PrintedSheet, SheetEntry, SheetScan
from pelatihan.models.scan import MOST_REASON
from pelatihan.papers import returning
from pelatihan.papers.returning import ListStanding, Status
from pelatihan.scans import entering, owed, states, waiting, words
from pelatihan.scans.claimed import NotEntered

MOST_TROUBLES = 30  # on one page; the oldest first
UNUSED = "tidak-dipakai"  # in the address: what was just said
CHANGED = "Lembar daftar ini sudah berubah sejak halaman dibuka. Periksa dulu, lalu coba lagi."


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.SHEETS)
def sheets(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """``?hari=`` one day of many, ``?lihat=belum`` only what is owed, ``?bagian=baca`` how far the reading is.

    ``?daftar=`` asks whether a whole list was not used; a form says so, or takes it back.
    """
    if request.method == "POST":
        access.check(request.user, access.ENTER_SHEETS)
        return _take_back(request, angkatan) if "urungkan" in request.POST else _not_used(request, angkatan)
    if request.GET.get("bagian") == "baca":
        context = {"angkatan": angkatan, "reading": waiting.progress(angkatan)}
        return render(request, "scans/includes/sheets_reading.html", context)
    if "daftar" in request.GET and access.has(request.user, access.ENTER_SHEETS):
        return _ask(request, angkatan, request.GET["daftar"])
    return render(request, "scans/sheets.html", _context(request, angkatan))


def _context(request: HttpRequest, angkatan: Angkatan) -> dict[str, object]:
    may_enter = access.has(request.user, access.ENTER_SHEETS)
    here = reverse("sheets", args=[angkatan.slug])
    only_missing = request.GET.get("lihat") == "belum"
    wish = request.GET.get("hari", "")
    at = timezone.now()
    board = owed.sheets_of(angkatan, at, here=here, reviews=may_enter, day=wish, only_missing=only_missing)
    reading, troubles = waiting.progress(angkatan), angkatan.scans.troubled()
    first = list(troubles.select_related("upload", "sheet").defer("sheet__layout", "sheet__rows")[: MOST_TROUBLES + 1])
    return {
        "angkatan": angkatan, "tab": "recap", "board": board, "missing_only": only_missing,
        "may_enter": may_enter, "may_send": access.has(request.user, access.SEND_SHEETS),
        "may_print": access.has(request.user, access.PRINT), "key": uuid.uuid4(),
        "reading": reading, "being_read": max(board.reading, reading.total - reading.done if reading else 0),
        "troubles": [_trouble(board, scan) for scan in first[:MOST_TROUBLES]],
        "number_troubles": troubles.count() if len(first) > MOST_TROUBLES else len(first),
        "has_aside": may_enter and angkatan.scans.filter(state__in=states.SETTLED).exists(),
        "said": _just_said(board.lists, request.GET.get(UNUSED, "")) if may_enter else None,
    }  # fmt: skip


def _trouble(board: owed.SheetsBoard, scan: SheetScan) -> tuple[SheetScan, words.Told, str]:
    """A picture, what is said of it, and of which leaf it is: empty where nobody knows."""
    return scan, words.told(scan), board.place_of(scan.sheet, scan.page) if scan.sheet and scan.page else ""


# ---- Lists that nobody used ----------------------------------------------------------------------


def _ask(request: HttpRequest, angkatan: Angkatan, key: str, refusal: str = "", reason: str = "") -> HttpResponse:
    """Once, before a whole list is said to be unused."""
    one = _list(angkatan, key)
    line = owed.Line(one, ())
    context = {
        "angkatan": angkatan, "tab": "recap", "line": line, "number": len(owed.unusable(one)), "key": uuid.uuid4(),
        "refusal": refusal, "reason": reason, "most_reason": MOST_REASON,
    }  # fmt: skip
    return render(request, "scans/unused_list.html", context, status=400 if refusal else 200)


def _list(angkatan: Angkatan, key: str) -> ListStanding:
    lists = returning.lists_of(angkatan, timezone.now()).lists
    for one in lists:
        if one.key == key:
            return one
    raise Http404


def _not_used(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """All leaves of the list that are still open, or none. Pressed twice it is once."""
    list_key, key = request.POST.get("daftar", ""), ids.of_page(request.POST.get("kunci", ""))
    one, by, at = _list(angkatan, list_key), cast(User, request.user), timezone.now()
    leaves = owed.unusable(one)
    back = f"{reverse('sheets', args=[angkatan.slug])}?{UNUSED}={key}"
    if not leaves:
        if not any(leaf.status == Status.UNUSED for leaf in one.leaves):
            messages.error(request, CHANGED)
        return redirect(back)
    reason = request.POST.get("alasan", "")
    known = PrintedSheet.objects.select_related("angkatan").in_bulk({sheet for sheet, _ in leaves})
    try:
        with transaction.atomic():
            for sheet, page in leaves:
                entering.unused(known[sheet], page, reason, key=_entry(key, sheet, page), by=by, at=at)
    except NotEntered as refused:
        refusal = next(iter([*refused.general, *refused.fields.values()]), CHANGED)
        return _ask(request, angkatan, list_key, refusal, reason)
    return redirect(back)


def _take_back(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """What was said of a whole list, in one act."""
    said = _just_said(returning.lists_of(angkatan, timezone.now()), request.POST["urungkan"])
    by, at = cast(User, request.user), timezone.now()
    entries = SheetEntry.objects.standing().select_related("angkatan", "sheet", "scan", "by")
    try:
        with transaction.atomic():
            for entry in entries.filter(pk__in=said[1] if said else ()):
                entering.undo(entry, by=by, at=at)
    except NotEntered as refused:
        messages.error(request, next(iter(refused.general), CHANGED))
    else:
        messages.success(request, "Diurungkan. Lembarnya ditunggu lagi.")
    return redirect("sheets", angkatan.slug)


def _just_said(lists: returning.Lists, text: str) -> tuple[str, list[uuid.UUID]] | None:
    """The key of an act, and which entries of it still stand; None when none does."""
    if not text:
        return None
    key = ids.of_page(text)
    made = [
        leaf.entry
        for one in lists.lists
        for leaf in one.leaves
        if leaf.status == Status.UNUSED and leaf.entry and leaf.entry == _entry(key, leaf.sheet or 0, leaf.page)
    ]
    return (str(key), made) if made else None


def _entry(key: uuid.UUID, sheet: int, page: int) -> uuid.UUID:
    return uuid.uuid5(key, f"{sheet}.{page}")
