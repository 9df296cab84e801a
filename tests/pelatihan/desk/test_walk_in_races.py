"""Several desks write the same person down at once, by real threads."""

import uuid
from functools import partial

import pytest
from django.contrib.auth.models import Group

from ormas.models import Delegate
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Scan
from pelatihan.desk import walk_ins
from pelatihan.models import AttendanceEvent, Registration, Session
from pelatihan.registration.walk_ins import WalkIn
from tests.factories import InvitationFactory, SessionFactory, UserFactory
from tests.pelatihan.attendance.threads import at_once
from tests.pelatihan.door import at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session() -> Session:
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()
    return SessionFactory()


def test_one_person_is_registered_once_and_present_once(session):
    ormas = InvitationFactory(angkatan=session.angkatan).ormas
    who, actor = WalkIn("Ahmad Fauzi", ormas.pk, "", "+6281234567890"), staff(UserFactory(role="petugas"))
    here = Session.objects.select_related("angkatan").get()
    twice = uuid.uuid4()  # pressed twice; the others are desks of their own

    def desk(key: uuid.UUID) -> str:
        return walk_ins.record(here, [Scan(key, at("08.00"), walk_in=who)], actor=actor, at=at("08.00"))[0].outcome

    outcomes = at_once([partial(desk, key) for key in (twice, twice, uuid.uuid4(), uuid.uuid4())])
    assert outcomes.count("present") in {1, 2}  # whoever pressed twice reads the same twice
    assert set(outcomes) == {"present", "already"}
    assert (Registration.objects.count(), Delegate.objects.count(), AttendanceEvent.objects.count()) == (1, 1, 3)
    assert writer.rebuild(session) == 0
