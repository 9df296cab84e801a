"""The pictures themselves, for whoever may see them."""

import logging
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, SheetScan
from pelatihan.web import errors
from pelatihan.web.kept_files import SHEETS

POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"  # of the browser's own viewer
GONE = "Gambar ini tidak ada di server. Kirim lembarnya sekali lagi, atau hubungi pengelola situs."

logger = logging.getLogger(__name__)


@require_safe
@of_batch(access.SHEETS)
def picture(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """A page as it was sent."""
    scan = get_object_or_404(SheetScan, pk=key, angkatan=angkatan, has_picture=True)
    return _shown(request, scan, scan.picture_name)


@require_safe
@of_batch(access.SHEETS)
def straight(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """A page made straight."""
    scan = get_object_or_404(SheetScan, pk=key, angkatan=angkatan, reading__isnull=False)
    return _shown(request, scan, scan.straight_name)


def _shown(request: HttpRequest, scan: SheetScan, name: str) -> HttpResponse:
    try:
        content = SHEETS.read(name)
    except FileNotFoundError:
        return errors.answer(request, 404, "not_found", GONE, template="scans/picture_gone.html")
    logger.info("Sheet picture %s opened by account=%s", scan.pk, request.user.get_username())
    answer = HttpResponse(content, content_type="image/jpeg")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
