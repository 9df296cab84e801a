"""Every writer waits for its batch and locks it before the registration; what the database refuses is told in words."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest
from django.contrib.auth.models import Group, User
from django.db import OperationalError, connection, transaction

from pelatihan.accounts import access
from pelatihan.accounts.actor import CONTACT, Actor
from pelatihan.lifecycle import Action, Role, Status
from pelatihan.models import Angkatan, ChangeRequest, Decision, Registration
from pelatihan.models.registration import Told
from pelatihan.registration import changes, decisions, requests, rows, writer
from pelatihan.registration.application import Application, Person
from pelatihan.registration.refusals import Clash
from tests.factories import NOON, AngkatanFactory, InvitationFactory, a_person, a_registration, clerk

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 20


@pytest.fixture(autouse=True)
def _groups():
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()


def somebody(registration: Registration) -> Application:
    return Application(a_person(), Registration.Source.STAFF, ormas=registration.ormas)


def wish(one: Registration) -> ChangeRequest:
    return ChangeRequest.objects.create(registration=one, kind="cancel", role="contact", asked_at=NOON)


WRITERS = {
    "register": lambda one, actor: writer.register(one.angkatan, somebody(one), actor=actor, at=NOON),
    "release": lambda one, actor: writer.release(one.angkatan, [one.pk], actor=actor, at=NOON),
    "move": lambda one, actor: writer.move(one, Action.ACCEPT, actor=actor, at=NOON),
    "decide": lambda one, actor: decisions.decide([one], Action.ACCEPT, actor=actor, at=NOON, seen={}),
    "fill_seats": lambda one, actor: writer.fill_seats(one.angkatan, at=NOON),
    "replace": lambda one, actor: changes.replace(one, somebody(one), actor=actor, at=NOON),
    "correct": lambda one, actor: changes.correct(one, a_person(), actor=actor, at=NOON),
} | {
    "mend": lambda one, _: requests.mend(one, Person.of(one), actor=CONTACT, at=NOON),
    "ask_to_cancel": lambda one, _: requests.ask_to_cancel(one, actor=CONTACT, at=NOON, reason="Sakit"),
    "ask_to_replace": lambda one, _: requests.ask_to_replace(one, a_person(), actor=CONTACT, at=NOON, reason="Sakit"),
    "take_back": lambda one, _: requests.take_back(wish(one), at=NOON),
    "grant": lambda one, actor: requests.grant(wish(one), actor=actor, at=NOON),
    "refuse": lambda one, actor: requests.refuse(wish(one), actor=actor, at=NOON, note="Sebab"),
}
BOTH_ROWS = [name for name in WRITERS if name not in ("register", "release", "fill_seats")]


@pytest.fixture
def aside():
    """Runs something in a thread with a connection of its own."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit
        pool.submit(lambda: connection.close()).result(SECONDS)


@pytest.fixture
def another():
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit
        pool.submit(lambda: connection.close()).result(SECONDS)


def is_waiting(work: Future[object]) -> bool:
    """Whether it comes to wait for a lock, rather than to its end."""
    for _ in range(SECONDS * 50):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return True
        if wait([work], timeout=0.02).done:
            return False
    return False


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_waits_for_its_batch(name, aside):
    one, staff = a_registration(AngkatanFactory(), Status.SUBMITTED), clerk()

    with transaction.atomic():
        Angkatan.objects.select_for_update(no_key=True).get(pk=one.angkatan_id)
        work = aside(WRITERS[name], one, staff)
        waited = is_waiting(work)
    work.result(SECONDS)

    assert waited


@pytest.mark.parametrize("name", BOTH_ROWS)
def test_batch_is_locked_before_the_registration(name, aside, another):
    """A desk holds the person's row, as attendance does; who waits for it holds the batch already."""
    one, staff = a_registration(AngkatanFactory(), Status.SUBMITTED), clerk()

    with transaction.atomic():
        Registration.objects.select_for_update(no_key=True).get(pk=one.pk)
        work = aside(WRITERS[name], one, staff)
        assert is_waiting(work)
        batch_is_free = another(can_lock, one.angkatan_id).result(SECONDS)
    work.result(SECONDS)

    assert not batch_is_free


