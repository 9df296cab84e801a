"""Whatever a device sends, each item is judged alone: an answer for each, in their order, and the good ones go in.

``LONG_HISTORIES=1`` tries fifty times as many.
"""

import json
import os
import uuid

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pelatihan.models import Attendance, AttendanceEvent
from tests.factories import a_registration
from tests.pelatihan.door import at

pytestmark = pytest.mark.django_db
OUTCOMES = {
    "present", "late", "already", "not_open", "closed", "not_accepted", "other_angkatan", "unknown_code", "invalid",
    "undone", "already_undone", "id_taken", "doubted",
}  # fmt: skip

texts = st.text(st.characters(codec=None), max_size=12) | st.sampled_from(["", "\0", "\ud800", "present", "0" * 9])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
offsets = st.sampled_from(["Z", "+07:00", "+16:00", "-23:59", "+00:00:01.5", ""])
times = st.builds(lambda when, zone: f"{when.isoformat()}{zone}", st.datetimes(), offsets)
near = st.builds(lambda minute: at(f"08.{minute:02}").isoformat(), st.integers(0, 59))
ids = st.builds(lambda number: str(uuid.UUID(int=number)), st.integers(1, 5))
CODE, REF = "⟨code⟩", "⟨ref⟩"  # stands for the person's
items = anything | st.fixed_dictionaries(
    {},
    optional={
        "id": ids | ids | anything,
        "at": near | near | times | anything,
        "kind": st.sampled_from(["code", "ref", "undo", "walk_in", "override"]) | anything,
        "code": st.just(CODE) | anything,
        "ref": st.just(REF) | ids | anything,
        "undoes": ids | anything,
        "shown": st.sampled_from(["present", "late"]) | anything,
        "seq": st.integers(0, 2**64) | anything,
        "name": st.sampled_from(["Ahmad Fauzi", "Siti Rahmawati"]) | anything,
        "ormas": st.integers(1, 9) | anything,
        "ormas_text": st.just("Pemuda Masjid") | anything,
        "phone": st.just("0812-3456-7890") | anything,
        "reason": st.just("Surat tugas 014") | anything,
    },
)


def filled(item: object, person) -> object:
    if not isinstance(item, dict):
        return item
    return {key: {CODE: person.code, REF: str(person.ref)}.get(value, value) if isinstance(value, str) else value
            for key, value in item.items()}  # fmt: skip


@settings(
    max_examples=300 * (50 if os.environ.get("LONG_HISTORIES") else 1),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(items=st.lists(items, max_size=6), device=anything, sent_at=near | times | anything)
def test_each_item_is_judged_alone(door, officer, person, items: list[object], device: object, sent_at: object):
    good = {"id": str(uuid.UUID(int=99)), "code": person.code, "at": at("08.59").isoformat()}
    sent = [filled(item, person) for item in items] + [good]
    with transaction.atomic(), time_machine.travel(at("08.59"), tick=False):
        answer = officer.post(
            reverse("record", args=[door.session.angkatan.slug, door.session.pk]),
            json.dumps({"scans": sent, "device": device, "sent_at": sent_at}),
            content_type="application/json",
        )
        results = answer.json()["results"]
        events = AttendanceEvent.objects.count()
        transaction.set_rollback(True)
    assert (answer.status_code, len(results)) == (200, len(sent))
    assert {result["outcome"] for result in results} <= OUTCOMES
    assert all(result["note"] for result in results)
    assert 1 <= events <= len(sent)
    for item, result in zip(sent, results, strict=True):
        if result["outcome"] != "invalid":
            assert uuid.UUID(item["id"]) == uuid.UUID(result["id"])


def test_whole_post_of_nonsense_writes_nothing(door, officer, person):
    a_registration(door.session.angkatan)
    answer = officer.post(
        reverse("record", args=[door.session.angkatan.slug, door.session.pk]),
        json.dumps({"scans": [None, 1, "x", [], {}, True] * 80}),
        content_type="application/json",
    )
    assert [result["outcome"] for result in answer.json()["results"]] == ["invalid"] * 480
    assert not Attendance.objects.exists()
    assert not AttendanceEvent.objects.exists()
