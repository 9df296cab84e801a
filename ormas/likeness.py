"""Names as they are compared when one asks whether two people are one: without the titles that were typed into the
name, in one spelling for what Indonesians write in several (Muhammad, Moh., M.; Achmad, Akhmad; Djoko, Joko).

The database keeps :func:`key` beside each name (a generated column, so that no writer can forget it), by the very
rules below. Equal keys prove nothing: they put two people beside each other for somebody to look at.
"""

import re

from django.db.models import Func, TextField

from ormas.search import Plain, plain

_FRONT = (
    "h|hj|hi|hjh|kh|k|nyai|habib|drs|dra|dr|drg|drh|ir|prof|ust|ustad|ustadz|ustz|ustadzah|tn|ny|nn|sdr|sdri|bpk|bapak"
    "|ibu|bp|kol|letkol|mayor|kapten|brigjen|mayjen|letjen|purn"
)
_BACK = (
    "sh|mh|mhum|shum|ssos|msos|sos|msi|mm|mba|se|me|st|mt|ssi|spd|mpd|spdi|mpdi|sag|mag|sip|mip|sikom|mikom|skom|mkom"
    "|skm|mkm|mkes|sked|skep|ners|sfarm|apt|amd|amdkeb|sthi|shi|mhi|sei|lc|ma|msc|phd|bba|bsc|sp|mp|sap|map|spsi|mpsi"
    "|spt|spi|sds|ssn|msn|spog|spa|mkn"
)
# In the order in which they are applied; each word stands between two spaces of its own. What PostgreSQL and Python
# read alike: no \b, no \w, nothing lazy.
RULES: tuple[tuple[str, str], ...] = (
    (rf"^(?: (?:{_FRONT}) )+(?= [^ ])", ""),
    (r" s  h $", " sh "), (r" s  e $", " se "), (r" s  t $", " st "), (r" m  si $", " msi "), (r" s  sos $", " ssos "),
    (rf"([^ ] )(?: (?:{_BACK}) )+$", r"\1"),
    # spelling before 1972, and what is heard alike
    ("oe|ou|oo", "u"), ("tj", "c"), ("dj", "j"), ("sj|sy", "s"), ("nj", "ny"), ("ch|kh", "h"), ("j", "y"), ("ie", "i"),
    ("ph|v", "f"), ("q", "k"), ("x", "ks"), ("dh", "d"), ("dz", "z"), ("th", "t"), ("gh", "g"), ("z", "s"),
    (r"([a-z])\1+", r"\1"),
    # abbreviated
    (" m[ou]ham[ae]d | m[ou]hd? | mhd | md ", " muhamad "), ("^ m (?= [^ ])", " muhamad "),
    (" ahmed | ah ", " ahmad "), (" st ", " siti "), (" nor | nr ", " nur "), (" abd | abdu[lr] ", " abdul"),
    ("ah ", "a "),
    (" ", ""), ("abdulr", "abdur"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), replacement) for pattern, replacement in RULES)


def key(name: str) -> str:
    """The name as it is compared; two spellings of one name have one key."""
    text = f" {plain(name).replace(' ', '  ')} "
    for pattern, replacement in _COMPILED:
        text = pattern.sub(replacement, text)
    return text


def _said_in_sql() -> str:
    text = "' ' || replace(%(expressions)s, ' ', '  ') || ' '"
    for pattern, replacement in RULES:
        text = f"regexp_replace({text}, '{pattern}', '{replacement}', 'g')"
    return text


class Key(Func):
    """:func:`key`, said by the database: immutable, so that a column and its index may stand on it."""

    output_field = TextField()
    template = _said_in_sql()

    @classmethod
    def of(cls, column: str) -> "Key":
        return cls(Plain.of(column))
