"""Lists of organisations and of invitations."""

import uuid
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from ormas.models import Ormas
from pelatihan.exchange import imports
from pelatihan.exchange.imports import NotApplied
from pelatihan.lifecycle import Status
from pelatihan.models import Import, ImportRow, Invitation
from tests.factories import NOON, AngkatanFactory, InvitationFactory, OrmasFactory, a_registration, clerk
from tests.pelatihan.exchange.files import workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db):
    return clerk().user


def ormas_list(user, *rows, head=("Nama resmi", "Singkatan", "Kota", "No HP", "Masa bakti")) -> Import:
    return imports.take("ormas", None, "ormas.xlsx", workbook(head, *rows), key=uuid.uuid4(), author=user, at=NOON)


def invitation_list(batch, user, *rows) -> Import:
    content = workbook(["Nama Ormas", "Kursi", "Catatan"], *rows)
    return imports.take("invitations", batch, "undangan.xlsx", content, key=uuid.uuid4(), author=user, at=NOON)


def applied(one, user, *, sets_aside=False) -> str:
    return imports.apply(one, sets_aside=sets_aside, user=user, at=NOON)


def shown(one, number) -> dict[str, Any]:
    row = ImportRow.objects.get(of=one, number=number)
    return {"verdict": row.verdict, **row.shown}


# ---- Organisations -------------------------------------------------------------------------------


def test_new_and_known_ormas(user):
    known = OrmasFactory(name="Perkumpulan Melati", abbreviation="PM", city="Jakarta Pusat")
    one = ormas_list(
        user,
        ["perkumpulan melati", "PM", "Jakarta Timur", "021-555000", "31/12/2027"],
        ["Yayasan Cahaya", "YC", "Bogor", 81200000002, ""],
    )
    assert shown(one, 2)["changes"] == [
        ["Kota/kabupaten", "Jakarta Pusat", "Jakarta Timur"],
        ["Nomor HP narahubung", "", "021-555000"],
        ["Masa bakti sampai", "", "31 Desember 2027"],
    ]
    assert not Ormas.objects.filter(name="Yayasan Cahaya").exists()

    applied(one, user)

    known.refresh_from_db()
    assert (known.name, known.city, known.updated_at) == ("Perkumpulan Melati", "Jakarta Timur", NOON)
    assert Ormas.objects.get(name="Yayasan Cahaya").contact_phone == "+6281200000002"
    assert {entry.change_message for entry in LogEntry.objects.all()} == {"Dari berkas ormas.xlsx"}


def test_same_ormas_list_again_changes_nothing(user):
    rows = [["Yayasan Cahaya", "YC", "Bogor", "0812-0000-0002", "2027-12-31"], ["Perkumpulan Melati", "", "", "", ""]]
    applied(ormas_list(user, *rows), user)

    again = ormas_list(user, *rows)

    assert again.figures["same"] == 2
    applied(again, user)
    assert Ormas.objects.count() == 2


def test_rivals_of_one_name_are_asked_unless_the_city_tells(user):
    first, second = (OrmasFactory(name="Perkumpulan Melati", abbreviation="", city=city) for city in ("Bogor", "Depok"))

    one = ormas_list(user, ["Perkumpulan Melati", "", "", "", ""], ["Perkumpulan Melati", "PM", "Depok", "", ""])

    assert {each["pk"] for each in shown(one, 2)["alike"]} == {first.pk, second.pk}
    assert shown(one, 3)["verdict"] == "alike"
    assert shown(ormas_list(user, ["Perkumpulan Melati", "", "Depok", "0812-0000-0001", ""]), 2)["target"] == second.pk


def test_name_that_is_like_another_is_asked(user):
    known = OrmasFactory(name="Perkumpulan Melati Bangsa", abbreviation="PMB", city="Bogor")
    one = ormas_list(user, ["Perkumpulan Melatti Bangsa", "", "Depok", "", ""])
    assert shown(one, 2)["alike"] == [
        {"pk": known.pk, "name": "Perkumpulan Melati Bangsa (PMB)", "why": "Namanya mirip. Bogor."}
    ]

    imports.choose(one, {2: "other"})
    applied(one, user)

    assert Ormas.objects.count() == 2


