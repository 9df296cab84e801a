"""A page that was read: judged by a person, cell by cell, and confirmed."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, SheetEntry, SheetScan
from pelatihan.scans import claims, drafts, entering, fields, filled, standing
from pelatihan.scans.claims import Faults
from pelatihan.scans.judged import judged
from pelatihan.scans.leaves import Leaf, leaf_of
from pelatihan.scans.shapes import SCALE, Mark, Reading
from pelatihan.scans.words import WARNINGS, old_version

State = SheetScan.State
SAVED = "Lembar {page} dari {pages} sudah disimpan."
SAVED_LAST = "Lembar {page} dari {pages} sudah disimpan. Tidak ada lagi gambar yang menunggu ditinjau."
SETTLED = "Gambar ini sudah diputuskan oleh {by}, {at}. Inilah yang tersimpan."
ENTERED = "Lembar ini sudah disimpan oleh {by}, {at}. Inilah yang tersimpan; isian Anda tidak ikut disimpan."
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
    scan = get_object_or_404(_scans(angkatan), pk=key)
    entry = entering.entry_of(scan.sheet, scan.page) if scan.sheet and scan.page else None
    if request.method == "POST" and entry and str(entry.pk) == request.POST.get("kunci"):
        return _onwards(request, scan, entry)
    leaf = leaf_of(scan.sheet, scan.page) if scan.state == State.READ and scan.sheet and scan.page else None
    if leaf is None or entry:
        return _elsewhere(request, scan, entry)
    if request.method == "POST":
        return _confirm(request, scan, leaf)
    kept = drafts.values(leaf.sheet, leaf.page, request.user)
    return _page(request, scan, leaf, kept, {})


def _scans(angkatan: Angkatan) -> Any:
    return angkatan.scans.select_related("upload__by", "settled_by", "sheet__angkatan")


def _confirm(request: HttpRequest, scan: SheetScan, leaf: Leaf) -> HttpResponse:
    claim, faults = claims.read(request.POST, leaf)
    if not faults:
        try:
            entry = entering.enter(
                leaf, claim, kind=SheetEntry.Kind.READ, scan=scan, key=_key(request), by=request.user, at=timezone.now()
            )
        except entering.NotEntered as refusal:
            if now := entering.entry_of(leaf.sheet, leaf.page):
                return _elsewhere(request, scan, now)
            faults = {"": " ".join(refusal.general)} if refusal.general else {}
            faults |= refusal.fields
        else:
            return _onwards(request, scan, entry)
    return _page(request, scan, leaf, {name: str(value) for name, value in request.POST.items()}, faults)


def _key(request: HttpRequest) -> uuid.UUID:
    """Of the page that was sent; whoever sends none has pressed once."""
    try:
        return uuid.UUID(request.POST.get("kunci", ""))
    except ValueError:
        return uuid.uuid4()


# ---- Where to go on ------------------------------------------------------------------------------


def queue_of(scan: SheetScan) -> Queue:
    """One query."""
    waiting = list(SheetScan.objects.filter(angkatan_id=scan.angkatan_id).to_review().values_list("pk", flat=True))
    place = waiting.index(scan.pk) if scan.pk in waiting else -1
    others = [*waiting[place + 1 :], *waiting[: max(place, 0)]]
    return Queue(place + 1, len(waiting), others[0] if others else None)


def _onwards(request: HttpRequest, scan: SheetScan, entry: SheetEntry) -> HttpResponse:
    after = queue_of(scan).after
    words = {"page": entry.page, "pages": max(1, len(scan.sheet.ends)) if scan.sheet else 1}
    messages.success(request, (SAVED if after else SAVED_LAST).format(**words))
    slug = request.resolver_match.kwargs["slug"] if request.resolver_match else ""
    if after:
        return redirect(f"{reverse('sheet_review', args=[slug, after])}?sesudah={entry.pk}")
    return redirect(reverse("sheet_leaf", args=[slug, entry.sheet_id, entry.page]))


def _elsewhere(request: HttpRequest, scan: SheetScan, entry: SheetEntry | None) -> HttpResponse:
    """The page where somebody reads what became of a picture that is not to be reviewed."""
    slug = request.resolver_match.kwargs["slug"] if request.resolver_match else ""
    if scan.state == State.WAITING:
        messages.info(request, READING)
        return redirect("sheets", slug)
    if entry and scan.state in {State.READ, State.ENTERED}:
        if request.method != "POST" and scan.state == State.READ:
            return redirect("sheet_compare", slug, scan.pk)
        who = {"by": entry.by.get_full_name() or entry.by.get_username(), "at": dates.long_moment(entry.at)}
        messages.warning(request, (ENTERED if request.method == "POST" else SETTLED).format(**who))
        return redirect("sheet_leaf", slug, entry.sheet_id, entry.page)
    if scan.problem == SheetScan.Problem.TWICE and scan.state == State.PROBLEM:
        return redirect("sheet_compare", slug, scan.pk)
    return redirect("sheet_scan", slug, scan.pk)


# ---- The page ------------------------------------------------------------------------------------


def _page(
    request: HttpRequest, scan: SheetScan, leaf: Leaf, typed: Mapping[str, str], faults: Faults
) -> HttpResponse:
    """What was read, under what was chosen since."""
    reading = Reading.of(scan.reading or {})
    read = judged(leaf, reading)
    values = read.proposals | {name: value for name, value in typed.items() if value or name not in read.proposals}
    form = filled.form_of(leaf, values, faults, _differences(leaf, values))
    wide, tall = leaf.size()
    context = {
        "angkatan": read.leaf.angkatan,
        "tab": "recap",
        "scan": scan,
        "leaf": leaf,
        "last_row": leaf.rows[-1].number if leaf.rows else 0,
        "page": read.with_form(form),
        "form": form,
        "warnings": warnings_of(leaf, reading),
        "queue": queue_of(scan),
        "others": drafts.others(leaf.sheet, leaf.page, request.user),
        "saved": _saved(request, leaf.angkatan),
        "straight": reverse("sheet_straight", args=[leaf.angkatan.slug, scan.pk]),
        "wide": f"{wide:.2f}",
        "tall": f"{tall:.2f}",
        "across": (round(wide * 4), round(tall * 4)),
        "sent": sent_by(scan),
    }
    return render(request, "scans/review.html", context)


def _differences(leaf: Leaf, values: Mapping[str, str]) -> Sequence[standing.Difference]:
    """Between paper and desk, as far as the cells are decided."""
    told = {cell: values.get(fields.mark(*cell), "") for cell in fields.cells_of_people(leaf)}
    marks = {cell: Mark(value) for cell, value in told.items() if value in Mark}
    return standing.differences(leaf, marks, standing.standing_of(leaf))


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
    try:
        key = uuid.UUID(request.GET.get("sesudah", ""))
    except ValueError:
        return None
    entries = SheetEntry.objects.standing().select_related("by", "sheet__angkatan", "undone_by")
    return entries.filter(angkatan=angkatan, pk=key).first()
