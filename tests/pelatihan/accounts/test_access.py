"""Who holds which permission, asked of the database in one go."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def permission(name: str) -> Permission:
    return Permission.objects.get(codename=name, content_type__app_label="pelatihan")


@pytest.fixture
def user() -> User:
    """A desk officer who may see the recap too."""
    made = UserFactory(role="petugas")
    made.user_permissions.add(permission("view_recap"))
    return made


def test_one_query_finds_what_django_finds(user, django_assert_num_queries):
    theirs = ModelBackend().get_all_permissions(User.objects.get(pk=user.pk))
    with django_assert_num_queries(1):
        ours = access.OneQueryBackend().get_all_permissions(user)
    assert ours == theirs == {access.BOARD, access.DESK, access.SEND_SHEETS, access.RECAP}


def test_account_reads_as_by_the_orm(user):
    user.last_login = datetime(2019, 3, 11, tzinfo=UTC)
    user.save()
    ours, theirs = access.OneQueryBackend().get_user(user.pk), User.objects.get(pk=user.pk)
    held = [{field.attname: repr(getattr(one, field.attname)) for field in User._meta.fields} for one in (ours, theirs)]
    assert held[0] == held[1]


def test_inactive_account_is_nobody(user, client):
    client.force_login(user)
    assert client.get("/panitia/").status_code == 200

    User.objects.filter(pk=user.pk).update(is_active=False)

    assert access.OneQueryBackend().get_user(user.pk) is None
    assert client.get("/panitia/").status_code == 302


def test_account_that_was_deleted_is_nobody():
    assert access.OneQueryBackend().get_user(0) is None


def test_two_questions_are_one_query(user, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert access.has(user, access.DESK)
        assert not access.has(user, access.PRINT)


def test_closed_account_holds_nothing(user):
    user.is_active = False
    assert access.OneQueryBackend().get_all_permissions(user) == set()
    assert not access.has(user, access.DESK)


def test_superuser_holds_everything():
    assert access.has(UserFactory(is_superuser=True), access.PRINT)
    read = access.OneQueryBackend().get_user(UserFactory(is_superuser=True).pk)
    assert read
    assert access.has(read, access.PRINT)
    assert read.get_all_permissions() == UserFactory(is_superuser=True).get_all_permissions()
    assert read.get_all_permissions() >= {"auth.delete_user", access.PRINT}


def test_question_about_one_object_finds_nothing(user):
    """As Django has it: nobody holds a permission for single objects."""
    assert access.OneQueryBackend().get_all_permissions(user, obj=user) == set()


def test_account_of_a_script_that_is_gone_holds_nothing(user):
    gone = User.objects.get(pk=user.pk)
    user.delete()

    assert access.OneQueryBackend().get_all_permissions(gone) == set()


def test_account_of_a_script_that_rises_meanwhile_is_read_anew_for_it(user):
    before = User.objects.get(pk=user.pk)
    User.objects.filter(pk=user.pk).update(is_superuser=True)

    assert access.OneQueryBackend().get_all_permissions(before) == set()


# ---- Roles ---------------------------------------------------------------------------------------

# Written out by hand, so that a change of the table must be meant: a, c, d, v are add, change, delete, view.
ROLES = {
    "verifikator": {
        "pelatihan": "enter_admin view_board decide_registration answer_listing view_code view_link "
        "view_special_needs view_nik view_letter receive_letter send_message edit_text import_list export_list "
        "write_invitation_letter",
        "ormas": "view_contact merge_delegate",
        "crud": "ormas:acv delegate:acv legaldocument:acdv invitation:acdv registration:acv readyreason:acv "
        "angkatan:v session:v statuschange:v correction:v listingrequest:v",
    },
    "panitia": {
        "pelatihan": "enter_admin view_board use_desk view_recap mark_attendance print_papers "
        "write_invitation_letter arrange_rooms manage_payments issue_certificates let_in decide_late manage_devices "
        "show_room_code view_letter receive_letter export_list view_sheets enter_sheets send_sheets",
        "ormas": "view_contact",
        "crud": "angkatan:acv letterhead:acv signatory:acv office:acv numberseries:acv session:acdv guest:acdv "
        "angkatansignatory:acdv invitation:v",
    },
    "petugas": {"pelatihan": "view_board use_desk send_sheets"},
    "pemantau": {
        "pelatihan": "enter_admin view_board view_recap export_list view_sheets",
        "crud": "ormas:v legaldocument:v delegate:v angkatan:v session:v invitation:v registration:v statuschange:v "
        "correction:v listingrequest:v",
    },
}
VERBS = {"a": "add", "c": "change", "d": "delete", "v": "view"}
OF_ORMAS = {"ormas", "delegate", "legaldocument"}


def written(role: str) -> set[str]:
    """The role's permissions, read from the table above."""
    own = {f"{app}.{name}" for app in ("pelatihan", "ormas") for name in ROLES[role].get(app, "").split()}
    crud = [part.split(":") for part in ROLES[role].get("crud", "").split()]
    return own | {
        f"{'ormas' if model in OF_ORMAS else 'pelatihan'}.{VERBS[verb]}_{model}"
        for model, verbs in crud
        for verb in verbs
    }


