"""Which pages a printed sheet has."""

import pytest

from pelatihan.models import PrintedSheet
from pelatihan.scans.leaves import leaf_of
from tests.pelatihan.scans.world import a_batch, a_printed_list

pytestmark = pytest.mark.django_db


def test_sheet_of_chosen_pages_has_those_alone():
    batch = a_batch(people=40)
    assert len(a_printed_list(batch).ends) == 2

    chosen = a_printed_list(batch, pages=(2,))

    assert PrintedSheet.objects.get(pk=chosen.pk).only == [2]
    assert [page for page in range(4) if leaf_of(chosen, page)] == [2]
