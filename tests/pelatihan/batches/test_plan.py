"""Other days, called off, taken up again: what everybody reads, what a calendar makes of it, and who is turned away."""

import json
import re
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from pelatihan.accounts import access
from pelatihan.accounts.actor import DELEGATE
from pelatihan.attendance import rules
from pelatihan.batches import moving, steps
from pelatihan.batches.steps import Step
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Attendance, PlanAnswer, PlanChange, Registration
from pelatihan.registration import plan_changes, writer
from pelatihan.registration.application import Application
from pelatihan.registration.refusals import BatchOver, NotOpenNow, Refusal
from tests.factories import (
    FIRST_DAY,
    NOON,
    AngkatanFactory,
    InvitationFactory,
    SessionFactory,
    UserFactory,
    a_person,
    a_registration,
    clerk,
)
from tests.pelatihan.attendance.threads import at_once, beside
from tests.pelatihan.door import Door, at

pytestmark = pytest.mark.django_db
PHONE = "+6281234567890"
WEEK_LATER = FIRST_DAY + timedelta(days=7)
SENTENCE = "Diundur: semula 11–13 Maret 2019, menjadi 18–20 Maret 2019. Alasan: Aula &lt;dipakai&gt; pemilu."


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


def move(angkatan: Angkatan, day: date = WEEK_LATER) -> None:
    now = Angkatan.objects.get(pk=angkatan.pk)
    moving.move(now, day, seen=now.starts_on, at=NOON, reason="Aula <dipakai> pemilu", actor=clerk())
    angkatan.refresh_from_db()


def take(angkatan: Angkatan, step: Step = Step.CANCEL) -> None:
    steps.take(Angkatan.objects.get(pk=angkatan.pk), step, at=NOON, reason="Longsor", actor=clerk())
    angkatan.refresh_from_db()


def words(response) -> str:
    return " ".join(response.content.decode().split())


def opened(client: Client, registration: Registration) -> str:
    return words(client.post(registration.get_absolute_url(), {"phone": PHONE}, follow=True))


def own(client: Client, registration: Registration, page: str = "", **sent: object):
    address = registration.get_absolute_url() + page
    return client.post(address, sent, follow=True) if sent else client.get(address, follow=True)


# ---- What everybody reads ------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["open", "coming"])
def test_every_public_page_says_it_once(client, when):
    angkatan = AngkatanFactory(opens_at=None if when == "coming" else NOON - timedelta(days=1))
    one = a_registration(angkatan, phone=PHONE)
    move(angkatan)
    pages = [words(client.get(reverse("home"))), words(client.get(angkatan.get_absolute_url())), opened(client, one)]
    if when == "coming":
        pages.append(words(client.get(reverse("register", args=[angkatan.slug]))))

    assert [page.count(SENTENCE) for page in pages] == [1] * len(pages)
    assert all("18–20 Maret 2019" in page for page in pages)


def test_fresh_calendar_file_is_offered_and_the_qr_code_stays(client):
    one = a_registration(AngkatanFactory(), phone=PHONE)
    move(one.angkatan)
    page = opened(client, one)

    assert f'href="{reverse("calendar", args=[one.angkatan.slug])}">Perbarui kalender saya' in page
    assert client.get(reverse("code_picture", args=[one.shown_code])).status_code == 200


def test_batch_that_never_changed_says_nothing(client):
    one = a_registration(AngkatanFactory(), phone=PHONE)

    assert "Diundur" not in opened(client, one) + words(client.get(reverse("home")))


def test_cancelled_batch_says_why_in_the_list_of_the_front_page(client):
    take(AngkatanFactory())

    assert "Pelatihan ini dibatalkan: Longsor." in words(client.get(reverse("home")))


@pytest.mark.parametrize("rows", [1, 3])
def test_front_page_asks_no_more_for_changes(client, django_assert_num_queries, rows):
    for _ in range(rows):
        move(AngkatanFactory())
    client.get(reverse("home"))
    with django_assert_num_queries(1):
        client.get(reverse("home"))


