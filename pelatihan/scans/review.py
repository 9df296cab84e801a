"""A page that was read: judged by a person, cell by cell, and confirmed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan import dates, ids
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, SheetEntry, SheetScan
from pelatihan.scans import claims, drafts, entering, filled
from pelatihan.scans.filled import FilledForm
from pelatihan.scans.judged import Judged, judged
from pelatihan.scans.leaves import Leaf, leaf_of
from pelatihan.scans.shapes import Reading
from pelatihan.scans.words import WARNINGS, old_version

State = SheetScan.State
SAVED = "Lembar {page} dari {pages} sudah disimpan."
SAVED_LAST = "Lembar {page} dari {pages} sudah disimpan. Tidak ada lagi gambar yang menunggu ditinjau."
SETTLED = "Gambar ini sudah diputuskan oleh {by}, {at}. Inilah yang tersimpan."
ENTERED = "Lembar ini sudah disimpan oleh {by}, {at}. Inilah yang tersimpan; isian Anda tidak ikut disimpan."
NO_LEAF = "Halaman pada gambar ini tidak ada di lembar yang dicetak, jadi tidak dapat ditinjau."
READING = "Gambar ini masih dibaca. Tunggu sebentar, lalu buka lagi dari daftar ini."


@dataclass(frozen=True)
class Queue:
    """Where a picture stands among those that wait for a person; ``after`` is the next one, none when it is alone."""

    place: int
    size: int
    after: uuid.UUID | None


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.ENTER_SHEETS)
def review(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """The page with what was read in it; POST confirms it, all or nothing."""
    scans = angkatan.scans.select_related("upload__by", "sheet__angkatan")
    scan = get_object_or_404(scans, pk=key)
    entry = entering.entry_of(scan.sheet, scan.page) if scan.sheet and scan.page else None
    if request.method == "POST" and entry and str(entry.pk) == request.POST.get("kunci"):
        return _onwards(request, scan, entry, angkatan.slug)
    leaf = leaf_of(scan.sheet, scan.page) if scan.state == State.READ and scan.sheet and scan.page else None
    if leaf is None or entry:
        return _elsewhere(request, scan, entry, angkatan.slug)
    if request.method == "POST":
        return _confirm(request, scan, leaf)
    kept = drafts.values(leaf.sheet, leaf.page, cast(User, request.user))
    return _page(request, scan, leaf, _begun(scan, leaf, kept))


def _confirm(request: HttpRequest, scan: SheetScan, leaf: Leaf) -> HttpResponse:
    at, typed, by = timezone.now(), request.POST.dict(), cast(User, request.user)
    claim, faults = claims.read(request.POST, leaf)
    if not faults:
        try:
            entry = entering.enter(
                leaf,
                claim,
                kind=SheetEntry.Kind.READ,
                scan=scan,
                key=ids.of_page(request.POST.get("kunci")),
                by=by,
                at=at,
            )
        except entering.NotEntered as refusal:
            if now := entering.entry_of(leaf.sheet, leaf.page):
                return _elsewhere(request, scan, now, leaf.angkatan.slug)
            faults = refusal.fields | ({"": " ".join(refusal.general)} if refusal.general else {})
        else:
            return _onwards(request, scan, entry, leaf.angkatan.slug)
    drafts.keep(leaf, typed, by=by, at=at)
    return _page(request, scan, leaf, filled.as_sent(leaf, typed, claim, faults))


# ---- Where to go on ------------------------------------------------------------------------------


def queue_of(scan: SheetScan) -> Queue:
    """One query."""
    found = SheetScan.objects.filter(Q(state=State.READ) | Q(pk=scan.pk), angkatan=scan.angkatan_id)
    waiting = list(found.values_list("pk", flat=True))
    place = waiting.index(scan.pk)
    others = [*waiting[place + 1 :], *waiting[:place]]
    return Queue(place + 1, len(waiting), others[0] if others else None)


def _onwards(request: HttpRequest, scan: SheetScan, entry: SheetEntry, slug: str) -> HttpResponse:
    after = queue_of(scan).after
    words = {"page": entry.page, "pages": max(1, len(scan.sheet.ends)) if scan.sheet else 1}
    messages.success(request, (SAVED if after else SAVED_LAST).format(**words))
    if after:
        return redirect(f"{reverse('sheet_review', args=[slug, after])}?sesudah={entry.pk}")
    return redirect("sheet_leaf", slug, entry.sheet_id, entry.page)


def _elsewhere(request: HttpRequest, scan: SheetScan, entry: SheetEntry | None, slug: str) -> HttpResponse:
    """The page where somebody reads what became of a picture that is not to be reviewed."""
    if scan.state == State.WAITING or (scan.state == State.READ and entry is None):
        messages.info(request, READING if scan.state == State.WAITING else NO_LEAF)
        return redirect("sheets", slug)
    is_sent = request.method == "POST"
    if entry and (is_sent or scan.state == State.ENTERED):
        who = {"by": entry.by.get_full_name() or entry.by.get_username(), "at": dates.long_moment(entry.at)}
        messages.warning(request, (ENTERED if is_sent else SETTLED).format(**who))
        return redirect("sheet_leaf", slug, entry.sheet_id, entry.page)
    is_twin = scan.state == State.PROBLEM and scan.problem == SheetScan.Problem.TWICE
    if is_twin or (entry and scan.state == State.READ):
        return redirect("sheet_compare", slug, scan.pk)
    return redirect("sheet_scan", slug, scan.pk)


# ---- The page ------------------------------------------------------------------------------------


def _begun(scan: SheetScan, leaf: Leaf, kept: Mapping[str, str]) -> FilledForm:
    """What was read, under what this clerk has chosen since."""
    values = judged(leaf, Reading.of(scan.reading or {})).proposals | dict(kept)
    return filled.as_kept(leaf, values)


def _page(request: HttpRequest, scan: SheetScan, leaf: Leaf, form: FilledForm) -> HttpResponse:
    reading, batch = Reading.of(scan.reading or {}), leaf.angkatan
    page = judged(leaf, reading).with_form(form)
    wide, tall = leaf.size()
    context = {
        "angkatan": batch,
        "tab": "recap",
        "scan": scan,
        "leaf": leaf,
        "last_row": leaf.rows[-1].number if leaf.rows else 0,
        "page": page,
        "form": form,
        "key": ids.of_page(request.POST.get("kunci")),
        "is_first": request.method != "POST",
        "says": says(page, form),
        "has_names": any(blank.is_filled for blank in form.blanks),
        "shut": entering.refusal(leaf, timezone.now()),
        "warnings": warnings_of(leaf, reading),
        "queue": queue_of(scan),
        "others": drafts.others(leaf.sheet, leaf.page, cast(User, request.user)),
        "saved": _saved(request, batch),
        "straight": reverse("sheet_straight", args=[batch.slug, scan.pk]),
        "typed_address": reverse("sheet_type", args=[batch.slug, leaf.sheet.pk, leaf.page]),
        "wide": f"{wide:.2f}",
        "tall": f"{tall:.2f}",
        "across": (round(wide * 4), round(tall * 4)),
        "sent": sent_by(scan),
    }
    return render(request, "scans/review.html", context | {"look_up": f"{context['typed_address']}?bagian=ormas"})


def says(page: Judged, form: FilledForm) -> str:
    """What is left to do. static/js/sheet-review-rules.js says it, too."""
    doubts, uncounted = sum(not cell.mark for cell in page.cells), any(not count.value for count in form.counts)
    left = [f"{doubts} ragu" if doubts else "", "jumlah tanda tangan" if uncounted else ""]
    left.append(f"{form.undecided} yang berbeda" if form.undecided else "")
    return f"Belum: {', '.join(filter(None, left))}." if any(left) else "Semua terisi."


def warnings_of(leaf: Leaf, reading: Reading) -> list[str]:
    """What is to be said of the whole page, and what to do."""
    older = old_version(leaf)
    return [*([older] if older else []), *(WARNINGS[one] for one in reading.warnings)]


def sent_by(scan: SheetScan) -> str:
    """``Difoto Rina Kartika, Selasa, 12 Maret 2019 pukul 12.04 WIB.``"""
    by = scan.upload.by.get_full_name() or scan.upload.by.get_username()
    return f"{scan.upload.get_way_display().capitalize()} {by}, {dates.long_moment(scan.upload.at)}."


def _saved(request: HttpRequest, angkatan: Angkatan) -> SheetEntry | None:
    """What was saved just before this page."""
    key = ids.read(request.GET.get("sesudah", ""))
    if key is None:
        return None
    return SheetEntry.objects.standing().select_related("by").filter(angkatan=angkatan, pk=key).first()
