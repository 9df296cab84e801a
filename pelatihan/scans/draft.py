"""What a clerk has entered so far, kept while they are at it."""

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.ENTER_SHEETS)
def keep(request: HttpRequest, angkatan: Angkatan, number: int, page: int) -> HttpResponse:
    """Keep it."""
    raise Http404  # being built
