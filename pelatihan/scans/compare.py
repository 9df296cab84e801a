"""A picture of a leaf of which something is known already: what is stored, or another picture. A person decides which
of the two goes on; the other is kept as evidence.
"""

import uuid
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, SheetEntry, SheetScan
from pelatihan.scans import comparing, drafts, entering, states
from pelatihan.scans.leaves import Leaf, leaf_of
from pelatihan.scans.review import sent_by

State = SheetScan.State
OPEN = (State.READ, State.PROBLEM)
KEEP, REVIEW = "arsip", "tinjau"
FILED = "Gambar ini disimpan sebagai bukti. Isi lembar tidak berubah."
UNDONE = "Isi yang tersimpan diurungkan. Tinjau gambar ini, lalu simpan."
MOVED = "Lembar ini baru saja berubah, jadi belum ada yang diputuskan. Bandingkan lagi, lalu pilih."
NO_CHOICE = "Pilih salah satu: simpan sebagai bukti, atau tinjau gambar ini."
NAMES = ("nama", "ormas", "hp")


@dataclass(frozen=True)
class Against:
    """What a picture is compared with: what is stored of its leaf, else another picture of it, else nothing."""

    entry: SheetEntry | None = None
    twin: SheetScan | None = None

    @property
    def key(self) -> str:
        """By which the page says what it showed."""
        one = self.entry or self.twin
        return str(one.pk) if one else ""

    @property
    def scan(self) -> SheetScan | None:
        """The picture beside this one."""
        return self.entry.scan if self.entry else self.twin


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.ENTER_SHEETS)
def compare(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """Both words side by side where they differ; POST ``putusan``: arsip or tinjau."""
    scans = angkatan.scans.select_related("upload__by", "sheet__angkatan")
    scan = get_object_or_404(scans, pk=key)
    leaf = leaf_of(scan.sheet, scan.page) if scan.sheet and scan.page and scan.state in OPEN else None
    if leaf is None:
        return redirect("sheet_scan", angkatan.slug, scan.pk)
    against = against_of(scan, leaf)
    if request.method == "POST":
        return _decide(request, scan, leaf, against)
    return render(request, "scans/compare.html", _context(scan, leaf, against))


def against_of(scan: SheetScan, leaf: Leaf) -> Against:
    """Three queries at most."""
    entry = entering.entry_of(leaf.sheet, leaf.page)
    if entry:
        return Against(entry=entry)
    others = SheetScan.objects.to_review().filter(sheet=leaf.sheet, page=leaf.page).exclude(pk=scan.pk)
    return Against(twin=others.select_related("upload__by").order_by("upload__at", "number").first())


def _decide(request: HttpRequest, scan: SheetScan, leaf: Leaf, against: Against) -> HttpResponse:
    slug, wish, by = leaf.angkatan.slug, request.POST.get("putusan"), cast(User, request.user)
    if wish not in {KEEP, REVIEW} or request.POST.get("terhadap", "") != against.key:
        messages.warning(request, MOVED if wish in {KEEP, REVIEW} else NO_CHOICE)
        return redirect("sheet_compare", slug, scan.pk)
    try:
        if wish == KEEP:
            with transaction.atomic():
                states.filed(scan, by=by, at=timezone.now())
            messages.success(request, FILED)
            return redirect("sheet_leaf", slug, leaf.sheet.pk, leaf.page)
        left = _take_this(scan, leaf, against, by)
    except (states.ScanMoved, entering.NotEntered) as refusal:
        messages.warning(request, str(refusal) or MOVED)
        return redirect("sheet_compare", slug, scan.pk)
    for sentence in left:
        messages.warning(request, sentence)
    if against.entry:
        messages.success(request, UNDONE)
    return redirect("sheet_review", slug, scan.pk)


def _take_this(scan: SheetScan, leaf: Leaf, against: Against, by: User) -> list[str]:
    """What is stored is undone, and this picture is what is reviewed; what undoing left alone, in sentences."""
    at, left = timezone.now(), []
    with transaction.atomic():
        if against.entry:
            left = entering.undo(against.entry, by=by, at=at)
            kept = drafts.values(leaf.sheet, leaf.page, by)
            names = {name: value for name, value in kept.items() if name.startswith(NAMES)}
            drafts.keep(leaf, names, by=by, at=at)  # its own reading speaks, not what was undone
            scan.refresh_from_db(fields=["state"])
        if scan.state != State.READ:
            states.reopened(scan)
    return left


def _context(scan: SheetScan, leaf: Leaf, against: Against) -> dict[str, object]:
    wide, tall = leaf.size()
    slug = leaf.angkatan.slug
    compared = None
    if against.entry:
        compared = comparing.with_entry(leaf, scan, against.entry)
    elif against.twin:
        compared = comparing.with_scan(leaf, scan, against.twin)
    other = against.scan
    return {
        "angkatan": leaf.angkatan,
        "tab": "recap",
        "scan": scan,
        "leaf": leaf,
        "last_row": leaf.rows[-1].number if leaf.rows else 0,
        "against": against,
        "compared": compared,
        "there": "Tersimpan" if against.entry else "Gambar lain",
        "straight": reverse("sheet_straight", args=[slug, scan.pk]) if scan.reading else "",
        "other": reverse("sheet_straight", args=[slug, other.pk]) if other and other.reading else "",
        "sent": sent_by(scan),
        "other_sent": sent_by(other) if other else "",
        "wide": f"{wide:.2f}",
        "tall": f"{tall:.2f}",
    }
