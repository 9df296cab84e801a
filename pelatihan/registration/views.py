"""Registering, and a delegate's own page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def register(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def ormas_search(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def find(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def delegate(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def correct(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def withdraw(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
