"""What may be a surat tugas, told by what is in the file: its name and what the browser calls it say nothing."""

from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from pelatihan.models.letter import MOST_BYTES, AssignmentLetter
from pelatihan.registration.letters import pdf, picture
from pelatihan.registration.refusals import LetterRefused
from pelatihan.web.first_bytes import Looks, looks_like
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
TAKEN = {Looks.PDF: Kind.PDF, Looks.JPEG: Kind.JPEG, Looks.PNG: Kind.JPEG, Looks.WEBP: Kind.JPEG}
REFUSED = {Looks.HEIC: HEIC, Looks.OFFICE: OFFICE, Looks.OTHER: OTHER}


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
    looks = looks_like(content)
    if looks in REFUSED:
        raise LetterRefused(REFUSED[looks])
    return TAKEN[looks]


def queue_folder() -> Path:
    """Where the workers of this installation meet."""
    return Path(settings.DATA_DIR) / "letters"