def test_ormas_like_another_may_be_that_one(user):
    known = OrmasFactory(name="Perkumpulan Melati Bangsa", abbreviation="PMB", city="Bogor")
    one = ormas_list(user, ["Perkumpulan Melatti Bangsa", "", "Depok", "", ""])

    imports.choose(one, {2: str(known.pk)})
    applied(one, user)

    known.refresh_from_db()
    assert (known.name, known.city) == ("Perkumpulan Melatti Bangsa", "Depok")


def test_ormas_twice_in_a_list(user):
    one = ormas_list(user, ["Yayasan Cahaya", "", "", "", ""], ["YAYASAN CAHAYA", "", "", "", ""])

    assert shown(one, 3)["problems"] == [["A3", "Ormas ini sudah disebut di baris 2. Hapus salah satu barisnya."]]


def test_ormas_added_meanwhile_is_shown_first(user):
    one = ormas_list(user, ["Yayasan Cahaya", "", "", "", ""])
    OrmasFactory(name="Yayasan Cahaya", abbreviation="")

    assert "datanya berubah" in applied(one, user)
    assert Ormas.objects.count() == 1


def test_merged_cells_are_refused_with_their_address(user):
    content = workbook(["Nama", "Kota"], ["A Satu", "Bogor"], ["B Dua", None], merge=["B2:B3"])
    one = imports.take("ormas", None, "o.xlsx", content, key=uuid.uuid4(), author=user, at=NOON)

    sentence = "Sel B2:B3 digabung. Pisahkan selnya, lalu isi di setiap baris."
    assert [shown(one, number)["problems"] for number in (2, 3)] == [[["B2", sentence]], [["B3", sentence]]]


def test_examples_of_the_template_are_left_out(user):
    one = ormas_list(user, ["Contoh: Perkumpulan Melati", "PM", "", "", ""], ["Yayasan Cahaya", "", "", "", ""])

    assert one.notices == ["1 baris contoh dari templat dilewati."]
    assert one.figures["new"] == 1


# ---- Invitations ---------------------------------------------------------------------------------


@pytest.fixture
def batch(db):
    return AngkatanFactory(capacity=9, seats_per_ormas=1)


def test_ormas_is_invited_with_its_seats(batch, user):
    known, new = OrmasFactory(name="Perkumpulan Melati"), OrmasFactory(name="Yayasan Cahaya")
    InvitationFactory(angkatan=batch, ormas=known, note="lama")
    one = invitation_list(batch, user, ["Perkumpulan Melati", 3, ""], ["Yayasan Cahaya", "", "Kurir"])
    assert shown(one, 2)["changes"] == [["Kursi", "seperti pada angkatan", "3"]]

    applied(one, user)

    assert list(batch.invitations.order_by("pk").values_list("ormas", "own_seats", "note")) == [
        (known.pk, 3, "lama"), (new.pk, None, "Kurir"),
    ]  # fmt: skip
    assert invitation_list(batch, user, ["Perkumpulan Melati", 3, ""]).figures["same"] == 1


def test_more_seats_move_who_waits_up(batch, user):
    ormas = InvitationFactory(angkatan=batch, ormas=OrmasFactory(name="Perkumpulan Melati")).ormas
    a_registration(batch, ormas=ormas)
    waits = a_registration(batch, Status.WAITLISTED, ormas=ormas, name="Budi Santoso")

    applied(invitation_list(batch, user, ["Perkumpulan Melati", 2, ""]), user)

    waits.refresh_from_db()
    assert waits.status == Status.SUBMITTED


def test_ormas_that_nobody_knows_is_an_error(batch, user):
    one = invitation_list(batch, user, ["Entah Siapa", "", ""])

    assert shown(one, 2)["problems"][0][1].startswith("Ormas “Entah Siapa” tidak ada di daftar ormas.")


def test_ormas_nearly_written_is_chosen_and_never_added(batch, user):
    ormas = OrmasFactory(name="Perkumpulan Melati Bangsa")
    one = invitation_list(batch, user, ["Perkumpulan Melatti Bangsa", "", ""])
    imports.choose(one, {2: "other"})
    with pytest.raises(NotApplied):
        applied(one, user)

    imports.choose(one, {2: str(ormas.pk)})
    applied(one, user)

    assert Invitation.objects.get().ormas == ormas


def test_disputed_ormas_is_not_invited_by_a_list(batch, user):
    OrmasFactory(name="Perkumpulan Melati", verification="disputed")

    assert "sengketa" in shown(invitation_list(batch, user, ["Perkumpulan Melati", "", ""]), 2)["problems"][0][1]
