"""Without a script: rows to add, and an organisation to choose out of very many."""

from datetime import date

import pytest
from django.urls import reverse

from ormas.models import Ormas
from pelatihan.models import Invitation, Registration, Session
from tests.factories import AngkatanFactory, OrmasFactory, SessionFactory
from tests.pelatihan.admin.test_angkatan import page, row, sent

pytestmark = pytest.mark.django_db
ADD = reverse("admin:pelatihan_invitation_add")


@pytest.fixture
def committee(as_role):
    return as_role("panitia")


# ---- Rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "prefix"), [("session", "sessions"), ("angkatansignatory", "signers")])
def test_button_saves_and_leads_to_empty_rows(committee, rows, prefix):
    angkatan = AngkatanFactory()

    there = committee.post(page(angkatan), sent(angkatan, theme="Tema baru", _baris=rows))
    shown = committee.get(there.url).content.decode()

    angkatan.refresh_from_db()
    assert angkatan.theme == "Tema baru"
    assert there.url.endswith(f"#{prefix}-group")
    assert f'name="{prefix}-TOTAL_FORMS" value="3"' in shown
    assert f'name="_baris" value="{rows}"' in shown


def test_empty_rows_stay_empty_and_filled_ones_are_kept(committee):
    angkatan = AngkatanFactory()
    untouched = {"kind": "materi", "takes_attendance": "on"}
    rows = [row("8", "9.30", "Pembukaan"), untouched, untouched]

    committee.post(f"{page(angkatan)}?baris=session", sent(angkatan, rows))

    assert [str(session) for session in Session.objects.all()] == ["11 Maret 2019 08.00–09.30: Pembukaan"]


def test_new_batch_gets_its_rows_after_saving(committee):
    data = sent(AngkatanFactory.build(number=7), _baris="session")

    there = committee.post(reverse("admin:pelatihan_angkatan_add"), data)

    assert "baris=session" in there.url
    assert committee.get(there.url).status_code == 200


def test_nothing_that_cannot_be_saved_leads_on(committee):
    session = SessionFactory()
    wrong = sent(session.angkatan, [row("8", "7", id=session.pk)], _baris="session")

    assert committee.post(page(session.angkatan), wrong).status_code == 200


@pytest.mark.parametrize("rows", ["registration", "x", ""])
def test_rows_that_the_page_does_not_have_are_not_added(committee, rows):
    angkatan = AngkatanFactory()

    assert "baris" not in committee.post(page(angkatan), sent(angkatan, _baris=rows)).url
    assert committee.get(f"{page(angkatan)}?baris={rows}").status_code == 200


# ---- Choosing an organisation --------------------------------------------------------------------


@pytest.fixture
def three():
    OrmasFactory(name="Perkumpulan Lain", abbreviation="PL")
    OrmasFactory(name="Pemuda Dua", abbreviation="PD")
    return OrmasFactory(name="Pemuda Satu", abbreviation="PS")


def a_batch_to_come():
    """To one that is over nobody is invited any more."""
    return AngkatanFactory(starts_on=date(2099, 3, 11), year=2099)


def invited(client, typed, ormas=""):
    angkatan = AngkatanFactory(starts_on=date(2099, 3, 11), year=2099)
    return client.post(ADD, {"angkatan": angkatan.pk, "ormas": ormas, "ormas-ketik": typed})


@pytest.mark.parametrize("typed", ["pemuda satu", "ps", "Pemuda Sattu"])
def test_typed_name_that_fits_one_is_that_one(verifier, three, typed):
    invited(verifier, typed)

    assert Invitation.objects.get().ormas == three


def test_typed_name_that_fits_several_offers_them(verifier, three):
    shown = invited(verifier, "pemuda").content.decode()

    assert not Invitation.objects.exists()
    assert "Pilih salah satu ormas yang ditawarkan." in shown
    offered = [name for name in ("Pemuda Satu", "Pemuda Dua", "Perkumpulan Lain") if f"{name} (" in shown]
    assert offered == ["Pemuda Satu", "Pemuda Dua"]
    assert 'value="pemuda"' in shown
    assert '<option value="">Pilih ormas</option>' in " ".join(shown.split()).replace(" selected", "")


def test_one_of_those_offered_is_taken(verifier, three):
    invited(verifier, "pemuda", three.pk)

    assert Invitation.objects.get().ormas == three


def test_what_is_typed_wins_over_an_older_choice(verifier, three):
    invited(verifier, "perkumpulan lain", three.pk)

    assert Invitation.objects.get().ormas.abbreviation == "PL"


@pytest.mark.parametrize("typed", ["entah apa", "?", "x" * 500, "%", "\\", "'"])
def test_typed_name_that_fits_none_is_asked_again(verifier, three, typed):
    answer = invited(verifier, typed)

    assert answer.status_code == 200
    assert not Invitation.objects.exists()


def test_who_telephones_is_recorded_with_a_typed_organisation(verifier, three):
    data = {"angkatan": a_batch_to_come().pk, "ormas": "", "ormas-ketik": "pemuda satu", "name": "Siti Rahmawati"}

    verifier.post(reverse("admin:pelatihan_registration_add"), data)

    assert Registration.objects.get().ormas == three


def test_page_never_lists_every_organisation(verifier):
    Ormas.objects.bulk_create(Ormas(name=f"Perkumpulan {number}") for number in range(60))

    assert invited(verifier, "perkumpulan").content.decode().count("Perkumpulan ") <= 31
