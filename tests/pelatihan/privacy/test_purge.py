"""What the privacy notice promises is done."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from ormas.models import Delegate
from pelatihan.models import Registration
from pelatihan.privacy.purge import due, purge
from tests.factories import AngkatanFactory, a_registration

pytestmark = pytest.mark.django_db
LAST_DAY = date(2019, 3, 13)


def a_guest(**person: Any) -> Registration:
    return a_registration(AngkatanFactory(), special_needs="Kursi roda", email="a@contoh.id", **person)


def contacts() -> list[tuple[str, str]]:
    return list(Delegate.objects.values_list("phone", "email"))


def test_special_needs_go_after_the_training() -> None:
    registration = a_guest()

    assert purge(LAST_DAY)[0] == 0
    assert purge(LAST_DAY + timedelta(days=1))[0] == 1
    registration.refresh_from_db()
    assert registration.special_needs == ""


@pytest.mark.parametrize(
    ("agrees", "today", "gone"),
    [
        (False, date(2020, 3, 13), 0),
        (False, date(2020, 3, 14), 1),
        (True, date(2020, 3, 14), 0),
        (True, date(2021, 3, 14), 1),
    ],
)
def test_contacts_go_when_their_time_is_over(agrees: bool, today: date, gone: int) -> None:
    a_guest(agrees_invite=agrees)

    assert purge(today)[1] == gone
    assert (contacts() == [("", "")]) == bool(gone)


@pytest.mark.parametrize("kept", ["phone", "email"])
def test_either_contact_alone_is_due(kept: str) -> None:
    """Somebody of whom only the e-mail is known, or only the phone."""
    a_guest()
    other = {"phone": "email", "email": "phone"}[kept]
    Delegate.objects.update(**{other: ""})

    assert purge(date(2020, 3, 14))[1] == 1
    assert contacts() == [("", "")]


def test_what_is_gone_is_not_counted_again() -> None:
    a_guest()
    Delegate.objects.update(phone="", email="")
    Registration.objects.update(special_needs="")

    assert purge(date(2020, 3, 14)) == (0, 0)


def test_others_keep_what_is_theirs() -> None:
    a_guest()
    later = a_registration(
        AngkatanFactory(starts_on=date(2020, 3, 11)), special_needs="Kursi roda", email="b@contoh.id"
    )

    assert purge(date(2020, 3, 13)) == (1, 0)
    assert purge(date(2020, 3, 14)) == (1, 1)
    later.delegate.refresh_from_db()
    assert (bool(later.delegate.phone), later.delegate.email) == (True, "b@contoh.id")


def test_who_comes_again_keeps_the_contact() -> None:
    first, second = a_guest(), a_guest()
    Registration.objects.filter(pk=second.pk).update(delegate=first.delegate)
    type(second.angkatan).objects.filter(pk=second.angkatan_id).update(
        starts_on=date(2020, 3, 11), ends_on=date(2020, 3, 13)
    )
    second.delegate.delete()

    assert purge(date(2020, 6, 1))[1] == 0


@pytest.mark.parametrize(("last_day", "gone"), [(date(2023, 2, 27), 1), (date(2023, 2, 28), 0), (date(2023, 3, 1), 0)])
def test_leap_day_s_year_ends_on_the_28th(last_day: date, gone: int) -> None:
    a_registration(AngkatanFactory(starts_on=last_day, ends_on=last_day, year=last_day.year))

    assert due(date(2024, 2, 29)).contacts.count() == gone


@time_machine.travel("2024-01-01T12:00:00+07:00")
def test_dry_run_counts_and_keeps(capsys: pytest.CaptureFixture[str]) -> None:
    a_guest()

    call_command("purge", dry_run=True)
    call_command("purge")

    assert capsys.readouterr().out.splitlines() == [
        "Kebutuhan khusus akan dihapus: 1. Kontak peserta akan dihapus: 1.",
        "Kebutuhan khusus dihapus: 1. Kontak peserta dihapus: 1.",
    ]
