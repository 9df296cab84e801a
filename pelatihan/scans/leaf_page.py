"""One printed page with all that belongs to it: for an auditor, on one screen."""

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pelatihan import ids
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, SheetEntry
from pelatihan.models.scan import MOST_REASON
from pelatihan.papers import one_page
from pelatihan.papers.views import inline
from pelatihan.scans import entering, leaves, words
from pelatihan.scans.entering import NotEntered
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shown_leaf import shown

UNDONE = "Isi lembar ini diurungkan, dan tersimpan sebagai isian sementara Anda: lanjutkan dari halaman ini."
USED_AGAIN = "Lembar ini ditunggu lagi."
STAY = "Yang ditulis di baris kosong tetap terdaftar sebagai peserta datang langsung; verifikator yang memutuskan."
NOT_USED = "Lembar ini ditandai tidak dipakai, jadi tidak ditunggu lagi."


@require_safe
@of_batch(access.SHEETS)
def leaf(request: HttpRequest, angkatan: Angkatan, number: int, page: int) -> HttpResponse:
    """Page, pictures and data."""
    return _answer(request, angkatan, leaves.of_address(angkatan, number, page))


@require_safe
@of_batch(access.SHEETS)
def printed(request: HttpRequest, angkatan: Angkatan, number: int, page: int) -> HttpResponse:
    """The page as it was printed, by itself."""
    found = leaves.of_address(angkatan, number, page)
    if found.sheet.printing.shows_phones:
        access.check(request.user, access.CONTACT)
    if not _has_print(request, found):
        raise Http404
    content = one_page.cut(found.sheet.printing, found.told["at"])
    return inline(content, f"{found.code or f'lembar-{number}-{page}'}.pdf")


@require_POST
@of_batch(access.ENTER_SHEETS)
def unused(request: HttpRequest, angkatan: Angkatan, number: int, page: int) -> HttpResponse:
    """Say that nobody needs this page."""
    found, reason = leaves.of_address(angkatan, number, page), request.POST.get("alasan", "")
    try:
        entering.unused(
            found.sheet,
            page,
            reason,
            key=ids.of_page(request.POST.get("kunci")),
            by=cast(User, request.user),
            at=timezone.now(),
        )
    except NotEntered as refused:
        refusal = " ".join([*refused.general, *refused.fields.values()])
        return _answer(request, angkatan, found, refusal=refusal, reason=reason)
    messages.success(request, NOT_USED)
    return redirect("sheet_leaf", angkatan.slug, number, page)


@require_POST
@of_batch(access.ENTER_SHEETS)
def undo(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """Take back what was entered of a page."""
    entry = get_object_or_404(SheetEntry, pk=key, angkatan=angkatan)
    try:
        left = entering.undo(entry, by=cast(User, request.user), at=timezone.now())
    except NotEntered as refused:
        messages.error(request, str(refused))
    else:
        is_list = entry.kind != SheetEntry.Kind.UNUSED
        wrote = any(cell["is_written_in"] for cell in entry.cells)
        messages.success(request, " ".join([UNDONE if is_list else USED_AGAIN, *([STAY] if wrote else [])]))
        for sentence in left:
            messages.warning(request, sentence)
    return redirect("sheet_leaf", angkatan.slug, entry.sheet_id, entry.page)


def _answer(
    request: HttpRequest, angkatan: Angkatan, found: Leaf, *, refusal: str = "", reason: str = ""
) -> HttpResponse:
    all_of_it, may_enter = shown(found), access.has(request.user, access.ENTER_SHEETS)
    context = {
        "angkatan": angkatan, "tab": "recap", "leaf": found, "shown": all_of_it, "may_enter": may_enter,
        "has_print": _has_print(request, found), "old_version": words.old_version(found),
        "last_row": found.rows[-1].number if found.rows else 0,
        "closed": entering.refusal(found, timezone.now()) if may_enter and not all_of_it.entry else "",
        "may_send": access.has(request.user, access.SEND_SHEETS), "key": uuid.uuid4(), "refusal": refusal,
        "reason": reason, "most_reason": MOST_REASON,
    }  # fmt: skip
    return render(request, "scans/leaf.html", context, status=400 if refusal else 200)


def _has_print(request: HttpRequest, found: Leaf) -> bool:
    """Whether the page can be shown as it was printed: where it lies in the file is known, and it holds nothing that
    this person may not see."""
    is_open = access.has(request.user, access.CONTACT) or not found.sheet.printing.shows_phones
    return is_open and bool(found.told.get("at")) and bool(found.sheet.printing.size)
