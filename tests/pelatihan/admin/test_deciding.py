"""Deciding registrations from the list and from the verification page."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse

from pelatihan.admin.verification import queue
from pelatihan.lifecycle import TRANSITIONS, Action, Role, Status, allowed_actions
from pelatihan.models import Angkatan, Decision, Registration, Told
from pelatihan.registration import writer
from tests.factories import NOON, AngkatanFactory, OrmasFactory, UserFactory, a_registration, clerk

LIST = reverse("admin:pelatihan_registration_changelist")
MANY = reverse("admin:pelatihan_registration_decide_many")
pytestmark = pytest.mark.django_db


def ticked(registrations, action, **extra):
    """What the list sends for those ticked."""
    return {"_selected_action": [each.pk for each in registrations], "action": f"decide_{action}", "index": 0, **extra}


def carried_out(client, registrations, action, **extra):
    """The list's button, then the page that says what will happen, carried out as it stands."""
    plan = client.post(LIST, ticked(registrations, action))
    will = plan.context["plan"].will
    sent = {"action": action, "key": plan.context["key"], "question": plan.context["question"]}
    sent |= {"_selected_action": [each.pk for each in will], "semua": [each.pk for each in will]}
    sent |= {f"seen-{each.pk}": each.status for each in will}
    return client.post(MANY, sent | extra, follow=True)


def standing(*registrations):
    return [Registration.objects.get(pk=each.pk).status for each in registrations]


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def decide(client, registration, action, **extra):
    data = {"decision": action, f"seen-{registration.pk}": registration.status} | extra
    return client.post(reverse("admin:pelatihan_registration_decide", args=[registration.pk]), data, follow=True)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


# ---- Many at once --------------------------------------------------------------------------------


def test_what_will_happen_to_whom_is_said_before_anything_changes(verifier):
    angkatan = AngkatanFactory(capacity=4)
    new, done, gone = (a_registration(angkatan, status, name=name) for status, name in (
        (Status.SUBMITTED, "Adi"), (Status.ACCEPTED, "Budi"), (Status.REJECTED, "Citra")))  # fmt: skip

    plan = verifier.post(LIST, ticked([new, done, gone], "accept")).context["plan"]

    assert (plan.will, plan.already) == ([new], [done])
    assert [(one, why.split(".")[0]) for one, why in plan.cannot] == [
        (gone, "“Terima” tidak dapat dilakukan pada status Ditolak")
    ]
    assert standing(new, done, gone) == ["submitted", "accepted", "rejected"]


def test_plan_counts_seats_as_the_writer_will(verifier):
    angkatan = AngkatanFactory(capacity=3, seats_per_ormas=2)
    ormas = OrmasFactory()
    waiting = [a_registration(angkatan, Status.WAITLISTED, ormas=ormas, name=name) for name in ("Adi", "Budi", "Citra")]
    other = [a_registration(angkatan, Status.WAITLISTED, name=name) for name in ("Dewi", "Eka")]

    plan = verifier.post(LIST, ticked([*waiting, *other], "accept")).context["plan"]
    answer = carried_out(verifier, [*waiting, *other], "accept")

    assert plan.will == [*waiting[:2], other[0]]
    assert [why.split(".")[0] for _, why in plan.cannot] == [
        f"Kursi {ormas.name} sudah terpakai semua", f"Semua 3 kursi {angkatan.name} terisi"
    ]  # fmt: skip
    assert [(batch.before, batch.after) for batch in plan.seats] == [(0, 3)]
    assert answer.context["done"] == plan.will
    assert standing(*waiting, *other) == ["accepted", "accepted", "waitlisted", "accepted", "waitlisted"]


def test_plan_names_who_moves_up_from_the_queue(verifier, clock):
    angkatan = AngkatanFactory(capacity=2)
    inside = [a_registration(angkatan, name=name) for name in ("Adi", "Budi")]
    queue = [a_registration(angkatan, Status.SUBMITTED, name=name) for name in ("Citra", "Dewi")]

    plan = verifier.post(LIST, ticked([*inside, queue[0]], "cancel")).context["plan"]
    answer = carried_out(verifier, [*inside, queue[0]], "cancel", reason="Ganda")

    assert [batch.promoted for batch in plan.seats] == [[queue[1]]] == [answer.context["promoted"]]
    assert standing(*inside, *queue) == ["cancelled", "cancelled", "cancelled", "submitted"]


