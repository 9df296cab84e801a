"""Whether the site is well."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def health(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
