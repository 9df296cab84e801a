"""How somebody is called: "Budi S." on a screen that the whole room reads, "Budi" on the card that one wears.

Titles go; what belongs to the name by which one is called stays whole ("I Gusti Ayu L.", "M. Rizky P."); of the rest
one letter is told, so that two of one name know who is meant.
"""

import re
from itertools import takewhile

from ormas.name_words import BEHIND, BETWEEN, FOLLOW, NOBLE, NOBLE_SHORT, TITLES
from ormas.search import plain

LONGEST = 24  # letters of what somebody is called: two columns of names on a screen hold them

_BRACKETS = re.compile(r"\([^)]*\)?")


def short_name(name: str) -> str:
    """``Drs. H. Budi Santoso, M.Si.`` → ``Budi S.``; a single name stays alone, and no name is none."""
    words = _bare(name)
    if not words:
        return ""
    number = _called(words)
    called = _cut(" ".join(words[:number]))
    initial = next((_initial(word) for word in words[number:] if _names(word)), "")
    return f"{called} {initial}." if initial and not called.endswith("…") else called


def first_name(name: str) -> str:
    """``Drs. H. M. Rizky Pratama, M.Si.`` → ``Rizky``; who has no such word is called by all there is."""
    words = _bare(name)
    called = words[: _called(words)] if words else []
    while len(called) > 1 and plain(called[0]) not in FOLLOW and _calls_nobody(called[0]):
        del called[0]
    return " ".join(called)


def _bare(name: str) -> list[str]:
    """The words without titles before, between and behind, and without what stands in brackets."""
    words = _BRACKETS.sub(" ", name.split(",")[0].split(" / ")[0]).split() or name.replace(",", " ").split()
    titles = len(list(takewhile(_is_title_before, words)))
    if titles and plain(words[titles - 1]) in {"raden", "r", "rd", "rr"}:
        titles += len(list(takewhile(lambda word: plain(word) in NOBLE, words[titles:])))
    left = words[titles:]
    while len(left) > 1 and _is_title(left[-1]) and not _is_initial(left[-1]):
        left.pop()
    return left or words[-1:]


def _is_title_before(word: str) -> bool:
    return _is_title(word) and plain(word) not in BEHIND


def _is_title(word: str) -> bool:
    return plain(word) in TITLES | NOBLE_SHORT


def _is_initial(word: str) -> bool:
    return len(plain(word)) == 1


def _called(words: list[str]) -> int:
    """How many words from the first on are what somebody is called by."""
    first = plain(words[0])
    number = 1 + len(list(takewhile(lambda word: plain(word) in FOLLOW.get(first, ()), words[1:])))
    while number < len(words) and _calls_nobody(words[number - 1]):
        number += 1
    return number


def _calls_nobody(word: str) -> bool:
    """Whether a word is short for another one ("M.", "Muh.", "A."): nobody is called by it alone."""
    return word.endswith(".") or len(plain(word)) == 1


def _names(word: str) -> bool:
    return plain(word) not in BETWEEN and any(sign.isalpha() for sign in word)


def _initial(word: str) -> str:
    return next(sign for sign in word if sign.isalpha()).upper()


def _cut(called: str) -> str:
    """Whole words as far as they have room; a single one that is longer ends with a sign that says so."""
    if len(called) <= LONGEST:
        return called
    whole = called[: LONGEST + 1].rpartition(" ")[0]
    return whole if whole else called[: LONGEST - 1] + "…"
