"""Who came in by the room's code, by phone: for the organiser to strike who was not there, and to let count again."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@require_http_methods(["GET", "POST"])
@of_batch(access.LATE)
def people(request: HttpRequest, angkatan: Angkatan, session: int) -> HttpResponse:
    raise Http404
