"""What a list that is taken in tells the people on it: one message each, whatever the list did with them."""

import pytest
import time_machine

from pelatihan.lifecycle import Action, Status
from pelatihan.models import Message, Registration
from pelatihan.registration import writer
from pelatihan.registration.application import Application
from pelatihan.registration.writer import Moved, Newcomer
from tests.factories import NOON, AngkatanFactory, a_person, a_registration, clerk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOON, tick=False):
        yield


def newcomer(name: str, becomes: Status) -> Newcomer:
    wish = Application(a_person(name=name), Registration.Source.IMPORT, ormas_text="Forum Baru")
    return Newcomer(wish, becomes=becomes)


def told() -> list[tuple[str, str, str]]:
    waiting = Message.objects.exclude(state=Message.State.DROPPED).order_by("pk")
    return list(waiting.values_list("registration__name", "kind", "status"))


def test_who_comes_and_is_accepted_at_once_reads_the_last_of_it():
    people = [newcomer("Ani", Status.ACCEPTED), newcomer("Budi", Status.SUBMITTED)]
    writer.take_in(AngkatanFactory(), people, actor=clerk(), at=NOON)

    assert told() == [("Ani", "accepted", "accepted"), ("Budi", "received", "submitted")]


def test_who_is_moved_reads_where_they_stand_and_no_more_where_they_stood():
    batch = AngkatanFactory()
    one = a_registration(batch, Status.SUBMITTED, name="Ani")

    writer.take_in(batch, [], [Moved(one.pk, Action.ACCEPT, seen=Status.SUBMITTED)], actor=clerk(), at=NOON)

    assert told() == [("Ani", "accepted", "accepted")]
