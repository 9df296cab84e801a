"""How often something may be tried. Counted in PostgreSQL by one statement, so that all workers count together.

Keys are keyed hashes: the table holds no address, no name, no code. A try is counted before it is judged and given
back when it was right: however many come at once, none is judged beyond the limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from pelatihan.models.login import Tries
from pelatihan.web.proxy import client_network

HOUR = 60 * 60
DAY = 24 * HOUR
COUNT = """
    INSERT INTO pelatihan_tries AS kept (key, count, until)
    SELECT key, 1, until FROM unnest(%(keys)s::text[], %(untils)s::timestamptz[]) AS one (key, until) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN kept.until <= %(now)s THEN 1 ELSE kept.count + 1 END,
        until = CASE WHEN kept.until <= %(now)s THEN excluded.until ELSE kept.until END
    RETURNING key, count, until
"""
GIVE_BACK = """
    UPDATE pelatihan_tries SET count = greatest(count - 1, 0) WHERE key IN (
        SELECT key FROM pelatihan_tries WHERE key = ANY(%s) ORDER BY key FOR UPDATE
    )
"""
CLEAR = """
    DELETE FROM pelatihan_tries WHERE key IN (
        SELECT key FROM pelatihan_tries WHERE until <= %s LIMIT 500 FOR UPDATE SKIP LOCKED
    )
"""


class TooMany(Exception):
    """A limit is reached: what the person reads, and in how many seconds to try again (answered by middleware)."""

    def __init__(self, seconds: float, reason: str = "", advice: str = "") -> None:
        super().__init__(reason)
        self.seconds, self.reason, self.advice = max(seconds, 1), reason, advice


@dataclass(frozen=True)
class Tally:
    """How often it was tried in this window, and when the window ends."""

    count: int
    until: datetime
    passes: bool


@dataclass(frozen=True)
class Limit:
    """``most`` tries of one key in the ``period`` (seconds) that begins with the first."""

    scope: str
    most: int
    period: int

    def take(self, key: str) -> Tally:
        """Count one try. When the counter cannot be written nothing passes: a limit that fails open is none."""
        return take([(self, key)])[0]

    def give_back(self, key: str) -> None:
        """That try was a right one."""
        give_back([(self, key)])

    def forget(self, key: str) -> None:
        """Begin anew for this key."""
        Tries.objects.filter(key=self._hashed(key)).delete()

    def count(self, key: str) -> int:
        """How often it was tried in this window, without counting this question."""
        kept = Tries.objects.filter(key=self._hashed(key), until__gt=timezone.now())
        return kept.values_list("count", flat=True).first() or 0

    def _hashed(self, key: str) -> str:
        return f"{self.scope}:{salted_hmac('pelatihan.limits', f'{self.scope}:{key}', algorithm='sha256').hexdigest()}"


type Counted = tuple[Limit, str]  # a limit, and the key that it counts


def take(counted: Sequence[Counted]) -> list[Tally]:
    """Count one try by several limits, by one statement; what is named twice counts once. In the order of their keys,
    so that two who come at once never wait for each other in a circle.
    """
    now, keys = timezone.now(), [limit._hashed(key) for limit, key in counted]
    ends = {key: now + timedelta(seconds=limit.period) for key, (limit, _) in zip(keys, counted, strict=True)}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"keys": list(ends), "untils": list(ends.values()), "now": now})
        kept = {key: (count, until) for key, count, until in cursor.fetchall()}
        if kept[keys[0]][0] == 1:  # now and then
            cursor.execute(CLEAR, [now])
    return [Tally(*kept[key], passes=kept[key][0] <= limit.most) for key, (limit, _) in zip(keys, counted, strict=True)]


def give_back(counted: Sequence[Counted]) -> None:
    """That try was a right one, or was not looked at."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, [[limit._hashed(key) for limit, key in counted]])


def address_of(request: HttpRequest) -> str:
    """Where the request comes from; of IPv6 the /64 (web.proxy)."""
    return client_network(request) or ""
