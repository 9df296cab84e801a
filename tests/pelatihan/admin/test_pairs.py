"""The pages of people who may be one: found, compared, merged, parted, and two again."""

import pytest
from django.urls import reverse
from django.utils import timezone

from ormas.models import Delegate
from pelatihan.lifecycle import Action, Status
from pelatihan.merging import pairs
from pelatihan.models import Job, LikelyPair, Merge, Registration
from pelatihan.registration import writer
from tests.factories import AngkatanFactory, OrmasFactory, a_registration, clerk
from tests.pelatihan.admin.people import Page

pytestmark = pytest.mark.django_db
PHONE = "+6281200000024"
LIST = "/admin/ormas/delegate/kembar/"


def two(**batches) -> tuple[Registration, Registration]:
    ormas = OrmasFactory(name="Himpunan Contoh", abbreviation="HC")
    return (
        a_registration(batches.get("first") or AngkatanFactory(), ormas=ormas, phone=PHONE, name="Siti Rahmawati"),
        a_registration(
            batches.get("second") or AngkatanFactory(), Status.SUBMITTED, ormas=ormas, phone=PHONE,
            name="Siti Rohmawati", email="siti@contoh.example",
        ),
    )  # fmt: skip


def address(a: Registration, b: Registration) -> str:
    return reverse("admin:ormas_delegate_pair", args=[a.delegate_id, b.delegate_id])


@pytest.fixture
def both() -> tuple[Registration, Registration]:
    return two()


# ---- The list --------------------------------------------------------------------------------------


def test_pairs_stand_in_the_list_with_their_reasons(verifier, both):
    html = verifier.get(LIST).content.decode()
    for told in ("Siti Rahmawati", "Siti Rohmawati", "Nomor HP sama: 0812-0000-0024", "Kuat", address(*both)):
        assert told in html


def test_list_is_narrowed_by_batch_and_strength(verifier, both):
    ormas, batch = OrmasFactory(), AngkatanFactory()
    a_registration(batch, ormas=ormas, name="Rina Kartika Sari")
    a_registration(AngkatanFactory(), ormas=ormas, name="Rina Kartika Sari")
    asked = {f"?angkatan={batch.slug}": 1, "": 2, "?kekuatan=3": 1, "?kekuatan=2": 1, "?angkatan=x&kekuatan=9&hal=z": 2}
    for question, count in asked.items():
        assert len(verifier.get(LIST + question).context["page"].object_list) == count
    assert "Tidak ada pasangan untuk saringan ini" in verifier.get(f"{LIST}?kekuatan=1").content.decode()


def test_statements_of_the_list_are_fixed(verifier, both, django_assert_max_num_queries):
    verifier.get(LIST)
    with django_assert_max_num_queries(20) as few:
        verifier.get(LIST)
    two()
    verifier.get(LIST)
    with django_assert_max_num_queries(20) as more:
        verifier.get(LIST)
    assert len(few) == len(more)


def test_whoever_waits_is_compared_by_a_worker(verifier, monkeypatch):
    monkeypatch.setattr("pelatihan.admin.pairs.AT_A_LOOK", 1)
    two()
    page = Page(verifier, LIST, "key")
    assert "1 peserta belum dibandingkan" in page.html
    assert page.send().status_code == 302
    job = Job.objects.get()
    assert (job.total, pairs.compare_next(job), pairs.compare_next(job)) == (1, 1, 0)
    assert "belum dibandingkan" not in verifier.get(LIST).content.decode()


@pytest.mark.parametrize("role", ["panitia", "pemantau"])
def test_who_may_not_merge_reads_why(as_role, both, role):
    for there in (LIST, address(*both)):
        answer = as_role(role).get(there)
        assert answer.status_code == 403
        assert "hanya digabung atau dipisahkan lagi oleh verifikator" in answer.content.decode()


# ---- A pair ----------------------------------------------------------------------------------------


