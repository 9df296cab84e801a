"""The batch's page: its rundown, seats, invitations, copy, and what is done to it as a whole."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, connection
from django.db.models.signals import pre_save
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils.timezone import localtime

from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Session
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    SessionFactory,
    UserFactory,
    a_registration,
)
from tests.pelatihan.door import Door

pytestmark = pytest.mark.django_db


def page(angkatan, name="change"):
    return reverse(f"admin:pelatihan_angkatan_{name}", args=[angkatan.pk])


def sent(angkatan, sessions=(), **changes):
    """What the browser sends for the batch's form with these session rows."""
    fields = ("number", "year", "theme", "venue", "town", "capacity", "seats_per_ormas", "open_minutes", "late_minutes")
    data = model_to_dict(angkatan, fields)
    data |= {"starts_on": angkatan.starts_on.isoformat(), "ends_on": angkatan.ends_on.isoformat(), "published": "on"}
    known = sum(1 for row in sessions if row.get("id"))
    rows = (("sessions", len(sessions), known), ("signers", 0, 0), ("guests", 0, 0), ("invitations", 0, 0))
    for prefix, total, initial in rows:
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


@pytest.mark.parametrize("typed", ["08.00", "08:00", "8", "08", "0800", "800", "8.00", "pukul 8", "08.00 WIB"])
def test_clock_times_are_read_as_people_write_them(committee, typed):
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


def test_session_over_midnight_stays_one_when_the_page_is_saved(committee):
    angkatan = AngkatanFactory()
    there = SessionFactory(angkatan=angkatan, hour=23)

    committee.post(page(angkatan), sent(angkatan, [row("23.30", "00.30", id=there.pk)], theme="Tema baru"))

    there.refresh_from_db()
    angkatan.refresh_from_db()
    assert (there.times, there.day, there.last_day) == ("23.30–00.30", date(2019, 3, 11), date(2019, 3, 12))
    assert angkatan.theme == "Tema baru"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (row("10.00", "09.00"), "Sesi harus selesai setelah mulai."),
        (row("pagi", "09.00"), "Tulis jam seperti 08.30."),
        (row("08.00", "09.00", day="2019-03-20"), "Sesi harus pada 11–13 Maret 2019."),
    ],
)
def test_impossible_times_are_refused(committee, wrong, sentence):
    angkatan = AngkatanFactory()

    assert sentence in committee.post(page(angkatan), sent(angkatan, [wrong])).content.decode()


def errors_of(answer):
    """All that the batch's form says is wrong, each as often as it is said."""
    forms = [row for formset in answer.context["inline_admin_formsets"] for row in formset.formset.forms]
    wholes = [formset.formset.non_form_errors() for formset in answer.context["inline_admin_formsets"]]
    fields = [found for form in (answer.context["adminform"].form, *forms) for found in form.errors.values()]
    return [str(error) for found in (*fields, *wholes) for error in found]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_on": "2019-03-10"}, "Hari terakhir tidak boleh mendahului hari pertama."),
        (
            {"opens_at_0": "2019-02-10", "opens_at_1": "8", "closes_at_0": "2019-02-10", "closes_at_1": "0700"},
            "Pendaftaran harus ditutup setelah dibuka.",
        ),
        ({"sessions-0-ends": "07.00"}, "Sesi harus selesai setelah mulai."),
    ],
)
def test_end_before_the_start_is_said_once_where_it_can_be_mended(committee, changes, sentence):
    angkatan = AngkatanFactory()
    there = SessionFactory(angkatan=angkatan)

    answer = committee.post(page(angkatan), sent(angkatan, [row("08.00", "09.30", id=there.pk)], **changes))

    assert errors_of(answer) == [sentence]
    assert answer.context["adminform"].form.non_field_errors() == []


def test_days_without_their_sessions_are_said_once_with_the_way_out(committee):
    angkatan = AngkatanFactory(published=False)
    rows = [row("08.00", "09.30", id=SessionFactory(angkatan=angkatan, day=day).pk) for day in range(2)]
    moved = {"starts_on": "2019-04-11", "ends_on": "2019-04-13"}

    said = errors_of(committee.post(page(angkatan), sent(angkatan, rows, **moved)))

    assert said == [
        "2 sesi tidak pada 11–13 April 2019. Untuk menggeser tanggal dan sesi sekaligus, pakai “Pindahkan tanggal” di"
        " atas halaman ini; atau ubah hari sesi satu per satu."
    ]


