"""Entering cells by hand: one or many, never over what nobody has seen, and taking it back."""

import uuid
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from pelatihan.accounts.actor import Actor, staff
from pelatihan.attendance import marking, sessions, writer
from pelatihan.attendance.locked import Scan
from pelatihan.attendance.marking import Mark, Marked
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Attendance, AttendanceEvent, AttendanceState, Registration, Session
from pelatihan.registration.writer import move
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration, clerk
from tests.pelatihan.door import Door, at

NOON = at("12.00")


@pytest.fixture
def rina(db) -> Actor:
    return staff(UserFactory(role="panitia"), "Laptop panitia")


@pytest.fixture
def enter(door, rina):
    """``enter(Mark(…), …)``: what became of each."""
    return lambda *marks, at=NOON, **how: marking.mark_many(door.session, marks, actor=rina, at=at, **how)


@pytest.fixture
def take_back(door, rina):
    return lambda *events, at=NOON: marking.undo(door.session, events, actor=rina, at=at)


def a_mark(person: Registration, state: str, seen: uuid.UUID | None = None, reason: str = "", **fields) -> Mark:
    return Mark(fields.pop("id", None) or uuid.uuid4(), person.ref, state, seen, reason, **fields)


def counting(done: list[Marked]) -> list[str]:
    return [one.refusal or ("(sudah)" if one.was_so else marking.word(one.total)) for one in done]


# ---- What is entered -----------------------------------------------------------------------------


def test_many_cells_are_entered_at_once_in_the_order_given(door, enter):
    people = [a_registration(door.session.angkatan) for _ in range(3)]
    done = enter(*[a_mark(person, state) for person, state in zip(people, ("sick", "excused", "absent"), strict=True)])

    assert [(one.person, one.total.state) for one in done] == list(
        zip(people, ("sick", "excused", "absent"), strict=True)
    )
    assert [door.state(person) for person in people] == ["sick", "excused", "absent"]


def test_entry_keeps_who_entered_it_when_and_by_what(door, person, rina, enter):
    mark = a_mark(person, "sick", reason="  Surat dokter ")
    enter(mark)

    event = AttendanceEvent.objects.get()
    assert (event.pk, event.kind, event.state, event.means) == (mark.id, "mark", "sick", "correction")
    assert (event.author, event.device, event.reason) == (rina.user, "Laptop panitia", "Surat dokter")
    assert (event.happened_at, event.arrived_at, event.overrides) == (NOON, NOON, None)


def test_reason_is_one_line_of_signs_that_are_seen(door, person, enter):
    scan = door.scan(person, "08.10").event
    unseen = enter(a_mark(person, "sick", scan.pk, "\u200b\u202e\x01"))
    assert counting(unseen) == ["Tulis alasannya, karena ini mengganti yang sudah tercatat: Hadir."]
    enter(a_mark(person, "sick", scan.pk, "Surat\x01 dokter,\n \u202eterlampir"))
    assert AttendanceEvent.objects.get(kind="mark").reason == "Surat dokter, terlampir"


def test_entry_says_by_what_means_it_is_known(person, enter):
    enter(a_mark(person, "late"), means=AttendanceEvent.Means.PAPER)
    assert AttendanceEvent.objects.get().means == "paper"


def test_who_left_early_keeps_when_they_came_and_went(door, person, enter):
    scan = door.scan(person, "07.50").event
    enter(a_mark(person, "left", scan.pk, "Dijemput keluarga", left_at=at("10.30")))

    row = Attendance.objects.get()
    assert (row.state, row.first_at, row.left_at, row.event.left_at) == ("left", at("07.50"), at("10.30"), at("10.30"))


def test_who_left_early_and_comes_back_is_told_so_and_is_as_they_came(door, person, enter):
    scan = door.scan(person, "07.50").event
    enter(a_mark(person, "left", scan.pk, "Dijemput", left_at=at("10.30")))
    answer = door.scan(person, "12.30")

    assert (answer.outcome, answer.before.word) == ("present", "Pulang awal")
    row = Attendance.objects.get()
    assert (row.state, row.first_at, row.left_at, row.event) == ("present", at("07.50"), None, answer.event)
    assert (answer.event.state, answer.event.outcome) == ("present", "present")


