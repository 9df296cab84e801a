"""What a name may hold, and how it is written with its titles.

Names are kept as on the identity card, without titles, their case never changed (domain: bin/binti, d', Mc).
Only Latin letters with their diacritics and a few signs are taken, so that no paper ever lacks a glyph; texts that are
printed beside names (themes, titles, organisations) take digits and the usual signs as well. Neither set holds anything
that the font of the papers lacks.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError

LEAST, MOST = 2, 150
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "ʻ": "'", "‐": "-", "‑": "-"})
_SIGNS = frozenset(" '.,-()/")
_LATIN = [tuple(ends) for ends in ("AZ", "az", "ÀÖ", "Øö", "øɏ", "Ḁẛ", "ẞẞ", "Ạỹ")]  # from the first to the last
_WITHOUT_CAPITAL = frozenset("ƛȿɀ")  # the font lacks theirs
_PRINTED_SIGNS = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0xC0), 0xD7, 0xF7))) - {"\u00ad"}
_PRINTED_MARKS = frozenset("ʾʿ–—‘’‚“”„†•…′″‹›⁄€№™−≈≠≤≥½⅓⅔→←")


def tidy(text: str) -> str:
    """Typographic apostrophes become plain ones, runs of spaces one space, composed letters (NFC)."""
    return re.sub(r"[^\S\n]+", " ", unicodedata.normalize("NFC", text).translate(_APOSTROPHES)).strip()


def _is_latin(sign: str) -> bool:
    return sign not in _WITHOUT_CAPITAL and any(first <= sign <= last for first, last in _LATIN)


def is_printed(sign: str) -> bool:
    """Whether papers can show this letter or sign, in capitals too."""
    return sign in _PRINTED_SIGNS or sign in _PRINTED_MARKS or _is_latin(sign)


def shown(sign: str) -> str:
    """As a refusal quotes it: itself, or its number where nothing would be seen."""
    return sign if sign.isprintable() and not unicodedata.combining(sign) else f"U+{ord(sign):04X}"


def check_text(text: str) -> None:
    """What papers print beside names, in one line: letters, digits, the usual signs.

    :raises ValidationError: naming the first sign that no paper can show
    """
    for sign in unicodedata.normalize("NFC", text):
        if not is_printed(sign):
            raise ValidationError(
                "Tanda “%(sign)s” tidak dapat dicetak. Gunakan huruf Latin, angka, dan tanda baca biasa.",
                code="sign",
                params={"sign": shown(sign)},
            )


def check_lines(text: str) -> None:
    """The same for a text of several lines.

    :raises ValidationError: naming the first sign that no paper can show
    """
    for line in text.splitlines():
        check_text(line)


def check_letters(text: str, *, also: frozenset[str] = frozenset(), taken: str = "huruf Latin") -> None:
    """Refuse signs that no paper can show.

    :raises ValidationError: naming the first such sign
    """
    for sign in text:
        if not (_is_latin(sign) or sign in _SIGNS or sign in also):
            raise ValidationError(
                "Tanda “%(sign)s” tidak dapat dipakai. Gunakan %(taken)s, spasi, dan tanda ' . , - ( ) /",
                code="sign",
                params={"sign": shown(sign), "taken": taken},
            )


def check_position(text: str) -> None:
    """A position in an organisation: as a name, and digits ("Ketua RW 03").

    :raises ValidationError: naming the first sign that no paper can show
    """
    check_letters(text, also=frozenset("0123456789&"), taken="huruf Latin, angka")


def check_name(text: str) -> None:
    """A person's name: 2 to 150 characters, at least one letter, no signs that papers lack.

    :raises ValidationError: with a sentence that says what to do
    """
    if len(text) < LEAST:
        raise ValidationError("Nama terlalu pendek. Tulis sedikitnya 2 huruf.", code="short")
    if len(text) > MOST:
        raise ValidationError("Nama terlalu panjang. Tulis paling banyak 150 huruf.", code="long")
    check_letters(text)
    if not any(sign.isalpha() for sign in text):
        raise ValidationError("Nama harus memuat huruf.", code="letters")


def with_titles(front: str, name: str, back: str) -> str:
    """``Drs. H. Nama, M.Si.``: a comma stands between the name and the titles behind it."""
    return f"{front} {name}".strip() + (f", {back}" if back else "")
