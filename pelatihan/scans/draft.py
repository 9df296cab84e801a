"""What a clerk has entered so far, kept while they are at it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from pelatihan import dates, ids
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, SheetEntry, SheetScan
from pelatihan.scans import drafts, leaves
from pelatihan.scans.leaves import Leaf
from pelatihan.web import errors

KEPT = "Isian Anda disimpan sementara. Belum ada yang dihitung sebelum lembar ini disimpan."


@require_POST
@of_batch(access.ENTER_SHEETS)
def keep(request: HttpRequest, angkatan: Angkatan, number: int, page: int) -> HttpResponse:
    """Keep it. JSON is answered by who else is at the page; a form goes back to the page that it came from."""
    leaf, by = leaves.of_address(angkatan, number, page), cast(User, request.user)
    is_kept = not SheetEntry.objects.standing().filter(sheet=leaf.sheet, page=leaf.page).exists()
    if is_kept:
        drafts.keep(leaf, request.POST.dict(), by=by, at=timezone.now())
    if errors.wants_json(request):
        others = drafts.others(leaf.sheet, leaf.page, by)
        told = [{"name": one.name, "at": dates.clock(one.at)} for one in others]
        return JsonResponse({"kept": is_kept, "others": told})
    if is_kept:
        messages.success(request, KEPT)
    return redirect(*_page_before(leaf, request.POST.get("gambar", "")))


def _page_before(leaf: Leaf, scan: str) -> tuple[str, ...]:
    """The review, when the form was of a picture of this leaf; else where it is typed."""
    key = ids.read(scan)
    if key and SheetScan.objects.filter(pk=key, sheet=leaf.sheet, page=leaf.page).exists():
        return "sheet_review", leaf.angkatan.slug, str(key)
    return "sheet_type", leaf.angkatan.slug, str(leaf.sheet.pk), str(leaf.page)
