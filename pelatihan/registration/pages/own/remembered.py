"""Which delegates' pages this browser may open: up to ten codes in a signed cookie.

Each code carries a mark made of the phone number that opened it: when the number changes, the browser is asked again.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from pelatihan.models import Registration
from pelatihan.retention import RETENTION

COOKIE = "utusan"
SALT = "pelatihan.registration.remembered"
MOST = 10
DAYS = RETENTION.device_days


def cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}{COOKIE}"


def remember(request: HttpRequest, response: HttpResponse, registration: Registration) -> HttpResponse:
    """Let this browser open the registration's page from now on; the oldest of more than ten is forgotten."""
    kept = _kept(request)
    kept.pop(registration.code, None)
    return _keep(response, [*kept.items(), (registration.code, _mark(registration))][-MOST:])


def forget(request: HttpRequest, response: HttpResponse, registration: Registration | None = None) -> HttpResponse:
    """Let this browser open the registration's page no more; without one, nobody's page."""
    kept = _kept(request)
    if registration:
        kept.pop(registration.code, None)
    if registration and kept:
        return _keep(response, list(kept.items()))
    response.delete_cookie(cookie_name(), path="/", samesite="Lax")
    return response


def is_remembered(request: HttpRequest, registration: Registration) -> bool:
    """Whether this browser has shown the phone number that stands there now."""
    mark = _kept(request).get(registration.code, "")
    return bool(registration.delegate.phone) and constant_time_compare(mark, _mark(registration))


def pages(request: HttpRequest) -> list[Registration]:
    """The registrations whose pages this browser may open, the latest training first. Asks only where it has any."""
    kept = _kept(request)
    if not kept:
        return []
    known = Registration.objects.filter(code__in=kept).select_related("angkatan", "ormas", "delegate")
    return [each for each in known.order_by("-angkatan__starts_on", "-pk") if is_remembered(request, each)]


def others(request: HttpRequest, registration: Registration) -> int:
    """How many other codes this browser remembers."""
    return len(_kept(request).keys() - {registration.code})


def _keep(response: HttpResponse, kept: list[tuple[str, str]]) -> HttpResponse:
    response.set_signed_cookie(
        cookie_name(),
        ".".join(f"{code}-{mark}" for code, mark in kept),
        salt=SALT,
        max_age=DAYS * 24 * 60 * 60,
        path="/",
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )
    return response


def _kept(request: HttpRequest) -> dict[str, str]:
    """Codes and their marks, oldest first."""
    text = request.get_signed_cookie(cookie_name(), default="", salt=SALT, max_age=DAYS * 24 * 60 * 60) or ""
    entries = (entry.partition("-") for entry in text.split("."))
    return {code: mark for code, dash, mark in entries if dash}


def _mark(registration: Registration) -> str:
    whose = f"{registration.code} {registration.delegate.phone}"
    return salted_hmac(SALT, whose, algorithm="sha256").hexdigest()[:24]
