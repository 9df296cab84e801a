"""Whose request it is, when a reverse proxy stands in between (BEHIND_PROXY)."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ClientAddressMiddleware:
    """Puts the client's address where everything looks for it, so that limits count people, not the proxy.

    Each proxy appends the address it was called from; what stands further left the client may have made up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        passed = [address.strip() for address in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(passed) >= settings.BEHIND_PROXY and passed[-settings.BEHIND_PROXY]:
            request.META["REMOTE_ADDR"] = passed[-settings.BEHIND_PROXY]
        return self.get_response(request)
