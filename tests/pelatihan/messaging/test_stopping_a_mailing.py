"""A sending to many is stopped while a worker writes its messages."""

import threading
import uuid

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError
from django.utils import timezone

from pelatihan.accounts import access
from pelatihan.jobs import running
from pelatihan.messaging import mailing, post
from pelatihan.models import Job, MessageKind
from tests.factories import AngkatanFactory, UserFactory, a_registration
from tests.pelatihan.attendance.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_stopping_while_a_part_is_written_waits_and_stops(monkeypatch):
    if not Group.objects.exists():
        access.make_groups()
    now = timezone.now()
    batch = AngkatanFactory(starts_on=now.date(), opens_at=None, closes_at=None)
    for _ in range(3):
        a_registration(batch, at=now)
    one = mailing.start(
        uuid.uuid4(), angkatan=batch, kind=MessageKind.FREE, subject="Halo", body="Halo", author=UserFactory(),
        choice=mailing.Choice(("accepted",)), at=now, shown_at="/",
    )  # fmt: skip
    assert one.job_id
    job_id = one.job_id
    writing, wrote = threading.Event(), post.of_mailing

    def slowly(*args, **options):
        writing.set()
        threading.Event().wait(1.5)
        return wrote(*args, **options)

    monkeypatch.setattr(post, "of_mailing", slowly)

    def stops() -> object:
        assert writing.wait(10)
        try:
            return mailing.stop(one, by=one.author, at=now)
        except OperationalError as problem:
            return problem

    _done, stopped = at_once([lambda: running.carry_out(job_id), stops])
    assert not isinstance(stopped, OperationalError)
    job = Job.objects.get(pk=job_id)
    assert job.tries == 0
