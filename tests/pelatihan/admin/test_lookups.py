"""A list answers what it declares. Whoever guesses a column letter by letter reads the same whatever the guess."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, models
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ormas.models import Delegate, Ormas
from pelatihan.admin.kit import NOT_DECLARED, OfficeModelAdmin
from pelatihan.admin.lists import DeclaredChangeList
from pelatihan.models import Angkatan, Guest, Invitation, Letterhead, Registration, Signatory
from tests.pelatihan.test_walk import browser_of
from tests.pelatihan.test_walk_admin import MAY, STAFF, desk, named

__all__ = ["desk"]  # the fixture of the walk: one row of everything

LISTS = [Angkatan, Registration, Invitation, Guest, Letterhead, Signatory, Ormas, Delegate, User]
ENDS = ("", "__startswith", "__regex", "__contains", "__iexact", "__in", "__gte", "__endswith", "__isnull", "__range")
HIDDEN = {
    Registration: {"code__startswith": "{0.code}", "delegate__phone__endswith": "{0.delegate.phone}",
                   "ormas__contact_phone__contains": "{0.ormas.contact_phone}", "special_needs__contains": "alergi"},
    Delegate: {"phone__startswith": "{0.phone}", "email__contains": "siti@", "registrations__code__gte": "{0.name}"},
    Ormas: {"contact_phone__endswith": "{0.contact_phone}", "notes__contains": "rahasia",
            "contact_name__istartswith": "Bapak", "delegates__phone__contains": "81298765432"},
    User: {"password__startswith": "{0.password}", "email__contains": "@"},
}  # fmt: skip


def address(model: type[models.Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def seen(response):
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return response.status_code, response.headers.get("Location"), page


@pytest.fixture
def full(desk):
    """Something to find in every column."""
    Registration.objects.update(special_needs="alergi kacang")
    Delegate.objects.update(email="siti@contoh.id")
    Ormas.objects.update(notes="rahasia", contact_email="kantor@contoh.id")
    return desk


def guesses(model, row):
    """Each column and lookup with the truth, and with something that differs in a letter."""
    columns = [column for column in model._meta.concrete_fields if column.value_from_object(row) not in (None, "")]
    for number, column in enumerate(columns):
        truth = str(column.value_from_object(row))
        yield column.name + ENDS[number % len(ENDS)], truth
        yield column.name + "__startswith", truth[:3]
    yield from ((name, text.format(row)) for name, text in HIDDEN.get(model, {}).items())


@pytest.mark.parametrize("model", LISTS, ids=named)
def test_right_and_wrong_guess_are_answered_alike(full, model):
    people = [who for who, may in zip(STAFF, MAY[model], strict=True) if "v" in may]
    for who in {people[0], people[-1], *({"pemantau"} & set(people))}:
        client, declared = browser_of(who), filters(model)
        for name, truth in guesses(model, full.rows[model]):
            if name not in declared:
                right, wrong = (client.get(address(model), {name: text}) for text in (truth, f"{truth[:-1]}~"))
                assert seen(right) == seen(wrong), (who, name)


def filters(model):
    page = admin.site._registry[model]
    names = [
        each if isinstance(each, str) else getattr(each, "parameter_name", "") or each[0] for each in page.list_filter
    ]
    return {f"{name}{end}" for name in names for end in ("", "__exact", "__isnull", "__id__exact")}


def test_undeclared_filter_leads_to_the_list_with_a_sentence(full):
    response = browser_of("pemantau").get(address(Delegate), {"phone__startswith": "+628"}, follow=True)

    assert response.redirect_chain == [(address(Delegate), 302)]
    assert NOT_DECLARED in response.content.decode()


@pytest.mark.parametrize("query", ["name__regex=(", "created_at__year=99999999999", "name__unaccent=a", "p=999", "e=1"])
def test_odd_question_to_a_list_is_no_error(full, query):
    response = browser_of("pemantau").get(f"{address(Delegate)}?{query}", follow=True)

    assert response.status_code == 200
    assert "basis data" not in response.content.decode()


@pytest.mark.parametrize(
    ("model", "query", "finds"),
    [
        (Ormas, {"verification__exact": "verified", "kota": "Jakarta Pusat"}, True),
        (Ormas, {"verification__exact": "rejected"}, False),
        (Angkatan, {"year": "2019", "published__exact": "1"}, True),
        (Angkatan, {"year": "2018"}, False),
        (Registration, {"status": "accepted", "angkatan": "semua", "o": "-1.2", "q": "Siti"}, True),
        (Invitation, {"angkatan": "{0.angkatan.slug}"}, True),
        (User, {"is_active__exact": "1", "q": "lama"}, True),
    ],
)
def test_declared_filters_are_answered(full, model, query, finds):
    row = full.rows[model]
    response = browser_of("admin").get(address(model), {name: text.format(row) for name, text in query.items()})

    assert response.status_code == 200
    assert (f"/{row.pk}/change/" in response.content.decode()) == finds


def test_every_list_is_bound_so():
    for page in admin.site._registry.values():
        assert isinstance(page, OfficeModelAdmin)
        assert page.get_changelist(RequestFactory().get("/")) is DeclaredChangeList


def test_a_thousand_sort_keys_are_a_few(full):
    with CaptureQueriesContext(connection) as asked:
        browser_of("admin").get(address(Delegate), {"o": ".".join(["1", "-1", "2", "3"] * 500)})

    assert max(query["sql"].count(" ASC") + query["sql"].count(" DESC") for query in asked) < 8


@pytest.mark.parametrize("page", ["change", "delete"])
def test_row_is_found_by_its_number_alone(full, page):
    phone = full.rows[Delegate].phone
    row = reverse(f"admin:ormas_delegate_{page}", args=[phone])

    assert browser_of("admin").get(row, {"_to_field": "phone"}).status_code == 400


# ---- Choosing by typing --------------------------------------------------------------------------


def offered(who, app, model, field, term="Contoh"):
    query = {"app_label": app, "model_name": model, "field_name": field, "term": term}
    return browser_of(who).get(reverse("admin:autocomplete"), query)


def test_autocomplete_answers_for_declared_fields_of_forms_one_may_fill_in(full):
    for model in (Registration, Invitation, Delegate):
        field = model._meta.app_label, model._meta.model_name, "ormas"
        assert full.rows[Ormas].name in offered("verifikator", *field).json()["results"][0]["text"]
        assert offered("pemantau", *field).status_code == 403
        assert offered("panitia", *field).status_code == 403


@pytest.mark.parametrize(
    "field",
    [
        ("pelatihan", "registration", "delegate"), ("pelatihan", "registration", "angkatan"),
        ("pelatihan", "statuschange", "actor"), ("pelatihan", "angkatan", "letterhead"), ("auth", "user", "groups"),
        ("ormas", "delegate", "merged_into"), ("ormas", "ormas", "delegates"), ("ormas", "legaldocument", "ormas"),
        ("admin", "logentry", "user"),
    ],
)  # fmt: skip
def test_autocomplete_searches_nothing_else(full, field):
    assert offered("admin", *field).status_code in (403, 404)


def test_choice_that_is_no_number_is_shown_as_none(full):
    client, ormas = browser_of("verifikator"), full.rows[Ormas]
    for odd in ("x", "²", "1" + "0" * 23, f"{ormas.pk}x"):
        for name in ("pelatihan_registration", "pelatihan_invitation"):
            page = client.post(reverse(f"admin:{name}_add"), {"ormas": odd, "name": "Siti"})
            assert page.status_code == 200
            assert ormas.name not in page.content.decode()


# ---- Searches ------------------------------------------------------------------------------------

SEARCHES = [f"{address(model)}?q={{}}" for model in LISTS if model is not Letterhead] + [
    f"{reverse('admin:autocomplete')}?app_label=pelatihan&model_name=registration&field_name=ormas&term={{}}",
    "/admin/pelatihan/registration/?ormas={}", "/admin/ormas/ormas/?bidang={}",
    "/admin/pelatihan/angkatan/{angkatan}/undang/?words={}", "/admin/pelatihan/angkatan/{angkatan}/undang/?bidang={}",
    "/panitia/{slug}/presensi/{session}/?cari={}",
]  # fmt: skip


@pytest.mark.parametrize("search", SEARCHES)
def test_of_many_words_six_are_looked_for(full, search):
    angkatan = full.rows[Angkatan]
    known = {"angkatan": angkatan.pk, "slug": angkatan.slug, "session": angkatan.sessions.get().pk}
    client, words = browser_of("admin"), "+".join(f"kata{n}" for n in range(1_900))
    with CaptureQueriesContext(connection) as asked:
        response = client.get(search.replace("{}", words).format(**known))

    assert response.status_code == 200
    assert not any("kata6" in query["sql"].lower() for query in asked)


@pytest.mark.parametrize("model", [Registration, Delegate, Ormas], ids=named)
def test_the_sixth_word_counts(full, model):
    row, client = full.rows[model], browser_of("admin")
    five = " ".join((row.name.split() * 5)[:5])
    pages = [client.get(address(model), {"q": f"{five} {sixth}"}).content.decode() for sixth in (row.name[:2], "lain")]

    assert [f"/{row.pk}/change/" in page for page in pages] == [True, False]
