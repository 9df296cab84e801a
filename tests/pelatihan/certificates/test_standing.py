"""Who gets a certificate, who not and why, before anything is issued; and what has changed since."""

import pytest

from pelatihan.attendance import figures
from pelatihan.certificates import issuing
from pelatihan.certificates.standing import standing_of, standings, warning
from pelatihan.lifecycle import Action
from pelatihan.models import Attendance, CertificateException, Registration, Session
from pelatihan.registration import changes, writer
from pelatihan.registration.application import Person
from tests.factories import a_registration, clerk
from tests.pelatihan.certificates.course import END, certificate_of, course
from tests.pelatihan.door import at
from tests.pelatihan.merging.test_people import merged

__all__ = ["course"]
Kind = CertificateException.Kind


def fresh(person: Registration) -> Registration:
    return Registration.objects.select_related("angkatan", "ormas").get(pk=person.pk)


def test_who_reached_enough_is_entitled_and_the_others_read_why(course):
    enough = course.person("Ahmad", 0, 1)
    little = course.person("Budi", 0, 2)
    nothing = course.person("Citra")

    assert course.standing(enough).is_due
    assert course.standing(little).why == "3 dari 5 JP; perlu paling sedikit 4."
    assert course.standing(nothing).why == "0 dari 5 JP; perlu paling sedikit 4."
    assert [one.person for one in standings(course.angkatan).refused] == [little, nothing]


def test_one_person_alone_stands_as_in_the_list(course):
    people = [course.person("Ahmad", 0, 1), course.person("Budi", 0, 2), course.person("Citra", 0, state="late")]
    issuing.decide(people[1], Kind.GRANT, "Bertugas", by=course.by, at=END)
    course.issue()

    for person in people:
        alone, listed = standing_of(fresh(person)), course.standing(person)
        assert (alone.is_entitled, alone.why, alone.reached) == (listed.is_entitled, listed.why, listed.reached)
        assert bool(alone.given) == bool(listed.given)


def test_everybody_expected_stands_there_in_the_order_of_the_sheets(course):
    for name in ("Citra", "Ahmad", "Budi"):
        course.person(name)
    a_registration(course.angkatan, "rejected")

    found = [one.person for one in standings(course.angkatan).all]

    assert found == list(course.angkatan.registrations.expected().sorted_by_ormas())
    assert len(found) == figures.of_sessions(course.angkatan, course.sessions)[0].figures.expected


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_number_of_queries_for_one_and_for_three(course, count, django_assert_num_queries):
    for number in range(count):
        course.person(f"Peserta {'abc'[number]}", 0, 1)
    course.issue()

    with django_assert_num_queries(9):
        [one.changes for one in standings(course.angkatan).all]


# ---- Exceptions ----------------------------------------------------------------------------------


def test_exception_wins_over_the_rule_until_it_is_lifted(course):
    granted, denied = course.person("Ahmad"), course.person("Budi", 0, 1)

    issuing.decide(granted, Kind.GRANT, "Bertugas mendampingi", by=course.by, at=END)
    issuing.decide(denied, Kind.DENY, "Melanggar tata tertib", by=course.by, at=END)

    assert course.standing(granted).is_due
    assert course.standing(granted).why == "Diberi dengan keputusan: “Bertugas mendampingi”"
    assert not course.standing(denied).is_entitled

    issuing.decide(granted, Kind.LIFT, "Keliru orang", by=course.by, at=END)

    assert not course.standing(granted).is_entitled
    assert [row.kind for row in granted.certificate_exceptions.all()] == ["grant", "lift"]


@pytest.mark.parametrize(
    ("kind", "reason", "refusal"),
    [
        (Kind.GRANT, "  ", "Tulis alasannya; alasan ini tercatat."),
        (Kind.LIFT, "Keliru", "Orang ini sudah ikut syarat yang berlaku."),
    ],
)
def test_decision_that_makes_no_sense_is_refused(course, kind, reason, refusal):
    person = course.person("Ahmad")

    with pytest.raises(issuing.NotDone, match=refusal):
        issuing.decide(person, kind, reason, by=course.by, at=END)
    assert not CertificateException.objects.exists()