def test_time_of_leaving_is_of_nobody_else(person, enter):
    enter(a_mark(person, "sick", left_at=at("10.30")))
    assert AttendanceEvent.objects.get().left_at is None


def test_cell_is_emptied_and_undo_brings_back_exactly_what_was(door, person, enter, take_back):
    scan = door.scan(person, "08.20").event
    empty = a_mark(person, "", scan.pk, "Salah orang")
    assert counting(enter(empty)) == ["Belum"]
    event = AttendanceEvent.objects.get(pk=empty.id)
    assert (event.kind, event.state, event.overrides, event.reason) == ("clear", "", scan, "Salah orang")
    assert door.state(person) is None

    assert counting(take_back(empty.id)) == ["Terlambat"]
    row = Attendance.objects.get()
    assert (row.state, row.first_at, row.event) == ("late", at("08.20"), scan)


@pytest.mark.parametrize("state", ["sick", "left", ""])
def test_what_counts_already_is_no_change(door, person, enter, state):
    seen = a_mark(person, state, left_at=at("10.30"))
    enter(seen)
    before = AttendanceEvent.objects.count()
    again = enter(a_mark(person, state, None, left_at=at("10.30")))

    assert counting(again) == ["(sudah)"]
    assert AttendanceEvent.objects.count() == before


def test_another_time_of_leaving_is_a_change(person, enter):
    first = a_mark(person, "left", left_at=at("10.30"))
    enter(first)
    assert counting(enter(a_mark(person, "left", first.id, "Salah jam", left_at=at("10.00")))) == ["Pulang awal"]
    assert Attendance.objects.get().left_at == at("10.00")


# ---- Reasons -------------------------------------------------------------------------------------


def test_overriding_names_what_it_overrides_and_owes_a_reason(door, person, enter):
    scan = door.scan(person, "08.00").event
    for blank in ("", "  "):
        assert counting(enter(a_mark(person, "sick", scan.pk, blank))) == [
            "Tulis alasannya, karena ini mengganti yang sudah tercatat: Hadir."
        ]
    assert counting(enter(a_mark(person, "", scan.pk))) == [
        "Tulis alasannya, karena ini mengganti yang sudah tercatat: Hadir."
    ]
    enter(a_mark(person, "sick", scan.pk, "Surat"))
    event = AttendanceEvent.objects.get(kind="mark")
    assert (event.overrides, event.reason) == (scan, "Surat")


def test_database_wants_the_reason_too(door, person):
    scan = door.scan(person, "08.00").event
    fields = {"session": door.session, "registration": person, "happened_at": NOON, "arrived_at": NOON}
    for kind, state in (("mark", "sick"), ("clear", "")):
        with pytest.raises(IntegrityError, match="overriding_gives_a_reason"), transaction.atomic():
            AttendanceEvent.objects.create(
                id=uuid.uuid4(), kind=kind, state=state, means="correction", overrides=scan, **fields
            )


@pytest.mark.parametrize("state", ["sick", "absent", ""])
def test_no_reason_is_owed_over_what_closing_wrote(door, person, rina, enter, state):
    sessions.close(door.session, at=at("09.30"), actor=rina)
    seen = Attendance.objects.get().event_id
    assert counting(enter(a_mark(person, state, seen))) == [AttendanceState(state).label if state else "Belum"]
    assert AttendanceEvent.objects.latest("number").overrides is None


# ---- Two people, and twice -----------------------------------------------------------------------


def test_same_marks_sent_twice_are_entered_once_and_answered_alike(door, enter):
    people = [a_registration(door.session.angkatan) for _ in range(2)]
    marks = [a_mark(people[0], "sick"), a_mark(people[1], "left", left_at=at("09.00"))]

    assert counting(enter(*marks)) == counting(enter(*marks)) == ["Sakit", "Pulang awal"]
    assert AttendanceEvent.objects.count() == 2


@pytest.mark.parametrize("changes", [{"state": "late"}, {"state": ""}, {"left_at": at("09.30"), "state": "left"}])
def test_same_id_for_something_else_is_refused(door, person, enter, changes):
    first = a_mark(person, "left", left_at=at("09.00"))
    enter(first)
    other = Mark(**(vars(first) | changes))
    assert counting(enter(other)) == [str(writer.IdTaken())]
    assert door.state(person) == "left"


