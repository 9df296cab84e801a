"""Pages that the link of an invitation opens: whoever holds it speaks for the ormas, without an account."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from pelatihan.models import Invitation, Registration
from pelatihan.registration import eligibility, links, often
from pelatihan.web import limits

type InvitedView = Callable[..., HttpResponse]

# No search engine lists it, no browser keeps it. (Its address goes to no other site: the site's referrer policy.)
KEPT_BY_NOBODY = {"X-Robots-Tag": "noindex, nofollow"}


def invited(view: InvitedView) -> InvitedView:
    """Give the view the invitation instead of the token. A token that opens nothing gets a sentence that says so."""

    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **rest: Any) -> HttpResponse:
        invitation = links.invitation_by(token)
        if invitation is None:
            often.count([(often.WRONG_LINKS, limits.address_of(request))])
            answer = render(request, "registration/invitation/unknown.html", status=404)
        elif token != links.token_of(invitation) and request.method != "POST":
            match = request.resolver_match
            assert match is not None  # every request that reaches a view has one
            answer = redirect(str(match.url_name), **rest | {"token": links.token_of(invitation)})
        else:
            if links.is_opened_by(request):
                links.note_opened(invitation, timezone.now())
            answer = view(request, invitation, **rest)
        patch_cache_control(answer, private=True, no_store=True)
        for name, value in KEPT_BY_NOBODY.items():
            answer.headers[name] = value
        return answer

    return guarded


def address(name: str, invitation: Invitation, **rest: object) -> str:
    """A page of this invitation, as a path of this site."""
    return reverse(name, kwargs={"token": links.token_of(invitation), **rest})


def one_of(invitation: Invitation, ref: UUID) -> Registration:
    """Somebody of this ormas in this batch.

    :raises Http404: anybody else
    """
    people = Registration.objects.select_related("angkatan", "ormas", "delegate", "invitation")
    return get_object_or_404(people, angkatan=invitation.angkatan_id, ormas=invitation.ormas_id, ref=ref)


def not_here(request: HttpRequest, invitation: Invitation, title: str, sentence: str) -> HttpResponse:
    """What is not done on this page (any more): why, and where to go on."""
    context = {"invitation": invitation, "angkatan": invitation.angkatan, "title": title, "sentence": sentence}
    context["home"] = address("invitation", invitation)
    return render(request, "registration/invitation/not_here.html", context)


def stopped(invitation: Invitation) -> str:
    """Why nothing at all is done by this link for now; empty while it is."""
    return eligibility.disputed_sentence(invitation.ormas)
