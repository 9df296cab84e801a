"""Every page of the admin by every role, in a fixed number of queries, in Indonesian."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from pelatihan.accounts import access
from pelatihan.models import ListingRequest
from tests.factories import (
    AngkatanFactory,
    InvitationFactory,
    LegalDocumentFactory,
    LetterheadFactory,
    OrmasFactory,
    SessionFactory,
    SignatoryFactory,
    UserFactory,
    a_registration,
)

pytestmark = pytest.mark.django_db
STAFF = ("verifikator", "panitia", "pemantau", "admin")
WORDS = "Select an? |Search|Add|Change|Delete|Save|History|Home|Welcome|Filter by|Run|Show all|Today"
ENGLISH = re.compile(rf">[^<]*\b({WORDS})\b")
MODELS = [
    (model._meta.app_label, model._meta.model_name)
    for app in ("ormas", "pelatihan", "auth")
    for model in apps.get_app_config(app).get_models()
    if admin.site.is_registered(model)
]


@pytest.fixture
def world():
    """One of everything."""
    today = timezone.localdate()
    angkatan = AngkatanFactory(
        letterhead=LetterheadFactory(), year=today.year, starts_on=today, opens_at=None, closes_at=None
    )
    SignatoryFactory()
    LegalDocumentFactory()
    return angkatan


def more(angkatan, count):
    """So many rows of whatever stands in lists and inline rows."""
    for number in range(count):
        SessionFactory(angkatan=angkatan)
        a_registration(angkatan, name=f"Adi {'abcdefghij'[number]}")
        OrmasFactory()
        UserFactory(role="petugas")
        ListingRequest.objects.create(angkatan=angkatan, name=f"Forum {number}", asked_at=timezone.now())


def addresses():
    for app, model in MODELS:
        yield f"{app}_{model}_changelist"


def test_own_tables_only_are_shown():
    assert set(MODELS) == {
        ("ormas", "ormas"), ("ormas", "delegate"), ("auth", "user"),
        *(("pelatihan", name) for name in
          ("angkatan", "invitation", "registration", "listingrequest", "letterhead", "signatory", "numberseries",
           "guest", "office", "readyreason", "import", "export")),
    }  # fmt: skip


@pytest.mark.parametrize("name", list(addresses()))
def test_list_needs_the_same_queries_for_more_rows(as_role, django_assert_max_num_queries, world, name):
    client, address = as_role("admin"), reverse(f"admin:{name}")
    more(world, 1)
    client.get(address, follow=True)
    with django_assert_max_num_queries(20) as one:
        client.get(address, follow=True)
    more(world, 3)
    with django_assert_max_num_queries(20) as many:
        client.get(address, follow=True)

    assert len(many) == len(one)


@pytest.mark.parametrize("kind", ["angkatan", "registration", "ormas"])
def test_form_needs_the_same_queries_for_more_rows(as_role, django_assert_max_num_queries, world, kind):
    client = as_role("admin")
    more(world, 1)
    registration = world.registrations.first()
    address = {
        "angkatan": reverse("admin:pelatihan_angkatan_change", args=[world.pk]),
        "registration": reverse("admin:pelatihan_registration_change", args=[registration.pk]),
        "ormas": reverse("admin:ormas_ormas_change", args=[registration.ormas_id]),
    }[kind]
    client.get(address)
    with django_assert_max_num_queries(25) as one:
        client.get(address)
    more(world, 3)
    for _ in range(3):
        LegalDocumentFactory(ormas=registration.ormas)
        InvitationFactory(angkatan=world)
    with django_assert_max_num_queries(25) as many:
        client.get(address)

    assert len(many) == len(one)


@pytest.mark.parametrize("role", STAFF)
def test_start_page_shows_what_waits(as_role, world, role, django_assert_max_num_queries):
    a_registration(world, "submitted")
    client = as_role(role)

    with django_assert_max_num_queries(20):
        html = client.get(reverse("admin:index")).content.decode()

    assert ("1 pendaftaran belum diputuskan" in html) == (role != "panitia")
    assert world.name in html


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize(("app", "model"), MODELS)
def test_roles_see_what_is_theirs(as_role, world, role, app, model):
    client = as_role(role)
    needed = access.IMPORT if model == "import" else f"{app}.view_{model}"
    may = role == "admin" or needed in access.GROUPS[role]

    assert (client.get(reverse(f"admin:{app}_{model}_changelist"), follow=True).status_code == 200) == may


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize(("app", "model"), MODELS)
def test_roles_add_what_is_theirs(as_role, world, role, app, model):
    address = reverse(f"admin:{app}_{model}_add")
    closed = {("ormas", "delegate"), ("pelatihan", "office"), ("pelatihan", "listingrequest"), ("pelatihan", "export")}
    needed = access.IMPORT if model == "import" else f"{app}.add_{model}"
    may = (role == "admin" or needed in access.GROUPS[role]) and (app, model) not in closed

    assert (as_role(role).get(address).status_code == 200) == may


@pytest.mark.parametrize("name", ["copy", "invite"])
def test_observer_opens_no_page_that_changes(as_role, world, name):
    assert as_role("pemantau").get(reverse(f"admin:pelatihan_angkatan_{name}", args=[world.pk])).status_code == 403


@pytest.mark.parametrize("role", STAFF)
def test_pages_speak_indonesian(as_role, world, role):
    client, registration = as_role(role), a_registration(world)
    pages = [reverse("admin:index"), *(reverse(f"admin:{name}") for name in addresses())]
    pages += [reverse(f"admin:{app}_{model}_add") for app, model in MODELS]
    pages += [
        reverse("admin:pelatihan_angkatan_change", args=[world.pk]),
        reverse("admin:pelatihan_registration_change", args=[registration.pk]),
        reverse("admin:ormas_ormas_change", args=[registration.ormas_id]),
        reverse("admin:ormas_ormas_delete", args=[registration.ormas_id]),
        reverse("admin:pelatihan_angkatan_history", args=[world.pk]),
    ]
    found = {page: ENGLISH.findall(client.get(page, follow=True).content.decode()) for page in pages}

    assert {page: words for page, words in found.items() if words} == {}


def test_delegate_without_role_is_sent_to_log_in(client):
    answer = client.get(reverse("admin:index"), follow=True)

    assert answer.redirect_chain[-1][0] == f"{reverse('login')}?next=/admin/"


def test_desk_officer_reads_why_the_admin_is_closed(as_role):
    answer = as_role("petugas").get(reverse("admin:index"), follow=True)

    assert answer.status_code == 403


def test_new_account_gets_its_roles(as_role):
    data = {
        "username": "rina", "first_name": "Rina", "usable_password": "true",
        "password1": "kata-sandi-panjang-1", "password2": "kata-sandi-panjang-1",
        "groups": [Group.objects.get(name="petugas").pk],
    }  # fmt: skip

    as_role("admin").post(reverse("admin:auth_user_add"), data)

    assert access.has(User.objects.get(username="rina"), access.DESK)


def test_account_form_offers_no_other_powers(as_role):
    html = as_role("admin").get(reverse("admin:auth_user_change", args=[UserFactory().pk])).content.decode()

    assert "is_superuser" not in html
    assert "is_staff" not in html
    assert "user_permissions" not in html


def test_admin_gives_a_forgetful_person_a_password(as_role):
    user = UserFactory(role="petugas")
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    client = as_role("admin")

    client.post(address, {"password1": "", "password2": "", "set-password": "1"})
    client.post(address, {"password1": "kuda lumping 17", "password2": "kuda lumping 17", "set-password": "1"})

    user.refresh_from_db()
    assert user.check_password("kuda lumping 17")
    assert 'name="usable_password"' not in client.get(address).content.decode()
