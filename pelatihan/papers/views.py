"""Everything that can be printed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def gallery(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def attendance_sheet(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