def test_undo_waits_for_its_batch(aside):
    one, staff = a_registration(AngkatanFactory(), Status.SUBMITTED), clerk()
    decided = decisions.decide([one], Action.ACCEPT, actor=staff, at=NOON, seen={})
    assert decided.decision

    with transaction.atomic():
        Angkatan.objects.select_for_update(no_key=True).get(pk=one.angkatan_id)
        work = aside(decisions.take_back, decided.decision.pk, actor=staff, at=NOON)
        waited = is_waiting(work)
    work.result(SECONDS)

    assert waited


def can_lock(batch: int) -> bool:
    try:
        with transaction.atomic():
            Angkatan.objects.select_for_update(no_key=True, nowait=True).get(pk=batch)
    except OperationalError:
        return False
    return True


# ---- What the database refuses -------------------------------------------------------------------


def test_account_that_is_gone_at_the_end_is_told_in_words(caplog):
    """The reference to the clerk is checked when the transaction ends: nothing may be left then."""
    one = a_registration(AngkatanFactory(), Status.SUBMITTED)
    gone = User.objects.create(username="sudah-pergi")
    actor = Actor(Role.STAFF, User(pk=gone.pk))
    gone.delete()

    with caplog.at_level(logging.WARNING), pytest.raises(Clash, match="coba sekali lagi"):
        writer.move(one, Action.ACCEPT, actor=actor, at=NOON)

    one.refresh_from_db()
    assert one.status == Status.SUBMITTED
    [line] = caplog.messages
    assert line.startswith("move refused by pelatihan_statuschange_actor_id_")


def test_decision_that_the_database_refuses_at_its_end_moves_nobody():
    one = a_registration(AngkatanFactory(), Status.SUBMITTED)
    gone = User.objects.create(username="sudah-pergi")
    actor = Actor(Role.STAFF, User(pk=gone.pk))
    gone.delete()

    ((refused, why),) = decisions.decide([one], Action.ACCEPT, actor=actor, at=NOON, seen={}).refused

    one.refresh_from_db()
    assert (one.status, refused) == (Status.SUBMITTED, one)
    assert "coba sekali lagi" in str(why)


def test_number_that_is_given_already_is_told_in_words():
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan)
    waiting = a_registration(angkatan, Status.SUBMITTED)
    Angkatan.objects.update(queue_counter=0)

    with pytest.raises(Clash, match="belum ada yang disimpan"):
        writer.register(angkatan, somebody(waiting), actor=clerk(), at=NOON)
    assert Registration.objects.count() == 2


def test_what_only_points_at_locked_rows_does_not_wait(aside):
    """An invitation is added, and somebody is told, while a decision is being taken."""
    one, staff = a_registration(AngkatanFactory()), clerk().user
    assert staff

    def told() -> Told:
        return Told.objects.create(registration=one, status="accepted", actor=staff, at=NOON)

    with transaction.atomic():
        rows.locked(one.angkatan)
        rows.current(one)
        for act in (lambda: InvitationFactory(angkatan=one.angkatan), told):
            assert aside(act).result(SECONDS)


def test_deciding_together_and_taking_it_back_are_transactions_of_their_own():
    one, staff = a_registration(AngkatanFactory(), Status.SUBMITTED), clerk()
    assert staff.user
    decision = Decision.objects.create(action=Action.ACCEPT, actor=staff.user, at=NOON)

    writer.move_together(one.angkatan, [one.pk], decision, actor=staff, at=NOON, seen={})
    assert writer.undo(one.angkatan, decision, actor=staff, at=NOON) == []

    assert [line.action for line in one.history.all()] == ["register", "accept", "undo"]
