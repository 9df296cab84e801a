"""Where guests are entered: rows of the batch's page in the admin, found by the address that papers know."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@require_safe
@of_batch(access.PRINT)
def guests(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """To those rows."""
    return redirect(reverse("admin:pelatihan_angkatan_change", args=[angkatan.pk]) + "#guests-group")
