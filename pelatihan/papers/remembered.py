"""How each paper of a batch was last chosen: what the page Cetak offers beforehand.

An address of a paper says all that was chosen itself, so a link that says otherwise is followed as it stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import User
from django.db import transaction

from pelatihan.models import Angkatan, PaperChoice
from pelatihan.papers.offered import Offered
from pelatihan.phases import shut_sentence

LASTING = ("bentuk", "kertas", "urut", "kosong", "lp", "hp", "cap", "bolakbalik", "ragam")  # alike from day to day
SHARED = ("kertas", "urut", "bolakbalik")  # what one applies to all papers: the printer's, and the order
USUAL = {"cap": "1"}  # of a paper that nobody has chosen yet


class ChoicesShut(Exception):
    """Nothing of this batch changes any more; the text says what to do first."""


@dataclass(frozen=True)
class Remembered:
    """The choices of one paper; ``by`` is nobody while they are the usual ones."""

    sent: dict[str, str]
    by: str = ""
    at: datetime | None = None


def known_of(angkatan: Angkatan) -> dict[str, Remembered]:
    """Of each paper that somebody has chosen, in one query."""
    rows = PaperChoice.objects.filter(angkatan=angkatan).select_related("by")
    return {row.paper: _read(row) for row in rows}


def of_paper(angkatan: Angkatan, offer: Offered) -> Remembered:
    """Of one paper; the usual ones when nobody has chosen."""
    row = PaperChoice.objects.filter(angkatan=angkatan, paper=offer.key).select_related("by").first()
    return _read(row) if row else Remembered(USUAL)


def _read(row: PaperChoice) -> Remembered:
    return Remembered(dict(parse_qsl(row.asked)), row.by.get_full_name() or row.by.get_username(), row.at)


def remember(angkatan: Angkatan, offer: Offered, sent: Mapping[str, str], *, by: User, at: datetime) -> bool:
    """What a valid form of this paper sent; whether anything is otherwise now.

    :raises ChoicesShut: the batch is closed
    """
    asked = urlencode([(name, sent[name]) for name in LASTING if name in offer.fields and sent.get(name)])
    with _open(angkatan):
        row = PaperChoice.objects.filter(angkatan=angkatan, paper=offer.key).first()
        if row and row.asked == asked:
            return False
        PaperChoice.objects.update_or_create(
            angkatan=angkatan, paper=offer.key, defaults={"asked": asked, "by": by, "at": at}
        )
        return True


def apply_to_all(
    angkatan: Angkatan, offers: Iterable[Offered], sent: Mapping[str, str], *, by: User, at: datetime
) -> None:
    """Paper, order and sides of one form for all papers; what else was chosen for each of them stays.

    :raises ChoicesShut: the batch is closed
    """
    before = known_of(angkatan)
    with _open(angkatan):
        for offer in offers:
            known = before.get(offer.key, Remembered(USUAL)).sent
            shared = {name: sent.get(name, "") for name in SHARED}
            if offer.key in before or any(name in offer.fields for name in SHARED):
                remember(angkatan, offer, known | shared, by=by, at=at)


def forget(angkatan: Angkatan, offer: Offered) -> bool:
    """Back to the usual ones; whether they were not.

    :raises ChoicesShut: the batch is closed
    """
    with _open(angkatan):
        return bool(PaperChoice.objects.filter(angkatan=angkatan, paper=offer.key).delete()[0])


@contextmanager
def _open(angkatan: Angkatan) -> Iterator[None]:
    """A transaction about a batch that stays open until its end; two who choose go one after the other.

    :raises ChoicesShut: it is closed
    """
    with transaction.atomic():
        now = Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)
        if now.closed_at:
            raise ChoicesShut(shut_sentence(now.closed_at, now.name, "pilihan cetaknya"))
        yield
