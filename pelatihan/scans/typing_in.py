"""A signed page entered by hand: one key a row."""

from datetime import datetime
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan import ids
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.batches import inviting
from pelatihan.models import Angkatan, SheetEntry, SheetScan
from pelatihan.models.scan import SheetScanQuerySet
from pelatihan.papers import lying
from pelatihan.scans import claims, drafts, entering, filled, leaves
from pelatihan.scans.claimed import NotEntered
from pelatihan.scans.filled import FilledForm
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Claim, Entered

OPEN = (SheetScan.State.READ, SheetScan.State.PROBLEM)


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.ENTER_SHEETS)
def type_in(request: HttpRequest, angkatan: Angkatan, number: int, page: int) -> HttpResponse:
    """The rows in printed order. ``?gambar=`` the picture that is typed off, ``?tersimpan=`` what was just entered.

    ``?bagian=ormas&cari=`` is a list of organisations alone, for the page's script.
    """
    if request.GET.get("bagian") == "ormas":
        found = inviting.offered(angkatan, request.GET.get("cari", "").strip())
        return render(request, "scans/includes/ormas.html", {"offered": found})
    leaf, at = leaves.of_address(angkatan, number, page), timezone.now()
    if request.method == "POST":
        return _save(request, leaf, at)
    values = drafts.values(leaf.sheet, leaf.page, cast(User, request.user))
    return _show(request, leaf, at, filled.as_kept(leaf, values))


# ---- Saving --------------------------------------------------------------------------------------


def _save(request: HttpRequest, leaf: Leaf, at: datetime) -> HttpResponse:
    by = cast(User, request.user)
    claim, faults = claims.read(request.POST, leaf)
    if not faults:
        try:
            entry = entering.enter(
                leaf, claim, kind=SheetEntry.Kind.TYPED, scan=_scan(request, leaf),
                key=ids.of_page(request.POST.get("kunci")), by=by, at=at,
            )  # fmt: skip
        except NotEntered as refusal:
            faults = refusal.fields | ({"": " ".join(refusal.general)} if refusal.general else {})
        else:
            return redirect(_next(leaf, entry))
    drafts.keep(leaf, request.POST.dict(), by=by, at=at)
    return _show(request, leaf, at, filled.as_sent(leaf, request.POST.dict(), claim, faults), claim)


def _next(leaf: Leaf, entry: SheetEntry) -> str:
    """The next page of the sheet that nobody has entered; after the last one this page, as it was entered."""
    done = set(SheetEntry.objects.standing().filter(sheet=leaf.sheet).values_list("page", flat=True))
    page = next((page for page in leaf.sheet.printed_pages if page > leaf.page and page not in done), leaf.page)
    address = reverse("sheet_type", args=[leaf.angkatan.slug, leaf.sheet.pk, page])
    return f"{address}?tersimpan={entry.pk}"


def _scan(request: HttpRequest, leaf: Leaf) -> SheetScan | None:
    """The picture that is typed off, when it is one of this leaf that nobody has settled."""
    key = ids.read(request.POST.get("gambar", "") or request.GET.get("gambar", ""))
    return next((scan for scan in _waiting(leaf) if scan.pk == key), None) if key else None


def _waiting(leaf: Leaf) -> SheetScanQuerySet:
    """Pictures of this leaf of which somebody has to decide something, the newest first."""
    open_ones = SheetScan.objects.filter(sheet=leaf.sheet, page=leaf.page, state__in=OPEN)
    return open_ones.defer("reading").order_by("-upload__at", "-number")


# ---- The page ------------------------------------------------------------------------------------


def _show(request: HttpRequest, leaf: Leaf, at: datetime, form: FilledForm, claim: Claim | None = None) -> HttpResponse:
    entry, scan = entering.entry_of(leaf.sheet, leaf.page), _scan(request, leaf)
    context = {
        "angkatan": leaf.angkatan,
        "tab": "recap",
        "leaf": leaf,
        "form": form,
        "key": ids.of_page(request.POST.get("kunci")),
        "scan": scan,
        "to_review": None if scan else _waiting(leaf).to_review().first(),
        "entry": entry,
        "saved": _saved(request, leaf, entry),
        "others": drafts.others(leaf.sheet, leaf.page, cast(User, request.user)),
        "shut": entering.refusal(leaf, at),
        "is_in_use": lying.is_in_use(leaf.sheet, leaf.page),
        "look_up": f"{request.path}?bagian=ormas",
        "differs": _differs(entry, claim),
    }
    return render(request, "scans/typing.html", context | _head(leaf))


def _head(leaf: Leaf) -> dict[str, Any]:
    """How the page is called: its numbers, its sessions, how many columns have none any more."""
    numbers = filled.in_words(row.number for row in leaf.people or leaf.rows)
    return {"numbers": numbers, "gone": sum(session is None for session in leaf.sessions)}


def _saved(request: HttpRequest, leaf: Leaf, entry: SheetEntry | None) -> SheetEntry | None:
    """What was just entered, when it is of another page of this sheet and stands."""
    key = ids.read(request.GET.get("tersimpan", ""))
    if key is None or (entry and entry.pk == key):
        return None
    return SheetEntry.objects.standing().select_related("by").filter(pk=key, sheet=leaf.sheet).first()


def _differs(entry: SheetEntry | None, claim: Claim | None) -> str:
    """In which rows somebody who came second marked otherwise than who was first."""
    if entry is None or claim is None:
        return ""
    first = {(cell.row, cell.session): cell.mark for cell in map(Entered.of, entry.cells)}
    return filled.in_words(sorted({cell[0] for cell, mark in claim.marks.items() if first.get(cell, mark) != mark}))
