"""Making a phone ready for the door: its token, the copy that it carries, what it says of itself."""

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.DESK)
def prepare(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    raise Http404


@of_batch(access.DESK)
def copy(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    raise Http404


@of_batch(access.DESK)
def said(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    raise Http404
