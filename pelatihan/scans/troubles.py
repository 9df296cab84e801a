"""A picture with which something is wrong, and what can be done."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.ENTER_SHEETS)
def trouble(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """One such picture; deciding about it."""
    raise Http404  # being built
