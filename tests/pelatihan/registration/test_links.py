"""A link opens one invitation of one version; whoever changes a letter of it opens nothing."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from pelatihan.accounts import tokens
from pelatihan.models import Invitation
from pelatihan.registration import links
from tests.factories import NOON, InvitationFactory, UserFactory

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
    assert tokens.read(text[:-21]) == number
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
    monkeypatch.setattr(tokens, "SALT", "pelatihan.limits")
    assert token(1) != before
    assert settings.LINK_KEY == ""


# ---- What became of it ---------------------------------------------------------------------------

HOUR = timedelta(hours=1)


def opened(invitation: Invitation, *moments: datetime) -> tuple[datetime | None, datetime | None]:
    for at in moments:
        links.note_opened(Invitation.objects.get(pk=invitation.pk), at)
    invitation.refresh_from_db()
    return invitation.opened_at, invitation.last_opened_at


def test_first_and_last_opening_are_kept(invitation) -> None:
    assert opened(invitation, NOON) == (NOON, NOON)
    assert opened(invitation, NOON + HOUR) == (NOON, NOON + HOUR)
    assert opened(invitation, NOON + 5 * HOUR) == (NOON, NOON + 5 * HOUR)


def test_opening_is_written_once_an_hour(invitation, django_assert_num_queries) -> None:
    assert opened(invitation, NOON, NOON + HOUR - timedelta(seconds=1)) == (NOON, NOON)
    with django_assert_num_queries(0):
        links.note_opened(invitation, NOON + timedelta(minutes=59))
        links.note_opened(invitation, NOON - HOUR)  # a clock that was set back
    with django_assert_num_queries(1):
        links.note_opened(invitation, NOON + HOUR)


def test_stale_page_does_not_write_within_the_hour(invitation) -> None:
    """Two that opened at once, or one that read the row before the other wrote."""
    stale = Invitation.objects.get(pk=invitation.pk)
    links.note_opened(invitation, NOON)
    links.note_opened(stale, NOON + timedelta(seconds=5))
    assert opened(invitation) == (NOON, NOON)


def test_sent_link_names_its_clerk_and_can_be_taken_back(invitation) -> None:
    rina = UserFactory()
    links.note_told(invitation, by=rina, at=NOON)
    invitation.refresh_from_db()
    assert (invitation.told_at, invitation.told_by) == (NOON, rina)

    links.forget_told(invitation)
    invitation.refresh_from_db()
    assert (invitation.told_at, invitation.told_by) == (None, None)


def test_new_link_was_neither_sent_nor_opened(invitation) -> None:
    links.note_told(invitation, by=UserFactory(), at=NOON)
    links.note_opened(invitation, NOON)
    assert links.replace(invitation)

    now = Invitation.objects.get(pk=invitation.pk)
    assert (now.told_at, now.told_by, now.opened_at, now.last_opened_at) == (None, None, None, None)
    assert now.token_version == 2


def test_nothing_is_said_of_the_neighbour(invitation) -> None:
    neighbour = InvitationFactory(angkatan=invitation.angkatan)
    assert links.invitation_by(links.token_of(neighbour)) == neighbour

    links.note_told(neighbour, by=UserFactory(), at=NOON)
    links.note_opened(neighbour, NOON)
    links.forget_told(invitation)
    links.replace(invitation)

    neighbour.refresh_from_db()
    assert (neighbour.told_at, neighbour.opened_at, neighbour.token_version) == (NOON, NOON, 1)
    assert Invitation.objects.get(pk=invitation.pk).told_at is None


def test_replacing_twice_by_a_double_tap_replaces_once(invitation) -> None:
    again = Invitation.objects.get(pk=invitation.pk)
    assert (links.replace(invitation), links.replace(again)) == (True, False)
    assert Invitation.objects.get().token_version == 2


def test_what_comes_late_is_not_said_of_the_new_link(invitation) -> None:
    old = Invitation.objects.get(pk=invitation.pk)
    links.replace(invitation)
    links.note_told(old, by=UserFactory(), at=NOON)
    links.note_opened(old, NOON)
    now = Invitation.objects.get()
    assert (now.told_at, now.opened_at) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_many_that_open_at_once_are_written_once() -> None:
    invitation, start = InvitationFactory(), Barrier(6)

    def opens(second: int) -> None:
        stale = Invitation(pk=invitation.pk, token_version=1)
        start.wait()
        links.note_opened(stale, NOON + timedelta(seconds=second))
        connection.close()

    threads = [Thread(target=opens, args=[second]) for second in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    invitation.refresh_from_db()
    assert invitation.opened_at is not None
    assert invitation.opened_at == invitation.last_opened_at


@pytest.mark.parametrize(
    ("browser", "counts"),
    [
        ("Mozilla/5.0 (Linux; Android 10; RMX2030) AppleWebKit/537.36 Chrome/80.0 Mobile Safari/537.36", True),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1",
            True,
        ),
        ("", True),
        ("WhatsApp/2.23.20.0 A", False),
        ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", False),
        ("TelegramBot (like TwitterBot)", False),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", False),
    ],
)
def test_preview_beside_a_message_has_opened_nothing(rf, browser: str, counts: bool) -> None:
    request = rf.get("/", HTTP_USER_AGENT=browser)
    request.user = AnonymousUser()
    assert links.is_opened_by(request) is counts


def test_staff_who_look_and_forms_have_opened_nothing(rf) -> None:
    for method, user in (("get", UserFactory()), ("head", AnonymousUser()), ("post", AnonymousUser())):
        request = getattr(rf, method)("/")
        request.user = user
        assert not links.is_opened_by(request)


# ---- Who else hears of it ------------------------------------------------------------------------


def test_other_sites_never_hear_of_it(client, invitation) -> None:
    """No answer lets a browser tell another site the address it comes from; an error page does not repeat it."""
    page = client.get(links.address_of(invitation)[:-2] + "/")
    assert page["Referrer-Policy"] == "same-origin"
    assert links.token_of(invitation)[:-1] not in page.content.decode()
