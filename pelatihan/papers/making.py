"""Making a paper that is handed out: built, set and kept in one road, whoever asks for it: a page or a worker."""

from contextlib import nullcontext
from dataclasses import dataclass, replace

from django.db import connection

from pelatihan.models import Printing
from pelatihan.papers import kept
from pelatihan.papers.engine import Print
from pelatihan.papers.kept import NotKept, Overtaken
from pelatihan.papers.offered import Asked, Offered
from pelatihan.papers.parts import Document, Paper

TRIES = 5  # of those who print the same sheet at the same moment each comes once


@dataclass(frozen=True)
class Made:
    """A file that may be given to whoever asked, and what is written about it."""

    pdf: bytes
    printing: Printing


def make(offer: Offered, asked: Asked, place: Print | None = None) -> Made:
    """The paper, written down before it is given to anybody. The same asked twice within seconds is made once.

    :param place: one in the queue of papers that is held already
    :raises NothingToPrint, engine.TooLong, engine.LetterMissing, engine.QueueFull, engine.TypesettingFailed: why there
        is none
    """
    offer.check(asked)
    with nullcontext(place) if place else Print() as held:  # nobody's data are read without a place in the queue
        for _try in range(TRIES):
            paper = offer.build(asked)
            if twin := kept.twin(offer, asked, paper):
                return Made(bytes(twin.file.content), twin)
            paper = _numbered(offer, asked, paper)
            if not connection.in_atomic_block:
                connection.close()  # none is held while waiting there
            typeset = held.typeset(paper.template, paper)
            try:
                return Made(typeset.pdf, kept.keep(offer, asked, paper, typeset))
            except Overtaken:
                continue
    raise NotKept


def _numbered(offer: Offered, asked: Asked, paper: Document) -> Document:
    """With the version of each of its lists, where it prints them."""
    if not isinstance(paper, Paper):
        return paper
    return replace(paper, versions=kept.next_versions(asked.angkatan, kept.places_of(offer, asked, paper)))
