"""The pictures themselves, for whoever may see them."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.SHEETS)
def picture(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """A page as it was sent."""
    raise Http404  # being built


@of_batch(access.SHEETS)
def straight(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """A page made straight."""
    raise Http404  # being built
