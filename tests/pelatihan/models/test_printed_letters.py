"""Whatever papers print is refused in forms when no paper could show it, with a sentence."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import modelform_factory

from ormas.models import Ormas
from pelatihan.models import (
    Angkatan,
    AngkatanSignatory,
    Guest,
    Letterhead,
    Office,
    Registration,
    Session,
    Signatory,
)

PRINTED: list[tuple[type[Model], str]] = [
    *((Angkatan, field) for field in ("theme", "venue", "town")),
    *((Session, field) for field in ("title", "speaker", "room")),
    *((Letterhead, field) for field in ("first_line", "second_line", "address", "city", "postcode")),
    *((Signatory, field) for field in ("name", "title")),
    (AngkatanSignatory, "heading"),
    *((Office, field) for field in ("name", "city")),
    *((Guest, field) for field in ("name", "nickname", "position", "institution", "subject")),
    *((Ormas, field) for field in ("name", "abbreviation")),
    (Registration, "ormas_text"),
]


@pytest.mark.parametrize(("model", "field"), PRINTED)
@pytest.mark.parametrize("sign", ["🎉", "ال", "中", "Ж", "\u0000", "\n"])
def test_sign_that_no_paper_shows_is_refused(model, field, sign):
    with pytest.raises(ValidationError, match="tidak dapat dicetak"):
        model._meta.get_field(field).run_validators(f"Doa {sign}")


@pytest.mark.parametrize(("model", "field"), PRINTED)
def test_usual_words_are_taken(model, field):
    model._meta.get_field(field).run_validators("RW 03 “é” – 5"[: model._meta.get_field(field).max_length])


@pytest.mark.parametrize("model", [Angkatan, Office])
def test_rules_are_lines_that_papers_can_show(model):
    field = model._meta.get_field("house_rules")
    field.run_validators("Hadir tepat waktu.\r\nTidak merokok.")

    with pytest.raises(ValidationError, match="tidak dapat dicetak"):
        field.run_validators("Hadir tepat waktu.\nTidak merokok 🎉.")


def test_form_says_which_sign_it_is():
    form = modelform_factory(Angkatan, fields=["theme"])({"theme": "Doa bersama 🎉"})

    assert form.errors["theme"] == ["Tanda “🎉” tidak dapat dicetak. Gunakan huruf Latin, angka, dan tanda baca biasa."]
