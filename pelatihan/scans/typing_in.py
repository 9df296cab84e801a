"""A signed page entered by hand: one key a row."""

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.ENTER_SHEETS)
def type_in(request: HttpRequest, angkatan: Angkatan, number: int, page: int) -> HttpResponse:
    """The rows in printed order."""
    raise Http404  # being built
