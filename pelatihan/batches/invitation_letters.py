"""The letter of invitation to each organisation: what it says, and its number, drawn once.

A text has words in braces, as messages have (messaging/texts.py): a line of which something has no value goes away.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Lower

from pelatihan import numbering
from pelatihan.messaging import texts
from pelatihan.models import Angkatan, Invitation, InvitationLetter, LetterNumber
from pelatihan.models.angkatan import InvitationQuerySet
from pelatihan.phases import shut_sentence

ORIGINALS = {
    "urgency": "Segera",
    "subject": "Undangan mengikuti Pelatihan Ormas {angkatan}",
    "opening": (
        "Dalam rangka pembinaan organisasi kemasyarakatan, {kantor} akan menyelenggarakan {pelatihan} {angkatan} pada:"
    ),
    "request": (
        "Sehubungan dengan hal tersebut, dimohon Saudara menugaskan {kursi} utusan untuk mengikuti pelatihan dimaksud,"
        " dengan ketentuan:"
    ),
    "rules": (
        "utusan didaftarkan melalui {pendaftaran}\n"
        "pendaftaran ditutup {batas_daftar}\n"
        "surat tugas yang ditandatangani dan dicap ormas disampaikan paling lambat {batas_surat}\n"
        "utusan membawa dan memakai: {bawaan}\n"
        "keterangan lebih lanjut dapat diperoleh dari {narahubung}"
    ),
    "closing": "Demikian disampaikan. Atas perhatian dan kerja sama Saudara diucapkan terima kasih.",
    "copies": "",
}
PLACEHOLDERS = {
    "angkatan": "Angkatan II Tahun 2019",
    "pelatihan": "Pelatihan dan temanya",
    "kantor": "Nama kantor",
    "ormas": "Nama ormas",
    "kursi": "3 (tiga) orang",
    "tanggal": "Hari dan tanggal pelatihan",
    "waktu_mulai": "Kapan acara pertama mulai",
    "tempat": "Tempat pelatihan",
    "titik_kumpul": "Titik kumpul, bila diisi",
    "bawaan": "Yang perlu dibawa, bila diisi",
    "pendaftaran": "Di mana utusan didaftarkan",
    "batas_daftar": "Pendaftaran ditutup, bila ditetapkan",
    "batas_surat": "Surat tugas paling lambat, bila ditetapkan",
    "narahubung": "Narahubung dan nomornya, bila diisi",
}
NO_SERIES = "Pilih dulu seri nomornya, lalu simpan. Sesudah itu surat dapat diberi nomor."
NO_DATE = "Tulis dulu tanggal suratnya, lalu simpan. Sesudah itu surat dapat diberi nomor."
NOBODY = "Belum ada ormas yang diundang tanpa nomor surat."


class Refused(Exception):
    """Nothing was written; the text is a sentence that says what to do first."""


@dataclass(frozen=True)
class Numbering:
    """How far the letters of a batch are numbered."""

    invited: int
    numbered: int

    @property
    def waiting(self) -> int:
        return self.invited - self.numbered


def letter_of(angkatan: Angkatan) -> InvitationLetter:
    """What the office wrote for this batch, or a letter with the usual words."""
    known = InvitationLetter.objects.select_related("series", "signer").filter(angkatan=angkatan).first()
    return known or InvitationLetter(angkatan=angkatan)


def text_of(letter: InvitationLetter, part: str) -> str:
    """One of its texts: the office's own, or the usual one."""
    return str(getattr(letter, part)) or ORIGINALS[part]


def kept(part: str, typed: str) -> str:
    """What is kept of a text that was typed: nothing while it is the usual one, which may be bettered later."""
    text = texts.tidy(typed)
    return "" if text == ORIGINALS[part] else text


def problems_of(text: str) -> list[str]:
    """Why a text cannot be kept: each a sentence with the way out."""
    return texts.wrong_places(text, list(PLACEHOLDERS))


# ---- Numbers -------------------------------------------------------------------------------------


def numbering_of(angkatan: Angkatan) -> Numbering:
    numbered = angkatan.invitations.filter(letter_number__isnull=False).count()
    return Numbering(angkatan.invitations.count(), numbered)


def changing(angkatan: Angkatan) -> Angkatan:
    """The batch, locked, in the caller's transaction: whatever is written about its letters is written under this lock.

    :raises Refused: once it is closed
    """
    batch = Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)
    if sentence := shut_sentence(batch.closed_at, batch.name, "surat undangannya"):
        raise Refused(sentence)
    return batch


@transaction.atomic
def give_numbers(angkatan: Angkatan, *, by: User, at: datetime) -> list[LetterNumber]:
    """A number for each letter that has none, in the order of the organisations' names. Twice at once gives one each.

    :raises Refused: why there are none to give, or what is missing
    """
    batch = changing(angkatan)
    letter = letter_of(batch)
    if letter.series is None:
        raise Refused(NO_SERIES)
    if letter.dated_on is None:
        raise Refused(NO_DATE)
    waiting = list(_invited(batch).filter(letter_number=None))
    if not waiting:
        raise Refused(NOBODY)
    return LetterNumber.objects.bulk_create(_numbered(letter, waiting, letter.dated_on, by, at))


def _numbered(
    letter: InvitationLetter, waiting: list[Invitation], day: date, by: User, at: datetime
) -> list[LetterNumber]:
    assert letter.series is not None
    drawn = numbering.draw(letter.series, len(waiting), angkatan=letter.angkatan, on=day)
    known = LetterNumber.objects.filter(text__in=[number.text for number in drawn]).order_by("no")
    if taken := known.values_list("text", flat=True).first():
        raise Refused(
            f"Nomor {taken} sudah dipakai surat lain. Ubah kode atau pola seri “{letter.series}”, atau pilih seri lain."
        )
    return [
        LetterNumber(
            invitation=invitation, ormas=invitation.ormas.name, series=letter.series, no=number.no, text=number.text,
            dated_on=day, at=at, by=by,
        )
        for invitation, number in zip(waiting, drawn, strict=True)
    ]  # fmt: skip


def invited(angkatan: Angkatan, only: int | None = None) -> list[Invitation]:
    """Those who get a letter, with its number: one query.

    :param only: the number of one invitation
    """
    found = _invited(angkatan).select_related("letter_number")
    return list(found if only is None else found.filter(pk=only))


def _invited(angkatan: Angkatan) -> InvitationQuerySet:
    return angkatan.invitations.select_related("ormas", "angkatan").order_by(Lower("ormas__name"), "pk")
