"""Surat tugas: taken from the contact person of an ormas, ticked by staff, deleted in time.

The file is on the disk before its row is written, and goes after its row is gone: whatever is killed in between, no row
ever names a file that is not there. What is left over is removed a day later (``manage.py purge``).
"""

import hashlib
import logging
from datetime import datetime
from functools import partial

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from pelatihan.models import Angkatan, AssignmentLetter, Invitation
from pelatihan.phases import Phase, shut_sentence
from pelatihan.registration.letters import content
from pelatihan.registration.refusals import LetterRefused
from pelatihan.web.kept_files import LETTERS

MOST_KEPT = 5  # of an invitation; a further one takes the place of the oldest that nobody has opened

OVER = "Pelatihan ini sudah selesai atau dibatalkan, jadi surat tugas tidak dapat diunggah lagi."
ALL_OPENED = (
    f"Sudah ada {MOST_KEPT} surat tugas yang dibuka petugas, jadi surat lain tidak dapat diunggah. Hubungi panitia,"
    " atau bawa aslinya ke meja registrasi."
)
NOT_STORED = "Surat ini belum tersimpan karena ada gangguan pada server. Unggah lagi beberapa menit lagi."

logger = logging.getLogger(__name__)


# ---- Taking ----------------------------------------------------------------------------------------


def keep(invitation: Invitation, upload: "UploadedFile[bytes]", at: datetime) -> AssignmentLetter:
    """Keep what was uploaded. The same letter once more is the same row.

    :raises LetterRefused: nothing is kept; with what to do instead
    """
    if sentence := closed_sentence(invitation.angkatan, at):
        raise LetterRefused(sentence)
    kind, kept = content.taken(upload)
    letter = AssignmentLetter(
        invitation=invitation, kind=kind, size=len(kept), sha256=hashlib.sha256(kept).hexdigest(), uploaded_at=at
    )
    try:
        LETTERS.write(letter.file_name, kept)
    except OSError as trouble:
        logger.error("A letter could not be stored: %s", trouble.strerror)
        raise LetterRefused(NOT_STORED) from None
    noted = None
    try:
        noted = _noted(letter)
    finally:
        if noted != letter:  # refused, or there already
            LETTERS.remove(letter.file_name)
    return noted


@transaction.atomic
def _noted(letter: AssignmentLetter) -> AssignmentLetter:
    """The row; one upload of an invitation after the other."""
    Invitation.objects.select_for_update(no_key=True).get(pk=letter.invitation_id)
    there = AssignmentLetter.objects.filter(invitation=letter.invitation_id)
    if same := there.filter(sha256=letter.sha256).first():
        same.uploaded_at = letter.uploaded_at
        same.save(update_fields=["uploaded_at"])
        return same
    if there.count() >= MOST_KEPT:
        oldest = there.filter(opened_at=None).order_by("uploaded_at", "pk").first()
        if oldest is None:
            raise LetterRefused(ALL_OPENED)
        remove(there.filter(pk=oldest.pk))
    letter.save(force_insert=True)
    return letter


def closed_sentence(angkatan: Angkatan, at: datetime) -> str:
    """Why no letter is taken any more; empty while they are."""
    return OVER if angkatan.phase(at) in (Phase.FINISHED, Phase.CANCELLED) else ""


# ---- Ticking ---------------------------------------------------------------------------------------


def tick(invitation: Invitation, *, is_received: bool, user: User, at: datetime) -> bool:
    """Note that the letter is there (uploaded, or on paper), or that it is not after all; whether that changed it.

    :raises LetterRefused: the batch is closed
    """
    batch = invitation.angkatan
    if sentence := shut_sentence(batch.closed_at, batch.name, "tanda surat tugasnya"):
        raise LetterRefused(sentence)
    here = Invitation.objects.filter(pk=invitation.pk, letter_received_at__isnull=is_received)
    return bool(
        here.update(letter_received_at=at, letter_received_by=user)
        if is_received
        else here.update(letter_received_at=None, letter_received_by=None)
    )


# ---- Opening, deleting -----------------------------------------------------------------------------


def opened(letter: AssignmentLetter, at: datetime) -> bytes:
    """What is in it, for staff; the first look is kept.

    :raises FileNotFoundError: the database was restored without the files
    """
    found = LETTERS.read(letter.file_name)
    AssignmentLetter.objects.filter(pk=letter.pk, opened_at=None).update(opened_at=at)
    return found


def remove(letters: QuerySet[AssignmentLetter]) -> int:
    """The rows, and once that is certain their files; how many."""
    names = [letter.file_name for letter in letters]
    with transaction.atomic():
        letters.delete()
        for name in names:
            transaction.on_commit(partial(LETTERS.remove, name))
    return len(names)


def sweep(at: datetime) -> int:
    """Delete files that no row names, a day after they were written; how many."""
    names = LETTERS.strays(at, {letter.file_name for letter in AssignmentLetter.objects.only("kind")})
    for name in names:
        LETTERS.remove(name)
    return len(names)
