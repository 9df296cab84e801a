"""What everybody may read."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def home(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def angkatan(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def calendar(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def privacy(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
