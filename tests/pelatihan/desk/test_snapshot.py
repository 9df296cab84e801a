"""What a device carries: enough to answer at the door, and nothing else."""

import json
import uuid
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pelatihan.accounts.actor import staff
from pelatihan.attendance import marking, rules, sessions
from pelatihan.attendance.marking import Mark
from pelatihan.desk import snapshot
from pelatihan.models import Angkatan, Registration, Session
from pelatihan.registration import changes
from tests.factories import (
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    SessionFactory,
    UserFactory,
    a_person,
    a_registration,
    clerk,
)
from tests.pelatihan.door import at

PHONE = "+6281298765432"
KEYS = {
    *("v", "slug", "angkatan", "made_at", "ends_at", "holder", "may_let_in"),
    *("ormas", "ormas_ids", "ormas_short", "sessions", "people", "codes"),
}
OF_SESSION = {
    *("id", "title", "day", "times", "starts_at", "ends_at", "opens_at", "late_from", "closed_at"),
    "takes_attendance",
}


def taken(door, role: str = "petugas"):
    """The snapshot of the door's batch at eight, as a device reads it."""
    made = snapshot.of(Angkatan.objects.get(pk=door.session.angkatan_id), UserFactory(role=role), at("08.00"))
    return json.loads(snapshot.written(made)[0])


def test_snapshot_holds_these_keys_and_no_others(door, person):
    made = taken(door)
    assert set(made) == KEYS
    assert [set(one) for one in made["sessions"]] == [OF_SESSION]
    assert [set(one) for one in made["people"]] == [{"c", "r", "n", "o", "t", "s", "a"}]


def test_snapshot_knows_no_number_position_or_need(door):
    one = a_registration(
        door.session.angkatan,
        name="Budi Santoso",
        phone=PHONE,
        email="budi@contoh.example",
        position="Bendahara Umum",
        special_needs="Kursi roda",
        agrees_special_needs=True,
    )
    text = json.dumps(taken(door))
    assert one.name in text
    for kept in ("98765432", "budi@contoh", "Bendahara", "Kursi roda"):
        assert kept not in text


def test_person_is_told_as_printed_with_what_counts(door):
    ormas = OrmasFactory(name="Fatayat Nahdlatul Ulama", abbreviation="FNU")
    one = a_registration(
        door.session.angkatan, name="Wahyu Nuraini", front_title="Dra.", back_title="M.Si.", ormas=ormas
    )
    door.scan(one, "08.00")
    made = taken(door)
    assert made["people"] == [
        {
            "c": one.code,
            "r": str(one.ref),
            "n": "Dra. Wahyu Nuraini, M.Si.",
            "o": 0,
            "t": "",
            "s": "accepted",
            "a": {str(door.session.pk): "present"},
        }
    ]
    assert (made["ormas"], made["ormas_short"], made["ormas_ids"]) == ([ormas.name], ["FNU"], [ormas.pk])


def test_who_left_early_is_told_with_what_they_are_again_when_they_come_back(door, person):
    """By their events, those of a registration that gave way among them; of whom no coming is known nothing is told."""
    session, rina = Session.objects.get(), staff(UserFactory(role="panitia"))
    unseen, merged, gone = (a_registration(door.session.angkatan) for _ in range(3))
    for one, clock in ((person, "07.50"), (merged, "07.55"), (gone, "08.30")):
        door.scan(one, clock)
    Registration.objects.filter(pk=gone.pk).update(status="cancelled", counts_for=merged)
    seen = dict(session.attendances.values_list("registration", "event"))
    wishes = [
        Mark(uuid.uuid4(), one.ref, "left", seen.get(one.pk), "Dijemput", left_at=at("09.00"))
        for one in (person, unseen, merged)
    ]
    assert not any(one.refusal for one in marking.mark_many(session, wishes, actor=rina, at=at("09.05")))

    told = {each["r"]: (each["a"], each.get("b")) for each in taken(door)["people"]}
    here = str(session.pk)
    assert told[str(person.ref)] == ({here: "left"}, {here: "present"})
    assert told[str(unseen.ref)] == ({here: "left"}, None)
    assert told[str(merged.ref)] == ({here: "left"}, {here: "present"})


