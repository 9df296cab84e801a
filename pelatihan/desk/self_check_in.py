"""Delegates check themselves in by the code of the room."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_digits(request: HttpRequest) -> HttpResponse:
    """Six digits typed."""
    raise Http404


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """The address that the projector's QR holds."""
    raise Http404


@require_http_methods(["GET", "POST"])
@of_batch(access.LATE)
def people(request: HttpRequest, angkatan: Angkatan, session: int) -> HttpResponse:
    """Who came in by the room's code, by phone."""
    raise Http404
