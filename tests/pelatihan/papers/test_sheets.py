"""Which people stand on which printed page: the typesetter's breaks, remembered, and what is said without them."""

from collections import OrderedDict
from datetime import timedelta

import pytest

from pelatihan.models import Angkatan, Session
from pelatihan.papers import sheets
from pelatihan.papers.choices import Choices, Order, Shape, Size
from pelatihan.papers.sheets import Breaks, printed_sheets, sheets_of
from pelatihan.web.turns import Turn
from tests.factories import NOON, AngkatanFactory, SessionFactory, a_registration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(sheets, "_kept", OrderedDict())


@pytest.fixture
def angkatan() -> Angkatan:
    batch = AngkatanFactory(capacity=30)
    for number in range(26):
        a_registration(batch, name=f"Peserta {'abcdefghijklmnopqrstuvwxyz'[number]}")
    return batch


@pytest.fixture
def session(angkatan) -> Session:
    return SessionFactory(angkatan=angkatan)


def breaks(session: Session, people: int = 26, **choices) -> Breaks:
    return printed_sheets(session.angkatan, session, Choices(**choices), people, NOON)


def spans(found: Breaks) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in found.sheets if one.key != "semua"]


@pytest.mark.parametrize(
    ("ends", "shares"),
    [
        ([0], [(1, 0)]),
        ([22], [(1, 22)]),
        ([21, 23], [(1, 21), (22, 23), (1, 23)]),
        ([22, 51, 81, 97, 97], [(1, 22), (23, 51), (52, 81), (82, 97), (1, 97)]),
    ],
)
def test_sheets_are_the_pages_with_people(ends, shares):
    assert [(sheet.first, sheet.last) for sheet in sheets_of(ends)] == shares


def test_too_many_people_for_one_screen_have_no_sheet_of_all():
    assert [sheets_of([500, people])[-1].key for people in (1000, 1001)] == ["semua", "2"]


def test_breaks_differ_by_paper_and_head(session):
    f4, a4, day = breaks(session), breaks(session, size=Size.A4), breaks(session, shape=Shape.DAY)
    session.title = "Kata " * 40
    long_head = breaks(session)

    assert len({tuple(spans(one)) for one in (f4, a4, day, long_head)}) == 4
    assert {spans(one)[-1][1] for one in (f4, a4, day, long_head)} == {26}
    assert not f4.refusal


def test_breaks_follow_the_order(session):
    one = a_registration(session.angkatan, name="Zulfa " + "Kusumadiningrat " * 7)
    one.ormas_text, one.ormas, one.invitation = "Aliansi", None, None
    one.save()

    assert spans(breaks(session, 27)) != spans(breaks(session, 27, order=Order.NAME))


def test_table_of_a_long_day_is_that_of_the_session(angkatan, monkeypatch):
    day = [SessionFactory(angkatan=angkatan, hour=hour) for hour in range(6, 16)]
    SessionFactory(angkatan=angkatan, day=1)
    monkeypatch.setattr(sheets, "breaks_of", lambda paper: [[number, 26] for number in (10, 20)])

    assert [spans(breaks(one, shape=Shape.DAY))[0] for one in day] == [(1, 10)] * 5 + [(1, 20)] * 5


def test_same_list_is_set_once(session, queue):
    known = breaks(session)

    with Turn(queue), Turn(queue), Turn(queue):  # nobody gets in any more
        assert breaks(session, size=Size.A4).refusal
        assert printed_sheets(session.angkatan, session, Choices(), 26, NOON + timedelta(days=1)) == known


def test_full_queue_is_told_and_shows_no_breaks(session, full_queue):
    found = breaks(session, 120)

    assert "antrean cetak sedang penuh" in found.refusal
    assert [one.word for one in found.sheets] == ["Bagian 1", "Bagian 2", "Bagian 3", "Semua"]
    assert spans(found) == [(1, 50), (51, 100), (101, 120)]


def test_broken_typesetter_is_told(session, monkeypatch, tmp_path):
    (tmp_path / "broken.py").write_text("raise SystemExit(1)")
    monkeypatch.setattr("pelatihan.papers.engine.TYPESETTER", tmp_path / "broken.py")

    assert "tidak dapat diketahui" in breaks(session).refusal


def test_very_long_list_is_not_set_for_a_page(session, full_queue):
    assert breaks(session, 1001).refusal == sheets.TOO_LONG
    assert breaks(session, 1000).refusal == sheets.BUSY