def entries(client: Client, angkatan: Angkatan) -> list[tuple[str, str, int, str]]:
    file = Calendar.from_ical(client.get(reverse("calendar", args=[angkatan.slug])).content)
    return [
        (str(event["uid"]), str(event["status"]), int(str(event["sequence"])), f"{event.DTSTART:%d.%m.}")
        for event in file.events
    ]


@pytest.mark.parametrize("has_sessions", [True, False])
def test_calendar_entry_is_replaced_by_each_change(client, has_sessions):
    angkatan = AngkatanFactory()
    if has_sessions:
        SessionFactory(angkatan=angkatan)
    found = [entries(client, angkatan)]
    for change in (lambda: move(angkatan), lambda: take(angkatan), lambda: take(angkatan, Step.REVIVE)):
        change()
        found.append(entries(client, angkatan))

    uids, states, numbers, days = zip(*(rows[0] for rows in found), strict=True)
    assert len(set(uids)) == 1
    assert states == ("CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED")
    assert numbers == (0, 1, 2, 3)
    assert days == ("11.03.", "18.03.", "18.03.", "18.03.")


# ---- What delegates answer -----------------------------------------------------------------------


def test_coming_is_kept_and_shown(client):
    one = a_registration(AngkatanFactory(), phone=PHONE)
    move(one.angkatan)
    asked = opened(client, one)

    answer = words(own(client, one, "tanggal/", perubahan=1, jawaban="coming"))

    assert 'Apakah Anda tetap datang pada <span class="nowrap">18–20 Maret 2019?' in asked
    assert "Kami catat bahwa Anda tetap datang pada 18–20 Maret 2019." in answer
    assert "Jawaban Anda: <strong>tetap datang</strong>" in answer
    assert "Jawaban dapat diubah sampai Minggu, 17 Maret 2019." in answer
    assert PlanAnswer.objects.get().answer == "coming"


def test_who_cannot_is_led_to_withdrawing_and_it_is_known_even_without(client):
    one = a_registration(AngkatanFactory(), phone=PHONE)
    move(one.angkatan)
    opened(client, one)

    answer = own(client, one, "tanggal/", perubahan=1, jawaban="cannot")
    page = words(own(client, one))

    assert answer.redirect_chain[-1][0] == reverse("withdraw", args=[one.shown_code])
    assert "Tidak ada cadangan yang menunggu" in words(answer)  # what becomes of the seat
    assert "Kami catat bahwa Anda tidak bisa pada 18–20 Maret 2019." in words(answer)
    assert "Jawaban Anda: <strong>tidak bisa</strong>" in page
    assert "Saya tetap datang" in page
    one.refresh_from_db()
    assert (one.status, PlanAnswer.objects.get().answer) == (Status.ACCEPTED, "cannot")


def test_withdrawing_then_notes_the_reason(client):
    one = a_registration(AngkatanFactory(), phone=PHONE)
    move(one.angkatan)
    opened(client, one)
    own(client, one, "tanggal/", perubahan=1, jawaban="cannot")

    client.post(reverse("withdraw", args=[one.shown_code]))

    line = one.history.latest("pk")
    assert (line.action, line.reason) == ("withdraw", "Tidak bisa pada tanggal baru")


def test_double_tap_is_one_answer(client):
    one = a_registration(AngkatanFactory(), phone=PHONE)
    move(one.angkatan)
    opened(client, one)
    for _ in "12":
        assert "tetap datang" in words(own(client, one, "tanggal/", perubahan=1, jawaban="coming"))

    assert PlanAnswer.objects.count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"perubahan": 2, "jawaban": "coming"},
        {"perubahan": "", "jawaban": "coming"},
        {"perubahan": "9" * 10_000, "jawaban": "coming"},
        {"perubahan": "1\0", "jawaban": "coming"},
        {"perubahan": 1, "jawaban": "<script>🎉"},
        {"perubahan": 1, "jawaban": "coming\0"},
        {"perubahan": 1},
        {"perubahan": [1, 2], "jawaban": ["coming", "cannot", "x"]},
    ],
)
def test_odd_answer_is_refused_in_words(client, sent):
    one = a_registration(AngkatanFactory(), phone=PHONE)
    move(one.angkatan)
    opened(client, one)

    assert "Tanggalnya berubah lagi sejak halaman ini dibuka." in words(own(client, one, "tanggal/", **sent))
    assert not PlanAnswer.objects.exists()


