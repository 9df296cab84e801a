"""Names of people that may be one: titles left out, the usual spellings of Muhammad made one, a letter wrong.

What is only alike is shown to whoever decides, never acted upon by itself.
"""

from ormas.search import plain

_TITLES = frozenset({
    "drs", "dra", "dr", "ir", "h", "hj", "kh", "prof", "ust", "ustadz", "ustadzah", "ra", "rr", "se", "sh", "ss", "sos",
    "pd", "ag", "hum", "kom", "si", "ip", "ap", "st", "mm", "mt", "msi", "mpd", "mh", "phd", "spd", "sag", "sip",
    "skom", "ssos", "ssi", "mag",
})  # fmt: skip
_MUHAMMAD = frozenset({
    "muhammad", "muhamad", "mohammad", "mohamad", "mochammad", "mochamad", "muchammad", "muchamad", "muh", "moh",
    "moch", "mhd", "mohd", "md", "m",
})  # fmt: skip
_MOST_WRONG = 1


def core(name: str) -> str:
    """As names are compared here: plain, without titles, one spelling of Muhammad. What would leave nothing stays."""
    words = plain(name.split(",")[0]).split()
    words = ["muhammad" if word in _MUHAMMAD else word for word in words]
    return " ".join([word for word in words if word not in _TITLES] or words)


def why_alike(one: str, other: str) -> str:
    """In what way two names are alike, in words; empty when they are not. Both as written."""
    if plain(one) == plain(other):
        return "nama sama"
    first, second = core(one), core(other)
    if first == second:
        return f"nama sama bila “{one}” dibaca “{other}”"
    if len(first) > 4 and _is_one_letter_off(first, second):
        return "nama beda satu huruf"
    return ""


def _is_one_letter_off(one: str, other: str) -> bool:
    """Whether a letter was left out, put in, or is another one."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > _MOST_WRONG:
        return False
    same = next((place for place, sign in enumerate(short) if sign != long[place]), len(short))
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]
