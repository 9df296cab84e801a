"""The board of a batch."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def committee(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def board(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
