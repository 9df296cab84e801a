"""Clock and name of the office, for every request."""

import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from pelatihan.models import Office

SECONDS_KEPT = 30  # the office is renamed once in years, and asked for on every request
_kept: tuple[float, Office] | None = None


def office() -> Office:
    """The office, read from the database at most every 30 seconds in each process."""
    global _kept
    now = time.monotonic()
    if _kept is None or now - _kept[0] > SECONDS_KEPT:
        _kept = (now, Office.current())
    return _kept[1]


def forget_office() -> None:
    """Read the office anew at the next request: after it was saved, and between tests."""
    global _kept
    _kept = None


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