def test_result_lists_people_by_ormas_with_its_seats(verifier):
    angkatan, ormas = AngkatanFactory(), OrmasFactory(name="Ikatan Contoh", abbreviation="")
    ours = [a_registration(angkatan, Status.SUBMITTED, ormas=ormas, name=name) for name in ("Adi", "Budi")]

    answer = carried_out(verifier, ours, "accept")

    assert [(group.name, group.people, group.seats) for group in answer.context["groups"]] == [
        ("Ikatan Contoh", ours, "2 dari 3")
    ]
    assert angkatan.registrations.accepted().count() == 2


def test_action_that_fits_none_of_the_chosen_has_no_button(verifier):
    registration = a_registration(AngkatanFactory(), Status.REJECTED)

    html = verifier.post(LIST, ticked([registration], "accept")).content.decode()

    assert "Terima yang ditandai" not in html
    assert "Tidak ada di antara yang ditandai yang dapat menjadi Diterima" in html


def test_list_offers_only_what_fits_those_it_shows(verifier):
    angkatan = AngkatanFactory()
    a_registration(angkatan)

    offered = verifier.get(LIST, {"angkatan": angkatan.slug}).context["decisions"]

    assert [action for action, _ in offered] == [Action.WAITLIST, Action.CANCEL]


def test_reason_owed_is_marked_at_its_field_and_the_ticks_are_kept(verifier):
    two = [a_registration(AngkatanFactory(), Status.SUBMITTED, name=name) for name in ("Adi", "Budi")]

    answer = carried_out(verifier, two, "reject", reason=" ", _selected_action=[two[0].pk])

    html = answer.content.decode()
    assert standing(*two) == ["submitted", "submitted"]
    assert "Pilih atau tulis alasan untuk “Tolak”" in html
    assert 'aria-invalid="true" autofocus' in html
    assert answer.context["unticked"] == {two[1].pk}


def test_one_reason_reaches_all_of_them(verifier):
    two = [a_registration(AngkatanFactory(), Status.SUBMITTED, name=name) for name in ("Adi", "Budi")]

    carried_out(verifier, two, "reject", reason="Bukan pengurus")

    assert [each.history.last().reason for each in two] == ["Bukan pengurus"] * 2


def test_going_back_keeps_ticks_and_filters(verifier):
    angkatan = AngkatanFactory()
    first, second = (a_registration(angkatan, Status.SUBMITTED, name=name) for name in ("Adi", "Budi"))
    listed = f"{LIST}?angkatan={angkatan.slug}&status=submitted"

    back = verifier.post(listed, ticked([second], "accept")).context["back"]
    html = verifier.get(back).content.decode()

    assert f"angkatan={angkatan.slug}&status=submitted&tanda={second.pk}" in back
    assert f'value="{second.pk}" class="action-select" aria-label="Tandai Budi" checked' in html
    assert f'value="{first.pk}" class="action-select" aria-label="Tandai Adi">' in html


def test_who_was_decided_meanwhile_is_named_in_the_result(verifier):
    angkatan = AngkatanFactory()
    first, second = (a_registration(angkatan, Status.SUBMITTED, name=name) for name in ("Adi", "Budi"))
    plan = verifier.post(LIST, ticked([first, second], "accept"))
    writer.move(first, Action.REJECT, actor=clerk(), at=NOON, reason="Bukan pengurus")
    sent = {"action": "accept", "key": plan.context["key"], "_selected_action": [first.pk, second.pk]}

    answer = verifier.post(MANY, sent | {f"seen-{each.pk}": "submitted" for each in (first, second)}, follow=True)

    ((refused, why),) = answer.context["refused"].rows
    assert refused == first
    assert "sudah berubah menjadi Ditolak oleh Rina Kartika" in why
    assert answer.context["done"] == [second]


