"""The page "Peserta datang langsung": three fields, who might be meant, which organisation; all without a script."""

import re
import uuid

import pytest
import time_machine
from django.urls import reverse

from ormas.models import Ormas
from pelatihan.attendance import sessions
from pelatihan.batches import inviting
from pelatihan.desk import search, walk_in
from pelatihan.models import AttendanceEvent, Registration
from tests.factories import InvitationFactory, OrmasFactory, SessionFactory, a_registration
from tests.pelatihan.door import at

pytestmark = pytest.mark.django_db
NAME = "Budi Santoso"
MOSQUE = "Badan Komunikasi Pemuda Remaja Masjid Indonesia"


@pytest.fixture(autouse=True)
def _eight_o_clock():
    with time_machine.travel(at("08.00"), tick=False):
        yield


@pytest.fixture
def ormas(door) -> Ormas:
    invited = InvitationFactory(angkatan=door.session.angkatan, ormas__name=MOSQUE, ormas__abbreviation="BKPRMI")
    return invited.ormas


def address(door) -> str:
    return reverse("walk_in", args=[door.session.angkatan.slug, door.session.pk])


def fields(**changes):
    return {"id": str(uuid.uuid4()), "name": NAME, "ormas": "BKPRMI", "phone": ""} | changes


def post(officer, door, **changes):
    return officer.post(address(door), fields(**changes), follow=True)


def words(response) -> str:
    text = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return " ".join(text.split())


def test_page_asks_three_things(door, officer):
    page = words(officer.get(address(door)))
    assert "Peserta datang langsung" in page
    assert "Nama seperti di KTP" in page
    assert "Nomor HP (boleh dikosongkan)" in page


def test_desk_leads_there(door, officer):
    desk = officer.get(reverse("desk_session", args=[door.session.angkatan.slug, door.session.pk]))
    assert f'href="{address(door)}"' in desk.content.decode()


def test_abbreviation_is_enough_and_the_desk_answers(door, officer, ormas):
    answer = post(officer, door, phone="0812-3456-7890")
    person = Registration.objects.get(name=NAME)
    assert answer.redirect_chain[0][0].startswith(f"/panitia/{door.session.angkatan.slug}/presensi/")
    assert "Hadir Budi Santoso Badan Komunikasi" in words(answer)
    assert "Belum diverifikasi" in words(answer)
    assert "Beri kartu kosong" in words(answer)
    assert (person.ormas, person.delegate.phone, door.state(person)) == (ormas, "+6281234567890", "present")


def test_list_of_the_last_ten_marks_who_is_unverified(door, officer, ormas, person):
    door.scan(person, "07.50")
    rows = re.findall(r"<li class=\"scan-row\">.*?</li>", post(officer, door).content.decode(), flags=re.S)
    assert ["belum diverifikasi" in row for row in rows if "Urungkan " in row][:2] == [True, False]


def test_organisations_that_fit_are_offered_and_nothing_is_saved(door, officer, ormas):
    OrmasFactory(name="Aliansi Pemuda Masjid")
    page = post(officer, door, ormas="pemuda ma").content.decode()
    assert page.index(MOSQUE) < page.index("Aliansi Pemuda Masjid")  # who is invited stands first
    assert "Tidak ada di daftar" in page
    assert not Registration.objects.exists()


def test_one_of_them_is_picked(door, officer, ormas):
    post(officer, door, ormas="pemuda ma", asked="pemuda ma", pick=str(ormas.pk))
    assert Registration.objects.get(name=NAME).ormas == ormas


def test_what_was_written_is_taken_as_text(door, officer, ormas):
    post(officer, door, ormas="pemuda ma", asked="pemuda ma", pick=walk_in.AS_TEXT)
    person = Registration.objects.get(name=NAME)
    assert (person.ormas, person.ormas_text) == (None, "pemuda ma")


