"""Which devices check people in, the PIN of the desk, and revoking one."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@of_batch(access.DEVICES)
def devices(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    raise Http404


@of_batch(access.DEVICES)
def revoke(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    raise Http404
