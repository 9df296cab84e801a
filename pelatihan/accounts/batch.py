"""The batch that an address names, with the permission to open it: one way for every page about one batch."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from pelatihan.accounts import access
from pelatihan.models import Angkatan

type BatchView = Callable[..., HttpResponse]


def of_batch(permission: str, *related: str) -> Callable[[BatchView], BatchView]:
    """Give a view the batch of its address instead of the slug. Who lacks the permission reads why (403).

    :param related: what is read together with the batch
    """

    def guard(view: BatchView) -> BatchView:
        @access.needs(permission)
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
            batches = Angkatan.objects.select_related(*related) if related else Angkatan
            return view(request, get_object_or_404(batches, slug=slug), **kwargs)

        return guarded

    return guard


def public(view: BatchView) -> BatchView:
    """Give a public view the batch of its address, with its seats and figures.

    Batches that are not published exist only for who may see them in the admin.
    """

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        batch = get_object_or_404(
            Angkatan.objects.with_seats_held().with_figures().select_related("plan_change"), slug=slug
        )
        if not batch.published and not access.has(request.user, "pelatihan.view_angkatan"):
            raise Http404
        return view(request, batch, **kwargs)

    return guarded
