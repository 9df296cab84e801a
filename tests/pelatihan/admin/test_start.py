"""The first page: what is to be done, where, since when, for whom; only what is not zero, and one filled button."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from ormas.models import Delegate, LegalDocument, Ormas
from pelatihan.admin.start import waiting_work
from pelatihan.lifecycle import Action, Status
from pelatihan.merging import pairs
from pelatihan.messaging import post
from pelatihan.models import Angkatan, ChangeRequest, Invitation, Message
from pelatihan.registration import changes, writer
from pelatihan.registration.application import Person
from pelatihan.registration.legality import with_ending_papers
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    LegalDocumentFactory,
    OrmasFactory,
    UserFactory,
    a_registration,
    a_request,
    clerk,
)

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")
ORMAS = reverse("admin:ormas_ormas_changelist")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def batch():
    return AngkatanFactory()


@pytest.fixture(autouse=True)
def unwritten(monkeypatch):
    """Nobody is written to but by these stories."""
    monkeypatch.setattr(post, "of_change", lambda *_: None)


def tasks(role="verifikator", at=NOON):
    """By batch: how many, what, the note."""
    return [[(task.count, task.what, task.note) for task in item.tasks] for item in waiting_work(at, user(role))]


def user(role):
    return UserFactory(role=role)


def first(role="verifikator"):
    work = waiting_work(NOON, user(role))
    return [(item.angkatan, task.what) for item in work for task in item.tasks if task.is_first]


def a_message(person, n, state="waiting", channel="whatsapp", due_at=NOON):
    return Message.objects.create(
        kind="accepted", event=f"status:{n}", registration=person, angkatan=person.angkatan, channel=channel,
        state=state, due_at=due_at, created_at=NOON, sending_until=NOON if state == "sending" else None,
    )  # fmt: skip


# ---- What has a row ------------------------------------------------------------------------------


def test_nothing_to_do_is_said_in_a_word(verifier, batch):
    a_registration(batch, Status.ACCEPTED)

    assert tasks() == [[]]
    assert "Tidak ada yang menunggu di angkatan ini." in verifier.get(INDEX).content.decode()


def test_undecided_people_with_the_oldest_and_the_answered(batch, clock):
    for days in (3, 1):
        a_registration(batch, Status.SUBMITTED, at=NOON - timedelta(days=days))
    fixed = a_registration(batch, Status.NEEDS_FIX, at=NOON - timedelta(days=2), name="Belum Lengkap")
    a_registration(batch, Status.NEEDS_FIX)
    changes.correct(fixed, Person(**vars(Person.of(fixed)) | {"name": "Sudah Lengkap"}), actor=clerk(), at=NOON)

    assert tasks() == [
        [
            (
                3,
                "pendaftaran belum diputuskan",
                "Tertua Minggu, 17 Februari 2019, termasuk 1 yang sudah diperbaiki peserta",
            )
        ]
    ]


@pytest.mark.parametrize(
    ("ago", "note"),
    [
        (timedelta(minutes=59), "Tertua kurang dari sejam lalu"),
        (timedelta(hours=1), "Tertua 1 jam lalu"),
        (timedelta(hours=11), "Tertua 11 jam lalu"),
        (timedelta(hours=13), "Tertua Selasa, 19 Februari 2019"),
    ],
)
def test_wait_is_told_in_hours_on_the_day_itself(batch, ago, note):
    a_registration(batch, Status.SUBMITTED, at=NOON - ago)

    assert tasks()[0][0][2] == note


def test_requests_with_how_many_put_data_right(batch):
    for kind in ("cancel", "correct"):
        ChangeRequest.objects.create(
            registration=a_registration(batch), kind=kind, role="contact", asked_at=NOON - timedelta(hours=3),
            changes={"name": ["A", "B"]} if kind == "correct" else {},
        )  # fmt: skip

    assert tasks() == [[(2, "permintaan peserta atau ormas", "Tertua 3 jam lalu, 1 di antaranya pembetulan data")]]


def test_ormas_that_ask_to_be_invited(batch):
    a_request(batch, at=NOON - timedelta(hours=2))

    assert tasks() == [[(1, "ormas minta diundang", "Tertua 2 jam lalu")]]


def test_changes_since_the_freeze(batch):
    batch.frozen_at = NOON - timedelta(hours=1)
    batch.save()
    writer.move(a_registration(batch), Action.CANCEL, actor=clerk(), at=NOON, reason="Sakit")

    for role in ("verifikator", "panitia"):
        assert "perubahan setelah daftar dibekukan" in [what for _, what, _ in tasks(role)[0]]


def test_messages_that_need_a_person(batch):
    person = a_registration(batch)
    for n, (state, channel) in enumerate([
        ("waiting", "whatsapp"), ("waiting", "whatsapp"), ("doubtful", "email"), ("failed", "email"),
        ("waiting", "email"), ("sending", "email"),
    ]):  # fmt: skip
        a_message(person, n, state, channel)
    a_message(person, "later", due_at=NOON + timedelta(seconds=1))

    assert tasks() == [
        [(4, "pesan belum sampai", "2 lewat WhatsApp, 1 tidak pasti, 1 gagal, 2 surel menunggu gilirannya")]
    ]


def test_mails_that_go_by_themselves_are_nobody_s_work(batch):
    a_message(a_registration(batch), 1, channel="email")

    assert tasks() == [[]]


def test_ormas_that_were_told_and_have_named_nobody(batch):
    told = {"told_at": NOON - timedelta(days=3), "told_by": UserFactory()}
    for each in (
        a_registration(batch).invitation,
        InvitationFactory(angkatan=batch),
        InvitationFactory(angkatan=batch),
    ):
        Invitation.objects.filter(pk=each.pk).update(**told)
    InvitationFactory(angkatan=batch)  # nobody has told them

    assert tasks() == [
        [(2, "ormas belum mengirim utusan", "Dari 3 yang sudah dikirimi tautan, pendaftaran tinggal 10 hari")]
    ]


def test_who_cannot_name_anybody_any_more_is_not_reminded(batch):
    invitation = InvitationFactory(angkatan=batch)
    Invitation.objects.filter(pk=invitation.pk).update(told_at=NOON, told_by=UserFactory())

    assert tasks(at=batch.closes_at + timedelta(hours=1)) == [[]]


def test_ormas_whose_papers_end_before_the_training(batch, verifier):
    ends = OrmasFactory(board_term_until=batch.ends_on - timedelta(days=1))
    both = OrmasFactory(board_term_until=batch.ends_on - timedelta(days=1))
    LegalDocumentFactory(ormas=both, expires_on=batch.ends_on - timedelta(days=1))
    lasts = OrmasFactory(board_term_until=batch.ends_on)
    for ormas in (ends, both, lasts):
        InvitationFactory(angkatan=batch, ormas=ormas)
    OrmasFactory(board_term_until=date(2000, 1, 1))  # not invited

    assert tasks() == [
        [(2, "ormas diundang, dokumennya berakhir sebelum pelatihan", "2 masa bakti pengurus, 1 dokumen legalitas")]
    ]
    assert set(verifier.get(ORMAS, {"dokumen": "berakhir"}).context["cl"].queryset) == {ends, both}


@pytest.mark.parametrize(
    ("papers", "ends"),
    [
        ([], False),  # nothing noted is said beside the person
        ([{"expires_on": date(2019, 3, 13)}], False),  # the last day itself
        ([{"expires_on": date(2019, 3, 12)}], True),
        ([{"expires_on": date(2019, 3, 12)}, {"expires_on": date(2020, 1, 1)}], False),
        ([{"expires_on": date(2019, 3, 12)}, {"expires_on": None}], False),
        ([{"kind": "skt", "issued_on": date(2014, 3, 13)}], False),
        ([{"kind": "skt", "issued_on": date(2014, 3, 12)}], True),
        ([{"kind": "skt", "issued_on": None}], False),
        ([{"kind": "approval", "issued_on": date(1999, 1, 1)}], False),
    ],
)
def test_papers_end_as_the_page_of_one_says(batch, papers, ends):
    invitation = InvitationFactory(angkatan=batch)
    for paper in papers:
        LegalDocumentFactory(ormas=invitation.ormas, **paper)

    found = with_ending_papers(Invitation.objects.all())

    assert found.exists() == ends
    valid = [one.is_valid(batch.ends_on) for one in LegalDocument.objects.all()]
    assert (bool(valid) and not any(valid)) == ends
    assert Ormas.objects.count() == 1


def test_batches_that_are_over_or_closed_are_none_of_it():
    for edits in ({"cancelled_at": NOON, "cancel_reason": "Banjir"}, {"closed_at": NOON}):
        a_registration(batch := AngkatanFactory(), Status.SUBMITTED)
        type(batch).objects.filter(pk=batch.pk).update(**edits)

    assert tasks() == []


# ---- Which is first, and for whom ----------------------------------------------------------------


def test_first_is_what_waited_longest_in_the_batch_that_begins_soonest(batch):
    later = AngkatanFactory(starts_on=batch.starts_on + timedelta(days=9))
    a_registration(later, Status.SUBMITTED, at=NOON - timedelta(days=9))
    a_registration(batch, Status.SUBMITTED, at=NOON - timedelta(hours=1))
    a_request(batch, at=NOON - timedelta(hours=5))

    assert first() == [(batch, "ormas minta diundang")]


def test_batch_without_work_is_passed_over(batch):
    later = AngkatanFactory(starts_on=batch.starts_on + timedelta(days=9))
    a_registration(later, Status.SUBMITTED)

    assert first() == [(later, "pendaftaran belum diputuskan")]


def test_page_has_one_filled_button(verifier, batch):
    a_registration(batch, Status.SUBMITTED)
    a_request(batch)

    html = verifier.get(INDEX).content.decode()

    assert html.count("btn-primary") == 1
    assert "Verifikasi<span" in html


def test_how_soon_it_begins(batch):
    when = [
        waiting_work(NOON + timedelta(days=days), user("verifikator"))[0].when for days in (0, 12, 18, 19)
    ]  # fmt: skip

    assert when == ["", "mulai 7 hari lagi", "mulai besok", "sedang berlangsung"]


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("verifikator", {"Verifikasi", "Jawab", "Kirim"}),
        ("pemantau", {"Lihat"}),
        ("panitia", set()),
        ("admin", {"Verifikasi", "Jawab", "Kirim"}),
    ],
)
def test_each_role_sees_what_it_may_do(batch, role, words):
    person = a_registration(batch, Status.SUBMITTED)
    a_request(batch)
    a_message(person, 1)

    (item,) = waiting_work(NOON, user(role))

    assert {task.word for task in item.tasks} == words


@pytest.mark.parametrize("role", ["verifikator", "panitia", "pemantau", "admin"])
def test_questions_stay_the_same_however_much_there_is(as_role, batch, role, django_assert_max_num_queries):
    client = as_role(role)
    client.get(INDEX)  # what is read once for all pages
    seen = []
    for count in (1, 4):
        for n in range(count):
            other = AngkatanFactory()
            a_message(a_registration(other, Status.SUBMITTED, name=f"Orang {'abcd'[n]}"), uuid.uuid4().hex[:8])
            a_request(other, name=f"Forum {n}")
        Angkatan.objects.update(frozen_at=NOON)
        with django_assert_max_num_queries(16) as asked:
            client.get(INDEX)
        seen.append(len(asked))

    assert seen[0] == seen[1]
    assert timezone.now() == NOON


@pytest.mark.parametrize("role", ["verifikator", "admin"])
def test_work_itself_asks_twelve_questions_at_most(batch, role, django_assert_max_num_queries):
    reader = user(role)
    batch.frozen_at = NOON
    batch.save()
    reader = type(reader).objects.get(pk=reader.pk)
    reader.get_all_permissions()

    with django_assert_max_num_queries(12):
        waiting_work(NOON, reader)


def test_people_who_are_strongly_alike_are_told_to_who_may_merge_them(as_role):
    for name in ("Siti Rahmawati", "Siti Rohmawati"):
        Delegate.objects.create(name=name, phone="+6281200000024")
    pairs.compare()

    said = "1 pasang peserta mungkin orang yang sama."
    assert said in as_role("verifikator").get(INDEX).content.decode()
    assert said not in as_role("panitia").get(INDEX).content.decode()
