"""The desk."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def now(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def session(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def close(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