@pytest.mark.parametrize("status", ["waitlisted", "rejected", "cancelled", "submitted", "needs_fix"])
def test_who_may_not_come_in_is_known_as_well(door, status):
    one = a_registration(door.session.angkatan, status)
    assert [(each["c"], each["s"]) for each in taken(door)["people"]] == [(one.code, status)]


def test_walk_in_who_waits_for_the_verifier_may_come_in(door):
    waiting = a_registration(door.session.angkatan, "submitted", source=Registration.Source.WALK_IN)
    struck = a_registration(door.session.angkatan, "rejected", source=Registration.Source.WALK_IN)
    told = {each["c"]: each.get("w") for each in taken(door)["people"]}
    assert told == {waiting.code: True, struck.code: None}
    assert [rules.may_enter(one) for one in (waiting, struck)] == [True, False]


def test_replaced_person_is_known_beside_the_new_one(door, person):
    old = a_registration(door.session.angkatan, "replaced")
    told = {each["c"]: each["s"] for each in taken(door)["people"]}
    assert told == {person.code: "accepted", old.code: "replaced", old.replaced_by.code: "accepted"}


@pytest.mark.parametrize(
    ("source", "status", "told"),
    [("walk_in", "submitted", True), ("walk_in", "accepted", None), ("web", "submitted", None)],
)
def test_who_was_written_down_at_the_door_is_told_until_somebody_decides(door, source, status, told):
    a_registration(door.session.angkatan, status, source=Registration.Source(source))
    assert [each.get("w") for each in taken(door)["people"]] == [told]


def test_code_of_a_merged_person_leads_to_the_one_that_counts(door, person):
    old = a_registration(door.session.angkatan, "cancelled")
    type(old).objects.filter(pk=old.pk).update(counts_for=person)
    made = taken(door)
    assert [each["c"] for each in made["people"]] == [person.code]
    assert made["codes"] == {old.code: str(person.ref)}


def test_invited_organisations_come_first_by_name(door):
    batch = door.session.angkatan
    for name in ("Zebra", "beta"):
        InvitationFactory(angkatan=batch, ormas=OrmasFactory(name=name))
    one = a_registration(batch)  # by an invitation of its own
    Registration.objects.filter(pk=one.pk).update(ormas=OrmasFactory(name="Aaa"))
    found = taken(door)
    assert [name for name in found["ormas"] if "Contoh" not in name] == ["beta", "Zebra", "Aaa"]
    assert found["people"][0]["o"] == found["ormas"].index("Aaa")


def test_other_batches_stay_out(door, person):
    other = SessionFactory(angkatan=AngkatanFactory())
    a_registration(other.angkatan)
    InvitationFactory(angkatan=other.angkatan, ormas__name="Bukan di sini")
    made = taken(door)
    assert [each["c"] for each in made["people"]] == [person.code]
    assert "Bukan di sini" not in made["ormas"]
    assert [one["id"] for one in made["sessions"]] == [door.session.pk]


def test_session_tells_when_it_opens_and_who_is_late(door):
    session = Session.objects.get()
    (told,) = taken(door)["sessions"]
    assert datetime.fromisoformat(told["opens_at"]) == session.opens_at
    assert datetime.fromisoformat(told["late_from"]) == session.late_from
    assert (told["day"], told["times"]) == ("Senin, 11 Maret 2019", "08.00–09.30")
    assert told["closed_at"] is None


@pytest.mark.parametrize("field", ["closed_at", "cancelled_at"])
def test_whatever_closes_first_is_told(door, field):
    sessions.close(door.session, at=at("09.00"))
    reason = {"cancel_reason": "Banjir"} if field == "cancelled_at" else {}
    Angkatan.objects.filter(pk=door.session.angkatan_id).update(**{field: at("08.30")}, **reason)
    assert datetime.fromisoformat(taken(door)["sessions"][0]["closed_at"]) == at("08.30")


