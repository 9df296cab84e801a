"""Issuing: each number once and none left out, whoever presses how often; copies, and revoking."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from pelatihan import numbering
from pelatihan.certificates import codes, issuing
from pelatihan.certificates.issuing import NotDone
from pelatihan.certificates.standing import standings
from pelatihan.models import (
    Certificate,
    CertificateIssue,
    CertificateRule,
    CertificateVersion,
    NumberSeries,
    Registration,
    Session,
)
from tests.factories import AngkatanFactory
from tests.pelatihan.attendance.threads import at_once
from tests.pelatihan.certificates.course import END, certificate_of, course, numbers

__all__ = ["course"]
LATER = END + timedelta(days=20)


def rename(person: Registration, name: str) -> None:
    Registration.objects.filter(pk=person.pk).update(name=name)


# ---- Issuing -------------------------------------------------------------------------------------


def test_numbers_follow_the_list_and_bear_the_date_of_the_paper(course):
    people = [course.person(name, 0, 1) for name in ("Citra", "Ahmad", "Budi")]

    course.issue()

    in_order = list(course.angkatan.registrations.expected().sorted_by_ormas())
    assert [one.registration for one in Certificate.objects.order_by("no")] == in_order
    assert certificate_of(in_order[0]).number == "001/SERT/III/2019"
    assert sorted(people, key=in_order.index) == in_order
    assert all(codes.is_valid(one.code) for one in Certificate.objects.all())


def test_pressed_twice_is_issued_once(course):
    course.person("Ahmad", 0, 1)
    key, seen = uuid.uuid4(), issuing.digest(standings(course.angkatan))

    first = issuing.issue(course.angkatan, key, seen, by=course.by, at=END)
    again = issuing.issue(course.angkatan, key, seen, by=course.by, at=LATER)

    assert first == again
    assert numbers() == [1]


def test_the_rest_goes_on_with_the_next_numbers(course):
    course.person("Ahmad", 0, 1)
    course.issue()
    late = course.person("Budi", 0, 1)

    course.issue(when=LATER)

    assert certificate_of(late).no == 2
    with pytest.raises(NotDone, match="Semua yang berhak sudah mempunyai"):
        course.issue()


def test_list_that_moved_since_the_page_was_made_is_not_issued(course):
    person = course.person("Ahmad", 0, 1)
    seen = issuing.digest(standings(course.angkatan))
    rename(person, "Ahmad Fauzi")

    with pytest.raises(NotDone, match="daftarnya berubah"):
        issuing.issue(course.angkatan, uuid.uuid4(), seen, by=course.by, at=END)
    assert not Certificate.objects.exists()
    assert NumberSeries.objects.get().last == 0


def test_words_that_changed_since_the_page_was_made_are_not_issued(course):
    course.person("Ahmad", 0, 1)
    seen = issuing.digest(standings(course.angkatan))
    CertificateRule.objects.update(title="Piagam")

    with pytest.raises(NotDone, match="atau isi sertifikatnya"):
        issuing.issue(course.angkatan, uuid.uuid4(), seen, by=course.by, at=END)
    assert not Certificate.objects.exists()


def test_press_of_another_batch_is_none_of_this_one(course):
    course.person("Ahmad", 0, 1)
    done = course.issue()

    with pytest.raises(NotDone, match="angkatan lain"):
        issuing.issue(AngkatanFactory(), done.pk, "", by=course.by, at=END)


def test_what_stands_in_the_way_is_said(course):
    course.person("Ahmad")
    batch = type(course.angkatan).objects.filter(pk=course.angkatan.pk)
    for refusal, change in (
        ("Belum ada yang berhak", lambda: None),
        ("Seri nomornya belum dipilih", lambda: CertificateRule.objects.update(series=None)),
        ("Belum ada sesi materi", lambda: Session.objects.update(takes_attendance=False)),
        ("dibatalkan, jadi sertifikatnya", lambda: batch.update(cancelled_at=END, cancel_reason="Banjir")),
        ("ditutup, jadi sertifikat baru tidak", lambda: batch.update(cancelled_at=None, closed_at=END)),
    ):
        change()
        with pytest.raises(NotDone, match=refusal):
            issuing.issue(course.angkatan, uuid.uuid4(), "", by=course.by, at=END)
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    ("pattern", "code", "refusal"),
    [
        ("{no:03}/LAMA", "", "Nomor 001/LAMA sudah dipakai sertifikat lain."),
        ("{no}" + "{kode}" * 4, "x" * 40, "lebih dari 120 huruf"),
    ],
)
def test_number_that_cannot_be_given_is_not_drawn(course, pattern, code, refusal):
    course.person("Ahmad", 0, 1)
    course.issue()
    other = NumberSeries.objects.create(label="Lain", pattern=pattern, code=code)
    CertificateRule.objects.update(series=other)
    NumberSeries.objects.filter(pk=course.series.pk).update(pattern="{no:03}/LAMA")
    with connection.cursor() as cursor:  # what an office gave out by another series
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE pelatihan_certificate SET number = '001/LAMA'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    course.person("Budi", 0, 1)

    with pytest.raises(NotDone, match=refusal):
        course.issue()
    other.refresh_from_db()
    assert other.last == 0


def test_what_was_given_out_stays_whatever_changes_afterwards(course):
    person = course.person("Ahmad", 0, 1)
    course.issue()
    before = certificate_of(person).issue.wording
    rename(person, "Ahmad Fauzi")
    type(course.angkatan).objects.update(theme="Tema yang lain", venue="Hotel lain")
    CertificateRule.objects.update(title="Piagam")

    version = certificate_of(person).versions.get()

    assert version.full_name == "Ahmad"
    assert certificate_of(person).issue.wording == before
    assert before["title"] == "Sertifikat"


@pytest.mark.parametrize("table", ["certificate", "certificateissue", "certificateversion", "certificateexception"])
def test_database_refuses_to_change_what_was_given_out(course, table):
    person = course.person("Ahmad", 0, 1)
    issuing.decide(person, "grant", "Bertugas", by=course.by, at=END)
    course.issue()

    with pytest.raises(DatabaseError, match="appended only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE pelatihan_{table} SET id = id")


def test_database_refuses_a_second_certificate_and_a_second_number(course):
    ahmad, budi = course.person("Ahmad", 0, 1), course.person("Budi")
    course.issue()
    one = certificate_of(ahmad)

    for change in (
        {"registration": ahmad, "no": 2, "number": "2"},
        {"registration": budi, "number": "2"},
        {"registration": budi, "no": 2},
    ):
        fields = {
            "issue": one.issue,
            "series": one.series,
            "no": one.no,
            "number": one.number,
            "code": codes.new_code(),
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.create(**fields | change)


# ---- Copies and revoking ---------------------------------------------------------------------------


def test_copy_keeps_number_and_code_and_bears_the_name_of_now(course):
    person = course.person("Ahmad", 0, 1)
    course.issue()
    before = certificate_of(person)
    rename(person, "Ahmad Fauzi")

    version = issuing.reissue(before, "Nama dibetulkan", copies=1, by=course.by, at=LATER)

    after = certificate_of(person)
    assert (after.number, after.code) == (before.number, before.code)
    assert (version.copy, version.full_name) == (2, "Ahmad Fauzi")
    assert [one.full_name for one in after.versions.all()] == ["Ahmad", "Ahmad Fauzi"]
    with pytest.raises(NotDone, match="Salinan ke-2 sudah dibuat"):
        issuing.reissue(before, "Nama dibetulkan", copies=1, by=course.by, at=LATER)


def test_copies_have_an_end_and_a_reason(course):
    person = course.person("Ahmad", 0, 1)
    course.issue()
    held = certificate_of(person)

    with pytest.raises(NotDone, match="Tulis alasannya"):
        issuing.reissue(held, " ", copies=1, by=course.by, at=LATER)
    CertificateVersion.objects.bulk_create(
        CertificateVersion(certificate=held, copy=n, name="Ahmad", ormas="X", reason="Hilang", at=END, by=course.by)
        for n in range(2, 100)
    )
    with pytest.raises(NotDone, match="sudah mempunyai 99 salinan"):
        issuing.reissue(held, "Hilang", copies=99, by=course.by, at=LATER)


def test_revoked_holds_no_more_until_that_is_taken_back(course):
    person = course.person("Ahmad", 0, 1)
    course.issue()
    held = certificate_of(person)

    gone = issuing.revoke(held, "Keliru orang", by=course.by, at=LATER)

    assert issuing.revoke(held, "Keliru lagi", by=course.by, at=LATER) == gone  # twice is once
    assert not Certificate.objects.in_force().exists()
    with pytest.raises(NotDone, match="Berlakukan lagi dulu"):
        issuing.reissue(held, "Hilang", copies=1, by=course.by, at=LATER)

    assert issuing.restore(held, by=course.by, at=LATER)
    assert not issuing.restore(held, by=course.by, at=LATER)
    assert Certificate.objects.in_force().get() == held


def test_after_closing_copies_and_revoking_go_on_and_nothing_else(course):
    person = course.person("Ahmad", 0, 1)
    course.issue()
    type(course.angkatan).objects.update(closed_at=END)
    held, rule = certificate_of(person), CertificateRule.objects.get()

    with pytest.raises(NotDone, match="Buka lagi dulu angkatannya"):
        issuing.decide(person, "deny", "Terlambat", by=course.by, at=LATER)
    with pytest.raises(NotDone, match="Buka lagi dulu angkatannya"):
        issuing.keep_rule(rule, ["title"])

    assert issuing.reissue(held, "Hilang", copies=1, by=course.by, at=LATER).copy == 2
    assert issuing.revoke(held, "Keliru orang", by=course.by, at=LATER)


# ---- Many at once ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_twenty_clerks_at_once_issue_each_number_once(self, course):
        for letter in "abcdefghijklmno":
            course.person(f"Peserta {letter}", 0, 1)
        seen = issuing.digest(standings(course.angkatan))

        def press() -> object:
            try:
                return issuing.issue(course.angkatan, uuid.uuid4(), seen, by=course.by, at=END)
            except NotDone as refusal:
                return refusal

        got = at_once([press] * 20)

        assert sum(isinstance(one, CertificateIssue) for one in got) == 1
        assert sum(isinstance(one, NotDone) for one in got) == 19
        assert numbers() == list(range(1, 16))

    def test_batches_that_share_a_series_share_its_numbers(self, course):
        others = [AngkatanFactory() for _ in range(20)]

        def draw(batch) -> list[int]:
            with transaction.atomic():
                return [one.no for one in numbering.draw(course.series, 3, angkatan=batch, on=END.date())]

        got = at_once([partial(draw, batch) for batch in others])

        drawn = sorted(no for some in got for no in some)  # type: ignore[attr-defined]
        assert drawn == list(range(1, 61))
        assert all(max(some) - min(some) == 2 for some in got)  # type: ignore[call-overload]

    def test_killed_in_the_middle_leaves_no_number_drawn(self, course, monkeypatch):
        person = course.person("Ahmad", 0, 1)
        drawn = numbering.draw

        def draw_and_die(*args, **options):
            found = drawn(*args, **options)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            return found

        with monkeypatch.context() as patch:
            patch.setattr(numbering, "draw", draw_and_die)
            with pytest.raises(DatabaseError):
                at_once([course.issue])
        assert not Certificate.objects.exists()

        course.issue()

        assert certificate_of(person).no == 1
