"""Photographing signed pages with a phone."""

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.SEND_SHEETS)
def photo(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """The camera, and what it has to say before the sheet is put away."""
    raise Http404  # being built