def test_two_are_merged_and_two_again(verifier, both):
    a, b = both
    page = Page(verifier, address(a, b), "seen")
    assert "1 dari 1 pasangan" in page.html
    answer = page.send(act="gabung", **{"isi-name": "b"})
    merge = Merge.objects.get()
    assert answer.url == reverse("admin:ormas_delegate_merged", args=[merge.pk])

    after = Page(verifier, answer.url, "csrfmiddlewaretoken")
    assert "1 pendaftaran pindah ke A." in after.html
    assert "siti@contoh.example" in after.html
    kept = Delegate.objects.get(pk=a.delegate_id)
    assert kept.name == "Siti Rohmawati"
    undo = reverse("admin:ormas_delegate_unmerge", args=[merge.pk])
    verifier.post(undo)
    verifier.post(undo)
    html = verifier.get(answer.url).content.decode()
    assert "Semuanya kembali" in html
    b.refresh_from_db()
    assert b.delegate.merged_into is None
    log = verifier.get(reverse("admin:ormas_delegate_history", args=[kept.pk])).content.decode()
    assert log.count("diurungkan") == 1


def test_next_pair_is_offered_after_a_merge(verifier, both):
    ormas = OrmasFactory()
    others = [a_registration(AngkatanFactory(), ormas=ormas, name="Rina Kartika Sari") for _ in range(2)]
    verifier.get(LIST)
    answer = Page(verifier, address(*both), "seen").send(act="gabung")
    html = verifier.get(answer.url).content.decode()
    assert address(*others) in html


def test_foreign_address_is_no_next_pair(verifier, both):
    there = Page(verifier, address(*both), "seen").send(act="gabung").url
    assert "contoh.example/x" not in verifier.get(f"{there}?lalu=https://contoh.example/x").content.decode()


def test_two_who_are_two_are_not_asked_again(verifier, both):
    page = Page(verifier, address(*both), "seen")
    pair = LikelyPair.objects.get()
    assert page.send(act="beda").url == f"{LIST}?beda={pair.pk}"
    assert "Tidak ada pasangan yang perlu dilihat" in verifier.get(LIST).content.decode()
    assert "Dinyatakan dua orang berbeda" in verifier.get(address(*both)).content.decode()

    verifier.post(reverse("admin:ormas_delegate_join_again", args=[pair.pk]))
    assert LikelyPair.objects.open().get() == pair


def test_parting_leads_to_the_next_pair_and_can_be_taken_back_there(verifier, both):
    ormas = OrmasFactory()
    others = [a_registration(AngkatanFactory(), ormas=ormas, name="Rina Kartika Sari") for _ in range(2)]
    verifier.get(LIST)
    answer = Page(verifier, address(*both), "seen").send(act="beda")
    assert answer.url.startswith(address(*others))
    assert "dua orang berbeda" in verifier.get(answer.url).content.decode()


def test_facts_that_changed_meanwhile_part_nobody(verifier, both):
    page = Page(verifier, address(*both), "seen")
    Delegate.objects.filter(pk=both[1].delegate_id).update(name="Siti Rahmawati")
    pairs.compare()
    assert "baru saja berubah" in page.send(act="beda").content.decode()


def test_pair_that_is_none_any_more_parts_nobody(verifier, both):
    page = Page(verifier, address(*both), "seen")
    Delegate.objects.filter(pk=both[1].delegate_id).update(name="Budi Santoso", phone="", ormas=None)
    pairs.compare()
    assert page.send(act="beda").url == LIST


def test_what_was_chosen_stays_when_somebody_withdraws_meanwhile(verifier, both):
    page = Page(verifier, address(*both), "seen")
    writer.move(both[1], Action.CANCEL, actor=clerk(), at=timezone.now(), reason="Berhalangan")
    answer = page.send(act="gabung", **{"isi-name": "b"})
    html = answer.content.decode()
    assert "Belum ada yang digabung" in html
    assert page.fields["isi-name"] == "b"
    assert page.send(act="gabung").status_code == 302


