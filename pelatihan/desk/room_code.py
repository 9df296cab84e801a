"""The code of a room: made of the session and the half minute, never stored. Whoever sees it is in the room, or was
within the last minute.

Two ways to say the same: a token in the address that the projector's QR holds, and six digits to type. The half minute
that runs is accepted and the one before it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "pelatihan.desk.room_code"
WINDOW = timedelta(seconds=30)
DIGITS = 6
SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, as small letters
MARK_SIGNS = 12  # 60 bits
LONGEST = 18  # digits of a session's id
LOOKED_BACK = 120  # half minutes: an hour
SLOW = range(2, 12)  # half minutes ago: typed slowly
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def token(session_id: int, at: datetime) -> str:
    """What stands in the address: the session's id and its mark of the half minute."""
    return f"{session_id}-{_mark(session_id, _window(at))}"


def digits(session_id: int, at: datetime) -> str:
    """Six digits to type, zeros in front too."""
    return _digits(session_id, _window(at))


def ends_at(at: datetime) -> datetime:
    """When another code takes the place of the one of this moment."""
    return EPOCH + (_window(at) + 1) * WINDOW


def named(text: str) -> int | None:
    """Which session a token names, old or new; None for what is none. Says nothing about whether it was ever shown."""
    name, dash, mark = text.strip().lower().partition("-")
    is_number = name.isascii() and name.isdecimal() and len(name) <= LONGEST
    return int(name) if dash and is_number and mark.isascii() else None


def session_of(text: str, at: datetime) -> int | None:
    """Which session a token shows at this moment; None for an old one, and for what is none."""
    name, mark = named(text), text.strip().lower().partition("-")[2]
    if name is None:
        return None
    fits = [constant_time_compare(mark, _mark(name, window)) for window in _accepted(at)]
    return name if any(fits) else None


def shown_at(text: str, at: datetime) -> datetime | None:
    """Since when an old token was shown; None for one that is older than an hour, and for what is none."""
    name, window = named(text), _window(at)
    if name is None:
        return None
    mark = text.strip().lower().partition("-")[2]
    earlier = range(window, window - LOOKED_BACK, -1)
    found = next((one for one in earlier if constant_time_compare(mark, _mark(name, one))), None)
    return None if found is None else EPOCH + found * WINDOW


def were_digits_of(session_id: int, text: str, at: datetime) -> bool:
    """Whether these six digits were shown some minutes ago: no guess, but typed slowly."""
    typed, window = "".join(text.split()), _window(at)
    return any(constant_time_compare(typed, _digits(session_id, window - back)) for back in SLOW)


def are_digits_of(session_id: int, text: str, at: datetime) -> bool:
    """Whether these six digits are what the session's projector shows, or showed just before."""
    typed = "".join(text.split())
    fits = [constant_time_compare(typed, _digits(session_id, window)) for window in _accepted(at)]
    return any(fits)


def _window(at: datetime) -> int:
    return (at - EPOCH) // WINDOW


def _accepted(at: datetime) -> Iterator[int]:
    yield _window(at)
    yield _window(at) - 1


def _mark(session_id: int, window: int) -> str:
    number = int.from_bytes(_digest("token", session_id, window)[:8])
    return "".join(SIGNS[number >> 5 * place & 31] for place in range(MARK_SIGNS))


def _digits(session_id: int, window: int) -> str:
    number = int.from_bytes(_digest("digits", session_id, window)[:8])
    return f"{number % 10**DIGITS:0{DIGITS}}"


def _digest(use: str, session_id: int, window: int) -> bytes:
    return salted_hmac(SALT, f"{use} {session_id} {window}", algorithm="sha256").digest()
