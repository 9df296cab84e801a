"""Filling a column of the recap: many cells at once, and taking them back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@require_POST
@of_batch(access.MARK)
def fill(request: HttpRequest, angkatan: Angkatan, session: int) -> HttpResponse:
    """A form, or JSON answered by JSON."""
    raise Http404
