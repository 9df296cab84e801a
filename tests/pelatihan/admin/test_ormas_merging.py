"""The pages by which two rows of one organisation become one."""

from datetime import date

import pytest
from django.urls import reverse

from ormas.models import Ormas
from pelatihan.models import Invitation, Merge
from tests.factories import AngkatanFactory, OrmasFactory, a_registration
from tests.pelatihan.admin.people import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def both() -> tuple[Ormas, Ormas]:
    a = OrmasFactory(name="Forum Contoh Betawi", contact_phone="+6281200000001", contact_name="Budi")
    b = OrmasFactory(name="Forum Contoh Betawi Jakarta", contact_phone="+6281200000002", city="Jakarta Timur")
    a_registration(AngkatanFactory(), ormas=b)
    return a, b


def address(a: Ormas, b: Ormas) -> str:
    return reverse("admin:ormas_ormas_pair", args=[a.pk, b.pk])


def test_near_rows_are_offered_and_others_searched(verifier, both):
    there = reverse("admin:ormas_ormas_merge", args=[both[0].pk])
    other = OrmasFactory(name="Paguyuban Lain")
    assert there in verifier.get(f"/admin/ormas/ormas/{both[0].pk}/change/").content.decode()
    assert verifier.get(there).context["found"] == [both[1]]
    assert verifier.get(f"{there}?cari=paguyuban").context["found"] == [other]
    assert "Tidak ada ormas lain dengan kata itu" in verifier.get(f"{there}?cari=zzzz").content.decode()


def test_two_are_merged_and_two_again(verifier, both):
    a, b = both
    answer = Page(verifier, address(a, b), "seen").send(**{"isi-city": "b"})
    merge = Merge.objects.get()
    html = verifier.get(answer.url).content.decode()
    assert "1 pendaftaran" in html
    a.refresh_from_db()
    assert (a.city, Ormas.objects.count()) == ("Jakarta Timur", 1)
    assert verifier.get(f"/admin/ormas/ormas/{b.pk}/change/").url == f"/admin/ormas/ormas/{a.pk}/change/"
    assert verifier.get(address(b, a)).url == answer.url

    verifier.post(reverse("admin:ormas_ormas_unmerge", args=[merge.pk]))
    assert "Semuanya kembali" in verifier.get(answer.url).content.decode()
    assert Ormas.objects.count() == 2


def test_both_invited_ask_which_invitation_stays(verifier, both):
    batch = AngkatanFactory(seats_per_ormas=2)
    for one in both:
        a_registration(batch, ormas=one)
    page = Page(verifier, address(*both), "seen")
    stays = Invitation.objects.get(angkatan=batch, ormas=both[1])
    answer = page.send(**{f"tetap-{batch.pk}": str(stays.pk)})
    assert list(batch.invitations.all()) == [stays]
    assert "Tautan undangan yang tidak berlaku lagi" in verifier.get(answer.url).content.decode()


def test_nobody_loses_a_seat(verifier, both):
    batch = AngkatanFactory(seats_per_ormas=1, year=2090, starts_on=date(2090, 1, 2))
    for one in both:
        a_registration(batch, ormas=one)
    page = Page(verifier, address(*both), "seen")
    assert "keduanya memegang 2 kursi" in page.html
    assert "Belum digabung" in page.send().content.decode()
    assert not Merge.objects.exists()


def test_dispute_needs_a_tick(verifier, both):
    Ormas.objects.filter(pk=both[1].pk).update(verification="disputed")
    page = Page(verifier, address(*both), "seen")
    assert "mungkin dua kepengurusan, bukan satu ormas" in page.send().content.decode()
    assert page.send(sengketa="1").status_code == 302


@pytest.mark.parametrize("role", ["panitia", "pemantau"])
def test_who_may_not_merge_reads_why(as_role, both, role):
    for there in (address(*both), reverse("admin:ormas_ormas_merge", args=[both[0].pk])):
        assert as_role(role).get(there).status_code == 403


def test_row_with_itself_or_with_none(verifier, both):
    for other in (both[0].pk, 0, 10**18):
        assert verifier.get(f"/admin/ormas/ormas/{both[0].pk}/gabung/{other}/").status_code == 404


def test_pressed_twice_is_merged_once(verifier, both):
    page = Page(verifier, address(*both), "seen")
    assert page.send().url == page.send().url
