"""What the desk reads when a device's clock is wrong."""

from pelatihan import dates
from pelatihan.models import AttendanceEvent
from pelatihan.models.attendance import CLOCK_ERROR_SHOWN

MEND = "Mohon betulkan jam perangkat."
AHEAD = f"Jam perangkat terlalu cepat; yang dicatat jam server. {MEND}"
SPANS = ((86_400, "hari"), (3_600, "jam"), (60, "menit"))


def note(event: AttendanceEvent) -> str:
    """About the clock that an event was timed by; "" when it was right enough."""
    return error_note(event.clock_error) or (AHEAD if event.is_clock_ahead else "")


def error_note(error: int) -> str:
    """About a clock that was so many seconds ahead (below zero: behind); "" within two minutes."""
    if abs(error) <= CLOCK_ERROR_SHOWN:
        return ""
    way = "lebih cepat" if error > 0 else "terlambat"
    return f"Jam perangkat {way} {_span(abs(error))}; waktunya sudah disesuaikan. {MEND}"


def _span(seconds: int) -> str:
    """``1 jam 5 menit``: the two largest units."""
    parts = []
    for length, word in SPANS:
        number, seconds = divmod(seconds, length)
        parts += [f"{dates.thousands(number)} {word}"] if number else []
    return " ".join(parts[:2])
