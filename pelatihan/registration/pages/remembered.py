"""Which delegates' pages this browser may open: up to ten codes in a signed cookie."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "utusan"
SALT = "pelatihan.registration.remembered"
MOST = 10
DAYS = 180


def remember(request: HttpRequest, response: HttpResponse, code: str) -> HttpResponse:
    """Let this browser open the page of ``code`` from now on; the oldest of more than ten is forgotten."""
    others = [known for known in _codes(request) if known != code]
    response.set_signed_cookie(
        COOKIE,
        ".".join([*others, code][-MOST:]),
        salt=SALT,
        max_age=DAYS * 24 * 60 * 60,
        path="/",
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )
    return response


def is_remembered(request: HttpRequest, code: str) -> bool:
    """Whether this browser has shown that it belongs to ``code``."""
    return code in _codes(request)


def _codes(request: HttpRequest) -> list[str]:
    known = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=DAYS * 24 * 60 * 60) or ""
    return [code for code in known.split(".") if code]
