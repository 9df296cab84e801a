"""Two rows of one organisation made one, and two again."""

import uuid
from datetime import timedelta

import pytest

from ormas.models import Delegate, LegalDocument, Ormas
from ormas.recognising import recognise
from pelatihan.batches.inviting import invite
from pelatihan.lifecycle import Status
from pelatihan.merging import organisations
from pelatihan.merging.organisations import Choice
from pelatihan.merging.people import Unmerged
from pelatihan.models import Angkatan, Correction, Invitation, Merge, Registration
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    LegalDocumentFactory,
    OrmasFactory,
    a_registration,
    a_request,
    clerk,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=3)


def merged(kept: Ormas, gone: Ormas, *, stays=None, key=None, disputed=False, **values) -> Merge:
    kept, gone = (Ormas.with_merged.get(pk=one.pk) for one in (kept, gone))
    twice = organisations.invited_twice(kept, gone)
    chosen = stays if stays is not None else {one.angkatan.pk: one.likely.pk for one in twice}
    choice = Choice(values, chosen, disputed)
    seen = organisations.print_of(kept, gone, twice)
    return organisations.merge(kept, gone, choice, key=key or uuid.uuid4(), seen=seen, actor=clerk(), at=LATER)


def undone(merge: Merge) -> list[str]:
    return organisations.undo(merge, actor=clerk(), at=LATER)


def world():
    managers = (
        Ormas.with_merged,
        Delegate.objects,
        Registration.objects,
        Invitation.with_merged,
        LegalDocument.objects,
    )
    return [list(manager.order_by("pk").values()) for manager in managers]


@pytest.fixture
def two() -> tuple[Ormas, Ormas]:
    """Two rows of one, each with a paper and people in a batch of its own."""
    a, b = OrmasFactory(name="Forum Contoh", city=""), OrmasFactory(name="Forum Contoh Jakarta", abbreviation="")
    for one in (a, b):
        LegalDocumentFactory(ormas=one)
        a_registration(AngkatanFactory(), ormas=one)
    return a, b


def test_everything_is_of_one_and_nothing_is_deleted(two):
    kept, gone = two
    request = a_request(AngkatanFactory())
    answered = {"ormas": gone, "state": "invited", "decided_at": NOON, "decided_by": clerk().user}
    type(request).objects.update(**answered, invitation=InvitationFactory(ormas=gone, angkatan=request.angkatan))
    merged(kept, gone)

    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (gone.merged_into, gone.name) == (kept, "Forum Contoh Jakarta")
    assert (kept.name, kept.city, kept.abbreviation) == ("Forum Contoh", "Jakarta Pusat", kept.abbreviation)
    for model in (Delegate, Registration, Invitation, LegalDocument):
        assert {one.ormas for one in model.objects.all()} == {kept}
    request.refresh_from_db()
    assert request.ormas == kept


def test_merged_row_is_found_nowhere(two):
    kept, gone = two
    merged(kept, gone)

    assert list(Ormas.objects.all()) == [kept]
    assert list(Ormas.objects.found_by("forum contoh")) == [kept]
    assert not Ormas.objects.found_by("forum contoh jakarta")
    [line] = recognise(["Forum Contoh Jakarta"])
    assert line.ormas in {None, kept}
    assert gone not in line.offered
    assert Ormas.objects.cities() == ["Jakarta Pusat"]


def test_history_of_registrations_tells_it(two):
    kept, gone = two
    merge = merged(kept, gone)
    undone(merge)
    assert list(Correction.objects.values_list("field", "old", "new")) == [
        ("ormas", "Forum Contoh Jakarta", "Forum Contoh"),
        ("ormas", "Forum Contoh", "Forum Contoh Jakarta"),
    ]


def test_two_of_one_name_tell_it_too():
    kept, gone = OrmasFactory(name="Forum Contoh"), OrmasFactory(name="Forum Contoh")
    a_registration(AngkatanFactory(), ormas=gone)
    merged(kept, gone)
    assert Correction.objects.get().new == "Forum Contoh (data ormas digabung)"


def test_undo_leaves_all_as_it_was(two):
    before = world()
    merge = merged(*two, name="b")
    assert two[0].pk == merge.kept_ormas_id
    assert undone(merge) == []
    assert undone(merge) == []
    assert world() == before


def test_same_key_is_the_same_merge(two):
    key = uuid.uuid4()
    assert merged(*two, key=key) == merged(*two, key=key)


def test_not_with_itself(two):
    with pytest.raises(Unmerged, match="satu data ormas yang sama"):
        merged(two[0], two[0])


def test_two_clerks_both_ways_and_a_third_time(two):
    merged(*two)
    before = world()
    for attempt in ((two[1], two[0]), (OrmasFactory(), two[1])):
        with pytest.raises(Unmerged, match="Forum Contoh Jakarta sudah digabung ke Forum Contoh"):
            merged(*attempt)
    assert world()[1:] == before[1:]


def test_row_that_changed_meanwhile(two):
    kept, gone = two
    seen = organisations.print_of(kept, gone, [])
    Ormas.objects.filter(pk=gone.pk).update(city="Jakarta Timur")
    with pytest.raises(Unmerged, match="data atau undangan salah satunya berubah"):
        organisations.merge(kept, gone, Choice({}, {}), key=uuid.uuid4(), seen=seen, actor=clerk(), at=LATER)


def test_row_that_is_gone(two):
    with pytest.raises(Unmerged, match="sudah dihapus"):
        organisations.merge(two[0], Ormas(pk=0), Choice({}, {}), key=uuid.uuid4(), seen="", actor=clerk(), at=LATER)


