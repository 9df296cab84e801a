"""Beds given, swapped and taken back, by one clerk after the other."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from pelatihan.batches import steps
from pelatihan.batches.steps import Step
from pelatihan.lifecycle import Action, Status
from pelatihan.lodging import house, placing, rooms
from pelatihan.lodging.held import Refused
from pelatihan.lodging.placing import Overtaken
from pelatihan.lodging.suggestion import suggest
from pelatihan.models import Bedroom, Guest, Registration, Stay
from pelatihan.registration import changes, writer
from pelatihan.registration.application import Application
from tests.factories import NOON, AngkatanFactory, UserFactory, a_person, a_registration, clerk
from tests.pelatihan.lodging.houses import EVENING, find, lies, lodger, with_rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def angkatan():
    batch = AngkatanFactory(number=2)
    with_rooms(batch, "101-102, 2 bed\n103, 1 bed")
    return batch


@pytest.fixture
def user():
    return UserFactory(role="panitia")


@pytest.fixture
def put(angkatan, user):
    def put(name: str, room: str, **more) -> None:
        one, number = find(angkatan, name), angkatan.bedrooms.get(name=room).pk
        sent = {"seen": one.seen} | more
        placing.place(angkatan, one.key, number, by=user, at=EVENING, **sent)

    return put


# ---- One by one ----------------------------------------------------------------------------------


def test_a_bed_is_given_and_changed(angkatan, put):
    lodger(angkatan, "Ani")
    put("Ani", "101")
    put("Ani", "103")

    assert lies(angkatan) == {"101": [], "102": [], "103": ["Ani"]}


def test_men_and_women_never_share(angkatan, put):
    lodger(angkatan, "Ani")
    lodger(angkatan, "Budi", "L")
    put("Ani", "101")

    with pytest.raises(Refused, match="Kamar 101 ditempati perempuan"):
        put("Budi", "101")


def test_full_rooms_take_nobody_but_who_lies_there(angkatan, put):
    lodger(angkatan, "Ani")
    lodger(angkatan, "Cici")
    put("Ani", "103")
    put("Ani", "103")

    with pytest.raises(Refused, match="Kamar 103 sudah penuh"):
        put("Cici", "103")


def test_of_whom_it_is_not_known_somebody_says_it(angkatan, put):
    lodger(angkatan, "Ani").delegate.__class__.objects.filter(name="Ani").update(gender="")

    with pytest.raises(Refused, match="Pilih laki-laki atau perempuan"):
        put("Ani", "101")
    put("Ani", "101", sex="P")

    assert Stay.objects.get().sex == "P"


def test_what_is_known_is_not_overruled(angkatan, put):
    lodger(angkatan, "Ani")
    put("Ani", "101", sex="L")

    assert Stay.objects.get().sex == "P"


def test_a_speaker_sleeps_too(angkatan, put):
    for _ in range(2):  # in two sessions
        Guest.objects.create(angkatan=angkatan, category="speaker", name="Dr. Ratih", institution="Bawaslu")
    put("Dr. Ratih", "101", sex="P")

    now = house.read(angkatan)
    assert (lies(angkatan)["101"], now.idle_guests) == (["Dr. Ratih"], [])


def test_two_clerks_at_once_do_not_move_somebody_twice(angkatan, put):
    lodger(angkatan, "Ani")
    put("Ani", "101")

    with pytest.raises(Overtaken, match="Ani sekarang di kamar 101"):
        put("Ani", "102", seen="")
    assert lies(angkatan)["101"] == ["Ani"]


def test_two_swap_their_beds(angkatan, put, user):
    for name in ("Ani", "Cici", "Dedi"):
        lodger(angkatan, name, "L" if name == "Dedi" else "P")
    put("Ani", "101")
    put("Cici", "103")
    put("Dedi", "102")
    ani, cici, dedi = (find(angkatan, name) for name in ("Ani", "Cici", "Dedi"))

    placing.swap(angkatan, ani.key, cici.key, seen=ani.seen, other_seen=cici.seen, by=user, at=EVENING)

    assert lies(angkatan) == {"101": ["Cici"], "102": ["Dedi"], "103": ["Ani"]}
    now = find(angkatan, "Ani")
    for other, sentence in ((dedi, "tidak dapat bertukar"), (now, "Pilih orang lain"), (cici, "Cici sekarang di")):
        with pytest.raises(Refused, match=sentence):
            placing.swap(angkatan, now.key, other.key, seen=now.seen, other_seen=other.seen, by=user, at=EVENING)


def test_nobody_swaps_with_who_has_no_bed(angkatan, put, user):
    lodger(angkatan, "Ani")
    lodger(angkatan, "Cici")
    put("Ani", "101")
    ani, cici = find(angkatan, "Ani"), find(angkatan, "Cici")

    with pytest.raises(Refused, match="sudah punya kamar"):
        placing.swap(angkatan, ani.key, cici.key, seen=ani.seen, other_seen="", by=user, at=EVENING)


def test_a_bed_is_taken_back(angkatan, put):
    lodger(angkatan, "Ani")
    put("Ani", "101")
    placing.clear(angkatan, find(angkatan, "Ani").key, seen=find(angkatan, "Ani").seen)

    assert [one.name for one in house.read(angkatan).without] == ["Ani"]


def test_unknown_people_and_rooms_are_told(angkatan, user):
    lodger(angkatan, "Ani")
    ani = find(angkatan, "Ani")
    elsewhere = with_rooms(AngkatanFactory(number=3), "101")[0]

    for key, room, sentence in ((f"p-{uuid.uuid4()}", 1, "tidak ada di daftar"), (ani.key, elsewhere.pk, "dihapus")):
        with pytest.raises(Refused, match=sentence):
            placing.place(angkatan, key, room, seen="", by=user, at=EVENING)


# ---- Who does not come ---------------------------------------------------------------------------


def test_who_cancels_keeps_the_bed_until_somebody_clears_it(angkatan, put, user):
    ani = lodger(angkatan, "Ani")
    put("Ani", "103")
    writer.move(ani, Action.CANCEL, actor=clerk(), at=NOON, reason="Berhalangan")
    now = house.read(angkatan)

    assert ([one.name for one in now.gone], now.placed) == (["Ani"], 0)
    with pytest.raises(Refused, match="tidak lagi diharapkan"):
        put("Ani", "101")
    lodger(angkatan, "Cici", ormas="Beta")
    put("Cici", "101")
    two = find(angkatan, "Ani"), find(angkatan, "Cici")
    for one, other in (two, two[::-1]):
        with pytest.raises(Refused, match="Ani tidak lagi diharapkan"):
            placing.swap(angkatan, one.key, other.key, seen=one.seen, other_seen=other.seen, by=user, at=EVENING)
    placing.clear(angkatan, now.gone[0].key, seen=now.gone[0].seen)
    assert house.read(angkatan).gone == []


def test_who_comes_instead_takes_the_bed_when_somebody_says_so(angkatan, put, user):
    lodger(angkatan, "Cici")
    put("Cici", "101")
    ani = lodger(angkatan, "Ani")
    put("Ani", "101")
    changes.replace(ani, Application(a_person(name="Pengganti"), Registration.Source.WEB), actor=clerk(), at=NOON)
    gone = house.read(angkatan).gone[0]
    assert gone.heir == find(angkatan, "Pengganti").key

    placing.hand_over(angkatan, gone.key, seen=gone.seen, by=user, at=EVENING)

    assert lies(angkatan)["101"] == ["Cici", "Pengganti"]


def test_a_man_does_not_inherit_a_bed_among_women(angkatan, put, user):
    lodger(angkatan, "Cici")
    put("Cici", "101")
    ani = lodger(angkatan, "Ani")
    put("Ani", "101")
    changes.replace(
        ani, Application(a_person(name="Pengganti", gender="L"), Registration.Source.WEB), actor=clerk(), at=NOON
    )
    gone = house.read(angkatan).gone[0]

    with pytest.raises(Refused, match="tidak cocok bagi Pengganti"):
        placing.hand_over(angkatan, gone.key, seen=gone.seen, by=user, at=EVENING)


def test_a_corrected_sex_is_seen_and_moves_nobody(angkatan, put):
    ani = lodger(angkatan, "Ani")
    put("Ani", "101")
    ani.delegate.__class__.objects.filter(pk=ani.delegate_id).update(gender="L")

    one = find(angkatan, "Ani")
    assert (one.sex_differs, one.sex) == (True, "P")


# ---- The suggestion ------------------------------------------------------------------------------


def take(angkatan, user, key: uuid.UUID, together: bool = False):
    shown = suggest(house.read(angkatan), together=together).digest
    return placing.accept(angkatan, key, together=together, shown=shown, by=user, at=EVENING)


def test_a_suggestion_is_written_once_and_taken_back_whole(angkatan, put, user):
    for name in ("Ani", "Cici", "Evi"):
        lodger(angkatan, name)
    put("Evi", "103")
    key = uuid.uuid4()

    take(angkatan, user, key)
    assert placing.accept(angkatan, key, together=False, shown="", by=user, at=EVENING).places == []  # sent twice
    assert lies(angkatan) == {"101": ["Ani", "Cici"], "102": [], "103": ["Evi"]}
    assert placing.last_suggestion(angkatan) == (key, 2)
    put("Cici", "102")

    lodger(angkatan, "Gita", ormas="Beta")
    later = uuid.uuid4()
    take(angkatan, user, later)
    assert placing.last_suggestion(angkatan) == (later, 1)
    assert placing.undo(angkatan, later) == 1

    assert placing.undo(angkatan, key) == 1
    assert lies(angkatan) == {"101": [], "102": ["Cici"], "103": ["Evi"]}
    assert placing.last_suggestion(angkatan) is None


def test_a_suggestion_that_would_be_another_one_now_is_shown_again(angkatan, user):
    lodger(angkatan, "Ani")
    shown = suggest(house.read(angkatan), together=False).digest
    lodger(angkatan, "Adi", "L", ormas="Aaa")

    with pytest.raises(Overtaken, match="Periksa usulan yang baru"):
        placing.accept(angkatan, uuid.uuid4(), together=False, shown=shown, by=user, at=EVENING)
    assert not Stay.objects.exists()


def test_a_suggestion_for_nobody_is_refused(angkatan, user):
    with pytest.raises(Refused, match="Tidak ada yang dapat ditempatkan"):
        take(angkatan, user, uuid.uuid4())


# ---- Rooms ---------------------------------------------------------------------------------------


def test_two_rooms_of_one_name_are_refused_whole(angkatan):
    with pytest.raises(Refused, match="Kamar 101, 103 sudah ada, jadi belum ada yang disimpan"):
        with_rooms(angkatan, "1 01, 103, 104")
    assert angkatan.bedrooms.count() == 3


def test_a_room_gives_up_beds_that_are_free(angkatan, put):
    lodger(angkatan, "Ani")
    lodger(angkatan, "Cici")
    put("Ani", "101")
    put("Cici", "101")
    put("Ani", "102")  # Cici stays in the second bed
    room = angkatan.bedrooms.get(name="101")
    room.beds = 1

    rooms.change(room, ["beds"])

    assert lies(angkatan)["101"] == ["Cici"]
    assert Stay.objects.get(bedroom=room).bed == 1


def test_a_room_keeps_the_beds_in_which_somebody_lies(angkatan, put):
    for name in ("Ani", "Cici"):
        lodger(angkatan, name)
        put(name, "101")
    room = angkatan.bedrooms.get(name="101")
    room.beds = 1

    with pytest.raises(Refused, match="ditempati 2 orang, jadi tempat tidurnya tidak dapat menjadi 1"):
        rooms.change(room, ["beds"])


def test_a_room_takes_no_other_rooms_name(angkatan):
    room = angkatan.bedrooms.get(name="101")
    room.name = " 1 02"
    with pytest.raises(Refused, match="sudah ada"):
        rooms.change(room, ["name"])


def test_a_room_that_goes_leaves_its_people_without_a_bed(angkatan, put):
    lodger(angkatan, "Ani")
    put("Ani", "103")

    assert rooms.remove(angkatan.bedrooms.get(name="103")) == 1
    assert [one.name for one in house.read(angkatan).without] == ["Ani"]


def test_more_rooms_than_a_batch_holds_are_refused(angkatan, monkeypatch):
    monkeypatch.setattr(rooms, "MOST_ROOMS", 4)
    with pytest.raises(Refused, match="paling banyak 4 kamar"):
        with_rooms(angkatan, "104-105")


def test_nothing_changes_in_a_closed_batch(angkatan, put, user):
    lodger(angkatan, "Ani")
    put("Ani", "101")
    ani, room = find(angkatan, "Ani"), angkatan.bedrooms.get(name="101")
    over = NOON.replace(month=4)
    steps.take(angkatan, Step.CLOSE, at=over, knows_what_is_open=True)
    tries = (
        lambda: with_rooms(angkatan, "104"),
        lambda: rooms.change(room, ["note"]),
        lambda: rooms.remove(room),
        lambda: put("Ani", "102"),
        lambda: placing.clear(angkatan, ani.key, seen=ani.seen),
        lambda: placing.swap(angkatan, ani.key, ani.key, seen=ani.seen, other_seen="", by=user, at=over),
        lambda: placing.hand_over(angkatan, ani.key, seen=ani.seen, by=user, at=over),
        lambda: placing.accept(angkatan, uuid.uuid4(), together=True, shown="", by=user, at=over),
        lambda: placing.undo(angkatan, uuid.uuid4()),
    )
    for attempt in tries:
        with pytest.raises(Refused, match="sudah ditutup, jadi pembagian kamarnya tidak berubah lagi"):
            attempt()
    assert lies(angkatan)["101"] == ["Ani"]


def test_as_many_queries_for_many(angkatan, put, django_assert_num_queries):
    for name in ("Ani", "Cici", "Evi", "Fani"):
        lodger(angkatan, name, ormas=name)
    put("Ani", "101")
    put("Cici", "101")
    Guest.objects.create(angkatan=angkatan, category="speaker", name="Dr. Ratih")
    with django_assert_num_queries(4):
        house.read(angkatan)


# ---- What the database holds, whoever writes -----------------------------------------------------


@pytest.fixture
def lying(angkatan, put):
    for name in ("Ani", "Cici", "Evi"):
        lodger(angkatan, name)
    put("Ani", "101")
    return Stay.objects.get()


def raw(stay: Stay, **changes) -> None:
    other = a_registration(stay.bedroom.angkatan, name="Lain")
    fields = {"bedroom": stay.bedroom, "bed": 2, "registration": other, "sex": "P", "at": EVENING, "by": stay.by}
    with transaction.atomic():
        Stay.objects.create(**fields | changes)
        connection.check_constraints()


def test_the_database_holds_beds_sexes_and_batches(lying, angkatan):
    stranger = a_registration(AngkatanFactory(number=3), name="Asing")
    guest = Guest.objects.create(angkatan=angkatan, category="speaker", name="Dr. Ratih")
    for wrong in (
        {"bed": 1},
        {"bed": 3},
        {"bed": 0},
        {"sex": "L"},
        {"sex": ""},
        {"registration": stranger},
        {"registration": lying.registration, "bedroom": angkatan.bedrooms.get(name="103"), "bed": 1},
        {"registration": None},
        {"guest": guest},
    ):
        with pytest.raises(IntegrityError):
            raw(lying, **wrong)
    raw(lying)
    with pytest.raises(IntegrityError), transaction.atomic():
        lying.bedroom.__class__.objects.filter(pk=lying.bedroom_id).update(beds=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bedroom.objects.create(angkatan=angkatan, name="1 0 1")
    for beds in (0, 11):
        with pytest.raises(IntegrityError), transaction.atomic():
            Bedroom.objects.filter(name="102").update(beds=beds)


def test_status_of_who_waits_gives_no_bed(angkatan):
    a_registration(angkatan, Status.WAITLISTED, name="Cadangan")
    assert house.read(angkatan).without == []
