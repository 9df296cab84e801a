"""Who may be one person, and who stays two."""

import pytest
from django.utils import timezone

from ormas.models import Delegate
from pelatihan.merging import pairs
from pelatihan.models import LikelyPair, Uncompared
from tests.factories import OrmasFactory, UserFactory

pytestmark = pytest.mark.django_db


def somebody(name: str = "Siti Rahmawati", **fields) -> Delegate:
    return Delegate.objects.create(name=name, **fields)


def found() -> set[tuple[str, str, int]]:
    pairs.compare()
    return {
        (pair.first.name, pair.second.name, pair.strength)
        for pair in LikelyPair.objects.open().select_related("first", "second")
    }


PHONE = "+6281200000024"


def test_same_number_and_a_letter_wrong_is_strong():
    somebody(phone=PHONE)
    somebody("Siti Rohmawati", phone=PHONE)
    assert found() == {("Siti Rahmawati", "Siti Rohmawati", 3)}


def test_another_spelling_is_the_same_name():
    somebody("Muhammad Jusuf", phone=PHONE)
    somebody("M. Yusuf, S.H.", phone=PHONE)
    assert found() == {("Muhammad Jusuf", "M. Yusuf, S.H.", 3)}
    assert [(pair.same_name, pair.percent) for pair in LikelyPair.objects.all()] == [(True, 100)]


def test_same_ormas_and_name_is_likely_and_nearly_the_name_weak():
    ormas = OrmasFactory()
    somebody(ormas=ormas)
    somebody("siti RAHMAWATI", ormas=ormas)
    somebody("Siti Rohmawati", ormas=ormas)
    assert found() == {
        ("Siti Rahmawati", "siti RAHMAWATI", 2),
        ("Siti Rahmawati", "Siti Rohmawati", 1),
        ("siti RAHMAWATI", "Siti Rohmawati", 1),
    }


def test_rare_name_of_two_ormas_is_weak():
    somebody("Kartolo Wiryodikromo", ormas=OrmasFactory())
    somebody("Kartolo Wiryodikromo", ormas=OrmasFactory())
    assert found() == {("Kartolo Wiryodikromo", "Kartolo Wiryodikromo", 1)}


def test_name_that_many_bear_says_nothing():
    for _ in range(pairs.FEW_BEAR + 1):
        somebody(ormas=OrmasFactory())
    assert found() == set()


def test_nearly_the_name_in_another_ormas_says_nothing():
    somebody(ormas=OrmasFactory())
    somebody("Siti Rohmawati", ormas=OrmasFactory())
    assert found() == set()


def test_number_of_few_is_weak_and_that_of_many_nothing():
    somebody("Budi Santoso", phone=PHONE)
    somebody("Rina Kartika", phone=PHONE)
    assert found() == {("Budi Santoso", "Rina Kartika", 1)}
    for name in ("Hendra Wijaya", "Tono Suprapto", "Yulia Pertiwi"):
        somebody(name, phone=PHONE)
    assert found() == {("Budi Santoso", "Rina Kartika", 1)}
    Uncompared.objects.bulk_create(Uncompared(delegate=one) for one in Delegate.objects.all())
    assert found() == set()


def test_other_gender_weighs_against():
    ormas = OrmasFactory()
    somebody("Dian Permata", ormas=ormas, gender="L", phone=PHONE)
    somebody("Dian Permata", ormas=ormas, gender="P", phone=PHONE)
    somebody("Dian Permata", ormas=ormas, gender="P")
    assert {strength for *_names, strength in found()} == {2, 1}


def test_other_gender_leaves_nothing_of_a_weak_one():
    somebody("Kartolo Wiryodikromo", gender="L")
    somebody("Kartolo Wiryodikromo", gender="P")
    assert found() == set()


def test_merged_row_is_in_no_pair():
    kept, gone = somebody(phone=PHONE), somebody(phone=PHONE)
    Delegate.objects.filter(pk=gone.pk).update(merged_into=kept)
    assert found() == set()


def test_people_without_number_and_ormas_share_none():
    somebody("Budi Santoso")
    somebody("Rina Kartika")
    assert found() == set()


