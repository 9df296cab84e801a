"""The office's clock, for every request."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from pelatihan.models.office import office


class OfficeTimeMiddleware:
    """Activates the office's time zone, so that every clock on screens and papers is the one on its wall."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(_zone()):
            return self.get_response(request)


def _zone() -> ZoneInfo | None:
    """The office's zone; the server's own while the database is away, so that /sehat/ can say so."""
    try:
        return office().zone
    except DatabaseError:
        return None
