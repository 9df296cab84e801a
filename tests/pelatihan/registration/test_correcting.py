"""Who comes instead, and what of a person may be put right by whom: consents and other trainings stay untouched."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ormas.models import Delegate
from pelatihan.accounts.actor import DELEGATE
from pelatihan.lifecycle import NotAllowed, Status
from pelatihan.models import Angkatan, Registration
from pelatihan.registration import changes, writer
from pelatihan.registration.application import Application, Person
from pelatihan.registration.refusals import AlreadyRegistered, Overtaken
from tests.factories import NOON, AngkatanFactory, a_person, a_registration, clerk

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)
CONSENTS = ("privacy_version", "privacy_at", "agrees_photo", "agrees_group", "agrees_invite")


def by_staff(**person) -> Application:
    return Application(a_person(**person), Registration.Source.STAFF)


def consents(delegate: Delegate) -> list[object]:
    return [Delegate.objects.values_list(field, flat=True).get(pk=delegate.pk) for field in CONSENTS]


# ---- Replacing -----------------------------------------------------------------------------------


def test_replacement_is_told_in_both_histories():
    old = a_registration(AngkatanFactory(), name="Budi Contoh")
    staff = clerk()

    new = changes.replace(old, by_staff(), actor=staff, at=LATER, reason="Sakit")

    gone, came = old.history.last(), new.history.get()
    assert (gone.action, gone.to_status, gone.reason, gone.at) == ("replace", "replaced", "Sakit", LATER)
    assert (came.action, came.from_status, came.to_status) == ("register", "", "accepted")
    assert (came.reason, came.actor, came.at) == ("Menggantikan Budi Contoh", staff.user, LATER)
    assert old.status == Status.REPLACED


def test_replacement_comes_for_the_same_ormas_outside_the_list():
    wish = Application(a_person(), Registration.Source.STAFF, ormas_text="Paguyuban Contoh")
    old = writer.register(AngkatanFactory(), wish, actor=clerk(), at=NOON)

    new = changes.replace(old, by_staff(), actor=clerk(), at=NOON)

    assert (new.ormas, new.ormas_text, new.delegate.ormas) == (None, "Paguyuban Contoh", None)


def test_replacement_who_stands_in_the_batch_already_is_told():
    angkatan = AngkatanFactory()
    old = a_registration(angkatan)
    a_registration(angkatan, ormas=old.ormas, name="Budi Contoh", phone="+6281200000001")
    Registration.objects.filter(pk=old.pk).update(status=Status.ACCEPTED)

    with pytest.raises(AlreadyRegistered):
        changes.replace(old, by_staff(name="Budi Contoh", phone="+6281200000001"), actor=clerk(), at=NOON)
    old.refresh_from_db()
    assert (old.status, Registration.objects.count()) == (Status.ACCEPTED, 2)


@pytest.mark.parametrize("status", [Status.WAITLISTED, Status.REJECTED, Status.CANCELLED, Status.REPLACED])
def test_only_who_holds_a_seat_is_replaced(status):
    old = a_registration(AngkatanFactory(), status)

    with pytest.raises(NotAllowed):
        changes.replace(old, by_staff(), actor=clerk(), at=NOON)


def test_delegates_replace_nobody():
    with pytest.raises(NotAllowed, match="tidak berwenang"):
        changes.replace(a_registration(AngkatanFactory()), by_staff(), actor=DELEGATE, at=NOON)


# ---- Correcting by staff -------------------------------------------------------------------------


def agreeing(**edits) -> Registration:
    agreed = {"agrees_photo": True, "agrees_group": True, "agrees_invite": True}
    return a_registration(AngkatanFactory(), **agreed | edits)


def staff_typed(**edits) -> Person:
    """What the office's form holds: it asks about no consent."""
    return a_person(privacy_version="", **edits)


def test_staff_s_correction_leaves_consents_alone():
    registration = agreeing()
    before = consents(registration.delegate)

    changes.correct(registration, staff_typed(name="Nama Benar", phone="+6281299999999"), actor=clerk(), at=LATER)

    kept = Delegate.objects.get(pk=registration.delegate_id)
    assert consents(kept) == before == ["2019-01", NOON, True, True, True]
    assert (kept.name, kept.phone, registration.name) == ("Nama Benar", "+6281299999999", "Nama Benar")


