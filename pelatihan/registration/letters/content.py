"""What may be a surat tugas, told by what is in the file: its name and what the browser calls it say nothing."""

from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from pelatihan.models.letter import MOST_BYTES, AssignmentLetter
from pelatihan.registration.letters import pdf, picture
from pelatihan.registration.refusals import LetterRefused
from pelatihan.web.turns import NoPlace, Turn

WAIT_SECONDS = 15
MEGABYTES = MOST_BYTES // (1024 * 1024)

EMPTY = "Berkas ini kosong. Pilih foto atau PDF surat tugas, lalu unggah lagi."
TOO_LARGE = (
    f"Foto atau PDF surat tugas paling besar {MEGABYTES} MB. Foto suratnya dengan resolusi lebih rendah, lalu unggah"
    " lagi."
)
HEIC = (
    "Foto ini berformat HEIC, bawaan iPhone, yang belum dapat kami baca. Kirim sebagai JPG atau PDF: di iPhone buka"
    " Pengaturan, Kamera, Format, pilih “Paling Kompatibel”, lalu foto suratnya sekali lagi."
)
OFFICE = "Berkas Word, Excel, atau ZIP tidak dapat kami baca. Simpan suratnya sebagai PDF, lalu unggah PDF itu."
OTHER = "Berkas ini bukan foto dan bukan PDF. Foto suratnya dengan HP, atau simpan sebagai PDF, lalu unggah lagi."
BUSY = "Saat ini banyak yang sedang mengunggah. Tunggu satu menit, lalu unggah lagi."

Kind = AssignmentLetter.Kind
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
OFFICE_FILES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def taken(upload: "UploadedFile[bytes]") -> tuple[AssignmentLetter.Kind, bytes]:
    """What is kept of the upload: a PDF as it is, a picture drawn anew. One at a time; the others wait a little.

    :raises LetterRefused: with what to do instead
    """
    if not upload.size:
        raise LetterRefused(EMPTY)
    if upload.size > MOST_BYTES:
        raise LetterRefused(TOO_LARGE)
    try:
        with Turn(queue_folder()) as turn:
            turn.wait(WAIT_SECONDS)
            upload.seek(0)
            return _taken(upload.read())
    except NoPlace:
        raise LetterRefused(BUSY) from None


def _taken(content: bytes) -> tuple[AssignmentLetter.Kind, bytes]:
    if kind_of(content) == Kind.JPEG:
        return Kind.JPEG, picture.redrawn(content)
    pdf.check(content)
    return Kind.PDF, content


def kind_of(content: bytes) -> AssignmentLetter.Kind:
    """By its first bytes.

    :raises LetterRefused: neither a picture that is read here nor a PDF
    """
    if content.startswith(pdf.HEAD):
        return Kind.PDF
    if content.startswith(PICTURES) or (content.startswith(b"RIFF") and content[8:12] == b"WEBP"):
        return Kind.JPEG
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        raise LetterRefused(HEIC)
    raise LetterRefused(OFFICE if content.startswith(OFFICE_FILES) else OTHER)


def queue_folder() -> Path:
    """Where the workers of this installation meet."""
    return Path(settings.DATA_DIR) / "letters"
