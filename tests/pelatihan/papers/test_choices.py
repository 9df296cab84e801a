"""Which sessions a wish means, and what its file is called."""

from datetime import UTC, date, datetime

import pytest

from pelatihan.models import Session
from pelatihan.papers.choices import Choices, NothingToPrint, Shape, Size, chosen_sessions, file_name
from tests.factories import AngkatanFactory, SessionFactory

pytestmark = pytest.mark.django_db
AT = datetime(2019, 3, 10, 11, 5, tzinfo=UTC)  # 18.05 WIB
AS_OF = "-per-2019-03-10-1805.pdf"


@pytest.fixture
def three() -> list[Session]:
    angkatan = AngkatanFactory(slug="2019-ii")
    return [SessionFactory(angkatan=angkatan, day=day, hour=hour) for day, hour in ((0, 8), (0, 10), (1, 8))]


def test_all_sessions_are_taken_unless_one_is_named(three):
    assert chosen_sessions(three, Choices()) == three


def test_one_session_or_one_day_is_taken(three):
    assert chosen_sessions(three, Choices(session=three[1].pk)) == three[1:2]
    assert chosen_sessions(three, Choices(day=date(2019, 3, 11))) == three[:2]


def test_day_table_of_a_session_takes_its_day(three):
    assert chosen_sessions(three, Choices(session=three[1].pk, shape=Shape.DAY)) == three[:2]


@pytest.mark.parametrize("wish", [Choices(session=0), Choices(day=date(2019, 3, 13))])
def test_unknown_session_or_day_is_refused(three, wish):
    with pytest.raises(NothingToPrint, match="daftar hadir"):
        chosen_sessions(three, wish)


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        (Choices(), "daftar-hadir-2019-ii-f4"),
        (Choices(day=date(2019, 3, 11)), "daftar-hadir-2019-ii-2019-03-11-f4"),
        (Choices(shape=Shape.DAY, day=date(2019, 3, 12)), "daftar-hadir-harian-2019-ii-2019-03-12-f4"),
        (Choices(blank=True, size=Size.A4), "daftar-hadir-2019-ii-kosong-a4"),
    ],
)
def test_file_is_named_by_what_it_holds(three, wish, name):
    assert file_name(three[0].angkatan, chosen_sessions(three, wish), wish, AT) == name + AS_OF


def test_file_of_one_session_names_day_and_time(three):
    wish = Choices(session=three[1].pk)

    assert file_name(three[0].angkatan, three[1:2], wish, AT) == f"daftar-hadir-2019-ii-2019-03-11-1000-f4{AS_OF}"


def test_file_of_a_day_table_names_no_time(three):
    wish = Choices(session=three[1].pk, shape=Shape.DAY)

    assert file_name(three[0].angkatan, three[:2], wish, AT) == f"daftar-hadir-harian-2019-ii-2019-03-11-f4{AS_OF}"
