"""Whose request it is: the client's own address, also behind a reverse proxy (BEHIND_PROXY)."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

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


def client_network(request: HttpRequest) -> str | None:
    """The address that attempts are counted by; of IPv6 the /64, since one household owns all of it.

    Behind a proxy ClientAddressMiddleware has put the client's own address there.
    """
    try:
        address: IPv4Address | IPv6Address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return None  # a Unix socket
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False).network_address)
    return str(address)