def test_stranger_answers_for_nobody(client):
    one = a_registration(AngkatanFactory(), phone=PHONE)
    move(one.angkatan)

    assert "tulis dulu nomor HP Anda" in words(own(client, one, "tanggal/", perubahan=1, jawaban="coming"))
    assert not PlanAnswer.objects.exists()


def test_frozen_list_still_takes_the_answer_and_names_the_organisers(client):
    one = a_registration(AngkatanFactory(), phone=PHONE)
    move(one.angkatan)
    take(one.angkatan, Step.FREEZE)
    opened(client, one)

    answer = words(own(client, one, "tanggal/", perubahan=1, jawaban="cannot"))

    assert "panitia" in answer
    assert PlanAnswer.objects.get().answer == "cannot"


@pytest.mark.parametrize("day", [17, 18])
def test_buttons_stand_until_the_first_day(client, day):
    one = a_registration(AngkatanFactory(), phone=PHONE)
    move(one.angkatan)
    with time_machine.travel(NOON.replace(month=3, day=day), tick=False):
        assert ("Saya tetap datang" in opened(client, one)) == (day == 17)


# ---- Called off: each road refuses, nothing is lost ----------------------------------------------


def form_of(invitation, **changes: object) -> dict[str, object]:
    return {
        "ormas": invitation.ormas_id, "position": "Anggota", "name": "Budi Santoso", "gender": "L",
        "phone": "081200001234", "privacy": "on", "token": str(uuid.uuid4()),
    } | changes  # fmt: skip


def test_form_that_was_open_when_the_batch_was_called_off_says_so(client):
    invitation = InvitationFactory()
    address = reverse("register", args=[invitation.angkatan.slug])
    client.get(address)
    take(invitation.angkatan)

    answer = words(client.post(address, form_of(invitation)))

    assert "Pelatihan ini dibatalkan: Longsor." in answer
    assert not Registration.objects.exists()


@pytest.mark.parametrize("source", [Registration.Source.STAFF, Registration.Source.WALK_IN, Registration.Source.GROUP])
def test_nobody_is_let_in_another_way(source):
    invitation = InvitationFactory()
    take(invitation.angkatan)
    wish = Application(a_person(), source, ormas=invitation.ormas)

    with pytest.raises(BatchOver, match="sudah dibatalkan"):
        writer.register(invitation.angkatan, wish, actor=clerk(), at=NOON)
    with pytest.raises(NotOpenNow, match="dibatalkan: Longsor"):
        writer.register(invitation.angkatan, wish, actor=DELEGATE, at=NOON)
    assert not Registration.objects.exists()


def test_own_page_still_opens_and_changes_nothing(client):
    one = a_registration(AngkatanFactory(), Status.SUBMITTED, phone=PHONE, name="Siti Rahmawati")
    take(one.angkatan)
    page = opened(client, one)
    refused = [words(own(client, one, "ubah/", name="Lain")), words(own(client, one, "batal/", x=1))]

    assert "Pelatihan ini dibatalkan: Longsor." in page
    assert "Siti Rahmawati" in page
    assert all("Hubungi Ibu Rina Kartika" in answer for answer in refused)
    one.refresh_from_db()
    assert (one.name, one.status) == ("Siti Rahmawati", Status.SUBMITTED)


@pytest.mark.parametrize("action", [Action.ACCEPT, Action.WAITLIST])
def test_staff_decide_nobody_in_any_more(action):
    one = a_registration(AngkatanFactory(), Status.SUBMITTED)
    take(one.angkatan)

    with pytest.raises(Refusal, match="sudah dibatalkan"):
        writer.move(one, action, actor=clerk(), at=NOON)


@pytest.fixture
def door():
    session = SessionFactory()
    return Door(session, UserFactory(role="petugas"))


