"""Whether a PDF may be kept: whole, open to everybody, and without parts that do something when it is opened.

Looked for are names that a reader acts on, in the file as it lies and in the packed lists of objects. This finds what
ordinary programs write; it is no proof against somebody who hides on purpose. So a PDF is never shown within the site
but handed out as a file (``admin/letters.py``).
"""

import re
import zlib

from pelatihan.registration.refusals import LetterRefused
from pelatihan.web.first_bytes import is_whole_pdf

ACTIVE = (
    "JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "Rendition", "XFA", "SubmitForm",
    "ImportData", "GoToR", "GoToE",
)  # fmt: skip
MOST_UNPACKED = 64 * 1024 * 1024  # bytes, of all lists of objects together

BROKEN = "PDF ini tidak utuh; mungkin terpotong saat disalin. Simpan ulang PDF-nya, lalu unggah lagi. Foto juga boleh."
LOCKED = "PDF ini dikunci dengan kata sandi. Simpan tanpa kata sandi, atau foto suratnya, lalu unggah lagi."
DOES_THINGS = (
    "PDF ini memuat program, formulir, atau berkas lampiran, yang demi keamanan tidak kami terima. Cetak surat itu ke"
    " PDF baru, atau foto suratnya, lalu unggah lagi."
)
UNREADABLE = "Isi PDF ini tidak dapat kami periksa. Cetak surat itu ke PDF baru, atau foto suratnya, lalu unggah lagi."

_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")  # /Java#53cript is /JavaScript
_END_OF_NAME = rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|\Z)"
_ACTIVE = re.compile(rb"/(?:" + "|".join(ACTIVE).encode() + rb")" + _END_OF_NAME)
_LOCKED = re.compile(rb"/Encrypt" + _END_OF_NAME)
_LISTS = re.compile(rb"/ObjStm" + _END_OF_NAME)
_STREAM = re.compile(rb"(?<!end)stream\r?\n")


def check(content: bytes) -> None:
    """:raises LetterRefused: with what to do instead"""
    if not is_whole_pdf(content):
        raise LetterRefused(BROKEN)
    plain = _readable(content)
    if _LOCKED.search(plain):
        raise LetterRefused(LOCKED)
    if _ACTIVE.search(plain) or any(_ACTIVE.search(objects) for objects in _packed_objects(content, plain)):
        raise LetterRefused(DOES_THINGS)


def _readable(content: bytes) -> bytes:
    """With names as a reader reads them."""
    return _HEX.sub(lambda sign: bytes([int(sign[1], 16)]), content)


def _packed_objects(content: bytes, plain: bytes) -> list[bytes]:
    """What the packed lists of objects hold.

    :raises LetterRefused: one is packed in a way that is not read here, or holds too much
    """
    left, found, marks = MOST_UNPACKED, [], list(_LISTS.finditer(content))
    if len(marks) < len(_LISTS.findall(plain)):  # its kind is written in disguise
        raise LetterRefused(UNREADABLE)
    for mark in marks:
        start = _STREAM.search(content, mark.end())
        if start is None:
            raise LetterRefused(UNREADABLE)
        if b"/Filter" in content[content.rfind(b"obj", 0, mark.start()) : start.start()]:  # else it lies open
            objects = _readable(_unpacked(content, start.end(), left))
            left -= len(objects)
            found.append(objects)
    return found


def _unpacked(content: bytes, start: int, most: int) -> bytes:
    packed = zlib.decompressobj()
    try:
        objects = packed.decompress(memoryview(content)[start:], most)
    except zlib.error:
        raise LetterRefused(UNREADABLE) from None
    if not packed.eof:
        raise LetterRefused(UNREADABLE)
    return objects