def test_id_of_somebody_else_s_event_is_refused_and_the_others_are_entered(door, person, enter):
    other = a_registration(door.session.angkatan)
    scan = door.scan(other, "08.00").event
    done = enter(a_mark(person, "sick", id=scan.pk), a_mark(other, "late", scan.pk, "Surat"))
    assert counting(done) == [str(writer.IdTaken()), "Terlambat"]


@pytest.mark.parametrize("seen", [None, uuid.UUID(int=1)])
def test_second_of_two_clerks_reads_what_the_first_entered_and_the_other_cells_are_written(door, enter, seen):
    people = [a_registration(door.session.angkatan) for _ in range(2)]
    enter(a_mark(people[0], "sick"))
    done = enter(a_mark(people[0], "excused", seen, "Telepon"), a_mark(people[1], "excused"))

    assert counting(done) == [
        "Sementara halaman ini terbuka, kehadirannya berubah menjadi Sakit. Belum ada yang disimpan:"
        " periksa yang tercatat, lalu simpan lagi bila masih perlu.",
        "Izin",
    ]
    assert [door.state(person) for person in people] == ["sick", "excused"]


def test_cell_that_was_emptied_meanwhile_is_asked_about(door, person, enter):
    scan = door.scan(person, "08.00").event
    empty = a_mark(person, "", scan.pk, "Salah")
    enter(empty)
    assert "berubah menjadi Belum" in counting(enter(a_mark(person, "late", scan.pk, "Lembar")))[0]
    assert counting(enter(a_mark(person, "late", None))) == ["Terlambat"]


def test_who_saw_what_emptied_the_cell_has_seen_it(person, enter):
    first = a_mark(person, "sick")
    empty = a_mark(person, "", first.id, "Salah")
    enter(first)
    enter(empty)
    assert counting(enter(a_mark(person, "late", empty.id))) == ["Terlambat"]


def test_both_clerks_enter_the_same_and_nobody_is_asked(person, enter):
    enter(a_mark(person, "sick"))
    assert counting(enter(a_mark(person, "sick"))) == ["(sudah)"]


def test_two_keys_in_one_cell_are_two_entries_of_which_the_last_counts(door, person, enter):
    first = a_mark(person, "sick")
    done = enter(first, a_mark(person, "excused", first.id, "Salah tekan"))
    assert counting(done) == ["Sakit", "Izin"]
    assert door.state(person) == "excused"


# ---- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "hadir"}, marking.NOT_A_STATE),
        ({"reason": "a\0"}, marking.UNREADABLE),
        ({"reason": "a" * 301}, "Alasannya paling banyak 300 huruf. Ringkaskan."),
        ({"state": "left"}, "Isi jam pulangnya, misalnya 10.30."),
        ({"state": "left", "left_at": at("12.01")}, "Jam pulang harus sejak sesi mulai pukul 08.00"),
    ],
)
def test_mark_that_cannot_be_is_refused_with_a_sentence(person, enter, fields, sentence):
    [refusal] = counting(
        enter(Mark(**({"id": uuid.uuid4(), "ref": person.ref, "state": "sick", "seen": None} | fields)))
    )
    assert refusal.startswith(sentence)
    assert not AttendanceEvent.objects.exists()


def test_longest_reason_is_kept(person, enter):
    enter(a_mark(person, "sick", reason="a" * 300))
    assert AttendanceEvent.objects.get().reason == "a" * 300


def test_nobody_and_people_of_other_batches_are_refused(door, person, enter):
    other = a_registration(AngkatanFactory())
    nobody = Mark(uuid.uuid4(), uuid.uuid4(), "sick", None)
    assert counting(enter(a_mark(other, "sick"), nobody, a_mark(person, "sick"))) == [
        marking.NOBODY,
        marking.NOBODY,
        "Sakit",
    ]


