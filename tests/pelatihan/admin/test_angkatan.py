"""The batch's page: its rundown, seats, invitations, copy, and what is done to it as a whole."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models.signals import pre_save
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils.timezone import localtime

from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Invitation, Session
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    SessionFactory,
    a_registration,
)

pytestmark = pytest.mark.django_db


def page(angkatan, name="change"):
    return reverse(f"admin:pelatihan_angkatan_{name}", args=[angkatan.pk])


def sent(angkatan, sessions=(), **changes):
    """What the browser sends for the batch's form with these session rows."""
    fields = ("number", "year", "theme", "venue", "town", "capacity", "seats_per_ormas", "open_minutes", "late_minutes")
    data = model_to_dict(angkatan, fields)
    data |= {"starts_on": angkatan.starts_on.isoformat(), "ends_on": angkatan.ends_on.isoformat(), "published": "on"}
    known = sum(1 for row in sessions if row.get("id"))
    for prefix, total, initial in (("sessions", len(sessions), known), ("signers", 0, 0), ("invitations", 0, 0)):
        data |= {f"{prefix}-TOTAL_FORMS": total, f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(sessions):
        data |= {f"sessions-{number}-{name}": value for name, value in row.items()}
    return data | changes


def row(begins, ends, title="Materi", day="2019-03-11", **more):
    return {"day": day, "begins": begins, "ends": ends, "title": title, "kind": "materi", "room": "Aula"} | more


@pytest.fixture
def committee(as_role):
    return as_role("panitia")


# ---- Rundown -------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["08.00", "08:00"])
def test_clock_times_are_read_both_ways(committee, typed):
    angkatan = AngkatanFactory()

    committee.post(page(angkatan), sent(angkatan, [row(typed, "09.30")]))

    assert Session.objects.get().times == "08.00–09.30"


def test_overlapping_sessions_are_refused_by_name(committee):
    angkatan = AngkatanFactory()
    rows = [row("08.00", "09.30", "Pembukaan"), row("09.00", "10.00", "Hoaks")]

    html = committee.post(page(angkatan), sent(angkatan, rows)).content.decode()

    assert "“Hoaks” (09.00–10.00) bertabrakan dengan “Pembukaan” (08.00–09.30) di Aula pada 11 Maret 2019" in html
    assert not Session.objects.exists()


def test_sessions_may_swap_their_times(committee):
    angkatan = AngkatanFactory()
    first = SessionFactory(angkatan=angkatan, hour=8, room="Aula")
    second = SessionFactory(angkatan=angkatan, hour=10, room="Aula")
    rows = [row("10.00", "11.30", id=first.pk), row("08.00", "09.30", id=second.pk)]

    committee.post(page(angkatan), sent(angkatan, rows))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.times, second.times) == ("10.00–11.30", "08.00–09.30")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (row("10.00", "09.00"), "Sesi harus selesai setelah mulai."),
        (row("pagi", "09.00"), "Tulis waktu seperti ini: 08.00."),
        (row("08.00", "09.00", day="2019-03-20"), "Sesi harus pada 11–13 Maret 2019."),
    ],
)
def test_impossible_times_are_refused(committee, wrong, sentence):
    angkatan = AngkatanFactory()

    assert sentence in committee.post(page(angkatan), sent(angkatan, [wrong])).content.decode()


# ---- Seats ---------------------------------------------------------------------------------------


def test_raised_capacity_moves_the_queue_up(as_role):
    angkatan = AngkatanFactory(capacity=1, starts_on=date(2099, 3, 11), year=2099)
    a_registration(angkatan)
    waiting = a_registration(angkatan, Status.SUBMITTED, name="Budi")

    answer = as_role("admin").post(page(angkatan), sent(angkatan, capacity=2), follow=True)

    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED
    assert "Naik dari cadangan: Budi." in [str(message) for message in answer.context["messages"]]


def test_saving_the_page_keeps_a_queue_number_given_meanwhile(committee):
    """Somebody registers after the save has read the batch, and before it writes: their number stays given."""
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan)

    def register_meanwhile(instance, **_):
        pre_save.disconnect(register_meanwhile, sender=Angkatan)
        a_registration(Angkatan.objects.get(pk=instance.pk), Status.SUBMITTED)

    pre_save.connect(register_meanwhile, sender=Angkatan)
    committee.post(page(angkatan), sent(angkatan, theme="Tema baru"))

    angkatan.refresh_from_db()
    assert (angkatan.theme, angkatan.queue_counter) == ("Tema baru", 1)
    assert a_registration(angkatan, Status.SUBMITTED).queue_number == 2


# ---- As a whole ----------------------------------------------------------------------------------


def test_calling_off_asks_for_the_reason(committee):
    angkatan = AngkatanFactory(starts_on=date(2099, 3, 11), year=2099)

    asked = committee.post(page(angkatan, "condition"), {"step": "cancel"})
    committee.post(page(angkatan, "condition"), {"step": "cancel", "reason": "Bencana alam", "confirmed": "1"})

    angkatan.refresh_from_db()
    assert "Alasan pembatalan" in asked.content.decode()
    assert angkatan.cancel_reason == "Bencana alam"