def test_pressing_twice_is_one_decision(verifier):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    plan = verifier.post(LIST, ticked([registration], "accept"))
    sent = {"action": "accept", "key": plan.context["key"], "_selected_action": [registration.pk]}

    first, second = (verifier.post(MANY, sent) for _ in "12")

    assert first.url == second.url
    assert Decision.objects.count() == 1
    assert registration.history.filter(action="accept").count() == 1


# ---- Taking it back ------------------------------------------------------------------------------


def take_back(client, answer, **sent):
    return client.post(
        reverse("admin:pelatihan_registration_undo", args=[answer.context["decision"].pk]), sent, follow=True
    )


def test_one_undo_puts_all_back_where_they_stood(verifier, clock):
    angkatan = AngkatanFactory(capacity=2)
    inside = [a_registration(angkatan, name="Adi"), a_registration(angkatan, Status.NEEDS_FIX, name="Budi")]
    queue = [a_registration(angkatan, Status.SUBMITTED, name=name) for name in ("Citra", "Dewi", "Eka")]
    answer = carried_out(verifier, [*inside, queue[0]], "cancel", reason="Ganda")
    assert standing(*inside, *queue) == ["cancelled", "cancelled", "cancelled", "submitted", "submitted"]

    told = said(take_back(verifier, answer))

    assert standing(*inside, *queue) == ["accepted", "needs_fix", "waitlisted", "waitlisted", "waitlisted"]
    assert list(angkatan.registrations.in_queue().values_list("queue_number", flat=True)) == [1, 2, 3]
    assert told == ["Diurungkan: 5 pendaftaran kembali ke status semula."]


def test_undone_decision_reads_as_undone(verifier, clock):
    registration = a_registration(AngkatanFactory(), Status.NEEDS_FIX)
    answer = carried_out(verifier, [registration], "reject", reason="Bukan pengurus")

    take_back(verifier, answer)

    last = registration.history.last()
    assert (last.action, last.from_status, last.to_status) == ("undo", "rejected", "needs_fix")
    assert last.reason == "Nama belum lengkap"
    assert last.actor.groups.get().name == "verifikator"


def test_undo_twice_is_answered(verifier, clock):
    answer = carried_out(verifier, [a_registration(AngkatanFactory(), Status.SUBMITTED)], "accept")
    take_back(verifier, answer)

    assert said(take_back(verifier, answer)) == [
        "Sudah diurungkan oleh Rina Kartika pada Rabu, 20 Februari 2019 pukul 12.00 WIB."
    ]
    assert Registration.objects.get().history.filter(action="undo").count() == 1


def test_after_ten_minutes_the_way_is_named(verifier, clock):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    answer = carried_out(verifier, [registration], "accept")

    clock.shift(timedelta(minutes=10))
    (told,) = said(take_back(verifier, answer))

    assert told.startswith("Keputusan ini hanya dapat diurungkan sampai Rabu, 20 Februari 2019 pukul 12.10 WIB.")
    assert "“Kembalikan ke verifikasi”" in told
    assert standing(registration) == ["accepted"]


def test_until_then_another_verifier_may_undo(verifier, as_role, clock):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    answer = carried_out(verifier, [registration], "accept")

    clock.shift(timedelta(minutes=9, seconds=59))
    take_back(as_role("verifikator"), answer)

    assert standing(registration) == ["submitted"]


def test_who_was_decided_since_stays_and_is_named(verifier, clock):
    angkatan = AngkatanFactory()
    first, second = (a_registration(angkatan, Status.SUBMITTED, name=name) for name in ("Adi", "Budi"))
    answer = carried_out(verifier, [first, second], "accept")
    writer.move(first, Action.CANCEL, actor=clerk(), at=NOON, reason="Sakit")

    page = take_back(verifier, answer)

    assert standing(first, second) == ["cancelled", "submitted"]
    assert said(page)[0] == "Diurungkan: 1 pendaftaran kembali ke status semula."
    assert said(page)[1].startswith("Adi: Status Adi sudah berubah menjadi Dibatalkan oleh Rina Kartika")
    assert [one for one, _ in page.context["not_undone"].rows] == [first]


