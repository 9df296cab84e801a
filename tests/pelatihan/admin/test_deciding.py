"""Deciding registrations from the list and from the verification page."""

import pytest
from django.urls import reverse

from pelatihan.lifecycle import TRANSITIONS, Action, Role, Status, allowed_actions
from pelatihan.registration import writer
from tests.factories import NOON, AngkatanFactory, a_registration, clerk

LIST = reverse("admin:pelatihan_registration_changelist")
pytestmark = pytest.mark.django_db


def ticked(registrations, action, **extra):
    names = [f"decide_{each}" for each in ("accept", "accept_over", "ask_fix", "waitlist", "reject", "cancel")]
    seen = {f"seen-{each.pk}": each.status for each in registrations}
    return {
        "_selected_action": [each.pk for each in registrations],
        "action": names,
        "index": names.index(f"decide_{action}"),
        **seen,
        **extra,
    }


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def decide(client, registration, action, **extra):
    data = {"decision": action, f"seen-{registration.pk}": registration.status} | extra
    return client.post(reverse("admin:pelatihan_registration_decide", args=[registration.pk]), data, follow=True)


def test_ticked_registrations_are_accepted_by_name(verifier):
    angkatan = AngkatanFactory()
    three = [a_registration(angkatan, Status.SUBMITTED, name=name) for name in ("Adi", "Budi", "Citra")]

    answer = verifier.post(LIST, ticked(three, "accept"), follow=True)

    assert said(answer) == ["Diterima: Adi; Budi; Citra."]
    assert angkatan.registrations.accepted().count() == 3


def test_each_refusal_and_repeat_is_told(verifier):
    angkatan = AngkatanFactory()
    new, done, gone = (a_registration(angkatan, status, name=name) for status, name in (
        (Status.SUBMITTED, "Adi"), (Status.ACCEPTED, "Budi"), (Status.REJECTED, "Citra")))  # fmt: skip

    told = said(verifier.post(LIST, ticked([new, done, gone], "accept"), follow=True))

    assert told[0] == "Diterima: Adi."
    assert told[1] == "Sudah berstatus Diterima, tidak ada yang berubah: Budi."
    assert told[2].startswith("Citra: “Terima” tidak dapat dilakukan pada status Ditolak.")


def test_action_owing_a_reason_asks_for_it(verifier):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)

    asked = verifier.post(LIST, ticked([registration], "reject"))

    registration.refresh_from_db()
    assert registration.status == Status.SUBMITTED
    assert "Tolak: 1 pendaftaran" in asked.content.decode()


def test_reason_page_carries_the_decision_out(verifier):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    data = {"_selected_action": registration.pk, "action": "decide_reject", "reason": "Bukan pengurus"}

    verifier.post(LIST, data | {f"seen-{registration.pk}": "submitted"}, follow=True)

    assert registration.history.last().reason == "Bukan pengurus"


def test_second_clerk_is_told_who_was_first(verifier):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    seen = ticked([registration], "accept")
    writer.move(registration, Action.REJECT, actor=clerk(), at=NOON, reason="Bukan pengurus")

    told = said(verifier.post(LIST, seen, follow=True))

    assert "sudah berubah menjadi Ditolak oleh Rina Kartika" in told[0]


def test_full_batch_refuses_with_what_to_do(verifier):
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan)
    waiting = a_registration(angkatan, Status.SUBMITTED, name="Adi")

    told = said(decide(verifier, waiting, "accept"))

    assert "Semua 1 kursi" in told[0]
    assert "Terima di luar kapasitas" in told[0]


def test_accepting_over_capacity_owes_a_reason(verifier):
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan)
    waiting = a_registration(angkatan, Status.SUBMITTED)

    assert "Tulis alasan" in said(decide(verifier, waiting, "accept_over"))[0]
    decide(verifier, waiting, "accept_over", reason="Undangan pimpinan")

    assert angkatan.registrations.accepted().count() == 2


def test_refused_decision_keeps_the_typed_reason(verifier):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    stale = {f"seen-{registration.pk}": "waitlisted"}

    answer = decide(verifier, registration, "ask_fix", reason="Nama belum lengkap", **stale)

    assert "Nama belum lengkap</textarea>" in answer.content.decode()


@pytest.mark.parametrize("status", [status for status in Status if status != Status.REPLACED])
def test_page_draws_the_table_s_buttons(verifier, status):
    registration = a_registration(AngkatanFactory(), status)

    html = verifier.get(reverse("admin:pelatihan_registration_change", args=[registration.pk])).content.decode()
    drawn = [action for action in TRANSITIONS if f'name="decision" value="{action}"' in html]

    assert drawn == [each for each in allowed_actions(status, Role.STAFF) if each not in ("replace", "fix")]


@pytest.mark.parametrize("role", ["pemantau", "panitia", "petugas"])
def test_other_roles_decide_nothing(as_role, role):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    client = as_role(role)

    decide(client, registration, "accept")
    client.post(LIST, ticked([registration], "accept"))

    registration.refresh_from_db()
    assert registration.status == Status.SUBMITTED
