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


def session_of(text: str, at: datetime) -> int | None:
    """Which session a token shows at this moment; None for an old one, and for what is none."""
    name, dash, mark = text.strip().lower().partition("-")
    if not (dash and name.isascii() and name.isdecimal() and len(name) <= 18 and mark.isascii()):
        return None
    fits = [constant_time_compare(mark, _mark(int(name), window)) for window in _accepted(at)]
    return int(name) if any(fits) else None


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
