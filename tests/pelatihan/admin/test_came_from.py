"""Back to the list as one had narrowed it: its filters, its search, its page."""

import re
from html import unescape

import pytest
from django.urls import reverse

from pelatihan.lifecycle import Status
from tests.factories import AngkatanFactory, LetterheadFactory, OrmasFactory, SessionFactory, a_registration

pytestmark = pytest.mark.django_db
ORMAS = reverse("admin:ormas_ormas_changelist")
LIST = reverse("admin:pelatihan_registration_changelist")


def links(client, address):
    return [unescape(link) for link in re.findall('href="([^"]+)"', client.get(address).content.decode())]


def page(model, row, name="change"):
    return reverse(f"admin:{model}_{name}", args=[row.pk])


def test_list_is_kept_while_one_looks_at_a_row_its_history_and_its_deletion(as_role):
    ormas, client = OrmasFactory(city="Bogor"), as_role("admin")
    client.get(ORMAS, {"kota": "Bogor", "q": "contoh"})

    for name in ("change", "history", "delete"):
        assert f"{ORMAS}?kota=Bogor&q=contoh" in links(client, page("ormas_ormas", ormas, name)), name


def test_saving_leads_back_to_the_list_as_it_was(verifier):
    ormas = OrmasFactory(city="Bogor")
    (row,) = {link for link in links(verifier, f"{ORMAS}?kota=Bogor") if link.startswith(page("ormas_ormas", ormas))}
    sent = {"name": ormas.name, "kind": "ormas", "legal_form": "unknown", "verification": "verified"}
    rows = {"documents-TOTAL_FORMS": 0, "documents-INITIAL_FORMS": 0}

    assert verifier.post(row, sent | rows).url == f"{ORMAS}?kota=Bogor"


def test_whole_list_is_meant_by_who_saw_none(verifier):
    assert ORMAS in links(verifier, page("ormas_ormas", OrmasFactory()))


def test_decisions_on_the_way_keep_the_list(verifier):
    batch = AngkatanFactory(number=2)
    one, other = a_registration(batch, Status.SUBMITTED), a_registration(batch, Status.SUBMITTED)
    verifier.get(LIST, {"angkatan": batch.slug, "status": "submitted"})

    verifier.post(page("pelatihan_registration", one, "decide"), {"decision": "accept"})

    assert f"{LIST}?angkatan=2019-ii&status=submitted" in links(verifier, page("pelatihan_registration", other))


@pytest.mark.parametrize("asked", [{"angkatan": "2019-iii"}, {}])
def test_person_of_another_batch_leads_to_their_own(verifier, asked):
    AngkatanFactory(number=3)
    person = a_registration(AngkatanFactory(number=2))
    verifier.get(LIST, asked)

    assert f"{LIST}?angkatan=2019-ii" in links(verifier, page("pelatihan_registration", person))


@pytest.mark.parametrize("asked", [{"q": "siti"}, {"angkatan": "semua", "q": "siti"}])
def test_search_in_all_batches_is_kept(verifier, asked):
    person = a_registration(AngkatanFactory(number=2))
    verifier.get(LIST, asked)

    back = f"{LIST}?" + "&".join(f"{name}={value}" for name, value in asked.items())
    assert back in links(verifier, page("pelatihan_registration", person))


def test_lists_of_two_people_and_of_two_tables_do_not_mix(as_role):
    ormas, one, other = OrmasFactory(), as_role("verifikator"), as_role("verifikator")
    one.get(ORMAS, {"q": "satu"})
    one.get(LIST, {"q": "dua"})

    assert f"{ORMAS}?q=satu" in links(one, page("ormas_ormas", ormas))
    assert f"{ORMAS}?q=satu" not in links(other, page("ormas_ormas", ormas))


def test_endless_question_is_not_kept(verifier):
    verifier.get(ORMAS, {"q": "x" * 600})

    assert ORMAS in links(verifier, page("ormas_ormas", OrmasFactory()))
    assert "lists" not in verifier.session


def test_question_that_the_list_does_not_know_is_not_kept(verifier):
    verifier.get(ORMAS, {"phone__startswith": "+62"}, follow=True)

    assert "phone" not in str(dict(verifier.session))


# ---- What may only be read -----------------------------------------------------------------------


def test_what_one_may_only_read_is_said_in_words(as_role):
    batch = AngkatanFactory(letterhead=LetterheadFactory(label="Kop & contoh"), published=True)
    SessionFactory(angkatan=batch)
    seen = as_role("pemantau").get(page("pelatihan_angkatan", batch)).content.decode()

    assert "Kop &amp; contoh" in seen
    assert "/admin/pelatihan/letterhead/" not in seen
    assert re.search(r'Tampil untuk umum</p>\s*<div class="readonly">Ya</div>', seen)
    assert "0812-0000-0011" in seen
    assert "<img" not in seen.split("<main")[-1]


def test_who_may_open_it_gets_a_link(as_role):
    person = a_registration(AngkatanFactory())
    seen = as_role("pemantau").get(page("ormas_delegate", person.delegate)).content.decode()

    assert page("ormas_ormas", person.ormas) in seen
