"""What a test that commits leaves behind for the next one: nothing, and every role as it was."""

import pytest
from django.contrib.auth.models import Group, Permission, User

from pelatihan.accounts import access
from tests import database
from tests.factories import AngkatanFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)


def roles() -> dict[str, list[str]]:
    return {group.name: sorted(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()}


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_nothing_is_left(turn):
    assert not User.objects.exists()
    assert list(roles()) == [*access.GROUPS, access.ADMIN_GROUP]
    assert all(roles().values())
    a_registration(AngkatanFactory())
    UserFactory(role="petugas")


@pytest.mark.parametrize("turn", [1, 2])
def test_role_that_was_changed_is_whole_again(turn):
    assert len(roles()["petugas"]) == len(access.GROUPS["petugas"])
    Group.objects.get(name="petugas").permissions.clear()
    Permission.objects.filter(codename="print_papers").delete()


def test_other_migrations_make_another_copy(monkeypatch):
    before = database._fingerprint()
    monkeypatch.setattr(database, "READ_BY_MIGRATIONS", database.READ_BY_MIGRATIONS[:-1])
    assert database._fingerprint() != before