@pytest.mark.parametrize(("step", "field"), [("freeze", "frozen_at"), ("hide", "published")])
def test_step_changes_the_batch(committee, step, field):
    angkatan = AngkatanFactory()
    before = getattr(angkatan, field)

    committee.post(page(angkatan, "condition"), {"step": step})

    angkatan.refresh_from_db()
    assert getattr(angkatan, field) != before


def test_calling_off_without_a_word_asks_again(committee):
    angkatan = AngkatanFactory(starts_on=date(2099, 3, 11), year=2099)

    again = committee.post(page(angkatan, "condition"), {"step": "cancel", "reason": " ", "confirmed": "1"})

    angkatan.refresh_from_db()
    assert "Tulis alasan pembatalan" in again.content.decode()
    assert angkatan.cancelled_at is None


def test_closing_asks_once_and_lists_what_is_open(committee):
    angkatan = AngkatanFactory()
    SessionFactory(angkatan=angkatan)
    a_registration(angkatan)

    asked = committee.post(page(angkatan, "condition"), {"step": "close"}).content.decode()
    angkatan.refresh_from_db()
    still_open = angkatan.closed_at is None
    committee.post(page(angkatan, "condition"), {"step": "close", "confirmed": "1"})

    angkatan.refresh_from_db()
    assert "1 sesi belum ditutup" in asked
    assert (still_open, angkatan.closed_at is None) == (True, False)


def test_reopening_keeps_the_reason_in_the_history(committee):
    angkatan = AngkatanFactory(closed_at=NOON)

    committee.post(
        page(angkatan, "condition"), {"step": "reopen", "reason": "Lembar hari kedua menyusul", "confirmed": "1"}
    )

    angkatan.refresh_from_db()
    assert angkatan.closed_at is None
    assert LogEntry.objects.get().change_message == "Buka lagi angkatan: Lembar hari kedua menyusul"


def test_step_that_somebody_took_already_says_so(committee):
    angkatan = AngkatanFactory(frozen_at=NOON)

    answer = committee.post(page(angkatan, "condition"), {"step": "freeze"}, follow=True)

    angkatan.refresh_from_db()
    assert angkatan.frozen_at == NOON
    assert "sudah berubah" in str(next(iter(answer.context["messages"])))


def test_copy_moves_the_rundown_to_other_days(committee):
    source = AngkatanFactory(number=2)
    SessionFactory(angkatan=source, hour=8, day=1)
    InvitationFactory(angkatan=source)

    committee.post(page(source, "copy"), {"number": 3, "starts_on": "2019-10-30", "with_invitations": "on"})

    copy = Angkatan.objects.get(slug="2019-iii")
    assert localtime(copy.sessions.get().starts_at).isoformat() == "2019-10-31T08:00:00+07:00"
    assert (copy.ends_on, copy.published, copy.invitations.count()) == (date(2019, 11, 1), False, 1)


def test_copy_keeps_what_delegates_are_told(committee):
    source = AngkatanFactory(number=2, bring="Surat tugas", decision_days=5)

    committee.post(page(source, "copy"), {"number": 3, "starts_on": "2019-10-30"})

    copy = Angkatan.objects.get(slug="2019-iii")
    assert (copy.bring, copy.decision_days) == ("Surat tugas", 5)


@pytest.mark.parametrize(("typed", "kept"), [("5", 5), ("", None), ("0", 7), ("61", 7), ("lima", 7)])
def test_promised_days_are_a_number_that_makes_sense(committee, typed, kept):
    angkatan = AngkatanFactory(decision_days=7)

    committee.post(page(angkatan), sent(angkatan, decision_days=typed, bring="Batik"))

    angkatan.refresh_from_db()
    assert angkatan.decision_days == kept


def test_copy_under_a_taken_number_is_refused(committee):
    source = AngkatanFactory(number=2)

    html = committee.post(page(source, "copy"), {"number": 2, "starts_on": "2019-10-30"}).content.decode()

    assert "Angkatan II 2019 sudah ada" in html


# ---- Invitations ---------------------------------------------------------------------------------


def test_pasted_lines_are_invited_or_named(verifier):
    angkatan = AngkatanFactory()
    OrmasFactory(name="Forum Betawi Rempug", abbreviation="FBR")
    for _rival in range(2):
        OrmasFactory(name="Komite Nasional Pemuda Indonesia", abbreviation="")
    lines = "fbr\nKomite Nasional Pemuda Indonesia\nPerkumpulan Entah\n"

    answer = verifier.post(page(angkatan, "invite"), {"lines": lines}, follow=True)

    told = " ".join(str(message) for message in answer.context["messages"])
    assert [each.ormas.abbreviation for each in Invitation.objects.all()] == ["FBR"]
    assert "Lebih dari satu ormas bernama begitu: Komite Nasional Pemuda Indonesia" in told
    assert "Tidak ada dalam daftar ormas: Perkumpulan Entah" in told


def test_search_offers_those_not_yet_invited(verifier):
    angkatan = AngkatanFactory()
    invited, free = OrmasFactory(name="Pemuda Satu"), OrmasFactory(name="Pemuda Dua")
    InvitationFactory(angkatan=angkatan, ormas=invited)

    found = verifier.get(page(angkatan, "invite"), {"words": "pemuda"}).context["found"]
    verifier.post(page(angkatan, "invite"), {"ormas": [free.pk]})

    assert found == [free]
    assert angkatan.invitations.count() == 2
