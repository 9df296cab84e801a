"""One paper made: whether there is one, a place in the queue, its words, the pages, and that it was printed."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from pelatihan.papers.engine import Print
from pelatihan.papers.kept import keep
from pelatihan.papers.offered import Asked, Offered


@dataclass(frozen=True)
class Made:
    """A paper as it is handed out."""

    pdf: bytes
    printing: Any = None


def make(offer: Offered, asked: Asked) -> Made:
    """The paper that was asked for, noted as printed.

    :raises NothingToPrint: there is none
    :raises engine.TooLong, engine.LetterMissing: what to mend
    :raises engine.QueueFull, engine.TypesettingFailed: not now
    """
    offer.check(asked)
    with Print() as place:  # nobody's data are read without a place in the queue
        made = offer.build(asked)
        if not connection.in_atomic_block:
            connection.close()  # none is held while waiting there
        pdf, breaks = place.paged(made.template, made)
    keep(asked, made, breaks)
    return Made(pdf)
