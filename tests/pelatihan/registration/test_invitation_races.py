"""Two contact persons of one ormas at the same moment, by real threads on PostgreSQL, through the pages.

``PELATIHAN_RACES=200`` plays the race for the last seat so often.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client

from pelatihan.accounts import access
from pelatihan.models import Angkatan, ChangeRequest, Invitation, Registration, StatusChange
from tests.factories import NOON, AngkatanFactory
from tests.pelatihan.registration.invitations import a_row, address, an_invitation, fill, named, rows
from tests.pelatihan.registration.test_invitation_group import typed
from tests.pelatihan.registration.test_races import at_once as all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("PELATIHAN_RACES", "20"))


@pytest.fixture(autouse=True)
def _today():
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()
    with time_machine.travel(NOON, tick=True):
        yield


def at_once(people: int, act: Callable[[int], Any]) -> list[Any]:
    return all_at_once(people, act)


def person(number: int, digit: int = 0) -> dict[str, str]:
    return a_row(name=f"Utusan {'ABCDEFGHIJ'[number]}", phone=f"0812000{digit:03d}{number:02d}")


def read(invitation: Invitation, browser: Client) -> str:
    return browser.get(address("invitation", invitation)).text


@pytest.mark.parametrize("rounds", [ROUNDS])
def test_last_seat_goes_to_one_of_two_who_save_at_once(rounds):
    for turn in range(rounds):
        play_for_last_seat(AngkatanFactory(number=turn % 98 + 1, year=2019 + turn // 98), turn)


def play_for_last_seat(batch: Angkatan, turn: int) -> None:
    invitation = an_invitation(angkatan=batch, own_seats=1)
    browsers, forms = [Client(), Client()], [rows(person(number, turn), kursi="1") for number in range(2)]

    answers = at_once(2, lambda number: fill(browsers[number], invitation, forms[number]).status_code)

    first, second = Registration.objects.filter(angkatan=batch).order_by("pk")
    assert answers == [302, 302]
    assert (first.status, second.status) == ("submitted", "waitlisted")
    assert any(f"{second.name} menjadi cadangan" in read(invitation, browser) for browser in browsers)


def test_one_group_sent_twice_at_once_is_one():
    invitation, form = an_invitation(), rows(*(person(number) for number in range(3)))

    answers = at_once(4, lambda _: fill(Client(), invitation, form).status_code)

    assert answers == [302] * 4
    assert Registration.objects.count() == 3
    assert StatusChange.objects.count() == 3


def test_two_groups_with_one_person_in_both_are_whole_or_not_there():
    invitation = an_invitation(own_seats=6)
    forms = [rows(*(person(number, digit) for number in range(3)), person(9)) for digit in (1, 2)]

    answers = at_once(2, lambda number: fill(Client(), invitation, forms[number]))

    assert sorted(answer.status_code for answer in answers) == [200, 302]
    (refused,) = [answer for answer in answers if answer.status_code == 200]
    assert "Orang ini sudah terdaftar dari ormas Anda" in refused.text
    assert Registration.objects.count() == 4


def test_two_who_together_name_too_many_are_not_mixed():
    invitation = an_invitation(own_seats=1)
    forms = [rows(*(person(number, digit) for number in range(4))) for digit in (1, 2)]

    answers = at_once(2, lambda number: fill(Client(), invitation, forms[number]).status_code)

    assert sorted(answers) == [200, 302]
    assert Registration.objects.count() == 4


def replacing(invitation: Invitation, goes: Registration, comes: dict[str, str]) -> Any:
    where = address("invitation_replace", invitation, ref=goes.ref)
    form = typed(Client().get(where).text) | {"why": "tugas", "agreed": "on"} | comes
    return lambda: Client().post(where, form)


def test_two_who_replace_one_person_send_one():
    invitation = an_invitation()
    (goes,) = named(invitation)
    tries = [replacing(invitation, goes, person(number)) for number in range(2)]

    answers = at_once(2, lambda number: tries[number]())

    assert sorted(answer.status_code for answer in answers) == [200, 302]
    (refused,) = [answer for answer in answers if answer.status_code == 200]
    assert "sudah digantikan" in refused.text
    assert Registration.objects.filter(replaces=goes).count() == 1
    assert Registration.objects.holding_seat().count() == 1


def test_one_replacement_sent_twice_at_once_is_one():
    invitation = an_invitation()
    (goes,) = named(invitation)
    send = replacing(invitation, goes, person(1))

    answers = at_once(3, lambda _: send().status_code)

    assert answers == [302] * 3
    assert Registration.objects.count() == 2


def test_one_reserve_sent_twice_at_once_moves_up_once():
    invitation = an_invitation(own_seats=1)
    goes, reserve = named(invitation, 2)
    send = replacing(invitation, goes, {"comes": str(reserve.ref)})

    answers = at_once(3, lambda _: send().status_code)

    reserve.refresh_from_db()
    assert answers == [302] * 3
    assert (reserve.replaces, reserve.history.count()) == (goes, 2)


def test_one_reserve_moves_up_for_one_of_two():
    invitation = an_invitation(own_seats=2)
    first, second, reserve = named(invitation, 3)
    comes = {"comes": str(reserve.ref)}
    tries = [replacing(invitation, goes, comes) for goes in (first, second)]

    answers = at_once(2, lambda number: tries[number]().status_code)

    reserve.refresh_from_db()
    assert sorted(answers) == [200, 302]
    assert reserve.status == "submitted"
    assert Registration.objects.filter(status="replaced").count() == 1


def test_withdrawing_and_replacing_at_once_leave_one_story():
    invitation = an_invitation()
    (goes,) = named(invitation)
    send = replacing(invitation, goes, person(1))
    where = address("invitation_withdraw", invitation, ref=goes.ref)
    form = typed(Client().get(where).text)

    at_once(2, lambda number: Client().post(where, form) if number else send())

    goes.refresh_from_db()
    assert goes.status in ("cancelled", "replaced")
    assert goes.history.count() == 2
    assert Registration.objects.filter(replaces=goes).count() == (goes.status == "replaced")


def test_one_request_sent_twice_at_once_is_one():
    invitation = an_invitation()
    (goes,) = named(invitation)
    invitation.angkatan.frozen_at = NOON
    invitation.angkatan.save()
    send = replacing(invitation, goes, person(1))

    answers = at_once(3, lambda _: send().status_code)

    assert answers == [302] * 3
    assert ChangeRequest.objects.count() == 1
