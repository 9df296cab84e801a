"""What somebody careless, curious or hostile sends instead of what was asked for."""

import random
import uuid
from urllib.parse import quote

TAG = "<q9z>"  # stands in no page of ours: whoever finds it there has found text that became markup
ELSEWHERE = "evil.example"

type Value = str | list[str]

VALUES: list[Value] = [
    "",
    "   ",
    "a\0b",
    "\ud800",
    "\ufffe\uffff",
    "x" * 150,
    "x" * 256,
    "x y" * 1_700,
    "9" * 5_000,
    " ".join(f"kata{n}" for n in range(1_900)),
    "²",
    "٣",
    "１２",
    "-1",
    "0",
    "1_000",
    "1.5",
    "99999999999",
    "9223372036854775808",
    "1" + "0" * 23,
    "1e400",
    "NaN",
    "-Infinity",
    "(",
    "[",
    "*",
    "\\",
    "%",
    "%00",
    "%s%n{0}",
    "' OR 1=1--",
    "'; SELECT pg_sleep(9)--",
    f"{TAG}<script>alert(1)</script>",
    f"\"'>{TAG}",
    "{{7*7}}{% load x %}",
    "../../etc/passwd",
    "a\r\nSet-Cookie: x=y",
    f"https://{ELSEWHERE}/",
    f"//{ELSEWHERE}",
    "javascript:alert(1)",
    "\u202eterbalik\u200f",
    "\u0301\u0301e",
    "👩‍👩‍👧🏽",
    "2019-02-30",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "99999-01-01",
    "25.99",
    "00.00",
    "true",
    "None",
    "__all__",
    str(uuid.UUID(int=7)),
    "00000000000000000000000000000000",
    '{"a": [1e999, null]}',
    "[]",
    "+62 812",
    "x@" + "y" * 300,
    ["", "x"],
    ["1", "2", f"{TAG}"],
    [str(n) for n in range(400)],
]


def sample(wanted: int | None, *about: object) -> list[Value]:
    """So many of the values, always the same ones for the same parameter; all of them for None."""
    if wanted is None:
        return VALUES
    return random.Random(repr(about)).sample(VALUES, wanted)


def encoded(pairs: list[tuple[str, Value]]) -> str:
    """As a browser would send them, and what no browser would: half a surrogate pair."""
    singles = [(name, one) for name, value in pairs for one in (value if isinstance(value, list) else [value])]
    return "&".join(f"{_quoted(name)}={_quoted(one)}" for name, one in singles)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


# What programs send: of every kind that JSON has, and some that it should not have.
JSON_VALUES = [
    *("null", "true", "0", "-1", "1e400", "1e23", "NaN", "[]", "{}", '[["x"]]', '{"a": {"b": []}}', '""', '"²"'),
    *('"\\u0000"', '"\\ud800"', '"9999-12-31T23:59:59+00:00"', '"0001-01-01T00:00:00+14:00"', '"2019-03-11T08:00:00"'),
    *('"2019-03-11T08:00:00+16:00"', '"2019-03-11T08:00:00+23:59:59.999999"', f'"{TAG}"', f'"{"x" * 5_000}"'),
    *(f'"{uuid.UUID(int=7)}"', '"undo"', '"ref"', '"walk_in"', '"override"', "9" * 5_000, "[" * 50 + "]" * 50),
]  # fmt: skip
