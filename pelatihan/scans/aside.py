"""Pictures that were settled without being entered: kept as evidence, or set aside. The way back to each."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan
from pelatihan.scans import states, words

PER_PAGE = 30


@require_safe
@of_batch(access.ENTER_SHEETS)
def aside(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """The last that was settled first; ``?hal=2``."""
    found = (
        angkatan.scans.filter(state__in=states.SETTLED)
        .select_related("upload", "settled_by", "sheet")
        .defer("reading", "sheet__rows", "sheet__layout")
        .order_by("-settled_at", "pk")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("hal"))
    rows = [(scan, words.told(scan) if scan.problem else None) for scan in page]
    return render(request, "scans/aside.html", {"angkatan": angkatan, "tab": "recap", "page": page, "rows": rows})
