"""Browsers in which an account has logged in before. The cookie opens nothing: it keeps strangers' guesses apart."""

from typing import TypedDict

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

COOKIE = "perangkat"
SALT = "pelatihan.accounts.known"
DAYS = 180
MOST = 5  # accounts in one browser


class Kept(TypedDict):
    """What the cookie holds: a random name of the browser, and of each account its key and mark."""

    id: str
    accounts: list[tuple[int, str]]


def cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}{COOKIE}"


def remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """From now on this browser is known for the account, until its password changes."""
    kept = _read(request)
    others = [entry for entry in kept["accounts"] if entry[0] != user.pk]
    kept["accounts"] = [*others, (user.pk, _mark(kept["id"], user))][-MOST:]
    response.set_cookie(
        cookie_name(),
        signing.dumps(kept, salt=SALT, compress=True),
        max_age=DAYS * 24 * 60 * 60,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def browser_of(request: HttpRequest, user: User) -> str:
    """A name of this browser with this account to count by, or nothing when they do not know each other."""
    kept = _read(request)
    mark = next((mark for pk, mark in kept["accounts"] if pk == user.pk), "")
    return f"{kept['id']} {user.pk}" if constant_time_compare(mark, _mark(kept["id"], user)) else ""


def _read(request: HttpRequest) -> Kept:
    try:
        kept: Kept = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except signing.BadSignature:
        return {"id": get_random_string(12), "accounts": []}
    return kept


def _mark(browser: str, user: User) -> str:
    """Changes with the password."""
    return salted_hmac(SALT, f"{browser} {user.pk} {user.get_session_auth_hash()}", algorithm="sha256").hexdigest()[:32]
