"""Many registrations from one place in a short time: they come in, hold no seat, and wait until staff look."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory, override_settings

from pelatihan.accounts.actor import DELEGATE
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Registration
from pelatihan.registration import changes, networks, writer
from pelatihan.registration.application import Application
from pelatihan.registration.refusals import BatchOver, NoSeatLeft
from tests.factories import NOON, AngkatanFactory, InvitationFactory, a_person, a_registration, clerk

pytestmark = pytest.mark.django_db
HERE, THERE = "a" * 32, "b" * 32


@pytest.fixture
def angkatan():
    return AngkatanFactory(capacity=100, seats_per_ormas=100)


def arrive(angkatan, network=HERE, at=NOON, source=Registration.Source.WEB) -> Registration:
    ormas = (angkatan.invitations.first() or InvitationFactory(angkatan=angkatan)).ormas
    wish = Application(a_person(), source, ormas=ormas, network=network)
    return writer.register(angkatan, wish, actor=DELEGATE, at=at)


def came(angkatan, times, network=HERE) -> None:
    """As many registrations from there, one at each of those times."""
    for at in times:
        Registration.objects.filter(pk=arrive(angkatan, "").pk).update(network=network, submitted_at=at)


def held_back(*registrations) -> list[bool]:
    return [Registration.objects.get(pk=registration.pk).is_held_back for registration in registrations]


# ---- Who is held back ----------------------------------------------------------------------------


def test_sixteenth_within_ten_minutes_is_held_back(angkatan):
    arrived = [arrive(angkatan) for _ in range(17)]

    assert held_back(*arrived) == [False] * 15 + [True] * 2
    assert {(one.status, one.queue_number) for one in arrived} == {(Status.SUBMITTED, None)}
    assert angkatan.registrations.holding_seat().count() == 15


@pytest.mark.parametrize(("window", "most"), networks.LIMITS)
def test_limit_holds_within_its_window_only(angkatan, window, most, monkeypatch):
    monkeypatch.setattr(networks, "LIMITS", ((window, most),))
    came(angkatan, [NOON - window + timedelta(seconds=1)] * (most - 1))

    assert held_back(arrive(angkatan), arrive(angkatan)) == [False, True]
    Registration.objects.update(submitted_at=NOON - window)
    assert held_back(arrive(angkatan)) == [False]


def test_limits_are_what_the_decision_says():
    minutes = [(window / timedelta(minutes=1), most) for window, most in networks.LIMITS]

    assert minutes == [(10, 15), (60, 30), (24 * 60, 40)]
    assert networks.KEPT.days == 7


def test_other_places_and_other_batches_are_not_held_back(angkatan):
    for _ in range(15):
        arrive(angkatan)

    assert held_back(arrive(angkatan, THERE), arrive(AngkatanFactory())) == [False, False]


def test_unknown_place_is_never_held_back(angkatan):
    assert held_back(*[arrive(angkatan, network="") for _ in range(20)]) == [False] * 20


def test_refused_ones_still_count(angkatan):
    for _ in range(15):
        writer.move(arrive(angkatan), Action.REJECT, actor=clerk(), at=NOON, reason="Rekaan")

    assert held_back(arrive(angkatan)) == [True]


def test_held_back_takes_no_queue_number_from_others(angkatan):
    for _ in range(15):
        arrive(angkatan)
    Angkatan.objects.update(capacity=15)
    held = arrive(angkatan)

    assert (held.status, held.queue_number, held.is_held_back) == (Status.SUBMITTED, None, True)
    assert arrive(angkatan, THERE).queue_number == 1


# ---- How a place is known ------------------------------------------------------------------------


def known_as(angkatan, address: str) -> str:
    return networks.network_of(RequestFactory().get("/", REMOTE_ADDR=address), angkatan)


def test_place_is_kept_as_a_keyed_hash(angkatan):
    name = known_as(angkatan, "192.0.2.1")

    assert len(name) == 32
    assert "192" not in name
    with override_settings(SECRET_KEY="another"):
        assert known_as(angkatan, "192.0.2.1") != name


def test_place_has_another_name_in_every_batch(angkatan):
    assert known_as(angkatan, "192.0.2.1") != known_as(AngkatanFactory(), "192.0.2.1")
    assert known_as(angkatan, "192.0.2.1") != known_as(angkatan, "192.0.2.2")


def test_ipv6_counts_by_site(angkatan):
    here, neighbour, elsewhere = "2001:db8:1:2::1", "2001:db8:1:ffff::9", "2001:db8:2::1"

    assert known_as(angkatan, here) == known_as(angkatan, neighbour)
    assert known_as(angkatan, here) != known_as(angkatan, elsewhere)


def test_unix_socket_is_no_place(angkatan):
    assert known_as(angkatan, "") == ""


# ---- Looking: let in -----------------------------------------------------------------------------


SEATED = 2


@pytest.fixture
def a_few_are_many(monkeypatch):
    """So that a crowd is not twenty people in each of these stories."""
    monkeypatch.setattr(networks, "LIMITS", ((timedelta(minutes=10), SEATED),))


def a_crowd(capacity=100, size=3) -> tuple[Angkatan, list[Registration]]:
    """A batch with two seated people and a few held back behind them."""
    angkatan = AngkatanFactory(capacity=capacity, seats_per_ormas=100)
    arrived = [arrive(angkatan) for _ in range(SEATED + size)]
    return angkatan, arrived[SEATED:]


@pytest.mark.usefixtures("a_few_are_many")
def test_released_take_seats_in_order_of_arrival_then_queue():
    angkatan, crowd = a_crowd(capacity=SEATED + 1)

    released = writer.release(angkatan, [one.pk for one in reversed(crowd)], actor=clerk(), at=NOON)

    assert released == crowd
    assert [(one.status, one.queue_number) for one in released] == [
        (Status.SUBMITTED, None), (Status.WAITLISTED, 1), (Status.WAITLISTED, 2),
    ]  # fmt: skip
    assert held_back(*crowd) == [False] * 3


@pytest.mark.usefixtures("a_few_are_many")
def test_release_stands_in_the_history():
    angkatan, (first, second) = a_crowd(capacity=SEATED + 1, size=2)
    staff = clerk()

    writer.release(angkatan, [first.pk, second.pk], actor=staff, at=NOON + timedelta(hours=1))

    lines = [one.history.last() for one in (first, second)]
    assert [(line.action, line.from_status, line.to_status, line.actor) for line in lines] == [
        ("release", "submitted", "submitted", staff.user), ("release", "submitted", "waitlisted", staff.user),
    ]  # fmt: skip
    assert {line.at for line in lines} == {NOON + timedelta(hours=1)}


@pytest.mark.usefixtures("a_few_are_many")
def test_some_are_released_and_the_others_stay():
    angkatan, crowd = a_crowd()

    writer.release(angkatan, [crowd[1].pk], actor=clerk(), at=NOON)

    assert held_back(*crowd) == [True, False, True]


@pytest.mark.usefixtures("a_few_are_many")
def test_releasing_twice_or_by_another_batch_changes_nothing():
    angkatan, crowd = a_crowd()
    ids = [one.pk for one in crowd]

    assert writer.release(AngkatanFactory(), ids, actor=clerk(), at=NOON) == []
    assert len(writer.release(angkatan, ids, actor=clerk(), at=NOON)) == 3
    assert writer.release(angkatan, ids, actor=clerk(), at=NOON) == []


@pytest.mark.usefixtures("a_few_are_many")
@pytest.mark.parametrize("over", [{"closed_at": NOON}, {"cancelled_at": NOON, "cancel_reason": "Gempa"}])
def test_nobody_is_released_in_a_batch_that_is_over(over):
    angkatan, crowd = a_crowd()
    Angkatan.objects.update(**over)

    with pytest.raises(BatchOver):
        writer.release(angkatan, [crowd[0].pk], actor=clerk(), at=NOON)
    assert held_back(*crowd) == [True] * 3


# ---- Looking: the decisions of the table ---------------------------------------------------------


@pytest.mark.usefixtures("a_few_are_many")
@pytest.mark.parametrize("action", [Action.ACCEPT, Action.ASK_FIX, Action.WAITLIST, Action.REJECT, Action.CANCEL])
def test_any_decision_takes_the_mark_away(action):
    _, (one, *_) = a_crowd()

    writer.move(one, action, actor=clerk(), at=NOON, reason="Sudah dilihat")

    assert held_back(one) == [False]


@pytest.mark.usefixtures("a_few_are_many")
@pytest.mark.parametrize("action", [Action.ACCEPT, Action.ASK_FIX])
def test_decision_that_takes_a_seat_needs_one(action):
    _, (one, *_) = a_crowd(capacity=SEATED)

    with pytest.raises(NoSeatLeft, match="atau “Jadikan cadangan” dulu lalu pilih “Terima di luar kapasitas”"):
        writer.move(one, action, actor=clerk(), at=NOON, reason="Sudah dilihat")


@pytest.mark.usefixtures("a_few_are_many")
def test_replacement_of_one_held_back_needs_a_seat():
    _, (one, *_) = a_crowd(capacity=SEATED)

    with pytest.raises(NoSeatLeft):
        changes.replace(one, Application(a_person(), Registration.Source.STAFF), actor=clerk(), at=NOON)


@pytest.mark.usefixtures("a_few_are_many")
def test_refusing_one_held_back_frees_no_seat():
    angkatan, (one, *_) = a_crowd(capacity=SEATED)
    waiting = arrive(angkatan, THERE)

    writer.move(one, Action.REJECT, actor=clerk(), at=NOON, reason="Rekaan")

    waiting.refresh_from_db()
    assert waiting.status == Status.WAITLISTED


@pytest.mark.usefixtures("a_few_are_many")
def test_correcting_by_oneself_keeps_the_mark():
    _, (one, *_) = a_crowd()

    changes.correct(one, a_person(name="Nama Lain"), actor=DELEGATE, at=NOON)

    assert held_back(one) == [True]


def test_property_and_query_agree_who_holds_a_seat(angkatan):
    for status in Status:
        for source in (Registration.Source.WEB, Registration.Source.WALK_IN):
            a_registration(angkatan, status, source=source)
    a_registration(angkatan, Status.SUBMITTED)
    Registration.objects.filter(pk=Registration.objects.latest("pk").pk).update(is_held_back=True)

    everyone = Registration.objects.all()

    assert {one.pk for one in everyone if one.holds_seat} == set(everyone.holding_seat().values_list("pk", flat=True))


# ---- Seeing, forgetting --------------------------------------------------------------------------


@pytest.mark.usefixtures("a_few_are_many")
def test_crowds_are_told_by_place_in_order_of_arrival():
    angkatan, crowd = a_crowd()
    elsewhere = [arrive(angkatan, THERE, at=NOON + timedelta(hours=1)) for _ in range(SEATED + 1)]
    for quiet in ("", "c" * 32):
        arrive(angkatan, quiet)

    first, second = networks.crowds(angkatan)

    assert (first.network, first.count, first.others, first.first_at) == (HERE, 3, SEATED, NOON)
    assert (first.newest, second.newest) == (crowd[-1].pk, elsewhere[-1].pk)
    assert (second.network, second.count, second.others) == (THERE, 1, SEATED)
    assert networks.crowds(AngkatanFactory()) == []


def test_crowd_begins_and_ends_with_those_held_back(angkatan):
    minutes = [timedelta(minutes=number) for number in range(4)]
    came(angkatan, [NOON + each for each in minutes], HERE)
    _, first, last, _ = angkatan.registrations.order_by("submitted_at")
    Registration.objects.filter(pk__in=[first.pk, last.pk]).update(is_held_back=True)

    (crowd,) = networks.crowds(angkatan)

    assert (crowd.first_at, crowd.newest) == (NOON + minutes[1], last.pk)
    assert (crowd.count, crowd.others) == (2, 2)


@pytest.mark.usefixtures("a_few_are_many")
def test_places_are_forgotten_after_a_week_but_while_one_has_to_look():
    _, crowd = a_crowd(size=1)

    early = networks.forget(NOON + networks.KEPT - timedelta(seconds=1))
    later = networks.forget(NOON + networks.KEPT)

    assert (early, later) == (0, SEATED)
    assert list(Registration.objects.exclude(network="")) == crowd


@pytest.mark.usefixtures("a_few_are_many")
def test_places_are_forgotten_when_the_batch_is_over():
    angkatan, _ = a_crowd(size=1)
    last_day = datetime.combine(angkatan.ends_on, datetime.min.time(), tzinfo=UTC)

    assert networks.forget(last_day) == SEATED
    assert networks.forget(last_day + timedelta(days=1)) == 1