def test_name_that_nobody_knows_is_taken_as_text_at_once(door, officer):
    post(officer, door, ormas="Paguyuban Warga Qxzw")
    assert Registration.objects.get(name=NAME).ormas_text == "Paguyuban Warga Qxzw"


def test_choice_made_for_other_words_counts_no_more(door, officer, ormas):
    answer = post(officer, door, ormas="masjid", asked="pemuda ma", pick=str(ormas.pk))
    assert "Pilih ormasnya di bawah" in words(answer)
    assert not Registration.objects.exists()


def test_disputed_organisation_is_not_offered(door, ormas):
    OrmasFactory(name="Pemuda Masjid Sengketa", verification=Ormas.Verification.DISPUTED)
    assert inviting.offered(door.session.angkatan, "pemuda masjid") == [ormas]


def test_nearly_right_name_finds_its_organisation(door, ormas):
    assert inviting.offered(door.session.angkatan, "komunikasi pemuda mesjid") == [ormas]


# ---- Somebody of that name -----------------------------------------------------------------------


@pytest.fixture
def fauzi(door):
    return a_registration(door.session.angkatan, name="Ahmad Fauzi Nasution")


def test_similar_name_is_shown_before_anything_is_saved(door, officer, ormas, fauzi):
    answer = post(officer, door, name="Ahmad Fauzi")
    assert "Ada nama mirip di angkatan ini Ahmad Fauzi Nasution" in words(answer)
    assert f'name="ref" value="{fauzi.ref}"' in answer.content.decode()
    assert "Orang lain: catat hadir" in words(answer)
    assert not Registration.objects.filter(source="walk_in").exists()


def test_somebody_else_of_that_name_is_taken_once_the_first_was_seen(door, officer, ormas, fauzi):
    post(officer, door, name="Ahmad Fauzi", seen=f" {fauzi.ref} ")
    assert Registration.objects.filter(source="walk_in", name="Ahmad Fauzi").exists()


def test_somebody_who_came_meanwhile_is_shown_too(door, officer, ormas, fauzi):
    a_registration(door.session.angkatan, name="Ahmad Fauzi")
    post(officer, door, name="Ahmad Fauzi", seen=str(fauzi.ref))
    assert not Registration.objects.filter(source="walk_in").exists()


def test_the_one_who_is_registered_is_checked_in_from_there(door, officer, fauzi):
    record = reverse("record", args=[door.session.angkatan.slug, door.session.pk])
    officer.post(record, {"id": str(uuid.uuid4()), "ref": str(fauzi.ref)})
    assert door.state(fauzi) == "present"


@pytest.mark.parametrize(
    ("written", "registered", "is_alike"),
    [
        ("Ahmad Fauzi", "Ahmad Fauzi Nasution", True),
        ("Ahmad Fauzi Nasution", "Ahmad Fauzi", True),
        ("Drs. H. Moh. Fauzi", "Muhammad Fauzi", True),
        ("Djoko Soesilo", "Joko Susilo", True),
        ("Siti Rahmawatti", "Siti Rahmawati", True),
        ("Siti Rahmavati", "Siti Rahmawati", True),
        ("fauzi ahmad", "Ahmad Fauzi", True),
        ("Ani", "Ramadhani", False),
        ("Budi Santoso", "Ahmad Fauzi", False),
        ("Budi Santoso", "Budi", False),
        ("..", "Ahmad Fauzi", False),
    ],
)
def test_names_are_alike(door, written, registered, is_alike):
    a_registration(door.session.angkatan, name=registered)
    assert bool(search.alike(door.session, written)) == is_alike


@pytest.mark.parametrize("status", ["rejected", "cancelled", "waitlisted", "replaced", "submitted"])
def test_who_is_not_accepted_is_shown_as_well(door, status):
    person = a_registration(door.session.angkatan, status, name="Ahmad Fauzi")
    assert [match.person for match in search.alike(door.session, "Ahmad Fauzi")] == [person]


