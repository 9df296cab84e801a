"""One printed page with all that belongs to it: for an auditor, on one screen."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.SHEETS)
def leaf(request: HttpRequest, angkatan: Angkatan, number: int, page: int) -> HttpResponse:
    """Page, pictures and data."""
    raise Http404  # being built


@of_batch(access.ENTER_SHEETS)
def unused(request: HttpRequest, angkatan: Angkatan, number: int, page: int) -> HttpResponse:
    """Say that nobody needs this page."""
    raise Http404  # being built


@of_batch(access.ENTER_SHEETS)
def undo(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """Take back what was entered of a page."""
    raise Http404  # being built
