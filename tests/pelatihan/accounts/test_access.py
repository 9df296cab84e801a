"""Who holds which permission, asked of the database in one go."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission, User

from pelatihan.accounts import access
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
    assert ours == theirs == {access.BOARD, access.DESK, access.RECAP}


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
