"""A list that names somebody whose registration is out."""

import pytest

from pelatihan.lifecycle import Status
from tests.factories import a_registration
from tests.pelatihan.exchange.test_imports import batch, ormas, private, siti, taken, user, verdicts  # noqa: F401

pytestmark = pytest.mark.django_db


def test_who_was_cancelled_is_not_silently_the_same(batch, ormas, user):  # noqa: F811
    a_registration(
        batch,
        Status.CANCELLED,
        ormas=ormas,
        name="Siti Rahmawati",
        gender="P",
        position="Ketua",
        phone="+6281200000001",
    )

    assert verdicts(taken(batch, user, siti(Status=""))) != {2: "same"}
