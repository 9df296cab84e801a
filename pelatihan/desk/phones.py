"""The phone in a delegate's hand: a name of its own for a day, and a ticket for who opened the room's code in time.

Both are cookies. The name is random; what is kept of it is a keyed hash, another one for each session, so that nothing
tells that the same phone was in two sessions. The ticket lets whoever types slowly finish: it holds for one session,
one phone and five minutes, and no opening of an old code prolongs it.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from pelatihan.models import AttendanceEvent, Session

SALT = "pelatihan.desk.phones"
NAME, TICKET = "ponsel", "tiket"
NAME_SIGNS = 20
KEPT = 24 * 60 * 60
HOLDS = 5 * 60
HASH_SIGNS = AttendanceEvent._meta.get_field("phone").max_length or 0


@dataclass(frozen=True)
class Phone:
    """A browser as its cookie names it; ``is_new`` while it has not brought the name back."""

    name: str
    is_new: bool

    def known_as(self, session: Session) -> str:
        """By what a session's events know it."""
        return salted_hmac(SALT, f"{session.pk} {self.name}", algorithm="sha256").hexdigest()[:HASH_SIGNS]


def cookie_name(name: str = NAME) -> str:
    return f"{settings.COOKIE_PREFIX}{name}"


def of(request: HttpRequest) -> Phone:
    """The phone that asks; another one each time for who keeps no cookies."""
    name = request.get_signed_cookie(cookie_name(), default="", salt=SALT, max_age=KEPT)
    return Phone(name or get_random_string(NAME_SIGNS), is_new=not name)


def keep(response: HttpResponse, phone: Phone) -> HttpResponse:
    """Let the phone bring its name back, from now on for a day."""
    return _set(response, NAME, phone.name, SALT, KEPT)


def give_ticket(response: HttpResponse, phone: Phone, session: Session) -> HttpResponse:
    """The room's code was opened in time."""
    return _set(keep(response, phone), TICKET, phone.known_as(session), f"{SALT}.{TICKET}", HOLDS)


def holds_ticket(request: HttpRequest, phone: Phone, session: Session) -> bool:
    """Whether this phone opened the code of this session in time, and not too long ago."""
    ticket = request.get_signed_cookie(cookie_name(TICKET), default="", salt=f"{SALT}.{TICKET}", max_age=HOLDS)
    return constant_time_compare(ticket or "", phone.known_as(session))


def _set(response: HttpResponse, name: str, value: str, salt: str, seconds: int) -> HttpResponse:
    response.set_signed_cookie(
        cookie_name(name),
        value,
        salt=salt,
        max_age=seconds,
        path="/",
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )
    return response
