"""Behind a proxy a limit counts the client, whatever the client claims to be."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from pelatihan.web.proxy import ClientAddressMiddleware


def address_seen(forwarded: str | None, rf: RequestFactory) -> str:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    ClientAddressMiddleware(view)(rf.get("/", headers=headers, REMOTE_ADDR="10.0.0.1"))
    return seen[0]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "1.2.3.4, 198.51.100.9", "198.51.100.9"),  # the client made the first one up
        (2, "1.2.3.4, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        (2, "198.51.100.9", "10.0.0.1"),  # passed fewer proxies than there are: nothing to believe
        (1, "", "10.0.0.1"),
        (1, None, "10.0.0.1"),
    ],
)
def test_address_is_what_proxy_saw(proxies, forwarded, address, rf, settings) -> None:
    settings.BEHIND_PROXY = proxies
    assert address_seen(forwarded, rf) == address
