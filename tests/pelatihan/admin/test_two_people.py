"""Two people with the same page open: nobody takes back what the other saved, and nothing typed is lost."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from pelatihan.models import Angkatan, AngkatanSignatory, Office, Session
from pelatihan.web.seen import NOTHING_CHANGED, ROW_GONE
from tests.factories import (
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    SessionFactory,
    SignatoryFactory,
    UserFactory,
)
from tests.pelatihan.admin.people import Page

pytestmark = pytest.mark.django_db


def address(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def two(as_role):
    """Opens the same page for two people."""

    def opened(row, having, role="panitia") -> tuple[Page, Page]:
        rina, budi = as_role(role), as_role(role)
        return Page(rina, address(row), having), Page(budi, address(row), having)

    return opened


def a_batch() -> Angkatan:
    batch = AngkatanFactory(intro="Bawa KTP.\nPakai batik.", opens_at=timezone.now(), closes_at=None)
    SessionFactory(angkatan=batch, hour=8, title="Pembukaan", room="Aula")
    SessionFactory(angkatan=batch, hour=10, title="Hoaks", room="Aula")
    return batch


# ---- Fields --------------------------------------------------------------------------------------


def test_different_fields_do_not_conflict(two):
    batch = a_batch()
    rina, budi = two(batch, "theme")

    assert rina.send(theme="Tema dari Rina").status_code == 302
    assert budi.send(venue="Tempat dari Budi", late_minutes="30").status_code == 302

    batch.refresh_from_db()
    assert (batch.theme, batch.venue, batch.late_minutes) == ("Tema dari Rina", "Tempat dari Budi", 30)


def test_the_same_field_is_asked_about_and_both_values_are_shown(two):
    batch = a_batch()
    rina, budi = two(batch, "theme")
    rina.send(theme="Tema dari Rina", town="Depok")

    budi.send(theme="Tema dari Budi", venue="Tempat dari Budi")

    batch.refresh_from_db()
    assert (batch.theme, batch.venue) == ("Tema dari Rina", "Hotel Contoh, Bogor")
    assert "Ada isian yang baru saja diubah orang lain" in budi.html
    assert "Tema dari Rina" in budi.html
    assert [budi.fields[name] for name in ("theme", "venue", "town")] == ["Tema dari Budi", "Tempat dari Budi", "Depok"]


@pytest.mark.parametrize(("choice", "theme"), [("mine", "Tema dari Budi"), ("saved", "Tema dari Rina")])
def test_the_person_chooses_between_both(two, choice, theme):
    batch = a_batch()
    rina, budi = two(batch, "theme")
    rina.send(theme="Tema dari Rina")
    budi.send(theme="Tema dari Budi", venue="Tempat dari Budi")
    assert budi.fields["keep-theme"] == "mine"

    assert budi.send(**{"keep-theme": choice}).status_code == 302

    batch.refresh_from_db()
    assert (batch.theme, batch.venue) == (theme, "Tempat dari Budi")


def test_a_third_value_while_one_chooses_is_asked_about_again(two):
    batch = a_batch()
    rina, budi = two(batch, "theme")
    rina.send(theme="Tema dari Rina")
    budi.send(theme="Tema dari Budi")
    Angkatan.objects.filter(pk=batch.pk).update(theme="Tema ketiga")

    for choice in ("mine", "saved"):
        Angkatan.objects.filter(pk=batch.pk).update(theme=f"Tema ketiga {choice}")
        assert f"Tema ketiga {choice}" in budi.send(**{"keep-theme": choice}).content.decode()


def test_two_who_write_the_same_agree(two):
    batch = a_batch()
    rina, budi = two(batch, "theme")
    rina.send(theme="Tema baru")

    assert budi.send(theme=" Tema baru ", venue="Tempat dari Budi").status_code == 302


def test_another_fault_does_not_hide_what_two_wrote(two):
    batch = a_batch()
    rina, budi = two(batch, "theme")
    rina.send(theme="Tema dari Rina")

    budi.send(theme="")
    budi.send(theme="Tema dari Budi")

    batch.refresh_from_db()
    assert batch.theme == "Tema dari Rina"
    assert "Ada isian yang baru saja diubah orang lain" in budi.html


def test_moments_lists_and_ticks_are_compared_as_well(two):
    batch = a_batch()
    rina, budi = two(batch, "theme")
    rina.send(published=None, opens_at_0="2019-02-01", opens_at_1="07.30")

    budi.send(published="on", opens_at_0="2019-02-03", opens_at_1="07.00")

    shown = unescape(budi.html)
    assert "Jumat, 1 Februari 2019 pukul 07.30" in shown
    assert "Minggu, 3 Februari 2019 pukul 07.00" in shown
    batch.refresh_from_db()
    assert not batch.published


def test_page_without_what_was_seen_is_taken_as_typed(as_role):
    batch = a_batch()
    page = Page(as_role("panitia"), address(batch), "theme")
    page.fields.pop("as-seen")

    assert page.send(theme="Tema baru").status_code == 302


# ---- Nothing -------------------------------------------------------------------------------------


def test_saving_nothing_says_nothing(two):
    batch = a_batch()
    Session.objects.update(closed_at=timezone.now())
    rina, _budi = two(batch, "theme")
    rows = Angkatan.objects.values().get(), *Session.objects.values()

    assert rina.send().status_code == 302

    assert (Angkatan.objects.values().get(), *Session.objects.values()) == rows
    assert not LogEntry.objects.exists()
    assert rina.told() == NOTHING_CHANGED


def test_another_spelling_of_a_number_is_no_change(two):
    ormas = OrmasFactory(contact_phone="+6281234567890")
    rina, _budi = two(ormas, "contact_phone", role="verifikator")

    rina.send(contact_phone="62 812 3456 7890", _save=None, _continue="1")

    assert rina.told() == NOTHING_CHANGED


# ---- Rows ----------------------------------------------------------------------------------------


def test_rows_are_saved_by_field(two):
    batch = a_batch()
    rina, budi = two(batch, "theme")

    rina.send(**{"sessions-0-room": "Ruang Rina", "sessions-1-title": "Hoaks dan Rina"})
    assert budi.send(**{"sessions-0-title": "Pembukaan Budi", "sessions-0-begins": "08.10"}).status_code == 302

    first, second = Session.objects.in_time_order()
    assert (first.room, first.title, first.times) == ("Ruang Rina", "Pembukaan Budi", "08.10–09.30")
    assert second.title == "Hoaks dan Rina"


def test_rows_that_two_wrote_are_asked_about_by_name(two):
    batch = a_batch()
    rina, budi = two(batch, "theme")
    rina.send(**{"sessions-1-begins": "10.05"})

    budi.send(**{"sessions-1-begins": "10.15"})
    assert "Sesi 2, Mulai" in budi.html
    assert budi.fields["sessions-1-begins"] == "10.15"
    budi.send(**{"keep-sessions-1-begins": "saved"})

    assert Session.objects.in_time_order()[1].times == "10.05–11.30"


def test_closing_a_session_meanwhile_stays(two):
    batch = a_batch()
    rina, _budi = two(batch, "theme")
    closed = timezone.now()
    Session.objects.update(closed_at=closed)

    rina.send(**{"sessions-0-room": "Ruang Rina"})

    assert {each.closed_at for each in Session.objects.all()} == {closed}


def test_rows_added_and_deleted_by_another_mix_nothing_up(two):
    batch = a_batch()
    rina, budi = two(batch, "theme")
    rina.send(**{"sessions-0-DELETE": "on"})
    SessionFactory(angkatan=batch, hour=7, title="Doa")

    budi.send(theme="", **{"sessions-1-title": "Hoaks Budi"})
    assert (budi.fields["sessions-0-title"], budi.fields["sessions-1-title"]) == ("Pembukaan", "Hoaks Budi")
    assert budi.send(theme="Tema").status_code == 302

    assert [each.title for each in Session.objects.in_time_order()] == ["Doa", "Hoaks Budi"]


def test_row_that_another_deleted_while_one_edits_says_so(two):
    batch = a_batch()
    rina, budi = two(batch, "theme")
    rina.send(**{"sessions-0-DELETE": "on"})

    assert ROW_GONE in unescape(budi.send(**{"sessions-0-title": "Pembukaan Budi"}).content.decode())
    assert [budi.fields[f"sessions-{number}-title"] for number in range(2)] == ["Pembukaan Budi", "Hoaks"]
    assert budi.send(**{"sessions-0-DELETE": "on"}).status_code == 302

    assert [each.title for each in Session.objects.all()] == ["Hoaks"]


def test_row_that_another_edited_is_not_deleted_at_once(two):
    batch = a_batch()
    rina, budi = two(batch, "theme")
    rina.send(**{"sessions-0-title": "Pembukaan Rina"})

    assert "baru saja diubah orang lain" in budi.send(**{"sessions-0-DELETE": "on"}).content.decode()
    assert Session.objects.count() == 2
    assert budi.send(**{"sessions-0-DELETE": "on"}).status_code == 302

    assert Session.objects.count() == 1


def test_signers_and_invitations_are_rows_too(two):
    batch = a_batch()
    AngkatanSignatory.objects.create(angkatan=batch, signatory=SignatoryFactory(), place=1)
    InvitationFactory(angkatan=batch)
    rina, budi = two(batch, "theme", role="admin")
    rina.send(**{"signers-0-heading": "Mengetahui,", "invitations-0-own_seats": "2"})

    budi.send(**{"signers-0-place": "2", "invitations-0-note": "Dari Budi"})

    signer, invitation = batch.signers.get(), batch.invitations.get()
    assert (signer.heading, signer.place) == ("Mengetahui,", 2)
    assert (invitation.own_seats, invitation.note) == (2, "Dari Budi")


def test_invitation_that_another_deleted_does_not_stop_the_page(two):
    batch = a_batch()
    InvitationFactory.create_batch(2, angkatan=batch)
    rina, budi = two(batch, "theme", role="admin")
    rina.send(**{"invitations-0-DELETE": "on"})

    assert budi.send(theme="Tema dari Budi").status_code == 302
    assert batch.invitations.count() == 1


# ---- Every page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ormas", "office", "signatory"])
def test_other_pages_hold_it_as_well(two, kind):
    makers: dict[str, Any] = {
        "ormas": OrmasFactory,
        "office": lambda: Office.objects.create(pk=1),
        "signatory": SignatoryFactory,
    }
    row = makers[kind]()
    other = "title" if kind == "signatory" else "city"
    rina, budi = two(row, "name", role="admin")
    rina.send(name="Nama dari Rina")

    assert budi.send(**{"name": "Nama dari Budi", other: "Depok"}).status_code == 200
    assert "Nama dari Rina" in budi.html
    budi.send(**{"keep-name": "saved"})

    row.refresh_from_db()
    assert (row.name, getattr(row, other)) == ("Nama dari Rina", "Depok")


def test_ormas_notes_when_it_was_changed(two):
    ormas = OrmasFactory()
    type(ormas).objects.update(updated_at=timezone.now() - timedelta(days=9))
    rina, budi = two(ormas, "city", role="verifikator")
    before = type(ormas).objects.get().updated_at
    rina.send()
    assert type(ormas).objects.get().updated_at == before

    budi.send(city="Depok")

    assert type(ormas).objects.get().updated_at > before


def test_roles_of_an_account_are_compared(two, as_role):
    user = UserFactory(role="petugas")
    rina, budi = two(user, "username", role="admin")
    groups = [str(group.pk) for group in user.groups.all()]
    rina.send(last_name="Kartini", groups=groups)

    budi.send(first_name="Raden", groups=groups)

    user.refresh_from_db()
    assert (user.first_name, user.last_name) == ("Raden", "Kartini")
