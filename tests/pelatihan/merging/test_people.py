"""Two rows of one person made one, and two again."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from ormas.models import Delegate
from pelatihan.accounts.actor import DELEGATE
from pelatihan.attendance import writer as attendance
from pelatihan.attendance.locked import Scan
from pelatihan.lifecycle import Action, Status
from pelatihan.merging import people
from pelatihan.merging.people import Choice, Unmerged
from pelatihan.models import (
    Angkatan,
    Attendance,
    AttendanceEvent,
    AttendanceState,
    Correction,
    Merge,
    MergedRow,
    Registration,
)
from pelatihan.registration import writer
from pelatihan.registration.refusals import AlreadyRegistered, BatchOver
from tests.factories import NOON, AngkatanFactory, OrmasFactory, SessionFactory, a_registration, clerk

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=3)


def theirs(person: Delegate) -> list[Registration]:
    return list(Registration.objects.filter(delegate=person).select_related("angkatan").order_by("pk"))


def merged(kept: Delegate, gone: Delegate, *, key: uuid.UUID | None = None, stays=None, at=LATER, **values) -> Merge:
    for one in (kept, gone):
        one.refresh_from_db()
    seen = people.print_of(kept, gone, [*theirs(kept), *theirs(gone)])
    twice = people.twice_in(theirs(kept), theirs(gone))
    choice = Choice(values, stays or {one.angkatan.pk: one.likely.pk for one in twice})
    return people.merge(kept, gone, choice, key=key or uuid.uuid4(), seen=seen, actor=clerk(), at=at)


def undone(merge: Merge, at=LATER) -> list[str]:
    return people.undo(merge, actor=clerk(), at=at)


def table(model, **which):
    return list(model.objects.filter(**which).order_by("pk").values())


def world():
    return table(Delegate), table(Registration), table(Attendance)


@pytest.fixture
def two() -> tuple[Delegate, Delegate]:
    """Two rows of one person, each registered in a batch of its own."""
    ormas = OrmasFactory()
    a = a_registration(AngkatanFactory(), ormas=ormas, name="Siti Rahmawati", phone="+6281200000024")
    b = a_registration(
        AngkatanFactory(), Status.SUBMITTED, ormas=ormas, name="Siti Rohmawati", phone="+6281200000024",
        email="siti@contoh.example", position="Sekretaris Dewan Pimpinan Daerah", at=NOON + timedelta(minutes=1),
    )  # fmt: skip
    return a.delegate, b.delegate


# ---- Merging ---------------------------------------------------------------------------------------


def test_all_registrations_are_of_one_and_nothing_is_deleted(two):
    kept, gone = two
    merged(kept, gone)

    assert len(theirs(kept)) == 2
    assert theirs(gone) == []
    gone.refresh_from_db()
    assert gone.merged_into == kept
    assert gone.name == "Siti Rohmawati"


def test_filled_beats_empty_and_what_is_chosen_stands(two):
    kept, gone = two
    merged(kept, gone, name="b", position="a")

    kept.refresh_from_db()
    assert (kept.name, kept.position, kept.email) == ("Siti Rohmawati", "Sekretaris", "siti@contoh.example")


@pytest.mark.parametrize(
    ("field", "a", "b", "likely"),
    [
        ("name", "Siti", "Sity", "a"), ("position", "Ketua", "Wakil", "b"), ("email", "", "b@c.example", "b"),
        ("email", "a@c.example", "", "a"), ("email", "", "", "a"), ("back_title", "M.Si.", "S.Sos., M.Si.", "b"),
        ("back_title", "S.Sos., M.Si.", "M.Si.", "a"), ("phone", "+62812", "+62813", "b"), ("gender", "L", "P", "a"),
        ("agrees_invite", True, False, "b"), ("agrees_invite", False, True, "a"), ("agrees_photo", True, True, "a"),
        ("agrees_photo", False, False, "a"), ("ormas_id", None, 3, "b"), ("ormas_id", 2, 3, "b"),
        ("nickname", "Ti", "Siti", "a"),
    ],
)  # fmt: skip
def test_value_that_is_chosen_beforehand(field, a, b, likely):
    assert people.likely_value(field, a, b) == likely


def test_stricter_consent_and_the_notice_read_first():
    one, other = (a_registration(AngkatanFactory(), agrees_invite=True, at=at).delegate for at in (LATER, NOON))
    Delegate.objects.filter(pk=other.pk).update(agrees_invite=False, privacy_version="2018-01")
    merged(one, other)

    one.refresh_from_db()
    assert (one.agrees_invite, one.privacy_version, one.privacy_at) == (False, "2018-01", NOON)


def test_special_needs_that_were_noted_stay_agreed_to():
    one = a_registration(AngkatanFactory(), agrees_special_needs=True, special_needs="Kursi roda").delegate
    other = a_registration(AngkatanFactory()).delegate
    merged(other, one)

    other.refresh_from_db()
    assert other.agrees_special_needs
    assert {each.special_needs for each in theirs(other)} == {"Kursi roda", ""}


def test_without_noted_needs_both_must_have_agreed():
    one, other = (a_registration(AngkatanFactory(), agrees_special_needs=yes).delegate for yes in (True, False))
    merged(one, other)

    one.refresh_from_db()
    assert not one.agrees_special_needs


def test_registrations_tell_what_is_different_there(two):
    kept, gone = two
    merged(kept, gone, phone="a")
    assert {(line.registration.delegate_id, line.field, line.new) for line in Correction.objects.all()} == {
        (kept.pk, "email", "siti@contoh.example")
    }


def test_what_papers_print_stays(two):
    kept, gone = two
    before = [(each.name, each.position) for each in (*theirs(kept), *theirs(gone))]
    merged(kept, gone)
    assert [(each.name, each.position) for each in theirs(kept)] == before


def test_same_key_is_the_same_merge(two):
    key = uuid.uuid4()
    first = merged(*two, key=key)
    assert people.merge(two[0], two[1], Choice({}, {}), key=key, seen="x", actor=clerk(), at=LATER) == first
    assert Merge.objects.count() == 1


def test_person_is_not_merged_with_itself(two):
    with pytest.raises(Unmerged, match="satu data yang sama"):
        people.merge(two[0], two[0], Choice({}, {}), key=uuid.uuid4(), seen="", actor=clerk(), at=LATER)


def test_two_clerks_merge_both_ways_and_the_second_reads_so(two):
    kept, gone = two
    merged(kept, gone)
    before = world()
    with pytest.raises(Unmerged, match="Siti Rohmawati sudah digabung ke Siti Rahmawati"):
        merged(gone, kept)
    assert world() == before


def test_who_was_merged_already_is_not_merged_again(two):
    kept, gone = two
    merged(kept, gone)
    with pytest.raises(Unmerged, match="sudah digabung ke"):
        merged(a_registration(AngkatanFactory()).delegate, gone)


def test_merging_while_the_person_withdraws(two):
    kept, gone = two
    seen = people.print_of(kept, gone, [*theirs(kept), *theirs(gone)])
    writer.move(theirs(gone)[0], Action.WITHDRAW, actor=DELEGATE, at=LATER)
    with pytest.raises(Unmerged, match="data atau pendaftaran salah satunya berubah"):
        people.merge(kept, gone, Choice({}, {}), key=uuid.uuid4(), seen=seen, actor=clerk(), at=LATER)
    assert not Merge.objects.exists()


def test_merging_of_a_row_that_is_gone(two):
    kept = two[0]
    nobody = Delegate(pk=0, name="Siti")
    with pytest.raises(Unmerged, match="sudah dihapus"):
        people.merge(kept, nobody, Choice({}, {}), key=uuid.uuid4(), seen="", actor=clerk(), at=LATER)


def test_one_with_twelve_registrations():
    one, other = (a_registration(AngkatanFactory()).delegate for _ in range(2))
    for _ in range(11):
        registration = a_registration(AngkatanFactory(), Status.CANCELLED)
        Registration.objects.filter(pk=registration.pk).update(delegate=other)
    before = world()
    merge = merged(one, other)
    assert len(theirs(one)) == 13
    assert undone(merge) == []
    assert world() == before


def test_names_of_150_letters():
    one, other = (a_registration(AngkatanFactory(), name=letter * 150).delegate for letter in "AB")
    merge = merged(one, other, name="b")
    one.refresh_from_db()
    assert one.name == "B" * 150
    undone(merge)
    one.refresh_from_db()
    assert one.name == "A" * 150


# ---- Both in one batch -----------------------------------------------------------------------------


@pytest.fixture
def twice() -> tuple[Registration, Registration]:
    """One person twice in a batch: accepted, and waiting for a decision."""
    batch = AngkatanFactory(capacity=2)
    ormas = OrmasFactory()
    return (
        a_registration(batch, ormas=ormas, name="Siti Rahmawati"),
        a_registration(batch, Status.SUBMITTED, ormas=ormas, name="Siti Rohmawati", at=NOON + timedelta(hours=2)),
    )


def test_chosen_registration_stays_and_the_other_is_cancelled(twice):
    a, b = twice
    merged(a.delegate, b.delegate, stays={a.angkatan_id: b.pk})

    a.refresh_from_db()
    b.refresh_from_db()
    assert (a.status, b.status) == (Status.CANCELLED, Status.SUBMITTED)
    assert a.counts_for == b
    last = a.history.last()
    assert (last.action, last.role) == ("merge", "staff")
    assert last.reason == (
        "Digabung dengan pendaftaran lain atas nama Anda. Yang berlaku: pendaftaran tanggal 20 Februari 2019,"
        " Menunggu verifikasi."
    )


def test_nobody_stays_unless_chosen(twice):
    a, b = twice
    before = world()
    with pytest.raises(Unmerged, match="Pilih dahulu pendaftaran mana yang tetap di Angkatan"):
        merged(a.delegate, b.delegate, stays={a.angkatan_id: 0})
    assert world() == before


def test_accepted_stays_unless_chosen_otherwise(twice):
    a, b = twice
    assert [each.likely for each in people.twice_in([a], [b])] == [a]
    assert [each.likely for each in people.twice_in([b], [a])] == [a]


def test_seat_that_comes_free_goes_to_who_waits(twice):
    a, b = twice
    waiting = a_registration(a.angkatan, Status.SUBMITTED)
    assert waiting.status == Status.WAITLISTED
    merged(a.delegate, b.delegate)

    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED


def test_batch_that_was_closed_keeps_both(twice):
    a, b = twice
    Angkatan.objects.update(closed_at=NOON)
    before = world()
    with pytest.raises(BatchOver, match="Buka lagi dulu"):
        merged(a.delegate, b.delegate)
    assert world() == before


def test_who_gave_way_is_not_brought_back_by_hand(twice):
    a, b = twice
    merged(a.delegate, b.delegate)
    with pytest.raises(AlreadyRegistered, match=f"digabung dengan pendaftaran berkode {a.shown_code}"):
        writer.move(b, Action.REOPEN, actor=clerk(), at=LATER, reason="Keliru")


def test_database_lets_nobody_count_for_another_batch(twice):
    a, _b = twice
    elsewhere = a_registration(AngkatanFactory())
    gone = a_registration(AngkatanFactory(), Status.CANCELLED)
    for wanted in (gone.pk, elsewhere.pk):
        with pytest.raises(IntegrityError), transaction.atomic():
            Registration.objects.filter(pk=gone.pk).update(counts_for=wanted)
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.filter(pk=a.pk).update(counts_for=_b.pk)


# ---- Attendance ------------------------------------------------------------------------------------


@pytest.fixture
def session(twice):
    return SessionFactory(angkatan=twice[0].angkatan)


def checked_in(session, person: Registration, *, minutes: int = 0) -> AttendanceEvent:
    at = session.starts_at + timedelta(minutes=minutes)
    [answer] = attendance.record(session, [Scan(uuid.uuid4(), at, code=person.code)], actor=clerk(), at=at)
    return answer.event


def marked(session, person: Registration, state: AttendanceState, *, minutes: int = 60) -> None:
    at = session.starts_at + timedelta(minutes=minutes)
    attendance.mark(session, person, state, event_id=uuid.uuid4(), actor=clerk(), at=at, reason="Surat")


def counts(session) -> dict[int, tuple[str, object]]:
    rows = Attendance.objects.filter(session=session)
    return {row.registration_id: (row.state, row.first_at) for row in rows}


def test_walk_in_who_was_registered_is_present_by_the_registration(twice, session):
    a, b = twice
    writer.move(a, Action.ACCEPT, actor=clerk(), at=NOON)
    Registration.objects.filter(pk=b.pk).update(source=Registration.Source.WALK_IN)
    event = checked_in(session, b, minutes=2)
    assert event.outcome == "present"
    merged(a.delegate, b.delegate, stays={a.angkatan_id: a.pk})

    b.refresh_from_db()
    assert (b.status, b.counts_for, b.holds_seat) == ("cancelled", a, False)
    assert counts(session) == {a.pk: ("present", session.starts_at + timedelta(minutes=2))}
    assert list(session.angkatan.registrations.expected()) == [a]
    assert list(b.events.all()) == [event]
    assert attendance.rebuild(session) == 0


def test_attendance_of_the_other_counts_for_the_one_that_stays(twice, session):
    a, b = twice
    writer.move(b, Action.ACCEPT, actor=clerk(), at=NOON)
    checked_in(session, b, minutes=2)
    merged(a.delegate, b.delegate, stays={a.angkatan_id: a.pk})

    assert counts(session) == {a.pk: ("present", session.starts_at + timedelta(minutes=2))}
    assert attendance.rebuild(session) == 0


def test_of_two_present_in_one_session_the_earlier_counts_and_both_are_back_after_an_undo(twice, session):
    a, b = twice
    writer.move(b, Action.ACCEPT, actor=clerk(), at=NOON)
    checked_in(session, a, minutes=20)
    checked_in(session, b, minutes=1)
    before = world()
    merge = merged(a.delegate, b.delegate, stays={a.angkatan_id: a.pk})
    assert counts(session) == {a.pk: ("present", session.starts_at + timedelta(minutes=1))}

    assert undone(merge) == []
    assert world()[0] == before[0]
    assert counts(session) == {
        a.pk: ("late", session.starts_at + timedelta(minutes=20)),
        b.pk: ("present", session.starts_at + timedelta(minutes=1)),
    }
    assert attendance.rebuild(session) == 0


def test_code_of_the_one_that_gave_way_lets_the_person_in(twice, session):
    a, b = twice
    merged(a.delegate, b.delegate)
    event = checked_in(session, b)

    assert event.registration == a
    assert counts(session) == {a.pk: ("present", session.starts_at)}


def test_undo_of_a_check_in_parts_with_it(twice, session):
    a, b = twice
    writer.move(b, Action.ACCEPT, actor=clerk(), at=NOON)
    event = checked_in(session, b)
    merge = merged(a.delegate, b.delegate, stays={a.angkatan_id: a.pk})
    at = session.starts_at + timedelta(minutes=5)
    [answer] = attendance.record(session, [Scan(uuid.uuid4(), at, undoes=event.pk)], actor=clerk(), at=at)
    assert (answer.outcome, answer.person, answer.event.registration_id) == ("undone", a, b.pk)
    assert counts(session) == {}

    undone(merge)
    assert counts(session) == {}
    assert attendance.rebuild(session) == 0


def test_later_mark_of_either_counts(twice, session):
    a, b = twice
    writer.move(b, Action.ACCEPT, actor=clerk(), at=NOON)
    checked_in(session, b)
    marked(session, a, AttendanceState.SICK)
    merged(a.delegate, b.delegate, stays={a.angkatan_id: a.pk})
    assert counts(session)[a.pk][0] == "sick"


# ---- Taking back -----------------------------------------------------------------------------------


def test_undo_leaves_all_as_it_was(two):
    before = world()
    merge = merged(*two, name="b")
    assert undone(merge) == []
    assert world() == before
    merge.refresh_from_db()
    assert (merge.undone_at, merge.not_undone) == (LATER, [])


def test_undo_of_two_in_one_batch_leaves_all_as_it_was(twice):
    a, b = twice
    before = world()
    merge = merged(a.delegate, b.delegate)
    assert undone(merge) == []
    assert world() == before
    assert [line.action for line in b.history.all()] == ["register", "merge", "undo"]


def test_registrations_tell_what_an_undo_changed_there(two):
    kept, gone = two
    undone(merged(kept, gone, phone="a"))
    told = Correction.objects.order_by("pk").values_list("registration__delegate", "field", "old", "new")
    assert list(told) == [(kept.pk, "email", "", "siti@contoh.example"), (kept.pk, "email", "siti@contoh.example", "")]


def test_undone_twice_is_undone_once(two):
    merge = merged(*two)
    undone(merge)
    before = world()
    assert undone(merge) == []
    assert world() == before


def test_merged_and_undone_and_merged_again(two):
    undone(merged(*two))
    again = merged(*two)
    assert not again.is_undone
    assert len(theirs(two[0])) == 2


def test_what_was_changed_since_stays_and_is_told(two):
    kept, gone = two
    merge = merged(kept, gone)
    Delegate.objects.filter(pk=kept.pk).update(email="baru@contoh.example")
    told = people.back(merge).stays
    assert told == ["Surel sudah diubah lagi setelah digabung, jadi tetap seperti sekarang."]
    assert undone(merge) == told

    kept.refresh_from_db()
    assert (kept.email, kept.position) == ("baru@contoh.example", "Sekretaris")
    assert len(theirs(gone)) == 1


def test_registration_that_was_made_since_stays_with_the_one_that_was_kept(two):
    kept, gone = two
    merge = merged(kept, gone)
    new = a_registration(AngkatanFactory(), at=LATER + timedelta(hours=1))
    Registration.objects.filter(pk=new.pk).update(delegate=kept)
    [sentence] = people.back(merge).stays
    assert sentence.startswith(f"Pendaftaran di {new.angkatan.name} (20 Februari 2019) dibuat setelah digabung")
    undone(merge)
    assert new in theirs(kept)


def test_seat_that_is_taken_since_leaves_the_other_cancelled(twice):
    a, b = twice
    merge = merged(a.delegate, b.delegate)
    a_registration(a.angkatan, Status.SUBMITTED)
    [sentence] = undone(merge)

    b.refresh_from_db()
    assert b.status == Status.CANCELLED
    assert (b.counts_for, b.delegate.name) == (None, "Siti Rohmawati")
    assert sentence.startswith(f"{a.angkatan.name}: Kursi Siti Rohmawati sudah ditempati orang lain")


def test_registration_that_was_decided_since_stays_as_decided(twice):
    a, b = twice
    merge = merged(a.delegate, b.delegate)
    Registration.objects.filter(pk=b.pk).update(counts_for=None)
    writer.move(a, Action.CANCEL, actor=clerk(), at=LATER, reason="Berhalangan")
    writer.move(b, Action.REOPEN, actor=clerk(), at=LATER, reason="Ternyata lain")
    [sentence] = undone(merge)
    assert "sudah berubah menjadi Menunggu verifikasi" in sentence


def test_registration_that_moved_to_another_row_since_stays_there(two):
    kept, gone = two
    [other] = theirs(gone)
    merge = merged(kept, gone)
    Registration.objects.filter(pk=other.pk).update(delegate=Delegate.objects.create(name="Siti Baru"))
    [sentence] = undone(merge)
    assert "sudah dipindah ke data orang lain oleh pembetulan" in sentence


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["first first", "last first"])
def test_three_one_after_another_undone_in_any_order(order):
    batch, ormas = AngkatanFactory(), OrmasFactory()
    c, b, a = (
        a_registration(batch, Status.SUBMITTED, ormas=ormas, name=name).delegate for name in ("Ani", "Ana", "Any")
    )
    before = world()
    merges = [merged(b, a), merged(c, b)]
    assert {each.delegate_id for each in Registration.objects.all()} == {c.pk}
    assert {each.merged_into_id for each in Delegate.objects.exclude(pk=c.pk)} == {c.pk}
    counted = Registration.objects.exclude(counts_for=None)
    assert {each.counts_for.delegate_id for each in counted} == {c.pk}
    assert len({each.counts_for_id for each in counted}) == 1

    for number in order:
        assert undone(merges[number]) == []
    people_now, registrations_now, _ = world()
    assert people_now == before[0]
    assert [(r["delegate_id"], r["status"], r["counts_for_id"]) for r in registrations_now] == [
        (r["delegate_id"], r["status"], None) for r in before[1]
    ]


def test_row_that_the_notice_deleted_cannot_be_brought_back(two):
    kept, gone = two
    merge = merged(kept, gone)
    gone.delete()
    merge.refresh_from_db()
    with pytest.raises(Unmerged, match="sudah dihapus sesuai batas waktu"):
        undone(merge)
    with pytest.raises(ObjectDoesNotExist):
        assert merge.gone


def test_database_keeps_what_was_merged(two):
    merge = merged(*two)
    undone(merge)
    line = merge.rows.filter(field="email").get()
    for attempt in (
        lambda: Merge.objects.update(at=NOON),
        lambda: Merge.objects.update(undone_at=None, undone_by=None),
        merge.delete,
        lambda: MergedRow.objects.update(old="1"),
        lambda: MergedRow.objects.filter(pk=line.pk).update(old="x", new="y"),
        line.delete,
    ):
        with pytest.raises(Exception), transaction.atomic():  # noqa: B017, PT011  (some by Django, some by the database)
            attempt()
    MergedRow.objects.filter(pk=line.pk).update(old='""', new='""')


# ---- What the page showed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "field", "value"),
    [
        ("first", "phone", "+6281299999991"),
        ("second", "phone", "+6281299999992"),
        ("first", "merged_into_id", 1),
        ("registration", "status", "cancelled"),
        ("registration", "delegate_id", 1),
        ("registration", "counts_for_id", 1),
        ("registration", "pk", 1),
    ],
)
def test_whatever_changes_of_the_two_changes_what_was_seen(which, field, value):
    first, second = Delegate(pk=7, name="Siti"), Delegate(pk=8, name="Siti R.")
    registration = Registration(pk=9, delegate_id=8, status="submitted")
    before = people.print_of(first, second, [registration])
    assert len(before) == 32
    assert people.print_of(first, second, [registration]) == before

    setattr({"first": first, "second": second, "registration": registration}[which], field, value)

    assert people.print_of(first, second, [registration]) != before
