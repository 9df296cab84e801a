"""What is typed about a person, where each part is kept, and which form sent twice is one registration."""

import uuid
from typing import Any

import pytest

from pelatihan.models import Registration
from pelatihan.registration.application import Application, Person, token_of
from tests.factories import NOON, AngkatanFactory, OrmasFactory, a_person, a_registration

TYPED: dict[str, Any] = {
    "front_title": "Drs.", "name": "Budi Contoh", "back_title": "M.Si.", "nickname": "Budi", "position": "Ketua",
    "special_needs": "Kursi roda", "gender": "L", "phone": "+6281200000001", "email": "budi@contoh.example",
    "privacy_version": "2019-01", "agrees_photo": True, "agrees_group": True, "agrees_invite": True,
    "agrees_special_needs": True,
}  # fmt: skip
ON_PAPERS = {"front_title", "name", "back_title", "nickname", "position", "special_needs"}


def test_form_left_empty_agrees_to_nothing():
    empty = {name: False if name.startswith("agrees") else "" for name in TYPED}

    assert vars(Person("Budi")) == empty | {"name": "Budi"}


def test_registration_keeps_what_papers_print():
    assert Person(**TYPED).printed == {name: TYPED[name] for name in ON_PAPERS}


def test_person_keeps_all_but_this_training_s_needs():
    kept = {name: value for name, value in TYPED.items() if name != "special_needs"}

    assert Person(**TYPED).kept(NOON) == kept | {"privacy_at": NOON}


def test_who_read_no_notice_has_no_time_of_reading():
    assert Person("Budi").kept(NOON)["privacy_at"] is None


@pytest.mark.django_db
def test_person_is_read_back_as_typed():
    assert vars(Person.of(a_registration(AngkatanFactory(), **TYPED))) == TYPED


def test_application_comes_from_nowhere_unless_it_says():
    wish = Application(a_person(), Registration.Source.WEB)

    assert (wish.ormas, wish.ormas_text, wish.token, wish.network) == (None, "", None, "")


# ---- Sent twice ----------------------------------------------------------------------------------


@pytest.fixture
def known():
    return {
        "shown": uuid.UUID(int=1),
        "angkatan": AngkatanFactory.build(pk=1),
        "ormas": OrmasFactory.build(pk=1, name="Komite Contoh", abbreviation=""),
        "person": Person(**TYPED),
    }


def test_same_form_is_the_same_registration(known):
    capitals = Person(**TYPED | {"name": "BUDI CONTOH", "position": "Wakil"})

    assert token_of(**known) == token_of(**known | {"person": capitals})
    assert token_of(**known | {"ormas": "Forum"}) == token_of(**known | {"ormas": "Forum"})


@pytest.mark.parametrize(
    "other",
    [
        {"shown": uuid.UUID(int=2)},
        {"angkatan": AngkatanFactory.build(pk=2)},
        {"ormas": OrmasFactory.build(pk=2, name="Komite Contoh", abbreviation="")},  # a rival
        {"ormas": "Forum Contoh"},
        {"person": Person(**TYPED | {"name": "Budi Lain"})},
        {"person": Person(**TYPED | {"phone": "+6281200000002"})},
    ],
    ids=["shown", "batch", "ormas", "written", "name", "phone"],
)
def test_form_sent_again_for_something_else_is_another(known, other):
    assert token_of(**known) != token_of(**known | other)


def test_written_ormas_are_told_apart(known):
    assert token_of(**known | {"ormas": "Forum"}) != token_of(**known | {"ormas": "Paguyuban"})