def test_copy_ends_a_day_after_the_last_session(door):
    last = SessionFactory(angkatan=door.session.angkatan, day=2, takes_attendance=False)
    SessionFactory(angkatan=door.session.angkatan, day=1)
    assert datetime.fromisoformat(taken(door)["ends_at"]) == last.ends_at + timedelta(hours=24)


def test_copy_of_a_batch_without_sessions_ends_a_day_after_it():
    batch = AngkatanFactory.build()
    with timezone.override("Asia/Jakarta"):
        assert snapshot.ends_at(batch, []) == at("00.00", day=15)


@pytest.mark.parametrize(("role", "may"), [("petugas", False), ("panitia", True)])
def test_snapshot_says_whether_its_holder_may_let_in(door, role, may):
    assert taken(door, role)["may_let_in"] is may


@pytest.mark.parametrize("people", [1, 5])
def test_snapshot_asks_the_same_queries_for_many(door, people, django_assert_num_queries):
    batch = Angkatan.objects.get()
    for _ in range(people):
        door.scan(a_registration(batch), "08.00")
    holder = UserFactory(role="petugas")
    holder.get_all_permissions()
    with django_assert_num_queries(5):
        snapshot.of(batch, holder, at("08.00"))


def test_digest_moves_with_what_is_told_and_not_with_the_clock(door, person):
    batch, holder = Angkatan.objects.get(), UserFactory(role="petugas")
    first = snapshot.written(snapshot.of(batch, holder, at("08.00")))[1]
    assert snapshot.written(snapshot.of(batch, holder, at("08.01")))[1] == first
    door.scan(person, "08.01")
    assert snapshot.written(snapshot.of(batch, holder, at("08.01")))[1] != first


# ---- What has changed since ----------------------------------------------------------------------


def test_changes_since_a_moment_count_people_once(door):
    batch = door.session.angkatan
    one, two = a_registration(batch, at=at("07.00")), a_registration(batch, at=at("07.00"))
    assert snapshot.changed_since(batch, at("07.00")) == 0
    for minute in (10, 20):
        changes.correct(
            one, a_person(name=f"Nama Baru {'ab'[minute // 20]}", phone=one.delegate.phone), actor=clerk(),
            at=at(f"07.{minute}"),
        )  # fmt: skip
    a_registration(batch, at=at("07.30"))
    a_registration(AngkatanFactory(), at=at("07.30"))
    assert snapshot.changed_since(batch, at("07.05")) == 2
    assert snapshot.changed_since(batch, at("07.25")) == 1
    assert two.status == "accepted"


# ---- Over the wire -------------------------------------------------------------------------------


def test_same_copy_is_not_sent_twice(door, person, officer):
    address = reverse("copy", args=[door.session.angkatan.slug])
    Session.objects.update(starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=1))
    first = officer.get(address)
    assert first["Cache-Control"] == "private, no-store"
    assert officer.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert officer.get(address, headers={"If-None-Match": f"W/{first['ETag']}"}).status_code == 304
    assert officer.get(address, headers={"If-None-Match": '"other"'}).json()["people"] == first.json()["people"]


def test_copy_is_for_the_desks_script_and_not_for_who_types_the_address(door, officer):
    Session.objects.update(starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=1))
    address = reverse("copy", args=[door.session.angkatan.slug])
    assert officer.get(address, headers={"Sec-Fetch-Dest": "document"}).status_code == 404
    assert officer.get(address, headers={"Sec-Fetch-Dest": "empty"}).status_code == 200


def test_no_copy_is_handed_out_once_its_time_is_over(door, officer):
    address = reverse("copy", args=[door.session.angkatan.slug])
    answer = officer.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert "24 jam setelah sesi terakhir" in answer.json()["message"]
