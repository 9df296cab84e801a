"""Many from one place: seen together above the list, let in or refused at once or one by one."""

import re

import pytest
from django.urls import reverse

from pelatihan.admin import held_back
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration
from tests.factories import AngkatanFactory, InvitationFactory, a_registration

LIST = reverse("admin:pelatihan_registration_changelist")
AT_ONCE = reverse("admin:pelatihan_registration_held_back")
HERE, THERE = "a" * 32, "b" * 32
pytestmark = pytest.mark.django_db


@pytest.fixture
def batch():
    return AngkatanFactory(seats_per_ormas=10)


def crowd(batch, names="Adi Budi Citra", network=HERE) -> list[Registration]:
    ormas = (batch.invitations.first() or InvitationFactory(angkatan=batch)).ormas
    people = [a_registration(batch, Status.SUBMITTED, ormas=ormas, name=name) for name in names.split()]
    held = Registration.objects.filter(pk__in=[one.pk for one in people])
    held.update(is_held_back=True, network=network)
    return list(held.order_by("pk"))


def html(client, batch, **query) -> str:
    return " ".join(client.get(LIST, {"angkatan": batch.slug} | query).content.decode().split())


def at_once(client, people, deed, **more):
    sent = {"angkatan": people[0].angkatan.slug, "network": people[0].network, "newest": people[-1].pk, "deed": deed}
    return client.post(AT_ONCE, sent | more, follow=True)


def standing(*people) -> list[tuple[str, bool]]:
    return [Registration.objects.values_list("status", "is_held_back").get(pk=one.pk) for one in people]


