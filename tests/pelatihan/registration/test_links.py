"""A link opens one invitation of one version; whoever changes a letter of it opens nothing."""

import pytest
from django.conf import settings

from pelatihan.models import Invitation
from pelatihan.registration import links
from tests.factories import InvitationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation() -> Invitation:
    return InvitationFactory()


def token(number: int, version: int = 1) -> str:
    return links.token_of(Invitation(pk=number, token_version=version))


# ---- What opens it -------------------------------------------------------------------------------


def test_token_opens_its_invitation(invitation, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = links.invitation_by(links.token_of(invitation))
        assert (found, found.ormas, found.angkatan) == (invitation, invitation.ormas, invitation.angkatan)


def test_staff_read_the_same_token_again(invitation) -> None:
    assert links.token_of(invitation) == links.token_of(Invitation.objects.get())
    assert links.address_of(invitation) == f"/undangan/{links.token_of(invitation)}/"


@pytest.mark.parametrize("number", [1, 31, 32, 33, 1024, 2**60 - 1])
def test_token_is_its_number_and_105_bits(number: int) -> None:
    text = token(number)
    proof = text[-21:]
    assert links._read(text[:-21]) == number
    assert set(text) <= set("0123456789abcdefghjkmnpqrstvwxyz")
    assert len(proof) * 5 == 105


def test_proof_uses_all_its_signs() -> None:
    """No place of it is always the same sign, so none carries less than its five bits."""
    proofs = [token(number)[-21:] for number in range(1, 400)]
    assert [len(set(signs)) for signs in zip(*proofs, strict=True)] == [32] * 21


@pytest.mark.parametrize(
    "typed",
    [
        str.upper,
        str.title,
        lambda text: text.replace("0", "o").replace("1", "l"),
        lambda text: text.replace("0", "O").replace("1", "I"),
        lambda text: f" {text} \n",
        lambda text: "-".join(text[at : at + 4] for at in range(0, len(text), 4)),
        lambda text: f"{text[:9]} {text[9:]}",
        lambda text: f"{text}.",
        lambda text: f"https://pelatihan.example/undangan/{text}/",
    ],
)
def test_token_survives_being_typed(invitation, typed) -> None:
    assert links.invitation_by(typed(links.token_of(invitation))) == invitation


# ---- What does not -------------------------------------------------------------------------------


def test_each_changed_letter_is_refused(invitation) -> None:
    others = [InvitationFactory(angkatan=invitation.angkatan) for _ in range(3)]
    right = links.token_of(invitation)
    for place, sign in enumerate(right):
        for other in links.ALPHABET.replace(sign, ""):
            assert links.invitation_by(right[:place] + other + right[place + 1 :]) is None
    assert len(others) == 3  # their numbers lie where a letter of the number is changed


def test_swapped_neighbours_are_refused(invitation) -> None:
    right = links.token_of(invitation)
    for place in range(len(right) - 1):
        swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
        assert (links.invitation_by(swapped) is None) == (swapped != right)


def test_cut_and_lengthened_are_refused(invitation) -> None:
    right = links.token_of(invitation)
    for places in range(len(right)):
        assert links.invitation_by(right[:places]) is None
    for place in range(1, len(right)):
        assert links.invitation_by(right[place:]) is None
    for sign in links.ALPHABET:
        assert links.invitation_by(right + sign) is None
        assert links.invitation_by(sign + right) is None  # 0 too: one invitation has one token


def test_proof_of_another_invitation_is_refused(invitation) -> None:
    other = InvitationFactory(angkatan=invitation.angkatan)
    mixed = links.token_of(invitation)[:-21] + links.token_of(other)[-21:]
    assert links.invitation_by(mixed) is None


def test_number_and_version_are_not_mixed_up() -> None:
    """Invitation 1 of version 11 is not invitation 11 of version 1."""
    assert token(1, 11)[-21:] != token(11, 1)[-21:]
    assert token(1, 11)[-21:] != token(1, 1)[-21:]


def test_raised_version_ends_the_link(invitation) -> None:
    old = links.token_of(invitation)
    invitation.token_version += 1
    invitation.save()
    assert links.invitation_by(old) is None
    assert links.invitation_by(links.token_of(invitation)) == invitation


def test_deleted_invitation_is_refused(invitation, django_assert_num_queries) -> None:
    old = links.token_of(invitation)
    invitation.delete()
    with django_assert_num_queries(1):
        assert links.invitation_by(old) is None


def test_version_of_nobody_opens_nothing() -> None:
    """What is compared for an invitation that is not there proves nothing."""
    assert links.invitation_by(token(77, 0)) is None


@pytest.mark.parametrize(
    "hostile",
    [
        *("", " ", "/", "-", "\0", "\n", "<script>", "../../admin/", "0" * 21, "0" * 33, "z" * 33, "z" * 34),
        *("1" * 10_000, "a" * 10_000, "😀" * 30, "ß" * 12, "ı" * 24, "١" * 24, "ⅷ" * 24),
    ],
)
def test_hostile_text_opens_nothing(invitation, hostile: str) -> None:
    assert links.invitation_by(hostile) is None


# ---- Under which key -----------------------------------------------------------------------------


def test_key_of_its_own_outlives_the_secret_key(settings) -> None:
    settings.LINK_KEY, before = "l" * 50, token(1)
    mine = token(1)
    assert mine != before

    settings.SECRET_KEY = "another"
    assert token(1) == mine

    settings.LINK_KEY = "m" * 50
    assert token(1) != mine


def test_without_one_the_secret_key_makes_it(settings) -> None:
    before = token(1)
    settings.SECRET_KEY = "another"
    assert token(1) != before


def test_key_is_used_for_nothing_else(monkeypatch) -> None:
    before = token(1)
    monkeypatch.setattr(links, "SALT", "pelatihan.limits")
    assert token(1) != before
    assert settings.LINK_KEY == ""


# ---- Who else hears of it ------------------------------------------------------------------------


def test_other_sites_never_hear_of_it(client, invitation) -> None:
    """No answer lets a browser tell another site the address it comes from; an error page does not repeat it."""
    page = client.get(links.address_of(invitation)[:-2] + "/")
    assert page["Referrer-Policy"] == "same-origin"
    assert links.token_of(invitation)[:-1] not in page.content.decode()