def test_pressed_twice_is_merged_once(verifier, both):
    page = Page(verifier, address(*both), "seen")
    assert page.send(act="gabung").url == page.send(act="gabung").url
    assert Merge.objects.count() == 1


def test_merged_by_another_clerk_meanwhile(verifier, both):
    mine, theirs = (Page(verifier, address(*both), "seen") for _ in range(2))
    theirs.send(act="gabung")
    merge = Merge.objects.get()
    assert mine.send(act="gabung").url.startswith(reverse("admin:ormas_delegate_merged", args=[merge.pk]))
    assert Merge.objects.count() == 1


def test_person_with_itself_or_with_nobody_is_no_pair(verifier, both):
    one = both[0].delegate_id
    for other in (one, 0, 10**18):
        assert verifier.get(f"{LIST}{one}/{other}/").status_code == 404


def test_two_in_one_batch_ask_which_registration_stays(verifier):
    batch = AngkatanFactory()
    a, b = two(first=batch, second=batch)
    page = Page(verifier, address(a, b), "seen")
    assert f"Keduanya terdaftar di {batch.name}: pilih satu yang tetap" in page.html
    assert page.fields[f"tetap-{batch.pk}"] == str(a.pk)
    page.send(act="gabung", **{f"tetap-{batch.pk}": str(b.pk)})
    a.refresh_from_db()
    assert a.status == Status.CANCELLED


def test_two_of_a_closed_batch_read_that_it_has_to_be_opened(verifier):
    batch = AngkatanFactory()
    a, b = two(first=batch, second=batch)
    type(batch).objects.update(closed_at=timezone.now())
    page = Page(verifier, address(a, b), "seen")
    assert "sudah ditutup" in page.html
    assert "Buka lagi dulu" in page.send(act="gabung").content.decode()


def test_two_who_are_no_pair_can_be_compared_all_the_same(verifier):
    a, b = a_registration(AngkatanFactory(), name="Budi"), a_registration(AngkatanFactory(), name="Rina")
    assert "bukan dari daftar pasangan" in verifier.get(address(a, b)).content.decode()


# ---- Where a merged row was ------------------------------------------------------------------------


def test_page_of_a_merged_row_leads_to_the_one_that_stands(verifier, both):
    Page(verifier, address(*both), "seen").send(act="gabung")
    kept, gone = both[0].delegate_id, both[1].delegate_id
    answer = verifier.get(f"/admin/ormas/delegate/{gone}/change/")
    assert answer.url == f"/admin/ormas/delegate/{kept}/change/"
    assert verifier.get(address(*both)).url.startswith("/admin/ormas/delegate/gabungan/")


def test_search_finds_one(verifier, both):
    Page(verifier, address(*both), "seen").send(act="gabung")
    found = verifier.get("/admin/ormas/delegate/?q=siti").context["cl"].result_list
    assert [one.pk for one in found] == [both[0].delegate_id]


def test_history_of_both_registrations_tells_it(verifier):
    batch = AngkatanFactory()
    a, b = two(first=batch, second=batch)
    Page(verifier, address(a, b), "seen").send(act="gabung")
    for one in (a, b):
        html = verifier.get(f"/admin/pelatihan/registration/{one.pk}/change/").content.decode()
        assert "Peserta digabung: Siti Rohmawati ke Siti Rahmawati" in html


def test_own_page_by_the_code_that_gave_way_says_so(client, verifier):
    batch = AngkatanFactory()
    a, b = two(first=batch, second=batch)
    Page(verifier, address(a, b), "seen").send(act="gabung")
    answer = client.get(b.get_absolute_url())
    assert answer.status_code == 200


def test_row_that_was_deleted_since_has_no_page(verifier, both):
    there = Page(verifier, address(*both), "seen").send(act="gabung").url
    Delegate.objects.filter(pk=both[1].delegate_id).delete()
    assert verifier.get(there).status_code == 404
    assert verifier.get(LIST).status_code == 200
