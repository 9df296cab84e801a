"""The emblem in a letterhead: which pictures may be one, and how it is kept: drawn anew, small, on white."""

from django.core.files.uploadedfile import UploadedFile

from pelatihan.models.paper import MOST_EMBLEM_BYTES
from pelatihan.web import pictures
from pelatihan.web.pictures import Fault

MEGABYTE = 1024 * 1024
MOST_BYTES = 5 * MEGABYTE  # of the file that is sent
MOST_PIXELS = 25_000_000
LONG_SIDE = 512  # on paper 21 mm: 600 dots an inch
SECONDS = 20
HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")

EMPTY = "Berkas ini kosong. Pilih gambar lambang, lalu simpan lagi."
TOO_LARGE = f"Gambar lambang paling besar {MOST_BYTES // MEGABYTE} MB. Perkecil gambarnya, lalu unggah lagi."
OTHER = (
    "Berkas ini bukan gambar PNG atau JPG. SVG, PDF, GIF, dan Word tidak dapat dipakai: simpan lambangnya sebagai PNG,"
    " lalu unggah lagi."
)
UNREADABLE = "Gambar ini tidak terbaca; mungkin rusak atau terpotong saat disalin. Simpan ulang, lalu unggah lagi."
TOO_MANY_PIXELS = (
    f"Gambar ini lebih dari {MOST_PIXELS // 1_000_000} megapiksel. Perkecil sampai sekitar 1.000 × 1.000 piksel, lalu"
    " unggah lagi."
)
MOVING = "Gambar bergerak tidak dapat dicetak. Simpan satu gambarnya sebagai PNG biasa, lalu unggah lagi."
TOO_HEAVY = "Gambar ini terlalu berat untuk diolah. Simpan sebagai PNG biasa yang lebih kecil, lalu unggah lagi."
WHY = {Fault.UNREADABLE: UNREADABLE, Fault.TOO_MANY_PIXELS: TOO_MANY_PIXELS, Fault.MOVING: MOVING}


class EmblemRefused(Exception):
    """The text says what to do instead."""


def taken(upload: "UploadedFile[bytes]") -> bytes:
    """The PNG that is kept. What shows through in the upload is white.

    :raises EmblemRefused: with what to do instead
    """
    if not upload.size:
        raise EmblemRefused(EMPTY)
    if upload.size > MOST_BYTES:
        raise EmblemRefused(TOO_LARGE)
    upload.seek(0)
    content = upload.read()
    if not content.startswith(HEADS):
        raise EmblemRefused(OTHER)
    try:
        drawn = pictures.redrawn(content, long_side=LONG_SIDE, kind="PNG", most_pixels=MOST_PIXELS, seconds=SECONDS)
    except pictures.NotDrawn as refusal:
        raise EmblemRefused(WHY.get(refusal.fault, TOO_HEAVY)) from None
    if len(drawn) > MOST_EMBLEM_BYTES:
        raise EmblemRefused(TOO_HEAVY)
    return drawn
