"""An id (UUID) as an address or a form sends it: whatever else stands there is none."""

import uuid


def read(text: object) -> uuid.UUID | None:
    """None for what is no text, or no id."""
    try:
        return uuid.UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def of_page(text: object) -> uuid.UUID:
    """The key that a page carried, so that pressed twice is once; of none that can be read a new one."""
    return read(text) or uuid.uuid4()
