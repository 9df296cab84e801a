"""Who is written to, about what, when, and which messages are taken back before they go."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from pelatihan.accounts.actor import CONTACT, DELEGATE, SYSTEM
from pelatihan.batches import moving, steps
from pelatihan.lifecycle import Action, Status
from pelatihan.messaging import post
from pelatihan.models import Decision, Mailing, Message, PlanChange, Registration
from pelatihan.models.registration import UNDO_FOR
from pelatihan.registration import changes, decisions, writer
from pelatihan.registration.application import Application
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    UserFactory,
    a_person,
    a_registration,
    clerk,
)

pytestmark = pytest.mark.django_db
MAIL = "siti@contoh.id"
Source = Registration.Source


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOON, tick=False):
        yield


def written(person: Registration | None = None) -> list[tuple[str, str]]:
    """Kind and state of each, in the order in which they were written."""
    rows = Message.objects.filter(registration=person) if person else Message.objects.all()
    return list(rows.order_by("pk").values_list("kind", "state"))


def decide(people, action, reason="", at=NOON) -> decisions.Decided:
    return decisions.decide(
        people, action, actor=clerk(), at=at, reason=reason, seen={one.pk: one.status for one in people}
    )


# ---- On what occasion ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        (Status.SUBMITTED, ["received"]),
        (Status.NEEDS_FIX, ["received", "needs_fix"]),
        (Status.ACCEPTED, ["received", "accepted"]),
        (Status.WAITLISTED, ["received", "queued"]),
        (Status.REJECTED, ["received", "rejected"]),
        (Status.CANCELLED, ["received", "cancelled"]),
        (Status.REPLACED, ["received", "replaced"]),
    ],
)
def test_each_status_is_told_and_what_waited_about_the_former_is_dropped(status, kinds):
    person = a_registration(AngkatanFactory(), status)

    states = ["dropped"] * (len(kinds) - 1) + ["waiting"]
    assert written(person) == list(zip(kinds, states, strict=True))


def test_who_comes_instead_is_told_where_they_stand():
    old = a_registration(AngkatanFactory())

    new = changes.replace(old, Application(a_person(), Source.WEB), actor=clerk(), at=NOON)

    assert written(new) == [("accepted", "waiting")]


def test_whoever_the_ormas_registers_is_told_too():
    invitation = InvitationFactory()
    wishes = [Application(a_person(), Source.GROUP, ormas=invitation.ormas) for _ in range(2)]

    people = writer.register_group(invitation, wishes, at=NOON)

    assert [written(one) for one in people] == [[("received", "waiting")]] * 2


def test_own_withdrawal_is_confirmed_and_the_next_moves_up():
    batch = AngkatanFactory(capacity=1)
    first, second = a_registration(batch, Status.SUBMITTED), a_registration(batch, Status.SUBMITTED)

    writer.move(first, Action.WITHDRAW, actor=DELEGATE, at=NOON)

    assert written(first)[-1] == ("cancelled", "waiting")
    assert written(second) == [("queued", "dropped"), ("moved_up", "waiting")]


def test_own_fix_is_read_on_the_page_alone():
    person = a_registration(AngkatanFactory(), Status.NEEDS_FIX)

    writer.move(person, Action.FIX, actor=DELEGATE, at=NOON)

    assert written(person) == [("received", "dropped"), ("needs_fix", "dropped")]


def test_who_is_held_back_is_told_nothing_until_staff_looked():
    person = a_registration(AngkatanFactory(), Status.SUBMITTED)
    Message.objects.all().delete()
    Registration.objects.filter(pk=person.pk).update(is_held_back=True)

    change = person.history.latest("pk")
    person.is_held_back = True
    assert post.of_change(change, person, person.angkatan) is None

    writer.release(person.angkatan, [person.pk], actor=clerk(), at=NOON)

    assert written(person) == [("received", "waiting")]


@pytest.mark.parametrize("over", [{"closed_at": NOON}, {"cancelled_at": NOON, "cancel_reason": "x"}, {"days": 40}])
def test_nothing_is_told_about_a_training_that_is_over(over):
    person = a_registration(AngkatanFactory(), Status.SUBMITTED)
    Message.objects.all().delete()
    batch, at = person.angkatan, NOON + timedelta(days=over.pop("days", 0))
    for name, value in over.items():
        setattr(batch, name, value)
    change = person.history.latest("pk")
    change.at = at

    assert post.of_change(change, person, batch) is None
    assert post.of_many([change], batch) == 0


def test_what_is_noted_long_after_it_happened_is_history():
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        a_registration(AngkatanFactory(), at=NOON)
    assert written() == []

    with time_machine.travel(NOON + timedelta(days=1) - timedelta(seconds=1), tick=False):
        a_registration(AngkatanFactory(), Status.SUBMITTED, at=NOON)
    assert written() == [("received", "waiting")]


# ---- By which channel ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "phone", "expected"),
    [
        (MAIL, "", ("email", "waiting", "")),
        (MAIL, "+6281234567890", ("email", "waiting", "")),
        ("", "+6281234567890", ("whatsapp", "waiting", "")),
        ("a@ormas.example", "+6281234567890", ("whatsapp", "waiting", "")),
        ("", "", ("whatsapp", "failed", "Tidak ada nomor HP dan surel.")),
        ("a@ormas.example", "021-3456789", ("whatsapp", "failed", "Tidak ada nomor HP dan surel.")),
    ],
)
def test_mail_where_it_can_arrive_else_whatsapp_else_somebody_is_asked(email, phone, expected):
    by = post.way(email, phone)

    assert (by["channel"], by.get("state", "waiting"), by.get("why", "")) == expected


def test_without_mail_server_everybody_gets_whatsapp(settings):
    settings.SENDS_MAIL = False

    assert post.way(MAIL, "+6281234567890") == {"channel": "whatsapp"}


# ---- When, and taken back ------------------------------------------------------------------------


def test_message_of_a_decision_waits_as_long_as_it_can_be_taken_back():
    people = [a_registration(AngkatanFactory(), Status.SUBMITTED, email=MAIL) for _ in range(2)]
    at_once = Message.objects.filter(kind="received").values_list("due_at", flat=True)
    assert set(at_once) == {NOON}

    decided = decide(people, Action.ACCEPT)

    told = Message.objects.filter(kind="accepted")
    assert {(one.due_at, one.decision_id) for one in told} == {(NOON + UNDO_FOR, decided.decision.pk)}
    assert not Message.objects.due(NOON + UNDO_FOR - timedelta(seconds=1)).filter(kind="accepted").exists()


def test_who_moves_up_by_a_decision_waits_with_it():
    batch = AngkatanFactory(capacity=1)
    first, second = a_registration(batch, Status.SUBMITTED), a_registration(batch, Status.SUBMITTED)

    decide([first], Action.REJECT, "x")

    moved_up = Message.objects.get(kind="moved_up")
    assert (moved_up.registration, moved_up.due_at) == (second, NOON + UNDO_FOR)


def test_decision_taken_back_tells_nobody_anything():
    batch = AngkatanFactory(capacity=1)
    first, _second = a_registration(batch, Status.SUBMITTED), a_registration(batch, Status.SUBMITTED)
    Message.objects.all().delete()
    decided = decide([first], Action.REJECT, "x")

    decisions.take_back(decided.decision.pk, actor=clerk(), at=NOON + timedelta(minutes=1))

    assert written() == [("rejected", "dropped"), ("moved_up", "dropped")]
    assert set(Message.objects.values_list("why", flat=True)) == {"Keputusan diurungkan."}


def test_who_could_not_be_put_back_is_told_all_the_same():
    person = a_registration(AngkatanFactory(), Status.SUBMITTED)
    decided = decide([person], Action.ACCEPT)
    writer.move(person, Action.WAITLIST, actor=clerk(), at=NOON)

    decisions.take_back(decided.decision.pk, actor=clerk(), at=NOON)

    assert written(person)[-2:] == [("accepted", "dropped"), ("queued", "waiting")]


def test_who_knew_already_is_told_that_it_was_taken_back():
    person = a_registration(AngkatanFactory(), Status.SUBMITTED)
    decided = decide([person], Action.ACCEPT)
    accepted = Message.objects.get(kind="accepted")
    assert post.sent_by_hand(accepted, "", "x", "+62", by=UserFactory(), at=NOON)

    decisions.take_back(decided.decision.pk, actor=clerk(), at=NOON)

    assert written(person)[-2:] == [("accepted", "sent"), ("received", "waiting")]


def test_withdrawal_taken_back_is_confirmed_to_who_had_the_confirmation():
    person = a_registration(AngkatanFactory())
    writer.move(person, Action.WITHDRAW, actor=DELEGATE, at=NOON)
    Message.objects.filter(kind="cancelled").update(state="sent", channel="email", ended_at=NOON)

    writer.undo_withdrawal(person, actor=DELEGATE, at=NOON)

    assert written(person)[-1] == ("accepted", "waiting")


def test_longer_time_for_taking_back_holds_the_messages_longer():
    person = a_registration(AngkatanFactory(), Status.SUBMITTED)
    decision = decide([person], Action.ACCEPT).decision
    assert decision
    Decision.objects.filter(pk=decision.pk).update(at=NOON + timedelta(minutes=5))
    decision.refresh_from_db()

    assert [post.wait_for(decision), post.wait_for(decision)] == [1, 0]
    assert Message.objects.get(kind="accepted").due_at == NOON + timedelta(minutes=5) + UNDO_FOR


def test_person_without_a_way_is_no_task_any_more_when_the_status_moved():
    person = a_registration(AngkatanFactory(), Status.SUBMITTED, phone="")
    assert written(person) == [("received", "failed")]

    writer.move(person, Action.CANCEL, actor=clerk(), at=NOON, reason="x")

    assert written(person) == [("received", "dropped"), ("cancelled", "failed")]


def test_what_went_or_may_have_gone_stays_what_it_is():
    person = a_registration(AngkatanFactory(), Status.SUBMITTED)
    Message.objects.update(state="doubtful")

    writer.move(person, Action.ACCEPT, actor=clerk(), at=NOON)

    assert written(person) == [("received", "doubtful"), ("accepted", "waiting")]


def test_failed_change_leaves_no_message():
    with transaction.atomic():
        a_registration(AngkatanFactory())
        transaction.set_rollback(True)

    assert written() == []


# ---- Many at once --------------------------------------------------------------------------------


def test_many_are_told_in_few_statements(django_assert_max_num_queries, django_capture_on_commit_callbacks):
    batch, ormas = AngkatanFactory(capacity=200, seats_per_ormas=200), OrmasFactory()
    people = [a_registration(batch, Status.SUBMITTED, ormas=ormas, email=MAIL) for _ in range(20)]
    lines = [person.history.latest("pk") for person in people]
    for line, person in zip(lines, people, strict=True):
        line.registration = person
        line.pk += 10_000

    with django_assert_max_num_queries(4):
        assert post.of_many(lines, batch) == 20


def test_bulk_decision_writes_each_person_one():
    batch, ormas = AngkatanFactory(capacity=200, seats_per_ormas=200), OrmasFactory()
    people = [a_registration(batch, Status.SUBMITTED, ormas=ormas) for _ in range(5)]

    decide(people, Action.ACCEPT)

    assert [written(one) for one in people] == [[("received", "dropped"), ("accepted", "waiting")]] * 5


def test_event_gives_one_person_one_message():
    person = a_registration(AngkatanFactory(), Status.SUBMITTED)
    message = Message.objects.get()
    message.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        message.save(force_insert=True)
    assert written(person) == [("received", "waiting")]


# ---- Of the plan ---------------------------------------------------------------------------------


def postponed(batch, at=NOON):
    return moving.move(
        batch, batch.starts_on + timedelta(days=7), seen=batch.starts_on, at=at, actor=clerk(), reason="Gedung dipakai"
    )


def test_new_dates_are_told_to_the_active_and_to_silent_ormas():
    batch = AngkatanFactory()
    coming, gone = a_registration(batch), a_registration(batch, Status.CANCELLED)
    silent = InvitationFactory(angkatan=batch, ormas__contact_phone="+6281200000099")
    Message.objects.all().delete()

    postponed(batch)

    told = {(one.registration, one.invitation, one.kind, one.state) for one in Message.objects.all()}
    assert (coming, None, "postponed", "waiting") in told
    assert (None, silent, "postponed", "waiting") in told
    assert gone not in {registration for registration, *_rest in told}


def test_later_change_takes_the_place_of_what_waits():
    batch = AngkatanFactory()
    person = a_registration(batch)
    postponed(batch)
    batch.refresh_from_db()

    steps.take(batch, steps.Step.CANCEL, at=NOON, reason="Sakit", actor=clerk())

    assert written(person) == [
        ("received", "dropped"), ("accepted", "dropped"), ("postponed", "dropped"), ("called_off", "waiting"),
    ]  # fmt: skip
    why = dict(Message.objects.filter(registration=person).values_list("kind", "why"))
    assert (why["accepted"], why["postponed"]) == ("Pelatihan dibatalkan.", "Rencananya sudah berubah lagi.")


def test_revived_training_is_told_again():
    batch = AngkatanFactory()
    person = a_registration(batch)
    steps.take(batch, steps.Step.CANCEL, at=NOON, reason="Sakit", actor=clerk())

    steps.take(batch, steps.Step.REVIVE, at=NOON, reason="Sudah sembuh", actor=clerk())

    assert written(person)[-2:] == [("called_off", "dropped"), ("revived", "waiting")]


def test_old_change_of_plan_is_history():
    batch = AngkatanFactory()
    a_registration(batch)
    Message.objects.all().delete()

    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        postponed(batch)

    assert written() == []
    assert PlanChange.objects.exists()


# ---- To many -------------------------------------------------------------------------------------


def a_mailing(batch, **fields) -> Mailing:
    given = {"kind": "free", "subject": "Kabar", "body": "Isi", "author": UserFactory(), "at": NOON} | fields
    return batch.mailings.create(pk=uuid.uuid4(), **given)


def test_sending_writes_each_person_and_ormas_once():
    batch = AngkatanFactory()
    people = [a_registration(batch) for _ in range(3)]
    silent = InvitationFactory(angkatan=batch, ormas__contact_phone="+6281200000099")
    mailing = a_mailing(batch)

    counts = [post.of_mailing(mailing, people, [silent], at=NOON) for _ in range(2)]

    assert counts == [4, 0]
    assert mailing.messages.count() == 4
    assert set(mailing.messages.exclude(registration=None).values_list("status", flat=True)) == {"accepted"}


def test_stopped_sending_drops_what_has_not_gone():
    batch = AngkatanFactory()
    people = [a_registration(batch) for _ in range(4)]
    mailing, other = a_mailing(batch), a_mailing(batch)
    post.of_mailing(mailing, people, at=NOON)
    post.of_mailing(other, people, at=NOON)
    gone, on_the_way = mailing.messages.order_by("pk")[:2]
    Message.objects.filter(pk=gone.pk).update(state="sent", channel="email", ended_at=NOON)
    Message.objects.filter(pk=on_the_way.pk).update(state="sending", sending_until=NOON)
    by = UserFactory()

    assert [post.stop(mailing, by=by, at=NOON), post.stop(mailing, by=UserFactory(), at=NOON)] == [2, 0]

    assert sorted(mailing.messages.values_list("state", flat=True)) == ["dropped", "dropped", "sending", "sent"]
    assert set(other.messages.values_list("state", flat=True)) == {"waiting"}
    mailing.refresh_from_db()
    assert mailing.stopped_by == by


# ---- What a person decides -----------------------------------------------------------------------


def a_message(state: str = "waiting", channel: str = "whatsapp") -> Message:
    a_registration(AngkatanFactory(), Status.SUBMITTED)
    message = Message.objects.order_by("-pk")[0]
    Message.objects.filter(pk=message.pk).update(
        state=state, channel=channel, why="x", tries=3, sending_until=NOON if state == "sending" else None,
        ended_at=NOON if state in {"sent", "dropped"} else None, ended_by=UserFactory() if state == "sent" else None,
    )  # fmt: skip
    message.refresh_from_db()
    return message


ACTS = {
    "by hand": (lambda one: post.sent_by_hand(one, "J", "Isi", "+62", by=UserFactory(), at=NOON), "sent"),
    "back": (post.not_sent_after_all, "waiting"),
    "no whatsapp": (post.no_whatsapp, "failed"),
    "arrived": (lambda one: post.arrived(one, by=UserFactory(), at=NOON), "sent"),
    "again": (lambda one: post.again(one, at=NOON), "waiting"),
    "never": (lambda one: post.never(one, by=UserFactory(), at=NOON), "dropped"),
}
ALLOWED = {
    "by hand": {"waiting", "failed", "doubtful"},
    "back": {"sent"},
    "no whatsapp": {"waiting"},
    "arrived": {"doubtful", "failed"},
    "again": {"doubtful", "failed"},
    "never": {"waiting", "doubtful", "failed"},
}


@pytest.mark.parametrize("state", Message.State)
@pytest.mark.parametrize("act", ACTS)
def test_person_decides_about_what_is_open_and_once(act, state):
    message = a_message(state)
    do, ends = ACTS[act]

    did = [do(message), do(message)]

    message.refresh_from_db()
    assert did == [state in ALLOWED[act], False]
    assert message.state == (ends if did[0] else state)


def test_mail_that_went_is_not_taken_back_as_if_sent_by_hand():
    assert not post.not_sent_after_all(a_message("sent", "email"))


def test_sending_again_begins_anew_by_another_way():
    message = a_message("doubtful", "email")

    post.again(message, "whatsapp", at=NOON + timedelta(minutes=1))

    message.refresh_from_db()
    assert (message.channel, message.tries, message.why) == ("whatsapp", 0, "")
    assert message.due_at == NOON + timedelta(minutes=1)


# ---- Whether it may still go ---------------------------------------------------------------------


def test_system_and_contact_are_told_of_too():
    batch = AngkatanFactory()
    old, reserve = a_registration(batch), a_registration(batch, Status.WAITLISTED)
    Registration.objects.filter(pk=reserve.pk).update(ormas=old.ormas, ormas_text="")
    reserve.refresh_from_db()

    changes.replace_by_reserve(old, reserve, actor=CONTACT, at=NOON)

    assert written(old)[-1] == ("replaced", "waiting")
    assert written(reserve)[-1] == ("moved_up", "waiting")
    assert SYSTEM.user is None
