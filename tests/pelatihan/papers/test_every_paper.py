"""Every paper that is offered, in each of its looks, for one person and for many, as a reader meets it.

A paper in ``OFFERS`` is tried without a line here. Sizes take turns; ``EVERY_PAPER=1`` tries each with each number, and
a thousand people, too. ``PAPERS_TO=folder`` keeps the files to be looked at.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from pelatihan.models import Angkatan
from pelatihan.models.office import office
from pelatihan.papers.catalogue import choices_of, form_of
from pelatihan.papers.engine import compiled
from pelatihan.papers.offered import Asked, Offered
from pelatihan.papers.offers import OFFERS
from pelatihan.papers.parts import Document, Paper
from tests.pelatihan.papers import world
from tests.pelatihan.papers.reading import faults_of

pytestmark = pytest.mark.django_db
EVERY = bool(os.environ.get("EVERY_PAPER"))
COUNTS = (1, 22, 23, 97, *((1000,) if EVERY else ()))
FEW = COUNTS if EVERY else (1, 97)  # of looks that differ little from the first
ALSO = {"daftar-hadir": {"lp": "1", "hp": "1", "bolakbalik": "1", "cap": "1"}}  # looks that have no card
VERSION = 123


@dataclass(frozen=True)
class Look:
    """What the form sends for one look of a paper, and whether its pages lie."""

    offer: Offered
    name: str
    sent: dict[str, str]
    lies: bool


def looks() -> Iterator[Look]:
    for offer in OFFERS:
        yield Look(offer, offer.key, {}, offer.lies)
        for also in offer.also:
            yield Look(offer, f"{offer.key}-{'-'.join(also.sent.values())}", also.sent, also.lies)
        carded = [also.sent.get("ragam") for also in offer.also]
        for style in [style for style, _ in offer.styles[1:] if style not in carded]:
            yield Look(offer, f"{offer.key}-{style}", {"ragam": style}, offer.lies)
        if more := ALSO.get(offer.key):
            yield Look(offer, f"{offer.key}-{'-'.join(more)}", more, offer.lies)


TRIED = [
    pytest.param(look, count, size, id=f"{look.name}-{size}-{count}")
    for turn, look in enumerate(looks())
    for step, count in enumerate(FEW if look.sent else COUNTS)
    for size in (look.offer.sizes if EVERY else [look.offer.sizes[(turn + step) % len(look.offer.sizes)]])
]


@pytest.fixture(scope="module")
def batches(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[int, Angkatan]]:
    """One for each number of people; gone again when the module's tests are done."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield {count: world.filled(count) for count in COUNTS}
        connection.set_rollback(True)


def built(offer: Offered, batch: Angkatan, sent: dict[str, str]) -> Document:
    """As the page Cetak builds it, of the first session where one has to be chosen."""
    sessions = list(batch.sessions.taking_attendance().in_time_order())
    user = User.objects.filter(groups__name="panitia")[0]
    if "lembar" not in sent:
        sent = {"sesi": str(sessions[0].pk)} | sent
    form = form_of(offer, batch, sessions, sent, user, named=False)
    assert form.is_valid(), form.errors
    asked = Asked(batch, sessions, choices_of(form, offer), office(), world.EVENING, user)
    offer.check(asked)
    paper = offer.build(asked)
    return replace(paper, versions=(VERSION,) * len(paper.codes)) if isinstance(paper, Paper) else paper


def keep(pdf: bytes, name: str) -> None:
    if folder := os.environ.get("PAPERS_TO"):
        Path(folder, f"{name}.pdf").write_bytes(pdf)


@pytest.mark.parametrize(("look", "count", "size"), TRIED)
def test_a_reader_stumbles_over_nothing(request, batches, look, count, size):
    paper = built(look.offer, batches[count], look.sent | {"kertas": size})
    pdf, warnings = compiled(paper.template, paper)
    keep(pdf, request.node.callspec.id)

    assert warnings == []
    assert faults_of(pdf, paper, lies=look.lies) == []
