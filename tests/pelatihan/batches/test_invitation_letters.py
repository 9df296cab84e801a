"""The number of each letter: one for each organisation, drawn once, whoever presses at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from pelatihan.batches import invitation_letters
from pelatihan.batches.invitation_letters import ORIGINALS, Refused, give_numbers, kept, problems_of
from pelatihan.models import Angkatan, InvitationLetter, LetterNumber, NumberSeries
from tests.factories import NOON, AngkatanFactory, InvitationFactory, OrmasFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = date(2019, 2, 18)


@pytest.fixture
def series(db) -> NumberSeries:
    return NumberSeries.objects.create(label="Undangan 2019", code="UND")


@pytest.fixture
def angkatan(series) -> Angkatan:
    """A batch with three organisations invited, and its letter dated."""
    batch = AngkatanFactory(number=2)
    for name in ("Zaitun", "'Aisyiyah", "Melati"):
        InvitationFactory(angkatan=batch, ormas=OrmasFactory(name=name))
    InvitationLetter.objects.create(angkatan=batch, series=series, dated_on=DAY)
    return batch


def numbers() -> list[tuple[str, str]]:
    return list(LetterNumber.objects.values_list("text", "ormas"))


def test_letters_are_numbered_by_name_of_the_organisation(angkatan):
    give_numbers(angkatan, by=UserFactory(), at=NOON)

    assert numbers() == [
        ("001/UND/II/2019", "'Aisyiyah"), ("002/UND/II/2019", "Melati"), ("003/UND/II/2019", "Zaitun"),
    ]  # fmt: skip


def test_letters_keep_their_numbers_and_later_ones_go_on(angkatan):
    clerk = UserFactory()
    give_numbers(angkatan, by=clerk, at=NOON)
    first = numbers()
    InvitationFactory(angkatan=angkatan, ormas=OrmasFactory(name="Bahtera"))
    InvitationLetter.objects.update(dated_on=date(2019, 3, 1))

    give_numbers(angkatan, by=clerk, at=NOON)

    assert numbers() == [*first, ("004/UND/III/2019", "Bahtera")]
    with pytest.raises(Refused, match="Belum ada ormas"):
        give_numbers(angkatan, by=clerk, at=NOON)


@pytest.mark.parametrize(
    ("missing", "says"), [({"series": None}, "seri nomornya"), ({"dated_on": None}, "tanggal suratnya")]
)
def test_what_is_missing_is_said_and_no_number_is_lost(angkatan, series, missing, says):
    InvitationLetter.objects.update(**missing)

    with pytest.raises(Refused, match=says):
        give_numbers(angkatan, by=UserFactory(), at=NOON)

    series.refresh_from_db()
    assert (numbers(), series.last) == ([], 0)


def test_number_that_another_series_gave_is_not_given_again(angkatan):
    clerk = UserFactory()
    give_numbers(angkatan, by=clerk, at=NOON)
    same = NumberSeries.objects.create(label="Undangan lain", code="UND")
    other = AngkatanFactory(number=3)
    InvitationFactory(angkatan=other)
    InvitationLetter.objects.create(angkatan=other, series=same, dated_on=DAY)

    with pytest.raises(Refused, match=r"Nomor 001/UND/II/2019 sudah dipakai surat lain\."):
        give_numbers(other, by=clerk, at=NOON)

    same.refresh_from_db()
    assert (LetterNumber.objects.count(), same.last) == (3, 0)


def test_closed_batch_gets_no_numbers(angkatan):
    Angkatan.objects.update(closed_at=NOON)

    with pytest.raises(Refused, match="Buka lagi dulu angkatannya"):
        give_numbers(angkatan, by=UserFactory(), at=NOON)


def test_number_stays_when_the_invitation_goes(angkatan):
    give_numbers(angkatan, by=UserFactory(), at=NOON)

    angkatan.invitations.get(ormas__name="Melati").delete()

    assert ("002/UND/II/2019", "Melati") in numbers()
    with pytest.raises(IntegrityError, match="appended only"), transaction.atomic():
        LetterNumber.objects.update(text="009/UND/II/2019")
    with pytest.raises(IntegrityError, match="appended only"), transaction.atomic():
        LetterNumber.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_twenty_clerks_at_once_draw_each_number_once(series):
    batches = [AngkatanFactory(number=number) for number in (2, 3)]
    for batch in batches:
        InvitationFactory.create_batch(5, angkatan=batch)
        InvitationLetter.objects.create(angkatan=batch, series=series, dated_on=DAY)
    clerk = UserFactory()

    def press(place: int) -> int:
        try:
            return len(give_numbers(batches[place % 2], by=clerk, at=NOON))
        except Refused:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as clerks:
        given = list(clerks.map(press, range(20)))

    assert sorted(given, reverse=True)[:3] == [5, 5, 0]
    assert sorted(LetterNumber.objects.values_list("no", flat=True)) == list(range(1, 11))
    assert LetterNumber.objects.exclude(invitation=None).count() == 10


# ---- Texts ---------------------------------------------------------------------------------------


def test_usual_words_are_not_kept():
    assert kept("closing", ORIGINALS["closing"] + "\r\n") == ""
    assert kept("closing", "Terima kasih.") == "Terima kasih."


@pytest.mark.parametrize("part", ORIGINALS)
def test_usual_words_hold_only_what_is_known(part):
    assert problems_of(ORIGINALS[part]) == []


@pytest.mark.parametrize("text", ["Yth. {nama}", "{kursi", "{}"])
def test_word_that_nobody_knows_is_refused(text):
    assert problems_of(text)


def test_letter_without_row_has_the_usual_words():
    letter = invitation_letters.letter_of(AngkatanFactory())

    assert letter.pk is None
    assert invitation_letters.text_of(letter, "urgency") == "Segera"