def test_who_is_expected_is_asked_as_things_stand_now(door, person, enter):
    cancelled, submitted = (a_registration(door.session.angkatan, status) for status in ("accepted", "submitted"))
    move(Registration.objects.get(pk=cancelled.pk), Action.CANCEL, actor=clerk(), at=at("07.00"), reason="Sakit")
    told = counting(enter(a_mark(cancelled, "sick"), a_mark(submitted, "sick"), a_mark(person, "sick")))
    assert [one.partition("berstatus ")[2] or one for one in told] == [
        "Dibatalkan. Terima dulu, lalu ulangi.",
        "Menunggu verifikasi. Terima dulu, lalu ulangi.",
        "Sakit",
    ]


def test_who_was_let_in_elsewhere_is_expected_here_too(door, enter):
    person = a_registration(door.session.angkatan)
    other = Door(SessionFactory(angkatan=door.session.angkatan, hour=6), door.officer)
    other.scan(person, "06.00")
    Registration.objects.filter(pk=person.pk).update(status=Status.CANCELLED)
    assert counting(enter(a_mark(person, "sick"))) == ["Sakit"]


def test_who_was_let_in_by_mistake_and_marked_absent_is_taken_back(door, person, enter, take_back):
    scan = door.scan(person, "08.00").event
    Registration.objects.filter(pk=person.pk).update(status=Status.CANCELLED)
    absent = a_mark(person, "absent", scan.pk, "Orang lain")
    assert counting(enter(absent)) == ["Tanpa keterangan"]
    assert counting(take_back(absent.id)) == ["Hadir"]


def test_session_that_was_closed_meanwhile_is_still_entered(door, person, enter):
    sessions.close(door.session, at=at("09.30"))
    closing = Attendance.objects.get().event_id
    assert counting(enter(a_mark(person, "excused", closing))) == ["Izin"]


def test_session_that_was_moved_to_a_later_hour_meanwhile_is_refused(door, person, enter):
    Session.objects.filter(pk=door.session.pk).update(starts_at=at("14.00"), ends_at=at("15.00"))
    [refusal] = counting(enter(a_mark(person, "sick")))
    assert refusal.startswith("Presensi sesi ini baru dibuka Senin, 11 Maret 2019 pukul 13.00 WIB.")


@pytest.mark.parametrize("field", ["closed_at", "cancelled_at"])
def test_batch_that_is_over_meanwhile_is_refused(door, person, enter, take_back, field):
    first = a_mark(person, "sick")
    enter(first)
    type(door.session.angkatan).objects.filter(pk=door.session.angkatan_id).update(
        **{field: NOON, "cancel_reason": "Banjir" if field == "cancelled_at" else ""}
    )
    word = "ditutup" if field == "closed_at" else "dibatalkan"
    for [refusal] in (counting(enter(a_mark(person, "late", first.id, "a"))), counting(take_back(first.id))):
        assert f"sudah {word}, jadi kehadirannya" in refusal
    assert door.state(person) == "sick"


def test_session_that_was_deleted_meanwhile_is_refused(door, person, enter, take_back):
    Session.objects.filter(pk=door.session.pk).delete()
    assert counting(enter(a_mark(person, "sick"))) == counting(take_back(uuid.uuid4())) == [marking.GONE]


def test_too_many_at_once_are_no_page_s_doing(person, enter, take_back):
    for act in (partial(enter, *[a_mark(person, "sick")] * 501), partial(take_back, *[uuid.uuid4()] * 501)):
        with pytest.raises(ValueError, match="At most 500"):
            act()


# ---- Taking back ---------------------------------------------------------------------------------


def test_taking_back_keeps_by_whom_and_is_done_once(door, person, rina, enter, take_back):
    scan = door.scan(person, "08.00").event
    mark = a_mark(person, "sick", scan.pk, "Surat")
    enter(mark)

    assert counting(take_back(mark.id)) == ["Hadir"]
    assert counting(take_back(mark.id, mark.id)) == ["(sudah)", "(sudah)"]
    event = AttendanceEvent.objects.get(kind="undo")
    assert (event.undoes_id, event.means, event.author, event.registration) == (
        mark.id,
        "correction",
        rina.user,
        person,
    )
    assert door.state(person) == "present"


def test_a_row_of_entries_is_taken_back_from_the_last_on(door, person, enter, take_back):
    first = a_mark(person, "sick")
    second = a_mark(person, "excused", first.id, "Salah tekan")
    enter(first, second)

    assert counting(take_back(first.id)) == [
        "Sesudah perubahan itu, kehadirannya menjadi Izin. Tidak ada yang diurungkan: periksa dahulu."
    ]
    assert counting(take_back(second.id, first.id)) == ["Sakit", "Belum"]
    assert door.state(person) is None


