"""Accounts: who may change whose, and that somebody is always left to let others in."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LAST = "Ini admin terakhir yang aktif."


@pytest.fixture
def admin() -> User:
    return UserFactory(username="ani", role="admin")


def saved(by: User, account: User, *roles: str, active: bool = True):
    client = Client()
    client.force_login(by)
    fields = {"username": account.username, "groups": [Group.objects.get(name=role).pk for role in roles]}
    return client.post(f"/admin/auth/user/{account.pk}/change/", fields | ({"is_active": "on"} if active else {}))


def stands(account: User) -> tuple[bool, set[str]]:
    account.refresh_from_db()
    return account.is_active, {group.name for group in account.groups.all()}


@pytest.mark.parametrize(("roles", "active"), [(["admin"], False), (["panitia"], True), ([], True)])
def test_last_admin_stays(admin, roles, active):
    UserFactory(username="lama", role="admin", is_active=False)
    answer = saved(admin, admin, *roles, active=active)

    assert LAST in answer.content.decode()
    assert stands(admin) == (True, {"admin"})


@pytest.mark.parametrize("other", [{"role": "admin"}, {"is_superuser": True}])
def test_one_of_two_admins_may_go(admin, other):
    UserFactory(username="joko", **other)

    assert saved(admin, admin, "panitia").status_code == 302
    assert stands(admin) == (True, {"panitia"})


def test_last_admin_may_take_another_role_too(admin):
    assert saved(admin, admin, "admin", "panitia").status_code == 302
    assert stands(admin) == (True, {"admin", "panitia"})


def test_superuser_alone_stays_and_others_are_changed_as_before():
    boss, clerk = UserFactory(username="bos", is_superuser=True), UserFactory(username="rina", role="petugas")

    assert LAST in saved(boss, boss, active=False).content.decode()
    assert saved(boss, clerk, active=False).status_code == 302
    assert stands(clerk) == (False, set())


def test_superusers_account_is_changed_by_superusers_alone(admin):
    boss, second = (UserFactory(username=name, is_superuser=True) for name in ("bos", "wakil"))

    assert saved(admin, boss, active=False).status_code == 403
    assert stands(boss) == (True, set())
    assert saved(second, boss, active=False).status_code == 302
    assert stands(boss) == (False, set())


@pytest.mark.parametrize(("by", "status"), [("ani", 403), ("wakil", 302)])
def test_superusers_password_is_set_by_superusers_alone(admin, by, status):
    boss = UserFactory(username="bos", is_superuser=True)
    UserFactory(username="wakil", is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(username=by))
    fields = {"password1": "sate padang 2019", "password2": "sate padang 2019"}

    assert client.post(f"/admin/auth/user/{boss.pk}/password/", fields).status_code == status
    boss.refresh_from_db()
    assert boss.check_password("sate padang 2019") == (status == 302)


def test_no_role_makes_a_superuser(admin):
    clerk = UserFactory(username="rina", role="petugas")
    client = Client()
    client.force_login(admin)
    fields = {"username": "rina", "is_active": "on", "is_superuser": "on", "is_staff": "on", "groups": []}
    client.post(f"/admin/auth/user/{clerk.pk}/change/", fields)

    clerk.refresh_from_db()
    assert not clerk.is_superuser


def test_password_set_by_an_admin_ends_the_sessions(admin):
    clerk, theirs, mine = UserFactory(username="rina", role="petugas"), Client(), Client()
    theirs.force_login(clerk)
    mine.force_login(admin)
    assert theirs.get("/akun/").status_code == 200
    fields = {"password1": "sate padang 2019", "password2": "sate padang 2019"}
    assert mine.post(f"/admin/auth/user/{clerk.pk}/password/", fields).status_code == 302

    assert theirs.get("/akun/").status_code == 302