def test_new_batch_keeps_its_sessions_within_its_days(committee):
    late = row("08.00", "09.30", day="2019-03-20")
    data = sent(AngkatanFactory.build(number=7, letterhead=None), [late])

    assert errors_of(committee.post(reverse("admin:pelatihan_angkatan_add"), data)) == [
        "Sesi harus pada 11–13 Maret 2019."
    ]


# ---- Sessions with attendance ----------------------------------------------------------------------


@pytest.fixture
def attended():
    """A session in which somebody is present."""
    session = SessionFactory(title="Pembukaan", room="Aula")
    person = a_registration(session.angkatan)
    Door(session, UserFactory(role="petugas")).scan(person, "08.00")
    return session


def test_session_with_attendance_is_not_deleted(committee, attended):
    gone = row("08.00", "09.30", id=attended.pk, takes_attendance="on", DELETE="on")
    answer = committee.post(page(attended.angkatan), sent(attended.angkatan, [gone]))

    assert errors_of(answer) == [
        "“Pembukaan” (11 Maret 2019, 08.00–09.30) tidak dapat dihapus karena presensinya sudah dicatat. Biarkan"
        " sesinya, atau lepaskan tanda “pakai daftar hadir” bila tidak dipakai lagi."
    ]
    assert Session.objects.get() == attended


@pytest.mark.django_db(transaction=True)
def test_database_keeps_a_session_with_attendance(attended):
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM pelatihan_session")


def test_session_nobody_came_to_is_deleted(committee):
    session = SessionFactory()
    committee.post(page(session.angkatan), sent(session.angkatan, [row("08.00", "09.30", id=session.pk, DELETE="on")]))

    assert not Session.objects.exists()


def test_unticking_attendance_warns_once(committee, attended):
    unticked = row("08.00", "09.30", "Pembukaan", id=attended.pk)
    asked = committee.post(page(attended.angkatan), sent(attended.angkatan, [unticked]))
    agreed = asked.context["inline_admin_formsets"][0].formset.forms[0]["agreed"].value()

    assert "Kehadiran 1 orang sudah tercatat di sesi ini." in errors_of(asked)[0]
    assert Session.objects.get().takes_attendance
    committee.post(page(attended.angkatan), sent(attended.angkatan, [unticked | {"agreed": agreed}]))
    assert not Session.objects.get().takes_attendance


def test_unticking_a_session_nobody_came_to_asks_nothing(committee):
    session = SessionFactory()
    committee.post(page(session.angkatan), sent(session.angkatan, [row("08.00", "09.30", id=session.pk)]))

    assert not Session.objects.get().takes_attendance


@pytest.mark.parametrize(("ticks", "is_on"), [({"takes_attendance": "on", "self_check_in": "on"}, True), ({}, False)])
def test_rundown_switches_the_rooms_code(committee, ticks, is_on):
    session = SessionFactory(self_check_in=not is_on)
    ticked = row("08.00", "09.30", id=session.pk, takes_attendance="on") | ticks
    committee.post(page(session.angkatan), sent(session.angkatan, [ticked]))

    assert Session.objects.get().self_check_in is is_on


def test_room_code_without_a_list_of_attendance_is_refused(committee):
    session = SessionFactory()
    ticked = row("08.00", "09.30", id=session.pk, self_check_in="on")
    refused = committee.post(page(session.angkatan), sent(session.angkatan, [ticked]))

    assert errors_of(refused) == ["Kode ruangan hanya untuk sesi yang memakai daftar hadir. Lepaskan juga tanda ini."]
    assert Session.objects.get().takes_attendance


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
    unticked = committee.post(page(angkatan, "condition"), {"step": "close", "confirmed": "1"}).content.decode()
    angkatan.refresh_from_db()
    still_open &= angkatan.closed_at is None
    committee.post(page(angkatan, "condition"), {"step": "close", "confirmed": "1", "tetap": "1"})

    angkatan.refresh_from_db()
    assert "1 sesi belum ditutup" in asked
    assert "Masih ada yang belum selesai. Selesaikan dulu" in unticked
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