def test_staff_s_correction_makes_no_new_delegate():
    earlier, now = a_registration(AngkatanFactory(year=2018)), a_registration(AngkatanFactory())
    Registration.objects.filter(pk=now.pk).update(delegate=earlier.delegate)
    people = Delegate.objects.count()

    changes.correct(now, staff_typed(name="Nama Benar"), actor=clerk(), at=NOON)

    earlier.delegate.refresh_from_db()
    assert (earlier.delegate.name, now.delegate, Delegate.objects.count()) == ("Nama Benar", earlier.delegate, people)
    earlier.refresh_from_db()
    assert earlier.name != "Nama Benar"  # as it was printed then


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.ACCEPTED, Status.REJECTED])
def test_staff_correct_at_any_status_and_move_nothing(status):
    registration = a_registration(AngkatanFactory(), status)
    lines = registration.history.count()

    changes.correct(registration, staff_typed(position="Ketua"), actor=clerk(), at=NOON)

    registration.refresh_from_db()
    assert (registration.position, registration.status, registration.history.count()) == ("Ketua", status, lines)


# ---- Correcting by oneself -----------------------------------------------------------------------


def corrected(registration, **edits) -> Delegate:
    changes.correct(registration, a_person(**edits), actor=DELEGATE, at=LATER)
    return Delegate.objects.get(pk=registration.delegate_id)


def test_time_of_reading_the_notice_is_kept():
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)

    assert corrected(registration, agrees_photo=True).privacy_at == NOON
    assert consents(registration.delegate)[2:] == [True, False, False]


def test_a_newer_notice_has_its_own_time():
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)

    kept = corrected(registration, privacy_version="2019-02")

    assert (kept.privacy_version, kept.privacy_at) == ("2019-02", LATER)


def test_correcting_makes_no_new_delegate_of_a_new_person():
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    before = registration.delegate_id

    assert corrected(registration, name="Nama Benar").pk == before
    assert Delegate.objects.count() == 1


def test_person_into_whom_another_was_merged_is_left_alone():
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    known, merged = registration.delegate, a_registration(AngkatanFactory(), Status.CANCELLED).delegate
    Delegate.objects.filter(pk=merged.pk).update(merged_into=known)

    new = corrected(registration, name="Nama Lain")

    known.refresh_from_db()
    assert new.pk != known.pk
    assert (known.name != "Nama Lain", new.name, new.ormas) == (True, "Nama Lain", registration.ormas)
    assert Registration.objects.get(pk=registration.pk).delegate == new


def test_fix_is_told_as_the_delegate_s():
    registration = a_registration(AngkatanFactory(), Status.NEEDS_FIX)

    corrected(registration)

    line = registration.history.last()
    assert (line.action, line.role, line.actor, line.at) == ("fix", "delegate", None, LATER)


def test_what_papers_print_is_kept_as_typed():
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    typed = {
        "front_title": "Drs.", "name": "Budi Contoh", "back_title": "M.Si.", "nickname": "Budi", "position": "Ketua",
        "special_needs": "Kursi roda",
    }  # fmt: skip

    kept = corrected(registration, gender="L", email="budi@contoh.example", **typed)

    row = Registration.objects.values(*typed).get(pk=registration.pk)
    assert row == typed
    assert (kept.gender, kept.email, kept.nickname, kept.back_title) == ("L", "budi@contoh.example", "Budi", "M.Si.")


# ---- What the history keeps ----------------------------------------------------------------------


def lines(registration: Registration) -> list[tuple[str, str, str]]:
    return list(registration.corrections.order_by("pk").values_list("field", "old", "new"))


def mended(registration: Registration, **fields: object) -> Person:
    return replace(Person.of(registration), **fields)  # type: ignore[arg-type]  # as the form has checked them


def test_every_field_put_right_is_a_line():
    registration = a_registration(AngkatanFactory(), name="Budi", phone="+6281200000001", gender="L", agrees_photo=True)
    staff = clerk()
    typed = mended(registration, name="Budi Contoh", phone="+6281200000002", gender="P", agrees_photo=False)

    told = changes.correct(registration, typed, actor=staff, at=LATER, reason=" Lewat telepon ")

    assert lines(registration) == [
        ("name", "Budi", "Budi Contoh"), ("gender", "L", "P"), ("phone", "+6281200000001", "+6281200000002"),
        ("agrees_photo", "ya", "tidak"),
    ]  # fmt: skip
    assert [line.field for line in told] == ["name", "gender", "phone", "agrees_photo"]
    assert {(line.role, line.actor, line.at, line.reason, line.is_late) for line in registration.corrections.all()} == {
        ("staff", staff.user, LATER, "Lewat telepon", False)
    }


def test_delegate_s_own_line_names_no_clerk():
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)

    changes.correct(registration, mended(registration, position="Ketua"), actor=DELEGATE, at=LATER)

    line = registration.corrections.get()
    assert (line.role, line.actor, line.field, line.new) == ("delegate", None, "position", "Ketua")


