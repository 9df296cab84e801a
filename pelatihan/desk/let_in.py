"""Letting somebody in who is not accepted, on one's own responsibility."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.LET_IN)
def let_in(request: HttpRequest, angkatan: Angkatan, session: int, ref: uuid.UUID) -> HttpResponse:
    raise Http404
