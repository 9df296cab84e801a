"""Inviting many organisations at once: what pasted lines name, and that nobody is invited twice."""

import pytest

from pelatihan.batches import inviting
from pelatihan.batches.inviting import invite, known_as, read_pasted
from pelatihan.lifecycle import Action
from pelatihan.models import Angkatan, Invitation, Registration
from pelatihan.registration import writer
from pelatihan.registration.application import Application
from pelatihan.registration.refusals import NoSeatLeft
from tests.factories import NOON, AngkatanFactory, InvitationFactory, OrmasFactory, a_person, clerk

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum():
    return OrmasFactory(name="Forum Betawi Contoh", abbreviation="FBC")


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory()


def sorted_lines(batch: Angkatan, *lines: str) -> dict[str, list[str]]:
    """What is to be done with pasted lines, without what none is put into."""
    pasted = read_pasted(batch, "\n".join(lines))
    places = ("known", "to_choose", "unknown", "invited", "twice")
    found = {place: [one.written for one in getattr(pasted, place)] for place in places}
    return {place: written for place, written in found.items() if written}


def test_lines_are_put_by_what_is_to_be_done_with_them(forum, batch):
    InvitationFactory(angkatan=batch, ormas=OrmasFactory(name="Aliansi Pemuda Contoh", abbreviation="APC"))
    for _ in range(2):
        OrmasFactory(name="Komite Warga Rukun", abbreviation="")

    assert sorted_lines(batch, "1. FBC", "apc", "Forum Betawi Contoh", "Komite Warga Rukun", "Xyz Qwk", "", " ") == {
        "known": ["1. FBC"],
        "invited": ["apc"],
        "twice": ["Forum Betawi Contoh"],
        "to_choose": ["Komite Warga Rukun"],
        "unknown": ["Xyz Qwk"],
    }


def test_lines_keep_the_number_that_they_have_in_the_box(forum, batch):
    pasted = read_pasted(batch, "\nXyz Qwk\n\nFBC")

    assert [(one.number, one.written) for one in (*pasted.unknown, *pasted.known)] == [(2, "Xyz Qwk"), (4, "FBC")]
    assert pasted.ormas == [forum]


def test_doubtful_line_whose_every_meaning_is_invited_is_invited(batch):
    for _ in range(2):
        InvitationFactory(angkatan=batch, ormas=OrmasFactory(name="Komite Warga Rukun", abbreviation=""))

    assert sorted_lines(batch, "Komite Warga Rukun") == {"invited": ["Komite Warga Rukun"]}


def test_line_with_a_letter_wrong_is_invited_with_the_only_one_it_may_mean(forum, batch):
    InvitationFactory(angkatan=batch, ormas=forum)

    assert sorted_lines(batch, "Forum Betawi Contoj") == {"invited": ["Forum Betawi Contoj"]}


def test_who_is_invited_already_is_known_beside_the_lines(forum, batch):
    InvitationFactory(angkatan=batch, ormas=forum)

    assert read_pasted(batch, "Xyz Qwk").invited_ids == {forum.pk}


def test_endless_lines_come_to_an_end_and_say_so(forum, batch, monkeypatch):
    monkeypatch.setattr(inviting, "MOST_LINES", 2)

    assert sorted_lines(batch, "Xyz Qwk", "", "Wkq Zyx", "FBC") == {"unknown": ["Xyz Qwk", "Wkq Zyx"]}
    assert sorted_lines(batch, "Xyz Qwk", "FBC") == {"unknown": ["Xyz Qwk"], "known": ["FBC"]}
    assert [read_pasted(batch, text).left_off for text in ("Xyz\nFBC", "Xyz\n\nFBC\nWkq", "")] == [0, 1, 0]


def test_very_long_line_is_cut(batch):
    (one,) = read_pasted(batch, "X" * 500).unknown

    assert one.written == "X" * 400


def test_nothing_is_left_to_do_once_all_are_invited(forum, batch):
    assert not read_pasted(batch, "FBC").is_settled
    InvitationFactory(angkatan=batch, ormas=forum)
    settled = read_pasted(batch, "FBC\nFBC")
    assert (settled.is_settled, settled.no_more) == (True, 2)
    assert not read_pasted(batch, "Xyz Qwk").is_settled


def test_lines_that_name_somebody_once_more_are_counted_with_the_invited(forum, batch):
    InvitationFactory(angkatan=batch, ormas=OrmasFactory(name="Aliansi Pemuda Contoh", abbreviation="APC"))

    assert read_pasted(batch, "APC\nFBC\nForum Betawi Contoh").no_more == 2


def test_something_is_left_to_do_while_one_of_rivals_is_to_be_chosen(batch):
    for _ in range(2):
        OrmasFactory(name="Komite Warga Rukun", abbreviation="")

    assert not read_pasted(batch, "Komite Warga Rukun").is_settled


def test_single_name_is_known_beyond_doubt_or_not(forum):
    assert known_as("Forum Betawi Contoh") == forum
    assert [known_as(text) for text in ("", "Xyz Qwk", "FBC\nFBC")] == [None] * 3


def test_invited_are_counted_and_nobody_twice(forum):
    batch = AngkatanFactory()
    known = InvitationFactory(angkatan=batch, own_seats=7)

    assert invite(batch, [known.ormas, forum]) == 1
    assert invite(batch, [forum]) == 0
    assert set(batch.invitations.values_list("ormas", "own_seats")) == {(known.ormas_id, 7), (forum.pk, None)}
    assert Invitation.objects.count() == 2


def test_who_was_recorded_before_the_invitation_is_of_it_from_now_on(batch):
    """Else two numbers of seats would hold for one ormas: the batch's for them, its own for the others."""
    ormas = OrmasFactory()
    wishes = [Application(a_person(), Registration.Source.STAFF, ormas=ormas) for _ in range(2)]
    first, second = (writer.register(batch, wish, actor=clerk(), at=NOON) for wish in wishes)
    writer.move(second, Action.WAITLIST, actor=clerk(), at=NOON)
    elsewhere = writer.register(AngkatanFactory(), wishes[0], actor=clerk(), at=NOON)

    invite(batch, [ormas])
    batch.invitations.update(own_seats=1)

    for one in (first, second, elsewhere):
        one.refresh_from_db()
    assert [one.invitation for one in (first, second, elsewhere)] == [*[batch.invitations.get()] * 2, None]
    with pytest.raises(NoSeatLeft):
        writer.move(second, Action.ACCEPT, actor=clerk(), at=NOON)
