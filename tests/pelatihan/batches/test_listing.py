"""Answering an ormas that asked to be invited: known, new or no; once, whoever presses at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from ormas.models import Ormas
from pelatihan.accounts import access
from pelatihan.batches import listing
from pelatihan.messaging.listing import ready_text
from pelatihan.models import Angkatan, Invitation, ListingRequest
from pelatihan.registration import links
from tests.factories import NOON, AngkatanFactory, InvitationFactory, OrmasFactory, UserFactory, a_request

pytestmark = pytest.mark.django_db
LATER = datetime(2019, 2, 20, 6, 0, tzinfo=UTC)
NAME = "Perkumpulan Belum Tercantum"


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory(number=2)


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def asked(batch) -> ListingRequest:
    return a_request(batch, abbreviation="PBT", email="pbt@contoh.id", phone="+6281234567890")


def now(request: ListingRequest) -> ListingRequest:
    return ListingRequest.objects.get(pk=request.pk)


def standing(request: ListingRequest) -> tuple[object, ...]:
    one = now(request)
    return one.state, one.ormas, one.invitation, one.decided_by, one.decided_at, one.answer


WAITS = ("waiting", None, None, None, None, "")


# ---- Known, new, no ------------------------------------------------------------------------------


def test_known_ormas_is_invited(asked, by):
    ormas = OrmasFactory(contact_name="Ani", contact_phone="+6281311112222")

    assert not listing.invite_known(asked, ormas, by=by, at=LATER)

    invitation = Invitation.objects.get()
    assert (invitation.angkatan, invitation.ormas) == (asked.angkatan, ormas)
    assert standing(asked) == ("invited", ormas, invitation, by, LATER, "")
    ormas.refresh_from_db()
    assert (ormas.contact_name, ormas.contact_phone) == ("Ani", "+6281311112222")


def test_ormas_that_was_invited_before_stays_invited_once(asked, by):
    there = InvitationFactory(angkatan=asked.angkatan, own_seats=7)

    assert listing.invite_known(asked, there.ormas, by=by, at=LATER)

    assert Invitation.objects.get() == there
    assert standing(asked) == ("invited", there.ormas, there, by, LATER, "")


def test_new_ormas_is_recorded_unverified_with_its_contact_and_invited(asked, by):
    ormas = listing.record_and_invite(asked, shown=set(), by=by, at=LATER)

    kept = Ormas.objects.values(
        "name", "abbreviation", "city", "contact_name", "contact_phone", "contact_email", "verification"
    ).get()
    assert kept == {
        "name": NAME, "abbreviation": "PBT", "city": "Jakarta Timur", "contact_name": "Budi Santoso",
        "contact_phone": "+6281234567890", "contact_email": "pbt@contoh.id", "verification": "unverified",
    }  # fmt: skip
    assert standing(asked) == ("invited", ormas, Invitation.objects.get(ormas=ormas), by, LATER, "")


def test_no_is_said_with_its_reason(asked, by):
    listing.refuse(asked, "  Kuota wilayah penuh ", by=by, at=LATER)

    assert standing(asked) == ("refused", None, None, by, LATER, "Kuota wilayah penuh")
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("reason", ["", " \n"])
def test_no_without_a_reason_is_not_said(asked, by, reason):
    with pytest.raises(listing.ReasonMissing, match="Tulis alasannya"):
        listing.refuse(asked, reason, by=by, at=LATER)
    assert standing(asked) == WAITS


ACTS: dict[str, Callable[..., object]] = {
    "known": lambda asked, by: listing.invite_known(asked, OrmasFactory(), by=by, at=LATER),
    "new": lambda asked, by: listing.record_and_invite(asked, shown=set(), by=by, at=LATER),
    "no": lambda asked, by: listing.refuse(asked, "Alasan lain", by=by, at=LATER),
}


@pytest.mark.parametrize("second", ACTS)
@pytest.mark.parametrize("first", ACTS)
def test_who_comes_second_reads_who_answered(asked, by, first, second):
    ACTS[first](asked, by)
    before, count = standing(asked), Invitation.objects.count()

    with pytest.raises(listing.Answered) as refusal:
        ACTS[second](asked, UserFactory(first_name="Lain"))

    word = "Dijawab tidak" if first == "no" else "Diundang"
    assert str(refusal.value) == (
        f"Permintaan {NAME} sudah dijawab oleh Rina Kartika, Rabu, 20 Februari 2019 pukul 13.00 WIB: {word}."
    )
    assert (standing(asked), Invitation.objects.count()) == (before, count)


@pytest.mark.parametrize(
    ("changes", "word"),
    [({"closed_at": NOON}, "ditutup"), ({"cancelled_at": NOON, "cancel_reason": "Banjir"}, "dibatalkan")],
)
def test_batch_that_is_over_invites_nobody_but_still_says_no(asked, by, changes, word):
    Angkatan.objects.update(**changes)

    for act in ("known", "new"):
        with pytest.raises(listing.AnswerRefused, match=f"sudah {word}, jadi tidak ada yang diundang lagi"):
            ACTS[act](asked, by)
    assert standing(asked) == WAITS
    assert not Ormas.objects.filter(name=NAME).exists()
    ACTS["no"](asked, by)
    assert now(asked).state == "refused"


def test_disputed_ormas_is_not_invited(asked, by):
    ormas = OrmasFactory(verification=Ormas.Verification.DISPUTED)

    with pytest.raises(listing.AnswerRefused, match="sedang dalam sengketa kepengurusan"):
        listing.invite_known(asked, ormas, by=by, at=LATER)
    assert standing(asked) == WAITS
    assert not Invitation.objects.exists()


# ---- No second ormas of one name -----------------------------------------------------------------


@pytest.mark.parametrize(
    "there", [NAME, "PERKUMPULAN BELUM TERCANTUM", "Perkumpulan Belum-Tercantum", f"DPD {NAME} DKI Jakarta"]
)
def test_new_ormas_of_a_name_that_is_there_is_recorded_only_by_who_has_seen_it(asked, by, there):
    other = OrmasFactory(name=there)

    with pytest.raises(listing.SameName, match="sudah tercatat dengan nama yang sama"):
        listing.record_and_invite(asked, shown={other.pk + 1}, by=by, at=LATER)
    assert standing(asked) == WAITS
    assert Ormas.objects.get() == other

    assert listing.record_and_invite(asked, shown={other.pk}, by=by, at=LATER) != other


def test_all_rivals_of_the_name_must_have_been_seen(asked, by):
    rivals = OrmasFactory.create_batch(9, name=NAME)
    seen = {one.ormas.pk for one in listing.candidates(asked)}

    assert seen == {rival.pk for rival in rivals}
    with pytest.raises(listing.SameName):
        listing.record_and_invite(asked, shown={rival.pk for rival in rivals[:-1]}, by=by, at=LATER)
    listing.record_and_invite(asked, shown=seen, by=by, at=LATER)


def test_name_that_is_only_near_hinders_nobody(asked, by):
    OrmasFactory(name=f"{NAME} Sekali")

    assert listing.record_and_invite(asked, shown=set(), by=by, at=LATER).name == NAME


# ---- Which it may be -----------------------------------------------------------------------------


def test_candidates_are_those_of_the_name_then_those_like_it_and_of_the_phone(asked):
    near = OrmasFactory(name="Perkumpulan Belum Tercamtum")
    of_the_phone = OrmasFactory(name="Zzz", contact_phone="+6281234567890")
    same = OrmasFactory(name=NAME.upper(), abbreviation="")
    OrmasFactory(name="Forum Kerukunan")
    invitation = InvitationFactory(angkatan=asked.angkatan, ormas=near)
    InvitationFactory(ormas=same)  # elsewhere

    found = {one.ormas: (one.same_name, one.same_phone, one.invitation) for one in listing.candidates(asked)}

    assert next(iter(found)) == same
    assert found == {
        same: (True, False, None), near: (False, False, invitation), of_the_phone: (False, True, None),
    }  # fmt: skip


def test_search_finds_others(asked):
    wanted = OrmasFactory(name="Forum Kerukunan")

    assert [one.ormas for one in listing.candidates(asked, "kerukunan")] == [wanted]
    assert listing.candidates(asked, "zzz") == []


def test_request_without_contact_matches_no_ormas_without_one(asked):
    OrmasFactory(name="Zzz", contact_phone="")
    ListingRequest.objects.update(phone="")

    assert listing.candidates(now(asked)) == []
    OrmasFactory(name=NAME, contact_phone="")
    assert [one.same_phone for one in listing.candidates(now(asked))] == [False]


@pytest.mark.parametrize("others", [1, 12])
def test_candidates_cost_a_fixed_number_of_queries(asked, django_assert_max_num_queries, others):
    OrmasFactory.create_batch(others, name=f"{NAME} Sekali")

    with django_assert_max_num_queries(20):
        listing.candidates(asked)


# ---- Opened again, told --------------------------------------------------------------------------


def test_refused_request_waits_again_with_nothing_left_of_the_answer(asked, by):
    listing.refuse(asked, "Penuh", by=by, at=LATER)
    listing.note_told(asked, by=by, at=LATER)

    listing.reopen(asked)

    assert standing(asked) == WAITS
    assert (now(asked).told_at, now(asked).told_by) == (None, None)


@pytest.mark.parametrize("act", [None, "known"])
def test_only_a_refused_one_is_opened_again(asked, by, act):
    if act:
        ACTS[act](asked, by)
    before = standing(asked)

    with pytest.raises(listing.AnswerRefused, match="jadi tidak dibuka lagi"):
        listing.reopen(asked)
    assert standing(asked) == before


def test_request_that_was_made_anew_is_not_opened_again(asked, by):
    listing.refuse(asked, "Penuh", by=by, at=LATER)
    a_request(asked.angkatan, phone=asked.phone)

    with pytest.raises(listing.AnswerRefused, match="sudah meminta lagi dengan nomor HP yang sama"):
        listing.reopen(asked)
    assert now(asked).state == "refused"


def test_told_is_remembered(asked, by):
    ACTS["known"](asked, by)

    told = listing.note_told(asked, by=by, at=LATER)
    assert (told.told_at, told.told_by, now(asked).told_at) == (LATER, by, LATER)


def test_nothing_is_told_before_the_answer_or_to_nobody(asked, by):
    with pytest.raises(listing.AnswerRefused, match="belum dijawab"):
        listing.note_told(asked, by=by, at=LATER)
    ACTS["no"](asked, by)
    ListingRequest.objects.update(phone="")
    with pytest.raises(listing.AnswerRefused, match="sudah dihapus"):
        listing.note_told(asked, by=by, at=LATER)
    assert now(asked).told_at is None


@pytest.mark.parametrize(("noted", "is_own"), [("+6281311112222", False), ("+6281234567890", True), ("", True)])
def test_link_of_an_ormas_goes_to_nobody_but_its_contact_person(asked, by, noted, is_own):
    """Anybody may write that they speak for it."""
    listing.invite_known(asked, OrmasFactory(contact_phone=noted), by=by, at=LATER)

    one = now(asked)

    assert one.invitation
    assert (listing.form_address(one) == links.address_of(one.invitation)) is is_own
    assert is_own or listing.form_address(one) == f"/angkatan/{asked.angkatan.slug}/daftar/"


def test_invited_ormas_reads_where_to_name_its_people(asked, by):
    ACTS["new"](asked, by)
    one = now(asked)

    assert listing.form_address(asked) == f"/angkatan/{asked.angkatan.slug}/daftar/"
    assert one.invitation
    assert listing.form_address(one) == links.address_of(one.invitation)
    assert ready_text(one, "https://x/daftar/", at=NOON) == (
        f"Yth. Bapak/Ibu Budi Santoso,\n\n{NAME} diundang ke Pelatihan Angkatan II 2019,"
        " Senin–Rabu, 11–13 Maret 2019, Hotel Contoh, Bogor.\n\nSilakan daftarkan paling banyak 3 utusan"
        " sebelum Sabtu, 2 Maret 2019 pukul 12.00 WIB:\nhttps://x/daftar/"
    )


def test_seats_are_those_of_the_invitation(asked, by):
    ACTS["new"](asked, by)
    Invitation.objects.update(own_seats=1)
    Angkatan.objects.update(closes_at=None)

    assert "paling banyak 1 utusan:\nhttps" in ready_text(now(asked), "https://x", at=NOON)
    Invitation.objects.all().delete()
    assert "paling banyak 3 utusan:\nhttps" in ready_text(now(asked), "https://x", at=NOON)


def test_who_is_invited_after_closing_is_not_sent_to_a_closed_form(asked, by):
    ACTS["new"](asked, by)
    Angkatan.objects.update(frozen_at=NOON)

    text = ready_text(now(asked), "https://x", at=NOON)
    assert "https" not in text
    assert "Tersedia 3 kursi.\n\nPendaftaran lewat situs sudah ditutup. Balaslah pesan ini" in text


def test_refused_ormas_reads_why(asked, by):
    listing.refuse(asked, "Kuota wilayah penuh.", by=by, at=LATER)

    assert ready_text(now(asked), "https://x", at=NOON) == (
        f"Yth. Bapak/Ibu Budi Santoso,\n\nMohon maaf, {NAME} belum dapat diundang ke Pelatihan Angkatan II 2019."
        "\n\nAlasannya: Kuota wilayah penuh."
    )


# ---- What the database holds ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"state": "refused"}, "request_state_and_answer"),
        ({"state": "other"}, "request_state_and_answer"),
        ({"state": "refused", "decided_at": NOON, "decided_by": 0}, "request_state_and_answer"),
        ({"state": "invited", "decided_at": NOON, "decided_by": 0}, "request_state_and_answer"),
        ({"decided_at": NOON, "decided_by": 0}, "request_state_and_answer"),
        ({"answer": "Penuh"}, "request_state_and_answer"),
        ({"told_at": NOON, "told_by": 0}, "request_state_and_answer"),
        ({"state": "refused", "decided_at": NOON, "decided_by": 0, "answer": "x", "told_at": NOON}, "told_request"),
        ({"name": "x"}, "asking_ormas_is_named"),
        ({"phone": "0812"}, "request_phone_is_mobile"),
    ],
)
def test_database_refuses_half_an_answer(asked, by, changes, rule):
    users = {name: by for name, value in changes.items() if value == 0}

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        ListingRequest.objects.update(**(changes | users))


def test_database_keeps_one_waiting_request_a_name_and_phone(asked):
    again = {"angkatan": asked.angkatan, "name": "perkumpulan  BELUM tercantum", "asked_at": NOON}

    with pytest.raises(IntegrityError, match="one_waiting_request"), transaction.atomic():
        ListingRequest.objects.create(phone=asked.phone, **again)
    for _ in range(2):
        ListingRequest.objects.create(phone="", **again)  # whose contact was deleted


# ---- At the same moment --------------------------------------------------------------------------


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """What each got, all having started at the same moment; an exception is a result like any other."""
    gate = threading.Barrier(len(acts))

    def go(act: Callable[[], object]) -> object:
        try:
            gate.wait()
            return act()
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(go, acts))


@pytest.fixture
def crowd(transactional_db):
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(5))
def test_two_who_send_the_same_are_one_request(crowd, round):
    batch = AngkatanFactory()

    at_once([lambda: a_request(batch, phone="+6281234567890") for _ in range(6)])

    assert ListingRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("acts", [("new", "new"), ("new", "no"), ("known", "new"), ("known", "no"), ("no", "no")])
def test_two_clerks_at_once_give_one_answer(crowd, acts):
    clerks = UserFactory.create_batch(2)
    for number in range(5):
        asked = a_request(AngkatanFactory(), name=f"Forum Bersama {'abcde'[number] * 3}")
        known = OrmasFactory()
        before = Ormas.objects.count()
        do: dict[str, Callable[..., object]] = ACTS | {"known": partial(listing.invite_known, ormas=known, at=LATER)}

        answers = at_once([partial(do[act], asked, by=clerk) for act, clerk in zip(acts, clerks, strict=True)])

        refused = [answer for answer in answers if isinstance(answer, Exception)]
        assert [type(each) for each in refused] == [listing.Answered]
        one = now(asked)
        assert str(refused[0]) == listing.answered_sentence(one)
        assert asked.angkatan.invitations.count() == (one.state == "invited")
        assert Ormas.objects.count() - before == (one.state == "invited" and one.ormas != known)


@pytest.mark.django_db(transaction=True)
def test_two_requests_of_one_ormas_in_two_batches_record_it_once(crowd):
    clerks = UserFactory.create_batch(2)
    for number in range(8):
        name = f"Forum Serentak {'abcdefgh'[number] * 3}"
        pair = [a_request(AngkatanFactory(), name=name) for _ in range(2)]

        answers = at_once([
            partial(listing.record_and_invite, asked, shown=set(), by=clerk, at=LATER)
            for asked, clerk in zip(pair, clerks, strict=True)
        ])  # fmt: skip

        assert Ormas.objects.filter(name=name).count() == 1
        assert sorted(type(answer).__name__ for answer in answers) == ["Ormas", "SameName"]


@pytest.mark.django_db(transaction=True)
def test_invitation_made_elsewhere_at_that_moment_stays_one(crowd):
    clerk = UserFactory()
    for _ in range(8):
        asked, ormas = a_request(AngkatanFactory()), OrmasFactory()

        at_once([
            partial(listing.invite_known, asked, ormas, by=clerk, at=LATER),
            partial(Invitation.objects.create, angkatan=asked.angkatan, ormas=ormas),
        ])  # fmt: skip

        assert now(asked).invitation == Invitation.objects.get(angkatan=asked.angkatan)
