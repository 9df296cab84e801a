"""What kind of file something is, by its first bytes: its name and what the browser calls it say nothing."""

from enum import StrEnum

PDF_HEAD, PDF_END, NEAR_END = b"%PDF-", b"%%EOF", 2048
OFFICE_HEADS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


class Looks(StrEnum):
    """As what a file begins."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"  # of an iPhone
    OFFICE = "office"  # Word and Excel, old and new; every ZIP
    OTHER = "other"


def looks_like(content: bytes) -> Looks:
    if content.startswith(PDF_HEAD):
        return Looks.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return Looks.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Looks.PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Looks.WEBP
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return Looks.HEIC
    return Looks.OFFICE if content.startswith(OFFICE_HEADS) else Looks.OTHER


def is_whole_pdf(content: bytes) -> bool:
    """Whether it has its end: one that was cut off while it was copied has none."""
    tail = content[-NEAR_END:]
    return content.startswith(PDF_HEAD) and PDF_END in tail and b"startxref" in tail
