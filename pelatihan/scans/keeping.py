"""What is sent: told by what is in it, kept as a file before its row is written, and each file of a batch once.

The file that was sent goes as soon as each of its pages is kept as a picture; those stay beside what they are evidence
of. A file whose row was never written, for its server was killed, is a stray (``SHEETS.strays``).
"""

import hashlib
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from pelatihan import dates
from pelatihan.models import Angkatan, SheetScan, SheetUpload
from pelatihan.models.scan import MOST_BYTES, MOST_NAME
from pelatihan.phases import shut_sentence
from pelatihan.scans import states, waiting
from pelatihan.web.first_bytes import Looks, is_whole_pdf, looks_like
from pelatihan.web.kept_files import SHEETS

MOST_WAITING = 2_000  # pages of one person that nobody has read yet
MEGABYTES = MOST_BYTES // (1024 * 1024)

EMPTY = "Berkas ini kosong. Foto atau pindai lembarnya sekali lagi, lalu kirim lagi."
TOO_LARGE = (
    f"Berkas ini lebih dari {MEGABYTES} MB. Pindai dengan 200 sampai 300 dpi, atau bagi PDF-nya, lalu kirim lagi."
)
HEIC = (
    "Foto ini berformat HEIC, bawaan iPhone, yang belum dapat dibaca. Di iPhone buka Pengaturan, Kamera, Format, pilih"
    " “Paling Kompatibel”, lalu foto lembarnya sekali lagi."
)
WEBP = "Gambar WEBP belum dapat dibaca. Simpan sebagai JPG, atau foto lembarnya sekali lagi, lalu kirim lagi."
OFFICE = (
    "Berkas Word, Excel, atau ZIP tidak dapat dibaca. Keluarkan foto atau PDF dari dalamnya, lalu kirim satu per satu."
)
OTHER = "Berkas ini bukan foto dan bukan PDF. Foto atau pindai lembarnya, lalu kirim lagi."
CUT_OFF = "PDF ini tidak utuh; mungkin terpotong saat disalin. Salin ulang dari pemindainya, lalu kirim lagi."
NOT_STORED = "Berkas ini belum tersimpan karena ada gangguan pada server. Kirim lagi beberapa menit lagi."
MUCH_WAITS = (
    f"Kiriman Anda yang belum dibaca sudah {MOST_WAITING} halaman. Tunggu sampai sebagian terbaca, lalu kirim lagi."
)
CANCELLED = "Angkatan ini dibatalkan, jadi lembarnya tidak diterima lagi."

Kind, Way, State, Problem = SheetUpload.Kind, SheetUpload.Way, SheetScan.State, SheetScan.Problem
KINDS = {Looks.PDF: Kind.PDF, Looks.JPEG: Kind.JPEG, Looks.PNG: Kind.PNG}
REFUSED = {Looks.WEBP: WEBP, Looks.HEIC: HEIC, Looks.OFFICE: OFFICE, Looks.OTHER: OTHER}

logger = logging.getLogger(__name__)


class SheetRefused(Exception):
    """Nothing is kept; the text is a sentence that says what to do. ``again``: it may be taken later as it is."""

    def __init__(self, sentence: str, *, again: bool = False) -> None:
        super().__init__(sentence)
        self.again = again


@dataclass(frozen=True)
class Taken:
    """What was sent, and what to say of it: empty for one that is new."""

    upload: SheetUpload
    is_new: bool = True
    sentence: str = ""


def take(
    angkatan: Angkatan, upload: "UploadedFile[bytes]", *, key: uuid.UUID, way: SheetUpload.Way, by: User, at: datetime
) -> Taken:
    """Keep it, and have it read. The same file once more is the same; pages of it that were set aside wait again.

    :param key: of whoever sends it: sent twice is once
    :raises SheetRefused: nothing is kept; with what to do instead
    """
    if sentence := closed_sentence(angkatan):
        raise SheetRefused(sentence)
    content = _content(upload)
    kind, sha256 = kind_of(content), hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        waiting.stand_in_door(angkatan)
        if known := angkatan.uploads.select_related("by").filter(sha256=sha256).first():
            return _once_more(known, content, key, by)
        if _waiting_of(by) >= MOST_WAITING:
            raise SheetRefused(MUCH_WAITS, again=True)
        sent = SheetUpload(
            pk=_unused(key), angkatan=angkatan, kind=kind, way=way, name=name_of(upload), size=len(content),
            sha256=sha256, at=at, by=by,
        )  # fmt: skip
        _with_file(sent, content, lambda: _noted(sent, by))
    return Taken(sent)


