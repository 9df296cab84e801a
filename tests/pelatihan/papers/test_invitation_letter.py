"""Letters of invitation: words, numbers, the code of each organisation's own link, the schedule behind."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pypdfium2
import pytest
import zxingcpp
from django.contrib.auth.models import User
from django.urls import reverse

from pelatihan.batches.invitation_letters import give_numbers
from pelatihan.models import Angkatan, Invitation, InvitationLetter, NumberSeries, Office
from pelatihan.papers import invitation_letter
from pelatihan.papers.choices import Choices, NothingToPrint
from pelatihan.papers.engine import TooLong, render_pdf
from pelatihan.papers.invitation_letter import InvitationLetters, punctuated
from pelatihan.papers.offered import Asked
from pelatihan.registration import links
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    LetterheadFactory,
    OrmasFactory,
    SessionFactory,
    SignatoryFactory,
    UserFactory,
)
from tests.pelatihan.papers.lists import MILLIMETRE, printed, stretches, text_of

pytestmark = pytest.mark.django_db
MORNING = datetime(2019, 2, 18, 2, 0, tzinfo=UTC)
WIDE = "W" * 150


@pytest.fixture
def angkatan() -> Angkatan:
    """Two organisations invited, their letters numbered and signed."""
    batch = AngkatanFactory(
        number=2, letterhead=LetterheadFactory(), letter_due_on=date(2019, 3, 8), bring="Surat tugas\nKTP asli"
    )
    for name in ("'Aisyiyah", "Perkumpulan *Tebal* #1"):
        InvitationFactory(angkatan=batch, ormas=OrmasFactory(name=name))
    for day, hour in ((0, 8), (0, 10), (1, 8)):
        SessionFactory(angkatan=batch, day=day, hour=hour)
    InvitationLetter.objects.create(
        angkatan=batch, series=NumberSeries.objects.create(label="Undangan", code="UND"), dated_on=date(2019, 2, 18),
        copies="Gubernur\nSekretaris Daerah", signer=SignatoryFactory(name="Ir. Yudhistira Permadi, M.M."),
    )  # fmt: skip
    give_numbers(batch, by=UserFactory(), at=NOON)
    return batch


def letters(angkatan: Angkatan, by: User, **choices: object) -> InvitationLetters:
    wish = replace(Choices(), **choices)  # type: ignore[arg-type]
    office = Office(name="Badan Contoh", city="Jakarta")
    asked = Asked(angkatan, [], wish, office, MORNING, by)
    invitation_letter.check(asked)
    return invitation_letter.build(asked)


@pytest.fixture
def full(angkatan) -> InvitationLetters:
    """As somebody prints them who may see the links."""
    return letters(angkatan, UserFactory(role="verifikator"))


def test_letter_says_it_all(full):
    pages = [text_of(page) for page in printed(full)]

    assert len(pages) == 4  # a letter and its schedule, twice
    for words in (
        "Nomor : 001/UND/II/2019", "Lampiran : 1 (satu) lembar", "Sifat : Segera", "Yth. Ketua 'Aisyiyah",
        "Jakarta, 18 Februari 2019", "Badan Contoh akan menyelenggarakan", "menugaskan 3 (tiga) orang utusan",
        "a. utusan didaftarkan melalui tautan dan kode QR di surat ini;", "surat tugas, KTP asli; dan",
        "Ir. Yudhistira Permadi, M.M.", "Tembusan: 1. Gubernur 2. Sekretaris Daerah",
    ):  # fmt: skip
        assert words in pages[0]
    assert "JADWAL KEGIATAN" in pages[1]
    assert "Senin, 11 Maret 2019" in pages[1]
    assert "Perkumpulan *Tebal* #1" in pages[2]
    assert "002/UND/II/2019" in pages[3]


def test_each_code_opens_its_own_invitation(angkatan, full):
    document = pypdfium2.PdfDocument(render_pdf(full.template, full))

    for page, invitation in zip((0, 2), angkatan.invitations.order_by("ormas__name"), strict=True):
        [code] = zxingcpp.read_barcodes(document[page].render(scale=200 / 72).to_pil())
        token = code.text.rstrip("/").rsplit("/", 1)[-1]
        assert links.invitation_by(token) == invitation


def test_link_is_printed_for_those_alone_who_may_see_it(angkatan):
    made = letters(angkatan, UserFactory(role="panitia"))

    assert {letter.link for letter in made.letters} == {""}
    said = " ".join(text_of(page) for page in printed(made))
    assert "/undangan/" not in said
    assert "tautan yang dikirim kepada narahubung ormas Saudara" in said
    document = pypdfium2.PdfDocument(render_pdf(made.template, made))
    assert zxingcpp.read_barcodes(document[0].render(scale=200 / 72).to_pil()) == []


def test_kept_letter_is_opened_again_only_by_who_may_see_links(client, angkatan):
    client.force_login(UserFactory(role="verifikator"))
    assert client.get(reverse("paper", args=[angkatan.slug, "undangan"])).status_code == 200
    kept = angkatan.printings.get()
    file, page = (reverse(name, args=[angkatan.slug, kept.pk]) for name in ("printing_file", "printing"))

    client.force_login(UserFactory(role="panitia"))
    assert client.get(file).status_code == 403
    assert "Tautan undangan hanya dilihat" in client.get(page).content.decode()

    client.force_login(UserFactory(is_superuser=True))
    assert client.get(file).status_code == 200


def test_picture_of_page_one_holds_no_link(full):
    [letter] = full.first_page().letters

    assert (letter.number, letter.link, letter.modules) == ("001/UND/II/2019", "", ())


def test_reprint_has_the_same_number_and_one_can_be_printed_alone(angkatan, full):
    InvitationLetter.objects.update(dated_on=date(2019, 3, 1))
    second = Invitation.objects.get(ormas__name__startswith="Perkumpulan")

    [again] = letters(angkatan, UserFactory(role="verifikator"), subject=second.pk).letters

    assert again == full.letters[1]


def test_letter_before_its_number_has_places_to_write(angkatan):
    late = InvitationFactory(angkatan=angkatan)
    InvitationLetter.objects.update(dated_on=None)

    [letter] = letters(angkatan, UserFactory(role="panitia"), subject=late.pk).letters

    assert (letter.number, letter.date) == ("", "")


def test_what_is_not_known_is_left_out(angkatan):
    Angkatan.objects.update(closes_at=None, letter_due_on=None, bring="", help_phone="")
    angkatan.refresh_from_db()

    letter = letters(angkatan, UserFactory(role="verifikator")).letters[0]

    assert letter.rules == ("utusan didaftarkan melalui tautan dan kode QR di surat ini.",)


def test_nobody_invited_is_nothing_to_print(angkatan):
    with pytest.raises(NothingToPrint, match="belum mengundang"):
        letters(AngkatanFactory(number=3), UserFactory())
    with pytest.raises(NothingToPrint, match="tidak diundang ke angkatan ini"):
        letters(angkatan, UserFactory(), subject=InvitationFactory(angkatan__number=9).pk)


@pytest.mark.parametrize("paper", ["f4", "a4"])
def test_endless_words_stay_within_the_margins(full, paper):
    usual = full.letters[0]
    endless = replace(
        usual, number=WIDE, ormas=WIDE, town=WIDE[:80], opening=WIDE, rules=(WIDE,), link=f"{WIDE}/undangan/{WIDE[:26]}"
    )
    wide = replace(full, paper=paper, letters=(endless,), theme=WIDE, subject=WIDE, town=WIDE[:60], copies=(WIDE,))

    for page in printed(wide):
        right = float(page.mediabox.width) / MILLIMETRE - 18  # kerning makes a justified line shorter than its letters
        assert all(start >= 24.5 and end <= right for words, start, end in stretches(page) if words)


def test_letters_take_a_fixed_number_of_queries(angkatan, django_assert_num_queries):
    clerk = UserFactory(role="verifikator")
    InvitationFactory.create_batch(3, angkatan=angkatan)
    batch = Angkatan.objects.select_related("letterhead").get(pk=angkatan.pk)

    with django_assert_num_queries(5):
        letters(batch, clerk)


def test_too_many_letters_are_refused_before_anybody_is_read(angkatan, monkeypatch):
    monkeypatch.setattr(invitation_letter, "MOST_LETTERS", 1)

    with pytest.raises(TooLong, match="Surat untuk 2 ormas terlalu banyak"):
        letters(angkatan, UserFactory())


@pytest.mark.parametrize(
    ("lines", "printed_so"),
    [
        ([], []),
        (["satu;"], ["satu."]),
        (["satu.", "dua; dan"], ["satu; dan", "dua."]),
        (["satu", "dua", "tiga"], ["satu;", "dua; dan", "tiga."]),
    ],
)
def test_rules_are_one_sentence_whichever_are_left(lines, printed_so):
    assert punctuated(lines) == printed_so