def test_facts_for_delegates_are_kept(committee):
    angkatan = AngkatanFactory()
    more = {"meeting_point": "Balai Kota, pukul 08.00 WIB", "letter_due_on": "2019-03-08", "welcomes_walk_ins": "on"}

    committee.post(page(angkatan), sent(angkatan, **more))

    angkatan.refresh_from_db()
    assert (angkatan.meeting_point, angkatan.letter_due_on, angkatan.welcomes_walk_ins) == (
        "Balai Kota, pukul 08.00 WIB", date(2019, 3, 8), True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"letter_due_on": "2019-03-12"}, "Surat tugas harus ada paling lambat pada hari pertama."),
        ({"letter_due_on": "besok"}, "Tulis tanggal seperti 11/03/2019."),
        ({"letter_due_on": "0019-03-12"}, "Tulis tahun antara 1900 dan 2100."),
        ({"meeting_point": "Balai 😀"}, "Tanda “😀” tidak dapat dicetak."),
        ({"meeting_point": "x" * 201}, "Tulis paling banyak 200 huruf"),
        ({"meeting_point": "Balai\0Kota"}, "Ada tanda yang tidak terbaca."),
    ],
)
def test_facts_that_cannot_be_are_refused_at_their_field(committee, typed, sentence):
    angkatan = AngkatanFactory()

    answer = committee.post(page(angkatan), sent(angkatan, **typed))

    (field,) = typed
    assert sentence in " ".join(answer.context["adminform"].form.errors[field])
    angkatan.refresh_from_db()
    assert (angkatan.letter_due_on, angkatan.meeting_point) == (None, "")


def test_copy_under_a_taken_number_is_refused(committee):
    source = AngkatanFactory(number=2)

    html = committee.post(page(source, "copy"), {"number": 2, "starts_on": "2019-10-30"}).content.decode()

    assert "Angkatan II 2019 sudah ada" in html


# ---- Other days ----------------------------------------------------------------------------------


def test_moving_shows_everything_before_it_is_done(committee):
    angkatan = AngkatanFactory(starts_on=date(2099, 3, 11), year=2099, opens_at=None, closes_at=None)
    SessionFactory(angkatan=angkatan, title="Pembukaan")

    shown = committee.get(page(angkatan, "move"), {"starts_on": "2099-04-11"}).content.decode()

    angkatan.refresh_from_db()
    assert angkatan.starts_on == date(2099, 3, 11)
    assert "Rabu–Jumat, 11–13 Maret 2099" in shown
    assert "Sabtu–Senin, 11–13 April 2099" in shown
    assert "08.00–09.30 Pembukaan" in shown


def test_moving_is_told_and_kept_in_the_history(committee):
    angkatan = AngkatanFactory()
    sent_back = {"starts_on": "2019-04-11", "seen": "2019-03-11", "reason": "Banjir"}

    answer = committee.post(page(angkatan, "move"), sent_back, follow=True)

    told = "Tanggal dipindahkan dari 11–13 Maret 2019 ke 11–13 April 2019: Banjir"
    assert LogEntry.objects.get().change_message == told
    assert "bersama semua sesinya" in str(next(iter(answer.context["messages"])))


@pytest.mark.parametrize("seen", ["2019-03-12", "", "kemarin"])
def test_moving_what_was_not_shown_shows_it_again(committee, seen):
    angkatan = AngkatanFactory()

    answer = committee.post(page(angkatan, "move"), {"starts_on": "2019-04-11", "seen": seen}, follow=True)

    assert Angkatan.objects.get().starts_on == date(2019, 3, 11)
    assert "baru saja diubah orang lain" in str(next(iter(answer.context["messages"])))
    assert "menjadi 11–13 April 2019" in answer.content.decode()


def test_moving_with_attendance_is_refused_in_words(committee, attended):
    asked = committee.get(page(attended.angkatan, "move"))
    sent_back = {"starts_on": "2019-04-11", "seen": "2019-03-11"}
    refused = committee.post(page(attended.angkatan, "move"), sent_back)

    assert [("sudah dicatat" in answer.content.decode()) for answer in (asked, refused)] == [True, True]
    assert Angkatan.objects.get().starts_on == date(2019, 3, 11)


# ---- Invitations ---------------------------------------------------------------------------------


def pasted(client, angkatan, lines, **sent):
    answer = client.post(page(angkatan, "invite"), {"lines": lines} | sent)
    return answer.context["pasted"], answer


def invited(angkatan):
    return sorted(angkatan.invitations.values_list("ormas__name", flat=True))


