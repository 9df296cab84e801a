"""JSON from a device at the door, read without trust: what cannot be read is None, never an error of the site."""

import json
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

YEARS = range(1970, 2101)  # further off is no clock's time; without a battery some begin in 1970
MOST_DIGITS = 30  # of a number in JSON: nothing here needs more


def body_of(request: HttpRequest) -> Any:
    """The posted JSON, or None. A number of a million digits is no reason to lose the rest."""
    try:
        return json.loads(request.body, parse_int=lambda digits: int(digits) if len(digits) < MOST_DIGITS else None)
    except (ValueError, RecursionError):
        return None


def moment(text: Any) -> datetime | None:
    """A time with its offset, as UTC: the database takes no offset of 16 hours, and no year 0."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
        known = at.astimezone(UTC) if at and at.tzinfo else None
    except (ValueError, OverflowError):
        return None
    return known if known and known.year in YEARS else None
