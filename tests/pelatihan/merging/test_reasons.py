"""Why two may be one, and why not, in words."""

import uuid
from datetime import timedelta

import pytest

from ormas.models import Delegate, Ormas
from pelatihan.attendance import writer as attendance
from pelatihan.lifecycle import Status
from pelatihan.merging import beside, pairs, reasons
from pelatihan.merging.reasons import Known, Reasons
from pelatihan.models import AttendanceState
from tests.factories import NOON, AngkatanFactory, OrmasFactory, SessionFactory, a_registration, clerk

pytestmark = pytest.mark.django_db
PHONE = "+6281200000024"


def somebody(name: str = "Siti Rahmawati", **fields) -> Delegate:
    made = Delegate.objects.create(name=name, **fields)
    return Delegate.objects.select_related("ormas").get(pk=made.pk)


def why(a: Delegate, b: Delegate, *, same_nik: bool = False, sees_contact: bool = True) -> Reasons:
    known, percent = Known.of([a, b]), reasons.percent_of(a, b)
    return reasons.reasons(a, b, percent, known, same_nik=same_nik, sees_contact=sees_contact)


def test_what_is_the_same():
    ormas = OrmasFactory(abbreviation="HIPAKAD")
    a, b = (somebody(phone=PHONE, ormas=ormas, email=email) for email in ("a@contoh.id", "A@contoh.id"))
    assert why(a, b, same_nik=True) == Reasons(
        [
            "NIK sama", "Nomor HP sama: 0812-0000-0024", "Nama sama: “Siti Rahmawati”", "Ormas sama: HIPAKAD",
            "Surel sama: a@contoh.id",
        ],
        [],
    )  # fmt: skip


def test_contact_is_hidden_from_who_may_not_see_it():
    a, b = (somebody(phone=PHONE, email="a@contoh.id") for _ in range(2))
    assert why(a, b, sees_contact=False).speaks_for == [
        "Nomor HP sama: 0812-••••-••24", "Nama sama: “Siti Rahmawati”", "Surel sama",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("SITI RAHMAWATI", ["Nama sama: “Siti Rahmawati”"]),
        ("Hj. St. Rachmawati", ["Nama sama bila gelar dan ejaan diabaikan: “Siti Rahmawati” dan “Hj. St. Rachmawati”"]),
        ("Siti Rohmawati", ["Nama mirip 65%: “Siti Rahmawati” dan “Siti Rohmawati”"]),
        ("Budi Santoso", []),
    ],
)
def test_how_alike_the_names_are(name, told):
    assert why(somebody(), somebody(name)).speaks_for == told


def test_what_is_different():
    a = somebody(ormas=OrmasFactory(abbreviation="FBR"), gender="L", phone=PHONE)
    other = OrmasFactory(name="Forum Lain", abbreviation="", verification="disputed")
    b = somebody(ormas=other, gender="P", phone="+6281200000025")
    assert why(a, b).speaks_against == [
        "Ormas berbeda: FBR dan Forum Lain", "Forum Lain sedang bersengketa", "Jenis kelamin berbeda",
        "Nomor HP berbeda",
    ]  # fmt: skip


def test_people_of_two_rivals():
    a, b = (somebody(ormas=OrmasFactory(name="Forum Contoh")) for _ in range(2))
    assert why(a, b).speaks_against == [
        "Ormasnya dua data dengan nama yang sama, mungkin dua kepengurusan: Forum Contoh"
    ]


@pytest.mark.parametrize(("days", "apart"), [(0, "pada hari yang sama"), (2, "selang 2 hari")])
def test_both_in_one_batch(days, apart):
    batch = AngkatanFactory()
    a = a_registration(batch).delegate
    b = a_registration(batch, at=NOON + timedelta(days=days)).delegate
    assert f"Keduanya terdaftar di {batch.name}, {apart}" in why(a, b).speaks_against


def test_who_was_cancelled_there_says_nothing():
    batch = AngkatanFactory()
    a, b = a_registration(batch).delegate, a_registration(batch, Status.CANCELLED).delegate
    assert not [each for each in why(a, b).speaks_against if "Keduanya" in each]


def test_both_present_in_one_session():
    batch = AngkatanFactory()
    people = [a_registration(batch) for _ in range(2)]
    for number in range(4):
        session = SessionFactory(angkatan=batch, hour=8 + 2 * number, title=f"Materi {number}")
        for one in people:
            key, at = uuid.uuid4(), session.starts_at
            attendance.mark(session, one, AttendanceState.PRESENT, event_id=key, actor=clerk(), at=at)
    told = why(people[0].delegate, people[1].delegate).speaks_against
    assert "Keduanya tercatat hadir di sesi yang sama: Materi 0; dan 3 lagi" in told


def test_number_that_several_share():
    a, b = somebody(phone=PHONE), somebody(phone=PHONE)
    assert why(a, b).speaks_against == []
    somebody("Budi", phone=PHONE)
    somebody("Rina", phone=PHONE, merged_into=a)
    assert why(a, b).speaks_against == ["Nomor HP ini dipakai bersama oleh 3 orang"]


def test_pair_tells_the_same():
    a, b = somebody(phone=PHONE), somebody("Siti Rohmawati", phone=PHONE)
    pairs.compare()
    pair = pairs.pair_of(b.pk, a.pk)
    assert pair
    assert reasons.of_pair(pair, Known.of([a, b]), sees_contact=True) == why(a, b)


# ---- Beside who is decided about -------------------------------------------------------------------


def test_whoever_is_like_somebody_stands_beside_them():
    one = a_registration(AngkatanFactory(), phone=PHONE, name="Siti Rahmawati")
    other = a_registration(AngkatanFactory(), phone=PHONE, name="Siti Rohmawati")
    a_registration(AngkatanFactory(), name="Budi Santoso")

    [alike] = beside.alike(one.delegate, sees_contact=True)
    assert (alike.other, alike.registrations) == (other.delegate, [other])
    assert alike.reasons.speaks_for[0] == "Nomor HP sama: 0812-0000-0024"
    assert [each.other for each in beside.alike(other.delegate, sees_contact=True)] == [one.delegate]


def test_few_are_shown_and_statements_are_fixed(django_assert_num_queries):
    ormas = OrmasFactory()
    people = [somebody(ormas=ormas) for _ in range(beside.MOST_SHOWN + 3)]
    beside.alike(people[0], sees_contact=True)
    with django_assert_num_queries(4):  # who waits, the pairs, where they are registered and came
        assert len(beside.alike(people[0], sees_contact=True)) == beside.MOST_SHOWN


def test_nobody_is_like_nobody():
    assert beside.alike(somebody(), sees_contact=True) == []
    assert Ormas.objects.count() == 0
