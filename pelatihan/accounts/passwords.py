"""Passwords that are little more than words which everybody in such an office would try first."""

import re
from typing import Any

from django.core.exceptions import ValidationError

from pelatihan.models.office import office

# What the site, its roles and its work are called; the office's own name and city come from its row.
OBVIOUS = (
    "pelatihan ormas kesbangpol bakesbangpol badan kesatuan bangsa politik angkatan peserta utusan undangan presensi"
    " panitia petugas verifikator pemantau narasumber admin administrator jakarta dki indonesia merdeka pancasila"
    " nasionalisme garuda sandi rahasia password kantor"
)
LEAST = 8  # letters and digits that must be left without these words
SENTENCE = (
    "Kata sandi ini hampir seluruhnya kata yang mudah ditebak di kantor ini, misalnya nama kantor, peran, atau"
    " pelatihan. Tambahkan kata lain."
)
HELP = "Kata sandi tidak boleh terutama berisi nama kantor, peran, atau kata lain yang mudah ditebak di kantor ini."


class OfficeWordsValidator:
    """One of ``AUTH_PASSWORD_VALIDATORS``."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse what is left with few signs once the words are taken out.

        :raises ValidationError: with a sentence
        """
        rest = "".join(re.findall(r"[^\W_]", password.lower()))
        for word in sorted(_words(), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < LEAST:
            raise ValidationError(SENTENCE, code="office_words")

    def get_help_text(self) -> str:
        return HELP


def _words() -> set[str]:
    """Those above, and what the office is called; of that no short ones ("dan"), which other words hold too."""
    here = office()
    named = re.findall(r"\w{4,}", f"{here.short_name} {here.name} {here.city}".lower())
    return {*OBVIOUS.split(), *named}