@pytest.mark.parametrize("which", [0, 1])
def test_rivals_are_merged_with_a_tick_of_its_own_alone(two, which):
    Ormas.objects.filter(pk=two[which].pk).update(verification="disputed")
    with pytest.raises(Unmerged, match="mungkin dua kepengurusan"):
        merged(*two)
    merged(*two, disputed=True)
    assert Ormas.objects.get().is_disputed


@pytest.mark.parametrize(
    ("field", "a", "b", "likely"),
    [
        ("name", "A", "B", "a"), ("city", "", "B", "b"), ("city", "A", "", "a"),
        ("legal_form", "unknown", "foundation", "b"), ("contact_phone", "1", "2", "b"),
        ("verification", "verified", "disputed", "b"), ("board_term_until", None, None, "a"),
        ("verification", "verified", "unverified", "a"), ("verification", "unverified", "verified", "b"),
    ],
)  # fmt: skip
def test_value_that_is_chosen_beforehand(field, a, b, likely):
    assert organisations.likely_value(field, a, b) == likely


# ---- Both invited ----------------------------------------------------------------------------------


@pytest.fixture
def batch(two) -> Angkatan:
    """Both are invited, two seats each, one person each."""
    batch = AngkatanFactory(seats_per_ormas=2)
    for one in two:
        a_registration(batch, ormas=one)
    return batch


@pytest.mark.parametrize("which", [0, 1], ids=["of the kept", "of the other"])
def test_one_invitation_stays_and_the_people_of_both_are_its(two, batch, which):
    stays = batch.invitations.get(ormas=two[which])
    before = world()
    merge = merged(*two, stays={batch.pk: stays.pk})

    assert list(batch.invitations.all()) == [stays]
    assert {(one.ormas_id, one.invitation_id) for one in batch.registrations.all()} == {(two[0].pk, stays.pk)}
    assert invite(batch, [two[0]]) == 0
    assert undone(merge) == []
    assert world() == before


def test_invitation_must_be_chosen(two, batch):
    with pytest.raises(Unmerged, match=f"Pilih dahulu undangan mana yang tetap di {batch.name}"):
        merged(*two, stays={})


def test_nobody_loses_a_seat(two, batch):
    a_registration(batch, ormas=two[1])
    before = world()
    with pytest.raises(Unmerged, match=f"Di {batch.name} keduanya memegang 3 kursi, sedangkan .* mempunyai 2"):
        merged(*two)
    assert world() == before

    batch.invitations.filter(ormas=two[1]).update(own_seats=3)
    merged(*two, stays={batch.pk: batch.invitations.get(ormas=two[1]).pk})
    assert batch.registrations.holding_seat().count() == 3


def test_seats_of_a_batch_that_is_over_stop_nobody(two, batch):
    a_registration(batch, ormas=two[1])
    Angkatan.objects.filter(pk=batch.pk).update(closed_at=NOON)
    merged(*two)
    assert batch.registrations.filter(ormas=two[0]).count() == 3


def test_people_waiting_for_a_seat_of_their_ormas_get_it_when_it_is_two_again(two, batch):
    merge = merged(*two)
    late = a_registration(batch, Status.SUBMITTED, ormas=two[0], at=LATER)
    assert late.status == Status.WAITLISTED
    told = undone(merge)
    late.refresh_from_db()
    assert late.status == Status.SUBMITTED
    assert told == []


def test_link_in_somebody_s_hands_is_chosen_beforehand(two, batch):
    opened = batch.invitations.get(ormas=two[1])
    Invitation.objects.filter(pk=opened.pk).update(opened_at=NOON, last_opened_at=NOON)
    [twice] = organisations.invited_twice(*two)
    assert twice.likely == opened


def test_letter_that_was_received_goes_along(two, batch):
    user = clerk().user
    batch.invitations.filter(ormas=two[1]).update(letter_received_at=NOON, letter_received_by=user)
    before = world()
    merge = merged(*two)
    assert batch.invitations.get().letter_received_by == user
    undone(merge)
    assert world() == before


# ---- Undone after something changed -----------------------------------------------------------------


def test_what_was_changed_since_stays_and_is_told(two):
    merge = merged(*two)
    Ormas.objects.filter(pk=two[0].pk).update(city="Jakarta Utara")
    a_registration(AngkatanFactory(), ormas=two[0], at=LATER + timedelta(hours=1))
    assert undone(merge) == [
        "Kota/kabupaten sudah diubah lagi setelah digabung, jadi tetap seperti sekarang.",
        "1 pendaftaran yang dibuat setelah digabung tetap pada ormas yang tetap.",
    ]
    assert Ormas.objects.get(pk=two[0].pk).city == "Jakarta Utara"


def test_registration_that_moved_since_stays_there(two):
    merge = merged(*two)
    other = OrmasFactory()
    InvitationFactory(ormas=other)
    moved = Registration.objects.order_by("pk").last()
    Registration.objects.filter(pk=moved.pk).update(ormas=other)
    assert undone(merge) == [f"Pendaftaran {moved.name} sudah pindah ormas oleh pembetulan, jadi tidak kembali."]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_three_one_after_another_undone_in_any_order(two, batch, order):
    third = OrmasFactory()
    a_registration(AngkatanFactory(), ormas=third)
    before = world()
    merges = [merged(two[1], two[0]), merged(third, two[1])]
    assert list(Ormas.objects.all()) == [third]
    for number in order:
        assert undone(merges[number]) == []
    assert world() == before