def test_nothing_is_decided_about_who_is_no_participant(course):
    gone = a_registration(course.angkatan, "cancelled")

    with pytest.raises(issuing.NotDone, match="Tidak lagi peserta: dibatalkan"):
        issuing.decide(gone, Kind.GRANT, "Bertugas", by=course.by, at=END)


# ---- What has changed since ------------------------------------------------------------------------


def test_attendance_that_was_corrected_is_told_and_takes_nothing_away(course):
    person, later = course.person("Ahmad", 0, 1), course.person("Budi", 0)
    course.issue()

    course.mark(person, 1, "absent", reason="Keliru orang")
    course.mark(later, 1, "present")

    found = standings(course.angkatan)
    assert [(one.person, one.changes) for one in found.changed] == [
        (person, ["Sekarang tidak berhak. 2 dari 5 JP; perlu paling sedikit 4."])
    ]
    assert [one.person for one in found.due] == [later]  # now entitled
    assert certificate_of(person)


def test_name_that_was_corrected_is_told(course):
    person = course.person("Ahmad", 0, 1)
    course.issue()

    now = fresh(person)
    edited = Person.of(now)
    changes.correct(
        now, type(edited)(**vars(edited) | {"name": "Ahmad Fauzi", "back_title": "S.H."}), actor=clerk(), at=END
    )

    assert course.standing(person).changes == ["Nama sekarang Ahmad Fauzi, S.H.; di sertifikat Ahmad."]


def test_who_leaves_after_the_issue_stands_there_as_gone(course):
    person = course.person("Ahmad", 0, 1)
    issuing.decide(person, Kind.GRANT, "Bertugas", by=course.by, at=END)
    course.issue()
    Attendance.objects.filter(registration=person).delete()  # else who came stays expected

    writer.move(fresh(person), Action.CANCEL, actor=clerk(), at=END, reason="Keliru")

    [one] = standings(course.angkatan).all
    assert one.changes == ["Sekarang tidak berhak. Tidak lagi peserta: dibatalkan."]


def test_revoked_certificate_asks_for_nothing_more(course):
    person = course.person("Ahmad", 0, 1)
    course.issue()
    course.mark(person, 1, "absent", reason="Keliru orang")

    issuing.revoke(certificate_of(person), "Tidak hadir", by=course.by, at=END)

    assert standings(course.angkatan).changed == []
    assert standings(course.angkatan).due == []


def test_person_who_was_merged_gets_no_second_certificate(course):
    holder, other = course.person("Ahmad", 0, 1), course.person("Ahmad F.", 0)
    course.issue()

    merged(other.delegate, holder.delegate, stays={course.angkatan.pk: other.pk}, at=END)

    one = course.standing(fresh(other))
    number = certificate_of(holder).number
    assert one.is_entitled
    assert one == standing_of(fresh(other))
    assert one.changes[0].startswith(f"Sudah memegang sertifikat nomor {number} dari pendaftaran yang digabung")
    assert one in standings(course.angkatan).changed
    assert standings(course.angkatan).due == []
    issuing.revoke(certificate_of(holder), "Diganti", by=course.by, at=END)
    assert [each.person for each in standings(course.angkatan).due] == [other]


# ---- What one should know before -------------------------------------------------------------------


def test_sessions_that_go_on_or_are_not_closed_are_warned_of(course):
    course.person("Ahmad", 0, 1)

    assert warning(standings(course.angkatan), at("09.00")).startswith("3 sesi materi belum selesai")
    assert warning(standings(course.angkatan), END).startswith("3 sesi materi belum ditutup")

    course.close()

    assert warning(standings(course.angkatan), END) == ""


def test_what_is_not_taught_is_not_asked_about(course):
    Session.objects.filter(pk=course.sessions[1].pk).update(takes_attendance=False)
    person = course.person("Ahmad", 0, 2)

    assert course.standing(person).reached.total == 3
    assert course.standing(person).is_entitled
