"""Who gets a seat, who waits, who moves."""

import pytest

from pelatihan.lifecycle import Action, Status
from pelatihan.models import Registration
from pelatihan.registration import writer
from tests.factories import NOON, AngkatanFactory, InvitationFactory, a_person, a_registration, clerk

pytestmark = pytest.mark.django_db


def test_first_delegate_gets_a_seat() -> None:
    angkatan = AngkatanFactory()
    wish = writer.Request(a_person(), Registration.Source.WEB, ormas=InvitationFactory(angkatan=angkatan).ormas)

    registration = writer.register(angkatan, wish, actor=writer.DELEGATE, at=NOON)

    assert (registration.status, registration.queue_number) == (Status.SUBMITTED, None)


def test_delegate_waits_when_batch_is_full() -> None:
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan, Status.SUBMITTED)

    registration = a_registration(angkatan, Status.SUBMITTED)

    assert (registration.status, registration.queue_number) == (Status.WAITLISTED, 1)


def test_queue_moves_up_when_seat_comes_free() -> None:
    angkatan = AngkatanFactory(capacity=1)
    first, second = a_registration(angkatan), a_registration(angkatan, Status.SUBMITTED)

    writer.move(first, Action.CANCEL, actor=clerk(), at=NOON, reason="Berhalangan")

    second.refresh_from_db()
    assert second.status == Status.SUBMITTED
    assert second.history.last().action == Action.PROMOTE