def test_pasted_lines_say_what_they_mean_before_anybody_is_invited(verifier):
    angkatan = AngkatanFactory()
    OrmasFactory(name="Forum Betawi Rempug", abbreviation="FBR")
    for _rival in range(2):
        OrmasFactory(name="Komite Nasional Pemuda Indonesia", abbreviation="")
    lines = "1. fbr\n2. Komite Nasional Pemuda Indonesia\n3. Perkumpulan Entah\n4. DPD Forum Betawi Rempug (FBR)"

    sorted_out, answer = pasted(verifier, angkatan, lines)

    assert [one.number for one in sorted_out.known] == [1]
    assert [(one.number, len(one.line.offered)) for one in sorted_out.to_choose] == [(2, 2)]
    assert [one.written for one in sorted_out.unknown] == ["3. Perkumpulan Entah"]
    assert [one.number for one in sorted_out.twice] == [4]
    assert lines.replace("\n", "\r\n") in answer.content.decode().replace("\n", "\r\n").replace("\r\r", "\r")
    assert invited(angkatan) == []


def test_ticks_and_choices_are_invited_and_the_box_keeps_the_rest(verifier):
    angkatan = AngkatanFactory()
    known, rival, _other = OrmasFactory(name="Forum Betawi Rempug"), *(OrmasFactory(name="KNPI Kita") for _ in "12")
    lines = "Forum Betawi Rempug\nKNPI Kita\nPerkumpulan Entah"

    left, answer = pasted(verifier, angkatan, lines, undang="ya", ormas=known.pk, **{"baris-2": rival.pk})

    assert invited(angkatan) == ["Forum Betawi Rempug", "KNPI Kita"]
    assert "2 ormas diundang." in [str(message) for message in answer.context["messages"]]
    assert ([one.number for one in left.invited], [one.number for one in left.unknown]) == ([1], [3])
    assert "Perkumpulan Entah</textarea>" in answer.content.decode()


def test_only_one_that_is_like_the_line_is_ticked_and_of_rivals_none(verifier):
    angkatan = AngkatanFactory()
    near, *_rivals = OrmasFactory(name="Forum Betawi Rempug"), *(OrmasFactory(name="KNPI Kita") for _ in "12")

    _, answer = pasted(verifier, angkatan, "Forum Betawi Rempung\nKNPI Kita")

    assert answer.context["ticked"] == {near.pk}


def test_inviting_twice_adds_nobody_and_says_so(verifier):
    angkatan, ormas = AngkatanFactory(), OrmasFactory(name="Forum Betawi Rempug", abbreviation="FBR")
    sent = {"lines": "FBR\nDPD FBR DKI\nForum Betawi Rempug\nEntah Siapa", "undang": "ya", "ormas": ormas.pk}

    told = [
        [str(message) for message in verifier.post(page(angkatan, "invite"), sent).context["messages"]] for _ in "12"
    ]

    assert told == [["1 ormas diundang."], ["1 ormas sudah diundang sebelumnya."]]
    assert angkatan.invitations.count() == 1


def test_a_list_all_of_whose_lines_are_invited_is_done(verifier):
    angkatan, ormas = AngkatanFactory(), OrmasFactory(name="Forum Betawi Rempug")

    answer = verifier.post(
        page(angkatan, "invite"), {"lines": "Forum Betawi Rempug", "undang": "ya", "ormas": ormas.pk}
    )

    assert answer.status_code == 302


@pytest.mark.parametrize("lines", ["", " \n\n 1. \n", "\0", "🎉" * 300, "\t\t\t", "(((", "%' OR 1=1", "a" * 100_000])
def test_nothing_that_is_pasted_breaks_the_page(verifier, lines):
    assert verifier.post(page(AngkatanFactory(), "invite"), {"lines": lines}).status_code == 200


def test_questions_of_a_pasted_list_do_not_grow_with_it(verifier, django_assert_max_num_queries):
    angkatan = AngkatanFactory()
    OrmasFactory(name="Forum Betawi Rempug")

    with django_assert_max_num_queries(16):
        pasted(verifier, angkatan, "\n".join(f"{n}. Forum Betawi Rempung {n}" for n in range(45)))


def test_search_offers_those_not_yet_invited(verifier):
    angkatan = AngkatanFactory()
    invited, free = OrmasFactory(name="Pemuda Satu"), OrmasFactory(name="Pemuda Dua")
    InvitationFactory(angkatan=angkatan, ormas=invited)

    found = verifier.get(page(angkatan, "invite"), {"words": "pemuda"}).context["found"]
    verifier.post(page(angkatan, "invite"), {"ormas": [free.pk]})

    assert found == [free]
    assert angkatan.invitations.count() == 2