def test_people_of_other_batches_and_who_gave_way_are_not_shown(door, fauzi):
    a_registration(SessionFactory().angkatan, name="Ahmad Fauzi")
    gone = a_registration(door.session.angkatan, "cancelled", name="Ahmad Fauzi")
    Registration.objects.filter(pk=gone.pk).update(counts_for=fauzi)
    assert [match.person for match in search.alike(door.session, "Ahmad Fauzi")] == [fauzi]


# ---- Twice, and wrong ----------------------------------------------------------------------------


def test_form_sent_twice_is_one_person(door, officer, ormas):
    same = fields()
    pages = [officer.post(address(door), same | {"seen": ref}, follow=True) for ref in ("", "")]
    assert (Registration.objects.count(), AttendanceEvent.objects.count()) == (1, 1)
    assert "Ada nama mirip" in words(pages[1])  # it is the person who was just written down


def test_form_pressed_twice_at_once_is_one_person(door, officer, ormas, monkeypatch):
    monkeypatch.setattr(search, "alike", lambda *_: [])  # both looked before either wrote
    same = fields()
    answers = [officer.post(address(door), same) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert (Registration.objects.count(), AttendanceEvent.objects.count()) == (1, 1)


def test_page_that_was_gone_back_to_takes_somebody_else(door, officer, ormas):
    same = fields()
    officer.post(address(door), same)
    officer.post(address(door), same | {"name": "Wahyu Nugroho"})
    assert Registration.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Tulis namanya seperti di KTP."),
        ({"name": "x"}, "Nama terlalu pendek."),
        ({"name": "x" * 151}, "Tulis paling banyak 150 huruf."),
        ({"name": "Budi\0"}, "tidak dapat dipakai"),
        ({"name": "<b>Budi</b>"}, "tidak dapat dipakai"),
        ({"ormas": ""}, "Tulis nama atau singkatan ormasnya."),
        ({"ormas": "x" * 201}, "Tulis paling banyak 200 huruf."),
        ({"phone": "12"}, "Ini bukan nomor HP."),
        ({"ormas": "zzz", "pick": "9" * 40, "asked": "zzz"}, "Hadir Budi Santoso"),
        ({"id": "x", "seen": "\0" * 9}, "Halaman ini tidak utuh"),
    ],
)
def test_what_is_wrong_is_said(door, officer, ormas, wrong, said):
    assert said in words(post(officer, door, **wrong))


def test_what_is_wrong_is_said_once_at_its_field(door, officer, ormas):
    errors = re.findall(r'class="form-error".*?</p>', post(officer, door, name="<b>").content.decode(), flags=re.S)
    assert "".join(errors).count("tidak dapat dipakai") == 1


def test_closed_session_says_so_and_keeps_nothing(door, officer, ormas):
    sessions.close(door.session, at=at("07.55"))
    assert "Sesi ini sudah ditutup." in words(officer.get(address(door)))
    assert "Sesi sudah ditutup" in words(post(officer, door))
    assert not Registration.objects.exists()


def test_parts_for_the_script(door, officer, ormas, fauzi):
    listed = officer.get(address(door), {"bagian": "ormas", "cari": "pemuda"}).content.decode()
    assert f'data-pick="{ormas.pk}"' in listed
    alike = officer.get(address(door), {"bagian": "mirip", "cari": "ahmad fauzi"}).content.decode()
    assert f'data-refs="{fauzi.ref} "' in alike
    assert officer.get(address(door), {"bagian": "mirip", "cari": "fauzi \N{PILE OF POO}"}).status_code == 200


def test_page_asks_the_same_however_many_there_are(door, officer, ormas, fauzi, django_assert_max_num_queries):
    for _ in range(3):
        a_registration(door.session.angkatan, name="Ahmad Fauzi")
    with django_assert_max_num_queries(17):
        post(officer, door, name="Ahmad Fauzi", ormas="pemuda ma")
