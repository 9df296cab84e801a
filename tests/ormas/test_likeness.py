"""Names compared: what is one name in several spellings, and what is not."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from ormas.likeness import key
from ormas.models import Delegate

ONE_NAME = [
    "Muhammad Yusuf | Mohamad Jusuf | Moh. Yusuf | M. Yusuf | Muh. Yusuf | Mochammad Yusuf | MUHAMAD  YUSUF",
    "Yusuf Hidayat | Jusuf Hidajat",
    "Achmad Fauzi | Ahmad Fauzi | Akhmad Fauzi | Ach. Fauzi | Ahmed Fauzi",
    "Nur Hayati | Noor Hayati | Nurhayati | NURHAYATI | Nor Hayati",
    "Abdul Rahman | Abd. Rahman | Abdurrahman | Abdur Rahman | Abdurahman",
    "Siti Aisyah | St. Aisyah | Sitti Aisyah | Siti 'Aisyah | Siti Aisjah | Siti Aisyâh",
    "Soekarno | Sukarno | Soukarno",
    "Djoko Tjahjono | Joko Cahyono",
    "Dwi Lestari | Dwie Lestari",
    "Chairul Anwar | Khairul Anwar | Hairul Anwar",
    "Ridho Fadillah | Rido Fadhilah",
    "Taufiq | Taufik",
    "Syarif | Sjarif | Sarif",
]
TITLED = [
    "H. Budi Santoso", "Hj. Budi Santoso", "Drs. H. Budi Santoso", "Dr. Ir. Budi Santoso", "Prof. Budi Santoso",
    "Budi Santoso, S.H.", "Budi Santoso SH., MH", "Budi Santoso, S. H.", "Ust. Budi Santoso, S.Pd.I", "KH Budi Santoso",
    "Budi Santoso, M. Si.", "Ibu Budi Santoso, S.Sos., M.Si.", "dra budi santoso",
]  # fmt: skip


@pytest.mark.parametrize("spellings", ONE_NAME)
def test_usual_spellings_are_one_name(spellings):
    assert len({key(name) for name in spellings.split(" | ")}) == 1


@pytest.mark.parametrize("name", TITLED)
def test_titles_typed_into_the_name_count_nothing(name):
    assert key(name) == key("Budi Santoso")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dwi Lestari", "Dewi Lestari"), ("Siti Rahmawati", "Siti Rohmawati"), ("Budi", "Budiman"),
        ("Adi M Nur", "Adi Nur"), ("Hadi Putra", "Adi Putra"), ("M. Yusuf", "Yusuf"), ("Irwan", "Wan"),
        ("Hasan", "San"), ("Drajat", "Jat"),
    ],
)  # fmt: skip
def test_different_names_stay_different(one, other):
    assert key(one) != key(other)


@pytest.mark.parametrize("name", ["H.", "Dr", "M.", "S. H.", "H. Ir."])
def test_what_would_leave_nothing_stays(name):
    assert key(name)


def test_key_of_a_name_of_150_letters_ends():
    assert len(key("Ab" * 75)) == 150
    assert key("A" * 150) == "a"


WORDS = st.sampled_from([
    "H.", "Hj.", "Drs.", "Muhammad", "Moh.", "M.", "M", "Abdul", "Abd.", "Nur", "Siti", "St.", "Ach.", "Djoko", "Oey",
    "Fatimah", "S.H.", "S.", "H", "M.Si", "Rahman", "d'Arc", "Ma’arif", "Lee", "Aa", "Ah", "Nyonya", "-", "/", "É",
    "Øie", "Xaverius", "Zz", "Khoo",
])  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=25))
def test_database_writes_the_same_key(names):
    Delegate.objects.bulk_create(Delegate(name=f"{name} x") for name in names)
    for delegate in Delegate.objects.all():
        assert delegate.likeness == key(delegate.name)
    Delegate.objects.all().delete()


@pytest.mark.django_db
def test_key_follows_every_way_of_writing():
    one = Delegate.objects.create(name="Moh. Yusuf")
    Delegate.objects.filter(pk=one.pk).update(name="Achmad Fauzi")
    one.refresh_from_db()
    assert one.likeness == key("Ahmad Fauzi")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ormas_delegate SET name = 'Djoko, S.H.' WHERE id = %s", [one.pk])
    one.refresh_from_db()
    assert one.likeness == key("Joko")
