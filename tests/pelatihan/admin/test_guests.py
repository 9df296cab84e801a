"""Guests as rows of the batch's page: entered, moved, and kept apart from other batches."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from pelatihan.models import Guest
from pelatihan.models.paper import one_a_person
from tests.factories import AngkatanFactory, HonorariumFactory, SessionFactory, UserFactory
from tests.pelatihan.admin.people import Page

pytestmark = pytest.mark.django_db


def page(batch) -> str:
    return reverse("admin:pelatihan_angkatan_change", args=[batch.pk])


def a_guest(batch, name="Dr. Ratih", category="speaker", **fields) -> Guest:
    return Guest.objects.create(angkatan=batch, name=name, category=category, **fields)


def test_guest_is_entered_on_the_page_of_the_batch(as_role):
    batch = AngkatanFactory()
    talk = SessionFactory(angkatan=batch, title="Wawasan")
    form = Page(as_role("panitia"), f"{page(batch)}?baris=guest", "theme")

    answer = form.send(**{
        "guests-0-category": "moderator", "guests-0-name": "Dr. Ratih, S.H.", "guests-0-nickname": "Ratih",
        "guests-0-gender": "P", "guests-0-institution": "Bawaslu", "guests-0-session": talk.pk,
        "guests-0-subject": "Peran ormas", "guests-0-place": "3",
    })  # fmt: skip

    assert answer.status_code == 302
    kept = Guest.objects.get()
    assert (kept.angkatan, kept.category, kept.nickname, kept.gender) == (batch, "moderator", "Ratih", "P")
    assert (kept.session, kept.printed_subject, kept.place) == (talk, "Peran ormas", 3)


def test_sessions_to_choose_are_those_of_the_batch(as_role):
    batch = AngkatanFactory()
    SessionFactory(angkatan=batch, title="Sesi sendiri")
    other = SessionFactory(title="Sesi angkatan lain")
    form = Page(as_role("panitia"), f"{page(batch)}?baris=guest", "theme")

    assert "Senin 08.00 · Sesi sendiri" in form.html
    assert "Sesi angkatan lain" not in form.html
    answer = form.send(**{
        "guests-0-category": "speaker", "guests-0-name": "Penyusup", "guests-0-session": other.pk,
        "guests-0-place": "1",
    })  # fmt: skip
    assert answer.status_code == 200
    assert not Guest.objects.exists()


def test_two_people_with_the_page_open_keep_what_both_wrote(as_role):
    batch = AngkatanFactory()
    guest = a_guest(batch)
    rina, budi = (Page(as_role("panitia"), page(batch), "theme") for _ in range(2))

    assert rina.send(**{"guests-0-institution": "Bawaslu"}).status_code == 302
    assert budi.send(**{"guests-0-position": "Anggota"}).status_code == 302

    guest.refresh_from_db()
    assert (guest.institution, guest.position) == ("Bawaslu", "Anggota")


def test_guest_who_is_paid_is_not_deleted_by_a_tick(as_role):
    batch = AngkatanFactory()
    fee = HonorariumFactory(guest=a_guest(batch), session=SessionFactory(angkatan=batch))
    form = Page(as_role("panitia"), page(batch), "theme")

    answer = form.send(**{"guests-0-DELETE": "on"})

    assert "Dr. Ratih menerima honorarium, jadi tidak dapat dihapus." in answer.content.decode()
    fee.delete()
    assert Page(as_role("panitia"), page(batch), "theme").send(**{"guests-0-DELETE": "on"}).status_code == 302
    assert not Guest.objects.exists()


def test_rows_take_no_more_queries_the_more_there_are(as_role, django_assert_max_num_queries):
    batch, committee = AngkatanFactory(), as_role("panitia")
    SessionFactory.create_batch(3, angkatan=batch, room="")
    a_guest(batch)
    with django_assert_max_num_queries(40) as few:
        committee.get(page(batch))
    for number in range(5):
        a_guest(batch, f"Tamu {number}", "invited")
    with django_assert_max_num_queries(len(few)):
        committee.get(page(batch))


def test_door_of_the_papers_leads_to_the_rows(as_role):
    batch = AngkatanFactory(number=2)

    assert as_role("panitia").get("/panitia/2019-ii/tamu/")["Location"] == f"{page(batch)}#guests-group"


# ---- In the database -----------------------------------------------------------------------------


def test_database_lets_nobody_speak_in_another_batch():
    guest = a_guest(AngkatanFactory())

    with pytest.raises(IntegrityError, match="speaks in another batch"), transaction.atomic():
        Guest.objects.filter(pk=guest.pk).update(session=SessionFactory())


@pytest.mark.parametrize("odd", [{"category": "peserta"}, {"gender": "X"}])
def test_database_knows_categories_and_sexes(odd):
    with pytest.raises(IntegrityError), transaction.atomic():
        Guest.objects.create(**{"angkatan": AngkatanFactory(), "name": "Tamu", "category": "invited"} | odd)


def test_guest_stays_when_the_session_goes():
    talk = SessionFactory()
    guest = a_guest(talk.angkatan, session=talk)

    talk.delete()
    guest.refresh_from_db()
    assert guest.session is None


# ---- Order ---------------------------------------------------------------------------------------


def test_guests_stand_by_category_then_as_they_were_put():
    batch = AngkatanFactory()
    for name, category, place in (
        ("Undangan", "invited", 1), ("Bendahara", "committee", 2), ("Ketua", "committee", 1),
        ("Moderator", "moderator", 1), ("Ratih", "speaker", 1), ("Hendrik", "speaker", 1),
    ):  # fmt: skip
        a_guest(batch, name, category, place=place)

    assert [one.name for one in batch.guests.in_print_order()] == [
        "Hendrik", "Ratih", "Moderator", "Ketua", "Bendahara", "Undangan",
    ]  # fmt: skip


def test_who_speaks_twice_is_one_person():
    batch = AngkatanFactory()
    first, again, moderates = (a_guest(batch), a_guest(batch, "dr. ratih"), a_guest(batch, category="moderator"))

    assert one_a_person([first, again, moderates]) == [first, moderates]


def test_only_the_committee_enters_them(as_role):
    batch = AngkatanFactory()

    assert "guests-TOTAL_FORMS" not in as_role("verifikator").get(page(batch)).content.decode()
    assert UserFactory(role="panitia").has_perm("pelatihan.add_guest")
