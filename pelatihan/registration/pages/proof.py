"""Forms that check their proof of origin themselves, so that a page that was open too long keeps what was typed."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

EXPIRED = (
    "Halaman ini terlalu lama terbuka, jadi belum terkirim. Isian Anda masih ada: kirim sekali lagi."
    " Bila tetap gagal, izinkan kuki di peramban Anda."
)


def is_expired(request: HttpRequest) -> bool:
    """Whether the form's proof of origin is missing or too old. The view is ``@csrf_exempt``."""
    check = CsrfViewMiddleware(_nothing)
    return check.process_view(request, _nothing, (), {}) is not None


def _nothing(request: HttpRequest) -> HttpResponse:
    """Stands for a view that is not exempt."""
    return HttpResponse()