def test_seat_that_is_taken_since_is_told(verifier, clock):
    angkatan = AngkatanFactory(capacity=1)
    first = a_registration(angkatan, name="Adi")
    answer = carried_out(verifier, [first], "cancel", reason="Ganda")
    a_registration(angkatan, name="Budi")

    (told,) = said(take_back(verifier, answer))

    assert told.startswith("Adi: Kursi Adi sudah ditempati orang lain, jadi statusnya tetap Dibatalkan.")
    assert Decision.objects.get().undone_at is None


def test_closed_batch_takes_nothing_back(verifier, clock):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    answer = carried_out(verifier, [registration], "accept")
    Angkatan.objects.update(closed_at=NOON)

    assert "sudah ditutup" in said(take_back(verifier, answer))[0]
    assert standing(registration) == ["accepted"]


def test_held_back_ones_are_held_back_again(verifier, clock):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    Registration.objects.update(is_held_back=True)
    answer = carried_out(verifier, [registration], "reject", reason="Rekaan")

    take_back(verifier, answer)

    registration.refresh_from_db()
    assert (registration.status, registration.is_held_back) == ("submitted", True)


@pytest.mark.parametrize("size", [1, 12])
def test_questions_of_plan_and_result_do_not_grow(verifier, django_assert_max_num_queries, size):
    angkatan, ormas = AngkatanFactory(seats_per_ormas=20), OrmasFactory()
    ours = [a_registration(angkatan, Status.SUBMITTED, ormas=ormas) for _ in range(size)]

    with django_assert_max_num_queries(14):
        verifier.post(LIST, ticked(ours, "cancel"))
    answer = carried_out(verifier, ours, "accept")
    with django_assert_max_num_queries(14):
        verifier.get(reverse("admin:pelatihan_registration_decided", args=[answer.context["decision"].pk]))


# ---- Telling -------------------------------------------------------------------------------------


def told_page(client, registration):
    return client.get(reverse("admin:pelatihan_registration_change", args=[registration.pk]))


def test_telling_opens_whatsapp_and_is_remembered(verifier, clock):
    registration = a_registration(AngkatanFactory(), phone="+6281234567890")
    assert "Kabari lewat WhatsApp" in told_page(verifier, registration).content.decode()

    opened = verifier.post(reverse("admin:pelatihan_registration_tell", args=[registration.pk]))

    assert 'http-equiv="refresh" content="0;url=https://wa.me/6281234567890?text=' in opened.content.decode()
    note = Told.objects.get()
    assert (note.status, note.at, note.actor.groups.get().name) == ("accepted", NOON, "verifikator")
    assert (
        "Dikabari Rabu, 20 Februari 2019 pukul 12.00 WIB oleh Rina Kartika"
        in told_page(verifier, registration).content.decode()
    )


def test_who_was_just_decided_can_be_told_on_the_own_page_too(verifier):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED, phone="+6281234567890")

    page = decide(verifier, registration, "accept")

    assert page.context["registration"] == page.context["last"][0].registration == registration
    assert "Kabari lewat WhatsApp" in page.content.decode()


def test_news_of_an_earlier_status_is_no_news(verifier, clock):
    registration = a_registration(AngkatanFactory(), phone="+6281234567890")
    verifier.post(reverse("admin:pelatihan_registration_tell", args=[registration.pk]))
    clock.shift(timedelta(minutes=1))
    for action in (Action.WAITLIST, Action.ACCEPT):
        writer.move(registration, action, actor=clerk(), at=NOON + timedelta(minutes=1))

    html = told_page(verifier, registration).content.decode()

    assert "Dikabari Rabu" not in html
    assert "Kabari lewat WhatsApp" in html


def test_who_sees_no_phone_tells_nobody(as_role):
    registration = a_registration(AngkatanFactory(), phone="+6281234567890")

    answers = [
        as_role(role).post(reverse("admin:pelatihan_registration_tell", args=[registration.pk])).status_code
        for role in ("pemantau", "panitia", "petugas")
    ]

    assert answers == [403] * 3
    assert not Told.objects.exists()


