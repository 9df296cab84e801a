"""A number as an address or a form sends it: whatever else stands there is none."""

import re

MOST = 2**63 - 1  # the largest that a column holds


def read(text: object) -> int | None:
    """``12`` from "12". None for signs, spaces, "²", digits of other scripts, and what no column holds."""
    if not re.fullmatch(r"[0-9]{1,19}", str(text)):
        return None
    number = int(str(text))
    return number if number <= MOST else None


def read_all(texts: list[str]) -> list[int]:
    """Those that are numbers, each once, in their order."""
    return list(dict.fromkeys(number for text in texts if (number := read(text)) is not None))
