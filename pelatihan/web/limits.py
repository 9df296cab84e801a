"""How often something may be tried from one place. Counted in PostgreSQL, so that all workers count together.

Keys are keyed hashes: the table holds no address, no code, no phone number. What has run out is cleared on the way.
"""

from typing import NoReturn

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django_smart_ratelimit.backends.database import DatabaseBackend
from django_smart_ratelimit.models import RateLimitCounter

from pelatihan.web import errors
from pelatihan.web.proxy import client_network

HOUR = 60 * 60


class Counter(DatabaseBackend):
    """Where the database fails, so does the count: one that answers something would be wrong for somebody."""

    def _handle_backend_error(self, operation: str, key: str, exception: Exception, *rest: object) -> NoReturn:
        raise exception


def allow(scope: str, key: str, limit: int, period: int) -> bool:
    """Count one try; whether it is still among the first ``limit`` of this window of ``period`` seconds.

    When the counter cannot be read there is no answer: a limit that fails open is none.
    """
    counter = Counter(algorithm="fixed_window", enable_background_cleanup=False)
    tries: int = counter.incr(_hashed(scope, key), period)
    if tries == 1:
        RateLimitCounter.cleanup_expired()
    return tries <= limit


def _hashed(scope: str, key: str) -> str:
    return f"{scope}:{salted_hmac('pelatihan.limits', f'{scope}:{key}', algorithm='sha256').hexdigest()}"


def address_of(request: HttpRequest) -> str:
    """Where the request comes from, as attempts to log in are counted too."""
    return client_network(request) or ""


def too_many(request: HttpRequest, wait: int = HOUR) -> HttpResponse:
    """Tried too often: what happened and what to do. ``wait`` in seconds, for programs."""
    return errors.too_many(request, seconds=wait)
