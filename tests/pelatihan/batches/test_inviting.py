"""Inviting many organisations at once: what pasted lines name, and that nobody is invited twice."""

import pytest

from pelatihan.batches import inviting
from pelatihan.batches.inviting import invite, read_lines
from pelatihan.models import Invitation
from tests.factories import AngkatanFactory, InvitationFactory, OrmasFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum():
    return OrmasFactory(name="Forum Betawi Contoh", abbreviation="FBC")


@pytest.mark.parametrize("line", ["Forum Betawi Contoh", "forum betawi CONTOH", "fbc", "  Forum  Betawi Contoh\t"])
def test_line_is_a_name_or_an_abbreviation_in_any_case(forum, line):
    OrmasFactory()
    read = read_lines(f"\n{line}\n \n")

    assert (read.ormas, read.unknown, read.ambiguous) == ([forum], [], [])


def test_line_that_names_nobody_is_told_as_typed(forum):
    read = read_lines("Forum Betawi\nFBC\nEntah")

    assert (read.ormas, read.unknown) == ([forum], ["Forum Betawi", "Entah"])


def test_name_of_two_rivals_is_told():
    for _ in range(2):
        OrmasFactory(name="Komite Contoh", abbreviation="")
    OrmasFactory(name="Lembaga Contoh", abbreviation="KC")
    OrmasFactory(name="KC", abbreviation="")
    read = read_lines("komite contoh\nkc")

    assert (read.ormas, read.unknown, read.ambiguous) == ([], [], ["komite contoh", "kc"])


def test_abbreviation_is_known_however_it_is_written():
    one = OrmasFactory(name="Persatuan Contoh", abbreviation="Perti")

    assert read_lines("PERTI").ormas == read_lines("perti").ormas == [one]


def test_ormas_called_like_its_abbreviation_is_one():
    one = OrmasFactory(name="PERTI", abbreviation="Perti")

    assert read_lines("perti").ormas == [one]


def test_lines_stand_in_their_order_and_once_each(forum):
    other = OrmasFactory(name="Aliansi Contoh", abbreviation="AC")
    read = read_lines("FBC\nAC\nFBC\nEntah\nEntah")

    assert (read.ormas, read.unknown) == ([forum, other], ["Entah"])


def test_lines_are_read_by_two_questions(forum, django_assert_num_queries):
    with django_assert_num_queries(2):
        read_lines("\n".join(f"Forum {number}" for number in range(50)))


def test_endless_lines_come_to_an_end(forum, monkeypatch):
    monkeypatch.setattr(inviting, "MOST_LINES", 2)

    assert read_lines("Satu\nDua\nFBC").ormas == []
    assert read_lines("Satu\nFBC").ormas == [forum]
    assert read_lines("X" * 500).unknown == ["X" * inviting.MOST_LETTERS]


def test_limits_take_every_name_and_a_whole_letter():
    assert (inviting.MOST_LINES, inviting.MOST_LETTERS) == (500, 200)
    assert read_lines("\n".join(str(number) for number in range(501))).unknown[-1] == "499"


def test_invited_are_counted_and_nobody_twice(forum):
    batch = AngkatanFactory()
    known = InvitationFactory(angkatan=batch, own_seats=7)

    assert invite(batch, [known.ormas, forum]) == 1
    assert invite(batch, [forum]) == 0
    assert set(batch.invitations.values_list("ormas", "own_seats")) == {(known.ormas_id, 7), (forum.pk, None)}
    assert Invitation.objects.count() == 2