def closed_sentence(angkatan: Angkatan) -> str:
    """Why nothing is taken any more; empty while it is."""
    if angkatan.cancelled_at:
        return CANCELLED
    return shut_sentence(angkatan.closed_at, angkatan.name, "lembar bertanda tangannya")


def _content(upload: "UploadedFile[bytes]") -> bytes:
    if not upload.size:
        raise SheetRefused(EMPTY)
    if upload.size > MOST_BYTES:
        raise SheetRefused(TOO_LARGE)
    upload.seek(0)
    return bytes(upload.read())


def kind_of(content: bytes) -> SheetUpload.Kind:
    """By its first bytes; a PDF by its last ones, too: half of one would lose pages silently.

    :raises SheetRefused: neither a picture that is read here nor a PDF
    """
    looks = looks_like(content)
    if looks in REFUSED:
        raise SheetRefused(REFUSED[looks])
    if looks == Looks.PDF and not is_whole_pdf(content):
        raise SheetRefused(CUT_OFF)
    return KINDS[looks]


def name_of(upload: "UploadedFile[bytes]") -> str:
    """What can be shown of it, its end first: ``pindaian-07.pdf``."""
    return "".join(sign for sign in upload.name or "" if sign.isprintable())[-MOST_NAME:].strip()


def _unused(key: uuid.UUID) -> uuid.UUID:
    """The key, unless another file came by it: a page that was gone back to sends its key again."""
    return uuid.uuid4() if SheetUpload.objects.filter(pk=key).exists() else key


def _waiting_of(by: User) -> int:
    return (
        SheetScan.objects.waiting().filter(upload__by=by).count()
        + SheetUpload.objects.filter(by=by, pages=0, fault="").count()
    )


def _with_file(sent: SheetUpload, content: bytes, note: Callable[[], None]) -> None:
    """The file first, then the row; neither without the other."""
    was_there = SHEETS.has(sent.file_name)
    try:
        SHEETS.write(sent.file_name, content)
    except OSError as trouble:
        logger.error("A signed sheet could not be stored: %s", trouble.strerror)
        raise SheetRefused(NOT_STORED, again=True) from None
    try:
        note()
    except BaseException:
        if not was_there:
            SHEETS.remove(sent.file_name)
        raise


def _noted(sent: SheetUpload, by: User) -> None:
    sent.save(force_insert=True)
    sent.job = waiting.join(sent.angkatan, more=1, by=by)
    sent.save(update_fields=["job"])


# ---- The same file again ---------------------------------------------------------------------------


def _once_more(known: SheetUpload, content: bytes, key: uuid.UUID, by: User) -> Taken:
    aside = list(known.scans.filter(state=State.DISMISSED).select_related("upload"))
    if not aside:
        return Taken(known, False, "" if known.pk == key else _sent_before(known))
    for scan in aside:
        scan.has_picture = False
    _with_file(known, content, lambda: _read_again(known, aside, by))
    return Taken(known, False, f"{_sent_before(known)} Halamannya yang tadinya disisihkan kini dibaca lagi.")


def _read_again(known: SheetUpload, aside: list[SheetScan], by: User) -> None:
    for scan in aside:
        states.wanted_again(scan)
    known.job = waiting.join(known.angkatan, more=len(aside), by=by)
    known.save(update_fields=["job"])


def _sent_before(known: SheetUpload) -> str:
    who = known.by.get_full_name() or known.by.get_username()
    return f"Berkas ini sudah dikirim {who}, {dates.long_moment(known.at)}; tidak disimpan dua kali."


# ---- What is kept ----------------------------------------------------------------------------------


def needs_original(upload: SheetUpload) -> bool:
    """Whether the file as it was sent is wanted for anything more."""
    return (not upload.pages and not upload.fault) or upload.scans.needing_the_file().exists()
