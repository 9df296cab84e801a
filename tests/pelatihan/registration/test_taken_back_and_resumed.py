"""A decision on many that was stopped, taken back, and taken up again."""

import pytest
from django.utils import timezone

from pelatihan.jobs import running
from pelatihan.models import Job
from pelatihan.registration import deciding_many
from tests.factories import NOON, AngkatanFactory
from tests.pelatihan.registration.test_deciding_many import five, parts, parts_of_two, rina, standing, started  # noqa: F401

pytestmark = pytest.mark.django_db


def test_what_was_taken_back_is_not_told_as_done(rina):  # noqa: F811
    batch = AngkatanFactory()
    job = started(rina, five(batch))
    parts(job, 1)
    running.stop(job, author=rina, at=NOON)
    undo = deciding_many.start_undo(job.pk, author=rina, at=timezone.now(), shown_at="/")
    running.carry_out(undo.pk)
    running.resume(job)
    running.carry_out(job.pk)

    told = Job.objects.get(pk=job.pk)
    assert standing(batch) == ["submitted"] * 5
    assert (told.done, told.total) != (5, 5)
