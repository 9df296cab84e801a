"""Somebody who is not registered and stands at the door."""

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.DESK)
def walk_in(request: HttpRequest, angkatan: Angkatan, session: int) -> HttpResponse:
    raise Http404
