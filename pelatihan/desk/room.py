"""The projector: the code of the room, and who is in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan


@require_http_methods(["GET", "POST"])
@of_batch(access.SCREEN)
def room(request: HttpRequest, angkatan: Angkatan, session: int) -> HttpResponse:
    """``?bagian=kode`` is the changing part alone. A form switches the code on (``nyala``) and off (``mati``)."""
    raise Http404
