"""The page of all signed sheets: what came back, what is owed, what needs somebody; and bringing pictures in."""

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.SHEETS)
def sheets(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """What of the batch came back, what is owed, and what needs somebody."""
    raise Http404  # being built


@of_batch(access.SEND_SHEETS)
def upload(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """Take pictures and PDFs, many at once."""
    raise Http404  # being built


@of_batch(access.ENTER_SHEETS)
def find(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """From the code of a page, scanned or typed, to that page."""
    raise Http404  # being built
