"""The batch that an address names, and who may open it."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from pelatihan.accounts import access
from pelatihan.accounts import batch as guards
from pelatihan.lifecycle import Status
from pelatihan.models import Letterhead
from tests.factories import AngkatanFactory, LetterheadFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db


def of_batch(*permission_and_related: str) -> Any:
    return guards.of_batch(*permission_and_related)


public: Any = guards.public


def shown(request, batch, **kwargs) -> Any:
    """A view about a batch."""
    assert request.method == "GET"
    return batch, kwargs


@pytest.fixture
def request_of(rf):
    """``request_of("petugas")``: a request of somebody with that role; None: a mere account."""

    def made(role):
        request = rf.get("/")
        request.user = UserFactory(role=role)
        return request

    return made


def test_view_gets_the_batch_of_its_address(request_of):
    AngkatanFactory()
    batch = AngkatanFactory()

    assert of_batch(access.DESK)(shown)(request_of("petugas"), slug=batch.slug, page=2) == (batch, {"page": 2})


def test_who_lacks_the_permission_reads_why(request_of):
    batch = AngkatanFactory()

    with pytest.raises(PermissionDenied, match="Lembar cetak hanya untuk panitia"):
        of_batch(access.PRINT)(shown)(request_of("petugas"), slug=batch.slug)


def test_unknown_batch_is_not_found(request_of):
    AngkatanFactory(number=1)  # the only one is not taken for it
    for guard in (of_batch(access.DESK), public):
        with pytest.raises(Http404):
            guard(shown)(request_of("petugas"), slug="2019-ix")


def test_what_is_read_together_costs_no_second_query(request_of, django_assert_num_queries):
    batch = AngkatanFactory(letterhead=LetterheadFactory())
    request = request_of("petugas")
    request.user.has_perm(access.DESK)

    with django_assert_num_queries(1):
        found, _ = of_batch(access.DESK, "letterhead")(shown)(request, slug=batch.slug)
        assert isinstance(found.letterhead, Letterhead)


def test_guards_keep_the_name_of_their_view():
    assert of_batch(access.DESK)(shown).__name__ == public(shown).__name__ == "shown"


# ---- Public pages --------------------------------------------------------------------------------


def test_public_batch_comes_with_its_figures(request_of):
    batch = AngkatanFactory(published=True)
    a_registration(batch)
    a_registration(batch, Status.SUBMITTED)

    found, kwargs = public(shown)(request_of(None), slug=batch.slug, page=2)

    assert (found, found.held, found.accepted, found.accepted_ormas, kwargs) == (batch, 2, 1, 1, {"page": 2})


def test_unpublished_batch_exists_for_staff_only(request_of):
    batch = AngkatanFactory(published=False)

    with pytest.raises(Http404):
        public(shown)(request_of(None), slug=batch.slug)
    assert public(shown)(request_of("pemantau"), slug=batch.slug)[0] == batch


def test_public_page_asks_nobody_to_log_in():
    assert public(shown).login_required is False
