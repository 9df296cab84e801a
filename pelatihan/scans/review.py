"""A page that was read: judged by a person, cell by cell, and confirmed."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.ENTER_SHEETS)
def review(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """The page with what was read in it."""
    raise Http404  # being built
