"""What arrived late, and what the organiser decides about it."""

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.LATE)
def late(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    raise Http404
