"""Files that people send as a surat tugas: good ones, and each kind of bad one."""

import struct
import zlib
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

MEGABYTE = 1024 * 1024
GPS, CAMERA, COMMENT = b"106 derajat timur", b"Telepon Bu Siti", b"rahasia keluarga"


def uploaded(content: bytes, name: str = "Surat tugas.pdf", kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


# ---- Pictures --------------------------------------------------------------------------------------


def a_drawing(width: int = 1200, height: int = 900, mode: str = "RGB") -> Image.Image:
    """Red at the left end, white elsewhere."""
    drawing = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(drawing).rectangle((0, 0, width // 4, height), fill="red")
    return drawing.convert(mode)


def written(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def a_photo(*, orientation: int = 1, width: int = 1200, height: int = 900) -> bytes:
    """As a telephone takes it: with place, camera and a comment, and something hung behind it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, CAMERA.decode()
    exif.get_ifd(0x8825)[0x1D] = GPS.decode()  # GPSDateStamp, as good a place for words as any
    return written(a_drawing(width, height), "JPEG", exif=exif, comment=COMMENT) + b"<script>alert(1)</script>"


def a_bomb(side: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that says it is 900 million pixels large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    row = zlib.compress(b"\0" * (side // 8 + 1) * 200, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
WORD = b"PK\x03\x04" + b"word/document.xml" * 20
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
GIF = written(a_drawing(), "GIF")


# ---- PDF -------------------------------------------------------------------------------------------


def a_writer() -> PdfWriter:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    return writer


def bytes_of(writer: PdfWriter) -> bytes:
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def a_pdf(pages: int = 1) -> bytes:
    writer = a_writer()
    for _ in range(pages - 1):
        writer.add_blank_page(595, 842)
    return bytes_of(writer)


def a_pdf_of(size: int) -> bytes:
    """Sound, and exactly so many bytes."""
    start = a_pdf()
    return start.replace(b"\n%", b"\n%" + b"x" * (size - len(start) - 2) + b"\n%", 1)


def a_pdf_that(action: str, **more: str) -> bytes:
    """With that action when it is opened."""
    writer = a_writer()
    does = DictionaryObject({NameObject("/S"): NameObject(action)})
    does |= {NameObject(f"/{name}"): TextStringObject(value) for name, value in more.items()}
    writer.root_object[NameObject("/OpenAction")] = does
    return bytes_of(writer)


def a_pdf_with_script() -> bytes:
    return a_pdf_that("/JavaScript", JS="app.alert('halo')")


def a_pdf_with_file() -> bytes:
    writer = a_writer()
    writer.add_attachment("hadiah.exe", b"MZ")
    return bytes_of(writer)


def a_locked_pdf() -> bytes:
    writer = a_writer()
    writer.encrypt("", "rahasia", algorithm="RC4-128")
    return bytes_of(writer)


def a_pdf_with_packed(objects: bytes, how: bytes = b"/FlateDecode") -> bytes:
    """As programs write since 2003: objects in a packed list."""
    packed = zlib.compress(objects) if how == b"/FlateDecode" else objects
    filters = b"/Filter " + how if how else b""
    return (
        b"%PDF-1.5\n7 0 obj\n<</Type/ObjStm/N 1/First 4" + filters + b"/Length %d>>\nstream\r\n" % len(packed)
        + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"
    )  # fmt: skip