def test_notes_of_telling_are_never_changed():
    registration = a_registration(AngkatanFactory())
    Told.objects.create(registration=registration, status="accepted", actor=UserFactory(), at=NOON)

    with pytest.raises(IntegrityError, match="appended only"):
        Told.objects.update(status="rejected")


# ---- One by one ----------------------------------------------------------------------------------


def test_decision_leads_to_the_next_and_shows_the_last(verifier):
    angkatan = AngkatanFactory()
    first, second, third = (
        a_registration(angkatan, Status.SUBMITTED, name=name, at=NOON + timedelta(minutes=minute))
        for minute, name in enumerate(("Adi", "Budi", "Citra"))
    )

    page = decide(verifier, second, "accept")

    assert page.context["registration"] == third
    assert [(one.registration, one.status, one.can_undo) for one in page.context["last"]] == [
        (second, "accepted", True)
    ]
    html = page.content.decode()
    assert "Budi: Diterima. Sekarang: Citra." in html
    assert 'id="orang" tabindex="-1" autofocus' in html
    assert decide(verifier, third, "accept").context["registration"] == first


def test_queue_shows_those_before_too():
    angkatan = AngkatanFactory()
    ones = [a_registration(angkatan, Status.SUBMITTED, at=NOON + timedelta(minutes=n)) for n in range(12)]

    shown = queue(ones[5])

    assert shown.shown == ones[3:10]
    assert (shown.previous, shown.following, shown.earlier, shown.rest) == (ones[4], ones[6], 3, 2)


@pytest.mark.parametrize("waiting", [1, 12])
def test_page_of_one_asks_a_fixed_number_of_questions(verifier, django_assert_max_num_queries, waiting):
    angkatan, ormas = AngkatanFactory(seats_per_ormas=20), OrmasFactory()
    ones = [a_registration(angkatan, Status.SUBMITTED, ormas=ormas) for _ in range(waiting + 2)]
    for one in ones[:2]:
        decide(verifier, one, "accept")

    told_page(verifier, ones[-1])  # who is new is compared with the others
    with django_assert_max_num_queries(30):
        told_page(verifier, ones[-1])


def test_missing_reason_is_marked_at_its_field(verifier):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)

    html = decide(verifier, registration, "ask_fix").content.decode()

    assert "Pilih atau tulis alasan untuk “Minta perbaikan”. Peserta membacanya di halamannya." in html
    assert 'aria-describedby="alasan-galat"' in html
    assert 'aria-invalid="true" autofocus' in html
    assert 'data-pending="ask_fix"' in html
    assert not Decision.objects.exists()


def test_pressed_twice_on_one_page_decides_one_and_goes_on(verifier):
    angkatan = AngkatanFactory()
    first, second = (a_registration(angkatan, Status.SUBMITTED, name=name) for name in ("Adi", "Budi"))
    key = told_page(verifier, first).context["key"]

    pages = [decide(verifier, first, "accept", key=key) for _ in "12"]

    assert [page.context["registration"] for page in pages] == [second, second]
    assert standing(first, second) == ["accepted", "submitted"]


def test_last_decision_is_undone_from_the_next_page(verifier):
    angkatan = AngkatanFactory()
    first, _second = (a_registration(angkatan, Status.SUBMITTED, name=name) for name in ("Adi", "Budi"))
    page = decide(verifier, first, "accept")

    back = verifier.post(
        reverse("admin:pelatihan_registration_undo", args=[page.context["last"][0].decision.pk]),
        {"orang": first.pk},
        follow=True,
    )

    assert back.context["registration"] == first
    assert standing(first) == ["submitted"]
    assert back.context["last"] == []


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

    assert "Pilih atau tulis alasan untuk “Terima di luar" in decide(verifier, waiting, "accept_over").content.decode()
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
    client.post(MANY, {"action": "accept", "_selected_action": registration.pk})

    registration.refresh_from_db()
    assert registration.status == Status.SUBMITTED
