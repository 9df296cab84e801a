"""How names are searched, wherever one searches: what of a search counts, and how signs are compared.

People leave out an apostrophe, double a letter or forget one: "aisyiyah", "muhamadiyah", "nahdatul". Names and searches
are compared as :func:`plain` writes them (the database keeps the same beside each name), and where no name holds
every word, those that nearly do are found by their trigrams. static/js/ormas-search.js does the same in the browser.
"""

import re
import unicodedata

from django.db.models import CharField, Func, TextField, Value
from django.db.models.functions import Concat

from ormas import names

MOST_WORDS, MOST_LETTERS = 6, 40
_READ = 1_000  # signs looked at: more than six words of forty letters with their spaces
_NEVER_STORED = re.compile("[\0\ud800-\udfff]")  # PostgreSQL keeps neither NUL nor half a surrogate pair

# Apostrophes and dots part nothing ('Aisyiyah, Ma’arif, P.P.) and vanish; all other signs part words.
VANISH = "\u0300-\u036f.'`´‘’‚‛ʻʼʽʾʿˈˊˋ′＇"
PARTS = r"\s!-/:-@\[-_{-~“”„‐‑–—…·"
_VANISH, _PARTS = re.compile(f"[{VANISH}]"), re.compile(f"[{PARTS}]+")


def plain(text: str) -> str:
    """As names are compared: small letters without diacritics, no apostrophes, one space between words."""
    bare = _VANISH.sub("", unicodedata.normalize("NFD", text))
    return _PARTS.sub(" ", bare.lower()).strip()


class Plain(Func):
    """:func:`plain`, said by the database: immutable, so that a column and its index may stand on it."""

    output_field = TextField()
    template = (
        f"btrim(regexp_replace(lower(regexp_replace(normalize(%(expressions)s, NFD), '[{VANISH.replace("'", "''")}]',"
        f" '', 'g')), '[{PARTS}]+', ' ', 'g'))"
    )

    @classmethod
    def of(cls, *columns: str) -> "Plain":
        """Several columns, a space between them."""
        parts: list[str | Value] = [columns[0]]
        for column in columns[1:]:
            parts += [Value(" "), column]
        return cls(Concat(*parts, output_field=CharField()) if columns[1:] else columns[0])


def search_words(text: str) -> list[str]:
    """The first six words, tidied, of each the first forty letters.

    Each word is a condition of its own on every column searched: two thousand of them took 20 seconds.
    """
    readable = names.tidy(_NEVER_STORED.sub("", text.strip()[:_READ]))
    return [word[:MOST_LETTERS] for word in readable.split()[:MOST_WORDS]]


def plain_words(text: str) -> list[str]:
    """The words that count, as :func:`plain` writes them."""
    return plain(" ".join(search_words(text))).split()[:MOST_WORDS]
