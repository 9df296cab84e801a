"""What is sent while the reading of a batch is about to stop."""

import pytest

from pelatihan.models import Job
from pelatihan.scans import waiting
from tests.factories import AngkatanFactory, UserFactory
from tests.pelatihan.scans.world import EVENING

pytestmark = pytest.mark.django_db


def test_picture_that_comes_while_the_reading_stops_has_a_reading_of_its_own():
    batch, clerk = AngkatanFactory(), UserFactory(role="panitia")
    first = waiting.join(batch, more=1, by=clerk)
    assert waiting.join(batch, more=1, by=clerk) == first
    Job.objects.filter(pk=first.pk).update(
        state=Job.State.RUNNING, started_at=EVENING, lease_until=EVENING, stop_asked_at=EVENING, stop_asked_by=clerk
    )

    second = waiting.join(batch, more=1, by=clerk)

    assert (second == first, second.stop_asked_at) == (False, None)
