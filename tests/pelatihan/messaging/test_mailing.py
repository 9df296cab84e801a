"""One text to many: who is meant, the job that writes the messages, and stopping it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer as attendance
from pelatihan.jobs import running
from pelatihan.lifecycle import Action
from pelatihan.messaging import mailing, outbox
from pelatihan.messaging.mailing import Choice
from pelatihan.models import Angkatan, AttendanceState, Job, Mailing, Message, MessageKind, Registration
from pelatihan.registration import writer
from tests.factories import NOON, AngkatanFactory, SessionFactory, UserFactory, clerk
from tests.pelatihan.messaging.samples import a_contact, somebody

pytestmark = pytest.mark.django_db
ACCEPTED = Choice(("accepted",))
LATER = NOON + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def rina() -> User:
    return UserFactory(role="verifikator")


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory(capacity=2_000, seats_per_ormas=2_000)


def many(batch: Angkatan, count: int) -> None:
    """People that no rule has seen: for numbers."""
    first = somebody(batch)
    rows = [
        Registration(
            angkatan=batch, delegate=_delegate(first, number), ormas=first.ormas, invitation=first.invitation,
            name=f"Utusan {number}", status="accepted", source="web", submitted_at=NOON,
        )
        for number in range(count - 1)
    ]  # fmt: skip
    Registration.objects.bulk_create(rows)


def _delegate(first: Registration, number: int) -> Any:
    delegate = type(first.delegate)(
        name=f"Utusan {number}", phone=f"+62813{number:08d}", ormas=first.ormas,
        privacy_version=first.delegate.privacy_version,
    )  # fmt: skip
    for field in first.delegate._meta.concrete_fields:
        if field.name not in ("id", "name", "phone", "ormas") and not field.generated:
            setattr(delegate, field.attname, getattr(first.delegate, field.attname))
    delegate.pk = None
    delegate.save()
    return delegate


def started(batch: Angkatan, by: User, key: uuid.UUID | None = None, **fields: Any) -> Mailing:
    given: dict[str, Any] = {
        "kind": MessageKind.REMINDER,
        "subject": "Pengingat",
        "body": "Halo {nama}: {tautan}",
        "choice": ACCEPTED,
    }
    return mailing.start(
        key or uuid.uuid4(), angkatan=batch, author=by, at=NOON, shown_at="/admin/pesan/", **(given | fields)
    )


def written(sending: Mailing) -> list[str]:
    return [message.registration.name for message in sending.messages.order_by("pk") if message.registration]


# ---- Who is meant ----------------------------------------------------------------------------------


def names(batch: Angkatan, choice: Choice, kind: str = MessageKind.FREE) -> list[str]:
    return [one.name for one in mailing.receivers(batch.pk, kind, choice)]


def test_those_of_a_status_in_this_batch(batch):
    somebody(batch, name="Adi")
    somebody(batch, name="Budi", status="submitted")
    somebody(name="Cici")

    assert names(batch, ACCEPTED) == ["Adi"]
    assert names(batch, Choice(("accepted", "submitted"))) == ["Adi", "Budi"]
    assert names(batch, Choice()) == []


def test_those_of_an_organisation(batch):
    one = somebody(batch, name="Adi")
    somebody(batch, name="Budi")
    assert one.ormas

    assert names(batch, Choice(("accepted",), one.ormas.abbreviation)) == ["Adi"]
    assert names(batch, Choice(("accepted",), "tidak ada")) == []


def test_those_who_were_there_and_those_who_never_were(batch):
    first, second = SessionFactory(angkatan=batch), SessionFactory(angkatan=batch, hour=10)
    there, late, sick = (somebody(batch, name=name) for name in ("Adi", "Budi", "Cici"))
    for one, state in ((there, "present"), (late, "late"), (sick, "sick")):
        attendance.mark(first, one, AttendanceState(state), event_id=uuid.uuid4(), actor=SYSTEM, at=NOON)

    assert names(batch, Choice(("accepted",), "", mailing.PRESENT, first.pk)) == ["Adi", "Budi"]
    assert names(batch, Choice(("accepted",), "", mailing.PRESENT, second.pk)) == []
    assert names(batch, Choice(("accepted",), "", mailing.NEVER)) == ["Cici"]


def test_organisations_without_delegates(batch):
    sending = somebody(batch)
    silent, gone = a_contact(batch), somebody(batch, status="cancelled")
    a_contact()

    found = mailing.receivers(batch.pk, MessageKind.NO_DELEGATES, Choice())
    assert list(found) == sorted([silent, gone.invitation], key=lambda one: one.pk)
    assert sending.invitation not in found
    named = Choice((), silent.ormas.abbreviation)
    assert list(mailing.receivers(batch.pk, MessageKind.NO_DELEGATES, named)) == [silent]


def test_ways_are_counted(batch, settings):
    somebody(batch, email="adi@contoh.id")
    somebody(batch, email="budi@contoh.example")
    lost = somebody(batch)
    lost.delegate.phone = ""
    lost.delegate.save()
    found = mailing.receivers(batch.pk, MessageKind.FREE, ACCEPTED)

    ways = mailing.ways(found, MessageKind.FREE)
    assert (ways.total, ways.by_mail, ways.by_whatsapp, ways.nowhere, ways.reached) == (3, 1, 1, 1, 2)
    assert list(found.filter(mailing.unreachable(MessageKind.FREE))) == [lost]
    settings.SENDS_MAIL = False
    assert mailing.ways(found, MessageKind.FREE).by_mail == 0


def test_ways_of_contacts_are_counted(batch):
    a_contact(batch), a_contact(batch, phone="+62215550100"), a_contact(batch, phone="", email="kantor@contoh.id")

    ways = mailing.ways(mailing.receivers(batch.pk, MessageKind.NO_DELEGATES, Choice()), MessageKind.NO_DELEGATES)

    assert (ways.total, ways.by_mail, ways.by_whatsapp, ways.nowhere) == (3, 1, 1, 1)


def test_choice_is_kept_as_it_was_made():
    choice = Choice(("accepted", "waitlisted"), "hipakad", mailing.PRESENT, 7)

    assert Choice.read(choice.kept()) == choice
    assert Choice.read({}) == Choice()


# ---- Writing ---------------------------------------------------------------------------------------


def test_worker_writes_one_message_to_each(batch, rina, monkeypatch):
    monkeypatch.setattr(mailing, "PART", 2)
    for name in ("Adi", "Budi", "Cici"):
        somebody(batch, name=name)
    sending = started(batch, rina)
    assert sending.messages.count() == 0

    running.carry_out(sending.pk)

    assert written(sending) == ["Adi", "Budi", "Cici"]
    job = Job.objects.get()
    assert (job.state, job.done, job.total, job.pk) == ("done", 3, 3, sending.pk)
    assert "Pengingat sebelum berangkat" in job.title


def test_organisations_are_written_to(batch, rina):
    contact = a_contact(batch)
    sending = started(batch, rina, kind=MessageKind.NO_DELEGATES, choice=Choice())

    running.carry_out(sending.pk)

    assert sending.messages.get().invitation == contact


def test_pressed_twice_it_is_one_mailing(batch, rina):
    somebody(batch)
    key = uuid.uuid4()
    first, second = started(batch, rina, key), started(batch, rina, key, body="Lain {tautan}")

    running.carry_out(key)
    running.carry_out(key)

    assert first == second
    assert second.body == "Halo {nama}: {tautan}"
    assert Message.objects.count() == 1


def test_who_left_meanwhile_gets_nothing(batch, rina):
    stays, leaves = somebody(batch, name="Adi"), somebody(batch, name="Budi")
    sending = started(batch, rina)
    writer.move(leaves, Action.CANCEL, actor=clerk(), at=NOON, reason="Berhalangan")

    running.carry_out(sending.pk)

    assert written(sending) == [stays.name]


def test_who_came_after_it_was_asked_is_not_meant(batch, rina):
    somebody(batch, name="Adi")
    sending = started(batch, rina)
    somebody(batch, name="Budi")

    running.carry_out(sending.pk)

    assert written(sending) == ["Adi"]


def test_killed_worker_leaves_no_second_message(batch, rina, monkeypatch):
    monkeypatch.setattr(mailing, "PART", 2)
    many(batch, 5)
    sending = started(batch, rina)
    ends = iter([False, True])
    running.carry_out(sending.pk, lambda: next(ends))
    assert 0 < sending.messages.count() < 5

    running.carry_out(sending.pk)

    assert sending.messages.count() == 5


# ---- Stopping --------------------------------------------------------------------------------------


def test_thousand_stopped_at_three_hundred(batch, rina, monkeypatch):
    """The rest stays unsent, and says so."""
    monkeypatch.setattr(mailing, "PART", 100)
    many(batch, 1_000)
    sending = started(batch, rina)
    looks = iter(range(10))
    running.carry_out(sending.pk, lambda: next(looks) == 4)
    Message.objects.filter(pk__in=list(sending.messages.order_by("pk").values_list("pk", flat=True)[:300])).update(
        state="sent", ended_at=NOON, ended_by=rina
    )

    mailing.stop(sending, by=rina, at=LATER)
    running.carry_out(sending.pk)

    sending.refresh_from_db()
    figures = mailing.figures(sending)
    assert (figures.total, figures.written, figures.sent, figures.dropped) == (1_000, 500, 300, 200)
    assert (figures.unwritten, figures.mails, figures.by_hand, figures.ended) == (500, 0, 0, 500)
    assert set(sending.messages.filter(state="dropped").values_list("why", flat=True)) == {"Kiriman dihentikan."}
    assert (sending.stopped_by, sending.stopped_at) == (rina, LATER)
    assert sending.job
    assert sending.job.state == "stopped"


def test_stopped_twice_is_once(batch, rina):
    somebody(batch)
    sending = started(batch, rina)
    running.carry_out(sending.pk)
    budi = UserFactory(role="verifikator")

    mailing.stop(sending, by=rina, at=NOON)
    mailing.stop(sending, by=budi, at=LATER)

    sending.refresh_from_db()
    assert (sending.stopped_by, sending.stopped_at) == (rina, NOON)
    assert sending.messages.get().state == "dropped"


def test_stopped_mailing_that_is_taken_up_again_writes_nothing(batch, rina):
    somebody(batch)
    sending = started(batch, rina)
    mailing.stop(sending, by=rina, at=NOON)
    running.resume(Job.objects.get())

    running.carry_out(sending.pk)

    assert not Message.objects.exists()
    assert Job.objects.get().state == "done"


def test_stopped_mails_do_not_go_out(batch, rina, mailoutbox):
    somebody(batch, email="adi@contoh.id")
    sending = started(batch, rina)
    running.carry_out(sending.pk)
    mailing.stop(sending, by=rina, at=NOON)

    outbox.send_due()

    assert mailoutbox == []


# ---- Figures ---------------------------------------------------------------------------------------


def test_figures_tell_what_is_where(batch, rina):
    many(batch, 8)
    sending = started(batch, rina)
    running.carry_out(sending.pk)
    states: list[dict[str, Any]] = [
        {"state": "sent", "ended_at": NOON, "ended_by": rina},
        {"state": "waiting", "channel": "email"},
        {"state": "sending", "channel": "email", "sending_until": LATER},
        {"state": "waiting"},
        {"state": "doubtful"},
        {"state": "failed"},
        {"state": "dropped", "ended_at": NOON},
    ]
    for message, fields in zip(sending.messages.order_by("pk"), states, strict=False):
        Message.objects.filter(pk=message.pk).update(**fields)

    figures = mailing.figures(sending)

    assert (figures.total, figures.written, figures.sent, figures.mails, figures.by_hand) == (8, 8, 1, 2, 2)
    assert (figures.doubtful, figures.failed, figures.dropped, figures.unwritten, figures.ended) == (1, 1, 1, 0, 4)


def test_earlier_mailings_of_the_batch_are_remembered(batch, rina):
    first = started(batch, rina)
    started(batch, rina, kind=MessageKind.FREE)
    started(AngkatanFactory(), rina)

    assert mailing.earlier(batch, MessageKind.REMINDER) == [first]