def told(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# ---- Seeing --------------------------------------------------------------------------------------


def test_places_stand_above_the_list_with_their_count(verifier, batch):
    crowd(batch)
    crowd(batch, "Dewi", THERE)
    a_registration(batch, Status.SUBMITTED, ormas=batch.invitations.get().ormas)
    Registration.objects.filter(name__startswith="Siti").update(network=THERE)

    page = html(verifier, batch)

    assert "Perlu dilihat: banyak dari satu tempat" in page
    assert (
        'Tempat 1</span> <span class="list-note">3 pendaftaran sejak Rabu, 20 Februari 2019 pukul 12.00 WIB</' in page
    )
    assert "pukul 12.00 WIB; 1 lain dari tempat ini tidak ditahan</" in page


def test_batch_without_a_crowd_shows_no_panel(verifier, batch):
    crowd(AngkatanFactory())
    a_registration(batch)

    assert "Tempat 1" not in html(verifier, batch)


def test_filter_lists_one_place_after_the_other(verifier, batch):
    crowd(batch, "Adi", THERE)
    crowd(batch, "Budi", HERE)
    crowd(batch, "Citra", THERE)
    a_registration(batch, name="Dewi")

    rows = verifier.get(LIST, {"angkatan": batch.slug, "dilihat": "ya"}).context["cl"].result_list

    assert [row.name for row in rows] == ["Budi", "Adi", "Citra"]
    assert "perlu dilihat" in html(verifier, batch, dilihat="ya")


@pytest.mark.parametrize("sizes", [("Adi",), ("Adi Budi Citra", "Dewi Eka")])
def test_panel_costs_one_query(verifier, batch, django_assert_num_queries, sizes):
    for network, names in zip((HERE, THERE), sizes, strict=False):
        crowd(batch, names, network)

    with django_assert_num_queries(1):
        held_back.places(batch)


# ---- Letting in ----------------------------------------------------------------------------------


def test_all_of_one_place_are_let_in_by_one_act(verifier, batch):
    here, there = crowd(batch, "Adi Budi Citra Dewi Eka"), crowd(batch, "Fajar", THERE)
    Angkatan.objects.update(capacity=4)

    answer = at_once(verifier, here, "release")

    assert standing(*here, *there) == [("submitted", False)] * 4 + [("waitlisted", False), ("submitted", True)]
    assert told(answer) == [
        "Diloloskan dan mendapat kursi: Adi; Budi; Citra; Dewi.",
        "Diloloskan ke daftar cadangan, kursi sudah terisi: Eka (nomor 1).",
    ]


def test_who_came_after_the_page_was_shown_is_not_meant(verifier, batch):
    seen = crowd(batch)
    late = crowd(batch, "Dewi")

    at_once(verifier, seen, "release")

    assert standing(*late) == [("submitted", True)]


def test_ticked_ones_are_let_in_one_by_one(verifier, batch):
    adi, budi, citra = crowd(batch)

    sent = {"action": "release_ticked", "index": 0, "_selected_action": [budi.pk]}
    answer = verifier.post(f"{LIST}?angkatan={batch.slug}&dilihat=ya", sent, follow=True)

    assert standing(adi, budi, citra) == [("submitted", True), ("submitted", False), ("submitted", True)]
    assert told(answer) == ["Diloloskan dan mendapat kursi: Budi."]


def test_button_of_the_list_lets_in(verifier, batch):
    adi, *_ = crowd(batch)
    page = verifier.get(LIST, {"angkatan": batch.slug, "dilihat": "ya"})
    actions = re.findall('name="action" value="(.*?)"', page.content.decode())

    sent = {"action": actions, "index": actions.index("release_ticked"), "_selected_action": [adi.pk]}
    verifier.post(f"{LIST}?angkatan={batch.slug}", sent)

    assert standing(adi) == [("submitted", False)]


def test_page_of_one_lets_in(verifier, batch):
    adi, budi, _ = crowd(batch)
    page = verifier.get(reverse("admin:pelatihan_registration_change", args=[adi.pk])).content.decode()
    address = reverse("admin:pelatihan_registration_release", args=[adi.pk])

    assert address in page
    verifier.get(address)
    assert standing(adi) == [("submitted", True)]
    verifier.post(address)
    assert standing(adi, budi) == [("submitted", False), ("submitted", True)]


def test_letting_in_again_says_so(verifier, batch):
    adi, *_ = crowd(batch)
    address = reverse("admin:pelatihan_registration_release", args=[adi.pk])
    verifier.post(address)

    assert told(verifier.post(address, follow=True))[-1].startswith("Tidak ada yang perlu diloloskan")


def test_batch_that_is_over_says_why(verifier, batch):
    people = crowd(batch)
    type(batch).objects.update(closed_at="2019-03-20T00:00Z")

    assert "sudah ditutup" in told(at_once(verifier, people, "release"))[0]
    assert standing(*people) == [("submitted", True)] * 3


# ---- Refusing ------------------------------------------------------------------------------------


def test_refusing_all_asks_for_one_reason(verifier, batch):
    people = crowd(batch)

    asked = " ".join(at_once(verifier, people, "reject").content.decode().split())
    empty = " ".join(at_once(verifier, people, "reject", reason=" ").content.decode().split())

    assert "Tolak: 3 pendaftaran dari satu tempat" in asked
    assert ("Tulis alasan untuk" in asked, "Tulis alasan untuk" in empty) == (False, True)
    assert standing(*people) == [("submitted", True)] * 3


def test_all_of_one_place_are_refused_by_one_act(verifier, batch):
    here, there = crowd(batch), crowd(batch, "Dewi", THERE)

    answer = at_once(verifier, here, "reject", reason="Rekaan")

    assert standing(*here, *there) == [("rejected", False)] * 3 + [("submitted", True)]
    assert told(answer) == ["Ditolak: Adi; Budi; Citra."]
    assert [one.history.last().reason for one in here] == ["Rekaan"] * 3


# ---- Who may, and odd values ---------------------------------------------------------------------


@pytest.mark.parametrize("role", ["pemantau", "panitia", "petugas"])
def test_only_who_decides_may(as_role, batch, role):
    people = crowd(batch)
    client = as_role(role)

    answers = [
        at_once(client, people, "release"),
        at_once(client, people, "reject", reason="Rekaan"),
        client.post(reverse("admin:pelatihan_registration_release", args=[people[0].pk])),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert standing(*people) == [("submitted", True)] * 3


def test_observer_sees_no_buttons(as_role, batch):
    people = crowd(batch)
    client = as_role("pemantau")
    one = client.get(reverse("admin:pelatihan_registration_change", args=[people[0].pk])).content.decode()

    assert "Tempat 1" in html(client, batch)
    assert AT_ONCE not in html(client, batch)
    assert "Loloskan" not in one


@pytest.mark.parametrize(
    "odd",
    [
        {"network": "x"}, {"network": ""}, {"newest": "²"}, {"newest": "9" * 40}, {"newest": "-1"}, {"deed": "drop"},
        {"angkatan": "none"}, {"angkatan": "\0"}, {"network": "a\0" * 16}, {"deed": "reject", "reason": "x" * 501},
    ],
)  # fmt: skip
def test_odd_values_change_nothing(verifier, batch, odd):
    people = crowd(batch)

    assert at_once(verifier, people, **({"deed": "release"} | odd)).status_code == 200
    assert standing(*people) == [("submitted", True)] * 3


def test_missing_registration_is_not_found(verifier):
    assert verifier.post(reverse("admin:pelatihan_registration_release", args=[10**6])).status_code == 404
