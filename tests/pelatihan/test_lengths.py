"""Whatever somebody may type has an end: a sentence in the form, a refusal by the database."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

import pelatihan
from ormas.models import LONGEST_NOTES, Ormas
from pelatihan.models import Angkatan, Office
from pelatihan.models.angkatan import LONGEST_BRING, LONGEST_INTRO
from pelatihan.models.office import LONGEST_RULES
from tests.factories import AngkatanFactory, OrmasFactory

PUBLIC = (
    "accounts.login",
    "batches",
    "privacy",
    "registration",
    "web",
)  # rooms that answer somebody without an account
ESSAY = "a" * 10_000

# ---- In the database -----------------------------------------------------------------------------

NOT_TYPED = {"pelatihan_loginsession.session_data"}  # what Django keeps of a session
TEXTS = """
    SELECT table_name || '.' || column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND (table_name LIKE 'ormas\\_%' OR table_name LIKE 'pelatihan\\_%')
        AND data_type IN ('text', 'character varying') AND character_maximum_length IS NULL AND is_generated = 'NEVER'
"""
HELD = """
    SELECT c.relname || '.' || a.attname FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
    WHERE k.contype = 'c' AND pg_get_constraintdef(k.oid) ILIKE '%length(' || a.attname || ')%<=%'
"""


def asked(query: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_every_column_of_text_has_an_end():
    texts = asked(TEXTS)

    assert "pelatihan_angkatan.intro" in texts  # the question finds some
    assert texts - asked(HELD) == NOT_TYPED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "column", "most"),
    [
        (OrmasFactory, "notes", LONGEST_NOTES),
        (AngkatanFactory, "intro", LONGEST_INTRO),
        (AngkatanFactory, "bring", LONGEST_BRING),
        (AngkatanFactory, "house_rules", LONGEST_RULES),
        (lambda: Office.objects.get_or_create(pk=1)[0], "house_rules", LONGEST_RULES),
    ],
)
def test_long_text_is_refused_by_form_and_database(make, column, most):
    row = make()
    rows: type[Angkatan | Office | Ormas] = type(row)
    rows.objects.update(**{column: "x" * most})  # as much fits
    row.refresh_from_db()
    row.full_clean()

    setattr(row, column, "x" * (most + 1))
    with pytest.raises(ValidationError, match=f"terlalu panjang. Tulis paling banyak {most} huruf."):
        row.full_clean()
    with pytest.raises(ValidationError, match=str(most)):
        rows._meta.get_field(column).formfield().clean("x" * (most + 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.objects.update(**{column: "x" * (most + 1)})


# ---- In the forms --------------------------------------------------------------------------------


def modules() -> Iterator[str]:
    for room in PUBLIC:
        module = importlib.import_module(f"{pelatihan.__name__}.{room}")
        yield module.__name__
        yield from (
            found.name for found in pkgutil.walk_packages(getattr(module, "__path__", []), f"{module.__name__}.")
        )


def texts() -> Iterator[tuple[str, str]]:
    """Every text of every form of those rooms: the form's module and name, the field's name."""
    for module in modules():
        for name, form in vars(importlib.import_module(module)).items():
            if isinstance(form, type) and issubclass(form, forms.BaseForm) and form.__module__ == module:
                yield from (
                    (f"{module}.{name}", field)
                    for field, made in getattr(form, "base_fields", {}).items()
                    if isinstance(made, forms.CharField)
                )


def test_walk_knows_the_forms_of_the_public():
    named = {f"{form.rpartition('.')[2]}.{field}" for form, field in texts()}

    assert {"RegisterForm.token", "CorrectForm.name", "PhoneForm.phone", "CodeForm.code", "LogInForm.password"} <= named


@pytest.mark.parametrize(("form", "field"), list(texts()))
def test_every_text_of_a_public_form_has_an_end_and_a_sentence(form, field):
    module, _, name = form.rpartition(".")
    made = getattr(importlib.import_module(module), name)
    known = made().fields if name == "LogInForm" else made.base_fields

    with pytest.raises(ValidationError) as refusal:
        known[field].clean(ESSAY)

    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in refusal.value.messages)
    assert "anjang" in " ".join(refusal.value.messages) or known[field].max_length