def test_undo_of_an_undo_is_told_what_to_do(person, enter, take_back):
    mark = a_mark(person, "sick")
    enter(mark)
    take_back(mark.id)
    undo = AttendanceEvent.objects.get(kind="undo")
    assert counting(take_back(undo.pk)) == [
        "Yang sudah diurungkan diisi lagi seperti biasa: pilih keadaannya, lalu simpan."
    ]


def test_what_is_not_of_this_session_or_no_entry_is_not_taken_back(door, person, rina, take_back):
    other = SessionFactory(angkatan=door.session.angkatan, hour=10)
    mark = a_mark(person, "sick")
    marking.mark_many(other, [mark], actor=rina, at=NOON)
    scan = door.scan(person, "08.00").event
    told = counting(take_back(mark.id, uuid.uuid4(), scan.pk))
    assert told[:2] == [marking.NOT_HERE] * 2
    assert told[2].startswith("Tidak ada perubahan yang dapat diurungkan.")
    assert AttendanceEvent.objects.count() == 2


# ---- What comes to light later, and speed --------------------------------------------------------


def test_scan_from_before_the_emptying_waits_and_one_from_after_it_counts(door, person, enter):
    other = a_registration(door.session.angkatan)
    for one in (person, other):
        enter(first := a_mark(one, "sick"), at=at("08.00"))
        enter(a_mark(one, "", first.id, "Salah"), at=at("08.30"))
    before, after = (
        door.take(Scan(uuid.uuid4(), at(clock), code=one.code, let_in=True, shown="present"), arrived=at("11.00"))
        for one, clock in ((person, "08.10"), (other, "08.40"))
    )
    assert (before.event.kind, before.outcome, before.event.needs_review) == ("refusal", "emptied", True)
    assert list(AttendanceEvent.objects.waiting_for_decision()) == [before.event]
    assert (door.state(person), door.state(other)) == (None, "late")
    assert after.event.kind == "check_in"


def test_emptying_settles_what_waited_before_it(door, enter):
    person = a_registration(door.session.angkatan, Status.SUBMITTED)
    door.take(Scan(uuid.uuid4(), at("07.40"), code=person.code, let_in=True))
    assert AttendanceEvent.objects.waiting_for_decision().count() == 1
    enter(first := a_mark(person, "absent"))
    enter(a_mark(person, "", first.id, "Salah"))
    assert not AttendanceEvent.objects.waiting_for_decision().exists()


@pytest.mark.parametrize("kind", [Session.Kind.LOGISTICS, Session.Kind.CEREMONY])
def test_bus_rooms_and_meals_take_attendance_like_any_session(rina, kind):
    bus = SessionFactory(kind=kind, title="Bus ke Bogor")
    door = Door(bus, UserFactory(role="petugas"))
    people = [a_registration(bus.angkatan) for _ in range(3)]
    assert door.scan(people[0], "07.50").outcome == "present"
    marking.mark_many(bus, [a_mark(people[1], "excused")], actor=rina, at=at("08.10"))
    sessions.close(bus, at=at("09.30"), actor=rina)
    assert [door.state(person) for person in people] == ["present", "excused", "absent"]


@pytest.mark.parametrize("cells", [1, 3])
def test_queries_do_not_grow_with_cells(door, rina, django_assert_num_queries, cells):
    people = [a_registration(door.session.angkatan) for _ in range(cells)]
    with django_assert_num_queries(7):  # savepoint and release, batch, session, people, events, and one write
        marking.mark_many(door.session, [a_mark(person, "sick") for person in people], actor=rina, at=NOON)
    assert Attendance.objects.count() == cells


def test_sums_are_what_a_rebuild_would_make(door, person, enter, take_back):
    scan = door.scan(person, "08.20").event
    left = a_mark(person, "left", scan.pk, "Dijemput", left_at=at("09.00"))
    enter(left)
    assert writer.rebuild(door.session) == 0
    take_back(left.id)
    assert writer.rebuild(door.session) == 0
