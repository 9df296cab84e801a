"""Merges taken back in another order than they were made, and who is told of one."""

from datetime import timedelta

import pytest
import time_machine

from pelatihan.lifecycle import Status
from pelatihan.models import Message
from tests.factories import NOON, AngkatanFactory, OrmasFactory, a_registration
from tests.pelatihan.merging.test_people import LATER, merged, undone

pytestmark = pytest.mark.django_db


def test_merges_taken_back_first_made_first_leave_nothing_of_others():
    a, b, c = (a_registration(AngkatanFactory()).delegate for _ in range(3))
    own = (a.phone, a.ormas_id)
    first = merged(a, b, phone="b", ormas_id="b")
    second = merged(a, c, phone="b", ormas_id="b")  # "b": of the one that is merged away

    undone(first)
    undone(second)

    a.refresh_from_db()
    assert (a.phone, a.ormas_id) == own


def test_value_that_somebody_wrote_meanwhile_is_no_value_of_a_merge():
    a, b, c = (a_registration(AngkatanFactory()).delegate for _ in range(3))
    first = merged(a, b, phone="b")
    undone(first)
    a.phone = b.phone  # typed by somebody
    a.save(update_fields=["phone"])
    second = merged(a, c, phone="b", at=LATER + timedelta(hours=1))

    undone(second, LATER + timedelta(hours=2))

    a.refresh_from_db()
    assert a.phone == b.phone


def test_who_is_registered_all_the_same_is_told_of_no_cancellation():
    with time_machine.travel(NOON, tick=False):
        batch, ormas = AngkatanFactory(), OrmasFactory()
        a, b = (a_registration(batch, Status.SUBMITTED, ormas=ormas, phone="+6281200000024").delegate for _ in range(2))
        merged(a, b, at=NOON)

        assert not Message.objects.filter(kind="cancelled").exists()
