"""A photograph of a letter, drawn anew (``web/pictures.py``): sharp enough to be read, and no more."""

from pelatihan.registration.refusals import LetterRefused
from pelatihan.web import pictures
from pelatihan.web.pictures import Fault

SECONDS = 30
MOST_PIXELS = 50_000_000  # the largest that a telephone takes in its ordinary setting
LONG_SIDE = 2400  # an A4 page at 200 dots an inch: the smallest print can be read

UNREADABLE = (
    "Foto ini tidak terbaca; mungkin rusak atau terpotong saat disalin. Foto suratnya sekali lagi, lalu unggah lagi."
)
TOO_MANY_PIXELS = (
    f"Foto ini lebih dari {MOST_PIXELS // 1_000_000} megapiksel. Pilih resolusi yang lebih rendah di kamera,"
    " foto suratnya sekali lagi, lalu unggah lagi. PDF juga boleh."
)
TOO_HEAVY = "Foto ini terlalu berat untuk kami olah. Simpan sebagai JPG biasa atau PDF, lalu unggah lagi."
WHY = {Fault.UNREADABLE: UNREADABLE, Fault.TOO_MANY_PIXELS: TOO_MANY_PIXELS}


def redrawn(content: bytes) -> bytes:
    """The bytes of the JPEG that is kept.

    :raises LetterRefused: no picture, or too large a one
    """
    try:
        return pictures.redrawn(content, long_side=LONG_SIDE, kind="JPEG", most_pixels=MOST_PIXELS, seconds=SECONDS)
    except pictures.NotDrawn as refusal:
        raise LetterRefused(WHY.get(refusal.fault, TOO_HEAVY)) from None
