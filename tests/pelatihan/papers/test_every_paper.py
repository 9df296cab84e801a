"""Every paper that is offered, on every size, for one person and for many, as a reader meets it.

A paper in ``OFFERS`` is tried without a line here. Sizes take turns; ``EVERY_PAPER=1`` tries each with each number, and a
thousand people, too. ``PAPERS_TO=folder`` keeps the files to be looked at.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from pelatihan.models import Angkatan
from pelatihan.models.office import office
from pelatihan.papers.choices import Choices, Shape
from pelatihan.papers.engine import compiled
from pelatihan.papers.offered import Asked, Offered
from pelatihan.papers.offers import OFFERS
from pelatihan.papers.parts import Document
from tests.pelatihan.papers import world
from tests.pelatihan.papers.reading import faults_of

pytestmark = pytest.mark.django_db
EVERY = bool(os.environ.get("EVERY_PAPER"))
COUNTS = (1, 22, 23, 97, *((1000,) if EVERY else ()))
WAYS: dict[str, tuple[Choices, ...]] = {
    "daftar-hadir": (
        Choices(stamp=True),
        Choices(shape=Shape.DAY),
        Choices(columns=("sex", "phone"), two_sided=True),
        Choices(blank=True, spare_rows=9),
    ),
    "kartu": (Choices(), Choices(style="10", start=10)),
    "daftar-kamar": (Choices(stamp=True), Choices(style="dinding")),
}
WAYS_OF_ALL = [(offer, place, way) for offer in OFFERS for place, way in enumerate(WAYS.get(offer.key, (Choices(),)))]
TRIED = [
    pytest.param(offer, replace(way, size=size), count, id=f"{offer.key}-{place}-{size}-{count}")
    for turn, (offer, place, way) in enumerate(WAYS_OF_ALL)
    for step, count in enumerate(COUNTS)
    for size in (offer.sizes if EVERY else [offer.sizes[(turn + step) % len(offer.sizes)]])
]


@pytest.fixture(scope="module")
def batches(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[int, Angkatan]]:
    """One for each number of people; gone again when the module's tests are done."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield {count: world.filled(count) for count in COUNTS}
        connection.set_rollback(True)


def built(offer: Offered, batch: Angkatan, choices: Choices) -> Document:
    """As the page Cetak builds it."""
    sessions = list(batch.sessions.taking_attendance().in_time_order())
    user = User.objects.filter(groups__name="panitia")[0]
    asked = Asked(batch, sessions, choices, office(), world.EVENING, user)
    offer.check(asked)
    return offer.build(asked)


def keep(pdf: bytes, name: str) -> None:
    if folder := os.environ.get("PAPERS_TO"):
        Path(folder, f"{name}.pdf").write_bytes(pdf)


@pytest.mark.parametrize(("offer", "choices", "count"), TRIED)
def test_a_reader_stumbles_over_nothing(request, batches, offer, choices, count):
    if choices.session is None and choices.day is None and choices.shape == Shape.SESSION:
        choices = replace(choices, session=batches[count].sessions.taking_attendance().in_time_order()[0].pk)
    paper = built(offer, batches[count], choices)
    pdf, warnings = compiled(paper.template, paper)
    keep(pdf, request.node.callspec.id)

    assert warnings == []
    assert faults_of(pdf, paper) == []
