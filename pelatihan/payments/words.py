"""Whole numbers in Indonesian words, as papers about money say the sum: "Seratus Lima Puluh Ribu Rupiah"."""

ONES = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
SCALES = ("", "ribu", "juta", "miliar", "triliun", "kuadriliun")
BEYOND = 1000 ** len(SCALES)  # from here on there is no word


def in_words(number: int) -> str:
    """``seratus lima puluh ribu``; 0 is "nol".

    :raises ValueError: below zero, or larger than there are words for
    """
    if not 0 <= number < BEYOND:
        raise ValueError("There are words for numbers from 0 to 10 to the 18th.")
    parts = []
    for power in reversed(range(len(SCALES))):
        group = number // 1000**power % 1000
        if power == 1 and group == 1:
            parts.append("seribu")
        elif group:
            parts.append(f"{_below_thousand(group)} {SCALES[power]}".strip())
    return " ".join(parts) or "nol"


def rupiah_in_words(amount: int) -> str:
    """``Seratus Lima Puluh Ribu Rupiah``."""
    return f"{in_words(amount)} rupiah".title()


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    return " ".join(filter(None, (_counted(hundreds, "ratus"), _below_hundred(rest))))


def _below_hundred(number: int) -> str:
    if 10 < number < 20:
        return _counted(number - 10, "belas")
    tens, ones = divmod(number, 10)
    return f"{_counted(tens, 'puluh')} {ONES[ones]}".strip()


def _counted(number: int, what: str) -> str:
    """``seratus``, ``dua ratus``; nothing of nothing."""
    if number == 0:
        return ""
    return f"se{what}" if number == 1 else f"{ONES[number]} {what}"
