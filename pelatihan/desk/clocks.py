"""What the desk reads when a device's clock is wrong."""

from pelatihan import dates
from pelatihan.models import AttendanceEvent
from pelatihan.models.attendance import CLOCK_ERROR_SHOWN

MEND = "Mohon betulkan jam perangkat."
AHEAD = f"Jam perangkat terlalu cepat; yang dicatat jam server. {MEND}"
SPANS = ((86_400, "hari"), (3_600, "jam"), (60, "menit"))
SECONDS = (1, "detik")
NOTICED = 5  # seconds; what the way takes is no error of a clock


def note(event: AttendanceEvent) -> str:
    """About the clock that an event was timed by; "" when it was right enough."""
    return error_note(event.clock_error) or (AHEAD if event.is_clock_ahead else "")


def error_note(error: int) -> str:
    """About a clock that was so many seconds ahead (below zero: behind); "" within two minutes."""
    if abs(error) <= CLOCK_ERROR_SHOWN:
        return ""
    return f"{off(error)}; waktunya sudah disesuaikan. {MEND}"


def off(error: int) -> str:
    """``Jam perangkat terlambat 1 jam 5 menit``."""
    return f"Jam perangkat {'lebih cepat' if error > 0 else 'terlambat'} {_span(abs(error))}"


def correction(error: int) -> str:
    """What was added to a device's times: ``+3 menit 12 detik``; "" when that was next to nothing."""
    if abs(error) < NOTICED:
        return ""
    return f"{'\N{MINUS SIGN}' if error > 0 else '+'}{_span(abs(error), SECONDS)}"


def _span(seconds: int, *more: tuple[int, str]) -> str:
    """``1 jam 5 menit``: the two largest units."""
    parts = []
    for length, word in (*SPANS, *more):
        number, seconds = divmod(seconds, length)
        parts += [f"{dates.thousands(number)} {word}"] if number else []
    return " ".join(parts[:2])