def test_correction_after_the_freeze_is_a_late_one():
    registration = a_registration(AngkatanFactory())
    Angkatan.objects.update(frozen_at=NOON)

    changes.correct(registration, mended(registration, position="Ketua"), actor=clerk(), at=LATER)

    assert registration.corrections.get().is_late


@pytest.mark.parametrize("actor", ["delegate", "staff"])
def test_what_stands_there_already_is_no_correction(actor):
    registration = a_registration(AngkatanFactory(), Status.NEEDS_FIX)
    rows = Registration.objects.values().get(), Delegate.objects.values().get()

    told = changes.correct(
        registration, mended(registration), actor=DELEGATE if actor == "delegate" else clerk(), at=LATER
    )

    assert (told, lines(registration), registration.status) == ([], [], Status.NEEDS_FIX)
    assert (Registration.objects.values().get(), Delegate.objects.values().get()) == rows


def test_special_needs_are_told_without_their_words():
    registration = a_registration(AngkatanFactory())
    for needs in ("Kursi roda", "Tidak makan kacang", ""):
        typed = mended(registration, special_needs=needs)
        changes.correct(registration, typed, actor=clerk(), at=LATER)

    assert [line[1:] for line in lines(registration)] == [("", "ada"), ("ada", "ada, diganti"), ("ada", "")]


def test_person_whom_staff_recorded_may_consent_by_oneself():
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED, privacy_version="")

    changes.correct(registration, mended(registration, agrees_invite=True), actor=DELEGATE, at=LATER)

    assert Delegate.objects.get(pk=registration.delegate_id).agrees_invite


# ---- Two who correct one registration ------------------------------------------------------------


def test_two_who_edit_different_fields_keep_both():
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED, name="Budi")
    seen = Person.of(registration)

    changes.correct(registration, replace(seen, name="Budi Contoh"), actor=clerk(), at=LATER, seen=seen)
    typed = replace(seen, position="Ketua", phone="+6281399999999")
    told = changes.correct(registration, typed, actor=DELEGATE, at=LATER, seen=seen)

    registration.refresh_from_db()
    assert (registration.name, registration.position) == ("Budi Contoh", "Ketua")
    assert [line.field for line in told] == ["position", "phone"]
    kept = Delegate.objects.get()
    assert (kept.name, kept.position, kept.phone) == ("Budi Contoh", "Ketua", "+6281399999999")


def test_two_who_write_different_things_into_one_field_do_not_overwrite():
    registration = a_registration(AngkatanFactory(), name="Budi")
    seen = Person.of(registration)
    changes.correct(registration, replace(seen, name="Budi Contoh"), actor=clerk(), at=LATER, seen=seen)

    with pytest.raises(Overtaken, match="Nama lengkap baru saja diubah orang lain"):
        changes.correct(registration, replace(seen, name="Budi Lain"), actor=clerk(), at=LATER, seen=seen)
    assert lines(registration) == [("name", "Budi", "Budi Contoh")]


def test_two_who_write_the_same_agree():
    registration = a_registration(AngkatanFactory(), name="Budi")
    seen = Person.of(registration)
    typed = replace(seen, name="Budi Contoh")
    changes.correct(registration, typed, actor=clerk(), at=LATER, seen=seen)

    assert changes.correct(registration, typed, actor=clerk(), at=LATER, seen=seen) == []


def test_new_row_of_a_known_person_takes_what_another_corrected():
    earlier, now = a_registration(AngkatanFactory(year=2018)), a_registration(AngkatanFactory(), Status.SUBMITTED)
    Registration.objects.filter(pk=now.pk).update(delegate=earlier.delegate)
    now.refresh_from_db()
    seen = Person.of(now)

    changes.correct(now, replace(seen, position="Ketua"), actor=DELEGATE, at=LATER, seen=seen)

    assert (now.delegate.position, now.delegate.phone, now.delegate.privacy_at) == ("Ketua", seen.phone, NOON)
    assert now.delegate_id != earlier.delegate_id


def test_newer_notice_takes_along_what_was_put_right():
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)

    kept = corrected(registration, privacy_version="2019-02", email="baru@contoh.example")

    assert (kept.privacy_version, kept.email) == ("2019-02", "baru@contoh.example")


def test_known_person_who_changes_nothing_stays_the_same_row():
    earlier, now = a_registration(AngkatanFactory(year=2018)), a_registration(AngkatanFactory(), Status.SUBMITTED)
    Registration.objects.filter(pk=now.pk).update(delegate=earlier.delegate)
    now.refresh_from_db()

    assert changes.correct(now, Person.of(now), actor=DELEGATE, at=LATER) == []
    assert Registration.objects.get(pk=now.pk).delegate == earlier.delegate