@pytest.mark.parametrize("role", ROLES)
def test_role_may_what_the_table_says(role):
    assert UserFactory(role=role).get_all_permissions() == written(role)


def test_roles_are_these_and_the_admin():
    assert set(Group.objects.values_list("name", flat=True)) == {*ROLES, "admin"}


def test_every_role_is_told_to_who_gives_it():
    assert set(access.ROLES) == {*ROLES, "admin"}


def test_admin_may_everything_and_manage_users():
    apps = ("auth", "ormas", "pelatihan")
    held = Group.objects.get(name="admin").permissions.all()

    assert set(held) == set(Permission.objects.filter(content_type__app_label__in=apps))
    assert {"add_user", "change_user"} <= {permission.codename for permission in held}


def test_upgrade_mends_the_roles(capsys):
    Group.objects.get(name="petugas").permissions.clear()
    Group.objects.get(name="admin").delete()
    Permission.objects.filter(codename="use_desk").delete()

    access.make_groups()

    assert UserFactory(role="petugas").get_all_permissions() == written("petugas")
    held = Group.objects.get(name="admin").permissions.values_list("content_type__app_label", flat=True)
    assert set(held) == {"auth", "ormas", "pelatihan"}  # not the sessions of others
    assert capsys.readouterr().out == ""


def test_whatever_can_be_asked_for_has_its_sentence():
    rights = (
        "BOARD DESK RECAP MARK LET_IN LATE DEVICES SCREEN PRINT INVITE LODGE PAY CERTIFY DECIDE LISTING CONTACT MERGE"
        " CODES LINKS SPECIAL_NEEDS NIK LETTER RECEIVE_LETTER SEND TEXTS IMPORT EXPORT ADMIN SHEETS ENTER_SHEETS"
        " SEND_SHEETS"
    )

    assert set(access.REFUSALS) == {getattr(access, name) for name in rights.split()}


@pytest.mark.parametrize("name", access.REFUSALS)
def test_refused_person_reads_why_and_whom_to_ask(name):
    with pytest.raises(PermissionDenied) as refusal:
        access.check(UserFactory(), name)
    assert (
        str(refusal.value)
        == f"{access.REFUSALS[name]} Mintalah peran yang sesuai kepada admin bila Anda memerlukannya."
    )

    access.check(UserFactory(is_superuser=True), name)


def test_guard_lets_in_who_may_and_tells_others(rf):
    view: Any = access.needs(access.DESK)(lambda *args, **kwargs: HttpResponse(repr((args[1:], kwargs))))
    request = rf.get("/")
    request.user = UserFactory(role="petugas")
    assert view(request, 1, page=2).content == b"((1,), {'page': 2})"

    request.user = UserFactory()
    with pytest.raises(PermissionDenied, match="Meja presensi hanya untuk"):
        view(request)


def test_page_that_asks_for_something_unlisted_cannot_be_loaded():
    with pytest.raises(LookupError, match=r"REFUSALS has no sentence"):
        access.needs("pelatihan.view_everything")
    with pytest.raises(LookupError):
        of_batch("pelatihan.view_everything")(lambda *_: HttpResponse())


@pytest.mark.parametrize("who", [{"is_superuser": True}, {}])
def test_question_for_something_unlisted_fails_whoever_asks(who):
    """Not for the one user who lacks it, years later."""
    with pytest.raises(LookupError, match=r"view_everything.*REFUSALS"):
        access.check(UserFactory(**who), "pelatihan.view_everything")


def asked_for() -> set[tuple[str, str]]:
    """Where the program refuses, and for which permission, as the source says it."""
    found = set()
    for file in Path(access.__file__).parents[1].rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)):
            name = ast.unparse(call.func)
            if name in {"access.check", "access.needs", "needs", "of_batch"} and file.parent.name != "accounts":
                found.add((f"{file.name}:{call.lineno}", ast.unparse(call.args[name == "access.check"])))
    return found


def test_every_refusal_in_the_program_has_its_sentence():
    asked = asked_for()

    assert len(asked) > 10
    for place, permission in asked:
        if permission in {"offer.permission", "permission", "right"}:
            continue  # of papers and what was made of them: looked up when the offer is loaded
        assert getattr(access, permission.removeprefix("access."), None) in access.REFUSALS, place


def test_stranger_holds_nothing():
    assert not access.has(AnonymousUser(), access.BOARD)
