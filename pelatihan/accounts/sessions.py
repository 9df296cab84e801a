"""Sessions with a life of their own length: how long one may rest, how long it may last, which ones a person has.

``SESSION_ENGINE`` is this module. Nothing is written on every request: the time of last use moves every five minutes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from pelatihan.accounts import access
from pelatihan.models.compiled import Compiled
from pelatihan.models.login import LoginSession
from pelatihan.web import logs

STEP = timedelta(minutes=5)
IDLE, LONGEST = timedelta(minutes=60), timedelta(hours=12)
DESK_IDLE, DESK_LONGEST = timedelta(hours=12), timedelta(hours=24)  # a phone at the door, all day
DESK_ALONE = frozenset({access.BOARD, access.DESK, access.SEND_SHEETS})

SINCE, DEVICE, AT_DESK = "since", "device", "at_desk"


_kept = Compiled(lambda key: LoginSession.objects.filter(session_key=key), str)


class SessionStore(DatabaseStore):
    """Django's own sessions in the database, in a table that knows whose they are."""

    row: LoginSession | None = None  # as it was read

    @classmethod
    def get_model_class(cls) -> type[LoginSession]:
        return LoginSession

    def _get_session_from_db(self) -> LoginSession | None:
        """As Django's own, which makes its query anew for each request: a twentieth of what a check-in costs."""
        found = _kept(self.session_key)
        self.row = found[0] if found and found[0].expire_date > timezone.now() else None
        if self.row is None:
            self._session_key = None  # a new key for what is no session any more
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> LoginSession:
        """What a save writes; the session lives on from now."""
        now = timezone.now()
        since = datetime.fromisoformat(data.setdefault(SINCE, now.isoformat()))
        row = cast(LoginSession, super().create_model_instance(data))
        row.user_id, row.device = data.get(SESSION_KEY), data.get(DEVICE, "")
        row.started_at, row.used_at = since, now
        row.expire_date = expires(now, since, at_desk=data.get(AT_DESK, False))
        return row


def expires(now: datetime, since: datetime, *, at_desk: bool) -> datetime:
    """When a session used now ends by itself."""
    idle, longest = (DESK_IDLE, DESK_LONGEST) if at_desk else (IDLE, LONGEST)
    return min(now + idle, since + longest)


def begin(request: HttpRequest, user: User) -> None:
    """Somebody has logged in: the session counts from here."""
    request.session[SINCE] = timezone.now().isoformat()
    request.session[DEVICE] = device_of(request)
    request.session[AT_DESK] = works_at_desk_alone(user)


def works_at_desk_alone(user: User) -> bool:
    """Whether the account can do nothing but check in and look at the board: then a day's rest does little harm."""
    return not user.is_superuser and bool(held := user.get_all_permissions()) and held <= DESK_ALONE


# ---- Rest ----------------------------------------------------------------------------------------


class SessionLifeMiddleware:
    """Notes that a session is in use, and for the access log by whom. A board that refreshes by itself counts: it is
    meant to stand on a wall."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = vars(request).get("_cached_user")  # asks for nobody who was not asked for
        if user is not None and user.is_authenticated and SESSION_KEY in request.session:
            touch(request.session, user)
            request.META[logs.ACCOUNT] = user.get_username()
        return response


def touch(session: Any, user: User) -> None:
    """Move the end of the session on; a role that changed counts from now."""
    at_desk = works_at_desk_alone(user)
    if session.get(AT_DESK, False) != at_desk:
        session[AT_DESK] = at_desk  # saved, with its times, when the answer goes out
    now, row = timezone.now(), session.row
    if row and not session.modified and now - row.used_at > STEP:
        mine = LoginSession.objects.filter(pk=row.pk)
        mine.update(used_at=now, expire_date=expires(now, row.started_at, at_desk=at_desk))


# ---- One's own -----------------------------------------------------------------------------------


def of(user: User) -> QuerySet[LoginSession]:
    """Where the account is logged in now, last used first."""
    return LoginSession.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-used_at")


def name_of(session: LoginSession) -> str:
    """What a page may call it: the key itself would let its reader in."""
    return salted_hmac("pelatihan.accounts.sessions", session.session_key, algorithm="sha256").hexdigest()[:20]


def end(user: User, *, name: str = "", keep: str | None = None) -> int:
    """End one of the account's sessions by its name, or all but the one whose key is ``keep``; how many."""
    keys = [each.pk for each in of(user) if (name_of(each) == name if name else each.pk != keep)]
    return LoginSession.objects.filter(user=user, pk__in=keys).delete()[0]


BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def device_of(request: HttpRequest) -> str:
    """``Chrome di Android``: as much of the browser's line as its owner needs to know it again."""
    line = request.headers.get("User-Agent", "")
    browser = next((word for sign, word in BROWSERS.items() if sign in line), "Peramban")
    system = next((word for sign, word in SYSTEMS.items() if sign in line), "")
    return f"{browser} di {system}" if system else browser
