"""Indonesian mobile numbers: read in any usual spelling, kept as ``+628…``, shown as ``0812-3456-7890``."""

import re
from urllib.parse import quote

from django.core.exceptions import ValidationError

STORED = r"^\+628[1-9][0-9]{7,10}$"  # 08 and 8 to 11 digits
EXAMPLE = "0812-3456-7890"


def normalise(text: str) -> str:
    """``+6281234567890`` from ``0812-3456-7890``, ``+62 812…``, ``62812…`` or ``812…``.

    :raises ValidationError: for letters, too few or too many digits, landlines, other countries
    """
    if re.search(r"[^\d\s+().\-–/]", text):
        raise ValidationError(f"Nomor HP hanya boleh berisi angka. Contoh: {EXAMPLE}.", code="letters")
    digits = re.sub(r"\D", "", text)
    if text.strip().startswith("+") and not digits.startswith("62"):
        raise ValidationError(f"Tulis nomor HP Indonesia. Contoh: {EXAMPLE}.", code="country")
    national = re.sub(r"^(00?62|62)?0?", "", digits)
    if not national.startswith("8"):
        raise ValidationError(f"Ini bukan nomor HP. Nomor HP diawali 08. Contoh: {EXAMPLE}.", code="landline")
    if not 9 <= len(national) <= 12:
        few = "kurang" if len(national) < 9 else "terlalu banyak"
        raise ValidationError(f"Angkanya {few}. Nomor HP terdiri atas 10 sampai 13 angka.", code="length")
    number = f"+62{national}"
    if not re.fullmatch(STORED, number):
        raise ValidationError(f"Nomor HP ini tidak dikenal. Periksa lagi. Contoh: {EXAMPLE}.", code="unknown")
    return number


def read(text: str) -> str:
    """The number as it is kept, or nothing when this is none: for searching."""
    try:
        return normalise(text)
    except ValidationError:
        return ""


def check_stored(number: str) -> None:
    """Validator of a stored number.

    :raises ValidationError: unless it is ``+628…`` as :func:`normalise` makes it
    """
    if not re.fullmatch(STORED, number):
        raise ValidationError(f"Tulis nomor HP seperti ini: {EXAMPLE}.", code="stored")


def display(number: str) -> str:
    """``0812-3456-7890``; other numbers (landlines) as they are."""
    if not re.fullmatch(STORED, number):
        return number
    local = "0" + number[3:]
    return f"{local[:4]}-{local[4:8]}-{local[8:]}"


def masked(number: str) -> str:
    """``0812-••••-••90``: enough to recognise, too little to call."""
    shown = display(number)
    return shown[:4] + re.sub(r"\d", "•", shown[4:-2]) + shown[-2:]


def wa_link(number: str, text: str = "") -> str:
    """A link that opens WhatsApp with a ready text. WhatsApp wants digits only, and %20 for spaces."""
    digits = re.sub(r"\D", "", number)
    return f"https://wa.me/{digits}" + (f"?text={quote(text, safe='')}" if text else "")