def rekam(door: Door, *scans: dict[str, object]) -> dict[str, str]:
    client = Client()
    body = {"device": "Meja 1", "sent_at": at("08.10").isoformat(), "scans": list(scans)}
    address = reverse("record", args=[door.session.angkatan.slug, door.session.pk])
    with time_machine.travel(at("08.10"), tick=False):
        client.force_login(door.officer)
        return client.post(address, json.dumps(body), content_type="application/json").json()["results"][0]


@pytest.mark.parametrize("wish", ["code", "ref"])
def test_desk_takes_nobody_and_says_why(door, wish):
    person = a_registration(door.session.angkatan)
    take(door.session.angkatan)
    told = {"code": person.code} if wish == "code" else {"kind": "ref", "ref": str(person.ref)}

    answer = rekam(door, {"id": str(uuid.uuid4()), "at": at("08.05").isoformat(), **told})

    assert (answer["outcome"], answer["note"]) == ("closed", "Angkatan ini dibatalkan.")
    assert not Attendance.objects.exists()


def test_desk_page_says_it_before_anybody_is_scanned(door):
    take(door.session.angkatan)
    client = Client()
    client.force_login(door.officer)

    page = words(client.get(reverse("desk_session", args=[door.session.angkatan.slug, door.session.pk])))

    assert "Angkatan ini dibatalkan." in page


@pytest.mark.parametrize(("clock", "outcome", "state"), [("08.04", "present", "present"), ("08.06", "closed", None)])
def test_scan_without_signal_counts_when_it_was_made_before(door, clock, outcome, state):
    """Called off at 08.05, while the people stood at the door."""
    person = a_registration(door.session.angkatan)
    steps.take(door.session.angkatan, Step.CANCEL, at=at("08.05"), reason="Gempa", actor=clerk())

    answer = rekam(door, {"id": str(uuid.uuid4()), "at": at(clock).isoformat(), "code": person.code})

    assert (answer["outcome"], door.state(person)) == (outcome, state)


def test_data_boards_and_papers_stay_open(door):
    person = a_registration(door.session.angkatan, name="Siti Rahmawati")
    door.scan(person, "08.00")
    take(door.session.angkatan)
    client, slug = Client(), door.session.angkatan.slug
    client.force_login(UserFactory(role="admin"))

    pages = [reverse(name, args=[slug]) for name in ("board", "recap", "print", "attendance_sheet")]
    pages.append(reverse("admin:pelatihan_registration_change", args=[person.pk]))
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    assert "Siti Rahmawati" in words(client.get(reverse("recap", args=[slug])))
    assert door.state(person) == "present"


def test_taken_up_again_everything_goes_on(door, client):
    angkatan = door.session.angkatan
    person, invitation = a_registration(angkatan, phone=PHONE), InvitationFactory(angkatan=angkatan)
    take(angkatan)
    take(angkatan, Step.REVIVE)

    door.scan(person, "08.00")
    client.post(reverse("register", args=[angkatan.slug]), form_of(invitation))

    assert door.state(person) == "present"
    assert Registration.objects.count() == 2
    page = opened(client, person)
    assert "Jadi dilaksanakan: pembatalan dicabut, tanggalnya 11–13 Maret 2019. Alasan: Longsor." in page
    assert "Saya tetap datang" in page


def test_taking_up_again_fills_the_seats_that_came_free_meanwhile():
    angkatan = AngkatanFactory(capacity=1)
    first, waiting = a_registration(angkatan), a_registration(angkatan, Status.SUBMITTED)
    take(angkatan)
    writer.move(first, Action.CANCEL, actor=clerk(), at=NOON, reason="Berhalangan")
    waiting.refresh_from_db()
    before = waiting.status

    moved = steps.take(angkatan, Step.REVIVE, at=NOON, reason="Salah tekan", actor=clerk())

    waiting.refresh_from_db()
    assert (before, moved, waiting.status) == (Status.WAITLISTED, [waiting], Status.SUBMITTED)


