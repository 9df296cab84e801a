"""A new batch from an old one: what comes along, what moves to other days, what stays behind."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils.timezone import localtime

from pelatihan.batches.copying import NumberTaken, copy_angkatan
from pelatihan.models import Angkatan, AngkatanSignatory, InvitationLetter, NumberSeries, PaymentOfficials
from pelatihan.registration import links
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    LetterheadFactory,
    SessionFactory,
    SignatoryFactory,
    UserFactory,
    a_registration,
)

pytestmark = pytest.mark.django_db
LATER = date(2020, 6, 1)


def copied(source: Angkatan, *, number: int = 7, starts_on: date = LATER, with_invitations: bool = False) -> Angkatan:
    copy = copy_angkatan(source, number=number, starts_on=starts_on, with_invitations=with_invitations)
    return Angkatan.objects.get(pk=copy.pk)


def test_texts_place_and_numbers_come_along():
    kept = {
        "theme": "Ketahanan Nasional", "intro": "Dua hari di Bogor.", "bring": "Jas hujan", "decision_days": 5,
        "venue": "Wisma Contoh", "town": "Depok",
        "meeting_point": "Balai Kota, pukul 08.00 WIB", "welcomes_walk_ins": True,
        "capacity": 80, "seats_per_ormas": 4, "open_minutes": 30, "late_minutes": 5, "help_name": "Bapak Contoh",
        "help_phone": "+6281200000022", "help_hours": "08.00–16.00", "asks_nik": True,
        "letterhead": LetterheadFactory(), "house_rules": "Hadir tepat waktu.",
    }  # fmt: skip
    copy = copied(AngkatanFactory(**kept))

    assert {field: getattr(copy, field) for field in kept} == kept


def test_days_and_window_keep_their_distance():
    source = AngkatanFactory()
    copy = copied(source)

    assert (copy.number, copy.year, copy.slug) == (7, 2020, "2020-vii")
    assert (copy.starts_on, copy.ends_on) == (LATER, LATER + timedelta(days=2))
    shift = LATER - source.starts_on
    assert source.opens_at
    assert source.closes_at
    assert (copy.opens_at, copy.closes_at) == (source.opens_at + shift, source.closes_at + shift)


def test_day_of_the_letter_keeps_its_distance():
    source = AngkatanFactory(letter_due_on=date(2019, 3, 8))  # three days before it begins

    assert copied(source).letter_due_on == LATER - timedelta(days=3)
    assert copied(AngkatanFactory(), number=8).letter_due_on is None


def test_link_of_the_old_invitation_is_not_that_of_the_new():
    invited = InvitationFactory(
        token_version=3, told_at=NOON, told_by=UserFactory(), opened_at=NOON, last_opened_at=NOON
    )
    new = copied(invited.angkatan, with_invitations=True).invitations.get()

    assert (new.told_at, new.opened_at, new.token_version) == (None, None, 1)
    assert links.token_of(new) != links.token_of(invited)


def test_batch_without_a_window_is_copied_without():
    copy = copied(AngkatanFactory(opens_at=None, closes_at=None))

    assert (copy.opens_at, copy.closes_at) == (None, None)


def test_nothing_that_was_done_to_the_old_one_comes_along():
    source = AngkatanFactory(
        published=True, frozen_at=NOON, cancelled_at=NOON, cancel_reason="Gempa", closed_at=NOON, queue_counter=9
    )
    copy = copied(source)

    assert (copy.published, copy.frozen_at, copy.cancelled_at, copy.cancel_reason) == (False, None, None, "")
    assert (copy.closed_at, copy.queue_counter) == (None, 0)


def test_rundown_comes_along_at_the_same_hours():
    source = AngkatanFactory()
    kept = {
        "title": "Pembukaan", "kind": "seremoni", "takes_attendance": False, "speaker": "Badan Contoh", "room": "Aula",
        "own_jp": 3,
    }  # fmt: skip
    SessionFactory(angkatan=source, day=1, closed_at=NOON, **kept)
    session = copied(source).sessions.get()

    assert {field: getattr(session, field) for field in kept} == kept
    assert (session.day, session.times, session.closed_at) == (LATER + timedelta(days=1), "08.00–09.30", None)


def test_hour_on_the_wall_stays_where_clocks_are_put_forward(settings):
    settings.TIME_ZONE = "Europe/Amsterdam"
    source = AngkatanFactory(opens_at=datetime(2019, 3, 1, 8, 0, tzinfo=UTC))  # 09.00, in winter
    copy = copied(source)

    assert copy.opens_at
    assert localtime(copy.opens_at).time() == time(9, 0)


def test_signers_come_along_in_their_places():
    source = AngkatanFactory()
    signers = [SignatoryFactory() for _ in range(2)]
    for place, signer in enumerate(signers, start=1):
        AngkatanSignatory.objects.create(angkatan=source, signatory=signer, heading=f"Mengetahui {place}", place=place)

    copied_ones = copied(source).signers.order_by("place").values_list("signatory", "heading", "place")
    assert list(copied_ones) == [(signers[0].pk, "Mengetahui 1", 1), (signers[1].pk, "Mengetahui 2", 2)]


def test_letter_and_officials_come_along_without_dates():
    source, official = AngkatanFactory(), SignatoryFactory()
    series = NumberSeries.objects.create(label="Undangan 2019")
    InvitationLetter.objects.create(
        angkatan=source,
        series=series,
        dated_on=date(2019, 2, 18),
        closing="Wasalam.",
        copies="Gubernur",
        signer=official,
    )
    PaymentOfficials.objects.create(angkatan=source, payer="Kas", treasurer=official)

    copy = copied(source)

    letter, officials = copy.invitation_letter, copy.payment_officials
    assert (letter.closing, letter.copies, letter.signer) == ("Wasalam.", "Gubernur", official)
    assert (letter.series, letter.dated_on) == (None, None)
    assert (officials.payer, officials.treasurer, officials.approver) == ("Kas", official, None)


def test_invitations_come_along_only_when_asked():
    source = AngkatanFactory()
    invited = InvitationFactory(angkatan=source, own_seats=5)
    a_registration(source)

    assert not copied(source).invitations.exists()
    copy = copied(source, number=8, with_invitations=True)
    assert copy.invitations.count() == 2
    assert copy.invitations.get(ormas=invited.ormas).own_seats == 5
    assert not copy.registrations.exists()


def test_taken_number_is_told_and_nothing_is_written():
    source = AngkatanFactory(number=2)
    SessionFactory(angkatan=source)

    with pytest.raises(NumberTaken):
        copy_angkatan(source, number=2, starts_on=date(2019, 9, 2), with_invitations=False)
    assert Angkatan.objects.count() == 1
