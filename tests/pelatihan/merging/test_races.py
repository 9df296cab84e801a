"""Two at once: nobody is merged twice, and no check-in is lost to a merge."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection

from pelatihan.attendance import writer as attendance
from pelatihan.attendance.locked import Scan
from pelatihan.lifecycle import Action
from pelatihan.merging import people
from pelatihan.merging.people import Choice
from pelatihan.models import Attendance, Merge, Registration
from pelatihan.registration import writer
from pelatihan.registration.refusals import Refusal
from tests.factories import NOON, AngkatanFactory, OrmasFactory, SessionFactory, a_registration, clerk

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts) -> list[object]:
    """What each answered, or its refusal; all begin together."""
    gate, answers = threading.Barrier(len(acts)), list[object]([None] * len(acts))

    def run(place: int) -> None:
        try:
            gate.wait(10)
            answers[place] = acts[place]()
        except Refusal as refusal:
            answers[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def pair() -> tuple[Registration, Registration]:
    batch, ormas = AngkatanFactory(), OrmasFactory()
    first = a_registration(batch, ormas=ormas, name="Siti Rahmawati")
    return first, a_registration(batch, ormas=ormas, name="Siti Rohmawati")


def merging(kept: Registration, gone: Registration, actor):
    seen = people.print_of(kept.delegate, gone.delegate, [kept, gone])
    choice = Choice({}, {kept.angkatan_id: kept.pk})
    key, at = uuid.uuid4(), NOON + timedelta(hours=1)
    return lambda: people.merge(kept.delegate, gone.delegate, choice, key=key, seen=seen, actor=actor, at=at)


def test_both_ways_at_once_is_one_merge():
    a, b = pair()
    actor = clerk()
    answers = at_once(merging(a, b, actor), merging(b, a, actor))
    assert sorted(type(answer).__name__ for answer in answers) == ["Merge", "Unmerged"]
    assert Merge.objects.count() == 1


def test_person_who_withdraws_meanwhile_is_merged_or_refused_but_not_half():
    a, b = pair()
    actor = clerk()
    cancel = lambda: writer.move(b, Action.CANCEL, actor=actor, at=NOON, reason="Berhalangan")  # noqa: E731
    answers = at_once(merging(a, b, actor), cancel)
    b.refresh_from_db()
    assert b.status == "cancelled"
    assert (b.counts_for_id == a.pk) == isinstance(answers[0], Merge)


def test_check_in_during_a_merge_counts():
    a, b = pair()
    session, actor = SessionFactory(angkatan=a.angkatan), clerk()
    at = session.starts_at

    def come_in():
        return attendance.record(session, [Scan(uuid.uuid4(), at, code=b.code)], actor=actor, at=at)

    at_once(merging(a, b, actor), come_in)
    assert [row.registration_id for row in Attendance.objects.all()] in ([a.pk], [])
    refused = not Attendance.objects.exists()
    assert attendance.rebuild(session) == 0
    if refused:  # the code was read before the merge and judged after it: scanned again it lets in
        come_in()
    assert Attendance.objects.get().registration_id == a.pk