def test_board_and_desk_agree_that_it_is_over(door):
    take(door.session.angkatan)
    door.session.angkatan.refresh_from_db()

    assert rules.is_closed(door.session, NOON)
    assert not rules.is_closed(door.session, NOON - timedelta(seconds=1))


# ---- At the same moment --------------------------------------------------------------------------


@pytest.fixture
def groups():
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()


def newcomer(invitation) -> Registration | Refusal:
    wish = Application(a_person(), Registration.Source.WEB, ormas=invitation.ormas)
    try:
        return writer.register(invitation.angkatan, wish, actor=DELEGATE, at=NOON)
    except Refusal as refusal:
        return refusal


@pytest.mark.django_db(transaction=True)
def test_while_people_register_each_comes_before_or_after_the_move(groups):
    angkatan = AngkatanFactory(capacity=50, seats_per_ormas=50)
    invitation, who = InvitationFactory(angkatan=angkatan), clerk()

    def postpone() -> None:
        moving.move(angkatan, WEEK_LATER, seen=FIRST_DAY, at=NOON, reason="Banjir", actor=who)

    people = at_once([*[lambda: newcomer(invitation)] * 8, postpone, *[lambda: newcomer(invitation)] * 8])

    angkatan.refresh_from_db()
    change = PlanChange.objects.get()
    assert sum(isinstance(each, Registration) for each in people) == 16
    assert angkatan.registrations.holding_seat().count() == 16
    before = {one.pk for one in angkatan.registrations.filter(history__pk__lte=change.history_until)}
    assert {one.pk for one in plan_changes.concerned(change)} == before
    assert (angkatan.starts_on, angkatan.opens_at) == (WEEK_LATER, NOON - timedelta(days=10))


@pytest.mark.django_db(transaction=True)
def test_registration_sent_while_the_batch_is_called_off_waits_and_is_refused(groups):
    invitation, who = InvitationFactory(), clerk()

    def call_off():
        steps.take(invitation.angkatan, Step.CANCEL, at=NOON, reason="Longsor", actor=who)
        yield

    answer = beside(lambda: newcomer(invitation), call_off)

    assert isinstance(answer, NotOpenNow)
    assert "dibatalkan: Longsor" in str(answer)
    assert not Registration.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_calling_off_waits_for_who_registers_just_now_and_concerns_them(groups):
    invitation, who = InvitationFactory(), clerk()

    def register():
        newcomer(invitation)
        yield

    beside(
        lambda: steps.take(invitation.angkatan, Step.CANCEL, at=NOON, reason="Longsor", actor=who),
        register,
    )

    assert list(plan_changes.concerned(PlanChange.objects.get())) == [Registration.objects.get()]


@pytest.mark.django_db(transaction=True)
def test_two_who_move_at_once_make_one_change(groups):
    angkatan, who = AngkatanFactory(), clerk()

    def postpone(day: date) -> object:
        try:
            return moving.move(angkatan, day, seen=FIRST_DAY, at=NOON, reason="Banjir", actor=who)
        except moving.MoveRefused as refusal:
            return refusal

    answers = at_once([lambda: postpone(WEEK_LATER), lambda: postpone(WEEK_LATER + timedelta(days=1))])

    assert sum(isinstance(each, moving.MovedMeanwhile) for each in answers) == 1
    assert PlanChange.objects.get().first_day == Angkatan.objects.get().starts_on


@pytest.mark.django_db(transaction=True)
def test_many_taps_at_once_are_one_answer(groups):
    one = a_registration(AngkatanFactory())
    move(one.angkatan)
    fresh = Registration.objects.select_related("angkatan__plan_change").get()

    at_once([lambda: plan_changes.answer(fresh, 1, "coming", at=NOON)] * 6)

    assert PlanAnswer.objects.count() == 1


def test_no_code_in_addresses_beside_the_own_page(client):
    """A change's number is the batch's own count: it opens nothing."""
    one = a_registration(AngkatanFactory(), phone=PHONE)
    move(one.angkatan)

    assert re.findall(r'name="perubahan" value="([^"]*)"', opened(client, one)) == ["1"]