# ---- Parted ----------------------------------------------------------------------------------------


@pytest.fixture
def pair() -> LikelyPair:
    somebody(phone=PHONE)
    somebody("Siti Rohmawati", phone=PHONE)
    pairs.compare()
    return LikelyPair.objects.get()


def parted(pair: LikelyPair) -> pairs.Parting:
    return pairs.part(pair.pk, facts=pair.facts, by=UserFactory(role="verifikator"), at=timezone.now())


def compared_again(pair: LikelyPair) -> None:
    Uncompared.objects.get_or_create(delegate_id=pair.first_id)
    pairs.compare()


def test_two_people_never_come_back(pair):
    assert parted(pair).is_new
    compared_again(pair)
    assert not LikelyPair.objects.open().exists()


def test_two_people_come_back_when_a_fact_changed(pair):
    parted(pair)
    Delegate.objects.filter(pk=pair.second_id).update(name="Siti Rahmawati")
    assert found() == {("Siti Rahmawati", "Siti Rahmawati", 3)}


def test_two_people_stay_two_over_a_fact_that_is_not_compared(pair):
    parted(pair)
    Delegate.objects.filter(pk=pair.second_id).update(position="Bendahara", name="SITI ROHMAWATI")
    assert found() == set()


def test_parted_once_by_two_clerks(pair):
    first = parted(pair)
    assert not parted(pair).is_new
    pair.refresh_from_db()
    assert pair.parted_by == first.pair.parted_by


def test_parted_after_a_fact_changed_is_looked_at_again(pair):
    Delegate.objects.filter(pk=pair.second_id).update(name="Siti Rahmawati")
    pairs.compare()
    with pytest.raises(pairs.Unpaired, match="baru saja berubah"):
        parted(pair)


def test_parting_of_a_pair_that_is_none_any_more(pair):
    Delegate.objects.filter(pk=pair.second_id).update(name="Budi Santoso", phone="")
    pairs.compare()
    with pytest.raises(pairs.Unpaired, match="sudah tidak ada"):
        parted(pair)


def test_parting_is_taken_back(pair):
    parted(pair)
    assert pairs.join_again(pair.pk)
    assert LikelyPair.objects.open().get() == pair
    assert not pairs.join_again(pair.pk)


# ---- Who waits to be compared ----------------------------------------------------------------------


def waiting() -> set[str]:
    return set(Uncompared.objects.values_list("delegate__name", flat=True))


def test_whoever_writes_is_compared():
    one, other = Delegate.objects.bulk_create([Delegate(name="Budi Santoso"), Delegate(name="Rina Kartika")])
    assert waiting() == {"Budi Santoso", "Rina Kartika"}
    assert pairs.compare() == 2
    assert pairs.waiting() == 0
    Delegate.objects.filter(pk=one.pk).update(position="Ketua", email="a@contoh.example")
    assert waiting() == set()
    for change in ({"name": "Budi"}, {"phone": PHONE}, {"ormas": OrmasFactory()}, {"gender": "L"}):
        Delegate.objects.filter(pk=one.pk).update(**change)
        assert Uncompared.objects.count() == 1
        pairs.compare()
    Delegate.objects.filter(pk=one.pk).update(merged_into=other)
    assert Uncompared.objects.count() == 1


def test_part_of_those_who_wait_is_compared_at_once():
    for number in range(3):
        somebody(f"Budi Santoso {'abc'[number]}")
    assert [pairs.compare(2), pairs.compare(2), pairs.compare(2)] == [2, 1, 0]


def test_some_are_compared_before_the_others():
    one, other = somebody(phone=PHONE), somebody("Siti Rohmawati", phone=PHONE)
    assert pairs.compare(people=[other.pk]) == 1
    assert pairs.pair_of(other.pk, one.pk).strength == 3
    assert waiting() == {"Siti Rahmawati"}
    assert pairs.pair_of(one.pk, one.pk) is None


def test_number_of_statements_is_fixed(django_assert_num_queries):
    for _ in range(3):
        somebody(phone=PHONE)
    with django_assert_num_queries(6):  # whether any, a savepoint, take, find, forget
        pairs.compare()
